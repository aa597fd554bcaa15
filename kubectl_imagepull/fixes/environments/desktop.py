"""Docker Desktop with kubeadm, and Rancher Desktop: a virtual machine that the application keeps.

Sources: docker/docs content/manuals/desktop/use-desktop/kubernetes.md; the documentation of rdctl.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

from kubectl_imagepull.fixes.environments.access import (
    CHANGES_NODE,
    SHELL_IMAGE,
    Access,
    Carried,
    DebuggingPod,
    LoginShell,
)
from kubectl_imagepull.fixes.environments.docker_engine import DockerTasks
from kubectl_imagepull.fixes.environments.environment_tasks import EnvironmentTasks
from kubectl_imagepull.fixes.environments.k3s import K3sTasks
from kubectl_imagepull.fixes.environments.systemd_tasks import Service, SystemdTasks
from kubectl_imagepull.fixes.environments.ways_out import pull_secret, with_note
from kubectl_imagepull.vocabulary.command import Command, Pipeline, Step, Word, chain
from kubectl_imagepull.vocabulary.fix import Fix, Who

_ENGINE = "under Settings, Docker Engine, and apply it"
_LAST_LINES = ("tail", "-n", "200")


class DockerDesktopTasks(EnvironmentTasks):
    """The cluster uses the Docker that the reader uses; its settings are the application's."""

    who: ClassVar[Who] = Who.YOU

    @cached_property
    def access(self) -> Access:
        """Nothing is typed on the machine itself."""
        return LoginShell()

    def plain_http(self) -> tuple[Fix, ...]:
        """In the engine's settings."""
        text = f'{self.host} speaks plain HTTP: in Docker Desktop add it to "insecure-registries" {_ENGINE}.'
        return (self.fix(text, short=(f"Add {self.host} to insecure-registries", "Add it to insecure-registries")),)

    def trust_authority(self) -> tuple[Fix, ...]:
        """From the machine's own trusted certificates."""
        text = (
            f"Add the CA that signed {self.host} to the trusted certificates of your machine, and restart Docker "
            "Desktop."
        )
        return (self.fix(text, short=(f"Trust the CA of {self.host}", "Trust the registry's CA")),)

    def mirror(self) -> tuple[Fix, ...]:
        """In the engine's settings."""
        if self.is_mirrored:
            text = f'In Docker Desktop correct {self.host} in "registry-mirrors", or remove it, {_ENGINE}.'
            return (self.fix(text, short=("Correct registry-mirrors in Docker Desktop",)),)
        text = f'In Docker Desktop add a mirror of Docker Hub to "registry-mirrors" {_ENGINE}.'
        return (self.fix(text, short=("Set a mirror in Docker Desktop",)),)

    def proxy(self) -> tuple[Fix, ...]:
        """A setting of the application."""
        text = f"In Docker Desktop set the proxy for {self.host} under Settings, Resources, Proxies, and apply it."
        return (self.fix(text, short=("Set the proxy in Docker Desktop",)),)

    def pause_image(self) -> tuple[Fix, ...]:
        """Not settable; but what Docker has the cluster has."""
        pull = Command(("docker", "pull", self.context.image.word), CHANGES_NODE)
        text = (
            "Docker Desktop sets the pause image itself and shares your Docker's images: pull "
            f"{self.context.image.shown} where you run docker."
        )
        return (self.fix(text, pull, short=("Pull the pause image with docker",), says_where=True),)

    def load_image(self) -> tuple[Fix, ...]:
        """Build it; it is there."""
        image = self.context.image
        text = (
            f"Docker Desktop's cluster uses your Docker's images, and there is no {image.written_shown}: build it "
            "there under that name."
        )
        build = Command(("docker", "build", "-t", image.as_given, "."), CHANGES_NODE)
        short = (f"docker build -t {image.written_shown} .", "Build it with your Docker")
        return (self.fix(text, build, short=short, says_where=True),)

    def node_credentials(self) -> tuple[Fix, ...]:
        """There is no place for them."""
        return (pull_secret(self.context, "Docker Desktop's kubelet doesn't use docker login's credentials"),)

    def pull_image(self, why: str) -> tuple[Fix, ...]:
        """By the reader's own Docker, which is the cluster's."""
        pull = Command(("docker", "pull", self.context.image.word), CHANGES_NODE)
        return (self.after(why, "pull the image once by hand.", pull, short=("Pull it with docker pull",)),)

    def restart_runtime(self, why: str) -> tuple[Fix, ...]:
        """With the application."""
        return (self.after(why, "restart Docker Desktop.", short=("Restart Docker Desktop",)),)

    def delete_image(self, why: str) -> tuple[Fix, ...]:
        """From the reader's Docker."""
        remove = Command(("docker", "rmi", self.context.image.word), CHANGES_NODE)
        rest = "delete it from your Docker, so that it is pulled again."
        return (self.after(why, rest, remove, short=("Delete the image from your Docker",)),)

    def free_disk(self, path: str) -> tuple[Fix, ...]:  # noqa: ARG002 - it lies in Docker Desktop's own machine
        """In Docker's store."""
        text = "Docker Desktop's disk is full: delete unused images, or enlarge it under Settings, Resources."
        steps = (
            Command(("docker", "system", "df")),
            Command(("docker", "image", "prune", "--all"), CHANGES_NODE),
        )
        return (self.fix(text, *steps, short=("Free disk space in Docker Desktop",)),)

    def runtime_log(self, why: str) -> tuple[Fix, ...]:
        """The application keeps it."""
        rest = "get Docker Desktop's log under Troubleshoot."
        return (self.after(why, rest, short=("Read Docker Desktop's log",)),)

    def kubelet_log(self, why: str, pattern: str) -> tuple[Fix, ...]:
        """The application keeps it."""
        rest = "Docker Desktop keeps the kubelet's log: get it under Troubleshoot."
        (fix,) = (self.after(why, rest, short=("Read Docker Desktop's log",)),)
        return (replace(fix, notes=(*fix.notes, f"Look for {pattern} in it.")),)

    def run(self, why: str, *steps: Step) -> tuple[Fix, ...]:
        """In a pod on the machine's own network."""
        pod = DebuggingPod(self.context, SHELL_IMAGE, ())
        carried = tuple(map(pod.looking, steps))
        fix = self.after(why, "run this in a debugging pod.", *carried, short=("See what the node says",))
        return (with_note(fix, *pod.notes),)

    def compare_settings(self, why: str) -> tuple[Fix, ...]:
        """In the engine's settings."""
        rest = f"check what Docker Desktop has for {self.host} under Settings, Docker Engine."
        return (self.after(why, rest, short=("Compare the settings of Docker Engine",)),)


