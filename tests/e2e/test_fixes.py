"""Every command that a fix prints is pasted into a terminal, and changes what the fix's sentence says and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from e2e.admin import Admin, Json
from e2e.pasting import Told, faults_of, is_for_cluster, pasteable, run, told_by
from e2e.program import Program
from e2e.terminal import Terminal
from placeholders import unknown_in


def test_every_fix_does_what_it_says(program: Program, terminal: Terminal) -> None:
    found = {fix.commands: fix for more in ((), ("--no-secrets",)) for fix in told_by(program, "-A", *more)}
    commands = [command for fix in found.values() for command in fix.commands]
    assert [command for command in commands if unknown_in(command)] == []
    assert run(list(found.values()), terminal) == []
    # a recording that shows other failures changes these: so that none is passed over unseen
    for_cluster = sum(map(is_for_cluster, commands))
    assert (len(found), for_cluster, len(commands) - for_cluster) == (98, 89, 59)


def test_what_is_left_to_fill_in_is_refused_or_pulls_nothing(terminal: Terminal, program: Program) -> None:
    everything = [command for fix in told_by(program, "-A") for command in fix.commands]
    (select,) = {command for command in everything if "<ARCHITECTURE>" in command}
    result = terminal.paste(select)
    assert (result.code, result.changes) == (1, [])
    assert 'Invalid value: "<ARCHITECTURE>"' in result.stderr
    create = next(command for command in everything if command.endswith('"$REGISTRY_PASSWORD"'))
    # nobody has read a password
    result = terminal.paste(create)
    assert (result.code, result.changes) == (1, [])
    assert "docker-password" in result.stderr


def test_a_service_account_that_names_secrets_keeps_them(terminal: Terminal, program: Program) -> None:
    patch = next(
        command
        for fix in told_by(program, "-n", "payments")
        for command in fix.commands
        if command.startswith("kubectl patch serviceaccount/default ")
    )
    named = "ServiceAccount payments/default: imagePullSecrets[regcred-private-corp-example].name"
    assert terminal.paste(patch).changes == [f"{named} = regcred-private-corp-example"]
    again = terminal.paste(patch.replace("regcred-private", "regcred-other"))
    assert (again.code, again.changes) == (1, [])


def test_a_secret_that_is_put_right_keeps_its_labels(terminal: Terminal, program: Program) -> None:
    terminal.paste("kubectl label secret corp-registry -n payments team=payments")
    terminal.paste("kubectl annotate secret corp-registry -n payments meta.helm.sh/release-name=registry")
    (fix,) = [one for one in told_by(program, "-n", "payments", "-l", "app=api") if "Put the right" in one.text][:1]
    assert faults_of(fix, terminal) == []
    metadata = terminal.find("Secret", "payments", "corp-registry")["metadata"]
    assert metadata["labels"] == {"team": "payments"}
    assert metadata["annotations"] == {"meta.helm.sh/release-name": "registry"}


def test_a_secret_of_another_type_is_not_put_right_by_halves(terminal: Terminal, program: Program) -> None:
    (fix,) = [one for one in told_by(program, "-n", "payments", "-l", "app=api") if "Put the right" in one.text][:1]
    terminal.paste("kubectl delete secret corp-registry -n payments")
    terminal.paste("kubectl create secret generic corp-registry -n payments --from-literal=a=b")
    result = terminal.paste(pasteable(fix.commands[0]), told=fix.text)
    assert (result.code, result.changes) == (1, [])
    assert "field is immutable" in result.stderr


def test_a_secret_is_copied_from_where_it_is(terminal: Terminal, program: Program) -> None:
    (made,) = [one for one in told_by(program, "-n", "payments", "-l", "app=refunds") if "Create secret" in one.text][
        :1
    ]
    terminal.paste(pasteable(made.commands[0]).replace("-n payments", "-n shop"), told=made.text)
    copies = [one for one in told_by(program, "-n", "payments", "-l", "app=refunds") if "Copy it" in one.text]
    assert len(copies) == 2
    for fix in copies:
        assert " -n shop -o json | " in fix.commands[0]
    assert faults_of(copies[0], terminal) == []


def successor(fix: Told, pod: Json, terminal: Terminal, admin: Admin) -> str:
    """A controller's part: makes the pod anew from its owner, and lets its pull fail as before; gives its name."""
    namespace, workload = fix.failure["namespace"], fix.failure["workload"]
    account = terminal.find("ServiceAccount", namespace, pod["spec"].get("serviceAccountName", "default"))
    template = terminal.find(workload["kind"], namespace, workload["name"])["spec"]["template"]["spec"]
    secrets = template.get("imagePullSecrets") or account.get("imagePullSecrets", [])
    name = f"{pod['metadata']['name']}-anew"
    metadata = {key: pod["metadata"][key] for key in ("namespace", "labels", "ownerReferences")}
    made = {**pod, "metadata": {"name": name, **metadata}, "spec": {**pod["spec"], "imagePullSecrets": secrets}}
    admin.create(json.loads(json.dumps(made)))
    return name


def said_of(failure: Mapping[str, Any]) -> str:
    """What is said of a failure: the cause, how sure, and what was found about its own pull secrets."""
    checks = [one for one in failure["evidence"] if "PullSecret" in one["check"] and one["check"] != "OtherPullSecret"]
    found = [f"{one['check']} {one['result']}" for one in checks]
    return f"{failure['cause']} {failure['confidence']}: {', '.join(found)}"


def test_after_a_fix_of_credentials_the_evidence_is_another(program: Program, admin: Admin, terminal: Terminal) -> None:
    said = {}
    for fix in told_by(program, "-A"):
        failure, namespace = fix.failure, fix.failure["namespace"]
        key = (failure["workload"]["name"], fix.text.partition(" ")[0])
        if key in said or not any("docker-registry" in command for command in fix.commands):
            continue
        pod = terminal.find("Pod", namespace, failure["pod"])
        for command in filter(is_for_cluster, fix.commands):
            terminal.paste(pasteable(command), told=fix.text)
        anew = program.report("diagnose", successor(fix, pod, terminal, admin), "-n", namespace)["failures"]
        (after,) = [one for one in anew if one["container"] == failure["container"]]
        said[key] = (said_of(failure), said_of(after))
        terminal.reset()
    nothing, fits = "NoCredentials confirmed: NoPullSecret bad", "NoCredentials possible: PullSecretMatches ok"
    assert said == {
        ("api", "Put"): ("BadCredentials likely: PullSecretMatches bad",) * 2,
        ("combo", "Create"): (nothing, fits),
        ("combo", "Or"): (nothing, fits),
        ("coupons", "No"): (
            "NoCredentials confirmed: PullSecretOtherRegistry bad",
            "NoCredentials possible: PullSecretOtherRegistry info, PullSecretMatches ok",
        ),
        ("frontend-next", "If"): (
            "RepositoryNotFoundOrPrivate confirmed: NoPullSecret bad",
            "RepositoryNotFoundOrPrivate likely: PullSecretMatches ok",
        ),
        ("gateway", "Create"): (nothing, fits),
        ("gateway", "Or"): (nothing, fits),
        ("invoices", "The"): ("NoCredentials confirmed: PullSecretWrongType bad", fits),
        ("labels", "Make"): (
            "PullSecretMalformed confirmed: PullSecretMalformed bad",
            "PullSecretMalformed likely: PullSecretMatches ok",
        ),
        ("refunds", "Create"): ("PullSecretMissing confirmed: PullSecretMissing bad", fits),
        ("node-logger", "Or"): ("RateLimited likely: NoPullSecret ok", "RateLimited likely: PullSecretMatches ok"),
    }
