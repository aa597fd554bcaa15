from __future__ import annotations

import base64
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from kube.apiserver import ApiServer
from kube.fixtures import Kubeconfig
from kube.sessions import CREDENTIAL, plugin, refused

from kubectl_imagepull.kube.connection.answer import NoAnswerError
from kubectl_imagepull.kube.connection.connect import open_session
from kubectl_imagepull.kube.connection.options import Connection


@pytest.fixture
def strict(certificate: Path) -> Iterator[ApiServer]:
    """A server that speaks only with who has the certificate."""
    server = ApiServer(certificate, clients=certificate)
    server.replies["/version"] = {}
    yield server
    server.stop()


def status_of(path: str) -> int:
    with closing(open_session(Connection(kubeconfig=path))) as session:
        return session.get("/version", {}, 5).status


def test_logs_in_with_a_certificate(strict: ApiServer, kubeconfig: Kubeconfig, certificate: Path) -> None:
    files = {"client-certificate": certificate.name, "client-key": "key.pem"}
    assert status_of(kubeconfig(strict, user=files)) == 200
    with pytest.raises(NoAnswerError):
        status_of(kubeconfig(strict))


def test_an_authority_that_another_vouches_for_is_trusted_by_itself(kubeconfig: Kubeconfig, tmp_path: Path) -> None:
    """As Go's crypto/x509, and so kubectl: what the kubeconfig names is trusted, whoever signed it."""

    def sign(name: str, signer: str | None, extension: str) -> None:
        by = ["-CA", f"{signer}.pem", "-CAkey", f"{signer}.pem"] if signer else []
        new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "key.pem"]
        request = ["openssl", "req", "-new", *new, "-subj", f"/CN={name}", "-out", "request.pem"]
        subprocess.run(request, cwd=tmp_path, capture_output=True, check=True)
        (tmp_path / "extensions").write_text(extension)
        own = by or ["-signkey", "key.pem"]
        files = ["-in", "request.pem", "-extfile", "extensions", "-out", "signed.pem"]
        signing = ["openssl", "x509", "-req", "-days", "2", "-set_serial", str(len(name)), *own, *files]
        subprocess.run(signing, cwd=tmp_path, capture_output=True, check=True)
        both = [(tmp_path / part).read_text() for part in ("key.pem", "signed.pem")]
        (tmp_path / f"{name}.pem").write_text("".join(both))

    sign("root", None, "basicConstraints=critical,CA:TRUE")
    sign("between", "root", "basicConstraints=critical,CA:TRUE")
    sign("api", "between", "subjectAltName=IP:127.0.0.1")
    server = ApiServer(tmp_path / "api.pem")
    server.replies["/version"] = {}
    try:
        assert status_of(kubeconfig(server, cluster={"certificate-authority": "between.pem"})) == 200
    finally:
        server.stop()


@pytest.fixture(params=["as on Linux", "as on macOS and Windows"])
def own_files(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory for temporary files, on systems that have files in memory and on others."""
    if request.param != "as on Linux":
        monkeypatch.delattr(os, "memfd_create")
    made = tmp_path / "made"
    made.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(made))
    return made


def test_certificates_that_stand_in_the_kubeconfig_are_left_in_no_file(
    strict: ApiServer, kubeconfig: Kubeconfig, own_files: Path, certificate: Path
) -> None:
    data = base64.b64encode(certificate.read_bytes()).decode()
    user = {"client-certificate-data": data, "client-key-data": data}
    path = kubeconfig(strict, user=user, cluster={"certificate-authority": None, "certificate-authority-data": data})
    assert status_of(path) == 200
    assert list(own_files.iterdir()) == []
    refused(Connection(kubeconfig=kubeconfig(strict, user={**user, "client-key-data": "AAAA"})))
    assert list(own_files.iterdir()) == []


def test_takes_a_certificate_from_a_plugin(
    strict: ApiServer, kubeconfig: Kubeconfig, tmp_path: Path, certificate: Path
) -> None:
    body = (
        f"pem = open({str(certificate)!r}).read()\n"
        + CREDENTIAL % "{'clientCertificateData': pem, 'clientKeyData': pem}"
    )
    assert status_of(kubeconfig(strict, user=plugin(tmp_path, body))) == 200


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (
            {"user": {"client-certificate": "server.pem"}},
            "the client certificate of the kubeconfig's user can't be used with its key (missing or not PEM)",
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


def test_a_missing_certificate_file_is_named(kubeconfig: Kubeconfig, tmp_path: Path) -> None:
    path = kubeconfig("https://x", cluster={"certificate-authority": "ca.crt"})
    assert refused(Connection(kubeconfig=path)) == f"{path} can't be used: File does not exist: {tmp_path}/ca.crt"


def test_certificates_are_loaded_once_and_not_for_each_connection(
    kubeconfig: Kubeconfig, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loading them into a context that other threads use crashes OpenSSL."""
    user = {"client-certificate": certificate.name, "client-key": certificate.name}
    path = kubeconfig("https://127.0.0.1:1", user=user, cluster={"certificate-authority": certificate.name})
    with closing(open_session(Connection(kubeconfig=path))) as session:
        connections = session.transport.client.connections
        assert len(connections.tls.get_ca_certs()) == 1
        assert not {"ca_certs", "cert_file", "key_file"} & vars(connections).keys()
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    away = kubeconfig("https://away.example", user=user, cluster={"certificate-authority": certificate.name})
    with closing(open_session(Connection(kubeconfig=away))) as session:
        settings = session.transport.client.connections.pool.connection_pool_kw
        assert not {"ca_certs", "cert_file", "key_file"} & settings.keys()
        assert len(settings["ssl_context"].get_ca_certs()) == 1


def test_a_server_without_tls_needs_no_certificates(server: ApiServer, kubeconfig: Kubeconfig) -> None:
    server.replies["/version"] = {}
    lost = {"client-certificate": "lost.pem", "client-key": "lost.pem"}
    assert status_of(kubeconfig(server.url, user=lost, cluster={"certificate-authority": "lost.pem"})) == 200
