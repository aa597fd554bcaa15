"""A failure's texts -> the one that decides, and what it says."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kubectl_imagepull.failures.failure import FailureText, PullFailure
from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.vocabulary.causes import Cause

_UNDECIDED = frozenset({Cause.UNKNOWN, Cause.CAUSE_NOT_REPORTED})


@dataclass(frozen=True)
class Reading:
    """A failure with the text that decides and what it says; `text` is None where nothing speaks."""

    #: The failure whose texts were read.
    failure: PullFailure
    #: The text that decides; None where nothing speaks.
    text: FailureText | None
    #: What that text says.
    verdict: Verdict


def read_texts(failure: PullFailure) -> Reading:
    """Reads a failure's texts: the best one that names a cause decides, else what they leave open stands."""
    undecided: Reading | None = None
    for text in failure.texts:
        of_status = text.source.startswith("waiting.")
        verdict = classify(text.text, failure.reason if of_status else None, failure.image)
        reading = Reading(failure, text, verdict_about(verdict, failure))
        if verdict.cause not in _UNDECIDED:
            return reading
        if undecided is None or undecided.verdict.cause is Cause.CAUSE_NOT_REPORTED:
            undecided = reading
    return undecided or Reading(
        failure, None, verdict_about(classify("ImagePullBackOff", None, failure.image), failure)
    )


def verdict_about(verdict: Verdict, failure: PullFailure) -> Verdict:
    """What was pulled, and which image, is known better from the pod than from a text."""
    return replace(verdict, what=failure.what, image=failure.image)
