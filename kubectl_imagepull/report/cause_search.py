"""From what somebody has read somewhere to the causes that it may stand for: a status, a word, a pod's state."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.rule_table import RULES
from kubectl_imagepull.vocabulary.cause_meanings import MEANINGS
from kubectl_imagepull.vocabulary.causes import CATALOGUE, Cause

_STATUS = re.compile(r"[1-5]\d\d\Z")
#: Shorter words stand in too many texts to tell anything.
_LEAST_WORD = 3
#: More than can be read is no answer.
_MOST = 8
#: A pod's state or an event's reason -> what it says, and the cause where it names one (kubernetes
#: pkg/kubelet/images/types.go, pkg/kubelet/events/event.go).
STATES: dict[str, tuple[str, Cause | None]] = {
    "ErrImagePull": ("the last pull has failed; the kubelet tries again", None),
    "ImagePullBackOff": ("the pull has failed before, and the kubelet waits up to five minutes to try again", None),
    "ErrImageNeverPull": ("the image isn't on the node, and pull policy Never forbids to pull it", Cause.NEVER_PULL),
    "InvalidImageName": ("the image's name can't be read", Cause.INVALID_REFERENCE),
    "ImageInspectError": ("the runtime could not look at an image that the node has", None),
    "RegistryUnavailable": ("the registry can't be reached", None),
    "SignatureValidationFailed": ("a signature policy rejects the image", Cause.SIGNATURE_REJECTED),
    "ContainerCreating": ("nothing runs yet: an image, a volume or the pod's sandbox is waited for", None),
    "FailedCreatePodSandBox": (
        "the pod's sandbox could not be made; its pause image may be what can't be pulled",
        None,
    ),
    "FailedToRetrieveImagePullSecret": ("a pull secret that the pod names isn't there", Cause.PULL_SECRET_MISSING),
}


def state_named(word: str) -> str:
    """The state of a pod that a word is, in whatever letter case; "" for none.

    kubectl prints that of an init container as `Init:ImagePullBackOff` (kubernetes pkg/printers/internalversion).
    """
    wanted = word.strip().lower().removeprefix("init:")
    return next((state for state in STATES if state.lower() == wanted), "")


def causes_for(text: str) -> tuple[Cause, ...]:
    """The causes that an HTTP status, a word or a message may stand for, the likeliest first."""
    wanted = " ".join(text.split())
    if _STATUS.match(wanted):
        return _by_status(int(wanted))
    read = classify(wanted).cause
    likeliest = () if read is Cause.UNKNOWN else (read,)
    if len(wanted) < _LEAST_WORD:
        return likeliest
    joined = wanted.lower().replace(" ", "")
    by_name = [cause for cause in Cause if any(part.lower().startswith(joined) for part in _ends(cause.value))]
    # where a word begins: ECR is not in secret
    word = re.compile(rf"(?<![A-Za-z0-9]){re.escape(wanted)}", re.IGNORECASE)
    by_meaning = [cause for cause, entry in CATALOGUE.items() if word.search(f"{entry.title} {MEANINGS[cause]}")]
    by_text = [rule.cause for rule in RULES if _holds(rule, word)]
    return tuple(dict.fromkeys([*likeliest, *by_name, *by_meaning, *_most_often(by_text)]))[:_MOST]


def _ends(name: str) -> list[str]:
    """A name in CamelCase from each of its words on."""
    return [name[match.start() :] for match in re.finditer("[A-Z]", name)]


def _by_status(status: int) -> tuple[Cause, ...]:
    """Those with rules for the status before those with texts that hold it."""
    named = [rule.cause for rule in RULES if status in rule.status]
    shown = re.compile(rf"(?<![\w.:/-]){status}(?![\w.:/-])")
    held = [rule.cause for rule in RULES if _holds(rule, shown)]
    return tuple(dict.fromkeys([*_most_often(named), *_most_often(held)]))[:_MOST]


def _holds(rule: Rule, shown: re.Pattern[str]) -> bool:
    return any(shown.search(text) for text in rule.texts)


def _most_often(causes: Iterable[Cause]) -> list[Cause]:
    every = list(causes)
    return sorted(dict.fromkeys(every), key=lambda cause: -every.count(cause))
