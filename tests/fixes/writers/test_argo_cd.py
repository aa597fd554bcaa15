"""The fix of what an Argo CD application writes: which source, which setting, and how that is taken back."""

from __future__ import annotations

import json
from typing import Any

from situations import WEB, deployment, fails, fixes, lines, runs

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.fix import Fix, Where, shell_lines

KNOWN = "registry.example.com/shop/web:v8"
REPOSITORY = "registry.example.com/shop/web"
TRACKED = {"annotations": {"argocd.argoproj.io/tracking-id": "store:apps/Deployment:shop/web"}}
SOURCE = {"repoURL": "https://bot:hunter2@git.example/shop.git", "path": "deploy/web", "targetRevision": "main"}
SELF_HEAL = {"automated": {"selfHeal": True}}


def first(marks: JsonObject, **kinds: list[JsonObject]) -> Fix:
    return fixes(deployment(fails(), runs(KNOWN), marks=marks, **kinds))[0]


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
    assert list(shell_lines(fix.undo)) == [
        "argocd app set store --helm-set-string image.tag=v9 &&\nargocd app sync store"
    ]
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
    assert fix.notes == ("ApplicationSet stores writes the application: what is changed in it is put back.",)


def test_an_image_that_kustomize_replaces_is_replaced_by_another() -> None:
    fix = first(TRACKED, Application=[application({"kustomize": {"images": [f"shop/web={WEB}"]}})])
    assert lines(fix)[0] == f"argocd app set store --kustomize-image shop/web={KNOWN} &&"
    assert shell_lines(fix.undo)[0].startswith(f"argocd app set store --kustomize-image shop/web={WEB} &&")


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


CHART = {"repoURL": "https://charts.example", "chart": "web", "targetRevision": "1.2.3"}
FILES = {"repoURL": "https://git.example/values.git", "targetRevision": "main", "ref": "values"}
PATCH = "kubectl patch applications.argoproj.io store -n argocd --type json -p "
SAME = {"op": "test", "path": "/spec/sources/1/chart", "value": "web"}


def several(*sources: JsonObject, policy: Any = None, **metadata: Any) -> Fix:
    """The first fix where an application has sources; its `source`, which Argo CD ignores, gives the image too."""
    item = application(HELM_SOURCE, policy=policy, **metadata)
    item["spec"]["sources"] = list(sources)
    return first(TRACKED, Application=[item])


def patched(fix: Fix) -> list[list[JsonObject]]:
    """The operations of the fix's patch and of its undo."""
    found = []
    for step in (*fix.commands, *fix.undo):
        line = shell_lines((step,))[0].split("\n")[0]
        assert line.startswith(PATCH)
        found.append(json.loads(line.removeprefix(PATCH).removesuffix(" &&").strip("'")))
    return found


def test_of_several_sources_the_parameter_of_the_one_that_gives_the_image_is_changed() -> None:
    parameters = [{"name": "replicas", "value": "2"}, *HELM_SOURCE["helm"]["parameters"]]
    helm = {**HELM_SOURCE["helm"], "parameters": parameters}
    fix = several(FILES, {**CHART, "helm": helm}, policy=SELF_HEAL)
    assert fix.text == (
        "Argo CD application store writes deployment/web from web of https://charts.example (1.2.3), its source 2: set "
        "image.tag to v8 there, and sync. A change in the cluster is undone at once, for self-heal is on."
    )
    place = "/spec/sources/1/helm/parameters/1"
    same = {"op": "test", "path": f"{place}/name", "value": "image.tag"}
    assert patched(fix) == [
        [SAME, same, {"op": "replace", "path": f"{place}/value", "value": tag}] for tag in ("v8", "v9")
    ]
    assert len(lines(fix)) == 1


def test_without_automatic_sync_the_application_is_synced_after_the_patch() -> None:
    values = {"image": {"repository": REPOSITORY, "tag": "v9"}}
    fix = several(FILES, {**CHART, "name": "shop", "helm": {"valuesObject": values}})
    assert "(1.2.3), its source shop: set image.tag to v8 there, and sync. " in fix.text
    assert lines(fix)[1] == "argocd app sync store"
    place = "/spec/sources/1/helm/valuesObject/image/tag"
    assert patched(fix) == [[SAME, {"op": "replace", "path": place, "value": tag}] for tag in ("v8", "v9")]
    assert fix.notes == ()


