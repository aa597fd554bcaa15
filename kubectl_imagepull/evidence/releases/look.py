"""Looks at the Helm release that made a failing container's workload, as far as the snapshot holds it."""

from __future__ import annotations

from collections import defaultdict
from typing import ClassVar

from kubectl_imagepull.evidence.releases.chart_values import ChartValues, merged_values
from kubectl_imagepull.evidence.releases.image_values import image_values
from kubectl_imagepull.evidence.releases.manifest import image_of, pod_spec_in
from kubectl_imagepull.evidence.releases.release import StoredRelease, UnreadableReleaseError, read_release
from kubectl_imagepull.evidence.releases.release_finding import EarlierImage, ReleaseFinding
from kubectl_imagepull.evidence.releases.spec_values import spec_values
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.helm_storage import release_of, revision_in, status_in
from kubectl_imagepull.kube.objects import JsonObject, key_of
from kubectl_imagepull.kube.snapshot import HELM_REVISION, Snapshot
from kubectl_imagepull.vocabulary.image_reference import same_image
from kubectl_imagepull.vocabulary.redaction import redacted_image
from kubectl_imagepull.vocabulary.workload import Workload

#: Of a recording, which may hold all that Helm keeps, as many earlier revisions are decoded as are read of a cluster.
_EARLIER = 3
_INSTALLED = frozenset({"deployed", "superseded"})
_Key = tuple[str, str]


class ReleaseIndex:
    """The revisions of Helm releases that a snapshot holds; each is decoded when it is asked for, and once."""

    kinds: ClassVar = frozenset({HELM_REVISION, "Secret"})

    def __init__(self, snapshot: Snapshot) -> None:
        self._stored: dict[_Key, dict[int, JsonObject]] = defaultdict(dict)
        self._read: dict[tuple[_Key, int], StoredRelease | str] = {}
        for kind in (HELM_REVISION, "Secret"):
            for item in snapshot.objects.get(kind, ()):
                if named := revision_in(item):
                    self._stored[key_of(item)[0], named[0]].setdefault(named[1], item)

    def numbers(self, key: _Key) -> list[int]:
        """The revisions of a release, newest first."""
        return sorted(self._stored.get(key, {}), reverse=True)

    def status(self, key: _Key, number: int) -> str:
        """What Helm says of a revision."""
        return status_in(self._stored[key][number])

    def read(self, key: _Key, number: int) -> StoredRelease | str:
        """One revision, or why it can't be read."""
        if (key, number) not in self._read:
            try:
                self._read[key, number] = read_release(self._stored[key][number])
            except UnreadableReleaseError as error:
                self._read[key, number] = str(error)
        return self._read[key, number]


def look_at_release(
    failure: PullFailure, workload: Workload, held: JsonObject | None, template: JsonObject | None, snapshot: Snapshot
) -> ReleaseFinding | None:
    """What the release that made a workload says of the failing container; None where no release made it.

    `held` is the workload, and `template` the pod spec in it.
    """
    key = release_of(held) if held else None
    if key is None:
        return None
    index = snapshot.indexed(ReleaseIndex)
    numbers = index.numbers(key)
    if not numbers:
        why = snapshot.unread.get(("Secret", "*", "")) or snapshot.unread.get((HELM_REVISION, *key))
        # a recording mostly holds no secrets, and nobody was asked for this one
        return ReleaseFinding(key[1], key[0], why) if why else None
    newest = index.read(key, numbers[0])
    if isinstance(newest, str):
        return ReleaseFinding(key[1], key[0], f"revision {numbers[0]} can't be read: {newest}")
    return _look(failure, workload, template, newest, index)


def _look(
    failure: PullFailure,
    workload: Workload,
    template: JsonObject | None,
    newest: StoredRelease,
    index: ReleaseIndex,
) -> ReleaseFinding:
    key, container = (newest.storage, newest.name), failure.container or ""
    place = (failure.namespace, workload.kind, workload.name)
    rendered = image_of(pod_spec_in(newest.manifest, newest.namespace, place), container)
    values = ChartValues(merged_values(newest.defaults, newest.config), newest.app_version, newest.name)
    # without a rendered image nothing proves that this release is the workload's: anybody can write its annotation
    images = image_values(rendered, values, (container, workload.name)) if rendered else ()
    installed = [number for number in index.numbers(key) if index.status(key, number) in _INSTALLED]
    deployed = next((number for number in installed if index.status(key, number) == "deployed"), 0)
    earlier: list[EarlierImage] = []
    for number in [number for number in installed if number < newest.revision][:_EARLIER]:
        before = index.read(key, number)
        if (
            rendered
            and isinstance(before, StoredRelease)
            and (image := image_of(pod_spec_in(before.manifest, before.namespace, place), container))
        ):
            earlier.append(EarlierImage(number, redacted_image(image)))
    live = image_of(template, container)
    return ReleaseFinding(
        name=newest.name,
        namespace=newest.storage,
        revision=newest.revision,
        status=newest.status,
        deployed=deployed if deployed != newest.revision else 0,
        chart=newest.chart,
        version=newest.version,
        rendered=redacted_image(rendered),
        images=images,
        spec=spec_values(values, images[0] if images else None, newest.templates),
        earlier=tuple(earlier),
        is_changed_since=bool(rendered and live and not same_image(rendered, live)),
    )
