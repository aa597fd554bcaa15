"""The key of recordings with pseudonyms: a file, and a recording -> the same with its own names again."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from kubectl_imagepull.kube.objects import object_of, text_of
from kubectl_imagepull.kube.recording.head import NameRestoration, RecordingHead
from kubectl_imagepull.kube.recording.texts_of_objects import TextKind, with_texts
from kubectl_imagepull.kube.snapshot import SourceError
from kubectl_imagepull.vocabulary.pseudonyms import Pseudonyms

_KIND = "PseudonymKey"
_ID_BYTES = 8


def new_key() -> Pseudonyms:
    """A key with no names in it as yet."""
    return Pseudonyms(secrets.token_hex(_ID_BYTES), {})


def key_text(key: Pseudonyms) -> str:
    """A key as the text of its file."""
    document = {"kind": _KIND, "format": Pseudonyms.FORMAT, "id": key.key_id, "names": key.names}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def read_key(path: str) -> Pseudonyms:
    """The key in a file; raises SourceError where it can't be read, or is none."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise SourceError(f"{path} can't be read: {(reason or 'unknown').lower()}") from error
    try:
        document = object_of(json.loads(text))
        names = {pseudonym: text_of(word) for pseudonym, word in object_of(document.get("names")).items()}
        key = Pseudonyms(text_of(document.get("id")), names)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{path} is damaged: it was a key of 'record --pseudonyms'") from error
    if (
        document.get("kind") != _KIND
        or document.get("format") != Pseudonyms.FORMAT
        or not all((key.key_id, *names.values()))
    ):
        raise SourceError(f"{path} is no key: 'record --pseudonyms' writes one")
    return key


def with_names(path: str) -> NameRestoration:
    """What gives documents their own names again, by the key in a file.

    Raises SourceError where it can't be read, or is none, and later where a recording needs another key.
    """
    key = read_key(path)

    def restore(document: object, head: RecordingHead | None) -> object:
        if head and head.pseudonyms not in {"", key.key_id}:
            raise SourceError(f"the recording was made with another key than that in {path}")
        try:
            return restored(document, key)
        except RecursionError as error:
            raise SourceError("the recording is nested too deeply to give its names back") from error

    return restore


def restored(document: object, key: Pseudonyms) -> object:
    """A list with its own names again."""
    return with_texts(document, lambda text, kind: text if kind is TextKind.FIXED else key.restored(text))
