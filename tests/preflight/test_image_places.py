"""Every place in a manifest that names an image which a pod would pull."""

from __future__ import annotations

import pytest

from kubectl_imagepull.kube.documents.placed_yaml import read_placed
from kubectl_imagepull.preflight.image_places import image_places
from kubectl_imagepull.vocabulary.causes import What

POD_SPEC = """
    initContainers: [{name: i, image: init:1}, {name: native, image: side:1, restartPolicy: Always}]
    containers: [{name: c, image: main:1, imagePullPolicy: Never}, {name: none}]
    ephemeralContainers: [{name: e, image: debug:1}]
    volumes: [{name: v, image: {reference: data:1, pullPolicy: Always}}, {name: w, emptyDir: {}}]
"""


def indented(text: str, by: int) -> str:
    return "\n".join(" " * by + line for line in text.splitlines())


def found(text: str) -> list[tuple[str, str, str]]:
    documents = read_placed(text)
    assert documents.fault == ""
    return [(one.object_shown, one.place, one.image) for one in image_places(documents.documents, "f.yaml")]


IN_POD = [
    ("container c", "main:1"),
    ("container i", "init:1"),
    ("container native", "side:1"),
    ("container e", "debug:1"),
    ("volume v", "data:1"),
]
TEMPLATE = f"template:\n  spec:{POD_SPEC}"


@pytest.mark.parametrize(
    ("version", "kind", "body"),
    [
        ("v1", "Pod", f"spec:{POD_SPEC}"),
        *(
            (version, kind, f"spec:\n{indented(TEMPLATE, 2)}")
            for version, kind in (
                ("apps/v1", "Deployment"),
                ("apps/v1", "StatefulSet"),
                ("apps/v1", "DaemonSet"),
                ("apps/v1", "ReplicaSet"),
                ("v1", "ReplicationController"),
                ("batch/v1", "Job"),
                ("argoproj.io/v1alpha1", "Rollout"),
                ("serving.knative.dev/v1", "Service"),
                ("kubevirt.io/v1", "VirtualMachine"),
            )
        ),
        ("batch/v1", "CronJob", f"spec:\n  jobTemplate:\n    spec:\n{indented(TEMPLATE, 6)}"),
        ("v1", "PodTemplate", TEMPLATE),
        ("ray.io/v1", "RayCluster", f"spec:\n  workerGroupSpecs:\n  - replicas: 1\n{indented(TEMPLATE, 4)}"),
        ("kubeflow.org/v1", "PyTorchJob", f"spec:\n  pytorchReplicaSpecs:\n    Worker:\n{indented(TEMPLATE, 6)}"),
    ],
)
def test_the_pods_of_each_kind_of_workload(version: str, kind: str, body: str) -> None:
    text = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: web}}\n{body}"
    assert found(text) == [(f"{kind.lower()}/web", place, image) for place, image in IN_POD]


def test_what_is_known_of_a_place() -> None:
    (document,) = read_placed(f"kind: Pod\nmetadata: {{name: p, namespace: shop}}\nspec:{POD_SPEC}").documents
    places = {one.image: one for one in image_places(document, "a/f.yaml")}
    main, volume = places["main:1"], places["data:1"]
    assert (main.file, main.line, main.namespace, main.policy, main.what) == (
        "a/f.yaml",
        5,
        "shop",
        "Never",
        What.CONTAINER,
    )
    assert (volume.line, volume.policy, volume.what) == (7, "Always", What.IMAGE_VOLUME)
    assert main.spec is document["spec"]


def test_lists_and_lists_of_a_kind() -> None:
    pod = "{kind: Pod, metadata: {name: a}, spec: {containers: [{name: c, image: x:1}]}}"
    typed = "{metadata: {name: b}, spec: {containers: [{name: c, image: y:1}]}}"
    assert found(
        f"{{kind: List, items: [{pod}]}}\n---\n{{kind: PodList, apiVersion: v1, items: [{typed}]}}\n---\n[{pod}]"
    ) == [
        ("pod/a", "container c", "x:1"),
        ("pod/b", "container c", "y:1"),
        ("pod/a", "container c", "x:1"),
    ]


@pytest.mark.parametrize(
    ("spec", "images"),
    [
        (
            "{image: quay.io/prometheus/prometheus:v2, version: v2}",
            [("spec.image", "quay.io/prometheus/prometheus:v2")],
        ),
        (
            "{imageName: 'ghcr.io/cloudnative-pg/postgresql:16'}",
            [("spec.imageName", "ghcr.io/cloudnative-pg/postgresql:16")],
        ),
        ("{sidecar: {sidecarImage: envoy:1}}", [("spec.sidecar.sidecarImage", "envoy:1")]),
        (
            "{baseImage: quay.io/prometheus/alertmanager, tag: v1}",
            [("spec.baseImage", "quay.io/prometheus/alertmanager:v1")],
        ),
        ("{image: {repository: team/app, tag: 1.2, registry: r.example}}", [("spec.image", "r.example/team/app:1.2")]),
        ("{values: {image: {repository: app, tag: '1', pullPolicy: Always}}}", [("spec.values.image", "app:1")]),
        (
            "{image: 'quay.io/p/p:v2', containers: [{name: c, image: 'side:1'}]}",
            [("container c", "side:1"), ("spec.image", "quay.io/p/p:v2")],
        ),
        ("{template: {metadata: {annotations: {image: 'x/y:1'}}, labels: {image: 'x/y:1'}}}", []),
        ("{steps: [{name: a, image: golang}, {name: b, script: x}]}", [("spec.steps[0].image", "golang")]),
        ("{templates: [{name: t, container: {image: alpine:3}}]}", [("spec.templates[0].container.image", "alpine:3")]),
        ("{image: Always, someImage: plain, imagePullPolicy: IfNotPresent, image_size: 5}", []),
        ("{image: {type: string}, validImage: true, backgroundImage: 'not an image'}", []),
    ],
)
def test_fields_of_custom_resources(spec: str, images: list[tuple[str, str]]) -> None:
    text = f"apiVersion: x.example/v1\nkind: Thing\nmetadata: {{name: t}}\nspec: {spec}"
    assert found(text) == [("thing/t", place, image) for place, image in images]


@pytest.mark.parametrize(
    "text",
    [
        "kind: ConfigMap\ndata: {image: nginx:1}",
        "kind: Secret\nstringData: {image: nginx:1}",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {image: nginx:1}",
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nimages: [{name: nginx, newTag: '1'}]",
        "image: {repository: nginx, tag: '1'}",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {annotations: {image: nginx:1}}\nspec: {image: nginx:1}",
        "kind: Pod\nstatus: {containers: [{name: c, image: nginx:1}]}",
        "just text",
        "5",
        "",
        "kind: Pod\nspec: {containers: [5, {name: c}, null]}",
        "kind: [Pod]\nspec: {containers: [{image: x}]}",
    ],
)
def test_what_makes_no_pod(text: str) -> None:
    assert found(text) == []


def test_an_image_that_is_empty_or_a_number_is_named() -> None:
    text = "kind: Pod\nspec: {containers: [{name: a, image: ''}, {name: b, image: 5}, {name: c, image: null}]}"
    assert [(one[1], one[2]) for one in found(text)] == [("container a", ""), ("container b", "5"), ("container c", "")]
