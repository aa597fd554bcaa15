"""`check` on the recorded cluster: it foretells each fault that can be foretold, and no other.

The registries are played: registry.corp.example has what isn't labelled as missing, the others refuse as they did there.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from registry.transport import INDEX, refusal, reply

from kubectl_imagepull.failures.finding import find_failures
from kubectl_imagepull.kube.progress import Progress
from kubectl_imagepull.kube.recording.dump import read_recording
from kubectl_imagepull.preflight.pull_forecast import Outcome, PullForecast
from kubectl_imagepull.recorded import RECORDING
from kubectl_imagepull.registry.exchange import RegistryReply, RegistryRequest
from kubectl_imagepull.registry.probing import probe_images
from kubectl_imagepull.runs import preflight_run
from kubectl_imagepull.runs.preflight_run import CheckRequest, check_images
from kubectl_imagepull.runs.request import ProbeRequest, Request

LABELS = json.loads((Path(__file__).parent / "recorded/cluster-labels.json").read_text(encoding="utf-8"))
SNAPSHOT = read_recording([str(RECORDING)])
#: What a name, a pull secret, a platform or a registry's answer gives away before any node pulls; the others are faults
#: of nodes, of the way there, of single layers, or of the sandbox image, which no manifest names.
FORETOLD = {
    **{
        cause: cause
        for cause in (
            *("TagNotFound", "NoCredentials", "InvalidReference", "PlatformMismatch", "BadCredentials"),
            *("PullSecretMissing", "NeverPull", "Forbidden", "PullSecretMalformed", "RateLimited"),
        )
    },
    # without a login both look the same
    "RepositoryNotFoundOrPrivate": "NoCredentials",
}


def login_of(namespace: str, name: str) -> str:
    """The Authorization header that a recorded secret leads to."""
    (secret,) = (
        one
        for one in SNAPSHOT.objects["Secret"]
        if (one["metadata"]["namespace"], one["metadata"]["name"]) == (namespace, name)
    )
    (entry,) = json.loads(b64decode(secret["data"][".dockerconfigjson"]))["auths"].values()
    pair = entry.get("auth") or b64encode(f"{entry['username']}:{entry['password']}".encode()).decode()
    return f"Basic {pair}"


def missing_images() -> set[str]:
    """What the labels say isn't there, as the path of a manifest."""
    missing = {(one["namespace"], one["pod"], one["container"]) for one in LABELS if "TagNotFound" in one["causes"]}
    return {one.image for one in find_failures(SNAPSHOT) if (one.namespace, one.pod, one.container) in missing}


class PlayedRegistries:
    """The registries of the recorded cluster."""

    def __init__(self) -> None:
        self._missing = {_path(image) for image in missing_images()}
        self._private = {
            "private.corp.example": login_of("payments", "corp-registry-good"),
            "harbor.corp.example": login_of("shop", "harbor-robot-good"),
        }
        self.asked: set[str] = set()

    def send(self, request: RegistryRequest, deadline: float) -> RegistryReply:  # noqa: ARG002 - as connections have it
        host, _, path = request.url.removeprefix("https://").partition("/v2/")
        self.asked.add(host)
        answer = self._answer(host, path, request.headers.get("Authorization", ""))
        return RegistryReply(answer.status, answer.headers) if request.method == "HEAD" else answer

    def _answer(self, host: str, path: str, login: str) -> RegistryReply:
        refuses: Mapping[str, Callable[[], RegistryReply]] = {
            "hub.corp.example": lambda: refusal(429, "TOOMANYREQUESTS", retry_after="900"),
            "ecr.corp.example": lambda: refusal(403, "DENIED") if login else _wants_login(),
        }
        if host in self._private and login != self._private[host]:
            return _wants_login()
        if host in refuses:
            return refuses[host]()
        if path.partition("?")[0].endswith("/tags/list"):
            return reply(200, {"tags": ["v0.0.1"]})
        if f"{host}/{path}" in self._missing:
            return refusal(404, "MANIFEST_UNKNOWN")
        machine = "arm64" if "edge/gateway" in path else "amd64"
        platform = {"os": "linux", "architecture": machine}
        return reply(200, {"mediaType": INDEX, "manifests": [{"platform": platform}]}, content_type=INDEX)


def _wants_login() -> RegistryReply:
    return refusal(401, "UNAUTHORIZED", "authentication required", www_authenticate='Basic realm="x"')


def _path(image: str) -> str:
    name, _, digest = image.partition("@")
    repository, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:
        repository, tag = name, "latest"
    return f"{repository}/manifests/{digest or tag}"


@pytest.fixture
def forecasts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[tuple[str, str, str], list[PullForecast]]:
    """What is foretold of each container of the recorded pods, taken as manifests that are still to be applied."""
    bare = [{**pod, "status": {}} for pod in SNAPSHOT.pods]
    (tmp_path / "pods.json").write_text(json.dumps({"kind": "List", "items": bare}))
    monkeypatch.setattr(preflight_run, "probe_images", partial(probe_images, sender=PlayedRegistries()))
    request = Request(recordings=(str(RECORDING),), probe=ProbeRequest(with_secrets=True))
    report = check_images(CheckRequest(request, files=(str(tmp_path / "pods.json"),)), Progress())
    found: dict[tuple[str, str, str], list[PullForecast]] = {}
    for one in report.forecasts:
        what, _, name = one.place.place.partition(" ")
        # a volume's image is the fault of each container that mounts it
        users = [name] if what == "container" else _users(one.place.spec, name)
        for user in users:
            found.setdefault((one.namespace, one.place.name, user), []).append(one)
    return found


def _users(spec: Any, volume: str) -> list[str]:
    return [
        container["name"]
        for container in spec["containers"]
        if any(mount["name"] == volume for mount in container.get("volumeMounts", ()))
    ]


def test_each_fault_that_can_be_foretold_is(
    forecasts: dict[tuple[str, str, str], list[PullForecast]], figures: list[str]
) -> None:
    labels = [one for one in LABELS if one["container"] and set(one["causes"]) & FORETOLD.keys()]
    wrong: list[Any] = []
    for label in labels:
        said = forecasts.get((label["namespace"], label["pod"], label["container"]), [])
        expected = {FORETOLD[cause] for cause in label["causes"] if cause in FORETOLD}
        called = {one.cause.value for one in said if one.cause and one.outcome is not Outcome.WILL_PULL}
        if not called & expected:
            wrong.append(
                (label["pod"], label["container"], sorted(expected), sorted(called), [one.why for one in said])
            )
    figures.append(f"check: {len(labels) - len(wrong)} of {len(labels)} faults of the recorded cluster foretold")
    assert wrong == []
    assert len(labels) > 30


def test_what_runs_there_is_not_called_broken(forecasts: dict[tuple[str, str, str], list[PullForecast]]) -> None:
    running = {
        (pod["metadata"]["namespace"], pod["metadata"]["name"], status["name"])
        for pod in SNAPSHOT.pods
        for status in pod.get("status", {}).get("containerStatuses", ())
        if "running" in status.get("state", {})
    }
    wrong = {
        key: [(one.cause, one.why) for one in forecasts[key]]
        for key in running
        if key in forecasts and any(one.outcome is Outcome.WONT_PULL for one in forecasts[key])
    }
    assert wrong == {}
    assert len(running) > 10
