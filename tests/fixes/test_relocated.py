"""Places that moved: the image where it is now, whatever the text says."""

from __future__ import annotations

import pytest
from situations import NO_TAG, context, deployment, fails, lines

from kubectl_imagepull.fixes.relocated import relocation_fixes
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Who

REFUSED = "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://gcr.io/v2/token: 403 Forbidden"
HIDDEN = (
    "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope"
)
HELM = {"annotations": {"meta.helm.sh/release-name": "db"}}
OLD = "k8s.gcr.io/kube-proxy:v1.30.0"
LEGACY = "Take the image from there only as a stopgap: it no longer gets updates."


def moved(image: str, text: str = NO_TAG, marks: JsonObject | None = None) -> list[Fix]:
    return relocation_fixes(context(deployment(fails(image, text), image=image, marks=marks)))


@pytest.mark.parametrize(
    ("image", "text", "new", "said"),
    [
        (
            "k8s.gcr.io/kube-proxy:v1.30.0",
            NO_TAG,
            "registry.k8s.io/kube-proxy:v1.30.0",
            (
                "k8s.gcr.io has been frozen since April 2023: the same images are at registry.k8s.io, newer ones "
                "only there."
            ),
        ),
        (
            "bitnami/redis:7.0",
            NO_TAG,
            "docker.io/bitnamilegacy/redis:7.0",
            f"Bitnami moved its versioned tags to bitnamilegacy in August 2025. {LEGACY}",
        ),
        (
            "public.ecr.aws/bitnami/redis:7.0",
            NO_TAG,
            "docker.io/bitnamilegacy/redis:7.0",
            "Bitnami's images have been gone from public.ecr.aws since June 2026: Docker Hub's bitnamilegacy has the "
            f"versioned ones. {LEGACY}",
        ),
        (
            "minio/minio:RELEASE.2025-09-07T16-13-09Z",
            HIDDEN,
            "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z",
            "MinIO deleted minio from Docker Hub in September 2026: quay.io/minio/minio has the same tags and "
            "digests. It no longer gets updates.",
        ),
    ],
)
def test_the_same_tag_in_the_new_place(image: str, text: str, new: str, said: str) -> None:
    (first,) = moved(image, text)
    assert (first.text, lines(first)) == (said, [f"kubectl set image deployment/web app={new} -n shop"])
    assert (first.basis, first.notes) == (Basis.EVIDENCE, ())


@pytest.mark.parametrize(
    ("image", "text", "new"),
    [
        ("gcr.io/kubebuilder/kube-rbac-proxy:v0.13.1", REFUSED, "quay.io/brancz/kube-rbac-proxy"),
        ("jupyterhub/k8s-hub:4.0.0", NO_TAG, "quay.io/jupyterhub/k8s-hub"),
        ("tootsuite/mastodon:v4.3.0", NO_TAG, "ghcr.io/mastodon/mastodon"),
    ],
)
def test_a_new_place_whose_tags_are_not_known(image: str, text: str, new: str) -> None:
    (first,) = moved(image, text)
    tag = image.rpartition(":")[2]
    assert lines(first) == [f"kubectl set image deployment/web app={new}:{tag} -n shop"]
    assert (first.basis, first.notes) == (Basis.TEXT, (f"First check whether {new} has this tag.",))


def test_a_place_that_took_other_names() -> None:
    image = "gcr.io/tekton-releases/github.com/tektoncd/pipeline/cmd/controller:v0.60.0"
    (first,) = moved(image, REFUSED)
    assert (first.text, first.commands) == (
        "Tekton closed gcr.io/tekton-releases in July 2025: its images are at ghcr.io/tektoncd, under other names. "
        "Install a Tekton release that uses them.",
        (),
    )


def test_github_s_old_registry_wants_the_name_from_the_reader() -> None:
    image = "docker.pkg.github.com/acme/app/web:1"
    (first,) = moved(image, NO_TAG)
    assert lines(first) == [
        'kubectl set image deployment/web app="${GHCR_IMAGE:?the image at ghcr.io, with a tag}" -n shop'
    ]


def test_a_chart_s_values_are_named() -> None:
    image = "docker.io/bitnami/mysql:8.4.5"
    (first,) = moved(image, marks=HELM)
    assert first.text == (
        "Bitnami moved its versioned tags to bitnamilegacy in August 2025. In the chart's values set "
        "image.repository=bitnamilegacy/mysql and global.security.allowInsecureImages=true."
    )
    assert first.notes == (LEGACY,)
    gone = "public.ecr.aws/bitnami/mysql:8.4.5"
    assert moved(gone, marks=HELM)[0].text.endswith(
        "set image.registry=docker.io, image.repository=bitnamilegacy/mysql and global.security.allowInsecureImages=true."
    )
    minio = "minio/minio:RELEASE.2025"
    assert moved(minio, HIDDEN, HELM)[0].text.endswith(
        "In the chart's values set image.repository=quay.io/minio/minio."
    )


def test_google_s_registry_is_migrated_by_the_project_s_owner() -> None:
    image = "eu.gcr.io/my-project/app:1"
    (first,) = moved(image, NO_TAG)
    assert (first.text, lines(first), first.who) == (
        "Google shut Container Registry down in March 2025: gcr.io names now work only in Artifact Registry: the "
        "owner of project my-project can move its images there.",
        ["gcloud artifacts docker upgrade migrate --projects=my-project"],
        Who.REGISTRY_OWNER,
    )


@pytest.mark.parametrize(
    "image",
    [
        "docker.io/bitnamilegacy/redis:7",
        "docker.io/bitnamisecure/redis:latest",
        "quay.io/minio/minio:1",
        "docker.io/minio/operator:1",
        "gcr.io.example.com/a:1",
    ],
)
def test_places_that_did_not_move(image: str) -> None:
    assert moved(image) == []


@pytest.mark.parametrize(
    ("image", "text"),
    [
        ("bitnami/redis:7.0", "429 Too Many Requests"),
        ("minio/minio:1", "429 Too Many Requests"),
        ("gcr.io/p/a:1", "429 Too Many Requests"),
        (OLD, "write /var/lib/containerd: no space left on device"),
    ],
)
def test_a_move_that_has_nothing_to_do_with_the_cause(image: str, text: str) -> None:
    assert moved(image, text) == []
    assert moved(OLD, "dial tcp: lookup k8s.gcr.io: no such host") != []


def test_the_values_of_a_dependency_are_those_of_its_chart() -> None:
    image = "docker.io/bitnami/mysql:8.4.5"
    pod = fails(image, text=NO_TAG)
    pod["metadata"]["labels"] = {"helm.sh/chart": "mysql-9.1.0"}
    here = context(deployment(pod, image=image, marks=HELM))
    assert "In the values of chart mysql set image.repository=" in relocation_fixes(here)[0].text
