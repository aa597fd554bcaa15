"""No value of a secret in any output, at any path: neither as it is, nor in base64, nor in part."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from clusters import IMAGE, cluster, pod, waiting

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.recording.dump import read_recording
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.recorded import RECORDING
from kubectl_imagepull.report.detail import diagnosis_pages
from kubectl_imagepull.report.formats import Output
from kubectl_imagepull.report.render import render
from kubectl_imagepull.runs.examine import report_on

USER, PASSWORD = "deploy+robot-7", "hunter2-very-secret"
AUTH = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
REFUSED = (
    "unexpected status from HEAD request to https://registry.example.com/v2/team/app/manifests/1.2.3: 401 Unauthorized"
)


def b64(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


def outputs(snapshot: Snapshot) -> str:
    report = report_on(snapshot, 0.0)
    assert report.diagnoses
    shown = [render(report, output, detailed=detailed) for output in Output for detailed in (False, True)]
    shown += [
        render(report, Output.TABLE, detailed=detailed, everything=everything, width=80, color=True)
        for detailed in (False, True)
        for everything in (False, True)
    ]
    return "\n".join([*shown, diagnosis_pages(report), repr(report.diagnoses)])


def pieces(value: str) -> set[str]:
    """A value, its base64, and every stretch of it that is long enough to be told."""
    forms = {value, b64(value), value[::-1]}
    return {form[i : i + 12] for form in forms if len(form) >= 12 for i in range(0, len(form) - 11, 4)} | {
        form for form in forms if len(form) >= 6
    }


ENTRIES: dict[str, Any] = {
    "good": {"username": USER, "password": PASSWORD, "auth": AUTH},
    "not-base64": {"auth": f"!{AUTH}"},
    "no-colon": {"auth": b64(PASSWORD)},
    "wrong-type": {"auth": [PASSWORD]},
    "password-only": {"password": PASSWORD},
    "identity-token": {"identitytoken": PASSWORD},
}
TYPES = {
    "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
    "Opaque": ".dockerconfigjson",
    "kubernetes.io/dockercfg": ".dockercfg",
}


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize(
    "host", ["registry.example.com", "other.example.com", f"https://{USER}:{PASSWORD}@registry.example.com"]
)
@pytest.mark.parametrize("kind", TYPES)
def test_no_value_of_any_secret_shows(kind: str, host: str, entry: str) -> None:
    entries = {host: ENTRIES[entry]}
    config = entries if kind.endswith("dockercfg") else {"auths": entries}
    assert_hidden(kind, b64(json.dumps(config)))


@pytest.mark.parametrize(
    "data", ["", "x", b64(PASSWORD), b64(f'{{"auths": "{PASSWORD}"}}'), b64(f'{{"{PASSWORD}'), PASSWORD]
)
def test_no_value_of_a_broken_secret_shows(data: str) -> None:
    assert_hidden("kubernetes.io/dockerconfigjson", data)


def assert_hidden(kind: str, data: str) -> None:
    failing = pod(
        statuses={"app": waiting("ErrImagePull", REFUSED)},
        spec={"containers": [{"name": "app", "image": IMAGE}], "imagePullSecrets": [{"name": "regcred"}]},
    )
    secret: JsonObject = {
        "kind": "Secret",
        "type": kind,
        "metadata": {"name": "regcred", "namespace": "shop"},
        "data": {TYPES[kind]: data},
    }
    shown = outputs(cluster([failing], Secret=[secret]))
    for value in (PASSWORD, AUTH, USER):
        assert not {piece for piece in pieces(value) if piece in shown}
    if len(data) > 11:
        assert data not in shown


def test_no_value_of_the_recorded_secrets_shows() -> None:
    snapshot = read_recording([str(RECORDING)])
    shown = outputs(snapshot)
    values: set[str] = set()
    for secret in snapshot.objects["Secret"]:
        for data in secret["data"].values():
            values.add(data)
            text = base64.b64decode(data).decode()
            values.add(text)
            config = json.loads(text) if text.startswith("{") else {}
            for entry in config.get("auths", {}).values():
                values |= {entry[name] for name in ("password", "auth") if entry.get(name)}
    assert len(values) > 10
    for value in values:
        assert value not in shown
        assert b64(value) not in shown
