"""The image as fixes name it: whose it is, and what is left of a name that breaks the grammar."""

from __future__ import annotations

import pytest
from situations import DIGEST

from kubectl_imagepull.fixes.context.image import ImageFacts
from kubectl_imagepull.vocabulary.command import Placeholder

HUB = "docker.io/acme/app:1"


@pytest.mark.parametrize(
    ("image", "is_strangers"),
    [
        ("nginx:1.25", True),
        ("registry.k8s.io/pause:3.9", True),
        ("mcr.microsoft.com/dotnet/aspnet:8.0", True),
        ("nvcr.io/nvidia/cuda:12", True),
        ("ghcr.io/somebody/app:1", True),
        ("somebody/app:1", True),
        ("quay.io/somebody/app:1", True),
        ("registry.gitlab.com/somebody/app:1", True),
        ("registry.corp.example/team/app:1", False),
        ("localhost:5000/app:1", False),
        ("123456789012.dkr.ecr.eu-central-1.amazonaws.com/app:1", False),
        ("not an image", False),
    ],
)
def test_whose_image_it_is(image: str, *, is_strangers: bool) -> None:
    facts = ImageFacts(image)
    assert facts.is_strangers is is_strangers
    assert facts.publisher == ("whoever publishes it" if is_strangers else "whoever builds it")


def test_a_place_that_the_pod_has_other_images_of_is_its_own() -> None:
    assert not ImageFacts(HUB, beside=(HUB, "acme/sidecar:2")).is_strangers
    assert ImageFacts(HUB, beside=(HUB,)).is_strangers, "it proves nothing of itself"
    assert ImageFacts(HUB, beside=("acmeetc/sidecar:2",)).is_strangers


def test_a_pull_secret_makes_a_shared_place_the_user_s_own_and_never_a_vendor_s() -> None:
    assert not ImageFacts(HUB, is_private=True).is_strangers
    assert ImageFacts("nvcr.io/nvidia/cuda:12", is_private=True).is_strangers


@pytest.mark.parametrize(
    ("image", "repository"),
    [
        ("nginx", "docker.io/library/nginx"),
        ("registry.corp.example:5000/a/b:", "registry.corp.example:5000/a/b"),
        ("registry:5000/a/b:{{ x:y }}", "registry:5000/a/b"),
        ("registry:5000/{{ x }}", ""),
        ("registry.corp.example:v1/a/b", ""),
        ("registry.corp.example/a:feature/b", "registry.corp.example/a"),
        ("a:feature/b", "docker.io/library/a"),
        ("registry.corp.example/a/b:4.5980468e+07", "registry.corp.example/a/b"),
        ("registry.corp.example/a/b:{{ .Values.image.tag }}", "registry.corp.example/a/b"),
        ("registry.corp.example/a/b@sha256:abc", "registry.corp.example/a/b"),
        (":v1", ""),
        ("map[repository:a tag:b]", ""),
    ],
)
def test_the_repository_of_a_broken_name(image: str, repository: str) -> None:
    assert ImageFacts(image).loose_repository == repository


def test_a_digest_is_shown_by_its_beginning() -> None:
    facts = ImageFacts(f"registry.corp.example/a@{DIGEST}")
    assert facts.brief == "registry.corp.example/a@sha256:abababababab"
    assert facts.shown == f"registry.corp.example/a@{DIGEST}"
    assert ImageFacts("nginx").brief == "docker.io/library/nginx:latest"


def test_what_stands_behind_the_repository() -> None:
    assert ImageFacts(f"a@{DIGEST}").mark == f"@{DIGEST}"
    assert ImageFacts("a:1").mark == ":1"
    for image in ("a", "a:latest"):
        assert any(isinstance(piece, Placeholder) for piece in ImageFacts(image).mark)
