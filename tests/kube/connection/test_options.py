from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from kube.apiserver import ApiServer
from kube.fixtures import Kubeconfig

from kubectl_imagepull.kube.connection.connect import open_session
from kubectl_imagepull.kube.connection.options import Connection, Overrides
from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import SourceError


def opened(connection: Connection) -> Session:
    session = open_session(connection)
    session.close()
    return session


def authorization(server: ApiServer, connection: Connection) -> list[str]:
    with closing(open_session(connection)) as session:
        session.get("/version", {}, 5)
    return server.requests[-1].all("Authorization")


def refused(connection: Connection) -> str:
    with pytest.raises(SourceError) as caught:
        open_session(connection)
    return str(caught.value)


@pytest.mark.parametrize(
    ("flags", "cluster", "result"),
    [
        ({}, {"server": "a", "tls-server-name": "n"}, {"server": "a", "tls-server-name": "n"}),
        ({"server": "b"}, {"server": "a", "tls-server-name": "n"}, {"server": "b"}),
        ({"tls_server_name": "m"}, {"server": "a", "tls-server-name": "n"}, {"server": "a", "tls-server-name": "m"}),
        (
            {"insecure_skip_tls_verify": True},
            {"server": "a", "certificate-authority": "c", "certificate-authority-data": "d"},
            {"server": "a", "insecure-skip-tls-verify": True},
        ),
        (
            {"certificate_authority": __file__},
            {"server": "a", "insecure-skip-tls-verify": True, "certificate-authority-data": "d"},
            {"server": "a", "certificate-authority": __file__},
        ),
    ],
)
def test_a_flag_replaces_the_clusters_field_and_what_contradicts_it(
    flags: dict[str, str], cluster: JsonObject, result: JsonObject
) -> None:
    assert Overrides(**flags).of_cluster(cluster) == result  # type: ignore[arg-type]  # as flags hold them


def test_a_flag_replaces_the_users_field_and_no_other_login() -> None:
    user = {"token": "t", "tokenFile": "f", "client-certificate-data": "c", "client-key": "k"}
    assert Overrides().of_user(user) == user
    assert Overrides(token="new").of_user(user) == {**user, "token": "new"}
    own = Overrides(client_certificate=__file__, client_key=__file__).of_user(user)
    assert own == {"token": "t", "tokenFile": "f", "client-certificate": __file__, "client-key": __file__}


def test_a_token_is_in_no_description() -> None:
    assert "s3cret" not in repr(Connection(overrides=Overrides(token="s3cret")))


def test_a_server_needs_no_kubeconfig(secure: ApiServer, certificate: Path) -> None:
    flags = Overrides(server=secure.url, certificate_authority=str(certificate), token="abc")
    connection = Connection(overrides=flags)
    session = opened(connection)
    assert (session.server, session.context, session.namespace) == (secure.url, secure.url, "default")
    assert session.kubectl == (
        f"kubectl --server {secure.url} --certificate-authority {certificate} --token YOUR_TOKEN"
    )
    assert authorization(secure, connection) == ["Bearer abc"]


def test_commands_say_every_flag_again_but_a_tokens_value(certificate: Path) -> None:
    flags = Overrides(
        server="https://x",
        tls_server_name="n",
        insecure_skip_tls_verify=True,
        token="s3cret",
        client_certificate=str(certificate),
        client_key=str(certificate),
    )
    connection = Connection(as_user="jane", as_uid="7", as_groups=("a b",), overrides=flags)
    assert opened(connection).kubectl == (
        "kubectl --server https://x --tls-server-name n --token YOUR_TOKEN "
        f"--client-certificate {certificate} --client-key {certificate} "
        "--as jane --as-uid 7 --as-group 'a b' --insecure-skip-tls-verify"
    )


