"""Every command that a fix prints is pasted into a terminal, and changes what its data says and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from e2e.admin import Json
from e2e.control_plane import ControlPlane
from e2e.differences import config_of
from e2e.pasting import Printed, faults_of, is_for_cluster, pasteable, printed_by, stops
from e2e.program import Program
from e2e.prompt import answer
from e2e.terminal import PASSWORD, Terminal
from placeholders import meanings_in
from shells import needs

from kubectl_imagepull.vocabulary.command import Command, Effect, Step, commands_in

PROMPT = "Password for private.corp.example: "


@pytest.fixture(scope="module")
def printed(plane: ControlPlane) -> list[Printed]:
    """Every fix of the recorded cluster, with secrets and without."""
    config = plane.kubeconfig()
    both = [*printed_by(config), *printed_by(config, secrets=False)]
    return list({one.commands: one for one in both}.values())


def command_of(fixes: Iterable[Printed], workload: str, effect: Effect) -> Command:
    """The first single command with an effect that is printed for a workload."""
    return next(
        command
        for one in fixes
        if str(one.diagnosis.workload) == workload
        for step in one.for_cluster
        for command in commands_in(step)
        if effect in command.effects
    )


def first_that_changes(fixes: Iterable[Printed], workload: str, effect: Effect) -> Printed:
    """The first fix of a workload that has an effect."""
    return next(one for one in fixes if str(one.diagnosis.workload) == workload and effect in one.fix.effects)


def test_every_fix_changes_what_it_says_and_can_be_undone(printed: list[Printed], terminal: Terminal) -> None:
    faults = []
    for one in printed:
        if one.for_cluster:
            faults += list(faults_of(one, terminal))
            terminal.reset()
            assert terminal.look() == []
    assert faults == []
    # a recording that shows other failures changes these: so that none is passed over unseen
    steps = [step for one in printed for step in one.fix.commands]
    for_cluster = sum(map(is_for_cluster, steps))
    undone = sum(bool(one.fix.undo) for one in printed if one.for_cluster)
    assert (len(printed), for_cluster, len(steps) - for_cluster, undone) == (63, 40, 43, 30)


def test_what_is_printed_as_json_is_what_was_tried(printed: list[Printed], program: Program) -> None:
    reports = [program.report("scan", "-A", *more) for more in ((), ("--no-secrets",))]
    found = {tuple(fix["commands"]) for report in reports for failure in report["failures"] for fix in failure["fixes"]}
    of_roots = {one.commands for one in printed if one.fix.nodes and len(one.fix.nodes) > 1}
    assert found - {()} == {one.commands for one in printed} - of_roots


def test_a_service_account_that_names_secrets_keeps_them(printed: list[Printed], terminal: Terminal) -> None:
    patch = str(command_of(printed, "deployment/combo", Effect.CHANGES_ACCOUNT))
    named = "ServiceAccount shop/default: imagePullSecrets[regcred-private-corp-example].name"
    assert terminal.paste(patch).changes == [f"{named} = regcred-private-corp-example"]
    again = terminal.paste(patch.replace("regcred-private", "regcred-other"))
    assert (again.code, again.changes) == (1, [])


def test_a_secret_that_is_put_right_keeps_its_labels(printed: list[Printed], terminal: Terminal) -> None:
    terminal.paste("kubectl label secret corp-registry -n payments team=payments")
    terminal.paste("kubectl annotate secret corp-registry -n payments meta.helm.sh/release-name=registry")
    assert list(faults_of(first_that_changes(printed, "deployment/api", Effect.CHANGES_SECRET), terminal)) == []
    metadata = terminal.find("Secret", "payments", "corp-registry")["metadata"]
    assert metadata["labels"] == {"team": "payments"}
    assert metadata["annotations"] == {"meta.helm.sh/release-name": "registry"}


def test_a_secret_of_another_type_is_not_put_right_by_halves(printed: list[Printed], terminal: Terminal) -> None:
    one = first_that_changes(printed, "deployment/api", Effect.CHANGES_SECRET)
    terminal.paste("kubectl delete secret corp-registry -n payments")
    terminal.paste("kubectl create secret generic corp-registry -n payments --from-literal=a=b")
    (step,) = one.for_cluster
    result = terminal.paste(pasteable(step))
    assert (result.code, result.changes) == (1, [])
    assert "field is immutable" in result.stderr


def test_a_secret_that_is_there_with_another_content_is_not_overwritten(
    printed: list[Printed], terminal: Terminal
) -> None:
    one = first_that_changes(printed, "deployment/coupons", Effect.CHANGES_SECRET)
    terminal.paste(
        "kubectl create secret docker-registry regcred-private-corp-example -n shop --docker-server=a "
        "--docker-username=b --docker-password=c"
    )
    (step,) = one.for_cluster
    result = terminal.paste(pasteable(step))
    assert (result.code, result.changes) == (1, [])
    assert "conflict" in result.stderr


def test_a_secret_is_copied_from_where_it_is(plane: ControlPlane, printed: list[Printed], terminal: Terminal) -> None:
    made = str(command_of(printed, "deployment/refunds", Effect.CHANGES_SECRET))
    (step,) = first_that_changes(printed, "deployment/refunds", Effect.CHANGES_SECRET).for_cluster
    create = pasteable(step).partition(" && ")[0]
    assert made in create
    assert terminal.paste(create.replace("-n payments", "-n shop")).code == 0
    terminal.keep()
    copies = [
        one
        for one in printed_by(plane.kubeconfig(), "payments", "app=refunds")
        if any(" -n shop -o json | " in command for command in one.commands)
    ]
    assert len(copies) == 1
    assert list(faults_of(copies[0], terminal)) == []


def successor(one: Printed, pod: Json, terminal: Terminal) -> str:
    """A controller's part: makes the pod again from its owner, and lets its pull fail as before; gives its name."""
    namespace, workload = one.diagnosis.failure.namespace, one.diagnosis.workload
    account = terminal.find("ServiceAccount", namespace, pod["spec"].get("serviceAccountName", "default"))
    template = terminal.find(workload.kind, namespace, workload.name)["spec"]["template"]["spec"]
    secrets = template.get("imagePullSecrets") or account.get("imagePullSecrets", [])
    name = f"{pod['metadata']['name']}-again"
    metadata = {key: pod["metadata"][key] for key in ("namespace", "labels", "ownerReferences")}
    spec = {**pod["spec"], "imagePullSecrets": secrets}
    made = {**pod, "metadata": {"name": name, **metadata}, "spec": spec}
    terminal.admin.create(json.loads(json.dumps(made)))
    return name


