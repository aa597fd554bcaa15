"""The commands that show whether a fix worked: they find what they are about, change nothing, and tell when it runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from e2e.admin import Admin, Json
from e2e.control_plane import ControlPlane
from e2e.pasting import pasteable
from e2e.program import Program
from e2e.terminal import Terminal

_HEADING = "  Then see that it worked:"
_INDENT = " " * 6
_TIMED_OUT = "error: timed out waiting for the condition"
#: Kind, namespace and name of objects that are followed.
_FOLLOWED = {
    "deployment/frontend": ("Deployment", "shop", "frontend"),
    "daemonset/node-logger": ("DaemonSet", "monitoring", "node-logger"),
    "statefulset/gateway": ("StatefulSet", "payments", "gateway"),
    "pod/quicktest": ("Pod", "dev", "quicktest"),
}
#: Kind -> the counts of a status that are the number of its pods once all of them run.
_COUNTS = {
    "Deployment": ("replicas", "readyReplicas", "availableReplicas", "updatedReplicas"),
    "DaemonSet": (
        "desiredNumberScheduled",
        "currentNumberScheduled",
        "updatedNumberScheduled",
        "numberReady",
        "numberAvailable",
    ),
    "StatefulSet": ("replicas", "readyReplicas", "availableReplicas", "updatedReplicas"),
}
#: Kind -> what else such a status has.
_MORE: dict[str, Json] = {
    "DaemonSet": {"numberMisscheduled": 0},
    "StatefulSet": {"currentRevision": "1", "updateRevision": "1"},
}


def running(item: Json) -> Json:
    """The status that an object's controller or kubelet would write once it runs."""
    if item["kind"] == "Pod":
        return {**item["status"], "conditions": [{"type": "Ready", "status": "True"}]}
    counts = dict.fromkeys(_COUNTS[item["kind"]], item["spec"].get("replicas", 1))
    return {"observedGeneration": item["metadata"]["generation"], **counts, **_MORE.get(item["kind"], {})}


def checks_on(page: str) -> Iterator[str]:
    """The commands under the heading, of every root cause."""
    lines = iter(page.splitlines())
    for line in lines:
        if line == _HEADING:
            for command in lines:
                if not command.startswith(_INDENT):
                    break
                yield command.removeprefix(_INDENT)


@pytest.fixture(scope="module")
def checks(plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Every check command of the whole cluster once."""
    page = Program(plane.kubeconfig(), tmp_path_factory.mktemp("home"))("diagnose", "-A", "--details").stdout
    return list(dict.fromkeys(checks_on(page)))


def together(diagnoses: Iterable[str]) -> list[str]:
    """`kubectl imagepull diagnose TARGET -n NAMESPACE` of a namespace as one command, for it takes several targets."""
    targets: dict[str, list[str]] = defaultdict(list)
    for command in diagnoses:
        *words, target, option, namespace = command.split()
        assert (*words, option) == ("kubectl", "imagepull", "diagnose", "-n")
        targets[namespace].append(target)
    return [f"kubectl imagepull diagnose {' '.join(names)} -n {namespace}" for namespace, names in targets.items()]


def test_every_check_finds_what_it_is_about(program: Program, terminal: Terminal, checks: list[str]) -> None:
    diagnoses = [command for command in checks if " imagepull " in command]
    others = [command for command in checks if command not in diagnoses]
    commands = [*others, *together(diagnoses)]
    with ThreadPoolExecutor(2) as threads:
        results = list(threads.map(lambda command: program.run("sh", "-c", pasteable(command)), commands))
    faults = []
    for command, result in zip(commands, results, strict=True):
        # nobody rolls anything out here, so what follows a rollout has to be cut short
        waits, error = " --timeout=" in command, result.stderr.strip()
        if result.returncode != waits or not (error.startswith(_TIMED_OUT) if waits else not error):
            faults.append(f"{command}: {result.returncode}, {error}")
        if not waits and not result.stdout.strip():
            faults.append(f"{command}: finds nothing")
    assert faults == []
    assert terminal.look() == []
    assert (len(others), len(diagnoses)) == (42, 42)


@pytest.mark.parametrize("target", _FOLLOWED)
def test_a_check_ends_well_once_it_runs(target: str, terminal: Terminal, admin: Admin, checks: list[str]) -> None:
    kind, namespace, name = _FOLLOWED[target]
    (check,) = [one for one in checks if f" {target} -n {namespace} " in f"{one} " and " imagepull " not in one]
    item = admin.get(kind, namespace, name)
    admin.set_status(kind, item, running(item))
    assert terminal.look() == []
    result = terminal.paste(check)
    assert (result.code, result.stderr, result.changes) == (0, "", [])
    assert "successfully rolled out" in result.stdout or "condition met" in result.stdout or "complete" in result.stdout


def test_a_check_of_what_is_gone_says_so(terminal: Terminal, checks: list[str]) -> None:
    codes = []
    for check in (one for one in checks if " deployment/frontend -n shop" in one):
        result = terminal.paste(pasteable(check).replace("deployment/frontend", "deployment/nothing"))
        assert "nothing" in result.stderr
        codes.append(result.code)
    assert codes == [1, 3]
