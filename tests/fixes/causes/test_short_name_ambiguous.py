"""ShortNameAmbiguous: the name in full, or a registry that the nodes look into."""

from __future__ import annotations

import pytest
from fake_tasks import use_fake_tasks
from situations import deployment, fails, node, runs, shown

from kubectl_imagepull.fixes.causes import short_name_ambiguous

TEXT = "short-name resolution enforced but cannot prompt without a TTY: short name mode is enforcing, but image name returns ambiguous list"


@pytest.fixture(autouse=True)
def _fake_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_tasks(monkeypatch, short_name_ambiguous)


def test_the_name_is_written_in_full() -> None:
    full, search = shown(deployment(fails("nginx:1.25", TEXT), image="nginx:1.25"))
    assert full == (
        "The runtime doesn't guess which registry nginx:1.25 comes from: write it in front of the name. On Docker "
        "Hub it is docker.io/library/nginx:1.25.",
        ["kubectl set image deployment/web app=docker.io/library/nginx:1.25 -n shop"],
    )
    assert search == (
        "TASK run: Or let the node search one registry for short names (unqualified-search-registries)",
        ["grep -rn unqualified-search-registries /etc/containers/"],
    )


def test_the_registry_that_the_namespace_takes_it_from() -> None:
    first = shown(
        deployment(fails("shop/web:v9", TEXT), runs("registry.example.com/shop/web:v8"), image="shop/web:v9")
    )[0]
    assert first[1] == ["kubectl set image deployment/web app=registry.example.com/shop/web:v9 -n shop"]


def test_openshift_sets_it_for_all_nodes() -> None:
    nodes = [node("node-a", labels={"node.openshift.io/os_id": "rhcos"})]
    search = shown(deployment(fails("nginx:1.25", TEXT), image="nginx:1.25", Node=nodes))[1]
    assert search == (
        "Or let all nodes search one registry for short names, with containerRuntimeSearchRegistries in the "
        "cluster's image configuration. Any short name then resolves to whatever is published under it there.",
        ["oc edit image.config.openshift.io/cluster"],
    )
