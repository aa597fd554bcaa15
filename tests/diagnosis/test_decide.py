"""Text against evidence: the cause of a refused pull, by what the kubelet would have sent."""

from __future__ import annotations

from typing import Any

import pytest

from kubectl_imagepull.diagnosis.decide import decide
from kubectl_imagepull.evidence.login_faults import LoginFault
from kubectl_imagepull.evidence.pull_secret_findings import PullSecretFindings, Sent, SentLogin
from kubectl_imagepull.evidence.refusal import read_refusal
from kubectl_imagepull.evidence.refusing_texts import REFUSED
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.vocabulary.causes import Cause, Confidence, What

IMAGE = "registry.example.com/team/app:1.2.3"
ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1"
GOOGLE = "europe-docker.pkg.dev/p/r/app:1"
AZURE = "acme.azurecr.io/app:1"
RESOLVE = f'failed to pull and unpack image "{IMAGE}": failed to resolve image: '
DENIED = f"{RESOLVE}pull access denied, repository does not exist or may require authorization: "
HEAD = f"{RESOLVE}unexpected status from HEAD request to https://registry.example.com/v2/team/app/manifests/1.2.3: "
OAUTH = f"{RESOLVE}failed to authorize: failed to fetch oauth token: unexpected status from POST request to https://auth.example.com/token: "
TEXTS = {
    "401": f"{HEAD}401 Unauthorized",
    "403": f"{HEAD}403 Forbidden",
    "no basic auth": f"{DENIED}authorization failed: no basic auth credentials",
    "anonymous token": f"{RESOLVE}failed to authorize: failed to fetch anonymous token: unexpected status from GET request to "
    "https://auth.example.com/token?scope=x: 403 Forbidden",
    "insufficient scope": f"{DENIED}server message: insufficient_scope: authorization failed",
    "oauth 401": f"{OAUTH}401 Unauthorized",
    "oauth 403": f"{OAUTH}403 Forbidden",
    "expired": f"{HEAD}403 Forbidden\ndenied: Your authorization token has expired. Reauthenticate and try again.",
    "permission": f"{HEAD}403 Forbidden\ndenied: User: arn:aws:sts::123456789012:assumed-role/node/i-0abc is not authorized to "
    "perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-west-1:123456789012:repository/team/app",
    "invalid token": f"{DENIED}server message: invalid_token: authorization failed",
    "own word": "Error response from daemon: denied: access forbidden",
    "own word of Harbor": "Error response from daemon: unauthorized: unauthorized to access repository: shop/web, action: "
    "pull: unauthorized to access repository: shop/web, action: pull",
    "instance": f"{HEAD}403 Forbidden\ndenied: User UserId(ocid1.instance.oc1.phx.abc) not authorized",
    "artifact registry": f'{HEAD}403 Forbidden\ndenied: Permission "artifactregistry.repositories.downloadArtifacts" denied '
    'on resource "projects/p/locations/l/repositories/r" (or it may not exist)',
    "malformed": "illegal base64 data at input byte 12",
    "not found": f"{RESOLVE}{IMAGE}: not found",
    "rate limit": f"{HEAD}429 Too Many Requests",
    "DNS": f'{RESOLVE}failed to do request: Head "https://registry.example.com/v2/": dial tcp: lookup registry.example.com: no such host',
    "nothing": f'Back-off pulling image "{IMAGE}"',
    "unknown": "the moon is full",
}
C, L, P = Confidence.CONFIRMED, Confidence.LIKELY, Confidence.POSSIBLE
NO, BAD, EXPIRED, FORBIDDEN = (
    Cause.NO_CREDENTIALS,
    Cause.BAD_CREDENTIALS,
    Cause.EXPIRED_CREDENTIALS,
    Cause.FORBIDDEN,
)
PRIVATE, MISSING, MALFORMED = (
    Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE,
    Cause.PULL_SECRET_MISSING,
    Cause.PULL_SECRET_MALFORMED,
)
REFUSALS = ("401", "403", "no basic auth", "anonymous token", "insufficient scope")
LOGGED_IN = ("oauth 401", "oauth 403", "expired", "permission")


def decided(text: str, sent: Sent, image: str = IMAGE, **about: Any) -> Verdict:
    failure = PullFailure("shop", "web-1", "app", What.CONTAINER, image, "node-a", "ErrImagePull", (), None, {})
    findings = PullSecretFindings((), sent, (), refusal=read_refusal(TEXTS[text]), **about)
    return decide(classify(TEXTS[text], None, image), findings, failure)


