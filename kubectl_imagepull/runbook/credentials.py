"""The runbook's pages for causes in the credentials; the texts per registry also stand in the fixes."""

from __future__ import annotations

from collections.abc import Mapping

from kubectl_imagepull.runbook.entry import ANY_REGISTRY, Runbook
from kubectl_imagepull.vocabulary.causes import Cause

_NAMED = (
    "kubectl get pod POD -n NAMESPACE -o jsonpath='{.spec.imagePullSecrets}' shows which secrets the pod names; none "
    "of another namespace counts."
)
_TYPE = (
    "kubectl get secret NAME -n NAMESPACE -o jsonpath='{.type}' must print kubernetes.io/dockerconfigjson (or "
    "kubernetes.io/dockercfg): the kubelet ignores any other type and says nothing."
)
_KEY = (
    "The entry in the secret must fit the image: same host and port, letter case included, and a path that the image's "
    "begins with. For Docker Hub it is https://index.docker.io/v1/ with the slash at its end."
)
_LOG = "On the node: journalctl -u kubelet | grep 'Failed to provide credentials for image'; no event shows it."

_GITLAB = "Use a deploy token with read_registry; a CI_JOB_TOKEN dies with its job."
_HARBOR = "Use a robot account; its name is like robot$NAME, so put it into single quotes in a shell."
_OCIR = (
    "The user is TENANCY/USER or TENANCY/oracleidentitycloudservice/USER, the password an auth token; a refused "
    "anonymous pull is a 403 there."
)
_IBM = "The user is iamapikey and the password an IAM API key; or copy the secret all-icr-io into the namespace."
_QUAY = "Use a robot account that may read the repository."
_GHCR = "Use a classic token with read:packages, authorised for the organisation's single sign-on."

