"""k0s: its own containerd, which reads drop-ins.

Sources: k0sproject/k0s docs/{runtime,airgap-install,environment-variables}.md, docs/troubleshooting/logs.md.
"""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from kubectl_imagepull.fixes.environments.access import CHANGES_NODE, Access, LoginShell, ssh_notes
from kubectl_imagepull.fixes.environments.containerd import ContainerdTasks
from kubectl_imagepull.fixes.environments.environment_tasks import EVERY_NODE
from kubectl_imagepull.fixes.environments.node_files import unless_there, write_file
from kubectl_imagepull.fixes.environments.systemd_tasks import Service
from kubectl_imagepull.vocabulary.command import Command, Pipeline, Word, chain
from kubectl_imagepull.vocabulary.fix import Fix
from kubectl_imagepull.vocabulary.node_environment import Version

_DROP_INS = "/etc/k0s/containerd.d"
_NAME = "registries.toml"
#: From here on k0s brings containerd 2, and refuses drop-ins of the version before.
_SECOND_KUBELET: Version = (1, 36)


class K0sTasks(ContainerdTasks):
    """certs.d beside the drop-ins, and a drop-in that has it read."""

    certs_d: ClassVar[str] = f"{_DROP_INS}/certs.d"
    kubelet_login: ClassVar[str] = "/var/lib/k0s/kubelet/config.json"

    @cached_property
    def access(self) -> Access:
        """As on any node of one's own, and which unit runs on a controller."""
        unknown = self.environment.is_server is None
        return LoginShell(
            (*ssh_notes(self.context), *(("On a controller the unit is k0scontroller.",) if unknown else ()))
        )

    @property
    def unit(self) -> str:
        """The unit that runs containerd."""
        return "k0scontroller" if self.environment.is_server else "k0sworker"

    @property
    def service(self) -> Service:
        """One unit for everything; its ctr looks where the kubelet does."""
        return Service("k0s", self.unit, self.unit, "/var/lib/k0s/containerd", ("k0s", "ctr", "images", "rm"), ())

    @property
    def settings(self) -> tuple[str, ...]:
        """The drop-ins, and certs.d in them."""
        return (_DROP_INS,)

    @property
    def import_words(self) -> tuple[str, ...]:
        """Its ctr looks where the kubelet does."""
        return ("k0s", "ctr", "images", "import")

    def reading_steps(self) -> tuple[Command | Pipeline, ...]:
        """A drop-in that sets config_path, of the version that the node's containerd takes."""
        is_second = (self.environment.runtime_version or (0,)) >= (2,) or (
            not self.environment.runtime_version and self.environment.kubelet_version >= _SECOND_KUBELET
        )
        table = "io.containerd.cri.v1.images" if is_second else "io.containerd.grpc.v1.cri"
        lines: tuple[Word, ...] = (
            f"version = {3 if is_second else 2}",
            f'[plugins."{table}".registry]',
            f'  config_path = "{self.certs_d}"',
        )
        guard = unless_there(self.access, f"{_DROP_INS}/{_NAME}", "make sure that it sets config_path as below")
        return (guard, *write_file(self.access, _DROP_INS, _NAME, lines))

    def with_config_path(
        self, text: str, steps: tuple[Command | Pipeline, ...], short: tuple[str, ...], *notes: str
    ) -> Fix:
        """The drop-in comes after the settings: where it is there already they are written all the same."""
        undo = (self.access.as_root("rm", "-r", self.directory, effects=CHANGES_NODE),)
        every = (*chain(*steps), *chain(*self.reading_steps()))
        every_note = (*notes, "k0s picks it up without a restart.", EVERY_NODE)
        return self.fix(text, *every, undo=undo, short=short, notes=every_note)

    def proxy(self) -> tuple[Fix, ...]:
        """By the variables that k0s hands on to containerd."""
        return tuple(self._by_own_variables(fix) for fix in super().proxy())

    def _by_own_variables(self, fix: Fix) -> Fix:
        note = (
            f"In the editor, under [Service]: Environment=CONTAINERD_HTTPS_PROXY=http://PROXY:PORT and "
            f"Environment=CONTAINERD_NO_PROXY=...,{self.bare_host}."
        )
        return self.fix(fix.text, *fix.commands, short=fix.short, notes=(note,))

    def pause_image(self) -> tuple[Fix, ...]:
        """In the cluster's configuration, or as an archive that is watched for."""
        text = (
            "In the k0s configuration set a pause image that the nodes can reach under spec.images.pause, such as "
            f"your own registry's copy of {self.context.image.shown}, and restart k0s."
        )
        edit = self.access.edited("/etc/k0s/k0s.yaml")
        short = ("Set a pause image that the node can reach",)
        own = self.fix(text, *edit, short=short, notes=("The file is on the controllers.",))
        return (own, *self.load_image())