def short(verdict: Verdict) -> tuple[Cause, Confidence, tuple[Cause, ...]]:
    return verdict.cause, verdict.confidence, verdict.alternatives


@pytest.mark.parametrize("text", REFUSALS)
def test_a_missing_secret_is_the_cause_where_nothing_else_matches(text: str) -> None:
    assert short(decided(text, Sent.NAMED_MISSING)) == (MISSING, C, ())
    assert short(decided(text, Sent.MISSING_BY_EVENT)) == (MISSING, L, ())


@pytest.mark.parametrize("text", [*REFUSALS, *LOGGED_IN, "malformed", "nothing"])
def test_a_malformed_secret_fails_the_pull_before_any_registry_is_asked(text: str) -> None:
    assert short(decided(text, Sent.MALFORMED)) == (MALFORMED, C, ())


@pytest.mark.parametrize("sent", [Sent.NONE_NAMED, Sent.NONE_FITS])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("401", (NO, C, ())),
        ("no basic auth", (NO, C, ())),
        ("anonymous token", (NO, C, ())),
        ("403", (NO, P, (FORBIDDEN,))),
        ("insufficient scope", (PRIVATE, L, ())),
        ("invalid token", (NO, C, ())),
        ("own word", (NO, P, (FORBIDDEN,))),
        ("own word of Harbor", (NO, P, (FORBIDDEN,))),
    ],
)
def test_nothing_was_sent(text: str, sent: Sent, expected: tuple[Cause, Confidence, tuple[Cause, ...]]) -> None:
    assert short(decided(text, sent)) == expected


@pytest.mark.parametrize("sent", [Sent.NONE_NAMED, Sent.NONE_FITS, Sent.NAMED_MISSING, Sent.MISSING_BY_EVENT])
@pytest.mark.parametrize("text", LOGGED_IN)
def test_a_login_that_the_text_proves_was_the_nodes_own(text: str, sent: Sent) -> None:
    assert decided(text, sent) == classify(TEXTS[text], None, IMAGE)


@pytest.mark.parametrize("text", ["401", "403", "insufficient scope", "oauth 401", "oauth 403", "expired"])
def test_a_matching_credential_has_expired(text: str) -> None:
    assert short(decided(text, Sent.EXPIRED_BY_TOKEN)) == (EXPIRED, C, ())
    assert short(decided(text, Sent.EXPIRED_BY_AGE)) == (EXPIRED, L, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("401", (BAD, L, ())),
        ("403", (FORBIDDEN, L, (EXPIRED,))),
        ("insufficient scope", (PRIVATE, L, ())),
        ("oauth 401", (BAD, L, ())),
        ("oauth 403", (FORBIDDEN, P, (BAD,))),
        ("expired", (EXPIRED, L, ())),
        ("permission", (FORBIDDEN, L, ())),
    ],
)
def test_a_matching_credential_was_refused(text: str, expected: tuple[Cause, Confidence, tuple[Cause, ...]]) -> None:
    assert short(decided(text, Sent.MATCHES)) == expected


@pytest.mark.parametrize("text", ["no basic auth", "anonymous token"])
def test_a_text_that_says_that_nothing_was_sent_is_older_than_what_matches(text: str) -> None:
    assert short(decided(text, Sent.MATCHES)) == (NO, P, (BAD,))
    assert short(decided(text, Sent.EXPIRED_BY_TOKEN)) == (NO, P, (EXPIRED,))


@pytest.mark.parametrize("sent", [Sent.EXPIRED_BY_TOKEN, Sent.EXPIRED_BY_AGE, Sent.MATCHES])
def test_a_permission_that_the_registry_names_stays_the_cause(sent: Sent) -> None:
    assert short(decided("permission", sent)) == (FORBIDDEN, L, ())


@pytest.mark.parametrize("text", sorted(TEXTS))
@pytest.mark.parametrize("sent", [Sent.UNREADABLE, Sent.NOT_APPLICABLE])
def test_what_could_not_be_looked_at_changes_nothing(text: str, sent: Sent) -> None:
    assert decided(text, sent) == classify(TEXTS[text], None, IMAGE)


def test_a_bare_status_is_only_possible_where_secrets_cannot_be_read() -> None:
    assert short(decided("401", Sent.UNREADABLE)) == (NO, P, (BAD,))
    assert short(decided("403", Sent.UNREADABLE)) == (FORBIDDEN, P, (NO, EXPIRED))


