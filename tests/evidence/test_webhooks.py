"""Which mutating webhooks a pod passed when it was made."""

from __future__ import annotations

from typing import Any

import pytest
from clusters import cluster
from situations import fails

from kubectl_imagepull.evidence.webhooks import is_surely_called, webhook_owner, webhooks_that_change
from kubectl_imagepull.kube.objects import JsonObject

RULE = {"resources": ["pods"], "operations": ["CREATE"]}
POD = fails(labels={"app": "web", "tier": "edge"})
SHOP = {"kind": "Namespace", "metadata": {"name": "shop", "labels": {"mirror": "on"}}}


def named(*configurations: JsonObject, namespaces: tuple[JsonObject, ...] = (SHOP,)) -> list[str]:
    snapshot = cluster([POD], MutatingWebhookConfiguration=list(configurations), Namespace=list(namespaces))
    return webhooks_that_change(POD, snapshot)


def configuration(name: str = "swapper", **hook: Any) -> JsonObject:
    return {"metadata": {"name": name}, "webhooks": [{"rules": [RULE], **hook}]}


@pytest.mark.parametrize(
    ("selector", "selects"),
    [
        ({}, True),
        ({"matchLabels": {"mirror": "on"}}, True),
        ({"matchLabels": {"mirror": "off"}}, False),
        ({"matchLabels": {"kubernetes.io/metadata.name": "shop"}}, True),
        (
            {"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["shop"]}]},
            False,
        ),
        ({"matchExpressions": [{"key": "mirror", "operator": "Exists"}]}, True),
        ({"matchExpressions": [{"key": "mirror", "operator": "DoesNotExist"}]}, False),
        ({"matchExpressions": [{"key": "mirror", "operator": "In", "values": ["on", "x"]}]}, True),
        ({"matchExpressions": [{"key": "mirror", "operator": "In", "values": "on"}]}, False),
    ],
)
def test_a_webhook_takes_the_namespaces_that_it_selects(selector: JsonObject, *, selects: bool) -> None:
    assert named(configuration(namespaceSelector=selector)) == (["swapper"] if selects else [])
    # of a namespace that wasn't read nobody knows the labels
    assert named(configuration(namespaceSelector=selector), namespaces=()) == ["swapper"]


@pytest.mark.parametrize(
    ("expressions", "is_called"),
    [
        (['request.namespace == "shop"'], True),
        (["request.namespace != 'shop'"], False),
        (['request.namespace != "infra"', 'request.namespace == "shop"'], True),
        (['request.namespace != "infra"', 'request.namespace == "infra"'], False),
        (['request.namespace in ["shop", "infra"]'], True),
        (["!(request.namespace in ['kube-system', 'shop'])"], False),
        (['! ( request.namespace in ["infra"] )'], True),
        (["true"], None),
        (['!request.namespace == "shop"'], None),
        (['request.namespace in ["shop"])'], None),
        (["has(object.metadata.labels.swap)"], None),
        (["has(object.metadata.labels.swap)", 'request.namespace == "infra"'], False),
        ([""], None),
    ],
)
def test_conditions_about_the_namespace_are_read_and_others_leave_it_open(
    expressions: list[str], *, is_called: bool | None
) -> None:
    item = configuration(matchConditions=[{"name": "x", "expression": one} for one in expressions])
    assert named(item) == ([] if is_called is False else ["swapper"])
    snapshot = cluster([POD], MutatingWebhookConfiguration=[item], Namespace=[SHOP])
    assert is_surely_called("swapper", POD, snapshot) is (is_called is True)
    assert not is_surely_called("other", POD, snapshot)


def test_a_webhook_takes_the_pods_that_it_selects() -> None:
    assert named(configuration(objectSelector={"matchLabels": {"app": "web"}})) == ["swapper"]
    assert named(configuration(objectSelector={"matchLabels": {"app": "db"}})) == []


@pytest.mark.parametrize(
    "rule", [{}, {"resources": ["pods"]}, {**RULE, "operations": ["UPDATE"]}, {**RULE, "resources": "pods"}]
)
def test_a_webhook_for_something_else_changes_no_pod(rule: JsonObject) -> None:
    assert named(configuration(rules=[rule])) == []


def test_injectors_leave_other_containers_alone() -> None:
    assert (
        named(configuration("istio-sidecar-injector-canary"), configuration("linkerd-proxy-injector-webhook-config"))
        == []
    )


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("kyverno-resource-mutating-webhook-cfg", "Kyverno"),
        ("gatekeeper-mutating-webhook-configuration", "Gatekeeper"),
        ("istio-revision-tag-default", "Istio"),
        ("k8s-image-swapper-webhook", "k8s-image-swapper"),
        ("swapper", ""),
    ],
)
def test_whose_a_configuration_is(name: str, owner: str) -> None:
    assert webhook_owner(name) == owner
