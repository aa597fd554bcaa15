"""Did you mean: names near to those that the cluster proves, and nothing else."""

from __future__ import annotations

import pytest
from clusters import cluster
from situations import DIGEST, NO_HOST, NO_TAG, deployment, fails, held, node, owned_by, runs, said, template

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot

REGISTRY = "registry.corp.example"
NO_LOGIN = "failed to authorize: authorization failed: no basic auth credentials"
REFUSED = 'failed to do request: Head "http://{host}/v2/": dial tcp 127.0.0.1:3200: connect: connection refused'
HIDDEN = (
    "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope"
)


def near(*pods: JsonObject, **kinds: list[JsonObject]) -> tuple[Evidence, ...]:
    return said(cluster(list(pods), **kinds), Check.NEAR_NAME)


def meant(about: str, reference: str, proven: str, text: str, namespace: str = "") -> tuple[Evidence, ...]:
    return (Evidence(Check.NEAR_NAME, Result.INFO, text, about, (reference, proven), namespace),)


def test_a_host_near_to_one_that_runs() -> None:
    one = fails("registry.corp.exmaple/shop/web:v9", NO_HOST)
    assert near(one, runs(f"{REGISTRY}/shop/api:1")) == meant(
        "host",
        f"{REGISTRY}/shop/web:v9",
        REGISTRY,
        "registry.corp.exmaple looks like a typo for registry.corp.example, which pod shop/api-1 uses",
    )


def test_a_port_near_to_one_that_a_node_has_images_of() -> None:
    one = fails("localhost:3200/app:1", REFUSED)
    assert near(one, Node=[node("node-b", "localhost:32000/other:2")]) == meant(
        "host",
        "localhost:32000/app:1",
        "localhost:32000",
        "localhost:3200 looks like a typo for localhost:32000, which node node-b has in its image list",
    )


def test_a_registry_that_was_left_out() -> None:
    assert near(fails("shop/web:v9", HIDDEN), runs(f"{REGISTRY}/shop/web:v8")) == meant(
        "host",
        f"{REGISTRY}/shop/web:v9",
        f"{REGISTRY}/shop/web",
        "shop/web:v9 looks like a typo for registry.corp.example/shop/web, which pod shop/api-1 uses",
    )
    one_word = fails("web:v9", HIDDEN)
    assert near(one_word, runs(f"{REGISTRY}/shop/web:v8")) == (), "of that name there are many"
    assert near(one_word, runs(f"{REGISTRY}/shop/web:v9"))[0].values[0] == f"{REGISTRY}/shop/web:v9"
    assert near(fails("docker.io/shop/web:v9", HIDDEN), runs(f"{REGISTRY}/shop/web:v8")) == ()


@pytest.mark.parametrize("text", [NO_TAG, HIDDEN, NO_LOGIN])
def test_a_repository_near_to_one_that_runs(text: str) -> None:
    one = fails(f"{REGISTRY}/shop/wbe:v9", text)
    assert near(one, runs(f"{REGISTRY}/shop/web:v8")) == meant(
        "repository",
        f"{REGISTRY}/shop/web:v9",
        f"{REGISTRY}/shop/web",
        (
            "registry.corp.example/shop/wbe looks like a typo for registry.corp.example/shop/web, which pod "
            "shop/api-1 uses"
        ),
    )


def test_a_project_that_was_left_out() -> None:
    found = near(fails(f"{REGISTRY}/web:v9"), runs(f"{REGISTRY}/shop/web:v8"))
    assert found[0].values == (f"{REGISTRY}/shop/web:v9", f"{REGISTRY}/shop/web")


def test_a_project_of_openshift_s_registry_is_a_namespace() -> None:
    internal = "image-registry.openshift-image-registry.svc:5000"
    one = fails(f"{internal}/billign/app:1", NO_LOGIN)
    spaces = [{"metadata": {"name": name}} for name in ("billing", "shop")]
    assert near(one, Namespace=spaces) == meant(
        "repository",
        f"{internal}/billing/app:1",
        "namespace billing",
        f"{internal}/billign/app looks like a typo for namespace billing, which there is",
    )
    assert near(fails(f"{internal}/shop/app:1", NO_LOGIN), Namespace=spaces) == ()


def test_a_tag_near_to_one_that_runs() -> None:
    assert near(fails("nginx:latst"), runs("nginx:latest")) == meant(
        "tag",
        "docker.io/library/nginx:latest",
        "latest",
        ("latst looks like a typo for latest, which pod shop/api-1 uses"),
    )
    assert near(fails(f"{REGISTRY}/a:v1.2.3"), runs(f"{REGISTRY}/a:v1.2.4")) == ()
    assert near(fails(f"{REGISTRY}/a:1.1"), runs(f"{REGISTRY}/a:1.10"))[0].values[0] == f"{REGISTRY}/a:1.10"


def test_a_tag_with_a_plus_is_near_to_the_one_that_was_pushed() -> None:
    text = "Failed to apply default image tag: couldn't parse image name: invalid reference format"
    one = fails(f"{REGISTRY}/a:1.2.3+build.7", text, reason="InvalidImageName")
    assert near(one, runs(f"{REGISTRY}/a:1.2.3-build.7"))[0].values[0] == f"{REGISTRY}/a:1.2.3-build.7"


