"""RegistryRelocated: the registry or repository has moved or shut down."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.near_names import near_name_fix
from kubectl_imagepull.fixes.steps.workload_changes import set_image
from kubectl_imagepull.messages.particulars import new_place
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Placeholder
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.relocations import GOOGLE, relocation_of
from kubectl_imagepull.vocabulary.vendors import is_vendors_own

_NEW_IMAGE = Placeholder("NEW_IMAGE", "the image at its new location, with a tag")


def fixes(context: FixContext) -> Sequence[Fix]:
    """The image in its new place; a copy of it where nobody took it over."""
    reference = context.image.reference
    move = relocation_of(reference) if reference else None
    if move and move is not GOOGLE:
        return []  # what is known of the place says it better
    right = near_name_fix(context)
    right_name = [right] if right else []
    return [*right_name, _new_place(context), *_copy(context)]


def _new_place(context: FixContext) -> Fix:
    host = new_place(context.diagnosis.message)
    if is_vendors_own(host) and context.image.reference:
        text = f"{context.registry.answering} says that the image is only at {host}: pull it from there."
        image = context.image.in_repository(f"{host}/{context.image.path}")
        short = (f"Pull the image from {host}", "Pull the image from its new location")
        return set_image(context, image).as_fix(text, basis=Basis.TEXT, short=short)
    text = (
        f"{context.registry.answering} says that the image has moved, or that the registry was shut down: use the "
        "location in its message."
    )
    return set_image(context, _NEW_IMAGE).as_fix(text, basis=Basis.TEXT, short=("Pull the image from its new place",))


def _copy(context: FixContext) -> list[Fix]:
    """A copy of one's own, from a node that still has the image."""
    nodes = context.image.sightings.nodes
    text = "Or, if it has no new location, copy the image to your own registry from wherever it still exists."
    if nodes:
        text = (
            f"Or copy the image to your own registry from a node that still has it, such as {nodes[0]}: export it "
            "from the runtime there, load it elsewhere and push it."
        )
    basis = Basis.EVIDENCE if nodes else Basis.GUESS
    return [Fix(text, (), Who.YOU, basis, Where.REGISTRY)]


RUNBOOK = Runbook(
    confirm=("The registry's answer says that it was shut down or that the repository has moved.",),
    fixes=(
        (
            ANY_REGISTRY,
            "Pull the image from its new location; if it has none, copy it to your own registry.",
        ),
        (
            "k8s.gcr.io",
            "Frozen in April 2023: use registry.k8s.io, and allow its redirects (*.pkg.dev, S3).",
        ),
        (
            "gcr.io",
            (
                "Container Registry was shut down in March 2025; names live on in Artifact Registry (gcloud "
                "artifacts docker upgrade migrate)."
            ),
        ),
        (
            "docker.pkg.github.com",
            "Became ghcr.io.",
        ),
        (
            "docker.io/bitnami",
            ("Versioned tags moved to docker.io/bitnamilegacy, which gets no updates: a stopgap until you migrate."),
        ),
    ),
)

REMEDY = Remedy(Cause.REGISTRY_RELOCATED, fixes, RUNBOOK)
