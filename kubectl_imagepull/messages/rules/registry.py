"""Answers about repositories and tags, answers that say no more than a status, and those that no registry gives."""

from __future__ import annotations

from kubectl_imagepull.messages.rules.phrase import Phrase
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import (
    CONTAINERD,
    CONTAINERD_17,
    CONTAINERD_STATUS,
    CRANE,
    CRIO,
    CRIO_READ,
    DOCKER,
    DOCKER_GET,
    PULL,
)
from kubectl_imagepull.vocabulary.causes import Cause

REGISTRY: tuple[Rule, ...] = (
    Rule(
        Cause.REPOSITORY_NOT_FOUND,
        "the registry's NAME_UNKNOWN, or its own words for it",
        (
            Phrase(
                r"name unknown",
                DOCKER + "repository registry.example.com/team/app not found: name unknown: The repository with name "
                "'team/app' does not exist in the registry with id '123456789012'",
                "the registry's code, as Docker, CRI-O and podman print it: distribution/distribution "
                "registry/api/errcode/register.go",
            ),
            Phrase(
                r"repository name not known",
                CRIO_READ + "repository name not known to registry",
                "the registry's message, as CRI-O and podman print it: distribution/distribution "
                "registry/api/errcode/register.go",
            ),
            Phrase(
                r"NAME_UNKNOWN",
                CRANE + "NAME_UNKNOWN: Repository not found.",
                "Knative, Tekton, kaniko, crane: google/go-containerregistry pkg/v1/remote/transport/error.go",
            ),
            Phrase(
                r"project \S+ not found",
                CRIO_READ + "not found: project team not found",
                "Harbor: goharbor/harbor src/core/api/base.go",
            ),
        ),
        examples=(CRIO_READ + "name unknown: repository name not known to registry",),
        body=True,
    ),
    Rule(
        Cause.TAG_NOT_FOUND,
        "the registry knows the repository and not the manifest",
        (
            Phrase(
                r"manifest unknown",
                CRIO_READ + "manifest unknown: manifest unknown",
                "the registry's code, as Docker, CRI-O and podman print it: distribution/distribution "
                "registry/api/errcode/register.go",
            ),
            Phrase(
                r"Tag <ref> not found in repository",
                "image pull failed for registry.example.com/team/app:1.2.3, this may be because there are no "
                "credentials on this request.  details: (Tag 1.2.3 not found in repository team/app)",
                "Docker 1.9 and older: moby/moby graph/pull_v1.go",
            ),
            Phrase(
                r"MANIFEST_UNKNOWN",
                CRANE + "MANIFEST_UNKNOWN: Requested image not found",
                "Knative, Tekton, kaniko, crane: google/go-containerregistry pkg/v1/remote/transport/error.go",
            ),
            Phrase(
                r"manifest for <ref> not found",
                DOCKER + "manifest for registry.example.com/team/app:1.2.3 not found",
                "Docker: moby/moby daemon/internal/distribution/errors.go",
            ),
            Phrase(
                r"(?:artifact|tag) <ref> not found",
                CRIO_READ + "not found: artifact team/app:1.2.3 not found",
                "Harbor: goharbor/harbor src/controller/artifact/controller.go, src/controller/proxy/controller.go",
                more=(CRIO_READ + "not found: repo team/app, tag 1.2.3 not found",),
            ),
        ),
        examples=(
            DOCKER + "manifest for registry.example.com/team/app:1.2.3 not found: manifest unknown: manifest unknown",
        ),
        body=True,
        details={"repositoryVerified": True},
    ),
    Rule(
        Cause.REPOSITORY_NOT_FOUND,
        "nothing but that it isn't there: by a registry that has no code for it, or by all that were searched",
        (
            Phrase(
                r"^Not Found",
                "error pulling image: Error determining manifest MIME type for docker://registry.example.com/team/app: "
                "unknown: Not Found",
                "Red Hat's registry: containers/podman#336",
            ),
            Phrase(
                r"unable to find image in the registries defined in",
                'error pulling image "team/app": unable to pull team/app: unable to find image in the registries '
                'defined in "/etc/containers/registries.conf"',
                "podman before 1.0: containers/podman#1378",
            ),
        ),
        body=True,
        alternatives=(Cause.TAG_NOT_FOUND, Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE),
    ),
    Rule(
        Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE,
        "the registry doesn't say whether the repository is private or absent",
        (
            Phrase(
                r"pull access denied",
                CONTAINERD + "pull access denied, repository does not exist or may require authorization: server "
                "message: insufficient_scope: authorization failed",
                "containerd: containerd/containerd core/remotes/docker/resolver.go; Docker: moby/moby "
                "daemon/internal/distribution/errors.go",
            ),
            Phrase(
                r"requested access to the resource is denied",
                CRIO_READ + "errors: denied: requested access to the resource is denied unauthorized: authentication "
                "required",
                "the registry's DENIED: distribution/distribution registry/api/errcode/register.go",
            ),
            Phrase(
                r"access to the requested resource is not authorized",
                CRIO_READ + "unauthorized: access to the requested resource is not authorized",
                "Quay: quay/quay endpoints/v2/errors.py",
            ),
            Phrase(
                r"does not exist or no pull access",
                DOCKER + "repository registry.example.com/team/app not found: does not exist or no pull access",
                "Docker before 17.07: moby/moby distribution/errors.go",
            ),
        ),
        examples=(
            DOCKER + "pull access denied for team/app, repository does not exist or may require 'docker login': "
            "denied: requested access to the resource is denied",
        ),
        body=True,
    ),
    Rule(
        Cause.NO_CREDENTIALS,
        "the registry wants a login; CRI-O, podman and Docker don't say whether one was sent",
        (
            Phrase(
                r"authentication required",
                CRIO_READ + "authentication required",
                "the registry's UNAUTHORIZED: distribution/distribution registry/api/errcode/register.go",
            ),
            Phrase(
                r"you may not have access to the (?:container|Docker) image",
                "error: Import failed (Unauthorized): you may not have access to the container image "
                '"registry.example.com/team/app:1.2.3"',
                "OpenShift (before 4 it says Docker image): openshift/origin#16367",
                more=(
                    (
                        "error: Import failed (Unauthorized): you may not have access to the Docker image "
                        '"registry.example.com/team/app:1.2.3"'
                    ),
                ),
            ),
            Phrase(
                r"(?:^|: )unauthorized\b",
                DOCKER + 'Get "https://registry.example.com/v2/team/app/manifests/1.2.3": unauthorized',
                "GitHub Container Registry: hcpy2-0/hcpy#54",
                more=(DOCKER + "unauthorized",),
            ),
        ),
        examples=(
            CRIO_READ + "unauthorized: authentication required",
            DOCKER + "unauthorized: authentication required",
            CRIO + "unable to retrieve auth token: invalid username/password: unauthorized: authentication required",
        ),
        body=True,
        alternatives=(Cause.BAD_CREDENTIALS,),
    ),
    Rule(
        Cause.NO_CREDENTIALS,
        "a bare 401: before containerd 1.6.25 it is what an anonymous pull gets, later mostly a refused password",
        examples=(
            CONTAINERD_STATUS + "401 Unauthorized",
            CONTAINERD_STATUS + "401 UNAUTHORIZED",
            CONTAINERD_17 + "pulling from host registry.example.com failed with status code [manifests 1.2.3]: "
            "401 Unauthorized",
            PULL + "registry answered 401 Unauthorized",
        ),
        status=(401,),
        alternatives=(Cause.BAD_CREDENTIALS,),
    ),
    Rule(
        Cause.PROXY_FAILURE,
        "only proxies answer 407",
        examples=(CONTAINERD_STATUS + "407 Proxy Authentication Required",),
        status=(407,),
    ),
    Rule(
        Cause.FORBIDDEN,
        "a bare 403: ECR says it for an expired token, Artifact Registry and GHCR for no login at all",
        examples=(
            CONTAINERD_STATUS + "403 Forbidden",
            CRIO + "Requesting bearer token: invalid status code from registry 403 (Forbidden)",
            DOCKER + "error parsing HTTP 403 response body: invalid character '<' looking for beginning of value: "
            '"<html>\\r\\n<head><title>403 Forbidden</title></head>"',
        ),
        status=(403,),
        alternatives=(Cause.NO_CREDENTIALS, Cause.EXPIRED_CREDENTIALS),
    ),
    Rule(
        Cause.FORBIDDEN,
        "a refusal that names no reason",
        (
            Phrase(
                r"(?:^|: )denied\b",
                DOCKER + "denied",
                "GitHub Container Registry: bsubio/cli#105, imagegenius/docker-ai-chat-app#1",
                more=(DOCKER + 'Head "https://registry.example.com/v2/team/app/manifests/1.2.3": denied',),
            ),
        ),
        body=True,
        alternatives=(Cause.NO_CREDENTIALS, Cause.BAD_CREDENTIALS),
    ),
    Rule(
        Cause.REGISTRY_UNAVAILABLE,
        "a server error in words, where no status says it",
        (
            Phrase(
                r"unknown error",
                CRIO_READ + "unknown error",
                "the registry's UNKNOWN: distribution/distribution registry/api/errcode/register.go",
            ),
            Phrase(
                r"internal server error",
                CRIO_READ + "unknown: internal server error",
                "Harbor: goharbor/harbor src/lib/http/error.go",
            ),
            Phrase(
                r"service unavailable",
                CRIO_READ + "service unavailable",
                "the registry's UNAVAILABLE: distribution/distribution registry/api/errcode/register.go",
            ),
        ),
        examples=(DOCKER + "received unexpected HTTP status: 503 Service Unavailable",),
        body=True,
    ),
    Rule(
        Cause.REGISTRY_UNAVAILABLE,
        "a 5xx, in whatever words",
        examples=(
            CONTAINERD_STATUS + "500 Internal Server Error",
            PULL + "RegistryUnavailable: received unexpected HTTP status: 502 Bad Gateway",
            PULL + "unexpected status: 503",
        ),
        status=tuple(range(500, 600)),
    ),
)

