"""Fixes as a user takes them: read as values, filled in, pasted, and held against what they say that they change.

What a fix promises is its data: the effects of its commands, and the objects that these name. Its sentence is tested
where it is written.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from e2e.admin import Json
from e2e.differences import differences
from e2e.played_revisions import roll_out
from e2e.terminal import Terminal
from placeholders import filled

from kubectl_imagepull.diagnosis.report import Diagnosis
from kubectl_imagepull.evidence.docker_config import read_pull_secret
from kubectl_imagepull.evidence.keyring import lookup
from kubectl_imagepull.kube.progress import Progress
from kubectl_imagepull.runs.examine import report_on
from kubectl_imagepull.runs.read_request import read_request
from kubectl_imagepull.runs.request import Request
from kubectl_imagepull.vocabulary.command import Effect, Step, commands_in, effects_of, placeholders_in
from kubectl_imagepull.vocabulary.fix import Fix
from kubectl_imagepull.vocabulary.image_reference import try_parse

#: Programs that work on a node, a registry, a cloud or a build, and not on the cluster.
ELSEWHERE = frozenset(
    {"aws", "az", "chronyc", "crc", "curl", "df", "docker", "gcloud", "getent", "helm", "ip", "journalctl", "k3d"}
    | {"kubeseal", "minikube", "oc", "openssl", "podman", "printf", "skopeo", "ssh", "sudo", "sudoedit", "systemctl"}
    | {"talosctl", "timedatectl"}
)
#: Programs that only show what kubectl has read.
_FILTERS = frozenset({"base64", "jq"})
#: What would wait for a kubelet or a controller, and there is none: no terminal is attached, nobody rolls out.
_WAITS = ((" -it ", " -it --attach=false "), (" --timeout=2m", " --timeout=100ms"))
_ABOUT = re.compile(r"(?P<kind>\w+) (?:(?P<namespace>[\w.-]+)/)?(?P<name>[\w.*-]+)(?: is |: )(?P<change>.*)", re.DOTALL)
_KINDS = {
    Effect.DELETES_POD: "Pod",
    Effect.DELETES_JOB: "Job",
    Effect.CHANGES_SECRET: "Secret",
    Effect.CHANGES_ACCOUNT: "ServiceAccount",
    Effect.CHANGES_NODE: "Node",
}
_OF_WORKLOAD = frozenset({Effect.CHANGES_WORKLOAD, Effect.RESTARTS_WORKLOAD})
_RESTARTED = r"\.metadata\.annotations\.kubectl\.kubernetes\.io/restartedAt = (?:now|\(none\))"
_CONTAINERS = r"(containers|initContainers)\[[\w-]+\]\.(image|imagePullPolicy)"
#: All that fixes change of a pod spec, wherever it stands.
_CHANGES = re.compile(
    rf"(?:made again|(?:[\w.]*template)?(?:{_RESTARTED}"
    rf"|(?:\.?spec\.)(?:{_CONTAINERS}|volumes\[[\w-]+\]\.image\.reference|imagePullSecrets\[[\w-]+\]\.name"
    r"|nodeSelector\.kubernetes\.io/(?:arch|os)|nodeName|ephemeralContainers\[.*) = .*)"
    r"|spec\.updateStrategy\.rollingUpdate\.partition = \d+)\Z"
)
#: What no way back can give again to a pod that is made anew: the API takes no pod with such containers.
_DEBUGGING = ": spec.ephemeralContainers["
#: What is lost where a pod is deleted and made again.
_GONE = re.compile(r"(?:gone|made again|spec\.(?:nodeName|ephemeralContainers\[.*) = \(none\))\Z")


@dataclass(frozen=True)
class Printed:
    """A fix, and the first failure that it is printed for."""

    fix: Fix
    diagnosis: Diagnosis

    @property
    def text(self) -> str:
        """The fix's sentence."""
        return self.fix.text

    @property
    def commands(self) -> tuple[str, ...]:
        """Its commands, as they are pasted."""
        return tuple(map(str, self.fix.commands))

    @property
    def for_cluster(self) -> tuple[Step, ...]:
        """Those of its commands that are for the cluster."""
        return tuple(step for step in self.fix.commands if is_for_cluster(step))


def printed_by(
    kubeconfig: Path, namespace: str | None = None, selector: str = "", *, secrets: bool = True
) -> list[Printed]:
    """Each fix that the program prints of a namespace, or of all: each list of commands once."""
    request = Request(
        namespace=namespace,
        all_namespaces=namespace is None,
        selector=selector,
        secrets_left_out="" if secrets else "--no-secrets was given",
    )
    # what is named by a flag stands in the commands
    with mock.patch.dict(os.environ, {"KUBECONFIG": str(kubeconfig)}):
        report = report_on(read_request(request, Progress()), 0.0)
    found: dict[tuple[str, ...], Printed] = {}
    for diagnosis in report.diagnoses:
        for fix in diagnosis.fixes:
            found.setdefault(tuple(map(str, fix.commands)), Printed(fix, diagnosis))
    for root in report.root_causes:
        for fix in root.fixes:
            # for several nodes the commands are others
            found.setdefault(tuple(map(str, fix.commands)), Printed(fix, report.diagnoses[root.failures[0]]))
    return [printed for commands, printed in found.items() if commands]


