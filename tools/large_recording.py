"""Writes recordings as large as support engineers get them: `large_recording.py [--indent] PATH`.

The pods and events of the recorded cluster are repeated under other names, in other namespaces and on other nodes, so
that one pod in five can't pull an image, for all reasons that the recorded cluster has.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from kubectl_imagepull.failures.finding import find_failures
from kubectl_imagepull.kube.events import pod_of
from kubectl_imagepull.kube.objects import key_of
from kubectl_imagepull.kube.recording.dump import read_recording
from kubectl_imagepull.recorded import RECORDING

#: A cluster of which one file has some 330 MB.
PODS, FAILING, EVENTS = 50_000, 9_823, 198_000
#: How many files a directory of them has.
FILES = 5_000
_NAMESPACES, _NODES = 300, 2_000
#: What the API server puts into each pod, and the recorded cluster was cut down by.
_DEFAULTS: dict[str, Any] = {
    "dnsPolicy": "ClusterFirst",
    "enableServiceLinks": True,
    "preemptionPolicy": "PreemptLowerPriority",
    "priority": 0,
    "restartPolicy": "Always",
    "securityContext": {"fsGroup": 1000, "runAsNonRoot": True, "runAsUser": 1000},
    "serviceAccount": "default",
    "terminationGracePeriodSeconds": 30,
}
_CONTAINER_DEFAULTS: dict[str, Any] = {
    "env": [{"name": "LOG_LEVEL", "value": "info"}, {"name": "PORT", "value": "8080"}],
    "resources": {"limits": {"memory": "512Mi"}, "requests": {"cpu": "100m", "memory": "256Mi"}},
    "livenessProbe": {"failureThreshold": 3, "httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 10},
    "readinessProbe": {"failureThreshold": 3, "httpGet": {"path": "/ready", "port": 8080}, "periodSeconds": 5},
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
}


_TOKEN: dict[str, Any] = {
    "name": "kube-api-access",
    "projected": {
        "defaultMode": 420,
        "sources": [
            {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
            {"configMap": {"items": [{"key": "ca.crt", "path": "ca.crt"}], "name": "kube-root-ca.crt"}},
            {"downwardAPI": {"items": [{"fieldRef": {"fieldPath": "metadata.namespace"}, "path": "namespace"}]}},
        ],
    },
}


class LargeCluster:
    """A cluster with many pods, of which some can't pull an image."""

    def __init__(self, pods: int = PODS, failing: int = FAILING, events: int = EVENTS) -> None:
        self._pods, self._failing, self._events = pods, failing, events
        snapshot = read_recording([str(RECORDING)])
        broken = {key_of(failure.pod_object) for failure in find_failures(snapshot)}
        about: dict[tuple[str, str], list[Any]] = {}
        for event in snapshot.events:
            if pod := pod_of(event):
                about.setdefault(pod, []).append(event)
        templates = [(pod, about[key_of(pod)]) for pod in snapshot.pods if key_of(pod) in about]
        self._broken = [one for one in templates if key_of(one[0]) in broken]
        self._well = [one for one in templates if key_of(one[0]) not in broken]

    def objects(self) -> Iterator[dict[str, Any]]:
        """The pods, and then the events about them, each as JSON."""
        for number in range(self._pods):
            pod, _ = self._template(number)
            yield _renamed(_completed(pod), number, "")
        for number in range(self._events):
            place, turn = number % self._pods, number // self._pods
            events = self._template(place)[1]
            # the newest say most
            yield _renamed(events[-1 - turn % len(events)], place, f"{turn:x}")

    def write(self, file: TextIO, indent: int | None = None) -> None:
        """Writes them as one list."""
        file.write('{"apiVersion": "v1", "items": [')
        for number, item in enumerate(self.objects()):
            file.write("," if number else "")
            file.write(json.dumps(item, indent=indent))
        file.write('], "kind": "List", "metadata": {"resourceVersion": ""}}\n')

    def write_files(self, folder: Path) -> None:
        """Writes them as many files, each with some pods and events."""
        folder.mkdir()
        items = list(self.objects())
        for number in range(FILES):
            listing = {"apiVersion": "v1", "kind": "List", "items": items[number::FILES]}
            (folder / f"{number:05}.json").write_text(json.dumps(listing), encoding="utf-8")

    def _template(self, number: int) -> tuple[dict[str, Any], list[Any]]:
        # those that fail are spread evenly among the others
        before = number * self._failing // self._pods
        fails = (number + 1) * self._failing // self._pods > before
        return self._broken[before % len(self._broken)] if fails else self._well[number % len(self._well)]


def _completed(pod: dict[str, Any]) -> dict[str, Any]:
    """A pod with what the API server adds to it."""
    containers = [{**container, **_CONTAINER_DEFAULTS} for container in pod["spec"]["containers"]]
    volumes = [*pod["spec"].get("volumes", ()), _TOKEN]
    return {**pod, "spec": {**pod["spec"], **_DEFAULTS, "containers": containers, "volumes": volumes}}


def _renamed(item: dict[str, Any], number: int, suffix: str) -> dict[str, Any]:
    """The copy of a pod, or of an event about one, that stands for the pod of this number."""
    metadata = item["metadata"]
    namespace = f"{metadata['namespace']}-{number % _NAMESPACES}"
    copy = {**item, "metadata": {**metadata, "namespace": namespace, "uid": _uid(number, suffix or "0")}}
    if item["kind"] == "Event":
        about = item["involvedObject"]
        name = f"{about['name']}-{number}"
        copy["involvedObject"] = {**about, "name": name, "namespace": namespace, "uid": _uid(number, "0")}
        copy["metadata"]["name"] = f"{name}.{suffix}"
        return copy
    copy["metadata"]["name"] = f"{metadata['name']}-{number}"
    if "nodeName" in item["spec"]:
        copy["spec"] = {**item["spec"], "nodeName": f"node-{number % _NODES}"}
    return copy


def _uid(number: int, suffix: str) -> str:
    return f"{number:08x}-0000-4000-8000-{suffix:>012}"


def main() -> None:
    """Writes one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--indent", action="store_true", help="with line breaks, as kubectl writes it")
    parser.add_argument("--pods", type=int, default=PODS)
    parser.add_argument("--directory", type=Path, help="a directory to write them to as well, as many files")
    arguments = parser.parse_args()
    pods = arguments.pods
    with arguments.path.open("w", encoding="utf-8") as file:
        cluster = LargeCluster(pods, pods * FAILING // PODS, pods * EVENTS // PODS)
        cluster.write(file, 4 if arguments.indent else None)
    if arguments.directory:
        cluster.write_files(arguments.directory)


if __name__ == "__main__":
    main()
