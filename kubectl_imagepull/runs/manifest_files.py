"""Files of manifests -> the places in them that name images, and the objects in them that pulls depend on."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from mmap import mmap
from typing import Any

from kubectl_imagepull.kube.documents.encoding import BinaryError, decode
from kubectl_imagepull.kube.documents.json_documents import read_json
from kubectl_imagepull.kube.documents.placed_yaml import read_placed
from kubectl_imagepull.kube.objects import JsonObject, list_items, object_of, text_of
from kubectl_imagepull.kube.recording.files import STDIN, read_files
from kubectl_imagepull.kube.snapshot import Skipped
from kubectl_imagepull.preflight.image_places import ImagePlace, image_places

#: From so many characters on JSON is read without its lines, which takes a hundredth of the time.
_LARGE = 512 << 10
#: What decides which logins the kubelet sends.
_DECISIVE = ("ServiceAccount", "Secret")


@dataclass(frozen=True)
class Manifests:
    """What manifests hold."""

    #: The places that name images, in their order.
    places: tuple[ImagePlace, ...] = ()
    #: The service accounts and secrets in them, which will be there once they are applied.
    objects: tuple[JsonObject, ...] = ()
    #: What could not be read.
    skipped: tuple[Skipped, ...] = ()


def read_manifests(paths: Iterable[str], namespace: str) -> Manifests:
    """Reads files, directories and standard input (`-`); objects that name no namespace are for `namespace`."""
    places: list[ImagePlace] = []
    objects: list[JsonObject] = []
    skipped: list[Skipped] = []
    for path in paths:
        for file in read_files(path):
            if isinstance(file, Skipped):
                skipped.append(file)
                continue
            name, data = file
            documents, fault = _documents(data)
            if fault:
                skipped.append(Skipped(name, fault))
            # in a folder other things lie about: charts' values, kustomizations
            elif name == path and not any(map(_is_object, documents)):
                skipped.append(Skipped(name, "holds no Kubernetes objects"))
            shown_as = "" if path == STDIN else name
            for document in documents:
                places += image_places(document, shown_as)
                objects += _decisive(document, namespace)
    return Manifests(tuple(places), tuple(objects), tuple(skipped))


def _documents(data: bytes | bytearray | str | mmap) -> tuple[list[Any], str]:
    try:
        text, _ = decode(data.encode("utf-8", "replace") if isinstance(data, str) else data[:])
    except BinaryError:
        return [], "is a binary file"
    if len(text) > _LARGE and text.lstrip()[:1] in {"{", "["}:
        # what kubectl wrote of a whole cluster: nobody looks for a line in it
        documents, faults = read_json(text)
        return documents, "; ".join(faults)
    read = read_placed(text)
    return read.documents, read.fault


def _is_object(document: Any) -> bool:
    items = document if isinstance(document, list) else [document]
    return any(isinstance(item, dict) and text_of(item.get("kind")) for item in items)


def _decisive(document: Any, namespace: str) -> Iterator[JsonObject]:
    if isinstance(document, list):
        for item in document:
            yield from _decisive(item, namespace)
        return
    if not isinstance(document, dict):
        return
    if text_of(document.get("kind")).endswith("List"):
        for item in list_items(document):
            yield from _decisive(item, namespace)
    elif document.get("kind") in _DECISIVE:
        metadata = {"namespace": namespace, **object_of(document.get("metadata"))}
        # as the API server stores it
        written = object_of(document.get("stringData"))
        values = {name: b64encode(text_of(value).encode()).decode() for name, value in written.items()}
        data = {**object_of(document.get("data")), **values}
        yield {**document, "metadata": metadata, **({"data": data} if data else {})}
