"""Helm releases as they are kept in a cluster, made by hand."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from typing import Any

from kubectl_imagepull.kube.objects import JsonObject

GIVEN: dict[str, Any] = {"image": {"repository": "registry.example.com/shop/web", "tag": "v9"}}
CHART = {"metadata": {"name": "web", "version": "1.2.3", "appVersion": "9"}, "values": {}}


def manifest(image: str, *, kind: str = "Deployment", name: str = "web", container: str = "app") -> str:
    """What a chart renders for a workload, after something else."""
    return f"""---
# Source: web/templates/other.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: {name}
---
apiVersion: apps/v1
kind: {kind}
metadata:
  name: {name}
spec:
  template:
    spec:
      containers:
        - name: {container}
          image: "{image}"
"""


def payload(document: Any) -> str:
    """A release as Helm writes it, without what the API makes of a secret's values."""
    text = document if isinstance(document, bytes) else json.dumps(document).encode()
    return b64encode(gzip.compress(text)).decode()


def stored(
    document: Any, *, revision: int = 1, status: str = "deployed", name: str = "web", data: str = ""
) -> JsonObject:
    """The secret of a revision; `data` is what it holds in the place of the document."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "helm.sh/release.v1",
        "metadata": {
            "name": f"sh.helm.release.v1.{name}.v{revision}",
            "namespace": "shop",
            "labels": {"owner": "helm", "name": name, "status": status, "version": str(revision)},
        },
        "data": {"release": data or b64encode(payload(document).encode()).decode()},
    }


def release(
    image: str = "registry.example.com/shop/web:v9",
    config: dict[str, Any] | None = None,
    *,
    chart: dict[str, Any] | None = None,
    **fields: Any,
) -> dict[str, Any]:
    """A release of chart web that rendered an image for container app of deployment web."""
    return {
        "name": "web",
        "namespace": "shop",
        "info": {"status": "deployed"},
        "chart": {**CHART, **(chart or {})},
        "config": GIVEN if config is None else config,
        "manifest": manifest(image),
        **fields,
    }
