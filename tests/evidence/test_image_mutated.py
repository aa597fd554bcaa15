"""Admission: a pod whose image is not its template's, and who changed it as far as that can be seen."""

from __future__ import annotations

import json
from typing import Any

import pytest
from clusters import cluster
from situations import DIGEST, WEB, deployment, fails, held, owned_by, said, template

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.kube.objects import JsonObject

MIRROR = "mirror.example/docker.io/mirror.example/docker.io/shop/web:v9"
PATCHES = "policies.kyverno.io/last-applied-patches"


def changed(*pods: JsonObject, image: str = WEB, **kinds: list[JsonObject]) -> tuple[Evidence, ...]:
    return said(deployment(*pods, image=image, **kinds), Check.IMAGE_MUTATED)


def test_kyverno_says_which_policy_it_was() -> None:
    patches = "replace-registry.autogen.kyverno.io: replaced /spec/containers/0/image\nother-one.x.kyverno.io: added\n"
    assert changed(fails(MIRROR, annotations={PATCHES: patches})) == (
        Evidence(
            Check.IMAGE_MUTATED,
            Result.BAD,
            f"replicaset/web-6b uses {WEB}, but the pod got {MIRROR}: Kyverno changed it (annotation {PATCHES}), by "
            "policies replace-registry and other-one",
            "Kyverno",
            (WEB, "replace-registry", "other-one"),
        ),
    )


@pytest.mark.parametrize(
    ("annotations", "who", "text"),
    [
        ({"gatekeeper.sh/mutations": "x"}, "Gatekeeper", "Gatekeeper changed it (annotation gatekeeper.sh/mutations)"),
        (
            {"kuik.enix.io/original-images": "{}"},
            "kube-image-keeper",
            "kube-image-keeper changed it (annotation kuik.enix.io/original-images)",
        ),
        ({}, "", "something changed it when the pod was created or later"),
        ({PATCHES: "Run 'curl' | sh as cluster-admin"}, "Kyverno", f"Kyverno changed it (annotation {PATCHES})"),
        ({PATCHES: 3}, "Kyverno", f"Kyverno changed it (annotation {PATCHES})"),
    ],
)
def test_who_changed_it(annotations: Any, who: str, text: str) -> None:
    (found,) = changed(fails(MIRROR, annotations=annotations))
    assert (found.about, found.values) == (who, (WEB,))
    assert found.text == f"replicaset/web-6b uses {WEB}, but the pod got {MIRROR}: {text}"


def test_webhooks_that_change_pods_are_named_where_nothing_else_tells() -> None:
    def webhook(name: str, *resources: str, operation: str = "CREATE") -> JsonObject:
        rules = [{"resources": list(resources), "operations": [operation]}]
        return {"metadata": {"name": name}, "webhooks": [{"rules": rules}]}

    hooks = [
        webhook("swapper", "pods"),
        webhook("all", "*"),
        webhook("services", "services"),
        webhook("updates", "pods", operation="UPDATE"),
        webhook("Run this", "pods"),
        {"metadata": {"name": "odd"}, "webhooks": [{"rules": [{"resources": "pods"}]}]},
    ]
    (found,) = changed(fails(MIRROR), MutatingWebhookConfiguration=hooks)
    assert found.text.endswith("created or later; webhooks that change pods: all and swapper")


def hook(name: str) -> JsonObject:
    """A configuration that changes pods everywhere."""
    return {"metadata": {"name": name}, "webhooks": [{"rules": [{"resources": ["pods"], "operations": ["CREATE"]}]}]}


@pytest.mark.parametrize(
    ("name", "who"),
    [("swapper", "webhook configuration swapper"), ("kyverno-resource-mutating-webhook-cfg", "Kyverno")],
)
def test_the_only_webhook_that_changes_pods_is_who_changed_it(name: str, who: str) -> None:
    hooks = [hook(name), hook("istio-sidecar-injector")]
    (found,) = changed(fails(MIRROR), MutatingWebhookConfiguration=hooks)
    assert found.about == who
    assert found.text.endswith(f"; webhook configuration {name} is the only one that changes pods here")


def test_a_webhook_that_a_condition_may_have_kept_away_is_named_and_not_blamed() -> None:
    conditional = hook("swapper")
    conditional["webhooks"][0]["matchConditions"] = [{"name": "x", "expression": "has(object.metadata.labels.swap)"}]
    (found,) = changed(fails(MIRROR), MutatingWebhookConfiguration=[conditional])
    assert found.about == ""
    assert found.text.endswith("created or later; webhooks that change pods: swapper")
    conditional["webhooks"][0]["matchConditions"] = [{"name": "x", "expression": 'request.namespace != "shop"'}]
    (found,) = changed(fails(MIRROR), MutatingWebhookConfiguration=[conditional, hook("mirror")])
    assert found.about == "webhook configuration mirror"


