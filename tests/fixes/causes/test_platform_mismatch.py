"""PlatformMismatch: nodes that the image is built for, or an image that is built for the node."""

from __future__ import annotations

import json

import pytest
from clusters import cluster
from situations import DIGEST, WEB, deployment, fails, fixes, held, lines, node, owned_by, revision, runs, template

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Who

NO_MATCH = (
    "rpc error: code = NotFound desc = failed to pull and unpack image: no match for platform in manifest: not found"
)
ARM = 'choosing an image from manifest list: no image found in manifest list for architecture "arm64", variant "v8", OS "linux"'
WINDOWS_IMAGE = 'cannot download image with operating system "windows" when requesting "linux"'
BUILDS = "a Windows version 10.0.20348-based image is incompatible with a 10.0.17763 host"
STRANGERS = "docker.io/acme/app:v9"
NO_INDEX = "image with reference registry.example.com/shop/web:v9 was found but does not match the specified platform"
WHOLE_INDEX = (
    "The digest may be that of a single platform's image: the tag covers all of them. If you need to pin it, pin the "
    "digest of the index."
)
LOOK = "Check which platforms the image is built for, and which ones the nodes have."


def mismatch(
    *nodes: JsonObject, image: str = WEB, text: str = NO_MATCH, pods: tuple[JsonObject, ...] = ()
) -> list[Fix]:
    return list(fixes(deployment(fails(image, text), *pods, image=image, Node=list(nodes))))


def selector_of(fix: Fix) -> dict[str, str]:
    patch = json.loads(lines(fix)[0].partition(" -p ")[2].strip("'"))
    selector: dict[str, str] = patch["spec"]["template"]["spec"]["nodeSelector"]
    return selector


ARM_NODE, AMD_NODE = node("node-a", platform="linux/arm64"), node("node-b", platform="linux/amd64")
WINDOWS_NODE = node("node-a", platform="windows/amd64")


def test_the_only_other_architecture_of_the_cluster() -> None:
    first, build, look = mismatch(ARM_NODE, AMD_NODE)
    assert first.text == f"{WEB} has no linux/arm64 variant: schedule the pods of deployment/web only on amd64 nodes."
    assert selector_of(first) == {"kubernetes.io/arch": "amd64"}
    assert (first.basis, first.brief) == (Basis.TEXT, "Let deployment/web run on amd64 nodes only")
    assert (
        build.text
        == f"{WEB} has no linux/arm64 variant: have it built for that platform too, and pushed under the same tag."
    )
    assert lines(build) == [f"docker buildx build --platform=linux/arm64,linux/amd64 -t {WEB} --push ."]
    assert (look.text, lines(look)) == (
        LOOK,
        [f"skopeo inspect --raw docker://{WEB}", "kubectl get nodes -L kubernetes.io/os,kubernetes.io/arch"],
    )


def test_where_the_image_runs_its_platform_is_proven() -> None:
    pods = (runs(WEB, name="web-6b-1", node="node-b"),)
    first = mismatch(ARM_NODE, AMD_NODE, node("node-c", platform="linux/riscv64"), pods=pods)[0]
    assert first.text == (
        f"{WEB} has no linux/arm64 variant, and runs on linux/amd64: schedule the pods of deployment/web only on "
        "amd64 nodes."
    )
    assert (selector_of(first), first.basis) == ({"kubernetes.io/arch": "amd64"}, Basis.EVIDENCE)


def test_two_other_architectures_prove_none() -> None:
    found = mismatch(ARM_NODE, AMD_NODE, node("node-c", platform="linux/riscv64"))
    assert not any("nodeSelector" in line for fix in found for line in lines(fix))


def test_a_linux_image_on_a_windows_node() -> None:
    first, look = mismatch(WINDOWS_NODE, AMD_NODE, node("node-c", platform="linux/arm64"), image=STRANGERS)
    assert (
        first.text
        == f"{STRANGERS} has no windows/amd64 variant: schedule the pods of deployment/web only on Linux nodes."
    )
    assert selector_of(first) == {"kubernetes.io/os": "linux"}
    assert look.text == LOOK, "nobody builds it for Windows under the same tag"


def test_a_windows_image_on_a_linux_node() -> None:
    windows = node("node-b", platform="windows/amd64")
    first, look = mismatch(node("node-a"), windows, text=WINDOWS_IMAGE)
    assert selector_of(first) == {"kubernetes.io/os": "windows"}
    assert first.basis is Basis.EVIDENCE
    assert look.text == LOOK, "nobody builds it for Linux under the same tag"


