"""Clusters on the reader's own machine, whose nodes are containers there: kind, k3d, Docker Desktop's kind mode.

Sources: kubernetes-sigs/kind site/content/docs/user/{local-registry,private-registries,known-issues}.md; k3d-io/k3d
docs/usage/{registries,importing_images}.md; docker/docs content/manuals/desktop/use-desktop/kubernetes.md.
"""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from kubectl_imagepull.fixes.environments.access import CHANGES_NODE, Access, ContainerAccess
from kubectl_imagepull.fixes.environments.containerd import ContainerdTasks
from kubectl_imagepull.fixes.environments.environment_tasks import EVERY_NODE
from kubectl_imagepull.fixes.environments.files import (
    CA_FILE,
    KEEP,
    file_name,
    hosts_toml,
    unless_missing,
    unless_there,
    written,
    written_here,
)
from kubectl_imagepull.fixes.environments.k3s import K3sTasks
from kubectl_imagepull.fixes.environments.systemd_tasks import Service, SystemdTasks
from kubectl_imagepull.fixes.environments.ways_out import pull_secret, with_note
from kubectl_imagepull.vocabulary.command import Command, Pipeline, Placeholder, ShellText, Step, Word, chain, joined
from kubectl_imagepull.vocabulary.fix import Fix, Who
from kubectl_imagepull.vocabulary.names import is_object_name

HTTPS_PROXY = Placeholder("HTTPS_PROXY", "the proxy that the nodes shall use, such as http://proxy.example.com:3128")
CLUSTER = Placeholder("CLUSTER", "the name of the cluster")
_REGISTRY_CONTAINER = Placeholder("REGISTRY", "the container of the registry and its port, such as kind-registry:5000")
_BOTH_STREAMS = ShellText("2>&1")
_CRICTL = ("crictl", "rmi")


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
        return self.environment.cluster if is_object_name(self.environment.cluster) else CLUSTER

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
            f"Run this where you run {self.program}: it hands {image.shown} from your Docker to the nodes of the "
            "cluster, which don't see your own images."
        )
        load = Command((self.program, *words), CHANGES_NODE)
        note = (
            "If it ends with 'content digest ... not found', Docker holds the image for several platforms: push it to "
            "a registry instead."
        )
        short = (f"Load {image.shown} with {self.program}", f"Load the image with {self.program}")
        return (self.fix(text, load, short=short, notes=(*self.policy_notes(), note), says_where=True),)

    def made_again(self, *words: Word, notes: tuple[str, ...] = ()) -> tuple[Fix, ...]:
        """A fix for what is only set when a cluster is made."""
        delete = Command((self.program, *self.deletion), CHANGES_NODE)
        create = Command((self.program, *words), CHANGES_NODE)
        text = (
            f"{self.program} sets a proxy only when it makes a cluster: make it again with the proxy that {self.host} "
            "needs, or use a registry that is reached without one."
        )
        warning = "This deletes the cluster with everything in it."
        steps = chain(unless_missing(HTTPS_PROXY), delete, create)
        short = (f"Make the {self.program} cluster again with a proxy",)
        return (self.fix(text, *steps, short=short, notes=(warning, *notes)),)

    @property
    def deletion(self) -> tuple[Word, ...]:
        """The words that delete the cluster."""
        return ("delete", "cluster", "--name", self.cluster)


