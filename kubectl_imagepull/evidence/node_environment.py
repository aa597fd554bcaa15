"""Tells what a node is from its own lines: versions, labels, annotations, provider id, name.

The signs and their order are those of replicatedhq/troubleshoot (pkg/analyze/distribution.go), kubernetes-sigs/kind
(pkg/cluster/internal/kubeadm/config.go), kubernetes/minikube (pkg/minikube/bootstrapper/kubeadm), k3s-io/k3s
(pkg/nodeconfig, pkg/cloudprovider), canonical/microk8s (microk8s-resources/default-args/kubelet), and the guides of
EKS, AKS and GKE. The runtime's name never tells the platform, and a cloud's provider id only whose machine it is.

All of it is text that somebody else wrote: a value reaches a sentence or a command only where a grammar fits it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, text_of
from kubectl_imagepull.vocabulary.image_reference import try_parse
from kubectl_imagepull.vocabulary.names import is_host, is_object_name, shown
from kubectl_imagepull.vocabulary.node_environment import NodeEnvironment, Platform, Runtime, Version

_MOST_IMAGES = 50
_MOST_LINE = 200
_NUMBERS = re.compile(r"[0-9]{1,6}")
_KUBELET_VERSION = re.compile(r"v[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(?:[+-][A-Za-z0-9.+-]{1,40})?\Z")
#: A name that a cloud or a cluster's tool gives to a cluster, a group of nodes or a resource group.
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,88}[A-Za-z0-9_])?\Z")
_OPENSHIFT_KUBELET = re.compile(r"\+[0-9a-f]{7}\Z")
_KIND = re.compile(r"kind://(docker|podman|nerdctl)/([a-z0-9.-]{1,63})/[a-z0-9.-]{1,253}\Z")
_KIND_NODE = re.compile(r"-(?:control-plane|worker)[0-9]*\Z")
_K3D = re.compile(r"k3d-([a-z0-9-]{1,63})-(?:server|agent)-[0-9]{1,4}\Z")
_EC2 = re.compile(r"aws:///(?P<zone>[a-z0-9-]{1,40})/(?P<id>i-[0-9a-f]{8,17})\Z")
_ZONE = re.compile(r"([a-z]{2}(?:-[a-z]+)+-[0-9])[a-z]\Z")
_GCE = re.compile(r"gce://([a-z0-9.:-]{1,63})/([a-z0-9-]{1,63})/([a-z0-9-]{1,63})\Z")
#: AKS puts its machines into a resource group of its own, named after the cluster's.
_AKS_GROUP = re.compile(r"azure:///subscriptions/[0-9a-f-]{36}/resourceGroups/(?P<group>MC_[^/]{1,90})/", re.IGNORECASE)
_AKS_GROUP_PARTS = 4
_IPV6 = re.compile(r"[0-9a-fA-F:]{2,39}\Z")
_COMPUTE = "eks.amazonaws.com/compute-type"
_SERVER_ROLES = tuple(f"node-role.kubernetes.io/{role}" for role in ("control-plane", "master", "etcd"))


@dataclass(frozen=True)
class NodeLines:
    """The lines of a node object that tell what it is, each cut to a length that a true one never has."""

    #: metadata.name.
    name: str
    #: nodeInfo.kubeletVersion.
    kubelet: str
    #: nodeInfo.containerRuntimeVersion.
    runtime: str
    #: nodeInfo.osImage.
    os_image: str
    #: nodeInfo.operatingSystem, or the label that says the same.
    system: str
    #: spec.providerID.
    provider: str
    #: metadata.labels, those that platforms set.
    labels: JsonObject
    #: metadata.annotations, those that platforms set.
    annotations: JsonObject

    @classmethod
    def of_node(cls, node: JsonObject) -> NodeLines:
        """Reads them from a node."""
        metadata, info = object_of(node.get("metadata")), object_of(object_of(node.get("status")).get("nodeInfo"))
        labels = object_of(metadata.get("labels"))
        return cls(
            name=text_of(metadata.get("name")),
            kubelet=_line(info.get("kubeletVersion")),
            runtime=_line(info.get("containerRuntimeVersion")),
            os_image=_line(info.get("osImage")),
            system=_line(info.get("operatingSystem")) or _line(labels.get("kubernetes.io/os")),
            provider=text_of(object_of(node.get("spec")).get("providerID")),
            labels=labels,
            annotations=object_of(metadata.get("annotations")),
        )

    def label(self, key: str) -> str:
        """A label's value; "" for none."""
        return text_of(self.labels.get(key))

    def name_in(self, key: str) -> str:
        """A label's value where it is a name; else ""."""
        value = self.label(key)
        return value if _NAME.match(value) else ""

    @property
    def kubelet_sign(self) -> str:
        """The kubelet's version as a sign: its value only where it is one."""
        return f"kubelet version {self.kubelet}" if _KUBELET_VERSION.match(self.kubelet) else "kubelet version"


