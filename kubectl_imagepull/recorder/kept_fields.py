"""An object of Kubernetes -> the fields of it that a diagnosis reads, without logins in their texts.

It is a list of what is kept, not of what is left out: what nobody has thought of stays in the cluster. Environment
variables, arguments, commands and volumes' contents are never among it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of
from kubectl_imagepull.recorder.kept_annotations import kept_annotations
from kubectl_imagepull.vocabulary.redaction import redacted, redacted_image

#: The fields of an object that are kept: each whole (True), or of it those named.
Fields = Mapping[str, Any]

_METADATA: Fields = dict.fromkeys(
    (
        *("name", "namespace", "uid", "resourceVersion", "generation", "generateName", "creationTimestamp"),
        *("deletionTimestamp", "finalizers", "labels", "annotations", "ownerReferences"),
    ),
    True,
)
_CONTAINER: Fields = {
    **dict.fromkeys(("name", "image", "imagePullPolicy", "restartPolicy", "targetContainerName"), True),
    "volumeMounts": {"name": True},
}
_POD_SPEC: Fields = {
    **dict.fromkeys(("containers", "initContainers", "ephemeralContainers"), _CONTAINER),
    **dict.fromkeys(
        (
            *("imagePullSecrets", "nodeName", "nodeSelector", "affinity", "tolerations", "serviceAccountName"),
            *("serviceAccount", "schedulerName", "runtimeClassName", "hostNetwork", "restartPolicy", "os"),
        ),
        True,
    ),
    # whether a volume binds the pod to its node
    "volumes": {"name": True, "image": True, "persistentVolumeClaim": {}, "ephemeral": {}},
}
_ENDED: Fields = dict.fromkeys(("exitCode", "reason", "signal", "startedAt", "finishedAt", "containerID"), True)
_STATE: Fields = {"waiting": True, "running": True, "terminated": _ENDED}
_CONTAINER_STATUS: Fields = {
    **dict.fromkeys(("name", "image", "imageID", "containerID", "ready", "started", "restartCount"), True),
    "state": _STATE,
    "lastState": _STATE,
}
_POD: Fields = {
    "metadata": _METADATA,
    "spec": _POD_SPEC,
    "status": {
        **dict.fromkeys(("phase", "reason", "message", "startTime", "conditions"), True),
        **dict.fromkeys(
            ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"), _CONTAINER_STATUS
        ),
    },
}
_TEMPLATE: Fields = {"metadata": {"labels": True}, "spec": _POD_SPEC}
_WORKLOAD: Fields = {
    "metadata": _METADATA,
    "spec": {
        **dict.fromkeys(
            (
                *("replicas", "paused", "suspend", "selector", "strategy", "updateStrategy", "podManagementPolicy"),
                *("ordinals", "schedule"),
            ),
            True,
        ),
        "template": _TEMPLATE,
        "jobTemplate": {"spec": {"template": _TEMPLATE}},
    },
    "status": True,
}
_SOURCE: Fields = {
    **dict.fromkeys(("repoURL", "path", "chart", "targetRevision", "name", "ref"), True),
    "helm": dict.fromkeys(("valuesObject", "values", "valueFiles", "parameters"), True),
    "kustomize": {"images": True},
}
_BY_KIND: Mapping[str, Fields] = {
    "Pod": _POD,
    "Event": {
        "metadata": _METADATA,
        **dict.fromkeys(
            (
                *("involvedObject", "regarding", "reason", "message", "note", "type", "count", "series", "source"),
                *("reportingComponent", "reportingController", "reportingInstance", "action", "firstTimestamp"),
                *("lastTimestamp", "eventTime", "deprecatedFirstTimestamp", "deprecatedLastTimestamp"),
                *("deprecatedCount", "deprecatedSource"),
            ),
            True,
        ),
    },
    "Node": {
        "metadata": _METADATA,
        "spec": dict.fromkeys(("providerID", "taints", "unschedulable"), True),
        "status": {
            **dict.fromkeys(("addresses", "conditions", "images"), True),
            # the ids of the machine tell nobody anything but which one it is
            "nodeInfo": dict.fromkeys(
                (
                    *("architecture", "operatingSystem", "osImage", "kernelVersion", "kubeletVersion"),
                    "containerRuntimeVersion",
                ),
                True,
            ),
        },
    },
    "Namespace": {"metadata": _METADATA, "status": {"phase": True}},
    "ServiceAccount": {"metadata": _METADATA, "imagePullSecrets": True},
    "Secret": {
        "metadata": {**_METADATA, "managedFields": {"time": True}},
        **dict.fromkeys(("type", "immutable", "data"), True),
    },
    "ConfigMap": {"metadata": _METADATA, "data": True},
    "ControllerRevision": {
        "metadata": _METADATA,
        "revision": True,
        "data": {"spec": {"template": _TEMPLATE}},
    },
    "MutatingWebhookConfiguration": {
        "metadata": _METADATA,
        "webhooks": {
            **dict.fromkeys(("name", "rules", "namespaceSelector", "objectSelector", "failurePolicy"), True),
            "matchConditions": True,
        },
    },
    "ClusterServiceVersion": {
        "metadata": _METADATA,
        "spec": {"install": {"spec": {"deployments": {"name": True, "spec": {"template": _TEMPLATE}}}}},
    },
    "DeploymentConfig": {
        "metadata": _METADATA,
        "spec": {**dict.fromkeys(("replicas", "selector", "triggers"), True), "template": _TEMPLATE},
    },
    "ImageStream": {
        "metadata": _METADATA,
        "spec": {"tags": dict.fromkeys(("name", "from", "importPolicy", "referencePolicy"), True)},
        "status": {
            "dockerImageRepository": True,
            "tags": {
                "tag": True,
                "items": {"image": True},
                "conditions": dict.fromkeys(("type", "status", "reason", "message"), True),
            },
        },
    },
    "Application": {
        "metadata": _METADATA,
        "spec": {"source": _SOURCE, "sources": _SOURCE, "syncPolicy": {"automated": True}},
    },
    "HelmRelease": {
        "metadata": _METADATA,
        "spec": {
            "chart": {"spec": dict.fromkeys(("chart", "version", "sourceRef"), True)},
            "driftDetection": {"mode": True},
            **dict.fromkeys(("suspend", "values"), True),
        },
    },
    "Kustomization": {
        "metadata": _METADATA,
        "spec": dict.fromkeys(("sourceRef", "path", "suspend", "images"), True),
    },
}
#: Of any other kind; an operator's own holds the image somewhere in its spec.
_OTHER: Fields = {"metadata": _METADATA, "spec": True}
#: Events, and reasons of waiting containers, whose texts are what a container printed, or what it was started with.
_OUTPUTS = frozenset({"Unhealthy", "ProbeWarning", "ProbeError", "FailedPostStartHook", "FailedPreStopHook"})
_FAILED_STARTS = frozenset({"PostStartHookError", "RunContainerError", "CrashLoopBackOff"})
_WORKLOADS = frozenset(
    {"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicationController"}
)
#: Kinds whose data are values, which others see to.
_WITH_VALUES = frozenset({"Secret", "ConfigMap"})
#: Fields whose texts are images, in which only a login is none of it.
_IMAGES = frozenset({"image", "reference"})


def kept(item: JsonObject) -> JsonObject:
    """The fields of an object that are kept.

    The data of secrets and the values of charts are as they were: secret_stand_ins.py and value_extract.py see to them.
    """
    kind = item.get("kind")
    fields = _WORKLOAD if kind in _WORKLOADS else _BY_KIND.get(str(kind), _OTHER)
    chosen = object_of(_chosen(item, {"apiVersion": True, "kind": True, **fields}))
    metadata = object_of(chosen.get("metadata"))
    if "annotations" in metadata:
        metadata["annotations"] = kept_annotations(object_of(metadata["annotations"]), kind)
    if kind == "Event" and chosen.get("reason") in _OUTPUTS:
        chosen.pop("message", None)
        chosen.pop("note", None)
    if kind in _WITH_VALUES:
        return {name: value if name == "data" else _clean(value, name) for name, value in chosen.items()}
    return object_of(_clean(chosen))


def _chosen(value: Any, fields: Any) -> Any:
    if fields is True:
        return value
    if isinstance(value, list):
        return [_chosen(one, fields) for one in objects_of(value)]
    if not isinstance(value, dict):
        # somebody else's data, of another type than the API gives it
        return value if value is None else _kind_alone(value)
    return {name: _chosen(value[name], inner) for name, inner in fields.items() if name in value}


def _kind_alone(value: object) -> object:
    """Something of the same type that says nothing."""
    return "" if isinstance(value, str) else type(value)()


def _clean(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        is_output = name == "waiting" and value.get("reason") in _FAILED_STARTS
        return {key: _clean(inner, key) for key, inner in value.items() if not (is_output and key == "message")}
    if isinstance(value, list):
        return [_clean(inner, name) for inner in value]
    if isinstance(value, str):
        return redacted_image(value) if name in _IMAGES else redacted(value)
    return value
