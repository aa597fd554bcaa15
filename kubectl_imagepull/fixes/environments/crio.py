"""Nodes of one's own that run CRI-O.

Sources: cri-o/cri-o docs/crio.conf.5.md and pkg/config/reload.go (registries and the pause image are read again on a
reload); `insecure_registries` of crio.conf has no effect any longer.
"""

from __future__ import annotations

from kubectl_imagepull.fixes.environments.access import CHANGES_NODE
from kubectl_imagepull.fixes.environments.environment_tasks import EVERY_NODE
from kubectl_imagepull.fixes.environments.node_files import (
    ARCHIVE,
    CA_FILE,
    KEEP,
    MIRROR,
    PAUSE_IMAGE,
    file_name,
    unless_missing,
    unless_there,
    write_file,
)
from kubectl_imagepull.fixes.environments.systemd_tasks import Service, SystemdTasks
from kubectl_imagepull.vocabulary.command import Command, Pipeline, Word, chain, joined
from kubectl_imagepull.vocabulary.fix import Fix

_REGISTRIES = "/etc/containers/registries.conf.d"
_DROP_INS = "/etc/crio/crio.conf.d"
_PAUSE = "99-pause-image.conf"


class CrioTasks(SystemdTasks):
    """Registries in registries.conf.d, certificates in certs.d, the pause image in crio.conf.d."""

    @property
    def service(self) -> Service:
        """The unit that packages of CRI-O bring, and crictl, which kubeadm brings."""
        return Service("CRI-O", "crio", "kubelet", "/var/lib/containers/storage")

    @property
    def settings(self) -> tuple[str, ...]:
        """The main file, and the directory that adds to it."""
        return ("/etc/containers/registries.conf", _REGISTRIES)

    def reload(self) -> Command:
        """Has CRI-O read its settings again; containers stay."""
        return self.access.as_root("systemctl", "reload", "crio", effects=CHANGES_NODE)

    def plain_http(self) -> tuple[Fix, ...]:
        """By `insecure` in a file of its own."""
        short = self.shorts(f"Allow plain HTTP for {self.host}", "Allow plain HTTP for the registry")
        if self.is_mirrored:
            text = f"{self.on}, {self.host} speaks plain HTTP: set insecure = true where it is configured as a mirror."
            return (self.at_mirror(text, short),)
        name: Word = joined("plain-http-", file_name(self.registry_word), ".conf")
        lines = ("[[registry]]", joined('location = "', self.registry_word, '"'), "insecure = true")
        text = f"{self.on}, {self.host} speaks plain HTTP: set that in {_REGISTRIES}, and reload CRI-O."
        return (self._new_settings(text, _REGISTRIES, name, lines, short),)

    def trust_authority(self) -> tuple[Fix, ...]:
        """By the host that shows the certificate, be it the registry or a mirror; read at every pull."""
        directory: Word = joined("/etc/containers/certs.d/", self.answering_word)
        path: Word = joined(directory, "/ca.crt")
        text = (
            f"{self.on}, put the certificate of the CA that signed {self.host} into "
            f"/etc/containers/certs.d/{self.host}."
        )
        steps = (unless_there(self.access, path, KEEP), self.access.copied(CA_FILE, path))
        undo = (self.access.as_root("rm", path, effects=CHANGES_NODE),)
        short = self.shorts(f"Trust the CA of {self.host}", "Trust the registry's CA")
        fix = self.chained(text, *steps, undo=undo, short=short, notes=("No restart is needed.", EVERY_NODE))
        return (fix, *self.system_trust())

    def mirror(self) -> tuple[Fix, ...]:
        """In a file of its own; what is there already is changed where it stands."""
        registry = self.context.registry.name
        if self.is_mirrored:
            text = (
                f"{self.on}, {self.host} answers in place of {registry}: fix it, or remove it from the file that "
                "sets it as a mirror."
            )
            return (self.at_mirror(text, (f"Fix or remove the mirror {self.host}", "Fix the mirror")),)
        name: Word = joined("mirror-", file_name(self.registry_word), ".conf")
        lines = (
            "[[registry]]",
            joined('location = "', self.registry_word, '"'),
            "[[registry.mirror]]",
            joined('location = "', MIRROR, '"'),
        )
        text = f"{self.on}, set up a mirror for {registry} in {_REGISTRIES}, and reload CRI-O."
        short = (f"Use a mirror for {registry}", "Use a mirror for the registry")
        return (self._new_settings(text, _REGISTRIES, name, lines, short, unless_missing(MIRROR)),)

    def pause_image(self) -> tuple[Fix, ...]:
        """By a drop-in."""
        lines = ("[crio.image]", joined('pause_image = "', PAUSE_IMAGE, '"'))
        text = (
            f"{self.on}, set a pause image that the node can reach, such as your own registry's copy of "
            f"{self.context.image.shown}, as pause_image in {_DROP_INS}, and reload CRI-O."
        )
        short = ("Set a pause image that the node can reach",)
        return (self._new_settings(text, _DROP_INS, _PAUSE, lines, short, unless_missing(PAUSE_IMAGE)),)

    def load_image(self) -> tuple[Fix, ...]:
        """By podman, which shares root's store with CRI-O."""
        save = Command(("docker", "save", "-o", ARCHIVE, self.context.image.as_given))
        load = self.access.as_root("podman", "load", "-i", ARCHIVE, effects=CHANGES_NODE)
        text = (
            f"Save the image on a machine that has it, copy {ARCHIVE} to {self.context.node.each} and load it there"
            f"{self.in_brackets}."
        )
        return (self.fix(text, save, load, short=("Load the image on the node",), notes=self.policy_notes()),)

    def at_mirror(self, text: str, short: tuple[str, ...]) -> Fix:
        """A fix that changes what already stands there of the host that answered."""
        search = self.access.as_root("grep", "-rnF", self.answering_word, *self.settings)
        edit = self.access.edited(self.settings[0])
        note = f"The search shows which file contains {self.host}: change it there."
        return self.fix(text, search, *chain(*edit, self.reload()), short=short, notes=(note,))

    def _new_settings(
        self, text: str, directory: str, name: Word, lines: tuple[Word, ...], short: tuple[str, ...], *before: Command
    ) -> Fix:
        path: Word = joined(directory, "/", name)
        steps: tuple[Command | Pipeline, ...] = (
            *before,
            unless_there(self.access, path),
            *write_file(self.access, directory, name, lines),
            self.reload(),
        )
        undo = chain(self.access.as_root("rm", path, effects=CHANGES_NODE), self.reload())
        return self.chained(text, *steps, undo=undo, short=short, notes=(EVERY_NODE,))
