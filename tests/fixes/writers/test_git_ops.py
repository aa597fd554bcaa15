"""The fix of what Flux or an operator writes, by the objects that they write it from."""

from __future__ import annotations

from typing import Any

from situations import WEB, deployment, fails, fixes, lines, runs
from stored_releases import release, stored

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import HELM_REVISION, Snapshot
from kubectl_imagepull.vocabulary.fix import Fix, shell_lines

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
