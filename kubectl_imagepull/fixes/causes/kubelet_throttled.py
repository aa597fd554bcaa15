"""KubeletThrottled: the kubelet limits its own pulls."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_RUNTIME, Remedy, Runbook
from kubectl_imagepull.fixes.steps.registry_requests import wait_for_retry
from kubectl_imagepull.fixes.steps.workload_changes import change_spec
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who


def fixes(context: FixContext) -> Sequence[Fix]:
    """It heals by itself; for good, fewer pulls or a higher limit."""
    node = context.node.shown
    wait = wait_for_retry(
        f"{node.capitalize()} pulled too many images at once", short=("Wait: the kubelet throttles its own pulls",)
    )
    return [wait, *_pull_less(context), _allow_more(context)]


def _pull_less(context: FixContext) -> list[Fix]:
    """An image that is already on the node needs no pull, if its tag says which one it is."""
    pod = context.pod
    if pod.pull_policy != "Always" or not (context.image.has_own_tag or context.image.digest) or pod.is_ephemeral:
        return []
    text = (
        f"If it happens often, set imagePullPolicy: IfNotPresent in {context.workload.shown}: pods then start from "
        "the node's copy of the image and pull nothing."
    )
    spec = {pod.container_list: [{"name": pod.container, "imagePullPolicy": "IfNotPresent"}]}
    short = ("Set imagePullPolicy: IfNotPresent",)
    return [change_spec(context, spec).as_fix(text, basis=Basis.GUESS, short=short)]


def _allow_more(context: FixContext) -> Fix:
    text = (
        f"Or raise registryPullQPS (5) and registryBurst (10) in the kubelet's configuration on {context.node.each}, "
        "and restart the kubelet."
    )
    short = ("Raise registryPullQPS and registryBurst of the kubelet",)
    return Fix(text, (), Who.CLUSTER_ADMIN, Basis.GUESS, Where.NODE, short=short)


RUNBOOK = Runbook(
    confirm=("The message is 'pull QPS exceeded'.",),
    fixes=(
        (
            ANY_RUNTIME,
            "Wait, or raise registryPullQPS (5) and registryBurst (10) in the kubelet's configuration.",
        ),
    ),
)

REMEDY = Remedy(Cause.KUBELET_THROTTLED, fixes, RUNBOOK)
