"""Talos: everything in the machine configuration, by talosctl.

Sources: siderolabs/talos website/content/v1.15/reference/{cli.md,configuration/cri,configuration/runtime} and
docs.siderolabs.com "Containerd"; RegistryMirrorConfig and its like are documented from 1.12 on.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from kubectl_imagepull.fixes.environments.access import CHANGES_NODE
from kubectl_imagepull.fixes.environments.managed_nodes import ManagedNodeTasks
from kubectl_imagepull.fixes.environments.node_files import MIRROR
from kubectl_imagepull.fixes.environments.ways_out import pull_secret, push_image
from kubectl_imagepull.vocabulary.command import (
    Command,
    Effect,
    Piece,
    Pipeline,
    Placeholder,
    Step,
    Word,
    joined,
    json_word,
)
from kubectl_imagepull.vocabulary.fix import Fix
from kubectl_imagepull.vocabulary.node_environment import NodeEnvironment, Version

_VERSION = re.compile(r"Talos \(v([0-9]{1,3})\.([0-9]{1,3})")
#: From here on the configuration has documents of their own for registries.
_DOCUMENTS: Version = (1, 12)
_ADDRESS = Placeholder("NODE_ADDRESS", "the address of the node")
_CA = Placeholder("CA_BASE64", "the PEM certificate of the CA in base64, on one line")
_CA_LINE = Placeholder(
    "CA_PEM", "the PEM certificate of the CA on one line, with a backslash and n for each line break"
)
_PROXY = Placeholder("PROXY", "the address of the proxy, such as http://proxy.example.com:3128")
_PATCH = ("patch", "machineconfig")
_DELETED = {"$patch": "delete"}


class TalosTasks(ManagedNodeTasks):
    """No shell, no files, no import of images."""

    @property
    def closed(self) -> str:
        """By design."""
        return "A Talos node has no shell and no files to change"

    def talosctl(self, *words: Word, effects: frozenset[Effect] = frozenset()) -> Command:
        """A command of talosctl for the node."""
        return Command(("talosctl", "-n", self.environment.address or _ADDRESS, *words), effects)

    def _patched(
        self,
        text: str,
        patch: dict[str, Any],
        short: tuple[str, ...],
        *,
        undo: dict[str, Any] | None,
        reboot: bool = False,
    ) -> Fix:
        mode = "--mode=reboot" if reboot else "--mode=no-reboot"
        steps = self.talosctl(*_PATCH, mode, "-p", json_word(patch), effects=CHANGES_NODE)
        back = () if undo is None else (self.talosctl(*_PATCH, mode, "-p", json_word(undo), effects=CHANGES_NODE),)
        notes = ("The node is rebooted for it.",) if reboot else ()
        return self.fix(text, steps, undo=back, short=short, notes=notes)

    def _endpoint(self, text: str, url: Word, short: tuple[str, ...]) -> Fix:
        """A fix that sends pulls from the image's registry to one URL."""
        registry = self.registry_word
        if _has_documents(self.environment) or not isinstance(registry, str):
            kind = "RegistryMirrorConfig"
            patch = _document(kind, registry, endpoints=[{"url": joined(url)}])
            return self._patched(text, patch, short, undo=_document(kind, registry, **_DELETED))
        mirrors = {"machine": {"registries": {"mirrors": {registry: {"endpoints": [joined(url)]}}}}}
        back = {"machine": {"registries": {"mirrors": {registry: _DELETED}}}}
        return self._patched(text, mirrors, short, undo=back)

    def plain_http(self) -> tuple[Fix, ...]:
        """By an endpoint with http://."""
        text = (
            f"{self.on}, {self.host} speaks plain HTTP: set http://{self.host} as the endpoint in the machine "
            "configuration."
        )
        short = (f"Set http://{self.host} in the machine configuration", "Name the http:// endpoint")
        return (self._endpoint(text, joined("http://", self.answering_word), short),)

    def trust_authority(self) -> tuple[Fix, ...]:
        """By the endpoint's host."""
        text = f"{self.on}, add the CA that signed {self.host} to the machine configuration."
        host = self.answering_word
        short = (f"Trust the CA of {self.host}", "Trust the registry's CA")
        if _has_documents(self.environment) or not isinstance(host, str):
            kind = "RegistryTLSConfig"
            patch = _document(kind, host, ca=(_CA_LINE,))
            return (self._patched(text, patch, short, undo=_document(kind, host, **_DELETED)),)
        config = {"machine": {"registries": {"config": {host: {"tls": {"ca": (_CA,)}}}}}}
        back = {"machine": {"registries": {"config": {host: _DELETED}}}}
        return (self._patched(text, config, short, undo=back),)

    def mirror(self) -> tuple[Fix, ...]:
        """By its endpoint."""
        registry = self.context.registry.name
        if self.is_mirrored:
            text = (
                f"{self.on}, {self.host} answers in place of {registry}: fix it, or remove it from the machine "
                "configuration."
            )
            edit = self.talosctl("edit", "machineconfig", "--mode=no-reboot", effects=CHANGES_NODE)
            return (self.fix(text, edit, short=(f"Fix or remove the mirror {self.host}", "Fix the mirror")),)
        text = f"{self.on}, set up a mirror for {registry} in the machine configuration."
        return (
            self._endpoint(
                text, joined("https://", MIRROR), (f"Use a mirror for {registry}", "Use a mirror for the registry")
            ),
        )

    def unnamed_mirror(self, why: str) -> tuple[Fix, ...]:
        """Where the endpoints are."""
        name = self.context.registry.name
        edit = self.talosctl("edit", "machineconfig", "--mode=no-reboot", effects=CHANGES_NODE)
        rest = f"correct the mirror of {name} in the machine configuration of {self.at_node}."
        short = (f"Correct the mirror for {name}", "Correct the mirror")
        return (self.after(why, rest, edit, short=short),)

    def proxy(self) -> tuple[Fix, ...]:
        """In the environment of the machine."""
        text = (
            f"{self.on}, correct the proxy in machine.env of the machine configuration, or set one if there is none; "
            f"add {self.host} to no_proxy if the node can reach it directly."
        )
        patch = {"machine": {"env": {"https_proxy": (_PROXY,)}}}
        back = {"machine": {"env": {"https_proxy": None}}}
        return (
            self._patched(text, patch, ("Correct the proxy in the machine configuration",), undo=back, reboot=True),
        )

    def pause_image(self) -> tuple[Fix, ...]:
        """By a mirror of the registry that it comes from."""
        registry = self.context.registry.name
        text = (
            f"{self.on}, set up a mirror that the node can reach for {registry}, which {self.context.image.shown} "
            "comes from."
        )
        return (
            self._endpoint(
                text, joined("https://", MIRROR), (f"Use a mirror for {registry}", "Use a mirror for the registry")
            ),
        )

    def load_image(self) -> tuple[Fix, ...]:
        """There is no import."""
        return (push_image(self.context, "Talos can't import images from files"),)

    def node_credentials(self) -> tuple[Fix, ...]:
        """They count only after a reboot, and need a place for the password."""
        why = "Talos takes logins only in the machine configuration, and reads them after a reboot"
        return (pull_secret(self.context, why),)

    def restart_runtime(self, why: str) -> tuple[Fix, ...]:
        """With the whole machine."""
        reboot = self.talosctl("reboot", effects=CHANGES_NODE)
        return (self.after(why, f"restart {self.at_node}.", reboot, short=("Restart the node",)),)

    def delete_image(self, why: str) -> tuple[Fix, ...]:
        """A pull over it: there is nothing that deletes."""
        pull = self.talosctl("image", "pull", "--namespace", "cri", self.context.image.word, effects=CHANGES_NODE)
        return (self.after(why, f"pull it again on {self.at_node}.", pull, short=("Pull the image again",)),)

    def free_disk(self, path: str) -> tuple[Fix, ...]:  # noqa: ARG002 - images lie in one place
        """To see; the kubelet deletes what it may by itself."""
        text = f"{self.on}, /var is full: check what uses the space, and give the node a larger disk."
        look = (self.talosctl("mounts"), self.talosctl("usage", "-d", "2", "/var/lib"))
        return (self.fix(text, *look, short=("Give the node a larger disk",)),)

    def runtime_log(self, why: str) -> tuple[Fix, ...]:
        """By talosctl."""
        return (self._log(why, "containerd", self.talosctl("logs", "cri")),)

    def kubelet_log(self, why: str, pattern: str) -> tuple[Fix, ...]:
        """By talosctl."""
        log = self.talosctl("logs", "kubelet")
        return (self._log(why, "the kubelet", Pipeline((log, Command(("grep", "-E", pattern))))),)

    def _log(self, why: str, whose: str, log: Step) -> Fix:
        return self.after(why, f"read {whose}'s log on {self.at_node}.", log, short=(f"Read {whose}'s log",))

    def compare_settings(self, why: str) -> tuple[Fix, ...]:
        """As the node has them."""
        show = self.talosctl("get", "machineconfig", "-o", "yaml")
        rest = f"compare the registries in the machine configuration of {self.at_node} and of a node that can pull."
        (fix,) = (self.after(why, rest, show, short=("Compare its registry settings with another node's",)),)
        return (replace(fix, notes=(*fix.notes, "The configuration contains secrets: don't share the output.")),)


def _has_documents(environment: NodeEnvironment) -> bool:
    """Whether registries are documents of their own in the machine configuration."""
    found = _VERSION.match(environment.os_image)
    return found is not None and (int(found[1]), int(found[2])) >= _DOCUMENTS


def _document(kind: str, name: Piece, **fields: Any) -> dict[str, Any]:
    return {"apiVersion": "v1alpha1", "kind": kind, "name": (name,), **fields}
