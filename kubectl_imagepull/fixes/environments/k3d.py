"""k3d: k3s in containers.

Source: k3d-io/k3d docs/usage/{registries,importing_images}.md.
"""

from __future__ import annotations

from typing import ClassVar

from kubectl_imagepull.fixes.environments.access import CHANGES_NODE
from kubectl_imagepull.fixes.environments.container_nodes import ContainerNodeTasks
from kubectl_imagepull.fixes.environments.environment_tasks import EVERY_NODE
from kubectl_imagepull.fixes.environments.k3s import K3sTasks
from kubectl_imagepull.fixes.environments.node_files import (
    CA_FILE,
    HTTPS_PROXY,
    KEEP,
    file_name,
    unless_there,
    write_file_here,
)
from kubectl_imagepull.fixes.environments.systemd_tasks import Service
from kubectl_imagepull.fixes.environments.ways_out import pull_secret
from kubectl_imagepull.vocabulary.command import Command, Pipeline, ShellText, Step, Word, chain, joined
from kubectl_imagepull.vocabulary.fix import Fix

_BOTH_STREAMS = ShellText("2>&1")
_CRICTL = ("crictl", "rmi")


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
            write_file_here(name, lines),
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
            f"{self.on}, put the certificate of the CA that signed {self.host} into /etc/ssl/certs, and restart the "
            "node's container."
        )
        steps = (unless_there(self.access, path, KEEP), self.access.copied(CA_FILE, path), *self.restarted())
        undo = chain(self.access.as_root("rm", path, effects=CHANGES_NODE), *self.restarted())
        note = "To make it permanent: k3d cluster create --volume CA_FILE:/etc/ssl/certs/ca.crt@all."
        short = self.shorts(f"Trust the CA of {self.host}", "Trust the registry's CA")
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
        return (pull_secret(self.context, "A k3d node loses its logins when the cluster is recreated"),)

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
        rest = f"compare {self.file} on {self.at_node} and on a node that can pull."
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
