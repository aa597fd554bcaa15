"""TlsUnknownAuthority: the node doesn't trust the registry's certificate."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, ANY_RUNTIME, Remedy, Runbook
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix


def fixes(context: FixContext) -> Sequence[Fix]:
    """TODO."""
    raise NotImplementedError


RUNBOOK = Runbook(
    confirm=(
        (
            "openssl s_client -connect HOST:443 -servername HOST </dev/null | openssl x509 -noout -subject -issuer "
            "-dates shows the certificate."
        ),
        "docker pull elsewhere proves nothing: it is the node's runtime that must trust the authority.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "A public certificate without its chain (cert.pem in place of fullchain.pem) looks like this, too.",
        ),
        (
            "containerd",
            (
                "/etc/containerd/certs.d/HOST/ca.crt, or ca = in the hosts.toml there; config_path in config.toml "
                "must be /etc/containerd/certs.d. No restart."
            ),
        ),
        (
            "CRI-O",
            "/etc/containers/certs.d/HOST/ca.crt. No restart.",
        ),
        (
            "Docker",
            "/etc/docker/certs.d/HOST/ca.crt. No restart.",
        ),
        (
            "OpenShift",
            "additionalTrustedCA of image.config.openshift.io/cluster.",
        ),
        (
            ANY_RUNTIME,
            "Or the system's trust (update-ca-certificates, update-ca-trust), and a restart of the runtime.",
        ),
    ),
)

REMEDY = Remedy(Cause.TLS_UNKNOWN_AUTHORITY, fixes, RUNBOOK)
