"""Which of an application's settings gives an image."""

from __future__ import annotations

import pytest

from kubectl_imagepull.evidence.applications import kustomize_entry

NEW = "registry.example.com/shop/web:v9"


def test_the_setting_that_gives_the_image_is_found_by_its_place() -> None:
    assert kustomize_entry(["a=b:1", f"shop/web={NEW}"], NEW) == (1, "shop/web")


@pytest.mark.parametrize("old", ["shop/web:", "shop/web;id", "-n", "Shop/Web", "web\nx", ""])
def test_a_name_that_no_image_has_is_not_taken_for_a_command(old: str) -> None:
    assert kustomize_entry([f"{old}={NEW}"], NEW) == (-1, "")
