"""A Helm release without its values: the paths of an image are found as before, and nothing else is in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import stored_releases

from kubectl_imagepull.evidence.releases.chart_values import ChartValues, merged_values
from kubectl_imagepull.evidence.releases.image_values import image_values
from kubectl_imagepull.evidence.releases.release import StoredRelease, UnreadableReleaseError, read_release
from kubectl_imagepull.evidence.releases.spec_values import spec_values
from kubectl_imagepull.recorder.release_extract import release_extract

IMAGE = "registry.example.com/shop/web:v9"
WEB = [("shop", "Deployment", "web")]
#: Values that give the image, each beside a secret.
VALUES: dict[str, dict[str, Any]] = {
    "repository and tag": {"image": {"repository": "registry.example.com/shop/web", "tag": "v9"}},
    "registry apart": {"image": {"registry": "registry.example.com", "repository": "shop/web", "tag": "v9"}},
    "global registry": {
        "global": {"imageRegistry": "registry.example.com"},
        "image": {"repository": "shop/web", "tag": "v9"},
    },
    "whole": {"web": {"image": IMAGE}},
    "tag of the chart": {"image": {"repository": "registry.example.com/shop/web", "tag": ""}},
    "null": {"image": {"repository": "registry.example.com/shop/web", "tag": None}},
    "template": {"hub": "registry.example.com", "image": "{{ .Values.hub }}/shop/web:v9"},
    "two": {"a": {"image": IMAGE}, "b": {"image": IMAGE}},
    "another's tag beside it": {
        "tag": "hunter2-tag",
        "image": {"repository": "registry.example.com/shop/web", "tag": "v9"},
    },
    "none": {},
    "pull secrets": {
        "image": {"repository": "registry.example.com/shop/web", "tag": "v9"},
        "imagePullSecrets": [{"name": "regcred"}],
    },
    "names of pull secrets": {
        "image": {"repository": "registry.example.com/shop/web", "tag": "v9"},
        "global": {"imagePullSecrets": ["regcred"]},
    },
    "rest of a pod": {
        "image": {"repository": "registry.example.com/shop/web", "tag": "v9", "pullPolicy": "Always"},
        "nodeSelector": {"disk": "hunter2"},
    },
}
SECRETS: dict[str, Any] = {
    "password": "hunter2",
    "database": {"url": "postgres://u:hunter2@db/x", "host": "hunter2.internal", "token": "v9-hunter2"},
    "list": ["hunter2"],
    "extraEnv": [{"name": "A", "value": "hunter2"}],
    "args": "--password=hunter2",
}


def stored(values: dict[str, Any], **fields: Any) -> dict[str, Any]:
    chart = {"metadata": {"name": "web", "version": "1.2.3", "appVersion": "v9"}, "values": {"debug": "hunter2"}}
    return stored_releases.stored(stored_releases.release(IMAGE, {**values, **SECRETS}, chart=chart, **fields))


def as_found(release: StoredRelease) -> tuple[Any, ...]:
    values = ChartValues(merged_values(release.defaults, release.config), release.app_version, release.name)
    images = image_values(IMAGE, values, ("app", "web"))
    head = (release.name, release.namespace, release.revision, release.status, release.chart, release.version)
    return head, images, spec_values(values, images[0] if images else None, release.templates)


@pytest.mark.parametrize("name", VALUES)
def test_paths_are_found_as_before_and_no_value_is_left(name: str) -> None:
    item = stored(VALUES[name])
    made = read_release({**item, "data": release_extract(item, WEB)})
    assert as_found(made) == as_found(read_release(item))
    assert "hunter2" not in json.dumps([made.defaults, made.config, made.manifest, made.templates])


def test_a_workload_that_isnt_looked_at_is_left_out() -> None:
    item = stored(VALUES["whole"])
    made = read_release({**item, "data": release_extract(item, [("shop", "Deployment", "other")])})
    assert made.manifest == ""
    assert made.defaults == {"database": {"url": "REDACTED", "host": "REDACTED"}}


def test_a_config_map_holds_it_as_helm_does() -> None:
    item = {**stored(VALUES["whole"]), "kind": "ConfigMap"}
    item["data"] = {"release": stored_releases.payload(stored_releases.release(IMAGE, VALUES["whole"]))}
    made = read_release({**item, "data": release_extract(item, WEB)})
    assert as_found(made) == as_found(read_release(item))


def test_what_cant_be_read_is_not_made_up() -> None:
    with pytest.raises(UnreadableReleaseError, match="it is kept without its content"):
        release_extract({**stored({}), "data": {}}, WEB)