class KindTasks(ContainerNodeTasks, ContainerdTasks):
    """containerd in a container; hosts.toml is read without a restart."""

    program: ClassVar[str] = "kind"

    @property
    def reads_certs_d(self) -> bool:
        """Node images do since kind 0.27."""
        return True

    def plain_http(self) -> tuple[Fix, ...]:
        """A registry on the reader's own machine is another container for the nodes, and localhost the node itself."""
        notes = ("Node images before kind 0.27 read this only with config_path in containerdConfigPatches.",)
        if not self.context.registry.is_local or self.is_mirrored:
            # the note comes last: hardly anybody still runs such a node
            return tuple(with_note(fix, *notes) for fix in super().plain_http())
        text = (
            f"{self.on}, {self.host} is the node itself: name your registry's container in {self.registry_file}, and "
            "put that container on the network kind."
        )
        lines = hosts_toml(joined("http://", _REGISTRY_CONTAINER), is_server=False)
        short = (f"Name the registry's container for {self.host}", "Name the registry's container")
        return (self.new_settings(text, lines, short, unless_missing(_REGISTRY_CONTAINER), notes=notes),)

    def trust_authority(self) -> tuple[Fix, ...]:
        """The certificate lies outside of certs.d: nothing can be copied into a directory that isn't there."""
        if self.is_mirrored:
            return super().trust_authority()
        path: Word = joined("/etc/containerd/", file_name(self.answering_word), ".crt")
        text = (
            f"{self.on}, name the certificate of the authority that signed {self.host} as ca in {self.registry_file}."
        )
        lines = hosts_toml(joined("https://", self.answering_word), joined('  ca = "', path, '"'))
        steps = (
            unless_there(self.access, self.directory),
            self.access.copied(CA_FILE, path),
            *written(self.access, self.directory, "hosts.toml", lines),
        )
        undo = (self.access.as_root("rm", "-r", self.directory, path, effects=CHANGES_NODE),)
        short = self.shorts(f"Trust the authority of {self.host}", "Trust the registry's authority")
        return (self.chained(text, *steps, undo=undo, short=short),)

    def load_image(self) -> tuple[Fix, ...]:
        """By kind, which gives it to every node."""
        return self.imported("load", "docker-image", self.context.image.as_given, "--name", self.cluster)

    def proxy(self) -> tuple[Fix, ...]:
        """From the environment of `kind create cluster`."""
        note = "kind reads HTTPS_PROXY and NO_PROXY of the shell that it is started in: export them there."
        return self.made_again("create", "cluster", "--name", self.cluster, notes=(note,))


class DockerDesktopKindTasks(KindTasks):
    """kind nodes that Docker Desktop makes; what is changed in them goes with the next reset."""

    program: ClassVar[str] = "Docker Desktop"

    @property
    def at_node(self) -> str:
        """The node in Docker Desktop."""
        return f"{self.context.node.each} (Docker Desktop)"

    def load_image(self) -> tuple[Fix, ...]:
        """Docker Desktop hands images on only from the containerd image store."""
        image = self.context.image
        text = (
            "In Docker Desktop turn on 'Use containerd for pulling and storing images' under Settings, General, and "
            f"build {image.written_shown} again. Nodes of this mode see images of that store only."
        )
        build = Command(("docker", "build", "-t", image.word, "."), CHANGES_NODE)
        short = ("Build it in Docker's containerd image store",)
        return (self.fix(text, build, short=short, notes=self.policy_notes()),)

    def proxy(self) -> tuple[Fix, ...]:
        """A setting of the application."""
        text = f"In Docker Desktop set the proxy for {self.host} under Settings, Resources, Proxies, and apply it."
        return (self.fix(text, short=("Set the proxy in Docker Desktop",)),)


