"""Distributions that differ from a plain node in a few points: RKE1, OKE.

Sources: rancher/rke docs (system_images, private_registries); Oracle's page "Pulling Images from Registry during
Deployment".
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from kubectl_imagepull.fixes.environments.access import CHANGES_NODE, Access, LoginShell
from kubectl_imagepull.fixes.environments.crio import CrioTasks
from kubectl_imagepull.fixes.environments.docker_engine import DockerTasks
from kubectl_imagepull.fixes.environments.ways_out import pull_secret, push_image, with_note
from kubectl_imagepull.vocabulary.command import Command, Pipeline, ShellText
from kubectl_imagepull.vocabulary.fix import Fix

_UP = Command(("rke", "up"), CHANGES_NODE)
_BOTH_STREAMS = ShellText("2>&1")
_LASTING = "For new nodes, change the node pool's cloud-init script too."


class Rke1Tasks(DockerTasks):
    """Docker, with the kubelet in a container; what the cluster is made of stands in cluster.yml."""

    def _by_cluster_yml(self, text: str, short: tuple[str, ...], note: str) -> Fix:
        where = "Run this where cluster.yml is; in Rancher it is under Edit as YAML."
        return replace(self.fix(text, _UP, short=short), notes=(where, note))

    def node_credentials(self) -> tuple[Fix, ...]:
        """In private_registries."""
        registry = self.context.registry.name
        text = (
            f"Add {registry} with a login to private_registries in cluster.yml, and run rke up: it serves every node."
        )
        note = f"The fields are url: {registry}, user and password."
        return (
            self._by_cluster_yml(
                text, (f"Add a login for {registry} to cluster.yml", "Add a login to cluster.yml"), note
            ),
        )

    def pause_image(self) -> tuple[Fix, ...]:
        """In system_images."""
        text = (
            "Set a pause image that the nodes can reach, such as your own registry's copy of "
            f"{self.context.image.shown}, in cluster.yml, and run rke up."
        )
        note = "The field is pod_infra_container under system_images."
        return (self._by_cluster_yml(text, ("Set a pause image in cluster.yml",), note),)

    def kubelet_log(self, why: str, pattern: str) -> tuple[Fix, ...]:
        """From its container."""
        logs = self.access.as_root("docker", "logs", "--since", "1h", "kubelet", _BOTH_STREAMS)
        return (self._log(why, "the kubelet", Pipeline((logs, Command(("grep", "-E", pattern))))),)


class OkeTasks(CrioTasks):
    """CRI-O on Oracle Linux, on instances that the node pool replaces."""

    @cached_property
    def access(self) -> Access:
        """By ssh, as the user that Oracle Linux has."""
        address = self.environment.address
        target = f"opc@{address}" if address else "the user opc"
        return LoginShell(
            (f"Log in to the node with: ssh {target}" if address else f"Log in to the node with ssh as {target}.",)
        )

    def plain_http(self) -> tuple[Fix, ...]:
        """For the next nodes as well."""
        return tuple(with_note(fix, _LASTING) for fix in super().plain_http())

    def trust_authority(self) -> tuple[Fix, ...]:
        """For the next nodes as well."""
        return tuple(with_note(fix, _LASTING) for fix in super().trust_authority())

    def mirror(self) -> tuple[Fix, ...]:
        """For the next nodes as well."""
        return tuple(with_note(fix, _LASTING) for fix in super().mirror())

    def load_image(self) -> tuple[Fix, ...]:
        """By a registry."""
        return (push_image(self.context, "Nodes of OKE come and go, so an image has to be in a registry"),)

    def node_credentials(self) -> tuple[Fix, ...]:
        """Oracle's own documented way."""
        return (pull_secret(self.context, "Nodes of OKE have no login of their own"),)
