"""The user's own docker login."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from kubectl_imagepull.registry.docker_login import DockerLoginError, docker_logins

AUTH = b64encode(b"joe:pw:x").decode()


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def write(docker: Path, config: Any) -> None:
    (docker / "config.json").write_text(config if isinstance(config, str) else json.dumps(config))


def values(registry: str) -> list[tuple[str, str, str]]:
    return [(one.source, one.user, one.password) for one in docker_logins(registry)]


@pytest.mark.usefixtures("docker")
def test_no_docker_at_all() -> None:
    assert values("registry.test") == []


@pytest.mark.parametrize(
    ("registry", "key"),
    [
        ("registry.test", "registry.test"),
        ("registry.test:5000", "https://registry.test:5000"),
        ("registry.test", "https://registry.test/v1/"),
        ("docker.io", "https://index.docker.io/v1/"),
    ],
)
def test_a_login_in_the_file(docker: Path, registry: str, key: str) -> None:
    write(docker, {"auths": {key: {"auth": AUTH}, "other.test": {"auth": "x"}}})
    assert values(registry) == [("your docker login", "joe", "pw:x")]
    assert values("evil.registry.test") == []


def helper(docker: Path, name: str, script: str) -> None:
    path = docker / f"docker-credential-{name}"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_a_helper_is_run_as_docker_runs_it(docker: Path) -> None:
    helper(docker, "store", f'[ "$1" = get ] && cat > {docker}/asked && echo \'{{"Username":"ann","Secret":"s"}}\'')
    write(docker, {"credsStore": "store", "auths": {"registry.test": {}}})
    assert values("registry.test") == [("your docker login", "ann", "s")]
    assert (docker / "asked").read_text() == "registry.test"
    assert values("docker.io") == [("your docker login", "ann", "s")]
    assert (docker / "asked").read_text() == "https://index.docker.io/v1/"


def test_a_registrys_own_helper_stands_before_the_common_one(docker: Path) -> None:
    helper(docker, "own", 'echo \'{"Username":"own","Secret":"s"}\'')
    helper(docker, "store", 'echo "credentials not found"; exit 1')
    write(docker, {"credsStore": "store", "credHelpers": {"registry.test": "own"}})
    assert values("registry.test") == [("your docker login", "own", "s")]
    assert values("other.test") == []


@pytest.mark.parametrize(
    ("config", "script", "why"),
    [
        ("{", "", "config.json can't be read"),
        ({"credsStore": "missing"}, "", "config.json names a credential helper that is not on PATH"),
        ({"credsStore": "../x"}, "", "config.json names a credential helper that is not on PATH"),
        ({"auths": {"registry.test": {"auth": "%%"}}}, "", "what config.json holds for registry.test is no login"),
        ({"credsStore": "here"}, "echo nonsense", "docker-credential-here gave no login"),
        (
            {"credsStore": "here"},
            'echo \'{"Username":"<token>","Secret":"s"}\'',
            "docker-credential-here keeps a token of a kind that is not tried",
        ),
    ],
)
def test_a_login_that_cannot_be_had(docker: Path, config: Any, script: str, why: str) -> None:
    helper(docker, "here", script)
    write(docker, config)
    with pytest.raises(DockerLoginError) as caught:
        docker_logins("registry.test")
    assert str(caught.value).endswith(why)