def environment_of(node: JsonObject, pods: Iterable[JsonObject] = ()) -> NodeEnvironment:
    """What a node is; `pods` are on it, and tell the runtime where the node doesn't."""
    lines = NodeLines.of_node(node)
    platform, sign = next(_signs(lines), (Platform.UNKNOWN, ""))
    runtime, runtime_version = _runtime(lines.runtime)
    if runtime is None:
        runtime = runtime_of_pods(pods)
    kind = _KIND.match(lines.provider)
    group, cluster = _azure_names(lines) if platform is Platform.AKS else ("", "")
    return NodeEnvironment(
        node=lines.name,
        platform=platform,
        sign=sign,
        runtime=runtime,
        runtime_version=runtime_version,
        kubelet_version=_version(lines.kubelet),
        windows=lines.system == "windows",
        os_image=lines.os_image,
        cluster=cluster or _cluster(lines, platform),
        pool=_pool(lines, platform),
        resource_group=group,
        engine=kind[1] if kind else "docker",
        is_server=_is_server(lines, platform),
        machine=_machine(lines.provider),
        address=next(iter(_addresses(node)), ""),
        images=_images(node),
        addresses=_addresses(node),
    )


def environment_by_pod(pod: JsonObject) -> NodeEnvironment:
    """What a pod's spec tells of its node, where the node could not be looked at."""
    spec = object_of(pod.get("spec"))
    name = text_of(spec.get("nodeName"))
    lines = NodeLines(name, "", "", "", "", "", {}, {})
    by_scheduler = text_of(spec.get("schedulerName")) == "fargate-scheduler"
    signs = (*([(Platform.FARGATE, "pod's scheduler")] if by_scheduler else []), *_by_name(lines))
    platform, sign = next(iter(signs), (Platform.UNKNOWN, ""))
    cluster = _cluster(lines, platform)
    return NodeEnvironment(node=name, platform=platform, sign=sign, runtime=runtime_of_pods((pod,)), cluster=cluster)


def runtime_of_pods(pods: Iterable[JsonObject]) -> Runtime | None:
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
    """The platform as evidence, and which line of the node told it."""
    name = shown(environment.node)
    if not environment.is_known:
        is_named = environment.runtime is not None
        whose = f"node {name} runs {environment.runtime_shown}; which distribution it" if is_named else ""
        text = (
            f"{whose or f'which distribution node {name}'} belongs to is unknown: neither its kubelet version nor a "
            "label nor its provider id shows one"
        )
        return Evidence(Check.NODE_ENVIRONMENT, Result.OK, text, environment.node)
    runs = f", and runs {environment.runtime_shown}" if environment.runtime else ""
    windows = " with Windows" if environment.windows else ""
    text = f"node {name} is {environment.platform.value}{windows} by its {environment.sign}{runs}"
    return Evidence(Check.NODE_ENVIRONMENT, Result.INFO, text, environment.node, (environment.platform.value,))


# -- the signs, strongest first ----------------------------------------------------------------------------------


def _signs(lines: NodeLines) -> Iterator[tuple[Platform, str]]:
    """The platforms that a node's lines speak for, each with the line, the surest first."""
    if lines.name.startswith("fargate-ip-"):
        yield Platform.FARGATE, "name"
    elif lines.label(_COMPUTE) == "fargate":
        yield Platform.FARGATE, f"label {_COMPUTE}"
    yield from _by_kubelet(lines)
    yield from _by_label(lines)
    yield from _by_provider(lines)
    yield from _by_system(lines)
    yield from _by_name(lines)
    if "kubeadm.alpha.kubernetes.io/cri-socket" in lines.annotations:
        # kind and minikube carry it as well, so it comes last
        yield Platform.KUBEADM, "annotation kubeadm.alpha.kubernetes.io/cri-socket"


def _by_kubelet(lines: NodeLines) -> Iterator[tuple[Platform, str]]:
    sign = lines.kubelet_sign
    if "+rke2r" in lines.kubelet:
        yield Platform.RKE2, sign
    if "+k3s" in lines.kubelet:
        # k3s runs inside of these two, whose own command lines reach it
        if _K3D.match(lines.name):
            yield Platform.K3D, f"name and its {sign}"
        if lines.name == "lima-rancher-desktop":
            yield Platform.RANCHER_DESKTOP, f"name and its {sign}"
        yield Platform.K3S, sign
    if "+k0s" in lines.kubelet:
        yield Platform.K0S, sign
    if "-gke." in lines.kubelet:
        yield _gke(lines), sign
    if "-eks-" in lines.kubelet:
        yield _eks(lines), sign


