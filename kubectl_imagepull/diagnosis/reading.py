"""A failure's texts -> the one that decides, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kubectl_imagepull.failures.failure import FailureText, PullFailure
from kubectl_imagepull.messages.site_rules import read_by_rules
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.site_rule import SiteRule, SiteRuleMatch

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
    #: The rules of the user's site that read it, the one that decided first.
    site_rules: tuple[SiteRuleMatch, ...] = ()


def read_texts(failure: PullFailure, rules: Sequence[SiteRule] = ()) -> Reading:
    """Reads a failure's texts: the best one that names a cause decides, else what they leave open stands.

    `rules` are those of the user's site.
    """
    undecided: Reading | None = None
    for text in failure.texts:
        of_status = text.source.startswith("waiting.")
        said = read_by_rules(text.text, failure.reason if of_status else None, failure.image, rules)
        reading = Reading(failure, text, verdict_about(said.verdict, failure), said.matches)
        if said.verdict.cause not in _UNDECIDED:
            return reading
        if undecided is None or undecided.verdict.cause is Cause.CAUSE_NOT_REPORTED:
            undecided = reading
    if undecided:
        return undecided
    silence = read_by_rules("ImagePullBackOff", None, failure.image, rules)
    return Reading(failure, None, verdict_about(silence.verdict, failure), silence.matches)


def verdict_about(verdict: Verdict, failure: PullFailure) -> Verdict:
    """What was pulled, and which image, is known better from the pod than from a text."""
    return replace(verdict, what=failure.what, image=failure.image)
