"""Kubernetes objects that somebody pipes into `classify` -> the messages of the pulls that fail in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import StringIO

from kubectl_imagepull.diagnosis.reading import read_texts
from kubectl_imagepull.failures.finding import find_failures
from kubectl_imagepull.kube.documents.documents import read_documents
from kubectl_imagepull.kube.objects import object_of, objects_of, text_of
from kubectl_imagepull.kube.recording.dump import read_recording
from kubectl_imagepull.kube.recording.files import STDIN
from kubectl_imagepull.kube.snapshot import SourceError
from kubectl_imagepull.messages.pasted import PastedFailures, PastedMessage, failures_among
from kubectl_imagepull.vocabulary.site_rule import SiteRule

#: What `kubectl get -o yaml|json` begins with, or says near to its beginning.
_OBJECTS = re.compile(
    r'^(?:- )?apiVersion: |\A\s*[{\[](?=[^\n]*\n?.{0,2000}"(?:apiVersion|kind)"\s*:)', re.MULTILINE | re.DOTALL
)


def failures_in_objects(text: str, rules: Sequence[SiteRule] = ()) -> PastedFailures | None:
    """The failed pulls of the pods and events in a text, one for each image; None where it holds no objects.

    `rules` are those of the user's site.
    """
    if not _OBJECTS.search(text):
        return None
    try:
        snapshot = read_recording([STDIN], stdin=StringIO(text))
    except SourceError:
        return _of_events(text, rules)
    messages = []
    for failure in find_failures(snapshot):
        reading = read_texts(failure, rules)
        said = reading.text.text if reading.text else ""
        messages.append(PastedMessage(said, reason=failure.reason, image=failure.image))
    return failures_among(messages, rules)


def _of_events(text: str, rules: Sequence[SiteRule]) -> PastedFailures | None:
    """Of a text with events and no pods; None where there are no events either."""
    values = [object_of(value) for value in read_documents(text).values]
    items = [item for value in values for item in (*objects_of(value.get("items")), value)]
    messages = [
        PastedMessage(text_of(item.get("message")), reason=text_of(item.get("reason")) or None)
        for item in items
        if item.get("message") and (item.get("kind") == "Event" or "involvedObject" in item)
    ]
    return failures_among(messages, rules) if messages else None
