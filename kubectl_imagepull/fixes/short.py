"""The FIX column: one short sentence, with real names where they fit."""

from __future__ import annotations

from kubectl_imagepull.fixes.advice import moved_to
from kubectl_imagepull.fixes.case import Case
from kubectl_imagepull.vocabulary.causes import Cause, Scope

#: As many characters as the column takes.
MOST_CHARACTERS = 60
#: What stands for names of registries that don't fit.
_THE_REGISTRY = dict.fromkeys(("host", "port", "answering", "registry"), "the registry")

_BLOCKED = {
    "node": "Unblock {registry} in registries.conf on {node}",
    "registry": "Meet the policy of {registry}, or have it changed",
    "network": "Have the address of {node} allowed by {registry}",
}
_STAGES = {
    "lookup": "Make {host} resolve on {node}",
    "dial": "Open {port} for {node}",
    "tls": "See what stops TLS between {node} and {host}",
    "headers": "See why {host} is slow to answer",
    "body": "See what slows downloads from {host}",
}
#: Sentences from the most telling one to the one that always fits, divided by |.
_SHORT = {
    Cause.INVALID_REFERENCE: "Correct the image name {image}|Correct the image name in {target}|Correct the image name",
    Cause.REPOSITORY_NOT_FOUND: "Correct the repository name {path}|Correct the repository's name",
    Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE: "Correct the name {path}, or add a secret|Correct the name, or add a secret",
    Cause.BLOB_MISSING: "Push {image} again|Push the image again: a part of it is missing",
    Cause.PLATFORM_MISMATCH: "Build the image for the platform of {node}",
    Cause.UNSUPPORTED_MANIFEST: "Name a container image: this is something else",
    Cause.CORRUPT_CONTENT: "Delete the copy on {node}, else push the image again",
    Cause.SIGNATURE_REJECTED: "Sign the image as the policy asks",
    Cause.SHORT_NAME_AMBIGUOUS: "Write the name in full: {repository}|Write the image's name in full",
    Cause.NEVER_PULL: "Set imagePullPolicy: IfNotPresent, or load the image",
    Cause.NO_CREDENTIALS: "Create a pull secret for {registry} in {namespace}|Create a pull secret for {registry}",
    Cause.PULL_SECRET_MALFORMED: "Make secret {secret} in {namespace} again|Make the pull secret again",
    Cause.BAD_CREDENTIALS: "Put the right login for {registry} into {secret}|Correct the login in the pull secret",
    Cause.EXPIRED_CREDENTIALS: "Put a new token into secret {secret}|Renew the token in the pull secret",
    Cause.FORBIDDEN: "Allow pulling {path} at {registry}|Allow pulling at {registry}",
    Cause.PULL_SECRET_MISSING: "Create secret {secret} in {namespace}|Create the pull secret that the pod names",
    Cause.CREDENTIAL_PROVIDER_FAILED: "Repair the credential provider on {node}",
    Cause.REGISTRY_UNAVAILABLE: "Wait for {answering}, or tell who runs it",
    Cause.REGISTRY_BLOCKED: "Have {registry} allowed by the policy",
    Cause.REGISTRY_RELOCATED: "Pull the image from its new place",
    Cause.DNS_FAILURE: "Correct {name}, or the DNS of {node}|Correct the host's name, or the DNS of {node}",
    Cause.CONNECT_TIMEOUT: "Open the way from {node} to {host}",
    Cause.CONNECTION_REFUSED: "Start {port}, or correct the port",
    Cause.NETWORK_UNREACHABLE: "Give {node} a route to {host}",
    Cause.CONNECTION_BROKEN: "See what breaks connections to {host}",
    Cause.PROXY_FAILURE: "Correct the proxy that the runtime on {node} uses",
    Cause.TLS_UNKNOWN_AUTHORITY: "Give {node} the CA of {host}",
    Cause.TLS_CERTIFICATE_EXPIRED: "Renew the certificate of {host}",
    Cause.TLS_NAME_MISMATCH: "Name {host} as its certificate does",
    Cause.TLS_HANDSHAKE_FAILED: "See why {node} and {host} don't agree on TLS",
    Cause.HTTP_HTTPS_MISMATCH: "Serve {host} by HTTPS, or declare it plain HTTP",
    Cause.NODE_DISK_FULL: "Free disk space on {node}",
    Cause.NODE_STORAGE_FAULT: "Repair the image store on {node}",
    Cause.RUNTIME_UNAVAILABLE: "Start the container runtime on {node}",
    Cause.KUBELET_THROTTLED: "Wait: the kubelet limits its own pulls",
    Cause.PULL_CANCELLED: "Wait for the next try",
    Cause.CAUSE_NOT_REPORTED: "Delete pod {pod} to see the error again|Delete the pod to see the error again",
    Cause.UNKNOWN: "Read the whole message of pod {pod}|Read the whole message",
}