#: Answers that no registry gives: of proxies, mirrors and web servers in its place, and of old protocols.
PROTOCOL_WORDS: tuple[Rule, ...] = (
    Rule(
        Cause.REGISTRY_PROTOCOL_ERROR,
        "a mirror's endpoint in the node's settings has no https:// before its host, so nothing can be asked",
        (
            Phrase(
                r"missing protocol scheme",
                CONTAINERD + 'parse ":///mirror.example.com/team/app/manifests/1.2.3": missing protocol scheme',
                "Go: golang/go src/net/url/url.go; containerd: siderolabs/talos#8543",
            ),
        ),
    ),
    Rule(
        Cause.REGISTRY_PROTOCOL_ERROR,
        "the two sides don't speak the same protocol, or a token is for something else than was asked for",
        (
            Phrase(
                r"does not match bearer token resource",
                DOCKER + "name invalid: Requested repository does not match bearer token resource: team/app",
                "Google Container Registry, where a mirror rewrites the path: the labelled messages in tests/corpus",
            ),
            Phrase(
                r"v1 Registry API is disabled",
                "Pulling repository registry.example.com/team/app\nError: v1 Registry API is disabled.",
                "Google Container Registry, to Docker's second try: GoogleContainerTools/container-structure-test#48",
            ),
            Phrase(
                r"did not include a token",
                CONTAINERD
                + "failed to authorize: failed to fetch anonymous token: authorization server did not include a "
                "token in the response",
                "containerd, Docker: containerd/containerd core/remotes/docker/auth/fetch.go",
            ),
            Phrase(
                r"no (?:realm|scope) specified for token auth challenge",
                CONTAINERD + "failed to authorize: no realm specified for token auth challenge",
                "containerd, buildkit: containerd/containerd core/remotes/docker/auth/fetch.go",
                more=(CONTAINERD + "failed to authorize: no scope specified for token auth challenge",),
            ),
            Phrase(
                r"missing realm in bearer auth challenge",
                CRIO + "missing realm in bearer auth challenge",
                "CRI-O, podman: containers/image docker/docker_client.go",
            ),
            Phrase(
                r"stopped after 10 redirects",
                DOCKER_GET + "stopped after 10 redirects",
                "Go: golang/go src/net/http/client.go",
            ),
        ),
        body=True,
    ),
)

