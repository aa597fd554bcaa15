"""Text against evidence: what a refused pull's cause is, once it is known what the kubelet would have sent.

A text that proves more than the secrets do (a permission that it names, a login that was answered) keeps its cause.
"""

from __future__ import annotations

from dataclasses import replace

from kubectl_imagepull.evidence.findings import (
    BY_TEXT_ALONE,
    EXPIRED,
    REFUSED,
    Findings,
    Sent,
    denies_a_login,
    is_bare_403,
    names_its_reason,
    proves_a_login,
)
from kubectl_imagepull.evidence.registries import is_azure, is_ecr, nodes_log_in
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.vocabulary.causes import Cause, Confidence
from kubectl_imagepull.vocabulary.image_reference import try_parse

#: How sure a secret is to be missing: it isn't there, or the kubelet says that it couldn't get it.
_MISSING = {Sent.NAMED_MISSING: Confidence.CONFIRMED, Sent.MISSING_BY_EVENT: Confidence.LIKELY}


def decide(verdict: Verdict, findings: Findings, failure: PullFailure) -> Verdict:
    """The verdict of the text, set right by what the pod's pull secrets prove."""
    sent = findings.sent
    if sent is Sent.MALFORMED and (verdict.cause in REFUSED or verdict.cause is Cause.CAUSE_NOT_REPORTED):
        return _with(verdict, Cause.PULL_SECRET_MALFORMED, Confidence.CONFIRMED)
    if verdict.cause not in REFUSED - BY_TEXT_ALONE or sent in {Sent.NOT_APPLICABLE, Sent.UNREADABLE}:
        return verdict
    reference = try_parse(failure.image)
    registry = reference.registry if reference else ""
    if sent in EXPIRED:
        return _expired(verdict, sent)
    if sent is Sent.MATCHES:
        return _matching(verdict, registry)
    return verdict if proves_a_login(verdict) else _nothing_sent(verdict, sent, registry)


def _nothing_sent(verdict: Verdict, sent: Sent, registry: str) -> Verdict:
    if sent in _MISSING:
        return _with(verdict, Cause.PULL_SECRET_MISSING, _MISSING[sent])
    if verdict.cause is Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE:
        return replace(verdict, confidence=Confidence.CONFIRMED)
    if is_bare_403(verdict):
        if is_ecr(registry):
            # it asks for a login by a 401: who got a 403 had logged in, with what the node has
            return replace(verdict, alternatives=(Cause.NO_CREDENTIALS,))
        return _with(verdict, Cause.NO_CREDENTIALS, Confidence.POSSIBLE, Cause.FORBIDDEN)
    if nodes_log_in(registry) and sent is Sent.NONE_NAMED:
        others = (Cause.NO_CREDENTIALS,) if denies_a_login(verdict) else (Cause.NO_CREDENTIALS, Cause.FORBIDDEN)
        return _with(verdict, Cause.CREDENTIAL_PROVIDER_FAILED, Confidence.POSSIBLE, *others)
    return _with(verdict, Cause.NO_CREDENTIALS, Confidence.CONFIRMED)


def _expired(verdict: Verdict, sent: Sent) -> Verdict:
    if names_its_reason(verdict):
        return verdict
    if denies_a_login(verdict):
        return _contradicted(verdict, Cause.EXPIRED_CREDENTIALS)
    sure = Confidence.CONFIRMED if sent is Sent.EXPIRED_BY_TOKEN else Confidence.LIKELY
    return _with(verdict, Cause.EXPIRED_CREDENTIALS, sure)


def _matching(verdict: Verdict, registry: str) -> Verdict:
    if denies_a_login(verdict):
        return _contradicted(verdict, Cause.BAD_CREDENTIALS)
    if verdict.cause is Cause.NO_CREDENTIALS:
        # Azure's registry says 401 where others say 403
        others = [Cause.FORBIDDEN] if is_azure(registry) else []
        return _with(verdict, Cause.BAD_CREDENTIALS, Confidence.LIKELY, *others)
    if is_bare_403(verdict):
        left = [cause for cause in verdict.alternatives if cause is not Cause.NO_CREDENTIALS]
        return _with(verdict, Cause.FORBIDDEN, Confidence.LIKELY, *left)
    return verdict


def _contradicted(verdict: Verdict, other: Cause) -> Verdict:
    """The text says that nothing was sent, and a secret matches: it was made or put right after the last try."""
    return _with(verdict, verdict.cause, Confidence.POSSIBLE, other)


def _with(verdict: Verdict, cause: Cause, confidence: Confidence, *others: Cause) -> Verdict:
    same = cause is verdict.cause
    return replace(
        verdict,
        cause=cause,
        confidence=confidence,
        retryable=verdict.retryable if same else cause.entry.retryable,
        alternatives=others,
        details=verdict.details if same else {},
    )
