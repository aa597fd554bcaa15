"""NoCredentials: the registry wants a login, and none was sent."""

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
        (
            "kubectl get pod POD -n NAMESPACE -o jsonpath='{.spec.imagePullSecrets}' shows which secrets the pod "
            "names; none of another namespace counts."
        ),
        (
            "kubectl get secret NAME -n NAMESPACE -o jsonpath='{.type}' must print kubernetes.io/dockerconfigjson "
            "(or kubernetes.io/dockercfg): the kubelet ignores any other type and says nothing."
        ),
        "containerd says 'failed to fetch anonymous token' or 'no basic auth credentials': nothing was sent.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "kubectl create secret docker-registry in the pod's namespace, then name it under imagePullSecrets "
                "of the pod template or of the service account. A pod that names secrets itself ignores the service "
                "account's, and pods get the service account's only when they are made."
            ),
        ),
        (
            Vendor.DOCKER_HUB.value,
            "The secret's server is https://index.docker.io/v1/, the password best an access token.",
        ),
        (
            Vendor.ECR.value,
            (
                "Give the node's role ecr:GetAuthorizationToken and ecr:BatchGetImage and let the kubelet's "
                "credential provider log in; a secret made from get-login-password lives for 12 hours only."
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
                "AcrPull; it takes some minutes to work."
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
            "Grant the account read; a reverse proxy before it must pass on WWW-Authenticate.",
        ),
        (
            Vendor.NEXUS.value,
            "For pulls without login the Docker Bearer Token Realm must be enabled.",
        ),
        (
            "k3s",
            "A mistake in the nesting of registries.yaml shows as 'no basic auth credentials'.",
        ),
    ),
)

REMEDY = Remedy(Cause.NO_CREDENTIALS, fixes, RUNBOOK)