@dataclass(frozen=True)
class RancherDesktopAccess(Carried):
    """Commands go through rdctl."""

    #: Where such a command is typed.
    notes: tuple[str, ...] = ("Run this where Rancher Desktop runs.",)

    def carry(self, *words: Word) -> tuple[Word, ...]:
        """Into the machine."""
        return ("rdctl", "shell", "sudo", *words)

    def copied(self, source: Word, path: Word, mode: str = "644") -> Command:
        """The machine sees the home directory, and with it most files."""
        return self.as_root("install", "-D", "-m", mode, source, path, effects=CHANGES_NODE)

    def edited(self, path: str) -> tuple[Command, ...]:
        """In the machine's editor."""
        return (self.as_root("vi", path, effects=CHANGES_NODE),)


class RancherDesktopTasks(SystemdTasks):
    """A virtual machine without systemd, which the application starts."""

    who: ClassVar[Who] = Who.YOU

    @cached_property
    def access(self) -> Access:
        """By rdctl."""
        return RancherDesktopAccess()

    def restarted(self) -> tuple[Command, ...]:
        """Stops the application and starts it again."""
        return tuple(Command(("rdctl", word), CHANGES_NODE) for word in ("shutdown", "start"))

    def restart_runtime(self, why: str) -> tuple[Fix, ...]:
        """With the application."""
        short = ("Restart Rancher Desktop",)
        return (self.after(why, "restart Rancher Desktop.", *chain(*self.restarted()), short=short),)

    def runtime_log(self, why: str) -> tuple[Fix, ...]:
        """k3s' file: the machine has no journal."""
        log = self.access.as_root(*_LAST_LINES, "/var/log/k3s.log")
        return (self._log(why, "k3s", log),)

    def kubelet_log(self, why: str, pattern: str) -> tuple[Fix, ...]:
        """k3s' file, which has the kubelet's lines as well."""
        log = self.access.as_root("cat", "/var/log/k3s.log")
        return (self._log(why, "the kubelet", Pipeline((log, Command(("grep", "-E", pattern))))),)

    def system_trust(self) -> tuple[Fix, ...]:
        """The application takes over what the reader's machine trusts."""
        text = (
            f"Or add the CA that signed {self.host} to the trusted certificates of your machine, and restart Rancher "
            "Desktop."
        )
        return (self.fix(text, short=(f"Trust the CA of {self.host}", "Trust the registry's CA")),)

    def proxy(self) -> tuple[Fix, ...]:
        """A setting of the application."""
        text = f"In Rancher Desktop set the proxy for {self.host} under Preferences, or remove {self.host} from it."
        return (self.fix(text, short=("Set the proxy in Rancher Desktop",)),)


