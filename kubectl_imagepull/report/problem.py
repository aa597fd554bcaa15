"""What is wrong, in a sentence with the names in it: one sentence for each cause, and the finding that decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kubectl_imagepull.diagnosis.report import Diagnosis
from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.messages.particulars import Particular, says
from kubectl_imagepull.messages.verdict import Detail
from kubectl_imagepull.report.text import rfc3339, shorten_digest
from kubectl_imagepull.vocabulary.causes import Cause, Scope, What
from kubectl_imagepull.vocabulary.image_reference import ImageReference, try_parse
from kubectl_imagepull.vocabulary.mentions import Mentions
from kubectl_imagepull.vocabulary.wording import listed

#: Findings that say more about the fault than others do, the most telling first; what is bad comes before them.
_TELLING = (
    Check.NEWER_REVISION,
    Check.IMAGE_MUTATED,
    Check.NEAR_NAME,
    Check.PREVIOUS_IMAGE,
    Check.RELOCATED_REGISTRY,
    Check.KNOWN_TAGS,
    Check.ONLY_THIS_NODE,
    Check.SHARED_FAULT,
    Check.REGISTRY_PROBE,
    Check.IMPLIED_REFERENCE,
)
#: Causes whose finding says all that the sentence would, with the secret's name in it.
_SAID_BY_FINDING = frozenset(
    {
        Cause.PULL_SECRET_MISSING,
        Cause.PULL_SECRET_MALFORMED,
        Cause.BAD_CREDENTIALS,
        Cause.EXPIRED_CREDENTIALS,
    }
)
_RESULTS = list(Result)
_MOST_NODES = 2


@dataclass(frozen=True)
class ProblemNames:
    """The names that a sentence about a problem is made of."""

    #: The image as the pod names it, its digest shortened.
    image: str
    #: The host that is at fault, or that answered.
    host: str
    #: What the registry was asked for: `shop/frontend`.
    path: str
    #: The same with tag or digest.
    name: str
    #: The nodes, to go on with after `on`: `node worker-a`.
    nodes: str
    #: What else the message names.
    mentions: Mentions
    #: What belongs to the cause, by the names of the report.
    details: Mapping[str, Detail]
    #: Whether the message only says that time ran out, and not whose answer was late.
    is_out_of_time: bool = False
    #: Whether the node's own settings name an endpoint that can't be asked.
    has_no_scheme: bool = False

    @property
    def address(self) -> str:
        """The host with the address that was dialled, where the message names one."""
        return f"{self.host} ({self.mentions.dialled})" if self.mentions.dialled else self.host


def problem_sentences(diagnoses: Sequence[Diagnosis], shown: Diagnosis) -> list[str]:
    """What is wrong in one or two sentences: what the cause means for these names, and the finding that decides."""
    names = _names(diagnoses, shown)
    if shown.there_now:
        return [f"{names.host} has {names.name} now; when {names.nodes} asked last, it hadn't, or refused it."]
    sentence = _SENTENCES[shown.cause](names)
    if shown.failure.what is What.SANDBOX and shown.cause.scope is not Scope.NODE:
        # no manifest of the reader's names this image
        return [
            sentence,
            f"{shorten_digest(shown.failure.image)} is the pause image, which the node needs for any pod.",
        ]
    finding = deciding_finding(shown.evidence)
    if finding is None:
        return [sentence]
    said = _as_sentence(finding.text)
    is_said = shown.cause in _SAID_BY_FINDING and finding.result is Result.BAD
    return [said] if is_said else [sentence, said]


def deciding_finding(evidence: Sequence[Evidence]) -> Evidence | None:
    """The finding that points at the fault, else the one that says most about it; None where none does."""
    ranked = deciding_first(evidence)
    return ranked[0] if ranked and _decides(ranked[0]) else None


def deciding_first(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence, what decides before what doesn't."""
    return sorted(evidence, key=_rank)


def _rank(item: Evidence) -> tuple[bool, int, int]:
    order = _TELLING.index(item.check) if item.check in _TELLING else len(_TELLING)
    return not _decides(item), _RESULTS.index(item.result), order


def _decides(item: Evidence) -> bool:
    return item.result is Result.BAD or (item.result is Result.INFO and item.check in _TELLING)


def _as_sentence(text: str) -> str:
    first_word = text.partition(" ")[0]
    # a name stays as it is written
    begun = text[:1].upper() + text[1:] if first_word.isalpha() and first_word.islower() else text
    return begun if begun.endswith(".") else f"{begun}."


