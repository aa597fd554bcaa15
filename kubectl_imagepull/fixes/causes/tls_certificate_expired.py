"""TlsCertificateExpired: the registry's certificate is outside its validity."""

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
        "'current time ... is before' means not valid yet: look at the node's clock. 'is after' means expired.",
        (
            "openssl s_client -connect HOST:443 -servername HOST </dev/null | openssl x509 -noout -subject -issuer "
            "-dates shows the certificate."
        ),
        "On the node: timedatectl and chronyc tracking show the clock.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Have the certificate renewed.",
        ),
        (
            ANY_RUNTIME,
            "With a good certificate it is the node's clock: repair its time service.",
        ),
    ),
)

REMEDY = Remedy(Cause.TLS_CERTIFICATE_EXPIRED, fixes, RUNBOOK)
