"""The full diagnosis of `diagnose`: one block a root cause, from what fails to how to see that it is repaired."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kubectl_imagepull import COMMAND
from kubectl_imagepull.causes import Cause, Confidence, Scope, What
from kubectl_imagepull.diagnosis import Diagnosis, Report, RootCause, clearest
from kubectl_imagepull.evidence import Evidence, Result
from kubectl_imagepull.evidence.words import counted
from kubectl_imagepull.image import try_parse
from kubectl_imagepull.messages.verdict import Detail
from kubectl_imagepull.report import view
from kubectl_imagepull.report.colour import Paint
from kubectl_imagepull.report.page import INDENT, Page
from kubectl_imagepull.report.text import age, exact, rfc3339, usable, wrap

_SURE = {
    Confidence.CONFIRMED: "confirmed: the evidence proves it",
    Confidence.LIKELY: "likely: the text says so",
    Confidence.POSSIBLE: "possible: the text allows more than one cause",
}
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
_NO_TEXT = (
    "Until then there is nothing to read a cause from. The kubelet waits five minutes at most between two tries: "
    "look again then."
)
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
_MOST_PODS, _MOST_OWNERS, _MOST_CHECKS, _MOST_NODES = 3, 8, 3, 5
_PLACEHOLDER = re.compile(r"\b[A-Z]{2,}(?:_[A-Z]+)+\b|\bREGISTRY/OWNER\b|<[A-Z]+>")
_VARIABLE = re.compile(r"\$\w+")


def diagnose(report: Report, *, width: int | None = None, color: bool = False) -> str:
    """Everything about each root cause: the first failing pod in full, the others by name below it.

    `width` None sets no limit. The text ends without a newline.
    """
    page = Page(usable(width), Paint(color))
    roots = report.root_causes
    blocks = ["\n".join(_block(report, root, page)) for root in roots]
    # one page tells where it looked, but not which other clusters have no such page
    if len(roots) != 1 or report.source.clusters:
        blocks.append("\n".join(wrap(view.summary(report), page.width)))
    return "\n\n\n".join(blocks)


def _block(report: Report, root: RootCause, page: Page) -> list[str]:
    diagnoses = view.failures(report, root)
    shown = clearest(diagnoses)
    others = [diagnosis for diagnosis in diagnoses if diagnosis is not shown]
    sections = [
        _title(shown, page),
        _header(report, root, shown, others, page),
        page.prose(shown.cause.entry.meaning),
        _text(shown, page),
        _alternatives(shown, page),
        _evidence(shown.evidence, page),
        *_fixes(diagnoses, root, page),
        _check(diagnoses, page),
        _others(shown, others, root, page),
    ]
    return [line for section in sections if section for line in ("", *section)][1:]


def _title(diagnosis: Diagnosis, page: Page) -> list[str]:
    cause = diagnosis.cause
    name = page.paint.cause(cause.value, cause, retryable=diagnosis.retryable)
    first, *others = wrap(f"{cause.value}: {cause.entry.title}", page.width)
    return [name + page.paint.strong(first[len(cause.value) :]), *map(page.paint.strong, others)]


def _header(
    report: Report, root: RootCause, diagnosis: Diagnosis, others: Sequence[Diagnosis], page: Page
) -> list[str]:
    failure, workload = diagnosis.failure, diagnosis.workload
    more = len(view.pods([diagnosis, *others])) - 1
    rows = [("Cluster", exact(diagnosis.cluster))] if diagnosis.cluster else []
    rows.append(("Pod", f"{failure.namespace}/{failure.pod}" + (f" and {more:,} more, see below" if more else "")))
    if workload.kind.lower() != "pod" or workload.managed_by:
        managed = f", managed by {workload.managed_by}" if workload.managed_by else ""
        rows.append(("Workload", f"{workload}{managed}"))
    if failure.container is None or failure.what is What.SANDBOX:
        rows.append(("Sandbox", "the node's pause image, which every pod on it needs"))
    else:
        rows.append(("Container", failure.container + _WHAT[failure.what]))
    rows.append(("Image", exact(failure.image)))
    reference = try_parse(failure.image)
    if reference is not None and str(reference) != failure.image:
        rows.append(("Read as", str(reference)))
    if diagnosis.answered_by:
        rows.append(("Answered by", f"{diagnosis.answered_by}, another host than the image's"))
    if failure.node:
        elsewhere = {one.failure.node for one in others if one.failure.node} - {failure.node}
        nodes = [failure.node, *sorted(elsewhere)]
        rows.append(("Node" if len(nodes) == 1 else "Nodes", view.first_of(nodes, most=_MOST_NODES)))
    rows.append(("Status", failure.reason))
    if root.since is not None:
        rows.append(("Since", f"{age(root.since, report.now)} ({rfc3339(root.since)})"))
    rows.append(("Confidence", _SURE_WITHOUT_CAUSE.get(diagnosis.cause, _SURE[diagnosis.confidence])))
    if diagnosis.cause not in _SURE_WITHOUT_CAUSE:
        rows.append(("Retries", _RETRIES[diagnosis.retryable]))
    if diagnosis.details:
        rows.append(("Details", "; ".join(_detail(name, value) for name, value in diagnosis.details.items())))
    column = max(len(label) for label, _ in rows) + 3
    return [line for label, value in rows for line in page.row(label, value, column)]


def _detail(name: str, value: Detail) -> str:
    shown = str(value).lower() if isinstance(value, bool) else value
    return _DETAILS.get((name, value), f"{name} {shown}")


def _text(diagnosis: Diagnosis, page: Page) -> list[str]:
    if not diagnosis.message:
        return page.prose(_NO_TEXT) if diagnosis.cause is Cause.CAUSE_NOT_REPORTED else []
    heading = page.heading(f"Read from {_source(diagnosis.message_source)}:")
    return [*heading, *page.quoted(diagnosis.message, whole=diagnosis.cause is Cause.UNKNOWN)]


def _source(source: str | None) -> str:
    if source is None:
        return "the cluster"
    return f"the container's status ({source})" if source.startswith("waiting.") else f"the {source}"


def _alternatives(diagnosis: Diagnosis, page: Page) -> list[str]:
    if not diagnosis.alternatives:
        return []
    lines = page.heading("It could also be:")
    for cause in diagnosis.alternatives:
        lines.extend(page.prose(f"{cause.value}: {cause.entry.title}", INDENT * 2, INDENT * 3))
    return lines


def _evidence(evidence: Sequence[Evidence], page: Page) -> list[str]:
    if not evidence:
        return []
    lines = page.heading("Evidence:")
    column = max(len(item.result.value) for item in evidence) + 2
    for item in sorted(evidence, key=lambda item: _RESULTS.index(item.result)):
        mark = item.result.value
        lines.extend(page.marked(mark, page.paint.result(mark, item.result), f"{item.text} ({item.check})", column))
    return lines


def _fixes(diagnoses: Sequence[Diagnosis], root: RootCause, page: Page) -> list[list[str]]:
    fixes = root.fixes
    if not fixes:
        return [page.prose(f"What to do: {COMMAND} explain {root.cause.value}")]
    sections = []
    for number, fix in enumerate(fixes, 1):
        label = f"{INDENT}Fix:" if len(fixes) == 1 else f"{INDENT}Fix {number}:"
        first, *others = page.prose(fix.text, f"{label} ", INDENT * 2)
        sections.append([page.paint.strong(label) + first[len(label) :], *others, *page.commands(fix.commands)])
    deleting = [
        word for word in ("pod", "job") if any(_deletes(word, command) for fix in fixes for command in fix.commands)
    ]
    if deleting and len(view.pods(diagnoses)) > 1:
        sections.append(page.prose(f"Where a {deleting[0]} is deleted, those of the others below go the same way."))
    if any(_PLACEHOLDER.search(_VARIABLE.sub("", command)) for fix in fixes for command in fix.commands):
        sections.append(page.prose("Before you paste: put your own values in place of the words in CAPITALS."))
    return sections


def _deletes(word: str, command: str) -> bool:
    """Whether a command deletes a pod or job; flags may stand before the verb."""
    return command.startswith("kubectl ") and f" delete {word} " in command


def _check(diagnoses: Sequence[Diagnosis], page: Page) -> list[str]:
    commands = list(dict.fromkeys(command for diagnosis in diagnoses for command in diagnosis.check))
    if not commands:
        return []
    lines = [*page.heading("Then see that it worked:"), *page.commands(commands[:_MOST_CHECKS])]
    if len(commands) > _MOST_CHECKS:
        rest = counted(len(commands) - _MOST_CHECKS, "more command")
        lines.extend(page.prose(f"... and {rest} like these, one for each of the others below"))
    return lines


def _others(shown: Diagnosis, others: Sequence[Diagnosis], root: RootCause, page: Page) -> list[str]:
    if not others:
        return []
    seen = set(view.pods([shown]))
    groups: dict[str, list[str]] = {}
    for diagnosis in others:
        (pod,) = view.pods([diagnosis])
        container = f" (container {diagnosis.failure.container})" if pod in seen else ""
        seen.add(pod)
        groups.setdefault(_owner(diagnosis), []).append(diagnosis.failure.pod + container)
    where = f"in {counted(len(seen) - 1, 'more pod')}" if len(seen) > 1 else "in the same pod"
    lines = page.heading(f"Also, for the same reason, {where}:")
    for owner, names in list(groups.items())[:_MOST_OWNERS]:
        lines.extend(page.prose(f"{owner}: {_some(names)}", INDENT * 2, INDENT * 3))
    if len(groups) > _MOST_OWNERS:
        left = counted(len(groups) - _MOST_OWNERS, "more workload")
        lines.extend(page.prose(f"... and {left}: -o json lists all", INDENT * 2))
    if root.fixes and shown.cause.scope in _OWN_COMMANDS and set(groups) != {_owner(shown)}:
        lines.extend(page.prose(f"The commands above are for {_owner(shown)}; the others need the same."))
    return lines


def _owner(diagnosis: Diagnosis) -> str:
    """Where a pod belongs: its workload; all pods of a namespace that have none stand together."""
    bare = diagnosis.workload.kind.lower() == "pod"
    return f"{diagnosis.failure.namespace}/" + ("pod" if bare else str(diagnosis.workload))


def _some(names: Sequence[str]) -> str:
    more = len(names) - _MOST_PODS
    return ", ".join(names[:_MOST_PODS]) + (f", {more:,} more" if more > 0 else "")
