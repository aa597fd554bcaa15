from __future__ import annotations

from clusters import cluster, pod, waiting

from kubectl_imagepull.diagnosis.sample import looked_at_closely
from kubectl_imagepull.failures.finding import find_failures
from kubectl_imagepull.kube.objects import JsonObject, key_of


def failing(name: str, image: str, owner: str) -> JsonObject:
    message = f'Back-off pulling image "{image}": ErrImagePull: failed to resolve image: {image}: not found'
    owners = [{"kind": "ReplicaSet", "name": owner, "controller": True}]
    return pod(name, {"app": waiting("ImagePullBackOff", message)}, image=image, metadata={"ownerReferences": owners})


#: Six pods of four workloads with one image, two pods with another, and one with a third.
PODS = [
    *(failing(f"a-{i}", "r.example/a:1", f"a-{min(i, 3)}") for i in range(6)),
    failing("b-0", "r.example/b:1", "b"),
    failing("b-1", "r.example/b:1", "b"),
    failing("c-0", "r.example/c:1", "c"),
]


def names(most: int) -> list[str]:
    return [key_of(one)[1] for one in looked_at_closely(find_failures(cluster(PODS)), most)]


def test_few_are_all_looked_at() -> None:
    assert names(9) == [key_of(one)[1] for one in PODS]


def test_of_many_each_root_cause_has_an_example_before_any_has_two() -> None:
    assert names(8) == ["a-0", "b-0", "c-0", "a-1", "a-2"]


def test_the_largest_root_causes_come_first() -> None:
    assert names(2) == ["a-0", "b-0"]


def test_the_nodes_of_a_platform_mismatch_are_all_looked_at() -> None:
    message = "no match for platform in manifest: not found"
    pods = [pod(f"p-{i}", {"app": waiting("ErrImagePull", message)}) for i in range(5)]
    assert len(looked_at_closely(find_failures(cluster(pods)), 4)) == 4
