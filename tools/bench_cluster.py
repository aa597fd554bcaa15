"""Measures a scan of a large cluster, what docs/performance.md says of it: `make bench-cluster`.

API servers with 50,000 and with 5,000 pods, and one with 50,000 where failing pulls hide, are read by this program, by
`kubectl get pods -A`, and by three requests without which no answer can be given, sent by a bare Python program and by
curl. Runs take turns, so that other work on the machine slows all of them alike; bytes are counted in runs of their
own, by a relay in between.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from e2e.build import kubernetes_version
from e2e.control_plane import ControlPlane, bearer
from e2e.large import FailingPull, found_in, large_cluster
from e2e.program import NAME, environment
from e2e.relay import relay
from finished_run import FinishedRun, run_to_end

LARGE, SMALL = 50_000, 5_000
MEGABYTE = 1_000_000
#: What etcd, the API server and kubectl take together for one pod, in bytes.
MEMORY_OF_POD = 350_000
MEMINFO = Path("/proc/meminfo")
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
#: Path and Accept of each: the pods that are not up, a row of a table for each that is, and what failed.
REQUESTS = (
    (
        "/api/v1/pods?fieldSelector=status.phase%21%3DRunning%2Cstatus.phase%21%3DSucceeded&resourceVersion=0",
        "application/json",
    ),
    ("/api/v1/pods?includeObject=None&fieldSelector=status.phase%3DRunning&resourceVersion=0", TABLE),
    ("/api/v1/events?fieldSelector=involvedObject.kind%3DPod%2Creason%3DFailed", "application/json"),
)
BARE = """
import json, sys, urllib3
server, ca, login, encoding, requests = sys.argv[1:]
with urllib3.PoolManager(ca_certs=ca) as pool:
    for path, accept in json.loads(requests):
        headers = {"Accept": accept, "Accept-Encoding": encoding, "Authorization": login}
        answer = pool.request("GET", server + path, headers=headers, timeout=300)
        if answer.status != 200:
            sys.exit(f"{answer.status}: {answer.data[:300]}")
        json.loads(answer.data)
"""
OURS = f"{NAME} scan -A -o json"
KUBECTL = "kubectl get pods -A"
PLAIN = "three requests, Python"
GZIP = "three requests, Python, gzip"
CURL = "three requests, curl"
#: What was measured, the value, at most what it shall be, and the unit of both.
Goal: TypeAlias = tuple[str, float, float, str]


@dataclass
class Measured:
    """What was measured of one program: its runs, and the bytes that it read over the network."""

    runs: list[FinishedRun] = field(default_factory=list)
    received: int = 0

    @property
    def seconds(self) -> float:
        """The median of its times."""
        return statistics.median(run.seconds for run in self.runs)

    @property
    def memory(self) -> int:
        """The most memory that it had in any run."""
        return max(run.memory for run in self.runs)

    def over(self, other: Measured) -> float:
        """How many times the other's time it takes, the two compared round by round."""
        return statistics.median(a.seconds / b.seconds for a, b in zip(self.runs, other.runs, strict=True))


class Readers:
    """The programs that read one cluster."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane
        self.report = plane.folder / "report.json"

    def measure(self, rounds: int) -> dict[str, Measured]:
        """Counts each program's bytes, which warms all caches as well, and times them in turn."""
        found = {name: Measured() for name in self._commands(self._plane.url)}
        for name, one in found.items():
            with relay(self._plane) as between:
                self._run(name, between.url)
                one.received = between.received
        for _ in range(rounds):
            for name, one in found.items():
                one.runs.append(self._run(name, self._plane.url))
        return found

    def _run(self, name: str, server: str) -> FinishedRun:
        config = self._plane.kubeconfig(server=server)
        output = self.report if name == OURS else Path(os.devnull)
        variables = environment(config, self._plane.folder)
        with output.open("wb") as sink:
            return run_to_end(self._commands(server)[name], variables, stdout=sink)

    def _commands(self, server: str) -> dict[str, list[str]]:
        ca, login = str(self._plane.ca), bearer("admin")["Authorization"]
        python = [sys.executable, "-c", BARE, server, ca, login]
        curl = ["curl"]
        for path, accept in REQUESTS:
            # the API server indents what it sends to a client that calls itself curl
            curl += ["--next", "--silent", "--show-error", "--fail", "--user-agent", "bench", "--cacert", ca]
            curl += ["--header", f"Authorization: {login}", "--header", f"Accept: {accept}", f"{server}{path}"]
        return {
            OURS: [NAME, "scan", "-A", "-o", "json"],
            KUBECTL: ["kubectl", "get", "pods", "-A"],
            PLAIN: [*python, "identity", json.dumps(REQUESTS)],
            GZIP: [*python, "gzip", json.dumps(REQUESTS)],
            CURL: curl,
        }


