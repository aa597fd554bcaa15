"""References: what the defaults made of a name, and places that moved."""

from __future__ import annotations

import pytest
from fixing import failing

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.reference import look_at_reference
from kubectl_imagepull.vocabulary.causes import What


@pytest.mark.parametrize(
    ("image", "text", "full"),
    [
        (
            "nginx",
            "nginx has no registry and no tag, so it is read as docker.io/library/nginx:latest",
            "docker.io/library/nginx:latest",
        ),
        (
            "team/app:1.2",
            "team/app:1.2 has no registry, so it is read as docker.io/team/app:1.2",
            "docker.io/team/app:1.2",
        ),
        (
            "registry.corp.example/shop/web",
            "registry.corp.example/shop/web has no tag, so it is read as registry.corp.example/shop/web:latest",
            "registry.corp.example/shop/web:latest",
        ),
        ("docker.io/nginx:1", "docker.io/nginx:1 is read as docker.io/library/nginx:1", "docker.io/library/nginx:1"),
        (
            "index.docker.io/team/app",
            "index.docker.io/team/app has no tag, so it is read as docker.io/team/app:latest",
            "docker.io/team/app:latest",
        ),
    ],
)
def test_what_a_short_name_is_read_as(image: str, text: str, full: str) -> None:
    assert look_at_reference(failing(image)) == (Evidence(Check.IMPLIED_REFERENCE, Result.INFO, text, image, (full,)),)


@pytest.mark.parametrize(
    ("image", "place", "text", "new"),
    [
        (
            "k8s.gcr.io/sig-storage/csi-node:v2",
            "k8s.gcr.io",
            "k8s.gcr.io has been frozen since April 2023: the same images are at registry.k8s.io, newer ones only "
            "there (this one would be registry.k8s.io/sig-storage/csi-node:v2)",
            ("registry.k8s.io/sig-storage/csi-node:v2",),
        ),
        (
            "docker.io/bitnami/redis:7.2",
            "docker.io/bitnami",
            "Bitnami moved its versioned tags to bitnamilegacy in August 2025 "
            "(this one would be docker.io/bitnamilegacy/redis:7.2)",
            ("docker.io/bitnamilegacy/redis:7.2",),
        ),
        (
            "docker.pkg.github.com/octo/app/image:1",
            "docker.pkg.github.com",
            "docker.pkg.github.com has become ghcr.io: pull the image from there",
            (),
        ),
        (
            "eu.gcr.io/project/app:1",
            "gcr.io",
            "Google shut Container Registry down in March 2025: gcr.io names now work only in Artifact Registry",
            (),
        ),
    ],
)
def test_places_that_moved(image: str, place: str, text: str, new: tuple[str, ...]) -> None:
    assert look_at_reference(failing(image)) == (Evidence(Check.RELOCATED_REGISTRY, Result.INFO, text, place, new),)


def test_a_digest_moves_with_its_image() -> None:
    digest = "sha256:" + "a" * 64
    assert look_at_reference(failing(f"k8s.gcr.io/pause@{digest}"))[0].values == (f"registry.k8s.io/pause@{digest}",)


def test_a_short_name_that_moved_has_both() -> None:
    found = look_at_reference(failing("bitnami/redis"))
    assert [item.check for item in found] == ["ImpliedReference", "RelocatedRegistry"]
    assert found[1].values == ("docker.io/bitnamilegacy/redis",)


@pytest.mark.parametrize("image", ["registry.corp.example/a:1", "Not A Reference", "", "gcr.io.example.com/a:1"])
def test_nothing_to_say(image: str) -> None:
    assert look_at_reference(failing(image)) == ()


def test_the_pause_image_is_not_the_user_s_name() -> None:
    assert look_at_reference(failing("pause", what=What.SANDBOX)) == ()
