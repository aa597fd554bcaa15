"""The words of a message that decide: what is left of a nested error when all that only leads to it is taken away."""

from __future__ import annotations

import re

from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.messages.envelope import without_envelope

#: Go wraps one error into another as `outer: inner`.
_WRAPPED = re.compile(r": +")
#: Steps inwards that are looked at: the innermost errors stand last.
_MOST_STEPS = 24
_MOST_TEXT = 4096
#: `not found` alone says too little, whatever it takes to say more.
_TOO_SHORT = 24


def decisive_words(text: str, room: int) -> str:
    """The shortest end of a message that names the same cause as the whole; more of it where that fits in `room`.

    On one line: line breaks become spaces. A message that names its cause only as a whole stays whole, without what a
    log has put around it.
    """
    whole = " ".join(text.split())[-_MOST_TEXT:]
    inner = " ".join(without_envelope(text.strip()).split())[-_MOST_TEXT:] or whole
    cause = classify(text).cause
    ends = [inner[match.end() :] for match in _WRAPPED.finditer(inner)][-_MOST_STEPS:]
    telling = [end for end in ends if classify(end).cause is cause]
    if not telling:
        return inner if ends else whole
    shortest = telling[-1]
    # the name before an error says what it is about
    longer = [end for end in (inner, *ends) if len(end) > len(shortest)]
    fitting = next((end for end in longer if len(end) <= room), "")
    if not fitting and longer and len(shortest) < _TOO_SHORT:
        return longer[-1]
    return fitting or shortest
