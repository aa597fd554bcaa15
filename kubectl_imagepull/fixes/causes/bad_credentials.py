"""BadCredentials: the registry refused the credentials that were sent."""

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
        "docker login REGISTRY with the same user and password is refused, too.",
        "containerd says 'failed to fetch oauth token': credentials were sent.",
        "CRI-O's 'invalid username/password' stands before every 401 and proves nothing; read what follows it.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "Put the right user and password into the secret, with kubectl create secret docker-registry and not "
                "by hand: echo adds a line break that becomes part of the password."
            ),
        ),
        (
            Vendor.DOCKER_HUB.value,
            (
                "Use an access token as password. A bad Docker Hub secret breaks public images, too: the kubelet "
                "doesn't go on without it."
            ),
        ),
        (
            Vendor.ECR.value,
            "The user is AWS and the password a token that lives for 12 hours: make a new one.",
        ),
        (
            Vendor.AZURE.value,
            (
                "It says the same for a wrong password and for a missing role: renew the service principal's secret "
                "and give it AcrPull."
            ),
        ),
        (
            Vendor.GITHUB.value,
            (
                "'denied: denied' also comes for a public package when the token is stale: renew it (read:packages, "
                "single sign-on) or take the secret off."
            ),
        ),
        (
            Vendor.QUAY.value,
            "Use a robot account that may read the repository.",
        ),
        (
            Vendor.GITLAB.value,
            (
                "With two-factor login the password doesn't count. Use a deploy token with read_registry; a "
                "CI_JOB_TOKEN dies with its job."
            ),
        ),
        (
            Vendor.HARBOR.value,
            "Use a robot account; its name is like robot$NAME, so put it into single quotes in a shell.",
        ),
        (
            Vendor.ORACLE.value,
            (
                "The user is TENANCY/USER or TENANCY/oracleidentitycloudservice/USER, the password an auth token; a "
                "refused anonymous pull is a 403 there."
            ),
        ),
        (
            Vendor.IBM.value,
            (
                "The user is iamapikey and the password an IAM API key; or copy the secret all-icr-io into the "
                "namespace."
            ),
        ),
    ),
)

REMEDY = Remedy(Cause.BAD_CREDENTIALS, fixes, RUNBOOK)
