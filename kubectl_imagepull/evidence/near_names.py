"""Did you mean: a host, repository, tag, digest or pull secret near to one that the cluster proves.

Proven is what runs, ran, or stands in a node's image list, in another revision of the workload, or beside the pod in
its namespace. What only other namespaces use proves nothing for this one: it is said with their name. Official images
and what many namespaces use are nobody's own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.index import index_of
from kubectl_imagepull.evidence.known_images import KnownImages, SeenImage
from kubectl_imagepull.evidence.runs import named_secrets
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.objects import key_of, object_of, text_of
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.vocabulary.causes import Cause, What
from kubectl_imagepull.vocabulary.image_reference import DOCKER_HUB, ImageReference, try_parse
from kubectl_imagepull.vocabulary.likeness import is_like_host, is_like_path, is_like_tag, is_like_word
from kubectl_imagepull.vocabulary.reference_fault import FaultKind
from kubectl_imagepull.vocabulary.reference_mistakes import reference_fault
from kubectl_imagepull.vocabulary.vendors import Vendor, all_public, is_vendors_own, vendor_of

#: Causes under which nobody was reached who could say anything of the path.
_HOST_ONLY = frozenset(
    {
        Cause.DNS_FAILURE,
        Cause.CONNECTION_REFUSED,
        Cause.CONNECT_TIMEOUT,
        Cause.NETWORK_UNREACHABLE,
        Cause.TLS_NAME_MISMATCH,
    }
)
_REPOSITORY = frozenset(
    {
        Cause.TAG_NOT_FOUND,
        Cause.REPOSITORY_NOT_FOUND,
        Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE,
        Cause.NO_CREDENTIALS,
        Cause.FORBIDDEN,
        Cause.CREDENTIAL_PROVIDER_FAILED,
        Cause.INVALID_REFERENCE,
        Cause.NEVER_PULL,
        Cause.SHORT_NAME_AMBIGUOUS,
    }
)
_TAG = frozenset({Cause.TAG_NOT_FOUND, Cause.INVALID_REFERENCE, Cause.NEVER_PULL})
#: So many other namespaces are no stranger, but what the cluster's people use.
_MANY = 3
#: So much of a digest tells which one it is: `sha256:` and seven digits.
_LEAST_DIGEST = 14
_SECRET_TYPES = frozenset({"kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"})


@dataclass(frozen=True)
class _Near:
    """One name that may be meant."""

    #: The whole corrected reference.
    reference: str
    #: What is proven, as a sentence names it.
    proven: str
    #: What was seen, by which it is.
    images: tuple[SeenImage, ...] = ()
    #: Whether more than a typing mistake has to be corrected.
    is_farther: bool = False

    def stranger_to(self, namespace: str) -> str:
        """The other namespace that alone proves it; "" for none."""
        users = dict.fromkeys(name for image in self.images for name in image.runs)
        parsed = try_parse(self.reference)
        if namespace in users or len(users) >= _MANY or (parsed and _is_official(parsed)):
            return ""
        return next(iter(users), "")

    @property
    def uses(self) -> int:
        """How many containers and nodes have it."""
        return sum(image.count + len(image.nodes) for image in self.images)


def _is_official(reference: ImageReference) -> bool:
    """Whether no tenant can have put it there: the registry's own images."""
    own = reference.registry == DOCKER_HUB and reference.path.startswith("library/")
    return own or all_public(reference.registry)


class NearNames:
    """What a snapshot knows of names; built once for a snapshot."""

    def __init__(self, snapshot: Snapshot, known: KnownImages) -> None:
        self.snapshot = snapshot
        self.known = known
        self.namespaces = {
            *(key_of(item)[1] for item in snapshot.objects.get("Namespace", ())),
            *(key_of(pod)[0] for pod in snapshot.pods),
        }
        #: What was found, by all that it depends on: very many pods fail with few images.
        self.answers: dict[tuple[str, ...], tuple[Evidence, ...]] = {}

    @cached_property
    def used_secrets(self) -> dict[str, set[str]]:
        """The pull secrets that running pods name, by namespace."""
        used: dict[str, set[str]] = {}
        for pod in self.snapshot.pods:
            if object_of(pod.get("status")).get("phase") == "Running":
                used.setdefault(key_of(pod)[0], set()).update(named_secrets(pod))
        return used


