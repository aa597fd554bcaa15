"""An API server on loopback, kubeconfig files that point to it, and files of recordings."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from kube.apiserver import ApiServer
from kube.recordings import Write

from kubectl_imagepull.kube.connection import in_cluster
from kubectl_imagepull.kube.connection.connect import open_session
from kubectl_imagepull.kube.connection.options import Connection
from kubectl_imagepull.kube.connection.session import Session

Kubeconfig = Callable[..., str]


@pytest.fixture
def server() -> Iterator[ApiServer]:
    server = ApiServer()
    yield server
    server.stop()


@pytest.fixture
def secure(certificate: Path) -> Iterator[ApiServer]:
    """One that speaks TLS: logins are sent to no other."""
    server = ApiServer(certificate)
    yield server
    server.stop()


@pytest.fixture
def no_cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keeps the tests away from the clusters and proxies of whoever runs them."""
    for name in ("KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", "POD_NAMESPACE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Callable[..., str]:
    """Writes a kubeconfig with the context `test` and gives its path."""

    def write(
        server: str | ApiServer,
        *,
        user: dict[str, Any] | None = None,
        cluster: dict[str, Any] | None = None,
        namespace: str | None = None,
        name: str = "config",
    ) -> str:
        context = {"cluster": "here", "user": "me", **({"namespace": namespace} if namespace else {})}
        url = server if isinstance(server, str) else server.url
        trusted = {} if isinstance(server, str) else {"certificate-authority": "server.pem"}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "test",
            "contexts": [{"name": "test", "context": context}],
            "clusters": [{"name": "here", "cluster": {"server": url, **trusted, **(cluster or {})}}],
            "users": [{"name": "me", "user": user or {}}],
        }
        path = tmp_path / name
        path.write_text(json.dumps(config))
        return str(path)

    return write


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file under the test's directory and gives its path; what is neither text nor bytes as JSON."""

    def write(name: str, content: object) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1))
        return str(path)

    return write


@pytest.fixture
def session(server: ApiServer, kubeconfig: Callable[..., str]) -> Iterator[Session]:
    """A session with that server, in the namespace `shop`."""
    with closing(
        open_session(Connection(kubeconfig=kubeconfig(server.url, namespace="shop"), request_timeout=5))
    ) as session:
        yield session


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, certificate: Path) -> Path:
    """The folder of a pod's service account, where a pod would have it."""
    account = tmp_path / "account"
    account.mkdir()
    (account / "token").write_text("pod-token")
    (account / "ca.crt").write_text(certificate.read_text())
    (account / "namespace").write_text("shop\n")
    monkeypatch.setattr(in_cluster, "ACCOUNT", account)
    return account
