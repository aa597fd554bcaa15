"""Paths and values as helm reads them."""

from __future__ import annotations

import pytest

from kubectl_imagepull.fixes.writers.helm_words import value_path


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("image", "tag"), "image.tag"),
        (("web.image", "tag"), r"web\.image.tag"),
        (("nodeSelector", "kubernetes.io/arch"), r"nodeSelector.kubernetes\.io/arch"),
        (("a=b", "c,d", "e[0]"), r"a\=b.c\,d.e\[0\]"),
        (("imagePullSecrets", "[0]", "name"), "imagePullSecrets[0].name"),
        (("imagePullSecrets", "[1]"), "imagePullSecrets[1]"),
    ],
)
def test_a_path_ends_no_key_too_early(path: tuple[str, ...], text: str) -> None:
    assert value_path(path) == text
