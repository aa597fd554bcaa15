"""HttpHttpsMismatch: one side speaks HTTP, the other HTTPS."""

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
        "'server gave HTTP response to HTTPS client': the registry speaks plain HTTP.",
        "'Client sent an HTTP request to an HTTPS server': the reverse.",
        "With a plain HTTP mirror containerd may say so for a tag that is missing.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Serve HTTPS; that is the better of the two.",
        ),
        (
            "containerd",
            '/etc/containerd/certs.d/HOST/hosts.toml with server = "http://HOST".',
        ),
        (
            "CRI-O",
            'registries.conf: [[registry]] with location = "HOST" and insecure = true.',
        ),
        (
            "Docker",
            "insecure-registries in /etc/docker/daemon.json.",
        ),
    ),
)

REMEDY = Remedy(Cause.HTTP_HTTPS_MISMATCH, fixes, RUNBOOK)
