"""Fixes where the registry refuses, fails, forbids or has moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kubectl_imagepull.fixes.case import Case
from kubectl_imagepull.fixes.commands import change_spec, container_list, set_image
from kubectl_imagepull.fixes.credentials import add_secret, vendor_tip
from kubectl_imagepull.fixes.fix import Draft
from kubectl_imagepull.fixes.network import ask_registry, mirror
from kubectl_imagepull.fixes.shell import line
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.image_reference import DOCKER_HUB


def rate_limited(case: Case) -> list[Draft]:
    """It heals by itself; logging in, or asking less, helps for good."""
    hub = case.registry == DOCKER_HUB
    limits = (
        "Docker Hub allows 100 pulls in six hours to an address without login and 200 to a free account."
        if hub
        else "The kubelet goes on trying, at most five minutes apart."
    )
    wait = Draft(f"Wait: the limit of {case.answering} heals by itself. {limits}")
    mirror = Draft(
        "For good, pull through a mirror or cache of your own; all nodes behind one address share the limit."
    )
    drafts = [wait]
    if case.is_sandbox:
        return [wait, mirror]
    if case.secrets:
        names = " or ".join(case.secrets)
        drafts.append(
            Draft(
                f"If the message says unauthenticated, secret {names} was not used: its entry must be for "
                f"{case.server}."
            )
        )
    else:
        drafts.append(add_secret(case, f"Or log in: create a pull secret for {case.registry}, named in {case.target}."))
    if _pulls_always(case):
        spec = {container_list(case): [{"name": case.container, "imagePullPolicy": "IfNotPresent"}]}
        asks_less = "The container pulls at every start: let it use what the node has."
        drafts.append(Draft.of(asks_less, change_spec(case, spec)))
    return [*drafts, *([] if hub else vendor_tip(case, Cause.RATE_LIMITED)), mirror]


def _pulls_always(case: Case) -> bool:
    containers = case.spec.get(container_list(case))
    if not isinstance(containers, list) or case.failure.container is None:
        return False
    policies = [
        item.get("imagePullPolicy")
        for item in containers
        if isinstance(item, dict) and item.get("name") == case.failure.container
    ]
    pinned = bool(case.reference and (case.reference.digest or (case.reference.tag != "latest")))
    return policies == ["Always"] and pinned


def registry_unavailable(case: Case) -> list[Draft]:
    """The registry fails: wait for it, or tell who runs it."""
    wait = Draft(
        f"Wait, or tell who runs {case.answering}: it answers with a server error, and the kubelet goes on trying."
    )
    own = Draft(
        f"If you run {case.answering}: look at its log, its storage and what stands before it. Harbor answers 500 "
        "where the project is missing from the image's name."
    )
    return [wait, *mirror(case), ask_registry(case), own]


def registry_blocked(case: Case) -> list[Draft]:
    """A policy forbids it: who can change the policy, or another place that it allows."""
    by = {
        "node": _blocked_by_node(case),
        "registry": _blocked_by_registry(case),
        "network": _blocked_by_network(case),
    }
    policy = case.verdict.details.get("policy")
    known = by.get(policy) if isinstance(policy, str) else None
    drafts = known or [drafts[0] for drafts in by.values()]
    allowed = set_image(case, f"ALLOWED_REGISTRY/REPOSITORY:{case.tag}")
    if not case.is_sandbox and policy != "registry":
        drafts = [*drafts, Draft.of("Or pull the image from a place that is allowed.", allowed)]
    return drafts


def _blocked_by_node(case: Case) -> list[Draft]:
    return [
        Draft(
            f"{case.on_node}: registries.conf blocks {case.registry}; see where, and have it allowed there.",
            (
                line(
                    "grep",
                    "-rnE",
                    "blocked|location",
                    "/etc/containers/registries.conf",
                    "/etc/containers/registries.conf.d/",
                ),
            ),
        ),
        Draft(
            "On OpenShift that file is made from the cluster's image configuration, where allowedRegistries blocks all "
            "that it doesn't list.",
            ("oc get image.config.openshift.io/cluster -o yaml",),
        ),
    ]


def _blocked_by_registry(case: Case) -> list[Draft]:
    return [
        Draft(
            f"{case.registry} refuses by a policy of its own, mostly about vulnerabilities or signatures: repair or "
            "sign the image, or have the project's policy allow it (in Harbor: the CVE allowlist)."
        ),
        Draft("The runtime often hides the reason: open the image in the registry's web pages to read it."),
    ]


def _blocked_by_network(case: Case) -> list[Draft]:
    return [
        Draft(
            f"{case.registry} or the network before it lets only certain addresses in: have the address that "
            f"{case.the_node} goes out with allowed, or use the "
            "registry's private endpoint."
        ),
        *vendor_tip(case, Cause.REGISTRY_BLOCKED),
        ask_registry(case),
    ]


def registry_relocated(case: Case) -> list[Draft]:
    """The image has another home now."""
    return [
        Draft.of(
            f"{case.registry} says that the image has moved or the registry was shut down: name its new place.",
            set_image(case, f"NEW_REGISTRY/REPOSITORY:{case.tag}"),
        ),
        Draft("If nobody took it over, copy the image to a registry of your own from wherever it still is."),
    ]


REGISTRY: Mapping[Cause, Callable[[Case], list[Draft]]] = {
    Cause.RATE_LIMITED: rate_limited,
    Cause.REGISTRY_UNAVAILABLE: registry_unavailable,
    Cause.REGISTRY_BLOCKED: registry_blocked,
    Cause.REGISTRY_RELOCATED: registry_relocated,
}
