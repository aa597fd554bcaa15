"""Ways to reach a cluster and to log in, as kubectl has them; where one fails, one line says why, and at once."""

from __future__ import annotations

import base64
import json
import os
import pty
import re
import select
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from e2e.admin import Admin
from e2e.captured import NAMESPACES
from e2e.control_plane import ControlPlane, openssl, token_of
from e2e.program import LONGEST, NAME, Program

VERSION = "client.authentication.k8s.io/v1"
#: Seconds that starting the program may take on a machine that is busy, beside what a test lets it wait.
MARGIN = 8.0
Fields = Mapping[str, Any]


def write_config(
    path: Path,
    *,
    contexts: Mapping[str, Fields] | None = None,
    clusters: Mapping[str, Fields] | None = None,
    users: Mapping[str, Fields] | None = None,
    current: str | None = None,
) -> Path:
    """Writes a kubeconfig file of named entries."""
    parts = {"context": contexts, "cluster": clusters, "user": users}
    named = {
        f"{kind}s": [{"name": name, kind: dict(fields)} for name, fields in (entries or {}).items()]
        for kind, entries in parts.items()
    }
    head = {"apiVersion": "v1", "kind": "Config", **({"current-context": current} if current else {})}
    path.write_text(json.dumps({**head, **named}), encoding="utf-8")
    return path


def cluster_of(plane: ControlPlane, **fields: Any) -> dict[str, Any]:
    """A kubeconfig's cluster that is the tests' own."""
    return {"server": plane.url, "certificate-authority": str(plane.ca), **fields}


def as_user(plane: ControlPlane, folder: Path, user: Fields, **cluster: Any) -> Program:
    """The program in namespace shop, with a kubeconfig user's fields."""
    place = {"cluster": "c", "user": "u", "namespace": "shop"}
    config = write_config(
        folder / "config",
        contexts={"e2e": place},
        clusters={"c": cluster_of(plane, **cluster)},
        users={"u": user},
        current="e2e",
    )
    return Program(config, folder)


def refusal(result: subprocess.CompletedProcess[str]) -> str:
    """The one line that a run without any answer gives."""
    assert (result.returncode, result.stdout) == (3, ""), result.stderr
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: ")
    return line.removeprefix("error: ")


def place(report: Fields) -> tuple[str, str | None]:
    """Context and namespace that a report is about."""
    return report["source"]["name"], report["source"]["namespace"]


def found(report: Fields) -> set[str]:
    """The pods that a report says can't pull."""
    return {failure["pod"] for failure in report["failures"]}


# Contexts, files, namespaces and selectors


@pytest.fixture
def several(plane: ControlPlane, tmp_path: Path) -> Program:
    """A kubeconfig with four contexts, one of a cluster that isn't there."""
    path = write_config(
        tmp_path / "config",
        contexts={
            "shop": {"cluster": "here", "user": "admin", "namespace": "shop"},
            "payments": {"cluster": "here", "user": "admin", "namespace": "payments"},
            "none": {"cluster": "here", "user": "admin"},
            "gone": {"cluster": "gone", "user": "admin", "namespace": "shop"},
        },
        clusters={"here": cluster_of(plane), "gone": {"server": "https://127.0.0.1:1"}},
        users={"admin": {"token": token_of("admin")}, "wrong": {"token": "wrong"}},
        current="shop",
    )
    return Program(path, tmp_path)


def test_the_context_and_its_namespace_are_used(several: Program) -> None:
    reports = [several.report("scan", *flags) for flags in ([], ["--context", "payments"], ["-n", "fraud"])]
    assert [place(report) for report in reports] == [("shop", "shop"), ("payments", "payments"), ("shop", "fraud")]
    assert [bool(found(report)) for report in reports] == [True, True, True]
    everywhere = several.report("scan", "-A", "--context", "payments")
    assert place(everywhere) == ("payments", None)
    assert {failure["namespace"] for failure in everywhere["failures"]} <= set(NAMESPACES)
    assert found(everywhere) > found(reports[0]) | found(reports[1]) | found(reports[2])


