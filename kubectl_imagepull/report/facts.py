"""What every full page says about a root cause, whatever it is written in: plain sentences and labelled values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kubectl_imagepull.diagnosis.report import Diagnosis, Report, RootCause
from kubectl_imagepull.evidence.checks import Evidence, Result
from kubectl_imagepull.messages.verdict import Detail
from kubectl_imagepull.report import view
from kubectl_imagepull.report.rules_text import sentences_of_rules
from kubectl_imagepull.report.text import age, exact_cell, rfc3339
from kubectl_imagepull.vocabulary.causes import Cause, Confidence, Scope, What
from kubectl_imagepull.vocabulary.command import Effect
from kubectl_imagepull.vocabulary.fix import Fix, Who, shell_lines
from kubectl_imagepull.vocabulary.image_reference import try_parse
from kubectl_imagepull.vocabulary.site_rule import BY_YOUR_RULES

#: What stands where there is no text to show.
NO_TEXT = (
    "Until then there is nothing to read a cause from. The kubelet waits five minutes at most between two tries: "
    "look again then."
)
#: Who has to act, behind the number of a fix; the reader is not named.
WHO = {
    Who.YOU: "",
    Who.CLUSTER_ADMIN: "a cluster administrator",
    Who.REGISTRY_OWNER: "whoever runs the registry",
    Who.PUBLISHER: "whoever publishes the image",
    Who.NOBODY: "nobody has to act",
}
_SURE = {
    Confidence.CONFIRMED: "confirmed: the evidence proves it",
    Confidence.LIKELY: "likely: the text says so",
    Confidence.POSSIBLE: "possible: the text allows more than one cause",
}
#: The same where the registry, when it was asked, had what the text says it hasn't.
_THERE_NOW = "possible: it was so at the last try, and the registry has it now"
_SURE_WITHOUT_CAUSE = {
    Cause.CAUSE_NOT_REPORTED: "none: there is no text left to judge by",
    Cause.UNKNOWN: "none: no rule reads the text",
}
_RETRIES = {
    True: "may help: the kubelet keeps trying, and this can heal by itself",
    False: "won't help until somebody changes something",
}
_WHAT = {
    What.CONTAINER: "",
    What.INIT_CONTAINER: " (init container)",
    What.EPHEMERAL_CONTAINER: " (ephemeral container)",
    What.IMAGE_VOLUME: " (its image volume)",
}
_RESULTS = list(Result)
#: Where each workload is repaired by itself, and not once for all of them.
_OWN_COMMANDS = frozenset({Scope.IMAGE, Scope.CREDENTIALS})
_DETAILS: dict[tuple[str, Detail], str] = {
    ("stage", "lookup"): "while looking up the host name",
    ("stage", "dial"): "while connecting",
    ("stage", "tls"): "during the TLS handshake",
    ("stage", "headers"): "while waiting for the answer",
    ("stage", "body"): "in the middle of the download",
    ("repositoryVerified", False): "the repository itself may be missing too",
    ("repositoryVerified", True): "the repository exists",
    ("notYetValid", True): "the certificate becomes valid later: is the node's clock right?",
    ("notYetValid", False): "it has expired",
    ("policy", "node"): "a policy on the node",
    ("policy", "registry"): "a policy of the registry",
    ("policy", "network"): "a policy of the network",
}
_MOST_NODES = 5
_DELETIONS = frozenset({Effect.DELETES_POD, Effect.DELETES_JOB})


def head_rows(
    report: Report, diagnosis: Diagnosis, others: Sequence[Diagnosis] = (), since: datetime | None = None
) -> list[tuple[str, str]]:
    """Labels and values of what stands at the head of a page; `others` fail for the same reason, the first `since`."""
    since = since or diagnosis.failure.since
    failure, workload = diagnosis.failure, diagnosis.workload
    more = len(view.failing_pods([diagnosis, *others])) - 1
    rows = [("Cluster", exact_cell(diagnosis.cluster))] if diagnosis.cluster else []
    rows.append(("Pod", f"{failure.namespace}/{failure.pod}" + (f" and {more:,} more, see below" if more else "")))
    if workload.kind.lower() != "pod" or workload.managed_by:
        managed = f", managed by {workload.managed_by}" if workload.managed_by else ""
        rows.append(("Workload", f"{workload}{managed}"))
    rows.append(container_row(diagnosis))
    rows.append(("Image", exact_cell(failure.image)))
    reference = try_parse(failure.image)
    if reference is not None and str(reference) != failure.image:
        rows.append(("Read as", str(reference)))
    if diagnosis.answered_by:
        rows.append(("Answered by", f"{diagnosis.answered_by}, another host than the image's"))
    if failure.node:
        elsewhere = {one.failure.node for one in others if one.failure.node} - {failure.node}
        nodes = [failure.node, *sorted(elsewhere)]
        rows.append(("Node" if len(nodes) == 1 else "Nodes", view.first_names(nodes, most=_MOST_NODES)))
    rows.append(("Status", failure.reason))
    if since is not None:
        rows.append(("Since", f"{age(since, report.now)} ({rfc3339(since)})"))
    sure = confidence_in_words(diagnosis.cause, diagnosis.confidence)
    rows.append(("Confidence", _THERE_NOW if diagnosis.there_now else sure))
    if diagnosis.cause not in _SURE_WITHOUT_CAUSE:
        rows.append(("Retries", _retries(diagnosis)))
    if diagnosis.details:
        rows.append(("Details", "; ".join(_detail(name, value) for name, value in diagnosis.details.items())))
    rows += [(BY_YOUR_RULES, text) for text in sentences_of_rules(diagnosis)]
    return rows


def _retries(diagnosis: Diagnosis) -> str:
    newer = diagnosis.newer_revision
    if newer is not None and not newer.waits_for_pod:
        return "don't matter any more: a newer revision replaces this pod"
    return _RETRIES[diagnosis.retryable]


def container_row(diagnosis: Diagnosis) -> tuple[str, str]:
    """What of the pod can't start, as a label and its value."""
    failure = diagnosis.failure
    if failure.container is None or failure.what is What.SANDBOX:
        return "Sandbox", "the node's pause image, which every pod on it needs"
    return "Container", failure.container + _WHAT[failure.what]


