"""`diagnose --probe` and `scan --probe` as a user runs them, against a registry on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from clusters import pod, waiting
from registry.small_registry import LOGIN, SmallRegistry, docker_config
from registry.wire import WireServer
from typer.testing import CliRunner

from kubectl_imagepull.cli import program as cli
from kubectl_imagepull.cli.arguments import for_parser


@pytest.fixture(autouse=True)
def alone(no_cluster: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:  # noqa: ARG001 - a fixture
    """Keeps each test away from the clusters and the docker of whoever runs it."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))


@pytest.fixture
def registry(servers: Callable[..., WireServer]) -> SmallRegistry:
    return SmallRegistry(servers())


def failing(name: str, image: str, text: str, **spec: Any) -> dict[str, Any]:
    message = f'Back-off pulling image "{image}": ErrImagePull: {text}'
    return pod(name, {"app": waiting("ImagePullBackOff", message)}, image=image, uid=name, spec=spec)


def not_found(image: str) -> str:
    return f'failed to pull and unpack image "{image}": failed to resolve image: {image}: not found'


def refused(image: str) -> str:
    return (
        f'failed to pull and unpack image "{image}": failed to resolve image: pull access denied, repository does not '
        "exist or may require authorization: server message: insufficient_scope: authorization failed"
    )


@pytest.fixture
def run(registry: SmallRegistry, own_certificate: Path, tmp_path: Path) -> Callable[..., Any]:
    """Runs a command on a recording; gives its exit code, output and errors."""
    host = registry.host
    api = f"{host}/private/api:2.0"
    secret = {
        "kind": "Secret",
        "apiVersion": "v1",
        "metadata": {"name": "regcred", "namespace": "shop"},
        "type": "kubernetes.io/dockerconfigjson",
        "data": {".dockerconfigjson": docker_config(host, "joe:wrong")},
    }
    items = [
        failing("tag", f"{host}/team/app:v1.1", not_found(f"{host}/team/app:v1.1")),
        failing("again", f"{host}/team/app:v1.1", not_found(f"{host}/team/app:v1.1")),
        failing("pushed", f"{host}/team/app:1.0", not_found(f"{host}/team/app:1.0")),
        failing("repo", f"{host}/team/apq:1.0", not_found(f"{host}/team/apq:1.0")),
        failing("api", api, refused(api), imagePullSecrets=[{"name": "regcred"}]),
        secret,
    ]
    (tmp_path / "rec.json").write_text(json.dumps({"kind": "List", "items": items}))

    def invoke(*arguments: str, named: bool = True) -> tuple[int, str, str]:
        probe = ["--probe-allow", host, "--registry-ca", str(own_certificate)] if named else []
        words = for_parser([*arguments, "--from", str(tmp_path / "rec.json"), *probe])
        result = CliRunner().invoke(cli.app, words, env={"COLUMNS": "200"})
        return result.exit_code, result.stdout.replace(host, "HOST"), result.stderr.replace(host, "HOST")

    return invoke


def causes(output: str) -> dict[str, tuple[str, str]]:
    return {one["pod"]: (one["cause"], one["confidence"]) for one in json.loads(output)["failures"]}


def test_without_the_flag_nobody_is_asked(run: Any, registry: SmallRegistry) -> None:
    _, output, _ = run("diagnose", "-o", "json", named=False)
    assert causes(output) == {
        "tag": ("TagNotFound", "likely"),
        "again": ("TagNotFound", "likely"),
        "pushed": ("TagNotFound", "likely"),
        "repo": ("TagNotFound", "likely"),
        "api": ("RepositoryNotFoundOrPrivate", "likely"),
    }
    assert registry.server.asked == []


def test_the_registry_decides_what_the_texts_leave_open(run: Any, registry: SmallRegistry) -> None:
    code, output, errors = run("diagnose", "--probe", "-o", "json")
    assert (code, errors) == (0, "")
    assert causes(output) == {
        "tag": ("TagNotFound", "confirmed"),
        "again": ("TagNotFound", "confirmed"),
        "pushed": ("TagNotFound", "possible"),
        "repo": ("RepositoryNotFound", "confirmed"),
        # nobody's question doesn't tell more than the text
        "api": ("RepositoryNotFoundOrPrivate", "likely"),
    }
    # each image was asked about once, and no login was sent
    manifests = [asked.path for asked in registry.server.asked if asked.method == "HEAD"]
    assert len(manifests) == len(set(manifests)) == 4
    assert registry.logins == {None}


def test_with_the_pods_secrets(run: Any, registry: SmallRegistry) -> None:
    _, output, _ = run("diagnose", "--probe", "--probe-with-secrets", "-o", "json")
    assert causes(output)["api"] == ("BadCredentials", "confirmed")
    assert {login for login in registry.logins if login} == {"Basic am9lOndyb25n"}
    assert LOGIN not in registry.logins


def test_a_scan_names_the_tag_that_exists(run: Any) -> None:
    _, output, _ = run("scan", "--probe")
    rows = [line.split("  ")[0].strip() for line in output.splitlines() if line and not line.startswith(" ")]
    assert "TagNotFound" in rows
    assert "    Name HOST/team/app:1.1" in output
    assert "    Wait: the registry has the image now" in output


def test_a_page_says_from_where_it_was_asked(run: Any) -> None:
    _, output, _ = run("diagnose", "pod/tag", "--probe")
    assert "HOST has team/app, but not team/app:v1.1. Asked from here and not from the node" in " ".join(output.split())
    _, output, _ = run("diagnose", "pod/pushed", "--probe")
    now = "HOST has team/app:1.0 now; when node node-a asked last, it hadn't, or refused it."
    assert now in " ".join(output.split())
    _, output, _ = run("diagnose", "pod/tag", "--probe", "--details")
    assert "asked from here and not from the node" in " ".join(output.split())


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            ("scan", "--probe-with-secrets"),
            "--probe-with-secrets is about questions to registries, and none are asked: add --probe",
        ),
        (
            ("scan", "--registry-ca", "x"),
            "--registry-ca is about questions to registries, and none are asked: add --probe",
        ),
        (("scan", "--probe", "--probe-allow", "a/b"), "--probe-allow: 'a/b' is no HOST, HOST:PORT or http://HOST:PORT"),
    ],
)
def test_wrong_usage(run: Any, arguments: tuple[str, ...], text: str) -> None:
    code, output, errors = run(*arguments, named=False)
    assert (code, output) == (2, "")
    assert errors.startswith(f"error: {text}")


@pytest.mark.parametrize("arguments", [("scan", "--watch"), ("diagnose", "--wait")])
def test_what_goes_on_asks_no_registry(arguments: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli.app, for_parser([*arguments, "--probe"]))
    flag = arguments[1]
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: {flag} asks no registry again and again: it can't go with --probe")


def test_certificates_that_cannot_be_used(run: Any) -> None:
    code, _, errors = run("scan", "--probe", "--registry-ca", "missing.pem", named=False)
    assert (code, errors) == (3, "error: certificates for registries, missing.pem: it can't be read\n")
