"""The mutating webhooks that a pod passed when it was made, as far as their configurations were read.

Rules, selectors and matchConditions are those of k8s.io/api admissionregistration/v1; of the conditions, which are
programs, only those about the namespace are read. The names are those that the projects' own manifests give
(kyverno/kyverno pkg/config, open-policy-agent/gatekeeper charts/gatekeeper, istio/istio manifests/charts,
linkerd/linkerd2 charts/linkerd-control-plane, indeedeng/harbor-container-webhook deploy, enix/kube-image-keeper helm).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, text_of
from kubectl_imagepull.kube.selector import Requirement, Selector
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.names import is_object_name

#: What a configuration's name begins with -> whose it is.
_OWNERS = (
    ("kyverno-", "Kyverno"),
    ("gatekeeper-", "Gatekeeper"),
    ("istio-sidecar-injector", "Istio"),
    ("istio-revision-tag", "Istio"),
    ("linkerd-", "Linkerd"),
    ("kube-image-keeper", "kube-image-keeper"),
    ("harbor-container-webhook", "harbor-container-webhook"),
    ("k8s-image-swapper", "k8s-image-swapper"),
)
#: Those that put containers of their own into pods, and leave the images of others as they are.
_INJECTORS = frozenset({"Istio", "Linkerd"})
_OPERATORS = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!"}
#: CEL about the namespace: request.namespace != "x", !(request.namespace in ["x", "y"])
_COMPARED = re.compile(r"""request\.namespace\s*(?P<operator>==|!=)\s*["'](?P<name>[a-z0-9-]{1,63})["']\Z""")
_LISTED = re.compile(
    r"""(?P<not>!\s*\(\s*)?request\.namespace\s+in\s+\[(?P<names>[a-z0-9"', -]{0,5000})\](?P<end>\s*\))?\Z"""
)
_NAME = re.compile(r"""["']([a-z0-9-]{1,63})["']""")
_NAME_LABEL = "kubernetes.io/metadata.name"


def webhooks_that_change(pod: JsonObject, snapshot: Snapshot) -> list[str]:
    """The names of the configurations that may have changed an image of a pod when it was made, sorted."""
    configurations = snapshot.objects.get("MutatingWebhookConfiguration", ())
    names = (key_of(one)[1] for one in configurations if any(_takes(hook, pod, snapshot) for hook in _hooks(one)))
    return sorted(name for name in names if is_object_name(name) and webhook_owner(name) not in _INJECTORS)


def is_surely_called(name: str, pod: JsonObject, snapshot: Snapshot) -> bool:
    """Whether a configuration has a webhook that no condition may have kept from the pod."""
    configurations = snapshot.objects.get("MutatingWebhookConfiguration", ())
    hooks = [hook for one in configurations if key_of(one)[1] == name for hook in _hooks(one)]
    return any(_takes(hook, pod, snapshot) and None not in _conditions(hook, key_of(pod)[0]) for hook in hooks)


def webhook_owner(name: str) -> str:
    """Whose a configuration is, by its name; "" where that is nobody's known."""
    return next((owner for beginning, owner in _OWNERS if name.startswith(beginning)), "")


def _hooks(configuration: JsonObject) -> list[JsonObject]:
    return objects_of(configuration.get("webhooks"))


def _takes(hook: JsonObject, pod: JsonObject, snapshot: Snapshot) -> bool:
    """Whether a webhook is called for the making of a pod."""
    if not any(_changes_pods(rule) for rule in objects_of(hook.get("rules"))):
        return False
    if False in _conditions(hook, key_of(pod)[0]):
        return False
    labels = object_of(object_of(pod.get("metadata")).get("labels"))
    place = _namespace_labels(key_of(pod)[0], snapshot)
    return _selects(hook.get("objectSelector"), labels) and (
        place is None or _selects(hook.get("namespaceSelector"), place)
    )


def _conditions(hook: JsonObject, namespace: str) -> list[bool | None]:
    """What each condition says for a namespace, all of which have to hold; None where that isn't told by its form."""
    texts = (text_of(one.get("expression")).strip() for one in objects_of(hook.get("matchConditions")))
    return [_condition(text, namespace) for text in texts]


def _condition(expression: str, namespace: str) -> bool | None:
    if compared := _COMPARED.match(expression):
        return (compared["name"] == namespace) is (compared["operator"] == "==")
    if listed := _LISTED.match(expression):
        if (listed["not"] is None) is not (listed["end"] is None):
            return None
        return (namespace in _NAME.findall(listed["names"])) is (listed["not"] is None)
    return None


def _changes_pods(rule: JsonObject) -> bool:
    resources, operations = rule.get("resources"), rule.get("operations")
    return (
        isinstance(resources, list)
        and isinstance(operations, list)
        and not {"pods", "*", "*/*"}.isdisjoint(map(str, resources))
        and not {"CREATE", "*"}.isdisjoint(map(str, operations))
    )


def _namespace_labels(namespace: str, snapshot: Snapshot) -> JsonObject | None:
    """The labels of a namespace; None where it wasn't read, and then any selector may select it."""
    held = next((one for one in snapshot.objects.get("Namespace", ()) if key_of(one)[1] == namespace), None)
    return {_NAME_LABEL: namespace, **object_of(object_of(held.get("metadata")).get("labels"))} if held else None


def _selects(selector: object, labels: JsonObject) -> bool:
    fields = object_of(selector)
    equal = (Requirement(key, "in", frozenset({text_of(value)})) for key, value in _pairs(fields))
    return Selector((*equal, *_expressions(fields))).matches(labels)


def _pairs(selector: JsonObject) -> list[tuple[str, object]]:
    return list(object_of(selector.get("matchLabels")).items())


def _expressions(selector: JsonObject) -> Iterator[Requirement]:
    for expression in objects_of(selector.get("matchExpressions")):
        values = expression.get("values")
        texts = frozenset(map(text_of, values)) if isinstance(values, list) else frozenset[str]()
        operator = _OPERATORS.get(text_of(expression.get("operator")), "exists")
        yield Requirement(text_of(expression.get("key")), operator, texts)
