"""What a check is to look at -> what it foretells: reads manifests and the cluster, asks registries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from time import monotonic

from kubectl_imagepull.kube.objects import JsonObject, key_of, pull_secrets_of
from kubectl_imagepull.kube.progress import Progress
from kubectl_imagepull.kube.reading.queries import ListQuery, ObjectKey
from kubectl_imagepull.kube.recording.dump import read_recording
from kubectl_imagepull.kube.snapshot import Skipped, Snapshot, Source, SourceError, without_secrets
from kubectl_imagepull.messages.site_rules import rules_for_host
from kubectl_imagepull.preflight.forecasting import Known, foretell, read_place
from kubectl_imagepull.preflight.image_places import ImagePlace, image_places
from kubectl_imagepull.preflight.kubelet_view import KubeletEyes, KubeletView, needed_objects
from kubectl_imagepull.preflight.pull_forecast import CheckReport, Outcome, PullForecast
from kubectl_imagepull.registry.image_answer import ImageAnswer, ImageState, ProbeLogin
from kubectl_imagepull.registry.image_probe import ImageQuestion
from kubectl_imagepull.registry.probing import ProbeOptions, probe_images
from kubectl_imagepull.runs.cluster_reader import ClusterReader, open_cluster
from kubectl_imagepull.runs.manifest_files import Manifests, read_manifests
from kubectl_imagepull.runs.own_logins import own_logins
from kubectl_imagepull.runs.request import Request
from kubectl_imagepull.runs.target import KINDS, Target
from kubectl_imagepull.vocabulary.causes import What
from kubectl_imagepull.vocabulary.image_reference import DOCKER_HUB, ImageReference, try_parse
from kubectl_imagepull.vocabulary.site_rule import BY_YOUR_RULES, SiteRule

_DEFAULT = "default"
_NO_CLUSTER = "no cluster was read"


@dataclass(frozen=True)
class CheckRequest:
    """What a check is to look at."""

    #: How the cluster is reached, which namespace counts, and how registries are asked.
    request: Request
    #: Images by their names.
    images: tuple[str, ...] = ()
    #: Files and directories of manifests; `-` is standard input.
    files: tuple[str, ...] = ()
    #: Workloads of the cluster.
    targets: tuple[Target, ...] = ()
    #: The service account of pods that name none; "" for the namespace's default.
    account: str = ""
    #: The platforms that images have to be for; () for those of the nodes.
    platforms: tuple[str, ...] = ()
    #: Whether no cluster is read.
    without_cluster: bool = False


def check_images(check: CheckRequest, progress: Progress) -> CheckReport:
    """Foretells whether the images would be pulled.

    Raises SourceError where nothing of what was asked for could be read, AuthoritiesError for authorities that can't be
    used.
    """
    started = monotonic()
    with ExitStack() as stack:
        cluster, why = _cluster(check, progress, stack)
        namespace = _namespace(check, cluster)
        manifests = read_manifests(check.files, namespace)
        named = [ImagePlace(image, "", What.CONTAINER) for image in check.images]
        places, skipped = [*named, *manifests.places], [*manifests.skipped]
        snapshot = _empty(check, why)
        if cluster is not None:
            of_cluster, absent = _workloads(cluster, check.targets, namespace)
            places += of_cluster
            skipped += absent
            snapshot = _read(cluster, places, manifests, KubeletEyes(snapshot, namespace, check.account))
        elif why and not check.without_cluster:
            skipped.append(Skipped("the cluster", why, partly=False))
    if check.request.recordings:
        snapshot = _recorded(check.request)
    if not places and skipped:
        raise SourceError(*(f"{one.what}: {one.why}" for one in skipped))
    if check.request.secrets_left_out:
        snapshot = without_secrets(snapshot, check.request.secrets_left_out)
    eyes = KubeletEyes(_with_manifests(snapshot, manifests.objects), namespace, check.account)
    report = _with_site_rules(_foretold(check, places, eyes), check.request.site_rules.rules)
    return replace(report, skipped=(*skipped, *report.skipped), seconds=round(monotonic() - started, 3))


def _with_site_rules(report: CheckReport, rules: Sequence[SiteRule]) -> CheckReport:
    """The report with what the site's rules say of the hosts of images that may not be pulled."""
    if not rules:
        return report
    forecasts = []
    for one in report.forecasts:
        reference = try_parse(one.place.image) if one.outcome is not Outcome.WILL_PULL else None
        about = rules_for_host(reference.registry, rules) if reference else []
        notes = tuple(f"{BY_YOUR_RULES}: {rule.place}. {rule.words}" for rule in about)
        forecasts.append(replace(one, notes=(*one.notes, *notes)) if notes else one)
    return replace(report, forecasts=tuple(forecasts))


# -- reading -------------------------------------------------------------------------------------------------------


def _cluster(check: CheckRequest, progress: Progress, stack: ExitStack) -> tuple[ClusterReader | None, str]:
    """The cluster, or why there is none; raises SourceError where workloads of it were asked for."""
    if check.without_cluster or check.request.recordings:
        return None, _NO_CLUSTER
    try:
        return stack.enter_context(open_cluster(check.request, progress)), ""
    except SourceError as error:
        if check.targets:
            raise
        return None, str(error)


def _namespace(check: CheckRequest, cluster: ClusterReader | None) -> str:
    return check.request.namespace or (cluster.namespace if cluster else "") or _DEFAULT


