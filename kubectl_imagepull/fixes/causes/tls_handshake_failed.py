"""TlsHandshakeFailed: the TLS handshake failed."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix


def fixes(context: FixContext) -> Sequence[Fix]:
    """TODO."""
    raise NotImplementedError


RUNBOOK = Runbook(
    confirm=("On the node: openssl s_client -connect HOST:443 -servername HOST shows where the handshake ends.",),
    fixes=(
        (
            ANY_REGISTRY,
            "Bring registry and proxies to TLS 1.2 or newer; a client certificate may be asked for.",
        ),
        (
            "containerd",
            'client = ["CERTIFICATE", "KEY"] in hosts.toml gives a client certificate.',
        ),
        (
            "CRI-O",
            "/etc/containers/certs.d/HOST/client.cert and client.key give a client certificate.",
        ),
        (
            "Docker",
            "/etc/docker/certs.d/HOST/client.cert and client.key give a client certificate.",
        ),
    ),
)

REMEDY = Remedy(Cause.TLS_HANDSHAKE_FAILED, fixes, RUNBOOK)
