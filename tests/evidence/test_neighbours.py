"""Neighbours: what other pods and nodes say about an image and its registry."""

from __future__ import annotations

from typing import Any

import pytest
from clusters import IMAGE, at, cluster, pod, waiting

from kubectl_imagepull.evidence.checks import Evidence, Result
from kubectl_imagepull.evidence.neighbours import Neighbours, cause_of_neighbour, look_at_neighbours
from kubectl_imagepull.failures.finding import find_failures
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot, Source
from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.vocabulary.causes import Cause

REGISTRY = "registry.example.com"
DIGEST = "sha256:" + "a" * 64
MISSING = "failed to resolve reference: {image}: not found"
UNTRUSTED = 'failed to do request: Head "https://registry.example.com/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority'
DENIED = "failed to authorize: authorization failed: no basic auth credentials"


def fails(
    name: str = "web-1", text: str | None = UNTRUSTED, node: str = "node-a", image: str = IMAGE, **more: Any
) -> JsonObject:
    """A pod that can't get its image, and what it says about it."""
    back_off = f'Back-off pulling image "{image}"'
    message = f"{back_off}: ErrImagePull: failed to pull image: {text.format(image=image)}" if text else back_off
    return _pod(name, waiting("ImagePullBackOff", message, imageID=""), node, image, **more)


def runs(
    name: str, node: str = "node-b", image: str = IMAGE, state: JsonObject | None = None, **more: Any
) -> JsonObject:
    """A pod that runs."""
    state = state or {"state": {"running": {"startedAt": at(1)}}}
    status = {"imageID": f"{image.rpartition(':')[0]}@{DIGEST}", **state}
    return _pod(name, status, node, image, **more)


def _pod(name: str, status: JsonObject, node: str, image: str, **more: Any) -> JsonObject:
    secrets = more.pop("secrets", ())
    spec = {"nodeName": node, "imagePullSecrets": [{"name": secret} for secret in secrets], **more.pop("spec", {})}
    started = more.pop("started", at(30))
    return pod(name, {"app": status}, image=image, spec=spec, status={"startTime": started}, **more)


def holds(name: str, *images: str) -> JsonObject:
    """A node with these images."""
    return {"metadata": {"name": name}, "status": {"images": [{"names": [image]} for image in images]}}


def look(*pods: JsonObject, snapshot: Snapshot | None = None, **kinds: list[JsonObject]) -> dict[str, list[str]]:
    """The texts about the first failure, by check."""
    texts: dict[str, list[str]] = {}
    for item in evidence(*pods, snapshot=snapshot, **kinds):
        assert item.result is Result.INFO
        texts.setdefault(item.check, []).append(item.text)
    return texts


def evidence(*pods: JsonObject, snapshot: Snapshot | None = None, **kinds: list[JsonObject]) -> tuple[Evidence, ...]:
    snapshot = snapshot or cluster(list(pods), **kinds)
    index = indexed(snapshot)
    failure = find_failures(snapshot)[0]
    return look_at_neighbours(failure, classify(failure.texts[0].text), index)


def indexed(snapshot: Snapshot) -> Neighbours:
    found = [(failure, classify(failure.texts[0].text)) for failure in find_failures(snapshot)]
    return Neighbours(snapshot, found)


def test_a_failure_alone_has_no_neighbours() -> None:
    assert evidence(fails()) == ()


# -- the same image ------------------------------------------------------------------------------------------------


def test_an_image_that_runs_on_another_node_fails_only_here() -> None:
    assert look(fails(), runs("web-2")) == {
        "SameImageElsewhere": ["this image runs in shop/web-2 since 11:30 UTC, on node node-b"],
        "OnlyThisNode": [
            "this image runs on node node-b and fails only on node node-a: look for a difference on node-a"
        ],
    }


def test_the_other_nodes_stand_in_the_values() -> None:
    found = evidence(fails(), runs("web-2"), runs("web-3", "node-c"), runs("web-4", "node-c"))
    only = next(item for item in found if item.check == "OnlyThisNode")
    assert (only.about, only.values) == ("node-a", ("node-b", "node-c"))
    assert only.text.startswith("this image runs on nodes node-b and node-c and fails only on node node-a: ")
    assert found[0].text == (
        "this image runs in 3 pods, the newest of them shop/web-2 since 11:30 UTC, on nodes node-b and node-c"
    )


def test_the_same_image_is_known_by_its_digest_and_however_it_is_abbreviated() -> None:
    short, full = "nginx", "docker.io/library/nginx:latest"
    assert "OnlyThisNode" in look(fails(image=short), runs("web-2", image=full))
    assert "SameImageElsewhere" not in look(fails(image=short), runs("web-2", image="docker.io/library/nginx:1.27"))


