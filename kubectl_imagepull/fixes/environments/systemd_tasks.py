"""Nodes of one's own that run Linux and systemd: what is the same there for every runtime."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from kubectl_imagepull.fixes.environments.access import CHANGES_NODE
from kubectl_imagepull.fixes.environments.environment_tasks import EnvironmentTasks
from kubectl_imagepull.fixes.environments.node_files import CA_FILE, KEEP, LOGIN_FILE, file_name, unless_there
from kubectl_imagepull.fixes.environments.paths import lasting_directory
from kubectl_imagepull.vocabulary.command import Command, Pipeline, Step, Word, chain, joined
from kubectl_imagepull.vocabulary.fix import Fix

_LAST_HOUR = ("--since=-1h", "--no-pager")
#: How an operating system's name begins -> where its trusted certificates lie, and what reads them in.
_TRUST = (
    (("Ubuntu", "Debian", "Raspbian"), "/usr/local/share/ca-certificates", "update-ca-certificates"),
    (
        ("Red Hat", "CentOS", "Rocky", "AlmaLinux", "Fedora", "Amazon Linux", "Oracle Linux"),
        "/etc/pki/ca-trust/source/anchors",
        "update-ca-trust",
    ),
    (("SUSE", "openSUSE"), "/etc/pki/trust/anchors", "update-ca-certificates"),
)


@dataclass(frozen=True)
class Service:
    """The service that runs containers on a node."""

    #: As a sentence calls it: `containerd`, `k3s`.
    name: str
    #: The systemd unit that is restarted.
    unit: str
    #: The unit in whose log the kubelet writes.
    kubelet_unit: str
    #: Where images lie.
    store: str
    #: The words before an image's name that delete it.
    remove: tuple[str, ...] = ("crictl", "rmi")
    #: The words that delete images without a container; () where there are none.
    prune: tuple[str, ...] = ("crictl", "rmi", "--prune")


class SystemdTasks(EnvironmentTasks):
    """What is done in one way for all services, each by its own names."""

    #: The kubelet's own login file, under its root directory.
    kubelet_login: ClassVar[str] = "/var/lib/kubelet/config.json"

    @property
    @abstractmethod
    def service(self) -> Service:
        """The service that runs containers."""

    @property
    @abstractmethod
    def settings(self) -> tuple[str, ...]:
        """The files and directories that hold the runtime's registries."""

    def restarted(self) -> tuple[Command, ...]:
        """The commands that restart the service."""
        return (self.access.as_root("systemctl", "restart", self.service.unit, effects=CHANGES_NODE),)

    def restart_runtime(self, why: str) -> tuple[Fix, ...]:
        """By its unit."""
        name = self.service.name
        short = (f"Restart {name} on {self.context.node.shown}", f"Restart {name} on the node")
        return (self.after(why, f"restart {name} on {self.at_node}.", *chain(*self.restarted()), short=short),)

    def delete_image(self, why: str) -> tuple[Fix, ...]:
        """By the image's full name."""
        remove = self.access.as_root(*self.service.remove, self.context.image.word, effects=CHANGES_NODE)
        rest = f"delete the image from {self.at_node}, so that it is pulled again."
        return (self.after(why, rest, remove, short=("Delete what the node holds of the image",)),)

    def free_disk(self, path: str) -> tuple[Fix, ...]:
        """Blocks and inodes; the directory is the one that the message names, as far as it lasts."""
        directory = lasting_directory(path, self.service.store)
        full = f"{self.on}, {directory} is full or out of inodes: check which"
        look = tuple(self.access.as_root("df", option, directory) for option in ("-h", "-i"))
        prune = self.access.as_root(*self.service.prune, effects=CHANGES_NODE) if self.service.prune else None
        text = f"{full}, and free up space there." if prune is None else f"{full}, and delete unused images."
        steps: tuple[Step, ...] = look if prune is None else (*look, prune)
        short = (f"Free disk space on {self.context.node.shown}", "Free disk space on the node")
        return (self.fix(text, *steps, short=short, notes=("The kubelet then retries by itself.",)),)

    def runtime_log(self, why: str) -> tuple[Fix, ...]:
        """Of the last hour."""
        log = self.access.as_root("journalctl", "-u", self.service.unit, *_LAST_HOUR)
        return (self._log(why, self.service.name, log),)

    def kubelet_log(self, why: str, pattern: str) -> tuple[Fix, ...]:
        """Of the last hour."""
        log = self.access.as_root("journalctl", "-u", self.service.kubelet_unit, *_LAST_HOUR)
        return (self._log(why, "the kubelet", Pipeline((log, Command(("grep", "-E", pattern))))),)

    def _log(self, why: str, whose: str, log: Step) -> Fix:
        short = (f"Read {whose}'s log on {self.context.node.shown}", f"Read {whose}'s log on the node")
        return self.after(why, f"read {whose}'s log on {self.at_node}.", log, short=short)

    def run(self, why: str, *steps: Step) -> tuple[Fix, ...]:
        """In the node's own shell, or carried there."""
        carried = tuple(map(self.access.looking, steps))
        return (self.after(why, f"run this on {self.at_node}.", *carried, short=("See what the node says",)),)

    def compare_settings(self, why: str) -> tuple[Fix, ...]:
        """The lines that name the registry and those below them, with their files."""
        search = self.access.as_root("grep", "-rn", "-A", "8", "-F", self.registry_word, *self.settings)
        places = " and ".join(self.settings)
        says = "says" if len(self.settings) == 1 else "say"
        registry = self.context.registry.name
        rest = f"compare what {places} {says} about {registry} on {self.at_node} and on a node that can pull."
        return (self.after(why, rest, search, short=("Compare its registry settings with another node's",)),)

    def node_credentials(self) -> tuple[Fix, ...]:
        """In the file that the kubelet reads for every pod of its node."""
        path = self.kubelet_login
        registry = self.context.registry.name
        text = f"{self.on}, give the kubelet a login for {registry} in {path}: it serves every pod of the node."
        guard = unless_there(self.access, path, "add the login to its auths")
        steps = (guard, self.access.copied(LOGIN_FILE, path, "600"))
        undo = (self.access.as_root("rm", path, effects=CHANGES_NODE),)
        short = (f"Give the node a login for {registry}", "Give the node a login for the registry")
        return (
            self.chained(text, *steps, undo=undo, short=short, notes=("The kubelet reads it within five minutes.",)),
        )

    def proxy(self) -> tuple[Fix, ...]:
        """In a drop-in of the service's unit."""
        name, unit = self.service.name, self.service.unit
        text = (
            f"{self.on}, correct the proxy that {name} uses, or set one if it has none; add {self.host} to NO_PROXY "
            "if the node can reach it directly."
        )
        show: Step = Command(("systemctl", "show", "--property=Environment", unit))
        edit = Command(("sudo", "systemctl", "edit", unit), CHANGES_NODE)
        note = (
            'In the editor, under [Service]: Environment="HTTPS_PROXY=http://PROXY:PORT" '
            f'"NO_PROXY=...,{self.bare_host}". {name} ignores the proxy settings of a shell or another program.'
        )
        steps = (show, *chain(edit, *self.restarted()))
        return (self.fix(text, *steps, short=self.proxy_short, notes=(note,)),)

    @property
    def proxy_short(self) -> tuple[str, ...]:
        """The sentence of a table for a proxy."""
        return (
            f"Correct {self.service.name}'s proxy on {self.context.node.shown}",
            "Correct the node's proxy settings",
        )

    def system_trust(self) -> tuple[Fix, ...]:
        """Lets the whole system trust the authority; nothing where it isn't known how its system does that."""
        system = self.environment.os_image
        for names, directory, read_in in _TRUST:
            if system.startswith(names):
                return (self._system_trust(directory, read_in),)
        return ()

    def _system_trust(self, directory: str, read_in: str) -> Fix:
        path: Word = joined(directory, "/", file_name(self.answering_word), ".crt")
        text = (
            f"Or make the whole system of {self.at_node} trust the CA of {self.host}, and restart {self.service.name}."
        )
        steps = (
            unless_there(self.access, path, KEEP),
            self.access.copied(CA_FILE, path),
            self.access.as_root(read_in, effects=CHANGES_NODE),
            *self.restarted(),
        )
        undo = chain(self.access.as_root("rm", path, effects=CHANGES_NODE), *steps[2:])
        return self.chained(text, *steps, undo=undo, short=("Make the node's system trust the CA",))
