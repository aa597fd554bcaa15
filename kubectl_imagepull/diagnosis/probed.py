"""A diagnosis, and what the registry said when it was asked -> the diagnosis set right by that.

The answer decides where it can't be otherwise for a node: a tag that nobody finds, a login that the registry refuses.
Where it contradicts the text, the text was true when the node pulled: something has changed since, and the kubelet's
next try will show.
"""

from __future__ import annotations

from dataclasses import replace

from kubectl_imagepull.diagnosis.report import Diagnosis
from kubectl_imagepull.diagnosis.root_causes import scope_key
from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.pull_secret_findings import EXPIRED, Sent
from kubectl_imagepull.evidence.registry_probe import look_at_answer
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.registry.image_answer import ImageAnswer, ImageState, LoginState
from kubectl_imagepull.vocabulary.causes import Cause, Confidence
from kubectl_imagepull.vocabulary.image_reference import try_parse

_UNDECIDED = frozenset({Cause.UNKNOWN, Cause.CAUSE_NOT_REPORTED})
#: What a text says of an image that isn't there, or that the registry doesn't show.
_ABSENT = frozenset({Cause.TAG_NOT_FOUND, Cause.REPOSITORY_NOT_FOUND, Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE})
#: What a text says of a login.
_OF_LOGIN = frozenset(
    {Cause.NO_CREDENTIALS, Cause.BAD_CREDENTIALS, Cause.EXPIRED_CREDENTIALS, Cause.FORBIDDEN}
    | {Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE}
)
_SENDS = EXPIRED | {Sent.MATCHES}
#: What the registry says in answer to the same request: the cause, if the text leaves it open or says the same.
_STATES = {
    ImageState.TAG_MISSING: Cause.TAG_NOT_FOUND,
    ImageState.REPOSITORY_MISSING: Cause.REPOSITORY_NOT_FOUND,
    ImageState.NO_IMAGE: Cause.UNSUPPORTED_MANIFEST,
    ImageState.CORRUPT: Cause.CORRUPT_CONTENT,
    ImageState.BLOCKED: Cause.REGISTRY_BLOCKED,
}


def with_answer(diagnosis: Diagnosis, answer: ImageAnswer) -> Diagnosis:
    """The diagnosis with what the registry said, and set right by it."""
    image = try_parse(diagnosis.failure.image)
    if image is None:
        return diagnosis
    evidence = look_at_answer(image, answer, diagnosis.platforms.node)
    diagnosis = replace(diagnosis, evidence=(*evidence, *_left(diagnosis, answer, evidence)))
    if not answer.tells:
        return diagnosis
    if answer.state is ImageState.FOUND:
        return _there(diagnosis, answer)
    if answer.state is ImageState.REFUSED:
        return _refused(diagnosis, answer)
    return _not_there(diagnosis, answer)


