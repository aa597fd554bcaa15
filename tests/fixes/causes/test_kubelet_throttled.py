"""KubeletThrottled: it heals by itself."""

from __future__ import annotations

from typing import Any

from registry_failures import context, fails, lines, node, shell_lines, texts

from kubectl_imagepull.fixes.causes.kubelet_throttled import fixes
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Who

ALWAYS = {"imagePullPolicy": "Always"}


def throttled(image: str, **spec: Any) -> list[Fix]:
    here = context(fails("", image, head="pull QPS exceeded{error}", **spec), nodes=[node()])
    assert here.cause is Cause.KUBELET_THROTTLED
    return list(fixes(here))


def test_nobody_has_to_do_anything() -> None:
    wait, more = throttled("registry.corp.example/a:1")
    assert wait.text == (
        "Node node-a pulled too many images at once: the kubelet retries by itself within five minutes."
    )
    assert (wait.who, wait.brief) == (Who.NOBODY, "Wait: the kubelet throttles its own pulls")
    assert more.text == (
        "Or raise registryPullQPS (5) and registryBurst (10) in the kubelet's configuration on node node-a, and restart the "
        "kubelet."
    )
    assert (more.who, more.basis) == (Who.CLUSTER_ADMIN, Basis.GUESS)


def test_an_image_that_is_there_need_not_be_asked_for() -> None:
    _, less, _ = throttled("registry.corp.example/a:1", container=ALWAYS)
    assert less.text == (
        "If it happens often, set imagePullPolicy: IfNotPresent in deployment/web: pods then start from the node's "
        "copy of the image and pull nothing."
    )
    assert lines(less) == [
        """kubectl patch deployment/web -n shop -p '{"spec":{"template":{"spec":{"containers":"""
        """[{"name":"app","imagePullPolicy":"IfNotPresent"}]}}}}'"""
    ]
    assert shell_lines(less.undo) == ("kubectl rollout undo deployment/web -n shop",)


def test_a_tag_that_moves_is_asked_for_each_time() -> None:
    for image in ("registry.corp.example/a:latest", "registry.corp.example/a"):
        assert not any("IfNotPresent" in text for text in texts(throttled(image, container=ALWAYS)))
