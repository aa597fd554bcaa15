"""What a user may name."""

import pytest

from kubectl_imagepull.runs.target import Target, TargetError, hint_for, parse_target, parse_targets, unsupported
from kubectl_imagepull.vocabulary.workload import Workload

CHAIN = (Workload("Pod", "web-1"), Workload("ReplicaSet", "web-6b"), Workload("Deployment", "web"))


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("web-1", Target("pod", "web-1")),
        ("po/web-1", Target("pod", "web-1")),
        ("Deploy/web", Target("deployment", "web")),
        ("deployments.apps/web", Target("deployment", "web")),
        ("deployment.apps/web", Target("deployment", "web")),
        ("deployments.v1.apps/web", Target("deployment", "web")),
        ("pod/web-1", Target("pod", "web-1")),
        ("rs/web-6b", Target("replicaset", "web-6b")),
        ("rc/old", Target("replicationcontroller", "old")),
        ("job/build", Target("job", "build")),
        ("sts/db", Target("statefulset", "db")),
        ("ds/log", Target("daemonset", "log")),
        ("cj/night", Target("cronjob", "night")),
        ("rollout/web", Target("rollout", "web")),
        ("shop/deployment/web", Target("deployment", "web", "shop")),
        ("shop/po/web-1", Target("pod", "web-1", "shop")),
    ],
)
def test_types_have_kubectl_s_names(text: str, target: Target) -> None:
    assert parse_target(text) == target


@pytest.mark.parametrize("text", ["", "/", "deploy/", "/web", "shop//web", "shop/deploy/", "a/b/c/d"])
def test_half_a_name_is_refused(text: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse_target(text)
    assert str(caught.value) == (
        f"{text!r} is neither a pod name nor TYPE/NAME, such as deploy/web, nor NAMESPACE/TYPE/NAME"
    )


def test_only_a_name_is_told_from_a_pod() -> None:
    assert [parse_target(text).untyped for text in ("web", "pod/web")] == [True, False]


def test_a_type_before_names_is_the_type_of_them_all() -> None:
    assert parse_targets(["deploy", "web", "api"]) == (Target("deployment", "web"), Target("deployment", "api"))
    assert parse_targets(["deployments.apps", "deploy"]) == (Target("deployment", "deploy"),)
    assert parse_targets(["web", "deploy"]) == (Target("pod", "web"), Target("pod", "deploy"))
    assert parse_targets(["pod/deploy", "web"]) == (Target("pod", "deploy"), Target("pod", "web"))
    assert parse_targets(["deploy"]) == (Target("pod", "deploy"),)
    assert parse_targets([]) == ()


def test_a_type_before_names_that_have_their_own_is_refused() -> None:
    with pytest.raises(TargetError) as caught:
        parse_targets(["deploy", "web", "sts/db"])
    assert str(caught.value) == (
        "'deploy' is the type of all names after it, and 'sts/db' has its own: "
        "write TYPE/NAME for each (a pod of that name is pod/NAME)"
    )


def test_a_type_that_is_not_looked_up_is_told_which_are() -> None:
    types = "pod, deployment, statefulset, daemonset, job, cronjob, replicaset, replicationcontroller"
    assert (
        unsupported(parse_target("svc/web"))
        == f"svc/web: 'svc' isn't a supported type: use {types}; a pod in a namespace is svc/pod/web"
    )
    assert unsupported(parse_target("shop/deplyoment/web")) == (
        f"shop/deplyoment/web: 'deplyoment' isn't a supported type: use {types}; did you mean shop/deployment/web?"
    )
    assert unsupported(parse_target("deploy/web")) == ""


def test_a_type_alone_wants_a_name() -> None:
    assert hint_for(parse_target("deploy")) == "; 'deploy' is a type: add a name, deploy/NAME"
    assert hint_for(parse_target("pod/deploy")) == hint_for(parse_target("web")) == ""


@pytest.mark.parametrize(
    ("target", "names"),
    [
        (Target("pod", "web-1"), True),
        (Target("deployment", "web"), True),
        (Target("replicaset", "web-6b"), True),
        (Target("pod", "web"), False),
        (Target("statefulset", "web"), False),
    ],
)
def test_a_target_names_a_pod_or_any_of_its_owners(target: Target, names: bool) -> None:  # noqa: FBT001 - a parameter
    assert target.names("web-1", CHAIN) is names


def test_a_target_of_a_namespace_names_nothing_of_another() -> None:
    target = Target("deployment", "web", "shop")
    assert target.names("web-1", CHAIN, "shop")
    assert not target.names("web-1", CHAIN, "dev")
    assert str(target) == "shop/deployment/web"
