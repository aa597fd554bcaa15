"""What clients say about the credentials that they had, or hadn't, to send."""

from __future__ import annotations

from kubectl_imagepull.messages.rules.phrase import Phrase
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import CONTAINERD, CONTAINERD_17, DOCKER
from kubectl_imagepull.vocabulary.causes import Cause

CREDENTIALS: tuple[Rule, ...] = (
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
        "the kubelet's log says it, or Docker's client, or ECS; an event never does",
        (
            Phrase(
                r"credential provider plugin ",
                "Failed getting credential from external registry credential provider: error execing credential "
                "provider plugin ecr-credential-provider for image registry.example.com/team/app: exit status 1",
                "kubelet: kubernetes/kubernetes pkg/credentialprovider/plugin/plugin.go",
            ),
            Phrase(
                r"unable to pull secrets or registry auth",
                "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval "
                "failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): "
                "AccessDeniedException",
                "Amazon ECS and Fargate: aws/copilot-cli#3104",
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
        "the client had nothing to send",
        (
            Phrase(
                r"no basic auth credentials",
                CONTAINERD + "pull access denied, repository does not exist or may require authorization: "
                "authorization failed: no basic auth credentials",
                "containerd: containerd/containerd core/remotes/docker/authorizer.go; Docker: "
                "distribution/distribution internal/client/auth/session.go",
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
)
