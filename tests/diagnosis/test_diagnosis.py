"""Failure -> diagnosis: which text decides, how sure, what it is grouped by."""

import pytest
from clusters import BACK_OFF, IMAGE, NOT_FOUND, at, cluster, failed, pod, waiting

from kubectl_imagepull.diagnosis.report import Diagnosis
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.runs.examine import report_on
from kubectl_imagepull.vocabulary.causes import Cause, Confidence


def diagnosed(pods: list[JsonObject], events: list[JsonObject] | None = None) -> tuple[Diagnosis, ...]:
    return report_on(cluster(pods, events), 0.0).diagnoses


def backing_off(text: str, reason: str = "ImagePullBackOff", **about: object) -> JsonObject:
    return pod(statuses={"app": waiting(reason, text)}, **about)  # type: ignore[arg-type]  # the builder's own


def test_the_status_decides_before_the_events() -> None:
    (one,) = diagnosed([backing_off(f"{BACK_OFF}: ErrImagePull: {NOT_FOUND}")], [failed(at(9), "pull QPS exceeded")])
    assert (one.cause, one.message_source) == (Cause.TAG_NOT_FOUND, "waiting.message")


def test_the_newest_event_decides_where_the_status_is_silent() -> None:
    (one,) = diagnosed([backing_off(BACK_OFF)], [failed(at(3), "EOF"), failed(at(9), "pull QPS exceeded")])
    assert (one.cause, one.message_source) == (Cause.KUBELET_THROTTLED, "event Failed")


def test_nothing_that_speaks_is_said() -> None:
    (one,) = diagnosed([backing_off(BACK_OFF)])
    assert (one.cause, one.message, one.key) == (Cause.CAUSE_NOT_REPORTED, BACK_OFF, f"{IMAGE} node-a")
    (mute,) = diagnosed([pod(statuses={"app": waiting("ErrImagePull")})])
    assert (mute.cause, mute.message, mute.message_source) == (Cause.CAUSE_NOT_REPORTED, "", None)


def test_a_text_that_no_rule_reads_is_shown_and_not_guessed() -> None:
    (one,) = diagnosed([backing_off("the moon is full", "ErrImagePull")])
    assert (one.cause, one.confidence, one.message) == (Cause.UNKNOWN, Confidence.POSSIBLE, "the moon is full")
    assert one.key == f"{IMAGE} the moon is full"


def test_the_spec_confirms_what_it_can() -> None:
    text = 'Failed to apply default image tag "A:b": couldn\'t parse image name "A:b": invalid reference format'
    (one,) = diagnosed([backing_off(text, "InvalidImageName", image="A:b")])
    assert (one.cause, one.confidence, one.key) == (Cause.INVALID_REFERENCE, Confidence.CONFIRMED, "A:b")
    never = f'Container image "{IMAGE}" is not present with pull policy of Never'
    spec = {"containers": [{"name": "app", "image": IMAGE, "imagePullPolicy": "Never"}]}
    (two,) = diagnosed([backing_off(never, "ErrImageNeverPull", spec=spec)])
    assert (two.cause, two.confidence) == (Cause.NEVER_PULL, Confidence.CONFIRMED)


HEAD = f"unexpected status from HEAD request to https://{{host}}/v2/{IMAGE.partition('/')[2]}: {{status}}"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (NOT_FOUND, IMAGE),
        ("name unknown: repository name not known to registry", "registry.example.com/team/app"),
        ("pull access denied, repository does not exist or may require authorization", "registry.example.com/team/app"),
        (HEAD.format(host="registry.example.com", status="503 Service Unavailable"), "registry.example.com"),
        (HEAD.format(host="mirror.example.com", status="503 Service Unavailable"), "mirror.example.com"),
        ("dial tcp: lookup blobs.example.com on 10.0.0.2:53: no such host", "blobs.example.com"),
        ("pull QPS exceeded", "node-a"),
        ("no basic auth credentials", "registry.example.com shop -"),
    ],
)
def test_the_scope_key(text: str, key: str) -> None:
    (one,) = diagnosed([backing_off(text, "ErrImagePull")])
    assert one.key == key


def test_failures_with_one_cause_and_key_are_one_root_cause() -> None:
    pods = [backing_off("pull QPS exceeded", "ErrImagePull", name=f"web-{i}", uid=f"u{i}") for i in range(400)]
    pods.append(backing_off(NOT_FOUND, "ErrImagePull", name="db", uid="db"))
    report = report_on(cluster(pods), 0.0)
    assert [(root.cause.value, root.key, len(root.failures)) for root in report.root_causes] == [
        ("KubeletThrottled", "node-a", 400),
        ("TagNotFound", IMAGE, 1),
    ]
    throttled = report.root_causes[0]
    assert throttled.summary == "the kubelet throttles its own pulls: node-a"
    assert throttled.retryable
    assert throttled.workloads[:2] == ("shop/pod/web-0", "shop/pod/web-1")


def test_a_root_cause_is_as_sure_as_its_least_sure_failure() -> None:
    sure = "authorization failed: no basic auth credentials"
    unsure = HEAD.format(host="registry.example.com", status="401 Unauthorized")
    spec = {"containers": [{"name": "app", "image": IMAGE}], "imagePullSecrets": [{"name": "regcred"}]}
    pods = [
        backing_off(sure, "ErrImagePull", spec=spec),
        backing_off(unsure, "ErrImagePull", name="web-2", uid="u2", spec=spec),
    ]
    (root,) = report_on(cluster(pods), 0.0).root_causes
    assert root.key == "registry.example.com shop ?"
    assert (root.cause, root.confidence) == (Cause.NO_CREDENTIALS, Confidence.POSSIBLE)


def test_a_login_in_a_url_is_not_repeated() -> None:
    (one,) = diagnosed([backing_off('Get "https://robot:hunter2@registry.example.com/v2/": EOF', "ErrImagePull")])
    assert one.message == 'Get "https://REDACTED@registry.example.com/v2/": EOF'
    assert "hunter2" not in repr(one.key)


def test_what_a_neighbour_says_helps_where_nothing_speaks() -> None:
    mute = backing_off(BACK_OFF, name="web-2", uid="u2")
    speaking = backing_off(f"{BACK_OFF}: ErrImagePull: {NOT_FOUND}")
    found = {one.failure.pod: one for one in diagnosed([mute, speaking])}
    assert (found["web-2"].cause, found["web-2"].confidence) == (Cause.TAG_NOT_FOUND, Confidence.POSSIBLE)
    assert found["web-2"].message_source == "pod shop/web-1"


def test_the_fixes_of_a_root_cause_are_for_all_nodes_that_have_it_and_a_failure_s_for_its_own() -> None:
    text = f"{BACK_OFF}: ErrImagePull: dial tcp 10.0.0.7:443: i/o timeout"
    pods = [backing_off(text, name=f"web-{node}", spec={"nodeName": f"node-{node}"}) for node in "cabd"]
    report = report_on(cluster(pods), 0.0)
    (root,) = report.root_causes
    late = "registry.example.com:443 (10.0.0.7) doesn't answer"
    assert root.fixes[0].text.startswith(f"{late} nodes node-c, node-a, node-b and 1 more: ")
    assert root.short_fix == "Open registry.example.com:443 for the nodes"
    assert report.diagnoses[0].fixes[0].text.startswith(f"{late} node node-c: ")
    assert report.diagnoses[0].short_fix == "Open registry.example.com:443 for node node-c"
    (alone,) = report_on(cluster(pods[1:2]), 0.0).root_causes
    assert alone.fixes == report.diagnoses[1].fixes
