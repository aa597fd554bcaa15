"""Where else the same image and registry run or fail, and which tags are known to exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.known_images import KnownImages, KnownTag
from kubectl_imagepull.evidence.runs import ImageRun, image_key, named_secrets, runs_of
from kubectl_imagepull.evidence.sightings import Sightings
from kubectl_imagepull.evidence.usage import (
    ImageUse,
    ReadFailure,
    RegistryUse,
    Usage,
    registry_of_image,
    same_credentials,
)
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.objects import object_of, objects_of
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.vocabulary.causes import Cause, Scope, What
from kubectl_imagepull.vocabulary.image_reference import repository_named
from kubectl_imagepull.vocabulary.wording import clock, counted, listed, on_nodes, verb

#: Causes that say nothing about another pod with the same image: undecided ones, and those of one pod at one moment.
_OWN = frozenset(
    {
        Cause.UNKNOWN,
        Cause.CAUSE_NOT_REPORTED,
        Cause.NEVER_PULL,
        Cause.KUBELET_THROTTLED,
        Cause.PULL_CANCELLED,
    }
)
_NO_TAGS = frozenset({Cause.NEVER_PULL, Cause.SHORT_NAME_AMBIGUOUS})
_MOST_SHOWN = 5
_MOST_TAGS = 20
_MOST_CAUSES = 4
#: A pull that worked so long before a failure began still says that the registry had the image then.
_FRESH = timedelta(hours=1)


class Neighbours:
    """What a snapshot's other pods and nodes know about images and registries; built once for a snapshot.

    `read_failures` are all its failures with what their texts say.
    """

    def __init__(self, snapshot: Snapshot, read_failures: Iterable[ReadFailure]) -> None:
        self.now = snapshot.now
        read_failures = tuple(read_failures)
        self.runs = tuple(runs_of(snapshot.pods))
        missing = {image_key(failure.image) for failure, verdict in read_failures if verdict.cause.scope is Scope.IMAGE}
        self.usage = Usage(self.runs, read_failures)
        self.known = KnownImages(snapshot, self.runs, missing.__contains__)
        self.scope = f" (only namespace {snapshot.source.namespace} was read)" if snapshot.source.namespace else ""
        if snapshot.total is not None:
            self.scope = f" (of {snapshot.total:,} pods only the failing ones and some others were read)"


def look_at_neighbours(failure: PullFailure, verdict: Verdict, index: Neighbours) -> tuple[Evidence, ...]:
    """The same image and registry elsewhere, and tags of the repository that are known to exist."""
    if not failure.image:
        return ()
    return tuple(_NeighbourLook(failure, verdict, index, named_secrets(failure.pod_object)).evidence())


def sightings_of(failure: PullFailure, index: Neighbours) -> Sightings:
    """Where a failure's image was seen."""
    if not failure.image:
        return Sightings()
    use = index.usage.images.get(image_key(failure.image))
    return Sightings(
        pods=use.running_pods if use else 0,
        running_on=use.running_nodes if use else (),
        held_by=tuple(sorted(index.known.nodes_with(failure.image))),
        is_on_node=index.known.is_on(failure.image, failure.node or ""),
        failing_on=use.failing_nodes if use else (),
    )


def cause_of_neighbour(failure: PullFailure, index: Neighbours) -> ReadFailure | None:
    """Another failure with the same image and node, and what its text says, where this one's says nothing.

    For a cause of credentials the other pod must pull with the same secrets of the same namespace. None where no such
    text decides, or where several disagree.
    """
    use = index.usage.images.get(image_key(failure.image))
    if use is None or not failure.image or not failure.node:
        return None
    deciding = [
        (other, verdict)
        for other, verdict in use.failures_by_node.get(failure.node, ())
        if verdict.cause not in _OWN
        and (other.what is What.SANDBOX) == (failure.what is What.SANDBOX)
        and (verdict.cause.scope is not Scope.CREDENTIALS or same_credentials(failure, other))
    ]
    if len({verdict.cause for _, verdict in deciding}) != 1:
        return None
    return max(deciding, key=lambda one: max((text.time.timestamp() for text in one[0].texts if text.time), default=0))


