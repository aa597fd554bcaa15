"""What a workload was before it failed, and who writes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.known_images import KnownImages
from kubectl_imagepull.evidence.owners import Owners, image_in
from kubectl_imagepull.evidence.runs import ImageRun, image_key
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, parse_time, pull_secrets_of, text_of
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.causes import What
from kubectl_imagepull.vocabulary.image_reference import try_parse
from kubectl_imagepull.vocabulary.names import shown, shown_name
from kubectl_imagepull.vocabulary.redaction import redacted_image
from kubectl_imagepull.vocabulary.wording import clock, counted, listed, verb
from kubectl_imagepull.vocabulary.workload import Workload

_REVISION = "deployment.kubernetes.io/revision"
#: Argo Rollouts counts its revisions as Deployments do.
_REVISIONS = (_REVISION, "rollout.argoproj.io/revision")
_DIGITS = re.compile(r"[0-9]{1,18}\Z")
_STATUSES = ("containerStatuses", "initContainerStatuses")
_KEEPS_REVISIONS = frozenset({"StatefulSet", "DaemonSet"})
#: (namespace, kind, name)
_Key = tuple[str, str, str]


@dataclass(frozen=True)
class Revision:
    """One revision of a workload: its number, its pod spec, and the mark that its pods carry."""

    #: As the controller counts it.
    number: int
    #: The pod spec of its template.
    spec: JsonObject
    #: What its pods carry: their ReplicaSet's name, or a ControllerRevision's name or hash.
    mark: str
    #: Whether pods of it are ready, by the controller's own count.
    ready: bool = False


class History:
    """The revisions of the workloads in a snapshot, and which of them ran; built once for a snapshot."""

    def __init__(self, snapshot: Snapshot, owners: Owners, runs: Sequence[ImageRun], known: KnownImages) -> None:
        self.snapshot = snapshot
        self.owners = owners
        self.known = known
        self._revisions: dict[_Key, list[Revision]] = {}
        self._pods: dict[tuple[str, str, str], dict[str, ImageRun]] = {}
        for item in snapshot.objects.get("ReplicaSet", ()):
            self._add(item, _of_replica_set(item))
        for item in snapshot.objects.get("ControllerRevision", ()):
            self._add(item, _of_controller_revision(item))
        for run in runs:
            mark = run.owner[1] if run.owner[0] == "ReplicaSet" else run.revision
            if mark:
                self._pods.setdefault((run.namespace, mark, run.container), {})[run.pod] = run

    def _add(self, item: JsonObject, revision: Revision) -> None:
        if owner := self.owners.controller_of(item):
            key = (text_of(object_of(item.get("metadata")).get("namespace")), owner.kind, owner.name)
            self._revisions.setdefault(key, []).append(revision)

    def before(self, namespace: str, workload: Workload, mark: str) -> list[Revision]:
        """The workload's revisions before the one with this mark, newest first; all others where it isn't there."""
        revisions = self._revisions.get((namespace, workload.kind, workload.name), [])
        own = next((one.number for one in revisions if one.mark == mark), None)
        earlier = (one for one in revisions if one.mark != mark and (own is None or one.number <= own))
        return sorted(earlier, key=lambda one: one.number, reverse=True)

    def runs_with(self, namespace: str, revision: Revision, container: str) -> Sequence[ImageRun]:
        """The containers that got their image from this revision."""
        return tuple(self._pods.get((namespace, revision.mark, container), {}).values())


def look_at_workload(failure: PullFailure, chain: tuple[Workload, ...], history: History) -> tuple[Evidence, ...]:
    """The image that ran before, and who writes the workload."""
    if failure.what is What.SANDBOX:
        return ()
    return (*_Past(failure, chain, history).evidence(), *_managed(failure, chain, history))


# -- what ran before ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Past:
    """The revisions of one failing container."""

    #: The failing container.
    failure: PullFailure
    #: Its pod's owners, the workload last.
    chain: tuple[Workload, ...]
    #: The revisions of all workloads.
    history: History

    def evidence(self) -> Iterator[Evidence]:
        if self.failure.what is What.EPHEMERAL_CONTAINER:
            return
        kind = self._revision_kind()
        if kind and (revisions := self._of_revisions()):
            yield revisions
        elif own := self._of_itself():
            yield own
        elif kind and (why := self._why_unread(kind)):
            text = f"earlier revisions of {self.chain[-1]} could not be read: {why}"
            yield Evidence(Check.PREVIOUS_IMAGE, Result.SKIPPED, text, str(self.chain[-1]))

    def _revision_kind(self) -> str:
        if any(workload.kind in _KEEPS_REVISIONS for workload in self.chain):
            return "ControllerRevision"
        has_owner = len(self.chain) > 2  # noqa: PLR2004 - pod, ReplicaSet, owner
        return "ReplicaSet" if has_owner and self.chain[1].kind == "ReplicaSet" else ""

    def _why_unread(self, kind: str) -> str | None:
        snapshot, namespace, top = self.history.snapshot, self.failure.namespace, self.chain[-1]
        if snapshot.is_selective and self.history.owners.held(namespace, top) is None:
            # a workload's revisions are asked for by its selector, so without it there are none
            return snapshot.why_unread(top.kind, namespace, top.name)
        return snapshot.why_unread(kind, namespace, "")

    def _of_revisions(self) -> Evidence | None:
        """The newest earlier revision whose image is known to have been pulled."""
        metadata = object_of(self.failure.pod_object.get("metadata"))
        own = text_of(object_of(metadata.get("labels")).get("controller-revision-hash"))
        if self.chain[1].kind == "ReplicaSet":
            own = self.chain[1].name
        for revision in self.history.before(self.failure.namespace, self.chain[-1], own):
            image = self._image_in(revision.spec)
            if image and (proof := self._proof(revision, image)):
                change = self._change(revision, image)
                text = f"revision {revision.number} of {self.chain[-1]} {proof}: {change}"
                return Evidence(Check.PREVIOUS_IMAGE, Result.INFO, text, str(revision.number), (_full(image),))
        return None

    def _image_in(self, spec: JsonObject) -> str:
        """The image that the failing container (or volume) has in another pod spec."""
        if self.failure.what is What.IMAGE_VOLUME:
            today = object_of(self.failure.pod_object.get("spec"))
            volumes = _volume_images(spec)
            names = [name for name, image in _volume_images(today).items() if image == self.failure.image]
            return redacted_image(next((volumes[name] for name in names if name in volumes), ""))
        return image_in(spec, self.failure) or ""

    def _proof(self, revision: Revision, image: str) -> str:
        """How it is known that the revision's image was pulled; "" if it isn't: a revision may have failed as well."""
        shown = "this same image" if image_key(image) == image_key(self.failure.image) else image
        runs = self.history.runs_with(self.failure.namespace, revision, self.failure.container or "")
        now = len([run for run in runs if run.running])
        if now:
            return f"ran {shown}, and {counted(now, 'pod')} of it still {verb(now, 'run')}"
        if runs or revision.ready:
            return f"ran {shown}"
        nodes = self.history.known.nodes_with(image)
        if nodes and shown == image:
            return f"had {shown}, which node {next(iter(nodes))} has in its image list"
        return ""

    def _change(self, revision: Revision, image: str) -> str:
        changes = []
        if image_key(image) != image_key(self.failure.image):
            changes.append(image_difference(image, self.failure.image))
        spec = object_of(self.failure.pod_object.get("spec"))
        before, after = set(pull_secrets_of(revision.spec)), set(pull_secrets_of(spec))
        if before - after:
            changes.append(f"it had pull secret {listed(sorted(before - after))}, which this pod doesn't have")
        return "; ".join(changes) or "the failure isn't caused by the image's name"

    def _of_itself(self) -> Evidence | None:
        """The container's own last run in this pod: the image could be pulled then."""
        status = object_of(self.failure.pod_object.get("status"))
        if self.failure.what is What.IMAGE_VOLUME:
            return None
        for container in (one for key in _STATUSES for one in objects_of(status.get(key))):
            if container.get("name") != self.failure.container:
                continue
            ran = object_of(object_of(container.get("lastState")).get("terminated"))
            image = text_of(container.get("imageID")).rpartition("://")[2]
            if not ran.get("startedAt") or not image:
                continue
            ended = parse_time(ran.get("finishedAt"))
            until = f" until {clock(ended, self.history.snapshot.now)}" if ended else ""
            text = f"this container ran in this pod{until}, with {_short(image)}: the image could be pulled before"
            return Evidence(Check.PREVIOUS_IMAGE, Result.INFO, text, "", (image,) if try_parse(image) else ())
        return None


