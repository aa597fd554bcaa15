"""`check` on manifests that kustomize and helm have rendered: it finds every image that a pod would pull, and no other.

kustomize is that of the kubectl that the other tests are run with, helm is built from its Go module.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from e2e.build import build
from e2e.helm import VERSIONS, helm_of
from e2e.rendered_shapes import SHAPES
from typer.testing import CliRunner

from kubectl_imagepull.cli import program as cli

_IMAGE = re.compile(r"r\.example/[\w./-]+(?:@sha256:[0-9a-f]{64}|:[\w.-]+)")
_IN_SHAPE = re.compile(r"r\.example/([\w./-]+):1\b")
_KUSTOMIZATION = """
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: prod
namePrefix: eu-
resources: [../base]
images: [{images}]
configMapGenerator: [{{name: extra, literals: ["image=decoy.example/generated:1"]}}]
"""
_HELPERS = """
{{- define "c.image" -}}
{{- $name := .name -}}
{{- $one := index .root.Values.images $name | default dict -}}
{{ .root.Values.global.registry }}/{{ $one.repository | default $name }}:{{ $one.tag | default .root.Chart.AppVersion }}
{{- end -}}
"""


def found_by_check(rendered: str) -> Counter[str]:
    result = CliRunner().invoke(
        cli.app,
        ["check", "-f", "-", "--no-cluster", "--offline", "-o", "json"],
        input=rendered,
        env={"HOME": "/nonexistent"},
    )
    assert result.exit_code == 0, result.output
    return Counter(one["image"] for one in json.loads(result.stdout)["images"])


def expected_in(rendered: str) -> Counter[str]:
    """Every image at r.example, wherever it stands: what this is held against reads no YAML."""
    return Counter(_IMAGE.findall(rendered))


@pytest.mark.parametrize("name", SHAPES)
def test_kustomize(name: str, tmp_path: Path) -> None:
    base, overlay = tmp_path / "base", tmp_path / "overlay"
    base.mkdir()
    overlay.mkdir()
    (base / "all.yaml").write_text(SHAPES[name])
    (base / "kustomization.yaml").write_text("resources: [all.yaml]\n")
    changed = ", ".join(
        f"{{name: r.example/{image}, newTag: '2.0'}}" for image in sorted(set(_IN_SHAPE.findall(SHAPES[name])))
    )
    (overlay / "kustomization.yaml").write_text(_KUSTOMIZATION.format(images=changed))
    done = subprocess.run([build("kubectl"), "kustomize", overlay], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "decoy.example" in done.stdout
    assert found_by_check(done.stdout) == expected_in(done.stdout)
    assert sum(expected_in(done.stdout).values()) == sum(expected_in(SHAPES[name]).values()) > 0


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", SHAPES)
def test_helm(name: str, version: str, tmp_path: Path) -> None:
    helm = helm_of(version) / "helm"
    templates = tmp_path / "chart/templates"
    templates.mkdir(parents=True)
    (tmp_path / "chart/Chart.yaml").write_text("apiVersion: v2\nname: c\nversion: 0.1.0\nappVersion: '3.1'\n")
    values = "global: {registry: r.example}\nimages: {db: {tag: 16-alpine}, app: {repository: team/app}}\n"
    (tmp_path / "chart/values.yaml").write_text(values)
    (templates / "_helpers.tpl").write_text(_HELPERS)
    body = _IN_SHAPE.sub(r'{{ include "c.image" (dict "root" $ "name" "\1") }}', SHAPES[name])
    (templates / "all.yaml").write_text(body)
    done = subprocess.run(
        [helm, "template", "release", tmp_path / "chart"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert found_by_check(done.stdout) == expected_in(done.stdout)
    assert sum(expected_in(done.stdout).values()) == sum(expected_in(SHAPES[name]).values()) > 0
