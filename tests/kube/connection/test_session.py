from __future__ import annotations

import base64
import io
import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from kube.apiserver import ApiServer, Reply, Request, status

from kubectl_imagepull import __version__
from kubectl_imagepull.kube.connection import renewal
from kubectl_imagepull.kube.connection.options import Connection
from kubectl_imagepull.kube.connection.session import Session, open_session
from kubectl_imagepull.kube.connection.transport import Answer, NoAnswerError
from kubectl_imagepull.kube.snapshot import SourceError

Kubeconfig = Callable[..., str]


def opened(connection: Connection) -> Session:
    session = open_session(connection)
    session.close()
    return session


def refused(connection: Connection) -> str:
    with pytest.raises(SourceError) as caught:
        open_session(connection)
    return str(caught.value)


def sent(server: ApiServer, connection: Connection, name: str) -> list[str]:
    """The values of a header that the session sends."""
    with closing(open_session(connection)) as session:
        session.get("/version", {}, 5)
    return server.requests[-1].all(name)


def expired_token() -> str:
    return "e30.eyJleHAiOiAxfQ.c2ln"


def test_takes_server_context_and_namespace_from_the_kubeconfig(kubeconfig: Kubeconfig) -> None:
    path = kubeconfig("https://joe:secret@api.example.com:6443/", namespace="shop")
    session = opened(Connection(kubeconfig=path))
    assert session.server == "https://api.example.com:6443"
    assert session.context == "test"
    assert session.namespace == "shop"
    assert session.kubectl == f"kubectl --kubeconfig {path} --context test"
    assert session.timeout == 60
    assert session.chunk_size == 500
    assert "secret" not in repr(session)


def test_a_context_without_a_namespace_means_default(kubeconfig: Kubeconfig) -> None:
    assert opened(Connection(kubeconfig=kubeconfig("http://x"))).namespace == "default"


def test_timeout_zero_is_no_limit(kubeconfig: Kubeconfig) -> None:
    path = kubeconfig("http://x")
    assert opened(Connection(kubeconfig=path, request_timeout=0)).timeout is None
    assert opened(Connection(kubeconfig=path, request_timeout=5)).timeout == 5


def test_a_server_without_a_scheme_is_https_where_there_is_tls(kubeconfig: Kubeconfig) -> None:
    assert opened(Connection(kubeconfig=kubeconfig("api:80"))).server == "http://api:80"
    path = kubeconfig("api:6443", cluster={"insecure-skip-tls-verify": True})
    assert opened(Connection(kubeconfig=path)).server == "https://api:6443"


def test_the_first_of_several_files_wins(
    kubeconfig: Kubeconfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tmp_path / "first"
    first.write_text("current-context: other\ncontexts:\n- {name: other, context: {cluster: here, user: me}}\n")
    second = kubeconfig("http://second", name="second")
    third = kubeconfig("http://third", name="third")
    missing = str(tmp_path / "missing")
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join([missing, str(first), "", second, third]))
    session = opened(Connection())
    assert (session.context, session.server) == ("other", "http://second")
    assert session.kubectl == "kubectl --context other"
    assert opened(Connection(kubeconfig=third)).server == "http://third"


def test_the_file_in_the_home_directory_is_the_last_resort(tmp_path: Path, kubeconfig: Kubeconfig) -> None:
    (tmp_path / "home/.kube").mkdir(parents=True)
    Path(kubeconfig("http://home")).rename(tmp_path / "home/.kube/config")
    assert opened(Connection()).server == "http://home"


def test_cluster_and_user_override_what_the_context_names(tmp_path: Path, secure: ApiServer) -> None:
    path = tmp_path / "config"
    path.write_text(
        f"""
contexts:
- name: a
  context: {{cluster: one, user: ann, namespace: shop}}
clusters:
- {{name: one, cluster: {{server: http://one}}}}
- {{name: two, cluster: {{server: {secure.url}, certificate-authority: server.pem}}}}
users:
- {{name: ann, user: {{token: token-of-ann}}}}
- {{name: bob, user: {{token: token-of-bob}}}}
"""
    )
    connection = Connection(kubeconfig=str(path), context="a", cluster="two", user="bob")
    assert opened(connection).server == secure.url
    assert opened(connection).kubectl == f"kubectl --kubeconfig {path} --context a --cluster two --user bob"
    assert sent(secure, connection, "Authorization") == ["Bearer token-of-bob"]
    assert sent(secure, Connection(kubeconfig=str(path), context="a", cluster="two"), "Authorization") == [
        "Bearer token-of-ann"
    ]
    without_context = Connection(kubeconfig=str(path), cluster="two")
    assert sent(secure, without_context, "Authorization") == []
    assert opened(without_context).context == "two"
    assert refused(Connection(kubeconfig=str(path))) == (
        f"{path} sets no current context; name one with --context or 'kubectl config use-context NAME' (there are: a)"
    )


