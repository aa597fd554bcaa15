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
    #: Whether the kubelet's own retries can succeed without anybody changing anything.
    retryable: bool = False


def _entries() -> tuple[CauseEntry, ...]:
    image, credentials, registry, node = Scope.IMAGE, Scope.CREDENTIALS, Scope.REGISTRY, Scope.NODE
    return (
        CauseEntry(
            Cause.INVALID_REFERENCE,
            image,
            "the image name is not a valid reference",
        ),
        CauseEntry(
            Cause.TAG_NOT_FOUND,
            image,
            "this tag or digest is not in the registry",
        ),
        CauseEntry(
            Cause.REPOSITORY_NOT_FOUND,
            image,
            "the repository does not exist",
        ),
        CauseEntry(
            Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE,
            image,
            "the repository does not exist, or is private",
        ),
        CauseEntry(
            Cause.BLOB_MISSING,
            image,
            "part of the image is missing from the registry",
        ),
        CauseEntry(
            Cause.PLATFORM_MISMATCH,
            image,
            "the image has no variant for the node's platform",
        ),
        CauseEntry(
            Cause.UNSUPPORTED_MANIFEST,
            image,
            "the registry sent something that isn't a supported container image",
        ),
        CauseEntry(
            Cause.CORRUPT_CONTENT,
            image,
            "the image's content is corrupt",
        ),
        CauseEntry(
            Cause.SIGNATURE_REJECTED,
            image,
            "a signature policy rejected the image",
        ),
        CauseEntry(
            Cause.SHORT_NAME_AMBIGUOUS,
            image,
            "the runtime needs a fully qualified image name",
        ),
        CauseEntry(
            Cause.NEVER_PULL,
            image,
            "pull policy is Never and the image is not on the node",
        ),
        CauseEntry(
            Cause.NO_CREDENTIALS,
            credentials,
            "the registry requires a login, and none was sent",
        ),
        CauseEntry(
            Cause.BAD_CREDENTIALS,
            credentials,
            "the registry refused the credentials that were sent",
        ),
        CauseEntry(
            Cause.EXPIRED_CREDENTIALS,
            credentials,
            "the credentials that were sent have expired",
        ),
        CauseEntry(
            Cause.FORBIDDEN,
            credentials,
            "the registry denies access to this image",
        ),
        CauseEntry(
            Cause.PULL_SECRET_MISSING,
            credentials,
            "a pull secret that the pod references does not exist",
        ),
        CauseEntry(
            Cause.PULL_SECRET_MALFORMED,
            credentials,
            "a pull secret can't be parsed",
        ),
        CauseEntry(
            Cause.CREDENTIAL_PROVIDER_FAILED,
            credentials,
            "the node's credential provider returned no credentials",
        ),
        CauseEntry(
            Cause.RATE_LIMITED,
            registry,
            "the registry's rate limit was reached",
            retryable=True,
        ),
        CauseEntry(
            Cause.REGISTRY_UNAVAILABLE,
            registry,
            "the registry answers with a server error",
            retryable=True,
        ),
        CauseEntry(
            Cause.REGISTRY_BLOCKED,
            registry,
            "a policy forbids this pull",
        ),
        CauseEntry(
            Cause.REGISTRY_PROTOCOL_ERROR,
            registry,
            "the server does not speak the registry protocol",
        ),
        CauseEntry(
            Cause.REGISTRY_RELOCATED,
            registry,
            "the registry or repository has moved or shut down",
        ),
        CauseEntry(
            Cause.DNS_FAILURE,
            registry,
            "the registry's host name does not resolve",
        ),
        CauseEntry(
            Cause.CONNECT_TIMEOUT,
            registry,
            "the registry did not answer in time",
            retryable=True,
        ),
        CauseEntry(
            Cause.CONNECTION_REFUSED,
            registry,
            "nothing listens at the registry's address",
            retryable=True,
        ),
        CauseEntry(
            Cause.NETWORK_UNREACHABLE,
            registry,
            "the node has no route to the registry",
            retryable=True,
        ),
        CauseEntry(
            Cause.CONNECTION_BROKEN,
            registry,
            "the connection to the registry broke",
            retryable=True,
        ),
        CauseEntry(Cause.PROXY_FAILURE, registry, "the proxy refused or failed"),
        CauseEntry(
            Cause.TLS_UNKNOWN_AUTHORITY,
            registry,
            "the node doesn't trust the registry's certificate",
        ),
        CauseEntry(
            Cause.TLS_CERTIFICATE_EXPIRED,
            registry,
            "the registry's certificate has expired or is not yet valid",
        ),
        CauseEntry(
            Cause.TLS_NAME_MISMATCH,
            registry,
            "the registry's certificate is for another name",
        ),
        CauseEntry(
            Cause.TLS_HANDSHAKE_FAILED,
            registry,
            "the TLS handshake failed",
        ),
        CauseEntry(
            Cause.HTTP_HTTPS_MISMATCH,
            registry,
            "one side speaks HTTP, the other HTTPS",
        ),
        CauseEntry(
            Cause.NODE_DISK_FULL,
            node,
            "the node's disk is full",
        ),
        CauseEntry(
            Cause.NODE_STORAGE_FAULT,
            node,
            "the node's image store is at fault",
        ),
        CauseEntry(
            Cause.RUNTIME_UNAVAILABLE,
            node,
            "the node's container runtime can't be reached",
            retryable=True,
        ),
        CauseEntry(
            Cause.KUBELET_THROTTLED,
            node,
            "the kubelet throttles its own pulls",
            retryable=True,
        ),
        CauseEntry(
            Cause.PULL_CANCELLED,
            node,
            "the pull was cancelled",
            retryable=True,
        ),
        CauseEntry(
            Cause.CAUSE_NOT_REPORTED,
            Scope.NONE,
            "the pod is backing off, and the error is no longer recorded",
        ),
        CauseEntry(
            Cause.UNKNOWN,
            Scope.NONE,
            "no rule recognises this error",
        ),
    )


CATALOGUE: dict[Cause, CauseEntry] = {entry.cause: entry for entry in _entries()}
