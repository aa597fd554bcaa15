"""Servers, load balancers and networks on a bad day: what could be read is in the report, the rest is said, at once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from threading import Event
from typing import Any

import pytest
import urllib3
from e2e.admin import Admin, Json
from e2e.conftest import admin_of
from e2e.control_plane import ControlPlane
from e2e.faults import EXPIRED, Fault, FaultProxy, says
from e2e.program import Program

#: Seconds that a run may take beside what a test lets it wait: the machine may be busy.
MARGIN = 8.0
#: What one request may take where a test is about waiting.
LIMIT = 1.0
PODS, EVENTS = r"/pods\b", r"/events\b"
#: Requests for a list's second page and further ones, and what makes a run send them.
MORE_PODS, MORE_EVENTS = r"/pods\?.*continue=", r"/events\?.*continue="
PAGED = "--chunk-size=20"
#: The pods of the first request, which are there whatever becomes of the pages.
FIRST = 25
BROKEN = "the connection was interrupted"
SLOW_DOWN = "the server has received too many requests and has asked us to try again later"
OVERLOADED = "etcdserver: request timed out"
Found = set[tuple[str, str, str, str]]


@pytest.fixture(params=["https", "http"])
def both(request: pytest.FixtureRequest, plane: ControlPlane) -> Iterator[FaultProxy]:
    """A proxy with TLS, and one without: a connection that ends looks different in each."""
    yield from proxy_of(plane, tls=request.param == "https")


@pytest.fixture
def proxy(plane: ControlPlane) -> Iterator[FaultProxy]:
    """A proxy with TLS, as API servers are reached."""
    yield from proxy_of(plane, tls=True)


def proxy_of(plane: ControlPlane, *, tls: bool) -> Iterator[FaultProxy]:
    files = {"certificate": plane.folder / "server.crt", "key": plane.folder / "server.key"} if tls else {}
    proxy = FaultProxy(plane.url, plane.ca, **files)
    yield proxy
    proxy.stop()


Run = Callable[..., "Outcome"]


def found_in(report: Json) -> Found:
    """What a report says, as (namespace, pod, container, cause)."""
    return {(one["namespace"], one["pod"], one["container"], one["cause"]) for one in report.get("failures", ())}


def pods(found: Found) -> set[tuple[str, str]]:
    """The pods that failed, whatever their causes were called."""
    return {(namespace, pod) for namespace, pod, *_ in found}


def shown_by_status(found: Found) -> set[tuple[str, str]]:
    """The same without those that only their events show."""
    return {key for key in pods(found) if not key[1].startswith(("gps-", "packer-"))}


def places(found: Found) -> set[tuple[str, ...]]:
    """What failed, whatever its cause was called."""
    return {one[:-1] for one in found}


class Outcome:
    """How a run ended: exit code, the lines on standard error, failures, and seconds."""

    def __init__(self, result: CompletedProcess[str], seconds: float) -> None:
        self.code = result.returncode
        self.lines = result.stderr.splitlines()
        self.seconds = seconds
        self.report: Json = json.loads(result.stdout) if result.stdout else {}
        self.found = found_in(self.report)

    @property
    def texts(self) -> set[str]:
        """What evidence says could not be looked at."""
        return {
            item["text"] for one in self.report["failures"] for item in one["evidence"] if item["result"] == "skipped"
        }


@pytest.fixture
def run(plane: ControlPlane, tmp_path: Path) -> Run:
    """Scans all namespaces through a proxy, with a limit for each request."""

    def scan(proxy: FaultProxy, *flags: str, limit: float = 20, by_kubectl: bool = False) -> Outcome:
        program = Program(plane.kubeconfig(server=proxy.url, name="faults", namespace="shop"), tmp_path)
        began = time.monotonic()
        command = ("scan", "-A", "-o", "json", f"--request-timeout={limit:g}s", *flags)
        result = program(*command, by_kubectl=True) if by_kubectl else program.inside(*command)
        return Outcome(result, time.monotonic() - began)

    return scan


@pytest.fixture(scope="module")
def whole(plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What there is to find."""
    return found_in(Program(plane.kubeconfig(), tmp_path_factory.mktemp("home")).report("scan", "-A"))


def is_whole(outcome: Outcome, whole: Found) -> None:
    """Nothing is missing and nothing is said."""
    assert (outcome.code, outcome.lines) == (0, [])
    assert outcome.found == whole