@pytest.mark.parametrize("text", ["not found", "rate limit", "DNS", "unknown"])
@pytest.mark.parametrize("sent", list(Sent))
def test_any_other_text_keeps_its_cause(text: str, sent: Sent) -> None:
    verdict = classify(TEXTS[text], None, IMAGE)
    assert verdict.cause not in REFUSED
    assert decided(text, sent) == verdict


@pytest.mark.parametrize("image", [ECR, GOOGLE, AZURE, "public.ecr.aws/x/y:1", "eu.gcr.io/p/app:1"])
def test_a_cloud_registry_got_nothing_from_the_nodes_provider(image: str) -> None:
    expected = (Cause.CREDENTIAL_PROVIDER_FAILED, P, (NO,))
    assert short(decided("no basic auth", Sent.NONE_NAMED, image)) == expected
    assert short(decided("anonymous token", Sent.NONE_NAMED, image)) == expected
    assert short(decided("401", Sent.NONE_NAMED, image)) == (Cause.CREDENTIAL_PROVIDER_FAILED, P, (NO, FORBIDDEN))
    assert short(decided("no basic auth", Sent.NONE_FITS, image)) == (NO, C, ())
    assert short(decided("no basic auth", Sent.NAMED_MISSING, image)) == (MISSING, C, ())


@pytest.mark.parametrize("image", ["k8s.gcr.io/pause:3.9", "azurecr.io.example.com/app:1", "notgcr.io/app:1", IMAGE])
def test_other_registries_wait_for_no_provider(image: str) -> None:
    assert short(decided("no basic auth", Sent.NONE_NAMED, image)) == (NO, C, ())


def test_ecr_says_403_only_to_somebody_who_is_logged_in() -> None:
    for sent in (Sent.NONE_NAMED, Sent.NONE_FITS):
        assert short(decided("403", sent, ECR)) == (FORBIDDEN, P, (NO,))
    assert short(decided("403", Sent.NONE_NAMED, GOOGLE)) == (NO, P, (FORBIDDEN,))


def test_azure_says_401_to_somebody_without_the_right() -> None:
    assert short(decided("401", Sent.MATCHES, AZURE)) == (BAD, L, (FORBIDDEN,))


def test_what_the_kubelets_log_or_parser_says_stands() -> None:
    provider = Verdict(Cause.CREDENTIAL_PROVIDER_FAILED, What.CONTAINER, L, retryable=False)
    failure = PullFailure("shop", "web-1", "app", What.CONTAINER, ECR, None, "ErrImagePull", (), None, {})
    for sent in set(Sent) - {Sent.MALFORMED}:
        assert decide(provider, PullSecretFindings((), sent, ()), failure) == provider
        assert short(decided("malformed", sent)) == (MALFORMED, L, ())


def test_details_and_retries_go_with_the_cause() -> None:
    failure = PullFailure("shop", "web-1", "app", What.CONTAINER, IMAGE, None, "ErrImagePull", (), None, {})
    verdict = Verdict(NO, What.CONTAINER, L, retryable=True, details={"stage": "dial"}, redacted="x", host="h")
    other = decide(verdict, PullSecretFindings((), Sent.NAMED_MISSING, ()), failure)
    assert (other.cause, other.retryable, other.details, other.redacted, other.host) == (MISSING, False, {}, "x", "h")
    same = decide(verdict, PullSecretFindings((), Sent.NONE_NAMED, ()), failure)
    assert (same.cause, same.retryable, same.details) == (NO, True, {"stage": "dial"})


@pytest.mark.parametrize("sent", sorted(set(Sent) - {Sent.MALFORMED, Sent.NOT_APPLICABLE, Sent.UNREADABLE}))
@pytest.mark.parametrize("text", ["permission", "instance", "artifact registry"])
def test_a_text_that_names_an_identity_is_about_that_identity(text: str, sent: Sent) -> None:
    assert short(decided(text, sent)) == (FORBIDDEN, L, ())


@pytest.mark.parametrize("text", ["own word", "own word of Harbor"])
def test_a_registrys_own_word_for_a_refusal_is_said_to_nobody_as_well(text: str) -> None:
    assert short(decided(text, Sent.NONE_NAMED)) == (NO, P, (FORBIDDEN,))
    assert short(decided(text, Sent.NAMED_MISSING)) == (MISSING, C, ())
    assert short(decided(text, Sent.EXPIRED_BY_TOKEN)) == (EXPIRED, C, ())
    assert short(decided(text, Sent.MATCHES)) == (FORBIDDEN, L, ())


