"""What the registry answered: limits, credentials, absence, server errors."""

from __future__ import annotations

from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import (
    CONTAINERD,
    CONTAINERD_17,
    CONTAINERD_STATUS,
    CRIO,
    CRIO_READ,
    DOCKER,
    PULL,
)
from kubectl_imagepull.vocabulary.causes import Cause

REGISTRY: tuple[Rule, ...] = (
    Rule(
        Cause.RATE_LIMITED,
        r"(?:^|[\s:])(?:toomanyrequests|TOOMANYREQUESTS)(?=$|:\s|\s)|[Tt]oo [Mm]any [Rr]equests|pull rate limit"
        r"|[Rr]ate (?:limit )?exceeded|rate limit(?:ed|ing| reached)|[Qq]uota exceeded|exceeded .{0,60}quota"
        r"|[Rr]equest limit exceeded|ThrottlingException",
        "429 in any wording, also at the token endpoint",
        (
            CONTAINERD_STATUS + "429 Too Many Requests",
            CRIO_READ + "toomanyrequests: You have reached your unauthenticated pull rate limit. "
            "https://www.docker.com/increase-rate-limit",
            CRIO + "too many requests to registry",
        ),
        body=True,
    ),
    Rule(
        Cause.RATE_LIMITED,
        "",
        "429 without its phrase",
        (PULL + "unexpected status: 429",),
        status=(429,),
    ),
    Rule(
        Cause.EXPIRED_CREDENTIALS,
        r"[Tt]oken (?:has |is |was )?(?:already )?expired|token .{0,80}(?:has|is) expired|ExpiredToken"
        r"|[Cc]redentials? (?:has|have|is|are) expired|request is expired|jwt.{0,20} expired|keys? (?:has|have|is"
        r"|are) expired"
        r"|[Pp]assword (?:has|is) expired|session (?:has |is )?expired|invalid_token.{0,80}expired|AADSTS7000222",
        "the registry says that what was sent was valid once",
        (
            DOCKER + "pull access denied for registry.example.com/team/app, repository does not exist or may require "
            "'docker login': denied: Your authorization token has expired. Reauthenticate and try again.",
            CONTAINERD_STATUS + "403 Forbidden\ndenied: Your authorization token has expired. Reauthenticate and try "
            "again.",
        ),
        body=True,
    ),
    Rule(
        Cause.BAD_CREDENTIALS,
        r"[Ii]ncorrect username|incorrect (?:user|login)|HTTP Basic: Access denied|[Ww]rong (?:user ?name|password)"
        r"|email must be verified|[Ii]nvalid (?:user ?name(?!/password)|password|credentials|access token|login"
        r"|token|API key|auth)"
        r"|(?i:bad (?:credentials|username))|login credentials are not valid"
        r"|security token included in the request is inv"
        r"|[Aa]uthentication fail(?:ed|ure)|token (?:is )?(?:invalid|revoked)|account (?:is )?(?:not active"
        r"|locked|disabled)"
        r"|[Bb]ad username or password|not a valid (?:token|password|key)|unable to validate (?:token|credentials)"
        r"|personal access token|Failed login|[Ll]ogin failed|log ?in attempt",
        "the registry says that what was sent is wrong",
        (
            DOCKER + 'Head "https://registry.example.com/v2/team/app/manifests/1.2.3": unauthorized: incorrect '
            "username or password",
            CRIO + "unable to retrieve auth token: invalid username/password: unauthorized: HTTP Basic: Access denied",
        ),
        body=True,
    ),
    Rule(
        Cause.BAD_CREDENTIALS,
        r"server message: invalid_token",
        "the bearer token was refused: expired, or for another registry",
        (
            CONTAINERD + "pull access denied, repository does not exist or may require authorization: server message: "
            "invalid_token: authorization failed",
        ),
        alternatives=(Cause.EXPIRED_CREDENTIALS,),
    ),
    Rule(
        Cause.BAD_CREDENTIALS,
        r"failed to fetch oauth token: ",
        "containerd fetches an oauth token only with a credential in hand, and the token server refused it",
        (
            CONTAINERD + "failed to authorize: failed to fetch oauth token: unexpected status from POST request to "
            "https://auth.example.com/token: 401 Unauthorized",
            CONTAINERD_17 + "failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized",
        ),
        status=(400, 401),
    ),
    Rule(
        Cause.FORBIDDEN,
        r"failed to fetch oauth token: ",
        "the token server took the credential and refuses the scope, or refuses both the same way",
        (
            CONTAINERD + "failed to authorize: failed to fetch oauth token: unexpected status from GET request to "
            "https://auth.example.com/jwt/auth?scope=repository%3Ateam%2Fapp%3Apull&service=container_registry: "
            "403 Forbidden",
        ),
        status=(403,),
        alternatives=(Cause.BAD_CREDENTIALS,),
    ),
    Rule(
        Cause.CREDENTIAL_PROVIDER_FAILED,
        r"credential provider plugin|external registry credential provider|Failed to provide credentials for image"
        r"|error getting credentials - err",
        "the kubelet's log, and Docker's: an event never carries it (pkg/credentialprovider/plugin/plugin.go)",
        (
            (
                "Failed getting credential from external registry credential provider: error execing credential "
                "provider plugin ecr-credential-provider for image registry.example.com/team/app: exit status 1"
            ),
        ),
    ),
    Rule(
        Cause.NO_CREDENTIALS,
        r"no basic auth credentials|[Aa]nonymous (?:users?|access|pulls?|requests?) .{0,30}(?:only|not|denied|disabled)"
        r"|[Uu]nauthenticated [Rr]equest|(?:must|need to|have to|please) (?:be )?log(?:ged)? ?in"
        r"|[Ll]ogin (?:is )?required"
        r"|requires? (?:a )?(?:login|authentication)",
        "the client says that it had nothing to send, or the registry that nothing came",
        (
            CONTAINERD + "pull access denied, repository does not exist or may require authorization: authorization "
            "failed: no basic auth credentials",
            DOCKER + 'Head "https://registry.example.com/v2/team/app/manifests/1.2.3": no basic auth credentials',
            CRIO_READ + "denied: Anonymous users are only allowed read access on public repos",
        ),
        body=True,
    ),
    Rule(
        Cause.NO_CREDENTIALS,
        r"failed to fetch anonymous token: ",
        "containerd asks for an anonymous token only when it has no credential",
        (
            CONTAINERD + "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to "
            "https://auth.example.com/token?scope=repository%3Ateam%2Fapp%3Apull: 403 Forbidden",
            CONTAINERD_17 + "failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized",
        ),
        status=(400, 401, 403),
    ),
    Rule(
        Cause.FORBIDDEN,
        r"is not authorized to perform|[Pp]ermission (?:<q> )?denied|access forbidden|permission_denied"
        r"|(?:not|n.t) have (?:the )?(?:needed |required |necessary |sufficient )?permissions?|AccessDenied"
        r"|[Ii]nsufficient (?:permission|privilege|scope|access)|not authorized to (?:access|pull|read)"
        r"|(?:unauthorized|not allowed|not permitted) to (?:access|pull|read)|permission denied on resource",
        "the registry names a right that the identity lacks",
        (
            DOCKER + "pull access denied for registry.example.com/team/app, repository does not exist or may require "
            "'docker login': denied: User: arn:aws:sts::123456789012:assumed-role/node/i-0abc is not authorized to "
            "perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-west-1:123456789012:repository/team/app",
            CRIO_READ + 'denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource '
            '"projects/p/locations/l/repositories/r" (or it may not exist)',
        ),
        body=True,
    ),
    Rule(
        Cause.REPOSITORY_NOT_FOUND,
        r"name unknown|repository name not known|NAME_UNKNOWN|[Rr]epository with name .{1,300} does not exist"
        r"|[Rr]epository (?:<q>|<ref>) not found(?!: does not)|[Pp]roject .{1,200} (?:not found|does not exist)"
        r"|[Nn]o such (?:repository"
        r"|project)"
        r"|[Rr]epo(?:sitory)? (?:does not exist in|not found)",
        "the registry's NAME_UNKNOWN, or its own words for it",
        (
            DOCKER + "repository registry.example.com/team/app not found: name unknown: The repository with name "
            "'team/app' does not exist in the registry with id '123456789012'",
            CRIO_READ + "name unknown: repository name not known to registry",
        ),
        body=True,
    ),
    Rule(
        Cause.TAG_NOT_FOUND,
        r"manifest unknown|MANIFEST_UNKNOWN|manifest for <ref> not found|artifact \S+ not found|[Ff]ailed to fetch <q>"
        r"|manifest does not exist|[Tt]ag \S+ (?:not found|does not exist|not exist)|manifest tagged by"
        r"|manifest <digest> is"
        r"|[Mm]anifest (?:\S+ )?(?:is )?not found|named manifest is not known|[Rr]equested image (?:was )?not found",
        "the registry knows the repository and not the manifest",
        (
            DOCKER + "manifest for registry.example.com/team/app:1.2.3 not found: manifest unknown: manifest unknown",
            CRIO_READ + "manifest unknown: manifest unknown",
            CRIO_READ + "not found: artifact team/app:1.2.3 not found",
        ),
        body=True,
        details={"repositoryVerified": True},
    ),
    Rule(
        Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE,
        r"insufficient_scope|requested access to the resource is denied"
        r"|access to the requested resource is not authorized"
        r"|does not exist or no pull access|repository does not exist or may require|pull access denied",
        "the registry doesn't say whether the repository is private or absent",
        (
            CONTAINERD + "pull access denied, repository does not exist or may require authorization: server message: "
            "insufficient_scope: authorization failed",
            DOCKER + "pull access denied for team/app, repository does not exist or may require 'docker login': "
            "denied: requested access to the resource is denied",
            CRIO_READ + "unauthorized: access to the requested resource is not authorized",
            CRIO_READ + "errors: denied: requested access to the resource is denied unauthorized: authentication "
            "required",
        ),
        body=True,
    ),
    Rule(
        Cause.NO_CREDENTIALS,
        r"[Aa]uthentication (?:is )?required|(?:^|[\s:])[Uu]nauthorized(?=$|: |[\s.,\"])|invalid username/password",
        "a login is wanted; whether one was sent is not in the text (containers/image and docker say the same)",
        (
            CRIO_READ + "unauthorized: authentication required",
            DOCKER + "unauthorized: authentication required",
            CRIO + "unable to retrieve auth token: invalid username/password: unauthorized: authentication required",
        ),
        body=True,
        alternatives=(Cause.BAD_CREDENTIALS,),
    ),
    Rule(
        Cause.NO_CREDENTIALS,
        "",
        "a bare 401: before containerd 1.6.25 it is what an anonymous pull gets, later mostly a refused password",
        (
            CONTAINERD_STATUS + "401 Unauthorized",
            CONTAINERD_STATUS + "401 UNAUTHORIZED",
            CONTAINERD_17 + "pulling from host registry.example.com failed with status code [manifests 1.2.3]: "
            "401 Unauthorized",
        ),
        status=(401,),
        alternatives=(Cause.BAD_CREDENTIALS,),
    ),
    Rule(
        Cause.NO_CREDENTIALS,
        r"\b401 (?:Unauthorized|UNAUTHORIZED)|HTTP 401\b",
        "a 401 in any other wording",
        (PULL + "registry answered 401 Unauthorized",),
        alternatives=(Cause.BAD_CREDENTIALS,),
    ),
    Rule(
        Cause.PROXY_FAILURE,
        "",
        "407 is only ever a proxy's",
        (CONTAINERD_STATUS + "407 Proxy Authentication Required",),
        status=(407,),
    ),
    Rule(
        Cause.FORBIDDEN,
        "",
        "a bare 403: ECR says it for an expired token, Artifact Registry and GHCR for no login at all",
        (
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
        r"(?:^|[\s:])denied(?=$|: |[.,\"])|\b403 (?:Forbidden|FORBIDDEN)|HTTP 403\b|[Aa]ccess [Dd]enied"
        r"|You are not authorized",
        "a refusal that names no reason",
        (DOCKER + "denied",),
        body=True,
        alternatives=(Cause.NO_CREDENTIALS, Cause.BAD_CREDENTIALS),
    ),
    Rule(
        Cause.REGISTRY_UNAVAILABLE,
        r"\b50[0-9] (?:Internal|Not Impl|Bad|Service|Gateway|HTTP)|\b52\d (?:\w|<)|unexpected HTTP status:? 5"
        r"|unknown: unknown error|[Ii]nternal [Ss]erver [Ee]rror|[Ss]ervice (?:is )?(?:temporarily )?[Uu]navailable"
        r"|Bad Gateway|Gateway Time-?out|service-unavailable",
        "a 5xx in any wording",
        (
            CONTAINERD_STATUS + "500 Internal Server Error",
            DOCKER + "received unexpected HTTP status: 503 Service Unavailable",
            PULL + "RegistryUnavailable: received unexpected HTTP status: 502 Bad Gateway",
        ),
        body=True,
    ),
    Rule(
        Cause.REGISTRY_UNAVAILABLE,
        "",
        "a 5xx without its phrase",
        (PULL + "unexpected status: 503",),
        status=tuple(range(500, 600)),
    ),
)
