"""The catalogue of causes: our public vocabulary, which never changes its meaning."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Scope(str, Enum):
    """Who has the fault, and therefore what failures are grouped by."""

    IMAGE = "image"
    CREDENTIALS = "credentials"
    REGISTRY = "registry"
    NODE = "node"
    NONE = "-"


class What(str, Enum):
    """What was being pulled when the pull failed: an attribute of a failure, never its cause."""

    CONTAINER = "container"
    INIT_CONTAINER = "initContainer"
    EPHEMERAL_CONTAINER = "ephemeralContainer"
    IMAGE_VOLUME = "imageVolume"
    SANDBOX = "sandbox"


class Confidence(str, Enum):
    """How sure a diagnosis is."""

    CONFIRMED = "confirmed"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Cause(str, Enum):
    """The stable identifiers, CamelCase like Kubernetes' own reasons."""

    INVALID_REFERENCE = "InvalidReference"
    TAG_NOT_FOUND = "TagNotFound"
    REPOSITORY_NOT_FOUND = "RepositoryNotFound"
    REPOSITORY_NOT_FOUND_OR_PRIVATE = "RepositoryNotFoundOrPrivate"
    BLOB_MISSING = "BlobMissing"
    PLATFORM_MISMATCH = "PlatformMismatch"
    UNSUPPORTED_MANIFEST = "UnsupportedManifest"
    CORRUPT_CONTENT = "CorruptContent"
    SIGNATURE_REJECTED = "SignatureRejected"
    SHORT_NAME_AMBIGUOUS = "ShortNameAmbiguous"
    NEVER_PULL = "NeverPull"
    NO_CREDENTIALS = "NoCredentials"
    BAD_CREDENTIALS = "BadCredentials"
    EXPIRED_CREDENTIALS = "ExpiredCredentials"
    FORBIDDEN = "Forbidden"
    PULL_SECRET_MISSING = "PullSecretMissing"  # noqa: S105 - a cause, no secret
    PULL_SECRET_MALFORMED = "PullSecretMalformed"  # noqa: S105 - a cause, no secret
    CREDENTIAL_PROVIDER_FAILED = "CredentialProviderFailed"
    RATE_LIMITED = "RateLimited"
    REGISTRY_UNAVAILABLE = "RegistryUnavailable"
    REGISTRY_BLOCKED = "RegistryBlocked"
    REGISTRY_PROTOCOL_ERROR = "RegistryProtocolError"
    REGISTRY_RELOCATED = "RegistryRelocated"
    DNS_FAILURE = "DnsFailure"
    CONNECT_TIMEOUT = "ConnectTimeout"
    CONNECTION_REFUSED = "ConnectionRefused"
    NETWORK_UNREACHABLE = "NetworkUnreachable"
    CONNECTION_BROKEN = "ConnectionBroken"
    PROXY_FAILURE = "ProxyFailure"
    TLS_UNKNOWN_AUTHORITY = "TlsUnknownAuthority"
    TLS_CERTIFICATE_EXPIRED = "TlsCertificateExpired"
    TLS_NAME_MISMATCH = "TlsNameMismatch"
    TLS_HANDSHAKE_FAILED = "TlsHandshakeFailed"
    HTTP_HTTPS_MISMATCH = "HttpHttpsMismatch"
    NODE_DISK_FULL = "NodeDiskFull"
    NODE_STORAGE_FAULT = "NodeStorageFault"
    RUNTIME_UNAVAILABLE = "RuntimeUnavailable"
    KUBELET_THROTTLED = "KubeletThrottled"
    PULL_CANCELLED = "PullCancelled"
    CAUSE_NOT_REPORTED = "CauseNotReported"
    UNKNOWN = "Unknown"

    @property
    def entry(self) -> CauseEntry:
        """The catalogue's entry for this cause."""
        return CATALOGUE[self]

    @property
    def scope(self) -> Scope:
        """Who has the fault."""
        return CATALOGUE[self].scope


@dataclass(frozen=True)
class CauseEntry:
    """One cause in the catalogue."""

    #: The identifier.
    cause: Cause
    #: Who has the fault.
    scope: Scope
    #: What is wrong, as a clause in small letters.
    title: str
    #: The same in sentences, for the runbook.
    meaning: str
    #: Whether the kubelet's own retries can succeed without anybody changing anything.
    retryable: bool = False


