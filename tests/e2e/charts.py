"""Charts of the usual conventions, each with one Deployment called as its release, written into a folder for helm."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REGISTRY = "registry.corp.example"
GONE, THERE = "v9-gone", "v1-there"
DIGEST = "sha256:" + "ab" * 32

_TEMPLATE = """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{{{ .Release.Name }}}}
  labels: {{ app.kubernetes.io/managed-by: {{{{ .Release.Service }}}} }}
spec:
  selector: {{ matchLabels: {{ app: {{{{ .Release.Name }}}} }} }}
  template:
    metadata: {{ labels: {{ app: {{{{ .Release.Name }}}} }} }}
    spec:
      {secrets}
      {{{{- with .Values.nodeSelector }}}}
      nodeSelector: {{{{ toYaml . | nindent 8 }}}}
      {{{{- end }}}}
      containers:
        - name: app
          image: {image}
"""
_OBJECTS = """{{- with .Values.imagePullSecrets }}
      imagePullSecrets: {{ toYaml . | nindent 8 }}
      {{- end }}"""
_NAMES = """{{- if .Values.imagePullSecrets }}
      imagePullSecrets:
        {{- range .Values.imagePullSecrets }}
        - name: {{ . }}
        {{- end }}
      {{- end }}"""
#: As bitnami's common.images.image joins them.
_GLOBAL = (
    "{{ with .Values.image }}{{ $.Values.global.imageRegistry | default .registry }}/{{ .repository }}"
    "{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag }}{{ end }}{{ end }}"
)


@dataclass(frozen=True)
class Convention:
    """How a chart makes its image of its values."""

    #: The template of the image.
    image: str
    #: The chart's values.
    values: Mapping[str, Any]
    #: What the printed command sets to have THERE in the place of GONE.
    sets: tuple[str, ...]
    #: What the user gives at the installation.
    given: Mapping[str, Any] = field(default_factory=dict)
    #: What the chart says that it is a version of.
    app_version: str = "1.0"
    #: The template of the pull secrets.
    secrets: str = _OBJECTS
    #: The name under which the chart is another one's dependency; "" for one that stands alone.
    alias: str = ""


_REPOSITORY = f"{REGISTRY}/team/app"
_SCAFFOLD = '"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"'
CONVENTIONS: Mapping[str, Convention] = {
    "scaffold": Convention(
        _SCAFFOLD, {"image": {"repository": _REPOSITORY, "tag": ""}}, ("image.tag",), app_version=GONE
    ),
    "given": Convention(
        _SCAFFOLD,
        {"image": {"repository": "nginx", "tag": "1.27"}, "imagePullSecrets": [], "nodeSelector": {}},
        ("image.tag",),
        {"image": {"repository": _REPOSITORY, "tag": GONE}},
    ),
    "string": Convention("{{ .Values.image }}", {"image": f"{_REPOSITORY}:{GONE}"}, ("image",)),
    "flat": Convention(
        '"{{ .Values.imageRepository }}:{{ .Values.imageTag }}"',
        {"imageRepository": _REPOSITORY, "imageTag": GONE},
        ("imageTag",),
    ),
    "apart": Convention(
        '"{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"',
        {"image": {"registry": REGISTRY, "repository": "team/app", "tag": GONE}, "imagePullSecrets": []},
        ("image.tag",),
        secrets=_NAMES,
    ),
    "global": Convention(
        _GLOBAL,
        {
            "global": {"imageRegistry": REGISTRY},
            "image": {"registry": "docker.io", "repository": "team/app", "tag": GONE, "digest": ""},
        },
        ("image.tag",),
    ),
    "digest": Convention(
        '"{{ .Values.image.registry }}/{{ .Values.image.image }}:{{ .Values.image.tag }}'
        '{{ with .Values.image.digest }}@{{ . }}{{ end }}"',
        {"image": {"registry": REGISTRY, "image": "team/app", "tag": GONE, "digest": DIGEST}},
        ("image.tag", "image.digest"),
    ),
    "sha": Convention(
        '"{{ .Values.image.repository }}:{{ .Values.image.tag }}{{ with .Values.image.sha }}@sha256:{{ . }}{{ end }}"',
        {"image": {"repository": _REPOSITORY, "tag": GONE, "sha": DIGEST.removeprefix("sha256:")}},
        ("image.tag", "image.sha"),
    ),
    "templated": Convention(
        '"{{ .Values.image.repository }}:{{ tpl .Values.image.tag . }}"',
        {"image": {"repository": _REPOSITORY, "tag": "{{ .Chart.AppVersion }}-gone"}},
        ("image.tag",),
        app_version="v9",
    ),
    "tag": Convention(f'"{_REPOSITORY}:{{{{ .Values.version }}}}"', {"version": GONE}, ("version",)),
    "subchart": Convention(
        _SCAFFOLD,
        {"image": {"repository": _REPOSITORY, "tag": ""}},
        ("front.image.tag",),
        app_version=GONE,
        alias="front",
    ),
    "components": Convention(
        '"{{ .Values.global.registry }}/{{ .Values.web.image.name }}:{{ .Values.web.image.tag }}"',
        {
            "global": {"registry": REGISTRY},
            "web": {"image": {"name": "team/app", "tag": GONE}, "nodeSelector": {}},
            "worker": {"image": {"name": "team/worker", "tag": GONE}},
        },
        ("web.image.tag",),
    ),
    "dotted": Convention(
        '"{{ index .Values "web.image" "repository" }}:{{ index .Values "web.image" "tag" }}"',
        {"web.image": {"repository": _REPOSITORY, "tag": GONE}},
        (r"web\.image.tag",),
    ),
}


def write_chart(folder: Path, name: str) -> Path:
    """Writes the chart of a convention, and gives the folder that helm installs."""
    convention = CONVENTIONS[name]
    template = _TEMPLATE.format(image=convention.image, secrets=convention.secrets)
    if not convention.alias:
        return _write(folder / name, name, convention, convention.values, template)
    inner = _write(folder / name / "charts" / "inner", "inner", convention, convention.values, template)
    parent = {
        "apiVersion": "v2",
        "name": name,
        "version": "0.1.0",
        "dependencies": [{"name": "inner", "version": "0.1.0", "alias": convention.alias}],
    }
    (folder / name / "Chart.yaml").write_text(json.dumps(parent), encoding="utf-8")
    (folder / name / "values.yaml").write_text("{}", encoding="utf-8")
    return inner.parents[1]


def write_values(folder: Path, name: str) -> Path:
    """Writes what the user gives."""
    path = folder / f"{name}.json"
    path.write_text(json.dumps(CONVENTIONS[name].given), encoding="utf-8")
    return path


def _write(folder: Path, name: str, convention: Convention, values: Mapping[str, Any], template: str) -> Path:
    (folder / "templates").mkdir(parents=True)
    about = {"apiVersion": "v2", "name": name, "version": "0.1.0", "appVersion": convention.app_version}
    (folder / "Chart.yaml").write_text(json.dumps(about), encoding="utf-8")
    (folder / "values.yaml").write_text(json.dumps(values), encoding="utf-8")
    (folder / "templates/deployment.yaml").write_text(template, encoding="utf-8")
    return folder
