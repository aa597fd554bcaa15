from __future__ import annotations

import os
from pathlib import Path

import pytest
from kube.apiserver import ApiServer
from kube.fixtures import Kubeconfig
from kube.sessions import opened, refused, sent

from kubectl_imagepull import __version__
from kubectl_imagepull.kube.connection.options import Connection


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
        "--as-group and --as-uid need --as: they can't be used alone"
    )
    assert refused(Connection(kubeconfig=path, as_uid="7")).startswith("--as-group and --as-uid need --as: ")
    assert refused(Connection(kubeconfig=path, as_user="a\r\nX: y")) == (
        "--as, --as-group and --as-uid, and as... of a kubeconfig's user, allow only printable characters"
    )
    for fields in ({"as-groups": ["x"]}, {"as-uid": "7"}, {"as-user-extra": {"reason": ["x"]}}):
        assert refused(Connection(kubeconfig=kubeconfig("http://x", user=fields))) == (
            "the kubeconfig's user has as-groups, as-uid or as-user-extra and no as; add it, or --as"
        )


def test_an_address_that_is_no_url(kubeconfig: Kubeconfig) -> None:
    path = kubeconfig("http://[")
    assert refused(Connection(kubeconfig=path)) == (
        f'cluster "here" in {path} has a server that isn\'t a URL; correct it'
    )


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