def _gke(lines: NodeLines) -> Platform:
    return Platform.GKE_AUTOPILOT if lines.name.startswith("gk3-") else Platform.GKE


def _eks(lines: NodeLines) -> Platform:
    compute = lines.label(_COMPUTE)
    if compute == "auto" or lines.os_image.startswith("Bottlerocket (EKS Auto"):
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
    ("eks.amazonaws.com/nodegroup", Platform.EKS),
    ("alpha.eksctl.io/nodegroup-name", Platform.EKS),
    ("cloud.google.com/gke-nodepool", Platform.GKE),
    ("oci.oraclecloud.com/fault-domain", Platform.OKE),
    ("node.k0sproject.io/role", Platform.K0S),
)
_ANNOTATIONS = (
    ("machineconfiguration.openshift.io/currentConfig", Platform.OPENSHIFT),
    ("rke2.io/node-args", Platform.RKE2),
    ("k3s.io/node-args", Platform.K3S),
    ("rke.cattle.io/internal-ip", Platform.RKE1),
)
_OF_CLOUD = {Platform.EKS: _eks, Platform.GKE: _gke}


def _by_label(lines: NodeLines) -> Iterator[tuple[Platform, str]]:
    if lines.label(_COMPUTE) in {"auto", "hybrid"}:
        yield _eks(lines), f"label {_COMPUTE}"
    for key, platform in _LABELS:
        if key in lines.labels:
            yield _OF_CLOUD[platform](lines) if platform in _OF_CLOUD else platform, f"label {key}"
    for key, platform in _ANNOTATIONS:
        if key in lines.annotations:
            yield platform, f"annotation {key}"


def _by_provider(lines: NodeLines) -> Iterator[tuple[Platform, str]]:
    if kind_id := _KIND.match(lines.provider):
        yield (Platform.DOCKER_DESKTOP_KIND if kind_id[2] == "desktop" else Platform.KIND), "provider id kind://"
    if lines.provider.startswith("k3s://"):
        yield Platform.K3S, "provider id k3s://"
    if lines.provider.startswith("rke2://"):
        yield Platform.RKE2, "provider id rke2://"
    if _AKS_GROUP.match(lines.provider):
        yield Platform.AKS, "provider id"


def _by_system(lines: NodeLines) -> Iterator[tuple[Platform, str]]:
    sign = "operating system"
    if lines.os_image.startswith("Talos ("):
        yield Platform.TALOS, sign
    if lines.os_image.startswith("Bottlerocket"):
        yield _eks(lines), sign
    if lines.os_image == "Docker Desktop":
        yield Platform.DOCKER_DESKTOP, sign
    if lines.os_image.startswith("Red Hat Enterprise Linux CoreOS"):
        yield Platform.OPENSHIFT, sign
    if lines.runtime.startswith("cri-o://") and (".rhaos" in lines.runtime or _OPENSHIFT_KUBELET.search(lines.kubelet)):
        yield Platform.OPENSHIFT, "runtime version" if ".rhaos" in lines.runtime else lines.kubelet_sign
    if lines.os_image.startswith("Container-Optimized OS from Google"):
        yield _gke(lines), sign


#: Names that tools give to their nodes; a person can choose them, too, so that they come last.
_NAMES = (
    (re.compile(r"fargate-ip-"), Platform.FARGATE),
    (_K3D, Platform.K3D),
    (re.compile(r"lima-rancher-desktop\Z"), Platform.RANCHER_DESKTOP),
    (re.compile(r"docker-desktop\Z"), Platform.DOCKER_DESKTOP),
    (re.compile(r"desktop-(?:control-plane|worker[0-9]*)\Z"), Platform.DOCKER_DESKTOP_KIND),
    (re.compile(r"minikube(?:-m[0-9]{2})?\Z"), Platform.MINIKUBE),
    (re.compile(r"kind-(?:control-plane|worker)[0-9]*\Z"), Platform.KIND),
    (re.compile(r"aks-[a-z0-9]{1,12}-[0-9]{8}-vmss[0-9a-z]{6}\Z|aks[a-z0-9]{1,6}[0-9]{6}\Z"), Platform.AKS),
    (re.compile(r"gk3-"), Platform.GKE_AUTOPILOT),
    (re.compile(r"gke-"), Platform.GKE),
)


def _by_name(lines: NodeLines) -> Iterator[tuple[Platform, str]]:
    for pattern, platform in _NAMES:
        if pattern.match(lines.name):
            yield platform, "name"


# -- what else its lines tell ------------------------------------------------------------------------------------


