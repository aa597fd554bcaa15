"""A snapshot -> the list that a recording is: a Kubernetes List with a head, which reads to the same diagnoses."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from kubectl_imagepull.evidence.applications import values_in_text
from kubectl_imagepull.evidence.docker_config import STAND_INS
from kubectl_imagepull.evidence.releases.chart_values import ChartValues
from kubectl_imagepull.evidence.releases.release import UnreadableReleaseError
from kubectl_imagepull.evidence.secret_writer import commands_fetch_ecr_tokens, commands_name
from kubectl_imagepull.kube.helm_storage import release_of, revision_in
from kubectl_imagepull.kube.kinds import WORKLOADS
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, pull_secrets_of, text_of
from kubectl_imagepull.kube.recording.head import HEAD, READ_AS, RecordingHead
from kubectl_imagepull.kube.snapshot import CUSTOM_RESOURCE, HELM_REVISION, Skipped, Snapshot
from kubectl_imagepull.recorder.credential_stand_ins import MARK, CredentialStandIns
from kubectl_imagepull.recorder.kept_fields import kept
from kubectl_imagepull.recorder.release_extract import UnequalExtractError, release_extract
from kubectl_imagepull.recorder.secret_stand_ins import SecretStandIns
from kubectl_imagepull.recorder.value_extract import ImageTexts, extract_of, piece_of
from kubectl_imagepull.vocabulary.redaction import redacted

_KEY_BYTES = 32
_SAYS = "its values are stand-ins of the same shape, made by kubectl-imagepull record; they open nothing"
_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")


def recorded_list(snapshot: Snapshot, made_by: str, targets: Sequence[str] = (), selector: str = "") -> JsonObject:
    """The list; no value of a secret is in it, and of other objects only what a diagnosis reads."""
    recorder = _Recorder(snapshot)
    items = [item for kind, objects in snapshot.objects.items() for item in recorder.items(kind, objects)]
    head = RecordingHead(
        now=snapshot.now,
        made_by=made_by,
        namespace=snapshot.source.namespace,
        selector=selector,
        targets=tuple(targets),
        kinds=tuple(snapshot.objects),
        total=snapshot.total,
        selective=snapshot.is_selective,
        skipped=tuple(_clean(one) for one in snapshot.skipped),
        unread={**{key: redacted(why) for key, why in snapshot.unread.items()}, **recorder.unread},
    )
    several = snapshot.source.namespaces
    scope = f"namespaces {', '.join(several)}" if several else "all namespaces"
    scope = f"namespace {head.namespace}" if head.namespace else scope
    return {
        "apiVersion": "v1",
        "kind": "List",
        # for whoever opens the file; the program reads what stands behind the items
        "metadata": {"madeBy": made_by, "time": snapshot.now.isoformat(), "scope": scope, "secrets": "stand-ins"},
        "items": items,
        HEAD: head.document(),
    }


def _clean(skipped: Skipped) -> Skipped:
    return Skipped(
        redacted(skipped.what),
        redacted(skipped.why),
        partly=skipped.partly,
        short=redacted(skipped.short),
        told_once=skipped.told_once,
    )


class _Recorder:
    """Takes the objects of one snapshot; `unread` is what had to be left out of them."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.unread: dict[tuple[str, str, str], str] = {}
        self._secrets = SecretStandIns(CredentialStandIns(secrets.token_bytes(_KEY_BYTES)))
        self._workloads = _workloads_by_release(snapshot)
        pods = snapshot.pods
        self._pull_secrets = sorted({name for pod in pods for name in pull_secrets_of(object_of(pod.get("spec")))})
        self._texts = ImageTexts(sorted(set(_images(snapshot))))
        for key, stored in _newest_revisions(snapshot).items():
            if key in self._workloads and (why := _why_unread(stored, self._workloads[key])):
                self.unread[(HELM_REVISION, *key)] = why

    def items(self, kind: str, objects: Iterable[JsonObject]) -> Iterator[JsonObject]:
        """The objects of one kind as they are recorded; `kind` is that of a snapshot."""
        for item in objects:
            made = self._item(kind, item)
            if made is not None:
                yield made

    def _item(self, kind: str, item: JsonObject) -> JsonObject | None:
        if kind in {HELM_REVISION, "Secret"} and revision_in(item):
            made = self._revision(item)
            return made and _read_as(made, kind)
        if kind == "Secret":
            return self._secret(item)
        if kind == CUSTOM_RESOURCE:
            return _read_as(self._custom_resource(item), kind)
        made = kept(item)
        if kind == "CronJob":
            self._mention_secrets(item, made)
        if kind == "HelmRelease":
            spec = object_of(made.get("spec"))
            spec["values"] = extract_of(ChartValues(object_of(spec.get("values")), "", ""), self._texts)
        if kind == "Application":
            self._without_values(made)
        return made

    def _secret(self, secret: JsonObject) -> JsonObject:
        made = kept(secret)
        data = self._secrets.data_of(secret)
        made.pop("data", None)
        if data is not None:
            made["data"] = data
        _annotate(made, STAND_INS, _SAYS)
        return made

    def _revision(self, stored: JsonObject) -> JsonObject | None:
        """A revision of a Helm release without its values; None where its newest can't be read or recorded."""
        key = _release_key(stored)
        if (HELM_REVISION, *key) in self.unread:
            return None
        made = kept({**stored, "data": {"release": ""}})
        with suppress(UnreadableReleaseError, UnequalExtractError):
            made["data"] = release_extract(stored, self._workloads.get(key, []))
        _annotate(made, STAND_INS, "its values were left out, but for those that are a piece of an image")
        return made

    def _custom_resource(self, item: JsonObject) -> JsonObject:
        made = kept(item)
        spec = {"spec": object_of(made.get("spec"))}
        return {**made, "spec": object_of(extract_of(ChartValues(spec, "", ""), self._texts).get("spec"))}

    def _without_values(self, application: JsonObject) -> None:
        spec = object_of(application.get("spec"))
        for source in (object_of(spec.get("source")), *objects_of(spec.get("sources"))):
            helm = object_of(source.get("helm"))
            if "valuesObject" in helm:
                values = ChartValues(object_of(helm["valuesObject"]), "", "")
                helm["valuesObject"] = extract_of(values, self._texts)
            if "parameters" in helm:
                helm["parameters"] = [self._parameter(one) for one in objects_of(helm["parameters"])]
            if "values" in helm:
                # JSON is YAML as well
                values = ChartValues(values_in_text(text_of(helm["values"])), "", "")
                helm["values"] = json.dumps(extract_of(values, self._texts))

    def _parameter(self, parameter: JsonObject) -> JsonObject:
        """A parameter that is a piece of an image; in the place of any other an empty one, for commands count them."""
        name = text_of(parameter.get("name"))
        value = piece_of(name, parameter.get("value"), self._texts)
        return {} if value is None else {"name": name, "value": value}

    def _mention_secrets(self, cron_job: JsonObject, made: JsonObject) -> None:
        """Of what a CronJob runs, the names of pull secrets in it, and whether it fetches Amazon ECR's tokens."""
        words = [name for name in self._pull_secrets if commands_name(cron_job, name)]
        words += ["ecr get-login-password"] if commands_fetch_ecr_tokens(cron_job) else []
        job = object_of(object_of(object_of(made.get("spec")).get("jobTemplate")).get("spec"))
        containers = objects_of(object_of(object_of(job.get("template")).get("spec")).get("containers"))
        if words and containers:
            containers[0]["args"] = [MARK, *words]


