"""The fix of an image that an image stream's tag writes, and of OpenShift's own workloads."""

from __future__ import annotations

import json
from typing import Any

from clusters import cluster
from situations import NO_TAG, WEB, deployment, diagnosed, fails, fixes, held, lines, owned_by, runs, template

from kubectl_imagepull.evidence.checks import Check, Result
from kubectl_imagepull.kube.image_triggers import ANNOTATION
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.fix import Fix, shell_lines

KNOWN = "registry.example.com/shop/web:v8"
DIGEST = "sha256:" + "cd" * 32
TRIGGER = {"from": {"kind": "ImageStreamTag", "name": "web:v9"}, "fieldPath": 'spec.containers[?(@.name=="app")].image'}
FROM = {"kind": "DockerImage", "name": "quay.io/shop/web:v9"}
SPEC = {"tags": [{"name": "v9", "from": FROM, "importPolicy": {}, "referencePolicy": {"type": "Source"}}]}
ITEMS = [{"image": DIGEST}]


def triggered(trigger: JsonObject | None = None) -> JsonObject:
    return {"annotations": {ANNOTATION: json.dumps([trigger or TRIGGER])}}


def stream(spec: Any = None, *tags: JsonObject, **status: Any) -> JsonObject:
    return held("ImageStream", "web", spec=spec or SPEC, status={**status, "tags": list(tags)})


def situation(*streams: JsonObject, image: str = WEB, trigger: JsonObject | None = None) -> Snapshot:
    pods = (fails(image), runs(KNOWN))
    return deployment(*pods, image=image, marks=triggered(trigger), ImageStream=list(streams))


def first(*streams: JsonObject, **more: Any) -> Fix:
    return fixes(situation(*streams, **more))[0]


def test_the_tag_is_pointed_at_the_image_and_back() -> None:
    fix = first(stream(SPEC, {"tag": "v9", "items": ITEMS}))
    assert fix.text == (
        "Image stream tag shop/web:v9 writes the image of deployment/web: point that tag at the image. An image that is set "
        "by hand is overwritten."
    )
    assert lines(fix) == [f"oc tag --source=docker {KNOWN} shop/web:v9"]
    assert list(shell_lines(fix.undo)) == ["oc tag --source=docker quay.io/shop/web:v9 shop/web:v9"]
    assert fix.notes == (
        "Or pause the trigger first, and change the workload: oc set triggers deployment/web --manual -n shop; on again: "
        "--auto.",
    )


def test_a_tag_keeps_how_it_is_imported() -> None:
    policies = {"importPolicy": {"scheduled": True, "insecure": True}, "referencePolicy": {"type": "Local"}}
    fix = first(stream({"tags": [{**SPEC["tags"][0], **policies}]}))
    words = "--source=docker --scheduled --insecure --reference-policy=local"
    assert lines(fix) == [f"oc tag {words} {KNOWN} shop/web:v9"]
    assert list(shell_lines(fix.undo)) == [f"oc tag {words} quay.io/shop/web:v9 shop/web:v9"]


def test_a_tag_that_the_stream_has_is_taken_from_there() -> None:
    tags = ({"tag": "v9", "items": ITEMS}, {"tag": "v8", "items": ITEMS})
    fix = first(stream({"tags": []}, *tags, dockerImageRepository="registry.example.com/shop/web"))
    assert lines(fix) == ["oc tag shop/web:v8 shop/web:v9"]
    assert list(shell_lines(fix.undo)) == [f"oc tag --source=isimage shop/web@{DIGEST} shop/web:v9"]


def test_without_the_stream_there_is_no_undo() -> None:
    fix = first()
    assert lines(fix) == [f"oc tag --source=docker {KNOWN} shop/web:v9"]
    assert fix.undo == ()


