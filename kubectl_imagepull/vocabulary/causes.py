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
            "The string in the pod's image field breaks the grammar of image references (upper case, a scheme such as "
            "https://, an unrendered template, two tags, a space). The kubelet never asks any registry.",
        ),
        CauseEntry(
            Cause.TAG_NOT_FOUND,
            image,
            "this tag or digest is not in the registry",
            "The registry answered that the tag, digest or manifest isn't there. containerd can't tell a missing tag "
            "from a missing repository.",
        ),
        CauseEntry(
            Cause.REPOSITORY_NOT_FOUND,
            image,
            "the repository does not exist",
            "The registry answered that the repository (project, package) isn't there, whatever the tag.",
        ),
        CauseEntry(
            Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE,
            image,
            "the repository does not exist, or is private",
            "The registry refuses to say which: to somebody who may not read a repository it answers as if there were "
            "none. Docker Hub, Quay and GHCR do so.",
        ),
        CauseEntry(
            Cause.BLOB_MISSING,
            image,
            "a part of the image is missing in the registry",
            "The manifest is there; a layer, config or child manifest behind it isn't: an incomplete push, a garbage "
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
            "what the registry sent is not a container image that the runtime takes",
            "The reference leads to something else (a Helm chart, an artifact, an HTML page) or to a format that the "
            "runtime no longer takes (schema 1).",
        ),
        CauseEntry(
            Cause.CORRUPT_CONTENT,
            image,
            "the image's content does not check out",
            "A digest, size or archive is not what the manifest promises: damaged in the registry, in a cache, on the "
            "way or in an unfinished download on the node.",
        ),
        CauseEntry(
            Cause.SIGNATURE_REJECTED,
            image,
            "a signature policy rejected the image",
            "The image is there and readable, but is not signed as the node's or the registry's policy asks.",
        ),
        CauseEntry(
            Cause.SHORT_NAME_AMBIGUOUS,
            image,
            "the runtime needs a fully qualified image name",
            "The image is named without a registry, and the runtime doesn't know (or refuses to guess) which one is "
            "meant.",
        ),
        CauseEntry(
            Cause.NEVER_PULL,
            image,
            "pull policy is Never and the image is not on the node",
            "imagePullPolicy: Never forbids the kubelet to pull, and the node's runtime doesn't hold the image (or, "
            "with Kubernetes 1.35 and later, holds it without proof that this pod may use it).",
        ),
        CauseEntry(
            Cause.NO_CREDENTIALS,
            credentials,
            "the registry wants a login, and none was sent",
            "The registry wants a login (401, or a 403 to an anonymous request) and the kubelet had no credentials "
            "for it: no pull secret is named, or none that is named fits the image's registry.",
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
            "The token was valid once and is no longer; ECR's live for 12 hours.",
        ),
        CauseEntry(
            Cause.FORBIDDEN,
            credentials,
            "the identity is known but may not pull this image",
            "The registry knows who is asking (or lets anybody ask) and refuses this repository: a role, permission "
            "or repository policy is missing.",
        ),
        CauseEntry(
            Cause.PULL_SECRET_MISSING,
            credentials,
            "a pull secret that the pod names does not exist",
            "The pod names a pull secret that isn't in its namespace, so nothing was sent, and that is why the pull "
            "fails.",
        ),
        CauseEntry(
            Cause.PULL_SECRET_MALFORMED,
            credentials,
            "a pull secret can't be parsed",
            "The kubelet can't parse one of the pod's pull secrets, and that fails the whole pull, other good secrets "
            "notwithstanding.",
        ),
        CauseEntry(
            Cause.CREDENTIAL_PROVIDER_FAILED,
            credentials,
            "the node's credential provider gave nothing",
            "The image is in a cloud registry for which the node should fetch credentials by itself, and it sent "
            "none. A failing provider leaves no event, only a line in the kubelet's log.",
        ),
        CauseEntry(
            Cause.RATE_LIMITED,
            registry,
            "the registry's rate limit is reached",
            "The registry answered 429: too many pulls from this address or account. It heals by itself when the "
            "window is over.",
            retryable=True,
        ),
        CauseEntry(
            Cause.REGISTRY_UNAVAILABLE,
            registry,
            "the registry answers with a server error",
            "The registry (or what stands in front of it) answered 5xx.",
            retryable=True,
        ),
        CauseEntry(
            Cause.REGISTRY_BLOCKED,
            registry,
            "a policy forbids pulling from there",
            "A policy forbids it: of the node (blocked in registries.conf), of the registry (vulnerability or content "
            "policy, 412, 451), of the network (IP allow-list, service perimeter) or of the account (a bill or a "
            "used-up plan, 402).",
        ),
        CauseEntry(
            Cause.REGISTRY_PROTOCOL_ERROR,
            registry,
            "what answered does not speak the registry protocol",
            "Somebody answered in the registry's place or in a way that no registry does: a web page, 400, 405, 406 "
            "or 410, a token for another repository than it asked for. Mostly it is a proxy, a mirror or a wrong "
            "address.",
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
            "The host answered, and nothing listens on that port (or a firewall rejects it).",
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
            "The connection was reset or closed while they were talking.",
            retryable=True,
        ),
        CauseEntry(
            Cause.PROXY_FAILURE,
            registry,
            "the proxy refused or failed",
            "The node's runtime goes through an HTTP proxy, and the proxy is down, refuses the host or wants a login.",
        ),
        CauseEntry(
            Cause.TLS_UNKNOWN_AUTHORITY,
            registry,
            "the node doesn't trust the registry's certificate",
            "The certificate is signed by an authority that the node's runtime doesn't know: a private CA, an "
            "incomplete chain, or a proxy that opens TLS.",
        ),
        CauseEntry(
            Cause.TLS_CERTIFICATE_EXPIRED,
            registry,
            "the registry's certificate is outside its validity",
            "The certificate has expired, or is not valid yet: then look at the node's clock.",
        ),
        CauseEntry(
            Cause.TLS_NAME_MISMATCH,
            registry,
            "the registry's certificate is for another name",
            "The certificate doesn't name the host that was asked.",
        ),
        CauseEntry(
            Cause.TLS_HANDSHAKE_FAILED,
            registry,
            "the TLS handshake failed",
            "Both sides speak TLS and don't agree: protocol version, cipher, client certificate, or an alert.",
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
            "the kubelet limits its own pulls",
            "More pulls were wanted at once than registryPullQPS and registryBurst allow. It heals by itself.",
            retryable=True,
        ),
        CauseEntry(
            Cause.PULL_CANCELLED,
            node,
            "the pull was cancelled",
            "The runtime or kubelet gave up: no bytes for too long, or a restart.",
            retryable=True,
        ),
        CauseEntry(
            Cause.CAUSE_NOT_REPORTED,
            Scope.NONE,
            "the pod is backing off, and nothing says why any more",
            "Neither the pod's status nor any event still holds the error: events live for an hour. The next try "
            "brings it back.",
        ),
        CauseEntry(
            Cause.UNKNOWN,
            Scope.NONE,
            "no rule reads this text",
            "There is an error text, and no rule reads it. It is shown whole.",
        ),
    )


CATALOGUE: dict[Cause, CauseEntry] = {entry.cause: entry for entry in _entries()}
