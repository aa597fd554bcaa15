"""minikube, with each of its runtimes.

Sources: kubernetes/minikube site/content/en/docs/handbook/{pushing,registry,untrusted_certs,vpn_and_proxy}.md,
cmd/minikube/cmd/start_flags.go (a cluster that is there keeps its registries, whatever the flags say),
pkg/minikube/cruntime/{containerd,crio}.go.
"""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from kubectl_imagepull.fixes.environments.access import CHANGES_NODE, Access, MinikubeAccess
from kubectl_imagepull.fixes.environments.containerd import ContainerdTasks
from kubectl_imagepull.fixes.environments.crio import CrioTasks
from kubectl_imagepull.fixes.environments.docker_engine import DockerTasks
from kubectl_imagepull.fixes.environments.node_files import CA_FILE, HTTPS_PROXY, MIRROR, unless_missing
from kubectl_imagepull.fixes.environments.systemd_tasks import SystemdTasks
from kubectl_imagepull.vocabulary.command import Command, Placeholder, ShellText, Word, chain, joined
from kubectl_imagepull.vocabulary.fix import Fix, Who
from kubectl_imagepull.vocabulary.names import is_object_name
from kubectl_imagepull.vocabulary.node_environment import Runtime

_FLAG = {Runtime.CONTAINERD: "containerd", Runtime.CRIO: "cri-o"}
_CERTIFICATES = ShellText('"$HOME/.minikube/certs/registry-ca.pem"')
_IMAGES = Placeholder("IMAGE_REPOSITORY", "the registry and path of your copies of the Kubernetes images")