def is_nothing(outcome: Outcome, url: str, why: str) -> None:
    """One line says why there is no report."""
    assert (outcome.code, outcome.report) == (3, {})
    (line,) = outcome.lines
    assert line.startswith((f"error: cannot reach the API server at {url} (", f"error: the API server at {url} "))
    assert f"({why}); check it with 'kubectl --context e2e " in line


def is_part(outcome: Outcome, whole: Found, what: str, why: str) -> None:
    """There is a report, and a line for what is missing in it; what is there is right."""
    assert outcome.code == 4
    assert outcome.lines
    for line in outcome.lines:
        assert line.startswith(f"note: {what}: ")
        assert line.endswith(f": {why}")
    assert [f"note: {one['what']}: {one['why']}" for one in outcome.report["skipped"]] == outcome.lines
    assert outcome.found
    assert outcome.found <= whole


def test_the_proxy_itself_changes_nothing(both: FaultProxy, run: Run, whole: Found) -> None:
    is_whole(run(both, by_kubectl=True), whole)
    assert {status for _, status in both.answers} <= {200, 404}


# Connections that end


ENDS = {"closed": Fault(close=True), "reset": Fault(reset=True), "cut": Fault(cut=100)}


@pytest.mark.parametrize("end", ENDS)
def test_a_connection_that_ends_once_is_made_again(both: FaultProxy, run: Run, whole: Found, end: str) -> None:
    for pattern in (PODS, EVENTS, MORE_PODS, "/nodes", "/secrets"):
        both.on(pattern, ENDS[end], times=1)
    is_whole(run(both, PAGED), whole)


@pytest.mark.parametrize("end", ENDS)
def test_connections_that_always_end(proxy: FaultProxy, run: Run, whole: Found, end: str) -> None:
    proxy.on(MORE_PODS, ENDS[end])
    outcome = run(proxy, PAGED)
    is_part(outcome, whole, "pods", BROKEN)
    assert outcome.report["podsScanned"] == FIRST
    assert outcome.found < whole
    proxy.on(PODS, ENDS[end])
    is_nothing(run(proxy), proxy.url, BROKEN)


def test_events_that_never_come_through(proxy: FaultProxy, run: Run, whole: Found) -> None:
    proxy.on(EVENTS, Fault(cut=100))
    outcome = run(proxy, by_kubectl=True)
    is_part(outcome, whole, "events", BROKEN)
    assert pods(outcome.found) == shown_by_status(whole)


# Servers that ask for patience


def test_too_many_requests_once(proxy: FaultProxy, run: Run, whole: Found) -> None:
    for pattern in (PODS, "/secrets"):
        proxy.on(pattern, says(429, SLOW_DOWN, Retry_After="1"), times=1)
    outcome = run(proxy)
    is_whole(outcome, whole)
    # one wait after the other
    assert 2 <= outcome.seconds < 2 + MARGIN


@pytest.mark.parametrize(("after", "least"), [("1", 1), ("3600", 0)])
def test_too_many_requests_for_ever(proxy: FaultProxy, run: Run, whole: Found, after: str, least: float) -> None:
    fault = says(429, SLOW_DOWN, Retry_After=after)
    proxy.on(EVENTS, fault)
    outcome = run(proxy, limit=2)
    is_part(outcome, whole, "events", SLOW_DOWN)
    assert least <= outcome.seconds < 2 + MARGIN
    if least:
        assert len(proxy.matching("/events")) > 1
    proxy.on(PODS, fault)
    outcome = run(proxy, limit=2)
    is_nothing(outcome, proxy.url, SLOW_DOWN)
    assert least <= outcome.seconds < 2 + MARGIN


def test_what_is_no_status_is_quoted_where_it_is_plain_text(proxy: FaultProxy, run: Run) -> None:
    plain = {"Content-Type": "text/plain; charset=utf-8", "Retry-After": "3600"}
    proxy.on(PODS, Fault(status=429, body=b"Too many requests, please try again later.\n", headers=plain), times=1)
    is_nothing(run(proxy), proxy.url, "Too many requests, please try again later.")
    proxy.on(PODS, Fault(status=502, body=b"<html>Bad gateway</html>", headers={"Content-Type": "text/html"}), first=1)
    is_nothing(run(proxy), proxy.url, "status 502")


# Servers that fail


