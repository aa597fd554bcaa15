"""What the registry answers about limits and credentials."""

from __future__ import annotations

from kubectl_imagepull.messages.rules.phrase import Phrase
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import (
    CONTAINERD,
    CONTAINERD_17,
    CONTAINERD_STATUS,
    CRIO,
    CRIO_READ,
    DOCKER,
    DOCKER_DENIED,
    DOCKER_GET,
    PULL,
)
from kubectl_imagepull.vocabulary.causes import Cause

CREDENTIALS: tuple[Rule, ...] = (
    Rule(
        Cause.RATE_LIMITED,
        "a limit in words, where no status says it",
        (
            Phrase(
                r"too many requests",
                CRIO + "too many requests to registry",
                "CRI-O, podman: containers/image docker/errors.go",
            ),
            Phrase(
                r"pull rate limit",
                DOCKER_DENIED + "You have reached your pull rate limit. You may increase the limit by authenticating "
                "and upgrading: https://www.docker.com/increase-rate-limit",
                "Docker Hub: docker/docs#21908",
            ),
        ),
        examples=(
            CONTAINERD_STATUS + "429 Too Many Requests",
            CRIO_READ + "toomanyrequests: You have reached your unauthenticated pull rate limit. "
            "https://www.docker.com/increase-rate-limit",
        ),
        body=True,
    ),
    Rule(
        Cause.RATE_LIMITED,
        "429, in whatever words",
        examples=(PULL + "unexpected status: 429",),
        status=(429,),
    ),
    Rule(
        Cause.EXPIRED_CREDENTIALS,
        "the registry says that the credential it got has expired",
        (
            Phrase(
                r"token (?:has|is) expired",
                DOCKER_DENIED + "Your authorization token has expired. Reauthenticate and try again.",
                "Amazon ECR: the labelled messages in tests/corpus; Docker Hub: sailor-sh/CK-X#60",
                more=(
                    DOCKER + 'Head "https://registry.example.com/v2/team/app/manifests/1.2.3": unauthorized: personal '
                    "access token is expired",
                ),
            ),
        ),
        examples=(
            CONTAINERD_STATUS + "403 Forbidden\ndenied: Your authorization token has expired. Reauthenticate and try "
            "again.",
        ),
        body=True,
    ),
    Rule(
        Cause.BAD_CREDENTIALS,
        "the registry says that the credential it got is wrong",
        (
            Phrase(
                r"incorrect username",
                DOCKER + 'Head "https://registry.example.com/v2/team/app/manifests/1.2.3": unauthorized: incorrect '
                "username or password",
                "Docker Hub: the labelled messages in tests/corpus",
            ),
            Phrase(
                r"HTTP Basic: Access denied",
                CRIO + "unable to retrieve auth token: invalid username/password: unauthorized: HTTP Basic: Access "
                "denied",
                "GitLab: gitlabhq/gitlabhq app/controllers/jwt_controller.rb",
            ),
            Phrase(
                r"Wrong username was used",
                DOCKER_GET + "unknown: Wrong username was used",
                "Artifactory: public walkthroughs",
            ),
            Phrase(
                r"Invalid (?:Username or Password|access token|token|clientid or client secret)",
                CRIO_READ + "unauthorized: Invalid Username or Password",
                "Quay: quay/quay auth/credentials.py; Azure Container Registry: Azure/docker-login#46",
                more=(
                    CRIO_READ + "unauthorized: Invalid access token",
                    CRIO_READ + "unauthorized: Invalid token",
                    DOCKER_GET + "unauthorized: Invalid clientid or client secret.",
                ),
            ),
            Phrase(
                r"login credentials are not valid",
                "unable to retrieve auth token: invalid username/password: unauthorized: The login credentials are "
                "not valid, or your IBM Cloud account is not active.",
                "IBM Cloud Container Registry: the labelled messages in tests/corpus",
            ),
            Phrase(
                r"security token included in the request is invalid",
                "Not continuing with pull after error: denied: The security token included in the request is invalid",
                "Amazon ECR: the labelled messages in tests/corpus",
            ),
            Phrase(
                r"token is invalid",
                CRIO_READ + "unauthorized: The provided Bearer token is invalid.",
                "Pulp: pulp/pulp_container pulp_container/app/token_verification.py",
            ),
            Phrase(
                r"login attempt to ",
                DOCKER + "login attempt to https://registry.example.com/v2/ failed with status: 401 Unauthorized",
                "Docker: moby/moby daemon/pkg/registry/auth.go",
            ),
        ),
        body=True,
    ),
    Rule(
        Cause.BAD_CREDENTIALS,
        "the bearer token was refused: expired, or made for another registry",
        (
            Phrase(
                r"server message: invalid_token",
                CONTAINERD + "pull access denied, repository does not exist or may require authorization: server "
                "message: invalid_token: authorization failed",
                "containerd: containerd/containerd core/remotes/docker/authorizer.go, core/remotes/docker/resolver.go",
            ),
        ),
        alternatives=(Cause.EXPIRED_CREDENTIALS,),
    ),
    Rule(
        Cause.BAD_CREDENTIALS,
        "containerd fetches an oauth token only with a credential in hand, and the token server refused it",
        (
            Phrase(
                r"failed to fetch oauth token: ",
                CONTAINERD + "failed to authorize: failed to fetch oauth token: unexpected status from POST request to "
                "https://auth.example.com/token: 401 Unauthorized",
                "containerd: containerd/containerd core/remotes/docker/authorizer.go",
            ),
        ),
        examples=(
            CONTAINERD + "failed to authorize: failed to fetch oauth token: unexpected status from POST request to "
            "https://auth.example.com/token: 400 Bad Request",
            CONTAINERD_17 + "failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized",
        ),
        status=(400, 401),
    ),
    Rule(
        Cause.FORBIDDEN,
        "the token server accepts the credential and refuses the scope, or refuses either in the same words",
        (
            Phrase(
                r"failed to fetch oauth token: ",
                CONTAINERD + "failed to authorize: failed to fetch oauth token: unexpected status from GET request to "
                "https://auth.example.com/jwt/auth?scope=repository%3Ateam%2Fapp%3Apull&service=container_registry: "
                "403 Forbidden",
                "containerd: containerd/containerd core/remotes/docker/authorizer.go",
            ),
        ),
        status=(403,),
        alternatives=(Cause.BAD_CREDENTIALS,),
    ),
    Rule(
        Cause.CREDENTIAL_PROVIDER_FAILED,
        "the kubelet's log says it, or Docker's client; an event never does",
        (
            Phrase(
                r"credential provider plugin ",
                "Failed getting credential from external registry credential provider: error execing credential "
                "provider plugin ecr-credential-provider for image registry.example.com/team/app: exit status 1",
                "kubelet: kubernetes/kubernetes pkg/credentialprovider/plugin/plugin.go",
            ),
            Phrase(
                r"error getting credentials - err: ",
                "error getting credentials - err: exit status 1, out: `keychain cannot be accessed`",
                "Docker's client: docker/docker-credential-helpers client/client.go",
            ),
        ),
    ),
    Rule(
        Cause.NO_CREDENTIALS,
        "the client had nothing to send, or the registry says that nothing came",
        (
            Phrase(
                r"no basic auth credentials",
                CONTAINERD + "pull access denied, repository does not exist or may require authorization: "
                "authorization failed: no basic auth credentials",
                "containerd: containerd/containerd core/remotes/docker/authorizer.go; Docker: "
                "distribution/distribution internal/client/auth/session.go",
            ),
            Phrase(
                r"Anonymous users are only allowed",
                CRIO_READ + "denied: Anonymous users are only allowed read access on public repos",
                "Oracle Cloud Infrastructure Registry: public walkthroughs",
            ),
            Phrase(
                r"Unauthenticated request",
                DOCKER + 'Head "https://registry.example.com/v2/team/app/manifests/1.2.3": denied: Unauthenticated '
                'request. Unauthenticated requests do not have permission "artifactregistry.repositories.'
                'downloadArtifacts" on resource "projects/p/locations/l/repositories/r" (or it may not exist)',
                "Google Artifact Registry: argoproj/argo-cd#26260",
            ),
        ),
        examples=(
            DOCKER + 'Head "https://registry.example.com/v2/team/app/manifests/1.2.3": no basic auth credentials',
        ),
        body=True,
    ),
    Rule(
        Cause.NO_CREDENTIALS,
        "containerd asks for an anonymous token only when it has no credential",
        (
            Phrase(
                r"failed to fetch anonymous token: ",
                CONTAINERD + "failed to authorize: failed to fetch anonymous token: unexpected status from GET request "
                "to https://auth.example.com/token?scope=repository%3Ateam%2Fapp%3Apull: 403 Forbidden",
                "containerd: containerd/containerd core/remotes/docker/authorizer.go",
            ),
        ),
        examples=(
            CONTAINERD_17 + "failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized",
        ),
        status=(400, 401, 403),
    ),
    Rule(
        Cause.FORBIDDEN,
        "the registry names a right that the identity lacks",
        (
            Phrase(
                r"is not authorized to perform",
                DOCKER_DENIED + "User: arn:aws:sts::123456789012:assumed-role/node/i-0abc is not authorized to "
                "perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-west-1:123456789012:repository/team/app",
                "Amazon ECR: the labelled messages in tests/corpus",
            ),
            Phrase(
                r"Permission (?:<q> )?denied",
                CRIO_READ + 'denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource '
                '"projects/p/locations/l/repositories/r" (or it may not exist)',
                "Google Artifact Registry and Container Registry: the labelled messages in tests/corpus",
                more=(DOCKER_DENIED + 'Permission denied for "1.2.3" from request "/v2/team/app/manifests/1.2.3".',),
            ),
            Phrase(
                r"(?:does not|don't) have (?:the needed )?permission",
                DOCKER + "unauthorized: You don't have the needed permissions to perform this operation, and you may "
                "have invalid credentials.",
                "Google Container Registry: GoogleCloudPlatform/docker-credential-gcr#70; Artifactory: "
                "kubernetes/kubernetes#65958",
                more=(CRIO_READ + "unauthorized: The client does not have permission for manifest",),
            ),
            Phrase(
                r"access forbidden",
                DOCKER + 'Get "https://registry.example.com/v2/team/app/manifests/1.2.3": denied: access forbidden',
                "GitLab: gitlabhq/gitlabhq app/services/auth/container_registry_authentication_service.rb",
            ),
            Phrase(
                r"permission_denied",
                DOCKER_DENIED + "permission_denied: read_package",
                "GitHub Container Registry: RightNow-AI/openfang#12",
            ),
            Phrase(
                r"unauthorized to access repository",
                CRIO_READ + "unauthorized: unauthorized to access repository: team/app, action: pull",
                "Harbor: goharbor/harbor src/server/middleware/v2auth/auth.go",
            ),
        ),
        body=True,
    ),
)
