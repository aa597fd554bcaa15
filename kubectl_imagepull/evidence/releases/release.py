"""One revision of a Helm release, decoded.

Fields are those of helm/helm pkg/release/v1 (release.go) and pkg/chart/v2 (chart.go); how it is stored is in
pkg/storage/driver/util.go: JSON, gzip, base64, and in a secret base64 once more.
"""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator
from dataclasses import dataclass, field

from kubectl_imagepull.kube.helm_storage import revision_in, status_in
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, text_of

_GZIP = b"\x1f\x8b\x08"
#: More than any release that fits into etcd, which takes 1.5 MB, needs once it is unpacked, and what one may cost here.
_MOST_BYTES = 16 * 2**20
#: Objects, lists and values of it all together.
_MOST_VALUES = 2_000_000
_MOST_DIGITS = 100
_CHART = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?\Z")


class UnreadableReleaseError(ValueError):
    """What is stored is no release, or too large for one; the text says why."""


@dataclass(frozen=True)
class StoredRelease:
    """What Helm has installed, and from what; nothing of it shows by itself."""

    #: Its name.
    name: str
    #: The namespace that it is kept in.
    storage: str
    #: The namespace that it is installed into.
    namespace: str
    #: The number of the revision.
    revision: int
    #: What Helm says of it: `deployed`, `failed`, `pending-upgrade` ...
    status: str
    #: The chart's name; "" for one that no command may hold.
    chart: str
    #: The chart's version; "" likewise.
    version: str
    #: The version of the program that the chart says it is for.
    app_version: str
    #: The chart's own values, those of its subcharts under their names.
    defaults: JsonObject = field(repr=False)
    #: The values that the user gave.
    config: JsonObject = field(repr=False)
    #: What was rendered: YAML documents, hooks among them.
    manifest: str = field(repr=False)
    #: The chart's templates, without those of subcharts.
    templates: tuple[str, ...] = field(repr=False)


def read_release(stored: JsonObject) -> StoredRelease:
    """Decodes what a secret or ConfigMap holds; raises UnreadableReleaseError."""
    named = revision_in(stored)
    if named is None:
        raise UnreadableReleaseError("it doesn't carry the labels of a Helm release")
    document = _document(stored)
    chart, info = object_of(document.get("chart")), object_of(document.get("info"))
    metadata = object_of(chart.get("metadata"))
    hooks = (text_of(hook.get("manifest")) for hook in objects_of(document.get("hooks")))
    storage = key_of(stored)[0]
    return StoredRelease(
        name=named[0],
        storage=storage,
        namespace=text_of(document.get("namespace")) or storage,
        revision=named[1],
        status=text_of(info.get("status")) or status_in(stored),
        chart=_plain(metadata.get("name")),
        version=_plain(metadata.get("version")),
        app_version=text_of(metadata.get("appVersion")),
        defaults=object_of(chart.get("values")),
        config=object_of(document.get("config")),
        manifest="\n---\n".join((text_of(document.get("manifest")), *hooks)),
        templates=tuple(_templates(chart)),
    )


def _document(stored: JsonObject) -> JsonObject:
    payload = text_of(object_of(stored.get("data")).get("release"))
    if not payload:
        raise UnreadableReleaseError("it is kept without its content")
    try:
        data = b64decode(payload)
        if not data.startswith(_GZIP) and stored.get("kind") == "Secret":
            data = b64decode(data)
    except (Base64Error, ValueError) as error:
        raise UnreadableReleaseError("it is no base64") from error
    text = _unpacked(data) if data.startswith(_GZIP) else data
    if len(text) > _MOST_BYTES or text.count(b",") + text.count(b"[") + text.count(b"{") > _MOST_VALUES:
        raise UnreadableReleaseError("it is larger than any release")
    try:
        document = json.loads(text, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise UnreadableReleaseError("it is no JSON") from error
    return object_of(document)


def _unpacked(data: bytes) -> bytes:
    decompressor = zlib.decompressobj(31)
    try:
        return decompressor.decompress(data, _MOST_BYTES + 1)
    except zlib.error as error:
        raise UnreadableReleaseError("it is damaged") from error


def _integer(digits: str) -> float:
    # to read a number of a million digits takes as long as somebody wants it to
    return int(digits) if len(digits) <= _MOST_DIGITS else float("inf")


def _templates(chart: JsonObject) -> Iterator[str]:
    data = (text_of(template.get("data")) for template in objects_of(chart.get("templates")))
    return map(_text, data)


def _text(data: str) -> str:
    try:
        return b64decode(data).decode(errors="replace")
    except (Base64Error, ValueError):
        return ""


def _plain(value: object) -> str:
    text = text_of(value)
    # semantic versions have a + before what the builder adds
    return text if _CHART.match(text.replace("+", "-")) else ""