def test_a_value_in_a_text_is_overridden_by_a_parameter_that_the_undo_takes_out() -> None:
    text = f"image:\n  repository: {REPOSITORY}\n  tag: v9\npassword: hunter2\n"
    entry = {"name": "image.tag", "value": "v8", "forceString": True}
    base = "/spec/sources/1/helm/parameters"
    fix = several(FILES, {**CHART, "helm": {"values": text}})
    assert "set image.tag to v8 there, in the text of helm.values, and sync. " in fix.text
    assert patched(fix) == [
        [SAME, {"op": "add", "path": base, "value": [entry]}],
        [SAME, {"op": "remove", "path": base}],
    ]
    assert fix.notes == (
        "No command changes a value inside the text of helm.values: the commands add a parameter, which wins over it. Take "
        "it out again once the text has the new value.",
    )
    assert "hunter2" not in repr(fix)
    helm = {"values": text, "parameters": [{"name": "replicas", "value": "2"}]}
    fix = several(FILES, {**CHART, "helm": helm})
    assert patched(fix) == [
        [SAME, {"op": "add", "path": f"{base}/-", "value": entry}],
        [
            SAME,
            {"op": "test", "path": f"{base}/1/name", "value": "image.tag"},
            {"op": "remove", "path": f"{base}/1"},
        ],
    ]


def test_a_single_source_s_text_is_overridden_by_argocd() -> None:
    text = f"image:\n  repository: {REPOSITORY}\n  tag: v9\n"
    fix = first(TRACKED, Application=[application({"helm": {"values": text}})])
    assert "set image.tag to v8 there, in the text of helm.values, and sync. " in fix.text
    assert lines(fix)[0] == "argocd app set store --helm-set-string image.tag=v8 &&"
    assert list(shell_lines(fix.undo)) == ["argocd app unset store -p image.tag &&\nargocd app sync store"]
    assert fix.notes[0].startswith("No command changes a value inside the text of helm.values: ")


def test_the_text_counts_only_where_there_is_no_object() -> None:
    text = f"image:\n  repository: {REPOSITORY}\n  tag: v9\n"
    fix = first(TRACKED, Application=[application({"helm": {"values": text, "valuesObject": {"replicas": 1}}})])
    assert "set the image of container app there, and sync. " in fix.text
    assert lines(fix) == []


def test_a_text_that_is_no_yaml_or_a_bomb_tells_nothing() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
        for before, name in zip("abcdefg", "bcdefgh", strict=True)
    )
    tail = f"image: {WEB}\n"
    for text in ("{", "[" * 500, bomb + tail, "x" * 1_500_001, "- a"):
        fix = first(TRACKED, Application=[application({"helm": {"values": text}})])
        assert lines(fix) == []


def test_a_file_of_values_is_named_with_the_repository_that_lends_it() -> None:
    helm = {"valueFiles": ["values.yaml", "$values/shop/web.yaml", "$other/x.yaml", "$values/a b.yaml"]}
    fix = several({**CHART, "helm": helm}, FILES)
    assert fix.text == (
        "Argo CD application store writes deployment/web from web of https://charts.example (1.2.3), its source 1: set the "
        "image of container app there, in shop/web.yaml of https://git.example/values.git (main) and values.yaml, and "
        "sync. A change in the cluster is undone at the next sync."
    )
    assert (lines(fix), fix.undo) == ([], ())


def test_kustomize_images_of_one_of_several_sources_are_replaced() -> None:
    base = {"repoURL": "https://git.example/base.git", "path": "base"}
    images = {"kustomize": {"images": ["redis=redis:7", f"shop/web={WEB}"]}}
    fix = several(base, {**SOURCE, **images})
    place = "/spec/sources/1/kustomize/images/1"
    same = {"op": "test", "path": "/spec/sources/1/path", "value": "deploy/web"}
    assert patched(fix) == [
        [same, {"op": "replace", "path": place, "value": f"shop/web={image}"}] for image in (KNOWN, WEB)
    ]
    assert "hunter2" not in repr(fix)


def test_where_several_sources_may_give_the_image_all_of_them_are_named() -> None:
    fix = several({**SOURCE, **HELM_SOURCE}, {**CHART, **HELM_SOURCE})
    assert fix.text.startswith(
        "Argo CD application store writes deployment/web from one of its sources source 1 (deploy/web of "
        "https://git.example/shop.git (main)) and source 2 (web of https://charts.example (1.2.3)): set the image "
    )
    assert lines(fix) == []


def test_an_application_that_another_writes_is_named_with_it() -> None:
    parent = {"argocd.argoproj.io/tracking-id": "apps:argoproj.io/Application:argocd/store"}
    fix = several(FILES, {**CHART, **HELM_SOURCE}, annotations=parent)
    assert lines(fix) == []
    assert fix.notes == ("Argo CD application apps writes the application: what is changed in it is put back.",)


def test_a_source_that_nothing_tells_from_others_gets_no_command() -> None:
    secret = {"repoURL": "https://bot:hunter2@git.example/shop.git", "path": "a b"}
    fix = several(FILES, {**secret, **HELM_SOURCE})
    assert "its source 2: set image.tag to v8 there" in fix.text
    assert lines(fix) == []
    assert "hunter2" not in repr(fix)
