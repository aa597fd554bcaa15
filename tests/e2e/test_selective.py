"""Only the failing pods are read: the same is found as in all of them, and a request that fails costs only itself."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from e2e.admin import Admin, Json
from e2e.captured import wrong
from e2e.control_plane import ControlPlane
from e2e.faults import Fault, FaultProxy, says
from e2e.program import Program

from kubectl_imagepull.kube.reading import live

#: Seconds that a run may take beside what a test lets it wait: the machine may be busy.
MARGIN = 8.0
#: What one request may take.
LIMIT = 1.0
#: The three requests, each by what a note calls that which it gives, and those that follow.
NOT_RUNNING, TABLE, EVENTS, ONE_BY_ONE = (
    "pods that aren't running",
    "pods that run",
    "events",
    "pods that are not ready",
)
REQUESTS = {
    NOT_RUNNING: r"/pods\?.*phase%21%3D",
    TABLE: r"/pods\?.*includeObject=None",
    EVENTS: r"/events\?.*reason%3DFailed(?!C)",
    ONE_BY_ONE: r"/pods\?.*metadata\.name",
}
SANDBOX, MORE_EVENTS = r"/events\?.*reason%3DFailedCreatePodSandBox", r"/events\?.*involvedObject\.name"
OVERLOADED = "etcdserver: request timed out"
SLOW_DOWN = "the server has received too many requests and has asked us to try again later"
#: What happens to a request, and how a note says it.
FAULTS = {
    "500": (says(500, OVERLOADED), OVERLOADED),
    "429": (says(429, SLOW_DOWN, Retry_After="1"), SLOW_DOWN),
    "cut": (Fault(cut=20), "the connection was interrupted"),
    "silent": (Fault(delay=60), f"no answer within {LIMIT:g} s"),
}
Verdicts = dict[tuple[str, str, str, str], str]
Scan = Callable[..., tuple[int, list[str], Json]]


def verdicts(report: Json) -> Verdicts:
    """Namespace, pod, container and cause -> how sure it is."""
    fields = ("namespace", "pod", "container", "cause")
    return {tuple(one[field] for field in fields): one["confidence"] for one in report["failures"]}


@pytest.fixture
def proxy(plane: ControlPlane) -> Iterator[FaultProxy]:
    """A proxy in front of the recorded cluster."""
    proxy = FaultProxy(plane.url, plane.ca)
    yield proxy
    proxy.stop()


@pytest.fixture
def scan(plane: ControlPlane, proxy: FaultProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scan:
    """Diagnoses as if all scopes were large; gives exit code, lines of standard error, and the report."""
    monkeypatch.setattr(live, "SMALL", 0)
    monkeypatch.setattr(live, "_FIRST", 1)
    program = Program(plane.kubeconfig(server=proxy.url, name="selective"), tmp_path)

    def run(scope: str = "-A", limit: float = 20) -> tuple[int, list[str], Json]:
        result = program.inside("diagnose", scope, "-o", "json", f"--request-timeout={limit:g}s")
        return result.returncode, result.stderr.splitlines(), json.loads(result.stdout or "{}")

    return run


@pytest.fixture(scope="module")
def whole(plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Json:
    """The report of a run that reads all pods."""
    program = Program(plane.kubeconfig(), tmp_path_factory.mktemp("home"))
    report: Json = json.loads(program.inside("diagnose", "-A", "--full", "-o", "json").stdout)
    return report


@pytest.fixture(scope="module")
def phases(admin: Admin) -> dict[tuple[str, str], str]:
    """Namespace and name of a pod -> its phase."""
    return {
        (one["metadata"]["namespace"], one["metadata"]["name"]): one["status"]["phase"] for one in admin.items("Pod")
    }


def requests_for(proxy: FaultProxy, resource: str) -> list[dict[str, str]]:
    """The queries of lists of a resource that the program sent."""
    return [one.query for one in proxy.requests if one.path.endswith(f"/{resource}")]


def test_the_same_is_found_as_in_all_pods(scan: Scan, proxy: FaultProxy, whole: Json) -> None:
    code, lines, report = scan()
    assert code == 0
    (line,) = lines
    assert re.fullmatch(r"note: ephemeral containers: of \d+ running pods that are ready only the events .*", line)
    assert verdicts(report) == verdicts(whole)
    assert wrong(report) == []
    queries = requests_for(proxy, "pods")
    assert len([query for query in queries if "fieldSelector" not in query]) == 1
    assert {"1", None} >= {query.get("limit") for query in queries if "labelSelector" not in query}


@pytest.mark.parametrize("namespace", ["shop", "logistics", "payments"])
def test_the_same_is_found_in_a_namespace(scan: Scan, whole: Json, namespace: str) -> None:
    code, _, report = scan(f"-n{namespace}")
    assert code == 0
    assert verdicts(report) == {key: sure for key, sure in verdicts(whole).items() if key[0] == namespace}


def left_without(lost: str, whole: Json, phases: Mapping[tuple[str, str], str]) -> set[tuple[str, str]]:
    """The pods whose failures are found where one of the requests gives nothing."""
    failing = {key[:2] for key in verdicts(whole)}
    running = {key for key in failing if phases[key] == "Running"}
    # an ephemeral container that fails leaves its pod ready: only events lead to it
    ephemeral = {key for key in running if key[1].startswith("debugme-")}
    only_events = {key for key in failing if key[1].startswith(("gps-", "packer-"))}
    return {
        NOT_RUNNING: running,
        TABLE: (failing - running) | ephemeral,
        ONE_BY_ONE: failing - running,
        EVENTS: failing - only_events - ephemeral,
    }[lost]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("lost", REQUESTS)
def test_a_request_that_fails_costs_only_itself(  # noqa: PLR0913, PLR0917 - what it takes
    scan: Scan, proxy: FaultProxy, whole: Json, phases: Mapping[tuple[str, str], str], lost: str, fault: str
) -> None:
    happens, why = FAULTS[fault]
    proxy.on(REQUESTS[lost], happens)
    began = time.monotonic()
    code, lines, report = scan(limit=LIMIT)
    seconds = time.monotonic() - began
    notes = [one for one in report["skipped"] if one["what"] != "ephemeral containers"]
    assert code == 4
    assert [one["what"] for one in notes] == [lost]
    assert re.fullmatch(rf"could not be read: {re.escape(why)}( and \d+ more)?", notes[0]["why"])
    assert [f"note: {one['what']}: {one['why']}" for one in report["skipped"]] == lines
    assert seconds < 2 * LIMIT + MARGIN
    assert {key[:2] for key in verdicts(report)} == left_without(lost, whole, phases)


def test_without_any_pods_the_first_requests_are_left(
    scan: Scan, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_FIRST", 25)
    for lost in (NOT_RUNNING, TABLE):
        proxy.on(REQUESTS[lost], says(500, OVERLOADED))
    code, lines, report = scan()
    assert (code, lines) == (4, [f"note: pods: the list broke off after 25: {OVERLOADED}"])
    assert report["podsScanned"] == 25
    assert report["failures"]


def test_requests_that_break_once_are_sent_again(scan: Scan, proxy: FaultProxy, whole: Json) -> None:
    for pattern in (*REQUESTS.values(), SANDBOX, MORE_EVENTS):
        proxy.on(pattern, Fault(cut=20), times=1)
    code, lines, report = scan()
    assert (code, len(lines)) == (0, 1)
    assert verdicts(report) == verdicts(whole)