def judged(failure: Mapping[str, Any]) -> str:
    """The cause of a failure, how sure, and what was found about its own pull secrets."""
    checks = [one for one in failure["evidence"] if "PullSecret" in one["check"] and one["check"] != "OtherPullSecret"]
    found = [f"{one['check']} {one['result']}" for one in checks]
    return f"{failure['cause']} {failure['confidence']}: {', '.join(found)}"


def test_after_a_fix_of_credentials_the_evidence_is_another(
    program: Program, printed: list[Printed], terminal: Terminal
) -> None:
    found: dict[str, list[str]] = {}
    for one in printed:
        failure, workload = one.diagnosis.failure, one.diagnosis.workload
        credentials = {Effect.CHANGES_SECRET, Effect.CHANGES_ACCOUNT} & one.fix.effects
        by_name = any("imagePullSecrets" in command for command in one.commands)
        if not (credentials or by_name) or workload.kind == "Pod":
            continue
        pod = terminal.find("Pod", failure.namespace, failure.pod)
        for step in one.for_cluster:
            terminal.paste(pasteable(step))
        again = program.report("diagnose", successor(one, pod, terminal), "-n", failure.namespace)["failures"]
        (after,) = [each for each in again if each["container"] == failure.container]
        found.setdefault(str(workload), []).append(judged(after))
        terminal.reset()
    sent, refused = "PullSecretMatches ok", "PullSecretMatches bad"
    assert found == {
        "daemonset/node-logger": [f"RateLimited likely: {sent}"],
        # the password that was typed is wrong as well, and so is the other secret's for this image
        "deployment/api": [f"BadCredentials likely: {refused}, {refused}", f"BadCredentials likely: {refused}"],
        "statefulset/gateway": [f"NoCredentials possible: {sent}"],
        "deployment/refunds": [
            f"NoCredentials possible: PullSecretMissing info, {sent}",
            f"NoCredentials possible: {sent}",
        ],
        "deployment/combo": [f"NoCredentials possible: {sent}"] * 2,
        "deployment/coupons": [f"NoCredentials possible: PullSecretOtherRegistry info, {sent}"],
        "deployment/frontend-next": [f"RepositoryNotFoundOrPrivate likely: {sent}"],
        # with the secrets, and without
        "deployment/invoices": [f"NoCredentials possible: PullSecretWrongType info, {sent}"] * 2,
        "deployment/labels": [f"PullSecretMalformed likely: {sent}"],
    }