def _left(diagnosis: Diagnosis, answer: ImageAnswer, found: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """The other evidence, without what the registry's own list of tags makes void."""
    listed = {item.check for item in found} & {Check.KNOWN_TAGS, Check.NEAR_NAME}
    complete = answer.tags is not None and answer.tags.complete
    if not complete or not listed:
        return diagnosis.evidence
    return tuple(
        item
        for item in diagnosis.evidence
        if item.check is not Check.KNOWN_TAGS and not (item.check is Check.NEAR_NAME and item.about == "tag")
    )


# -- it is there ---------------------------------------------------------------------------------------------------


def _there(diagnosis: Diagnosis, answer: ImageAnswer) -> Diagnosis:
    cause, sent = diagnosis.cause, diagnosis.findings.sent
    if cause is Cause.PLATFORM_MISMATCH:
        return _platforms(diagnosis, answer)
    if answer.own_login:
        return _private(diagnosis)
    if cause in _OF_LOGIN and answer.anonymous and sent in _SENDS:
        # what anybody gets was refused to a login
        blamed = Cause.EXPIRED_CREDENTIALS if sent in EXPIRED else Cause.BAD_CREDENTIALS
        return _decided(diagnosis, blamed, Confidence.CONFIRMED)
    if cause in _ABSENT | _OF_LOGIN:
        return _changed_since(diagnosis)
    return diagnosis


def _private(diagnosis: Diagnosis) -> Diagnosis:
    """The user's own login finds it: it exists, and the pods' login is what is left to blame."""
    if diagnosis.cause is not Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE:
        return diagnosis
    sent = diagnosis.findings.sent
    if sent in {Sent.NONE_NAMED, Sent.NONE_FITS}:
        return _decided(diagnosis, Cause.NO_CREDENTIALS, Confidence.CONFIRMED)
    return _decided(diagnosis, Cause.FORBIDDEN, Confidence.LIKELY) if sent is Sent.MATCHES else diagnosis


def _platforms(diagnosis: Diagnosis, answer: ImageAnswer) -> Diagnosis:
    node = diagnosis.platforms.node or diagnosis.platforms.wanted
    if not answer.platforms or not node:
        return diagnosis
    offered = tuple("/".join(platform.split("/")[:2]) for platform in answer.platforms)
    if "/".join(node.split("/")[:2]) in offered:
        return _changed_since(diagnosis)
    platforms = replace(diagnosis.platforms, of_image=tuple(dict.fromkeys(offered)))
    return replace(diagnosis, platforms=platforms, confidence=Confidence.CONFIRMED)


def _changed_since(diagnosis: Diagnosis) -> Diagnosis:
    """The registry has it now, for who asked: what the text says was so when the node tried."""
    text = (
        "the text is from the node's last try, and the registry has the image now: pushed or opened since, and the "
        "kubelet will find it at its next try, unless the node is answered otherwise than this machine"
    )
    host = diagnosis.host or ""
    evidence = (Evidence(Check.REGISTRY_PROBE, Result.INFO, text, host), *diagnosis.evidence)
    details = dict(diagnosis.details)
    if "repositoryVerified" in details:
        details["repositoryVerified"] = True
    return replace(
        diagnosis, confidence=Confidence.POSSIBLE, retryable=True, there_now=True, details=details, evidence=evidence
    )


# -- it is refused, or isn't there ---------------------------------------------------------------------------------


def _refused(diagnosis: Diagnosis, answer: ImageAnswer) -> Diagnosis:
    cause = diagnosis.cause
    if cause not in _OF_LOGIN or answer.own_login:
        return diagnosis
    if answer.login_state is LoginState.REFUSED:
        blamed = cause if cause is Cause.EXPIRED_CREDENTIALS else Cause.BAD_CREDENTIALS
        return _decided(diagnosis, blamed, Confidence.CONFIRMED)
    if answer.login_state is LoginState.ACCEPTED:
        if cause is Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE:
            return diagnosis  # whether it is there, a registry that hides that doesn't tell
        return _decided(diagnosis, Cause.FORBIDDEN, Confidence.CONFIRMED)
    if cause is Cause.NO_CREDENTIALS and answer.anonymous and diagnosis.findings.sent not in _SENDS:
        return replace(diagnosis, confidence=Confidence.CONFIRMED, alternatives=())
    return diagnosis


def _not_there(diagnosis: Diagnosis, answer: ImageAnswer) -> Diagnosis:
    cause, said = diagnosis.cause, _STATES.get(answer.state)
    if answer.state is ImageState.MISSING:
        same = cause is Cause.TAG_NOT_FOUND
        return replace(diagnosis, confidence=Confidence.CONFIRMED, alternatives=()) if same else diagnosis
    if said is None:
        return diagnosis
    if cause in _ABSENT and said in {Cause.TAG_NOT_FOUND, Cause.REPOSITORY_NOT_FOUND}:
        return _decided(diagnosis, said, Confidence.CONFIRMED)
    if cause is said:
        return replace(diagnosis, confidence=Confidence.CONFIRMED, alternatives=())
    # nothing else speaks: what stands in the way of this machine may stand in the node's
    return _decided(diagnosis, said, Confidence.LIKELY) if cause in _UNDECIDED else diagnosis


def _decided(diagnosis: Diagnosis, cause: Cause, confidence: Confidence) -> Diagnosis:
    same = cause is diagnosis.cause
    details = dict(diagnosis.details) if same else {}
    if cause is Cause.TAG_NOT_FOUND:
        details["repositoryVerified"] = True
    verdict = Verdict(
        cause,
        diagnosis.failure.what,
        confidence,
        diagnosis.retryable if same else cause.entry.retryable,
        host=diagnosis.host,
        mentions=diagnosis.mentions,
    )
    findings = diagnosis.findings
    key = scope_key(diagnosis.failure, verdict, findings.secrets, sends=bool(findings.logins))
    return replace(
        diagnosis,
        cause=cause,
        confidence=confidence,
        retryable=verdict.retryable,
        alternatives=(),
        details=details,
        key=key,
    )
