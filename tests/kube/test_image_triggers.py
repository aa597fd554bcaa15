"""OpenShift's image triggers: which are at work, and on which containers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kubectl_imagepull.kube.image_triggers import ANNOTATION, ImageTrigger, image_triggers
from kubectl_imagepull.kube.objects import JsonObject

SOURCE = {"kind": "ImageStreamTag", "name": "web:v9"}
PATH = 'spec.template.spec.containers[?(@.name=="app")].image'


def annotated(*triggers: Any) -> JsonObject:
    metadata = {"name": "web", "namespace": "shop", "annotations": {ANNOTATION: json.dumps(list(triggers))}}
    return {"kind": "Deployment", "metadata": metadata}


def config(**params: Any) -> JsonObject:
    triggers = [{"type": "ConfigChange"}, {"type": "ImageChange", "imageChangeParams": params}]
    return {
        "kind": "DeploymentConfig",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"triggers": triggers},
    }


def test_a_trigger_names_stream_tag_and_container() -> None:
    elsewhere = {**SOURCE, "namespace": "ci"}
    item = annotated({"from": SOURCE, "fieldPath": PATH}, {"from": elsewhere, "fieldPath": PATH.replace('"', "'")})
    assert image_triggers(item) == [
        ImageTrigger("shop", "web", "v9", ("app",)),
        ImageTrigger("ci", "web", "v9", ("app",)),
    ]


@pytest.mark.parametrize("paused", [True, "true", "True"])
def test_a_paused_trigger_writes_nothing(paused: object) -> None:
    assert image_triggers(annotated({"from": SOURCE, "fieldPath": PATH, "paused": paused})) == []


def test_a_deployment_config_has_them_in_its_spec() -> None:
    names = ["app", "other"]
    assert image_triggers(config(automatic=True, containerNames=names, **{"from": SOURCE})) == [
        ImageTrigger("shop", "web", "v9", ("app", "other"))
    ]
    assert image_triggers(config(automatic=False, **{"from": SOURCE})) == []
    assert image_triggers({**config(automatic=True, **{"from": SOURCE}), "kind": "Deployment"}) == []


@pytest.mark.parametrize("name", ["web", "web:", "../x:v9", "web:$(x)", "", None])
def test_what_is_no_stream_s_tag_is_not_named(name: object) -> None:
    assert image_triggers(annotated({"from": {"kind": "ImageStreamTag", "name": name}})) == [
        ImageTrigger("", "", "", ())
    ]


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '"x"', "[1, null]", '[{"from": {"kind": "Secret"}}]'])
def test_another_text_holds_no_trigger(text: str) -> None:
    metadata = {"name": "web", "namespace": "shop", "annotations": {ANNOTATION: text}}
    assert image_triggers({"kind": "Deployment", "metadata": metadata}) == []
