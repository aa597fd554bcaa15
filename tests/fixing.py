"""Failures, verdicts and evidence for the tests of fixes, each field with an ordinary value."""

from __future__ import annotations

from typing import Any

from kubectl_imagepull.evidence.checks import Evidence, Result
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.vocabulary.causes import Cause, Confidence, What
from kubectl_imagepull.vocabulary.fix import Fix
from kubectl_imagepull.vocabulary.workload import Workload

IMAGE = "registry.corp.example/shop/web:v9"
POD = "web-5d9c-abcde"
WEB = Workload("Deployment", "web")
OWNER = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-5d9c", "controller": True}


def failing(
    image: str = IMAGE,
    *,
    secrets: tuple[str, ...] = (),
    spec: Any = None,
    metadata: Any = None,
    status: Any = None,
    **fields: Any,
) -> PullFailure:
    """A failure of container app in pod shop/web-5d9c-abcde on worker-a, but for what is given."""
    names = {"imagePullSecrets": [{"name": name} for name in secrets]} if secrets else {}
    values = {
        "namespace": "shop",
        "pod": POD,
        "container": None if fields.get("what") is What.SANDBOX else "app",
        "what": What.CONTAINER,
        "node": "worker-a",
        "reason": "ErrImagePull",
        "texts": (),
        "since": None,
        **fields,
    }
    own = {"name": values["pod"], "namespace": values["namespace"], **(metadata or {})}
    pod_object = {"metadata": own, "spec": {**names, **(spec or {})}, "status": status or {}}
    return PullFailure(image=image, pod_object=pod_object, **values)


def says(cause: Cause, *, answered_by: str | None = None, host: str | None = None, **details: Any) -> Verdict:
    """A verdict with these details."""
    return Verdict(
        cause, What.CONTAINER, Confidence.LIKELY, retryable=False, answered_by=answered_by, host=host, details=details
    )


def found(check: str, text: str = "", result: Result = Result.BAD) -> Evidence:
    """A piece of evidence."""
    return Evidence(check, result, text)


def commands(found: tuple[Fix, ...]) -> list[str]:
    """All commands of some fixes."""
    return [command for fix in found for command in fix.commands]
