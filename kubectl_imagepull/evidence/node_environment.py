"""Tells what a node is from its own lines: versions, labels, annotations, provider id, name.

The signs and their order are those of replicatedhq/troubleshoot (pkg/analyze/distribution.go), kubernetes-sigs/kind
(pkg/cluster/internal/kubeadm/config.go), kubernetes/minikube (pkg/minikube/bootstrapper/kubeadm), k3s-io/k3s
(pkg/nodeconfig, pkg/cloudprovider), canonical/microk8s (microk8s-resources/default-args/kubelet), and the guides of
EKS, AKS and GKE. The runtime's name never tells the platform, and a cloud's provider id only whose machine it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.kube.snapshot import JsonObject, object_of, objects_of, text_of
from kubectl_imagepull.vocabulary.node_environment import NodeEnvironment, Platform, Runtime, Version

_OPENSHIFT_KUBELET = re.compile(r"\+[0-9a-f]{7}\Z")
_NUMBERS = re.compile(r"[0-9]{1,6}")
_MOST_IMAGES = 50
_KIND = re.compile(r"kind://[a-z]+/([a-z0-9.-]+)/")
_K3D = re.compile(r"k3d-([a-z0-9-]+)-(server|agent)-[0-9]+\Z")
_INSTANCE = re.compile(r"\bi-[0-9a-f]{8,17}\Z")
_GCE = re.compile(r"gce://([a-z0-9.:-]+)/([a-z0-9-]+)/([a-z0-9-]+)\Z")


@dataclass(frozen=True)
class NodeLines:
    """The lines of a node object that tell what it is."""

    name: str
    kubelet: str
    runtime: str
    os_image: str
    system: str
    provider: str
    labels: JsonObject
    annotations: JsonObject

    @classmethod
    def of_node(cls, node: JsonObject) -> NodeLines:
        """Reads them from a node."""
        metadata, info = object_of(node.get("metadata")), object_of(object_of(node.get("status")).get("nodeInfo"))
        labels = object_of(metadata.get("labels"))
        return cls(
            name=text_of(metadata.get("name")),
            kubelet=text_of(info.get("kubeletVersion")),
            runtime=text_of(info.get("containerRuntimeVersion")),
            os_image=text_of(info.get("osImage")),
            system=text_of(info.get("operatingSystem")) or text_of(labels.get("kubernetes.io/os")),
            provider=text_of(object_of(node.get("spec")).get("providerID")),
            labels=labels,
            annotations=object_of(metadata.get("annotations")),
        )

    def label(self, key: str) -> str:
        """A label's value; "" for none."""
        return text_of(self.labels.get(key))

    def has_prefix(self, *prefixes: str) -> str:
        """The first label or annotation that begins so; "" for none."""
        keys = (str(key) for key in (*self.labels, *self.annotations))
        return next((key for key in keys if key.startswith(prefixes)), "")


def environment_of(node: JsonObject, pods: Iterator[JsonObject] | tuple[JsonObject, ...] = ()) -> NodeEnvironment:
    """What a node is; `pods` are on it, and tell the runtime where the node doesn't."""
    lines = NodeLines.of_node(node)
    platform, sign = next(_signs(lines), (Platform.UNKNOWN, ""))
    runtime, runtime_version = _runtime(lines.runtime)
    if runtime is None:
        runtime = runtime_of_pods(pods)
    return NodeEnvironment(
        node=lines.name,
        platform=platform,
        sign=sign,
        runtime=runtime,
        runtime_version=runtime_version,
        kubelet_version=_version(lines.kubelet),
        windows=lines.system == "windows",
        os_image=lines.os_image,
        cluster=_cluster(lines, platform),
        is_server=_is_server(lines),
        machine=_machine(lines.provider),
        address=_address(node),
        images=_images(node),
    )


def environment_by_pod(pod: JsonObject) -> NodeEnvironment:
    """What a pod itself tells of its node, where the node could not be looked at."""
    spec, metadata = object_of(pod.get("spec")), object_of(pod.get("metadata"))
    name = text_of(spec.get("nodeName"))
    sign = _fargate_sign(name, text_of(spec.get("schedulerName")), object_of(metadata.get("labels")))
    platform = Platform.FARGATE if sign else Platform.UNKNOWN
    return NodeEnvironment(node=name, platform=platform, sign=sign, runtime=runtime_of_pods((pod,)))


def runtime_of_pods(pods: Iterator[JsonObject] | tuple[JsonObject, ...]) -> Runtime | None:
    """The runtime that the ids of a node's containers name; None where there are none."""
    for pod in pods:
        status = object_of(pod.get("status"))
        for key in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"):
            for container in objects_of(status.get(key)):
                runtime, _ = _runtime(text_of(container.get("containerID")))
                if runtime:
                    return runtime
    return None


