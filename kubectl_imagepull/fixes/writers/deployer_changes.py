"""What changes of workloads that are written from an object of a deployer have alike, whatever deployer that is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kubectl_imagepull.evidence.deployer_finding import DeployerFinding
from kubectl_imagepull.evidence.releases.image_parts import image_parts
from kubectl_imagepull.evidence.releases.release_finding import ReleaseFinding
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.writers.chart_settings import Setting, settings_for
from kubectl_imagepull.vocabulary.command import Step, effects_of
from kubectl_imagepull.vocabulary.fix import Fix
from kubectl_imagepull.vocabulary.manager import Manager


def settings_of(context: FixContext, change: Fix, deployer: DeployerFinding) -> list[Setting] | None:
    """The values to set: where the object itself holds them, else where the release has them."""
    if change.edit is None:
        return None
    release = context.diagnosis.release or ReleaseFinding(deployer.name, deployer.namespace)
    finding = replace(release, images=release.images or deployer.images)
    return settings_for(change.edit, finding, context.pod.secrets)


def as_before(settings: list[Setting], deployer: DeployerFinding) -> list[Any]:
    """What the object holds now, for the same paths: pieces of the image, or nothing."""
    before: list[Any] = []
    for path, _ in settings:
        place = next((one for one in deployer.images if path in one.paths), None)
        before.append((path, _piece(path, place) if place else None))
    return before


def _piece(path: tuple[str, ...], place: Any) -> str | None:
    parts = image_parts(place.image)
    pieces = {
        place.whole: place.image,
        place.registry: parts.registry,
        place.repository: parts.path if place.registry else parts.repository,
        place.tag: parts.tag,
        place.digest: parts.digest.partition(":")[2] if place.is_bare_digest else parts.digest,
    }
    return pieces.get(path) or None


def source_words(deployer: DeployerFinding) -> str:
    """Where a deployer reads from: `deploy/web of https://git.example/shop.git (main)`."""
    path = f"{deployer.path} of " if deployer.path and deployer.repository else deployer.path
    revision = f" ({deployer.revision})" if deployer.revision else ""
    return f"{path}{deployer.repository}{revision}".strip() or "what it reads"


def reads_of(change: Fix) -> tuple[Step, ...]:
    """The commands of a change that only read, which are needed before any other."""
    return tuple(step for step in change.commands if not effects_of(step))


def short_for(what: str, manager: Manager) -> tuple[str, ...]:
    """The change as short sentences, the fullest first."""
    return (f"Set {what} in {manager}", f"Change it in {manager}", "Change it where it is written")
