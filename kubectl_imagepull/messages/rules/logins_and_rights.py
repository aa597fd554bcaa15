"""The registries' own sentences about logins and rights: one table, read alike in every runtime's frame.

Each vendor has its own words for the same few things; what they have in common is their grammar: what is wrong (a user
name, a password, a token, a key), and what is said of it (invalid, expired, without the right). Capitals make no
difference. Which status may come with which cause stands in rule.py.
"""

from __future__ import annotations

from kubectl_imagepull.messages.rules.phrase import Phrase
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import (
    CONTAINERD_STATUS,
    CRIO,
    CRIO_READ,
    DOCKER,
    DOCKER_DENIED,
    DOCKER_GET,
    PULL,
)
from kubectl_imagepull.vocabulary.causes import Cause

_DOCKER_HEAD = DOCKER + 'Head "https://registry.example.com/v2/team/app/manifests/1.2.3": '
_CORPUS = "the labelled messages in tests/corpus"

#: What the registry says of the login that it got, before any client's words are looked at.
LOGINS: tuple[Rule, ...] = (
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
                r"rate exceeded",
                CRIO_READ + "denied: Rate exceeded",
                "Amazon ECR: zebrunner/mcloud-agent#235",
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
        any_case=True,
    ),
    Rule(
        Cause.RATE_LIMITED,
        "429, in whatever words",
        examples=(PULL + "unexpected status: 429",),
        status=(429,),
    ),
    Rule(
        Cause.BAD_CREDENTIALS,
        "the registry says that the credential is invalid or has expired, and not which",
        (
            Phrase(
                r"(?:token|credentials?|password)\b.{0,40}\binvalid or (?:has |have )?expired",
                DOCKER_GET + "unauthorized: The token is invalid or expired",
                "Cloudsmith, Gitea and others: public walkthroughs",
                more=(
                    DOCKER_GET + "unauthorized: The token is invalid or has expired",
                    DOCKER_GET + "unauthorized: The credentials are invalid or have expired",
                    DOCKER_GET + "unauthorized: The credential is invalid or expired",
                    DOCKER_GET + "unauthorized: The password is invalid or has expired",
                ),
            ),
        ),
        body=True,
        any_case=True,
        alternatives=(Cause.EXPIRED_CREDENTIALS,),
    ),
    Rule(
        Cause.EXPIRED_CREDENTIALS,
        "the registry says that the credential it got has expired",
        (
            Phrase(
                r"\b(?:token|password|keys)\b.{0,60}\b(?:has|is|are) expired",
                DOCKER_DENIED + "Your authorization token has expired. Reauthenticate and try again.",
                f"Amazon ECR: {_CORPUS}; Docker Hub: sailor-sh/CK-X#60; Azure Container Registry, of an app's secret: "
                "public walkthroughs; GitLab: public walkthroughs",
                more=(
                    _DOCKER_HEAD + "unauthorized: personal access token is expired",
                    CRIO_READ
                    + "unauthorized: AADSTS7000222: The provided client secret keys for app '1b2c' are expired.",
                    CRIO_READ + "unauthorized: Your password has expired",
                ),
            ),
            Phrase(
                r"expired token",
                CRIO_READ + "unauthorized: authentication failed: expired token",
                "registries that check a JSON web token: public walkthroughs",
            ),
        ),
        examples=(
            CONTAINERD_STATUS + "403 Forbidden\ndenied: Your authorization token has expired. Reauthenticate and try "
            "again.",
        ),
        body=True,
        any_case=True,
    ),
    Rule(
        Cause.BAD_CREDENTIALS,
        "the registry says that the credential it got is wrong",
        (
            # not containers/image's `invalid username/password: `, which stands before any 401, nor containerd's name
            # for a refused token, nor Google's guess beside a missing right
            Phrase(
                r"\b(?<!may have )(?<!server message: )(?:incorrect|invalid|wrong|bad)[ _](?:\w+ ){0,2}?"
                r"(?:username|password|token|credentials?|clientid|api key)\b(?!/)",
                _DOCKER_HEAD + "unauthorized: incorrect username or password",
                f"Docker Hub: {_CORPUS}; Quay: quay/quay auth/credentials.py; Azure Container Registry: "
                "Azure/docker-login#46; Artifactory: public walkthroughs",
                more=(
                    CRIO_READ + "unauthorized: Invalid Username or Password",
                    CRIO_READ + "unauthorized: Invalid access token",
                    DOCKER_GET + "unauthorized: Invalid clientid or client secret.",
                    DOCKER_GET + "unknown: Wrong username was used",
                    DOCKER_GET + "unauthorized: BAD_CREDENTIAL",
                    DOCKER_GET + "unauthorized: Bad credentials",
                    DOCKER_GET + "unauthorized: Wrong password",
                    DOCKER_GET + "unauthorized: Invalid API key",
                    DOCKER_GET + "unauthorized: invalid login or password",
                ),
            ),
            Phrase(
                r"HTTP Basic: Access denied",
                CRIO + "unable to retrieve auth token: invalid username/password: unauthorized: HTTP Basic: Access "
                "denied",
                "GitLab: gitlabhq/gitlabhq app/controllers/jwt_controller.rb",
            ),
            Phrase(
                r"\b(?:token|credentials|password)\b.{0,40}\b(?:is|are) (?:not valid|invalid|incorrect)",
                "unable to retrieve auth token: invalid username/password: unauthorized: The login credentials are "
                "not valid, or your IBM Cloud account is not active.",
                f"IBM Cloud Container Registry: {_CORPUS}; Amazon ECR: {_CORPUS}; Pulp: pulp/pulp_container "
                "pulp_container/app/token_verification.py; Harbor and others: public walkthroughs",
                more=(
                    (
                        "Not continuing with pull after error: denied: The security token included in the request is "
                        "invalid"
                    ),
                    CRIO_READ + "unauthorized: The provided Bearer token is invalid.",
                    CRIO_READ + "unauthorized: The password for robot$ci is incorrect",
                ),
            ),
            Phrase(
                r"(?:cannot|could not) be authenticated",
                "docker: error pulling image configuration: download failed after attempts=1: unauthorized: "
                "unauthenticated: User cannot be authenticated with the token provided.",
                f"GitHub Container Registry: {_CORPUS}; others: public walkthroughs",
                more=(DOCKER_GET + "unauthorized: The user could not be authenticated",),
            ),
            Phrase(
                r"unable to parse json key",
                DOCKER_GET + "unknown: Unable to parse json key.",
                "Google Container Registry, to a password that is no whole key file: public walkthroughs",
            ),
            Phrase(
                r"\b(?:could not|couldn't) find robot",
                CRIO_READ + "unauthorized: Could not find robot with username: team+ci and supplied password.",
                "Quay: quay/quay auth/credentials.py, data/model/user.py",
                more=(CRIO_READ + "unauthorized: Couldn't find robot team+ci",),
            ),
            Phrase(
                r"login attempt to ",
                DOCKER + "login attempt to https://registry.example.com/v2/ failed with status: 401 Unauthorized",
                "Docker: moby/moby daemon/pkg/registry/auth.go",
            ),
        ),
        body=True,
        any_case=True,
    ),
)

