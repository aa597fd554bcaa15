from __future__ import annotations

from clusters import IMAGE, at, failed, waiting
from runs.rollouts import (
    BAD,
    BY_DEPLOYMENT,
    CRASH,
    GOOD,
    NEW,
    NO_HOST,
    STILL,
    cluster,
    of_set,
)

from kubectl_imagepull.runs.wait_state import wait_state


def test_pods_that_stand_alike_share_a_line() -> None:
    pods = [
        of_set("a", "x", GOOD, 1),
        of_set("b", "x", BAD, 1),
        of_set("c", "x", BAD, 1),
        of_set("d", "x", {"app": CRASH}, 1),
        of_set("e", "x", NEW, 1),
        of_set("f", "x", {"app": waiting("ErrImagePull", NO_HOST)}, 1),
    ]
    events = [failed(at(40), name=name, uid=f"u-{name}") for name in ("b", "c")]
    state = wait_state(cluster(pods, events), BY_DEPLOYMENT)
    assert state.lines == (
        f"deployment/web: 2 of 6 pods: {STILL}",
        f"deployment/web: 1 of 6 pods: still failing: DnsFailure: {IMAGE}",
        "deployment/web: 1 of 6 pods: pull fixed; now CrashLoopBackOff: back-off 10s restarting failed container=app pod=web-1_shop(u1)",
        "deployment/web: 1 of 6 pods: waiting: ContainerCreating",
        "deployment/web: 1 of 6 pods: Running",
    )
