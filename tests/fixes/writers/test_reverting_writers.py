"""Fixes where OLM or Knative puts the workload back at once: nothing patches the Deployment."""

from __future__ import annotations

from typing import Any

import pytest
from situations import NO_TAG, WEB, deployment, fails, fixes, held, lines, runs

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.fix import Basis, Effect, Where, Who, shell_lines

KNOWN = "registry.example.com/shop/web:v8"
OLM = {"labels": {"olm.owner": "etcd.v1", "olm.owner.kind": "ClusterServiceVersion", "olm.owner.namespace": "shop"}}
REVISION = {"apiVersion": "serving.knative.dev/v1", "kind": "Revision", "name": "web-00001", "controller": True}
KNATIVE = {"labels": {"serving.knative.dev/service": "web"}, "ownerReferences": [REVISION]}
UNAUTHORIZED = "failed to authorize: failed to fetch anonymous token: 401 Unauthorized"


def version(image: str = WEB, container: str = "app", name: str = "web", **metadata: Any) -> JsonObject:
    template = {"spec": {"containers": [{"name": "proxy", "image": "p:1"}, {"name": container, "image": image}]}}
    deployments = [{"name": "other", "spec": {"template": template}}, {"name": name, "spec": {"template": template}}]
    spec = {"install": {"spec": {"deployments": deployments}}}
    item = held("ClusterServiceVersion", "etcd.v1", spec=spec)
    item["metadata"].update(metadata)
    return item


def situation(marks: JsonObject, *pods: JsonObject, **kinds: list[JsonObject]) -> Snapshot:
    return deployment(*(pods or (fails(text=NO_TAG), runs(KNOWN))), marks=marks, **kinds)


def changes(snapshot: Snapshot) -> list[str]:
    """The lines of all fixes that change a workload."""
    return [line for fix in fixes(snapshot) if Effect.CHANGES_WORKLOAD in fix.effects for line in lines(fix)]


def test_the_version_is_changed_last_and_never_the_deployment() -> None:
    snapshot = situation(OLM, ClusterServiceVersion=[version()])
    every = fixes(snapshot)
    assert every[0].text == (
        "ClusterServiceVersion etcd.v1 (OLM) writes deployment/web: its image comes with the operator's version, which a "
        "Subscription chooses; that sets neither images nor pull secrets. A pull secret belongs into its service account, "
        "another registry into a mirror rule of the nodes, and any other change is overwritten."
    )
    assert (every[0].basis, every[0].where) == (Basis.EVIDENCE, Where.SOURCE)
    assert lines(every[0]) == []
    pointer = "/spec/install/spec/deployments/1/spec/template/spec/containers/1/image"
    patch = "kubectl patch clusterserviceversions.operators.coreos.com etcd.v1 -n shop --type json -p "
    name = pointer.replace("/image", "/name")
    there, back = (
        f"""'[{{"op":"test","path":"{place}","value":"{same}"}},{{"op":"replace","path":"{pointer}","value":"{image}"}}]'"""
        for place, same, image in ((pointer, WEB, KNOWN), (name, "app", WEB))
    )
    assert changes(snapshot) == [patch + there]
    assert every[-1].text == (
        "As a stop-gap until the operator's next version, change the image in ClusterServiceVersion etcd.v1: OLM writes "
        "deployment/web from it."
    )
    assert list(shell_lines(every[-1].undo)) == [patch + back]
    assert every[-1].who is Who.CLUSTER_ADMIN


@pytest.mark.parametrize(
    "versions",
    [
        [],
        [version(image=KNOWN)],
        [version(container="web")],
        [version(name="api")],
        [version(namespace="copied-here")],
        [version(name="etcd.v2") | {"metadata": {"name": "etcd.v2", "namespace": "shop"}}],
    ],
)
def test_a_version_that_does_not_hold_the_image_is_left_alone(versions: list[JsonObject]) -> None:
    assert changes(situation(OLM, ClusterServiceVersion=versions)) == []


def test_a_pull_secret_of_an_operator_goes_to_its_service_account() -> None:
    every = fixes(situation(OLM, fails(text=UNAUTHORIZED), ClusterServiceVersion=[version()]))
    assert any("serviceaccount/default" in line for fix in every for line in lines(fix))
    assert not any("deployment/web" in line and "patch" in line for fix in every for line in lines(fix))


PATCH = "kubectl patch services.serving.knative.dev web -n shop --type "


def test_a_knative_service_s_template_is_changed() -> None:
    snapshot = situation(KNATIVE)
    fix = fixes(snapshot)[0]
    assert fix.text == (
        "Knative service web writes deployment/web through a Revision, which can't be changed: change the template in that "
        "service, and Knative makes the next Revision. A change of the workload itself is overwritten."
    )
    assert fix.where is Where.CLUSTER
    there, back = (
        PATCH + f"""json -p '[{{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"{image}"}}]'"""
        for image in (KNOWN, WEB)
    )
    assert changes(snapshot) == [there]
    assert list(shell_lines(fix.undo)) == [back]


def test_a_pull_secret_is_named_in_the_knative_service() -> None:
    snapshot = situation(KNATIVE, fails(text=UNAUTHORIZED))
    lines_of_patches = [line for line in changes(snapshot) if line.startswith(PATCH)]
    assert len(lines_of_patches) == 1
    secrets = '{"spec":{"template":{"spec":{"imagePullSecrets":[{"name":"regcred-registry-example-com"}]}}}}'
    assert lines_of_patches[0].startswith(PATCH + f"merge -p '{secrets}'")
    fix = next(fix for fix in fixes(snapshot) if any(line.startswith(PATCH) for line in lines(fix)))
    assert shell_lines(fix.undo)[0].startswith(
        PATCH + """merge -p '{"spec":{"template":{"spec":{"imagePullSecrets":null}}}}'"""
    )


def test_of_several_containers_of_a_knative_service_none_is_guessed() -> None:
    containers = [
        {"name": "app", "image": WEB},
        {"name": "sidecar", "image": "s:1"},
        {"name": "queue-proxy", "image": "q"},
    ]
    snapshot = situation(KNATIVE, fails(text=NO_TAG, spec={"containers": containers}), runs(KNOWN))
    assert fixes(snapshot)[0].text.startswith("Knative service web writes deployment/web through a Revision")
    assert changes(snapshot) == []
    assert not any("set image" in line for fix in fixes(snapshot) for line in lines(fix))