def test_pods_that_cannot_be_listed(proxy: FaultProxy, run: Run) -> None:
    proxy.on(PODS, says(500, OVERLOADED))
    is_nothing(run(proxy, by_kubectl=True), proxy.url, OVERLOADED)


def test_a_later_page_of_pods_that_cannot_be_listed(proxy: FaultProxy, run: Run, whole: Found) -> None:
    proxy.on(MORE_PODS, says(503, OVERLOADED))
    is_part(run(proxy, PAGED), whole, "pods", OVERLOADED)


@pytest.mark.parametrize("pattern", [EVENTS, MORE_EVENTS])
def test_events_that_cannot_be_listed(proxy: FaultProxy, run: Run, whole: Found, pattern: str) -> None:
    proxy.on(pattern, says(500, OVERLOADED))
    is_part(run(proxy, PAGED), whole, "events", OVERLOADED)


SECRETS = f"note: pull secrets: could not be read: {OVERLOADED}; they may decide the cause of 8 failures"


@pytest.mark.parametrize("resource", ["secrets", "nodes", "replicasets"])
def test_what_else_cannot_be_read_is_evidence_that_was_skipped(
    proxy: FaultProxy, run: Run, whole: Found, resource: str
) -> None:
    proxy.on(f"/{resource}", says(500, OVERLOADED))
    outcome = run(proxy)
    assert (outcome.code, outcome.lines) == (0, [SECRETS] if resource == "secrets" else [])
    assert places(outcome.found) == places(whole)
    if resource != "secrets":
        # only what is in a secret decides between causes
        assert outcome.found == whole
    assert outcome.texts
    assert all(f"could not be read: {OVERLOADED}" in text for text in outcome.texts)


def test_everything_but_pods_fails(proxy: FaultProxy, run: Run, whole: Found) -> None:
    proxy.on(r"^(?!.*/pods\b)", Fault(reset=True))
    outcome = run(proxy)
    assert outcome.lines.pop().startswith("note: pull secrets: ")
    outcome.report["skipped"].pop()
    is_part(outcome, outcome.found, "events", BROKEN)
    assert pods(outcome.found) == shown_by_status(whole)


# Pages that have expired


def test_pages_that_always_expire(proxy: FaultProxy, run: Run, whole: Found) -> None:
    proxy.on("continue=", EXPIRED)
    is_whole(run(proxy, PAGED), whole)


def test_what_is_read_again_and_fails(proxy: FaultProxy, run: Run, whole: Found) -> None:
    proxy.on(MORE_PODS, EXPIRED)
    proxy.on(r"/pods(?!.*limit=)", says(500, OVERLOADED))
    is_part(run(proxy, PAGED), whole, "pods", OVERLOADED)


# Servers that are slow


@pytest.mark.parametrize("fault", [Fault(delay=60), Fault(drip=0.05)], ids=["silent", "dripping"])
@pytest.mark.parametrize("pattern", [PODS, MORE_PODS, EVENTS])
def test_nothing_waits_longer_than_it_may(
    proxy: FaultProxy, run: Run, whole: Found, fault: Fault, pattern: str
) -> None:
    proxy.on(pattern, fault)
    outcome = run(proxy, PAGED, limit=LIMIT)
    why = f"no answer within {LIMIT:g} s"
    if pattern == PODS:
        is_nothing(outcome, proxy.url, why)
    else:
        is_part(outcome, whole, "pods" if pattern == MORE_PODS else "events", why)
    assert LIMIT <= outcome.seconds < LIMIT + MARGIN


def test_optional_reads_that_hang_are_given_up_together(proxy: FaultProxy, run: Run, whole: Found) -> None:
    proxy.on("/(secrets|nodes|serviceaccounts|replicasets)/", Fault(delay=60))
    outcome = run(proxy, limit=LIMIT)
    (secrets,) = outcome.lines
    assert (outcome.code, secrets.partition(": ")[2].partition(":")[0]) == (0, "pull secrets")
    assert pods(outcome.found) == pods(whole)
    # not each of some forty requests for as long as it may take
    assert LIMIT <= outcome.seconds < 2 * LIMIT + MARGIN


