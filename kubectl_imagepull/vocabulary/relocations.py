"""Places that images have moved away from: since when, what happened there, and the name in the place that took over.

Sources: kubernetes/registry.k8s.io; bitnami/containers#83267, bitnami/charts#35164 and #36537; testcontainers-node#1463
and deephaven-core#8525 (MinIO); kubernetes-sigs/jobset#721; tektoncd/pipeline#8870; jupyterhub/team-compass#688;
mastodon/mastodon#24113; Google's notices on Container Registry.
"""

from __future__ import annotations

from dataclasses import dataclass

from kubectl_imagepull.vocabulary.image_reference import DOCKER_HUB, ImageReference

_GCR = ".gcr.io"


@dataclass(frozen=True)
class Relocation:
    """One place that moved."""

    #: The registry, or registry and first parts of the path.
    place: str
    #: The sentence that says what happened, and when.
    why: str
    #: What stands for the place in the new name; "" where only the owner knows the new name.
    target: str = ""
    #: What to think of the new place; "" for nothing.
    advice: str = ""
    #: Whether the new place has the same tags.
    same_tags: bool = True
    #: Whether some of its tags are still there, so that only a missing one has to do with the move.
    versions_only: bool = False
    #: Whether the owner closed the place, so that it refuses what it held.
    is_closed: bool = False
    #: What else a chart's values have to say for the new place; () for nothing.
    chart_values: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What happened, and what to think of the new place."""
        return f"{self.why} {self.advice}".rstrip()

    def new_name(self, reference: ImageReference) -> str | None:
        """The repository's name in the place that took over, without tag; None where only its owner knows it."""
        return f"{self.target}{reference.repository.removeprefix(self.place)}" if self.target else None


KUBERNETES = Relocation(
    "k8s.gcr.io",
    "k8s.gcr.io has been frozen since April 2023: the same images are at registry.k8s.io, newer ones only there.",
    "registry.k8s.io",
)
BITNAMI = Relocation(
    f"{DOCKER_HUB}/bitnami",
    "Bitnami moved its versioned tags to bitnamilegacy in August 2025.",
    f"{DOCKER_HUB}/bitnamilegacy",
    "Take the image from there only as a stopgap: it no longer gets updates.",
    versions_only=True,
    chart_values=("global.security.allowInsecureImages=true",),
)
_BITNAMI_AT_AMAZON = Relocation(
    "public.ecr.aws/bitnami",
    (
        "Bitnami's images have been gone from public.ecr.aws since June 2026: Docker Hub's bitnamilegacy has the "
        "versioned ones."
    ),
    f"{DOCKER_HUB}/bitnamilegacy",
    "Take the image from there only as a stopgap: it no longer gets updates.",
    is_closed=True,
    chart_values=("global.security.allowInsecureImages=true",),
)
_MINIO = tuple(
    Relocation(
        f"{DOCKER_HUB}/minio/{name}",
        f"MinIO deleted {name} from Docker Hub in September 2026: quay.io/minio/{name} has the same tags and digests.",
        f"quay.io/minio/{name}",
        "It no longer gets updates.",
        is_closed=True,
    )
    for name in ("minio", "mc")
)
_KUBE_RBAC_PROXY = Relocation(
    "gcr.io/kubebuilder/kube-rbac-proxy",
    "gcr.io/kubebuilder was shut down in March 2025: quay.io/brancz has kube-rbac-proxy.",
    "quay.io/brancz/kube-rbac-proxy",
    same_tags=False,
    is_closed=True,
)
_TEKTON = Relocation(
    "gcr.io/tekton-releases",
    "Tekton closed gcr.io/tekton-releases in July 2025: its images are at ghcr.io/tektoncd, under other names.",
    advice="Install a Tekton release that uses them.",
    is_closed=True,
)
_JUPYTERHUB = Relocation(
    f"{DOCKER_HUB}/jupyterhub",
    "Since October 2023 JupyterHub's images are only at quay.io/jupyterhub.",
    "quay.io/jupyterhub",
    same_tags=False,
    versions_only=True,
)
_MASTODON = Relocation(
    f"{DOCKER_HUB}/tootsuite/mastodon",
    "Since 2023 Mastodon's images are only at ghcr.io/mastodon.",
    "ghcr.io/mastodon/mastodon",
    same_tags=False,
    versions_only=True,
)
GITHUB = Relocation("docker.pkg.github.com", "docker.pkg.github.com has become ghcr.io: pull the image from there.")
GOOGLE = Relocation(
    "gcr.io",
    "Google shut Container Registry down in March 2025: gcr.io names now work only in Artifact Registry",
)
#: The narrower place stands before the wider one that it is in.
_RELOCATIONS = (
    KUBERNETES,
    BITNAMI,
    _BITNAMI_AT_AMAZON,
    *_MINIO,
    _KUBE_RBAC_PROXY,
    _TEKTON,
    _JUPYTERHUB,
    _MASTODON,
    GITHUB,
)


def relocation_of(reference: ImageReference) -> Relocation | None:
    """The move that a reference's place has made, if it is one of those that moved."""
    for relocation in _RELOCATIONS:
        if f"{reference.repository}/".startswith(f"{relocation.place}/"):
            return relocation
    return GOOGLE if reference.registry == GOOGLE.place or reference.registry.endswith(_GCR) else None