def login(*faults: LoginFault, **about: Any) -> SentLogin:
    return SentLogin("regcred", "registry.example.com", faults, **about)


def test_a_login_that_can_be_seen_to_be_wrong_is_refused_for_that() -> None:
    lost = (login(LoginFault.DOLLAR_LOST),)
    assert short(decided("own word of Harbor", Sent.MATCHES, logins=lost)) == (BAD, L, (FORBIDDEN,))
    assert short(decided("403", Sent.MATCHES, logins=lost)) == (BAD, L, (FORBIDDEN,))
    assert short(decided("401", Sent.MATCHES, logins=lost)) == (BAD, L, ())
    assert short(decided("permission", Sent.MATCHES, logins=lost)) == (FORBIDDEN, L, ())
    # the other one may be good
    assert short(decided("own word of Harbor", Sent.MATCHES, logins=(*lost, login()))) == (FORBIDDEN, L, ())
    # a job's login was good while the job ran
    assert short(decided("own word", Sent.MATCHES, logins=(login(LoginFault.OF_JOB),))) == (FORBIDDEN, L, ())


def test_what_was_written_after_the_last_try_is_tried_by_itself() -> None:
    newer = (login(is_newer_than_error=True),)
    assert decided("401", Sent.MATCHES, logins=newer).retryable
    assert not decided("401", Sent.MATCHES, logins=(*newer, login())).retryable
    assert not decided("401", Sent.MATCHES, logins=()).retryable
    assert decided("no basic auth", Sent.MATCHES).retryable


@pytest.mark.parametrize("image", [ECR, GOOGLE, AZURE])
def test_a_node_of_another_cloud_has_no_provider_that_could_fail(image: str) -> None:
    assert short(decided("no basic auth", Sent.NONE_NAMED, image, node_may_log_in=False)) == (NO, C, ())
    assert short(decided("403", Sent.NONE_NAMED, image, node_may_log_in=False)) == (NO, P, (FORBIDDEN,))
    own = decided("no basic auth", Sent.NONE_NAMED, image, node_may_log_in=True)
    assert short(own) == (Cause.CREDENTIAL_PROVIDER_FAILED, P, (NO,))


BLOB = (
    f'failed to pull and unpack image "{IMAGE}": failed to copy: httpReadSeeker: failed open: unexpected status from GET '
    "request to https://cdn.example.net/blobs/sha256/ab: 403 Forbidden"
)
MIRROR = (
    f'failed to pull and unpack image "{IMAGE}": failed to resolve image: unexpected status from HEAD request to '
    "https://mirror.example.net/v2/team/app/manifests/1.2.3?ns=registry.example.com: 401 Unauthorized"
)
TOKEN = (
    f"initializing source docker://{IMAGE}: Requesting bearer token: received unexpected HTTP status: 403 Forbidden from "
    "https://auth.example.net/token?scope=x"
)


@pytest.mark.parametrize("sent", sorted(set(Sent) - {Sent.MALFORMED, Sent.NOT_APPLICABLE, Sent.UNREADABLE}))
def test_what_another_host_says_is_no_question_of_the_secret(sent: Sent) -> None:
    failure = PullFailure("shop", "web-1", "app", What.CONTAINER, IMAGE, "node-a", "ErrImagePull", (), None, {})
    for text, expected in ((BLOB, (FORBIDDEN, L, ())), (MIRROR, (NO, L, (BAD,)))):
        verdict = classify(text, None, IMAGE)
        assert verdict.answered_by
        assert short(decide(verdict, PullSecretFindings((), sent, (), refusal=read_refusal(text)), failure)) == expected


def test_a_token_servers_answer_is_the_registrys_own() -> None:
    verdict = classify(TOKEN, None, IMAGE)
    failure = PullFailure("shop", "web-1", "app", What.CONTAINER, IMAGE, "node-a", "ErrImagePull", (), None, {})
    assert (verdict.answered_by, verdict.cause) == ("auth.example.net", FORBIDDEN)
    findings = PullSecretFindings((), Sent.NONE_NAMED, (), refusal=read_refusal(TOKEN))
    assert short(decide(verdict, findings, failure)) == (NO, P, (FORBIDDEN,))


@pytest.mark.parametrize("image", ["quay.io/a/b:1", "harbor.example.com/a/b:1", "acme.jfrog.io/a/b:1", AZURE])
def test_some_registries_say_401_where_others_say_403(image: str) -> None:
    assert short(decided("401", Sent.MATCHES, image)) == (BAD, L, (FORBIDDEN,))