def test_an_image_that_fails_on_another_node_too_is_no_fault_of_this_node() -> None:
    assert look(fails(), fails("web-2", node="node-b"), fails("web-3", node="node-c"), runs("web-4", "node-d")) == {
        "SameImageElsewhere": [
            "this image runs in shop/web-4 since 11:30 UTC, on node node-d",
            "this image fails in 2 more pods, on nodes node-a, node-b and node-c, since 11:30 UTC, so it isn't just "
            "this node",
        ]
    }


def test_more_pods_on_this_node() -> None:
    assert look(fails(), fails("web-2", started=at(10))) == {
        "SameImageElsewhere": ["this image fails in 1 more pod, all on node node-a, since 11:10 UTC"]
    }


def test_an_image_that_was_pulled_long_ago_elsewhere_says_nothing_about_this_node() -> None:
    old = runs("web-2", started="2026-11-20T07:05:00Z")
    assert look(fails(), old) == {
        "SameImageElsewhere": [
            "this image runs in shop/web-2 since 20 Nov 07:05 UTC, on node node-b: "
            "it got the image before this failure began"
        ]
    }


def test_something_else_that_came_from_the_registry_since_then_is_a_witness() -> None:
    old = runs("web-2", started="2025-11-20T07:05:00Z")
    new = runs("api-1", image=f"{REGISTRY}/api:1")
    assert "OnlyThisNode" in look(fails(), old, new)
    assert "OnlyThisNode" not in look(fails(text=MISSING), old, new), "it says nothing about this tag"


def test_the_same_fault_of_the_registry_on_another_node_speaks_against_this_node() -> None:
    other = fails("api-1", node="node-c", image=f"{REGISTRY}/api:1")
    assert look(fails(), runs("web-2"), other) == {
        "SameImageElsewhere": ["this image runs in shop/web-2 since 11:30 UTC, on node node-b"],
        "SameRegistryElsewhere": [
            "1 other image of registry.example.com fails (TlsUnknownAuthority); TlsUnknownAuthority shows on node "
            "node-c too, so it isn't just this node"
        ],
    }


def test_a_pod_that_got_the_image_on_this_node_since_then_speaks_for_the_node() -> None:
    assert "OnlyThisNode" not in look(fails(), runs("web-2"), runs("web-3", "node-a", started=at(31)))
    assert "OnlyThisNode" in look(fails(), runs("web-2"), runs("web-3", "node-a", started=at(5)))


def test_a_crash_loop_has_its_image_and_a_container_without_image_id_has_not() -> None:
    crashing = {
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": {"startedAt": at(31), "exitCode": 1}},
    }
    assert look(fails(), runs("web-2", state=crashing))["SameImageElsewhere"] == [
        "this image ran in shop/web-2 since 11:30 UTC, on node node-b"
    ]
    broken = {"state": {"terminated": {"reason": "ContainerStatusUnknown", "exitCode": 137}}, "imageID": ""}
    assert evidence(fails(), runs("web-2", state=broken)) == ()


def test_what_was_read_of_one_namespace_is_said() -> None:
    whole = cluster([fails(), runs("web-2")])
    part = Snapshot(Source("cluster", "prod", "shop"), whole.objects, whole.now)
    assert look(snapshot=part)["OnlyThisNode"] == [
        "this image runs on node node-b and fails only on node node-a (only namespace shop was read): look for a "
        "difference on node-a"
    ]


# -- credentials ---------------------------------------------------------------------------------------------------


def test_an_image_that_runs_in_another_namespace_with_another_secret() -> None:
    assert look(fails(text=DENIED), runs("ledger-1", namespace="payments", secrets=("regcred",))) == {
        "SameImageElsewhere": [
            "this image runs in payments/ledger-1 since 11:30 UTC, on node node-b, where the pod in namespace "
            "payments has pull secret regcred and this one has none"
        ]
    }


def test_an_image_that_runs_in_this_namespace_with_another_secret() -> None:
    assert look(fails(text=DENIED, secrets=("old",)), runs("api-1", secrets=("regcred", "more"))) == {
        "SameImageElsewhere": [
            "this image runs in shop/api-1 since 11:30 UTC, on node node-b, where the pod has pull secret more and "
            "regcred and this one has pull secret old"
        ]
    }


def test_the_same_credentials_on_another_node_point_at_this_node() -> None:
    texts = look(fails(text=DENIED, secrets=("regcred",)), runs("api-1", secrets=("regcred",)))
    assert texts["SameImageElsewhere"] == [
        "this image runs in shop/api-1 since 11:30 UTC, on node node-b, "
        "with the same namespace and pull secrets as here, so the credentials alone don't explain it"
    ]
    assert "OnlyThisNode" in texts