def test_a_context_without_a_namespace_means_default(several: Program) -> None:
    result = several("scan", "--context", "none", by_kubectl=True)
    assert (result.returncode, result.stderr) == (0, "")
    assert re.fullmatch(r"There are no pods to look at \(namespace default, context none, [^)]*\)\.\n", result.stdout)


def test_a_namespace_that_is_not_there(several: Program) -> None:
    assert refusal(several("scan", "-n", "nowhere")) == (
        'namespace "nowhere" doesn\'t exist in context shop; '
        "list the namespaces with 'kubectl --context shop get namespaces'"
    )


def test_cluster_and_user_replace_what_the_context_names(several: Program) -> None:
    whole = several.report("scan")
    assert found(several.report("scan", "--context", "gone", "--cluster", "here")) == found(whole)
    line = refusal(several("scan", "--user", "wrong"))
    assert line.endswith("check it with 'kubectl --context shop --user wrong auth whoami'")


def test_a_context_that_is_not_there(several: Program) -> None:
    assert refusal(several("scan", "--context", "prod", by_kubectl=True)).endswith(
        "list them with 'kubectl config get-contexts' (there are: gone, none, payments, shop)"
    )


def test_several_files_are_one_kubeconfig_and_the_first_wins(plane: ControlPlane, tmp_path: Path) -> None:
    first = write_config(
        tmp_path / "first",
        contexts={"shop": {"cluster": "here", "user": "admin", "namespace": "shop"}},
        users={"admin": {"token": token_of("admin")}},
    )
    second = write_config(
        tmp_path / "second",
        contexts={
            "shop": {"cluster": "gone", "user": "admin", "namespace": "fraud"},
            "payments": {"cluster": "here", "user": "admin", "namespace": "payments"},
        },
        clusters={"here": cluster_of(plane)},
        users={"admin": {"token": "wrong"}},
        current="shop",
    )
    third = write_config(tmp_path / "third", clusters={"here": {"server": "https://127.0.0.1:1"}}, current="payments")
    program = Program(os.pathsep.join(map(str, [first, tmp_path / "missing", second, third])), tmp_path)
    assert place(program.report("scan")) == ("shop", "shop")
    assert place(program.report("scan", "--context", "payments")) == ("payments", "payments")
    # kubectl reads the same out of them
    seen = program.run("kubectl", "get", "pods", "-o", "name").stdout.split()
    assert {f"pod/{name}" for name in found(program.report("scan"))} < set(seen)
    refusal(program("scan", "--kubeconfig", str(second)))


@pytest.mark.parametrize(
    "selector",
    ["app==frontend,pod-template-hash", "app!=frontend", "app in (frontend, cart)", "app notin (frontend,cart),!x"],
)
def test_a_selector_selects_what_it_does_for_kubectl(program: Program, selector: str) -> None:
    command = ("kubectl", "get", "pods", "-n", "shop", "-o", "name", "-l", selector)
    selected = {name.removeprefix("pod/") for name in program.run(*command).stdout.split()}
    report = program.report("scan", "-n", "shop", "-l", selector)
    assert found(report) == found(program.report("scan", "-n", "shop")) & selected
    assert report["podsScanned"] == len(selected)


@pytest.mark.parametrize("selector", ["app=-x", "app in frontend", "=", "a==b==c"])
def test_a_selector_that_is_none_is_wrong_usage(program: Program, selector: str) -> None:
    result = program("scan", "-n", "shop", "-l", selector)
    assert (result.returncode, result.stdout) == (2, "")
    assert f'--selector: "{selector}" isn\'t a valid label selector' in result.stderr


# Logins


def test_logs_in_with_a_client_certificate(plane: ControlPlane, tmp_path: Path) -> None:
    certificate, key = plane.certificate("certified", "system:masters")
    files = {"client-certificate": str(certificate), "client-key": str(key)}
    data = {f"{name}-data": base64.b64encode(Path(path).read_bytes()).decode() for name, path in files.items()}
    for user in (files, data):
        assert place(as_user(plane, tmp_path, user).report("scan")) == ("e2e", "shop")