def look_at_environment(environment: NodeEnvironment) -> Evidence:
    """The platform as evidence, and by which line it was told."""
    name = environment.node
    if not environment.is_known:
        text = (
            f"which distribution node {name} belongs to is not known: its kubelet version, labels and provider id name "
            "none that has ways of its own"
        )
        return Evidence(Check.NODE_ENVIRONMENT, Result.OK, text, name)
    windows = " (Windows)" if environment.windows else ""
    text = f"node {name} is {environment.platform.value}{windows}, by its {environment.sign}"
    return Evidence(Check.NODE_ENVIRONMENT, Result.INFO, text, name, (environment.platform.value,))


# -- the signs, strongest first ----------------------------------------------------------------------------------


def _fargate_sign(name: str, scheduler: str, labels: JsonObject) -> str:
    if name.startswith("fargate-ip-"):
        return "name"
    if scheduler == "fargate-scheduler":
        return "scheduler"
    return "label eks.amazonaws.com/compute-type" if labels.get("eks.amazonaws.com/compute-type") == "fargate" else ""


def _signs(lines: NodeLines) -> Iterator[tuple[Platform, str]]:
    """The platforms that a node's lines speak for, each with the line, the surest first."""
    if sign := _fargate_sign(lines.name, "", lines.labels):
        yield Platform.FARGATE, sign
    yield from _by_kubelet(lines)
    yield from _by_label(lines)
    yield from _by_provider(lines)
    yield from _by_system(lines)
    yield from _by_name(lines)
    if lines.annotations.get("kubeadm.alpha.kubernetes.io/cri-socket"):
        # kind and minikube carry it as well, so it comes last
        yield Platform.KUBEADM, "annotation kubeadm.alpha.kubernetes.io/cri-socket"


def _by_kubelet(lines: NodeLines) -> Iterator[tuple[Platform, str]]:
    sign = f"kubelet version {lines.kubelet}"
    if "+rke2r" in lines.kubelet:
        yield Platform.RKE2, sign
    if "+k3s" in lines.kubelet:
        # k3s runs inside of these, and their own command lines reach it
        if _K3D.match(lines.name):
            yield Platform.K3D, f"name {lines.name} and its {sign}"
        if "rancher-desktop" in lines.name:
            yield Platform.RANCHER_DESKTOP, f"name {lines.name} and its {sign}"
        yield Platform.K3S, sign
    if "+k0s" in lines.kubelet:
        yield Platform.K0S, sign
    if "-gke." in lines.kubelet:
        autopilot = lines.name.startswith("gk3-")
        yield (Platform.GKE_AUTOPILOT if autopilot else Platform.GKE), sign
    if "-eks-" in lines.kubelet:
        yield _eks(lines), sign


def _eks(lines: NodeLines) -> Platform:
    compute = lines.label("eks.amazonaws.com/compute-type")
    if compute == "auto" or "EKS Auto" in lines.os_image:
        return Platform.EKS_AUTO
    if compute == "hybrid" or lines.name.startswith("mi-"):
        return Platform.EKS_HYBRID
    return Platform.BOTTLEROCKET if lines.os_image.startswith("Bottlerocket") else Platform.EKS


_LABELS = (
    ("microk8s.io/cluster", Platform.MICROK8S),
    ("minikube.k8s.io/version", Platform.MINIKUBE),
    ("kubernetes.azure.com/agentpool", Platform.AKS),
    ("kubernetes.azure.com/cluster", Platform.AKS),
    ("kubernetes.azure.com/role", Platform.AKS),
    ("node.openshift.io/os_id", Platform.OPENSHIFT),
    ("cloud.google.com/gke-nodepool", Platform.GKE),
    ("eks.amazonaws.com/nodegroup", Platform.EKS),
    ("oci.oraclecloud.com/fault-domain", Platform.OKE),
    ("node.k0sproject.io/role", Platform.K0S),
)
_ANNOTATIONS = (
    ("machineconfiguration.openshift.io/currentConfig", Platform.OPENSHIFT),
    ("rke2.io/node-args", Platform.RKE2),
    ("k3s.io/node-args", Platform.K3S),
    ("rke.cattle.io/internal-ip", Platform.RKE1),
)


def _by_label(lines: NodeLines) -> Iterator[tuple[Platform, str]]:
    compute = lines.label("eks.amazonaws.com/compute-type")
    if compute in {"auto", "hybrid"}:
        yield _eks(lines), "label eks.amazonaws.com/compute-type"
    for key, platform in _LABELS:
        if key in lines.labels:
            yield (_eks(lines) if platform is Platform.EKS else platform), f"label {key}"
    for key, platform in _ANNOTATIONS:
        if key in lines.annotations:
            yield platform, f"annotation {key}"


