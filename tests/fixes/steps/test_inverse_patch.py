"""What a patch of a pod spec has changed, another patch takes back: names, images and labels as they were before."""

from __future__ import annotations

from typing import Any

import pytest

from kubectl_imagepull.fixes.steps.inverse_patch import inverse_patch
from kubectl_imagepull.vocabulary.command import UnwritableName

BEFORE: dict[str, Any] = {
    "containers": [{"name": "app", "image": "r.example/app:v9", "imagePullPolicy": "Never"}, {"name": "other"}],
    "volumes": [{"name": "model", "image": {"reference": "r.example/model:v8", "pullPolicy": "Always"}}],
    "imagePullSecrets": [{"name": "own"}],
    "nodeSelector": {"disk": "ssd", "kubernetes.io/arch": "amd64"},
}


@pytest.mark.parametrize(
    ("patch", "inverse"),
    [
        (
            {"containers": [{"name": "app", "image": "r.example/app:v1"}]},
            {"containers": [{"name": "app", "image": "r.example/app:v9"}]},
        ),
        (
            {"containers": [{"name": ("app",), "image": "r.example/app:v1", "imagePullPolicy": "Always"}]},
            {"containers": [{"name": "app", "image": "r.example/app:v9", "imagePullPolicy": "Never"}]},
        ),
        (
            {"containers": [{"name": "other", "imagePullPolicy": "Always"}]},
            {"containers": [{"name": "other", "imagePullPolicy": None}]},
        ),
        (
            {"volumes": [{"name": "model", "image": {"reference": "r.example/model:v7"}}]},
            {"volumes": [{"name": "model", "image": {"reference": "r.example/model:v8"}}]},
        ),
        ({"nodeSelector": {"kubernetes.io/arch": "arm64"}}, {"nodeSelector": {"kubernetes.io/arch": "amd64"}}),
        ({"nodeSelector": {"kubernetes.io/os": "windows"}}, {"nodeSelector": {"kubernetes.io/os": None}}),
        (
            {"imagePullSecrets": [{"name": "own"}, {"name": "new"}]},
            {"imagePullSecrets": [{"$patch": "delete", "name": "new"}]},
        ),
        (
            {"imagePullSecrets": [{"name": "new"}, {"$patch": "delete", "name": "own"}]},
            {"imagePullSecrets": [{"$patch": "delete", "name": "new"}, {"name": "own"}]},
        ),
        ({"imagePullSecrets": [{"$patch": "delete", "name": "elsewhere"}]}, {"imagePullSecrets": []}),
    ],
)
def test_a_patch_is_taken_back(patch: dict[str, Any], inverse: dict[str, Any]) -> None:
    assert inverse_patch(BEFORE, patch) == inverse


def test_what_was_not_there_goes_whole() -> None:
    assert inverse_patch({}, {"nodeSelector": {"kubernetes.io/arch": "arm64"}}) == {"nodeSelector": None}
    named = {"imagePullSecrets": [{"name": "new"}]}
    assert inverse_patch({}, named) == {"imagePullSecrets": [{"$patch": "delete", "name": "new"}]}


@pytest.mark.parametrize(
    "image", ["{{ .Values.image }}", "r.example/app:v9 --rm", "u:p4ss@r.example/app:v9", "r/ä", "'"]
)
def test_what_no_command_may_hold_is_not_put_back(image: str) -> None:
    before = {"containers": [{"name": "app", "image": image}]}
    assert inverse_patch(before, {"containers": [{"name": "app", "image": "r.example/app:v1"}]}) is None


def test_a_name_that_no_command_may_hold_is_not_taken_out() -> None:
    assert inverse_patch(BEFORE, {"imagePullSecrets": [{"name": UnwritableName("secret")}]}) is None