def look_at_near_names(
    failure: PullFailure, verdict: Verdict, index: NearNames, previous: Sequence[str] = ()
) -> tuple[Evidence, ...]:
    """The name that is near to what the image names, by host, repository or tag, and to a pull secret that isn't there.

    `previous` are images of the workload's earlier revisions that ran.
    """
    if failure.what is What.SANDBOX:
        return ()
    if verdict.cause is Cause.PULL_SECRET_MISSING:
        return tuple(_near_secrets(failure, index))
    # what was pulled under this name once is no typing mistake
    if verdict.cause not in _HOST_ONLY | _REPOSITORY or index.known.seen(failure.image):
        return ()
    node = (failure.node or "") if verdict.cause is Cause.NEVER_PULL else ""
    key = (failure.image, verdict.cause.value, failure.namespace, node, *previous)
    if key not in index.answers:
        index.answers[key] = _nearest(failure, verdict.cause, index, previous)
    return index.answers[key]


def _nearest(failure: PullFailure, cause: Cause, index: NearNames, previous: Iterable[str]) -> tuple[Evidence, ...]:
    reference = _read(failure.image)
    if reference is None:
        return _nearest_as_evidence(_cut_digests(failure.image, index.known), failure.namespace)
    earlier = tuple(SeenImage(ran) for image in previous if (ran := try_parse(image)))
    look = _NearNameSearch(failure, cause, reference, index, earlier)
    candidates = (look.hosts, look.repositories, look.tags)
    return next((found for each in candidates if (found := _nearest_as_evidence(each(), failure.namespace))), ())


def _read(image: str) -> ImageReference | None:
    """The reference, also where a registry that was left empty, or a + or / in the tag breaks its grammar."""
    fault = reference_fault(image)
    if fault and fault.kind in {FaultKind.PLUS, FaultKind.TAG_SLASH}:
        # a tag that exists has something else in their place
        return try_parse(image.replace(fault.piece, re.sub("[+/]", ".", fault.piece)))
    return try_parse(image) or try_parse(image.removeprefix("/"))


def _cut_digests(image: str, known: KnownImages) -> Iterator[tuple[str, str, _Near]]:
    """Digests that begin with one that was cut short."""
    name, _, digest = image.partition("@")
    reference = try_parse(name)
    if reference is None or len(digest) < _LEAST_DIGEST:
        return
    for seen in known.images_at(reference.repository):
        if seen.reference.digest and seen.reference.digest.startswith(digest):
            yield "digest", digest, _Near(str(seen.reference), seen.reference.digest, (seen,))


@dataclass(frozen=True)
class _NearNameSearch:
    """One failure's image, held against what was seen; each look gives (about, what is written, what is near)."""

    #: The failure whose names are compared.
    failure: PullFailure
    #: Its cause: it says which of the names may be wrong.
    cause: Cause
    #: Its image.
    image: ImageReference
    #: The names that the snapshot proves.
    index: NearNames
    #: What the workload's earlier revisions ran.
    earlier: tuple[SeenImage, ...]

    def hosts(self) -> Iterator[tuple[str, str, _Near]]:
        own = self._repositories_at(self.image.registry)
        if not any(True for _ in self._images(own)):
            for registry in self._registries():
                if is_like_host(self.image.registry, registry):
                    near = self._at(f"{registry}/{self.image.path}", registry, self._repositories_at(registry))
                    yield "host", self.image.registry, near
        if self.cause in _REPOSITORY and self._names_no_registry:
            yield from self._registries_left_out()

    def _registries_left_out(self) -> Iterator[tuple[str, str, _Near]]:
        path = self.image.path.removeprefix("library/")
        for registry in self._registries():
            for repository in self._repositories_at(registry):
                if registry == DOCKER_HUB or not repository.endswith(f"/{path}"):
                    continue
                exact = repository == f"{registry}/{path}" and "/" in path
                near = self._at(repository, repository, (repository,), is_farther=not exact)
                # of a name of one word there are many: it is this one where the tag is there as well
                if exact or any(image.reference.tag == self.image.tag for image in near.images):
                    yield "host", self.failure.image, near

    @property
    def _names_no_registry(self) -> bool:
        named = self.failure.image.startswith((f"{DOCKER_HUB}/", "index.docker.io/"))
        return self.image.registry == DOCKER_HUB and not named

    def repositories(self) -> Iterator[tuple[str, str, _Near]]:
        repositories = self._repositories_at(self.image.registry)
        if self.cause not in _REPOSITORY or self.image.repository in repositories:
            return
        for repository in repositories:
            other = repository.removeprefix(f"{self.image.registry}/")
            is_like = is_like_path(self.image.path, other)
            # what stands in front of the name, as a project, may have been left out
            if is_like or ("/" in other and other.endswith(f"/{self.image.path}")):
                near = self._at(repository, repository, (repository,), is_farther=not is_like)
                yield "repository", self.image.repository, near
        project, slash, rest = self.image.path.partition("/")
        # a project of OpenShift's own registry is a namespace of the cluster
        if vendor_of(self.image.registry) is Vendor.OPENSHIFT and slash and project not in self.index.namespaces:
            for name in self.index.namespaces:
                if is_like_word(project, name):
                    near = self._at(f"{self.image.registry}/{name}/{rest}", f"namespace {name}", ())
                    yield "repository", self.image.repository, near

    def tags(self) -> Iterator[tuple[str, str, _Near]]:
        tag = self.image.tag
        if self.cause not in _TAG or not tag or self.image.digest or self.image.implied_tag:
            return
        for image in self._images((self.image.repository,)):
            other = image.reference.tag
            if other and not image.reference.digest and is_like_tag(tag, other):
                yield "tag", tag, _Near(f"{self.image.repository}:{other}", other, (image,))

    def _at(self, repository: str, proven: str, repositories: Iterable[str], *, is_farther: bool = False) -> _Near:
        """The image under another name, with the tag or digest that it has."""
        mark = f"@{self.image.digest}" if self.image.digest else f":{self.image.tag}"
        return _Near(f"{repository}{mark}", proven, tuple(self._images(repositories)), is_farther)

    def _registries(self) -> Collection[str]:
        return dict.fromkeys((*self.index.known.registries, *(image.reference.registry for image in self.earlier)))

    def _repositories_at(self, registry: str) -> Collection[str]:
        own = (image.reference.repository for image in self.earlier if image.reference.registry == registry)
        return dict.fromkeys((*self.index.known.repositories_at(registry), *own))

    def _images(self, repositories: Iterable[str]) -> Iterator[SeenImage]:
        for repository in repositories:
            for image in self.index.known.images_at(repository):
                # an image that may not be pulled has to be on the node itself
                if self.cause is not Cause.NEVER_PULL or (self.failure.node or "") in image.nodes:
                    yield image
            yield from (image for image in self.earlier if image.reference.repository == repository)