def _by_provider(lines: NodeLines) -> Iterator[tuple[Platform, str]]:
    sign = f"provider id {lines.provider.partition('://')[0]}://"
    if found := _KIND.match(lines.provider):
        yield (Platform.DOCKER_DESKTOP_KIND if found[1] == "desktop" else Platform.KIND), sign
    if lines.provider.startswith("k3s://"):
        yield Platform.K3S, sign
    if lines.provider.startswith("rke2://"):
        yield Platform.RKE2, sign


def _by_system(lines: NodeLines) -> Iterator[tuple[Platform, str]]:
    sign = f"operating system {lines.os_image}"
    if lines.os_image.startswith("Talos"):
        yield Platform.TALOS, sign
    if lines.os_image.startswith("Bottlerocket"):
        yield Platform.BOTTLEROCKET, sign
    if lines.os_image == "Docker Desktop":
        yield Platform.DOCKER_DESKTOP, sign
    if lines.os_image.startswith("Red Hat Enterprise Linux CoreOS") or ".rhaos" in lines.runtime:
        yield Platform.OPENSHIFT, sign if lines.os_image else f"runtime {lines.runtime}"
    if lines.os_image.startswith("Container-Optimized OS from Google"):
        yield Platform.GKE, sign
    if lines.runtime.startswith("cri-o://") and _OPENSHIFT_KUBELET.search(lines.kubelet):
        yield Platform.OPENSHIFT, f"kubelet version {lines.kubelet}"


_NAMES = (
    (re.compile(r"docker-desktop\Z"), Platform.DOCKER_DESKTOP),
    (re.compile(r"desktop-(?:control-plane|worker[0-9]*)\Z"), Platform.DOCKER_DESKTOP_KIND),
    (re.compile(r"minikube(?:-m[0-9]{2})?\Z"), Platform.MINIKUBE),
    (re.compile(r"kind-(?:control-plane|worker)[0-9]*\Z"), Platform.KIND),
    (re.compile(r"aks-?[a-z0-9]+-?[0-9]*-?vmss[0-9a-z]{6}\Z"), Platform.AKS),
    (re.compile(r"gk3-"), Platform.GKE_AUTOPILOT),
    (re.compile(r"gke-"), Platform.GKE),
)


def _by_name(lines: NodeLines) -> Iterator[tuple[Platform, str]]:
    for pattern, platform in _NAMES:
        if pattern.match(lines.name):
            yield platform, f"name {lines.name}"


# -- what else its lines tell ------------------------------------------------------------------------------------


def _runtime(text: str) -> tuple[Runtime | None, Version]:
    scheme, _, version = text.partition("://")
    runtime = next((one for one in Runtime if one.value == scheme), None)
    return runtime, _version(version) if runtime else ()


def _version(text: str) -> Version:
    """The numbers at the head of a version; what stands behind a sign is a build's."""
    head = re.split(r"[-+~]", text.removeprefix("v"), maxsplit=1)[0]
    return tuple(int(number) for number in _NUMBERS.findall(head)[:3])


def _cluster(lines: NodeLines, platform: Platform) -> str:
    if platform is Platform.MINIKUBE:
        return lines.label("minikube.k8s.io/name")
    if platform is Platform.K3D and (found := _K3D.match(lines.name)):
        return found[1]
    if platform in {Platform.KIND, Platform.DOCKER_DESKTOP_KIND}:
        found = _KIND.match(lines.provider)
        return found[1] if found else re.sub(r"-(?:control-plane|worker)[0-9]*\Z", "", lines.name)
    return ""


def _is_server(lines: NodeLines) -> bool | None:
    for key in ("k3s.io/node-args", "rke2.io/node-args"):
        try:
            arguments = json.loads(text_of(lines.annotations.get(key)))
        except ValueError:
            continue
        if isinstance(arguments, list) and arguments and arguments[0] in {"server", "agent"}:
            return bool(arguments[0] == "server")
    roles = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
    return True if any(role in lines.labels for role in roles) else None


def _machine(provider: str) -> tuple[str, ...]:
    if provider.startswith("aws://") and (found := _INSTANCE.search(provider)):
        return (found[0],)
    if found := _GCE.match(provider):
        return (found[1], found[2], found[3])
    return ()


def _address(node: JsonObject) -> str:
    addresses = objects_of(object_of(node.get("status")).get("addresses"))
    return next((text_of(one.get("address")) for one in addresses if one.get("type") == "InternalIP"), "")


def _images(node: JsonObject) -> tuple[str, ...]:
    """Names by tag of what the node holds, smallest first."""
    held = objects_of(object_of(node.get("status")).get("images"))[:_MOST_IMAGES]
    sizes = {}
    for image in held:
        names = image.get("names")
        tagged = (
            [name for name in names if isinstance(name, str) and "@" not in name] if isinstance(names, list) else []
        )
        size = image.get("sizeBytes")
        if tagged:
            sizes[tagged[0]] = size if isinstance(size, int) else 0
    return tuple(sorted(sizes, key=lambda name: sizes[name]))
