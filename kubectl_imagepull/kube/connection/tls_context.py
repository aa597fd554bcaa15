"""Certificates of a kubeconfig -> TLS settings."""

from __future__ import annotations

import base64
import os
import ssl
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kubectl_imagepull.kube.connection.trust import trust_system
from kubectl_imagepull.kube.snapshot import SourceError


class MissingFileError(Exception):
    """A certificate's file doesn't exist; the text names it."""


def tls_context(cluster: Mapping[str, Any], user: Mapping[str, Any], *, secure: bool) -> ssl.SSLContext:
    """The TLS settings for a kubeconfig's cluster and user; only where the server is `secure` certificates count.

    Raises SourceError for certificates that can't be used, MissingFileError, and ValueError for data that is no base64.
    """
    verify = not cluster.get("insecure-skip-tls-verify", False)
    context = _base_context(verify=verify)
    if not secure:
        return context
    with (
        _as_file(cluster, "certificate-authority") as authority,
        _as_file(user, "client-certificate") as certificate,
        _as_file(user, "client-key") as key,
    ):
        # what is wrong with them is said here; a connection would say that the server can't be reached
        fault = "the cluster's certificate-authority can't be used"
        try:
            if verify and authority:
                context.load_verify_locations(authority)
            elif verify:
                trust_system(context)
            fault = "the client certificate of the kubeconfig's user can't be used with its key"
            if certificate:
                # without a password OpenSSL would ask for one on the terminal
                context.load_cert_chain(certificate, key, password="")
        except OSError as error:
            reason = error.reason if isinstance(error, ssl.SSLError) else error.strerror
            reason = reason.replace("_", " ").lower() if reason else "missing or not PEM"
            raise SourceError(f"{fault} ({reason}); compare it with 'kubectl config view'") from error
    return context


def _base_context(*, verify: bool) -> ssl.SSLContext:
    """Settings that trust nobody yet; with less than TLS 1.2, as kubectl, no connection comes about.

    Unlike those of ssl.create_default_context they don't demand key identifiers, from 3.13 on, that many clusters'
    certificates don't have.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION
    # an authority of the kubeconfig is trusted by itself, whoever signed it, as in Go's crypto/x509
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    # a certificate that is asked for after the handshake
    context.post_handshake_auth = True
    # a name stands among the certificate's alternative names or not at all, as in Go's crypto/x509
    context.hostname_checks_common_name = False
    context.set_alpn_protocols(["http/1.1"])
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


@contextmanager
def _as_file(entry: Mapping[str, Any], name: str) -> Iterator[str | None]:
    """The path of a field that is a file or stands in the kubeconfig itself, None where it isn't there.

    OpenSSL takes files only. One that is made here is its owner's alone, and gone after the block.
    """
    data, path = entry.get(f"{name}-data"), entry.get(name)
    if data:
        with _made_file(base64.standard_b64decode(data)) as made:
            yield made
    elif path:
        path = os.path.normpath(path)
        if not os.path.isfile(path):  # noqa: PTH113 - a path as the user gave it
            raise MissingFileError(f"File does not exist: {path}")
        yield path
    else:
        yield None


@contextmanager
def _made_file(content: bytes) -> Iterator[str]:
    """The path of a file that lives as long as the block, in memory on Linux: no disk sees a key there."""
    if hasattr(os, "memfd_create") and Path("/proc/self/fd").is_dir():
        descriptor = os.memfd_create("certificate")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            yield f"/proc/self/fd/{descriptor}"
        return
    descriptor, made = tempfile.mkstemp()
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        yield made
    finally:
        Path(made).unlink()
