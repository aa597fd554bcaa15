"""RateLimited: a login raises the limit, also one that lies there unused; else it heals by itself."""

from __future__ import annotations

from typing import Any

from refused import LIMITED, context_of, failing, fixes_of, holds, lines, login, texts

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Who

HUB = "https://index.docker.io/v1/"
WAIT = "Wait: the limit of docker.io resets by itself, and the kubelet retries every five minutes."
MIRROR = (
    "For a permanent fix, pull through your own mirror or cache: then each image is fetched from docker.io once "
    "for all nodes."
)
ANONYMOUS = (
    "The pull is anonymous, and Docker Hub allows 100 pulls in six hours for all nodes behind one address, 200 for a "
    "free account and no limit for a paid one. Create pull secret regcred-docker-io for docker.io in namespace shop "
    "and add it to deployment/web."
)


def limited(*secrets: JsonObject, names: tuple[str, ...] = (), text: str = LIMITED, **more: Any) -> FixContext:
    context = context_of(failing(more.pop("image", "nginx:1.27"), text, names, **more), secrets=secrets)
    assert context.cause is Cause.RATE_LIMITED
    return context


def test_without_a_login_one_is_made() -> None:
    assert texts(fixes_of(limited())) == [ANONYMOUS, WAIT, MIRROR]


def test_a_login_that_lies_unused_is_named_and_none_is_made() -> None:
    first, *others = fixes_of(limited(holds("regcred", {HUB: login()})))
    assert first.text == (
        "Add secret regcred to imagePullSecrets of deployment/web: it has credentials for docker.io, so that its "
        "pulls count against that account, not the node's address."
    )
    assert lines(first) == [
        """kubectl patch deployment/web -n shop -p '{"spec":{"template":{"spec":{"imagePullSecrets":[{"name":"regcred"}]}}}}'"""
    ]
    assert texts(others) == [WAIT, MIRROR]


def test_a_login_under_a_wrong_key_is_said_to_be_of_no_use() -> None:
    first, *_ = fixes_of(limited(holds("hub", {"hub.docker.com": login()}), names=("hub",)))
    assert first.text.startswith("Secret hub has no login for it, so the pull is anonymous, and Docker Hub allows")
    assert '"imagePullSecrets":[{"name":"hub"},{"name":"regcred-docker-io"}]' in lines(first)[1]


def test_an_accounts_own_limit_heals_or_is_raised_by_its_plan() -> None:
    first, second = fixes_of(limited(holds("hub", {HUB: login()}), names=("hub",)))
    assert first.text == (
        "Wait: the limit of docker.io resets by itself. It is the limit of the account in secret hub, which a plan "
        "of the registry can raise."
    )
    assert first.who is Who.NOBODY
    assert second.text == MIRROR


def container(**more: Any) -> JsonObject:
    return {"containers": [{"name": "app", "image": "nginx:1.27", **more}]}


def test_an_image_that_is_pulled_at_every_start_asks_less_with_if_not_present() -> None:
    asks = limited(spec=container(imagePullPolicy="Always"))
    assert texts(fixes_of(asks))[2] == (
        "Let container app use the node's copy of the image: Always asks the registry at every start."
    )
    assert lines(fixes_of(asks)[2]) == [
        """kubectl patch deployment/web -n shop -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","""
        """"imagePullPolicy":"IfNotPresent"}]}}}}'"""
    ]
    assert len(fixes_of(limited(spec=container(imagePullPolicy="IfNotPresent")))) == len(texts(fixes_of(limited())))
    moving = limited(image="nginx:latest", spec=container(image="nginx:latest", imagePullPolicy="Always"))
    assert not any("IfNotPresent" in line for fix in fixes_of(moving) for line in lines(fix))


def test_a_caches_limit_is_raised_by_no_secret_of_the_pod() -> None:
    text = "unexpected status from HEAD request to https://mirror.corp.example/v2/x/manifests/1?ns=docker.io: 429 Too Many Requests"
    found = texts(fixes_of(limited(holds("regcred", {HUB: login()}), text=text)))
    assert found == [
        "Wait: the limit of mirror.corp.example resets by itself, and the kubelet retries every five minutes.",
        "Ask whoever runs mirror.corp.example to give it a login at docker.io, or to raise its own limit: a pull "
        "secret in the pod doesn't help here.",
    ]


def test_other_registries_have_limits_of_their_own() -> None:
    first = texts(fixes_of(limited(image="public.ecr.aws/x/y:1")))[0]
    assert first.startswith(
        "The pull is anonymous, and without a login, Amazon ECR Public allows about one pull a second from an "
        "address. Create"
    )
    other = texts(fixes_of(limited(image="registry.example.com/x/y:1")))[0]
    assert other.startswith("The pull is anonymous, and registries allow more pulls with a login. Create")


def test_a_static_pod_can_only_wait() -> None:
    metadata = {"annotations": {"kubernetes.io/config.mirror": "x"}, "ownerReferences": []}
    assert texts(fixes_of(limited(metadata=metadata))) == [WAIT, MIRROR]
