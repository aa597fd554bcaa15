"""A diagnosis, set right by what the registry said when it was asked."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from clusters import BACK_OFF, IMAGE, NOT_FOUND, cluster, pod, waiting

from kubectl_imagepull.diagnosis.diagnose import diagnose_all
from kubectl_imagepull.diagnosis.probed import with_answer
from kubectl_imagepull.diagnosis.report import Diagnosis
from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.fixes.ranking import with_fixes
from kubectl_imagepull.registry.image_answer import ImageAnswer, ImageState, LoginState, PullLimit, TagList
from kubectl_imagepull.vocabulary.causes import Cause, Confidence

HEAD = (
    f'failed to pull and unpack image "{IMAGE}": failed to resolve image: unexpected status from HEAD request to '
    "https://registry.example.com/v2/team/app/manifests/1.2.3: "
)
TEXTS = {
    "not found": NOT_FOUND,
    "401": f"{HEAD}401 Unauthorized",
    "403": f"{HEAD}403 Forbidden",
    "private": f'failed to pull and unpack image "{IMAGE}": failed to resolve image: pull access denied, repository does '
    "not exist or may require authorization: server message: insufficient_scope: authorization failed",
    "platform": f'failed to pull and unpack image "{IMAGE}": no match for platform in manifest: not found',
    "refused": f'failed to pull and unpack image "{IMAGE}": failed to resolve image: failed to do request: Head '
    '"https://registry.example.com/v2/team/app/manifests/1.2.3": dial tcp 10.0.0.1:443: connect: connection refused',
    "nothing": None,
}
FOUND = ImageAnswer(ImageState.FOUND, status=200)
REFUSED = ImageAnswer(ImageState.REFUSED, "authentication required", 401)
TAG = ImageAnswer(ImageState.TAG_MISSING, status=404, tags=TagList(("1.2.2", "v1.2.3", "2.0"), complete=True))
REPOSITORY = ImageAnswer(ImageState.REPOSITORY_MISSING, status=404)
SECRET = {"login": "secret regcred", "anonymous": False}
WORKS = ImageAnswer(ImageState.FOUND, login_state=LoginState.ACCEPTED, **SECRET)
WRONG = ImageAnswer(ImageState.REFUSED, "unauthorized", 401, login_state=LoginState.REFUSED, **SECRET)
NO_RIGHT = ImageAnswer(ImageState.REFUSED, "denied", 403, login_state=LoginState.ACCEPTED, **SECRET)
OWN = ImageAnswer(
    ImageState.FOUND, login="your docker login", login_state=LoginState.ACCEPTED, anonymous=False, own_login=True
)


def diagnosed(text: str, *, secret: bool = False) -> Diagnosis:
    """A pod that fails with a text; with a pull secret that fits, or none."""
    message = f"{BACK_OFF}: ErrImagePull: {TEXTS[text]}" if TEXTS[text] else BACK_OFF
    objects: list[dict[str, Any]] = []
    spec: dict[str, Any] = {}
    if secret:
        auths = {"registry.example.com": {"auth": b64encode(b"joe:pw").decode()}}
        data = {".dockerconfigjson": b64encode(json.dumps({"auths": auths}).encode()).decode()}
        kind = "kubernetes.io/dockerconfigjson"
        objects = [{"kind": "Secret", "metadata": {"name": "regcred", "namespace": "shop"}, "type": kind, "data": data}]
        spec = {"imagePullSecrets": [{"name": "regcred"}]}
    failing = pod(statuses={"app": waiting("ImagePullBackOff", message)}, spec=spec)
    snapshot = cluster([failing], Node=[node("node-a", "arm64")], Secret=objects)
    (diagnosis,) = diagnose_all(snapshot, lambda *_: True)
    return diagnosis


def node(name: str, machine: str) -> dict[str, Any]:
    info = {"operatingSystem": "linux", "architecture": machine}
    return {"kind": "Node", "metadata": {"name": name}, "status": {"nodeInfo": info}}


C, L, P = Confidence.CONFIRMED, Confidence.LIKELY, Confidence.POSSIBLE
TAG_NOT_FOUND, ABSENT, PRIVATE = (
    Cause.TAG_NOT_FOUND,
    Cause.REPOSITORY_NOT_FOUND,
    Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE,
)
NO, BAD, FORBIDDEN = Cause.NO_CREDENTIALS, Cause.BAD_CREDENTIALS, Cause.FORBIDDEN


@pytest.mark.parametrize(
    ("text", "secret", "answer", "cause", "confidence"),
    [
        # it isn't there
        ("not found", False, TAG, TAG_NOT_FOUND, C),
        ("not found", False, REPOSITORY, ABSENT, C),
        ("not found", False, ImageAnswer(ImageState.MISSING), TAG_NOT_FOUND, C),
        ("private", False, TAG, TAG_NOT_FOUND, C),
        ("private", False, REPOSITORY, ABSENT, C),
        ("nothing", False, TAG, TAG_NOT_FOUND, L),
        ("nothing", False, REPOSITORY, ABSENT, L),
        # a text that names another cause is not overruled by what this machine was told
        ("401", False, TAG, NO, C),
        ("refused", False, TAG, Cause.CONNECTION_REFUSED, L),
        ("refused", False, FOUND, Cause.CONNECTION_REFUSED, L),
        # it is refused
        ("401", False, REFUSED, NO, C),
        ("403", False, REFUSED, NO, C),
        ("private", False, REFUSED, PRIVATE, L),
        ("401", True, WRONG, BAD, C),
        ("private", True, WRONG, BAD, C),
        ("403", True, WRONG, BAD, C),
        ("401", True, NO_RIGHT, FORBIDDEN, C),
        ("403", True, NO_RIGHT, FORBIDDEN, C),
        ("private", True, NO_RIGHT, PRIVATE, L),
        # anybody gets it, and a login was refused: the login is to blame
        ("401", True, FOUND, BAD, C),
        ("private", True, FOUND, BAD, C),
        # whose own login finds it knows that it exists
        ("private", False, OWN, NO, C),
        ("private", True, OWN, FORBIDDEN, L),
        ("not found", False, OWN, TAG_NOT_FOUND, L),
        # what is there now wasn't, or wasn't open
        ("not found", False, FOUND, TAG_NOT_FOUND, P),
        ("401", False, FOUND, NO, P),
        ("401", True, WORKS, BAD, P),
        ("nothing", False, FOUND, Cause.CAUSE_NOT_REPORTED, None),
        # platforms
        ("platform", False, ImageAnswer(ImageState.FOUND, platforms=("linux/amd64",)), Cause.PLATFORM_MISMATCH, C),
        ("platform", False, ImageAnswer(ImageState.FOUND, platforms=("linux/arm64/v8",)), Cause.PLATFORM_MISMATCH, P),
        # nothing was learned
        ("not found", False, ImageAnswer(ImageState.UNANSWERED, "connection refused"), TAG_NOT_FOUND, None),
        ("not found", False, ImageAnswer(ImageState.NOT_ASKED, "it is private"), TAG_NOT_FOUND, None),
        ("not found", False, ImageAnswer(ImageState.RATE_LIMITED, "too many", 429), TAG_NOT_FOUND, None),
        # no image, or a broken one
        ("nothing", False, ImageAnswer(ImageState.NO_IMAGE, "application/x"), Cause.UNSUPPORTED_MANIFEST, L),
        ("nothing", False, ImageAnswer(ImageState.CORRUPT, "other digest"), Cause.CORRUPT_CONTENT, L),
    ],
)
def test_text_against_answer(
    text: str, *, secret: bool, answer: ImageAnswer, cause: Cause, confidence: Confidence | None
) -> None:
    before = diagnosed(text, secret=secret)
    after = with_answer(before, answer)
    assert (after.cause, after.confidence) == (cause, confidence or before.confidence)
    contradicted = confidence is P
    assert after.there_now is contradicted
    assert after.retryable is (contradicted or after.cause.entry.retryable)


def probe_evidence(diagnosis: Diagnosis) -> list[tuple[Check, Result, str]]:
    checks = {Check.REGISTRY_PROBE, Check.KNOWN_TAGS, Check.NEAR_NAME}
    return [(one.check, one.result, one.text) for one in diagnosis.evidence if one.check in checks]


def test_a_missing_tag_is_confirmed_and_the_nearest_is_the_first_fix() -> None:
    after = with_answer(diagnosed("not found"), TAG)
    assert probe_evidence(after) == [
        (
            Check.REGISTRY_PROBE,
            Result.BAD,
            "asked from here and not from the node, registry.example.com has team/app, and no tag 1.2.3 of it",
        ),
        (
            Check.KNOWN_TAGS,
            Result.INFO,
            "registry.example.com/team/app has 3 tags; nearest to it are v1.2.3 and 1.2.2; the newest is 2.0",
        ),
        (Check.NEAR_NAME, Result.INFO, "tag 1.2.3 is near to v1.2.3, which registry.example.com has"),
    ]
    assert after.details["repositoryVerified"] is True
    (fixed,) = with_fixes([after])
    assert fixed.fixes[0].text == (
        "registry.example.com/team/app:1.2.3 looks like a typo for registry.example.com/team/app:v1.2.3: use that one."
    )
    assert "registry.example.com/team/app:v1.2.3" in str(fixed.fixes[0].commands[0])


def test_without_a_near_one_the_fix_names_a_tag_that_exists() -> None:
    tags = TagList(("1.2.1", "1.2.2", "latest"), complete=True)
    after = with_answer(diagnosed("not found"), ImageAnswer(ImageState.TAG_MISSING, tags=tags))
    (fixed,) = with_fixes([after])
    assert fixed.short_fix == "Use tag 1.2.2, which exists"
    assert "registry.example.com/team/app:1.2.2" in str(fixed.fixes[0].commands[0])
    assert not fixed.fixes[0].placeholders


def test_what_only_the_cluster_knew_gives_way_to_the_registrys_whole_list() -> None:
    gone = Evidence(Check.KNOWN_TAGS, Result.INFO, "1.2.0 runs", "x", ("registry.example.com/team/app:1.2.0",))
    before = diagnosed("not found")
    before = type(before)(**{**vars(before), "evidence": (*before.evidence, gone)})
    assert gone not in with_answer(before, TAG).evidence
    partly = ImageAnswer(ImageState.TAG_MISSING, tags=TagList(("1.2.2",), complete=False))
    assert gone in with_answer(before, partly).evidence


def test_a_contradiction_says_so_and_waits() -> None:
    after = with_answer(diagnosed("not found"), FOUND)
    assert probe_evidence(after)[0] == (
        Check.REGISTRY_PROBE,
        Result.INFO,
        "the text is from the node's last try, and the registry has the image now: pushed or opened since, and the "
        "kubelet will find it at its next try, unless the node is answered otherwise than this machine",
    )
    (fixed,) = with_fixes([after])
    assert fixed.short_fix == "Wait: the registry has the image now"
    # nothing is to be pushed or named otherwise
    assert len(fixed.fixes) == 1
    assert after.details["repositoryVerified"] is True


def test_the_limit_is_told() -> None:
    limited = ImageAnswer(
        ImageState.RATE_LIMITED, "too many", 429, limit=PullLimit(100, 0, 21600, "1.2.3.4"), retry_after=900.0
    )
    assert probe_evidence(with_answer(diagnosed("not found"), limited)) == [
        (
            Check.REGISTRY_PROBE,
            Result.SKIPPED,
            "registry.example.com was asked from here, without success: too many",
        ),
        (
            Check.REGISTRY_PROBE,
            Result.INFO,
            "from here registry.example.com allows 100 pulls in 6 h, counted for 1.2.3.4, and 0 are left; ask again in 15 min",
        ),
    ]


def test_what_a_login_may_do_is_told() -> None:
    answer = ImageAnswer(ImageState.REFUSED, "denied", 401, login_state=LoginState.ACCEPTED, granted=(), **SECRET)
    assert probe_evidence(with_answer(diagnosed("401", secret=True), answer)) == [
        (
            Check.REGISTRY_PROBE,
            Result.BAD,
            "asked from here and not from the node, registry.example.com refuses team/app, though it takes secret "
            "regcred, whose token allows nothing: denied",
        )
    ]


def test_platforms_are_told_and_held_against_the_nodes() -> None:
    after = with_answer(diagnosed("platform"), ImageAnswer(ImageState.FOUND, platforms=("linux/amd64",)))
    assert probe_evidence(after)[1] == (Check.REGISTRY_PROBE, Result.BAD, "it is for linux/amd64")
    assert after.platforms.of_image == ("linux/amd64",)
