"""EKS nodes that one can't enter: Bottlerocket, Auto Mode, Fargate.

Sources: bottlerocket-os/bottlerocket-project-website data/settings, bottlerocket-os/bottlerocket#1950 and #2859;
awsdocs/amazon-eks-user-guide latest/ug/automode/auto-troubleshoot.adoc, nodes/auto-get-logs.adoc, nodes/fargate.adoc.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from kubectl_imagepull.fixes.environments.access import CHANGES_NODE, Access, LoginShell
from kubectl_imagepull.fixes.environments.cloud_roles import fargate_role, node_role
from kubectl_imagepull.fixes.environments.eks import ssm_command, terminate_instance
from kubectl_imagepull.fixes.environments.managed_nodes import ManagedNodeTasks
from kubectl_imagepull.fixes.environments.node_files import MIRROR
from kubectl_imagepull.fixes.environments.ways_out import copy_image, pull_secret
from kubectl_imagepull.fixes.steps.workload_changes import change_spec, retry
from kubectl_imagepull.vocabulary.command import Command, Pipeline, Placeholder, Step, Word, chain, joined, json_word
from kubectl_imagepull.vocabulary.fix import Fix, Where, Who
from kubectl_imagepull.vocabulary.vendors import Vendor

_IN_USER_DATA = "For the nodes to come change the launch template's user data as well."
_CA = Placeholder("CA_BASE64", "the PEM certificate of the CA in base64, on one line")
_PROXY = Placeholder("PROXY", "the proxy as host and port, such as proxy.example.com:3128")
_UPLOAD = Placeholder("UPLOAD_URL", "a presigned S3 URL that accepts a PUT")
_SIZE = Placeholder("SIZE", "the storage that the pod needs, such as 50Gi")


class BottlerocketTasks(ManagedNodeTasks):
    """Settings by apiclient; files can't be changed."""

    @property
    def closed(self) -> str:
        """By design."""
        return "Bottlerocket refuses plain HTTP and unverified certificates by design"

    @cached_property
    def access(self) -> Access:
        """The control container, which has apiclient and no shell of the node."""
        command = ssm_command(self.environment)
        note = f"Get to apiclient with: {command}" if command else "apiclient is in the node's control container."
        return LoginShell((note,))

    def removed(self) -> tuple[Command, ...]:
        """Its group starts another one."""
        return terminate_instance(self.environment)

    def _set(self, text: str, *words: Word, short: tuple[str, ...]) -> tuple[Fix, ...]:
        command = Command(("apiclient", "set", *words), CHANGES_NODE)
        return (self.fix(text, command, short=short, notes=(_IN_USER_DATA,)),)

    def trust_authority(self) -> tuple[Fix, ...]:
        """By settings.pki."""
        text = f"{self.on}, add the CA that signed {self.host} to settings.pki."
        words: tuple[Word, ...] = (joined("pki.registry-ca.data=", _CA), "pki.registry-ca.trusted=true")
        return self._set(text, *words, short=(f"Trust the CA of {self.host}", "Trust the registry's CA"))

    def mirror(self) -> tuple[Fix, ...]:
        """By settings.container-registry, whose list is replaced as a whole."""
        registry = self.context.registry
        text = (
            f"{self.on}, {self.host} answers in place of {registry.name}: fix it, or set another mirror."
            if self.is_mirrored
            else f"{self.on}, set a mirror for {registry.name}."
        )
        mirrors = [{"registry": (self.registry_word,), "endpoint": [joined("https://", MIRROR)]}]
        value: dict[str, Any] = {"container-registry": {"mirrors": mirrors}}
        (fix,) = self._set(
            text,
            "--json",
            json_word(value),
            short=(f"Use a mirror for {registry.name}", "Use a mirror for the registry"),
        )
        look = Command(("apiclient", "get", "settings.container-registry.mirrors"))
        note = "The whole list is replaced: include the other mirrors that the first command shows."
        return (replace(fix, commands=(look, *fix.commands), notes=(*fix.notes, note)),)

    def proxy(self) -> tuple[Fix, ...]:
        """By settings.network."""
        text = (
            f"{self.on}, correct the proxy, or set one if there is none; add {self.host} to no-proxy if the node can "
            "reach it directly."
        )
        look = Command(("apiclient", "get", "settings.network"))
        (fix,) = self._set(text, joined("network.https-proxy=", _PROXY), short=("Correct the proxy of the node",))
        return (replace(fix, commands=(look, *fix.commands)),)

    def node_credentials(self) -> tuple[Fix, ...]:
        """For ECR by the node's role."""
        if self.context.registry.vendor is Vendor.ECR:
            return (node_role(self.context),)
        why = "Bottlerocket keeps logins in its settings and never renews them"
        return (pull_secret(self.context, why),)

    def restart_runtime(self, why: str) -> tuple[Fix, ...]:
        """With the whole system."""
        reboot = Command(("apiclient", "reboot"), CHANGES_NODE)
        return (self.after(why, f"restart {self.at_node}.", reboot, short=("Restart the node",)),)

    def runtime_log(self, why: str) -> tuple[Fix, ...]:
        """In the admin container."""
        return (self._log(why, "containerd"),)

    def kubelet_log(self, why: str, pattern: str) -> tuple[Fix, ...]:
        """In the admin container."""
        return (self._log(why, "kubelet", Command(("grep", "-E", pattern))),)

    def _log(self, why: str, unit: str, *filters: Command) -> Fix:
        journal = Command(("journalctl", "-u", unit, "--since=-1h", "--no-pager"))
        step: Step = Pipeline((journal, *filters)) if filters else journal
        # each of the first two opens a shell inside of the one before
        enter = (Command(("enter-admin-container",)), Command(("sudo", "sheltie")))
        rest = f"read {unit}'s log in the admin container of {self.at_node}."
        return self.after(why, rest, *enter, step, short=(f"Read {unit}'s log on the node",))


