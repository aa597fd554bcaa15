"""AKS.

Sources: MicrosoftDocs/azure-aks-docs articles/aks/{custom-certificate-authority,http-proxy,support-policies,
node-access}.md; Azure/AKS#1940 and #1119 (there is no API for mirrors or plain HTTP).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from kubectl_imagepull.fixes.environments.access import CHANGES_NODE, Access, DebuggingPod
from kubectl_imagepull.fixes.environments.cloud_roles import attached_registry
from kubectl_imagepull.fixes.environments.managed_nodes import ManagedNodeTasks
from kubectl_imagepull.fixes.environments.node_files import CA_FILE
from kubectl_imagepull.fixes.environments.ways_out import copy_image, with_note
from kubectl_imagepull.fixes.steps.cloud_rights import CLUSTER, POOL, RESOURCE_GROUP
from kubectl_imagepull.vocabulary.command import Command, Pipeline, Placeholder, Step, Word
from kubectl_imagepull.vocabulary.fix import Fix, Where, Who
from kubectl_imagepull.vocabulary.vendors import Vendor

#: The image that AKS' own page on reaching nodes names.
_SHELL_IMAGE = "mcr.microsoft.com/azurelinux/busybox:1.36"
_PROXY_FILE = Placeholder("PROXY_FILE", "a JSON file with httpProxy, httpsProxy and noProxy")
_ACR = Placeholder("ACR", "the name of a container registry that the cluster may pull from")
_LAST_HOUR = ("--since=-1h", "--no-pager")


class AksTasks(ManagedNodeTasks):
    """Settings by `az aks`; what is typed on a node is lost with it."""

    @property
    def closed(self) -> str:
        """There is no API."""
        return "AKS has no setting for this, and changes on a node are lost with the node"

    @cached_property
    def access(self) -> Access:
        """By a debugging pod of the image that AKS' own documentation names."""
        return DebuggingPod(self.context, _SHELL_IMAGE)

    @property
    def cluster(self) -> tuple[Word, ...]:
        """The words that choose the cluster."""
        group: Word = self.environment.resource_group or RESOURCE_GROUP
        name: Word = self.environment.cluster or CLUSTER
        return ("-g", group, "-n", name)

    def replaced(self, why: str) -> Fix:
        """A pool without an autoscaler doesn't make another node."""
        return with_note(super().replaced(why), "This shrinks the pool by one: scale it up if no autoscaler does.")

    def removed(self) -> tuple[Command, ...]:
        """From its pool."""
        group, name = self.cluster[1], self.cluster[3]
        words: tuple[Word, ...] = ("az", "aks", "nodepool", "delete-machines", "-g", group, "--cluster-name", name)
        pool: Word = self.environment.pool or POOL
        return (Command((*words, "-n", pool, "--machine-names", self.context.node.name), CHANGES_NODE),)

    def _update(self, text: str, option: str, value: Word, short: tuple[str, ...], *notes: str) -> Fix:
        command = Command(("az", "aks", "update", *self.cluster, option, value), CHANGES_NODE)
        return self.fix(text, command, short=short, notes=("The nodes are recreated.", *notes), where=Where.CLUSTER)

    def plain_http(self) -> tuple[Fix, ...]:
        """HTTPS, or another registry."""
        serve, copy = super().plain_http()
        serve = replace(serve, text=serve.text.replace(self.closed, "AKS has no setting for plain HTTP"))
        return (serve, copy)

    def trust_authority(self) -> tuple[Fix, ...]:
        """By the cluster's own list of certificates."""
        text = f"Give AKS the certificate of the CA that signed {self.host}: it distributes it to all nodes."
        short = (f"Give AKS the CA of {self.host}", "Give AKS the registry's CA")
        note = "Up to ten certificates, separated by blank lines; Windows pools aren't supported."
        return (self._update(text, "--custom-ca-trust-certificates", CA_FILE, short, note),)

    def mirror(self) -> tuple[Fix, ...]:
        """By a copy in a container registry."""
        reference = self.context.image.reference
        if reference is None or self.context.pod.is_sandbox:
            return (copy_image(self.context, self.closed),)
        path = f"{reference.path}:{self.context.image.tag}" if self.context.image.tag else reference.path
        words: tuple[Word, ...] = ("az", "acr", "import", "-n", _ACR, "--source", self.context.image.word)
        text = (
            f"AKS nodes don't support mirrors: import {self.context.image.shown} into a container registry, and use "
            "it from there."
        )
        load = Command((*words, "--image", path), CHANGES_NODE)
        return (
            self.fix(
                text, load, short=("Import the image into a container registry",), who=Who.YOU, where=Where.REGISTRY
            ),
        )

    def proxy(self) -> tuple[Fix, ...]:
        """By the cluster's own proxy configuration."""
        text = (
            f"Correct the cluster's proxy configuration, or set one if it has none; put {self.host} into noProxy if "
            "the nodes can reach it directly."
        )
        short = ("Correct the cluster's proxy configuration",)
        return (
            self._update(
                text, "--http-proxy-config", _PROXY_FILE, short, ("Clusters with Windows pools aren't supported.")
            ),
        )

    def node_credentials(self) -> tuple[Fix, ...]:
        """For a container registry by the kubelet's identity."""
        if self.context.registry.vendor is Vendor.AZURE:
            return (attached_registry(self.context),)
        return super().node_credentials()

    def restart_runtime(self, why: str) -> tuple[Fix, ...]:
        """By a debugging pod."""
        restart = self.access.as_root("systemctl", "restart", "containerd", effects=CHANGES_NODE)
        return (self.after(why, f"restart containerd on {self.at_node}.", restart, short=("Restart containerd",)),)

    def delete_image(self, why: str) -> tuple[Fix, ...]:
        """By a debugging pod."""
        remove = self.access.as_root("crictl", "rmi", self.context.image.word, effects=CHANGES_NODE)
        rest = f"delete the image from {self.at_node}, so that it is pulled again."
        return (self.after(why, rest, remove, short=("Delete what the node holds of the image",)),)

    def runtime_log(self, why: str) -> tuple[Fix, ...]:
        """By a debugging pod."""
        log = self.access.as_root("journalctl", "-u", "containerd", *_LAST_HOUR)
        return (self.after(why, f"read containerd's log on {self.at_node}.", log, short=("Read containerd's log",)),)

    def kubelet_log(self, why: str, pattern: str) -> tuple[Fix, ...]:
        """By a debugging pod."""
        log = self.access.as_root("journalctl", "-u", "kubelet", *_LAST_HOUR)
        step = Pipeline((log, Command(("grep", "-E", pattern))))
        return (self.after(why, f"read the kubelet's log on {self.at_node}.", step, short=("Read the kubelet's log",)),)

    def run(self, why: str, *steps: Step) -> tuple[Fix, ...]:
        """By a debugging pod, with the node's own programs."""
        carried = tuple(map(self.access.looking, steps))
        return (self.after(why, f"run this on {self.at_node}.", *carried, short=("Check what the node says",)),)

    def compare_settings(self, why: str) -> tuple[Fix, ...]:
        """By a debugging pod."""
        search = self.access.as_root("grep", "-rnF", self.registry_word, "/etc/containerd")
        registry = self.context.registry.name
        rest = f"compare the settings for {registry} in /etc/containerd on {self.at_node} and on a node that can pull."
        return (self.after(why, rest, search, short=("Compare its registry settings with another node's",)),)
