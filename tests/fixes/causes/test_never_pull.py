"""NeverPull: the image brought to the node, or leave to pull it."""

from __future__ import annotations

import pytest
from fake_tasks import use_fake_tasks
from situations import deployment, fails, node, runs, shown

from kubectl_imagepull.fixes.causes import never_pull
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot

LOAD = ("TASK load_image", [])
REGISTRY = "registry.example.com/shop/web:v9"
POLICY = '{"spec":{"template":{"spec":{"containers":[{"name":"app","imagePullPolicy":"IfNotPresent"}]}}}}'
LET_PULL = (
    f"Let the kubelet pull {REGISTRY} from registry.example.com if a node doesn't have it.",
    [f"kubectl patch deployment/web -n shop -p '{POLICY}'"],
)
MINIKUBE = {"minikube.k8s.io/version": "v1.34", "minikube.k8s.io/name": "minikube"}


@pytest.fixture(autouse=True)
def _fake_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_tasks(monkeypatch, never_pull)


def never(image: str, *pods: JsonObject, **kinds: list[JsonObject]) -> Snapshot:
    text = f'Container image "{image}" is not present with pull policy of Never'
    one = fails(image, reason="ErrImageNeverPull", container={"imagePullPolicy": "Never"})
    one["status"]["containerStatuses"][0]["state"]["waiting"]["message"] = text
    return deployment(one, *pods, image=image, **kinds)


def test_what_was_built_on_a_laptop_is_loaded_and_never_looked_for_at_docker_hub() -> None:
    assert shown(never("web:dev", Node=[node("node-a", labels=MINIKUBE)])) == [LOAD]


def test_an_image_without_registry_may_be_pushed_to_one() -> None:
    load, push = shown(never("web:dev"))
    assert load == LOAD
    assert push[0] == "Or push it to a registry that the nodes can reach, and pull it from there."
    assert '"${REPOSITORY:?the registry and path of the image, such as registry.example.com/team/app}"' in push[1][0]
    assert '\':dev","imagePullPolicy":"IfNotPresent"' in push[1][0]


def test_an_image_of_a_registry_may_be_pulled() -> None:
    assert shown(never(REGISTRY)) == [LET_PULL, LOAD]
    assert shown(never(REGISTRY, Node=[node("node-a", labels=MINIKUBE)])) == [LOAD, LET_PULL]


def test_a_name_near_to_an_image_that_the_node_has() -> None:
    first = shown(never("shpo-web:dev", Node=[node("node-a", "docker.io/library/shop-web:dev", labels=MINIKUBE)]))[0]
    assert first == (
        "shpo-web:dev looks like a typo for docker.io/library/shop-web:dev: use that one.",
        ["kubectl set image deployment/web app=docker.io/library/shop-web:dev -n shop"],
    )


def test_from_1_35_on_an_image_of_other_credentials_does_not_count() -> None:
    here = node("node-a", REGISTRY)
    here["status"]["nodeInfo"]["kubeletVersion"] = "v1.35.1"
    text = (
        "Node node-a has the image, but it was pulled with other credentials: since Kubernetes 1.35 that doesn't "
        "count as present."
    )
    assert shown(never(REGISTRY, Node=[here])) == [(f"{text} Add a pull secret that may pull it.", []), LET_PULL]
    here["status"]["nodeInfo"]["kubeletVersion"] = "v1.34.2"
    assert shown(never(REGISTRY, Node=[here])) == [LET_PULL, LOAD]


def test_a_volume_s_policy_is_the_volume_s(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_tasks(monkeypatch, never_pull)
    text = f'Container image "{REGISTRY}" is not present with pull policy of Never'
    one = fails("registry.example.com/other:1", reason="ErrImageNeverPull")
    one["spec"]["volumes"] = [{"name": "model", "image": {"reference": REGISTRY, "pullPolicy": "Never"}}]
    one["spec"]["containers"][0]["volumeMounts"] = [{"name": "model"}]
    one["status"]["containerStatuses"][0]["state"]["waiting"]["message"] = text
    (line,) = shown(deployment(one))[0][1]
    assert '"volumes":[{"name":"model","image":{"pullPolicy":"IfNotPresent"}}]' in line


def test_other_pods_that_run_it_change_nothing() -> None:
    assert shown(never("web:dev", runs("web:dev"), Node=[node("node-a", labels=MINIKUBE)])) == [LOAD]
