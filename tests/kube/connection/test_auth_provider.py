from __future__ import annotations

import base64
import json
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from kube.apiserver import ApiServer
from kube.fixtures import Kubeconfig
from kube.sessions import refused, sent

from kubectl_imagepull.kube.connection.auth_provider import ExpiredLoginError, UnknownProviderError, provided_token
from kubectl_imagepull.kube.connection.options import Connection
from kubectl_imagepull.kube.objects import JsonObject


def web_token(claims: object) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{body}.c2ln"


def oidc(token: object) -> JsonObject:
    return {"name": "oidc", "config": {"id-token": token}}


def gcp(**config: object) -> JsonObject:
    return {"name": "gcp", "config": {name.replace("_", "-"): value for name, value in config.items()}}


def at(seconds: float) -> str:
    """A time from now, as a kubeconfig has it."""
    return (datetime.now(timezone.utc) + timedelta(seconds=seconds)).isoformat()


def is_expired(provider: JsonObject) -> bool:
    try:
        provided_token(provider)
    except ExpiredLoginError:
        return True
    return False


def test_an_id_token_is_sent_as_long_as_it_is_good() -> None:
    for claims in ({}, {"exp": time.time() + 600}, {"sub": "a"}, {"sub": "abc"}):
        assert provided_token(oidc(web_token(claims))) == web_token(claims)


def test_an_id_token_that_has_expired_or_is_missing() -> None:
    for token in (web_token({"exp": time.time() + 200}), web_token({"exp": 1}), "", None):
        assert is_expired(oidc(token))


@pytest.mark.parametrize("token", [web_token({"exp": "soon"}), web_token([]), "e30.!!.c2ln", "e30.fw.c2ln"])
def test_an_id_token_that_nobody_can_read_is_a_login_that_is_incomplete(token: str) -> None:
    with pytest.raises(ExpiredLoginError):
        provided_token(oidc(token))


@pytest.mark.parametrize("token", ["opaque", "a.b", "e30.a=b.c", "e30.abcde.c2ln"])
def test_what_is_no_web_token_is_not_sent(token: str) -> None:
    assert provided_token(oidc(token)) == ""


def test_googles_token_is_sent_as_long_as_it_is_good() -> None:
    assert provided_token(gcp(access_token="t")) == "t"
    assert provided_token(gcp(access_token="t", expiry=at(900))) == "t"
    assert is_expired(gcp(access_token="t", expiry=at(200)))
    assert is_expired(gcp(access_token="t", expiry="some time"))
    assert is_expired(gcp())


def test_googles_command_gives_another_one(tmp_path: Path) -> None:
    command = tmp_path / "gcloud"
    command.write_text(
        f"#!{sys.executable}\nimport json, sys\n"
        "print(json.dumps({'credential': {'access_token': '-'.join(sys.argv[1:])}}))\n"
    )
    command.chmod(0o755)
    expired = {"access_token": "old", "expiry": at(-1)}
    assert provided_token(gcp(**expired, cmd_path=str(command), cmd_args="config config-helper")) == (
        "config-config-helper"
    )
    assert provided_token(gcp(**expired, cmd_path=f"{command} a")) == "a"
    for bad in (f"{command}", "/bin/false", "/bin/true", "/no/such/command"):
        assert is_expired(gcp(**expired, cmd_path=bad)), bad


@pytest.mark.parametrize(
    ("name", "successor"),
    [
        ("azure", "kubelogin (https://github.com/Azure/kubelogin)"),
        ("openstack", "a login plugin (exec)"),
        ("tectonic", "a login plugin (exec)"),
        ("", "a login plugin (exec)"),
    ],
)
def test_a_provider_that_kubectl_took_out_is_said(name: str, successor: str) -> None:
    with pytest.raises(UnknownProviderError) as caught:
        provided_token({"name": name, "config": {"access-token": "t0k3n"}})
    assert str(caught.value) == f'auth-provider "{name}", which kubectl has no more; use {successor} in its place'


def test_googles_command_has_an_end(tmp_path: Path) -> None:
    command = tmp_path / "gcloud"
    command.write_text("#!/bin/sh\nexec sleep 60\n")
    command.chmod(0o755)
    started = time.monotonic()
    with pytest.raises(ExpiredLoginError):
        provided_token(gcp(access_token="t", expiry=at(-9), cmd_path=str(command)), 0.2)
    assert time.monotonic() - started < 30


def test_a_session_sends_it(secure: ApiServer, kubeconfig: Kubeconfig) -> None:
    path = kubeconfig(secure, user={"auth-provider": gcp(access_token="t"), "username": "u", "password": "p"})
    assert sent(secure, Connection(kubeconfig=path), "Authorization") == ["Bearer t"]
    path = kubeconfig(secure, user={"auth-provider": {"name": "azure"}, "username": "u", "password": "p"})
    assert refused(Connection(kubeconfig=path)).startswith('user "me" logs in by auth-provider "azure", which')