def test_a_digest_that_is_gone_is_imported_again() -> None:
    gone = f"quay.io/shop/web@{DIGEST}"
    fix = first(stream(SPEC, {"tag": "v9", "items": ITEMS}), image=gone)
    assert fix.text == (
        "Image stream tag shop/web:v9 writes the image of deployment/web, by the digest that quay.io/shop/web:v9 had when it "
        "was imported. Import it again: an image that is set by hand is overwritten."
    )
    assert lines(fix) == ["oc import-image web:v9 -n shop"]


def test_a_trigger_of_another_container_or_a_paused_one_is_not_named() -> None:
    paused = {**TRIGGER, "paused": True}
    assert lines(first(trigger=paused)) == [f"kubectl set image deployment/web app={KNOWN} -n shop"]
    other = {**TRIGGER, "fieldPath": 'spec.containers[?(@.name=="proxy")].image'}
    assert lines(first(stream(), trigger=other)) == [f"kubectl set image deployment/web app={KNOWN} -n shop"]


def test_why_a_tag_could_not_be_imported_is_evidence() -> None:
    condition = {"type": "ImportSuccess", "status": "False", "message": "unauthorized: https://u:hunter2@quay.io/v2/"}
    snapshot = situation(stream(SPEC, {"tag": "v9", "conditions": [condition]}))
    evidence = [one for one in diagnosed(snapshot).evidence if one.check is Check.WRITTEN_BY]
    assert [(one.result, one.about) for one in evidence] == [(Result.BAD, "shop/web:v9")]
    assert evidence[0].text.startswith(
        "image stream tag shop/web:v9, which writes the image, could not be imported: unauthorized: "
    )
    assert "hunter2" not in evidence[0].text


def test_a_stream_that_could_not_be_read_is_said() -> None:
    snapshot = situation()
    snapshot = snapshot.with_objects(snapshot.objects, {("ImageStream", "shop", "web"): "not allowed"})
    evidence = [one for one in diagnosed(snapshot).evidence if one.check is Check.WRITTEN_BY]
    assert [(one.result, one.text) for one in evidence] == [
        (
            Result.SKIPPED,
            "image stream tag shop/web:v9, which writes the image, could not be looked at: not allowed",
        )
    ]


def config(*triggers: JsonObject) -> Snapshot:
    """A pod of DeploymentConfig web."""
    pod = fails(text=NO_TAG, name="web-3-x", owner=owned_by("ReplicationController", "web-3", "v1"))
    above = owned_by("DeploymentConfig", "web", "apps.openshift.io/v1")
    controller = held("ReplicationController", "web-3", owner=above, spec=template(WEB))
    own = held("DeploymentConfig", "web", spec={**template(WEB), "triggers": list(triggers)})
    return cluster([pod, runs(KNOWN)], ReplicationController=[controller], DeploymentConfig=[own])


def test_a_deployment_config_is_changed_by_oc() -> None:
    fix = fixes(config({"type": "ConfigChange"}))[0]
    assert lines(fix) == [f"oc set image deploymentconfig/web app={KNOWN} -n shop"]
    assert list(shell_lines(fix.undo)) == ["oc rollout undo deploymentconfig/web -n shop"]
    assert fix.notes == (
        "A DeploymentConfig without a ConfigChange trigger is rolled out by oc rollout latest deploymentconfig/web -n shop.",
    )


def test_the_trigger_of_a_deployment_config_is_followed() -> None:
    params = {"automatic": True, "containerNames": ["app"], "from": TRIGGER["from"]}
    fix = fixes(config({"type": "ImageChange", "imageChangeParams": params}))[0]
    assert lines(fix) == [f"oc tag --source=docker {KNOWN} shop/web:v9"]


def test_another_group_s_deployment_config_is_nobody_s_template() -> None:
    snapshot = config()
    owner = snapshot.objects["ReplicationController"][0]["metadata"]["ownerReferences"][0]
    owner["apiVersion"] = "acme.example/v1"
    assert str(diagnosed(snapshot).workload) == "replicationcontroller/web-3"