class MinikubeTasks(SystemdTasks):
    """What minikube's own commands do, whatever runtime the node runs."""

    who: ClassVar[Who] = Who.YOU

    @cached_property
    def access(self) -> Access:
        """By minikube ssh."""
        return MinikubeAccess(self.profile, self.context.node.name, ("Run this where you run minikube.",))

    @property
    def profile(self) -> tuple[Word, ...]:
        """The words that choose the profile."""
        name = self.environment.cluster
        return ("-p", name) if is_object_name(name) else ()

    def minikube(self, *words: Word) -> Command:
        """A command of minikube for the profile."""
        return Command(("minikube", *words, *self.profile), CHANGES_NODE)

    @property
    def _runtime(self) -> tuple[str, ...]:
        """The flag that keeps the runtime when the profile is made again."""
        runtime = self.environment.runtime
        return (f"--container-runtime={_FLAG[runtime]}",) if runtime in _FLAG else ()

    def load_image(self) -> tuple[Fix, ...]:
        """By minikube, from the reader's own Docker."""
        image = self.context.image
        text = (
            f"Run this where you run minikube: it loads {image.written_shown} from your Docker into the cluster, "
            "which doesn't see your local images."
        )
        short = (f"minikube image load {image.written_shown}", "Load the image with minikube image load")
        # nobody builds a pause image
        build = () if self.context.pod.is_sandbox else ("Or build it there: minikube image build.",)
        load = self.minikube("image", "load", image.as_given)
        undo = (self.minikube("image", "rm", image.as_given),)
        notes = (*self.policy_notes(), *build)
        return (self.fix(text, load, undo=undo, short=short, notes=notes, says_where=True),)

    def delete_image(self, why: str) -> tuple[Fix, ...]:
        """By minikube."""
        remove = self.minikube("image", "rm", self.context.image.word)
        rest = f"delete the image from {self.at_node}, so that it is pulled again."
        return (self.after(why, rest, remove, short=("Delete what the node holds of the image",)),)

    def trust_authority(self) -> tuple[Fix, ...]:
        """From minikube's own directory of certificates, at the next start."""
        text = (
            "Run this where you run minikube: it gives the cluster the certificate of the CA that signed "
            f"{self.host}, and restarts it."
        )
        steps = (
            Command(("cp", "-i", CA_FILE, _CERTIFICATES), CHANGES_NODE),
            self.minikube("stop"),
            self.minikube("start", "--embed-certs"),
        )
        short = (f"Give minikube the CA of {self.host}", "Give minikube the registry's CA")
        return (self.fix(text, *chain(*steps), short=short, says_where=True),)

    def proxy(self) -> tuple[Fix, ...]:
        """From the environment of minikube start."""
        text = (
            "minikube reads the proxy from its environment: restart it with HTTPS_PROXY and NO_PROXY set for "
            f"{self.host}."
        )
        note = "Export HTTPS_PROXY and NO_PROXY first; NO_PROXY needs the cluster's own addresses too."
        steps = (unless_missing(HTTPS_PROXY), self.minikube("stop"), self.minikube("start"))
        return (self.chained(text, *steps, short=("Start minikube again with the proxy set",), notes=(note,)),)

    def pause_image(self) -> tuple[Fix, ...]:
        """Minikube writes it anew at every start."""
        text = (
            "minikube sets the pause image at every start: set where the nodes find the Kubernetes images, and "
            "restart it."
        )
        steps = (self.minikube("stop"), self.minikube("start", joined("--image-repository=", _IMAGES)))
        own = self.chained(text, unless_missing(_IMAGES), *steps, short=("Start minikube with --image-repository",))
        return (*self.load_image(), own)

    def restart_runtime(self, why: str) -> tuple[Fix, ...]:
        """With the whole cluster."""
        steps = chain(self.minikube("stop"), self.minikube("start"))
        return (self.after(why, "restart the cluster where you run minikube.", *steps, short=("Restart minikube",)),)

    def clear_downloads(self, why: str) -> tuple[Fix, ...]:
        """With the whole cluster, whatever it runs."""
        return self.restart_runtime(why)

    def recreated(self, text: str, short: tuple[str, ...], flag: Word, *before: Command) -> Fix:
        """A fix for what is only set when a profile is made."""
        steps = chain(*before, self.minikube("delete"), self.minikube("start", *self._runtime, flag))
        notes = (
            "This deletes the cluster and everything in it.",
            "Pass the cluster's other start flags again too.",
        )
        return self.fix(text, *steps, short=short, notes=notes)

    def insecure(self) -> Fix:
        """Plain HTTP as minikube itself sets it."""
        text = (
            f"{self.host} speaks plain HTTP, and minikube accepts --insecure-registry only for a new cluster: "
            "recreate it with the flag."
        )
        short = (
            f"Make minikube again: --insecure-registry={self.host}",
            "Recreate minikube with --insecure-registry",
        )
        return self.recreated(text, short, joined("--insecure-registry=", self.answering_word))

    def mirrored(self) -> Fix:
        """A mirror as minikube itself sets it."""
        text = (
            f"{self.host} answers in place of {self.context.registry.name}: minikube accepts --registry-mirror only "
            "for a new cluster, so recreate it with a working mirror."
            if self.is_mirrored
            else "minikube accepts --registry-mirror only for a new cluster: recreate it with the flag."
        )
        short = ("Recreate minikube with --registry-mirror",)
        flag = joined("--registry-mirror=https://", MIRROR)
        return self.recreated(text, short, flag, unless_missing(MIRROR))


class MinikubeDockerTasks(MinikubeTasks, DockerTasks):
    """Docker gets its registries as flags from minikube, so that daemon.json can't name them a second time."""

    def plain_http(self) -> tuple[Fix, ...]:
        """In a new cluster; or without the registry."""
        return (self.insecure(), *self.load_image())

    def mirror(self) -> tuple[Fix, ...]:
        """In a new cluster."""
        return (self.mirrored(),)


class MinikubeContainerdTasks(MinikubeTasks, ContainerdTasks):
    """certs.d is read, and may be written by hand."""

    @property
    def reads_certs_d(self) -> bool:
        """Minikube sets config_path."""
        return True

    def plain_http(self) -> tuple[Fix, ...]:
        """Without a new cluster."""
        return (*ContainerdTasks.plain_http(self), self.insecure())


class MinikubeCrioTasks(MinikubeTasks, CrioTasks):
    """As on any node with CRI-O."""

    def plain_http(self) -> tuple[Fix, ...]:
        """Without a new cluster."""
        return (*CrioTasks.plain_http(self), self.insecure())
