"""The fix of what Argo CD or Flux writes, by the objects that they write it from."""

from __future__ import annotations

from typing import Any

from situations import WEB, deployment, fails, fixes, lines, runs
from stored_releases import release, stored

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import HELM_REVISION, Snapshot
from kubectl_imagepull.vocabulary.fix import Fix, Where, shell_lines

KNOWN = "registry.example.com/shop/web:v8"
REPOSITORY = "registry.example.com/shop/web"
TRACKED = {"annotations": {"argocd.argoproj.io/tracking-id": "store:apps/Deployment:shop/web"}}
SOURCE = {"repoURL": "https://bot:hunter2@git.example/shop.git", "path": "deploy/web", "targetRevision": "main"}
SELF_HEAL = {"automated": {"selfHeal": True}}


def flux(group: str, name: str) -> JsonObject:
    return {"labels": {f"{group}.toolkit.fluxcd.io/name": name, f"{group}.toolkit.fluxcd.io/namespace": "flux"}}


def first(marks: JsonObject, **kinds: list[JsonObject]) -> Fix:
    snapshot: Snapshot = deployment(fails(), runs(KNOWN), marks=marks, **kinds)
    return fixes(snapshot)[0]


def application(source: dict[str, Any], *, policy: Any = None, **metadata: Any) -> JsonObject:
    spec = {"source": {**SOURCE, **source}, "syncPolicy": policy}
    return {"kind": "Application", "metadata": {"name": "store", "namespace": "argocd", **metadata}, "spec": spec}


HELM_SOURCE = {
    "helm": {
        "valuesObject": {"image": {"repository": REPOSITORY}},
        "parameters": [{"name": "image.tag", "value": "v9"}],
    }
}


def test_an_application_s_parameter_is_set() -> None:
    fix = first(TRACKED, Application=[application(HELM_SOURCE, policy=SELF_HEAL)])
    assert fix.text == (
        "Argo CD application store writes deployment/web from deploy/web of https://git.example/shop.git (main): set "
        "image.tag to v8 there, and sync. A change in the cluster is undone at once, for self-heal is on."
    )
    assert fix.where is Where.SOURCE
    assert lines(fix) == ["argocd app set store --helm-set-string image.tag=v8 &&", "argocd app sync store"]
    assert list(shell_lines(fix.undo)) == ["argocd app unset store -p image.tag &&\nargocd app sync store"]
    assert fix.notes == (
        "To change the cluster in an emergency, pause it by argocd app set store --sync-policy none; on again: argocd app "
        "set store --sync-policy automated --self-heal.",
    )
    assert "hunter2" not in repr(fix)


def test_an_application_that_a_set_writes_keeps_no_parameter() -> None:
    owner = [{"kind": "ApplicationSet", "name": "stores"}]
    fix = first(TRACKED, Application=[application(HELM_SOURCE, ownerReferences=owner)])
    assert (lines(fix), fix.undo) == ([], ())
    assert fix.text.endswith("A change in the cluster is undone at the next sync.")
    assert fix.notes == (
        "ApplicationSet stores writes the application: what argocd app set changes there is put back.",
    )


def test_an_image_that_kustomize_replaces_is_replaced_by_another() -> None:
    fix = first(TRACKED, Application=[application({"kustomize": {"images": [f"shop/web={WEB}"]}})])
    assert lines(fix)[0] == f"argocd app set store --kustomize-image shop/web={KNOWN} &&"
    assert shell_lines(fix.undo)[0].startswith("argocd app unset store --kustomize-image shop/web &&")


def test_of_a_plain_source_the_place_is_named_and_no_command() -> None:
    fix = first(TRACKED, Application=[application({})])
    assert "from deploy/web of https://git.example/shop.git (main): set the image of container app there" in fix.text
    assert lines(fix) == []


def test_two_applications_of_one_name_tell_nothing() -> None:
    other = application({})
    other["metadata"] = {"name": "store", "namespace": "team-b"}
    assert first(TRACKED, Application=[application({}), other]).text.startswith(
        "Argo CD application store writes deployment/web: change it in the Git repository that the application reads, "
    )


def helm_release(values: dict[str, Any], *, drift: str = "", **metadata: Any) -> JsonObject:
    spec = {"values": values, "driftDetection": {"mode": drift}}
    return {"kind": "HelmRelease", "metadata": {"name": "web", "namespace": "flux", **metadata}, "spec": spec}


PATCH = (
    "kubectl patch helmreleases.helm.toolkit.fluxcd.io web -n flux --type merge "
    "--field-manager=flux-client-side-apply -p "
)


