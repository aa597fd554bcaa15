"""Which tasks belong to which environment: the one table that decides it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.aks import AksTasks
from kubectl_imagepull.fixes.environments.containerd import ContainerdTasks
from kubectl_imagepull.fixes.environments.crio import CrioTasks
from kubectl_imagepull.fixes.environments.desktop import (
    DockerDesktopTasks,
    RancherDesktopContainerdTasks,
    RancherDesktopDockerTasks,
)
from kubectl_imagepull.fixes.environments.docker_engine import DockerTasks
from kubectl_imagepull.fixes.environments.eks import EksDockerTasks, EksHybridTasks, EksTasks
from kubectl_imagepull.fixes.environments.eks_managed import BottlerocketTasks, EksAutoTasks, FargateTasks
from kubectl_imagepull.fixes.environments.gke import GkeAutopilotTasks, GkeTasks
from kubectl_imagepull.fixes.environments.k0s import K0sTasks
from kubectl_imagepull.fixes.environments.k3s import K3sDockerTasks, K3sTasks, Rke2Tasks
from kubectl_imagepull.fixes.environments.laptop import DockerDesktopKindTasks, K3dTasks, KindTasks
from kubectl_imagepull.fixes.environments.microk8s import Microk8sTasks
from kubectl_imagepull.fixes.environments.minikube import (
    MinikubeContainerdTasks,
    MinikubeCrioTasks,
    MinikubeDockerTasks,
)
from kubectl_imagepull.fixes.environments.node_tasks import NodeTasks
from kubectl_imagepull.fixes.environments.openshift import OpenshiftTasks
from kubectl_imagepull.fixes.environments.other_distributions import OkeTasks, Rke1Tasks
from kubectl_imagepull.fixes.environments.talos import TalosTasks
from kubectl_imagepull.fixes.environments.unknown_runtime import UnknownRuntimeTasks
from kubectl_imagepull.fixes.environments.windows import WindowsTasks
from kubectl_imagepull.vocabulary.node_environment import NodeEnvironment, Platform, Runtime


@dataclass(frozen=True)
class Row:
    """The tasks of one platform."""

    #: What its nodes mostly run.
    usual: type[NodeTasks]
    #: What is done where they run another runtime; the usual tasks where that changes nothing.
    others: Mapping[Runtime, type[NodeTasks]]


def _row(usual: type[NodeTasks], **others: type[NodeTasks]) -> Row:
    return Row(usual, {Runtime[name.upper()]: tasks for name, tasks in others.items()})


TABLE: Mapping[Platform, Row] = {
    Platform.K3S: _row(K3sTasks, docker=K3sDockerTasks),
    Platform.K3D: _row(K3dTasks),
    Platform.RKE2: _row(Rke2Tasks),
    Platform.RKE1: _row(Rke1Tasks),
    Platform.K0S: _row(K0sTasks, crio=CrioTasks, docker=DockerTasks),
    Platform.MICROK8S: _row(Microk8sTasks),
    Platform.MINIKUBE: _row(MinikubeDockerTasks, containerd=MinikubeContainerdTasks, crio=MinikubeCrioTasks),
    Platform.KIND: _row(KindTasks),
    Platform.DOCKER_DESKTOP: _row(DockerDesktopTasks),
    Platform.DOCKER_DESKTOP_KIND: _row(DockerDesktopKindTasks),
    Platform.RANCHER_DESKTOP: _row(RancherDesktopContainerdTasks, docker=RancherDesktopDockerTasks),
    Platform.EKS: _row(EksTasks, docker=EksDockerTasks),
    Platform.EKS_AUTO: _row(EksAutoTasks),
    Platform.EKS_HYBRID: _row(EksHybridTasks, docker=DockerTasks),
    Platform.FARGATE: _row(FargateTasks),
    Platform.BOTTLEROCKET: _row(BottlerocketTasks),
    Platform.GKE: _row(GkeTasks),
    Platform.GKE_AUTOPILOT: _row(GkeAutopilotTasks),
    Platform.AKS: _row(AksTasks),
    Platform.OKE: _row(OkeTasks, docker=DockerTasks, containerd=ContainerdTasks),
    Platform.OPENSHIFT: _row(OpenshiftTasks),
    Platform.TALOS: _row(TalosTasks),
    Platform.KUBEADM: _row(UnknownRuntimeTasks, containerd=ContainerdTasks, crio=CrioTasks, docker=DockerTasks),
    Platform.UNKNOWN: _row(UnknownRuntimeTasks, containerd=ContainerdTasks, crio=CrioTasks, docker=DockerTasks),
}
#: Platforms that decide more than the operating system does.
_NEVER_WINDOWS = frozenset({Platform.FARGATE, Platform.EKS_AUTO, Platform.GKE_AUTOPILOT})


def tasks_for(context: FixContext) -> NodeTasks:
    """The tasks as they are done on the node of a failure."""
    return _tasks_of(context.node.environment)(context)


def _tasks_of(environment: NodeEnvironment) -> type[NodeTasks]:
    if environment.windows and environment.platform not in _NEVER_WINDOWS:
        return WindowsTasks
    row = TABLE[environment.platform]
    return row.usual if environment.runtime is None else row.others.get(environment.runtime, row.usual)
