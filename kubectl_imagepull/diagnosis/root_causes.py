"""Diagnoses -> root causes: what has one cause and one scope key is repaired once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kubectl_imagepull.diagnosis.report import Diagnosis, RootCause
from kubectl_imagepull.diagnosis.subjects import subject_of
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.messages.verdict import INTERCEPTED, Verdict
from kubectl_imagepull.vocabulary.causes import Cause, Confidence, Scope, What
from kubectl_imagepull.vocabulary.image_reference import ImageReference, try_parse
from kubectl_imagepull.vocabulary.wording import listed

_UNDECIDED = frozenset({Cause.UNKNOWN, Cause.CAUSE_NOT_REPORTED})
_BY_REPOSITORY = frozenset({Cause.REPOSITORY_NOT_FOUND, Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE})
_SURENESS = (Confidence.POSSIBLE, Confidence.LIKELY, Confidence.CONFIRMED)


def scope_key(
    failure: PullFailure,
    verdict: Verdict,
    secrets: tuple[str, ...] | None,
    *,
    sends: bool = False,
    intercepted: bool = False,
) -> str:
    """The scope key of a failure as one string: equal for failures that have one root cause.

    `secrets` are the pull secrets that the pod names, None where they could not be read; `sends` says that one of them
    holds credentials for the image, `intercepted` that the certificates of several vendors' own hosts are not trusted,
    so that none of them is at fault.
    """
    # what is repaired once gets one key: a missing tag for all nodes, a full disk for all images
    scope = verdict.cause.scope
    reference = try_parse(failure.image)
    if scope is Scope.IMAGE:
        return _image_key(verdict.cause, reference, secrets if sends else ()) if reference else failure.image
    if scope is Scope.REGISTRY:
        at_fault = INTERCEPTED if intercepted else verdict.intermediary or verdict.host
        return at_fault or (reference.registry if reference else "?")
    if scope is Scope.CREDENTIALS:
        registry = reference.registry if reference else verdict.host or "?"
        if failure.what is What.SANDBOX:
            return f"{registry} - -"  # the node pulls the pause image: neither namespace nor secrets have a part in it
        return f"{registry} {failure.namespace} {'?' if secrets is None else ','.join(secrets) or '-'}"
    node = failure.node or "?"
    if scope is Scope.NODE:
        return node
    return f"{failure.image} {node if verdict.cause is Cause.CAUSE_NOT_REPORTED else verdict.redacted}"


def _image_key(cause: Cause, reference: ImageReference, sending: tuple[str, ...] | None) -> str:
    if cause not in _BY_REPOSITORY:
        return str(reference)
    if cause is Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE and sending:
        # who logs in and is refused lacks a right, where a pod that sends nothing may only lack the secret
        return f"{reference.repository} {','.join(sending)}"
    return reference.repository


def root_causes(diagnoses: Sequence[Diagnosis]) -> tuple[RootCause, ...]:
    """Groups diagnoses by cluster, cause and scope key: most pods first, then longest since."""
    groups: dict[tuple[str, Cause, str], list[int]] = {}
    for index, diagnosis in enumerate(diagnoses):
        groups.setdefault((diagnosis.cluster, diagnosis.cause, diagnosis.key), []).append(index)
    roots = [_root_cause(cause, key, indices, diagnoses) for (_, cause, key), indices in groups.items()]

    def order(root: RootCause) -> tuple[int, float, str, str, str]:
        pods = {(diagnoses[i].failure.namespace, diagnoses[i].failure.pod) for i in root.failures}
        since = root.since.timestamp() if root.since else float("inf")
        return -len(pods), since, root.cause.value, root.key, root.cluster

    return tuple(sorted(roots, key=order))


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
    """The diagnosis that shows a root cause best: of the newest revision, the surest, and one with a text."""
    return min(
        diagnoses,
        key=lambda one: (one.newer_revision is not None, -_SURENESS.index(one.confidence), not one.message),
    )


def _subject(cause: Cause, key: str, members: Sequence[Diagnosis]) -> str:
    """What a root cause is about, for its sentence."""
    if cause in _UNDECIDED:
        return clearest(members).failure.image
    if key == INTERCEPTED:
        hosts = sorted({one.host for one in members if one.host})
        return f"something between the nodes and {listed(hosts)} intercepts TLS, or the nodes lack the public CAs"
    return subject_of(cause, key)


def _root_cause(cause: Cause, key: str, indices: list[int], diagnoses: Sequence[Diagnosis]) -> RootCause:
    members = [diagnoses[index] for index in indices]
    shown = clearest(members)
    workloads = {f"{one.failure.namespace}/{one.workload}" for one in members}
    return RootCause(
        cause=cause,
        scope=cause.scope,
        key=key,
        summary=f"{cause.entry.title}: {_subject(cause, key, members)}{_extent(cause, members)}",
        confidence=min((one.confidence for one in members), key=_SURENESS.index),
        retryable=all(one.retryable for one in members),
        failures=tuple(indices),
        workloads=tuple(sorted(workloads)),
        since=min((one.failure.since for one in members if one.failure.since), default=None),
        cluster=shown.cluster,
    )
