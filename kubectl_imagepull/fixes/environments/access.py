"""How a command comes to run on a node: typed there as root, or typed elsewhere and carried to it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.vocabulary.command import (
    Chain,
    Command,
    Effect,
    Piece,
    Pipeline,
    Placeholder,
    ShellText,
    Step,
    Word,
    joined,
    pieces_of,
)
from kubectl_imagepull.vocabulary.names import UnwritableName

CHANGES_NODE = frozenset({Effect.CHANGES_NODE})
#: A debugging pod pulls an image as well, which is the very thing that fails there.
SHELL_IMAGE = Placeholder("IMAGE", "an image with a shell that is already on the node")
_NOTHING: frozenset[Effect] = frozenset()
_SUDO = "sudo"
#: No shell takes this ! for its own: a space follows.
_IS_NOT_THERE = ShellText("! -e")


class Access(ABC):
    """The way to a node, for its commands."""

    #: What to know before the first command.
    notes: tuple[str, ...]

    @abstractmethod
    def as_root(self, *words: Word, effects: frozenset[Effect] = _NOTHING) -> Command:
        """A command that root runs on the node."""

    def reading(self, *words: Word, effects: frozenset[Effect] = _NOTHING) -> Command:
        """A command that root runs on the node, and that reads what a command before it writes."""
        return self.as_root(*words, effects=effects)

    def absent(self, path: Word) -> Command:
        """Fails where a path is there."""
        return self.as_root("test", _IS_NOT_THERE, path)

    @abstractmethod
    def copied(self, source: Word, path: Word, mode: str = "644") -> Command:
        """Copies a file from where one types to a path of the node; `mode` are its rights there."""

    @abstractmethod
    def edited(self, path: str) -> tuple[Command, ...]:
        """Opens a file of the node in an editor."""

    @abstractmethod
    def looking(self, step: Step) -> Step:
        """A step that was written for the node's own shell."""


@dataclass(frozen=True)
class LoginShell(Access):
    """One logs in to the node and types there."""

    #: How one gets there.
    notes: tuple[str, ...] = ()

    def as_root(self, *words: Word, effects: frozenset[Effect] = _NOTHING) -> Command:
        """With sudo, which root has as well."""
        return Command((_SUDO, *words), effects)

    def copied(self, source: Word, path: Word, mode: str = "644") -> Command:
        """With the directories that are missing."""
        return self.as_root("install", "-D", "-m", mode, source, path, effects=CHANGES_NODE)

    def edited(self, path: str) -> tuple[Command, ...]:
        """In the editor that the reader has chosen."""
        return (Command(("sudoedit", path), CHANGES_NODE),)

    def looking(self, step: Step) -> Step:
        """As it stands."""
        return step


class Carried(Access):
    """Commands are typed elsewhere, with words in front that carry them to the node."""

    @abstractmethod
    def carry(self, *words: Word) -> tuple[Word, ...]:
        """The words of a command with those in front of them."""

    def as_root(self, *words: Word, effects: frozenset[Effect] = _NOTHING) -> Command:
        """Carried; whoever arrives there is root."""
        return Command(self.carry(*words), effects)

    def looking(self, step: Step) -> Step:
        """The first command of a pipeline is carried; what filters its output runs where one types."""
        if isinstance(step, Pipeline):
            return Pipeline((self._carried(step.commands[0]), *step.commands[1:]))
        if isinstance(step, Chain):
            return Chain(tuple(self._carried_step(part) for part in step.steps))
        return self._carried(step)

    def _carried_step(self, step: Command | Pipeline) -> Command | Pipeline:
        carried = self.looking(step)
        return step if isinstance(carried, Chain) else carried

    def _carried(self, command: Command) -> Command:
        words = command.words[1:] if command.words[0] == _SUDO else command.words
        return replace(command, words=self.carry(*words))


@dataclass(frozen=True)
class ContainerAccess(Carried):
    """The node is itself a container on the reader's machine."""

    #: The program that runs the container: docker, podman, nerdctl.
    engine: str
    #: The container's name, which is the node's.
    node: Piece
    #: Where such a command is typed.
    notes: tuple[str, ...] = ()

    def carry(self, *words: Word) -> tuple[Word, ...]:
        """Into the container."""
        return (self.engine, "exec", self.node, *words)

    def absent(self, path: Word) -> Command:
        """By the shell's own test, for k3d's nodes have few programs."""
        return self.as_root("sh", "-c", joined("test ! -e ", path))

    def reading(self, *words: Word, effects: frozenset[Effect] = _NOTHING) -> Command:
        """With -i, or nothing would reach it."""
        return Command((self.engine, "exec", "-i", self.node, *words), effects)

    def copied(self, source: Word, path: Word, mode: str = "") -> Command:  # noqa: ARG002 - the file keeps its rights
        """Into a directory that is there."""
        return Command((self.engine, "cp", source, joined(self.node, ":", path)), CHANGES_NODE)

    def edited(self, path: str) -> tuple[Command, ...]:
        """Outside, for such a node has no editor."""
        name = PurePosixPath(path).name
        fetch = Command((self.engine, "cp", joined(self.node, ":", path), name))
        return (fetch, Command(("vi", name)), self.copied(name, path))


