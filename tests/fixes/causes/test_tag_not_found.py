"""TagNotFound: the name that was meant, what ran, what has to be published again, a tag that exists."""

from __future__ import annotations

import pytest
from situations import (
    DIGEST,
    NO_TAG,
    WEB,
    deployment,
    fails,
    fixes,
    lines,
    node,
    revision,
    runs,
    shown,
)

from kubectl_imagepull.vocabulary.fix import Basis, Who

REGISTRY = "registry.example.com"
REPOSITORY = f"{REGISTRY}/shop/web"
UNKNOWN_TAG = '"${EXISTING_TAG:?a tag that exists}"'
UNVERIFIED = "The runtime also says 'not found' for a missing repository, and for a private one that is hidden."
PUSH = (
    f"Have {WEB} pushed, if a build should have done so: the kubelet picks it up within five minutes, and nothing "
    "else has to change.",
    [],
)


def set_to(image: str) -> str:
    return f"kubectl set image deployment/web app={image} -n shop"


def test_a_tag_that_nothing_is_known_of() -> None:
    first, push = fixes(deployment(fails(text=NO_TAG)))
    assert first.text == f"{REPOSITORY} has no tag v9: use one that exists."
    assert lines(first) == [f"skopeo list-tags docker://{REPOSITORY}", set_to(f"{REPOSITORY}:{UNKNOWN_TAG}")]
    assert (first.basis, first.notes, first.brief) == (Basis.GUESS, (), "Use an existing tag: v9 isn't there")
    assert (push.text, push.who) == (PUSH[0], Who.PUBLISHER)


def test_containerd_does_not_say_whether_the_repository_is_there() -> None:
    first = fixes(deployment(fails()))[0]
    assert first.text == f"{WEB} wasn't found: use a tag that exists."
    assert first.notes == (UNVERIFIED,)
    pinned = fixes(deployment(fails(f"{REPOSITORY}@{DIGEST}"), image=f"{REPOSITORY}@{DIGEST}"))[0]
    assert pinned.text == f"{REPOSITORY}@sha256:abababababab wasn't found: use a tag or digest that exists."


def test_the_revision_that_ran_comes_first() -> None:
    snapshot = deployment(fails(), ReplicaSet=[revision(8, "web-5a", f"{REPOSITORY}:v8", ready=2)])
    assert shown(snapshot) == [
        (
            f"Go back to revision 8 of deployment/web, which ran {REPOSITORY}:v8.",
            ["kubectl rollout undo deployment/web --to-revision=8 -n shop"],
        ),
        PUSH,
    ]
    other = shown(
        deployment(fails(), runs(f"{REPOSITORY}:v10"), ReplicaSet=[revision(8, "web-5a", f"{REPOSITORY}:v8", ready=2)])
    )
    assert other[1] == (
        f"{WEB} wasn't found: use a tag that exists. Known to exist: v8 and v10.",
        [set_to(f"{REPOSITORY}:v8")],
    )


def test_a_tag_that_the_namespace_runs_is_named() -> None:
    first = fixes(deployment(fails(), runs(f"{REPOSITORY}:v8")))[0]
    assert first.text == f"{WEB} wasn't found: use a tag that exists. Known to exist: v8."
    assert (lines(first), first.basis) == ([set_to(f"{REPOSITORY}:v8")], Basis.EVIDENCE)


def test_a_tag_of_another_namespace_comes_last_and_with_its_name() -> None:
    first, push, last = fixes(deployment(fails(), runs(f"{REPOSITORY}:v99-evil", namespace="tenant-evil")))
    assert "evil" not in "".join([first.text, *lines(first), push.text])
    assert (
        last.text == "Namespace tenant-evil uses tag v99-evil of it: use that one if you know that it is right for you."
    )
    assert (lines(last), last.basis) == ([set_to(f"{REPOSITORY}:v99-evil")], Basis.GUESS)