def test_logs_in_with_a_token_file_beside_its_kubeconfig(plane: ControlPlane, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{token_of('admin')}\n", encoding="utf-8")
    assert as_user(plane, tmp_path, {"tokenFile": "token", "token": "older"})("scan").returncode == 0


@pytest.mark.parametrize(("user", "code"), [({"token": "wrong"}, 401), ({}, 403)])
def test_a_login_that_the_server_refuses(plane: ControlPlane, tmp_path: Path, user: Fields, code: int) -> None:
    assert refusal(as_user(plane, tmp_path, user)("scan", by_kubectl=True)) == (
        f"the API server at {plane.url} refused the login of context e2e ({code}); "
        "log in again, and check it with 'kubectl --context e2e auth whoami'"
    )


def test_impersonates_a_user_and_groups(plane: ControlPlane, program: Program, tmp_path: Path) -> None:
    flags = ("scan", "-n", "shop", "--as", "jane")
    assert program(*flags, "--as-group", "x", "--as-group", "system:masters").returncode == 0
    assert refusal(program(*flags, "--as-group", "x")) == (
        'not allowed to list pods in namespace shop (pods is forbidden: User "jane" cannot list resource "pods" in '
        'API group "" in the namespace "shop"); ask for that right, and check it with '
        "'kubectl --context e2e --as jane --as-group x auth can-i list pods -n shop'"
    )
    admin = {"token": token_of("admin"), "as": "jane"}
    assert refusal(as_user(plane, tmp_path, admin)("scan")).startswith("not allowed to list pods in namespace shop")
    masters = {**admin, "as-groups": ["x", "system:masters"], "as-uid": "7", "as-user-extra": {"reason": ["on call"]}}
    assert as_user(plane, tmp_path, masters)("scan").returncode == 0
    assert as_user(plane, tmp_path, masters)("scan", "--as", "joe").returncode == 0
    assert '(pods is forbidden: User "joe"' in refusal(
        as_user(plane, tmp_path, masters)("scan", "--as", "joe", "--as-group", "x")
    )


def test_the_server_gets_every_field_that_is_impersonated(
    plane: ControlPlane, impersonator: str, tmp_path: Path
) -> None:
    def refused(**fields: Any) -> str:
        return refusal(as_user(plane, tmp_path, {"token": token_of(impersonator), "as": "jane", **fields})("scan"))

    right = {"as-groups": ["Größe, all"], "as-uid": "7", "as-user-extra": {"acme.com/Why %": ["on call"]}}
    assert '(pods is forbidden: User "jane" cannot list' in refused(**right)
    for wrong in ({"as-groups": ["Größe"]}, {"as-uid": "8"}, {"as-user-extra": {"acme.com/Why %": ["off"]}}):
        # that the server refuses these shows that it was sent them
        assert 'forbidden: User "stranger" cannot impersonate' in refused(**{**right, **wrong})


@pytest.fixture
def impersonator(admin: Admin) -> Iterator[str]:
    """A user who may impersonate users, and one value of each other field."""
    values = {
        ("", "users"): None,
        ("", "groups"): "Größe, all",
        ("authentication.k8s.io", "uids"): "7",
        ("authentication.k8s.io", "userextras/acme.com/why %"): "on call",
    }
    rules = [
        {
            "apiGroups": [group],
            "resources": [resource],
            "verbs": ["impersonate"],
            **({"resourceNames": [name]} if name else {}),
        }
        for (group, resource), name in values.items()
    ]
    group = "rbac.authorization.k8s.io"
    head = {"apiVersion": f"{group}/v1", "metadata": {"name": "e2e-impersonator"}}
    admin.create({**head, "kind": "ClusterRole", "rules": rules})
    role = {"apiGroup": group, "kind": "ClusterRole", "name": "e2e-impersonator"}
    subject = {"apiGroup": group, "kind": "User", "name": "stranger"}
    admin.create({**head, "kind": "ClusterRoleBinding", "roleRef": role, "subjects": [subject]})
    yield "stranger"
    admin.delete("ClusterRoleBinding", "", "e2e-impersonator")
    admin.delete("ClusterRole", "", "e2e-impersonator")


# Login plugins


def plugin(folder: Path, body: str, **fields: Any) -> dict[str, Any]:
    """A kubeconfig user whose login plugin is a script."""
    script = folder / "plugin"
    script.write_text(f"#!{sys.executable}\nimport json, os, sys\n{body}\n", encoding="utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return {"exec": {"apiVersion": VERSION, "command": "./plugin", "interactiveMode": "IfAvailable", **fields}}


def giving(status: str) -> str:
    """The plugin's line that gives a status."""
    return f"print(json.dumps({{'apiVersion': '{VERSION}', 'kind': 'ExecCredential', 'status': {status}}}))"


def test_a_plugin_gives_a_token(plane: ControlPlane, tmp_path: Path) -> None:
    body = giving("{'token': os.environ['PREFIX'] + sys.argv[1]}")
    user = plugin(tmp_path, body, args=["-admin"], env=[{"name": "PREFIX", "value": token_of("")[:-1]}])
    result = as_user(plane, tmp_path, user)("scan", by_kubectl=True)
    assert (result.returncode, result.stderr) == (0, "")


def test_a_plugin_gives_a_certificate(plane: ControlPlane, tmp_path: Path) -> None:
    certificate, key = plane.certificate("plugged", "system:masters")
    body = giving(f"{{'clientCertificateData': open('{certificate}').read(), 'clientKeyData': open('{key}').read()}}")
    assert as_user(plane, tmp_path, plugin(tmp_path, body))("scan").returncode == 0


def test_a_plugin_that_fails(plane: ControlPlane, tmp_path: Path) -> None:
    user = plugin(tmp_path, "sys.exit('Traceback:\\nyour session has ended: run corp-login')")
    assert refusal(as_user(plane, tmp_path, user)("scan", by_kubectl=True)) == (
        f'the login plugin {tmp_path}/./plugin of user "u" failed; log in again '
        "(your session has ended: run corp-login)"
    )


#: Asks on standard error, as standard output is the credential's.
ASKING = """
info = json.loads(os.environ['KUBERNETES_EXEC_INFO'])
sys.stderr.write(f"interactive: {info['spec']['interactive']}. User: ")
sys.stderr.flush()
"""


def test_a_plugin_that_asks_without_a_terminal_reads_nothing(plane: ControlPlane, tmp_path: Path) -> None:
    user = plugin(tmp_path, ASKING + "input()")
    program = as_user(plane, tmp_path, user)
    # what stands in standard input is not the plugin's
    result = program.run(NAME, "scan", stdin="admin\n")
    assert refusal(result).endswith("failed; log in again (EOFError: EOF when reading a line)")
    user = plugin(tmp_path, ASKING, interactiveMode="Always")
    assert refusal(as_user(plane, tmp_path, user)("scan")).endswith(
        "asks for input, but standard input isn't a terminal; run this in one, or log in first"
    )


@pytest.mark.parametrize("by_kubectl", [False, True])
def test_a_plugin_asks_on_the_terminal(plane: ControlPlane, tmp_path: Path, *, by_kubectl: bool) -> None:
    body = ASKING + giving(f"{{'token': '{token_of('')}' + input()}}")
    program = as_user(plane, tmp_path, plugin(tmp_path, body, interactiveMode="Always"))
    code, shown, out = on_terminal(program, "scan", "-o", "json", typed="admin\n", by_kubectl=by_kubectl)
    assert (code, shown) == (0, "interactive: True. User: admin\r\n")
    assert place(json.loads(out)) == ("e2e", "shop")


def test_a_plugin_that_never_asks_gets_no_terminal_and_is_heard(plane: ControlPlane, tmp_path: Path) -> None:
    program = as_user(plane, tmp_path, plugin(tmp_path, ASKING + "input()", interactiveMode="Never"))
    code, shown, out = on_terminal(program, "scan", typed="")
    assert (code, out) == (3, "")
    assert shown.startswith("interactive: False. User: Traceback (most recent call last):")
    # where lines break is up to the terminal, a long path among them
    assert "".join(shown.split()).endswith(
        "EOFError:EOFwhenreadingaline"
        f'error:thelogin plugin{tmp_path}/./pluginofuser"u"failed;loginagain(itendedwith1)'.replace(" ", "")
    )


def on_terminal(program: Program, *arguments: str, typed: str, by_kubectl: bool = False) -> tuple[int, str, str]:
    """Runs the program on a terminal with its output in a file; gives exit code, what the terminal shows, and output."""
    ours, theirs = pty.openpty()
    command = ["kubectl", "imagepull"] if by_kubectl else [NAME]
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(
            [*command, *arguments], stdin=theirs, stdout=out, stderr=theirs, env=program.environment
        )
        os.close(theirs)
        shown = b""
        try:
            while select.select([ours], [], [], LONGEST)[0]:
                try:
                    shown += os.read(ours, 4096)
                except OSError:  # Linux says so that nobody has the other side open any more
                    break
                if shown.endswith(b"User: ") and typed:
                    os.write(ours, typed.encode())
                    typed = ""
        finally:
            process.kill()
            os.close(ours)
        out.seek(0)
        return process.wait(), shown.decode(), out.read()


# TLS, and servers that don't answer


def test_checks_who_the_server_is(plane: ControlPlane, tmp_path: Path) -> None:
    other = tmp_path / "other.crt"
    made = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=other")
    openssl("req", "-x509", *made, "-keyout", tmp_path / "other.key", "-out", other)
    user = {"token": token_of("admin")}
    faults = {
        "TLS: unable to get local issuer certificate": {"certificate-authority": str(other)},
        "TLS: hostname mismatch, certificate is not valid for 'api.example.com'": {
            "tls-server-name": "api.example.com"
        },
    }
    for why, cluster in faults.items():
        assert refusal(as_user(plane, tmp_path, user, **cluster)("scan")) == (
            f"cannot reach the API server at {plane.url} ({why}); check it with 'kubectl --context e2e cluster-info'"
        )
    insecure = {"certificate-authority": "", "insecure-skip-tls-verify": True}
    for cluster in (
        {"tls-server-name": "localhost"},
        {"server": plane.url.replace("127.0.0.1", "localhost")},
        insecure,
    ):
        result = as_user(plane, tmp_path, user, **cluster)("scan", by_kubectl=True)
        assert (result.returncode, result.stderr) == (0, "")


class Odd:
    """A server that accepts connections and says nothing, or the head of an answer and then a byte now and then."""

    def __init__(self, *, dripping: bool) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.dripping = dripping
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self.listener.getsockname()[1]
        return port

    def serve(self) -> None:
        """Takes one connection after the other, until it is stopped."""
        self.listener.settimeout(0.1)
        kept = []
        while not self.stopped.is_set():
            try:
                connection, _ = self.listener.accept()
            except TimeoutError:
                continue
            kept.append(connection)
            if self.dripping:
                threading.Thread(target=self.drip, args=(connection,), daemon=True).start()
        for connection in kept:
            connection.close()

    def drip(self, connection: socket.socket) -> None:
        """Answers with a space every tenth of a second."""
        connection.recv(65536)
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
            while not self.stopped.wait(0.1):
                connection.sendall(b" ")
        except OSError:
            pass  # the client has given up, as it should

    def stop(self) -> None:
        """Closes everything."""
        self.stopped.set()
        self.thread.join()
        self.listener.close()


@pytest.mark.parametrize(("scheme", "dripping"), [("https", False), ("http", False), ("http", True)])
def test_does_not_wait_for_a_server_that_does_not_answer(
    plane: ControlPlane, tmp_path: Path, scheme: str, *, dripping: bool
) -> None:
    odd = Odd(dripping=dripping)
    try:
        url = f"{scheme}://127.0.0.1:{odd.port}"
        program = as_user(plane, tmp_path, {}, server=url)
        began = time.monotonic()
        result = program("scan", "--request-timeout", "1s", by_kubectl=dripping)
        took = time.monotonic() - began
    finally:
        odd.stop()
    assert refusal(result) == (
        f"cannot reach the API server at {url} (no answer within 1 s); check it with 'kubectl --context e2e "
        "cluster-info'"
    )
    assert 1 <= took < 1 + MARGIN


def test_a_server_that_is_not_there(plane: ControlPlane, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"https://127.0.0.1:{closed.getsockname()[1]}"
    program = as_user(plane, tmp_path, {"token": token_of("admin")}, server=url)
    began = time.monotonic()
    assert refusal(program("scan", by_kubectl=True)) == (
        f"cannot reach the API server at {url} (connection refused); check it with 'kubectl --context e2e cluster-info'"
    )
    assert time.monotonic() - began < MARGIN
