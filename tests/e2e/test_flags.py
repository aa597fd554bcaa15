"""The connection's flags, files and variables lead the program where they lead the real kubectl, as the same user."""

from __future__ import annotations

import base64
import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from e2e.connect_proxy import connect_proxy
from e2e.control_plane import ControlPlane, token_of
from e2e.program import NAME, Program

WHOAMI = ("kubectl", "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}")
#: A login plugin that fails where it is run.
PLUGIN = {
    "exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "/bin/false", "interactiveMode": "Never"}
}


def kubectls_user(program: Program, flags: Sequence[str]) -> str | None:
    """Who kubectl is with these flags; None where it fails."""
    result = program.run(*WHOAMI, *flags)
    return result.stdout if result.returncode == 0 else None


def programs_user(program: Program, flags: Sequence[str]) -> str | None:
    """Who the program is with these flags; None where it fails. Only `admin` may list pods."""
    result = program.inside("scan", "-n", "shop", *flags)
    assert token_of("") not in result.stdout + result.stderr
    if result.returncode == 0:
        return "admin"
    assert (result.returncode, len(result.stderr.splitlines())) == (3, 1), result.stderr
    forbidden = re.search(r'forbidden: User "(\w+)" cannot list', result.stderr)
    return forbidden[1] if forbidden else None


@pytest.fixture
def named(plane: ControlPlane, tmp_path: Path) -> dict[str, str]:
    """Values that the cases below speak of."""
    certificate, key = plane.certificate("certified")
    (tmp_path / "token").write_text(token_of("viewer"), encoding="utf-8")
    return {
        "SERVER": plane.url,
        "LOCALHOST": plane.url.replace("127.0.0.1", "localhost"),
        "BARE": f"127.0.0.1:{plane.port}",
        "CA": str(plane.ca),
        "CERTIFICATE": str(certificate),
        "KEY": str(key),
        "FILE": str(tmp_path / "token"),
        "ADMIN": token_of("admin"),
        "VIEWER": token_of("viewer"),
        "GONE": str(tmp_path / "gone"),
    }


def filled(value: Any, named: Mapping[str, str]) -> Any:
    """The value with the words in capitals replaced."""
    if isinstance(value, dict):
        return {key: filled(one, named) for key, one in value.items()}
    return named.get(value, value) if isinstance(value, str) else value


TOKEN, PAIR = "--token ADMIN", "--client-certificate CERTIFICATE --client-key KEY"
LOGINS: dict[str, tuple[dict[str, Any], str, str | None]] = {
    # a kubeconfig's user, flags, and who that is
    "token": ({}, TOKEN, "admin"),
    "token-over-token": ({"token": "VIEWER"}, TOKEN, "admin"),
    "token-over-a-plugin": (PLUGIN, TOKEN, "admin"),
    "token-over-a-provider": (
        {"auth-provider": {"name": "oidc", "config": {"client-id": "x", "idp-issuer-url": "https://127.0.0.1:1"}}},
        TOKEN,
        "admin",
    ),
    "token-file-over-token": ({"tokenFile": "FILE"}, TOKEN, "viewer"),
    "token-and-no-token-file": ({"tokenFile": "GONE"}, "--token VIEWER", "viewer"),
    "certificate-over-token": ({"client-certificate": "CERTIFICATE", "client-key": "KEY"}, TOKEN, "certified"),
    "certificate": ({}, PAIR, "certified"),
    "certificate-beside-token": ({"token": "ADMIN"}, PAIR, "certified"),
    "certificate-over-a-plugin": (PLUGIN, PAIR, "certified"),
    "certificate-over-data": ({"client-certificate-data": "eA==", "client-key-data": "eA=="}, PAIR, "certified"),
    "certificate-without-key": ({"token": "ADMIN"}, "--client-certificate CERTIFICATE", None),
    "plugin": (PLUGIN, "", None),
    "basic-over-a-plugin": ({**PLUGIN, "username": "admin", "password": "x"}, "", None),
    "as": ({"token": "ADMIN"}, "--as jane", "jane"),
    "as-with-everything": ({"token": "ADMIN"}, "--as jane --as-uid 7 --as-group a --as-group b", "jane"),
    "as-over-as": ({"token": "ADMIN", "as": "joe", "as-uid": "8"}, "--as jane", "jane"),
    "as-uid-alone": ({"token": "ADMIN"}, "--as-uid 7", None),
    "as-group-alone": ({"token": "ADMIN"}, "--as-group a", None),
    "empty": ({"token": "ADMIN"}, "--token= --context= --server= --as=", "admin"),
}


