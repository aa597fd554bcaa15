"""MicroK8s: containerd in a snap.

Sources: canonical/microk8s microk8s-resources/default-args, microk8s-resources/wrappers/run-containerd-with-args,
scripts/wrappers/images.py; its page "How to work with a private registry".
"""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from kubectl_imagepull.fixes.environments.access import CHANGES_NODE, Access, LoginShell
from kubectl_imagepull.fixes.environments.containerd import ContainerdTasks
from kubectl_imagepull.fixes.environments.node_files import ARCHIVE, PAUSE_IMAGE
from kubectl_imagepull.fixes.environments.systemd_tasks import Service
from kubectl_imagepull.vocabulary.command import Command, Placeholder, ShellText, Step, chain, joined
from kubectl_imagepull.vocabulary.fix import Fix, Who

_ARGS = "/var/snap/microk8s/current/args"
_TEMPLATE = f"{_ARGS}/containerd-template.toml"
_UNIT = "snap.microk8s.daemon-containerd"
_FROM_FILE = ShellText(f"< {ARCHIVE}")
_UNUSED = Placeholder("UNUSED_IMAGE", "an image from the list that no container uses")


class Microk8sTasks(ContainerdTasks):
    """certs.d in the snap's arguments; what is set elsewhere there counts from the next start on."""

    who: ClassVar[Who] = Who.YOU
    certs_d: ClassVar[str] = f"{_ARGS}/certs.d"

    @cached_property
    def access(self) -> Access:
        """On the machine itself."""
        note = "Run this on the machine that MicroK8s runs on; on macOS and Windows inside: multipass shell microk8s-vm"
        return LoginShell((note,))

    @property
    def service(self) -> Service:
        """The snap's units."""
        store = "/var/snap/microk8s/common/var/lib/containerd"
        return Service(
            "containerd", _UNIT, "snap.microk8s.daemon-kubelite", store, ("microk8s", "ctr", "images", "rm"), ()
        )

    @property
    def settings(self) -> tuple[str, ...]:
        """The registries' own directory."""
        return (self.certs_d,)

    @property
    def reads_certs_d(self) -> bool:
        """The snap sets config_path."""
        return True

    def restarted(self) -> tuple[Command, ...]:
        """Stops everything and starts it again: containerd is no unit of its own to systemd's users."""
        return tuple(self.access.as_root("microk8s", word, effects=CHANGES_NODE) for word in ("stop", "start"))

    def restart_runtime(self, why: str) -> tuple[Fix, ...]:
        """As a whole."""
        rest = f"restart MicroK8s on {self.at_node}."
        return (self.after(why, rest, *chain(*self.restarted()), short=("Restart MicroK8s",)),)

    def load_image(self) -> tuple[Fix, ...]:
        """Into all nodes of the cluster."""
        image = self.context.image
        save = Command(("docker", "save", "-o", ARCHIVE, image.as_given))
        load = Command(("microk8s", "images", "import", _FROM_FILE), CHANGES_NODE)
        text = f"{self.on}, import {image.written_shown} from your Docker: the cluster doesn't see your local images."
        short = (f"Import {image.written_shown} with microk8s images import", "Import the image into MicroK8s")
        return (self.chained(text, save, load, short=short, notes=self.policy_notes()),)

    def free_disk(self, path: str) -> tuple[Fix, ...]:
        """Image by image: the snap has no crictl."""
        listing: Step = self.access.as_root("microk8s", "ctr", "images", "ls")
        remove = self.access.as_root("microk8s", "ctr", "images", "rm", _UNUSED, effects=CHANGES_NODE)
        (fix,) = super().free_disk(path)
        return (self.fix(fix.text, *fix.commands, listing, remove, short=fix.short, notes=fix.notes[-1:]),)

    def node_credentials(self) -> tuple[Fix, ...]:
        """In the template that containerd's own file is made from at every start."""
        registry = self.context.registry.name
        text = f"{self.on}, give containerd a login for {registry} in {_TEMPLATE}, and restart MicroK8s."
        note = (
            f'The lines are [plugins."io.containerd.grpc.v1.cri".registry.configs."{registry}".auth], username = '
            '"USER" and password = "PASSWORD".'
        )
        short = (f"Give the node a login for {registry}", "Give the node a login for the registry")
        steps = chain(*self.access.edited(_TEMPLATE), *self.restarted())
        return (self.fix(text, *steps, short=short, notes=(note,)),)

    def pause_image(self) -> tuple[Fix, ...]:
        """In the template; its line is changed where it stands."""
        text = (
            f"{self.on}, set a pause image that the node can reach, such as your own registry's copy of "
            f"{self.context.image.shown}, as sandbox_image in {_TEMPLATE}, and restart MicroK8s."
        )
        change = joined('s,sandbox_image *=.*,sandbox_image = "', PAUSE_IMAGE, '",')
        steps = (
            self.access.as_root("sed", "-i.bak", change, _TEMPLATE, effects=CHANGES_NODE),
            self.access.as_root("grep", "-n", "sandbox_image =", _TEMPLATE),
            *self.restarted(),
        )
        back = self.access.as_root("mv", f"{_TEMPLATE}.bak", _TEMPLATE, effects=CHANGES_NODE)
        short = ("Set a pause image that the node can reach",)
        return (self.chained(text, *steps, undo=chain(back, *self.restarted()), short=short),)

    def proxy(self) -> tuple[Fix, ...]:
        """In containerd's environment."""
        path = f"{_ARGS}/containerd-env"
        text = (
            f"{self.on}, correct the proxy in {path}, or set one if there is none; add {self.host} to NO_PROXY if "
            "the node can reach it directly, and restart MicroK8s."
        )
        note = f"The lines are HTTPS_PROXY=http://PROXY:PORT and NO_PROXY=...,{self.bare_host}."
        steps = chain(*self.access.edited(path), *self.restarted())
        return (self.fix(text, *steps, short=self.proxy_short, notes=(note,)),)