def test_a_flux_release_gets_another_value_and_the_old_one_back() -> None:
    fix = first(flux("helm", "web"), HelmRelease=[helm_release({"image": {"repository": REPOSITORY, "tag": "v9"}})])
    assert fix.text == (
        "Flux release flux/web writes deployment/web: set image.tag to v8 in spec.values of that HelmRelease, in Git where "
        "it comes from there. A change of the workload is undone at its next upgrade."
    )
    assert lines(fix) == [PATCH + """'{"spec":{"values":{"image":{"tag":"v8"}}}}'"""]
    assert list(shell_lines(fix.undo)) == [PATCH + """'{"spec":{"values":{"image":{"tag":"v9"}}}}'"""]


def test_a_value_that_only_the_chart_has_is_taken_out_again() -> None:
    marks = flux("helm", "web")
    marks["annotations"] = {"meta.helm.sh/release-name": "web"}
    kept = stored(release())
    kept["metadata"]["namespace"] = "flux"
    fix = first(marks, HelmRelease=[helm_release({}, drift="enabled")], **{HELM_REVISION: [kept]})
    assert lines(fix) == [PATCH + """'{"spec":{"values":{"image":{"tag":"v8"}}}}'"""]
    assert list(shell_lines(fix.undo)) == [PATCH + """'{"spec":{"values":{"image":{"tag":null}}}}'"""]
    assert fix.text.endswith("undone at once, for it corrects drift.")


def test_a_flux_release_that_flux_applies_is_suspended_above() -> None:
    labels = flux("kustomize", "apps")["labels"]
    fix = first(flux("helm", "web"), HelmRelease=[helm_release({}, labels=labels)])
    assert fix.notes == (
        "The HelmRelease is applied by Flux: run flux suspend kustomization apps -n flux first, or the change lasts only "
        "until its next interval.",
    )
    assert lines(fix) == []


def test_a_kustomization_is_suspended_before_the_cluster_is_changed() -> None:
    spec = {
        "path": "./apps/shop",
        "sourceRef": {"kind": "GitRepository", "name": "fleet"},
        "images": [{"name": "web", "newName": REPOSITORY, "newTag": "v9"}],
    }
    item = {"kind": "Kustomization", "metadata": {"name": "apps", "namespace": "flux"}, "spec": spec}
    fix = first(flux("kustomize", "apps"), Kustomization=[item])
    assert fix.text == (
        "Flux kustomization flux/apps writes deployment/web from apps/shop of fleet: change the image of container app "
        "there, or newTag of web in its spec.images. A change in the cluster is undone within minutes, unless the "
        "Kustomization is suspended before."
    )
    assert lines(fix) == [
        "flux suspend kustomization apps -n flux &&",
        f"kubectl set image deployment/web app={KNOWN} -n shop",
    ]
    assert list(shell_lines(fix.undo)) == ["flux resume kustomization apps -n flux"]
    spec["suspend"] = True
    assert lines(first(flux("kustomize", "apps"), Kustomization=[item])) == []


def custom(spec: dict[str, Any]) -> JsonObject:
    return {
        "apiVersion": "acme.example/v1",
        "kind": "Shop",
        "metadata": {"name": "main", "namespace": "shop"},
        "spec": spec,
    }


OWNED = {"ownerReferences": [{"apiVersion": "acme.example/v1", "kind": "Shop", "name": "main", "controller": True}]}


def test_a_custom_resource_that_holds_the_image_is_patched() -> None:
    fix = first(OWNED, CustomResource=[custom({"web": {"image": WEB}, "replicas": 2})])
    assert fix.text == (
        f"Shop main writes deployment/web: set spec.web.image to {KNOWN} in it. Its operator overwrites a change of the "
        "workload itself."
    )
    patch = "kubectl patch shop.acme.example main -n shop --type merge -p "
    assert lines(fix) == [patch + f"""'{{"spec":{{"web":{{"image":"{KNOWN}"}}}}}}'"""]
    assert list(shell_lines(fix.undo)) == [patch + f"""'{{"spec":{{"web":{{"image":"{WEB}"}}}}}}'"""]


def test_a_custom_resource_without_the_image_is_only_named() -> None:
    for spec in ({}, {"version": "9"}, {"image": KNOWN}):
        fix = first(OWNED, CustomResource=[custom(spec)])
        assert fix.text.startswith("Shop main writes deployment/web: change it there (kind Shop, acme.example).")
        assert lines(fix) == []
