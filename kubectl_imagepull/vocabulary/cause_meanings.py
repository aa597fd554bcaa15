"""What each cause means, in sentences: what pages, runbooks and reports say below its title."""

from __future__ import annotations

from kubectl_imagepull.vocabulary.causes import Cause

#: Every cause has one.
MEANINGS: dict[Cause, str] = {
    Cause.INVALID_REFERENCE: (
        "The string in the pod's image field isn't a valid image reference (upper case, a scheme such as "
        "https://, an unrendered template, two tags, a space). The kubelet never contacts a registry."
    ),
    Cause.TAG_NOT_FOUND: (
        "The registry answered that the tag, digest or manifest doesn't exist. containerd can't tell a missing "
        "tag from a missing repository."
    ),
    Cause.REPOSITORY_NOT_FOUND: (
        "The registry answered that the repository (project, package) doesn't exist, whatever the tag."
    ),
    Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE: (
        "The registry doesn't say which: to anyone without access it answers as if the repository didn't exist. "
        "Docker Hub, Quay and GHCR do this."
    ),
    Cause.BLOB_MISSING: (
        "The manifest exists, but a layer, config or child manifest doesn't: an incomplete push, a garbage "
        "collection or a broken pull-through cache."
    ),
    Cause.PLATFORM_MISMATCH: (
        "The image exists, but not for the operating system, CPU architecture or Windows build of the node."
    ),
    Cause.UNSUPPORTED_MANIFEST: (
        "The reference points to something else (a Helm chart, an artifact, an HTML page) or to a format that "
        "the runtime no longer supports (schema 1)."
    ),
    Cause.CORRUPT_CONTENT: (
        "A digest, size or archive doesn't match the manifest: it was damaged in the registry, in a cache, in "
        "transit or in an unfinished download on the node."
    ),
    Cause.SIGNATURE_REJECTED: (
        "The image exists and is readable, but isn't signed as the node's or the registry's policy requires."
    ),
    Cause.SHORT_NAME_AMBIGUOUS: (
        "The image name has no registry, and the runtime doesn't know (or refuses to guess) which one to use."
    ),
    Cause.NEVER_PULL: (
        "imagePullPolicy: Never forbids the kubelet to pull, and the node's runtime doesn't have the image (or, "
        "with Kubernetes 1.35 and later, has it without proof that this pod may use it)."
    ),
    Cause.NO_CREDENTIALS: (
        "The registry requires a login (401, or a 403 to an anonymous request) and the kubelet had no "
        "credentials for it: the pod has no pull secret, or none of them matches the image's registry."
    ),
    Cause.BAD_CREDENTIALS: "A user name and password or token were sent, and the registry refused them.",
    Cause.EXPIRED_CREDENTIALS: "The token is no longer valid; ECR tokens are valid for 12 hours.",
    Cause.FORBIDDEN: (
        "The registry knows who is asking (or allows anonymous requests) but refuses this repository: a role, "
        "permission or repository policy is missing."
    ),
    Cause.PULL_SECRET_MISSING: (
        "The pod references a pull secret that isn't in its namespace, so no credentials were sent, and that is "
        "why the pull fails."
    ),
    Cause.PULL_SECRET_MALFORMED: (
        "The kubelet can't parse one of the pod's pull secrets, so the whole pull fails, even if another secret "
        "is fine."
    ),
    Cause.CREDENTIAL_PROVIDER_FAILED: (
        "The image is in a cloud registry for which the node should fetch credentials by itself, but it sent "
        "none. A failing provider causes no event, only a line in the kubelet's log."
    ),
    Cause.RATE_LIMITED: (
        "The registry answered 429: too many pulls from this address or account. It resets by itself at the end "
        "of the window."
    ),
    Cause.REGISTRY_UNAVAILABLE: "The registry (or a proxy in front of it) answered 5xx.",
    Cause.REGISTRY_BLOCKED: (
        "A policy forbids it: the node's (blocked in registries.conf), the registry's (vulnerability or content "
        "policy, 412, 451), the network's (IP allowlist, service perimeter) or the account's (an unpaid bill or "
        "an exhausted plan, 402)."
    ),
    Cause.REGISTRY_PROTOCOL_ERROR: (
        "Something answered in the registry's place, or the answer isn't one that a registry gives: a web page, "
        "400, 405, 406 or 410, a token for a different repository than requested. Usually it is a proxy, a "
        "mirror or a wrong address."
    ),
    Cause.REGISTRY_RELOCATED: "The answer says that the registry or repository has moved or was shut down.",
    Cause.DNS_FAILURE: (
        "The node's resolver (not the cluster's DNS) has no address for the host: a typo, a private zone that "
        "isn't linked, or a resolver that is down."
    ),
    Cause.CONNECT_TIMEOUT: (
        "Connecting, the TLS handshake or waiting for headers or body took too long. A firewall that drops "
        "packets looks like this."
    ),
    Cause.CONNECTION_REFUSED: "The host answered, but nothing listens on that port (or a firewall rejects it).",
    Cause.NETWORK_UNREACHABLE: (
        "No route to the host, an unreachable network, or no usable address of that family (IPv4, IPv6)."
    ),
    Cause.CONNECTION_BROKEN: "The connection was reset or closed in the middle of the exchange.",
    Cause.PROXY_FAILURE: (
        "The node's runtime goes through an HTTP proxy, and the proxy is down, refuses the host or requires a login."
    ),
    Cause.TLS_UNKNOWN_AUTHORITY: (
        "The certificate is signed by a CA that the node's runtime doesn't know: a private CA, an incomplete "
        "chain, or a proxy that intercepts TLS."
    ),
    Cause.TLS_CERTIFICATE_EXPIRED: (
        "The certificate has expired, or is not valid yet: in that case check the node's clock."
    ),
    Cause.TLS_NAME_MISMATCH: "The certificate doesn't cover the requested host.",
    Cause.TLS_HANDSHAKE_FAILED: (
        "Both sides speak TLS but can't agree: protocol version, cipher, client certificate, or an alert."
    ),
    Cause.HTTP_HTTPS_MISMATCH: "The registry speaks plain HTTP where the runtime expects HTTPS, or the reverse.",
    Cause.NODE_DISK_FULL: "There is no space left where the node's runtime stores or unpacks images.",
    Cause.NODE_STORAGE_FAULT: (
        "The download worked; storing or unpacking it on the node did not: snapshotter, read-only or broken file "
        "system, user-namespace ids, content store."
    ),
    Cause.RUNTIME_UNAVAILABLE: (
        "The kubelet can't talk to the container runtime: it is down, starting, was restarted during the pull, or "
        "doesn't answer in time to a call that never leaves the node."
    ),
    Cause.KUBELET_THROTTLED: (
        "More pulls were requested at once than registryPullQPS and registryBurst allow. It clears up by itself."
    ),
    Cause.PULL_CANCELLED: "The runtime or kubelet gave up: no data for too long, or a restart.",
    Cause.CAUSE_NOT_REPORTED: (
        "Neither the pod's status nor any event still has the error: events are kept for an hour. The next "
        "attempt shows it again."
    ),
    Cause.UNKNOWN: "There is an error message that no rule recognises. It is shown in full.",
}