def test_a_digest_that_was_cut_short() -> None:
    text = "Failed to apply default image tag: couldn't parse image name: invalid checksum digest length"
    one = fails(f"{REGISTRY}/a@{DIGEST[:20]}", text, reason="InvalidImageName")
    whole = f"{REGISTRY}/a@{DIGEST}"
    assert near(one, Node=[node("node-b", whole)])[0].values == (whole, DIGEST)
    short = fails(f"{REGISTRY}/a@sha256:ab", text, reason="InvalidImageName")
    assert near(short, Node=[node("node-b", whole)]) == ()


def test_a_revision_that_ran_proves_a_name_too() -> None:
    set_before = held(
        "ReplicaSet",
        "web-5a",
        owner=owned_by("Deployment", "web"),
        spec=template(f"{REGISTRY}/shop/web:v8"),
        status={"readyReplicas": 1},
    )
    wrong = f"{REGISTRY}/shop/wbe:v9"
    snapshot: Snapshot = deployment(fails(wrong), image=wrong, ReplicaSet=[set_before])
    found = said(snapshot, Check.NEAR_NAME)
    assert [(item.text, item.values) for item in found] == [
        (
            f"{wrong.removesuffix(':v9')} looks like a typo for {REGISTRY}/shop/web, which an earlier revision used",
            (f"{REGISTRY}/shop/web:v9", f"{REGISTRY}/shop/web"),
        )
    ]


# -- what proves nothing ---------------------------------------------------------------------------------------------


def test_another_namespace_is_said() -> None:
    one = fails(f"{REGISTRY}/shop/wbe:v9")
    (stranger,) = near(one, runs(f"{REGISTRY}/shop/web:v9", namespace="other"))
    assert stranger.namespace == "other"
    many = [runs(f"{REGISTRY}/shop/web:v9", namespace=name) for name in ("a", "b", "c")]
    assert near(one, *many)[0].namespace == ""
    own = runs(f"{REGISTRY}/shop/wbee:v9")
    assert near(one, runs(f"{REGISTRY}/shop/web:v9", namespace="other"), own)[0].values[1] == f"{REGISTRY}/shop/wbee"


def test_official_images_and_vendors_hosts_are_nobody_s_own() -> None:
    assert near(fails("ngnix:1.25"), runs("nginx:1.25", namespace="other"))[0].namespace == ""
    host = near(fails("qauy.io/acme/app:1", NO_HOST), runs("quay.io/evil/x:1", namespace="other"))
    assert [(item.values[0], item.namespace) for item in host] == [("quay.io/acme/app:1", "")]


@pytest.mark.parametrize(
    "pods",
    [
        [runs(f"{REGISTRY}/shop/wbe:v8"), runs(f"{REGISTRY}/shop/web:v8", name="b-1")],
        [runs(f"{REGISTRY}/shop/web:v8"), runs(f"{REGISTRY}/shop/wbee:v8", name="b-1")],
        [runs("other.example/shop/web:v9")],
        [fails(f"{REGISTRY}/shop/web:v9", name="web-6b-y")],
        [],
    ],
    ids=["the repository is there", "two are as near", "another registry", "it fails as well", "nothing runs"],
)
def test_nothing_is_near(pods: list[JsonObject]) -> None:
    assert near(fails(f"{REGISTRY}/shop/wbe:v9"), *pods) == ()


def test_what_was_pulled_under_its_name_is_no_mistake() -> None:
    same = f"{REGISTRY}/shop/wbe:v9"
    assert near(fails(same), runs(f"{REGISTRY}/shop/web:v9"), Node=[node("node-b", same)]) == ()


def test_a_host_that_other_images_come_from_is_right() -> None:
    pods = [runs("registry.corp.exmaple/x:1"), runs(f"{REGISTRY}/y:1", name="y-1")]
    assert near(fails("registry.corp.exmaple/shop/web:v9", NO_HOST), *pods) == ()


def test_where_nothing_may_be_pulled_only_the_node_s_own_images_are_near() -> None:
    text = 'Container image "shpo-web:dev" is not present with pull policy of Never'
    one = fails("shpo-web:dev", text, reason="ErrImageNeverPull")
    assert near(one, runs("shop-web:dev"), Node=[node("node-b", "shop-web:dev")]) == ()
    assert near(one, Node=[node("node-a", "shop-web:dev")])[0].values[0] == "docker.io/library/shop-web:dev"


# -- pull secrets ----------------------------------------------------------------------------------------------------


def secret(name: str, kind: str = "kubernetes.io/dockerconfigjson") -> JsonObject:
    return {"metadata": {"name": name, "namespace": "shop"}, "type": kind, "data": {}}


def test_a_secret_near_to_one_of_the_namespace() -> None:
    one = fails(text=NO_LOGIN, spec={"imagePullSecrets": [{"name": "regcerd"}]})
    assert near(one, Secret=[secret("regcred"), secret("regcreds", "Opaque")]) == (
        Evidence(
            Check.NEAR_NAME,
            Result.INFO,
            "secret regcerd looks like a typo for regcred, a pull secret of this namespace",
            "secret",
            ("regcred", "regcerd"),
        ),
    )
    assert near(one, Secret=[secret("other")]) == ()


def test_a_secret_near_to_one_that_other_pods_name() -> None:
    one = fails(text=NO_LOGIN, spec={"imagePullSecrets": [{"name": "regcerd"}]})
    other = runs("registry.example.com/a:1", phase="Running")
    other["spec"]["imagePullSecrets"] = [{"name": "regcred"}]
    found = near(one, other, Secret=[secret("unrelated")])
    assert [item.text for item in found] == ["secret regcerd looks like a typo for regcred, which other pods use"]