@pytest.mark.parametrize("name", LOGINS)
def test_a_login_is_kubectls(plane: ControlPlane, tmp_path: Path, named: dict[str, str], name: str) -> None:
    user, words, expected = LOGINS[name]
    program = Program(plane.kubeconfig(filled(user, named), name="login"), tmp_path)
    flags = [named.get(word, word) for word in words.split()]
    assert (programs_user(program, flags), kubectls_user(program, flags)) == (expected, expected)


CLUSTERS: dict[str, tuple[dict[str, Any], str, str | None]] = {
    # a kubeconfig's cluster, flags, and whether that is reached
    "server": ({"server": "https://127.0.0.1:1"}, "--server SERVER", "admin"),
    "short": ({"server": "https://127.0.0.1:1"}, "-s SERVER", "admin"),
    "insecure-over-authority": ({}, "--insecure-skip-tls-verify", "admin"),
    "insecure": ({"certificate-authority": ""}, "--insecure-skip-tls-verify", "admin"),
    "unknown-authority": ({"certificate-authority": ""}, "", None),
    "authority": ({"certificate-authority": ""}, "--certificate-authority CA", "admin"),
    "authority-over-insecure": (
        {"certificate-authority": "", "insecure-skip-tls-verify": True},
        "--certificate-authority CA",
        "admin",
    ),
    "authority-over-data": (
        {"certificate-authority": "", "certificate-authority-data": base64.b64encode(b"x").decode()},
        "--certificate-authority CA",
        "admin",
    ),
    "wrong-authority": ({}, "--certificate-authority CERTIFICATE", None),
    "no-authority": ({}, "--certificate-authority GONE", None),
    "name": ({}, "--tls-server-name localhost", "admin"),
    "wrong-name": ({}, "--tls-server-name api.example.com", None),
    "server-without-the-clusters-name": ({"tls-server-name": "api.example.com"}, "--server LOCALHOST", "admin"),
    "server-with-a-name": (
        {"tls-server-name": "api.example.com"},
        "--server SERVER --tls-server-name localhost",
        "admin",
    ),
}


@pytest.mark.parametrize("name", CLUSTERS)
def test_a_cluster_is_kubectls(plane: ControlPlane, tmp_path: Path, named: dict[str, str], name: str) -> None:
    cluster, words, expected = CLUSTERS[name]
    program = Program(plane.kubeconfig("admin", name="cluster", cluster=filled(cluster, named)), tmp_path)
    flags = [named.get(word, word) for word in words.split()]
    assert (programs_user(program, flags), kubectls_user(program, flags)) == (expected, expected)


ALONE: dict[str, tuple[str, str | None]] = {
    "server-and-login": (f"--server SERVER --certificate-authority CA {TOKEN}", "admin"),
    "short": (f"-s SERVER --certificate-authority CA {PAIR}", "certified"),
    "insecure": (f"--server SERVER --insecure-skip-tls-verify {TOKEN}", "admin"),
    "wrong-token": ("--server SERVER --certificate-authority CA --token wrong", None),
    "unknown-authority": (f"--server SERVER {TOKEN}", None),
    "no-server": (TOKEN, None),
    "context": (f"--server SERVER --context gone {TOKEN}", None),
    "cluster": (f"--server SERVER --cluster gone {TOKEN}", None),
    "user": (f"--server SERVER --user gone {TOKEN}", None),
}


@pytest.mark.parametrize("name", ALONE)
def test_flags_need_no_kubeconfig(plane: ControlPlane, tmp_path: Path, named: dict[str, str], name: str) -> None:
    assert plane.url
    words, expected = ALONE[name]
    program = Program(None, tmp_path)
    flags = [named.get(word, word) for word in words.split()]
    assert (programs_user(program, flags), kubectls_user(program, flags)) == (expected, expected)


