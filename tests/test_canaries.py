"""Marked secrets in every place of a cluster, a kubeconfig and a command line: no output of any command shows one."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from clusters import BACK_OFF, at, failed, pod, waiting
from kube.apiserver import ApiServer, Reply, Request, status
from situations import held, owned_by, revision
from typer.testing import CliRunner

from kubectl_imagepull.cli.program import app
from kubectl_imagepull.report.formats import Output

#: What stands in each secret: neither it nor its base64 may be seen anywhere.
CANARY = "Qx7CANARYz93kWm"
HOST = "registry.example.com"
#: Texts of runtimes and registries that hold a secret.
TEXTS = {
    "basic login": f'Head "https://user:{CANARY}@{HOST}/v2/": EOF',
    "at in the password": f'Head "https://user:p@{CANARY}@{HOST}/v2/": EOF',
    "slash in the password": f'Head "https://user:p/{CANARY}@{HOST}/v2/": EOF',
    "space in the password": f'Head "https://user:p {CANARY}@{HOST}/v2/": EOF',
    "quote in the password": f'Head "https://user:p\'{CANARY}@{HOST}/v2/": EOF',
    "token as the user": f'Head "https://{CANARY}:x-oauth-basic@{HOST}/v2/": EOF',
    "user alone": f'Head "https://{CANARY}@{HOST}/v2/": EOF',
    "no scheme": f"pinging container registry user:{CANARY}@{HOST}: EOF",
    "proxy": f'proxyconnect tcp: dial tcp: lookup user:{CANARY}@proxy.corp on 10.0.0.10:53: no such host: parse "http://user:{CANARY}@proxy.corp:3128"',
    "amazon": f"https://b.s3.amazonaws.com/x?X-Amz-Credential=A&X-Amz-Security-Token={CANARY}&X-Amz-Signature={CANARY}: 403 Forbidden",
    "azure": f"https://x.blob.core.windows.net/a?se=2026-01-01&sig={CANARY}&sv=2019: 403 Forbidden",
    "google": f"https://storage.googleapis.com/a?X-Goog-Signature={CANARY}: 403 Forbidden",
    "cloudfront": f"https://d1.cloudfront.net/a?Expires=1&Signature={CANARY}&Key-Pair-Id={CANARY}: 403 Forbidden",
    "token query": f"https://auth.{HOST}/token?service=x&scope=y&access_token={CANARY}: 401 Unauthorized",
    "account query": f"https://auth.{HOST}/token?account=u&password={CANARY}: 401 Unauthorized",
    "bearer header": f"GET /v2/: 401: Authorization: Bearer {CANARY}",
    "basic header": f"GET /v2/: 401: Authorization: Basic {base64.b64encode(f'u:{CANARY}'.encode()).decode()}",
    "lower-case header": f"GET /v2/: 401: authorization: bearer {CANARY}",
    "cookie": f"GET /v2/: 401: Set-Cookie: session={CANARY}; Path=/",
    "own header": f"GET /v2/: 401: X-Registry-Auth: {CANARY}",
    "body": f'unexpected status 401: {{"token":"{CANARY}","errors":[]}}',
    "escaped body": f'unexpected status 401: "{{\\"access_token\\":\\"{CANARY}\\"}}"',
    "body of a login": f'unexpected status 401: {{"username":"u","password":"{CANARY}"}}',
    "sentence": f"login failed for user robot with password={CANARY}: denied",
    "client secret": f"oauth2: cannot fetch token: client_secret={CANARY} is wrong",
    "refresh token": f"oauth2: cannot fetch token: refresh_token={CANARY}&grant_type=refresh",
}
IMAGES = {
    "login": f"user:{CANARY}@{HOST}/team/app:1",
    "token": f"{CANARY}:x@{HOST}/team/app:1",
    "scheme": f"https://user:{CANARY}@{HOST}/team/app:1",
    "user alone": f"https://{CANARY}@{HOST}/team/app:1",
    "port": f"user:{CANARY}@{HOST}:5000/team/app:1",
    "digest": f"user:{CANARY}@{HOST}/team/app@sha256:{'ab' * 32}",
    "space": f"user:p {CANARY}@{HOST}/team/app:1",
    "no path": f"user:{CANARY}@{HOST}",
    "at": f"user:p@{CANARY}@{HOST}/team/app:1",
}
FORMS = tuple(output.value for output in Output)


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def is_seen(text: str) -> bool:
    """Whether the canary, its base64 at any offset, or a long part of it is in a text."""
    parts = {CANARY, CANARY[:9], CANARY[-9:]}
    for before in ("", "x", "xx"):
        parts.add(b64(before + CANARY)[4:-4])
    return any(part in text for part in parts)


def run(*arguments: str, stdin: str | None = None) -> str:
    """All that a command writes, standard error with it."""
    result = CliRunner().invoke(app, list(arguments), input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), arguments
    return str(result.output)


def shown_of(path: Path) -> Iterator[tuple[str, str]]:
    for command in ("scan", "diagnose"):
        for form in FORMS:
            yield f"{command} -o {form}", run(command, "-A", "--from", str(path), "-o", form)
    yield "in colour", run("diagnose", "-A", "--from", str(path), "--color", "always")


def cluster_with(image: str, message: str) -> list[dict[str, Any]]:
    """A failing pod, and its cluster with a canary wherever one can be written."""
    annotations = {"note": CANARY, "meta.helm.sh/release-name": f"web --set password={CANARY}"}
    config = {"auths": {HOST: {"username": "u", "password": CANARY, "auth": b64(f"u:{CANARY}")}}}
    wrong = {"auths": {HOST: {"password": [CANARY], "identitytoken": CANARY}}}
    containers = [
        {
            "name": "app",
            "image": image,
            "env": [{"name": "TOKEN", "value": CANARY}],
            "args": [f"--password={CANARY}"],
            "command": ["sh", "-c", f"login {CANARY}"],
        }
    ]
    web = pod(
        statuses={
            "app": waiting("ImagePullBackOff", f'{BACK_OFF}: ErrImagePull: failed to pull image "{image}": {message}')
        },
        image=image,
        spec={
            "containers": containers,
            "imagePullSecrets": [{"name": "regcred"}, {"name": "wrong"}, {"name": "broken"}],
        },
        metadata={"annotations": annotations, "ownerReferences": [owned_by("ReplicaSet", "web-6b")]},
    )
    secrets = [
        secret("regcred", json.dumps(config), annotations),
        secret("wrong", json.dumps(wrong), annotations),
        secret("broken", f'{{"auths": {{"{CANARY}', annotations),
        {**secret("other", CANARY, annotations), "type": "Opaque"},
    ]
    return [
        web,
        failed(at(30), message, image),
        *secrets,
        revision(9, "web-6b", image),
        revision(8, "web-5a", f"user:{CANARY}@{HOST}/team/app:0"),
        held("Deployment", "web", metadata={"annotations": annotations}, spec={}),
        {"kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "shop", "annotations": annotations}},
        {"kind": "Node", "metadata": {"name": "node-a", "annotations": annotations}, "status": {}},
    ]


def secret(name: str, content: str, annotations: dict[str, str]) -> dict[str, Any]:
    applied = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps({"data": {"x": b64(content)}})}
    return {
        "kind": "Secret",
        "type": "kubernetes.io/dockerconfigjson",
        "metadata": {"name": name, "namespace": "shop", "annotations": {**annotations, **applied}},
        "data": {".dockerconfigjson": b64(content)},
    }


def recorded(folder: Path, items: list[dict[str, Any]]) -> Path:
    path = folder / "cluster.json"
    path.write_text(json.dumps({"kind": "List", "apiVersion": "v1", "items": items}), encoding="utf-8")
    return path


@pytest.mark.parametrize("text", TEXTS)
def test_no_secret_of_a_message_shows(text: str, tmp_path: Path) -> None:
    path = recorded(tmp_path, cluster_with(f"{HOST}/team/app:1", TEXTS[text]))
    for where, shown in shown_of(path):
        assert not is_seen(shown), where


@pytest.mark.parametrize("image", IMAGES)
def test_no_login_in_an_image_shows(image: str, tmp_path: Path) -> None:
    path = recorded(tmp_path, cluster_with(IMAGES[image], "failed to resolve reference: invalid reference format"))
    for where, shown in shown_of(path):
        assert not is_seen(shown), where


@pytest.mark.parametrize("text", TEXTS)
def test_classify_shows_no_secret(text: str) -> None:
    for form in ("table", "json"):
        assert not is_seen(run("classify", TEXTS[text], "-o", form))
        assert not is_seen(
            run("classify", "-o", form, stdin=f"{TEXTS[text]}\n{json.dumps({'message': TEXTS[text]})}\n")
        )


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_posted_shows_no_secret(text: str, tmp_path: Path) -> None:
    path = recorded(tmp_path, cluster_with(f"{HOST}/team/app:1", TEXTS[text]))
    for shown in (run("report", "web", "-n", "shop", "--from", str(path)), run("report", "-", stdin=TEXTS[text])):
        assert "### Raw message" in shown
        assert not is_seen(shown)
        assert HOST not in shown


@pytest.mark.parametrize("text", TEXTS)
def test_rules_of_ones_own_show_no_secret(text: str, tmp_path: Path) -> None:
    """Whether the file holds one, or the message that it reads."""
    wording = "rules read this text"
    message = f"{TEXTS[text]} {wording}"
    rule = {"name": "a", "message": wording, "cause": "ProxyFailure", "examples": [message]}
    rules = tmp_path / "rules.yaml"
    rules.write_text(json.dumps({"rules": [{**rule, "says": TEXTS[text], "ask": TEXTS[text]}]}), encoding="utf-8")
    path = recorded(tmp_path, cluster_with(f"{HOST}/team/app:1", message))
    for form in FORMS:
        shown = run("diagnose", "-A", "--from", str(path), "--rules", str(rules), "-o", form)
        assert "ProxyFailure" in shown or form in {"name", "script"}
        assert not is_seen(shown), form
    for form in ("table", "json"):
        assert not is_seen(run("classify", message, "-o", form, "--rules", str(rules)))
    assert not is_seen(run("rules", "check", str(rules)))


@pytest.mark.parametrize("text", TEXTS)
def test_no_secret_gets_into_a_recording(text: str, tmp_path: Path) -> None:
    path, copy = recorded(tmp_path, cluster_with(f"{HOST}/team/app:1", TEXTS[text])), tmp_path / "copy.json"
    assert is_seen(path.read_text(encoding="utf-8"))
    assert not is_seen(run("record", str(copy), "--from", str(path)))
    assert not is_seen(copy.read_text(encoding="utf-8"))


@pytest.mark.parametrize("image", IMAGES)
def test_no_login_in_an_image_gets_into_a_recording(image: str, tmp_path: Path) -> None:
    items = cluster_with(IMAGES[image], "failed to resolve reference: invalid reference format")
    path, copy = recorded(tmp_path, items), tmp_path / "copy.json"
    run("record", str(copy), "--from", str(path))
    assert not is_seen(copy.read_text(encoding="utf-8"))
    for (where, shown), (_, again) in zip(shown_of(path), shown_of(copy), strict=True):
        if where == "diagnose -o json":
            assert json.loads(again)["failures"] == json.loads(shown)["failures"]


Secret = Callable[[Path], dict[str, Any]]


def login_plugin(body: str) -> Secret:
    def user(folder: Path) -> dict[str, Any]:
        script = folder / "plugin"
        script.write_text(f"#!{sys.executable}\nimport sys\n{body}\n")
        script.chmod(0o755)
        return {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": str(script), "args": [CANARY]}}

    return user


USERS: dict[str, Secret] = {
    "token": lambda _: {"token": CANARY},
    "token that no header can carry": lambda _: {"token": f"{CANARY}\u00e9\n"},
    "password": lambda _: {"username": "u", "password": CANARY},
    "password that no header can carry": lambda _: {"username": "u", "password": f"{CANARY}\u20ac"},
    "certificate": lambda _: {"client-certificate-data": b64(CANARY), "client-key-data": b64(CANARY)},
    "certificate that is no base64": lambda _: {"client-certificate-data": f"!{CANARY}", "client-key-data": CANARY},
    "token of the wrong type": lambda _: {"token": {"a": CANARY}},
    "oidc": lambda _: {"auth-provider": {"name": "oidc", "config": {"id-token": CANARY, "refresh-token": CANARY}}},
    "gcp": lambda _: {
        "auth-provider": {"name": "gcp", "config": {"access-token": CANARY, "expiry": "2020-01-01T00:00:00Z"}}
    },
    "azure": lambda _: {"auth-provider": {"name": "azure", "config": {"access-token": CANARY}}},
    "plugin that fails": login_plugin(f"print('password={CANARY} is wrong', file=sys.stderr); sys.exit(1)"),
    "plugin that fails with a url": login_plugin(
        f"print('https://u:{CANARY}@idp/ failed', file=sys.stderr); sys.exit(1)"
    ),
    "plugin that prints no json": login_plugin(f"print('{CANARY}')"),
    "plugin that prints another kind": login_plugin(f'print(\'{{"kind": "x", "status": {{"token": "{CANARY}"}}}}\')'),
}


@pytest.mark.parametrize("user", USERS)
def test_nothing_of_a_kubeconfig_shows(user: str, tmp_path: Path, secure: ApiServer) -> None:
    secure.replies["/api/v1/pods"] = status(401, "Unauthorized")
    path = kubeconfig(tmp_path, secure.url, USERS[user](tmp_path))
    for arguments in (("scan", "-A"), ("diagnose", "web-1"), ("scan", "-A", "--watch"), ("scan", "-A", "-o", "json")):
        assert not is_seen(run(*arguments, "--kubeconfig", str(path))), arguments


def kubeconfig(folder: Path, server: str, user: dict[str, Any]) -> Path:
    path = folder / "config"
    content = {
        "current-context": "test",
        "contexts": [{"name": "test", "context": {"cluster": "c", "user": "me"}}],
        "clusters": [{"name": "c", "cluster": {"server": server, "insecure-skip-tls-verify": True}}],
        "users": [{"name": "me", "user": user}],
    }
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


@pytest.mark.parametrize("echo", [False, True])
def test_a_login_in_the_servers_address_shows_nowhere(tmp_path: Path, server: ApiServer, *, echo: bool) -> None:
    def answer(request: Request) -> Reply:
        if echo:
            return status(
                403, f"GET https://user:{CANARY}@api/{request.path}: Authorization: Bearer {CANARY}: forbidden"
            )
        web = pod(statuses={"app": waiting("ErrImagePull", TEXTS["basic login"])})
        return Reply(body={"kind": "PodList", "metadata": {}, "items": [web] if request.path.endswith("/pods") else []})

    address = server.url.replace("://", f"://user:{CANARY}@")
    server.replies = {"/api/v1/pods": answer, "/api/v1/namespaces/default/pods": answer}
    path = kubeconfig(tmp_path, address, {})
    for form in FORMS:
        assert not is_seen(run("diagnose", "-A", "--kubeconfig", str(path), "-o", form)), form
        assert not is_seen(run("scan", "--server", address, "--kubeconfig", str(path), "-o", form)), form


@pytest.mark.parametrize(
    "arguments",
    [
        ("scan", "--token", CANARY, "--tokn", "x"),
        ("scan", "--token", "a", CANARY),
        ("diagnose", "--token", CANARY, "--server", "https://127.0.0.1:1"),
        ("diagnose", "--token", CANARY, "--server", "no url"),
        ("scan", "--server", f"https://u:{CANARY}@127.0.0.1:1"),
        ("scan", "--server", f"https://u:{CANARY}@[bad"),
        ("version", CANARY),
        ("explain", "--token", CANARY),
    ],
)
def test_no_secret_of_the_command_line_shows(arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", "/nonexistent")
    monkeypatch.setenv("HOME", "/nonexistent")
    assert not is_seen(run(*arguments))


def test_the_canary_would_be_seen() -> None:
    """What these tests look for is found where it stands."""
    for text in (CANARY, b64(CANARY), b64(f"u:{CANARY}"), b64(f"us:{CANARY}"), CANARY[2:]):
        assert is_seen(f"x {text} y")
    assert not is_seen("a registry's REDACTED answer")
