"""The report as SARIF 2.1.0, for code scanning: a result for each root cause in each container of a workload."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from kubectl_imagepull import PROGRAM, __version__
from kubectl_imagepull.diagnosis.report import Diagnosis, Report, RootCause
from kubectl_imagepull.diagnosis.root_causes import clearest
from kubectl_imagepull.kube.snapshot import Skipped
from kubectl_imagepull.messages.lines import site_rule_entry
from kubectl_imagepull.report import facts, view
from kubectl_imagepull.report.rules_text import sentences_of_rules
from kubectl_imagepull.report.runbook import cause_page
from kubectl_imagepull.report.text import to_the_minute, visible
from kubectl_imagepull.vocabulary.cause_meanings import MEANINGS
from kubectl_imagepull.vocabulary.causes import CATALOGUE, Cause, What
from kubectl_imagepull.vocabulary.site_rule import BY_YOUR_RULES
from kubectl_imagepull.vocabulary.wording import counted

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
#: The fingerprint that GitHub compares, and our own, whose number changes if what it is made from does.
_GITHUB_FINGERPRINT, _FINGERPRINT = "primaryLocationLineHash", "imagePull/v1"
_LEVELS = {True: "warning", False: "error"}


def sarif(report: Report, recordings: Sequence[str] = ()) -> str:
    """The report as a SARIF log; its places are the one recording that was read, else names of workloads.

    The text is ASCII and ends without a newline.
    """
    used = {root.cause for root in report.root_causes}
    rules = [cause for cause in CATALOGUE if cause in used]
    results = [
        _result(report, root, group, rules.index(root.cause), recordings)
        for root in report.root_causes
        for group in _groups(report, root)
    ]
    return json.dumps(sarif_log(list(map(sarif_rule, rules)), report.skipped, results), indent=2)


def sarif_log(
    rules: Sequence[Mapping[str, Any]], skipped: Sequence[Skipped], results: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """A log with one run."""
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": PROGRAM, "version": __version__, "rules": list(rules)}},
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": list(map(_notification, skipped)),
                    }
                ],
                "results": list(results),
            }
        ],
    }


def sarif_rule(cause: Cause) -> dict[str, Any]:
    """A cause as a rule, with its runbook."""
    return {
        "id": cause.value,
        "name": cause.value,
        "shortDescription": {"text": sarif_message(cause.entry.title)},
        "fullDescription": {"text": sarif_message(MEANINGS[cause])},
        "help": {"text": sarif_message(cause_page(cause.value))},
        "defaultConfiguration": {"level": _LEVELS[cause.entry.retryable]},
        "properties": {"tags": ["kubernetes", "image-pull"]},
    }


def _notification(skipped: Skipped) -> dict[str, Any]:
    level = "warning" if skipped.partly else "note"
    return {"level": level, "message": {"text": sarif_message(visible(f"{skipped.what}: {skipped.why}"))}}


def _groups(report: Report, root: RootCause) -> list[list[Diagnosis]]:
    """The failures of a root cause by what somebody would edit: pods come and go, their workload's container stays."""
    groups: dict[tuple[str, ...], list[Diagnosis]] = {}
    for diagnosis in view.diagnoses_of(report, root):
        groups.setdefault(_edited(diagnosis), []).append(diagnosis)
    return list(groups.values())


def _edited(diagnosis: Diagnosis) -> tuple[str, ...]:
    failure, workload = diagnosis.failure, diagnosis.workload
    kind, name = workload.kind.lower(), workload.name
    return diagnosis.cluster, failure.namespace, kind, name, failure.container or "", failure.what.value


def _result(
    report: Report, root: RootCause, group: Sequence[Diagnosis], rule: int, recordings: Sequence[str]
) -> dict[str, Any]:
    shown = clearest(group)
    fingerprint = sha256("\0".join((root.cause.value, root.key, *_edited(shown))).encode("utf-8", "replace"))
    digest = fingerprint.hexdigest()[:32]
    return {
        "ruleId": root.cause.value,
        "ruleIndex": rule,
        "kind": "fail",
        "level": _LEVELS[root.retryable],
        "message": {"text": sarif_message(visible(_sentences(root, group, shown)))},
        "locations": [_location(report, group, shown, recordings)],
        "occurrenceCount": len(group),
        "partialFingerprints": {_GITHUB_FINGERPRINT: f"{digest}:1", _FINGERPRINT: digest},
        "properties": {
            "confidence": shown.confidence.value,
            "retryable": root.retryable,
            "image": _clean(shown.failure.image),
            "text": _clean(shown.message),
            **({"siteRules": list(map(site_rule_entry, shown.site_rules))} if shown.site_rules else {}),
        },
    }


def _sentences(root: RootCause, group: Sequence[Diagnosis], shown: Diagnosis) -> str:
    pods = counted(len(view.failing_pods(group)), "pod")
    since = min((one.failure.since for one in group if one.failure.since), default=None)
    when = f" since {to_the_minute(since)}" if since else ""
    label, value = facts.container_row(shown)
    what = f"container {value}" if label == "Container" else "sandbox"
    sentence = f"{root.cause.entry.title}: {shown.failure.image}. "
    sentence += f"{pods} of {view.place_of(shown)}/{shown.workload}, {what}{when}."
    fix = shown.short_fix or root.short_fix
    by_rules = "".join(f" {BY_YOUR_RULES}: {said}" for said in sentences_of_rules(shown))
    return f"{sentence} {fix}.{by_rules}" if fix else f"{sentence}{by_rules}"


def _location(
    report: Report, group: Sequence[Diagnosis], shown: Diagnosis, recordings: Sequence[str]
) -> dict[str, Any]:
    cluster, namespace, kind, name, container, _ = _edited(shown)
    above = [part for part in (cluster, namespace) if part]
    pods = dict.fromkeys(one.failure.pod for one in group) if kind != "pod" else {}
    return {
        "physicalLocation": {
            # a place in the file is not known, and code scanning takes no result without one
            "artifactLocation": {"uri": _uri(report, (*above, kind, name), recordings)},
            "region": {"startLine": 1},
        },
        "logicalLocations": [
            _logical([*above, kind, name], container, shown.failure.what),
            *(_logical([*above, "pod", pod], container, shown.failure.what) for pod in pods),
        ],
    }


def _logical(path: Sequence[str], container: str, what: What) -> Mapping[str, str]:
    name = "sandbox" if what is What.SANDBOX or not container else container
    return {
        "name": _clean(name),
        "fullyQualifiedName": _clean("/".join((*path, name))),
        "kind": "container" if name == container else "sandbox",
    }


def _uri(report: Report, workload: Sequence[str], recordings: Sequence[str]) -> str:
    """The recording's path if there is one, else the workload's name: code scanning asks for a relative path."""
    if len(recordings) == 1 and recordings[0] != "-":
        path = PurePath(recordings[0])
        return path.as_uri() if path.is_absolute() else quote(path.as_posix(), errors="replace")
    source = report.source
    context = [source.name] if source.kind == "cluster" and not source.clusters else []
    return "/".join(quote(part, safe="", errors="replace") for part in (*context, *workload) if part)


def sarif_message(text: str) -> str:
    """A text in which nothing is a placeholder or a link (SARIF 2.1.0, 3.11.5 and 3.11.6)."""
    return text.replace("{", "{{").replace("}", "}}").replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _clean(text: str) -> str:
    """A value as it is, without lone surrogates, which no encoding of Unicode can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
