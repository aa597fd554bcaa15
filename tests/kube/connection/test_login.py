from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from kube.apiserver import ApiServer
from kube.fixtures import Kubeconfig
from kube.sessions import expired_token, refused, sent

from kubectl_imagepull.kube.connection.answer import NoAnswerError
from kubectl_imagepull.kube.connection.connect import open_session
from kubectl_imagepull.kube.connection.options import Connection


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


def test_a_token_that_no_header_can_carry_is_not_quoted(secure: ApiServer, kubeconfig: Kubeconfig) -> None:
    with (
        closing(open_session(Connection(kubeconfig=kubeconfig(secure, user={"token": "a\nb"})))) as session,
        pytest.raises(NoAnswerError, match=r"\Athe login's token has characters that aren't allowed in a header\Z"),
    ):
        session.get("/version", {}, 5)
