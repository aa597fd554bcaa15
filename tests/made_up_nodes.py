"""A node of every environment, as its API object, and the fixes' view of a pull that fails on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from clusters import cluster, pod, waiting

from kubectl_imagepull.diagnosis.diagnose import diagnose_all
from kubectl_imagepull.evidence.node_environment import environment_of
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.causes import What
from kubectl_imagepull.vocabulary.command import Command, Step
from kubectl_imagepull.vocabulary.fix import Fix
from kubectl_imagepull.vocabulary.node_environment import NodeEnvironment

IMAGE = "registry.corp.example:5000/shop/web:v9"
HUB_IMAGE = "redis:7.2"
MIRROR = "mirror.corp.internal:5000"
_LINUX = "Ubuntu 22.04.5 LTS"


def node(  # noqa: PLR0913 - the lines that tell what a node is
    name: str = "worker-a",
    kubelet: str = "v1.33.1",
    runtime: str = "containerd://1.7.27",
    *,
    os_image: str = _LINUX,
    provider: str = "",
    labels: dict[str, str] | None = None,
    annotations: dict[str, str] | None = None,
    windows: bool = False,
    **status: Any,
) -> JsonObject:
    """A node with these lines."""
    info = {"kubeletVersion": kubelet, "containerRuntimeVersion": runtime, "osImage": os_image, "architecture": "amd64"}
    system = {"operatingSystem": "windows" if windows else "linux"}
    ready = {"type": "Ready", "status": "True"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels or {}, "annotations": annotations or {}},
        "spec": {"providerID": provider} if provider else {},
        "status": {"nodeInfo": {**info, **system}, "conditions": [ready], **status},
    }


_WORKER = {"kubernetes.io/os": "linux"}
_SERVER = {"node-role.kubernetes.io/control-plane": "true"}
_EC2 = "aws:///eu-central-1a/i-0abc1234def567890"
_AKS_MACHINE = (
    "azure:///subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/MC_shop-rg_shop_westeurope/"
    "providers/Microsoft.Compute/virtualMachineScaleSets/aks-pool1-12345678-vmss/virtualMachines/0"
)
_ADDRESS = {"addresses": [{"type": "InternalIP", "address": "10.0.0.7"}]}

#: Each environment by the name that tests call it.
NODES: dict[str, JsonObject] = {
    "containerd 1.7": node(),
    "containerd 2.1": node(runtime="containerd://2.1.5"),
    "containerd 2.2": node(runtime="containerd://2.2.0"),
    "containerd, version unknown": node(runtime="containerd://"),
    "kubeadm": node(annotations={"kubeadm.alpha.kubernetes.io/cri-socket": "unix:///run/containerd/containerd.sock"}),
    "CRI-O": node(runtime="cri-o://1.33.2", os_image="Fedora Linux 42"),
    "cri-dockerd": node(runtime="docker://28.0.4"),
    "dockershim": node(kubelet="v1.22.17", runtime="docker://20.10.25"),
    "unknown runtime": node(runtime=""),
    "k3s server": node(kubelet="v1.33.1+k3s1", runtime="containerd://2.0.5-k3s1", labels=_SERVER),
    "k3s agent": node(kubelet="v1.33.1+k3s1", runtime="containerd://2.0.5-k3s1", labels=_WORKER),
    "k3s, role unknown": node(kubelet="v1.33.1+k3s1", runtime="containerd://2.0.5-k3s1"),
    "k3s with Docker": node(kubelet="v1.33.1+k3s1", runtime="docker://28.0.4", labels=_WORKER),
    "k3d": node("k3d-dev-agent-0", "v1.33.1+k3s1", "containerd://2.0.5-k3s1", os_image="K3s v1.33.1+k3s1"),
    "RKE2": node(kubelet="v1.33.1+rke2r1", runtime="containerd://2.0.5-k3s1", labels=_WORKER),
    "RKE1": node(runtime="docker://20.10.24", annotations={"rke.cattle.io/internal-ip": "10.0.0.7"}),
    "k0s": node(kubelet="v1.33.1+k0s", labels=_WORKER),
    "k0s 1.36": node(kubelet="v1.36.0+k0s", runtime="containerd://2.2.1", labels=_WORKER),
    "MicroK8s": node(labels={"microk8s.io/cluster": "true"}),
    "minikube": node(
        "minikube",
        "v1.31.0",
        "docker://27.2.0",
        labels={"minikube.k8s.io/version": "v1.34", "minikube.k8s.io/name": "minikube"},
    ),
    "minikube with containerd": node(
        "dev-m02", "v1.31.0", labels={"minikube.k8s.io/version": "v1.34", "minikube.k8s.io/name": "dev"}
    ),
    "minikube with CRI-O": node(
        "dev", "v1.31.0", "cri-o://1.24.6", labels={"minikube.k8s.io/version": "v1.34", "minikube.k8s.io/name": "dev"}
    ),
    "kind": node("dev-worker", provider="kind://docker/dev/dev-worker", os_image="Debian GNU/Linux 12 (bookworm)"),
    "kind with podman": node("dev-worker", provider="kind://podman/dev/dev-worker"),
    "Docker Desktop": node("docker-desktop", "v1.30.5", "docker://27.4.0", os_image="Docker Desktop"),
    "Docker Desktop, kind mode": node("desktop-control-plane", provider="kind://docker/desktop/desktop-control-plane"),
    "Rancher Desktop": node("lima-rancher-desktop", "v1.33.1+k3s1", "containerd://2.0.5"),
    "Rancher Desktop with moby": node("lima-rancher-desktop", "v1.33.1+k3s1", "docker://28.0.4"),
    "EKS AL2023": node(
        "ip-10-0-1-7.ec2.internal",
        "v1.33.4-eks-99d6cc0",
        os_image="Amazon Linux 2023.8.20250908",
        provider=_EC2,
        labels={"eks.amazonaws.com/nodegroup": "workers"},
    ),
    "EKS AL2": node("ip-10-0-1-7.ec2.internal", "v1.30.4-eks-a737599", os_image="Amazon Linux 2", provider=_EC2),
    "EKS with Docker": node("ip-10-0-1-7.ec2.internal", "v1.18.20-eks-8c579e", "docker://19.3.13", provider=_EC2),
    "EKS hybrid": node(
        "mi-0abc1234def567890", "v1.33.4-eks-99d6cc0", labels={"eks.amazonaws.com/compute-type": "hybrid"}
    ),
    "Bottlerocket": node(
        "ip-10-0-1-7.ec2.internal",
        "v1.31.4-eks-2d5f260",
        "containerd://1.7.22+bottlerocket",
        os_image="Bottlerocket OS 1.26.1 (aws-k8s-1.31)",
        provider=_EC2,
    ),
    "EKS Auto Mode": node(
        "i-0abc1234def567890",
        "v1.34.1-eks-113cf36",
        "containerd://2.1.5+bottlerocket",
        os_image="Bottlerocket (EKS Auto, Standard) 2025.12.5 (aws-k8s-1.34-standard)",
        provider=_EC2,
        labels={"eks.amazonaws.com/compute-type": "auto"},
    ),
    "Fargate": node("fargate-ip-10-0-1-7.ec2.internal", "v1.33.4-eks-99d6cc0", os_image="Amazon Linux 2"),
    "GKE": node(
        "gke-shop-pool-1-x1y2",
        "v1.31.13-gke.1377000",
        "containerd://1.7.28",
        os_image="Container-Optimized OS from Google",
        provider="gce://shop-project/europe-west1-b/gke-shop-pool-1-x1y2",
        labels={"cloud.google.com/gke-nodepool": "pool-1"},
    ),
    "GKE Autopilot": node(
        "gk3-shop-pool-1-x1y2",
        "v1.31.13-gke.1377000",
        os_image="Container-Optimized OS from Google",
        provider="gce://shop-project/europe-west1-b/gk3-shop-pool-1-x1y2",
    ),
    "AKS": node(
        "aks-pool1-12345678-vmss000000",
        "v1.33.1",
        "containerd://1.7.15-1",
        provider=_AKS_MACHINE,
        labels={"kubernetes.azure.com/agentpool": "pool1"},
    ),
    "OKE": node(runtime="cri-o://1.33.1", labels={"oci.oraclecloud.com/fault-domain": "FAULT-DOMAIN-1"}, **_ADDRESS),
    "OpenShift": node(
        "worker-0",
        "v1.21.8+ee73ea2",
        "cri-o://1.21.6-2.rhaos4.8.gitb948fcd.2.el8",
        os_image="Red Hat Enterprise Linux CoreOS 48.84.202203290727-0 (Ootpa)",
    ),
    "Talos 1.7": node(os_image="Talos (v1.7.0)", runtime="containerd://1.7.15", **_ADDRESS),
    "Talos 1.12": node(os_image="Talos (v1.12.1)", runtime="containerd://2.1.5", **_ADDRESS),
    "Windows": node("win-1", os_image="Windows Server 2022 Datacenter", windows=True),
    "Windows on AKS": node(
        "akswin000000",
        os_image="Windows Server 2022 Datacenter",
        windows=True,
        labels={"kubernetes.azure.com/agentpool": "win"},
    ),
    "Windows on EKS": node("ip-10-0-1-9.ec2.internal", "v1.33.4-eks-99d6cc0", provider=_EC2, windows=True),
    "Windows on RKE2": node("win-1", "v1.33.1+rke2r1", windows=True),
}

_LOOK = Command(("getent", "hosts", "registry.corp.example"))
#: Every task with arguments such as causes give it.
TASKS: dict[str, Callable[[Any], tuple[Fix, ...]]] = {
    "plain_http": lambda tasks: tasks.plain_http(),
    "trust_authority": lambda tasks: tasks.trust_authority(),
    "mirror": lambda tasks: tasks.mirror(),
    "unnamed_mirror": lambda tasks: tasks.unnamed_mirror("A mirror or proxy answers in its place"),
    "proxy": lambda tasks: tasks.proxy(),
    "pause_image": lambda tasks: tasks.pause_image(),
    "load_image": lambda tasks: tasks.load_image(),
    "pull_image": lambda tasks: tasks.pull_image("The pull takes too long"),
    "node_credentials": lambda tasks: tasks.node_credentials(),
    "restart_runtime": lambda tasks: tasks.restart_runtime("The runtime doesn't answer"),
    "clear_downloads": lambda tasks: tasks.clear_downloads("The runtime doesn't answer"),
    "delete_image": lambda tasks: tasks.delete_image("What the node holds of it is damaged"),
    "free_disk": lambda tasks: tasks.free_disk(""),
    "runtime_log": lambda tasks: tasks.runtime_log("The runtime gave up without saying why."),
    "kubelet_log": lambda tasks: tasks.kubelet_log("The credential provider fails in silence", "credential|provider"),
    "run": lambda tasks: tasks.run("See whether the node resolves the name", _LOOK),
    "compare_settings": lambda tasks: tasks.compare_settings("Another node pulls the same image"),
}


def environment(name: str) -> NodeEnvironment:
    """What the program takes a node for."""
    return environment_of(NODES[name])


def failing_on(  # noqa: PLR0913 - what tasks look at
    node_object: JsonObject | None,
    image: str = IMAGE,
    *,
    answered_by: str = "",
    nodes: tuple[str, ...] = (),
    text: str = "",
    sandbox: bool = False,
    **container: Any,
) -> FixContext:
    """The context of a bare pod on a node whose pull fails; `answered_by` is another host that answered."""
    name = node_object["metadata"]["name"] if node_object else "worker-z"
    host = answered_by or image.partition("/")[0]
    said = text or (
        f'failed to pull and unpack image "{image}": failed to resolve reference "{image}": failed to do request: Head '
        f'"https://{host}/v2/shop/web/manifests/v9": http: server gave HTTP response to HTTPS client'
    )
    spec = {"nodeName": name, "containers": [{"name": "app", "image": image, **container}]}
    one = pod("web", {"app": waiting("ErrImagePull", said)}, image=image, spec=spec)
    snapshot = cluster([one], [], **({"Node": [node_object]} if node_object else {}))
    (diagnosis,) = diagnose_all(snapshot, lambda *_: True)
    if sandbox:
        failure = replace(diagnosis.failure, what=What.SANDBOX, container=None)
        diagnosis = replace(diagnosis, failure=failure)
    return FixContext(diagnosis, nodes)


def lines(steps: tuple[Step, ...]) -> list[str]:
    """The steps as one pastes them."""
    return [str(step) for step in steps]