class EksAutoTasks(ManagedNodeTasks):
    """AWS keeps the nodes; nobody enters them."""

    @property
    def closed(self) -> str:
        """By contract."""
        return "AWS manages EKS Auto Mode nodes, and their registries can't be configured"

    def removed(self) -> tuple[Command, ...]:
        """Auto Mode ends the instance, and starts another where pods wait."""
        return (self.context.kubectl("delete", "node", self.context.node.name, effects=CHANGES_NODE),)

    def node_credentials(self) -> tuple[Fix, ...]:
        """For ECR by the node's role."""
        if self.context.registry.vendor is Vendor.ECR:
            return (node_role(self.context),)
        return super().node_credentials()

    def runtime_log(self, why: str) -> tuple[Fix, ...]:
        """As an archive that the node uploads."""
        return (self._diagnostic(why),)

    def _diagnostic(self, why: str) -> Fix:
        value: dict[str, Any] = {
            "apiVersion": "eks.amazonaws.com/v1alpha1",
            "kind": "NodeDiagnostic",
            "metadata": {"name": (self.context.node.name,)},
            "spec": {"logCapture": {"destination": (_UPLOAD,)}},
        }
        ask = Command(("test", "-n", _UPLOAD))
        write = Command(("printf", "%s", json_word(value)))
        make = self.context.kubectl("create", "-f", "-", effects=CHANGES_NODE)
        rest = f"have {self.at_node} upload its logs."
        remove = self.context.kubectl("delete", "nodediagnostic", self.context.node.name, effects=CHANGES_NODE)
        fix = self.after(why, rest, *chain(ask, Pipeline((write, make))), where=Where.CLUSTER)
        return replace(fix, undo=(remove,), short=("Have the node upload its logs",))


class FargateTasks(ManagedNodeTasks):
    """There is no node: each pod has a machine that nobody sees."""

    @property
    def closed(self) -> str:
        """For there is none."""
        return "A Fargate pod has no node that you could configure"

    @property
    def at_node(self) -> str:
        """The machine of the pod."""
        return "Fargate"

    def replaced(self, why: str) -> Fix:
        """A new pod gets a new machine."""
        text = (
            f"{why} Recreate the pod: it gets another machine."
            if why.endswith(".")
            else f"{why}: recreate the pod: it gets another machine."
        )
        short = ("Recreate the pod: it gets another machine",)
        return Fix(text, retry(self.context), Who.YOU, where=Where.CLUSTER, short=short, nodes=self.context.node.nodes)

    def pause_image(self) -> tuple[Fix, ...]:
        """AWS brings it."""
        return (self.replaced("AWS provides the pause image of Fargate pods"),)

    def proxy(self) -> tuple[Fix, ...]:
        """By the network of the profile."""
        text = (
            f"Fargate supports no proxy: let the subnets of the Fargate profile reach {self.host} through a NAT "
            "gateway, or through VPC endpoints if it is ECR."
        )
        short = (f"Let the Fargate subnets reach {self.host}", "Let the Fargate subnets reach the registry")
        return (
            self.fix(text, short=short, where=Where.CLUSTER),
            copy_image(self.context, "Or move to a registry that the subnets can reach"),
        )

    def node_credentials(self) -> tuple[Fix, ...]:
        """For ECR by the profile's role."""
        if self.context.registry.vendor is Vendor.ECR:
            return (fargate_role(self.context),)
        return super().node_credentials()

    def free_disk(self, path: str) -> tuple[Fix, ...]:  # noqa: ARG002 - nobody can look at it
        """By asking for more."""
        pod = self.context.pod
        text = "The disk of the Fargate pod is full: request more ephemeral-storage, which is 20 GiB by default."
        resources = {"requests": {"ephemeral-storage": (_SIZE,)}}
        change = change_spec(self.context, {pod.container_list: [{"name": (pod.container,), "resources": resources}]})
        return (change.as_fix(text, short=("Ask for more ephemeral-storage",)),)

    def run(self, why: str, *steps: Step) -> tuple[Fix, ...]:
        """In another pod of the namespace, which the same profile takes."""
        carried = tuple(map(self.in_pod, steps))
        rest = "run this in a pod in the same namespace: it uses the same network."
        return (self.after(why, rest, *carried, short=("Check from a pod next to it",), where=Where.CLUSTER),)

    def runtime_log(self, why: str) -> tuple[Fix, ...]:
        """There are only events."""
        pod = self.context.pod
        describe = self.context.kubectl("describe", "pod", pod.name, "-n", pod.namespace)
        rest = "Fargate shows no logs of its machines, so read the pod's events."
        return (self.after(why, rest, describe, short=("Read the pod's events",), where=Where.CLUSTER),)