#: What the registry says of rights; the client's own words about what it had to send come first.
RIGHTS: tuple[Rule, ...] = (
    Rule(
        Cause.NO_CREDENTIALS,
        "the registry says that it got no login",
        (
            Phrase(
                r"anonymous users are only allowed",
                CRIO_READ + "denied: Anonymous users are only allowed read access on public repos",
                "Oracle Cloud Infrastructure Registry: public walkthroughs",
            ),
            Phrase(
                r"anonymous (?:access|pull) is (?:not allowed|disabled)",
                CRIO_READ + "denied: Anonymous access is not allowed",
                "self-hosted registries: public walkthroughs",
                more=(CRIO_READ + "denied: Anonymous pull is disabled",),
            ),
            Phrase(
                r"unauthenticated request",
                _DOCKER_HEAD + "denied: Unauthenticated request. Unauthenticated requests do not have permission "
                '"artifactregistry.repositories.downloadArtifacts" on resource "projects/p/locations/l/repositories/r" '
                "(or it may not exist)",
                "Google Artifact Registry: argoproj/argo-cd#26260",
            ),
            Phrase(
                r"please (?:log ?in|authenticate)",
                DOCKER_GET
                + "unauthorized: Please login to the Red Hat Registry using your Customer Portal credentials.",
                f"Red Hat's registry: {_CORPUS}; others: public walkthroughs",
                more=(
                    DOCKER_GET + "unauthorized: Please log in to the registry first.",
                    DOCKER_GET + "unauthorized: Please authenticate",
                ),
            ),
            Phrase(
                r"must be authenticated",
                CRIO_READ + "unauthenticated: User must be authenticated to pull",
                "GitHub Container Registry: public walkthroughs",
            ),
            Phrase(
                r"authorize header needed",
                "authorize header needed to send HEAD to repository: authorize header needed to send HEAD to "
                "repository",
                f"Harbor: {_CORPUS}",
            ),
        ),
        body=True,
        any_case=True,
    ),
    Rule(
        Cause.FORBIDDEN,
        "the registry names a right that the identity lacks",
        (
            Phrase(
                r"\bnot authorized to (?:perform|access|pull)",
                DOCKER_DENIED + "User: arn:aws:sts::123456789012:assumed-role/node/i-0abc is not authorized to "
                "perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-west-1:123456789012:repository/team/app",
                f"Amazon ECR: {_CORPUS}; IBM Cloud Container Registry: openshift/origin#27952; others: public "
                f"walkthroughs",
                more=(
                    DOCKER + "denied: You are not authorized to access the specified resource.",
                    DOCKER + "denied: You are not authorized to pull from this repository.",
                ),
            ),
            Phrase(
                r"permission(?: <q>)? denied",
                CRIO_READ + 'denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource '
                '"projects/p/locations/l/repositories/r" (or it may not exist)',
                f"Google Artifact Registry and Container Registry: {_CORPUS}",
                more=(DOCKER_DENIED + 'Permission denied for "1.2.3" from request "/v2/team/app/manifests/1.2.3".',),
            ),
            Phrase(
                r"(?:does not|don't|doesn't|do not) have (?:the needed |sufficient )?(?:permission|access)",
                DOCKER + "unauthorized: You don't have the needed permissions to perform this operation, and you may "
                "have invalid credentials.",
                "Google Container Registry: GoogleCloudPlatform/docker-credential-gcr#70; Artifactory: "
                "kubernetes/kubernetes#65958; others: public walkthroughs",
                more=(
                    CRIO_READ + "unauthorized: The client does not have permission for manifest",
                    CRIO_READ + "denied: Caller does not have sufficient permission",
                    CRIO_READ + "denied: Your account doesn't have access to this image",
                    CRIO_READ + "denied: You do not have access to this image",
                ),
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
            Phrase(
                r"insufficient (?:permission|scope|privileges)",
                CRIO_READ + "denied: insufficient permissions",
                "IBM Cloud Container Registry, Nexus and others: public walkthroughs",
                more=(
                    CRIO_READ + "denied: Insufficient scope",
                    CRIO_READ + "denied: insufficient privileges",
                ),
            ),
        ),
        body=True,
        any_case=True,
    ),
)
