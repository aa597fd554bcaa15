"""Which tags may be meant by one that isn't there."""

from __future__ import annotations

import pytest

from kubectl_imagepull.evidence.registry_tags import NearTags, near_tags

TAGS = ("1.26.0", "1.27.1", "1.27.2", "1.27.2-alpine", "1.28.0-rc1", "latest", "stable", "mainline", "v0.9")


@pytest.mark.parametrize(
    ("tag", "near"),
    [
        ("v1.27.2", NearTags("1.27.2", ("1.27.2", "1.27.2-alpine", "1.27.1"), "1.27.2")),
        ("1.27.2-alpin", NearTags("1.27.2-alpine", ("1.27.2-alpine", "1.27.2"), "1.27.2")),
        ("1.27.2-slim", NearTags("", ("1.27.2", "1.27.2-alpine"), "1.27.2")),
        ("1.27.9", NearTags("", ("1.27.2", "1.27.1", "1.26.0"), "1.27.2")),
        ("9.9", NearTags("", (), "1.27.2")),
        ("0.9", NearTags("v0.9", ("v0.9",), "1.27.2")),
        ("lates", NearTags("latest", ("latest",), "1.27.2")),
        ("mainlime", NearTags("mainline", ("mainline",), "1.27.2")),
        ("nothing-like-it", NearTags("", (), "1.27.2")),
    ],
)
def test_the_nearest_tags(tag: str, near: NearTags) -> None:
    assert near_tags(tag, TAGS) == near


def test_signatures_and_sboms_are_no_tags_to_name() -> None:
    beside = [f"sha256-{'a' * 64}{ending}" for ending in ("", ".sig", ".att", ".sbom")]
    assert near_tags("v1", beside) == NearTags()


def test_two_that_are_as_near_are_not_decided_between() -> None:
    assert near_tags("v1.0", ["1.0", "V1.0"]).meant == ""


def test_numbers_are_compared_as_numbers() -> None:
    assert near_tags("1.99", ["1.9", "1.10", "1.2"]).nearest == ("1.10", "1.9", "1.2")
