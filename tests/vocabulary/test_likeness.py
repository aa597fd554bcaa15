"""Which names are one with a typing mistake, and which are two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubectl_imagepull.vocabulary.likeness import edits, is_like_host, is_like_path, is_like_tag, is_like_word

WORDS = st.text(alphabet="abc-1", max_size=8)


@pytest.mark.parametrize(
    ("one", "other", "number"),
    [("web", "web", 0), ("wbe", "web", 1), ("we", "web", 1), ("wxb", "web", 1), ("", "ab", 2), ("abcd", "badc", 2)],
)
def test_edits(one: str, other: str, number: int) -> None:
    assert edits(one, other, 2) == number
    assert edits(one, other, 0) == min(number, 1)


@given(WORDS, WORDS)
def test_edits_are_the_same_both_ways(one: str, other: str) -> None:
    assert edits(one, other, 9) == edits(other, one, 9)
    assert (edits(one, other, 9) == 0) == (one == other)


@pytest.mark.parametrize(
    ("one", "other", "like"),
    [
        ("wbe", "web", True),
        ("webb", "web", True),
        ("frontent", "frontend", True),
        ("fontned", "frontend", False),
        ("frotnednt", "frontends", False),
        ("kafka-conect", "kafka-connect", True),
        ("orders", "order", True),
        ("api", "app", False),
        ("cart", "card", False),
        ("db", "dv", False),
        ("web1", "web2", False),
        ("web", "web", False),
    ],
)
def test_words(one: str, other: str, like: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert is_like_word(one, other) is like


@pytest.mark.parametrize(
    ("one", "other", "like"),
    [
        ("shop/wbe", "shop/web", True),
        ("shpo/web", "shop/web", True),
        ("web/shop", "shop/web", True),
        ("shpo/wbe", "shop/web", False),
        ("web", "shop/web", False),
        ("shop/web", "shop/web", False),
    ],
)
def test_paths(one: str, other: str, like: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert is_like_path(one, other) is like


@pytest.mark.parametrize(
    ("one", "other", "like"),
    [
        ("registry.corp.exmaple", "registry.corp.example", True),
        ("registrycorp.example", "registry.corp.example", True),
        ("ghrc.io", "ghcr.io", True),
        ("localhost:3200", "localhost:32000", True),
        ("localhost:5001", "localhost:5000", False),
        ("registry.corp.example", "registry.corp.example:5000", True),
        ("registry.corp.exmaple:5000", "registry.corp.example", False),
        ("10.0.0.5:5000", "10.0.0.6:5000", False),
        ("111122223333.dkr.ecr.us-east-1.amazonaws.com", "111122223334.dkr.ecr.us-east-1.amazonaws.com", False),
        ("registry.corp.example", "registry.corp.example", False),
    ],
)
def test_hosts(one: str, other: str, like: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert is_like_host(one, other) is like


@pytest.mark.parametrize(
    ("one", "other", "like"),
    [
        ("latst", "latest", True),
        ("Latest", "latest", True),
        ("1.2.3", "v1.2.3", True),
        ("1-2-3", "1.2.3", True),
        ("1.2.3+build.7", "1.2.3-build.7", True),
        ("1.25-apline", "1.25-alpine", True),
        ("1.1", "1.10", True),
        ("7", "007", True),
        ("true", "on", True),
        ("7b082e9", "7b082e9c1d4f", True),
        ("7b082e9", "7b082e8", False),
        ("2024010", "20240101", False),
        ("v1.2.3", "v1.2.4", False),
        ("v9", "v8", False),
        ("1.10", "1.1", False),
        ("1.25a", "1.25b", False),
        ("v1-rc", "v1-dev", False),
        ("v1", "v1", False),
    ],
)
def test_tags(one: str, other: str, like: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert is_like_tag(one, other) is like
