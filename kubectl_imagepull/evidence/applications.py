"""Which source of an Argo CD application gives an image, and by which of its settings.

Fields are those of argoproj/argo-cd pkg/apis/application/v1alpha1/types.go: `source` is ignored where there are
`sources`; parameters win over valuesObject, that takes the place of the text in `values`, and all of them win over the
files in valueFiles, whose `$REF` is the root of the source that is called so (docs/user-guide/multiple_sources.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kubectl_imagepull.evidence.deployer_finding import ApplicationSource, DeployerFinding
from kubectl_imagepull.evidence.manager import mark_of
from kubectl_imagepull.evidence.releases.chart_values import ChartValues
from kubectl_imagepull.evidence.releases.image_values import image_values
from kubectl_imagepull.evidence.releases.release_finding import ImageValues, ValuePath
from kubectl_imagepull.evidence.shown_places import shown_place
from kubectl_imagepull.kube.documents.placed_yaml import read_placed
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, text_of
from kubectl_imagepull.vocabulary.image_reference import try_parse
from kubectl_imagepull.vocabulary.manager import ManagerKind
from kubectl_imagepull.vocabulary.names import is_object_name

#: Files of values that are named: the last of a source's list wins, and stands first here.
_MOST_FILES = 3
#: Of values that are written as one text; an API server takes no object of more than 3 MB.
_MOST_TEXT, _MOST_VALUES = 1_500_000, 50_000


@dataclass(frozen=True)
class _Source:
    """One source, with what it says of the image."""

    #: The source itself.
    item: JsonObject
    #: What can be shown of it.
    shown: ApplicationSource
    #: Where its values give the image.
    images: tuple[ImageValues, ...]
    #: The name of the image that its kustomize settings replace; "" for none.
    replaced: str

    @property
    def holds_image(self) -> bool:
        return bool(self.images or self.replaced)

    @property
    def makes_objects(self) -> bool:
        """Whether it makes objects at all: one with a ref and no path only lends files to others."""
        return "ref" not in self.item or bool(self.item.get("path"))


def application_finding(item: JsonObject, image: str, names: Sequence[str]) -> DeployerFinding:
    """What an application says of an image: of several sources the one that gives it, where one alone can."""
    spec = object_of(item.get("spec"))
    several = objects_of(spec.get("sources"))
    items = several or [object_of(spec.get("source"))]
    sources = [_source(one, number if several else 0, items, image, names) for number, one in enumerate(items, 1)]
    givers = [source for source in sources if source.holds_image] or [one for one in sources if one.makes_objects]
    giver = givers[0] if len(givers) == 1 else None
    automated = object_of(spec.get("syncPolicy")).get("automated")
    finding = DeployerFinding(
        *("Application", key_of(item)[1], key_of(item)[0]),
        heals_itself=object_of(automated).get("selfHeal") is True,
        is_automatic=isinstance(automated, dict) and automated.get("enabled") is not False,
        written_by=_writer(item),
    )
    if giver is None:
        return replace(finding, candidates=tuple(one.shown for one in givers))
    return replace(
        finding,
        repository=giver.shown.repository,
        path=giver.shown.path,
        revision=giver.shown.revision,
        source=giver.shown,
        images=giver.images,
        replaced=giver.replaced,
    )


def _source(item: JsonObject, position: int, items: list[JsonObject], image: str, names: Sequence[str]) -> _Source:
    helm = object_of(item.get("helm"))
    given = object_of(helm.get("valuesObject"))
    # the text counts only where there is no object
    written = {} if given else values_in_text(text_of(helm.get("values")))
    parameters = objects_of(helm.get("parameters"))
    values = given or written
    for parameter in parameters:
        values = _with(values, text_of(parameter.get("name")).split("."), parameter.get("value"))
    images = image_values(image, ChartValues(values, "", ""), names)
    entries = object_of(item.get("kustomize")).get("images")
    index, replaced = kustomize_entry(entries if isinstance(entries, list) else (), image)
    shown = ApplicationSource(
        position=position,
        name=text_of(item.get("name")) if is_object_name(text_of(item.get("name"))) else "",
        repository=shown_place(item.get("repoURL")),
        path=shown_place(item.get("path")) or shown_place(item.get("chart")),
        revision=shown_place(item.get("targetRevision")),
        identity=_identity(item),
        has_helm=bool(helm),
        parameters=tuple(text_of(one.get("name")) for one in parameters),
        in_object=tuple(path for path in _paths(images) if _stands_in(given, path)),
        in_text=tuple(path for path in _paths(images) if _stands_in(written, path)),
        value_files=tuple(_value_files(helm, items))[:_MOST_FILES],
        kustomize_index=index,
    )
    return _Source(item, shown, images, replaced)


def values_in_text(text: str) -> JsonObject:
    """The values that a YAML text holds; none where it is no YAML or too much, and then it tells nothing."""
    documents = read_placed(text, _MOST_VALUES).documents if len(text) <= _MOST_TEXT else []
    return object_of(documents[0]) if documents else {}


def _identity(item: JsonObject) -> tuple[str, str]:
    """A field that tells the source from others, with its text: only one that may be shown."""
    for field in ("chart", "path", "repoURL"):
        text = text_of(item.get(field))
        if text and shown_place(text) == text:
            return field, text
    return "", ""


def _paths(images: Iterable[ImageValues]) -> Iterator[ValuePath]:
    return (path for place in images for path in place.paths)


def _stands_in(values: Mapping[str, Any], path: ValuePath) -> bool:
    place: Any = values
    for key in path:
        if not isinstance(place, dict) or key not in place:
            return False
        place = place[key]
    return True


def _value_files(helm: JsonObject, items: list[JsonObject]) -> Iterator[str]:
    """The files of values, each with the repository that it is in where that is another source's."""
    files = helm.get("valueFiles")
    for file in reversed(files if isinstance(files, list) else []):
        name, slash, inside = text_of(file).partition("/")
        if not name.startswith("$"):
            if place := shown_place(file):
                yield place
            continue
        lender = next((one for one in items if slash and f"${text_of(one.get('ref'))}" == name), None)
        if lender is None or not shown_place(inside):
            continue
        repository, revision = shown_place(lender.get("repoURL")), shown_place(lender.get("targetRevision"))
        where = f" of {repository}" if repository else ""
        yield f"{shown_place(inside)}{where}{f' ({revision})' if revision else ''}"