@dataclass(frozen=True)
class _NeighbourLook:
    """One failure among its neighbours."""

    #: The failure whose neighbours are looked at.
    failure: PullFailure
    #: What its text says.
    verdict: Verdict
    #: What the snapshot's other pods and nodes know.
    index: Neighbours
    #: The pull secrets that its pod names.
    secrets: tuple[str, ...]

    def evidence(self) -> Iterator[Evidence]:
        use = self.index.usage.images.get(image_key(self.failure.image)) or ImageUse()
        registry = self.index.usage.registries.get(registry_of_image(self.failure.image)) or RegistryUse()
        yield from self._same_image(use)
        if others := self._only_this_node(use, registry):
            node = self.failure.node or ""
            text = (
                f"this image runs {on_nodes(others)} and fails only on node {node}{self.index.scope}: look for a "
                f"difference on {node}"
            )
            yield Evidence(Check.ONLY_THIS_NODE, Result.INFO, text, node, tuple(others))
        yield from self._same_registry(registry)
        yield from self._certified_registries()
        yield from self._known_tags()

    # -- the same image ------------------------------------------------------------------------------------------

    def _same_image(self, use: ImageUse) -> Iterator[Evidence]:
        if use.runs:
            text = self._where_it_runs(use)
            yield Evidence(Check.SAME_IMAGE_ELSEWHERE, Result.INFO, text, self.failure.image, use.running_nodes)
        others = len(use.failing_pods) - ((self.failure.namespace, self.failure.pod) in use.failing_pods)
        if others > 0:
            since = f", since {self._clock(use.failing_since)}" if use.failing_since else ""
            nodes = use.failing_nodes
            where = f", {'all ' if len(nodes) == 1 else ''}{on_nodes(nodes)}" if nodes else ""
            more = ", so it isn't just this node" if len(nodes) > 1 else ""
            text = f"this image fails in {counted(others, 'more pod')}{where}{since}{more}"
            yield _info(Check.SAME_IMAGE_ELSEWHERE, text, self.failure.image)
        held = self.index.known.nodes_with(self.failure.image)
        if self.index.known.is_on(self.failure.image, self.failure.node or ""):
            yield _info(Check.SAME_IMAGE_ELSEWHERE, self._held_here(), self.failure.image)
        elif held and not use.runs:
            text = f"this image is in the image list of {on_nodes(list(held)).removeprefix('on ')}"
            yield _info(Check.SAME_IMAGE_ELSEWHERE, f"{text}, so it could be pulled there once", self.failure.image)

    def _where_it_runs(self, use: ImageUse) -> str:
        run = use.newest_first[0]
        pods = use.running_pods
        since = f" since {self._clock(run.since)}" if run.since else ""
        count = f"{run.name}" if pods == 1 else f"{counted(pods, 'pod')}, the newest of them {run.name}"
        place = f", {on_nodes(use.running_nodes)}" if use.running_nodes else ""
        text = f"this image {'runs' if run.running else 'ran'} in {count}{since}{place}"
        if _is_about_a_login(self.verdict.cause) and self.failure.what is not What.SANDBOX:
            return f"{text}{self._credentials(use)}"
        if run.since and self.failure.since and run.since < self.failure.since:
            return f"{text}: it got the image before this failure began"
        return text

    def _credentials(self, use: ImageUse) -> str:
        if (self.failure.namespace, self.secrets) in use.runs_by_credentials:
            return ", with the same namespace and pull secrets as here, so the credentials alone don't explain it"
        namespace, secrets = next(iter(use.runs_by_credentials))
        named = f"pull secret {listed(secrets)}" if secrets else "no pull secret"
        here = f"pull secret {listed(self.secrets)}" if self.secrets else "none"
        if namespace == self.failure.namespace:
            return f", where the pod has {named} and this one has {here}"
        return f", where the pod in namespace {namespace} has {named} and this one has {here}"

    def _held_here(self) -> str:
        text = f"node {self.failure.node} has this image in its image list"
        if _is_always(self.failure):
            return f"{text}; the pull policy Always asks the registry anyway"
        if self.verdict.cause.scope is Scope.CREDENTIALS or self.verdict.cause is Cause.NEVER_PULL:
            return f"{text}; since Kubernetes 1.35 the kubelet requires credentials that may pull it anyway"
        return text

    def _only_this_node(self, use: ImageUse, registry: RegistryUse) -> list[str]:
        """The other nodes that the image runs on, if nothing speaks against this node having the fault alone."""
        node, began, cause = self.failure.node, self.failure.since, self.verdict.cause
        if not node or use.failing_nodes not in ((), (node,)):
            return []
        if cause.scope is Scope.REGISTRY and registry.nodes_beside(cause, node)[1]:
            return []
        runs = use.newest_first
        if _is_about_a_login(cause):
            runs = use.runs_by_credentials.get((self.failure.namespace, self.secrets), [])
        elsewhere = [run for run in runs if run.node and run.node != node]
        here = [run.since for run in use.runs_by_node.get(node, ()) if run.since]
        if not elsewhere or (began and here and max(here) >= began):
            return []
        witnesses = list(elsewhere)
        if cause.scope not in {Scope.IMAGE, Scope.CREDENTIALS}:
            witnesses += [run for other, run in registry.newest_of_nodes[:2] if other != node]
        if cause is not Cause.NEVER_PULL and not any(_is_fresh(run, began) for run in witnesses):
            return []  # what was pulled long ago doesn't show that it could be pulled today
        return sorted({run.node for run in elsewhere})

    # -- the same registry ---------------------------------------------------------------------------------------

    def _same_registry(self, registry: RegistryUse) -> Iterator[Evidence]:
        key, name = image_key(self.failure.image), registry_of_image(self.failure.image)
        runs = len(registry.running) - (key in registry.running)
        fails = len(registry.failing) - (key in registry.failing)
        parts = []
        if runs:
            newest = next(run for other, run in registry.running.items() if other != key)
            parts.append(f"{counted(runs, 'other image')} of {name} {verb(runs, 'run')}{self._newest(newest)}")
        if fails:
            causes = [cause.value for cause in registry.causes_beside(key)]
            more = (
                f"{fails:,} other{'s' if fails > 1 else ''}" if runs else f"{counted(fails, 'other image')} of {name}"
            )
            parts.append(f"{more} {verb(fails, 'fail')} ({listed(causes, _MOST_CAUSES)})")
        if parts:
            text = f"{', and '.join(parts)}{self._so(registry)}"
            running = tuple(other for other in registry.running if other != key)
            yield Evidence(Check.SAME_REGISTRY_ELSEWHERE, Result.INFO, text, name, running)

    def _certified_registries(self) -> Iterator[Evidence]:
        """Registries that the cluster pulls from under a name that the certificate is for."""
        if self.verdict.cause is not Cause.TLS_NAME_MISMATCH:
            return
        for name in self.verdict.mentions.certificate_names:
            for host, use in self.index.usage.registries.items():
                if use.running and host.partition(":")[0] == name:
                    number = counted(len(use.running), "image")
                    text = f"the certificate is for {name}, and {number} of {host} {verb(len(use.running), 'run')}"
                    yield Evidence(Check.SAME_REGISTRY_ELSEWHERE, Result.INFO, text, host, tuple(use.running))

    def _newest(self, run: ImageRun) -> str:
        since = f" since {self._clock(run.since)}" if run.since else ""
        node = f" on node {run.node}" if run.node else ""
        return f", the newest{since}{node}"

    def _so(self, registry: RegistryUse) -> str:
        """What follows for a fault of the registry or of the way to it."""
        cause, node = self.verdict.cause, self.failure.node
        if cause.scope is not Scope.REGISTRY or not node:
            return ""
        others, number = registry.nodes_beside(cause, node)
        if number:
            return f"; {cause.value} shows {on_nodes(others, number)} too, so it isn't just this node"
        key, began = image_key(self.failure.image), self.failure.since
        here = next((run for other, run in registry.newest_by_node.get(node, ()) if other != key), None)
        if here and here.since and began and here.since > began:
            return f"; since this failure began, {here.name} could start from it on this node"
        return ""

    # -- tags ----------------------------------------------------------------------------------------------------

    def _known_tags(self) -> Iterator[Evidence]:
        cause = self.verdict.cause
        if cause.scope not in {Scope.IMAGE, Scope.NONE} or cause in _NO_TAGS:
            return
        repository = repository_named(self.failure.image)
        known = self.index.known.tags(repository, self.failure.namespace)
        others = [tag for tag in known if tag.reference != image_key(self.failure.image)]
        own = [tag for tag in others if not tag.stranger][:_MOST_TAGS]
        if own:
            text = f"{repository} is known to have the tag{'' if len(own) == 1 else 's'} {_named(own)}"
            references = tuple(tag.reference for tag in own)
            yield Evidence(Check.KNOWN_TAGS, Result.INFO, text, repository, references)
        strangers = [tag for tag in others if tag.stranger][:_MOST_TAGS]
        if strangers:
            text = (
                f"other namespaces use the tag{'' if len(strangers) == 1 else 's'} {_named(strangers)} of {repository}"
            )
            references = tuple(tag.reference for tag in strangers)
            yield Evidence(Check.KNOWN_TAGS, Result.INFO, text, repository, references, namespace=strangers[0].stranger)

    def _clock(self, time: datetime | None) -> str:
        return clock(time, self.index.now) if time else ""


def _is_about_a_login(cause: Cause) -> bool:
    """Whether a pod that pulls with other credentials proves nothing against this cause."""
    return cause.scope is Scope.CREDENTIALS or cause is Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE


def _named(tags: list[KnownTag]) -> str:
    return listed([f"{tag.reference.rpartition(':')[2]} ({tag.where})" for tag in tags], _MOST_SHOWN)


def _info(check: Check, text: str, about: str) -> Evidence:
    return Evidence(check, Result.INFO, text, about)


def _is_fresh(run: ImageRun, began: datetime | None) -> bool:
    return run.since is None or began is None or began - run.since <= _FRESH


def _is_always(failure: PullFailure) -> bool:
    spec = object_of(failure.pod_object.get("spec"))
    if failure.what is What.IMAGE_VOLUME:
        volumes = (object_of(volume.get("image")) for volume in objects_of(spec.get("volumes")))
        return any(one.get("reference") == failure.image and one.get("pullPolicy") == "Always" for one in volumes)
    return any(
        container.get("name") == failure.container and container.get("imagePullPolicy") == "Always"
        for part in ("containers", "initContainers", "ephemeralContainers")
        for container in objects_of(spec.get(part))
    )