def measure(pods: int, rounds: int, *, hard: bool = False) -> tuple[dict[str, Measured], bool]:
    """Measures a cluster of so many pods, prints it, and says whether what was found is right."""
    with tempfile.TemporaryDirectory() as folder, large_cluster(Path(folder), pods, hard=hard) as (plane, failing):
        readers = Readers(plane)
        found = readers.measure(rounds)
        report = json.loads(readers.report.read_text(encoding="utf-8"))
    print(f"\n{pods:,} pods{', in which failing pulls hide' if hard else ''}; median of {rounds} rounds")
    for name, one in found.items():
        times = " ".join(f"{each.seconds:.2f}" for each in one.runs)
        print(
            f"  {name:34} {one.seconds:7.2f} s {one.received / MEGABYTE:8.1f} MB read "
            f"{one.memory / MEGABYTE:7.0f} MB memory   ({times})"
        )
    return found, _is_right(found_in(report), failing)


def _is_right(found: list[FailingPull], failing: list[FailingPull]) -> bool:
    """Compares where pulls fail, and prints what differs; causes are only counted."""
    wanted, got = [one.place for one in failing], [one.place for one in found]
    print(f"  found {len(set(got) & set(wanted))} of {len(wanted)}, causes right {len(set(found) & set(failing))}")
    for what, places in (("missed", set(wanted) - set(got)), ("is none", set(got) - set(wanted))):
        for place in sorted(places)[:10]:
            print(f"    {what}: {'/'.join(place)}")
    return got == wanted


def free_memory() -> float:
    """Bytes of memory that can be had without swapping; endless where the system doesn't say."""
    if not MEMINFO.exists():
        return float("inf")
    lines = MEMINFO.read_text(encoding="ascii").splitlines()
    return next((1024 * float(line.split()[1]) for line in lines if line.startswith("MemAvailable:")), float("inf"))


def main() -> int:
    """Measures the clusters, and compares with the goals; 1 where a wrong set of pulls was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pods", type=int, nargs=2, default=[LARGE, SMALL], help="sizes, the large one first")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each program")
    arguments = parser.parse_args()
    large, small = arguments.pods
    if (free := free_memory()) < large * MEMORY_OF_POD:
        parser.error(
            f"{large:,} pods need {large * MEMORY_OF_POD / 1e9:.0f} GB of memory, and {free / 1e9:.0f} GB are free; "
            "give fewer with --pods"
        )
    print(f"Kubernetes {kubernetes_version()}, Python {platform.python_version()}, {os.cpu_count()} cores, loopback")
    found, right = measure(large, arguments.rounds)
    fewer, right_of_fewer = measure(small, arguments.rounds)
    hard, right_of_hard = measure(large, arguments.rounds, hard=True)
    growth = (f"time at {large:,} pods against {small:,}", found[OURS].seconds / fewer[OURS].seconds, 3, "times")
    compare(f"{large:,} pods", [*goals(found), growth])
    compare(f"{large:,} pods, in which failing pulls hide", goals(hard))
    all_right = right and right_of_fewer and right_of_hard
    print(f"\n  {'exactly the failing pulls were found':48} {'yes' if all_right else 'NO'}")
    return 0 if all_right else 1


def goals(found: Mapping[str, Measured]) -> list[Goal]:
    """What a scan takes, and at most shall."""
    ours = found[OURS]
    return [
        (f"time against {KUBECTL}", ours.over(found[KUBECTL]), 1 / 18, "times"),
        *((f"time against {name}", ours.over(found[name]), 1.3, "times") for name in (PLAIN, GZIP)),
        ("read over the network", ours.received / MEGABYTE, 20, "MB"),
        ("memory", ours.memory / MEGABYTE, 150, "MB"),
    ]


def compare(title: str, measured: Sequence[Goal]) -> None:
    """Prints what was measured beside its goals."""
    print(f"\n{OURS}, {title}")
    for what, value, most, unit in measured:
        print(f"  {what:48} {value:9.3f} {unit:5} of at most {most:7.3f}: {'met' if value <= most else 'NOT MET'}")


if __name__ == "__main__":
    sys.exit(main())