def test_the_errors_of_flags_say_what_to_do(plane: ControlPlane, tmp_path: Path, named: dict[str, str]) -> None:
    program = Program(None, tmp_path)
    reach = ["--server", plane.url, "--certificate-authority", str(plane.ca)]
    wrong = program("scan", *reach, "--token", "wr0ng-t0ken", by_kubectl=True)
    assert (wrong.returncode, wrong.stdout) == (3, "")
    assert wrong.stderr == (
        f"error: the API server at {plane.url} refused the login of context {plane.url} (401); log in again, and "
        f"check it with 'kubectl --server {plane.url} --certificate-authority {plane.ca} --token YOUR_TOKEN auth "
        "whoami'\n"
    )
    both = program("scan", *reach, "--insecure-skip-tls-verify")
    assert (both.returncode, both.stdout) == (2, "")
    assert "--insecure-skip-tls-verify and --certificate-authority: use only one of them" in both.stderr
    lonely = program("scan", *reach, "--client-key", named["KEY"])
    assert lonely.stderr == (
        "error: --client-key needs --client-certificate: a certificate is useless without its key\n"
    )


@pytest.mark.parametrize("flag", ["--server", "--token", "--client-certificate", "--client-key", "--tls-server-name"])
def test_what_is_of_one_cluster_is_not_sent_to_several(program: Program, flag: str) -> None:
    result = program.inside("scan", "--all-contexts", flag, "x")
    assert result.returncode == 2
    assert f"{flag} is for one cluster: it can't be combined with --all-contexts" in " ".join(result.stderr.split())


def test_the_commands_of_a_fix_reach_the_same_cluster(plane: ControlPlane, tmp_path: Path) -> None:
    program = Program(None, tmp_path)
    token = token_of("admin")
    flags = ["--server", plane.url, "--insecure-skip-tls-verify", "--token", token, "--as", "jo", "--as-group"]
    flags += ["system:masters", "--tls-server-name", "localhost", "--as-uid", "7"]
    for output in ("json", "yaml", "table"):
        result = program.inside("diagnose", "-n", "shop", *flags, "-o", output)
        assert result.returncode == 0, result.stderr
        assert token not in result.stdout + result.stderr
    page = program.inside("diagnose", "-n", "shop", "--details", *flags).stdout
    assert 'Before you paste, replace "${...}" with your own values: ' in " ".join(page.split())
    said = (
        f"--server {plane.url} --tls-server-name localhost --token YOUR_TOKEN --as jo --as-uid 7 --as-group "
        "system:masters --insecure-skip-tls-verify"
    )
    (check,) = {line.strip() for line in page.splitlines() if " rollout status deployment/frontend " in line}
    assert check.startswith(f"kubectl {said} rollout status ")
    assert any(line.strip().endswith(f" -n shop {said}") for line in page.splitlines())
    command = shlex.split(f"kubectl {said.replace('YOUR_TOKEN', token)} get deployment/frontend -n shop -o name")
    assert program.run(*command).stdout == "deployment.apps/frontend\n"


# Files


def test_the_files_order_is_kubectls(plane: ControlPlane, tmp_path: Path) -> None:
    home = tmp_path / ".kube/config"
    home.parent.mkdir()
    shutil.copy(plane.kubeconfig("stranger", name="stranger"), home)
    viewer = plane.kubeconfig("viewer", name="viewer", context="second")
    admin = plane.kubeconfig("admin", name="admin-file", context="third")
    at_home, listed = (
        Program(None, tmp_path),
        Program(f"{tmp_path}/gone{os.pathsep}{viewer}{os.pathsep}{admin}", tmp_path),
    )
    cases: list[tuple[Program, list[str], str | None]] = [
        (at_home, [], "stranger"),
        (listed, [], "viewer"),
        (listed, ["--context", "third"], "admin"),
        (listed, ["--cluster", "third", "--user", "third"], "admin"),
        (listed, ["--kubeconfig", str(admin)], "admin"),
        (listed, ["--kubeconfig", str(home), "--token", token_of("admin")], "admin"),
        (listed, ["--kubeconfig", str(tmp_path / "gone")], None),
        (Program(tmp_path / "gone", tmp_path), [], None),
    ]
    for program, flags, expected in cases:
        assert (programs_user(program, flags), kubectls_user(program, flags)) == (expected, expected), flags


def can_hide_directories() -> bool:
    """Whether a process can have another /run than all others."""
    command = ["unshare", "-rm", "sh", "-c", "mount -t tmpfs none /run && test -e /var/run"]
    return bool(shutil.which("unshare")) and subprocess.run(command, capture_output=True, check=False).returncode == 0


