"""Services whose nodes nobody configures by hand: what is common to them is the ways out."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from functools import cached_property

from kubectl_imagepull.fixes.environments.access import SHELL_IMAGE, Access, DebuggingPod, LoginShell
from kubectl_imagepull.fixes.environments.environment_tasks import EnvironmentTasks
from kubectl_imagepull.fixes.environments.ways_out import (
    copy_image,
    pull_secret,
    push_image,
    replace_node,
    serve_https,
)
from kubectl_imagepull.vocabulary.command import Chain, Command, Pipeline, Placeholder, Step, joined
from kubectl_imagepull.vocabulary.fix import Fix, Where

_IMAGE = Placeholder("IMAGE", "an image that can be pulled and contains the program")


class ManagedNodeTasks(EnvironmentTasks):
    """Nothing is done on the node: it is replaced, or the image comes from elsewhere."""

    #: Why nobody changes a node there, as a clause.
    @property
    @abstractmethod
    def closed(self) -> str:
        """Why nothing is changed on the node, as a clause."""

    @cached_property
    def access(self) -> Access:
        """Nothing is typed on the node."""
        return LoginShell()

    def removed(self) -> tuple[Command, ...]:
        """The service's own commands that take a node away so that another comes."""
        return ()

    def replaced(self, why: str) -> Fix:
        """A fix that replaces the node."""
        return replace_node(self.context, why, *self.removed())

    def plain_http(self) -> tuple[Fix, ...]:
        """HTTPS, or another registry."""
        return (
            serve_https(self.context, self.closed),
            copy_image(self.context, "Or leave that registry", over_http=True),
        )

    def trust_authority(self) -> tuple[Fix, ...]:
        """Another registry."""
        return (copy_image(self.context, self.closed),)

    def mirror(self) -> tuple[Fix, ...]:
        """Another registry."""
        return (copy_image(self.context, self.closed),)

    def proxy(self) -> tuple[Fix, ...]:
        """Another registry."""
        return (copy_image(self.context, self.closed),)

    def pause_image(self) -> tuple[Fix, ...]:
        """It comes with the node."""
        return (self.replaced("The pause image comes with the node and can't be set"),)

    def load_image(self) -> tuple[Fix, ...]:
        """By a registry."""
        return (push_image(self.context, f"{self.label} nodes get images only from registries"),)

    def node_credentials(self) -> tuple[Fix, ...]:
        """A login that travels with the pod."""
        return (pull_secret(self.context, self.closed),)

    def restart_runtime(self, why: str) -> tuple[Fix, ...]:
        """With the node."""
        return (self.replaced(why),)

    def delete_image(self, why: str) -> tuple[Fix, ...]:
        """With the node."""
        return (self.replaced(why),)

    def free_disk(self, path: str) -> tuple[Fix, ...]:  # noqa: ARG002 - nobody can look at it
        """With the node."""
        return (self.replaced("The disk is full"),)

    def run(self, why: str, *steps: Step) -> tuple[Fix, ...]:
        """In a pod on the node's own network."""
        pod = DebuggingPod(self.context, SHELL_IMAGE, ())
        carried = tuple(map(pod.looking, steps))
        rest = f"run this in a debugging pod on {self.at_node}, which has the node's network."
        (fix,) = (self.after(why, rest, *carried, short=("See what the node says",), where=Where.CLUSTER),)
        return (replace(fix, notes=(*fix.notes, *pod.notes)),)

    def in_pod(self, step: Step) -> Step:
        """A step as a pod of its own runs it, which is gone when it has ended."""
        if isinstance(step, Pipeline):
            return Pipeline((self._run_in_pod(step.commands[0]), *step.commands[1:]))
        if isinstance(step, Chain):
            return Chain(tuple(part if isinstance(part, Pipeline) else self._run_in_pod(part) for part in step.steps))
        return self._run_in_pod(step)

    def _run_in_pod(self, command: Command) -> Command:
        words = command.words[1:] if command.words[0] == "sudo" else command.words
        flags = ("run", "look", "-it", "--rm", "--restart=Never", "-n", self.context.pod.namespace)
        return self.context.kubectl(*flags, joined("--image=", _IMAGE), "--", *words)

    def kubelet_log(self, why: str, pattern: str) -> tuple[Fix, ...]:
        """As the runtime's, to be searched by hand."""
        return tuple(replace(fix, notes=(*fix.notes, f"Look for {pattern} in it.")) for fix in self.runtime_log(why))

    def compare_settings(self, why: str) -> tuple[Fix, ...]:
        """Nodes of one pool are alike: another one need not have the fault."""
        return (self.replaced(why or f"Other nodes can pull it, but {self.context.node.shown} can't"),)
