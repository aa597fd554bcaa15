"""The objects of Flux and Argo CD in a real API server: they are read, and what is printed changes them and back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from e2e.admin import Json
from e2e.live import LiveCluster
from e2e.program import Program, parsed
from e2e.situations import PUBLIC
from placeholders import VALUES, filled

#: Kind -> group, version and plural of its resource.
KINDS = {
    "HelmRelease": ("helm.toolkit.fluxcd.io", "v2", "helmreleases"),
    "Application": ("argoproj.io", "v1alpha1", "applications"),
    "ClusterServiceVersion": ("operators.coreos.com", "v1alpha1", "clusterserviceversions"),
    "Service": ("serving.knative.dev", "v1", "services"),
    "Revision": ("serving.knative.dev", "v1", "revisions"),
}
REPOSITORY = f"{PUBLIC}/team/app"
_CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


@pytest.fixture(scope="module")
def deployers(live: LiveCluster) -> Iterator[LiveCluster]:
    """The cluster with both kinds in it."""
    for kind, (group, version, plural) in KINDS.items():
        schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
        served = {"name": version, "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
        names = {"kind": kind, "plural": plural, "singular": kind.lower()}
        spec = {"group": group, "scope": "Namespaced", "names": names, "versions": [served]}
        metadata = {"name": f"{plural}.{group}"}
        live.admin.request(
            "POST",
            _CRDS,
            {
                "apiVersion": "apiextensions.k8s.io/v1",
                "kind": "CustomResourceDefinition",
                "metadata": metadata,
                "spec": spec,
            },
        )
        assert live.comes_to("default", partial(_is_served, live, f"{_CRDS}/{plural}.{group}"))
    yield live
    for group, _, plural in KINDS.values():
        live.admin.request("DELETE", f"{_CRDS}/{plural}.{group}")


def _is_served(live: LiveCluster, path: str) -> bool:
    conditions = live.admin.request("GET", path)["status"].get("conditions") or ()
    return any(one["type"] == "Established" and one["status"] == "True" for one in conditions)


def path_of(kind: str, namespace: str, name: str = "") -> str:
    group, version, plural = KINDS[kind]
    return f"/apis/{group}/{version}/namespaces/{namespace}/{plural}" + (f"/{name}" if name else "")


def make(live: LiveCluster, kind: str, namespace: str, spec: Json) -> Json:
    group, version, _ = KINDS[kind]
    item = {
        "apiVersion": f"{group}/{version}",
        "kind": kind,
        "metadata": {"name": "web", "namespace": namespace},
        "spec": spec,
    }
    made: Json = live.admin.request("POST", path_of(kind, namespace), item)
    return made


def first_fix(live: LiveCluster, namespace: str, program: Program, **marks: Any) -> Json:
    """The first fix of such a Deployment."""
    fix: Json = fixes(live, namespace, program, **marks)[0]
    return fix


def fixes(live: LiveCluster, namespace: str, program: Program, **marks: Any) -> list[Json]:
    """The fixes of a Deployment with these marks, whose image has no such tag."""
    labels = {"app": "web"}
    pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "app", "image": f"{REPOSITORY}:v9"}]}}
    spec = {"selector": {"matchLabels": labels}, "template": pod}
    metadata = {"name": "web", "namespace": namespace, **marks}
    live.admin.create({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec})

    def failures() -> list[Json]:
        found: list[Json] = parsed(program("diagnose", "-n", namespace, "-o", "json"))["failures"]
        return found

    assert live.comes_to(namespace, lambda: bool(failures()))
    every: list[Json] = failures()[0]["fixes"]
    return every


def test_a_flux_release_is_patched_and_put_back(deployers: LiveCluster, tmp_path: Path) -> None:
    program = Program(deployers.plane.kubeconfig(name="user"), tmp_path)
    deployers.make_namespace("by-flux")
    values = {"image": {"repository": REPOSITORY, "tag": "v9"}, "password": "hunter2"}
    make(deployers, "HelmRelease", "by-flux", {"values": values})
    labels = {f"helm.toolkit.fluxcd.io/{key}": value for key, value in (("name", "web"), ("namespace", "by-flux"))}
    fix = first_fix(deployers, "by-flux", program, labels=labels)
    assert fix["text"].startswith(
        "Flux release by-flux/web writes deployment/web: set image.tag to a tag that exists in "
    )
    assert "hunter2" not in str(fix)

    def held() -> Json:
        found: Json = deployers.admin.request("GET", path_of("HelmRelease", "by-flux", "web"))["spec"]["values"]
        return found

    for commands, tag in ((fix["commands"][-1:], VALUES["EXISTING_TAG"]), (fix["undo"], "v9")):
        for command in commands:
            result = program.run("bash", "-c", filled(command))
            assert result.returncode == 0, result.stderr
        assert held() == {**values, "image": {"repository": REPOSITORY, "tag": tag}}


def test_an_application_is_looked_for_in_all_namespaces(deployers: LiveCluster, tmp_path: Path) -> None:
    program = Program(deployers.plane.kubeconfig(name="user"), tmp_path)
    deployers.make_namespace("by-argo")
    helm = {"parameters": [{"name": "image.tag", "value": "v9"}, {"name": "image.repository", "value": REPOSITORY}]}
    source = {"repoURL": "https://git.example/shop.git", "path": "web", "helm": helm}
    make(deployers, "Application", "default", {"source": source, "syncPolicy": {"automated": {"selfHeal": True}}})
    marks = {"argocd.argoproj.io/tracking-id": "web:apps/Deployment:by-argo/web"}
    fix = first_fix(deployers, "by-argo", program, annotations=marks)
    assert "from web of https://git.example/shop.git: set image.tag to a tag that exists there, and sync" in fix["text"]
    assert "undone at once, for self-heal is on" in fix["text"]
    assert fix["commands"][-1].startswith("argocd app set web -N default --helm-set-string image.tag=")


def test_what_olm_and_knative_write_the_workload_from_is_patched_and_put_back(
    deployers: LiveCluster, tmp_path: Path
) -> None:
    program = Program(deployers.plane.kubeconfig(name="user"), tmp_path)
    containers = [{"name": "app", "image": f"{REPOSITORY}:v9"}]
    template = {"template": {"spec": {"containers": containers}}}
    version = {"install": {"spec": {"deployments": [{"name": "web", "spec": template}]}}}
    for namespace in ("by-olm", "by-knative"):
        deployers.make_namespace(namespace)
    make(deployers, "ClusterServiceVersion", "by-olm", version)
    make(deployers, "Service", "by-knative", template)
    uid = make(deployers, "Revision", "by-knative", {})["metadata"]["uid"]
    owner = {"apiVersion": "serving.knative.dev/v1", "kind": "Revision", "name": "web", "uid": uid, "controller": True}
    olm = {"olm.owner": "web", "olm.owner.kind": "ClusterServiceVersion", "olm.owner.namespace": "by-olm"}
    situations: list[tuple[str, str, Json, Json]] = [
        ("by-olm", "ClusterServiceVersion", version, {"labels": olm}),
        (
            "by-knative",
            "Service",
            template,
            {"labels": {"serving.knative.dev/service": "web"}, "ownerReferences": [owner]},
        ),
    ]
    for namespace, kind, spec, marks in situations:
        every = fixes(deployers, namespace, program, **marks)
        fix = next(
            one for one in every if any(f" {KINDS[kind][2]}.{KINDS[kind][0]} " in line for line in one["commands"])
        )
        assert not any("deployment/web" in line for one in every for line in one["commands"] if "kubectl set" in line)
        path = path_of(kind, namespace, "web")
        assert program.run("bash", "-c", filled(fix["commands"][-1])).returncode == 0
        changed = str(_held(deployers, path)["spec"])
        assert f"{REPOSITORY}:{VALUES['EXISTING_TAG']}" in changed
        assert ":v9" not in changed
        for command in fix["undo"]:
            assert program.run("bash", "-c", filled(command)).returncode == 0
        assert _held(deployers, path)["spec"] == spec


def test_the_patch_of_one_of_several_sources_changes_it_and_its_undo_restores_it(
    deployers: LiveCluster, tmp_path: Path
) -> None:
    program = Program(deployers.plane.kubeconfig(name="user"), tmp_path)
    image = {"repository": REPOSITORY, "tag": "v9"}
    parameters = [{"name": "replicas", "value": "2"}, {"name": "image.tag", "value": "v9"}]
    texts = f"image:\n  repository: {REPOSITORY}\n  tag: v9\n"
    helms: dict[str, Json] = {
        "in-object": {"valuesObject": {"image": image}},
        "in-parameter": {"valuesObject": {"image": {**image, "tag": "v1"}}, "parameters": parameters},
        "in-text": {"values": texts},
        "beside-parameters": {"values": texts, "parameters": parameters[:1]},
    }
    files = {"repoURL": "https://git.example/values.git", "ref": "values"}
    for name, helm in helms.items():
        deployers.make_namespace(name)
        chart = {"repoURL": "https://charts.example", "chart": "web", "helm": helm}
        spec = {"sources": [files, chart], "syncPolicy": {"automated": {}}}
        make(deployers, "Application", name, spec)
        marks = {"argocd.argoproj.io/tracking-id": f"{name}_web:apps/Deployment:{name}/web"}
        fix = first_fix(deployers, name, program, annotations=marks)
        tags = []
        for commands in (fix["commands"][-1:], fix["undo"]):
            for command in commands:
                result = program.run("bash", "-c", filled(command))
                assert result.returncode == 0, result.stderr
            held = deployers.admin.request("GET", path_of("Application", name, "web"))["spec"]
            tags.append(_tag(held["sources"][1]["helm"]))
        assert tags == [VALUES["EXISTING_TAG"], "v9"], name
        assert held == spec
        # positions move: a patch that would meet another source changes nothing
        path = path_of("Application", name, "web")
        deployers.admin.request("PUT", path, {**_held(deployers, path), "spec": {**spec, "sources": [chart, files]}})
        assert program.run("bash", "-c", filled(fix["commands"][-1])).returncode != 0
        assert _held(deployers, path)["spec"]["sources"] == [chart, files]


def _held(live: LiveCluster, path: str) -> Json:
    item: Json = live.admin.request("GET", path)
    return item


def _tag(helm: Json) -> Any:
    """The tag as Argo CD would take it: a parameter wins over an object, and that over a text."""
    given = [one["value"] for one in helm.get("parameters", ()) if one["name"] == "image.tag"]
    return (given or [helm.get("valuesObject", {}).get("image", {}).get("tag", "v9")])[-1]
