"""UnsupportedManifest: an old image, a chart, another artifact, or a web page."""

from __future__ import annotations

import pytest
from fake_tasks import use_fake_tasks
from situations import WEB, deployment, fails, fixes, lines, node, runs

from kubectl_imagepull.fixes.causes import unsupported_manifest
from kubectl_imagepull.vocabulary.fix import Who

SCHEMA_1 = (
    "failed to get converter for image: Pulling Schema 1 images have been deprecated and disabled by default since "
    "containerd v2.0."
)
CHART = 'unsupported image-specific operation on artifact with type "application/vnd.cncf.helm.config.v1+json"'
ARTIFACT = "failed to unpack image on snapshotter overlayfs: number of layers and diffIDs don't match: 1 != 0"
PAGE = "rpc error: code = NotFound desc = get image config descriptor: unexpected media type text/html for sha256:0d: not found"
OLD_CLIENT = "manifest unknown: OCI index found, but accept header does not support OCI indexes"
REPOSITORY = '"${REPOSITORY:?the registry and path of the image, such as registry.example.com/team/app}"'
OWN = '"${OWN_REPOSITORY:?a repository that you may push to, such as registry.example.com/team/app}"'


def set_to(image: str) -> str:
    return f"kubectl set image deployment/web app={image} -n shop"


def test_an_image_in_the_old_format() -> None:
    nodes = [node("node-a")]
    nodes[0]["status"]["nodeInfo"]["containerRuntimeVersion"] = "containerd://2.0.6"
    newer, convert = fixes(deployment(fails(text=SCHEMA_1), Node=nodes))
    assert newer.text == (
        f"{WEB} is in the old schema 1 format, which containerd 2.0.6 no longer supports: use a newer tag in the "
        "current format."
    )
    assert lines(newer)[1] == set_to('registry.example.com/shop/web:"${EXISTING_TAG:?a tag that exists}"')
    assert convert.text == "Or convert the image in place: this copies it onto itself in the current format."
    assert lines(convert) == [f"skopeo copy --format v2s2 docker://{WEB} docker://{WEB}"]


def test_a_stranger_s_old_image_is_copied() -> None:
    image = "registry.k8s.io/busybox"
    convert = fixes(deployment(fails(image, SCHEMA_1), image=image))[1]
    assert convert.text == "Or copy it to your own repository, which converts it, and use that."
    assert lines(convert) == [
        f"skopeo copy --format v2s2 docker://registry.k8s.io/busybox:latest docker://{OWN}:latest &&",
        set_to(f"{OWN}:latest"),
    ]


@pytest.mark.parametrize(("text", "what"), [(CHART, "a Helm chart"), (ARTIFACT, "some other kind of artifact")])
def test_what_is_no_image(text: str, what: str) -> None:
    first, look = fixes(deployment(fails(text=text)))
    assert first.text == f"{WEB} is {what}, not a container image: use the image that you want to run."
    assert lines(first) == [set_to(f"{REPOSITORY}:v9")]
    assert lines(look) == [f"skopeo inspect --raw docker://{WEB}"]


def test_a_web_page_is_no_registry() -> None:
    first = fixes(deployment(fails(text=PAGE)))[0]
    assert first.text == (
        "A web page came back instead of the image: registry.example.com isn't a registry at this address, or a "
        "login page is in front of it. Check what answers, and use the registry's own host and port."
    )
    assert lines(first) == ["curl -sSi https://registry.example.com/v2/", set_to(f"{REPOSITORY}:v9")]
    page = "hub.docker.com/r/acme/app:1"
    assert lines(fixes(deployment(fails(page, PAGE), image=page))[0]) == [set_to("docker.io/acme/app:1")]


def test_a_registry_that_never_answers_with_a_web_page(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_tasks(monkeypatch, unsupported_manifest)
    image = "docker.io/acme/app:1"
    assert fixes(deployment(fails(image, PAGE), image=image))[0].text == (
        "TASK unnamed_mirror: docker.io never answers with a web page, so a mirror or proxy answers in its place"
    )


def test_a_mirror_that_is_a_web_page(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_tasks(monkeypatch, unsupported_manifest)
    text = f"{PAGE}: Get https://mirror.corp.example/v2/shop/web/manifests/v9?ns=registry.example.com"
    first, task, *_ = fixes(deployment(fails(text=text)))
    assert first.text == (
        "mirror.corp.example returned a web page instead of the image: it answers for registry.example.com on the "
        "node, but isn't a registry at this address."
    )
    assert (first.who, task.text) == (Who.CLUSTER_ADMIN, "TASK mirror")


def test_a_docker_that_is_too_old() -> None:
    nodes = [node("node-a")]
    nodes[0]["status"]["nodeInfo"]["containerRuntimeVersion"] = "docker://19.3.1"
    first = fixes(deployment(fails(text=OLD_CLIENT), Node=nodes))[0]
    assert first.text == (
        "The image is an OCI index, which Docker 19.3.1 is too old to support: update it, or have the image pushed "
        "in Docker's format."
    )


def test_any_other_format() -> None:
    look, other = fixes(
        deployment(fails(text="unsupported OCIv1 media type x"), runs("registry.example.com/shop/web:v8"))
    )
    assert look.text == f"Check what {WEB} is: its media type tells whether it is an image."
    assert lines(other) == [set_to("registry.example.com/shop/web:v8")]
