"""Diagnoses -> the same, set right by what the registries of their images say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kubectl_imagepull.diagnosis.probed import with_answer
from kubectl_imagepull.diagnosis.report import Diagnosis
from kubectl_imagepull.evidence.pull_logins import pull_logins
from kubectl_imagepull.kube.snapshot import Skipped, Snapshot, SourceError
from kubectl_imagepull.registry.connections import AuthoritiesError
from kubectl_imagepull.registry.image_answer import ProbeLogin
from kubectl_imagepull.registry.image_probe import ImageQuestion
from kubectl_imagepull.registry.probing import ProbeOptions, probe_images
from kubectl_imagepull.runs.own_logins import own_logins
from kubectl_imagepull.runs.request import ProbeRequest
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.image_reference import ImageReference, try_parse
from kubectl_imagepull.vocabulary.wording import counted

#: So many images are asked about in one run; a cluster that fails for more has another problem.
_MOST_IMAGES = 300


@dataclass(frozen=True)
class ProbedDiagnoses:
    """What came of asking."""

    #: The diagnoses in their order.
    diagnoses: tuple[Diagnosis, ...]
    #: What was not asked, and why.
    skipped: tuple[Skipped, ...] = ()


def probed(diagnoses: Sequence[Diagnosis], snapshot: Snapshot, probe: ProbeRequest) -> ProbedDiagnoses:
    """Asks about each distinct image once; raises SourceError for authorities that can't be used."""
    images = [try_parse(one.failure.image) for one in diagnoses]
    own = own_logins(probe, filter(None, images))
    # a look at the platforms costs a pull at Docker Hub
    compared = {image for one, image in zip(diagnoses, images, strict=True) if one.cause is Cause.PLATFORM_MISMATCH}
    questions: dict[int, ImageQuestion] = {}
    for number, (diagnosis, image) in enumerate(zip(diagnoses, images, strict=True)):
        if image is not None:
            logins = (*_pod_logins(diagnosis, image, snapshot, probe), *own.logins.get(image.registry, ()))
            questions[number] = ImageQuestion(image, logins, platforms=image in compared)
    distinct = list(dict.fromkeys(questions.values()))
    try:
        answers = probe_images(distinct[:_MOST_IMAGES], ProbeOptions(probe.allowed, probe.authorities))
    except AuthoritiesError as error:
        raise SourceError(f"certificates for registries, {probe.authorities}: {error}") from error
    skipped = list(own.skipped)
    if len(distinct) > _MOST_IMAGES:
        left = counted(len(distinct) - _MOST_IMAGES, "image")
        skipped.append(Skipped("registries", f"{left} not asked about: a run asks about {_MOST_IMAGES}", partly=False))
    answered = list(diagnoses)
    for number, question in questions.items():
        if question in answers:
            answered[number] = with_answer(answered[number], answers[question])
    return ProbedDiagnoses(tuple(answered), tuple(skipped))


def _pod_logins(
    diagnosis: Diagnosis, image: ImageReference, snapshot: Snapshot, probe: ProbeRequest
) -> tuple[ProbeLogin, ...]:
    """The logins that the kubelet sends for a failure, where they may be tried."""
    if not probe.with_secrets:
        return ()
    return pull_logins(image, diagnosis.findings.secrets or (), diagnosis.failure.namespace, snapshot)