PROTOCOL_STATUS: tuple[Rule, ...] = (
    Rule(
        Cause.CONNECT_TIMEOUT,
        "408: who answered waited too long for the request, or for somebody behind it",
        examples=(CONTAINERD_STATUS + "408 Request Timeout",),
        status=(408,),
        alternatives=(Cause.REGISTRY_UNAVAILABLE,),
    ),
    Rule(
        Cause.REGISTRY_PROTOCOL_ERROR,
        "400: the request has a form that the registry doesn't take; a wrong path may be why",
        examples=(
            CONTAINERD_STATUS + "400 Bad Request",
            DOCKER + "error parsing HTTP 400 response body: unexpected end of JSON input",
        ),
        status=(400,),
        alternatives=(Cause.INVALID_REFERENCE,),
    ),
    Rule(
        Cause.REGISTRY_PROTOCOL_ERROR,
        "a status that no registry answers a pull with: a proxy, a mirror or a web server does",
        examples=(
            CONTAINERD_STATUS + "405 Method Not Allowed",
            CONTAINERD_STATUS + "406 Not Acceptable",
            PULL + 'Error: Status 405 trying to pull repository team/app: "405 page"',
            "failed to copy: invalid status response 416 Requested Range Not Satisfiable",
            DOCKER
            + "error parsing HTTP 200 response body: invalid character '<' looking for beginning of value: \"<html>\"",
            CONTAINERD_STATUS + "418 I'm a teapot",
            CONTAINERD_STATUS + "302 Found",
        ),
        status=(
            *range(200, 206),
            *range(300, 309),
            405,
            406,
            409,
            410,
            411,
            413,
            414,
            415,
            416,
            417,
            418,
            *range(421, 427),
            428,
            431,
            444,
            460,
            463,
            *range(494, 500),
        ),
    ),
)

#: After everything that says what was asked for.
PROTOCOL_PAGE: tuple[Rule, ...] = (
    Rule(
        Cause.REGISTRY_PROTOCOL_ERROR,
        "a web page came where JSON was expected, and the text doesn't say what was asked for",
        (
            Phrase(
                r"invalid character '<' looking for beginning of value",
                DOCKER_GET + "invalid character '<' looking for beginning of value",
                "any client in Go: golang/go src/encoding/json/scanner.go",
            ),
        ),
        examples=("invalid character '<' looking for beginning of value",),
        alternatives=(Cause.UNSUPPORTED_MANIFEST,),
    ),
)
