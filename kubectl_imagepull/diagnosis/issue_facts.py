"""What a report of a wrong diagnosis says in public, as values: texts with stand-ins, causes, versions, no names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kubectl_imagepull.diagnosis.report import Diagnosis
from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.messages.rule_words import words_of_rules
from kubectl_imagepull.vocabulary.causes import Cause, Confidence
from kubectl_imagepull.vocabulary.image_reference import try_parse
from kubectl_imagepull.vocabulary.redaction import redacted
from kubectl_imagepull.vocabulary.stand_ins import StandIns
from kubectl_imagepull.vocabulary.vendors import Vendor, vendor_of

#: So many texts of one failure are told.
_MOST_TEXTS = 4


@dataclass(frozen=True)
class PublicText:
    """A text with stand-ins for its names."""

    #: The text.
    text: str
    #: Where it stood: `waiting.message`, `event Failed`; "" where it was given by hand.
    source: str = ""
    #: The waiting reason that stood beside it; "" for none.
    reason: str = ""
    #: The cause that the text is read as with its own names.
    cause: Cause = Cause.UNKNOWN
    #: The cause that it is read as with stand-ins: another one means that a name decides.
    public_cause: Cause = Cause.UNKNOWN


@dataclass(frozen=True)
class IssueFacts:
    """All that is told of one failure."""

    #: The texts, the one that decided first.
    texts: tuple[PublicText, ...]
    #: The cause that was named.
    named: Cause
    #: How sure that was said to be.
    confidence: Confidence
    #: Other causes that were said to be possible.
    alternatives: tuple[Cause, ...] = ()
    #: Results and identifiers of the checks: `bad PullSecretMatches`.
    checks: tuple[str, ...] = ()
    #: The runtime and its version; "" where it isn't known.
    runtime: str = ""
    #: The kubelet's version; "" where it isn't known.
    kubelet: str = ""
    #: The distribution or service; "" where it isn't known.
    platform: str = ""
    #: Whose registry it is, as far as its host tells.
    registry: str = ""


def facts_of_text(text: str) -> IssueFacts:
    """What is told of a message that somebody has at hand."""
    clean = redacted(text.strip("\n"))
    verdict = classify(clean)
    stand_ins = StandIns({"image": [verdict.image or ""], "registry": [verdict.host or ""]}, words_of_rules())
    return IssueFacts(
        texts=(_public(clean, "", "", stand_ins),),
        named=verdict.cause,
        confidence=verdict.confidence,
        alternatives=verdict.alternatives,
        registry=_registry(verdict.host),
    )


def facts_of_diagnoses(diagnoses: Iterable[Diagnosis]) -> Iterator[IssueFacts]:
    """What is told of failures, each kind of them once; one name has one stand-in in all of them."""
    every = list(diagnoses)
    stand_ins = StandIns(_names(every), words_of_rules())
    seen: set[tuple[Cause, tuple[PublicText, ...]]] = set()
    for one in every:
        facts = _facts(one, stand_ins)
        if (facts.named, facts.texts) not in seen:
            seen.add((facts.named, facts.texts))
            yield facts


def _facts(diagnosis: Diagnosis, stand_ins: StandIns) -> IssueFacts:
    failure, node = diagnosis.failure, diagnosis.environment
    reason = failure.reason if failure.reason.isalnum() else ""
    own = [(text.text, text.source) for text in failure.texts]
    # what only says that there was an error tells nothing beside the error
    own = [one for one in own if classify(one[0]).cause is not Cause.CAUSE_NOT_REPORTED]
    texts = dict.fromkeys([(diagnosis.message, diagnosis.message_source or ""), *own])
    reference = try_parse(failure.image)
    return IssueFacts(
        texts=tuple(
            _public(text, source.partition(" pod ")[0], reason if source.startswith("waiting.") else "", stand_ins)
            for text, source in list(texts)[:_MOST_TEXTS]
            if text
        ),
        named=diagnosis.cause,
        confidence=diagnosis.confidence,
        alternatives=diagnosis.alternatives,
        checks=tuple(dict.fromkeys(f"{item.result.value} {item.check.value}" for item in diagnosis.evidence)),
        runtime=" ".join(filter(None, (node.runtime.shown if node.runtime else "", _version(node.runtime_version)))),
        kubelet=_version(node.kubelet_version),
        platform=node.platform.value if node.is_known else "",
        registry=_registry(reference.registry if reference else None),
    )


def _public(text: str, source: str, reason: str, stand_ins: StandIns) -> PublicText:
    public = stand_ins.text(text)
    cause = classify(text, reason or None).cause
    # a neighbour's text has the neighbour's name in its source
    where = source if not source.startswith("pod ") else "another pod"
    return PublicText(public, where, reason, cause, classify(public, reason or None).cause)


def _registry(host: str | None) -> str:
    vendor = vendor_of(host) if host else Vendor.OTHER
    return "" if vendor is Vendor.OTHER else vendor.value


def _version(numbers: Sequence[int]) -> str:
    return ".".join(map(str, numbers))


def _names(diagnoses: Iterable[Diagnosis]) -> dict[str, list[str]]:
    """The names that a cluster's texts may hold, by what they name."""
    names: dict[str, list[str]] = {}
    for one in diagnoses:
        failure = one.failure
        reference = try_parse(failure.image)
        for kind, name in (
            ("image", failure.image),
            ("registry", reference.registry if reference else ""),
            ("pod", failure.pod),
            ("namespace", failure.namespace),
            ("container", failure.container or ""),
            ("node", failure.node or ""),
            ("cluster", one.cluster),
            *(("workload", owner.name) for owner in (*one.owners, one.workload)),
            *(("secret", secret) for secret in one.findings.secrets or ()),
        ):
            names.setdefault(kind, []).append(name)
    return names