# What is left to fill in, or is not given


def unfilled(printed: Iterable[Printed]) -> list[Step]:
    """Every command for the cluster with something left to fill in."""
    return [step for one in printed for step in one.for_cluster if stops(step)]


def shape(step: Step) -> tuple[tuple[str, ...], ...]:
    """How a command is made: its programs, what they do, and how they are joined."""
    joined = [part for line in str(step).split(" && ") for part in (*line.split(" | "), "&&")]
    return tuple(tuple(part.split()[:2]) for part in joined)


def pasted_unfilled(steps: Iterable[Step], shell: str, terminal: Terminal) -> list[str]:
    """What is wrong with commands that are pasted as they are printed."""
    faults = []
    for step in steps:
        result = terminal.paste(str(step), shell=shell)
        meanings = meanings_in(str(step))
        # fish doesn't read it at all, and says so with code 0
        is_told = "is not a valid variable in fish" in result.stderr or (result.code and meanings[0] in result.stderr)
        if result.changes or not is_told:
            faults.append(f"{shell}: {step}: {result}")
    return faults


def test_what_is_left_to_fill_in_stops_with_its_meaning(printed: list[Printed], terminal: Terminal) -> None:
    steps = unfilled(printed)
    assert pasted_unfilled(steps, "bash", terminal) == []
    assert len(steps) == 19


@pytest.mark.parametrize("shell", ["dash", "zsh", "fish"])
def test_every_kind_of_command_stops_in_every_shell(shell: str, printed: list[Printed], terminal: Terminal) -> None:
    needs(shell)
    by_shape = {shape(step): step for step in unfilled(printed)}
    assert pasted_unfilled(by_shape.values(), shell, terminal) == []
    assert len(by_shape) == 8


@pytest.mark.parametrize("shell", ["dash", "zsh", "fish"])
def test_every_kind_of_command_means_the_same_in_every_shell(
    shell: str, printed: list[Printed], terminal: Terminal
) -> None:
    needs(shell)
    by_shape = {shape(step): step for one in printed for step in one.for_cluster if one.fix.effects}
    for step in by_shape.values():
        in_bash = terminal.paste(pasteable(step))
        terminal.reset()
        elsewhere = terminal.paste(pasteable(step), shell=shell)
        terminal.reset()
        assert (elsewhere.code, elsewhere.changes) == (in_bash.code, in_bash.changes)


def test_without_a_password_no_secret_is_made(printed: list[Printed], terminal: Terminal) -> None:
    (step,) = first_that_changes(printed, "deployment/coupons", Effect.CHANGES_SECRET).for_cluster
    result = terminal.paste(pasteable(step), password="")
    assert (result.code, result.changes) == (1, [])
    assert "docker-password" in result.stderr


@pytest.fixture
def asks_password(printed: list[Printed]) -> str:
    """A command that makes a secret and asks for its password."""
    (step,) = first_that_changes(printed, "deployment/coupons", Effect.CHANGES_SECRET).for_cluster
    return pasteable(step)


@pytest.mark.parametrize("shell", ["bash", "dash", "zsh", "fish"])
def test_a_password_is_asked_for_and_not_shown(
    shell: str, asks_password: str, terminal: Terminal, program: Program
) -> None:
    needs(shell)
    result = answer(shell, asks_password, PROMPT, f"{PASSWORD}\n", program.environment)
    assert (result.code, result.echoes) == (0, True)
    assert "$HOME" not in result.shown
    terminal.look()
    made = config_of(terminal.find("Secret", "shop", "regcred-private-corp-example"))
    assert json.loads(made)["auths"]["private.corp.example"]["password"] == PASSWORD


@pytest.mark.parametrize("shell", ["bash", "dash", "zsh", "fish"])
def test_who_gives_no_password_but_ends_it_sees_again_what_they_type(
    shell: str, asks_password: str, terminal: Terminal, program: Program
) -> None:
    needs(shell)
    result = answer(shell, asks_password, PROMPT, "half of it\x03", program.environment)
    assert result.echoes
    assert result.code != 0
    assert terminal.look() == []
