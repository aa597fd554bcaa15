"""The kinds of objects that can be asked for by name, and where an API server has them."""

from __future__ import annotations

#: Kind -> API version and resource. What docs/rbac.yaml allows is held to what is asked for.
RESOURCES = {
    "Pod": ("v1", "pods"),
    "Secret": ("v1", "secrets"),
    "ConfigMap": ("v1", "configmaps"),
    "ServiceAccount": ("v1", "serviceaccounts"),
    "Node": ("v1", "nodes"),
    "Namespace": ("v1", "namespaces"),
    "MutatingWebhookConfiguration": ("admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations"),
    "ReplicationController": ("v1", "replicationcontrollers"),
    "ReplicaSet": ("apps/v1", "replicasets"),
    "Deployment": ("apps/v1", "deployments"),
    "StatefulSet": ("apps/v1", "statefulsets"),
    "DaemonSet": ("apps/v1", "daemonsets"),
    "ControllerRevision": ("apps/v1", "controllerrevisions"),
    "Job": ("batch/v1", "jobs"),
    "CronJob": ("batch/v1", "cronjobs"),
    "DeploymentConfig": ("apps.openshift.io/v1", "deploymentconfigs"),
    "ImageStream": ("image.openshift.io/v1", "imagestreams"),
    "ClusterServiceVersion": ("operators.coreos.com/v1alpha1", "clusterserviceversions"),
    "Application": ("argoproj.io/v1alpha1", "applications"),
    "HelmRelease": ("helm.toolkit.fluxcd.io/v2", "helmreleases"),
    "Kustomization": ("kustomize.toolkit.fluxcd.io/v1", "kustomizations"),
}
#: The kinds of workloads: what makes pods, the likeliest first.
WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "ReplicaSet", "ReplicationController")
#: Kinds that belong to no namespace.
CLUSTER_KINDS = frozenset({"Node", "Namespace", "MutatingWebhookConfiguration"})


def api_group(kind: str) -> str | None:
    """The API group ("" for core) of a kind that can be asked for; None for any other."""
    version = RESOURCES.get(kind, (None,))[0]
    return None if version is None else version.rpartition("/")[0]