def _names(diagnoses: Sequence[Diagnosis], shown: Diagnosis) -> ProblemNames:
    failure = shown.failure
    reference = try_parse(failure.image)
    image = shorten_digest(failure.image)
    nodes = sorted({one.failure.node for one in diagnoses if one.failure.node})
    return ProblemNames(
        image=f"the node's pause image {image}" if failure.what is What.SANDBOX else image,
        host=shown.host or (reference.registry if reference else "the registry"),
        path=reference.path if reference else image,
        name=_path_and_tag(reference) if reference else image,
        nodes=_nodes_in_words(nodes),
        mentions=shown.mentions,
        details=shown.details,
        is_out_of_time=says(shown.message, Particular.OUT_OF_TIME),
        has_no_scheme=says(shown.message, Particular.NO_SCHEME),
    )


def _protocol(names: ProblemNames) -> str:
    if names.has_no_scheme:
        return f"A mirror that {names.nodes} has for {names.host} lacks https:// before its host."
    return f"What answers at {names.host} doesn't speak as a registry does."


def _timeout(names: ProblemNames) -> str:
    if names.is_out_of_time:
        return f"The pull of {names.image} on {names.nodes} ran out of time."
    return f"{names.address} doesn't answer {names.nodes} in time."


def _path_and_tag(reference: ImageReference) -> str:
    return shorten_digest(str(reference).removeprefix(f"{reference.registry}/"))


def _nodes_in_words(nodes: Sequence[str]) -> str:
    if not nodes:
        return "the node"
    if len(nodes) > _MOST_NODES:
        return f"{len(nodes)} nodes"
    return f"node{'s' if len(nodes) > 1 else ''} {listed(nodes)}"


def _dns(names: ProblemNames) -> str:
    resolver = names.mentions.resolver
    if names.mentions.name_is_unknown:
        return f"The host {names.host} doesn't exist, says DNS{f' server {resolver}' if resolver else ''}."
    asked = f"DNS server {resolver} doesn't answer" if resolver else "DNS doesn't answer"
    return f"{asked}, so {names.host} can't be looked up on {names.nodes}."


def _proxy(names: ProblemNames) -> str:
    proxy = f"The proxy {names.mentions.proxy}" if names.mentions.proxy else "The proxy"
    if names.mentions.proxy_answer:
        return f"{proxy}, through which {names.nodes} pulls, answered {names.mentions.proxy_answer}."
    return f"{proxy} on the way from {names.nodes} to {names.host} is down, or refuses."


def _certificate_time(names: ProblemNames) -> str:
    limit = rfc3339(names.mentions.certificate_limit)
    if names.details.get("notYetValid"):
        return f"The certificate of {names.host} isn't valid yet{f', but from {limit} on' if limit else ''}."
    return f"The certificate of {names.host} has expired{f', on {limit}' if limit else ''}."


def _certificate_names(names: ProblemNames) -> str:
    if names.mentions.certificate_names:
        return f"The certificate of {names.host} is for {listed(names.mentions.certificate_names)} alone."
    return f"The certificate of {names.host} is for another name."


def _handshake(names: ProblemNames) -> str:
    alert = f": {names.mentions.tls_alert}" if names.mentions.tls_alert else ""
    return f"{names.host} and the runtime on {names.nodes} don't agree on how to speak TLS{alert}."


def _http(names: ProblemNames) -> str:
    if names.mentions.by_plain_http:
        return f"{names.host} speaks HTTPS, and the runtime on {names.nodes} asks it by plain HTTP."
    return f"{names.host} speaks plain HTTP, and the runtime on {names.nodes} asks it by HTTPS."


def _tag(names: ProblemNames) -> str:
    if names.details.get("repositoryVerified"):
        return f"{names.host} has {names.path}, but not {names.name}."
    return f"{names.host} says that it doesn't have {names.name}."


def _blocked(names: ProblemNames) -> str:
    whose = {"node": f"on {names.nodes} ", "registry": f"of {names.host} ", "network": "of the network "}
    policy = whose.get(str(names.details.get("policy", "")), "")
    return f"A policy {policy}forbids pulling {names.name} from {names.host}."


def _disk(names: ProblemNames) -> str:
    directory = f", in {names.mentions.directory}" if names.mentions.directory else ""
    return f"There is no space left on {names.nodes}{directory}."


