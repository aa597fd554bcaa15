"""A secret with stand-ins reads the same in every respect, and holds nothing of the values."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from kubectl_imagepull.evidence.docker_config import SecretState, read_pull_secret
from kubectl_imagepull.recorder.credential_stand_ins import MARK, CredentialStandIns
from kubectl_imagepull.recorder.secret_stand_ins import SecretStandIns

HOST = "registry.example.com"
JSON, OLD, OPAQUE = "kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg", "Opaque"
KEYS = {JSON: ".dockerconfigjson", OLD: ".dockercfg", OPAQUE: ".dockerconfigjson"}
PASSWORD = "hunter2-very-secret"  # noqa: S105 - it has to be looked for


def b64(text: str | bytes) -> str:
    return b64encode(text.encode() if isinstance(text, str) else text).decode()


def jwt(claims: dict[str, Any]) -> str:
    return f"{b64('{}').rstrip('=')}.{b64(json.dumps(claims)).rstrip('=')}.{PASSWORD}"


def auths(entry: Any, host: str = HOST) -> str:
    return json.dumps({"auths": {host: entry}})


def login(user: str, password: str = PASSWORD) -> str:
    return auths({"username": user, "password": password, "auth": b64(f"{user}:{password}")})


#: What evidence tells something of, each with the state of a pull secret that holds it.
DOCUMENTS: dict[str, tuple[str, SecretState]] = {
    "login": (login("deploy"), SecretState.USED),
    "user and password alone": (auths({"username": "deploy", "password": PASSWORD}), SecretState.USED),
    "Amazon's user": (login("AWS"), SecretState.USED),
    "Google's key": (login("_json_key", json.dumps({"private_key": PASSWORD})), SecretState.USED),
    "Google's key in base64": (login("_json_key_base64", b64(json.dumps({"private_key": PASSWORD}))), SecretState.USED),
    "access token": (login("oauth2accesstoken", f"ya29.{PASSWORD}"), SecretState.USED),
    "robot of Harbor": (login("robot$hunter2-ci"), SecretState.USED),
    "robot that lost its dollar": (login("robot"), SecretState.USED),
    "project robot that lost it": (login("robot+hunter2-ci"), SecretState.USED),
    "escaped dollar": (login("robot\\$hunter2-ci"), SecretState.USED),
    "Tencent's user": (login("tcr$hunter2"), SecretState.USED),
    "Tencent's user without dollar": (login("tcr"), SecretState.USED),
    "quotes": (login('"hunter2"'), SecretState.USED),
    "white space": (login(" hunter2 "), SecretState.USED),
    "slash": (login("tenancy/hunter2"), SecretState.USED),
    "e-mail": (login("hunter2@very-secret.example"), SecretState.USED),
    "region": (login("region@hunter2"), SecretState.USED),
    "number": (login("1234567"), SecretState.USED),
    "no user": (login(""), SecretState.USED),
    "no password": (login("deploy", ""), SecretState.USED),
    "newline": (login("deploy", f"{PASSWORD}\n"), SecretState.USED),
    "line end of Windows": (login("deploy", f"{PASSWORD}\r\n"), SecretState.USED),
    "token of a job": (login("deploy", f"ghs_{PASSWORD}"), SecretState.USED),
    "user of a job": (login("gitlab-ci-token"), SecretState.USED),
    "token with its end": (login("deploy", jwt({"exp": 1_700_000_000, "sub": PASSWORD})), SecretState.USED),
    "end between seconds": (login("deploy", jwt({"exp": 1_700_000_000.25})), SecretState.USED),
    "token without end": (login("deploy", jwt({"sub": PASSWORD})), SecretState.USED),
    "Amazon's token": (
        login("AWS", b64(json.dumps({"payload": PASSWORD, "expiration": 1_700_000_000}))),
        SecretState.USED,
    ),
    "identity token": (auths({"identitytoken": PASSWORD}), SecretState.USED),
    "helper": (json.dumps({"credsStore": "hunter2"}), SecretState.USED),
    "no registry": (json.dumps({"auths": {}}), SecretState.USED),
    "null": (json.dumps({"auths": None}), SecretState.USED),
    "login in the key": (
        auths({"username": "deploy", "password": PASSWORD}, f"https://me:{PASSWORD}@{HOST}/v1/"),
        SecretState.USED,
    ),
    "query in the key": (
        auths({"username": "deploy", "password": PASSWORD}, f"{HOST}?token={PASSWORD}"),
        SecretState.USED,
    ),
    "key that no URL has": (auths({"username": "deploy", "password": PASSWORD}, f"{HOST}:port"), SecretState.USED),
    "registries beside auths": (json.dumps({HOST: {"username": "deploy", "password": PASSWORD}}), SecretState.USED),
    "headers": (json.dumps({"HttpHeaders": {"X-Meta": PASSWORD}, "auths": {}}), SecretState.USED),
    "several": (
        json.dumps({"auths": {HOST: {"auth": b64(f"a:{PASSWORD}")}, "other.example": {"username": "AWS"}}}),
        SecretState.USED,
    ),
    "any letter case": (json.dumps({"Auths": {HOST: {"Auth": b64(f"deploy:{PASSWORD}")}}}), SecretState.USED),
    "twice": (
        f'{{"auths": {{"{HOST}": {{"username": "x", "username": "deploy", "password": "{PASSWORD}"}}}}}}',
        SecretState.USED,
    ),
    "base64 twice": (b64(login("deploy")), SecretState.MALFORMED),
    "cut off": (login("deploy")[:-3], SecretState.MALFORMED),
    "a login and no document": (f"deploy:{PASSWORD}", SecretState.MALFORMED),
    "text": (json.dumps(PASSWORD), SecretState.MALFORMED),
    "number alone": ("4", SecretState.MALFORMED),
    "no number": ('{"auths": NaN}', SecretState.MALFORMED),
    "too deep": ("[" * 100_000, SecretState.MALFORMED),
    "auths of another type": (json.dumps({"auths": [PASSWORD]}), SecretState.MALFORMED),
    "entry of another type": (auths(PASSWORD), SecretState.MALFORMED),
    "password of another type": (auths({"username": "deploy", "password": [PASSWORD]}), SecretState.MALFORMED),
    "header of another type": (json.dumps({"HttpHeaders": {"X-Meta": 4}}), SecretState.MALFORMED),
    "auth without colon": (auths({"auth": b64(PASSWORD)}), SecretState.MALFORMED),
    "auth that is no base64": (auths({"auth": f"deploy:{PASSWORD}"}), SecretState.MALFORMED),
    "auth with half its padding": (auths({"auth": "dXNlcjpwd="}), SecretState.MALFORMED),
    "auth with a letter that isn't ASCII": (auths({"auth": "Zü9v"}), SecretState.MALFORMED),
}


def secret(document: str, kind: str = JSON, **fields: Any) -> dict[str, Any]:
    metadata = {"name": "regcred", "namespace": "shop", "resourceVersion": "7"}
    return {"kind": "Secret", "metadata": metadata, "type": kind, "data": {KEYS[kind]: b64(document)}, **fields}


def recorded(item: dict[str, Any], key: bytes = b"key") -> dict[str, Any]:
    return {**item, "data": SecretStandIns(CredentialStandIns(key)).data_of(item)}


def text_of_values(item: dict[str, Any]) -> str:
    """All values, and what is in base64 in them."""
    texts = [b64decode(value).decode(errors="replace") for value in item["data"].values()]
    for text in list(texts):
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            continue
        for entries in document.values() if isinstance(document, dict) else ():
            for entry in entries.values() if isinstance(entries, dict) else ():
                auth = entry.get("auth", "") if isinstance(entry, dict) else ""
                with suppress(ValueError):
                    texts.append(b64decode(str(auth) + "==").decode(errors="replace"))
    return "\n".join(texts)


@pytest.mark.parametrize("kind", [JSON, OLD, OPAQUE])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_evidence_reads_the_same_of_stand_ins(name: str, kind: str) -> None:
    item = secret(DOCUMENTS[name][0], kind)
    before, after = read_pull_secret(item), read_pull_secret(recorded(item))
    if kind == JSON:
        assert before.state is DOCUMENTS[name][1]
    if name in {"login in the key", "query in the key"}:
        # of such a key evidence shows only the host
        assert [one.credential for one in after.entries] == [one.credential for one in before.entries]
        before, after = (replace(one, entries=(), misfiled=None) for one in (before, after))
    assert after == before


@pytest.mark.parametrize("kind", [JSON, OLD, OPAQUE])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_of_the_values_is_left(name: str, kind: str) -> None:
    shown = text_of_values(recorded(secret(DOCUMENTS[name][0], kind)))
    assert "hunter2" not in shown
    assert "very-secret" not in shown


def test_nothing_else_of_a_secret_is_kept() -> None:
    """Of another kind's values, and of a document that evidence doesn't read, nothing is written anew."""
    others = {"tls.key": b64(PASSWORD), "config.json": b64(json.dumps({"db": {"password": PASSWORD}})), "empty": ""}
    item = {**secret("{}", OPAQUE), "data": others}
    assert recorded(item)["data"] == {"tls.key": MARK, "config.json": MARK, "empty": ""}


@pytest.mark.parametrize("value", ["REDACTED", "****", None, 4, "!!!"])
def test_a_value_that_was_hidden_stays_hidden(value: Any) -> None:
    item = {**secret("{}"), "data": {".dockerconfigjson": value}}
    assert read_pull_secret(item).state is SecretState.HIDDEN
    assert read_pull_secret(recorded(item)).state is SecretState.HIDDEN


def test_a_secret_without_data_stays_without() -> None:
    assert SecretStandIns(CredentialStandIns(b"key")).data_of({"kind": "Secret", "metadata": {"name": "a"}}) is None


def test_equal_logins_have_equal_stand_ins_in_one_recording_alone() -> None:
    item, same = secret(login("deploy")), secret(login("deploy"))
    other, user = secret(login("deploy", "another")), secret(login("other"))
    data = [recorded(one)["data"] for one in (item, same, other, user)]
    assert data[0] == data[1]
    assert len({json.dumps(one) for one in data}) == 3
    assert recorded(item, b"another recording")["data"] != data[0]
