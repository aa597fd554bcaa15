"""The logins that the kubelet would send, with their values."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import datetime, timezone
from typing import Any

import pytest

from kubectl_imagepull.evidence.docker_config import login_under
from kubectl_imagepull.evidence.pull_logins import pull_logins
from kubectl_imagepull.kube.snapshot import Snapshot, Source
from kubectl_imagepull.vocabulary.image_reference import parse

NOW = datetime(2026, 11, 27, tzinfo=timezone.utc)
IMAGE = parse("registry.test/team/app:1")


def packed(value: Any) -> str:
    return b64encode(json.dumps(value).encode()).decode()


def secret(name: str, auths: dict[str, Any], kind: str = "kubernetes.io/dockerconfigjson") -> dict[str, Any]:
    key, value = (".dockercfg", auths) if kind.endswith("dockercfg") else (".dockerconfigjson", {"auths": auths})
    return {"metadata": {"name": name, "namespace": "shop"}, "type": kind, "data": {key: packed(value)}}


def entry(login: str) -> dict[str, str]:
    return {"auth": b64encode(login.encode()).decode()}


def values(names: list[str], *secrets: dict[str, Any]) -> list[tuple[str, str, str]]:
    snapshot = Snapshot(Source("cluster", "c"), {"Secret": list(secrets)}, NOW)
    return [(one.source, one.user, one.password) for one in pull_logins(IMAGE, names, "shop", snapshot)]


def test_what_matches_is_given_in_the_kubelets_order() -> None:
    short = secret("short", {"registry.test": entry("host:one"), "other.test": entry("x:y")})
    long = secret("long", {"registry.test/team": {"username": "path", "password": "two:colons"}})
    assert values(["short", "long"], short, long) == [
        ("secret long", "path", "two:colons"),
        ("secret short", "host", "one"),
    ]


@pytest.mark.parametrize(
    "held",
    [
        secret("s", {"registry.test": entry("joe:pw")}, kind="Opaque"),
        secret("s", {"other.test": entry("joe:pw")}),
        secret("s", {"registry.test": {}}),
        secret("s", {"registry.test": {"auth": "no base64!"}}),
        secret("s", {"evil.registry.test": entry("joe:pw"), "registry.test.evil": entry("joe:pw")}),
        {"metadata": {"name": "s", "namespace": "team-b"}, "type": "kubernetes.io/dockerconfigjson", "data": {}},
    ],
)
def test_what_the_kubelet_would_not_send_is_not_given(held: dict[str, Any]) -> None:
    assert values(["s"], held) == []


def test_one_malformed_secret_ends_the_pull_and_so_nothing_is_given() -> None:
    good = secret("good", {"registry.test": entry("joe:pw")})
    bad = secret("bad", {"registry.test": {"auth": "%"}})
    assert values(["good", "bad"], good, bad) == []


def test_the_old_form() -> None:
    assert values(["s"], secret("s", {"registry.test": entry("joe:pw")}, "kubernetes.io/dockercfg")) == [
        ("secret s", "joe", "pw")
    ]


def test_a_login_under_its_key() -> None:
    held = secret("s", {"https://registry.test/v1/": entry("joe:pw")})
    assert login_under(held, "https://registry.test/v1/") == ("joe", "pw")
    assert login_under(held, "registry.test") is None
    assert (
        login_under({"type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": packed([])}}, "x") is None
    )
    assert login_under({}, "x") is None
