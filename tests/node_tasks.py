"""Tasks on a node that only name themselves: which of them a cause chooses, whatever the node is."""

from __future__ import annotations

from kubectl_imagepull.fixes.environments.node_tasks import NodeTasks
from kubectl_imagepull.vocabulary.command import Command, Step
from kubectl_imagepull.vocabulary.fix import Fix, Where, Who


class NamedTasks(NodeTasks):
    """Each task gives one fix, whose text is its name and what it was given."""

    def _fix(self, text: str, *steps: Step) -> tuple[Fix, ...]:
        return (Fix(text, steps, Who.CLUSTER_ADMIN, where=Where.NODE, nodes=self.context.node.nodes),)

    def plain_http(self) -> tuple[Fix, ...]:
        return self._fix("plain_http")

    def trust_authority(self) -> tuple[Fix, ...]:
        return self._fix("trust_authority")

    def mirror(self) -> tuple[Fix, ...]:
        return self._fix("mirror")

    def proxy(self) -> tuple[Fix, ...]:
        return self._fix("proxy", Command(("sudo", "systemctl", "edit", "containerd")))

    def pause_image(self) -> tuple[Fix, ...]:
        return self._fix("pause_image")

    def load_image(self) -> tuple[Fix, ...]:
        return self._fix("load_image")

    def pull_image(self, why: str) -> tuple[Fix, ...]:
        return self._fix(f"pull_image: {why}")

    def node_credentials(self) -> tuple[Fix, ...]:
        return self._fix("node_credentials")

    def restart_runtime(self, why: str) -> tuple[Fix, ...]:
        return self._fix(f"restart_runtime: {why}")

    def delete_image(self, why: str) -> tuple[Fix, ...]:
        return self._fix(f"delete_image: {why}")

    def free_disk(self, path: str) -> tuple[Fix, ...]:
        return self._fix(f"free_disk: {path}")

    def runtime_log(self, why: str) -> tuple[Fix, ...]:
        return self._fix(f"runtime_log: {why}")

    def kubelet_log(self, why: str, pattern: str) -> tuple[Fix, ...]:
        return self._fix(f"kubelet_log: {why} ({pattern})")

    def run(self, why: str, *steps: Step) -> tuple[Fix, ...]:
        return self._fix(f"run: {why}", *steps)

    def compare_settings(self, why: str) -> tuple[Fix, ...]:
        return self._fix(f"compare_settings: {why}", Command(("cat", "/etc/hosts.toml")))
