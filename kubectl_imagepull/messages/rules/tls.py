"""TLS and HTTP: certificates, handshakes, and answers that no registry gives.

The latter come from proxies, mirrors and web servers in its place, and from old protocols.
"""

from __future__ import annotations

from kubectl_imagepull.messages.rules.phrase import Phrase
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import (
    CONTAINERD,
    CONTAINERD_HEAD,
    CONTAINERD_STATUS,
    CRIO,
    DOCKER,
    DOCKER_GET,
    PULL,
)
from kubectl_imagepull.vocabulary.causes import Cause

CERTIFICATE: tuple[Rule, ...] = (
    Rule(
        Cause.TLS_CERTIFICATE_EXPIRED,
        "the certificate isn't valid yet, which mostly means that the node's clock is wrong",
        (
            Phrase(
                r"certificate has expired or is not yet valid: current time <time> is before",
                CONTAINERD_HEAD + "tls: failed to verify certificate: x509: certificate has expired or is not yet "
                "valid: current time 2020-01-01T00:00:00Z is before 2026-10-19T22:01:52Z",
                "Go: golang/go src/crypto/x509/verify.go",
            ),
        ),
        details={"notYetValid": True},
    ),
    Rule(
        Cause.TLS_CERTIFICATE_EXPIRED,
        "the certificate has expired",
        (
            Phrase(
                r"certificate has expired",
                CONTAINERD_HEAD + "tls: failed to verify certificate: x509: certificate has expired or is not yet "
                "valid: current time 2026-11-23T22:48:15Z is after 2026-10-19T22:01:52Z",
                "Go: golang/go src/crypto/x509/verify.go",
            ),
            Phrase(
                r"expired certificate",
                DOCKER_GET + "remote error: tls: expired certificate",
                "Go, of the node's own certificate: golang/go src/crypto/tls/alert.go",
            ),
        ),
        examples=(DOCKER_GET + "x509: certificate has expired or is not yet valid",),
        details={"notYetValid": False},
    ),
    Rule(
        Cause.TLS_NAME_MISMATCH,
        "the certificate doesn't name the host",
        (
            Phrase(
                r"certificate is (?:valid for|not valid for any names)",
                CONTAINERD_HEAD + "tls: failed to verify certificate: x509: certificate is valid for "
                "old.example.com, old, not registry.example.com",
                "Go: golang/go src/crypto/x509/verify.go",
                more=(
                    CONTAINERD_HEAD + "tls: failed to verify certificate: x509: certificate is not valid for any "
                    "names, but wanted to match registry.example.com",
                ),
            ),
            Phrase(
                r"any IP SANs",
                DOCKER_GET + "x509: cannot validate certificate for 10.0.0.5 because it doesn't contain any IP SANs",
                "Go: golang/go src/crypto/x509/verify.go",
            ),
            Phrase(
                r"x509\.HostnameError",
                'DEBU[0000] Ping https://registry.example.com/v2/ err &url.Error{Op:"Get", '
                'URL:"https://registry.example.com/v2/", Err:x509.HostnameError{Certificate:(*x509.Certificate)}}',
                "Go's name of the same, in the debug log of podman and buildah: golang/go src/crypto/x509/verify.go",
            ),
            Phrase(
                r"legacy Common Name",
                DOCKER_GET + "x509: certificate relies on legacy Common Name field, use SANs or temporarily enable "
                "Common Name matching with GODEBUG=x509ignoreCN=0",
                "Go: golang/go src/crypto/x509/verify.go",
            ),
        ),
    ),
    Rule(
        Cause.TLS_UNKNOWN_AUTHORITY,
        "nobody the node trusts has signed the certificate",
        (
            Phrase(
                r"signed by unknown authority",
                CONTAINERD_HEAD + "tls: failed to verify certificate: x509: certificate signed by unknown authority",
                "Go: golang/go src/crypto/x509/verify.go",
            ),
            Phrase(
                r"x509\.UnknownAuthorityError",
                'DEBU[0000] Ping https://registry.example.com/v2/ err &url.Error{Op:"Get", '
                'URL:"https://registry.example.com/v2/", Err:x509.UnknownAuthorityError{Cert:(*x509.Certificate)}}',
                "Go's name of the same, in the debug log of podman and buildah: golang/go src/crypto/x509/verify.go",
            ),
            Phrase(
                r"certificate is not (?:trusted|standards compliant)",
                DOCKER_GET
                + "tls: failed to verify certificate: x509: \u201cregistry.example.com\u201d certificate is not "
                "trusted",
                "Go on macOS: golang/go src/crypto/x509/root_darwin.go",
                more=(
                    DOCKER_GET
                    + "tls: failed to verify certificate: x509: \u201cregistry.example.com\u201d certificate is "
                    "not standards compliant",
                ),
            ),
        ),
        examples=(
            DOCKER_GET + 'x509: certificate signed by unknown authority (possibly because of "x509: invalid signature: '
            'parent certificate cannot sign this kind of certificate" while trying to verify candidate authority)',
        ),
    ),
)

HANDSHAKE: tuple[Rule, ...] = (
    Rule(
        Cause.TLS_HANDSHAKE_FAILED,
        "anything else that goes wrong with TLS or with a certificate",
        (
            Phrase(
                r"\btls: ",
                DOCKER_GET + "remote error: tls: handshake failure",
                "Go: golang/go src/crypto/tls/alert.go",
            ),
            Phrase(
                r"\bx509: ",
                DOCKER_GET + "x509: invalid signature: parent certificate cannot sign this kind of certificate",
                "Go: golang/go src/crypto/x509/x509.go",
            ),
        ),
    ),
)

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
        Cause.REGISTRY_PROTOCOL_ERROR,
        "404 to the first question, whether a registry is there: at that address none is",
        (
            Phrase(
                r"[Pp]inging (?:container|docker) registry <ref>: ",
                CRIO + "pinging container registry registry.example.com: StatusCode: 404, <html>",
                "CRI-O, podman: containers/image docker/docker_client.go",
                more=(
                    CRIO + "Pinging container registry registry.example.com: StatusCode: 404, <html>",
                    CRIO + "error pinging docker registry registry.example.com: invalid status code from registry 404 "
                    "(Not Found)",
                ),
            ),
        ),
        status=(404,),
    ),
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