def test_sends_who_asks_and_no_login_without_one(server: ApiServer, kubeconfig: Kubeconfig) -> None:
    connection = Connection(kubeconfig=kubeconfig(server.url))
    assert sent(server, connection, "User-Agent") == [f"kubectl-imagepull/{__version__}"]
    assert sent(server, connection, "Authorization") == []
    assert sent(server, connection, "Impersonate-User") == []


def test_impersonates_a_user_in_several_groups(server: ApiServer, kubeconfig: Kubeconfig) -> None:
    connection = Connection(kubeconfig=kubeconfig(server.url), as_user="jane", as_groups=("dev, all", "ops", "Größe"))
    assert sent(server, connection, "Impersonate-User") == ["jane"]
    # the bytes of UTF-8, as the test's server reads them
    assert sent(server, connection, "Impersonate-Group") == ["dev, all", "ops", "Größe".encode().decode("latin-1")]
    assert opened(connection).kubectl == (
        f"kubectl --kubeconfig {connection.kubeconfig} --context test "
        "--as jane --as-group 'dev, all' --as-group ops --as-group 'Größe'"
    )


def impersonation(server: ApiServer, connection: Connection) -> dict[str, list[str]]:
    sent(server, connection, "Impersonate-User")
    found: dict[str, list[str]] = {}
    for name, value in server.requests[-1].headers:
        if name.startswith("Impersonate-"):
            found.setdefault(name.removeprefix("Impersonate-"), []).append(value)
    return found


def test_a_flag_replaces_its_own_field_of_the_user_and_no_other(server: ApiServer, kubeconfig: Kubeconfig) -> None:
    extra = {"reason": ["a", "b"], "acme.com/team x%": ["7"]}
    user = {"as": "file", "as-groups": ["x", "y"], "as-uid": 7, "as-user-extra": extra}
    path = kubeconfig(server.url, user=user)
    both = {"Uid": ["7"], "Extra-reason": ["a", "b"], "Extra-acme.com%2Fteam%20x%25": ["7"]}
    assert impersonation(server, Connection(kubeconfig=path)) == {"User": ["file"], "Group": ["x", "y"], **both}
    assert impersonation(server, Connection(kubeconfig=path, as_user="jane")) == {
        "User": ["jane"],
        "Group": ["x", "y"],
        **both,
    }
    assert impersonation(server, Connection(kubeconfig=path, as_groups=("ops",))) == {
        "User": ["file"],
        "Group": ["ops"],
        **both,
    }


def test_refuses_impersonation_that_no_server_takes(kubeconfig: Kubeconfig) -> None:
    path = kubeconfig("http://x")
    assert refused(Connection(kubeconfig=path, as_groups=("ops",))) == (
        "--as-group and --as-uid need --as: they can't be impersonated alone"
    )
    assert refused(Connection(kubeconfig=path, as_uid="7")).startswith("--as-group and --as-uid need --as: ")
    assert refused(Connection(kubeconfig=path, as_user="a\r\nX: y")) == (
        "--as, --as-group and --as-uid, and as... of a kubeconfig's user, take printable characters only"
    )
    for fields in ({"as-groups": ["x"]}, {"as-uid": "7"}, {"as-user-extra": {"reason": ["x"]}}):
        assert refused(Connection(kubeconfig=kubeconfig("http://x", user=fields))) == (
            "the kubeconfig's user has as-groups, as-uid or as-user-extra and no as; add it, or --as"
        )


@pytest.mark.parametrize(
    ("user", "header"),
    [
        ({"token": "abc\n"}, "Bearer abc"),
        ({"tokenFile": "token"}, "Bearer from-file"),
        ({"tokenFile": "token", "token": "older"}, "Bearer from-file"),
        ({"username": "u", "password": "p"}, "Basic dTpw"),
    ],
)
def test_logs_in(secure: ApiServer, kubeconfig: Kubeconfig, tmp_path: Path, user: dict[str, str], header: str) -> None:
    (tmp_path / "token").write_text("from-file\n")
    assert sent(secure, Connection(kubeconfig=kubeconfig(secure, user=user)), "Authorization") == [header]