# -- node image lists ----------------------------------------------------------------------------------------------


def test_an_image_that_this_node_has() -> None:
    here = [holds("node-a", IMAGE)]
    assert look(fails(), Node=here)["SameImageElsewhere"] == ["node node-a has this image in its image list"]
    always = {"containers": [{"name": "app", "image": IMAGE, "imagePullPolicy": "Always"}]}
    assert look(fails(spec=always), Node=here)["SameImageElsewhere"] == [
        "node node-a has this image in its image list; the pull policy Always asks the registry anyway"
    ]
    assert look(fails(text=DENIED), Node=here)["SameImageElsewhere"] == [
        "node node-a has this image in its image list; since Kubernetes 1.35 the kubelet requires credentials that "
        "may pull it anyway"
    ]


def test_an_image_that_only_other_nodes_have() -> None:
    assert look(fails(), Node=[holds("node-b", IMAGE), holds("node-c", "other")])["SameImageElsewhere"] == [
        "this image is in the image list of node node-b, so it could be pulled there once"
    ]


# -- the registry --------------------------------------------------------------------------------------------------


def test_other_images_of_the_registry() -> None:
    pods = [
        fails(text=MISSING),
        runs("a-1", image=f"{REGISTRY}/a:1", started=at(20)),
        runs("b-1", image=f"{REGISTRY}/b:1", started=at(10)),
        fails("c-1", text=DENIED, image=f"{REGISTRY}/c:1"),
        fails("d-1", text=MISSING, image=f"{REGISTRY}/d:1"),
        fails("e-1", text=MISSING, image=f"{REGISTRY}/e:1"),
        fails("f-1", text=MISSING, image="other.example.com/f:1"),
    ]
    assert look(*pods)["SameRegistryElsewhere"] == [
        "2 other images of registry.example.com run, the newest since 11:20 UTC on node node-b, "
        "and 3 others fail (TagNotFound and NoCredentials)"
    ]


def test_a_pod_that_started_here_since_then_says_that_the_registry_is_reached() -> None:
    later = runs("a-1", "node-a", image=f"{REGISTRY}/a:1", started=at(40))
    assert look(fails(), later)["SameRegistryElsewhere"] == [
        "1 other image of registry.example.com runs, the newest since 11:40 UTC on node node-a; since this failure "
        "began, shop/a-1 could start from it on this node"
    ]


# -- tags ----------------------------------------------------------------------------------------------------------


def test_tags_that_run_stand_before_those_on_nodes_and_newer_ones_first() -> None:
    names = [f"{REGISTRY}/team/app:{tag}" for tag in ("1.9.0", "1.10.0", "1.11.0-rc1", "latest")]
    found = evidence(
        fails(text=MISSING),
        runs("old-1", image=f"{REGISTRY}/team/app:1.1.0"),
        Node=[holds("node-b", *names, f"{REGISTRY}/team/app@{DIGEST}", f"{REGISTRY}/team/application:7", IMAGE)],
    )
    known = next(item for item in found if item.check == "KnownTags")
    assert known.text == (
        "registry.example.com/team/app is known to have the tags 1.1.0 (runs in shop/old-1), 1.10.0 (on node node-b), "
        "1.9.0 (on node node-b), 1.11.0-rc1 (on node node-b) and latest (on node node-b)"
    )
    assert known.about == "registry.example.com/team/app"
    assert known.values == tuple(
        f"{REGISTRY}/team/app:{tag}" for tag in ("1.1.0", "1.10.0", "1.9.0", "1.11.0-rc1", "latest")
    )


def test_a_tag_that_is_missing_by_now_is_not_known() -> None:
    gone = f"{REGISTRY}/team/app:1.2.2"
    pods = [fails(text=MISSING), fails("old-1", text=MISSING, image=gone), runs("old-2", image=gone)]
    assert "KnownTags" not in look(*pods, Node=[holds("node-a", IMAGE, gone)])


@pytest.mark.parametrize("image", [f"{REGISTRY}/Team/App:1.2.3", f"{REGISTRY}/team/app:{{{{ tag }}}}"])
def test_tags_are_known_for_a_name_that_breaks_the_grammar(image: str) -> None:
    one = pod(
        "web-1", {"app": waiting("InvalidImageName", f'Failed to apply default image tag "{image}": x')}, image=image
    )
    assert look(one, runs("old-1"))["KnownTags"] == [
        "registry.example.com/team/app is known to have the tag 1.2.3 (runs in shop/old-1)"
    ]