@dataclass(frozen=True)
class MinikubeAccess(Carried):
    """Commands go through `minikube ssh`, which gives them to a shell of the node once more."""

    #: The words that choose the profile; none for the default one.
    profile: tuple[Word, ...]
    #: The node's name, for profiles with several.
    node: Piece
    #: Where such a command is typed.
    notes: tuple[str, ...] = ()

    def carry(self, *words: Word) -> tuple[Word, ...]:
        """Through two shells."""
        return ("minikube", "ssh", *self.profile, "-n", self.node, "--", _SUDO, *map(_quoted_again, words))

    def reading(self, *words: Word, effects: frozenset[Effect] = _NOTHING) -> Command:
        """By the ssh program, which hands its input on; the built-in client need not."""
        carried = self.carry(*words)
        return Command((*carried[:2], "--native-ssh=false", *carried[2:]), effects)

    def copied(self, source: Word, path: Word, mode: str = "") -> Command:  # noqa: ARG002 - the file keeps its rights
        """Into a directory that is there."""
        return Command(("minikube", "cp", *self.profile, source, joined(self.node, ":", path)), CHANGES_NODE)

    def edited(self, path: str) -> tuple[Command, ...]:
        """In the editor that is in every node."""
        return (self.as_root("vi", path, effects=CHANGES_NODE),)


@dataclass(frozen=True)
class DebuggingPod(Carried):
    """A pod on the node carries the command; with its root directory, where the node has programs to run."""

    #: The failure, for the node's name and the cluster.
    context: FixContext
    #: The image that the pod runs.
    image: Word
    #: What leads into the node's own file system; () where there is nothing to run in it.
    root: tuple[Word, ...] = ("chroot", "/host")

    @property
    def notes(self) -> tuple[str, ...]:  # type: ignore[override]  # others hold it
        """That the pod stays."""
        return ("The debugging pod stays after it ends: delete it afterwards.",)

    def carry(self, *words: Word) -> tuple[Word, ...]:
        """Into a privileged pod: without the profile chroot would be refused."""
        node = joined("node/", self.context.node.name)
        debug = ("debug", node, "-it", "--profile=sysadmin", joined("--image=", self.image), "--", *self.root, *words)
        return self.context.kubectl(*debug).words

    def copied(self, source: Word, path: Word, mode: str = "644") -> Command:
        """From a path of the node itself: a debugging pod takes no files along."""
        return self.as_root("install", "-D", "-m", mode, source, path, effects=CHANGES_NODE)

    def edited(self, path: str) -> tuple[Command, ...]:
        """In the editor that is in nearly every system."""
        return (self.as_root("vi", path, effects=CHANGES_NODE),)


@dataclass(frozen=True)
class OpenshiftDebugging(Carried):
    """`oc debug` brings an image of the cluster's own, and takes its pod away again."""

    #: The failure, for the node's name and the cluster.
    context: FixContext
    #: What to know before; nothing by itself.
    notes: tuple[str, ...] = ()

    def carry(self, *words: Word) -> tuple[Word, ...]:
        """Through the node's own root directory."""
        node = joined("node/", self.context.node.name)
        return ("oc", *self.context.reaching, "debug", node, "--", "chroot", "/host", *words)

    def copied(self, source: Word, path: Word, mode: str = "644") -> Command:
        """From a path of the node itself."""
        return self.as_root("install", "-D", "-m", mode, source, path, effects=CHANGES_NODE)

    def edited(self, path: str) -> tuple[Command, ...]:
        """In the editor that the node has."""
        return (self.as_root("vi", path, effects=CHANGES_NODE),)


def ssh_notes(context: FixContext) -> tuple[str, ...]:
    """How one gets onto a node of one's own: by ssh, or by a debugging pod where one can start."""
    node = context.node.name
    if isinstance(node, UnwritableName) or context.pod.is_sandbox:
        # without the pause image no debugging pod starts there either
        return ("Log in to the node with ssh.",)
    words: tuple[Word, ...] = ("-it", "--profile=sysadmin", joined("--image=", SHELL_IMAGE), "--", "chroot", "/host")
    return (f"Log in to the node with ssh, or with: {context.kubectl('debug', joined('node/', node), *words)}",)


def _quoted_again(word: Word) -> Word:
    """A word that two shells take apart, one after the other; a placeholder is filled in by the first."""
    if all(isinstance(piece, str) for piece in pieces_of(word)):
        return str(Command((word,)))
    return word