def plugin(tmp_path: Path, body: str, **fields: object) -> dict[str, object]:
    script = tmp_path / "plugin"
    script.write_text(f"#!{sys.executable}\nimport json, os, sys\n{body}\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "./plugin", **fields}}


CREDENTIAL = (
    "print(json.dumps({'apiVersion': 'client.authentication.k8s.io/v1', 'kind': 'ExecCredential', 'status': %s}))"
)


def test_logs_in_with_a_plugin(secure: ApiServer, kubeconfig: Kubeconfig, tmp_path: Path) -> None:
    body = CREDENTIAL % "{'token': os.environ['PREFIX'] + sys.argv[1]}"
    user = plugin(tmp_path, body, args=["x"], env=[{"name": "PREFIX", "value": 7}])
    assert sent(secure, Connection(kubeconfig=kubeconfig(secure, user=user)), "Authorization") == ["Bearer 7x"]


def counting(folder: Path, more: str = "") -> str:
    """The body of a plugin that gives another token each time it runs, and leaves its runs in a file."""
    return (
        f"runs = open({str(folder / 'runs')!r}, 'a+'); runs.write('x'); runs.seek(0); number = len(runs.read())\n"
        f"from datetime import datetime, timedelta, timezone\n{more}"
        "end = (datetime.now(timezone.utc) + timedelta(seconds=LIFE)).strftime('%Y-%m-%dT%H:%M:%SZ')\n"
        + CREDENTIAL
        % "{'token': f'token-{number}', 'expirationTimestamp': end}"
    )


def accepting(*tokens: str) -> Callable[[Request], Reply]:
    """A server that refuses all other tokens."""

    def answer(request: Request) -> Reply:
        known = request.all("Authorization") in [[f"Bearer {token}"] for token in tokens]
        return Reply(body={"tokens": tokens}) if known else status(401, "Unauthorized")

    return answer


def statuses(session: Session, count: int) -> list[int]:
    return [session.get("/version", {}, 5).status for _ in range(count)]


def test_a_plugin_runs_again_when_its_time_is_up(secure: ApiServer, kubeconfig: Kubeconfig, tmp_path: Path) -> None:
    secure.replies["/version"] = accepting("token-1", "token-2")
    user = plugin(tmp_path, counting(tmp_path, "LIFE = 3 if number == 1 else 900\n"))
    with closing(open_session(Connection(kubeconfig=kubeconfig(secure, user=user)))) as session:
        assert statuses(session, 2) == [200, 200]
        time.sleep(3)
        assert statuses(session, 2) == [200, 200]
    assert [request.all("Authorization")[0][-1] for request in secure.requests] == ["1", "1", "2", "2"]


def test_a_plugin_runs_again_once_when_a_login_that_was_good_is_refused(
    secure: ApiServer, kubeconfig: Kubeconfig, tmp_path: Path
) -> None:
    secure.replies["/version"] = accepting("token-1")
    user = plugin(tmp_path, counting(tmp_path, "LIFE = 900\n"))
    with closing(open_session(Connection(kubeconfig=kubeconfig(secure, user=user)))) as session:
        assert statuses(session, 1) == [200]
        secure.replies["/version"] = accepting("token-2")
        assert statuses(session, 1) == [200]
        secure.replies["/version"] = Reply(body=b"line\n")
        assert list(session.lines("/version", {}, 5)) == [b"line"]
        secure.replies["/version"] = accepting("token-3")
        first = next(iter(session.lines("/version", {}, 5)), None)
        assert not isinstance(first, Answer)
        secure.replies["/version"] = accepting("none")
        assert statuses(session, 3) == [401, 401, 401]
    assert (tmp_path / "runs").read_text() == "xxxx"


def test_a_plugin_whose_first_login_is_refused_does_not_run_again(
    secure: ApiServer, kubeconfig: Kubeconfig, tmp_path: Path
) -> None:
    secure.replies["/version"] = accepting("token-2")
    user = plugin(tmp_path, counting(tmp_path, "LIFE = -1\n"))
    with closing(open_session(Connection(kubeconfig=kubeconfig(secure, user=user)))) as session:
        assert statuses(session, 2) == [401, 401]
        assert (tmp_path / "runs").read_text() == "x"


def test_a_login_that_was_never_good_is_renewed_after_a_while(
    secure: ApiServer, kubeconfig: Kubeconfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody has logged in again meanwhile."""
    monkeypatch.setattr(renewal, "_PAUSE", 0.0)
    secure.replies["/version"] = accepting("token-2")
    user = plugin(tmp_path, counting(tmp_path, "LIFE = 900\n"))
    with closing(open_session(Connection(kubeconfig=kubeconfig(secure, user=user)))) as session:
        assert statuses(session, 1) == [200]


def test_threads_that_are_refused_together_let_the_plugin_run_once(
    secure: ApiServer, kubeconfig: Kubeconfig, tmp_path: Path
) -> None:
    secure.replies["/version"] = accepting("token-1")
    user = plugin(tmp_path, counting(tmp_path, "LIFE = 900\n"))
    with closing(open_session(Connection(kubeconfig=kubeconfig(secure, user=user)))) as session:
        assert statuses(session, 1) == [200]
        secure.replies["/version"] = accepting("token-2")
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda _: statuses(session, 1), range(8))) == [[200]] * 8
    assert (tmp_path / "runs").read_text() == "xx"


def test_a_plugin_that_fails_when_it_runs_again_is_told(
    secure: ApiServer, kubeconfig: Kubeconfig, tmp_path: Path
) -> None:
    secure.replies["/version"] = accepting("token-1")
    body = counting(tmp_path, "LIFE = 900\nif number > 1: sys.exit('your session has ended')\n")
    path = kubeconfig(secure, user=plugin(tmp_path, body))
    with closing(open_session(Connection(kubeconfig=path))) as session:
        assert statuses(session, 1) == [200]
        secure.replies["/version"] = accepting("token-2")
        with pytest.raises(NoAnswerError) as caught:
            session.get("/version", {}, 5)
    assert str(caught.value) == (
        f'the login plugin {tmp_path}/./plugin of user "me" failed; log in again (your session has ended)'
    )


def test_a_token_file_is_read_again_when_its_token_is_refused(
    secure: ApiServer, kubeconfig: Kubeconfig, tmp_path: Path
) -> None:
    secure.replies["/version"] = accepting("one")
    (tmp_path / "token").write_text("one\n")
    with closing(open_session(Connection(kubeconfig=kubeconfig(secure, user={"tokenFile": "token"})))) as session:
        assert statuses(session, 1) == [200]
        (tmp_path / "token").write_text("two\n")
        secure.replies["/version"] = accepting("two")
        assert statuses(session, 1) == [200]


def test_a_token_that_is_refused_is_not_sent_again(secure: ApiServer, kubeconfig: Kubeconfig) -> None:
    secure.replies["/version"] = accepting()
    with closing(open_session(Connection(kubeconfig=kubeconfig(secure, user={"token": "t"})))) as session:
        assert statuses(session, 1) == [401]
    assert len(secure.requests) == 1


def test_takes_a_certificate_from_a_plugin(kubeconfig: Kubeconfig, tmp_path: Path, certificate: Path) -> None:
    body = (
        f"pem = open({str(certificate)!r}).read()\n"
        + CREDENTIAL % "{'clientCertificateData': pem, 'clientKeyData': pem}"
    )
    path = kubeconfig("https://x", user=plugin(tmp_path, body))
    with closing(open_session(Connection(kubeconfig=path))) as session:
        configuration = session.transport.client.configuration
        assert Path(configuration.cert_file).read_text() == certificate.read_text()
        assert Path(configuration.key_file).read_text() == certificate.read_text()


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (
            {"user": {"client-certificate": "server.pem"}},
            "the client certificate of the kubeconfig's user can't be used with its key (missing, or no PEM)",
        ),
        (
            {"user": {"client-certificate": "server.pem", "client-key": "other.pem"}},
            "the client certificate of the kubeconfig's user can't be used with its key (key values mismatch)",
        ),
        (
            {"cluster": {"certificate-authority": "key.pem"}},
            "the cluster's certificate-authority can't be used (no certificate or crl found)",
        ),
    ],
)
def test_says_which_certificate_cannot_be_used(
    kubeconfig: Kubeconfig, certificate: Path, fields: dict[str, dict[str, str]], text: str
) -> None:
    other = certificate.with_name("other.pem")
    subprocess.run(["openssl", "ecparam", "-genkey", "-name", "prime256v1", "-out", other], check=True)
    certificate.write_text(certificate.read_text().split("-----BEGIN PRIVATE")[0])
    assert refused(Connection(kubeconfig=kubeconfig("https://x", **fields))) == (
        f"{text}; compare it with 'kubectl config view'"
    )


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("sys.exit('first line\\ntoken expired')", "failed; log in again (token expired)"),
        ("sys.exit(3)", "failed; log in again (it ended with 3)"),
        ("print('{')", "gave something that is no JSON; log in again, or see to the plugin"),
        ("print('{}')", "gave JSON that is no ExecCredential; log in again, or see to the plugin"),
        ("print('7')", "gave JSON that is no ExecCredential; log in again, or see to the plugin"),
        (
            "print(json.dumps({'kind': 'ExecCredential', 'apiVersion': 'client.authentication.k8s.io/v1beta1'}))",
            "speaks client.authentication.k8s.io/v1beta1 where the kubeconfig says client.authentication.k8s.io/v1; "
            "write its version there",
        ),
        (CREDENTIAL % "{}", "gave neither a token nor a certificate; log in again"),
        (CREDENTIAL % "[]", "gave neither a token nor a certificate; log in again"),
        (CREDENTIAL % "{'clientKeyData': 'x'}", "gave a certificate or a key without the other; log in again"),
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
        f'the login plugin {tmp_path}/./plugin of user "me" asks for input, and standard input is no terminal; '
        "run this in one, or log in before"
    )


def test_a_plugin_that_nobody_attends_to(
    kubeconfig: Kubeconfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It neither asks nor takes long, though there is a terminal."""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    always = plugin(tmp_path, "", interactiveMode="Always")
    assert refused(Connection(kubeconfig=kubeconfig("https://x", user=always), plugin_seconds=5)).endswith(
        " asks for input, and standard input is no terminal; run this in one, or log in before"
    )
    slow = plugin(tmp_path, "import time\ntime.sleep(60)")
    assert refused(Connection(kubeconfig=kubeconfig("https://x", user=slow), plugin_seconds=0.5)).endswith(
        '/./plugin of user "me" took too long; log in before'
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


def test_leaves_an_expired_login_to_kubectl(secure: ApiServer, kubeconfig: Kubeconfig) -> None:
    config = {"id-token": expired_token(), "refresh-token": "precious", "idp-issuer-url": secure.url, "client-id": "x"}
    user = {"auth-provider": {"name": "oidc", "config": config}}
    assert refused(Connection(kubeconfig=kubeconfig(secure, user=user))) == (
        'the login of user "me" has expired or is incomplete; '
        "log in again, check with 'kubectl get namespaces', then try again"
    )
    assert secure.requests == []


@pytest.mark.parametrize(
    ("user", "cluster"),
    [
        ({"client-certificate-data": "s3cret!", "client-key-data": "s3cret"}, {}),
        ({}, {"certificate-authority-data": "s3cret s3cret x"}),
        ({"token": {"s3cret": 1}}, {"proxy-url": 5}),
        ({"username": 1, "password": ["s3cret"]}, {}),
    ],
)
def test_a_broken_value_is_named_and_not_quoted(
    kubeconfig: Kubeconfig, user: dict[str, object], cluster: dict[str, object]
) -> None:
    text = refused(Connection(kubeconfig=kubeconfig("https://x", user=user, cluster=cluster)))
    assert "s3cret" not in text
    assert "\n" not in text


def test_an_address_that_is_no_url(kubeconfig: Kubeconfig) -> None:
    path = kubeconfig("http://[")
    assert refused(Connection(kubeconfig=path)) == (f'cluster "here" in {path} has a server that is no URL; correct it')


def test_a_token_that_no_header_can_carry_is_not_quoted(secure: ApiServer, kubeconfig: Kubeconfig) -> None:
    with (
        closing(open_session(Connection(kubeconfig=kubeconfig(secure, user={"token": "a\nb"})))) as session,
        pytest.raises(NoAnswerError, match=r"\Athe login's token has characters that no header can carry\Z"),
    ):
        session.get("/version", {}, 5)


def test_a_missing_certificate_file_is_named(kubeconfig: Kubeconfig, tmp_path: Path) -> None:
    path = kubeconfig("https://x", cluster={"certificate-authority": "ca.crt"})
    assert refused(Connection(kubeconfig=path)) == f"{path} can't be used: File does not exist: {tmp_path}/ca.crt"


def test_an_empty_field_is_one_that_is_not_there(secure: ApiServer, kubeconfig: Kubeconfig) -> None:
    user = {"token": "abc", "tokenFile": "", "client-certificate": "", "as": ""}
    cluster = {"certificate-authority": "", "insecure-skip-tls-verify": True, "tls-server-name": "", "proxy-url": ""}
    path = kubeconfig(secure, user=user, cluster=cluster)
    assert sent(secure, Connection(kubeconfig=path), "Authorization") == ["Bearer abc"]


def test_says_what_to_do_without_a_kubeconfig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    to_do = "set KUBECONFIG or --kubeconfig, or write ~/.kube/config"
    assert refused(Connection()) == f"no kubeconfig: {tmp_path}/home/.kube/config (not there); {to_do}"
    monkeypatch.setenv("KUBECONFIG", "/nope")
    assert refused(Connection()) == f"no kubeconfig: /nope (not there); {to_do}"
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join(["/nope", "/gone", "/nope"]))
    assert refused(Connection()) == f"no kubeconfig: /nope, /gone (none of them exists); {to_do}"
    (tmp_path / "empty").write_text("")
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join(["/nope", f"{tmp_path}/empty"]))
    assert refused(Connection()) == f"{tmp_path}/empty has no contexts; {to_do}"
    assert refused(Connection(kubeconfig=f"{tmp_path}/none")) == (
        f"kubeconfig {tmp_path}/none doesn't exist; check --kubeconfig"
    )


def test_without_a_home_there_is_no_kubeconfig(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("pwd.getpwuid", {}.__getitem__)
    assert refused(Connection()).startswith("no kubeconfig: ")


def test_names_what_is_not_in_the_kubeconfig(kubeconfig: Kubeconfig) -> None:
    path = kubeconfig("http://x")
    assert refused(Connection(kubeconfig=path, context="prod")) == (
        f"no context \"prod\" in {path}; list them with 'kubectl config get-contexts' (there are: test)"
    )
    assert refused(Connection(kubeconfig=path, cluster="prod")) == (
        f"no cluster \"prod\" in {path}; list them with 'kubectl config get-clusters' (there are: here)"
    )
    assert refused(Connection(kubeconfig=path, user="root")) == (
        f"no user \"root\" in {path}; list them with 'kubectl config get-users' (there are: me)"
    )
    assert refused(Connection(context="prod")) == (
        f'no context "prod" in {Path(path).parent}/home/.kube/config (not there); '
        "list them with 'kubectl config get-contexts'"
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("kind: Config\nusers: [{token: s3cret", "line 2 is cut off or damaged: the rest of the document is lost"),
        ("just words s3cret", "is neither JSON nor YAML"),
        ("\0\1\2", "is a binary file"),
    ],
)
def test_says_where_a_kubeconfig_is_damaged(tmp_path: Path, content: str, why: str) -> None:
    path = tmp_path / "config"
    path.write_text(content)
    assert refused(Connection(kubeconfig=str(path))) == (
        f"kubeconfig {path} {why}; compare it with 'kubectl config view'"
    )


def test_a_file_of_something_else_is_no_kubeconfig(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("[1, 2]")
    assert refused(Connection(kubeconfig=str(path))) == f"{path} is no kubeconfig; check --kubeconfig and KUBECONFIG"
    assert refused(Connection(kubeconfig=str(tmp_path))) == f"kubeconfig {tmp_path} can't be read: is a directory"


@pytest.mark.parametrize("content", [[], {}, {"contexts": 5, "users": [None], "clusters": {"a": 1}}])
def test_odd_kubeconfigs_hold_nothing(tmp_path: Path, content: object) -> None:
    path = tmp_path / "config"
    path.write_text(json.dumps(content))
    assert "kubeconfig" in refused(Connection(kubeconfig=str(path)))


def test_a_cluster_needs_a_server(kubeconfig: Kubeconfig) -> None:
    path = kubeconfig("")
    assert refused(Connection(kubeconfig=path)) == f'the cluster of context "test" in {path} has no server; add one'


@pytest.mark.usefixtures("account")
def test_uses_the_pods_service_account_in_a_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    session = opened(Connection())
    assert (session.server, session.context, session.namespace) == ("https://10.0.0.1:443", "in-cluster", "shop")
    assert session.kubectl == "kubectl"


def test_certificates_are_loaded_once_and_not_for_each_connection(kubeconfig: Kubeconfig, certificate: Path) -> None:
    """Loading them into a context that other threads use crashes OpenSSL."""
    user = {"client-certificate": certificate.name, "client-key": certificate.name}
    path = kubeconfig("https://127.0.0.1:1", user=user, cluster={"certificate-authority": certificate.name})
    with closing(open_session(Connection(kubeconfig=path))) as session:
        settings = session.transport.client.rest_client.pool_manager.connection_pool_kw
        assert not {"ca_certs", "cert_file", "key_file"} & settings.keys()
        assert len(settings["ssl_context"].get_ca_certs()) == 1
