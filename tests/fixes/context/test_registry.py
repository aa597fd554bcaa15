"""Who answered, as fixes name it."""

from __future__ import annotations

import pytest
from registry_failures import context, fails

from kubectl_imagepull.fixes.context.registry import RegistryFacts


def answered(host: str, image: str = "nginx:1.25") -> RegistryFacts:
    return context(fails("EOF", image, asked=host)).registry


@pytest.mark.parametrize(
    ("host", "mirrored", "blobs"),
    [
        ("mirror.corp.example:5000", True, False),
        ("production.cloudflare.docker.com", False, True),
        ("docker-images-prod.s3.us-east-1.amazonaws.com", False, True),
        ("auth.docker.io", False, False),
        ("registry-1.docker.io", False, False),
    ],
)
def test_a_mirror_and_a_host_of_layers_are_told_apart(host: str, *, mirrored: bool, blobs: bool) -> None:
    found = answered(host)
    assert (found.is_mirrored, found.is_blob_host) == (mirrored, blobs)


def test_a_host_is_no_mirror_of_itself() -> None:
    found = answered("registry.corp.example", "registry.corp.example/a:1")
    assert (found.is_mirrored, found.is_blob_host) == (False, False)


@pytest.mark.parametrize(
    ("image", "is_address"),
    [
        ("10.0.0.5:5000/a:1", True),
        ("[fd00::5]:5000/a:1", True),
        ("10.0.0.5.example/a:1", False),
        ("r.example/a:1", False),
    ],
)
def test_an_address_is_no_name(image: str, *, is_address: bool) -> None:
    assert context(fails("EOF", image)).registry.is_address is is_address
