"""What is known of an image -> what is foretold of it."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from kubectl_imagepull.evidence.docker_config import PullSecret, SecretState
from kubectl_imagepull.evidence.pull_secret_findings import PullSecretFindings, Sent, SentLogin
from kubectl_imagepull.preflight.forecasting import Known, foretell, read_place
from kubectl_imagepull.preflight.image_places import ImagePlace
from kubectl_imagepull.preflight.kubelet_view import KubeletView
from kubectl_imagepull.preflight.pull_forecast import Outcome, Pinning, PullForecast
from kubectl_imagepull.registry.image_answer import ImageAnswer, ImageState, LoginState, PullLimit, TagList
from kubectl_imagepull.vocabulary.causes import Cause, What
from kubectl_imagepull.vocabulary.image_reference import parse

IMAGE = "registry.test/team/app:1.2"
WILL, WONT, OPEN, UNASKED = Outcome.WILL_PULL, Outcome.WONT_PULL, Outcome.CANT_TELL, Outcome.NOT_ASKED
NONE = PullSecretFindings(sent=Sent.NONE_NAMED)
SENDS = PullSecretFindings(sent=Sent.MATCHES, secrets=("regcred",), logins=(SentLogin("regcred", "registry.test"),))
EXPIRED = PullSecretFindings(
    sent=Sent.EXPIRED_BY_TOKEN,
    secrets=("regcred",),
    logins=(SentLogin("regcred", "registry.test", ended=datetime(2026, 1, 1, tzinfo=timezone.utc)),),
)
REFUSED = ImageAnswer(ImageState.REFUSED, "authentication required", 401)


def forecast(
    answer: ImageAnswer | None,
    findings: PullSecretFindings | None = NONE,
    *,
    image: str = IMAGE,
    wanted: tuple[str, ...] = (),
    policy: str = "",
) -> PullForecast:
    place = ImagePlace(image, "container c", What.CONTAINER, policy=policy)
    secrets = None if findings is None else findings.secrets
    view = KubeletView("shop", "default", {}, secrets, findings, wanted)
    return foretell(Known(read_place(place), parse(image), view, answer, wanted))


def said(one: PullForecast) -> tuple[Outcome, Cause | None, str, str]:
    return one.outcome, one.cause, one.why, one.fix


# -- the name ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("image", "reference", "pinning", "policy"),
    [
        ("nginx", "docker.io/library/nginx:latest", Pinning.LATEST, "Always"),
        ("team/app:1.2", "docker.io/team/app:1.2", Pinning.TAG, "IfNotPresent"),
        (f"r.test/a@sha256:{'0' * 64}", f"r.test/a@sha256:{'0' * 64}", Pinning.DIGEST, "IfNotPresent"),
        (f"r.test/a:latest@sha256:{'0' * 64}", f"r.test/a:latest@sha256:{'0' * 64}", Pinning.DIGEST, "IfNotPresent"),
    ],
)
def test_how_a_name_is_read(image: str, reference: str, pinning: Pinning, policy: str) -> None:
    read = read_place(ImagePlace(image, "", What.CONTAINER))
    assert (read.outcome, read.reference, read.pinning, read.policy) == (UNASKED, reference, pinning, policy)


@pytest.mark.parametrize(
    ("image", "why", "fix"),
    [
        ("", "it is empty", "Correct the image's name"),
        (
            "https://r.test/app:1",
            "it starts with a scheme; an image reference has no http:// or https://",
            "Write r.test/app:1",
        ),
        (
            "r.test/App:1",
            "it has upper-case letters; a repository name is lower-case",
            "Write r.test/app:1",
        ),
        (
            "r.test/app:{{ .Values.tag }}",
            "it contains a template or variable that was never filled in",
            "Correct the image's name",
        ),
    ],
)
def test_an_invalid_name_is_never_pulled(image: str, why: str, fix: str) -> None:
    read = read_place(ImagePlace(image, "", What.CONTAINER))
    assert said(read) == (WONT, Cause.INVALID_REFERENCE, f"the name is no valid reference: {why}", fix)


def test_what_else_a_name_says() -> None:
    assert read_place(ImagePlace("nginx", "", What.CONTAINER)).notes == (
        "no tag is written, so latest is asked for: another image tomorrow",
    )
    assert read_place(ImagePlace("k8s.gcr.io/pause:3.9", "", What.CONTAINER)).notes == (
        "k8s.gcr.io has been frozen since April 2023: the same images are at registry.k8s.io, newer ones only there.",
    )


# -- the registry's answer -----------------------------------------------------------------------------------------


def test_what_anybody_may_pull() -> None:
    there = ImageAnswer(ImageState.FOUND, platforms=("linux/amd64", "linux/arm64/v8"))
    assert said(forecast(there)) == (WILL, None, "anybody may pull it", "")
    assert said(forecast(there, SENDS))[2] == (
        "anybody may pull it; a login is sent all the same (secret regcred), and a bad one would be refused"
    )
    assert forecast(there, wanted=("linux/arm64", "linux/amd64")).outcome is WILL


def test_platforms() -> None:
    there = ImageAnswer(ImageState.FOUND, platforms=("linux/amd64",))
    assert said(forecast(there, wanted=("linux/arm64",))) == (
        WONT,
        Cause.PLATFORM_MISMATCH,
        "it is for linux/amd64, and has to be for linux/arm64",
        "Build it for linux/arm64, or run it on nodes with linux/amd64",
    )
    assert said(forecast(there, wanted=("linux/amd64", "linux/arm64"))) == (
        OPEN,
        Cause.PLATFORM_MISMATCH,
        "it depends on the node: it is for linux/amd64, and not for linux/arm64",
        "Build it for linux/arm64, or keep the pods off such nodes with a nodeSelector",
    )
    unread = ImageAnswer(ImageState.FOUND, platforms_unread="only 7 pulls are left, and a look at them takes one")
    assert forecast(unread, wanted=("linux/arm64",)).notes == (
        "its platforms were not looked at: only 7 pulls are left, and a look at them takes one",
    )


def test_a_missing_tag_and_what_is_there() -> None:
    tags = TagList(("1.1", "1.3", "v1.2"), complete=True)
    missing = ImageAnswer(ImageState.TAG_MISSING, status=404, code="MANIFEST_UNKNOWN", tags=tags)
    assert said(forecast(missing)) == (
        WONT,
        Cause.TAG_NOT_FOUND,
        "registry.test/team/app has no tag 1.2",
        "Name v1.2, which exists",
    )
    assert forecast(missing, image="registry.test/team/app:1.9").fix == "Name a tag that exists: v1.2, 1.1 and 1.3"
    empty = ImageAnswer(ImageState.TAG_MISSING, tags=TagList((), complete=True))
    assert forecast(empty).fix == "Push it: the repository has no tags at all"
    digest = f"registry.test/team/app@sha256:{'0' * 64}"
    assert forecast(missing, image=digest).why == f"registry.test/team/app has no digest sha256:{'0' * 64}"
    gone = ImageAnswer(ImageState.TAG_MISSING, code="TAG_EXPIRED")
    assert forecast(gone).why == ("registry.test/team/app has no tag 1.2: it was there, and was deleted or has expired")


@pytest.mark.parametrize(
    ("answer", "outcome", "cause", "why"),
    [
        (
            ImageAnswer(ImageState.REPOSITORY_MISSING),
            WONT,
            Cause.REPOSITORY_NOT_FOUND,
            "registry.test has no repository team/app",
        ),
        (ImageAnswer(ImageState.MISSING), WONT, Cause.TAG_NOT_FOUND, "registry.test has no team/app with tag 1.2"),
        (ImageAnswer(ImageState.BLOCKED, "no plan"), WONT, Cause.REGISTRY_BLOCKED, "registry.test refuses it: no plan"),
        (
            ImageAnswer(ImageState.NO_IMAGE, "application/vnd.cncf.helm.config.v1+json"),
            WONT,
            Cause.UNSUPPORTED_MANIFEST,
            "what is there is no container image but application/vnd.cncf.helm.config.v1+json",
        ),
        (
            ImageAnswer(ImageState.CORRUPT, "it answers with x"),
            WONT,
            Cause.CORRUPT_CONTENT,
            "what registry.test sends is not what its digest promises: it answers with x",
        ),
        (
            ImageAnswer(ImageState.RATE_LIMITED, "too many"),
            OPEN,
            Cause.RATE_LIMITED,
            "registry.test limits requests from here: too many",
        ),
        (
            ImageAnswer(ImageState.UNANSWERED, "connection refused"),
            OPEN,
            None,
            "registry.test gave no answer from here: connection refused",
        ),
    ],
)
def test_other_answers(answer: ImageAnswer, outcome: Outcome, cause: Cause | None, why: str) -> None:
    assert said(forecast(answer))[:3] == (outcome, cause, why)


def test_a_private_address_says_how_to_ask_it() -> None:
    answer = ImageAnswer(ImageState.NOT_ASKED, "it is at a private address, 10.0.0.5", is_private=True)
    assert said(forecast(answer)) == (
        OPEN,
        None,
        "registry.test was not asked: it is at a private address, 10.0.0.5",
        "--probe-allow registry.test asks it",
    )
    realm = ImageAnswer(ImageState.NOT_ASKED, "its token server, https://evil.test, doesn't belong to registry.test")
    assert forecast(realm).fix == ""


# -- refused -------------------------------------------------------------------------------------------------------


def test_a_login_that_was_tried() -> None:
    wrong = ImageAnswer(
        ImageState.REFUSED, "unauthorized", 401, login="secret regcred", login_state=LoginState.REFUSED, anonymous=False
    )
    assert said(forecast(wrong, SENDS)) == (
        WONT,
        Cause.BAD_CREDENTIALS,
        "registry.test refuses secret regcred: its user or password is wrong, or has ended (unauthorized)",
        "Renew secret regcred",
    )
    no_right = ImageAnswer(
        ImageState.REFUSED, "denied", 403, login="secret regcred", login_state=LoginState.ACCEPTED, anonymous=False
    )
    assert said(forecast(no_right, SENDS))[:3] == (
        WONT,
        Cause.FORBIDDEN,
        "registry.test takes secret regcred, which may not pull team/app, or it isn't there (denied)",
    )
    good = ImageAnswer(ImageState.FOUND, login="secret regcred", login_state=LoginState.ACCEPTED, anonymous=False)
    assert said(forecast(good, SENDS)) == (WILL, None, "secret regcred may pull it", "")


REFUSES = "registry.test refuses it to anybody without a login (authentication required)"


@pytest.mark.parametrize(
    ("findings", "outcome", "cause", "why", "fix"),
    [
        (
            NONE,
            WONT,
            Cause.NO_CREDENTIALS,
            f"{REFUSES}, and none is named: it is private, or isn't there",
            "Make a pull secret for registry.test and name it in service account default, if the name is right",
        ),
        (
            PullSecretFindings(sent=Sent.NONE_FITS, secrets=("other",)),
            WONT,
            Cause.NO_CREDENTIALS,
            f"{REFUSES}, and none of its pull secrets (other) fits: it is private, or isn't there",
            "Make a pull secret for registry.test and name it in service account default, if the name is right",
        ),
        (
            PullSecretFindings(sent=Sent.NAMED_MISSING, secrets=("gone",)),
            WONT,
            Cause.PULL_SECRET_MISSING,
            f"{REFUSES}, and secret gone doesn't exist",
            "Make secret gone in namespace shop",
        ),
        (
            SENDS,
            OPEN,
            None,
            f"{REFUSES}; secret regcred would be sent, and was not tried",
            "--probe-with-secrets tries it",
        ),
        (
            EXPIRED,
            WONT,
            Cause.EXPIRED_CREDENTIALS,
            "secret regcred would be sent, and has expired",
            "Renew secret regcred",
        ),
        (
            PullSecretFindings(sent=Sent.UNREADABLE, secrets=None),
            OPEN,
            Cause.NO_CREDENTIALS,
            f"{REFUSES}; which login the kubelet would send was not looked at",
            "",
        ),
        (None, OPEN, Cause.NO_CREDENTIALS, f"{REFUSES}; which login the kubelet would send was not looked at", ""),
    ],
)
def test_a_login_is_wanted(
    findings: PullSecretFindings | None, outcome: Outcome, cause: Cause | None, why: str, fix: str
) -> None:
    assert said(forecast(REFUSED, findings)) == (outcome, cause, why, fix)


def test_nodes_of_a_cloud_log_in_by_themselves() -> None:
    image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1"
    one = forecast(REFUSED, image=image)
    assert (one.outcome, one.cause) == (OPEN, Cause.NO_CREDENTIALS)
    assert one.why.endswith("; no pull secret fits, and whether the nodes may pull is up to Amazon ECR")


def test_what_the_users_own_login_may_pull_the_kubelet_may_not() -> None:
    own = ImageAnswer(
        ImageState.FOUND, login="your docker login", login_state=LoginState.ACCEPTED, anonymous=False, own_login=True
    )
    assert said(forecast(own))[:2] == (WONT, Cause.NO_CREDENTIALS)
    assert said(forecast(own, SENDS)) == (
        OPEN,
        None,
        "it is private, and your docker login may pull it; secret regcred would be sent, and was not tried",
        "--probe-with-secrets tries it",
    )


# -- without a registry --------------------------------------------------------------------------------------------


def test_nobody_was_to_be_asked() -> None:
    assert said(forecast(None)) == (UNASKED, None, "the name is valid; no registry was asked", "")
    assert forecast(None, SENDS).why == "the name is valid; no registry was asked, and secret regcred would be sent"
    assert said(forecast(None, EXPIRED))[:2] == (WONT, Cause.EXPIRED_CREDENTIALS)
    read = (PullSecret("good", SecretState.USED), PullSecret("bad", SecretState.MALFORMED))
    malformed = PullSecretFindings(sent=Sent.MALFORMED, secrets=("good", "bad"), pull_secrets=read)
    assert said(forecast(None, malformed)) == (
        WONT,
        Cause.PULL_SECRET_MALFORMED,
        "a pull secret can't be read (bad), and the kubelet then doesn't pull at all",
        "Recreate the pull secret",
    )
    never = forecast(ImageAnswer(ImageState.FOUND), policy="Never")
    assert said(never)[:2] == (OPEN, Cause.NEVER_PULL)


def test_notes() -> None:
    limit = ImageAnswer(ImageState.FOUND, limit=PullLimit(100, 7, 21600, "1.2.3.4"))
    missing = PullSecretFindings(sent=Sent.NAMED_MISSING, secrets=("gone",))
    assert forecast(limit, missing).notes == (
        "secret gone is not in namespace shop",
        "7 of 100 pulls are left from here",
    )