# -- did you mean ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("image", "running", "meant"),
    [
        ("nginx:latst", "nginx:latest", "docker.io/library/nginx:latest"),
        (f"{REGISTRY}/shop/wbe:v9", f"{REGISTRY}/shop/web:v8", WEB),
        ("registry.exmaple.com/shop/web:v9", f"{REGISTRY}/shop/api:v1", WEB),
        ("shop/web:v9", f"{REGISTRY}/shop/web:v8", WEB),
    ],
)
def test_a_name_near_to_one_that_runs_is_the_first_fix(image: str, running: str, meant: str) -> None:
    first = fixes(deployment(fails(image), runs(running), image=image))[0]
    assert first.text == f"{image} looks like a typo for {meant}: use that one."
    assert (lines(first), first.basis) == ([set_to(meant)], Basis.EVIDENCE)


def test_a_tag_that_lost_its_zero() -> None:
    image = f"{REPOSITORY}:1.1"
    first = fixes(deployment(fails(image), runs(f"{REPOSITORY}:1.10"), image=image))[0]
    assert first.text == (
        "The cluster has tag 1.10, which YAML reads as a number and prints as 1.1. Quote it where it is set, or pass "
        "it with --set-string."
    )
    assert lines(first) == [set_to(f"{REPOSITORY}:1.10")]


def test_a_name_that_another_namespace_proves_is_not_the_first_fix() -> None:
    image = f"{REGISTRY}/shop/wbe:v9"
    *before, last = fixes(deployment(fails(image), runs(WEB, namespace="other"), image=image))
    assert not any(WEB in line for fix in before for line in lines(fix))
    assert last.text == f"{image} looks like a typo for {WEB}, which namespace other uses: use that one."
    assert lines(last) == [set_to(WEB)]


@pytest.mark.parametrize(
    ("image", "text"),
    [
        (
            f"{REPOSITORY}:null",
            "The image's tag is null, which is printed for a value that was never set. Set it where the image is "
            "written, and check the variable or value that it comes from.",
        ),
        (
            f"{REPOSITORY}:true",
            "YAML read the tag as a boolean: it was on, yes or true, and is printed as true. Quote it where the "
            "image is written.",
        ),
        (
            f"{REPOSITORY}:main-",
            "The image's tag is main-: what belongs behind it was never set. Set it where the image is written, and "
            "check the variable or value that it comes from.",
        ),
        (
            f"{REPOSITORY}:__TAG__",
            "__TAG__ is a placeholder: write the real value where the image is written.",
        ),
    ],
)
def test_a_tag_that_tells_how_it_came_about(image: str, text: str) -> None:
    first = fixes(deployment(fails(image), image=image))[0]
    assert first.text == text
    assert lines(first)[1] == set_to(f"{REPOSITORY}:{UNKNOWN_TAG}")


def test_two_registries_in_one_name() -> None:
    image = f"{REGISTRY}/{REGISTRY}/shop/web:v9"
    first = fixes(deployment(fails(image), image=image))[0]
    assert lines(first) == [set_to(WEB)]
    assert first.text.startswith(f"{REGISTRY}/{REGISTRY} are two registries: ")


# -- what was there --------------------------------------------------------------------------------------------------


def test_an_image_that_runs_and_is_gone_is_published_again() -> None:
    image = f"{REPOSITORY}:v9@{DIGEST}"
    pods = [runs(image, name="web-6b-1", node="node-b"), runs(image, name="web-6b-2", node="node-c")]
    publish, from_node = fixes(deployment(fails(image), *pods, image=image))
    assert publish.text == (
        f"{REPOSITORY}:v9@sha256:abababababab runs in 2 pods, and is gone from {REGISTRY}: deleted, or removed by a "
        "retention rule. Have this digest pushed again, or publish a new one and use that."
    )
    assert publish.notes == (
        "Until then don't drain, restart or clean up nodes node-b and node-c: they still have it.",
    )
    assert (publish.who, publish.basis, publish.commands) == (Who.PUBLISHER, Basis.EVIDENCE, ())
    assert from_node.text == (
        "Or push it again from a node that still has it (node-b and node-c): someone with access to that node can "
        "export it from the runtime, load it elsewhere and push it."
    )