def test_a_cluster_of_one_architecture_needs_another_image() -> None:
    first, _ = mismatch(ARM_NODE, image=STRANGERS)
    assert first.text == (
        f"{STRANGERS} has no linux/arm64 variant: use a tag or image that has one, or ask whoever publishes it for it."
    )
    assert (first.who, first.commands) == (Who.PUBLISHER, ())


def test_the_text_tells_the_platform_where_the_node_could_not_be_read() -> None:
    first, _ = fixes(deployment(fails(text=ARM)))
    assert lines(first) == [f"docker buildx build --platform=linux/arm64,linux/amd64 -t {WEB} --push ."]
    unknown, _ = fixes(deployment(fails(text=NO_MATCH)))
    assert unknown.text == (
        f"{WEB} has no variant for the platform of node node-a: use a tag or image that has one, or ask whoever "
        "builds it for it."
    )


@pytest.mark.parametrize(
    ("image", "beside", "secrets", "is_built"),
    [
        ("ghcr.io/acme/app:v9", "", [], False),
        ("ghcr.io/acme/app:v9", "ghcr.io/acme/sidecar:1", [], True),
        ("ghcr.io/acme/app:v9", "ghcr.io/other/sidecar:1", [], False),
        ("ghcr.io/acme/app:v9", "", [{"name": "regcred"}], True),
        ("docker.io/library/nginx:1", "docker.io/library/redis:1", [{"name": "regcred"}], False),
        (WEB, "", [], True),
    ],
)
def test_whose_image_it_is(image: str, beside: str, secrets: list[JsonObject], *, is_built: bool) -> None:
    one = fails(image, ARM, spec={"imagePullSecrets": secrets})
    if beside:
        one["spec"]["containers"].append({"name": "sidecar", "image": beside})
    found = fixes(deployment(one, image=image))
    assert any("buildx" in line for fix in found for line in lines(fix)) is is_built


def test_a_digest_may_be_that_of_one_platform() -> None:
    image = f"{WEB}@{DIGEST}"
    found = mismatch(ARM_NODE, image=image, text=NO_INDEX)
    assert found[0].text == WHOLE_INDEX
    assert lines(found[0]) == [f"kubectl set image deployment/web app={WEB} -n shop"]


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        (NO_MATCH, "linux/arm64"),
        (ARM, "linux/arm64/v8"),
        ("no matching manifest for linux/arm64/v8 in the manifest list entries", "linux/arm64/v8"),
    ],
)
def test_a_digest_that_is_known_to_be_that_of_an_index_is_rather_the_whole(text: str, platform: str) -> None:
    variant, whole, _ = mismatch(ARM_NODE, image=f"{WEB}@{DIGEST}", text=text)
    assert variant.text == (
        f"{WEB}@{DIGEST[:19]} has no {platform} variant: have it built for that platform too, and pushed under the "
        "same tag."
    )
    assert whole.text == WHOLE_INDEX


def test_a_windows_image_newer_than_its_host() -> None:
    right, select = mismatch(WINDOWS_NODE, text=BUILDS)
    assert right.text == (
        f"{WEB} is built on Windows 10.0.20348, and node node-a runs 10.0.17763: use the image's build for "
        "10.0.17763, which is tagged ltsc2019."
    )
    assert selector_of(select) == {"kubernetes.io/os": "windows", "node.kubernetes.io/windows-build": "10.0.20348"}


def test_what_ran_before_comes_first_where_nothing_proves_the_platform() -> None:
    before = revision(8, "web-5a", "registry.example.com/shop/web:v8", ready=1)
    snapshot = deployment(fails(text=NO_MATCH), Node=[ARM_NODE, AMD_NODE], ReplicaSet=[before])
    assert lines(fixes(snapshot)[0]) == ["kubectl rollout undo deployment/web --to-revision=8 -n shop"]


def test_a_job_is_made_again() -> None:
    one = fails(text=NO_MATCH, name="load-x", owner=owned_by("Job", "load", "batch/v1"))
    jobs = [held("Job", "load", spec=template(WEB))]
    first = fixes(cluster([one], Job=jobs, Node=[WINDOWS_NODE, AMD_NODE]))[0]
    (line,) = lines(first)
    assert line.startswith("kubectl get job/load -n shop -o json | kubectl patch --local ")
    assert '"nodeSelector":{"kubernetes.io/os":"linux"}' in line
