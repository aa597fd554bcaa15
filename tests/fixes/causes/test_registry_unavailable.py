"""RegistryUnavailable: whom to wait for, and whom to ask."""

from __future__ import annotations

from typing import Any

import pytest
from registry_failures import context, fails, lines, node, texts, use_named_tasks

from kubectl_imagepull.fixes.causes import registry_unavailable
from kubectl_imagepull.fixes.causes.registry_unavailable import fixes
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix, Where, Who

HEAD = (
    "failed to resolve image: unexpected status from HEAD request to https://{host}/v2/: 503 Service Unavailable{error}"
)


@pytest.fixture(autouse=True)
def _tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_named_tasks(monkeypatch, registry_unavailable)


def down(image: str, **spec: Any) -> list[Fix]:
    here = context(fails("", image, head=HEAD, **spec), nodes=[node()])
    assert here.cause is Cause.REGISTRY_UNAVAILABLE
    return list(fixes(here))


def test_a_vendor_is_waited_for() -> None:
    wait, ask = down("nginx:1.25", asked="registry-1.docker.io")
    assert wait.text == (
        "docker.io answers with server errors (its status page: https://www.dockerstatus.com): the kubelet retries "
        "by itself within five minutes."
    )
    assert (wait.who, wait.brief) == (Who.NOBODY, "Wait: docker.io answers with server errors")
    assert lines(ask) == ["curl -sSi --max-time 20 https://registry-1.docker.io/v2/"]


@pytest.mark.parametrize(
    ("image", "page"),
    [
        ("ghcr.io/a/b:1", " (its status page: https://www.githubstatus.com)"),
        ("quay.io/a/b:1", " (its status page: https://status.redhat.com)"),
        ("registry.k8s.io/pause:3.10", ""),
    ],
)
def test_a_vendor_s_page_is_named_where_it_has_one(image: str, page: str) -> None:
    host = image.partition("/")[0]
    assert texts(down(image))[0].startswith(f"{host} answers with server errors{page}: the kubelet retries")


def test_a_registry_of_one_s_own_is_looked_at() -> None:
    owner, wait, _ = down("registry.corp.example/a:1")
    assert owner.text == (
        "registry.corp.example answers with server errors: ask whoever runs it to check its log, its storage, and "
        "the service behind its load balancer or Ingress."
    )
    assert (owner.who, owner.where) == (Who.REGISTRY_OWNER, Where.REGISTRY)
    assert wait.text.startswith("registry.corp.example answers with server errors: the kubelet retries by itself")


def test_a_store_that_layers_come_from_is_waited_for() -> None:
    wait, _ = down("registry.corp.example/a:1", asked="layers.s3.eu-west-1.amazonaws.com")
    assert wait.text == (
        "layers.s3.eu-west-1.amazonaws.com answers with server errors: the kubelet retries by itself within five "
        "minutes."
    )


def test_self_hosted_quay_has_no_vendor_s_page() -> None:
    assert not any("status.redhat.com" in text for text in texts(down("quay.corp.example/a/b:1")))


def test_harbor_wants_a_project() -> None:
    name = down("harbor.corp.example/web:v9")[0]
    assert name.text == (
        "harbor.corp.example/web:v9 has no project, and Harbor answers that with 500: write it as "
        "harbor.corp.example/PROJECT/web."
    )
    assert lines(name) == [
        'kubectl set image deployment/web app=harbor.corp.example/"${PROJECT:?the Harbor project that the image is in}"'
        "/web:v9 -n shop"
    ]
    assert down("harbor.corp.example/library/web:v9")[0].who is Who.REGISTRY_OWNER


def test_a_mirror_comes_first() -> None:
    found = texts(down("nginx:1.25", asked="mirror.corp.example"))
    assert found[0] == "mirror"
    assert found[1].startswith("mirror.corp.example answers with server errors: ask whoever runs it to check")
    assert not any("dockerstatus" in text for text in found)
