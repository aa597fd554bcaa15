"""NoCredentials: the registry wants a login, and none was sent."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.node_logins import (
    mirror_login,
    node_credentials,
    node_rights,
    repair_lone_node,
)
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.login_repairs import repair_unfit
from kubectl_imagepull.fixes.steps.near_names import near_name_fixes
from kubectl_imagepull.fixes.steps.pull_secrets import hosts_of
from kubectl_imagepull.fixes.steps.secret_fixes import (
    add_secret,
    add_to_account,
    fits_by_now,
    name_known,
    new_pods_for_account,
    secrets_named,
)
from kubectl_imagepull.fixes.steps.vendor_sides import side_of
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.node_environment import Platform
from kubectl_imagepull.vocabulary.vendors import Vendor

#: Registries whose images want more of an account than that it logs in.
_WITH_TERMS = frozenset({Vendor.NVIDIA, Vendor.ORACLE_DOWNLOADS, Vendor.CHAINGUARD})
#: Registries that ask for a login for what doesn't exist, as far as nobody is logged in.
_HIDING = frozenset({Vendor.QUAY, Vendor.GITHUB})
#: As many of the secrets that the pod names as are looked into by one command each.
_MOST_LOOKED_INTO = 3


def fixes(context: FixContext) -> Sequence[Fix]:
    """Names a secret that is there, puts right what the pod names, or makes a login."""
    if context.registry.is_all_public:
        return [_public(context)]
    if context.diagnosis.answered_by and not context.credentials.refusal.is_of_token_server:
        return mirror_login(context)
    if here := repair_lone_node(context):
        return here
    if context.workload.is_static:
        return node_credentials(context)
    # what pulls from there under nearly the same name needs no secret, or the one that is known
    meant = near_name_fixes(context)
    known = [*new_pods_for_account(context), *name_known(context)]
    by_node = node_rights(context) if context.credentials.node_may_log_in else _cluster_login(context)
    if context.pod.secrets:
        own = fits_by_now(context) or repair_unfit(context) or ([] if known else _unread(context))
        return [*known, *meant, *by_node, *own, *_public_repository(context)]
    made = [] if known else [add_secret(context, _may_be_absent(context)), *add_to_account(context), *_terms(context)]
    return [*known, *meant, *by_node, *made, *_public_repository(context)]


def _cluster_login(context: FixContext) -> list[Fix]:
    """The cluster's own pull secret, which OpenShift keeps for Red Hat's registries; nothing for any other."""
    is_red_hat = context.registry.vendor is Vendor.RED_HAT
    return node_credentials(context) if is_red_hat and context.node.environment.platform is Platform.OPENSHIFT else []


def _unread(context: FixContext) -> list[Fix]:
    """What to do where the secrets that the pod names could not be read."""
    names = context.pod.secrets
    text = (
        f"Check which registries {secrets_named(names)} {'is' if len(names) == 1 else 'are'} for: host, port and "
        f"path have to match {context.registry.name}, including upper and lower case."
    )
    looks = tuple(hosts_of(context, name) for name in names[:_MOST_LOOKED_INTO])
    look = Fix(text, looks, Who.YOU, Basis.GUESS, short=("Check which registries its secrets are for",))
    return [look, add_secret(context, "If none of them matches:", basis=Basis.GUESS)]


def _may_be_absent(context: FixContext) -> str:
    """That the name may be wrong, at registries that ask for a login for what isn't there; "" where it is right."""
    if context.registry.vendor not in _HIDING or context.findings.values(Check.SAME_IMAGE_ELSEWHERE):
        return ""
    return (
        f"{context.registry.name} asks for a login for a private repository and for one that doesn't exist: check that "
        f"{context.image.path} is spelt right."
    )


def _terms(context: FixContext) -> list[Fix]:
    """What an account has to have done at registries that let not every account in."""
    if context.registry.vendor not in _WITH_TERMS:
        return []
    text = f"If that login is refused too: {side_of(context.registry.vendor).grant}."
    return [
        Fix(text, (), Who.YOU, Basis.GUESS, Where.REGISTRY, short=(("Make sure that the account may pull the image"),))
    ]


def _public_repository(context: FixContext) -> list[Fix]:
    side = side_of(context.registry.vendor)
    if not side.publish:
        return []
    text = f"Or, if {context.image.path} may be public, ask its owner to {side.publish}."
    return [Fix(text, (), Who.REGISTRY_OWNER, Basis.GUESS, Where.REGISTRY, short=("Make the repository public",))]


def _public(context: FixContext) -> Fix:
    text = (
        f"{context.registry.name} doesn't require a login: a proxy in between refuses, or the nodes' address is "
        "blocked, and no pull secret helps. Ask whoever runs the nodes' network."
    )
    return Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=("Look for a proxy or block, not a secret",))


RUNBOOK = Runbook(
    confirm=(
        (
            "kubectl get pod POD -n NAMESPACE -o jsonpath='{.spec.imagePullSecrets}' shows the pod's pull secrets; "
            "secrets in other namespaces don't count."
        ),
        (
            "kubectl get secret NAME -n NAMESPACE -o jsonpath='{.type}' must print kubernetes.io/dockerconfigjson "
            "(or kubernetes.io/dockercfg): the kubelet silently ignores any other type."
        ),
        "containerd says 'failed to fetch anonymous token' or 'no basic auth credentials': no credentials were sent.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "kubectl create secret docker-registry in the pod's namespace, then add it to imagePullSecrets of "
                "the pod template or of the service account. A pod with its own imagePullSecrets ignores the service "
                "account's, and pods get the service account's only when they are created."
            ),
        ),
        (
            Vendor.DOCKER_HUB.value,
            "The secret's server is https://index.docker.io/v1/; use an access token as the password.",
        ),
        (
            Vendor.ECR.value,
            (
                "Give the node's role ecr:GetAuthorizationToken and ecr:BatchGetImage and let the kubelet's "
                "credential provider log in; a secret with an ECR token is valid for only 12 hours."
            ),
        ),
        (
            Vendor.GOOGLE.value,
            (
                "On GKE give the node's service account roles/artifactregistry.reader and the scope "
                "devstorage.read_only or cloud-platform; elsewhere create a secret."
            ),
        ),
        (
            Vendor.AZURE.value,
            (
                "Attach the registry to the cluster (az aks update --attach-acr), or give the kubelet's identity "
                "AcrPull; it takes a few minutes to take effect."
            ),
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
            "Use a deploy token with read_registry; a CI_JOB_TOKEN dies with its job.",
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
        (
            Vendor.ARTIFACTORY.value,
            "Grant the account read; a reverse proxy in front of it must pass on WWW-Authenticate.",
        ),
        (
            Vendor.NEXUS.value,
            "Anonymous pulls need the Docker Bearer Token Realm enabled.",
        ),
        (
            "k3s",
            "Wrong nesting in registries.yaml causes 'no basic auth credentials'.",
        ),
    ),
)

REMEDY = Remedy(Cause.NO_CREDENTIALS, fixes, RUNBOOK)
