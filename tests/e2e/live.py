"""A cluster that lives: an API server with the real controllers, and kubelets that are played."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from e2e.admin import Admin, Json
from e2e.control_plane import ControlPlane, bearer
from e2e.kubelet import Kubelets
from e2e.registry import Registry

_LOOK_SECONDS = 0.2
#: How long a state has to last to count: controllers take the next step of a rollout sooner than this.
_LASTING_SECONDS = 0.6
#: Where no pod changes for so long, nobody does anything any more.
_QUIET_SECONDS = 8.0
_LONGEST_SECONDS = 120.0


@dataclass(frozen=True)
class LiveCluster:
    """The cluster, for whoever may do everything."""

    #: Its servers.
    plane: ControlPlane
    #: An administrator's way in.
    admin: Admin
    #: They run its pods.
    kubelets: Kubelets

    def make_namespace(self, name: str) -> None:
        """Makes a namespace that pods can be made in."""
        self.admin.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        until = time.monotonic() + _LONGEST_SECONDS
        while not self.admin.items("ServiceAccount", name):
            if time.monotonic() > until:
                raise TimeoutError(f"nobody has made the service account of namespace {name}")
            time.sleep(_LOOK_SECONDS)

    def pods(self, namespace: str) -> list[Json]:
        """The pods of a namespace that are not on their way out."""
        return [pod for pod in self.admin.items("Pod", namespace) if "deletionTimestamp" not in pod["metadata"]]

    def comes_to(self, namespace: str, holds: Callable[[], bool]) -> bool:
        """Waits for a state that lasts, until it comes or the namespace's pods have stopped changing without it."""
        start = changed = time.monotonic()
        since: float | None = None
        seen: list[Json] = []
        while (now := time.monotonic()) < min(changed + _QUIET_SECONDS, start + _LONGEST_SECONDS):
            self.kubelets.check()
            if not holds():
                since = None
            elif since is None:
                since = now
            elif now - since >= _LASTING_SECONDS:
                return True
            versions = [pod["metadata"]["resourceVersion"] for pod in self.admin.items("Pod", namespace)]
            changed, seen = (changed, seen) if versions == seen else (now, versions)
            time.sleep(_LOOK_SECONDS)
        return False


@contextmanager
def live_cluster(folder: Path, registry: Registry) -> Iterator[LiveCluster]:
    """Runs a cluster with two nodes and nothing else in it, and stops it in the end."""
    plane = ControlPlane(folder, controllers=True)
    plane.start()
    try:
        admin = Admin(plane.url, bearer("admin"), ca_certs=str(plane.ca))
        kubelets = Kubelets(admin, registry)
        kubelets.start()
        try:
            yield LiveCluster(plane, admin, kubelets)
        finally:
            kubelets.stop()
    finally:
        plane.stop()


def waits_for_image(pod: Json) -> bool:
    """Whether a container of a pod waits because of its image."""
    return any(
        status["state"].get("waiting", {}).get("message") for status in pod["status"].get("containerStatuses", ())
    )


def is_ready(pod: Json) -> bool:
    """Whether a pod runs and is ready."""
    conditions = {one["type"]: one["status"] for one in pod["status"].get("conditions", ())}
    return pod["status"]["phase"] == "Running" and conditions.get("Ready") == "True"
