"""The tasks that fixes want done on a node, whatever the node is."""

from __future__ import annotations

from abc import ABC, abstractmethod

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.vocabulary.command import Step
from kubectl_imagepull.vocabulary.fix import Fix


class NodeTasks(ABC):
    """The tasks as they are done on the nodes of one environment.

    Each gives the fix that does it there, or the way out where it can't be done (a service whose nodes nobody may
    enter); several where there are several good ways, the best first. None names a program or file that the node
    doesn't have. `why` is one sentence, or a clause without its full stop, and begins the fix's text.
    """

    def __init__(self, context: FixContext) -> None:
        self.context = context

    @abstractmethod
    def plain_http(self) -> tuple[Fix, ...]:
        """Lets the runtime speak plain HTTP with the host that answered."""

    @abstractmethod
    def trust_authority(self) -> tuple[Fix, ...]:
        """Lets the runtime trust the authority that signed the host's certificate."""

    @abstractmethod
    def mirror(self) -> tuple[Fix, ...]:
        """Corrects, or takes out, the mirror that answered in the registry's place; sets one up where none did."""

    def unnamed_mirror(self, why: str) -> tuple[Fix, ...]:
        """Corrects a mirror of the image's registry that the message doesn't name."""
        return self.compare_settings(why)

    @abstractmethod
    def proxy(self) -> tuple[Fix, ...]:
        """Sets, corrects or leaves out the proxy that the runtime uses for the host."""

    @abstractmethod
    def pause_image(self) -> tuple[Fix, ...]:
        """Names another pause image, or brings the one that is named to the node."""

    def shipped_image(self) -> tuple[Fix, ...]:
        """Brings an image back that the distribution itself ships; nothing where none comes with it."""
        return ()

    @abstractmethod
    def load_image(self) -> tuple[Fix, ...]:
        """Brings the image to the node without a registry."""

    def pull_image(self, why: str) -> tuple[Fix, ...]:  # noqa: ARG002 - another way needs no reason
        """Pulls the image into the node past the kubelet; brings it there as a file where that isn't known to do."""
        return self.load_image()

    @abstractmethod
    def node_credentials(self) -> tuple[Fix, ...]:
        """Gives the node credentials of its own for the image's registry."""

    @abstractmethod
    def restart_runtime(self, why: str) -> tuple[Fix, ...]:
        """Restarts the container runtime."""

    def clear_downloads(self, why: str) -> tuple[Fix, ...]:
        """Takes away what unfinished downloads left behind; a restart where nothing else is known to do it."""
        return self.restart_runtime(why)

    @abstractmethod
    def delete_image(self, why: str) -> tuple[Fix, ...]:
        """Deletes what the node holds of the image."""

    @abstractmethod
    def free_disk(self, path: str) -> tuple[Fix, ...]:
        """Shows which disk is full and deletes images that no container uses.

        `path` is the one that the message names, as it stands there; "" where it names none.
        """

    @abstractmethod
    def runtime_log(self, why: str) -> tuple[Fix, ...]:
        """Shows what the container runtime logs."""

    @abstractmethod
    def kubelet_log(self, why: str, pattern: str) -> tuple[Fix, ...]:
        """Shows what the kubelet logs, as far as a pattern of `grep -E` matches."""

    @abstractmethod
    def run(self, why: str, *steps: Step) -> tuple[Fix, ...]:
        """Runs something on the node that only looks; the steps are written for a Linux node's own shell."""

    @abstractmethod
    def compare_settings(self, why: str) -> tuple[Fix, ...]:
        """Shows the node's own settings for registries, to be held against those of a node that pulls."""
