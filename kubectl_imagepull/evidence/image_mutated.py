"""Whether admission changed a pod's image, or put the container there: the pod isn't what its template says.

The pod is held against its own ReplicaSet, Job or revision, never against the Deployment's newest template. A pod says
who changed it only by the marks that some webhooks leave (kyverno/kyverno pkg/config, open-policy-agent/gatekeeper
website/docs/mutation.md, istio/istio pkg/kube/inject, linkerd/linkerd2 pkg/k8s/labels.go, enix/kube-image-keeper).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.index import index_of
from kubectl_imagepull.evidence.owners import Owners, image_in
from kubectl_imagepull.evidence.webhooks import is_surely_called, webhook_owner, webhooks_that_change
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.objects import JsonObject, object_of, text_of
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.causes import What
from kubectl_imagepull.vocabulary.image_reference import try_parse
from kubectl_imagepull.vocabulary.names import is_object_name
from kubectl_imagepull.vocabulary.wording import listed
from kubectl_imagepull.vocabulary.workload import Workload

KUBE_IMAGE_KEEPER = "kube-image-keeper"
_ALL_ORIGINALS = "kuik.enix.io/original-images"
_IN_TEMPLATES = frozenset({What.CONTAINER, What.INIT_CONTAINER})
#: Kinds whose own template their pods are made from, and that doesn't change under them.
_FIXED = frozenset({"ReplicaSet", "Job"})
_REVISED = frozenset({"StatefulSet", "DaemonSet"})
_REVISION_LABEL = "controller-revision-hash"
#: POLICY.RULE.kyverno.io: what was changed
_KYVERNO_PATCH = re.compile(r"^([a-z0-9][a-z0-9-]*)\.", re.MULTILINE)
#: A mark on the pod -> whose webhook leaves it.
_MARKS = (
    ("policies.kyverno.io/last-applied-patches", "Kyverno"),
    ("kyverno.io/verify-images", "Kyverno"),
    ("gatekeeper.sh/mutations", "Gatekeeper"),
    ("gatekeeper.sh/mutation-id", "Gatekeeper"),
    (_ALL_ORIGINALS, KUBE_IMAGE_KEEPER),
    ("kuik.enix.io/rewrite-images", KUBE_IMAGE_KEEPER),
)
#: What kube-image-keeper 1 puts before a container's name, to keep the image that was asked for.
_ORIGINAL = {What.CONTAINER: "original-image-", What.INIT_CONTAINER: "original-init-image-"}
#: The same, for webhooks that put containers of their own into pods.
_INJECTORS = (("sidecar.istio.io/status", "Istio"), ("linkerd.io/created-by", "Linkerd"))
_MOST_NAMED = 3
#: What stands before the name of a configuration that nobody is known to own.
WEBHOOK = "webhook configuration"


def look_at_mutation(
    failure: PullFailure, chain: tuple[Workload, ...], owners: Owners, snapshot: Snapshot
) -> tuple[Evidence, ...]:
    """Holds the failing container's image against the template that its pod was made from.

    The evidence is about who changed it ("" where nothing tells); its values are the template's image ("" where the
    container isn't in the template) and then the policies that are named.
    """
    template = _template_of(failure, chain, owners, snapshot) if failure.what in _IN_TEMPLATES else None
    if template is None:
        return tuple(_by_annotation(failure, chain[min(1, len(chain) - 1)]))
    image = image_in(template, failure)
    if image is None:
        return tuple(_injected(failure, chain[1]))
    if _same(image, failure.image):
        return ()
    if _is_resolved(image, failure.image):
        return (_resolved(failure, chain[1], image),)
    return (_changed(failure, chain[1], image, snapshot),)


def _template_of(
    failure: PullFailure, chain: tuple[Workload, ...], owners: Owners, snapshot: Snapshot
) -> JsonObject | None:
    """The pod spec that the pod was made from; None where it isn't held."""
    if len(chain) == 1:
        return None
    owner, held = chain[1], owners.held(failure.namespace, chain[1])
    if owner.kind in _REVISED:
        spec = _revision_of(failure, owner, snapshot)
    else:
        spec = object_of(held.get("spec")) if held and owner.kind in _FIXED else {}
    pod_spec = object_of(object_of(spec.get("template")).get("spec"))
    return pod_spec or None


def _revision_of(failure: PullFailure, owner: Workload, snapshot: Snapshot) -> JsonObject:
    """The spec in the revision of a StatefulSet, whose pods carry its name, or DaemonSet, whose pods carry its hash."""
    labels = object_of(object_of(failure.pod_object.get("metadata")).get("labels"))
    mark, index = text_of(labels.get(_REVISION_LABEL)), index_of(snapshot)
    names = (mark, f"{owner.name}-{mark}") if mark else ()
    found = (index.find("ControllerRevision", failure.namespace, name) for name in names)
    revision: JsonObject = next(filter(None, found), {})
    return object_of(object_of(revision.get("data")).get("spec"))