def confidence_in_words(cause: Cause, sure: Confidence) -> str:
    """How sure a cause is, and what makes it so."""
    return _SURE_WITHOUT_CAUSE.get(cause, _SURE[sure])


def _detail(name: str, value: Detail) -> str:
    shown = str(value).lower() if isinstance(value, bool) else value
    return _DETAILS.get((name, value), f"{name} {shown}")


def source_in_words(message_source: str | None) -> str:
    """Where a text was read, to go on with after `Read from`."""
    if message_source is None:
        return "the cluster"
    if message_source.startswith("waiting."):
        return f"the container's status ({message_source})"
    return f"the {message_source}"


def by_result(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence, what points at the fault first."""
    return sorted(evidence, key=lambda item: _RESULTS.index(item.result))


def before_pasting(fixes: Sequence[Fix], diagnoses: Sequence[Diagnosis]) -> list[str]:
    """What has to be said once after all fixes of a root cause, for whoever runs their commands."""
    effects = frozenset(effect for fix in fixes for effect in fix.effects)
    sentences = []
    # the commands name all pods of their own workload
    workloads = {(one.failure.namespace, one.workload.kind, one.workload.name) for one in diagnoses}
    if len(workloads) > 1 and effects & _DELETIONS:
        deleted = "pod" if Effect.DELETES_POD in effects else "Job"
        sentences.append(f"Where a {deleted} is deleted, those of the others below go the same way.")
    placeholders = dict.fromkeys(one for fix in fixes for one in fix.placeholders)
    if placeholders:
        means = "; ".join(f"{one.name} is {one.means}" for one in placeholders)
        sentences.append(
            f'Before you paste, replace "${{...}}" with your own values: {means}. Single quotes keep a $ as it is.'
        )
    return sentences


def verification_lines(diagnoses: Sequence[Diagnosis]) -> list[str]:
    """The commands that show whether a fix worked, each once."""
    return list(dict.fromkeys(line for one in diagnoses for line in shell_lines(one.verification)))


def fix_label(number: int, fixes: Sequence[Fix]) -> str:
    """What stands before a fix: its number, if there are several, and who has to act, if it isn't the reader."""
    name = "Fix" if len(fixes) == 1 else f"Fix {number}"
    who = WHO[fixes[number - 1].who]
    return f"{name} ({who})" if who else name


def by_owner(shown: Diagnosis, others: Sequence[Diagnosis]) -> dict[str, list[str]]:
    """The other pods of a root cause by workload; a pod that was named already is named with its container."""
    seen = set(view.failing_pods([shown]))
    groups: dict[str, list[str]] = {}
    for one in others:
        (pod,) = view.failing_pods([one])
        name = f" (container {one.failure.container})" if pod in seen else ""
        seen.add(pod)
        groups.setdefault(owner_name(one), []).append(one.failure.pod + name)
    return groups


def owner_name(diagnosis: Diagnosis) -> str:
    """Where a pod belongs: its workload; all pods of a namespace that have none stand together."""
    bare = diagnosis.workload.kind.lower() == "pod"
    return f"{diagnosis.failure.namespace}/" + ("pod" if bare else str(diagnosis.workload))


def same_for_others(shown: Diagnosis, root: RootCause, groups: dict[str, list[str]]) -> str:
    """Says whose commands are shown, where other workloads need their own; "" where they are for all."""
    if root.fixes and shown.cause.scope in _OWN_COMMANDS and set(groups) - {owner_name(shown)}:
        return f"The commands above are for {owner_name(shown)}; the others need the same."
    return ""
