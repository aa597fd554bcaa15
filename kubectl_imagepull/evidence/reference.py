"""What an image's name was read as, and whether its place has moved."""

from __future__ import annotations

from collections.abc import Iterator

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.vocabulary.causes import What
from kubectl_imagepull.vocabulary.image_reference import DOCKER_HUB, ImageReference, try_parse
from kubectl_imagepull.vocabulary.relocations import relocation_of


def look_at_reference(failure: PullFailure) -> tuple[Evidence, ...]:
    """What the defaults made of the image's name, and where its place has moved to."""
    reference = try_parse(failure.image)
    if reference is None:
        return ()
    return (*_implied(failure, reference), *_relocated(reference))


def _implied(failure: PullFailure, reference: ImageReference) -> Iterator[Evidence]:
    full = str(reference)
    if full == failure.image or failure.what is What.SANDBOX:
        return
    first_part = failure.image.partition("/")[0]
    named = first_part in {DOCKER_HUB, "index.docker.io"} and "/" in failure.image
    left_out = [] if named or reference.registry != DOCKER_HUB else ["no registry"]
    if reference.implied_tag:
        left_out.append("no tag")
    names = f" has {' and '.join(left_out)}, so it" if left_out else ""
    yield Evidence(
        Check.IMPLIED_REFERENCE, Result.INFO, f"{failure.image}{names} is read as {full}", failure.image, (full,)
    )


def _relocated(reference: ImageReference) -> Iterator[Evidence]:
    move = relocation_of(reference)
    if move is None:
        return
    name = move.new_name(reference)
    mark = "" if reference.implied_tag else f":{reference.tag}"
    if reference.digest:
        mark = f"@{reference.digest}"
    new = f"{name}{mark}" if name else ""
    text = f"{move.why.rstrip('.')}" + (f" (this one would be {new})" if new else "")
    yield Evidence(Check.RELOCATED_REGISTRY, Result.INFO, text, move.place, (new,) if new else ())
