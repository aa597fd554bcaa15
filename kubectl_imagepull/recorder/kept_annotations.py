"""The annotations of an object -> those that a diagnosis reads, and of these what it reads of them.

An annotation may hold anything: a whole manifest with passwords in it, a note, a token.
"""

from __future__ import annotations

import json
from typing import Any

from kubectl_imagepull.kube.image_triggers import ANNOTATION, ImageTrigger, image_triggers
from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, text_of
from kubectl_imagepull.vocabulary.names import is_object_name

_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_NODE_ARGUMENTS = ("k3s.io/node-args", "rke2.io/node-args")
#: Stands for the workload's own namespace while its triggers are read.
_HERE = "here"
#: Those whose values are names, numbers and versions.
_WHOLE = (
    *("meta.helm.sh/release-name", "meta.helm.sh/release-namespace", "argocd.argoproj.io/tracking-id"),
    *("kubernetes.io/config.hash", "kubernetes.io/config.mirror", "deployment.kubernetes.io/revision"),
    *("deprecated.daemonset.template.generation", "policies.kyverno.io/last-applied-patches"),
    *("reflector.v1.k8s.emberstack.com/reflects", "replicator.v1.mittwald.de/replicate-from"),
    *("replicator.v1.mittwald.de/replicated-from-version", "helm.toolkit.fluxcd.io/namespace"),
    *("rollout.argoproj.io/revision", "kubed.appscode.com/origin"),
)
#: Those of which only that they are there counts.
_PRESENT = (
    *("argocd.argoproj.io/", "kyverno.io/verify-images", "gatekeeper.sh/mutations", "gatekeeper.sh/mutation-id"),
    *(
        "kuik.enix.io/original-images",
        "kuik.enix.io/rewrite-images",
        "sidecar.istio.io/status",
        "linkerd.io/created-by",
    ),
    *("kubeadm.alpha.kubernetes.io/cri-socket", "machineconfiguration.openshift.io/currentConfig"),
    *("rke.cattle.io/internal-ip", "openshift.io/internal-registry-auth-token", "reconcile.external-secrets.io/"),
    *("sealedsecrets.bitnami.com/", "secrets.hashicorp.com/"),
)
#: How a field that names pull secrets is called, and how people miss its name, in small letters.
_SECRETS = frozenset({"imagepullsecrets", "imagepullsecret"})
_MOST_BYTES = 1 << 20
_MOST_DEPTH = 12


def kept_annotations(annotations: JsonObject, kind: object) -> JsonObject:
    """The annotations that are read."""
    chosen: JsonObject = {}
    for key, value in annotations.items():
        if key in _WHOLE:
            chosen[key] = value
        elif key == _LAST_APPLIED and kind != "Secret":
            if manifest := _misplaced_secrets_of(text_of(value)):
                chosen[key] = manifest
        elif key in _NODE_ARGUMENTS:
            chosen[key] = _first_argument(text_of(value))
        elif key == ANNOTATION:
            holder = {"metadata": {"namespace": _HERE, "annotations": {key: value}}}
            chosen[key] = json.dumps([_kept_trigger(one) for one in image_triggers(holder)])
        elif key.startswith(_PRESENT):
            chosen[key] = ""
    return chosen


def _kept_trigger(trigger: ImageTrigger) -> JsonObject:
    """What a trigger says of stream and container; of a text that names no stream only that it is one."""
    if not trigger.stream:
        return {"from": {"kind": "ImageStreamTag"}}
    source = {"kind": "ImageStreamTag", "name": f"{trigger.stream}:{trigger.tag}"}
    path = f"spec.template.spec.containers[?(@.name=='{trigger.containers[0]}')].image" if trigger.containers else ""
    elsewhere = {"namespace": trigger.namespace} if trigger.namespace != _HERE else {}
    return {"from": {**source, **elsewhere}, **({"fieldPath": path} if path else {})}


def _first_argument(text: str) -> str:
    """Whether a node runs the server or an agent."""
    try:
        arguments = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    first = arguments[0] if isinstance(arguments, list) and arguments else None
    return json.dumps([first] if first in {"server", "agent"} else ["-"])


def _misplaced_secrets_of(text: str) -> str:
    """Of a manifest its kind and the fields that name pull secrets, each at its place; "" where it has none."""
    if not text or len(text) > _MOST_BYTES:
        return ""
    try:
        manifest = object_of(json.loads(text))
    except (ValueError, RecursionError):
        return ""
    chosen = _secret_fields(manifest, 0)
    if not chosen:
        return ""
    return json.dumps({"kind": manifest.get("kind"), **chosen})


def _secret_fields(value: Any, depth: int) -> Any:
    """The part of a manifest that leads to such fields; None where nothing does."""
    if depth > _MOST_DEPTH:
        return None
    if isinstance(value, list):
        parts = [_secret_fields(one, depth + 1) for one in value]
        # the others keep their places
        return [one or {} for one in parts] if any(parts) else None
    if not isinstance(value, dict):
        return None
    chosen: JsonObject = {}
    for key, one in value.items():
        if key.lower() in _SECRETS:
            chosen[key] = _names(one)
        elif key != "annotations" and (inner := _secret_fields(one, depth + 1)):
            chosen[key] = inner
    if chosen and is_object_name(text_of(value.get("name"))):
        # a container is called by its name
        chosen["name"] = value["name"]
    return chosen or None


def _names(value: Any) -> Any:
    if isinstance(value, list):
        texts = [text_of(one) for one in value if isinstance(one, str)]
        return [*({"name": text_of(one.get("name"))} for one in objects_of(value)), *texts]
    return {"name": text_of(value.get("name"))} if isinstance(value, dict) else text_of(value)
