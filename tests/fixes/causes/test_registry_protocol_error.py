"""RegistryProtocolError: who answered in the registry's place, or changes what is asked."""

from __future__ import annotations

from typing import Any

import pytest
from registry_failures import context, fails, lines, node, texts, use_named_tasks

from kubectl_imagepull.fixes.causes import registry_protocol_error
from kubectl_imagepull.fixes.causes.registry_protocol_error import fixes
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.ranking import fixes_for
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix, Where, Who

HEAD = (
    "failed to resolve image: unexpected status from HEAD request to https://{host}/v2/: 405 Method Not Allowed{error}"
)
PAGE = "Error response from daemon: Get \"https://{host}/v2/\": invalid character '<' looking for beginning of value{error}"
OTHER_REPOSITORY = (
    "Error response from daemon: name invalid: Requested repository does not match bearer token resource: a/b{error}"
)


@pytest.fixture(autouse=True)
def _tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_named_tasks(monkeypatch, registry_protocol_error)


def refused(image: str, head: str = HEAD, **spec: Any) -> list[Fix]:
    here = context(fails("", image, head=head, **spec), nodes=[node()])
    assert here.cause is Cause.REGISTRY_PROTOCOL_ERROR
    return list(fixes(here))


def test_something_answers_in_a_vendor_s_place() -> None:
    between, ask = refused("quay.io/a/b:1")
    assert between.text == (
        "quay.io speaks the registry protocol, so something between node node-a and quay.io changes its requests or "
        "answers in its place: a proxy, a filter, or a network's login page. Make it let the nodes through."
    )
    assert (between.who, between.where) == (Who.CLUSTER_ADMIN, Where.NODE)
    assert lines(ask) == ["curl -sSi --max-time 20 https://quay.io/v2/"]


def test_a_registry_of_one_s_own_is_looked_at_and_its_address_checked() -> None:
    owner, _, address = refused("registry.corp.example/a:1")
    assert owner.text == (
        "registry.corp.example doesn't answer as a registry does: ask whoever runs it to check that its proxy or "
        "load balancer passes HEAD and GET under /v2/ unchanged, with all headers, and that its token server grants "
        "the requested repository."
    )
    assert owner.brief == "Check what is in front of registry.corp.example"
    assert address.text == (
        "If registry.corp.example isn't the registry's address (a web page, another port, a missing path), use the "
        "registry's own host, port and path."
    )
    assert address.who is Who.YOU


def test_a_web_page_is_mostly_a_wrong_address() -> None:
    first = refused("registry.corp.example/a:1", PAGE)[0]
    assert first.text.startswith("If registry.corp.example isn't the registry's address (a web page")


def test_a_token_for_another_repository_is_the_work_of_a_mirror() -> None:
    owner = refused("registry.corp.example/a:1", OTHER_REPOSITORY)[0]
    assert owner.text == (
        "registry.corp.example granted a token for a different repository than requested: ask whoever runs it which "
        "proxy or mirror rewrites the path of one of the two requests."
    )


def test_a_mirror_comes_first() -> None:
    found = texts(refused("nginx:1.25", asked="mirror.corp.example"))
    assert found[0] == "mirror"
    assert found[1].startswith(
        "mirror.corp.example doesn't answer as a registry does: ask whoever runs it to check that its proxy"
    )


def test_a_mirror_without_https_is_the_node_s_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_protocol_error, "tasks_for", tasks_for)
    text = (
        'failed to resolve reference "ghcr.io/a/b:1": parse ":///mirror.example/ghcr.io/a/b/manifests/1?ns=ghcr.io": '
        "missing protocol scheme{error}"
    )
    talos = node(system="Talos (v1.6.7)", runtime="containerd://1.7.13", addresses=("10.10.10.11",))
    here = context(fails("", "ghcr.io/a/b:1", head=text), nodes=[talos])
    assert here.cause is Cause.REGISTRY_PROTOCOL_ERROR
    (only,) = fixes_for(here)
    assert only.text == (
        "A mirror that node node-a has for ghcr.io lacks https:// (or http://) before its host, so no registry was "
        "asked: correct the mirror of ghcr.io in the machine configuration of node node-a (Talos)."
    )
    assert lines(only) == ["talosctl -n 10.10.10.11 edit machineconfig --mode=no-reboot"]
    assert only.brief == "Write https:// before the mirror of ghcr.io"
