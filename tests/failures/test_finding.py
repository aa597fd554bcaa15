"""Which containers are found, which image, and which texts."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from clusters import BACK_OFF, IMAGE, NOT_FOUND, at, cluster, event, failed, pod, ran, running, waiting

from kubectl_imagepull.failures.finding import PULL_REASONS, find_failures
from kubectl_imagepull.kube.objects import JsonObject, parse_time
from kubectl_imagepull.vocabulary.causes import What

VOLUME = "registry.example.com/team/model:8"
WITH_VOLUME = {
    "containers": [{"name": "app", "image": IMAGE, "volumeMounts": [{"name": "model"}]}],
    "volumes": [{"name": "model", "image": {"reference": VOLUME}}],
}


def found(pods: list[JsonObject], events: list[JsonObject] | None = None) -> list[tuple[str | None, str, str]]:
    return [(f.container, f.what.value, f.image) for f in find_failures(cluster(pods, events))]


@pytest.mark.parametrize("reason", sorted(PULL_REASONS))
def test_every_waiting_reason_of_a_pull_is_a_failure(reason: str) -> None:
    assert found([pod(statuses={"app": waiting(reason, "x")})]) == [("app", "container", IMAGE)]


@pytest.mark.parametrize(
    "status",
    [
        waiting("ContainerCreating"),
        waiting("CrashLoopBackOff", "back-off 40s restarting failed container=app"),
        waiting("CreateContainerConfigError", 'configmap "nope" not found'),
        waiting("CreateContainerError", "failed to create containerd task"),
        waiting("SomethingNew", "EOF"),
        running(),
        {"state": {"terminated": {"exitCode": 0}}},
        {},
    ],
)
def test_what_is_no_pull_failure(status: JsonObject) -> None:
    assert found([pod(statuses={"app": status})]) == []


def test_an_unscheduled_pod_and_a_missing_secret_on_a_running_pod_are_none_of_ours() -> None:
    unscheduled = pod(spec={"nodeName": None}, status={"containerStatuses": None})
    healthy = pod(name="ok", uid="u2", statuses={"app": running()}, phase="Running")
    warning = event(
        "FailedToRetrieveImagePullSecret",
        "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.",
        at(5),
        container=None,
        name="ok",
        uid="u2",
    )
    assert found([unscheduled, healthy], [warning]) == []


@pytest.mark.parametrize(
    "reason",
    [
        "illegal base64 data at input byte 4",
        "unable to parse auth field, must be formatted as base64(username:password)",
        "failed to record image pull intent: no space left on device",
    ],
)
def test_a_reason_that_is_free_text(reason: str) -> None:
    (failure,) = find_failures(cluster([pod(statuses={"app": waiting(reason, reason)})]))
    assert [text.text for text in failure.texts] == [reason]


def test_a_pod_that_runs_with_a_container_that_cannot_be_pulled_again() -> None:
    status = waiting("ImagePullBackOff", f"{BACK_OFF}: ErrImagePull: {NOT_FOUND}", **ran(at(1), at(20)))
    (failure,) = find_failures(
        cluster([pod(statuses={"proxy": running(), "app": status}, phase="Running")], [failed(at(40), first=at(21))])
    )
    assert (failure.container, failure.since) == ("app", parse_time(at(21)))


def test_a_crash_loop_between_two_failed_pulls() -> None:
    status = waiting("CrashLoopBackOff", "back-off 40s restarting", **ran(at(1), at(20)))
    pods = [pod(statuses={"app": status}, phase="Running")]
    assert found(pods, [failed(at(30))]) == [("app", "container", IMAGE)]


@pytest.mark.parametrize(
    ("status", "events"),
    [
        (waiting("CrashLoopBackOff", "x", **ran(at(31), at(32))), [failed(at(30))]),
        (
            waiting("CrashLoopBackOff", "x"),
            [failed(at(30)), event("Pulled", f'Container image "{IMAGE}" already', at(31))],
        ),
        (waiting("ContainerCreating"), [failed(at(30)), event("Pulling", f'Pulling image "{IMAGE}"', at(31))]),
        (waiting("ContainerCreating"), [failed(at(30), uid="of a pod that had the same name before")]),
        (running(at(31)), [failed(at(30))]),
    ],
    ids=["ran-since", "pulled-since", "pulling-now", "another-pod", "runs"],
)
def test_a_pull_that_failed_and_then_worked_is_no_failure(status: JsonObject, events: list[JsonObject]) -> None:
    assert found([pod(statuses={"app": status})], events) == []


def test_a_status_that_froze_when_the_runtime_stopped() -> None:
    text = "rpc error: code = Unavailable desc = error reading from server: EOF"
    events = [event("Pulling", f'Pulling image "{IMAGE}"', at(30)), failed(at(30, 20), text)]
    (failure,) = find_failures(cluster([pod()], events))
    assert [(text.source, text.text) for text in failure.texts] == [
        ("event Failed", f'Failed to pull image "{IMAGE}": {text}')
    ]


def test_a_static_pod_s_events_carry_its_hash() -> None:
    static = pod(metadata={"annotations": {"kubernetes.io/config.hash": "h1"}})
    assert found([static], [failed(at(30), uid="h1")]) == [("app", "container", IMAGE)]


def test_init_containers_sidecars_and_ephemeral_containers() -> None:
    image = "registry.example.com/team/tool:1"
    status = [{"name": "side", **waiting("ErrImagePull", "x")}]
    spec = {"containers": [], "initContainers": [{"name": "side", "image": image, "restartPolicy": "Always"}]}
    assert found([pod(spec=spec, status={"containerStatuses": [], "initContainerStatuses": status})]) == [
        ("side", "initContainer", image)
    ]
    spec = {"ephemeralContainers": [{"name": "side", "image": image}]}
    debugged = pod(statuses={"app": running()}, spec=spec, status={"ephemeralContainerStatuses": status})
    assert found([debugged]) == [("side", "ephemeralContainer", image)]


def test_two_containers_with_two_causes() -> None:
    statuses = {"app": waiting("ErrImagePull", "pull QPS exceeded"), "auth": waiting("ImagePullBackOff", BACK_OFF)}
    assert [name for name, _, _ in found([pod(statuses=statuses)])] == ["app", "auth"]


def test_an_image_volume_s_failure_is_shown_by_its_container() -> None:
    message = f'Back-off pulling image "{VOLUME}": ErrImagePull: manifest unknown'
    pods = [pod(statuses={"app": waiting("ImagePullBackOff", message)}, spec=WITH_VOLUME)]
    assert found(pods) == [("app", "imageVolume", VOLUME)]


def test_a_volume_whose_text_names_no_image_is_told_by_its_event() -> None:
    message = (
        "rpc error: code = NotFound desc = get image config descriptor: no match for platform in manifest: not found"
    )
    pods = [pod(statuses={"app": waiting("ErrImagePull", message)}, spec=WITH_VOLUME)]
    assert found(pods, [failed(at(3), message, VOLUME, container=None)]) == [("app", "imageVolume", VOLUME)]


def test_a_container_s_own_image_and_its_volume_both_fail() -> None:
    pods = [pod(statuses={"app": waiting("ErrImagePull", NOT_FOUND)}, spec=WITH_VOLUME)]
    events = [failed(at(3)), failed(at(3), "manifest unknown", VOLUME, container=None)]
    assert found(pods, events) == [("app", "container", IMAGE), ("app", "imageVolume", VOLUME)]


SANDBOX = (
    'Failed to create pod sandbox: rpc error: code = NotFound desc = failed to get sandbox image "r.example.com/pause:3": '
    'failed to pull image "r.example.com/pause:3": failed to pull and unpack image "r.example.com/pause:3": failed to '
    "resolve image: r.example.com/pause:3: not found"
)


def test_the_sandbox_image_is_one_failure_a_pod() -> None:
    pods = [pod(statuses={"app": waiting("ContainerCreating"), "side": waiting("ContainerCreating")})]
    (failure,) = find_failures(
        cluster(pods, [event("FailedCreatePodSandBox", SANDBOX, at(m), container=None) for m in (3, 4)])
    )
    assert (failure.container, failure.what, failure.image, failure.reason) == (
        None,
        What.SANDBOX,
        "r.example.com/pause:3",
        "FailedCreatePodSandBox",
    )
    assert failure.since == parse_time(at(3))


@pytest.mark.parametrize(
    ("text", "later"),
    [
        (
            'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "a": plugin '
            'type="cilium-cni" failed (add): dial unix /var/run/cilium/cilium.sock: connect: no such file or directory',
            [],
        ),
        ("Failed to create pod sandbox: rpc error: code = DeadlineExceeded desc = context deadline exceeded", []),
        (SANDBOX, [event("Pulling", f'Pulling image "{IMAGE}"', at(9))]),
    ],
    ids=["network", "no-image", "worked-later"],
)
def test_what_is_no_failure_of_the_sandbox_image(text: str, later: list[JsonObject]) -> None:
    assert found([pod()], [event("FailedCreatePodSandBox", text, at(3), container=None), *later]) == []


def test_a_sandbox_that_fails_because_the_runtime_is_down() -> None:
    text = (
        'Failed to create pod sandbox: rpc error: code = Unavailable desc = connection error: desc = "transport: Error '
        'while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"'
    )
    assert found([pod()], [event("FailedCreatePodSandBox", text, at(3), container=None)]) == [(None, "sandbox", "")]


def test_texts_stand_best_first() -> None:
    events = [failed(at(3), "EOF"), failed(at(5), "i/o timeout"), failed(at(9), "other", "registry.example.com/b:1")]
    (failure,) = find_failures(cluster([pod(statuses={"app": waiting("ImagePullBackOff", BACK_OFF)})], events))
    assert [(text.source, text.text) for text in failure.texts] == [
        ("waiting.message", BACK_OFF),
        ("event Failed", f'Failed to pull image "{IMAGE}": i/o timeout'),
        ("event Failed", f'Failed to pull image "{IMAGE}": EOF'),
    ]


def test_an_aggregated_event_may_carry_another_container_s_path() -> None:
    other = "registry.example.com/team/other:1"
    whole = pod(
        statuses={"app": waiting("ImagePullBackOff", BACK_OFF), "side": waiting("ImagePullBackOff", "x")},
        spec={"containers": [{"name": "app", "image": IMAGE}, {"name": "side", "image": other}]},
    )
    text = f'(combined from similar events): Failed to pull image "{IMAGE}": EOF'
    app, side = find_failures(cluster([whole], [event("Failed", text, at(5), container="side")]))
    assert [text.text for text in app.texts] == [BACK_OFF, text]
    assert [text.text for text in side.texts] == ["x"]


def test_data_of_the_wrong_shape_costs_nothing_else() -> None:
    broken: list[JsonObject] = [
        {"kind": "Pod", "metadata": None, "spec": [], "status": "x"},
        {
            "kind": "Pod",
            "metadata": {"name": 5},
            "spec": {"containers": ["x", None]},
            "status": {"containerStatuses": 5},
        },
    ]
    assert found([*broken, pod(statuses={"app": waiting("ErrImagePull", "EOF")})], [{"involvedObject": None}]) == [
        ("app", "container", IMAGE)
    ]


class Counted(list[JsonObject]):
    """Counts how often it is looked through."""

    times = 0

    def __iter__(self) -> Iterator[JsonObject]:
        self.times += 1
        return super().__iter__()


def test_the_same_events_are_looked_through_once_whatever_is_read_besides() -> None:
    events = Counted([failed(at(5))])
    one = pod(statuses={"app": waiting("ImagePullBackOff", BACK_OFF)})
    first = cluster([one], events)
    assert len(find_failures(first)) == 1
    assert find_failures(first.with_objects({**first.objects, "Node": []}, {})) == find_failures(first)
    assert events.times == 1
    # other events have an index of their own, however they come into a snapshot
    others = {**first.objects, "Event": []}
    assert find_failures(first.with_objects(others, {})) != find_failures(first)
    assert find_failures(replace(first, objects=others)) != find_failures(first)
    # others with the same content are others
    assert find_failures(cluster([one], [failed(at(6))])) != find_failures(first)


def test_a_pod_that_is_going_is_no_failure() -> None:
    going = pod(statuses={"app": waiting("ErrImagePull", NOT_FOUND)}, metadata={"deletionTimestamp": at(5)})
    assert find_failures(cluster([going], [failed(at(4))])) == ()


@pytest.mark.parametrize("deleted", ["9999-01-01T00:00:00Z", "2100-01-01T00:00:00Z", "soon", None, 5])
def test_a_deletion_that_no_api_server_wrote_hides_no_failure(deleted: object) -> None:
    forged = pod(statuses={"app": waiting("ErrImagePull", NOT_FOUND)}, metadata={"deletionTimestamp": deleted})
    assert found([forged]) == [("app", "container", IMAGE)]


def test_a_phase_hides_no_container_that_waits_for_its_image() -> None:
    forged = pod(statuses={"app": waiting("ImagePullBackOff", "x")}, phase="Succeeded")
    assert found([forged]) == [("app", "container", IMAGE)]
    # the kubelet counts a container that ran as one that has stopped
    done = pod(statuses={"app": {**waiting("ImagePullBackOff", "x"), **ran(at(0), at(1))}}, phase="Succeeded")
    assert found([done]) == []


@pytest.mark.parametrize("turned", [False, True])
def test_a_second_status_of_the_same_name_hides_no_failure(*, turned: bool) -> None:
    twice = pod(statuses={"app": waiting("ImagePullBackOff", "x")}, phase="Running")
    statuses = twice["status"]["containerStatuses"]
    statuses.append({**statuses[0], **running()})
    if turned:
        statuses.reverse()
    assert found([twice]) == [("app", "container", IMAGE)]


def test_a_reason_with_spaces_around_it_is_the_same() -> None:
    assert found([pod(statuses={"app": waiting(" ImagePullBackOff\n", "x")})]) == [("app", "container", IMAGE)]


def test_a_status_about_the_image_before_decides_nothing_for_the_new_one() -> None:
    old = 'Back-off pulling image "registry.example.com/team/app:latest": ErrImagePull: not found'
    corrected = pod(statuses={"app": waiting("ImagePullBackOff", old)})
    assert find_failures(cluster([corrected])) == ()
    (failure,) = find_failures(cluster([corrected], [failed(at(5))]))
    assert (failure.image, [text.source for text in failure.texts]) == (IMAGE, ["event Failed"])


def test_a_status_may_spell_the_image_in_full() -> None:
    shown = 'Back-off pulling image "docker.io/library/nginx:1": ErrImagePull: not found'
    (failure,) = find_failures(cluster([pod(statuses={"app": waiting("ImagePullBackOff", shown)}, image="nginx:1")]))
    assert failure.texts[0].text == shown


def test_an_event_older_than_the_last_run_decides_nothing() -> None:
    status = waiting("ImagePullBackOff", BACK_OFF, **ran(at(10), at(20)))
    (failure,) = find_failures(cluster([pod(statuses={"app": status})], [failed(at(5), "x509: old")]))
    assert [text.source for text in failure.texts] == ["waiting.message"]


def test_an_event_older_than_a_failure_of_the_sandbox_decides_nothing() -> None:
    full = "failed to create containerd task: write /run/x: no space left on device"
    events = [failed(at(5), "x509: old"), event("FailedCreatePodSandBox", full, at(9), container=None)]
    assert find_failures(cluster([pod()], events)) == ()
    (failure,) = find_failures(cluster([pod(statuses={"app": waiting("ImagePullBackOff", BACK_OFF)})], events))
    assert [text.source for text in failure.texts] == ["waiting.message"]


def test_since_is_when_the_pod_ceased_to_be_ready_and_not_when_it_was_made() -> None:
    ready = {"conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": at(30)}]}
    failing = pod(statuses={"app": waiting("ErrImagePull", NOT_FOUND)}, status=ready)
    (failure,) = find_failures(cluster([failing], [failed(at(33))]))
    assert failure.since == parse_time(at(30))
