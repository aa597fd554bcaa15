from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from kube.apiserver import ApiServer
from kube.fixtures import Kubeconfig
from kube.sessions import opened, refused, sent

from kubectl_imagepull.kube.connection.options import Connection


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
        f"{path} sets no current context; choose one with --context or 'kubectl config use-context NAME' (there are: a)"
    )


def test_an_empty_field_is_one_that_is_not_there(secure: ApiServer, kubeconfig: Kubeconfig) -> None:
    user = {"token": "abc", "tokenFile": "", "client-certificate": "", "as": ""}
    cluster = {"certificate-authority": "", "insecure-skip-tls-verify": True, "tls-server-name": "", "proxy-url": ""}
    path = kubeconfig(secure, user=user, cluster=cluster)
    assert sent(secure, Connection(kubeconfig=path), "Authorization") == ["Bearer abc"]


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
    assert refused(Connection(kubeconfig=str(path))) == f"{path} isn't a kubeconfig; check --kubeconfig and KUBECONFIG"
    assert refused(Connection(kubeconfig=str(tmp_path))) == f"kubeconfig {tmp_path} can't be read: is a directory"


@pytest.mark.parametrize("content", [[], {}, {"contexts": 5, "users": [None], "clusters": {"a": 1}}])
def test_odd_kubeconfigs_hold_nothing(tmp_path: Path, content: object) -> None:
    path = tmp_path / "config"
    path.write_text(json.dumps(content))
    assert "kubeconfig" in refused(Connection(kubeconfig=str(path)))
