"""What in a recording is somebody's own: the words of its names, its addresses and its accounts."""

from __future__ import annotations

import json
import re
from typing import Any

from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, text_of
from kubectl_imagepull.kube.recording.texts_of_objects import TextKind, with_texts
from kubectl_imagepull.recorder.public_words import is_public_word
from kubectl_imagepull.vocabulary.pseudonyms import in_small_letters, stem_of, text_pieces
from kubectl_imagepull.vocabulary.stand_ins import FORMS

_TAG = re.compile(r":[\w][\w.-]*\Z")
_MANIFEST = re.compile(r"(/manifests/)[^\s\"?]+")
_SCOPE = re.compile(r":(?:pull|push|\*)(?:,\w+)*\Z")
#: Forms in texts that hold names.
_NAMING = frozenset(
    {"url", "arn", "email", "path", "windows", "reference", "host", "tagged", "named", "quoted", "authority"}
)
_TAGGED = frozenset({"reference", "tagged", "named"})
#: Keys that everybody's labels have begin so; the words of their names are no site's.
_KNOWN_KEYS = re.compile(
    r"(?:[\w.-]+\.)?(?:kubernetes\.io|k8s\.io|amazonaws\.com|azure\.com|google\.com|openshift\.io|helm\.sh|argoproj\.io"
    r"|cattle\.io|k3s\.io|rke2\.io|istio\.io|linkerd\.io|fluxcd\.io|karpenter\.sh|kyverno\.io|external-secrets\.io"
    r"|gatekeeper\.sh|emberstack\.com|mittwald\.de|appscode\.com|bitnami\.com|hashicorp\.com|enix\.io|coreos\.com)/"
)
_KEPT_ADDRESSES = re.compile(r"127\.|0\.0\.0\.0\Z|255\.|169\.254\.|8\.8\.[84]\.[84]\Z|1\.1\.1\.1\Z|1\.0\.0\.1\Z|::1?\Z")
#: The parts of a Helm release that are names, and of a pull secret those that hold hosts.
_RELEASE_NAMES = ("name", "namespace")


class PrivateWords:
    """Collects what is private in documents."""

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._fixed: set[str] = set()
        #: The addresses, with dots or colons.
        self.addresses: set[str] = set()
        self._uuids: set[str] = set()
        #: Every word that stands anywhere.
        self.seen: set[str] = set()
        self._texts: set[tuple[str, TextKind]] = set()

    @property
    def words(self) -> set[str]:
        """The words, each without a number at its end, in small letters."""
        return self._words - self._fixed

    @property
    def uuids(self) -> set[str]:
        """The UUIDs that aren't an object's own."""
        return self._uuids - self._fixed

    def add(self, document: JsonObject) -> None:
        """Takes the words of a list of objects."""
        for item in objects_of(document.get("items")):
            metadata = object_of(item.get("metadata"))
            begin, name = text_of(metadata.get("generateName")), text_of(metadata.get("name"))
            if begin and name.startswith(begin):
                self._fixed |= text_pieces(name[len(begin) :], "word")
        with_texts(document, self._take)

    def _take(self, text: str, kind: TextKind) -> str:
        if (text, kind) not in self._texts:
            # most texts stand in many objects
            self._texts.add((text, kind))
            self._add(text, kind)
        return text

    def _add(self, text: str, kind: TextKind) -> None:
        self.seen |= text_pieces(text, "word", "uuid", "address", "address6")
        if kind is TextKind.FIXED:
            self._fixed |= text_pieces(text, "word", "uuid")
            return
        self.addresses |= {one for one in text_pieces(text, "address", "address6") if not _KEPT_ADDRESSES.match(one)}
        self._uuids |= text_pieces(text, "uuid")
        self._add_words(word for word in text_pieces(text, "word") if len(word) == 12 and word.isdecimal())  # noqa: PLR2004 - an account
        if kind is TextKind.NAME:
            self._add_name(text)
        elif kind is TextKind.IMAGE:
            self._add_image(text)
        elif kind is TextKind.PROSE:
            self._add_prose(text)
        elif kind is TextKind.CONTENT:
            self._add_content(text)
        elif found := _KNOWN_KEYS.match(text):
            self._fixed |= text_pieces(found[0], "word") | text_pieces(text[found.end() :], "word")

    def _add_name(self, text: str) -> None:
        document = _json(text) if text[:1] in {"{", "["} else None
        if document is None:
            self._add_words(text_pieces(text, "word"))
        else:
            self._add_named(document)

    def _add_named(self, value: Any, key: str = "") -> None:
        """Of a manifest in an annotation, what something is called."""
        if isinstance(value, dict):
            for name, inner in value.items():
                self._add_named(inner, name)
        elif isinstance(value, list):
            for one in value:
                self._add_named(one, key)
        elif isinstance(value, str) and key not in {"kind", "apiVersion"}:
            self._add_words(text_pieces(value, "word"))

    def _add_image(self, text: str) -> None:
        self._add_words(text_pieces(_TAG.sub("", text.partition("@sha")[0]), "word"))

    def _add_prose(self, text: str) -> None:
        for found in FORMS.finditer(text):
            form = found.lastgroup or ""
            if form in _NAMING:
                self._add_words(text_pieces(_without_tag(form, found["named"] or found[0]), "word"))

    def _add_content(self, text: str) -> None:
        content = object_of(_json(text))
        # a pull secret's hosts
        for hosts in (object_of(content.get("auths")), content if "manifest" not in content else {}):
            self._add_words(word for host in hosts for word in text_pieces(host, "word"))
        chart = object_of(object_of(content.get("chart")).get("metadata"))
        names = (*(content.get(field) for field in _RELEASE_NAMES), chart.get("name"))
        self._add_words(word for name in names for word in text_pieces(text_of(name), "word"))

    def _add_words(self, words: Any) -> None:
        for word in words:
            small = in_small_letters(word)
            if not is_public_word(small):
                self._words.add(stem_of(small)[0])


def _without_tag(form: str, text: str) -> str:
    if form == "url":
        return _SCOPE.sub("", _MANIFEST.sub(r"\1", text))
    return _TAG.sub("", text.partition("@sha")[0]) if form in _TAGGED else text


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