_SENTENCES: Mapping[Cause, Callable[[ProblemNames], str]] = {
    Cause.INVALID_REFERENCE: lambda n: f"{n.image} is no valid image name, so no registry is asked for it.",
    Cause.TAG_NOT_FOUND: _tag,
    Cause.REPOSITORY_NOT_FOUND: lambda n: f"{n.host} has no repository {n.path}.",
    Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE: lambda n: (
        f"{n.host} has no {n.path}, or hides it from whoever may not see it."
    ),
    Cause.BLOB_MISSING: lambda n: f"{n.host} has {n.name}, but a part of it is missing there.",
    Cause.PLATFORM_MISMATCH: lambda n: f"{n.image} isn't built for the platform of {n.nodes}.",
    Cause.UNSUPPORTED_MANIFEST: lambda n: (
        f"What {n.host} sends for {n.name} is no container image that the runtime takes."
    ),
    Cause.CORRUPT_CONTENT: lambda n: (
        f"What {n.nodes} got of {n.image} isn't what its manifest promises: it is damaged."
    ),
    Cause.SIGNATURE_REJECTED: lambda n: f"{n.image} isn't signed as the policy on {n.nodes} or at the registry asks.",
    Cause.SHORT_NAME_AMBIGUOUS: lambda n: f"{n.image} names no registry, and the runtime on {n.nodes} takes no guess.",
    Cause.NEVER_PULL: lambda n: f"{n.image} isn't on {n.nodes}, and pull policy Never forbids to pull it.",
    Cause.NO_CREDENTIALS: lambda n: f"{n.host} wants a login for {n.path}, and none was sent.",
    Cause.BAD_CREDENTIALS: lambda n: f"{n.host} refused the login that was sent for {n.path}.",
    Cause.EXPIRED_CREDENTIALS: lambda n: f"The login that was sent to {n.host} for {n.path} has expired.",
    Cause.FORBIDDEN: lambda n: f"{n.host} doesn't let this login pull {n.path}.",
    Cause.PULL_SECRET_MISSING: lambda n: f"The pull secret for {n.host} that the pod names doesn't exist.",
    Cause.PULL_SECRET_MALFORMED: lambda n: f"The pull secret for {n.host} can't be parsed, and that fails every pull.",
    Cause.CREDENTIAL_PROVIDER_FAILED: lambda n: (
        f"{n.host} wants a login, and the credential provider of {n.nodes} gave none."
    ),
    Cause.RATE_LIMITED: lambda n: f"{n.host} answers 429: it has been asked for too many pulls.",
    Cause.REGISTRY_UNAVAILABLE: lambda n: f"{n.host} answers with a server error.",
    Cause.REGISTRY_BLOCKED: _blocked,
    Cause.REGISTRY_PROTOCOL_ERROR: _protocol,
    Cause.REGISTRY_RELOCATED: lambda n: f"{n.host}, or {n.path} there, has moved or was shut down.",
    Cause.DNS_FAILURE: _dns,
    Cause.CONNECT_TIMEOUT: _timeout,
    Cause.CONNECTION_REFUSED: lambda n: f"Nothing listens at {n.address}, or a firewall rejects it.",
    Cause.NETWORK_UNREACHABLE: lambda n: f"There is no way from {n.nodes} to {n.address}.",
    Cause.CONNECTION_BROKEN: lambda n: f"The connection from {n.nodes} to {n.host} broke before the pull was done.",
    Cause.PROXY_FAILURE: _proxy,
    Cause.TLS_UNKNOWN_AUTHORITY: lambda n: f"The certificate of {n.host} isn't trusted on {n.nodes}.",
    Cause.TLS_CERTIFICATE_EXPIRED: _certificate_time,
    Cause.TLS_NAME_MISMATCH: _certificate_names,
    Cause.TLS_HANDSHAKE_FAILED: _handshake,
    Cause.HTTP_HTTPS_MISMATCH: _http,
    Cause.NODE_DISK_FULL: _disk,
    Cause.NODE_STORAGE_FAULT: lambda n: (
        f"The image store of {n.nodes} is at fault: it couldn't keep what was downloaded."
    ),
    Cause.RUNTIME_UNAVAILABLE: lambda n: f"The kubelet can't reach the container runtime of {n.nodes}.",
    Cause.KUBELET_THROTTLED: lambda n: f"More pulls were wanted at once on {n.nodes} than its kubelet allows itself.",
    Cause.PULL_CANCELLED: lambda n: f"The pull of {n.image} was cancelled on {n.nodes}.",
    Cause.CAUSE_NOT_REPORTED: lambda n: (
        f"{n.image} can't be pulled, and neither the pod's status nor an event says why any more."
    ),
    Cause.UNKNOWN: lambda n: f"{n.image} can't be pulled, and no rule reads the message:",
}
