"""Where a release's values have pull secrets, the node selector and the pull policy."""

from __future__ import annotations

from typing import Any

import pytest

from kubectl_imagepull.evidence.releases.chart_values import ChartValues
from kubectl_imagepull.evidence.releases.release_finding import ImageValues, SpecValues
from kubectl_imagepull.evidence.releases.spec_values import spec_values

NEAR = ImageValues("x", repository=("web", "image", "repository"))
NAMES = "imagePullSecrets:\n{{- range .Values.imagePullSecrets }}\n  - name: {{ . }}\n{{- end }}"
OBJECTS = "imagePullSecrets: {{ toYaml .Values.imagePullSecrets | nindent 8 }}"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, SpecValues()),
        (
            {"imagePullSecrets": [], "nodeSelector": {}},
            SpecValues(("imagePullSecrets",), node_selector=("nodeSelector",)),
        ),
        ({"imagePullSecrets": "x", "nodeSelector": "x"}, SpecValues()),
        (
            {
                "web": {"image": {"pullPolicy": "Never", "pullSecrets": ["a"]}, "nodeSelector": None},
                "imagePullSecrets": [],
            },
            SpecValues(
                ("web", "image", "pullSecrets"),
                holds_names=True,
                secret_names=("a",),
                node_selector=("web", "nodeSelector"),
                pull_policy=("web", "image", "pullPolicy"),
            ),
        ),
        (
            {"global": {"imagePullSecrets": [{"name": "a"}, {"name": "b"}]}},
            SpecValues(("global", "imagePullSecrets"), secret_names=("a", "b")),
        ),
    ],
)
def test_the_nearest_place_counts(values: dict[str, Any], expected: SpecValues) -> None:
    assert spec_values(ChartValues(values, "", ""), NEAR, ()) == expected


@pytest.mark.parametrize(("template", "holds_names"), [(NAMES, True), (OBJECTS, False)])
def test_an_empty_list_takes_what_the_template_makes_of_it(template: str, *, holds_names: bool) -> None:
    values = ChartValues({"imagePullSecrets": []}, "", "")
    assert spec_values(values, None, [template]).holds_names is holds_names
