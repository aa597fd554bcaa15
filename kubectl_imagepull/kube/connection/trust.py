"""The authorities that the machine trusts, for clusters whose kubeconfig names none."""

from __future__ import annotations

import os
import ssl

#: Where systems keep them, as Go's crypto/x509 (root_linux.go, root_bsd.go), and so kubectl, looks for them.
FILES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
_VARIABLES = frozenset({"SSL_CERT_FILE", "SSL_CERT_DIR"})


def trust_system(context: ssl.SSLContext) -> None:
    """Trusts what the system trusts.

    OpenSSL looks where the system has it that Python was built on: in a package, or a Python that was brought along,
    that is another one. Its folder may be there and hold nothing that it can use, so only its file counts.
    """
    context.load_default_certs()
    if ssl.get_default_verify_paths().cafile or _VARIABLES & os.environ.keys():
        return
    bundle = next((name for name in FILES if os.path.isfile(name)), None)  # noqa: PTH113 - OpenSSL takes a name
    if bundle:
        context.load_verify_locations(bundle)
