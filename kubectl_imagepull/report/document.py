"""The report as one document, JSON or YAML: a public interface, held to docs/report.schema.json."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from kubectl_imagepull.diagnosis.report import Diagnosis, Report, RootCause
from kubectl_imagepull.evidence.checks import Evidence
from kubectl_imagepull.kube.snapshot import Source
from kubectl_imagepull.messages.lines import site_rule_entry
from kubectl_imagepull.report.text import is_plain, rfc3339, visible
from kubectl_imagepull.vocabulary.command import Step
from kubectl_imagepull.vocabulary.fix import Fix

API_VERSION = "imagepull/v1"
KIND = "ImagePullReport"

_SURROGATE = re.compile("[\ud800-\udfff]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7e]")


def document(report: Report) -> dict[str, Any]:
    """The report as plain objects, lists, strings, numbers and booleans; what is not there is null or empty."""
    source = report.source
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "source": {
            "kind": source.kind,
            "name": _text(source.name),
            "namespace": _optional(source.namespace),
            **_clusters(source),
        },
        "podsScanned": report.pods_scanned,
        "seconds": round(float(report.seconds), 3),
        "rootCauses": [_root_cause(root, report) for root in report.root_causes],
        "failures": [_failure(diagnosis) for diagnosis in report.diagnoses],
        "skipped": [{"what": _text(skipped.what), "why": _text(skipped.why)} for skipped in report.skipped],
    }


def to_json(report: Report) -> str:
    """The document as JSON, for people to read too; what a terminal would obey or not show is escaped."""
    return _escaped(json.dumps(document(report), indent=2, ensure_ascii=False, allow_nan=False))


def to_yaml(report: Report) -> str:
    """The document as YAML: the same values, whatever version of YAML reads them."""
    from kubectl_imagepull.report.yaml_text import dump_yaml

    return dump_yaml(document(report)).rstrip("\n")


def pod_names(report: Report, *, all_namespaces: bool = False) -> str:
    """`pod/NAME` a line for each failing pod; `NAMESPACE pod/NAME` for all namespaces.

    `CLUSTER NAMESPACE pod/NAME` for several clusters, whatever their namespaces.
    """
    lines = dict.fromkeys(
        (f"{_word(one.cluster)} " if one.cluster else "")
        + (f"{_word(one.failure.namespace)} " if all_namespaces or one.cluster else "")
        + f"pod/{_word(one.failure.pod)}"
        for one in report.diagnoses
    )
    return "\n".join(lines)


def _clusters(source: Source) -> dict[str, Any]:
    clusters = [{**_cluster(one.name), "namespace": _optional(one.namespace)} for one in source.clusters]
    return {"clusters": clusters} if clusters else {}


def _cluster(name: str) -> dict[str, str]:
    """Which of several clusters; with one only, it stands in the source."""
    return {"cluster": _text(name)} if name else {}


def _root_cause(root: RootCause, report: Report) -> dict[str, Any]:
    members = [report.diagnoses[index] for index in root.failures]
    workloads = {(one.failure.namespace, one.workload.kind, one.workload.name) for one in members}
    return {
        **_cluster(root.cluster),
        "cause": root.cause.value,
        "scope": root.scope.value,
        "key": _text(root.key),
        "summary": _text(root.summary),
        "confidence": root.confidence.value,
        "retryable": root.retryable,
        "failures": list(root.failures),
        "workloads": [
            {"namespace": _text(namespace), "kind": _text(kind), "name": _text(name)}
            for namespace, kind, name in sorted(workloads)
        ],
        "since": rfc3339(root.since),
        "fixes": _fixes(root.fixes),
    }


def _failure(diagnosis: Diagnosis) -> dict[str, Any]:
    failure, workload = diagnosis.failure, diagnosis.workload
    return {
        **_cluster(diagnosis.cluster),
        "namespace": _text(failure.namespace),
        "pod": _text(failure.pod),
        "container": _optional(failure.container),
        "what": failure.what.value,
        "image": _text(failure.image),
        "node": _optional(failure.node),
        "reason": _text(failure.reason),
        "cause": diagnosis.cause.value,
        "confidence": diagnosis.confidence.value,
        "retryable": diagnosis.retryable,
        "message": _text(diagnosis.message),
        "messageSource": _optional(diagnosis.message_source),
        "answeredBy": _optional(diagnosis.answered_by),
        "alternatives": [cause.value for cause in diagnosis.alternatives],
        "details": {
            _text(name): value if isinstance(value, bool) else _text(value) for name, value in diagnosis.details.items()
        },
        "since": rfc3339(failure.since),
        "workload": {
            "kind": _text(workload.kind),
            "name": _text(workload.name),
            "managedBy": _text(str(workload.managed_by)) if workload.managed_by else None,
        },
        "evidence": [_evidence(item) for item in diagnosis.evidence],
        "fixes": _fixes(diagnosis.fixes),
        **({"siteRules": [site_rule_entry(match) for match in diagnosis.site_rules]} if diagnosis.site_rules else {}),
    }


def _evidence(item: Evidence) -> dict[str, Any]:
    return {"check": item.check.value, "result": item.result.value, "text": _text(item.text)}


def _fixes(fixes: Sequence[Fix]) -> list[dict[str, Any]]:
    return [
        {
            "text": _text(fix.text),
            "commands": _lines(fix.commands),
            "who": fix.who.value,
            "basis": fix.basis.value,
            "where": fix.where.value,
            "placeholders": [{"name": str(one), "means": one.means} for one in fix.placeholders],
            "notes": [_text(note) for note in fix.notes],
            "undo": _lines(fix.undo),
        }
        for fix in fixes
    ]


def _lines(steps: Sequence[Step]) -> list[str]:
    return [_text(str(step)) for step in steps]


def _text(text: str) -> str:
    """The text without lone surrogates, which a recording may hold and no encoding of Unicode can."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _optional(text: str | None) -> str | None:
    return None if text is None else _text(text)


def _word(text: str) -> str:
    """A name on one line and in one word, whatever a recording calls its pods."""
    return visible(text).replace(" ", "\\x20")


def _escaped(text: str) -> str:
    """Escapes what a terminal would obey or not show; in JSON only strings hold such characters."""
    if text.isascii() and "\x7f" not in text:
        return text
    return _BEYOND_ASCII.sub(lambda match: _escape(match.group()), text)


def _escape(character: str) -> str:
    if is_plain(character):
        return character
    units = character.encode("utf-16-be")
    return "".join(f"\\u{high:02x}{low:02x}" for high, low in zip(units[::2], units[1::2], strict=True))
