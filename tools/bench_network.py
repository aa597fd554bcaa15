"""Measures the program over a network, what docs/performance.md says of it: `make bench-network`.

A real API server on loopback holds the recorded cluster, and a relay lets it be far away. This program and kubectl take
turns, so that other work on the machine slows both alike; the bars are differences and ratios within a run. Requests
are counted by the API server itself (its audit log), ways to the server and back by the relay. Exits with 1 where a bar
is missed.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from e2e.admin import Admin
from e2e.build import kubernetes_version
from e2e.captured import put_captured
from e2e.control_plane import ControlPlane, bearer
from e2e.large import large_cluster
from e2e.program import NAME, environment
from far_server import FarServer, Traffic, far_server
from finished_run import run_to_end
from platforms import this_platform

ROOT = Path(__file__).resolve().parent.parent
RECORDED = 79
EMPTY = "nothing-here"
#: Namespace and name of a Deployment whose pull fails.
DEPLOYMENT = ("shop", "frontend")


@dataclass(frozen=True)
class Network:
    """How far away a server is."""

    #: The delay each way, in milliseconds.
    milliseconds: int
    #: Megabits a second each way; 0 for no limit.
    megabits: int = 0

    def __str__(self) -> str:
        limit = f", {self.megabits} Mbit/s" if self.megabits else ""
        return f"{self.milliseconds} ms each way{limit}"


#: The one that the bars are about.
BARRED = Network(50)
NETWORKS = (Network(0), Network(20), BARRED, Network(50, megabits=10), Network(200))
#: Every request is told once, when it has been answered.
POLICY = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived", "ResponseStarted"],
    "rules": [{"level": "Metadata"}],
}
KUBECTL = "kubectl"
SCAN, GET, GET_EVENTS = "scan -A", "kubectl get pods -A", "kubectl get pods,events -A"
DIAGNOSE, DESCRIBE = "diagnose deploy/NAME", "kubectl describe deploy/NAME"
SCAN_EMPTY, GET_EMPTY, VERSION = "scan of nothing", "kubectl get pods of nothing", "version"
SCAN_BY_PIP, SCAN_EMPTY_BY_PIP = "scan -A, by pip", "scan of nothing, by pip"


@dataclass(frozen=True)
class Run:
    """One run of a program."""

    #: Seconds from its start to its end.
    seconds: float
    #: Seconds of the processor.
    cpu: float
    #: Requests that the server answered; 0 where it kept no log.
    requests: int
    #: What went over the network.
    traffic: Traffic
    #: Ways to the server and back that waited for one another.
    rounds: int


@dataclass
class Measured:
    """All runs of one command over one network."""

    #: The runs, in order.
    runs: list[Run] = field(default_factory=list)

    def median(self, what: str) -> float:
        """The median of a field of the runs."""
        return statistics.median(float(getattr(run, what)) for run in self.runs)

    def line(self) -> str:
        """The medians, to print."""
        last = self.runs[-1]
        seconds = " ".join(f"{run.seconds:.2f}" for run in self.runs)
        return (
            f"{self.median('seconds'):6.2f} s {self.median('cpu'):6.2f} s CPU {self.median('requests'):4.0f} requests "
            f"{last.traffic.connections:3} connections {self.median('rounds'):3.0f} rounds "
            f"{last.traffic.received / 1e6:6.2f} MB  ({seconds})"
        )


class AuditLog:
    """The API server's audit log, from where it was read last."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = path.stat().st_size

    def requests(self) -> int:
        """How many requests of users were answered since the last time."""
        with self._path.open(encoding="utf-8") as log:
            log.seek(self._at)
            lines = log.readlines()
            self._at = log.tell()
        events = [json.loads(line) for line in lines if line.endswith("\n")]
        return sum(event["user"]["username"] == "admin" for event in events)


def audited(folder: Path) -> tuple[Path, list[str]]:
    """Where an API server will write its audit log, and the flags for that."""
    policy, log = folder / "policy.json", folder / "audit.log"
    policy.write_text(json.dumps(POLICY), encoding="utf-8")
    return log, [f"--audit-policy-file={policy}", f"--audit-log-path={log}", "--audit-log-mode=blocking"]


@contextmanager
def recorded_cluster(folder: Path) -> Iterator[tuple[ControlPlane, Path]]:
    """Runs an API server with the recorded cluster; gives it with its audit log."""
    log, flags = audited(folder)
    plane = ControlPlane(folder / "plane", flags=flags)
    plane.start()
    try:
        admin = Admin(plane.url, bearer("admin"), ca_certs=str(plane.ca))
        put_captured(admin)
        admin.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": EMPTY}})
        yield plane, log
    finally:
        plane.stop()


