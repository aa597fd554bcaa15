"""Nodes that are containers on the reader's machine: what kind, k3d and Docker Desktop's kind mode have in common."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from kubectl_imagepull.fixes.environments.access import CHANGES_NODE, Access, ContainerAccess
from kubectl_imagepull.fixes.environments.node_files import (
    HTTPS_PROXY,
    unless_missing,
)
from kubectl_imagepull.fixes.environments.systemd_tasks import SystemdTasks
from kubectl_imagepull.vocabulary.command import Command, Placeholder, Word, chain
from kubectl_imagepull.vocabulary.fix import Fix, Who
from kubectl_imagepull.vocabulary.names import is_object_name

LOCAL_CLUSTER = Placeholder("CLUSTER", "the name of the cluster")


class ContainerNodeTasks(SystemdTasks):
    """A node that is a container: there is no login, and nothing is restarted but the whole node."""

    who: ClassVar[Who] = Who.YOU
    #: The program that makes such clusters.
    program: ClassVar[str]

    @cached_property
    def access(self) -> Access:
        """By the program that runs the container."""
        note = f"Run this on the machine that runs {self.program}."
        return ContainerAccess(self.environment.engine, self.context.node.name, (note,))

    @property
    def cluster(self) -> Word:
        """The cluster's name, for the program's own commands."""
        return self.environment.cluster if is_object_name(self.environment.cluster) else LOCAL_CLUSTER

    def restarted(self) -> tuple[Command, ...]:
        """The container, and with it all that runs on the node."""
        return (Command((self.environment.engine, "restart", self.context.node.name), CHANGES_NODE),)

    def system_trust(self) -> tuple[Fix, ...]:
        """Not by itself: the next node image has other certificates."""
        return ()

    def pause_image(self) -> tuple[Fix, ...]:
        """It is brought there as any image is."""
        return self.load_image()

    def imported(self, *words: Word) -> tuple[Fix, ...]:
        """A fix that hands an image of the reader's Docker to the nodes."""
        image = self.context.image
        text = (
            f"Run this where you run {self.program}: it copies {image.shown} from your Docker to the cluster's "
            "nodes, which don't see your local images."
        )
        load = Command((self.program, *words), CHANGES_NODE)
        note = (
            "If it ends with 'content digest ... not found', Docker has the image for several platforms: push it to "
            "a registry instead."
        )
        short = (f"Load {image.shown} with {self.program}", f"Load the image with {self.program}")
        return (self.fix(text, load, short=short, notes=(*self.policy_notes(), note), says_where=True),)

    def made_again(self, *words: Word, notes: tuple[str, ...] = ()) -> tuple[Fix, ...]:
        """A fix for what is only set when a cluster is made."""
        delete = Command((self.program, *self.deletion), CHANGES_NODE)
        create = Command((self.program, *words), CHANGES_NODE)
        text = (
            f"{self.program} sets a proxy only when it creates a cluster: recreate it with the proxy that "
            f"{self.host} needs, or use a registry that needs no proxy."
        )
        warning = "This deletes the cluster and everything in it."
        steps = chain(unless_missing(HTTPS_PROXY), delete, create)
        short = (f"Recreate the {self.program} cluster with a proxy",)
        return (self.fix(text, *steps, short=short, notes=(warning, *notes)),)

    @property
    def deletion(self) -> tuple[Word, ...]:
        """The words that delete the cluster."""
        return ("delete", "cluster", "--name", self.cluster)
