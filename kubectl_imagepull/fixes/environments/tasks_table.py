"""Which tasks belong to which environment: the one table that decides it.

An environment's module is loaded where a node of it fails: a start is a user's wait, and few clusters have several.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.node_tasks import NodeTasks
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix
from kubectl_imagepull.vocabulary.node_environment import NodeEnvironment, Platform, Runtime


@dataclass(frozen=True)
class TasksRow:
    """The tasks of one platform, each as MODULE:CLASS of this package."""

    #: What its nodes mostly run.
    usual: str
    #: What is done where they run another runtime; the usual tasks where that changes nothing.
    others: Mapping[Runtime, str]


#: What a node says that has no way to the registry, or may not use one.
_NO_WAY = frozenset(
    {
        Cause.DNS_FAILURE,
        Cause.CONNECT_TIMEOUT,
        Cause.NETWORK_UNREACHABLE,
        Cause.CONNECTION_REFUSED,
        Cause.NEVER_PULL,
    }
)
_WAYS = (Check.ONLY_THIS_NODE, Check.SAME_REGISTRY_ELSEWHERE)


def _row(usual: str, **others: str) -> TasksRow:
    return TasksRow(usual, {Runtime[name.upper()]: tasks for name, tasks in others.items()})


TABLE: Mapping[Platform, TasksRow] = {
    Platform.K3S: _row("k3s:K3sTasks", docker="k3s_docker:K3sDockerTasks"),
    Platform.K3D: _row("k3d:K3dTasks"),
    Platform.RKE2: _row("k3s:Rke2Tasks"),
    Platform.RKE1: _row("other_distributions:Rke1Tasks"),
    Platform.K0S: _row("k0s:K0sTasks", crio="crio:CrioTasks", docker="docker_engine:DockerTasks"),
    Platform.MICROK8S: _row("microk8s:Microk8sTasks"),
    Platform.MINIKUBE: _row(
        "minikube:MinikubeDockerTasks", containerd="minikube:MinikubeContainerdTasks", crio="minikube:MinikubeCrioTasks"
    ),
    Platform.KIND: _row("kind:KindTasks"),
    Platform.DOCKER_DESKTOP: _row("desktop:DockerDesktopTasks"),
    Platform.DOCKER_DESKTOP_KIND: _row("kind:DockerDesktopKindTasks"),
    Platform.RANCHER_DESKTOP: _row("desktop:RancherDesktopContainerdTasks", docker="desktop:RancherDesktopDockerTasks"),
    Platform.EKS: _row("eks:EksTasks", docker="eks:EksDockerTasks"),
    Platform.EKS_AUTO: _row("eks_managed:EksAutoTasks"),
    Platform.EKS_HYBRID: _row("eks:EksHybridTasks", docker="docker_engine:DockerTasks"),
    Platform.FARGATE: _row("eks_managed:FargateTasks"),
    Platform.BOTTLEROCKET: _row("eks_managed:BottlerocketTasks"),
    Platform.GKE: _row("gke:GkeTasks"),
    Platform.GKE_AUTOPILOT: _row("gke:GkeAutopilotTasks"),
    Platform.AKS: _row("aks:AksTasks"),
    Platform.OKE: _row(
        "other_distributions:OkeTasks", docker="docker_engine:DockerTasks", containerd="containerd:ContainerdTasks"
    ),
    Platform.OPENSHIFT: _row("openshift:OpenshiftTasks"),
    Platform.TALOS: _row("talos:TalosTasks"),
    Platform.KUBEADM: _row(
        "unknown_runtime:UnknownRuntimeTasks",
        containerd="containerd:ContainerdTasks",
        crio="crio:CrioTasks",
        docker="docker_engine:DockerTasks",
    ),
    Platform.UNKNOWN: _row(
        "unknown_runtime:UnknownRuntimeTasks",
        containerd="containerd:ContainerdTasks",
        crio="crio:CrioTasks",
        docker="docker_engine:DockerTasks",
    ),
}
_WINDOWS = "windows:WindowsTasks"
#: Platforms that decide more than the operating system does.
_NEVER_WINDOWS = frozenset({Platform.FARGATE, Platform.EKS_AUTO, Platform.GKE_AUTOPILOT})


def tasks_for(context: FixContext) -> NodeTasks:
    """The tasks as they are done on the node of a failure."""
    return tasks_class(_name_of(context.node.environment))(context)


def tasks_class(name: str) -> type[NodeTasks]:
    """The class that a row of the table names."""
    module, _, class_name = name.partition(":")
    loaded = import_module(f"{__package__}.{module}")
    tasks: type[NodeTasks] = getattr(loaded, class_name)
    return tasks


def _name_of(environment: NodeEnvironment) -> str:
    if environment.windows and environment.platform not in _NEVER_WINDOWS:
        return _WINDOWS
    row = TABLE[environment.platform]
    return row.usual if environment.runtime is None else row.others.get(environment.runtime, row.usual)


def shipped_again(context: FixContext) -> tuple[Fix, ...]:
    """Has the node import its distribution's own images again; nothing where the registry is meant to be reached.

    A mirror that doesn't answer has to be repaired, and so has the way of a node that is alone with its failure.
    """
    is_out_of_reach = context.cause in _NO_WAY and context.registry.is_docker_hub and not context.registry.is_mirrored
    if not is_out_of_reach or any(context.findings.has(way) for way in _WAYS):
        return ()
    return tasks_for(context).shipped_image()
