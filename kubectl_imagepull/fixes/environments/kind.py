"""kind, and Docker Desktop's kind mode.

Sources: kubernetes-sigs/kind site/content/docs/user/{local-registry,private-registries,known-issues}.md; docker/docs
content/manuals/desktop/use-desktop/kubernetes.md.
"""

from __future__ import annotations

from typing import ClassVar

from kubectl_imagepull.fixes.environments.access import CHANGES_NODE
from kubectl_imagepull.fixes.environments.container_nodes import ContainerNodeTasks
from kubectl_imagepull.fixes.environments.containerd import ContainerdTasks
from kubectl_imagepull.fixes.environments.node_files import (
    CA_FILE,
    file_name,
    hosts_toml,
    unless_missing,
    unless_there,
    write_file,
)
from kubectl_imagepull.fixes.environments.ways_out import with_note
from kubectl_imagepull.vocabulary.command import Command, Placeholder, Word, joined
from kubectl_imagepull.vocabulary.fix import Fix

_REGISTRY_CONTAINER = Placeholder("REGISTRY", "the container and port of the registry, such as kind-registry:5000")


class KindTasks(ContainerNodeTasks, ContainerdTasks):
    """containerd in a container; hosts.toml is read without a restart."""

    program: ClassVar[str] = "kind"

    @property
    def reads_certs_d(self) -> bool:
        """Node images do since kind 0.27."""
        return True

    def plain_http(self) -> tuple[Fix, ...]:
        """A registry on the reader's own machine is another container for the nodes, and localhost the node itself."""
        notes = ("Node images older than kind 0.27 read this only with config_path in containerdConfigPatches.",)
        if not self.context.registry.is_local or self.is_mirrored:
            # the note comes last: hardly anybody still runs such a node
            return tuple(with_note(fix, *notes) for fix in super().plain_http())
        text = (
            f"{self.on}, {self.host} is the node itself: set your registry's container in {self.registry_file}, and "
            "connect that container to the network kind."
        )
        lines = hosts_toml(joined("http://", _REGISTRY_CONTAINER), is_server=False)
        short = (f"Set the registry's container for {self.host}", "Name the registry's container")
        return (self.new_settings(text, lines, short, unless_missing(_REGISTRY_CONTAINER), notes=notes),)

    def trust_authority(self) -> tuple[Fix, ...]:
        """The certificate lies outside of certs.d: nothing can be copied into a directory that isn't there."""
        if self.is_mirrored:
            return super().trust_authority()
        path: Word = joined("/etc/containerd/", file_name(self.answering_word), ".crt")
        text = f"{self.on}, set the certificate of the CA that signed {self.host} as ca in {self.registry_file}."
        lines = hosts_toml(joined("https://", self.answering_word), joined('  ca = "', path, '"'))
        steps = (
            unless_there(self.access, self.directory),
            self.access.copied(CA_FILE, path),
            *write_file(self.access, self.directory, "hosts.toml", lines),
        )
        undo = (self.access.as_root("rm", "-r", self.directory, path, effects=CHANGES_NODE),)
        short = self.shorts(f"Trust the CA of {self.host}", "Trust the registry's CA")
        return (self.chained(text, *steps, undo=undo, short=short),)

    def load_image(self) -> tuple[Fix, ...]:
        """By kind, which gives it to every node."""
        return self.imported("load", "docker-image", self.context.image.as_given, "--name", self.cluster)

    def proxy(self) -> tuple[Fix, ...]:
        """From the environment of `kind create cluster`."""
        note = "kind reads HTTPS_PROXY and NO_PROXY from the shell that starts it: export them there."
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
            f"build {image.written_shown} again. Nodes in this mode see only images in that store."
        )
        build = Command(("docker", "build", "-t", image.word, "."), CHANGES_NODE)
        short = ("Build it in Docker's containerd image store",)
        return (self.fix(text, build, short=short, notes=self.policy_notes()),)

    def proxy(self) -> tuple[Fix, ...]:
        """A setting of the application."""
        text = f"In Docker Desktop set the proxy for {self.host} under Settings, Resources, Proxies, and apply it."
        return (self.fix(text, short=("Set the proxy in Docker Desktop",)),)