def _line(value: object) -> str:
    return text_of(value)[:_MOST_LINE]


def _runtime(text: str) -> tuple[Runtime | None, Version]:
    scheme, _, version = text.partition("://")
    runtime = next((one for one in Runtime if one.value == scheme), None)
    numbers = _version(version) if runtime else ()
    # Docker went from 1.13 to 17.03: what lies between is the version of a package, as AKS had of moby
    is_package = runtime is Runtime.DOCKER and (2,) <= numbers < (17,)
    return runtime, () if is_package else numbers


def _version(text: str) -> Version:
    """The numbers at the head of a version; what stands behind a sign is a build's."""
    head = re.split(r"[-+~]", text.removeprefix("v"), maxsplit=1)[0]
    return tuple(int(number) for number in _NUMBERS.findall(head)[:3])


def _cluster(lines: NodeLines, platform: Platform) -> str:
    """The cluster's name as its own tool takes it; of Docker Desktop and minikube the one that they give."""
    if platform is Platform.MINIKUBE:
        by_name = "minikube" if re.match(r"minikube(?:-m[0-9]{2})?\Z", lines.name) else ""
        return lines.name_in("minikube.k8s.io/name") or by_name
    if platform is Platform.K3D and (kind_id := _K3D.match(lines.name)):
        return kind_id[1]
    if platform in {Platform.KIND, Platform.DOCKER_DESKTOP_KIND}:
        kind_id = _KIND.match(lines.provider)
        cluster = kind_id[2] if kind_id else _KIND_NODE.sub("", lines.name)
        return cluster if is_object_name(cluster) else ""
    return ""


def _pool(lines: NodeLines, platform: Platform) -> str:
    keys = {
        Platform.EKS: ("eks.amazonaws.com/nodegroup", "alpha.eksctl.io/nodegroup-name"),
        Platform.BOTTLEROCKET: ("eks.amazonaws.com/nodegroup", "alpha.eksctl.io/nodegroup-name"),
        Platform.GKE: ("cloud.google.com/gke-nodepool",),
        Platform.AKS: ("kubernetes.azure.com/agentpool",),
    }
    return next((name for key in keys.get(platform, ()) if (name := lines.name_in(key))), "")


def _azure_names(lines: NodeLines) -> tuple[str, str]:
    """The resource group and the name of an AKS cluster, out of MC_GROUP_NAME_LOCATION where that is unambiguous."""
    found = _AKS_GROUP.match(lines.provider)
    group = lines.name_in("kubernetes.azure.com/cluster") or (found["group"] if found else "")
    parts = group.split("_")
    if len(parts) != _AKS_GROUP_PARTS or parts[0].upper() != "MC" or not all(map(_NAME.match, parts)):
        return "", ""
    return parts[1], parts[2]


def _is_server(lines: NodeLines, platform: Platform) -> bool | None:
    """Whether it runs the server's unit: by its own command line, else by its roles, of which an agent has none."""
    for key in ("k3s.io/node-args", "rke2.io/node-args"):
        try:
            arguments = json.loads(text_of(lines.annotations.get(key)))
        except ValueError:
            continue
        if isinstance(arguments, list) and arguments and arguments[0] in {"server", "agent"}:
            return bool(arguments[0] == "server")
    if platform not in {Platform.K3S, Platform.RKE2, Platform.K0S} or not lines.labels:
        return None
    return any(role in lines.labels for role in _SERVER_ROLES)


def _machine(provider: str) -> tuple[str, ...]:
    if found := _EC2.match(provider):
        region = _ZONE.match(found["zone"])
        return (found["id"], region[1]) if region else (found["id"],)
    if found := _GCE.match(provider):
        return (found[1], found[2], found[3])
    return ()


def _addresses(node: JsonObject) -> tuple[str, ...]:
    addresses = objects_of(object_of(node.get("status")).get("addresses"))
    texts = (text_of(one.get("address")) for one in addresses if one.get("type") == "InternalIP")
    return tuple(text for text in texts if is_host(text) or _IPV6.match(text))


def _images(node: JsonObject) -> tuple[str, ...]:
    """Names by tag of what the node holds, smallest first."""
    sizes: dict[str, int] = {}
    for image in objects_of(object_of(node.get("status")).get("images"))[:_MOST_IMAGES]:
        names = image.get("names")
        every = [text_of(name) for name in names] if isinstance(names, list) else []
        tagged = [name for name in every if name and "@" not in name and try_parse(name)]
        size = image.get("sizeBytes")
        if tagged:
            sizes[tagged[0]] = size if isinstance(size, int) else 0
    return tuple(sorted(sizes, key=lambda name: sizes[name]))
