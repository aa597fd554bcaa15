"""Objects of a recording -> the same objects with other texts: each text with what it is, packed ones too."""

from __future__ import annotations

import gzip
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from enum import Enum
from typing import Any

from kubectl_imagepull.kube.objects import JsonObject, object_of
from kubectl_imagepull.kube.recording.head import READ_AS


class TextKind(Enum):
    """What a text of an object is."""

    #: A word of Kubernetes' own, or a version, time or id: it stays as it is.
    FIXED = "fixed"
    #: A name, or names with separators.
    NAME = "name"
    #: An image reference.
    IMAGE = "image"
    #: A sentence, which may hold names.
    PROSE = "prose"
    #: What may hold names that stand elsewhere too: a chart's value, the key of a map.
    VALUE = "value"
    #: The content of a secret, or of what holds a Helm release.
    CONTENT = "content"


#: Makes the new text of a text.
TextChange = Callable[[str, TextKind], str]

_FIXED = frozenset(
    {
        *("kind", "apiVersion", "phase", "type", "status", "reason", "uid", "resourceVersion", "containerID", "now"),
        *("imagePullPolicy", "restartPolicy", "operator", "effect", "failurePolicy", "podManagementPolicy", "madeBy"),
        *("creationTimestamp", "deletionTimestamp", "firstTimestamp", "lastTimestamp", "eventTime", "startTime"),
        *("startedAt", "finishedAt", "lastTransitionTime", "lastUpdateTime", "lastProbeTime", "time", "kinds"),
        *("finalizers", "action", "observedTime", "lastObservedTime", "pseudonyms", "signal"),
        *("deprecatedFirstTimestamp", "deprecatedLastTimestamp", "schedule", "completionTime", "apiVersions"),
        *("lastHeartbeatTime", "lastScheduleTime", "lastSuccessfulTime", "reconciledAt", "concurrencyPolicy"),
    }
)
_PROSE = frozenset({"message", "note", "why", "what", "short", "scope"})
_IMAGE = frozenset({"image", "imageID", "reference", "names"})
_VALUE = frozenset({"targetRevision", "version", "newTag", "parameters", "newName"})
#: Maps whose keys are somebody's own, of names and of values.
_NAMED_MAPS = frozenset({"labels", "annotations", "matchLabels", "nodeSelector"})
_VALUE_MAPS = frozenset({"values", "valuesObject"})
#: Labels that say of what make something is: their values are the same at every site.
_FIXED_LABELS = frozenset(
    {
        *("kubernetes.io/arch", "kubernetes.io/os", "beta.kubernetes.io/arch", "beta.kubernetes.io/os"),
        *("node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type", "app.kubernetes.io/managed-by"),
        *("pod-template-hash", "controller-revision-hash", "pod-template-generation", READ_AS),
        *("controller.kubernetes.io/hash", "kubernetes.io/config.hash", "kubernetes.io/config.mirror"),
        *("kubectl-imagepull/stand-ins", "eks.amazonaws.com/compute-type"),
    }
)
#: Those of what holds a revision of a Helm release.
_HELM_LABELS = frozenset({"owner", "status", "version"})
#: The types of secrets that Kubernetes and Helm know.
_KNOWN_TYPES = ("kubernetes.io/", "bootstrap.kubernetes.io/", "helm.sh/")
#: Fields in which everything is of Kubernetes' own.
_FIXED_PARTS = frozenset({"nodeInfo", "rules"})
_GZIP = b"\x1f\x8b"
#: A packed text that comes to more is left as it is; the API takes objects of 1 MiB.
_MOST_UNPACKED = 64 << 20


def with_texts(document: Any, change: TextChange) -> Any:
    """A document with each of its texts as `change` makes it; of keys only those that are somebody's own."""
    if isinstance(document, dict) and isinstance(document.get("items"), list):
        items = [_item(one, change) for one in document["items"]]
        head = {key: _changed(value, key, change) for key, value in document.items() if key != "items"}
        # in the order in which they stood
        return {key: items if key == "items" else head[key] for key in document}
    return _item(document, change)


