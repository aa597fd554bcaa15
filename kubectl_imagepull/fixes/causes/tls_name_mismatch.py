"""TlsNameMismatch: the registry's certificate is for another name."""

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
    confirm=(
        (
            "openssl s_client -connect HOST:443 -servername HOST </dev/null | openssl x509 -noout -subject -issuer "
            "-dates shows the certificate."
        ),
        "The text lists the names that the certificate is for.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "Name the registry as its certificate does, or have one issued with the name as subject alternative "
                "name: a common name alone doesn't count."
            ),
        ),
    ),
)

REMEDY = Remedy(Cause.TLS_NAME_MISMATCH, fixes, RUNBOOK)
