"""RateLimited: the registry's rate limit is reached."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix
from kubectl_imagepull.vocabulary.vendors import Vendor


def fixes(context: FixContext) -> Sequence[Fix]:
    """TODO."""
    raise NotImplementedError


RUNBOOK = Runbook(
    confirm=(
        "The text has '429 Too Many Requests' or 'toomanyrequests'.",
        "'unauthenticated pull rate limit' means that no working login was sent.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Wait, log in, or pull through a mirror; IfNotPresent asks less than Always.",
        ),
        (
            Vendor.DOCKER_HUB.value,
            (
                "Without login 100 pulls in six hours to an IPv4 address or IPv6 /64 network (all nodes behind one "
                "address share them), 200 to a free account; paid accounts have no such limit."
            ),
        ),
        (
            Vendor.ECR.value,
            "Throttling: start fewer pulls at once, or have the quota raised.",
        ),
        (
            Vendor.ECR_PUBLIC.value,
            "Without login one pull a second to an address: log in, in region us-east-1.",
        ),
        (
            Vendor.GITHUB.value,
            "Its limit is per minute and passes by itself.",
        ),
        (
            Vendor.HARBOR.value,
            "In a proxy project the limit may be that of the upstream registry: give the project a login there.",
        ),
    ),
)

REMEDY = Remedy(Cause.RATE_LIMITED, fixes, RUNBOOK)