def _item(item: Any, change: TextChange) -> Any:
    if not isinstance(item, dict):
        return item
    made = {}
    is_custom = object_of(object_of(item.get("metadata")).get("annotations")).get(READ_AS) == "CustomResource"
    for key, value in item.items():
        if key == "data" and item.get("kind") != "ControllerRevision":
            made[key] = _contents(value, change)
        elif key == "spec" and is_custom:
            made[key] = _values(value, change)
        else:
            made[key] = _changed(value, key, change)
    return made


def _changed(value: Any, field: str, change: TextChange) -> Any:
    """A value of an object's own fields."""
    if field in _FIXED_PARTS:
        return _fixed(value, change)
    if isinstance(value, dict):
        if field in _NAMED_MAPS:
            return _named_map(value, change)
        if field in _VALUE_MAPS:
            return _values(value, change)
        return {key: _changed(inner, key, change) for key, inner in value.items()}
    if isinstance(value, list):
        return [_changed(one, field, change) for one in value]
    return change(value, _kind_of(field, value)) if isinstance(value, str) else value


def _kind_of(field: str, text: str) -> TextKind:
    if field == "type" and "/" in text and not text.startswith(_KNOWN_TYPES):
        return TextKind.NAME
    kinds = ((_FIXED, TextKind.FIXED), (_PROSE, TextKind.PROSE), (_IMAGE, TextKind.IMAGE), (_VALUE, TextKind.VALUE))
    return next((kind for fields, kind in kinds if field in fields), TextKind.NAME)


def _fixed(value: Any, change: TextChange) -> Any:
    if isinstance(value, dict):
        return {key: _fixed(inner, change) for key, inner in value.items()}
    if isinstance(value, list):
        return [_fixed(one, change) for one in value]
    return change(value, TextKind.FIXED) if isinstance(value, str) else value


def _named_map(value: JsonObject, change: TextChange) -> JsonObject:
    made: JsonObject = {}
    fixed = _FIXED_LABELS | _HELM_LABELS if value.get("owner") == "helm" else _FIXED_LABELS
    for key, inner in value.items():
        kind = TextKind.FIXED if key in fixed else TextKind.NAME
        made[change(key, TextKind.VALUE)] = change(inner, kind) if isinstance(inner, str) else inner
    return made


def _values(value: Any, change: TextChange) -> Any:
    """A value of a chart or of an operator's resource."""
    if isinstance(value, dict):
        return {change(key, TextKind.VALUE): _values(inner, change) for key, inner in value.items()}
    if isinstance(value, list):
        return [_values(one, change) for one in value]
    return change(value, TextKind.VALUE) if isinstance(value, str) else value


def _contents(value: Any, change: TextChange) -> Any:
    if not isinstance(value, dict):
        return value
    return {
        change(key, TextKind.VALUE): _packed(inner, change) if isinstance(inner, str) else inner
        for key, inner in value.items()
    }


def _packed(text: str, change: TextChange) -> str:
    """A text behind base64 (once or twice) and gzip; as it was where nothing in it changes, or it is no text."""
    layers: list[Callable[[bytes], bytes]] = []
    content = text.encode("utf-8", "surrogatepass")
    while (unpacked := _unpacked(content)) is not None:
        content, pack = unpacked
        layers.append(pack)
    try:
        plain = content.decode()
    except UnicodeDecodeError:
        return text
    made = change(plain, TextKind.CONTENT)
    if made == plain:
        return text
    content = made.encode()
    for pack in reversed(layers):
        content = pack(content)
    return content.decode()


def _unpacked(content: bytes) -> tuple[bytes, Callable[[bytes], bytes]] | None:
    if content.startswith(_GZIP):
        unzip = zlib.decompressobj(wbits=31)
        try:
            plain = unzip.decompress(content, _MOST_UNPACKED)
        except zlib.error:
            return None
        return (plain, lambda data: gzip.compress(data, mtime=0)) if unzip.eof else None
    if content.lstrip()[:1] in {b"{", b"[", b""}:
        return None
    try:
        plain = b64decode(content, validate=True)
    except ValueError:
        return None
    return plain, b64encode