def test_tags_are_no_matter_where_the_network_fails() -> None:
    assert "KnownTags" not in look(fails(), runs("old-1", image=f"{REGISTRY}/team/app:1.2.2"))


# -- a cause from a neighbour --------------------------------------------------------------------------------------


def resolved(*pods: JsonObject) -> Cause | None:
    snapshot = cluster(list(pods))
    found = cause_of_neighbour(find_failures(snapshot)[0], indexed(snapshot))
    return found[1].cause if found else None


def test_a_neighbour_with_the_same_image_and_node_tells_the_cause() -> None:
    assert resolved(fails(text=None), fails("web-2")) is Cause.TLS_UNKNOWN_AUTHORITY
    assert resolved(fails(text=None), fails("web-2", text=None)) is None
    assert resolved(fails(text=None), fails("web-2", node="node-b")) is None
    assert resolved(fails(text=None), fails("web-2", image=f"{REGISTRY}/other:1")) is None


def test_neighbours_that_disagree_tell_nothing() -> None:
    assert resolved(fails(text=None), fails("web-2"), fails("web-3", text=MISSING)) is None


def test_credentials_are_those_of_the_same_namespace_and_secrets_only() -> None:
    silent = fails(text=None, secrets=("a", "b"))
    assert resolved(silent, fails("web-2", text=DENIED, secrets=("b", "a"))) is Cause.NO_CREDENTIALS
    assert resolved(silent, fails("web-2", text=DENIED, secrets=("a",))) is None
    assert resolved(silent, fails("web-2", text=DENIED, secrets=("a", "b"), namespace="other")) is None


def test_what_is_one_pod_s_own_moment_tells_nothing() -> None:
    assert resolved(fails(text=None), fails("web-2", text="pull QPS exceeded")) is None


def test_wrong_types_do_no_harm() -> None:
    odd = pod("odd", {"app": {"state": {"running": {}}, "imageID": 7, "lastState": []}}, spec={"imagePullSecrets": "x"})
    nodes = [{"metadata": [], "status": {"images": [{"names": "x"}, {"names": [None, "<none>:<none>", "a b"]}, 3]}}, {}]
    assert evidence(fails(), odd, Node=nodes) == ()


MAYBE_PRIVATE = (
    "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: "
    "authorization failed"
)


def test_of_what_may_be_private_a_pod_with_another_login_proves_nothing_against_the_node() -> None:
    other = look(fails(text=MAYBE_PRIVATE), runs("api-1", secrets=("regcred",)))
    assert other == {
        "SameImageElsewhere": [
            "this image runs in shop/api-1 since 11:30 UTC, on node node-b, where the pod has pull secret regcred "
            "and this one has none"
        ]
    }
    assert "OnlyThisNode" in look(fails(text=MAYBE_PRIVATE), runs("api-1"))


def test_the_nodes_that_run_the_image_stand_in_the_values_and_no_others() -> None:
    pods = (fails(text=MAYBE_PRIVATE), runs("api-1"), fails("web-2", text=MAYBE_PRIVATE, uid="u2"))
    same = [item.values for item in evidence(*pods) if item.check == "SameImageElsewhere"]
    assert same == [("node-b",), ()]


def values(check: str, *pods: JsonObject) -> list[tuple[str, tuple[str, ...]]]:
    """What a check found about the first failure, as fixes take it."""
    return [(item.about, item.values) for item in evidence(*pods) if item.check == check]


def test_where_an_image_runs_and_what_else_of_its_registry_are_values() -> None:
    more = (runs("a"), runs("b", "node-c"), runs("c", image=f"{REGISTRY}/team/db:5"))
    assert values("SameImageElsewhere", fails(), *more) == [(IMAGE, ("node-b", "node-c"))]
    assert values("SameRegistryElsewhere", fails(), *more) == [(REGISTRY, (f"{REGISTRY}/team/db:5",))]


OTHER_NAMES = (
    'failed to do request: Head "https://registry.example.com/v2/": tls: failed to verify certificate: x509: certificate is '
    "valid for harbor.example.com, *.example.org, not registry.example.com"
)


def test_a_certificate_s_name_that_the_cluster_pulls_from_is_found() -> None:
    more = (runs("a", image="harbor.example.com:8443/team/app:1"), runs("b", image="quay.io/team/app:1"))
    found = [item for item in evidence(fails(text=OTHER_NAMES), *more) if item.about == "harbor.example.com:8443"]
    assert [(item.text, item.values) for item in found] == [
        (
            "the certificate is for harbor.example.com, and 1 image of harbor.example.com:8443 runs",
            ("harbor.example.com:8443/team/app:1",),
        )
    ]
    assert not any(item.about == "harbor.example.com:8443" for item in evidence(fails(), *more))