def short_fix(case: Case) -> str:
    """One short sentence for a table: what to do first."""
    the_node = "the nodes" if case.on_many_nodes else "the node"
    node = f"{len(case.nodes):,} nodes" if case.on_many_nodes else case.node
    names = {
        "image": case.image,
        "repository": case.repository,
        "path": case.reference.path if case.reference else "",
        "target": case.target,
        "namespace": case.namespace,
        "pod": case.pod,
        "node": node if case.failure.node else the_node,
        "registry": case.registry,
        "host": case.host,
        "name": case.host_name,
        "answering": case.answering,
        "port": case.host_and_port,
        "secret": case.secrets[0] if len(case.secrets) == 1 else "",
        "other": case.other_secrets[0] if case.other_secrets else "",
        "new": moved_to(case) or "",
    }
    patterns = [pattern for pattern in _patterns(case).split("|") if names["secret"] or "{secret}" not in pattern]
    looser: tuple[dict[str, str], ...] = ({}, _THE_REGISTRY, {"node": the_node}, {**_THE_REGISTRY, "node": the_node})
    sentences = (pattern.format(**{**names, **less}) for pattern in patterns for less in looser)
    return next((sentence for sentence in sentences if len(sentence) <= MOST_CHARACTERS), case.verdict.cause.value)


def _patterns(case: Case) -> str:
    """The sentences for this case, the most telling first."""
    cause = case.verdict.cause
    if case.is_sandbox and cause.scope in {Scope.IMAGE, Scope.CREDENTIALS}:
        return "Correct the pause image that the runtime on {node} names"
    if moved_to(case) and cause.scope in {Scope.IMAGE, Scope.CREDENTIALS, Scope.REGISTRY}:
        return "Pull {new}|Pull the image from its new place"
    special = {
        Cause.TAG_NOT_FOUND: _tag,
        Cause.NO_CREDENTIALS: _credentials,
        Cause.BAD_CREDENTIALS: _credentials,
        Cause.EXPIRED_CREDENTIALS: _credentials,
        Cause.PULL_SECRET_MISSING: _credentials,
        Cause.RATE_LIMITED: _limit,
        Cause.CAUSE_NOT_REPORTED: _silence,
    }
    if cause in special:
        return special[cause](case)
    return _by_detail(case) or _SHORT[cause]


def _by_detail(case: Case) -> str | None:
    cause, details = case.verdict.cause, case.verdict.details
    if cause is Cause.REGISTRY_BLOCKED:
        return _BLOCKED.get(str(details.get("policy")))
    if cause is Cause.CONNECT_TIMEOUT:
        return _STAGES.get(str(details.get("stage")))
    if cause is Cause.TLS_CERTIFICATE_EXPIRED and details.get("notYetValid") is True:
        return "Set the clock of {node}"
    return None


def _tag(case: Case) -> str:
    reference = case.reference
    if reference is None or reference.digest:
        return "Name a tag or digest that exists"
    if reference.implied_tag:
        return "Name a tag: {path} has no latest|Name a tag: there is no latest"
    if case.verdict.details.get("repositoryVerified") is False:
        return f"Name an existing tag: {reference.tag} isn't there|Name a tag that exists"
    return f"Push {reference.tag}, or name a tag that exists|Push the tag, or name one that exists"


def _credentials(case: Case) -> str:
    cause = case.verdict.cause
    if case.other_secrets:
        return "Try secret {other} in {target}|Try secret {other}|Try another pull secret of the namespace"
    if cause is Cause.NO_CREDENTIALS and case.secrets:
        return "Give {target} a secret for {registry}|Name a pull secret that is for {registry}"
    if cause in {Cause.BAD_CREDENTIALS, Cause.EXPIRED_CREDENTIALS} and not case.secrets:
        return "Correct the login of {node} for {registry}"
    return _SHORT[cause]


def _silence(case: Case) -> str:
    if not case.is_replaced:
        return "Wait for the next try to see the error again"
    return _SHORT[case.verdict.cause]


def _limit(case: Case) -> str:
    if case.secrets or case.is_sandbox:
        return "Wait until the limit of {answering} resets"
    return "Wait, or log in to {registry} with a pull secret"
