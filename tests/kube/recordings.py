"""Recordings made by hand, and how tests read them."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from typing import Any

import pytest
from kube.apiserver import pod

from kubectl_imagepull.kube.recording.dump import read_recording
from kubectl_imagepull.kube.snapshot import Snapshot, SourceError

Write = Callable[[str, object], str]
EXPORT = "kubectl imagepull record FILE -A"


def a_pod(name: str = "a", **fields: Any) -> dict[str, Any]:
    return {"kind": "Pod", "apiVersion": "v1", **pod(name), **fields}


def a_list(*items: Any, kind: str = "List") -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": kind, "items": list(items)}


def names(snapshot: Snapshot, kind: str = "Pod") -> list[str]:
    return [item["metadata"]["name"] for item in snapshot.objects[kind]]


def refused(*paths: str, **options: Any) -> str:
    with pytest.raises(SourceError) as caught:
        read_recording(paths, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def archive(files: dict[str, object], mode: str = "w:gz") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as tar:  # type: ignore[call-overload]  # the mode is the test's
        for name, content in files.items():
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
        link = tarfile.TarInfo("link.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    return stream.getvalue()