CREDENTIALS: Mapping[Cause, Runbook] = {
    Cause.NO_CREDENTIALS: Runbook(
        confirm=(
            _NAMED,
            _TYPE,
            "containerd says 'failed to fetch anonymous token' or 'no basic auth credentials': nothing was sent.",
        ),
        fixes=(
            (
                ANY_REGISTRY,
                (
                    "kubectl create secret docker-registry in the pod's namespace, then name it under imagePullSecrets "
                    "of the pod template or of the service account. A pod that names secrets itself ignores the "
                    "service account's, and pods get the service account's only when they are made."
                ),
            ),
            ("Docker Hub", "The secret's server is https://index.docker.io/v1/, the password best an access token."),
            (
                "Amazon ECR",
                (
                    "Give the node's role ecr:GetAuthorizationToken and ecr:BatchGetImage and let the kubelet's "
                    "credential provider log in; a secret made from get-login-password lives for 12 hours only."
                ),
            ),
            (
                "Google Artifact Registry",
                (
                    "On GKE give the node's service account roles/artifactregistry.reader and the scope "
                    "devstorage.read_only or cloud-platform; elsewhere create a secret."
                ),
            ),
            (
                "Azure Container Registry",
                (
                    "Attach the registry to the cluster (az aks update --attach-acr), or give the kubelet's identity "
                    "AcrPull; it takes some minutes to work."
                ),
            ),
            ("GitHub Container Registry", _GHCR),
            ("Quay", _QUAY),
            ("GitLab", _GITLAB),
            ("Harbor", _HARBOR),
            ("Oracle OCIR", _OCIR),
            ("IBM Container Registry", _IBM),
            ("Artifactory", "Grant the account read; a reverse proxy before it must pass on WWW-Authenticate."),
            ("Nexus", "For pulls without login the Docker Bearer Token Realm must be enabled."),
            ("k3s", "A mistake in the nesting of registries.yaml shows as 'no basic auth credentials'."),
        ),
    ),
    Cause.BAD_CREDENTIALS: Runbook(
        confirm=(
            "docker login REGISTRY with the same user and password is refused, too.",
            "containerd says 'failed to fetch oauth token': credentials were sent.",
            "CRI-O's 'invalid username/password' stands before every 401 and proves nothing; read what follows it.",
        ),
        fixes=(
            (
                ANY_REGISTRY,
                (
                    "Put the right user and password into the secret, with kubectl create secret docker-registry and "
                    "not by hand: echo adds a line break that becomes part of the password."
                ),
            ),
            (
                "Docker Hub",
                (
                    "Use an access token as password. A bad Docker Hub secret breaks public images, too: the kubelet "
                    "doesn't go on without it."
                ),
            ),
            ("Amazon ECR", "The user is AWS and the password a token that lives for 12 hours: make a new one."),
            (
                "Azure Container Registry",
                (
                    "It says the same for a wrong password and for a missing role: renew the service principal's "
                    "secret and give it AcrPull."
                ),
            ),
            (
                "GitHub Container Registry",
                (
                    "'denied: denied' also comes for a public package when the token is stale: renew it "
                    "(read:packages, single sign-on) or take the secret off."
                ),
            ),
            ("Quay", _QUAY),
            (
                "GitLab",
                f"With two-factor login the password doesn't count. {_GITLAB}",
            ),
            ("Harbor", _HARBOR),
            ("Oracle OCIR", _OCIR),
            ("IBM Container Registry", _IBM),
        ),
    ),
    Cause.EXPIRED_CREDENTIALS: Runbook(
        confirm=(
            "kubectl get secret NAME -n NAMESPACE shows its age: an ECR token is good for 12 hours.",
            "The text says 'authorization token has expired'; containerd before 2.3.3 shows a bare '403 Forbidden'.",
        ),
        fixes=(
            (
                ANY_REGISTRY,
                "Put a new token into the secret, and let something renew it, or use an account that lasts.",
            ),
            (
                "Amazon ECR",
                (
                    "Tokens live for 12 hours: use the node's role and the kubelet's credential provider, or a job "
                    "that renews the secret."
                ),
            ),
            ("Amazon ECR Public", "Its images are public: take the credentials off and pull without them."),
            (
                "Azure Container Registry",
                "The service principal's secret has run out: renew it, or attach the registry (AKS).",
            ),
            ("GitHub Container Registry", f"{_GHCR} For a public package take the secret off."),
            ("GitLab", _GITLAB),
        ),
    ),
    Cause.FORBIDDEN: Runbook(
        confirm=(
            "Log in as the same account elsewhere: the login works and the pull is refused.",
            (
                "A bare '403 Forbidden' of containerd may also be an expired token, or nobody logged in (ECR, GAR, "
                "GHCR, OCIR)."
            ),
        ),
        fixes=(
            (
                ANY_REGISTRY,
                "Let the account (or the node's identity) pull the repository; this is set in the registry.",
            ),
            ("Docker Hub", "The account must be in a team that may read the repository."),
            (
                "Amazon ECR",
                (
                    "Allow ecr:BatchGetImage in the role's policy, and for another AWS account in the repository's "
                    "policy as well; a token older than 12 hours looks the same on containerd."
                ),
            ),
            (
                "Google Artifact Registry",
                (
                    "Grant roles/artifactregistry.reader to the service account of the nodes; the same answer hides a "
                    "repository that doesn't exist."
                ),
            ),
            (
                "Azure Container Registry",
                "Grant AcrPull (registries with ABAC: another role); it takes some minutes to work.",
            ),
            ("GitHub Container Registry", _GHCR),
            ("Quay", _QUAY),
            ("GitLab", "Add the account to the project, check the path, or the job token's allow-list."),
            ("Harbor", "Make the account a member of the project with a role that may pull."),
            ("Oracle OCIR", _OCIR),
            (
                "IBM Container Registry",
                "The API key needs access to the namespace, and the host must be that of its region.",
            ),
            ("Artifactory", "Grant the account read on the repository; it answers 401 for a missing permission."),
        ),
    ),
    Cause.PULL_SECRET_MISSING: Runbook(
        confirm=(
            _NAMED,
            "kubectl get secret NAME -n NAMESPACE says NotFound.",
            (
                "The event FailedToRetrieveImagePullSecret alone is a warning: on a public image the pull works all "
                "the same."
            ),
        ),
        fixes=(
            (
                ANY_REGISTRY,
                (
                    "Create the secret in the pod's namespace, copy it from another one, or correct its name where it "
                    "stands: pod template or service account. The kubelet tries again within five minutes."
                ),
            ),
        ),
    ),
    Cause.PULL_SECRET_MALFORMED: Runbook(
        confirm=(
            (
                "The waiting reason is the parser's own text, such as 'illegal base64 data at input byte 4' (before "
                "1.33 it stands in the message)."
            ),
            "The auth field must be base64 of user:password, in the standard alphabet, without white space inside.",
        ),
        fixes=(
            (
                ANY_REGISTRY,
                (
                    "Make the secret again with kubectl create secret docker-registry. One that can't be parsed fails "
                    "every pull of the pod, whatever its other secrets hold."
                ),
            ),
        ),
    ),
    Cause.CREDENTIAL_PROVIDER_FAILED: Runbook(
        confirm=(
            _LOG,
            "The pod names no secret, the registry is the cloud's own, and the text is that of NoCredentials.",
        ),
        fixes=(
            (
                ANY_REGISTRY,
                (
                    "Repair the provider on the node (binary, CredentialProviderConfig, matchImages); until then name "
                    "a pull secret. A missing or slow provider gives the kubelet nothing, and it goes on without."
                ),
            ),
            (
                "Amazon ECR",
                (
                    "The node's role needs ecr:GetAuthorizationToken, and the image's host must fit the provider's "
                    "matchImages."
                ),
            ),
            (
                "Google Artifact Registry",
                "The node's service account needs roles/artifactregistry.reader and its scopes.",
            ),
            ("Azure Container Registry", "The kubelet's identity must be attached: az aks update --attach-acr."),
        ),
    ),
}
