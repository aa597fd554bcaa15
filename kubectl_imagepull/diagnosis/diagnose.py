"""Failure + cause + evidence -> diagnosis; diagnoses -> root causes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from kubectl_imagepull.diagnosis.decide import decide
from kubectl_imagepull.diagnosis.reading import Reading, read_texts, verdict_about
from kubectl_imagepull.diagnosis.report import Diagnosis
from kubectl_imagepull.diagnosis.root_causes import scope_key
from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.neighbours import cause_of_neighbour
from kubectl_imagepull.evidence.owners import Owners
from kubectl_imagepull.evidence.pull_secret_findings import PullSecretFindings
from kubectl_imagepull.evidence.pull_secrets import look_at_pull_secrets
from kubectl_imagepull.evidence.refusing_texts import REFUSED
from kubectl_imagepull.evidence.releases.written_by import written_by_release
from kubectl_imagepull.evidence.rollouts import look_at_rollout
from kubectl_imagepull.evidence.witnesses import Witnesses
from kubectl_imagepull.failures.failure import FailureText, PullFailure
from kubectl_imagepull.failures.finding import find_failures
from kubectl_imagepull.kube.objects import object_of, objects_of, pull_secrets_of
from kubectl_imagepull.kube.snapshot import Skipped, Snapshot
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.vocabulary.causes import Cause, Confidence, What
from kubectl_imagepull.vocabulary.image_reference import try_parse
from kubectl_imagepull.vocabulary.site_rule import SiteRule
from kubectl_imagepull.vocabulary.wording import counted
from kubectl_imagepull.vocabulary.workload import Workload


@dataclass(frozen=True)
class WeighedReading:
    """A reading, its verdict set right by the pod's pull secrets, and what was found there."""

    #: The failure with the text that decides.
    reading: Reading
    #: What the text says, set right by the pull secrets.
    verdict: Verdict
    #: What the look at the pull secrets gave.
    findings: PullSecretFindings


def weigh(reading: Reading, snapshot: Snapshot) -> WeighedReading:
    """Holds what the text says against the pod's pull secrets."""
    message = reading.text.text if reading.text else ""
    findings = look_at_pull_secrets(reading.failure, reading.verdict, snapshot, message)
    return WeighedReading(reading, decide(reading.verdict, findings, reading.failure), findings)


def diagnose(
    weighed: WeighedReading, chain: tuple[Workload, ...], witnesses: Witnesses, rules: Sequence[SiteRule] = ()
) -> Diagnosis:
    """Decides the cause of one failure: text against evidence, with what proves it; `rules` are the user's site's."""
    failure, text = weighed.reading.failure, weighed.reading.text
    workload = chain[-1]
    text_cause = weighed.reading.verdict.cause
    if text_cause is Cause.CAUSE_NOT_REPORTED and (
        neighbour_cause := cause_of_neighbour(failure, witnesses.neighbours)
    ):
        other, other_verdict = neighbour_cause
        of_other = read_texts(other, rules)
        text = replace(of_other.text or FailureText("", ""), source=f"pod {other.namespace}/{other.pod}")
        verdict = replace(verdict_about(other_verdict, failure), confidence=Confidence.POSSIBLE)
        # the neighbour's text, held against this pod's own secrets
        weighed = weigh(Reading(failure, text, verdict, of_other.site_rules), witnesses.snapshot)
    verdict, findings = weighed.verdict, weighed.findings
    if text and not any(text is own for own in failure.texts) and verdict.confidence is Confidence.CONFIRMED:
        verdict = replace(verdict, confidence=Confidence.LIKELY)  # the text is a neighbour's: no proof for this pod
    if _spec_agrees(failure, verdict.cause):
        verdict = replace(verdict, confidence=Confidence.CONFIRMED)
    newer = witnesses.rollouts.newer_than(failure, chain)
    release = witnesses.release_of(failure, workload)
    evidence = (
        *look_at_rollout(newer, workload),
        *findings.evidence,
        *witnesses.about(failure, verdict, chain),
        *written_by_release(release, workload),
        *witnesses.unread_deployer(failure, workload),
    )
    return Diagnosis(
        failure=failure,
        cause=verdict.cause,
        confidence=verdict.confidence,
        retryable=verdict.retryable,
        message=text.text if text else "",
        message_source=text.source if text else None,
        workload=workload,
        key=scope_key(
            failure,
            verdict,
            findings.secrets,
            sends=bool(findings.logins),
            intercepted=witnesses.shared.is_intercepted(verdict),
        ),
        alternatives=verdict.alternatives,
        answered_by=verdict.answered_by,
        details=verdict.details,
        mentions=verdict.mentions,
        evidence=evidence,
        host=verdict.host,
        findings=findings,
        environment=witnesses.environment_of(failure),
        possible_nodes=witnesses.placement.nodes_for(failure.pod_object),
        sightings=witnesses.sightings_of(failure),
        platforms=witnesses.platforms_of(failure, verdict),
        newer_revision=newer,
        template=witnesses.template_of(failure, workload),
        release=release,
        deployer=witnesses.deployer_of(failure, workload),
        reach=witnesses.snapshot.source.reach,
        owners=chain,
        text_cause=text_cause,
        site_rules=weighed.reading.site_rules,
    )


def diagnose_all(
    snapshot: Snapshot,
    chosen: Callable[[PullFailure, tuple[Workload, ...]], bool],
    rules: Sequence[SiteRule] = (),
) -> tuple[Diagnosis, ...]:
    """Diagnoses the failed pulls of a snapshot that are chosen, each by its pod's owners; all of them bear witness.

    `rules` are those of the user's site.
    """
    owners = Owners(snapshot)
    weighed = [weigh(read_texts(failure, rules), snapshot) for failure in find_failures(snapshot)]
    witnesses = Witnesses(snapshot, owners, ((one.reading.failure, one.verdict) for one in weighed))
    chains = ((one, owners.chain_of(one.reading.failure.pod_object)) for one in weighed)
    return tuple(diagnose(one, chain, witnesses, rules) for one, chain in chains if chosen(one.reading.failure, chain))


def unread_secrets(diagnoses: Iterable[Diagnosis], snapshot: Snapshot) -> tuple[Skipped, ...]:
    """Says once of how many failures pull secrets, which may decide the cause, could not be read, and why."""
    undecided = (one for one in diagnoses if one.cause in REFUSED and one.confidence is not Confidence.CONFIRMED)
    left_open = [one.failure for one in undecided if _secrets_unread(one.evidence)]
    reasons: dict[str, None] = {}
    for failure in left_open:
        names = pull_secrets_of(object_of(failure.pod_object.get("spec")))
        unread = [why for name in names if (why := snapshot.why_unread("Secret", failure.namespace, name))]
        reasons.update(dict.fromkeys(unread or [f"the {snapshot.source.kind} has them without their values"]))
    if not reasons:
        return ()
    first_reason, *others = reasons
    more = f", and {len(others)} more {'reason' if len(others) == 1 else 'reasons'}" if others else ""
    why = f"{first_reason}{more}; they may decide the cause of {counted(len(left_open), 'failure')}"
    return (Skipped("pull secrets", why, partly=False),)


def _secrets_unread(evidence: Iterable[Evidence]) -> bool:
    """Whether a secret could not be read and none of the others would be sent."""
    results = {item.result for item in evidence if item.check == Check.PULL_SECRET_MATCHES}
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