def image_difference(before: str, after: str) -> str:
    """What changed from one image to another, in words."""
    old, new = try_parse(before), try_parse(after)
    if old is None or new is None:
        return f"today's is {after}"
    if old.repository == new.repository:
        if old.tag and new.tag and old.tag != new.tag:
            return f"the tag changed from {old.tag} to {new.tag}"
        return f"today's is {_short(str(new))}"
    if old.path == new.path and (old.tag, old.digest) == (new.tag, new.digest):
        return f"the registry changed from {old.registry} to {new.registry}"
    return f"today's is {_short(str(new))}"


def _of_replica_set(item: JsonObject) -> Revision:
    metadata = object_of(item.get("metadata"))
    annotations = object_of(metadata.get("annotations"))
    number = next((int(text) for key in _REVISIONS if _DIGITS.match(text := text_of(annotations.get(key)))), 0)
    template = object_of(object_of(item.get("spec")).get("template"))
    ready = object_of(item.get("status")).get("readyReplicas")
    name = text_of(metadata.get("name"))
    return Revision(number, object_of(template.get("spec")), name, isinstance(ready, int) and ready > 0)


def _of_controller_revision(item: JsonObject) -> Revision:
    metadata = object_of(item.get("metadata"))
    number = item.get("revision")
    template = object_of(object_of(object_of(item.get("data")).get("spec")).get("template"))
    # a StatefulSet's pods carry the revision's name, a DaemonSet's only its hash
    name, owners = text_of(metadata.get("name")), objects_of(metadata.get("ownerReferences"))
    labels = object_of(metadata.get("labels"))
    is_daemon_set = any(owner.get("kind") == "DaemonSet" for owner in owners)
    mark = text_of(labels.get("controller-revision-hash")) or name.rpartition("-")[2] if is_daemon_set else name
    return Revision(number if isinstance(number, int) else 0, object_of(template.get("spec")), mark)


