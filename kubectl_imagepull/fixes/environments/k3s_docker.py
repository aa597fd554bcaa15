"""k3s with --docker, whose pulls go through Docker.

Source: k3s-io/docs docs/advanced.md.
"""

from __future__ import annotations

from dataclasses import replace

from kubectl_imagepull.fixes.environments.docker_engine import DockerTasks
from kubectl_imagepull.fixes.environments.k3s import K3sTasks
from kubectl_imagepull.fixes.environments.systemd_tasks import Service
from kubectl_imagepull.vocabulary.fix import Fix


class K3sDockerTasks(DockerTasks):
    """k3s with --docker: its pulls go through Docker, and registries.yaml isn't read."""

    @property
    def service(self) -> Service:
        """Docker's, with the kubelet inside k3s."""
        return replace(super().service, kubelet_unit=K3sTasks(self.context).unit)

    def pause_image(self) -> tuple[Fix, ...]:
        """k3s names it to Docker."""
        return K3sTasks(self.context).pause_image()[:1]
