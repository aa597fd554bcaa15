"""Windows nodes with containerd, on whatever platform: PowerShell, other paths, no colon in directories.

Sources: containerd/containerd docs/hosts.md; Azure/AgentBaker staging/cse/windows/containerdfunc.ps1; Kubernetes' page
"System Logs". PowerShell takes / in paths, and reads single quotes as our quoting writes them; it knows no && before 7,
so that each command stands alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from kubectl_imagepull.fixes.environments.access import CHANGES_NODE, Access, LoginShell
from kubectl_imagepull.fixes.environments.eks import ssm_command
from kubectl_imagepull.fixes.environments.environment_tasks import EVERY_NODE, EnvironmentTasks
from kubectl_imagepull.fixes.environments.node_files import CA_FILE, hosts_toml
from kubectl_imagepull.fixes.environments.paths import drive_of
from kubectl_imagepull.fixes.environments.ways_out import pull_secret, push_image
from kubectl_imagepull.vocabulary.command import Command, Piece, Pipeline, ShellText, Step, Word, joined
from kubectl_imagepull.vocabulary.fix import Fix, Where
from kubectl_imagepull.vocabulary.node_environment import Platform

_PROGRAM_DATA = "C:/ProgramData/containerd/certs.d"
_CONFIG = "C:/Program Files/containerd/config.toml"
_RESTART = Command(("Restart-Service", "containerd"), CHANGES_NODE)
_THEN = ShellText(";")
_COMMA = ShellText(",")
#: What these nodes have for the programs of Linux, whole commands by their first words.
_INSTEAD: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("cat", "/etc/resolv.conf"): ("Get-DnsClientServerAddress",),
    ("ip", "route"): ("Get-NetRoute",),
    ("ip", "-6", "route"): ("Get-NetRoute", "-AddressFamily", "IPv6"),
    ("timedatectl",): ("w32tm.exe", "/query", "/status"),
}
#: `getent hosts NAME` and `resolvectl query NAME` have a name behind these.
_MOST_WORDS_WITHOUT_NAME = 2
_MANAGED = frozenset({Platform.AKS, Platform.GKE, Platform.EKS})


class WindowsTasks(EnvironmentTasks):
    """containerd as a Windows service."""

    @property
    def label(self) -> str:
        """That it is Windows, and where."""
        environment = self.environment
        known = environment.is_known and environment.platform is not Platform.KUBEADM
        return f"{environment.platform.value}, Windows" if known else "Windows"

    @cached_property
    def access(self) -> Access:
        """By a HostProcess pod or a remote desktop; on EC2 by the Systems Manager."""
        command = ssm_command(self.environment)
        if command:
            return LoginShell((f"Open PowerShell on the node with: {command}",))
        if self.environment.platform is Platform.AKS:
            return LoginShell(("Open PowerShell on the node by SSH from a Linux node of the cluster.",))
        return LoginShell(("Open PowerShell on the node by SSH, RDP or a HostProcess pod.",))

    def _settings(self, text: str, lines: tuple[Word, ...], short: tuple[str, ...], *before: Command) -> Fix:
        directory, file = _directory(self.registry_word), joined(_directory(self.registry_word), "/hosts.toml")
        stop: tuple[Word, ...] = (
            *(ShellText("if (Test-Path"), directory, ShellText(") { throw")),
            joined(directory, " already exists: add the lines to its hosts.toml by hand"),
            ShellText("}"),
        )
        make: tuple[Word, ...] = ("New-Item", "-ItemType", "Directory", "-Force", directory)
        values: list[Word] = [lines[0]]
        for line in lines[1:]:
            values += [_COMMA, line]
        write: tuple[Word, ...] = ("Set-Content", "-Path", file, "-Value", *values)
        # one line, so that nothing is written after the throw
        command = Command((*stop, _THEN, *make, _THEN, *write), CHANGES_NODE)
        undo = (Command(("Remove-Item", "-Recurse", directory), CHANGES_NODE),)
        note = (
            f"containerd reads it only if config_path in {_CONFIG} is {_PROGRAM_DATA}: otherwise set it there, in "
            "single quotes, and restart containerd."
        )
        return self.fix(text, *before, command, undo=undo, short=short, notes=(note, EVERY_NODE))

    def plain_http(self) -> tuple[Fix, ...]:
        """By an http:// address in hosts.toml."""
        text = f"{self.on}, {self.host} speaks plain HTTP: set http://{self.host} in its hosts.toml."
        short = self.shorts(f"Allow plain HTTP for {self.host}", "Allow plain HTTP for the registry")
        if self.is_mirrored:
            return (self._at_mirror(text, short),)
        return (self._settings(text, hosts_toml(joined("http://", self.answering_word)), short),)

    def trust_authority(self) -> tuple[Fix, ...]:
        """In the system's store, which needs a restart; no file has to be named for it."""
        text = f"{self.on}, import the certificate of the CA that signed {self.host}, and restart containerd."
        store: Word = "Cert:/LocalMachine/Root"
        load = Command(("Import-Certificate", "-FilePath", CA_FILE, "-CertStoreLocation", store), CHANGES_NODE)
        short = self.shorts(f"Trust the CA of {self.host}", "Trust the registry's CA")
        return (self.fix(text, load, _RESTART, short=short),)

    def mirror(self) -> tuple[Fix, ...]:
        """In the directory of the registry that it stands for."""
        if self.is_mirrored:
            text = (
                f"{self.on}, {self.host} answers in place of {self.context.registry.name}: fix it, or remove it from "
                "its hosts.toml."
            )
            return (self._at_mirror(text, (f"Fix or remove the mirror {self.host}", "Fix the mirror")),)
        text = f"{self.on}, set up a mirror for {self.context.registry.name} in a hosts.toml."
        make = Command(("New-Item", "-ItemType", "Directory", "-Force", _directory(self.registry_word)), CHANGES_NODE)
        fix = self._at_mirror(text, (f"Use a mirror for {self.context.registry.name}", "Use a mirror for the registry"))
        note = 'The lines are [host."https://MIRROR"] and, below it, capabilities = ["pull", "resolve"].'
        return (replace(fix, commands=(make, *fix.commands), notes=(*fix.notes, note, EVERY_NODE)),)

    def _at_mirror(self, text: str, short: tuple[str, ...]) -> Fix:
        file = joined(_directory(self.registry_word), "/hosts.toml")
        return self.fix(text, Command(("notepad", file), CHANGES_NODE), short=short)

    def proxy(self) -> tuple[Fix, ...]:
        """In the service's environment, which the machine's is the simplest form of."""
        text = (
            f"{self.on}, correct the proxy that containerd uses, or set one if it has none; add {self.host} to "
            "NO_PROXY if the node can reach it directly."
        )
        show = Command(("Get-ChildItem", "Env:*_PROXY"))
        note = "They are environment variables of the service or the machine; restart containerd after a change."
        return (self.fix(text, show, _RESTART, short=("Correct the node's proxy settings",), notes=(note,)),)

    def pause_image(self) -> tuple[Fix, ...]:
        """In config.toml; it has to be an image for that Windows build."""
        text = (
            f"{self.on}, set a pause image for this Windows build that the node can reach as the sandbox image in "
            f"{_CONFIG}, and restart containerd."
        )
        edit = Command(("notepad", _CONFIG), CHANGES_NODE)
        return (self.fix(text, edit, _RESTART, short=("Set a pause image that the node can reach",)),)

    def load_image(self) -> tuple[Fix, ...]:
        """By ctr; where the nodes come and go, by a registry."""
        if self.environment.platform in _MANAGED:
            return (push_image(self.context, f"Nodes of {self.environment.platform.value} come and go"),)
        load = Command(("ctr.exe", "-n", "k8s.io", "images", "import", "image.tar"), CHANGES_NODE)
        text = (
            "Save the image as image.tar on a machine that has it, copy that to "
            f"{self.context.node.each}{self.in_brackets} and import it there."
        )
        return (self.fix(text, load, short=("Import the image on the node from a file",), notes=self.policy_notes()),)

    def node_credentials(self) -> tuple[Fix, ...]:
        """A login that travels with the pod."""
        return (pull_secret(self.context, "A pull secret works on Windows nodes as on any other"),)

    def restart_runtime(self, why: str) -> tuple[Fix, ...]:
        """As a service."""
        rest = f"restart containerd on {self.at_node}."
        return (self.after(why, rest, _RESTART, short=("Restart containerd on the node",)),)

    def delete_image(self, why: str) -> tuple[Fix, ...]:
        """By ctr."""
        remove = Command(("ctr.exe", "-n", "k8s.io", "images", "rm", self.context.image.word), CHANGES_NODE)
        rest = f"delete the image from {self.at_node}, so that it is pulled again."
        return (self.after(why, rest, remove, short=("Delete what the node holds of the image",)),)

    def free_disk(self, path: str) -> tuple[Fix, ...]:
        """The drive that the message names."""
        drive = drive_of(path)
        text = f"{self.on}, drive {drive}: is full: check what uses the space, and delete unused images."
        look = Command(("Get-PSDrive", drive))
        prune = Command(("crictl.exe", "rmi", "--prune"), CHANGES_NODE)
        return (self.fix(text, look, prune, short=("Free disk space on the node",)),)

    def runtime_log(self, why: str) -> tuple[Fix, ...]:
        """By the API, where the kubelet allows it."""
        return (self._log(why, "containerd", "containerd"),)

    def kubelet_log(self, why: str, pattern: str) -> tuple[Fix, ...]:
        """By the API, where the kubelet allows it."""
        return (self._log(why, "the kubelet", "kubelet", Command(("grep", "-E", pattern))),)

    def _log(self, why: str, whose: str, query: str, *filters: Command) -> Fix:
        path = joined("/api/v1/nodes/", self.context.node.name, f"/proxy/logs/?query={query}")
        read = self.context.kubectl("get", "--raw", path)
        show: Step = Pipeline((read, *filters)) if filters else read
        rest = f"read {whose}'s log on {self.at_node}."
        fix = self.after(why, rest, show, short=(f"Read {whose}'s log",), where=Where.CLUSTER)
        return replace(fix, notes=(*fix.notes, "It needs enableSystemLogQuery in the kubelet's configuration."))

    def run(self, why: str, *steps: Step) -> tuple[Fix, ...]:
        """As far as Windows has the program."""
        translated = [command for step in steps if (command := _for_windows(step)) is not None]
        rest = f"run this in PowerShell on {self.at_node}." if translated else f"look on {self.at_node}."
        return (self.after(why, rest, *translated, short=("See what the node says",)),)

    def compare_settings(self, why: str) -> tuple[Fix, ...]:
        """The directory of the registry."""
        show = Command(("Get-Content", joined(_directory(self.registry_word), "/hosts.toml")))
        rest = f"compare the hosts.toml of {self.context.registry.name} on {self.at_node} and on a node that can pull."
        return (self.after(why, rest, show, short=("Compare its registry settings with another node's",)),)


def _directory(registry: Piece) -> Word:
    """The directory of a registry; Windows allows no colon in it."""
    if not isinstance(registry, str):
        return registry
    host, _, port = registry.partition(":")
    return f"{_PROGRAM_DATA}/{host}{f'_{port}_' if port else ''}"


def _for_windows(step: Step) -> Command | None:
    """A step's program as Windows has it; None where it has none."""
    if not isinstance(step, Command):
        return None
    words = step.words[1:] if step.words[0] == "sudo" else step.words
    if words[0] in {"getent", "resolvectl"} and len(words) > _MOST_WORDS_WITHOUT_NAME:
        return Command(("Resolve-DnsName", words[-1]))
    if words[0] == "curl":
        return Command(("curl.exe", *("NUL" if word == "/dev/null" else word for word in words[1:])))
    for linux_words, instead in _INSTEAD.items():
        if words[: len(linux_words)] == linux_words:
            return Command(instead)
    return None