def _same(own: str, got: str) -> bool:
    """Whether two texts name one image by the same tag and digest, however they are abbreviated."""
    left, right = try_parse(own), try_parse(got)
    return own == got if left is None or right is None else str(left) == str(right)


def _is_resolved(own: str, got: str) -> bool:
    """Whether all that was changed is that the tag's digest was written to it, or in its place."""
    left, right = try_parse(own), try_parse(got)
    if left is None or right is None or left.digest or not right.digest:
        return False
    return left.repository == right.repository and right.tag in {None, left.tag}


def _resolved(failure: PullFailure, owner: Workload, image: str) -> Evidence:
    who = _changer(failure.pod_object)[0]
    text = (
        f"{owner} uses {image}, and {who or 'a webhook'} replaced the tag in the pod with the digest that it had then"
    )
    return Evidence(Check.IMAGE_MUTATED, Result.INFO, text, who, (image,))


def _changed(failure: PullFailure, owner: Workload, image: str, snapshot: Snapshot) -> Evidence:
    who, mark, policies = _changer(failure.pod_object)
    by = f"{who} changed it (annotation {mark})" if who else "something changed it when the pod was created or later"
    named = f", by {_counted(policies)}" if policies else ""
    webhooks = [] if who else webhooks_that_change(failure.pod_object, snapshot)
    these = f"; webhooks that change pods: {listed(webhooks)}" if webhooks else ""
    if len(webhooks) == 1 and is_surely_called(webhooks[0], failure.pod_object, snapshot):
        # no other was asked when the pod was made
        who = webhook_owner(webhooks[0]) or f"{WEBHOOK} {webhooks[0]}"
        these = f"; {WEBHOOK} {webhooks[0]} is the only one that changes pods here"
    text = f"{owner} uses {image}, but the pod got {failure.image}: {by}{named}{these}"
    return Evidence(Check.IMAGE_MUTATED, Result.BAD, text, who, (image, *policies))


def _by_annotation(failure: PullFailure, owner: Workload) -> Iterator[Evidence]:
    """The same where no template is held: the pod's own note of the image that was asked for.

    kube-image-keeper 1 notes it for each container, 2 for all of them in one (enix/kube-image-keeper).
    """
    annotations = _annotations(failure.pod_object)
    key = f"{_ORIGINAL.get(failure.what, '')}{failure.container}"
    image = text_of(annotations.get(key)) if failure.what in _ORIGINAL else ""
    if not image:
        key = _ALL_ORIGINALS
        image = text_of(_json_object(text_of(annotations.get(key))).get(failure.container or ""))
    if try_parse(image) is None or _same(image, failure.image):
        return
    text = (
        f"{owner} asked for {image}, but the pod got {failure.image}: {KUBE_IMAGE_KEEPER} changed it (annotation {key})"
    )
    yield Evidence(Check.IMAGE_MUTATED, Result.BAD, text, KUBE_IMAGE_KEEPER, (image,))


def _json_object(text: str) -> JsonObject:
    """What an annotation holds as JSON; empty for anything else."""
    try:
        return object_of(json.loads(text)) if text else {}
    except ValueError:
        return {}


def _injected(failure: PullFailure, owner: Workload) -> Iterator[Evidence]:
    who = next((name for key, name in _INJECTORS if key in _annotations(failure.pod_object)), "")
    by = f"{who} added it to the pod" if who else "something added it to the pod when it was created"
    text = f"container {failure.container} isn't in the template of {owner}: {by}"
    yield Evidence(Check.IMAGE_MUTATED, Result.INFO, text, who, ("",))


def _changer(pod: JsonObject) -> tuple[str, str, tuple[str, ...]]:
    """Who changed the image, by which annotation, and by which policies, as far as the pod tells."""
    annotations = _annotations(pod)
    for key, who in _MARKS:
        if key in annotations:
            names = _KYVERNO_PATCH.findall(text_of(annotations[key])) if who == "Kyverno" else []
            policies = tuple(dict.fromkeys(name for name in names if is_object_name(name)))[:_MOST_NAMED]
            return who, key, policies
    return "", "", ()


def _annotations(pod: JsonObject) -> JsonObject:
    return object_of(object_of(pod.get("metadata")).get("annotations"))


def _counted(policies: tuple[str, ...]) -> str:
    return f"polic{'y' if len(policies) == 1 else 'ies'} {listed(policies)}"