class RancherDesktopContainerdTasks(RancherDesktopTasks, K3sTasks):
    """k3s in the machine; nerdctl builds where its kubelet looks."""

    @property
    def restarting(self) -> str:
        """The application."""
        return "Rancher Desktop"

    def load_image(self) -> tuple[Fix, ...]:
        """Built in the kubelet's own namespace."""
        image = self.context.image
        text = (
            f"Run this where Rancher Desktop runs: it builds {image.written_shown} in the namespace k8s.io, the only "
            "one that the cluster sees."
        )
        build = Command(("nerdctl", "--namespace", "k8s.io", "build", "-t", image.as_given, "."), CHANGES_NODE)
        short = ("Build it with nerdctl --namespace k8s.io",)
        return (self.fix(text, build, short=short, notes=self.policy_notes(), says_where=True),)

    def pause_image(self) -> tuple[Fix, ...]:
        """Pulled by hand into the kubelet's own namespace."""
        image = self.context.image
        text = f"Run this where Rancher Desktop runs: it pulls {image.shown} into the namespace k8s.io."
        pull = Command(("nerdctl", "--namespace", "k8s.io", "pull", image.word), CHANGES_NODE)
        return (self.fix(text, pull, short=("Pull the pause image with nerdctl",), says_where=True),)


class RancherDesktopDockerTasks(RancherDesktopTasks, DockerTasks):
    """The cluster uses the Docker that the reader uses."""

    @property
    def service(self) -> Service:
        """Without units of its own to name."""
        return replace(super().service, name="Docker")

    def reload(self) -> Command:
        """By a signal: there is no systemd."""
        return self.access.as_root("pkill", "-HUP", "-x", "dockerd", effects=CHANGES_NODE)

    def load_image(self) -> tuple[Fix, ...]:
        """Build it; it is there."""
        image = self.context.image
        text = (
            f"Rancher Desktop's cluster uses your Docker's images, and there is no {image.written_shown}: build it "
            "there under that name."
        )
        build = Command(("docker", "build", "-t", image.as_given, "."), CHANGES_NODE)
        short = (f"docker build -t {image.written_shown} .", "Build it with your Docker")
        return (self.fix(text, build, short=short, says_where=True),)

    def pause_image(self) -> tuple[Fix, ...]:
        """What Docker has the cluster has."""
        image = self.context.image
        text = f"Rancher Desktop's cluster uses your Docker's images: pull {image.shown} where you run docker."
        pull = Command(("docker", "pull", image.word), CHANGES_NODE)
        return (self.fix(text, pull, short=("Pull the pause image with docker",), says_where=True),)
