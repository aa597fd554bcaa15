"""What a node is: the distribution or service that it belongs to, and the runtime that pulls there, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Platform(str, Enum):
    """The distributions and services whose nodes are configured in ways of their own."""

    K3S = "k3s"
    K3D = "k3d"
    RKE2 = "RKE2"
    RKE1 = "RKE1"
    K0S = "k0s"
    MICROK8S = "MicroK8s"
    MINIKUBE = "minikube"
    KIND = "kind"
    DOCKER_DESKTOP = "Docker Desktop"
    DOCKER_DESKTOP_KIND = "Docker Desktop (kind)"
    RANCHER_DESKTOP = "Rancher Desktop"
    EKS = "EKS"
    EKS_AUTO = "EKS Auto Mode"
    EKS_HYBRID = "EKS hybrid node"
    FARGATE = "EKS Fargate"
    BOTTLEROCKET = "Bottlerocket"
    GKE = "GKE"
    GKE_AUTOPILOT = "GKE Autopilot"
    AKS = "AKS"
    OKE = "OKE"
    OPENSHIFT = "OpenShift"
    TALOS = "Talos"
    KUBEADM = "kubeadm"
    UNKNOWN = "unknown"


class Runtime(str, Enum):
    """The container runtimes, as a node's containerRuntimeVersion begins."""

    CONTAINERD = "containerd"
    CRIO = "cri-o"
    DOCKER = "docker"

    @property
    def shown(self) -> str:
        """The runtime's name, for a sentence."""
        return _SHOWN[self]


_SHOWN = {Runtime.CONTAINERD: "containerd", Runtime.CRIO: "CRI-O", Runtime.DOCKER: "Docker"}

#: The numbers of a version, as many as it has; () where it isn't known.
Version = tuple[int, ...]


@dataclass(frozen=True)
class NodeEnvironment:
    """What is known of one node; every name in it is vetted by its grammar, the operating system's alone isn't."""

    #: The node's name.
    node: str
    #: The distribution or service that it belongs to.
    platform: Platform = Platform.UNKNOWN
    #: The kind of line of the node that told the platform; "" where none did.
    sign: str = ""
    #: None where neither the node nor any container on it tells.
    runtime: Runtime | None = None
    #: The runtime's version as numbers; () where it isn't known.
    runtime_version: Version = ()
    #: The kubelet's version as numbers; () where it isn't known.
    kubelet_version: Version = ()
    #: Whether it runs Windows.
    windows: bool = False
    #: The operating system's image, as the node reports it: to compare, never to show.
    os_image: str = ""
    #: The name of the cluster or profile, as the platform's own command line takes it; "" where it isn't known.
    cluster: str = ""
    #: The node group or node pool that the node was made from; "" where it isn't known.
    pool: str = ""
    #: The Azure resource group that the cluster stands in; "" where it isn't known.
    resource_group: str = ""
    #: The program that runs a kind node as a container: docker, podman or nerdctl.
    engine: str = "docker"
    #: Whether a k3s, RKE2 or k0s node runs the server's unit and not the agent's; None where it isn't known.
    is_server: bool | None = None
    #: The machine at its cloud: an EC2 instance id, or a GCE project, zone and name; () where it isn't known.
    machine: tuple[str, ...] = ()
    #: The node's own address, which some platforms' command lines want; "" where it isn't known.
    address: str = ""
    #: Images that the node holds already, smallest first: what a debugging pod can start from.
    images: tuple[str, ...] = ()
    #: All of the node's own addresses, IPv4 and IPv6; () where they aren't known.
    addresses: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether the platform is one whose ways are known."""
        return self.platform is not Platform.UNKNOWN

    @property
    def runtime_shown(self) -> str:
        """The runtime with its first two numbers, for a sentence: `containerd 1.7`; "" where it isn't known."""
        if self.runtime is None:
            return ""
        version = ".".join(str(number) for number in self.runtime_version[:2])
        return f"{self.runtime.shown} {version}".rstrip()