def _read_as(item: JsonObject, kind: str) -> JsonObject:
    if item.get("kind") != kind:
        _annotate(item, READ_AS, kind)
    return item


def _annotate(item: JsonObject, key: str, value: str) -> None:
    metadata = item["metadata"]
    metadata["annotations"] = {**object_of(metadata.get("annotations")), key: value}


def _workloads_by_release(snapshot: Snapshot) -> dict[tuple[str, str], list[tuple[str, str, str]]]:
    """The workloads that each release made, as namespace, kind and name."""
    workloads: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for kind in (*sorted(WORKLOADS), "Pod"):
        for item in snapshot.objects.get(kind, ()):
            if release := release_of(item):
                namespace, name = key_of(item)
                workloads.setdefault(release, []).append((namespace, kind, name))
    return workloads


def _release_key(stored: JsonObject) -> tuple[str, str]:
    revision = revision_in(stored)
    return key_of(stored)[0], revision[0] if revision else ""


def _newest_revisions(snapshot: Snapshot) -> dict[tuple[str, str], JsonObject]:
    """The newest revision of each Helm release, whatever kind of object holds it."""
    newest: dict[tuple[str, str], tuple[int, JsonObject]] = {}
    for item in (*snapshot.objects.get(HELM_REVISION, ()), *snapshot.objects.get("Secret", ())):
        if revision := revision_in(item):
            key = _release_key(item)
            if key not in newest or revision[1] > newest[key][0]:
                newest[key] = (revision[1], item)
    return {key: item for key, (_, item) in newest.items()}


def _why_unread(stored: JsonObject, workloads: list[tuple[str, str, str]]) -> str:
    """Why a release can't be recorded, in evidence's words where it can't be read at all; "" where it can."""
    revision = revision_in(stored)
    try:
        release_extract(stored, workloads)
    except UnreadableReleaseError as error:
        return f"revision {revision[1] if revision else 0} can't be read: {error}"
    except UnequalExtractError as error:
        return f"left out of the recording: {error}"
    return ""


def _images(snapshot: Snapshot) -> Iterator[str]:
    """The images of pods and of what they are made from."""
    for item in (item for kind in (*sorted(WORKLOADS), "Pod") for item in snapshot.objects.get(kind, ())):
        spec = object_of(item.get("spec"))
        template = object_of(object_of(spec.get("template")).get("spec"))
        for pod_spec in (spec, template):
            for name in _CONTAINERS:
                yield from (text_of(one.get("image")) for one in objects_of(pod_spec.get(name)))


def written(document: JsonObject) -> str:
    """A list as the text of a file: an object a line, so that tools which compare lines find what differs."""
    head = {key: value for key, value in document.items() if key not in {"items", HEAD}}
    start = json.dumps(head, ensure_ascii=False)[:-1]
    items = ",\n".join(json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in document["items"])
    return f'{start},\n"items": [\n{items}\n],\n"{HEAD}": {json.dumps(document[HEAD], ensure_ascii=False)}}}\n'
