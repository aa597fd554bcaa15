"""Failure + cause + evidence -> diagnosis; diagnoses -> root causes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from kubectl_imagepull.diagnosis.decide import decide
from kubectl_imagepull.evidence import Evidence, Result
from kubectl_imagepull.evidence.findings import REFUSED, Findings
from kubectl_imagepull.evidence.neighbours import cause_of_neighbour
from kubectl_imagepull.evidence.owners import Owners, Workload
from kubectl_imagepull.evidence.pull_secrets import look_at_pull_secrets
from kubectl_imagepull.evidence.witnesses import Witnesses
from kubectl_imagepull.failures.finding import PullFailure, Text, find_failures
from kubectl_imagepull.fixes import Case, Fix, check_commands, fixes_for, short_fix
from kubectl_imagepull.kube.snapshot import Skipped, Snapshot, Source, object_of, objects_of, pull_secrets_of
from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.messages.redact import without_logins
from kubectl_imagepull.messages.verdict import Detail, Verdict
from kubectl_imagepull.vocabulary.causes import Cause, Confidence, Scope, What
from kubectl_imagepull.vocabulary.image_reference import try_parse
from kubectl_imagepull.vocabulary.wording import counted

#: User and password in a URL, which a text may quote.
_UNDECIDED = frozenset({Cause.UNKNOWN, Cause.CAUSE_NOT_REPORTED})
_BY_REPOSITORY = frozenset({Cause.REPOSITORY_NOT_FOUND, Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE})
_SURENESS = (Confidence.POSSIBLE, Confidence.LIKELY, Confidence.CONFIRMED)


@dataclass(frozen=True)
class Diagnosis:
    """One failure, its cause, and what proves and repairs it.

    `message` is the text that decided, as it stands in the cluster ("" if there is none), `message_source` where it
    stands; `key` the scope key as one string; `check` the commands that show whether a fix worked; `owners` the pod and
    its controllers, the workload last; `cluster` the context's name where several were read, else ""; `case` what its
    fixes were made from, None where they were not made from anything.
    """

    failure: PullFailure
    cause: Cause
    confidence: Confidence
    retryable: bool
    message: str
    message_source: str | None
    workload: Workload
    key: str
    alternatives: tuple[Cause, ...] = ()
    answered_by: str | None = None
    details: Mapping[str, Detail] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    fixes: tuple[Fix, ...] = ()
    short_fix: str = ""
    check: tuple[str, ...] = ()
    owners: tuple[Workload, ...] = ()
    cluster: str = ""
    case: Case | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class RootCause:
    """Failures of one cluster that have one cause and one scope key: what a user has to repair once.

    `failures` are indices into the report's diagnoses; `workloads` are `NAMESPACE/kind/name`, sorted, each once;
    `fixes` are those of its clearest failure, for all nodes that have it; `short_fix` is the first of them as one short
    sentence, for a table; `cluster` the context's name where several were
    read, else "".
    """

    cause: Cause
    scope: Scope
    key: str
    summary: str
    confidence: Confidence
    retryable: bool
    failures: tuple[int, ...]
    workloads: tuple[str, ...]
    since: datetime | None
    fixes: tuple[Fix, ...]
    short_fix: str = ""
    cluster: str = ""


@dataclass(frozen=True)
class Report:
    """Everything that a run found; what every output format is made from.

    `seconds` is how long the run took, `now` the time that ages are counted to.
    """

    source: Source
    pods_scanned: int
    seconds: float
    now: datetime
    root_causes: tuple[RootCause, ...]
    diagnoses: tuple[Diagnosis, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True)
class Reading:
    """A failure with the text that decides and what it says; `text` is None where nothing speaks."""

    failure: PullFailure
    text: Text | None
    verdict: Verdict


def read_texts(failure: PullFailure) -> Reading:
    """Reads a failure's texts: the best one that names a cause decides, else what they leave open stands."""
    undecided: Reading | None = None
    for text in failure.texts:
        of_status = text.source.startswith("waiting.")
        verdict = classify(text.text, failure.reason if of_status else None, failure.image)
        reading = Reading(failure, text, _of_failure(verdict, failure))
        if verdict.cause not in _UNDECIDED:
            return reading
        if undecided is None or undecided.verdict.cause is Cause.CAUSE_NOT_REPORTED:
            undecided = reading
    return undecided or Reading(failure, None, _of_failure(classify("ImagePullBackOff", None, failure.image), failure))


def _of_failure(verdict: Verdict, failure: PullFailure) -> Verdict:
    """What was pulled, and which image, is known better from the pod than from a text."""
    return replace(verdict, what=failure.what, image=failure.image)


