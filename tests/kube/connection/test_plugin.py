from __future__ import annotations

import base64
import io
import json
import sys
from pathlib import Path

import pytest
from kube.apiserver import ApiServer
from kube.fixtures import Kubeconfig
from kube.sessions import CREDENTIAL, plugin, refused, sent

from kubectl_imagepull.kube.connection.options import Connection


def test_logs_in_with_a_plugin(secure: ApiServer, kubeconfig: Kubeconfig, tmp_path: Path) -> None:
    body = CREDENTIAL % "{'token': os.environ['PREFIX'] + sys.argv[1]}"
    user = plugin(tmp_path, body, args=["x"], env=[{"name": "PREFIX", "value": 7}])
    assert sent(secure, Connection(kubeconfig=kubeconfig(secure, user=user)), "Authorization") == ["Bearer 7x"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("sys.exit('first line\\ntoken expired')", "failed; log in again (token expired)"),
        ("sys.exit(3)", "failed; log in again (it ended with 3)"),
        ("print('{')", "returned something that isn't JSON; log in again, or fix the plugin"),
        ("print('{}')", "returned JSON that isn't an ExecCredential; log in again, or fix the plugin"),
        ("print('7')", "returned JSON that isn't an ExecCredential; log in again, or fix the plugin"),
        (
            "print(json.dumps({'kind': 'ExecCredential', 'apiVersion': 'client.authentication.k8s.io/v1beta1'}))",
            "speaks client.authentication.k8s.io/v1beta1 where the kubeconfig says client.authentication.k8s.io/v1; "
            "write its version there",
        ),
        (CREDENTIAL % "{}", "returned neither a token nor a certificate; log in again"),
        (CREDENTIAL % "[]", "returned neither a token nor a certificate; log in again"),
        (CREDENTIAL % "{'clientKeyData': 'x'}", "returned a certificate or a key without the other; log in again"),
    ],
)
def test_says_what_became_of_a_plugin(
    kubeconfig: Kubeconfig, tmp_path: Path, capfd: pytest.CaptureFixture[str], body: str, why: str
) -> None:
    text = refused(Connection(kubeconfig=kubeconfig("https://x", user=plugin(tmp_path, body))))
    assert text == f'the login plugin {tmp_path}/./plugin of user "me" {why}'
    assert capfd.readouterr() == ("", "")


def test_a_plugin_without_a_terminal_has_no_input(secure: ApiServer, kubeconfig: Kubeconfig, tmp_path: Path) -> None:
    body = CREDENTIAL % "{'token': repr(sys.stdin.read()) + os.environ['KUBERNETES_EXEC_INFO']}"
    user = plugin(tmp_path, body)
    info = '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "spec": {"interactive": false}}'
    assert sent(secure, Connection(kubeconfig=kubeconfig(secure, user=user)), "Authorization") == [f"Bearer ''{info}"]


def test_a_plugin_that_has_to_ask_wants_a_terminal(
    kubeconfig: Kubeconfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = plugin(tmp_path, "", interactiveMode="Always")
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert refused(Connection(kubeconfig=kubeconfig("https://x", user=user))) == (
        f'the login plugin {tmp_path}/./plugin of user "me" asks for input, but standard input isn\'t a terminal; '
        "run this in one, or log in first"
    )


def test_a_plugin_that_nobody_attends_to(
    kubeconfig: Kubeconfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It neither asks nor takes long, though there is a terminal."""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    always = plugin(tmp_path, "", interactiveMode="Always")
    assert refused(Connection(kubeconfig=kubeconfig("https://x", user=always), plugin_seconds=5)).endswith(
        " asks for input, but standard input isn't a terminal; run this in one, or log in first"
    )
    slow = plugin(tmp_path, "import time\ntime.sleep(60)")
    assert refused(Connection(kubeconfig=kubeconfig("https://x", user=slow), plugin_seconds=0.5)).endswith(
        '/./plugin of user "me" took too long; log in first'
    )


def test_tells_a_plugin_about_the_cluster(secure: ApiServer, kubeconfig: Kubeconfig, tmp_path: Path) -> None:
    body = CREDENTIAL % "{'token': json.dumps(json.loads(os.environ['KUBERNETES_EXEC_INFO'])['spec']['cluster'])}"
    user = plugin(tmp_path, body, provideClusterInfo=True)
    cluster = {
        "insecure-skip-tls-verify": False,
        "extensions": [
            {"name": "other", "extension": 1},
            {"name": "client.authentication.k8s.io/exec", "extension": {"audience": "x"}},
        ],
    }
    path = kubeconfig(secure, user=user, cluster=cluster)
    (header,) = sent(secure, Connection(kubeconfig=path), "Authorization")
    assert json.loads(header.removeprefix("Bearer ")) == {
        "server": secure.url,
        "certificate-authority-data": base64.b64encode((tmp_path / "server.pem").read_bytes()).decode(),
        "config": {"audience": "x"},
    }


def test_a_plugin_needs_a_command_and_a_version(kubeconfig: Kubeconfig) -> None:
    for fields in ({"command": "x"}, {"apiVersion": "client.authentication.k8s.io/v1"}, {"command": ["x"]}):
        text = refused(Connection(kubeconfig=kubeconfig("https://x", user={"exec": fields})))
        assert text.endswith(" is described without its command or apiVersion; add it")


def test_says_how_to_install_a_missing_plugin(kubeconfig: Kubeconfig) -> None:
    user = {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": "no-such-plugin",
            "installHint": "Get it\nfrom example.com",
        }
    }
    assert refused(Connection(kubeconfig=kubeconfig("https://x", user=user))) == (
        'the login plugin no-such-plugin of user "me" can\'t be run (no such file or directory); '
        "install it or put it on PATH: Get it from example.com"
    )
