"""Measures `scan --watch` of a cluster that changes 50 times a second, for docs/performance.md: `make bench-watch`.

A real API server on loopback holds the recorded cluster. Pods are written again and again, and some of them fail and
run in turn. Exits with 1 where processor time or memory is above its bar, or where the last table that the watch showed
isn't that of a fresh scan.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import urllib3
from e2e.admin import Admin
from e2e.captured import put_captured
from e2e.control_plane import ControlPlane, bearer
from e2e.program import NAME, environment

#: Changes a second, and of how many one lets a pod fail or run.
RATE, OF_STATUS = 50, 10
#: Seconds after which memory is taken for the first time, and those that the watch has for what comes last.
WARM, SETTLE = 15.0, 5.0
#: The bars: parts of a core, and memory at the end against that after WARM seconds.
MOST_CORE, MOST_GROWTH = 0.2, 1.1
HEALTHY = {"phase": "Running", "containerStatuses": [{"name": "app", "state": {"running": {}}}]}
FAILING = {
    "phase": "Pending",
    "containerStatuses": [
        {"name": "app", "state": {"waiting": {"reason": "ImagePullBackOff", "message": 'Back-off pulling image "x:1"'}}}
    ],
}
STATUS_FIELDS = {"image": "x:1", "imageID": "", "ready": False, "restartCount": 0, "lastState": {}}


class Changes:
    """Changes pods of a cluster, one after the other."""

    def __init__(self, plane: ControlPlane) -> None:
        self._url = plane.url
        self._pool = urllib3.PoolManager(ca_certs=str(plane.ca))
        admin = Admin(plane.url, bearer("admin"), ca_certs=str(plane.ca))
        put_captured(admin)
        admin.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "changing"}})
        self._changing = [f"web-{number}" for number in range(20)]
        for name in self._changing:
            spec = {"containers": [{"name": "app", "image": "x:1"}], "nodeName": "worker-a"}
            place = {"name": name, "namespace": "changing"}
            admin.create({"apiVersion": "v1", "kind": "Pod", "metadata": place, "spec": spec})
        self._pods = [(one["metadata"]["namespace"], one["metadata"]["name"]) for one in admin.items("Pod")]

    def change(self, number: int) -> None:
        """Changes a pod: mostly what nobody looks at, and now and then whether it fails."""
        if number % OF_STATUS:
            namespace, name = random.choice(self._pods)  # noqa: S311 - no secret
            self._patch(f"{namespace}/pods/{name}", {"metadata": {"annotations": {"bench/number": str(number)}}})
            return
        status = random.choice((HEALTHY, FAILING))  # noqa: S311 - no secret
        statuses = [{**STATUS_FIELDS, **one} for one in status["containerStatuses"]]
        name = random.choice(self._changing)  # noqa: S311 - no secret
        self._patch(f"changing/pods/{name}/status", {"status": {**status, "containerStatuses": statuses}})

    def _patch(self, path: str, body: dict[str, Any]) -> None:
        headers = {**bearer("admin"), "Content-Type": "application/merge-patch+json"}
        url = f"{self._url}/api/v1/namespaces/{path}"
        answer = self._pool.request("PATCH", url, body=json.dumps(body), headers=headers)
        if answer.status != 200:  # noqa: PLR2004 - what HTTP says
            sys.exit(f"{path}: {answer.status} {answer.data[:300]!r}")


def used(process: int) -> tuple[float, float]:
    """Seconds of the processor, and megabytes of memory, that a process has taken (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    memory = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), memory / 1024


def documents(text: str) -> Iterator[dict[str, Any]]:
    """The whole JSON documents of a text, one after the other."""
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        try:
            document, at = decoder.raw_decode(text, at)
        except ValueError:
            return
        yield document
        at += len(text) - at - len(text[at:].lstrip())


def failing(report: dict[str, Any]) -> list[tuple[str, ...]]:
    """What a report says of each failure."""
    fields = ("namespace", "pod", "container", "cause", "confidence")
    return sorted(tuple(str(one[name]) for name in fields) for one in report["failures"])


def main() -> int:
    """Measures, prints, and holds the figures to the bars."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120, help="how long the cluster changes")
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        plane = ControlPlane(folder / "plane")
        plane.start()
        try:
            changes = Changes(plane)
            variables = environment(plane.kubeconfig(), folder)
            with (folder / "shown").open("wb") as shown:
                command = [NAME, "scan", "-A", "-o", "json"]
                watch = subprocess.Popen([*command, "--watch"], env=variables, stdout=shown, stderr=subprocess.DEVNULL)
                time.sleep(SETTLE)
                (cpu, _), began, warm, number = used(watch.pid), time.monotonic(), 0.0, 0
                while (passed := time.monotonic() - began) < seconds:
                    changes.change(number)
                    number += 1
                    warm = warm or (used(watch.pid)[1] if passed > WARM else 0.0)
                    time.sleep(max(0.0, began + number / RATE - time.monotonic()))
                (cpu_after, memory), took = used(watch.pid), time.monotonic() - began
                time.sleep(SETTLE)
                fresh = json.loads(subprocess.run(command, env=variables, capture_output=True, check=False).stdout)
                watch.send_signal(signal.SIGINT)
                watch.wait()
            reports = list(documents((folder / "shown").read_text(encoding="utf-8")))
        finally:
            plane.stop()
    core, growth = (cpu_after - cpu) / took, memory / warm if warm else 1.0
    same = failing(reports[-1]) == failing(fresh)
    print(f"{number / took:.0f} changes a second for {took:.0f} s, {len(reports)} reports")
    print(f"  processor: {core:.3f} of a core (wanted: at most {MOST_CORE:g})")
    print(f"  memory: {memory:.0f} MB, {growth:.2f} times that after {WARM:.0f} s (wanted: at most {MOST_GROWTH:g})")
    print(f"  the last report is that of a fresh scan, {len(fresh['failures'])} failures: {'yes' if same else 'NO'}")
    return int(core > MOST_CORE or growth > MOST_GROWTH or not same)


if __name__ == "__main__":
    sys.exit(main())