def _entries() -> tuple[CauseEntry, ...]:
    image, credentials, registry, node = Scope.IMAGE, Scope.CREDENTIALS, Scope.REGISTRY, Scope.NODE
    return (
        CauseEntry(
            Cause.INVALID_REFERENCE,
            image,
            "the image name is not a valid reference",
            "The string in the pod's image field isn't a valid image reference (upper case, a scheme such as "
            "https://, an unrendered template, two tags, a space). The kubelet never contacts a registry.",
        ),
        CauseEntry(
            Cause.TAG_NOT_FOUND,
            image,
            "this tag or digest is not in the registry",
            "The registry answered that the tag, digest or manifest doesn't exist. containerd can't tell a missing "
            "tag from a missing repository.",
        ),
        CauseEntry(
            Cause.REPOSITORY_NOT_FOUND,
            image,
            "the repository does not exist",
            "The registry answered that the repository (project, package) doesn't exist, whatever the tag.",
        ),
        CauseEntry(
            Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE,
            image,
            "the repository does not exist, or is private",
            "The registry doesn't say which: to anyone without access it answers as if the repository didn't exist. "
            "Docker Hub, Quay and GHCR do this.",
        ),
        CauseEntry(
            Cause.BLOB_MISSING,
            image,
            "part of the image is missing from the registry",
            "The manifest exists, but a layer, config or child manifest doesn't: an incomplete push, a garbage "
            "collection or a broken pull-through cache.",
        ),
        CauseEntry(
            Cause.PLATFORM_MISMATCH,
            image,
            "the image has no variant for the node's platform",
            "The image exists, but not for the operating system, CPU architecture or Windows build of the node.",
        ),
        CauseEntry(
            Cause.UNSUPPORTED_MANIFEST,
            image,
            "the registry sent something that isn't a supported container image",
            "The reference points to something else (a Helm chart, an artifact, an HTML page) or to a format that "
            "the runtime no longer supports (schema 1).",
        ),
        CauseEntry(
            Cause.CORRUPT_CONTENT,
            image,
            "the image's content is corrupt",
            "A digest, size or archive doesn't match the manifest: it was damaged in the registry, in a cache, in "
            "transit or in an unfinished download on the node.",
        ),
        CauseEntry(
            Cause.SIGNATURE_REJECTED,
            image,
            "a signature policy rejected the image",
            "The image exists and is readable, but isn't signed as the node's or the registry's policy requires.",
        ),
        CauseEntry(
            Cause.SHORT_NAME_AMBIGUOUS,
            image,
            "the runtime needs a fully qualified image name",
            "The image name has no registry, and the runtime doesn't know (or refuses to guess) which one to use.",
        ),
        CauseEntry(
            Cause.NEVER_PULL,
            image,
            "pull policy is Never and the image is not on the node",
            "imagePullPolicy: Never forbids the kubelet to pull, and the node's runtime doesn't have the image (or, "
            "with Kubernetes 1.35 and later, has it without proof that this pod may use it).",
        ),
        CauseEntry(
            Cause.NO_CREDENTIALS,
            credentials,
            "the registry requires a login, and none was sent",
            "The registry requires a login (401, or a 403 to an anonymous request) and the kubelet had no "
            "credentials for it: the pod has no pull secret, or none of them matches the image's registry.",
        ),
        CauseEntry(
            Cause.BAD_CREDENTIALS,
            credentials,
            "the registry refused the credentials that were sent",
            "A user name and password or token were sent, and the registry refused them.",
        ),
        CauseEntry(
            Cause.EXPIRED_CREDENTIALS,
            credentials,
            "the credentials that were sent have expired",
            "The token is no longer valid; ECR tokens are valid for 12 hours.",
        ),
        CauseEntry(
            Cause.FORBIDDEN,
            credentials,
            "the registry denies access to this image",
            "The registry knows who is asking (or allows anonymous requests) but refuses this repository: a role, "
            "permission or repository policy is missing.",
        ),
        CauseEntry(
            Cause.PULL_SECRET_MISSING,
            credentials,
            "a pull secret that the pod references does not exist",
            "The pod references a pull secret that isn't in its namespace, so no credentials were sent, and that is "
            "why the pull fails.",
        ),
        CauseEntry(
            Cause.PULL_SECRET_MALFORMED,
            credentials,
            "a pull secret can't be parsed",
            "The kubelet can't parse one of the pod's pull secrets, so the whole pull fails, even if another secret "
            "is fine.",
        ),
        CauseEntry(
            Cause.CREDENTIAL_PROVIDER_FAILED,
            credentials,
            "the node's credential provider returned no credentials",
            "The image is in a cloud registry for which the node should fetch credentials by itself, but it sent "
            "none. A failing provider causes no event, only a line in the kubelet's log.",
        ),
        CauseEntry(
            Cause.RATE_LIMITED,
            registry,
            "the registry's rate limit was reached",
            "The registry answered 429: too many pulls from this address or account. It resets by itself at the end "
            "of the window.",
            retryable=True,
        ),
        CauseEntry(
            Cause.REGISTRY_UNAVAILABLE,
            registry,
            "the registry answers with a server error",
            "The registry (or a proxy in front of it) answered 5xx.",
            retryable=True,
        ),
        CauseEntry(
            Cause.REGISTRY_BLOCKED,
            registry,
            "a policy forbids this pull",
            "A policy forbids it: the node's (blocked in registries.conf), the registry's (vulnerability or content "
            "policy, 412, 451), the network's (IP allowlist, service perimeter) or the account's (an unpaid bill or "
            "an exhausted plan, 402).",
        ),
        CauseEntry(
            Cause.REGISTRY_PROTOCOL_ERROR,
            registry,
            "the server does not speak the registry protocol",
            "Something answered in the registry's place, or the answer isn't one that a registry gives: a web page, "
            "400, 405, 406 or 410, a token for a different repository than requested. Usually it is a proxy, a "
            "mirror or a wrong address.",
        ),
        CauseEntry(
            Cause.REGISTRY_RELOCATED,
            registry,
            "the registry or repository has moved or shut down",
            "The answer says that the registry or repository has moved or was shut down.",
        ),
        CauseEntry(
            Cause.DNS_FAILURE,
            registry,
            "the registry's host name does not resolve",
            "The node's resolver (not the cluster's DNS) has no address for the host: a typo, a private zone that "
            "isn't linked, or a resolver that is down.",
        ),
        CauseEntry(
            Cause.CONNECT_TIMEOUT,
            registry,
            "the registry did not answer in time",
            "Connecting, the TLS handshake or waiting for headers or body took too long. A firewall that drops "
            "packets looks like this.",
            retryable=True,
        ),
        CauseEntry(
            Cause.CONNECTION_REFUSED,
            registry,
            "nothing listens at the registry's address",
            "The host answered, but nothing listens on that port (or a firewall rejects it).",
            retryable=True,
        ),
        CauseEntry(
            Cause.NETWORK_UNREACHABLE,
            registry,
            "the node has no route to the registry",
            "No route to the host, an unreachable network, or no usable address of that family (IPv4, IPv6).",
            retryable=True,
        ),
        CauseEntry(
            Cause.CONNECTION_BROKEN,
            registry,
            "the connection to the registry broke",
            "The connection was reset or closed in the middle of the exchange.",
            retryable=True,
        ),
        CauseEntry(
            Cause.PROXY_FAILURE,
            registry,
            "the proxy refused or failed",
            (
                "The node's runtime goes through an HTTP proxy, and the proxy is down, refuses the host or requires "
                "a login."
            ),
        ),
        CauseEntry(
            Cause.TLS_UNKNOWN_AUTHORITY,
            registry,
            "the node doesn't trust the registry's certificate",
            "The certificate is signed by a CA that the node's runtime doesn't know: a private CA, an incomplete "
            "chain, or a proxy that intercepts TLS.",
        ),
        CauseEntry(
            Cause.TLS_CERTIFICATE_EXPIRED,
            registry,
            "the registry's certificate has expired or is not yet valid",
            "The certificate has expired, or is not valid yet: in that case check the node's clock.",
        ),
        CauseEntry(
            Cause.TLS_NAME_MISMATCH,
            registry,
            "the registry's certificate is for another name",
            "The certificate doesn't cover the requested host.",
        ),
        CauseEntry(
            Cause.TLS_HANDSHAKE_FAILED,
            registry,
            "the TLS handshake failed",
            "Both sides speak TLS but can't agree: protocol version, cipher, client certificate, or an alert.",
        ),
        CauseEntry(
            Cause.HTTP_HTTPS_MISMATCH,
            registry,
            "one side speaks HTTP, the other HTTPS",
            "The registry speaks plain HTTP where the runtime expects HTTPS, or the reverse.",
        ),
        CauseEntry(
            Cause.NODE_DISK_FULL,
            node,
            "the node's disk is full",
            "There is no space left where the node's runtime stores or unpacks images.",
        ),
        CauseEntry(
            Cause.NODE_STORAGE_FAULT,
            node,
            "the node's image store is at fault",
            "The download worked; storing or unpacking it on the node did not: snapshotter, read-only or broken file "
            "system, user-namespace ids, content store.",
        ),
        CauseEntry(
            Cause.RUNTIME_UNAVAILABLE,
            node,
            "the node's container runtime can't be reached",
            "The kubelet can't talk to the container runtime: it is down, starting, was restarted during the pull, or "
            "doesn't answer in time to a call that never leaves the node.",
            retryable=True,
        ),
        CauseEntry(
            Cause.KUBELET_THROTTLED,
            node,
            "the kubelet throttles its own pulls",
            "More pulls were requested at once than registryPullQPS and registryBurst allow. It clears up by itself.",
            retryable=True,
        ),
        CauseEntry(
            Cause.PULL_CANCELLED,
            node,
            "the pull was cancelled",
            "The runtime or kubelet gave up: no data for too long, or a restart.",
            retryable=True,
        ),
        CauseEntry(
            Cause.CAUSE_NOT_REPORTED,
            Scope.NONE,
            "the pod is backing off, and the error is no longer recorded",
            "Neither the pod's status nor any event still has the error: events are kept for an hour. The next "
            "attempt shows it again.",
        ),
        CauseEntry(
            Cause.UNKNOWN,
            Scope.NONE,
            "no rule recognises this error",
            "There is an error message that no rule recognises. It is shown in full.",
        ),
    )


CATALOGUE: dict[Cause, CauseEntry] = {entry.cause: entry for entry in _entries()}