def test_waiting_goes_on_where_a_reading_fails(plane: ControlPlane, proxy: FaultProxy, tmp_path: Path) -> None:
    shown = tmp_path / "stderr"
    shown.touch()
    watches = r"/pods\?.*watch=1"
    proxy.on(watches, Fault(reset=True), when=lambda: "trying again" not in shown.read_text(encoding="utf-8"))
    program = Program(plane.kubeconfig(server=proxy.url, name="faults", namespace="shop"), tmp_path)
    command = "kubectl imagepull diagnose deploy/cart --wait=4s --request-timeout=5s"
    result = program.run("sh", "-c", f"{command} 2>{shown}")
    assert (result.returncode, result.stdout.split()[0]) == (5, "CorruptContent")
    assert [
        line.partition(" (")[0] for line in shown.read_text(encoding="utf-8").splitlines() if "trying again" in line
    ] == ["trying again: the watch of pods ended"]


# A server of the tests' own, to maltreat

#: Its pods: more than the first request gives.
SMALL = 45


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A server with failing pods; without its cache, which would give pages that etcd has forgotten."""
    plane = ControlPlane(tmp_path_factory.mktemp("small"), flags=["--watch-cache=false"])
    try:
        plane.start()
        put_pods(admin_of(plane), SMALL)
        yield plane
    finally:
        plane.stop()


@pytest.fixture
def scan_small(small: ControlPlane, tmp_path: Path) -> Iterator[tuple[FaultProxy, Callable[[], Outcome]]]:
    """A proxy in front of that server, and a run that reads its pods page by page."""
    proxy = FaultProxy(small.url, small.ca)
    program = Program(small.kubeconfig(server=proxy.url), tmp_path)
    yield proxy, lambda: Outcome(program.inside("scan", "-o", "json", PAGED, "--request-timeout=5s"), 0)
    proxy.stop()


def test_a_page_that_has_expired_in_the_server(
    small: ControlPlane, scan_small: tuple[FaultProxy, Callable[[], Outcome]]
) -> None:
    proxy, scan = scan_small
    proxy.on(MORE_PODS, Fault(before=lambda: compact(small)), times=1)
    outcome = scan()
    assert (outcome.code, outcome.lines, len(outcome.found)) == (0, [], SMALL)
    assert 410 in {status for path, status in proxy.answers if path.endswith("/pods")}


def compact(plane: ControlPlane) -> None:
    """Has etcd forget all earlier states, so that a list that has begun can't go on."""
    put_pods(admin_of(plane), 1, name="now")
    admin_of(plane).delete("Pod", "default", "now-0")
    answer = urllib3.request("POST", f"{plane.etcd_url}/v3/kv/range", json={"key": "AA=="}).json()
    revision = {"revision": answer["header"]["revision"], "physical": True}
    assert urllib3.request("POST", f"{plane.etcd_url}/v3/kv/compaction", json=revision).status == 200


def test_a_server_that_goes_and_comes_back(
    small: ControlPlane, scan_small: tuple[FaultProxy, Callable[[], Outcome]]
) -> None:
    proxy, scan = scan_small
    gone = Event()

    def go() -> None:
        small.stop_process("kube-apiserver")
        gone.set()

    proxy.on(MORE_PODS, Fault(before=go), times=1)
    # they are asked for beside the pods
    proxy.on(EVENTS, Fault(before=lambda: gone.wait(30)), times=1)
    outcome = scan()
    assert outcome.code == 4
    assert {line.split(": ")[1] for line in outcome.lines} == {"pods", "events"}
    assert {cause for *_, cause in outcome.found} == {"TagNotFound"}
    assert len(outcome.found) == FIRST
    is_nothing(scan(), proxy.url, BROKEN)
    small.start_apiserver()
    outcome = scan()
    assert (outcome.code, outcome.lines, len(outcome.found)) == (0, [], SMALL)


def put_pods(admin: Admin, count: int, name: str = "pod") -> None:
    """Makes pods whose tag isn't there."""
    message = 'failed to pull and unpack image "r.example/a:1": failed to resolve reference "r.example/a:1": r.example/a:1: not found'
    waiting: Any = {"reason": "ErrImagePull", "message": f"rpc error: code = NotFound desc = {message}"}
    status = {"name": "a", "image": "r.example/a:1", "imageID": "", "ready": False, "restartCount": 0}
    for number in range(count):
        admin.create(
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {"name": f"{name}-{number}", "namespace": "default"},
                "spec": {"containers": [{"name": "a", "image": "r.example/a:1"}]},
                "status": {"phase": "Pending", "containerStatuses": [{**status, "state": {"waiting": waiting}}]},
            }
        )