def test_where_the_policy_is_always_and_the_node_has_the_image_it_may_start_that() -> None:
    one = fails(container={"imagePullPolicy": "Always"})
    stop_gap, publish, _ = fixes(deployment(one, Node=[node("node-a", WEB)]))
    assert stop_gap.text == (
        f"{WEB} is gone from {REGISTRY}, and node node-a still has it: as a stopgap, let it start that copy, because "
        "pull policy Always asks the registry every time."
    )
    patch = '{"spec":{"template":{"spec":{"containers":[{"name":"app","imagePullPolicy":"IfNotPresent"}]}}}}'
    assert lines(stop_gap) == [f"kubectl patch deployment/web -n shop -p '{patch}'"]
    assert publish.text.startswith(f"{WEB} was pulled before, and is gone from {REGISTRY}: ")


def test_an_expired_tag_of_quay_is_brought_back_by_its_owner() -> None:
    image = "quay.io/acme/app:v1"
    text = "manifest unknown: Tag v1 was deleted or has expired. To pull, revive via time machine"
    first = fixes(deployment(fails(image, text), image=image))[0]
    assert first.text == (
        "quay.io says that tag v1 was deleted or has expired: the owner of acme/app can restore it from the "
        "repository's tag history."
    )
    assert first.who is Who.REGISTRY_OWNER


# -- whose image it is -----------------------------------------------------------------------------------------------


def test_nobody_is_told_to_push_an_official_image() -> None:
    image = "nginx:1.99"
    found = shown(deployment(fails(image, NO_TAG), image=image))
    assert found == [
        (
            "docker.io/library/nginx has no tag 1.99: use one that exists.",
            ["skopeo list-tags docker://docker.io/library/nginx", set_to(f"docker.io/library/nginx:{UNKNOWN_TAG}")],
        )
    ]


def test_a_name_without_registry_may_have_lost_it() -> None:
    image = "web:v9"
    first, second = fixes(deployment(fails(image), image=image))
    assert first.text == (
        "The image has no registry in its name, so docker.io/library/web is pulled from Docker Hub. If it is in "
        "another registry, write that in front of the name."
    )
    registry = '"${REGISTRY:?the registry and the path up to the name, such as registry.example.com/team}"'
    assert lines(first) == [set_to(f"{registry}/web:v9")]
    assert second.text == "docker.io/library/web:v9 wasn't found: use a tag that exists."


def test_an_image_without_a_tag_asks_for_latest() -> None:
    first = fixes(deployment(fails(REPOSITORY), image=REPOSITORY))[0]
    assert first.text == f"The image has no tag, so latest is pulled, and {REPOSITORY} has no latest: set a tag."
    assert first.brief == "Set a tag: shop/web has no latest"


def test_a_place_that_moved_offers_no_other_tag() -> None:
    image = "docker.io/bitnami/redis:7.0"
    (only,) = fixes(deployment(fails(image, NO_TAG), image=image))
    assert lines(only) == [set_to("docker.io/bitnamilegacy/redis:7.0")]


@pytest.mark.parametrize("host", ["harbor.corp.example", "acme.jfrog.io", "nexus.corp.example"])
def test_a_cache_answers_so_for_what_its_upstream_has(host: str) -> None:
    image = f"{host}/proxy/app:v1"
    last = fixes(deployment(fails(image, NO_TAG), image=image))[-1]
    assert last.text == (
        f"If {host}/proxy/app is a proxy or virtual repository, the tag may exist upstream: ask whoever runs {host} "
        "to check its login and its rate limit there."
    )


@pytest.mark.parametrize(
    ("tag", "other"), [("1.8.0", "v1.8.0"), ("v2.1", "2.1"), ("v9", ""), ("main-1.86.2", ""), ("latest", "")]
)
def test_a_version_may_be_written_with_or_without_a_v(tag: str, other: str) -> None:
    image = f"registry.example.com/shop/web:{tag}"
    first = fixes(deployment(fails(image), image=image))[0]
    note = f"Look for {other} in the list: some write versions that way."
    assert [each for each in first.notes if each.startswith("Look for ")] == ([note] if other else [])
