"""Forbidden: the identity is known but may not pull this image."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.node_logins import node_credentials, repair_lone_node
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.login_repairs import put_login_right, repair_unfit
from kubectl_imagepull.fixes.steps.near_names import near_name_fixes
from kubectl_imagepull.fixes.steps.registry_rights import grant_access, upstream_rights
from kubectl_imagepull.fixes.steps.secret_fixes import add_secret, name_known, try_again
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Command
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.vendors import Vendor, ecr_region

#: Where Amazon ECR keeps layers.
_LAYERS = re.compile(r"prod-[a-z0-9-]+-starport-layer-bucket\.s3[.-]")


def fixes(context: FixContext) -> Sequence[Fix]:
    """Has the right granted where it is lacking; another login may have it already."""
    if context.diagnosis.answered_by and not context.credentials.refusal.is_of_token_server:
        return [_another_host(context)]
    if upstream := upstream_rights(context):
        return upstream
    if here := repair_lone_node(context):
        return here
    granted = [*_granted(context), *_name(context)]
    if near_name_fixes(context) and context.credentials.refusal.identity is None:
        # registries that hide what is there refuse a name that isn't
        granted = [*_name(context), *_granted(context)]
    if context.workload.is_static:
        # the kubelet reads a static pod from a file of the node, and no secret of the cluster with it
        return [*granted, *node_credentials(context)]
    others = [*try_again(context), *name_known(context)]
    if others or context.credentials.logins or context.credentials.secrets is None:
        # somebody is logged in, or may be: a second login is no better than the first
        return [*others, *granted]
    login = "Or give the pod a login that is allowed to pull it."
    own = repair_unfit(context) or [add_secret(context, login, basis=Basis.GUESS)]
    return [*granted[:1], *own, *granted[1:]]


def _granted(context: FixContext) -> list[Fix]:
    """The right, and the login where that may be at fault as well: first what the reader can do alone."""
    right = grant_access(context)
    if any(login.faults for login in context.credentials.logins):
        return [*put_login_right(context), *right]
    if Cause.BAD_CREDENTIALS not in context.diagnosis.alternatives:
        return right
    login = put_login_right(context)
    # GitHub refuses a bad token as it refuses a good one without the right
    return [*login, *right] if context.registry.vendor is Vendor.GITHUB else [*right, *login]


def _another_host(context: FixContext) -> Fix:
    host = context.registry.host
    if context.registry.vendor is Vendor.ECR and _LAYERS.match(host):
        return _layers(context)
    text = (
        f"{host}, which answers for {context.registry.name}, refused: the registry itself allowed the pull, so its "
        "secrets and permissions are fine. Ask whoever runs that host or the network to allow the nodes."
    )
    short = (f"Allow the nodes at {host}", "Allow the nodes at the host that refused")
    return Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.REGISTRY, short=short)


def _layers(context: FixContext) -> Fix:
    """The bucket of Amazon ECR's layers, to which a network without another way out goes by an endpoint of its own."""
    region = ecr_region(context.registry.name)
    bucket = f"arn:aws:s3:::prod-{region}-starport-layer-bucket/*"
    service = f"Name=service-name,Values=com.amazonaws.{region}.s3"
    look = Command(("aws", "ec2", "describe-vpc-endpoints", "--region", region, "--filters", service))
    text = (
        "The bucket where Amazon ECR keeps layers refused; secrets and roles are fine. The policy of the network's "
        f"S3 endpoint has to allow s3:GetObject on {bucket}."
    )
    short = ("Allow ECR's layer bucket in the S3 endpoint's policy",)
    return Fix(text, (look,), Who.CLUSTER_ADMIN, Basis.TEXT, Where.REGISTRY, short=short)


def _name(context: FixContext) -> list[Fix]:
    """The name, which may be wrong as well; not where it is proven that there is such an image."""
    if context.findings.values(Check.SAME_IMAGE_ELSEWHERE) or not context.image.path:
        return []
    if meant := near_name_fixes(context):
        return meant
    text = f"If the account has access, compare {context.image.path} with the name at {context.registry.name}."
    return [Fix(text, (), Who.YOU, Basis.GUESS, Where.SOURCE, short=("Compare the image name with the registry's",))]


RUNBOOK = Runbook(
    confirm=(
        "Log in as the same account elsewhere: the login works and the pull is refused.",
        (
            "A bare '403 Forbidden' from containerd may also mean an expired token, or no login at all (ECR, GAR, "
            "GHCR, OCIR)."
        ),
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Allow the account (or the node's identity) to pull from the repository; this is set in the registry.",
        ),
        (
            Vendor.DOCKER_HUB.value,
            "The account must be in a team that may read the repository.",
        ),
        (
            Vendor.ECR.value,
            (
                "Allow ecr:BatchGetImage in the role's policy, and, from another AWS account, in the repository's "
                "policy too; a token older than 12 hours looks the same on containerd."
            ),
        ),
        (
            Vendor.GOOGLE.value,
            (
                "Grant roles/artifactregistry.reader to the service account of the nodes; a repository that doesn't "
                "exist gets the same answer."
            ),
        ),
        (
            Vendor.AZURE.value,
            "Grant AcrPull (registries with ABAC: another role); it takes a few minutes to take effect.",
        ),
        (
            Vendor.GITHUB.value,
            "Use a classic token with read:packages, authorised for the organisation's single sign-on.",
        ),
        (
            Vendor.QUAY.value,
            "Use a robot account that may read the repository.",
        ),
        (
            Vendor.GITLAB.value,
            "Add the account to the project; check the path and the job token's allowlist.",
        ),
        (
            Vendor.HARBOR.value,
            "Make the account a member of the project with a role that may pull.",
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
            "The API key needs access to the namespace, and the host must match its region.",
        ),
        (
            Vendor.ARTIFACTORY.value,
            "Grant the account read on the repository; it answers 401 for a missing permission.",
        ),
    ),
)

REMEDY = Remedy(Cause.FORBIDDEN, fixes, RUNBOOK)