class K3dTasks(ContainerNodeTasks, K3sTasks):
    """k3s in a container, without systemd."""

    program: ClassVar[str] = "k3d"

    @property
    def restarting(self) -> str:
        """The container."""
        return "the node's container"

    @property
    def service(self) -> Service:
        """As k3s', with crictl on the path."""
        prune = (*_CRICTL, "--prune")
        return Service("k3s", "", "", "/var/lib/rancher/k3s/agent/containerd", _CRICTL, prune)

    def new_file(  # noqa: PLR0913 - what differs from fix to fix
        self,
        text: str,
        lines: tuple[Word, ...],
        short: tuple[str, ...],
        *before: Command,
        ask: Command | None = None,
        undo: tuple[Command, ...] = (),
        notes: tuple[str, ...] = (),
    ) -> Fix:
        """Written outside and copied in."""
        # k3s' image has busybox and little else: docker cp needs nothing of it
        name = "k3d-registries.yaml"
        steps: list[Command | Pipeline] = [] if ask is None else [ask]
        steps += [
            unless_there(self.access, self.file),
            *before,
            self.access.as_root("mkdir", "-p", self.distribution.etc, effects=CHANGES_NODE),
            written_here(name, lines),
            self.access.copied(name, self.file),
            *self.restarted(),
        ]
        back = chain(self.access.as_root("rm", self.file, effects=CHANGES_NODE), *undo, *self.restarted())
        return self.chained(text, *steps, undo=back, short=short, notes=(*notes, EVERY_NODE))

    def trust_authority(self) -> tuple[Fix, ...]:
        """The certificate lies where the node looks for certificates anyway."""
        if self.is_mirrored:
            return super().trust_authority()
        path: Word = joined("/etc/ssl/certs/", file_name(self.answering_word), ".crt")
        text = (
            f"{self.on}, put the certificate of the authority that signed {self.host} into /etc/ssl/certs, and "
            "restart the node's container."
        )
        steps = (unless_there(self.access, path, KEEP), self.access.copied(CA_FILE, path), *self.restarted())
        undo = chain(self.access.as_root("rm", path, effects=CHANGES_NODE), *self.restarted())
        note = "For good: k3d cluster create --volume CA_FILE:/etc/ssl/certs/ca.crt@all."
        short = self.shorts(f"Trust the authority of {self.host}", "Trust the registry's authority")
        return (self.chained(text, *steps, undo=undo, short=short, notes=(note,)),)

    def load_image(self) -> tuple[Fix, ...]:
        """By k3d, which gives it to every node."""
        return self.imported("image", "import", self.context.image.as_given, "-c", self.cluster)

    def proxy(self) -> tuple[Fix, ...]:
        """A variable of the nodes' containers."""
        return self.made_again("cluster", "create", self.cluster, "-e", joined("HTTPS_PROXY=", HTTPS_PROXY, "@all"))

    def run(self, why: str, *steps: Step) -> tuple[Fix, ...]:
        """With busybox' programs: its nodes have neither getent nor curl."""
        return super().run(why, *map(_for_busybox, steps))

    def node_credentials(self) -> tuple[Fix, ...]:
        """A secret is less trouble than a file in each container."""
        return (pull_secret(self.context, "A k3d node forgets its logins when the cluster is made again"),)

    @property
    def deletion(self) -> tuple[Word, ...]:
        """In k3d's order of words."""
        return ("cluster", "delete", self.cluster)

    def runtime_log(self, why: str) -> tuple[Fix, ...]:
        """Everything is in the container's log."""
        return (self._log(why, "k3s", self._logs),)

    def kubelet_log(self, why: str, pattern: str) -> tuple[Fix, ...]:
        """Everything is in the container's log."""
        filtered = Pipeline((self._logs, Command(("grep", "-E", pattern))))
        return (self._log(why, "the kubelet", filtered),)

    @property
    def _logs(self) -> Command:
        return Command((self.environment.engine, "logs", "--since", "1h", self.context.node.name, _BOTH_STREAMS))

    def compare_settings(self, why: str) -> tuple[Fix, ...]:
        """The whole file, for it is short."""
        show: Step = self.access.as_root("cat", self.file)
        rest = f"compare {self.file} on {self.at_node} and on a node that pulls."
        return (self.after(why, rest, show, short=("Compare its registry settings with another node's",)),)


def _for_busybox(step: Step) -> Step:
    """A step whose program busybox has under another name, with that name."""
    if not isinstance(step, Command):
        return step
    if step.words[0] == "getent":
        return Command(("nslookup", step.words[-1]))
    if step.words[0] == "curl":
        return Command(("wget", "-S", "-O", "-", step.words[-1]))
    return step
