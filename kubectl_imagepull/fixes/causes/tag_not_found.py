"""TagNotFound: this tag or digest is not in the registry."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.near_names import near_name_fix, strangers_near_name_fixes
from kubectl_imagepull.fixes.steps.other_images import (
    existing_tag,
    known_images,
    name_registry,
    previous_revision,
    strangers_tag,
)
from kubectl_imagepull.fixes.steps.publishing import (
    publish_again,
    push_from_node,
    push_it,
    use_the_nodes_copy,
    was_there,
)
from kubectl_imagepull.fixes.steps.reference_faults import fault_text, meant_fix
from kubectl_imagepull.messages.particulars import Particular
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.relocations import GOOGLE, relocation_of
from kubectl_imagepull.vocabulary.vendors import Vendor

_UNVERIFIED = "The runtime also says 'not found' for a missing repository, and for a private one that is hidden."
_VERSION = re.compile(r"v?[0-9]+\.[0-9]+(?:\.[0-9]+)?\Z")
#: What answers "not found" for an image that its upstream has, where the login or the way there fails.
_CACHES = frozenset({Vendor.HARBOR, Vendor.ARTIFACTORY, Vendor.NEXUS})


def fixes(context: FixContext) -> Sequence[Fix]:
    """The name that was meant; back to what ran, or to where it can be had; else a tag that exists."""
    previous = previous_revision(context)
    reference = context.image.reference
    move = relocation_of(reference) if reference else None
    if move and move is not GOOGLE:
        return previous  # the place that moved has no other tag to offer, and nobody pushes there
    if right := near_name_fix(context) or meant_fix(context):
        return [right, *previous, *push_it(context)]
    if context.says(Particular.TAG_EXPIRED):
        return [_revive(context), *previous, *push_from_node(context), _name_another(context)]
    if was_there(context):
        return [*use_the_nodes_copy(context), publish_again(context), *previous, *push_from_node(context)]
    another = (
        [] if previous and known_images(context) == (context.findings.previous_image,) else [_name_another(context)]
    )
    rest = [*strangers_near_name_fixes(context), *strangers_tag(context), *_cache(context)]
    if context.detail("repositoryVerified") is False and context.image.names_no_registry:
        return [*previous, name_registry(context), *another, *rest]
    return [*previous, *another, *push_it(context), *rest]


def _name_another(context: FixContext) -> Fix:
    fault = context.image.fault
    why = fault_text(context, fault) if fault else _why(context)
    notes = (_UNVERIFIED,) if context.detail("repositoryVerified") is False else ()
    return existing_tag(context, why, short=_short(context), notes=(*notes, *_other_spelling(context)))


def _other_spelling(context: FixContext) -> tuple[str, ...]:
    """A version's other spelling, which charts and repositories mix up; whether it is there only the list tells."""
    tag = context.image.tag
    if context.image.fault or context.image.digest or not _VERSION.match(tag):
        return ()
    return (f"Look for {tag[1:] if tag.startswith('v') else f'v{tag}'} in the list: some write versions that way.",)


def _why(context: FixContext) -> str:
    image = context.image
    if image.reference and image.reference.implied_tag:
        return f"The image has no tag, so latest is pulled, and {image.repository} has no latest: set a tag."
    if context.detail("repositoryVerified") is False:
        what = "a tag or digest" if image.digest else "a tag"
        return f"{image.brief} wasn't found: use {what} that exists."
    if image.digest:
        return f"{image.repository} doesn't have this digest: use a tag or digest that exists."
    return f"{image.repository} has no tag {image.tag}: use one that exists."


def _short(context: FixContext) -> tuple[str, ...]:
    image = context.image
    if image.digest:
        return ("Use a tag or digest that exists",)
    if image.reference and image.reference.implied_tag:
        return (f"Set a tag: {image.path} has no latest", "Set a tag: there is no latest")
    return (f"Use an existing tag: {image.tag} isn't there", "Use an existing tag")


def _revive(context: FixContext) -> Fix:
    text = (
        f"{context.registry.name} says that tag {context.image.tag} was deleted or has expired: the owner of "
        f"{context.image.path} can restore it from the repository's tag history."
    )
    short = (f"Restore tag {context.image.tag} from the tag history", "Restore the tag from the tag history")
    return Fix(text, (), Who.REGISTRY_OWNER, Basis.TEXT, Where.REGISTRY, short=short)


def _cache(context: FixContext) -> list[Fix]:
    """The reading that a cache or virtual repository adds, where the registry may be one."""
    if context.registry.is_mirrored:
        text = (
            f"{context.registry.host} answered in place of {context.registry.name}: ask whoever runs it whether it "
            "can log in there and reach it. A cache also says 'not found' when it can't."
        )
        return [Fix(text, (), Who.REGISTRY_OWNER, Basis.EVIDENCE, Where.REGISTRY)]
    if context.registry.vendor not in _CACHES:
        return []
    text = (
        f"If {context.image.repository} is a proxy or virtual repository, the tag may exist upstream: ask whoever "
        f"runs {context.registry.name} to check its login and its rate limit there."
    )
    return [Fix(text, (), Who.REGISTRY_OWNER, Basis.GUESS, Where.REGISTRY)]


RUNBOOK = Runbook(
    confirm=(
        "skopeo list-tags docker://REPOSITORY lists the tags, if the repository exists and you may read it.",
        "CRI-O and Docker say 'manifest unknown': the repository exists, the tag doesn't.",
        (
            "containerd only says 'NAME: not found', whether the tag or the repository is missing or a private one "
            "is hidden."
        ),
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "Push the tag or use one that exists. An image without a tag means latest, which may never have been "
                "pushed."
            ),
        ),
        (
            Vendor.DOCKER_HUB.value,
            ("Bitnami's versioned tags moved to docker.io/bitnamilegacy in August 2025; that is a stopgap."),
        ),
        (
            Vendor.NEXUS.value,
            (
                "A proxy repository whose login to the upstream registry fails answers 'manifest unknown': check the "
                "proxy."
            ),
        ),
        (
            Vendor.HARBOR.value,
            "A proxy project answers 'not found' for images that its upstream doesn't have or refuses to serve.",
        ),
        (
            Vendor.ARTIFACTORY.value,
            "A virtual repository answers 404 for images that Xray blocks or that its remote couldn't fetch.",
        ),
        (
            Vendor.QUAY.value,
            "'was deleted or has expired': the tag existed; its owner can restore it from the tag history.",
        ),
        (
            Vendor.AZURE.value,
            "Without a login it answers 'authentication required' for a missing tag.",
        ),
    ),
)

REMEDY = Remedy(Cause.TAG_NOT_FOUND, fixes, RUNBOOK)
