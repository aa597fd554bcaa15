"""What all environments have in common: who acts, where, and how a fix on a node begins."""

from __future__ import annotations

import re
from functools import cached_property
from typing import ClassVar

from kubectl_imagepull.fixes.environments.access import Access, LoginShell, ssh_notes
from kubectl_imagepull.fixes.environments.node_tasks import NodeTasks
from kubectl_imagepull.vocabulary.command import Command, Piece, Pipeline, Step, chain, commands_in, pieces_of
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.names import host_name
from kubectl_imagepull.vocabulary.node_environment import NodeEnvironment, Platform, Runtime

_PORT = re.compile(r":[0-9]+\Z")
#: What holds for one node mostly holds for its pool, and for nodes that will come.
EVERY_NODE = "Every node that may run the pod needs the same change."
#: Of an answer that no registry gives, where the message doesn't say who gave it.
UNNAMED_MIRROR = "If no mirror is set there, the proxy that the runtime uses answers."
_END_OF_SENTENCE = re.compile(r"[.!?](?:\s|\Z)")
#: Platforms that run no containerd, and whose runtime goes without saying.
_ONE_RUNTIME = frozenset({Platform.OPENSHIFT, Platform.OKE, Platform.RKE1, Platform.DOCKER_DESKTOP})
#: Platforms whose name alone doesn't say what a node is.
_UNNAMED = frozenset({Platform.KUBEADM, Platform.UNKNOWN})


class EnvironmentTasks(NodeTasks):
    """The names and sentences that the tasks of every environment are made from."""

    #: Who may do what is done on such a node.
    who: ClassVar[Who] = Who.CLUSTER_ADMIN

    @cached_property
    def access(self) -> Access:
        """How commands come to the node."""
        return LoginShell(ssh_notes(self.context))

    @property
    def environment(self) -> NodeEnvironment:
        """What the node is."""
        return self.context.node.environment

    @property
    def label(self) -> str:
        """The environment as it stands in brackets behind the node's name."""
        environment = self.environment
        if environment.platform in _UNNAMED:
            return environment.runtime_shown
        name = environment.platform.value
        is_other = environment.runtime not in {None, Runtime.CONTAINERD} and environment.platform not in _ONE_RUNTIME
        return f"{name}, {environment.runtime_shown}" if is_other else name

    @property
    def at_node(self) -> str:
        """Where a step is done: `node worker-a (k3s)`."""
        return f"{self.context.node.each}{self.in_brackets}"

    @property
    def on(self) -> str:
        """The beginning of a sentence about the node: `On node worker-a (k3s)`."""
        return f"On {self.at_node}"

    @property
    def in_brackets(self) -> str:
        """The environment in brackets, after a node's name; "" where it isn't known."""
        return f" ({self.label})" if self.label else ""

    @property
    def host(self) -> str:
        """The host that the node talks to, for a sentence: a mirror where one answered."""
        return self.context.registry.host if self.is_mirrored else self.context.registry.name

    @property
    def bare_host(self) -> str:
        """The host without its port, as NO_PROXY lists it."""
        registry = self.context.registry
        return registry.host_without_port if self.is_mirrored else _PORT.sub("", registry.name)

    @property
    def registry_word(self) -> Piece:
        """The registry as the image names it: runtimes look for a registry's settings under that name."""
        return self.context.registry.word

    @property
    def answering_word(self) -> Piece:
        """The host that answered, with its port, for a command or a file."""
        registry = self.context.registry
        return host_name(registry.host) if self.is_mirrored else registry.word

    @property
    def is_mirrored(self) -> bool:
        """Whether another host answered in the registry's place."""
        registry = self.context.registry
        if registry.is_docker_hub and registry.host.endswith(".docker.io"):
            return False
        return registry.is_mirrored or bool(registry.answered_by and registry.host != registry.name)

    def fix(  # noqa: PLR0913 - the fields of a fix
        self,
        text: str,
        *commands: Step,
        undo: tuple[Step, ...] = (),
        short: tuple[str, ...] = (),
        notes: tuple[str, ...] = (),
        who: Who | None = None,
        where: Where = Where.NODE,
        says_where: bool = False,
    ) -> Fix:
        """A fix for all nodes that have the fault; how one gets onto them is said where commands run there.

        `says_where` is for a text that says itself where its commands are typed.
        """
        access = self.access.notes if commands and where is Where.NODE and not says_where else ()
        return Fix(
            text,
            commands,
            who or self.who,
            Basis.TEXT,
            where,
            undo,
            short,
            (*access, *self._only_one_node_named(commands), *notes),
            self.context.node.nodes,
        )

    def chained(
        self,
        text: str,
        *steps: Command | Pipeline,
        undo: tuple[Step, ...] = (),
        short: tuple[str, ...] = (),
        notes: tuple[str, ...] = (),
    ) -> Fix:
        """A fix on the node whose steps each run only after the one before has succeeded."""
        return self.fix(text, *chain(*steps), undo=undo, short=short, notes=notes)

    def after(
        self, why: str, rest: str, *commands: Step, short: tuple[str, ...] = (), where: Where = Where.NODE
    ) -> Fix:
        """A fix whose text begins with a caller's sentence or clause; `rest` begins in small letters.

        Where `why` is two sentences already, the rest becomes a note.
        """
        why = _capital(why.strip())
        if not why:
            return self.fix(_capital(rest), *commands, short=short, where=where)
        if len(_END_OF_SENTENCE.findall(why)) > 1:
            return self.fix(why, *commands, short=short, where=where, notes=(_capital(rest),))
        text = f"{why} {_capital(rest)}" if _END_OF_SENTENCE.search(why) else f"{why.rstrip(' :,;')}: {rest}"
        return self.fix(text, *commands, short=short, where=where)

    def shorts(self, sentence: str, without_names: str) -> tuple[str, ...]:
        """A sentence for a table with the node in it, without it, and without any name."""
        return (f"{sentence} on {self.context.node.shown}", sentence, without_names)

    def policy_notes(self) -> tuple[str, ...]:
        """What a pull policy does to an image that was loaded; nothing where it does no harm."""
        if self.context.pod.pull_policy != "Always":
            return ()
        return ("With imagePullPolicy Always the kubelet pulls it anyway: set IfNotPresent.",)

    def _only_one_node_named(self, commands: tuple[Step, ...]) -> tuple[str, ...]:
        """Says that commands have to be run for other nodes as well, where one node's name stands in them."""
        node = self.context.node.name
        words = [word for step in commands for command in commands_in(step) for word in command.words]
        if not self.context.node.are_several or not any(node in pieces_of(word) for word in words):
            return ()
        return (f"The commands name {node}: run them for the other nodes too.",)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