def kustomize_entry(entries: Sequence[object], image: str) -> tuple[int, str]:
    """The index of the kustomize setting that gives an image, and the name in front of its =; -1 and "" for none."""
    for index, entry in enumerate(entries):
        old, mark, new = text_of(entry).partition("=")
        if mark and new in {"", image} and shown_place(old) == old and try_parse(old):
            return index, old
    return -1, ""


def _writer(item: JsonObject) -> str:
    """What writes the application itself: an ApplicationSet, or another application by its tracking id."""
    owners = objects_of(object_of(item.get("metadata")).get("ownerReferences"))
    owner = next((text_of(one.get("name")) for one in owners if one.get("kind") == "ApplicationSet"), "")
    if is_object_name(owner):
        return f"ApplicationSet {owner}"
    mark = mark_of(item)
    by_tracking = mark and mark.manager.kind is ManagerKind.ARGO_CD and mark.proof.endswith("tracking-id")
    return str(mark.manager) if mark and by_tracking and mark.manager.name != key_of(item)[1] else ""


def _with(values: Mapping[str, Any], path: list[str], value: Any) -> JsonObject:
    """The values with one more; nothing is changed for a path with lists or escapes in it."""
    key, *rest = path
    if not key or "[" in key or "\\" in key:
        return dict(values)
    return {**values, key: _with(object_of(values.get(key)), rest, value) if rest else value}