def test_what_a_flag_replaces_need_not_be_in_the_kubeconfig(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("current-context: a\ncontexts: [{name: a, context: {cluster: gone, user: gone}}]\n")
    path = str(config)
    assert refused(Connection(kubeconfig=path)).startswith('no cluster "gone" in ')
    server = Overrides(server="https://x")
    assert refused(Connection(kubeconfig=path, overrides=server)).startswith('no user "gone" in ')
    both = Overrides(server="https://x", token="t")
    assert opened(Connection(kubeconfig=path, overrides=both)).context == "a"
    assert refused(Connection(kubeconfig=path, cluster="b", overrides=both)).startswith('no cluster "b" in ')
    assert refused(Connection(kubeconfig=path, user="b", overrides=both)).startswith('no user "b" in ')


@pytest.mark.parametrize("flag", ["--certificate-authority", "--client-certificate", "--client-key"])
def test_a_file_that_cannot_be_read_is_named_with_its_flag(flag: str, tmp_path: Path) -> None:
    field = flag.removeprefix("--").replace("-", "_")
    flags = Overrides(server="https://x", **{field: f"{tmp_path}/none"})  # type: ignore[arg-type]  # as flags hold them
    assert refused(Connection(overrides=flags)) == (
        f"{flag} {tmp_path}/none can't be read (no such file or directory); check the path"
    )


def test_a_certificate_and_its_key_go_together(certificate: Path) -> None:
    for one, other in (("certificate", "key"), ("key", "certificate")):
        flags = Overrides(server="https://x", **{f"client_{one}": str(certificate)})  # type: ignore[arg-type]  # as flags hold them
        assert refused(Connection(overrides=flags)) == (
            f"--client-{one} needs --client-{other}: a certificate is useless without its key"
        )


def test_no_login_is_sent_where_tls_does_not_protect_it(server: ApiServer, kubeconfig: Kubeconfig) -> None:
    """As kubectl; a plugin isn't even run."""
    plugin = {"apiVersion": "client.authentication.k8s.io/v1", "command": "/none"}
    for user in ({"token": "abc"}, {"username": "a", "password": "b"}, {"exec": plugin}):
        connection = Connection(kubeconfig=kubeconfig(server.url, user={**user, "as": "jane"}))
        assert authorization(server, connection) == []
        assert server.requests[-1].all("Impersonate-User") == ["jane"]
    assert authorization(server, Connection(overrides=Overrides(server=server.url, token="abc"))) == []


def test_a_plugin_is_left_out_where_there_is_another_login(secure: ApiServer, kubeconfig: Kubeconfig) -> None:
    plugin = {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "/none"}}
    path = kubeconfig(secure, user=plugin)
    assert authorization(secure, Connection(kubeconfig=path, overrides=Overrides(token="abc"))) == ["Bearer abc"]
    path = kubeconfig(secure, user={**plugin, "username": "u", "password": "p"})
    assert authorization(secure, Connection(kubeconfig=path)) == ["Basic dTpw"]
    pair = Overrides(client_certificate="server.pem", client_key="server.pem")
    assert "can't be read" in refused(Connection(kubeconfig=path, overrides=pair))


def test_a_token_takes_the_place_of_an_auth_provider(secure: ApiServer, kubeconfig: Kubeconfig) -> None:
    user = {"auth-provider": {"name": "oidc", "config": {"id-token": "old"}}}
    connection = Connection(kubeconfig=kubeconfig(secure, user=user), overrides=Overrides(token="abc"))
    assert authorization(secure, connection) == ["Bearer abc"]


def test_a_token_file_wins_over_the_flag_as_for_kubectl(
    secure: ApiServer, kubeconfig: Kubeconfig, tmp_path: Path
) -> None:
    connection = Connection(
        kubeconfig=kubeconfig(secure, user={"tokenFile": "token"}), overrides=Overrides(token="flag")
    )
    assert authorization(secure, connection) == ["Bearer flag"]
    (tmp_path / "token").write_text("file")
    assert authorization(secure, connection) == ["Bearer file"]


@pytest.fixture
def pod(account: Path, monkeypatch: pytest.MonkeyPatch, secure: ApiServer) -> ApiServer:  # noqa: ARG001 - it is set up
    """The API server of the pod that this runs in, it seems."""
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", str(secure.port))
    return secure


def test_in_a_pod_its_account_is_the_last_resort(
    pod: ApiServer, kubeconfig: Kubeconfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert authorization(pod, Connection()) == ["bearer pod-token"]
    assert authorization(pod, Connection(overrides=Overrides(token="flag"))) == ["Bearer flag"]
    session = opened(Connection(overrides=Overrides(insecure_skip_tls_verify=True)))
    assert (session.server, session.context, session.namespace) == (pod.url, "in-cluster", "shop")
    assert session.kubectl == "kubectl --insecure-skip-tls-verify"
    assert authorization(pod, Connection(overrides=Overrides(insecure_skip_tls_verify=True))) == ["Bearer pod-token"]
    # a flag or a kubeconfig that names a cluster comes first, and the pod's namespace stays where neither names one
    assert opened(Connection(overrides=Overrides(server="https://x"))).server == "https://x"
    path = kubeconfig("https://y")
    assert (opened(Connection(kubeconfig=path)).server, opened(Connection(kubeconfig=path)).namespace) == (
        "https://y",
        "shop",
    )
    assert opened(Connection(kubeconfig=kubeconfig("https://y", namespace="own"))).namespace == "own"
    monkeypatch.setenv("POD_NAMESPACE", "elsewhere")
    assert opened(Connection()).namespace == "elsewhere"


def test_in_a_pod_a_kubeconfig_without_a_current_context_names_nothing(pod: ApiServer, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("contexts: [{name: a, context: {cluster: b}}]\n")
    assert opened(Connection(kubeconfig=str(config))).server == pod.url