@dataclass(frozen=True)
class Weighed:
    """A reading, its verdict set right by the pod's pull secrets, and what was found there."""

    reading: Reading
    verdict: Verdict
    findings: Findings


def weigh(reading: Reading, snapshot: Snapshot) -> Weighed:
    """Holds what the text says against the pod's pull secrets."""
    findings = look_at_pull_secrets(reading.failure, reading.verdict, snapshot)
    return Weighed(reading, decide(reading.verdict, findings, reading.failure), findings)


def diagnose(weighed: Weighed, chain: tuple[Workload, ...], witnesses: Witnesses) -> Diagnosis:
    """Decides the cause of one failure: text against evidence, with what proves and repairs it."""
    failure, text = weighed.reading.failure, weighed.reading.text
    workload = chain[-1]
    silent = weighed.reading.verdict.cause is Cause.CAUSE_NOT_REPORTED
    if silent and (found := cause_of_neighbour(failure, witnesses.neighbours)):
        other, said = found
        text = replace(read_texts(other).text or Text("", ""), source=f"pod {other.namespace}/{other.pod}")
        verdict = replace(_of_failure(said, failure), confidence=Confidence.POSSIBLE)
        weighed = weigh(Reading(failure, text, verdict), witnesses.snapshot)
    verdict, findings = weighed.verdict, weighed.findings
    if text and not any(text is own for own in failure.texts) and verdict.confidence is Confidence.CONFIRMED:
        verdict = replace(verdict, confidence=Confidence.LIKELY)  # the text is a neighbour's: no proof for this pod
    if _spec_agrees(failure, verdict.cause):
        verdict = replace(verdict, confidence=Confidence.CONFIRMED)
    evidence = (*findings.evidence, *witnesses.about(failure, verdict, chain))
    case = Case(failure, verdict, workload, evidence, witnesses.snapshot.source.reach)
    return Diagnosis(
        failure=failure,
        cause=verdict.cause,
        confidence=verdict.confidence,
        retryable=verdict.retryable,
        message=without_logins(text.text) if text else "",
        message_source=text.source if text else None,
        workload=workload,
        key=scope_key(failure, verdict, findings.secrets),
        alternatives=verdict.alternatives,
        answered_by=verdict.answered_by,
        details=verdict.details,
        evidence=evidence,
        fixes=fixes_for(case),
        short_fix=short_fix(case),
        check=check_commands(case),
        owners=chain,
        case=case,
    )


def diagnose_all(
    snapshot: Snapshot, chosen: Callable[[PullFailure, tuple[Workload, ...]], bool]
) -> tuple[Diagnosis, ...]:
    """Diagnoses the failed pulls of a snapshot that are chosen, each by its pod's owners; all of them bear witness."""
    owners = Owners(snapshot)
    found = [weigh(read_texts(failure), snapshot) for failure in find_failures(snapshot)]
    witnesses = Witnesses(snapshot, owners, ((one.reading.failure, one.verdict) for one in found))
    chains = ((one, owners.chain_of(one.reading.failure.pod_object)) for one in found)
    return tuple(diagnose(one, chain, witnesses) for one, chain in chains if chosen(one.reading.failure, chain))


def unread_secrets(diagnoses: Iterable[Diagnosis], snapshot: Snapshot) -> tuple[Skipped, ...]:
    """Says once of how many failures pull secrets, which may decide the cause, could not be read, and why."""
    undecided = (one for one in diagnoses if one.cause in REFUSED and one.confidence is not Confidence.CONFIRMED)
    left_open = [one.failure for one in undecided if _secrets_unread(one.evidence)]
    reasons: dict[str, None] = {}
    for failure in left_open:
        names = pull_secrets_of(object_of(failure.pod_object.get("spec")))
        unread = [why for name in names if (why := snapshot.why_unread("Secret", failure.namespace, name))]
        reasons.update(dict.fromkeys(unread or [f"the {snapshot.source.kind} holds them without their values"]))
    if not reasons:
        return ()
    first, *others = reasons
    more = f", and {len(others)} more {'reason' if len(others) == 1 else 'reasons'}" if others else ""
    why = f"{first}{more}; they may decide the cause of {counted(len(left_open), 'failure')}"
    return (Skipped("pull secrets", why, partly=False),)


def _secrets_unread(evidence: Iterable[Evidence]) -> bool:
    """Whether a secret could not be read and none of the others would be sent."""
    results = {item.result for item in evidence if item.check == "PullSecretMatches"}
    return results == {Result.SKIPPED}


