"""Bytes of a recording -> documents, whether they are JSON, YAML or both behind a line of something else."""

from __future__ import annotations

import mmap
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from kubectl_imagepull.kube.documents.encoding import BinaryError, decode
from kubectl_imagepull.kube.documents.json_documents import read_json

_FIRST = re.compile(r"\S")
_JSON_LINE = re.compile(r"^[{\[]", re.MULTILINE)
_YAML_LINE = re.compile(r"^(?:- )?(?:apiVersion|kind|items|metadata):", re.MULTILINE)
_NEITHER = "is neither JSON nor YAML"


@dataclass(frozen=True)
class Documents:
    """What a file holds."""

    #: Its documents as decoded JSON.
    values: list[Any]
    #: What could not be read of it, a sentence each.
    faults: list[str]


def read_documents(data: bytes | bytearray | str | mmap.mmap, kinds: Collection[str] | None = None) -> Documents:
    """Reads every document that can be read, JSON or YAML; never raises for what the bytes are.

    With `kinds`, YAML documents of other kinds are given as objects that have nothing but their kind.
    """
    if isinstance(data, mmap.mmap):
        data = data[:]
    if isinstance(data, str):
        data = data.encode("utf-8", "replace")
    try:
        text, repaired = decode(data)
    except BinaryError:
        return Documents([], ["is a binary file"])
    del data
    documents = _read(text, kinds)
    return Documents(documents.values, [repaired, *documents.faults]) if repaired else documents


def _read(text: str, kinds: Collection[str] | None) -> Documents:
    beginning = _FIRST.search(text)
    if beginning is None:
        return Documents([], ["is empty"])
    if beginning[0] in "{[" or text.startswith("==== START logs ", beginning.start()):
        as_json = Documents(*read_json(text))
        if as_json.values:
            return as_json
        # YAML in flow style begins like JSON
        flow = _read_yaml(text, kinds)
        return flow if _holds_containers(flow) and not flow.faults else as_json
    as_yaml = _read_yaml(text, kinds)
    if _holds_containers(as_yaml) or (as_yaml.faults and _YAML_LINE.search(text)):
        return as_yaml
    # what a command printed before its JSON is no YAML either
    if _JSON_LINE.search(text):
        stream = Documents(*read_json(text))
        if stream.values:
            return stream
    return Documents([], [_NEITHER])


def _read_yaml(text: str, kinds: Collection[str] | None) -> Documents:
    from kubectl_imagepull.kube.documents.yaml_documents import read_yaml

    return Documents(*read_yaml(text, kinds))


def _holds_containers(documents: Documents) -> bool:
    return any(isinstance(value, (dict, list)) for value in documents.values)
