"""One revision of a Helm release -> of it what tells which value gives an image: chart, rendered images, paths.

What evidence reads of the result is compared with what it reads of the revision itself; where that differs, or the
revision can't be read, nothing of its content is recorded.
"""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass

from kubectl_imagepull.evidence.releases.chart_values import ChartValues, merged_values
from kubectl_imagepull.evidence.releases.image_values import image_values
from kubectl_imagepull.evidence.releases.manifest import pod_spec_in
from kubectl_imagepull.evidence.releases.release import StoredRelease, read_release
from kubectl_imagepull.evidence.releases.spec_values import spec_values
from kubectl_imagepull.kube.objects import JsonObject, objects_of, text_of
from kubectl_imagepull.recorder.value_extract import ImageTexts, extract_of
from kubectl_imagepull.vocabulary.redaction import redacted_image

#: A template whose pull secrets are names: evidence looks for this form alone.
_NAMES_TEMPLATE = "{{- range .Values.imagePullSecrets }}\n- name: {{ . }}\n{{- end }}"
_LISTS = ("containers", "initContainers")
_PLAIN_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}\Z")
_Place = tuple[str, str, str]


class UnequalExtractError(ValueError):
    """An extract would not read to the same; the text says so."""


@dataclass(frozen=True)
class _Rendered:
    #: Namespace, kind and name.
    workload: _Place
    #: Its containers with their images, by list.
    containers: dict[str, list[dict[str, str]]]


def release_extract(stored: JsonObject, workloads: list[_Place]) -> JsonObject:
    """The data of what holds a revision, with nothing in it but what concerns the workloads.

    Raises UnreadableReleaseError, and UnequalExtractError where the extract would read to something else.
    """
    release = read_release(stored)
    rendered = list(_rendered(release, workloads))
    images = [one["image"] for workload in rendered for list_ in workload.containers.values() for one in list_]
    values = ChartValues(merged_values(release.defaults, release.config), release.app_version, release.name)
    holds_names = spec_values(ChartValues({"imagePullSecrets": []}, "", ""), None, release.templates).holds_names
    document = {
        "name": release.name,
        "namespace": release.namespace,
        "version": release.revision,
        "info": {"status": release.status},
        "chart": {
            "metadata": {
                "name": release.chart,
                "version": release.version,
                "appVersion": release.app_version if _PLAIN_VERSION.match(release.app_version) else "",
            },
            "templates": [{"data": b64encode(_NAMES_TEMPLATE.encode()).decode()}] if holds_names else [],
            # among the user's own values a null would delete what it says is empty
            "values": extract_of(values, ImageTexts(images)),
        },
        "manifest": "\n---\n".join(json.dumps(_document(one)) for one in rendered),
    }
    packed = b64encode(gzip.compress(json.dumps(document).encode(), mtime=0)).decode()
    data = {"release": b64encode(packed.encode()).decode() if stored.get("kind") == "Secret" else packed}
    extract = read_release({**stored, "data": data})
    if list(_as_read(extract, rendered)) != list(_as_read(release, rendered)):
        raise UnequalExtractError("its values give the image in a way that can't be recorded without them")
    return data


def _rendered(release: StoredRelease, workloads: list[_Place]) -> Iterator[_Rendered]:
    for place in workloads:
        spec = pod_spec_in(release.manifest, release.namespace, place)
        if spec is not None:
            yield _Rendered(
                place,
                {
                    key: [
                        {"name": text_of(one.get("name")), "image": redacted_image(text_of(one.get("image")))}
                        for one in objects_of(spec.get(key))
                    ]
                    for key in _LISTS
                    if key in spec
                },
            )


def _document(rendered: _Rendered) -> JsonObject:
    namespace, kind, name = rendered.workload
    spec: JsonObject = {"template": {"spec": rendered.containers}}
    if kind == "CronJob":
        spec = {"jobTemplate": {"spec": spec}}
    if kind == "Pod":
        spec = dict(rendered.containers)
    return {"kind": kind, "metadata": {"name": name, "namespace": namespace}, "spec": spec}


def _as_read(release: StoredRelease, rendered: list[_Rendered]) -> Iterator[object]:
    """All that evidence can tell of a release for these workloads."""
    yield release.name, release.namespace, release.revision, release.status, release.chart, release.version
    values = ChartValues(merged_values(release.defaults, release.config), release.app_version, release.name)
    for one in rendered:
        for container in (container for key in _LISTS for container in one.containers.get(key, ())):
            images = image_values(container["image"], values, (container["name"], one.workload[2]))
            yield one.workload, container["name"], images
            yield spec_values(values, images[0] if images else None, release.templates)