def _spec_agrees(failure: PullFailure, cause: Cause) -> bool:
    """Whether the pod's own spec proves what the text says."""
    if cause is Cause.INVALID_REFERENCE:
        return try_parse(failure.image) is None
    if cause is Cause.NEVER_PULL and failure.what is not What.IMAGE_VOLUME:
        spec = object_of(failure.pod_object.get("spec"))
        return any(
            container.get("name") == failure.container and container.get("imagePullPolicy") == "Never"
            for field_name in ("containers", "initContainers", "ephemeralContainers")
            for container in objects_of(spec.get(field_name))
        )
    return False


def scope_key(failure: PullFailure, verdict: Verdict, secrets: tuple[str, ...] | None) -> str:
    """The scope key of a failure as one string: equal for failures that have one root cause.

    `secrets` are the pull secrets that the pod names, None where they could not be read.
    """
    scope = verdict.cause.scope
    reference = try_parse(failure.image)
    if scope is Scope.IMAGE:
        by_repository = verdict.cause in _BY_REPOSITORY
        return failure.image if reference is None else reference.repository if by_repository else str(reference)
    if scope is Scope.REGISTRY:
        return verdict.host or (reference.registry if reference else "?")
    if scope is Scope.CREDENTIALS:
        registry = reference.registry if reference else verdict.host or "?"
        if failure.what is What.SANDBOX:
            return f"{registry} - -"  # the node pulls the pause image: neither namespace nor secrets have a part in it
        return f"{registry} {failure.namespace} {'?' if secrets is None else ','.join(secrets) or '-'}"
    node = failure.node or "?"
    if scope is Scope.NODE:
        return node
    return f"{failure.image} {node if verdict.cause is Cause.CAUSE_NOT_REPORTED else verdict.redacted}"


def root_causes(diagnoses: Sequence[Diagnosis]) -> tuple[RootCause, ...]:
    """Groups diagnoses by cluster, cause and scope key: most pods first, then longest since."""
    groups: dict[tuple[str, Cause, str], list[int]] = {}
    for index, diagnosis in enumerate(diagnoses):
        groups.setdefault((diagnosis.cluster, diagnosis.cause, diagnosis.key), []).append(index)
    found = [_root_cause(cause, key, indices, diagnoses) for (_, cause, key), indices in groups.items()]

    def order(root: RootCause) -> tuple[int, float, str, str, str]:
        pods = {(diagnoses[i].failure.namespace, diagnoses[i].failure.pod) for i in root.failures}
        since = root.since.timestamp() if root.since else float("inf")
        return -len(pods), since, root.cause.value, root.key, root.cluster

    return tuple(sorted(found, key=order))


def _extent(cause: Cause, members: Sequence[Diagnosis]) -> str:
    """How far a registry's fault reaches; the other scopes say it by their key."""
    if cause.scope is not Scope.REGISTRY:
        return ""
    sets = (
        ("pod", {(one.failure.namespace, one.failure.pod) for one in members}),
        ("node", {one.failure.node for one in members if one.failure.node}),
        ("namespace", {one.failure.namespace for one in members}),
    )
    pods, nodes, namespaces = (f"{len(found)} {noun}{'' if len(found) == 1 else 's'}" for noun, found in sets)
    return f" ({pods} on {nodes} in {namespaces})"


def clearest(diagnoses: Iterable[Diagnosis]) -> Diagnosis:
    """The diagnosis that shows a root cause best: the surest, and one with a text."""
    return min(diagnoses, key=lambda one: (-_SURENESS.index(one.confidence), not one.message))


def _fixes_of(shown: Diagnosis, members: Iterable[Diagnosis]) -> tuple[tuple[Fix, ...], str]:
    """The fixes of a root cause, and the short one: those of the failure that shows it, for all nodes that have it."""
    others = sorted({one.failure.node for one in members if one.failure.node} - {shown.failure.node})
    if shown.case is None or shown.failure.node is None or not others:
        return shown.fixes, shown.short_fix
    case = replace(shown.case, nodes=(shown.failure.node, *others))
    return fixes_for(case), short_fix(case)


def _root_cause(cause: Cause, key: str, indices: list[int], diagnoses: Sequence[Diagnosis]) -> RootCause:
    members = [diagnoses[index] for index in indices]
    shown = clearest(members)
    fixes, short = _fixes_of(shown, members)
    workloads = {f"{one.failure.namespace}/{one.workload}" for one in members}
    return RootCause(
        cause=cause,
        scope=cause.scope,
        key=key,
        summary=f"{cause.entry.title}: {shown.failure.image if cause in _UNDECIDED else key}{_extent(cause, members)}",
        confidence=min((one.confidence for one in members), key=_SURENESS.index),
        retryable=all(one.retryable for one in members),
        failures=tuple(indices),
        workloads=tuple(sorted(workloads)),
        since=min((one.failure.since for one in members if one.failure.since), default=None),
        fixes=fixes,
        short_fix=short,
        cluster=shown.cluster,
    )