def is_for_cluster(step: Step | str) -> bool:
    """Whether it is run against the cluster; the programs of anything else have to be known here."""
    lines = [step] if isinstance(step, str) else [str(command) for command in commands_in(step)]
    programs = {line.split(maxsplit=1)[0] for line in lines}
    unknown = programs - {"kubectl", *_FILTERS, *ELSEWHERE}
    assert not unknown, unknown
    return programs - _FILTERS == {"kubectl"}


def pasteable(command: Step | str) -> str:
    """The command with its placeholders filled in, and without what nobody here would answer."""
    line = str(command)
    for wait, short in _WAITS:
        line = line.replace(wait, short)
    return filled(line)


def stops(step: Step) -> bool:
    """Whether something is left to fill in."""
    return any(placeholders_in(step))


def faults_of(printed: Printed, terminal: Terminal) -> Iterator[str]:
    """What is wrong with a fix and its undo: a command that fails, and changes that its data doesn't name."""
    before = dict(terminal.objects)
    changes: list[str] = []
    for step in printed.for_cluster:
        result = terminal.paste(pasteable(step))
        if result.code:
            yield f"{step}: exit code {result.code}, {result.stderr}"
        yield from _unnamed(step, result.changes, printed.diagnosis)
        changes += result.changes
    yield from unfit_of(printed.diagnosis, terminal, changes)
    yield from _not_undone(printed, terminal, before, changes)


def _unnamed(step: Step, changes: list[str], diagnosis: Diagnosis) -> Iterator[str]:
    """What a command changes beside what its effects and words say, and what it doesn't change of that."""
    of_workload = _kind_of_workload(step, diagnosis)
    kinds = {_KINDS.get(effect, of_workload) for effect in effects_of(step)}
    if kinds != {_about(line)["kind"] for line in changes}:
        yield f"{step}: says {sorted(kinds)} and does {changes}"
    yield from (f"{step}: {line}" for line in changes if not _is_named_by(step, line, diagnosis))


def _is_named_by(step: Step, line: str, diagnosis: Diagnosis) -> bool:
    """Whether a command names the object that a change is about, and may change that of it."""
    about = _about(line)
    names_it = re.search(rf"[/ ]{re.escape(about['name'])} ", f"{step} ") is not None
    in_namespace = not about["namespace"] or f" -n {about['namespace']} " in f"{step} "
    return names_it and in_namespace and _may_be_changed(step, about, diagnosis)


def _may_be_changed(step: Step, about: re.Match[str], diagnosis: Diagnosis) -> bool:
    if about["kind"] == _kind_of_workload(step, diagnosis) and effects_of(step) & _OF_WORKLOAD:
        return _CHANGES.match(about["change"]) is not None
    return about["kind"] not in {"Pod", "Job"} or _GONE.match(about["change"]) is not None


def _kind_of_workload(step: Step, diagnosis: Diagnosis) -> str:
    """The kind that a change of the workload changes: a debugging container is added to the pod."""
    return "Pod" if " debug " in str(step) else diagnosis.workload.kind


def _about(line: str) -> re.Match[str]:
    found = _ABOUT.match(line)
    assert found, line
    return found


def unfit_of(diagnosis: Diagnosis, terminal: Terminal, changes: Iterable[str]) -> Iterator[str]:
    """The pull secrets that were made or changed, and that the kubelet would not send for the image."""
    failure = diagnosis.failure
    reference = try_parse(failure.image) or failure.image
    for name in {about["name"] for about in map(_about, changes) if about["kind"] == "Secret"}:
        secret = read_pull_secret(terminal.find("Secret", failure.namespace, name))
        if [match.secret for match in lookup([(name, secret.entries)], reference)] != [name]:
            yield f"secret {name} is {secret.state.value} and not sent for {reference}: {secret.entries}"


def _not_undone(printed: Printed, terminal: Terminal, before: dict[str, Json], changes: list[str]) -> Iterator[str]:
    """What the way back leaves otherwise than it was; pods and Jobs that were deleted stay deleted."""
    undo = printed.fix.undo
    if not all(map(is_for_cluster, undo)):
        return
    if undo:
        roll_out(terminal, printed.diagnosis, before)
    for step in undo:
        result = terminal.paste(pasteable(step))
        if result.code:
            yield f"undo {step}: exit code {result.code}, {result.stderr}"
        yield from (f"undo {line}" for line in result.changes if not _is_named_by(step, line, printed.diagnosis))
    lasting = [line for line in changes if not line.startswith(("Pod ", "Job "))]
    if not undo:
        yield from (f"{line}: and no undo" for line in lasting if " is made" in line or not line.startswith("Secret "))
        return
    after = terminal.objects
    for key in before.keys() | after.keys():
        kind = (before.get(key) or after[key])["kind"]
        if kind not in {"Pod", "Job", "ControllerRevision", "ReplicaSet"} or kind == printed.diagnosis.workload.kind:
            left = differences(key, before.get(key), after.get(key))
            yield from (f"{printed.text}\n undone: {line}" for line in left if not _may_be_left(line))


def _may_be_left(line: str) -> bool:
    """Whether a difference is only that something was deleted and made again."""
    return line.endswith(" is made again") or (_DEBUGGING in line and line.endswith(" = (none)"))
