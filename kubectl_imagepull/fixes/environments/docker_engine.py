"""Nodes of one's own that run Docker: behind cri-dockerd, or with a kubelet before 1.24 that talks to it itself.

Sources: Mirantis/cri-dockerd core/sandbox_helpers.go; Docker's documentation of daemon.json (registries are read again
on a reload).
"""

from __future__ import annotations

from dataclasses import replace

from kubectl_imagepull.fixes.environments.access import CHANGES_NODE
from kubectl_imagepull.fixes.environments.environment_tasks import EVERY_NODE
from kubectl_imagepull.fixes.environments.node_files import (
    ARCHIVE,
    CA_FILE,
    KEEP,
    MIRROR,
    unless_missing,
    unless_there,
    write_file,
)
from kubectl_imagepull.fixes.environments.systemd_tasks import Service, SystemdTasks
from kubectl_imagepull.vocabulary.command import Command, Word, chain, joined
from kubectl_imagepull.vocabulary.fix import Fix
from kubectl_imagepull.vocabulary.node_environment import Version

_DIRECTORY, _FILE = "/etc/docker", "daemon.json"
_SETTINGS = f"{_DIRECTORY}/{_FILE}"
#: From here on Docker needs cri-dockerd.
_NO_DOCKERSHIM: Version = (1, 24)


class DockerTasks(SystemdTasks):
    """Everything in daemon.json; certificates in certs.d."""

    @property
    def service(self) -> Service:
        """Docker's own unit and commands."""
        prune = ("docker", "image", "prune", "--all", "--force")
        return Service("Docker", "docker", "kubelet", "/var/lib/docker", ("docker", "rmi"), prune)

    @property
    def settings(self) -> tuple[str, ...]:
        """The daemon's file."""
        return (_SETTINGS,)

    def reload(self) -> Command:
        """Has Docker read daemon.json again; containers stay."""
        return self.access.as_root("systemctl", "reload", "docker", effects=CHANGES_NODE)

    def plain_http(self) -> tuple[Fix, ...]:
        """By insecure-registries."""
        short = self.shorts(f"Allow plain HTTP for {self.host}", "Allow plain HTTP for the registry")
        text = (
            f"{self.on}, {self.host} speaks plain HTTP: add it to insecure-registries in {_SETTINGS}, and reload "
            "Docker."
        )
        if self.is_mirrored:
            return (self._changed(text, short),)
        return (self._written(text, joined('{"insecure-registries": ["', self.registry_word, '"]}'), short),)

    def trust_authority(self) -> tuple[Fix, ...]:
        """By the host that shows the certificate; read at every pull."""
        path: Word = joined("/etc/docker/certs.d/", self.answering_word, "/ca.crt")
        text = f"{self.on}, put the certificate of the CA that signed {self.host} into /etc/docker/certs.d/{self.host}."
        steps = (unless_there(self.access, path, KEEP), self.access.copied(CA_FILE, path))
        undo = (self.access.as_root("rm", path, effects=CHANGES_NODE),)
        short = self.shorts(f"Trust the CA of {self.host}", "Trust the registry's CA")
        fix = self.chained(text, *steps, undo=undo, short=short, notes=("No restart is needed.", EVERY_NODE))
        return (fix, *self.system_trust())

    def mirror(self) -> tuple[Fix, ...]:
        """By registry-mirrors, which stand for Docker Hub alone."""
        registry = self.context.registry
        if self.is_mirrored:
            text = (
                f"{self.on}, {self.host} answers in place of {registry.name}: fix it, or remove it from "
                f"registry-mirrors in {_SETTINGS}."
            )
            short = (f"Fix or remove the mirror {self.host}", "Fix the mirror")
            return (self._changed(text, short),)
        if not registry.is_docker_hub:
            text = f"{self.on}, Docker supports no mirror for {registry.name}: use another registry for the image."
            return (self.fix(text, short=("Use another registry for the image",)),)
        text = f"{self.on}, set up a mirror for docker.io in {_SETTINGS}, and reload Docker."
        line = joined('{"registry-mirrors": ["https://', MIRROR, '"]}')
        return (self._written(text, line, ("Use a mirror for docker.io",), unless_missing(MIRROR)),)

    def pause_image(self) -> tuple[Fix, ...]:
        """By a flag of what stands between the kubelet and Docker."""
        # cri-dockerd took the flag over from the kubelet, which had Docker built in until 1.23
        is_old = () < self.environment.kubelet_version < _NO_DOCKERSHIM
        unit, whose = ("kubelet", "the kubelet") if is_old else ("cri-docker", "cri-dockerd")
        text = (
            f"{self.on}, set a pause image that the node can reach, such as your own registry's copy of "
            f"{self.context.image.shown}, with --pod-infra-container-image of {whose}, and restart it."
        )
        edit = Command(("sudo", "systemctl", "edit", "--full", unit), CHANGES_NODE)
        restart = self.access.as_root("systemctl", "restart", unit, effects=CHANGES_NODE)
        show = Command(("systemctl", "cat", unit))
        note = "The flag is, or goes, at the end of ExecStart."
        short = ("Set a pause image that the node can reach",)
        return (self.fix(text, show, *chain(edit, restart), short=short, notes=(note,)),)

    def load_image(self) -> tuple[Fix, ...]:
        """The kubelet sees what Docker has."""
        save = Command(("docker", "save", "-o", ARCHIVE, self.context.image.as_given))
        load = self.access.as_root("docker", "load", "-i", ARCHIVE, effects=CHANGES_NODE)
        text = (
            f"Save the image on a machine that has it, copy {ARCHIVE} to {self.context.node.each} and load it there"
            f"{self.in_brackets}."
        )
        return (self.fix(text, save, load, short=("Load the image on the node",), notes=self.policy_notes()),)

    def pull_image(self, why: str) -> tuple[Fix, ...]:
        """By Docker itself, which has no limit of time."""
        pull = self.access.as_root("docker", "pull", self.context.image.word, effects=CHANGES_NODE)
        rest = f"pull the image once by hand on {self.at_node}."
        fix = self.after(
            why, rest, pull, short=(f"docker pull it on {self.context.node.shown}", "docker pull it there")
        )
        login = ("Its login is Docker's own there, and no pull secret: run docker login first.",)
        # with the layers on the node, a pull by policy Always takes no time
        return (replace(fix, notes=(*fix.notes, *(login if self.context.pod.secrets else ()))),)

    def _written(self, text: str, line: Word, short: tuple[str, ...], *before: Command) -> Fix:
        steps = (
            *before,
            unless_there(self.access, _SETTINGS),
            *write_file(self.access, _DIRECTORY, _FILE, (line,)),
            self.reload(),
        )
        undo = chain(self.access.as_root("rm", _SETTINGS, effects=CHANGES_NODE), self.reload())
        return self.chained(text, *steps, undo=undo, short=short, notes=(EVERY_NODE,))

    def _changed(self, text: str, short: tuple[str, ...]) -> Fix:
        edit = self.access.edited(_SETTINGS)
        return self.fix(text, *chain(*edit, self.reload()), short=short)