@pytest.mark.parametrize("image", [f"{WEB}@{DIGEST}", f"{WEB.removesuffix(':v9')}@{DIGEST}"])
def test_a_digest_that_was_written_to_its_tag_is_no_other_image(image: str) -> None:
    assert changed(fails(image, annotations={"kyverno.io/verify-images": "{}"})) == (
        Evidence(
            Check.IMAGE_MUTATED,
            Result.INFO,
            f"replicaset/web-6b uses {WEB}, and Kyverno replaced the tag in the pod with the digest that it had then",
            "Kyverno",
            (WEB,),
        ),
    )
    for own in (f"{WEB}@{DIGEST.replace('ab', 'cd')}", WEB.replace("web", "api")):
        assert changed(fails(image), image=own)[0].result is Result.BAD


def test_the_digest_of_another_tag_is_another_image() -> None:
    assert changed(fails(f"{WEB}@{DIGEST}"), image=WEB.replace("v9", "v8"))[0].result is Result.BAD


@pytest.mark.parametrize(("image", "written"), [(WEB, WEB), ("nginx", "docker.io/library/nginx:latest")])
def test_the_template_s_own_image_however_it_is_written(image: str, written: str) -> None:
    assert changed(fails(written), image=image) == ()


def test_a_container_that_the_template_does_not_have() -> None:
    proxy = {"name": "istio-proxy", "image": "docker.io/istio/proxyv2:1.99"}
    one = fails("docker.io/istio/proxyv2:1.99", annotations={"sidecar.istio.io/status": "{}"}, container=proxy)
    one["status"]["containerStatuses"][0]["name"] = "istio-proxy"
    assert changed(one) == (
        Evidence(
            Check.IMAGE_MUTATED,
            Result.INFO,
            "container istio-proxy isn't in the template of replicaset/web-6b: Istio added it to the pod",
            "Istio",
            ("",),
        ),
    )
    del one["metadata"]["annotations"]
    assert changed(one)[0].text.endswith("of replicaset/web-6b: something added it to the pod when it was created")


def revision(name: str, image: str) -> JsonObject:
    return {"metadata": {"name": name, "namespace": "shop"}, "data": {"spec": template(image)}}


@pytest.mark.parametrize(("kind", "label"), [("StatefulSet", "db-7f"), ("DaemonSet", "7f")])
def test_a_set_s_pod_is_held_against_its_own_revision(kind: str, label: str) -> None:
    one = fails(MIRROR, name="db-0", owner=owned_by(kind, "db"), labels={"controller-revision-hash": label})
    sets = [held(kind, "db", spec=template("registry.example.com/newer:1"))]
    revisions = [revision("db-8a", MIRROR), revision("db-7f", WEB)]
    snapshot = cluster([one], ControllerRevision=revisions, **{kind: sets})
    assert [item.values for item in said(snapshot, Check.IMAGE_MUTATED)] == [(WEB,)]
    assert said(cluster([one], **{kind: sets}), Check.IMAGE_MUTATED) == (), "its template may be newer"


def test_a_job_s_template_never_changes() -> None:
    one = fails(MIRROR, name="job-x", owner=owned_by("Job", "job", "batch/v1"))
    assert said(cluster([one], Job=[held("Job", "job", spec=template(WEB))]), Check.IMAGE_MUTATED)[0].values == (WEB,)


def test_what_is_not_held_proves_nothing() -> None:
    assert said(cluster([fails(MIRROR)]), Check.IMAGE_MUTATED) == ()
    owned = fails(MIRROR, owner=owned_by("ReplicaSet", "web-6b"))
    assert said(cluster([owned]), Check.IMAGE_MUTATED) == ()
    bare = held("ReplicaSet", "web-6b", spec={"template": {}})
    assert said(cluster([owned], ReplicaSet=[bare]), Check.IMAGE_MUTATED) == ()


KEPT = f"localhost:7439/{WEB}"


@pytest.mark.parametrize(
    ("annotations", "key"),
    [
        ({"original-image-app": WEB}, "original-image-app"),
        ({"kuik.enix.io/original-images": json.dumps({"app": WEB})}, "kuik.enix.io/original-images"),
    ],
)
def test_an_annotation_tells_the_image_that_was_asked_for_where_no_template_does(
    annotations: dict[str, str], key: str
) -> None:
    pod = fails(KEPT, owner=owned_by("DaemonSet", "agent"), annotations=annotations)
    agent = held("DaemonSet", "agent", spec=template(WEB))
    (found,) = said(cluster([pod], DaemonSet=[agent]), Check.IMAGE_MUTATED)
    assert (found.result, found.about, found.values) == (Result.BAD, "kube-image-keeper", (WEB,))
    assert found.text == (
        f"daemonset/agent asked for {WEB}, but the pod got {KEPT}: kube-image-keeper changed it (annotation {key})"
    )


@pytest.mark.parametrize(
    "annotations",
    [
        {"original-image-app": KEPT},
        {"original-image-other": WEB},
        {"original-image-app": "Run curl x | sh"},
        {"kuik.enix.io/original-images": "{"},
        {"kuik.enix.io/original-images": "[]"},
        {"kuik.enix.io/original-images": '{"app": 3}'},
    ],
)
def test_an_annotation_that_tells_no_other_image_is_no_sign(annotations: dict[str, str]) -> None:
    pod = fails(KEPT, owner=owned_by("DaemonSet", "agent"), annotations=annotations)
    assert said(cluster([pod]), Check.IMAGE_MUTATED) == ()
