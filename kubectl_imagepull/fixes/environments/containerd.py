"""Nodes of one's own that run containerd.

Sources: containerd/containerd docs/hosts.md, docs/cri/config.md, plugins/cri/images/plugin.go (config_path has a
default from 2.2.0 on, and only on Linux), containerd/containerd#3974 (what clears unfinished downloads).
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from kubectl_imagepull.fixes.environments.access import CHANGES_NODE
from kubectl_imagepull.fixes.environments.environment_tasks import EVERY_NODE, UNNAMED_MIRROR
from kubectl_imagepull.fixes.environments.node_files import (
    ARCHIVE,
    CA_FILE,
    MIRROR,
    PAUSE_IMAGE,
    hosts_toml,
    unless_missing,
    unless_there,
    write_file,
)
from kubectl_imagepull.fixes.environments.systemd_tasks import Service, SystemdTasks
from kubectl_imagepull.vocabulary.command import Command, Pipeline, ShellText, Step, Word, chain, joined
from kubectl_imagepull.vocabulary.fix import Fix
from kubectl_imagepull.vocabulary.node_environment import Version

_UNIT = "containerd"
#: Under the store: one directory for each download that isn't finished.
_INGEST = "io.containerd.content.v1.content/ingest"
_READS_CERTS_D: Version = (2, 2)
_SECOND_MAJOR: Version = (2,)
_FIRST_TABLE = '[plugins."io.containerd.grpc.v1.cri".registry]'
_SECOND_TABLE = '[plugins."io.containerd.cri.v1.images".registry]'
_FIRST_SANDBOX = '[plugins."io.containerd.grpc.v1.cri"]'
_SECOND_PINNED = '[plugins."io.containerd.cri.v1.images".pinned_images]'
_CA_BESIDE = "put ca.crt into it, and set it as ca in its hosts.toml if it has one"
#: The editor opens only where the search before it finds nothing.
_OR_EDIT = ShellText("|| sudoedit")


class ContainerdTasks(SystemdTasks):
    """Registries in certs.d, everything else in config.toml."""

    #: The directory that holds a directory for each registry, named as images name the registry.
    certs_d: ClassVar[str] = "/etc/containerd/certs.d"
    config: ClassVar[str] = "/etc/containerd/config.toml"

    @property
    def service(self) -> Service:
        """The unit that packages of containerd bring, and crictl, which kubeadm brings."""
        return Service("containerd", _UNIT, "kubelet", "/var/lib/containerd")

    @property
    def settings(self) -> tuple[str, ...]:
        """Both places, for older nodes name registries in config.toml itself."""
        return ("/etc/containerd",)

    @property
    def reads_certs_d(self) -> bool:
        """Whether certs.d is read without anybody having set config_path."""
        return self.environment.runtime_version >= _READS_CERTS_D

    @property
    def directory(self) -> Word:
        """The directory of the image's registry."""
        return joined(self.certs_d, "/", self.registry_word)

    # -- registries ----------------------------------------------------------------------------------------------

    @property
    def registry_file(self) -> str:
        """The hosts.toml of the image's registry, for a sentence."""
        return f"{self.certs_d}/{self.context.registry.name}/hosts.toml"

    def plain_http(self) -> tuple[Fix, ...]:
        """By an http:// address in hosts.toml."""
        short = self.shorts(f"Allow plain HTTP for {self.host}", "Allow plain HTTP for the registry")
        text = f"{self.on}, {self.host} speaks plain HTTP: set http://{self.host} in {self.registry_file}."
        if self.is_mirrored:
            return (self.at_mirror(text, short),)
        return (self.new_settings(text, hosts_toml(joined("http://", self.answering_word)), short),)

    def trust_authority(self) -> tuple[Fix, ...]:
        """By the authority's certificate beside hosts.toml, or in its place; then by the whole system."""
        short = self.shorts(f"Trust the CA of {self.host}", "Trust the registry's CA")
        if self.is_mirrored:
            path: Word = joined(self.directory, "/mirror-ca.crt")
            text = (
                f"{self.on}, trust the CA that signed {self.host}: set its certificate as ca in {self.registry_file}."
            )
            return (self.at_mirror(text, short, self.access.copied(CA_FILE, path)), *self.system_trust())
        registry = self.context.registry.name
        text = f"{self.on}, put the certificate of the CA that signed {registry} into {self.certs_d}/{registry}."
        # ca.crt counts only in a directory without a hosts.toml: a directory that is there is left to the reader
        guard = unless_there(self.access, self.directory, _CA_BESIDE)
        steps = (guard, self.access.copied(CA_FILE, joined(self.directory, "/ca.crt")))
        return (self.with_config_path(text, steps, short), *self.system_trust())

    def mirror(self) -> tuple[Fix, ...]:
        """In the directory of the registry that it stands for."""
        registry = self.context.registry.name
        if self.is_mirrored:
            text = (
                f"{self.on}, {self.host} answers in place of {registry}: fix it, or remove it from "
                f"{self.registry_file}."
            )
            return (self.at_mirror(text, (f"Fix or remove the mirror {self.host}", "Fix the mirror")),)
        text = f"{self.on}, set up a mirror for {registry} in {self.registry_file}."
        lines = hosts_toml(joined("https://", MIRROR), is_server=False)
        notes = (f"Images that the mirror doesn't have are still pulled from {registry}.",)
        return (
            self.new_settings(
                text,
                lines,
                (f"Use a mirror for {registry}", "Use a mirror for the registry"),
                unless_missing(MIRROR),
                notes=notes,
            ),
        )

    def unnamed_mirror(self, why: str) -> tuple[Fix, ...]:
        """Where the registry's own settings are."""
        fix = self.at_mirror("", (f"Correct the mirror for {self.context.registry.name}", "Correct the mirror"))
        text = f"{why}: correct it in {self.registry_file} on {self.at_node}."
        return (replace(fix, text=text, notes=(*fix.notes, UNNAMED_MIRROR)),)

    def new_settings(
        self,
        text: str,
        lines: tuple[Word, ...],
        short: tuple[str, ...],
        *before: Command,
        notes: tuple[str, ...] = (),
    ) -> Fix:
        """A fix that writes the hosts.toml of a registry that has no directory yet."""
        there = unless_there(self.access, self.directory)
        steps = (*before, there, *write_file(self.access, self.directory, "hosts.toml", lines))
        return self.with_config_path(text, steps, short, *notes)

    def at_mirror(self, text: str, short: tuple[str, ...], *before: Command) -> Fix:
        """A fix that changes what already stands there of the host that answered."""
        search: Step = self.access.as_root("grep", "-rnF", self.answering_word, *self.settings)
        edit = self.access.edited(self.registry_file)
        note = f"The search shows which file contains {self.host}, if it isn't that one."
        return self.fix(text, *chain(*before), search, *chain(*edit), short=short, notes=(note,))

    def with_config_path(
        self, text: str, steps: tuple[Command | Pipeline, ...], short: tuple[str, ...], *notes: str
    ) -> Fix:
        """The fix, and what makes containerd read the directory at all."""
        undo = (self.access.as_root("rm", "-r", self.directory, effects=CHANGES_NODE),)
        if self.reads_certs_d:
            every_note = (*notes, "No restart is needed.", EVERY_NODE)
            return self.chained(text, *steps, undo=undo, short=short, notes=every_note)
        # an empty config_path, as `containerd config default` writes it, has no slash
        look = self.access.as_root("grep", "-n", "config_path *= *./", self.config)
        ask = Command((*look.words, _OR_EDIT, self.config), CHANGES_NODE)
        every = (*chain(*steps), *chain(ask, *self.restarted()))
        return self.fix(text, *every, undo=undo, short=short, notes=(*notes, self._config_path_note(), EVERY_NODE))

    def _config_path_note(self) -> str:
        line = f'config_path = "{self.certs_d}"'
        major = self.environment.runtime_version[:1]
        if not major:
            table = f"{_FIRST_TABLE} (containerd 1.x) or {_SECOND_TABLE} (2.x)"
        else:
            table = _SECOND_TABLE if major >= _SECOND_MAJOR else _FIRST_TABLE
        return f"If an editor opens, containerd doesn't read {self.certs_d} yet: put {line} under {table}."

    # -- images --------------------------------------------------------------------------------------------------

    def clear_downloads(self, why: str) -> tuple[Fix, ...]:
        """In the directory of unfinished downloads, while containerd is stopped; containers go on running."""
        stop, start, restart = (
            self.access.as_root("systemctl", verb, _UNIT, effects=CHANGES_NODE) for verb in ("stop", "start", "restart")
        )
        if self.restarted() != (restart,):
            # what is restarted there is more than containerd, and wouldn't do for a stop
            return super().clear_downloads(why)
        rest = f"delete unfinished downloads on {self.at_node} while containerd is stopped."
        delete = self.access.as_root("rm", "-rf", f"{self.service.store}/{_INGEST}", effects=CHANGES_NODE)
        short = (f"Delete unfinished downloads on {self.context.node.shown}", "Delete unfinished downloads on the node")
        return (self.after(why, rest, *chain(stop, delete, start), short=short),)

    def pause_image(self) -> tuple[Fix, ...]:
        """In config.toml: its line is changed where it stands, and nothing is restarted where there is none."""
        is_second = self.environment.runtime_version[:1] >= _SECOND_MAJOR
        key, table = ("sandbox", _SECOND_PINNED) if is_second else ("sandbox_image", _FIRST_SANDBOX)
        text = (
            f"{self.on}, set a pause image that the node can reach, such as your own registry's copy of "
            f"{self.context.image.shown}, as {key} in {self.config}, and restart containerd."
        )
        # a comma parts what a path or an image's name can hold; without its indentation TOML means the same
        change = joined(f's,^ *{key} *=.*,{key} = "', PAUSE_IMAGE, '",')
        steps = (
            self.access.as_root("sed", "-i.bak", change, self.config, effects=CHANGES_NODE),
            self.access.as_root("grep", "-n", f"^{key} =", self.config),
            *self.restarted(),
        )
        back = self.access.as_root("mv", f"{self.config}.bak", self.config, effects=CHANGES_NODE)
        note = f"If the second command finds nothing, add {key} = IMAGE under {table} and restart containerd."
        short = ("Set a pause image that the node can reach",)
        return (self.chained(text, *steps, undo=chain(back, *self.restarted()), short=short, notes=(note,)),)

    def load_image(self) -> tuple[Fix, ...]:
        """From an archive, into the namespace that the kubelet looks into."""
        save = Command(("docker", "save", "-o", ARCHIVE, self.context.image.as_given))
        load = self.access.as_root(*self.import_words, ARCHIVE, effects=CHANGES_NODE)
        text = (
            f"Save the image on a machine that has it, copy {ARCHIVE} to {self.context.node.each} and import it there"
            f"{self.in_brackets}."
        )
        short = ("Import the image on the node from a file",)
        return (self.fix(text, save, load, short=short, notes=self.policy_notes()),)

    @property
    def import_words(self) -> tuple[str, ...]:
        """The words before an archive's name that import it."""
        return ("ctr", "-n", "k8s.io", "images", "import")