def _nearest_as_evidence(candidates: Iterable[tuple[str, str, _Near]], namespace: str) -> tuple[Evidence, ...]:
    """The nearest one as evidence; nothing where two are as near, for then none is proven."""

    def rank(one: tuple[str, str, _Near]) -> tuple[bool, bool, int]:
        return bool(one[2].stranger_to(namespace)), one[2].is_farther, -one[2].uses

    usable = [one for one in candidates if one[2].images or one[2].proven.startswith("namespace ")]
    if not usable:
        return ()
    best, *others = sorted(usable, key=lambda one: (*rank(one), one[2].reference))
    if any(rank(one) == rank(best) and one[2].reference != best[2].reference for one in others):
        return ()
    about, written, near = best
    # a vendor's own host is no tenant's, and the path is what the image itself names
    is_vendors = about == "host" and is_vendors_own(near.proven)
    stranger = "" if is_vendors else near.stranger_to(namespace)
    text = f"{written} looks like a typo for {near.proven}, {_proof(near, namespace)}"
    values = (near.reference, near.proven)
    return (Evidence(Check.NEAR_NAME, Result.INFO, text, about, values, namespace=stranger),)


def _proof(near: _Near, namespace: str) -> str:
    if not near.images:
        return "which there is"
    runs = [image.runs.get(namespace) or next(iter(image.runs.values()), None) for image in near.images]
    if run := next(filter(None, runs), None):
        return f"which pod {run.name} {'uses' if run.running else 'used'}"
    node = next((name for image in near.images for name in image.nodes), "")
    return f"which node {node} has in its image list" if node else "which an earlier revision used"


# -- pull secrets ----------------------------------------------------------------------------------------------------


def _near_secrets(failure: PullFailure, names: NearNames) -> Iterator[Evidence]:
    snapshot = names.snapshot
    index = index_of(snapshot)
    named = named_secrets(failure.pod_object)
    used = names.used_secrets.get(failure.namespace, set())
    pull_secrets = {name for name in index.secrets_in(failure.namespace) if _is_pull_secret(snapshot, failure, name)}
    for name in named:
        if name in pull_secrets:
            continue
        near = sorted(other for other in (used | pull_secrets) - set(named) if is_like_word(name, other))
        if len(near) == 1:
            proof = "which other pods use" if near[0] in used else "a pull secret of this namespace"
            text = f"secret {name} looks like a typo for {near[0]}, {proof}"
            yield Evidence(Check.NEAR_NAME, Result.INFO, text, "secret", (near[0], name))


def _is_pull_secret(snapshot: Snapshot, failure: PullFailure, name: str) -> bool:
    found = index_of(snapshot).find("Secret", failure.namespace, name)
    return found is not None and text_of(found.get("type")) in _SECRET_TYPES
