"""What a user may name."""

import pytest

from kubectl_imagepull.target import Target, TargetError, parse_target
from kubectl_imagepull.workload import Workload

CHAIN = (Workload("Pod", "web-1"), Workload("ReplicaSet", "web-6b"), Workload("Deployment", "web"))


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("web-1", Target("pod", "web-1")),
        ("po/web-1", Target("pod", "web-1")),
        ("Deploy/web", Target("deployment", "web")),
        ("deployments.apps/web", Target("deployment", "web")),
        ("sts/db", Target("statefulset", "db")),
        ("ds/log", Target("daemonset", "log")),
        ("cj/night", Target("cronjob", "night")),
        ("rollout/web", Target("rollout", "web")),
    ],
)
def test_types_have_kubectl_s_names(text: str, target: Target) -> None:
    assert parse_target(text) == target


@pytest.mark.parametrize("text", ["", "/", "deploy/", "/web", "a/b/c"])
def test_half_a_name_is_refused(text: str) -> None:
    with pytest.raises(TargetError, match="is neither a pod's name nor TYPE/NAME, such as deploy/web"):
        parse_target(text)


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