def _empty(check: CheckRequest, why: str) -> Snapshot:
    source = Source("cluster", "", check.request.namespace)
    unread = {(kind, "*", ""): why or _NO_CLUSTER for kind in ("ServiceAccount", "Secret")}
    return Snapshot(source, {}, datetime.now(timezone.utc), unread=unread)


def _recorded(request: Request) -> Snapshot:
    # the nodes of a recording count whatever namespace is asked about
    return read_recording(request.recordings, key=request.names_key)


def _workloads(
    cluster: ClusterReader, targets: Iterable[Target], namespace: str
) -> tuple[list[ImagePlace], list[Skipped]]:
    keys: list[ObjectKey] = [(KINDS[one.kind], one.namespace or namespace, one.name) for one in targets]
    if not keys:
        return [], []
    snapshot = cluster.objects(keys)
    places: list[ImagePlace] = []
    skipped: list[Skipped] = []
    for kind, where, name in keys:
        held = next((one for one in snapshot.objects.get(kind, ()) if key_of(one) == (where, name)), None)
        if held is None:
            why = snapshot.why_unread(kind, where, name) or "doesn't exist"
            skipped.append(Skipped(f"{kind.lower()}/{name} in namespace {where}", why))
        else:
            places += image_places(held)
    return places, skipped


def _read(cluster: ClusterReader, places: list[ImagePlace], manifests: Manifests, eyes: KubeletEyes) -> Snapshot:
    """The nodes, and the service accounts and secrets that bear on the places, as far as they may be read."""
    needed = needed_objects(places, eyes)
    accounts: list[ObjectKey] = [("ServiceAccount", namespace, name) for namespace, name in needed]
    snapshot = cluster.objects([*accounts, ListQuery("Node", "")])
    held = {key_of(one): pull_secrets_of(one) for one in _accounts(snapshot, manifests)}
    secrets = {
        (namespace, name)
        for (namespace, account), own in needed.items()
        for name in own or held.get((namespace, account), ())
    }
    keys: list[ObjectKey] = [("Secret", namespace, name) for namespace, name in sorted(secrets)]
    return cluster.objects(keys, snapshot)


def _accounts(snapshot: Snapshot, manifests: Manifests) -> Iterator[JsonObject]:
    yield from snapshot.objects.get("ServiceAccount", ())
    yield from (one for one in manifests.objects if one.get("kind") == "ServiceAccount")


def _with_manifests(snapshot: Snapshot, objects: Iterable[JsonObject]) -> Snapshot:
    """The snapshot as it will be once the manifests are applied: what they hold stands before what is there."""
    merged: dict[str, list[JsonObject]] = {kind: list(items) for kind, items in snapshot.objects.items()}
    unread = dict(snapshot.unread)
    for item in objects:
        kind, key = str(item["kind"]), key_of(item)
        merged[kind] = [item, *(other for other in merged.get(kind, ()) if key_of(other) != key)]
        unread.pop((kind, *key), None)
    return snapshot.with_objects(merged, unread)


# -- foretelling ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Subject:
    """One place whose image can be asked for."""

    #: Its forecast so far.
    forecast: PullForecast
    #: The image.
    image: ImageReference
    #: How the kubelet would see it.
    view: KubeletView
    #: What is to be asked of its registry.
    question: ImageQuestion = field(repr=False)


def _foretold(check: CheckRequest, places: Iterable[ImagePlace], eyes: KubeletEyes) -> CheckReport:
    read = [read_place(place) for place in places]
    own = own_logins(check.request.probe, filter(None, (try_parse(one.reference) for one in read)))
    subjects = [_subject(check, forecast, eyes, own.logins) for forecast in read]
    answers = _answers(check, [one for one in subjects if one is not None])
    forecasts = []
    for forecast, subject in zip(read, subjects, strict=True):
        if subject is None:
            forecasts.append(replace(forecast, namespace=eyes.namespace_of(forecast.place)))
            continue
        wanted = check.platforms or subject.view.platforms
        answer = answers.get(subject.question)
        forecasts.append(foretell(Known(forecast, subject.image, subject.view, answer, wanted)))
    asked = {one.image.registry for one, answer in answers.items() if answer.state is not ImageState.NOT_ASKED}
    return CheckReport(tuple(forecasts), own.skipped, registries=len(asked))


def _subject(
    check: CheckRequest, forecast: PullForecast, eyes: KubeletEyes, own: Mapping[str, tuple[ProbeLogin, ...]]
) -> _Subject | None:
    image = try_parse(forecast.place.image)
    if image is None:
        return None
    view = eyes.view(forecast.place, image)
    probe = check.request.probe
    logins = eyes.logins(view, image) if probe and probe.with_secrets else ()
    # a look at the platforms costs a pull at Docker Hub, which is spent only where there is something to compare
    platforms = bool(check.platforms or view.platforms) or image.registry != DOCKER_HUB
    question = ImageQuestion(image, (*logins, *own.get(image.registry, ())), platforms)
    return _Subject(forecast, image, view, question)


def _answers(check: CheckRequest, subjects: Iterable[_Subject]) -> Mapping[ImageQuestion, ImageAnswer]:
    probe = check.request.probe
    if probe is None:
        return {}
    return probe_images([one.question for one in subjects], ProbeOptions(probe.allowed, probe.authorities))
