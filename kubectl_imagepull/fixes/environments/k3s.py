"""k3s and RKE2: registries.yaml, which is read at the start, and everything else by their own commands and files.

Sources: k3s-io/docs docs/installation/{private-registry,airgap}.md, docs/advanced.md, docs/faq.md; rancher/rke2-docs
docs/install/{private_registry,airgap}.md, docs/reference/{cli_tools,logging}.md. The mirrors are keyed by the registry
as images name it, the certificates by the host of the endpoint; `insecure_skip_verify` doesn't make HTTP of HTTPS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from kubectl_imagepull.fixes.environments.access import CHANGES_NODE
from kubectl_imagepull.fixes.environments.environment_tasks import EVERY_NODE, UNNAMED_MIRROR
from kubectl_imagepull.fixes.environments.node_files import (
    ARCHIVE,
    CA_FILE,
    MIRROR,
    PAUSE_IMAGE,
    append_to_file,
    file_name,
    registries_yaml_authority,
    registries_yaml_mirror,
    unless_missing,
    unless_there,
    write_file,
)
from kubectl_imagepull.fixes.environments.systemd_tasks import Service, SystemdTasks
from kubectl_imagepull.fixes.environments.ways_out import with_note
from kubectl_imagepull.vocabulary.command import Command, Pipeline, Placeholder, ShellText, Word, chain, joined
from kubectl_imagepull.vocabulary.fix import Fix

_FILE = "registries.yaml"
_NOT = ShellText("!")
_AIRGAP = Placeholder("AIRGAP_ARCHIVE", "the archive of airgap images of the release that the node runs")


@dataclass(frozen=True)
class Distribution:
    """What k3s and RKE2 call the same things."""

    #: As a sentence has it.
    name: str
    #: Where its settings lie.
    etc: str
    #: Where its data lie.
    var: str
    #: systemd's unit on a server.
    server_unit: str
    #: The same on an agent.
    agent_unit: str
    #: What fits both units, and no other.
    either_unit: str
    #: The words before `crictl`'s arguments.
    crictl: tuple[str, ...]
    #: The words before an archive's name that import it.
    import_words: tuple[str, ...]
    #: The variables of the service's environment: on a server, and on an agent.
    environment_files: tuple[str, str]


K3S = Distribution(
    name="k3s",
    etc="/etc/rancher/k3s",
    var="/var/lib/rancher/k3s",
    server_unit="k3s",
    agent_unit="k3s-agent",
    either_unit="k3s*.service",
    crictl=("k3s", "crictl"),
    import_words=("k3s", "ctr", "-n", "k8s.io", "images", "import"),
    environment_files=("/etc/systemd/system/k3s.service.env", "/etc/systemd/system/k3s-agent.service.env"),
)
_RKE2_BIN = "/var/lib/rancher/rke2/bin"
RKE2 = Distribution(
    name="RKE2",
    etc="/etc/rancher/rke2",
    var="/var/lib/rancher/rke2",
    server_unit="rke2-server",
    agent_unit="rke2-agent",
    either_unit="rke2-*.service",
    crictl=("env", "CRI_CONFIG_FILE=/var/lib/rancher/rke2/agent/etc/crictl.yaml", f"{_RKE2_BIN}/crictl"),
    import_words=(
        *(f"{_RKE2_BIN}/ctr", "--address", "/run/k3s/containerd/containerd.sock", "-n", "k8s.io"),
        *("images", "import"),
    ),
    environment_files=("/etc/default/rke2-server", "/etc/default/rke2-agent"),
)


#: Paths on Docker Hub of the images in airgap archives (k3s-io/k3s scripts/airgap, rancher/rke2 scripts/build-images).
_SHIPPED = re.compile(r"rancher/(?:mirrored-|hardened-|klipper-|local-path-provisioner|rke2-|nginx-ingress-controller)")
#: k3s-io/k3s#5502: an endpoint's path is taken for the root of the registry's API, and a web page answers there.
_REWRITE = 'An endpoint has no project in its path: https://HOST/v2, and rewrite: "(.*)": "PROJECT/$1" beside it.'


class K3sTasks(SystemdTasks):
    """One program that runs containerd itself and writes containerd's files anew at every start."""

    distribution: ClassVar[Distribution] = K3S

    @property
    def unit(self) -> str:
        """The unit that runs on the node; a pattern for both where it isn't known which."""
        is_server, its = self.environment.is_server, self.distribution
        # systemctl takes a pattern for the units that are loaded, and only one of both is
        if is_server is None:
            return its.either_unit
        return its.server_unit if is_server else its.agent_unit

    @property
    def restarting(self) -> str:
        """What is restarted, for a sentence."""
        its = self.distribution
        if self.environment.is_server is None:
            return f"{its.server_unit} (on an agent {its.agent_unit})"
        return self.unit

    @property
    def service(self) -> Service:
        """The unit that has everything in it."""
        store = f"{self.distribution.var}/agent/containerd"
        crictl = self.distribution.crictl
        return Service(
            self.distribution.name, self.unit, self.unit, store, (*crictl, "rmi"), (*crictl, "rmi", "--prune")
        )

    @property
    def file(self) -> str:
        """The file of the registries."""
        return f"{self.distribution.etc}/{_FILE}"

    @property
    def settings(self) -> tuple[str, ...]:
        """Its registries; what containerd reads is made from them."""
        return (self.file,)

    # -- registries ----------------------------------------------------------------------------------------------

    def plain_http(self) -> tuple[Fix, ...]:
        """By an endpoint with http://."""
        text = (
            f"{self.on}, {self.host} speaks plain HTTP: set the endpoint http://{self.host} in {self.file}, and "
            f"restart {self.restarting}."
        )
        short = (f"Name http://{self.host} in {_FILE}", f"Set the http:// endpoint in {_FILE}")
        if self.is_mirrored:
            return (self.changed(text, short),)
        lines = registries_yaml_mirror(self.registry_word, joined("http://", self.answering_word))
        return (self.new_file(text, lines, short, notes=("insecure_skip_verify doesn't help: it still uses TLS.",)),)

    def trust_authority(self) -> tuple[Fix, ...]:
        """By ca_file of the endpoint's host."""
        path: Word = joined(self.distribution.etc, "/", file_name(self.answering_word), ".crt")
        text = (
            f"{self.on}, set the certificate of the CA that signed {self.host} as its ca_file in {self.file}, and "
            f"restart {self.restarting}."
        )
        short = (f"Set the CA of {self.host} in {_FILE}", f"Set the CA in {_FILE}")
        lines = registries_yaml_authority(self.answering_word, path)
        if self.is_mirrored:
            return (self.changed(text, short, self.access.copied(CA_FILE, path)),)
        remove = self.access.as_root("rm", path, effects=CHANGES_NODE)
        return (self.new_file(text, lines, short, self.access.copied(CA_FILE, path), undo=(remove,)),)

    def mirror(self) -> tuple[Fix, ...]:
        """Under the name that images give the registry."""
        registry = self.context.registry.name
        if self.is_mirrored:
            text = (
                f"{self.on}, {self.host} answers in place of {registry}: fix it, or remove it from {self.file} and "
                f"restart {self.restarting}."
            )
            return (self.changed(text, (f"Fix or remove the mirror {self.host}", "Fix the mirror")),)
        text = f"{self.on}, set up a mirror for {registry} in {self.file}, and restart {self.restarting}."
        lines = registries_yaml_mirror(self.registry_word, joined("https://", MIRROR))
        return (
            self.new_file(
                text,
                lines,
                (f"Use a mirror for {registry}", "Use a mirror for the registry"),
                ask=unless_missing(MIRROR),
            ),
        )

    def unnamed_mirror(self, why: str) -> tuple[Fix, ...]:
        """Under the name that images give the registry."""
        text = f"{why}: correct its endpoint in {self.file} on {self.at_node}, and restart {self.restarting}."
        fix = self.changed(text, (f"Correct the mirror in {_FILE}", "Correct the mirror"))
        return (with_note(with_note(fix, _REWRITE), UNNAMED_MIRROR),)

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
        """A fix that writes registries.yaml where there is none, and restarts; `before` runs only then."""
        path = self.file
        steps: list[Command | Pipeline] = [] if ask is None else [ask]
        steps += [unless_there(self.access, path), *before]
        steps += [*write_file(self.access, self.distribution.etc, _FILE, lines), *self.restarted()]
        back = chain(self.access.as_root("rm", path, effects=CHANGES_NODE), *undo, *self.restarted())
        merge = f"If {path} already exists, add these lines to it, under its existing keys."
        every = (*notes, merge, EVERY_NODE, *self.kept_notes())
        return self.chained(text, *steps, undo=back, short=short, notes=every)

    def changed(self, text: str, short: tuple[str, ...], *before: Command) -> Fix:
        """A fix that changes registries.yaml, and restarts."""
        steps = (*before, *self.access.edited(self.file), *self.restarted())
        return self.fix(text, *chain(*steps), short=short, notes=self.kept_notes())

    def kept_notes(self) -> tuple[str, ...]:
        """What else writes the file; nothing for k3s."""
        return ()

    # -- logs ----------------------------------------------------------------------------------------------------

    def runtime_log(self, why: str) -> tuple[Fix, ...]:
        """In a file of containerd's own: the unit's log has only what the kubelet was told."""
        log = self.access.as_root("tail", "-n", "200", f"{self.distribution.var}/agent/containerd/containerd.log")
        return (self._log(why, "containerd", log),)

    def compare_settings(self, why: str) -> tuple[Fix, ...]:
        """A change counts from the next start on."""
        note = f"A change there takes effect after a restart of {self.restarting}."
        return tuple(with_note(fix, note) for fix in super().compare_settings(why))

    # -- everything else -----------------------------------------------------------------------------------------

    def node_credentials(self) -> tuple[Fix, ...]:
        """In registries.yaml, beside everything else about the registry."""
        registry = self.context.registry.name
        text = (
            f"{self.on}, give the node a login for {registry} in {self.file}, and restart {self.restarting}: it serves "
            "every pod of the node."
        )
        note = f'The lines are: configs: "{registry}": auth: username: USER, password: PASSWORD, each level indented.'
        short = (f"Give the node a login for {registry}", "Give the node a login for the registry")
        steps = chain(*self.access.edited(self.file), *self.restarted())
        return (self.fix(text, *steps, short=short, notes=(note, *self.kept_notes())),)

    def proxy(self) -> tuple[Fix, ...]:
        """In the service's environment; CONTAINERD_ in front reaches containerd alone."""
        name = self.distribution.name
        files = self.distribution.environment_files
        path = files[1] if self.environment.is_server is False else files[0]
        text = (
            f"{self.on}, correct the proxy in {path}, or set one if there is none; add {self.host} to NO_PROXY if "
            f"the node can reach it directly, and restart {self.restarting}."
        )
        other = (f"On an agent the file is {files[1]}.",) if self.environment.is_server is None else ()
        note = f"The lines are CONTAINERD_HTTPS_PROXY=http://PROXY:PORT and CONTAINERD_NO_PROXY=...,{self.bare_host}."
        steps = chain(*self.access.edited(path), *self.restarted())
        short = (f"Correct {name}'s proxy on {self.context.node.shown}", "Correct the node's proxy settings")
        return (self.fix(text, *steps, short=short, notes=(*other, note)),)

    def pause_image(self) -> tuple[Fix, ...]:
        """By pause-image in config.yaml, or from an archive."""
        its = self.distribution
        path = f"{its.etc}/config.yaml"
        text = (
            f"{self.on}, set a pause image that the node can reach, such as your own registry's copy of "
            f"{self.context.image.shown}, as pause-image in {path}, and restart {self.restarting}."
        )
        steps = (
            unless_missing(PAUSE_IMAGE),
            Command((_NOT, *self.access.as_root("grep", "-n", "^pause-image:", path).words)),
            *append_to_file(self.access, its.etc, "config.yaml", (joined("pause-image: ", PAUSE_IMAGE),)),
            *self.restarted(),
        )
        undo = chain(
            self.access.as_root("sed", "-i", "/^pause-image:/d", path, effects=CHANGES_NODE), *self.restarted()
        )
        short = ("Set a pause image that the node can reach",)
        own = self.chained(text, *steps, undo=undo, short=short, notes=(f"It stops if {path} already has one.",))
        return (own, *self._airgap_images())

    def _airgap_images(self) -> tuple[Fix, ...]:
        its = self.distribution
        what = "the pause image" if self.context.pod.is_sandbox else "this image"
        images = f"{its.var}/agent/images"
        text = f"Or put the airgap archive of {its.name} into {images} on {self.at_node}: it contains {what} too."
        archive = self.access.as_root("install", "-D", "-m", "644", "-t", images, _AIRGAP, effects=CHANGES_NODE)
        return (self.chained(text, archive, *self.restarted(), short=("Put the airgap images on the node",)),)

    def shipped_image(self) -> tuple[Fix, ...]:
        """By another start, at which it imports every archive in agent/images, or from an archive put there."""
        if not _SHIPPED.match(self.context.image.path or ""):
            return ()
        its = self.distribution
        images = f"{its.var}/agent/images"
        text = (
            f"{self.context.image.brief} ships with {its.name}, and {self.context.node.shown} can't reach "
            f"{self.context.registry.name} to get it again. In an air gap, restart {self.restarting}: it imports the "
            f"archives in {images} again."
        )
        short = (f"Restart {self.unit}: it imports its images again", "Have the node import its own images again")
        look = self.access.as_root("ls", "-l", images)
        note = (
            "The kubelet deletes imported images when the disk fills up (image garbage collection): free space first."
        )
        return (self.chained(text, look, *self.restarted(), short=short, notes=(note,)), *self._airgap_images())

    def load_image(self) -> tuple[Fix, ...]:
        """By its own ctr."""
        save = Command(("docker", "save", "-o", ARCHIVE, self.context.image.as_given))
        load = self.access.as_root(*self.distribution.import_words, ARCHIVE, effects=CHANGES_NODE)
        text = (
            f"Save the image on a machine that has it, copy {ARCHIVE} to {self.context.node.each} and import it there"
            f"{self.in_brackets}."
        )
        short = ("Import the image on the node from a file",)
        return (self.fix(text, save, load, short=short, notes=self.policy_notes()),)


class Rke2Tasks(K3sTasks):
    """k3s' ways under names of its own."""

    distribution: ClassVar[Distribution] = RKE2

    def kubelet_log(self, why: str, pattern: str) -> tuple[Fix, ...]:
        """In a file of its own."""
        log = self.access.as_root("grep", "-E", pattern, f"{RKE2.var}/agent/logs/kubelet.log")
        return (self._log(why, "the kubelet", log),)

    def kept_notes(self) -> tuple[str, ...]:
        """Rancher writes the file of the clusters that it makes."""
        return (
            (f"If Rancher created the cluster, it overwrites {self.file}: change the cluster's Registries in Rancher."),
        )
