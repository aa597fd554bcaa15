"""Values as a template sees them: merged, and printed as Go prints them."""

from __future__ import annotations

from typing import Any

import pytest

from kubectl_imagepull.evidence.releases.chart_values import ChartValues, merged_values


def test_maps_merge_lists_replace_and_null_deletes() -> None:
    defaults = {"a": {"b": 1, "c": 2}, "list": [1, 2], "gone": 1, "kept": 1}
    config = {"a": {"b": 3, "d": {"e": 1}}, "list": [3], "gone": None, "other": None}
    assert merged_values(defaults, config) == {"a": {"b": 3, "c": 2, "d": {"e": 1}}, "list": [3], "kept": 1}
    assert defaults["a"] == {"b": 1, "c": 2}


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("v1", ("v1",)),
        (1.1, ("1.1",)),
        (10, ("10",)),
        (10.0, ("10",)),
        (999999, ("999999",)),
        (1000000, ("1000000", "1e+06")),
        (45980468, ("45980468", "4.5980468e+07")),
        (1.5e-07, ("1.5e-07",)),
        (-1234567, ("-1234567", "-1.234567e+06")),
        (True, ()),
        (None, ()),
        ({}, ()),
        (float("inf"), ()),
        (float("nan"), ()),
    ],
)
def test_numbers_are_printed_as_go_prints_them(value: Any, texts: tuple[str, ...]) -> None:
    assert ChartValues({"a": value}, "", "").texts_at(("a",)) == texts


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("{{ .Chart.AppVersion }}-slim", "2.0-slim"),
        ("{{- .Chart.AppVersion -}}", "2.0"),
        ("{{ .Release.Name }}", "web"),
        ("{{ .Values.base }}", "inner"),
        ("{{ .Values.top }}", "outer"),
        ("{{ .Values.gone }}", "{{ .Values.gone }}"),
        ('{{ include "x" . }}', '{{ include "x" . }}'),
        ("{{ .Values.loop }}", "{{ .Values.loop }}"),
    ],
)
def test_a_value_that_is_a_template_is_rendered_where_that_is_plain(text: str, rendered: str) -> None:
    values = ChartValues(
        {"sub": {"base": "inner", "tag": text, "loop": "{{ .Values.loop }}"}, "top": "outer"}, "2.0", "web"
    )
    assert values.texts_at(("sub", "tag")) == (rendered,)


def test_every_map_is_given_once_and_none_that_is_too_deep() -> None:
    deep: dict[str, Any] = {}
    for _ in range(500):
        deep = {"a": deep, "x": 1}
    assert len(list(ChartValues({"a": {"b": {"c": 1}}, "d": {}}, "", "").maps())) == 3
    assert len(list(ChartValues(deep, "", "").maps())) == 20