#: Runs a command where the files of a service account are those of a pod.
IN_POD = """
mount -t tmpfs none /run && mkdir -p /run/secrets/kubernetes.io/serviceaccount || exit 70
cd /run/secrets/kubernetes.io/serviceaccount && printf %s "$ACCOUNT" > token && cp "$CA" ca.crt && printf shop > namespace
cd / && exec "$@"
"""


@pytest.mark.skipif(not can_hide_directories(), reason="needs a mount namespace of its own")
def test_a_pods_account_comes_last(plane: ControlPlane, tmp_path: Path) -> None:
    pod = {
        "KUBERNETES_SERVICE_HOST": "127.0.0.1",
        "KUBERNETES_SERVICE_PORT": str(plane.port),
        "ACCOUNT": token_of("viewer"),
        "CA": str(plane.ca),
    }
    inside = ("unshare", "-rm", "sh", "-c", IN_POD, "sh")
    config = plane.kubeconfig("stranger", name="stranger")
    bare = json.loads(config.read_text(encoding="utf-8"))
    (tmp_path / "bare").write_text(json.dumps({**bare, "current-context": ""}), encoding="utf-8")
    cases: list[tuple[Path | None, list[str], str]] = [
        (None, [], "viewer"),
        (None, ["--token", token_of("admin")], "admin"),
        (tmp_path / "bare", [], "viewer"),
        (tmp_path / "bare", ["--context", "e2e"], "stranger"),
        (config, [], "stranger"),
        (
            None,
            ["--server", plane.url, "--certificate-authority", str(plane.ca), "--token", token_of("admin")],
            "admin",
        ),
    ]
    for kubeconfig, flags, expected in cases:
        program = Program(kubeconfig, tmp_path, pod)
        assert program.run(*inside, *WHOAMI, *flags).stdout == expected, flags
        result = program.run(*inside, NAME, "scan", *flags)
        if expected == "admin":
            assert "namespace shop, " in result.stdout, result.stderr
        else:
            assert (
                f'forbidden: User "{expected}" cannot list resource "pods" in API group "" in the namespace "shop"'
                in (result.stderr)
            )


# Proxies


def test_a_proxy_is_kubectls(plane: ControlPlane, tmp_path: Path) -> None:
    away = {"server": "https://api.example.test:6443", "cluster": {"tls-server-name": "localhost"}}
    with connect_proxy(plane) as proxy:
        url = f"http://{proxy.address}"
        of_file = {"cluster": {"tls-server-name": "localhost", "proxy-url": url}}
        cases: list[tuple[dict[str, Any], dict[str, str], str | None]] = [
            (away, {"HTTPS_PROXY": url}, "api.example.test:6443"),
            (away, {"https_proxy": proxy.address, "NO_PROXY": "example.com"}, "api.example.test:6443"),
            ({}, {"HTTPS_PROXY": url}, None),
            (of_file, {"NO_PROXY": "*", "HTTPS_PROXY": "http://127.0.0.1:1"}, f"127.0.0.1:{plane.port}"),
        ]
        for fields, variables, asked in cases:
            program = Program(plane.kubeconfig("admin", name="proxy", **fields), tmp_path, variables)
            for user_of in (programs_user, kubectls_user):
                proxy.asked.clear()
                assert user_of(program, []) == "admin", variables
                assert set(proxy.asked) == ({asked} if asked else set())
        for variables in ({"HTTPS_PROXY": url, "NO_PROXY": ".example.test"}, {"ALL_PROXY": url}, {"HTTP_PROXY": url}):
            program = Program(plane.kubeconfig("admin", name="proxy", **away), tmp_path, variables)
            for user_of in (programs_user, kubectls_user):
                proxy.asked.clear()
                assert (user_of(program, ["--request-timeout", "5s"]), proxy.asked) == (None, [])


def test_logs_in_at_a_proxy(plane: ControlPlane, tmp_path: Path) -> None:
    with connect_proxy(plane) as proxy:
        cluster = {"proxy-url": f"http://jo:p%40ss@{proxy.address}"}
        program = Program(plane.kubeconfig("admin", name="proxy", cluster=cluster), tmp_path)
        for user_of in (programs_user, kubectls_user):
            proxy.logins.clear()
            assert user_of(program, []) == "admin"
            assert set(proxy.logins) == {f"Basic {base64.b64encode(b'jo:p@ss').decode()}"}
