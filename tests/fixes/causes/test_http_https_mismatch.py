"""HttpHttpsMismatch: which side speaks plain HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from registry_failures import context, fails, lines, node, runs, texts, use_named_tasks

from kubectl_imagepull.fixes.causes import http_https_mismatch
from kubectl_imagepull.fixes.causes.http_https_mismatch import fixes
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix, Who

PLAIN = "http: server gave HTTP response to HTTPS client"
BY_HTTP = "failed to resolve image: unexpected status from HEAD request to http://{host}/v2/a/manifests/1: 400 Bad Request{error}"


@pytest.fixture(autouse=True)
def _tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_named_tasks(monkeypatch, http_https_mismatch)


def mixed(image: str, *more: JsonObject, error: str = PLAIN, nodes: Any = None, **spec: Any) -> list[Fix]:
    here = context(fails(error, image, **spec), *more, nodes=nodes or [node()])
    assert here.cause is Cause.HTTP_HTTPS_MISMATCH
    return list(fixes(here))


def test_a_registry_of_one_s_own_may_speak_plain_http() -> None:
    plain, serve = mixed("registry.corp.example:5000/a:1")
    assert plain.text == "plain_http"
    assert serve.text == (
        "For a permanent fix, ask whoever runs registry.corp.example:5000 to serve HTTPS, with a certificate that "
        "the nodes trust."
    )
    assert (serve.who, serve.brief) == (Who.REGISTRY_OWNER, "Have registry.corp.example:5000 serve HTTPS")


def test_a_vendor_never_does() -> None:
    between, ask = mixed("ghcr.io/a/b:1")
    assert between.text == (
        "ghcr.io speaks HTTPS, so something between node node-a and ghcr.io answers in its place: a proxy, or a "
        "network's login page. Make it let the nodes through."
    )
    assert (between.who, between.brief) == (Who.CLUSTER_ADMIN, "Find what answers in place of ghcr.io")
    assert ask.text == "run: Find what answers in place of ghcr.io"


def test_a_mirror_s_scheme_is_corrected() -> None:
    assert texts(mixed("nginx:1.25", asked="mirror.corp.example:5000"))[0] == "mirror"


def test_a_setting_that_says_http_for_what_speaks_https() -> None:
    (fix,) = mixed("registry.corp.example/a:1", error="", head=BY_HTTP)
    assert fix.text == (
        "The runtime on node node-a is configured to use http://registry.corp.example, but that speaks HTTPS: change "
        "it to https://."
    )
    assert lines(fix) == ["cat /etc/hosts.toml"]
    assert fix.brief == "Use https:// for registry.corp.example on node node-a"


def test_one_node_that_fails_alone_is_compared_and_gets_the_setting() -> None:
    both = [node(), node("node-b")]
    found = mixed("registry.corp.example/shop/web:v9", runs(), nodes=both)
    assert found[0].text == "compare_settings: Only node node-a fails, and the same image is pulled on node node-b"
    assert texts(found)[2:] == ["plain_http"]
