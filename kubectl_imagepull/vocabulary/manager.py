"""Who writes a workload, as a value: a change in the cluster lasts until they write it again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class ManagerKind(str, Enum):
    """What writes a workload, by the word that stands in front of its name."""

    HELM = "Helm release"
    #: Rendered from a chart; whether by Helm itself can't be told.
    HELM_CHART = "Helm chart"
    ARGO_CD = "Argo CD application"
    FLUX_RELEASE = "Flux release"
    FLUX_KUSTOMIZATION = "Flux kustomization"
    #: The operator of a custom resource.
    OPERATOR = "operator"
    #: Operator Lifecycle Manager.
    OLM = "OLM"
    #: A service of Knative Serving, which makes Revisions and from those Deployments.
    KNATIVE = "Knative service"
    #: The add-on manager of a cloud or of the cluster itself.
    ADD_ON = "add-on manager"
    #: OpenShift, which writes the image whenever an image stream's tag changes.
    IMAGE_STREAM = "image stream trigger"
    #: A tool that names itself in the label app.kubernetes.io/managed-by.
    OTHER = "tool"


#: Those that write workloads from an object of their own in the cluster.
DEPLOYERS = frozenset(
    {
        ManagerKind.ARGO_CD,
        ManagerKind.FLUX_RELEASE,
        ManagerKind.FLUX_KUSTOMIZATION,
        ManagerKind.OPERATOR,
        ManagerKind.IMAGE_STREAM,
        ManagerKind.OLM,
    }
)
#: Those that put a workload back as soon as it is changed, so that no change of it is a fix.
REVERTING = frozenset({ManagerKind.OLM, ManagerKind.KNATIVE})


@dataclass(frozen=True)
class Manager:
    """Who writes a workload; a name that can't be one is left out."""

    #: What sort of tool it is.
    kind: ManagerKind
    #: The release's, application's or custom resource's; "" where it isn't known.
    name: str = ""
    #: Its namespace where that isn't the workload's; "" otherwise.
    namespace: str = ""
    #: The custom resource's kind, as objects have it; "" for managers that are none.
    resource: str = ""
    #: The custom resource's API group.
    group: str = ""

    def __str__(self) -> str:
        """The manager, in a sentence: `Helm release web in namespace infra`."""
        if self.kind is ManagerKind.OTHER:
            return self.name
        if self.resource:
            return f"{self.resource} {self.name}{' (OLM)' if self.kind is ManagerKind.OLM else ''}"
        if self.kind in {ManagerKind.FLUX_RELEASE, ManagerKind.FLUX_KUSTOMIZATION}:
            return f"{self.kind.value} {f'{self.namespace}/' if self.namespace else ''}{self.name}"
        where = f" in namespace {self.namespace}" if self.namespace else ""
        return f"{self.kind.value}{f' {self.name}' if self.name else ''}{where}"