def commands(ours: Sequence[str]) -> dict[str, list[str]]:
    """What is measured; `ours` is the package."""
    namespace, name = DEPLOYMENT
    return {
        SCAN: [*ours, "scan", "-A"],
        GET: [KUBECTL, "get", "pods", "-A"],
        GET_EVENTS: [KUBECTL, "get", "pods,events", "-A"],
        DIAGNOSE: [*ours, "diagnose", f"deploy/{name}", "-n", namespace],
        DESCRIBE: [KUBECTL, "describe", f"deploy/{name}", "-n", namespace],
        SCAN_EMPTY: [*ours, "scan", "-n", EMPTY],
        GET_EMPTY: [KUBECTL, "get", "pods", "-n", EMPTY],
        SCAN_BY_PIP: [NAME, "scan", "-A"],
        SCAN_EMPTY_BY_PIP: [NAME, "scan", "-n", EMPTY],
        VERSION: [*ours, "version"],
    }


def run(command: Sequence[str], variables: Mapping[str, str], far: FarServer, log: AuditLog | None) -> Run:
    """Runs a program to its end; ends this one where it fails."""
    far.traffic = Traffic()
    finished = run_to_end(command, variables)
    traffic, requests = far.traffic, log.requests() if log else 0
    return Run(finished.seconds, finished.cpu, requests, traffic, traffic.rounds(far.delay))


def measure(
    plane: ControlPlane, log: AuditLog | None, measured: Mapping[str, list[str]], network: Network, rounds: int
) -> dict[str, Measured]:
    """Measures commands in turn over one network; a round before the others fills all caches."""
    found = {name: Measured() for name in measured}
    with far_server(plane.port, network.milliseconds / 1000, network.megabits * 1e6) as far:
        variables = environment(plane.kubeconfig(server=far.url, name="far"), plane.folder)
        for number in range(rounds + 1):
            for name, command in measured.items():
                one = run(command, variables, far, log)
                if number:
                    found[name].runs.append(one)
    return found


def show(title: str, measured: Mapping[str, Measured]) -> None:
    """Prints the medians of one network."""
    print(f"\n{title}")
    for name, one in measured.items():
        print(f"  {name:30} {one.line()}")


def bars(measured: Mapping[str, Measured]) -> list[tuple[str, float, float]]:
    """What was measured at 50 ms each way, its value, and at most what it shall be."""

    def more(ours: str, kubectl: str) -> float:
        return measured[ours].median("seconds") - measured[kubectl].median("seconds")

    def times(ours: str, kubectl: str) -> float:
        return measured[ours].median("cpu") / measured[kubectl].median("cpu")

    return [
        ("seconds more: scan -A than kubectl get pods -A", more(SCAN, GET), 1.0),
        ("seconds more: diagnose than kubectl describe", more(DIAGNOSE, DESCRIBE), 0.8),
        ("requests of scan -A", measured[SCAN].median("requests"), 40),
        ("requests of diagnose", measured[DIAGNOSE].median("requests"), 40),
        ("CPU: scan -A, times kubectl's", times(SCAN, GET), 3.0),
        ("CPU: scan of nothing, times kubectl's", times(SCAN_EMPTY, GET_EMPTY), 2.0),
        ("CPU: scan of nothing by pip, times kubectl's", times(SCAN_EMPTY_BY_PIP, GET_EMPTY), 3.0),
    ]


def hold_to_bars(measured: Mapping[str, Measured]) -> bool:
    """Prints what was measured beside the bars, and says whether all are met."""
    print()
    for what, value, most in bars(measured):
        print(f"  {what:50} {value:6.2f} of at most {most:5.2f}: {'met' if value <= most else 'NOT MET'}")
    return all(value <= most for _, value, most in bars(measured))


def measure_recorded(ours: Sequence[str], rounds: int) -> bool:
    """Measures the recorded cluster over all networks, and says whether the bars are met."""
    met = True
    with tempfile.TemporaryDirectory() as folder, recorded_cluster(Path(folder)) as (plane, path):
        log = AuditLog(path)
        for network in NETWORKS:
            found = measure(plane, log, commands(ours), network, rounds)
            show(f"{network}, the recorded cluster ({RECORDED} pods)", found)
            if network == BARRED:
                met = hold_to_bars(found)
    return met


def measure_large(ours: Sequence[str], pods: int, rounds: int) -> None:
    """Measures a large cluster at 50 ms each way."""
    with tempfile.TemporaryDirectory() as folder, large_cluster(Path(folder), pods, hard=False) as (plane, _):
        wanted = {name: commands(ours)[name] for name in (SCAN, GET, GET_EVENTS)}
        show(f"{BARRED}, {pods:,} pods", measure(plane, None, wanted, BARRED, rounds))


def main() -> int:
    """Measures, and gives 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="runs of each command")
    parser.add_argument("--pods", type=int, nargs="*", default=[3_000], help="sizes of large clusters, none for none")
    arguments = parser.parse_args()
    print(
        f"Kubernetes {kubernetes_version()}, Python {platform.python_version()}, medians of {arguments.rounds} rounds"
    )
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(ROOT / "dist" / this_platform().archive) as packed:
            packed.extractall(folder)  # noqa: S202 - it was built a moment ago
        ours = [str(Path(folder) / this_platform().program)]
        met = measure_recorded(ours, arguments.rounds)
        for pods in arguments.pods:
            measure_large(ours, pods, min(arguments.rounds, 3))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
