"""What a text that refuses a pull says of the login: whether one was sent, and whose."""

from __future__ import annotations

from kubectl_imagepull.evidence.pull_secret_findings import EXPIRED, Sent
from kubectl_imagepull.evidence.refusal import Refusal
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.vocabulary.causes import Cause

#: Causes under which the registry, or the kubelet before it, refused a pull for its credentials.
REFUSED = frozenset(
    {
        Cause.NO_CREDENTIALS,
        Cause.BAD_CREDENTIALS,
        Cause.EXPIRED_CREDENTIALS,
        Cause.FORBIDDEN,
        Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE,
        Cause.PULL_SECRET_MISSING,
        Cause.PULL_SECRET_MALFORMED,
        Cause.CREDENTIAL_PROVIDER_FAILED,
    }
)


#: Those that only a text can name: of the kubelet's log, or of its parser.
BY_TEXT_ALONE = frozenset({Cause.CREDENTIAL_PROVIDER_FAILED, Cause.PULL_SECRET_MALFORMED})


def denies_a_login(verdict: Verdict) -> bool:
    """Whether a text itself says that the pull was anonymous, rather than only that a login is wanted."""
    return verdict.cause is Cause.NO_CREDENTIALS and not verdict.alternatives


def is_bare_403(verdict: Verdict) -> bool:
    """Whether a text refuses and tells neither why nor whom."""
    return verdict.cause is Cause.FORBIDDEN and Cause.NO_CREDENTIALS in verdict.alternatives


def is_bare_401(verdict: Verdict) -> bool:
    """Whether a text says that a login is wanted, and not whether one was sent."""
    return verdict.cause is Cause.NO_CREDENTIALS and bool(verdict.alternatives)


def another_host_answered(verdict: Verdict, refusal: Refusal) -> bool:
    """Whether a blob store, CDN or mirror refused, and gave no reason: then no secret of the pod is in question."""
    is_bare = is_bare_401(verdict) or is_bare_403(verdict)
    return verdict.answered_by is not None and is_bare and not refusal.is_of_token_server


def names_identity(verdict: Verdict, refusal: Refusal) -> bool:
    """Whether a registry named who it is that may not pull: then it is about that identity."""
    return verdict.cause is Cause.FORBIDDEN and refusal.identity is not None


def proves_a_login(verdict: Verdict, refusal: Refusal) -> bool:
    """Whether a text proves that credentials were sent: where no secret has any, they were the node's own.

    A registry's own word for a refusal (`access forbidden`) proves nothing: it is said to nobody as well. Nor does a
    bearer token that is refused (`invalid_token`): it may have been given to anybody.
    """
    if verdict.cause is Cause.EXPIRED_CREDENTIALS or names_identity(verdict, refusal):
        return True
    if verdict.cause is Cause.BAD_CREDENTIALS:
        return not verdict.alternatives
    return (
        verdict.cause is Cause.FORBIDDEN and Cause.BAD_CREDENTIALS in verdict.alternatives and not is_bare_403(verdict)
    )


def blames_what_was_sent(verdict: Verdict, sent: Sent, refusal: Refusal) -> bool:
    """Whether the credentials that match are at fault, by the text or because a matching one got a bare 401."""
    if verdict.cause in {Cause.BAD_CREDENTIALS, Cause.EXPIRED_CREDENTIALS}:
        return True
    if verdict.cause not in REFUSED - BY_TEXT_ALONE or denies_a_login(verdict) or names_identity(verdict, refusal):
        return False
    return sent in EXPIRED or (sent is Sent.MATCHES and verdict.cause is Cause.NO_CREDENTIALS)
