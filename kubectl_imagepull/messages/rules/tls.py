"""What TLS and certificates are refused for."""

from __future__ import annotations

from kubectl_imagepull.messages.rules.phrase import Phrase
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import CONTAINERD_HEAD, DOCKER_GET
from kubectl_imagepull.vocabulary.causes import Cause

CERTIFICATE: tuple[Rule, ...] = (
    Rule(
        Cause.TLS_CERTIFICATE_EXPIRED,
        "the certificate isn't valid yet, which mostly means that the node's clock is wrong",
        (
            Phrase(
                r"certificate has expired or is not yet valid: current time <time> is before",
                CONTAINERD_HEAD + "tls: failed to verify certificate: x509: certificate has expired or is not yet "
                "valid: current time 2020-01-01T00:00:00Z is before 2026-10-19T22:01:52Z",
                "Go: golang/go src/crypto/x509/verify.go",
            ),
        ),
        details={"notYetValid": True},
    ),
    Rule(
        Cause.TLS_CERTIFICATE_EXPIRED,
        "the certificate has expired",
        (
            Phrase(
                r"certificate has expired",
                CONTAINERD_HEAD + "tls: failed to verify certificate: x509: certificate has expired or is not yet "
                "valid: current time 2026-11-23T22:48:15Z is after 2026-10-19T22:01:52Z",
                "Go: golang/go src/crypto/x509/verify.go",
            ),
            Phrase(
                r"expired certificate",
                DOCKER_GET + "remote error: tls: expired certificate",
                "Go, of the node's own certificate: golang/go src/crypto/tls/alert.go",
            ),
        ),
        examples=(DOCKER_GET + "x509: certificate has expired or is not yet valid",),
        details={"notYetValid": False},
    ),
    Rule(
        Cause.TLS_NAME_MISMATCH,
        "the certificate doesn't name the host",
        (
            Phrase(
                r"certificate is (?:valid for|not valid for any names)",
                CONTAINERD_HEAD + "tls: failed to verify certificate: x509: certificate is valid for "
                "old.example.com, old, not registry.example.com",
                "Go: golang/go src/crypto/x509/verify.go",
                more=(
                    CONTAINERD_HEAD + "tls: failed to verify certificate: x509: certificate is not valid for any "
                    "names, but wanted to match registry.example.com",
                ),
            ),
            Phrase(
                r"any IP SANs",
                DOCKER_GET + "x509: cannot validate certificate for 10.0.0.5 because it doesn't contain any IP SANs",
                "Go: golang/go src/crypto/x509/verify.go",
            ),
            Phrase(
                r"x509\.HostnameError",
                'DEBU[0000] Ping https://registry.example.com/v2/ err &url.Error{Op:"Get", '
                'URL:"https://registry.example.com/v2/", Err:x509.HostnameError{Certificate:(*x509.Certificate)}}',
                "Go's name of the same, in the debug log of podman and buildah: golang/go src/crypto/x509/verify.go",
            ),
            Phrase(
                r"legacy Common Name",
                DOCKER_GET + "x509: certificate relies on legacy Common Name field, use SANs or temporarily enable "
                "Common Name matching with GODEBUG=x509ignoreCN=0",
                "Go: golang/go src/crypto/x509/verify.go",
            ),
        ),
    ),
    Rule(
        Cause.TLS_UNKNOWN_AUTHORITY,
        "nobody the node trusts has signed the certificate",
        (
            Phrase(
                r"signed by unknown authority",
                CONTAINERD_HEAD + "tls: failed to verify certificate: x509: certificate signed by unknown authority",
                "Go: golang/go src/crypto/x509/verify.go",
            ),
            Phrase(
                r"x509\.UnknownAuthorityError",
                'DEBU[0000] Ping https://registry.example.com/v2/ err &url.Error{Op:"Get", '
                'URL:"https://registry.example.com/v2/", Err:x509.UnknownAuthorityError{Cert:(*x509.Certificate)}}',
                "Go's name of the same, in the debug log of podman and buildah: golang/go src/crypto/x509/verify.go",
            ),
            Phrase(
                r"certificate is not (?:trusted|standards compliant)",
                DOCKER_GET
                + "tls: failed to verify certificate: x509: \u201cregistry.example.com\u201d certificate is not "
                "trusted",
                "Go on macOS: golang/go src/crypto/x509/root_darwin.go",
                more=(
                    DOCKER_GET
                    + "tls: failed to verify certificate: x509: \u201cregistry.example.com\u201d certificate is "
                    "not standards compliant",
                ),
            ),
        ),
        examples=(
            DOCKER_GET + 'x509: certificate signed by unknown authority (possibly because of "x509: invalid signature: '
            'parent certificate cannot sign this kind of certificate" while trying to verify candidate authority)',
        ),
    ),
)

HANDSHAKE: tuple[Rule, ...] = (
    Rule(
        Cause.TLS_HANDSHAKE_FAILED,
        "anything else that goes wrong with TLS or with a certificate",
        (
            Phrase(
                r"\btls: ",
                DOCKER_GET + "remote error: tls: handshake failure",
                "Go: golang/go src/crypto/tls/alert.go",
            ),
            Phrase(
                r"\bx509: ",
                DOCKER_GET + "x509: invalid signature: parent certificate cannot sign this kind of certificate",
                "Go: golang/go src/crypto/x509/x509.go",
            ),
        ),
    ),
)
