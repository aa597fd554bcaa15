"""YAML and JSON with the lines that values stand on."""

from __future__ import annotations

import pytest

from kubectl_imagepull.kube.documents.placed_yaml import PlacedMapping, read_placed


def test_values_know_their_lines() -> None:
    read = read_placed(
        'kind: Pod\nspec:\n  containers:\n  - name: a\n    image: >-\n      nginx:1\n---\n{"a": {"b":\n "c"}}\n'
    )
    first_document, second = read.documents
    (container,) = first_document["spec"]["containers"]
    assert isinstance(container, PlacedMapping)
    assert (container["image"], container.lines) == ("nginx:1", {"name": 4, "image": 5})
    assert second["a"].lines == {"b": 9}
    assert read.fault == ""


def test_scalars_are_what_manifests_need() -> None:
    read = read_placed("{a: 1.10, b: 3, c: true, d: null, e: 2024-01-01, f: '5', g: 0x10, h: 1_000}")
    assert read.documents == [
        {"a": "1.10", "b": 3, "c": True, "d": None, "e": "2024-01-01", "f": "5", "g": "0x10", "h": "1_000"}
    ]


def test_anchors_and_merges() -> None:
    text = "base: &b\n  image: nginx:1\n  x: 1\none:\n  <<: *b\n  x: 2\ntwo:\n  <<: [*b, {y: 3}]\n"
    (document,) = read_placed(text).documents
    assert document["one"] == {"image": "nginx:1", "x": 2}
    assert document["one"].lines["image"] == 2
    assert document["two"] == {"image": "nginx:1", "x": 1, "y": 3}


def test_what_breaks_off_leaves_what_stands_before_it() -> None:
    read = read_placed("a: 1\n---\nimage: {{ .Values.image }}\n")
    assert read.documents == [{"a": 1}]
    render = "; render it first, as 'helm template' does"
    assert read.fault == f"line 3: a mapping stands where a name has to{render}"
    assert read_placed("a: 1\n{{- if .Values.x }}\nb: 2\n").fault.endswith(render)


@pytest.mark.parametrize(
    "text",
    [
        "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)),
        "&a [*a]",
        "[" * 150 + "]" * 150,
    ],
)
def test_what_stands_for_very_much_is_not_unfolded(text: str) -> None:
    read = read_placed(text)
    assert (read.documents, read.fault) == ([], "it stands for more values than a manifest has")


def test_characters_that_yaml_forbids() -> None:
    assert read_placed("a: \x00").fault == "it holds characters that YAML doesn't allow"
