"""A recording reads to the same report as what was recorded, and says what the reading could not see."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import stored_releases
from clusters import BACK_OFF, IMAGE, NOT_FOUND, NOW, pod, running, waiting
from situations import held, owned_by, revision

from kubectl_imagepull.evidence.docker_config import STAND_INS
from kubectl_imagepull.evidence.pull_logins import pull_logins
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.recording.dump import read_recording
from kubectl_imagepull.kube.snapshot import CUSTOM_RESOURCE, HELM_REVISION, Skipped, Snapshot, Source
from kubectl_imagepull.recorded import RECORDING
from kubectl_imagepull.recorder.recorded_list import recorded_list, written
from kubectl_imagepull.report.document import document
from kubectl_imagepull.runs.examine import report_on
from kubectl_imagepull.vocabulary.image_reference import try_parse

TESTS = Path(__file__).parent.parent
CAPTURES = [json.loads(line) for line in (TESTS / "recorded/captures.jsonl").read_text(encoding="utf-8").splitlines()]
#: Recordings as they come, each a file or directory.
PATHS = [
    RECORDING,
    *sorted((TESTS / "recorded/attacks").glob("*.json")),
    *sorted((TESTS / "recorded/in-repair").iterdir()),
]


def recorded(snapshot: Snapshot, folder: Path) -> Snapshot:
    """The snapshot, recorded and read again."""
    path = folder / "recording.json"
    path.write_text(written(recorded_list(snapshot, "a test")), encoding="utf-8")
    return read_recording([str(path)])


def report_of(snapshot: Snapshot) -> dict[str, Any]:
    """The report but for where it comes from and how long it took."""
    return {key: value for key, value in document(report_on(snapshot, 0.0)).items() if key not in {"source", "seconds"}}


@pytest.mark.parametrize("path", [path for path in PATHS if path.name != "expect.json"], ids=lambda path: path.name)
def test_a_recording_reads_to_the_same_report(path: Path, tmp_path: Path) -> None:
    snapshot = read_recording([str(path)])
    assert report_of(recorded(snapshot, tmp_path)) == report_of(snapshot)


@pytest.mark.parametrize("capture", CAPTURES, ids=[capture["name"] for capture in CAPTURES])
def test_a_capture_reads_to_the_same_report(capture: JsonObject, tmp_path: Path) -> None:
    path = tmp_path / "capture.json"
    path.write_text(json.dumps({"kind": "List", "items": capture["items"]}), encoding="utf-8")
    snapshot = read_recording([str(path)])
    assert report_of(recorded(snapshot, tmp_path)) == report_of(snapshot)


def test_it_is_read_as_it_was_written_again(tmp_path: Path) -> None:
    """A recording of a recording is the same but for the stand-ins, whose key is another one."""
    snapshot = recorded(read_recording([str(RECORDING)]), tmp_path)
    again = recorded(snapshot, tmp_path)
    assert report_of(again) == report_of(snapshot)
    for kind in set(snapshot.objects) - {"Secret"}:
        assert list(again.objects[kind]) == list(snapshot.objects[kind])


def live(objects: dict[str, list[JsonObject]], **fields: Any) -> Snapshot:
    """What a cluster gave."""
    return Snapshot(Source("cluster", "prod", "shop"), objects, NOW, **fields)


def failing(**spec: Any) -> JsonObject:
    text = f"{BACK_OFF}: ErrImagePull: {NOT_FOUND}"
    return pod(
        statuses={"app": waiting("ImagePullBackOff", text)},
        spec={"containers": [{"name": "app", "image": IMAGE}], **spec},
        metadata={"ownerReferences": [owned_by("ReplicaSet", "web-6b")]},
    )


def test_what_could_not_be_seen_is_said_again(tmp_path: Path) -> None:
    skipped = (Skipped("events", "not allowed", short="no"), Skipped("a", "b", partly=False, told_once=True))
    unread = {("Secret", "shop", "regcred"): "not allowed to get secrets", ("Node", "", ""): "time was up"}
    snapshot = live({"Pod": [failing(imagePullSecrets=[{"name": "regcred"}])], "Event": []}, skipped=skipped)
    snapshot = replace(snapshot, unread=unread, total=340)
    again = recorded(snapshot, tmp_path)
    assert (again.skipped, again.unread, again.total, again.now) == (skipped, unread, 340, snapshot.now)
    assert (again.source.namespace, again.is_selective, list(again.objects)) == ("shop", True, ["Pod", "Event"])
    assert report_of(again) == report_of(snapshot)


def test_a_login_in_a_reason_is_left_out(tmp_path: Path) -> None:
    why = "https://user:hunter2@proxy.example/ refused"
    snapshot = live({"Pod": []}, skipped=(Skipped("events", why),), unread={("Node", "", ""): why})
    again = recorded(snapshot, tmp_path)
    assert again.skipped[0].why == again.unread["Node", "", ""] == "https://REDACTED@proxy.example/ refused"


def test_a_namespace_without_pods_can_be_recorded(tmp_path: Path) -> None:
    again = recorded(live({"Pod": [], "Event": []}), tmp_path)
    assert (again.pods_seen, again.source.namespace) == (0, "shop")


def test_what_is_chosen_of_a_recording_is_counted_anew(tmp_path: Path) -> None:
    path = tmp_path / "recording.json"
    snapshot = live({"Pod": [failing(), pod("db-0", {"app": running()}, uid="u2")]}, total=340)
    path.write_text(written(recorded_list(snapshot, "a test")), encoding="utf-8")
    assert read_recording([str(path)], namespace="shop").pods_seen == 2
    assert read_recording([str(path)], selector="app=web").pods_seen == 0


def test_several_recordings_are_read_as_one(tmp_path: Path) -> None:
    paths = []
    for number, namespace in enumerate(("shop", "payments")):
        paths.append(tmp_path / f"{namespace}.json")
        one = pod(f"web-{number}", {"app": running()}, namespace=namespace, uid=f"u{number}")
        snapshot = live({"Pod": [one]}, total=10, unread={("Secret", namespace, "a"): "not allowed"})
        paths[-1].write_text(written(recorded_list(snapshot, "a test")), encoding="utf-8")
    both = read_recording([str(path) for path in paths])
    assert (both.pods_seen, len(both.pods), len(both.unread)) == (20, 2, 2)


def with_release(config: JsonObject) -> Snapshot:
    annotations = {"meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "shop"}
    web = held("Deployment", "web", metadata={"annotations": annotations, "uid": "Deployment-web"})
    web["spec"] = {"template": {"spec": {"containers": [{"name": "app", "image": IMAGE}]}}}
    release = stored_releases.stored(stored_releases.release(IMAGE, config))
    objects = {"Pod": [failing()], "ReplicaSet": [revision(9, "web-6b", IMAGE)], "Deployment": [web], "Node": []}
    return live({**objects, HELM_REVISION: [release]})


def test_the_value_of_a_release_is_found_again(tmp_path: Path) -> None:
    snapshot = with_release(
        {"image": {"repository": "registry.example.com/team/app", "tag": "1.2.3"}, "key": "hunter2"}
    )
    again = recorded(snapshot, tmp_path)
    assert [item["kind"] for item in again.objects[HELM_REVISION]] == ["Secret"]
    assert "Secret" not in again.objects
    evidence = [one["text"] for failure in report_of(again)["failures"] for one in failure["evidence"]]
    assert any("from image.repository and image.tag of Helm release web" in text for text in evidence)
    assert report_of(again) == report_of(snapshot)


def test_a_release_that_cant_be_read_is_said_to_be_so_again(tmp_path: Path) -> None:
    snapshot = with_release({})
    snapshot.objects[HELM_REVISION][0]["data"] = {"release": "hunter2!"}
    again = recorded(snapshot, tmp_path)
    assert list(again.objects[HELM_REVISION]) == []
    assert report_of(again) == report_of(snapshot)


def test_a_custom_resource_keeps_its_images(tmp_path: Path) -> None:
    owner = {"apiVersion": "example.com/v1", "kind": "Shop", "name": "shop", "uid": "c1", "controller": True}
    web = held("Deployment", "web", metadata={"ownerReferences": [owner], "uid": "Deployment-web"})
    custom = {
        "apiVersion": "example.com/v1",
        "kind": "Shop",
        "metadata": {"name": "shop", "namespace": "shop", "uid": "c1"},
        "spec": {"web": {"image": IMAGE, "adminPassword": "hunter2"}, "replicas": 2},
    }
    objects = {"Pod": [failing()], "ReplicaSet": [revision(9, "web-6b", IMAGE)], "Deployment": [web], "Node": []}
    snapshot = live({**objects, CUSTOM_RESOURCE: [custom]})
    again = recorded(snapshot, tmp_path)
    assert again.objects[CUSTOM_RESOURCE][0]["spec"] == {"web": {"image": IMAGE}}
    assert report_of(again) == report_of(snapshot)


def test_stand_ins_are_marked_and_never_sent(tmp_path: Path) -> None:
    snapshot = recorded(read_recording([str(RECORDING)]), tmp_path)
    secrets = snapshot.objects["Secret"]
    assert all(STAND_INS in secret["metadata"]["annotations"] for secret in secrets)
    image = try_parse("private.corp.example/payments/api:v1")
    assert image
    names = [secret["metadata"]["name"] for secret in secrets]
    namespaces = {secret["metadata"]["namespace"] for secret in secrets}
    assert [pull_logins(image, names, namespace, snapshot) for namespace in sorted(namespaces)] == [()] * len(
        namespaces
    )
    before = read_recording([str(RECORDING)])
    assert any(pull_logins(image, names, namespace, before) for namespace in namespaces)
