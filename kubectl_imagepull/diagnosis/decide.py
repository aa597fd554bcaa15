"""Text against evidence: what a refused pull's cause is, once it is known what the kubelet would have sent.

A text that proves more than the secrets do (whom it refuses, a login that was answered) keeps its cause.
"""

from __future__ import annotations

from dataclasses import replace

from kubectl_imagepull.evidence.pull_secret_findings import EXPIRED, PullSecretFindings, Sent
from kubectl_imagepull.evidence.refusing_texts import (
    BY_TEXT_ALONE,
    REFUSED,
    another_host_answered,
    denies_a_login,
    is_bare_401,
    is_bare_403,
    names_identity,
    proves_a_login,
)
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.messages.verdict import Verdict, with_cause
from kubectl_imagepull.vocabulary.causes import Cause, Confidence
from kubectl_imagepull.vocabulary.image_reference import try_parse
from kubectl_imagepull.vocabulary.vendors import Vendor, nodes_log_in, vendor_of

#: How sure a secret is to be missing: it isn't there, or the kubelet says that it couldn't get it.
_MISSING = {Sent.NAMED_MISSING: Confidence.CONFIRMED, Sent.MISSING_BY_EVENT: Confidence.LIKELY}
#: Causes that are about what was sent to the image's registry, and that no other host's answer leaves possible.
_OF_A_LOGIN = frozenset({Cause.NO_CREDENTIALS, Cause.BAD_CREDENTIALS, Cause.EXPIRED_CREDENTIALS})
#: Registries that answer 401 where others say 403, to an account that is known and may not pull.
_SAYS_401_FOR_403 = frozenset({Vendor.AZURE, Vendor.QUAY, Vendor.HARBOR, Vendor.ARTIFACTORY, Vendor.OPENSHIFT})


def decide(verdict: Verdict, findings: PullSecretFindings, failure: PullFailure) -> Verdict:
    """The verdict of the text, set right by what the pod's pull secrets prove."""
    refused = verdict.cause in REFUSED
    # a secret that can't be parsed fails the pull before any registry is asked, so the text can't name another cause
    if findings.sent is Sent.MALFORMED and (refused or verdict.cause is Cause.CAUSE_NOT_REPORTED):
        return with_cause(verdict, Cause.PULL_SECRET_MALFORMED, Confidence.CONFIRMED)
    if not refused or verdict.cause in BY_TEXT_ALONE:
        return verdict
    if findings.sent in {Sent.NOT_APPLICABLE, Sent.UNREADABLE}:
        return verdict
    if names_identity(verdict, findings.refusal):
        return replace(verdict, confidence=Confidence.LIKELY, alternatives=())
    if another_host_answered(verdict, findings.refusal):
        return _of_another_host(verdict)
    return _of_secrets(verdict, findings, failure)


def _of_secrets(verdict: Verdict, findings: PullSecretFindings, failure: PullFailure) -> Verdict:
    reference = try_parse(failure.image)
    registry = reference.registry if reference else ""
    if findings.sent in EXPIRED:
        return _expired(verdict, findings.sent)
    if findings.sent is Sent.MATCHES:
        return _matching(verdict, findings, registry)
    return verdict if proves_a_login(verdict, findings.refusal) else _nothing_sent(verdict, findings, registry)


def _of_another_host(verdict: Verdict) -> Verdict:
    """What that host's answer says; the registry had let the pull in, so its secrets have no part in it."""
    if is_bare_401(verdict):
        return replace(verdict, confidence=Confidence.LIKELY)
    others = tuple(cause for cause in verdict.alternatives if cause not in _OF_A_LOGIN)
    return replace(verdict, confidence=Confidence.LIKELY, alternatives=others)


def _nothing_sent(verdict: Verdict, findings: PullSecretFindings, registry: str) -> Verdict:
    sent = findings.sent
    if sent in _MISSING:
        return with_cause(verdict, Cause.PULL_SECRET_MISSING, _MISSING[sent])
    if verdict.cause is Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE:
        # that nothing was sent doesn't prove which of both it is
        return replace(verdict, confidence=Confidence.LIKELY)
    if verdict.cause is Cause.FORBIDDEN:
        if is_bare_403(verdict) and vendor_of(registry) is Vendor.ECR and findings.node_may_log_in is not False:
            # it asks for a login by a 401: who got a 403 had logged in, with what the node has
            return replace(verdict, alternatives=(Cause.NO_CREDENTIALS,))
        return with_cause(verdict, Cause.NO_CREDENTIALS, Confidence.POSSIBLE, Cause.FORBIDDEN)
    if nodes_log_in(registry) and sent is Sent.NONE_NAMED and findings.node_may_log_in is not False:
        others = (Cause.NO_CREDENTIALS,) if denies_a_login(verdict) else (Cause.NO_CREDENTIALS, Cause.FORBIDDEN)
        return with_cause(verdict, Cause.CREDENTIAL_PROVIDER_FAILED, Confidence.POSSIBLE, *others)
    return with_cause(verdict, Cause.NO_CREDENTIALS, Confidence.CONFIRMED)


def _expired(verdict: Verdict, sent: Sent) -> Verdict:
    if denies_a_login(verdict):
        return _contradicted(verdict, Cause.EXPIRED_CREDENTIALS)
    sure = Confidence.CONFIRMED if sent is Sent.EXPIRED_BY_TOKEN else Confidence.LIKELY
    return with_cause(verdict, Cause.EXPIRED_CREDENTIALS, sure)


def _matching(verdict: Verdict, findings: PullSecretFindings, registry: str) -> Verdict:
    if denies_a_login(verdict):
        return _contradicted(verdict, Cause.BAD_CREDENTIALS)
    decided = _of_what_matches(verdict, findings, registry)
    if findings.logins and all(login.is_newer_than_error for login in findings.logins):
        # other credentials than were refused: the kubelet's next try tells
        return replace(decided, retryable=True)
    return decided


def _of_what_matches(verdict: Verdict, findings: PullSecretFindings, registry: str) -> Verdict:
    is_hopeless = bool(findings.logins) and all(login.is_hopeless for login in findings.logins)
    if verdict.cause is Cause.NO_CREDENTIALS:
        others = [Cause.FORBIDDEN] if vendor_of(registry) in _SAYS_401_FOR_403 else []
        return with_cause(verdict, Cause.BAD_CREDENTIALS, Confidence.LIKELY, *others)
    if verdict.cause is Cause.FORBIDDEN and is_hopeless:
        return with_cause(verdict, Cause.BAD_CREDENTIALS, Confidence.LIKELY, Cause.FORBIDDEN)
    if is_bare_403(verdict):
        left = [cause for cause in verdict.alternatives if cause is not Cause.NO_CREDENTIALS]
        return with_cause(verdict, Cause.FORBIDDEN, Confidence.LIKELY, *left)
    return verdict


def _contradicted(verdict: Verdict, other: Cause) -> Verdict:
    """The text says that nothing was sent, and a secret matches: it was made or put right after the last try."""
    return replace(with_cause(verdict, verdict.cause, Confidence.POSSIBLE, other), retryable=True)
