"""ConnectionBroken: chance in a download, somebody's doing at the beginning of each try."""

from __future__ import annotations

from typing import Any

import pytest
from registry_failures import context, fails, lines, node, runs, texts, use_named_tasks

from kubectl_imagepull.fixes.causes import connection_broken
from kubectl_imagepull.fixes.causes.connection_broken import fixes
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Who

RESET = "read tcp 10.0.0.9:4->198.51.100.7:443: read: connection reset by peer"
DOWNLOAD = f"failed to copy: {RESET}{{error}}"


@pytest.fixture(autouse=True)
def _tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_named_tasks(monkeypatch, connection_broken)


def broken(error: str, image: str, *more: JsonObject, nodes: Any = None, **spec: Any) -> list[Fix]:
    here = context(fails(error, image, **spec), *more, nodes=nodes or [node()])
    assert here.cause is Cause.CONNECTION_BROKEN
    return list(fixes(here))


def test_a_registry_of_one_s_own_that_hangs_up() -> None:
    owner, wait, ask = broken("EOF", "registry.corp.example/a:1")
    assert owner.text == (
        "registry.corp.example closed the connection without answering: check the log and the timeouts of the "
        "registry and of the proxy or load balancer in front of it."
    )
    assert owner.who is Who.REGISTRY_OWNER
    assert owner.notes == (
        "A firewall between node node-a and registry.corp.example that filters by host name looks the same.",
    )
    assert (wait.who, wait.text) == (
        Who.NOBODY,
        "A single broken connection may be a glitch: the kubelet retries by itself within five minutes.",
    )
    assert lines(ask) == ["curl -sSi --max-time 20 https://registry.corp.example/v2/"]


def test_a_vendor_does_not_hang_up_on_everybody() -> None:
    between = broken("EOF", "quay.io/a/b:1")[0]
    assert between.text == (
        "A firewall or proxy between node node-a and quay.io closes the connections to it: have it allow quay.io:443."
    )
    assert (between.who, between.basis) == (Who.CLUSTER_ADMIN, Basis.TEXT)
    both = broken("EOF", "quay.io/a/b:1", fails(RESET, "ghcr.io/a/b:1", name="x"))[0]
    assert both.text == (
        "A firewall or proxy between node node-a and quay.io closes the connections to it, and those to ghcr.io: "
        "have it allow quay.io:443."
    )
    assert both.basis is Basis.EVIDENCE


def test_a_download_that_breaks_is_tried_again() -> None:
    wait, owner, _ = broken("", "registry.corp.example/a:1", head=DOWNLOAD)
    assert (wait.who, wait.brief) == (Who.NOBODY, "Wait: the connection to registry.corp.example broke")
    assert owner.text == (
        "registry.corp.example closed the connection during the download: check the timeouts and size limits of the "
        "proxy or load balancer in front of it."
    )


def test_a_host_of_layers_is_not_the_reader_s_registry() -> None:
    head = (
        f'failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://{{host}}/x": {RESET}{{error}}'
    )
    found = broken("", "nginx:1.25", asked="production.cloudflare.docker.com", head=head)
    assert found[1].text == (
        "A firewall or proxy between node node-a and production.cloudflare.docker.com closes the connections to it: "
        "have it allow production.cloudflare.docker.com:443."
    )
    assert "mirror" not in texts(found)


def test_one_node_whose_connections_break_is_compared() -> None:
    found = broken("EOF", "registry.corp.example/shop/web:v9", runs(), nodes=[node(), node("node-b")])
    assert found[0].text == "run: Only node node-a fails, and the same image is pulled on node node-b"
    assert not any("look at the log" in text for text in texts(found))


def test_a_mirror_comes_first() -> None:
    assert broken("EOF", "nginx:1.25", asked="mirror.corp.example")[0].text == "mirror"
