"""InvalidReference: the image name is not a valid reference."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.context.image import EXISTING_TAG, RIGHT_REPOSITORY
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.near_names import near_name_fix, strangers_near_name_fixes
from kubectl_imagepull.fixes.steps.other_images import known_images, previous_revision
from kubectl_imagepull.fixes.steps.reference_faults import fault_text, meant_fix
from kubectl_imagepull.fixes.steps.workload_changes import set_image
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Word, joined
from kubectl_imagepull.vocabulary.fix import Basis, Fix
from kubectl_imagepull.vocabulary.names import shown
from kubectl_imagepull.vocabulary.reference_fault import FaultKind, ReferenceFault


def fixes(context: FixContext) -> Sequence[Fix]:
    """What was meant, where that follows; else back to what ran, and the name in full."""
    meant = meant_fix(context) or near_name_fix(context)
    previous = previous_revision(context)
    if meant:
        return [meant, *previous]
    return [*previous, _in_full(context), *strangers_near_name_fixes(context)]


def _in_full(context: FixContext) -> Fix:
    """The mistake, and a command for the whole name: with a tag that is known, or with what only the reader knows."""
    text = fault_text(context, context.image.fault or ReferenceFault(FaultKind.OTHER))
    known = known_images(context)
    repository: Word = context.image.loose_repository or RIGHT_REPOSITORY
    image: Word = known[0] if known else joined(repository, ":", EXISTING_TAG)
    basis = Basis.EVIDENCE if known else Basis.GUESS
    short = (f"Correct the image of {context.workload.shown}", "Correct the image's name")
    tag = shown(known[0].rpartition(":")[2]) if known else ""
    notes = (f"Tag {tag} is known to exist, but you may need another one.",) if tag else ()
    return set_image(context, image).as_fix(text, basis=basis, short=short, notes=notes)


RUNBOOK = Runbook(
    confirm=(
        "The container's waiting reason is InvalidImageName; its event has the reason InspectFailed.",
        (
            "kubectl get pod POD -n NAMESPACE -o jsonpath='{.spec.containers[*].image}' shows the name as it was "
            "applied."
        ),
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "Write registry/path:tag in lower case, without http:// or https://, quotes or spaces, and with a "
                "single tag without +. Where {{ }}, ${ } or $( ) is left, render the template again."
            ),
        ),
        (
            "Helm",
            (
                "YAML reads a tag of digits as a number: 45980468 is printed as 4.5980468e+07, and 1.10 as 1.1. "
                "Quote it, or use --set-string. map[...] is a map where the template expects a string."
            ),
        ),
    ),
)

REMEDY = Remedy(Cause.INVALID_REFERENCE, fixes, RUNBOOK)
