"""CredentialProviderFailed: the node's credential provider gave nothing."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.node_logins import (
    node_credentials,
    node_rights,
    provider_log,
    repair_lone_node,
)
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.near_names import near_name_fixes
from kubectl_imagepull.fixes.steps.secret_fixes import add_secret, name_known
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix
from kubectl_imagepull.vocabulary.vendors import Vendor


def fixes(context: FixContext) -> Sequence[Fix]:
    """Lets the node log in by itself; until then a secret does."""
    if here := repair_lone_node(context):
        return here
    node = [*node_rights(context), *provider_log(context)]
    if context.workload.is_static:
        return [*node, *node_credentials(context)]
    there = name_known(context)
    return [
        *there,
        *near_name_fixes(context),
        *node,
        *([] if there else [add_secret(context, "Until the node can log in by itself:")]),
    ]


RUNBOOK = Runbook(
    confirm=(
        "On the node: journalctl -u kubelet | grep 'Failed to provide credentials for image'; no event shows it.",
        (
            "The pod has no pull secret, the registry is the cloud's own, and the message is the same as for "
            "NoCredentials."
        ),
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "Fix the provider on the node (binary, CredentialProviderConfig, matchImages); use a pull secret "
                "until then. If the provider is missing or slow, the kubelet pulls without credentials."
            ),
        ),
        (
            Vendor.ECR.value,
            (
                "The node's role needs ecr:GetAuthorizationToken, and the image's host must match the provider's "
                "matchImages."
            ),
        ),
        (
            Vendor.GOOGLE.value,
            "The node's service account needs roles/artifactregistry.reader and its scopes.",
        ),
        (
            Vendor.AZURE.value,
            "The kubelet's identity must be attached: az aks update --attach-acr.",
        ),
    ),
)

REMEDY = Remedy(Cause.CREDENTIAL_PROVIDER_FAILED, fixes, RUNBOOK)