def _volume_images(spec: JsonObject) -> dict[str, str]:
    return {
        text_of(volume.get("name")): reference
        for volume in objects_of(spec.get("volumes"))
        if (reference := text_of(object_of(volume.get("image")).get("reference")))
    }


def _full(image: str) -> str:
    reference = try_parse(image)
    return str(reference) if reference else image


def _short(image: str) -> str:
    """The image with twelve digits of its digest: enough to tell it from others."""
    name, mark, digest = image.rpartition("sha256:")
    return f"{name}{mark}{digest[:12]}" if mark else image


# -- who writes it -----------------------------------------------------------------------------------------------


def _managed(failure: PullFailure, chain: tuple[Workload, ...], history: History) -> Iterator[Evidence]:
    top, owners = chain[-1], history.owners
    mark = owners.mark_of(failure.pod_object, chain)
    if refused := owners.refused_for(failure.pod_object):
        name = shown_name(str(refused.workload))
        text = f"{chain[-1]} has {name} as its owner, but that is not followed: {shown(refused.why)}"
        yield Evidence(Check.OWNER_REFERENCE, Result.INFO, text, name)
    if mark:
        manager = str(mark.manager)
        text = f"{top} belongs to {manager} ({mark.proof})"
        yield Evidence(Check.MANAGED_BY, Result.INFO, text, manager, (manager,))
    elif len(chain) > 1 and not any(owners.held(failure.namespace, one) for one in chain[1:]):
        why = history.snapshot.why_unread(top.kind, failure.namespace, top.name)
        if why:
            yield Evidence(Check.MANAGED_BY, Result.SKIPPED, f"could not check what manages {top}: {why}", str(top))
