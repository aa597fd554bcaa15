"""What a check foretells as JSON: a public interface, held to docs/check.schema.json."""

from __future__ import annotations

import json
from typing import Any

from kubectl_imagepull.preflight.pull_forecast import CheckReport, Outcome, PullForecast
from kubectl_imagepull.registry.image_answer import ImageAnswer
from kubectl_imagepull.report.document import API_VERSION
from kubectl_imagepull.report.text import rfc3339

CHECK_KIND = "ImagePullCheck"


def check_json(report: CheckReport) -> str:
    """The document, in ASCII."""
    return json.dumps(check_document(report), indent=2)


def check_document(report: CheckReport) -> dict[str, Any]:
    """The report as plain objects, lists, strings, numbers and booleans; what is not there is null or empty."""
    return {
        "apiVersion": API_VERSION,
        "kind": CHECK_KIND,
        "seconds": round(float(report.seconds), 3),
        "registriesAsked": report.registries,
        "outcomes": {outcome.value: report.number(outcome) for outcome in Outcome},
        "images": [_image(one) for one in report.forecasts],
        "skipped": [{"what": one.what, "why": one.why} for one in report.skipped],
    }


def _image(one: PullForecast) -> dict[str, Any]:
    place = one.place
    return {
        "image": place.image,
        "reference": one.reference or None,
        "outcome": one.outcome.value,
        "why": one.why,
        "cause": one.cause.value if one.cause else None,
        "fix": one.fix or None,
        "pinned": one.pinning.value if one.pinning else None,
        "pullPolicy": one.policy or None,
        "namespace": one.namespace or None,
        "serviceAccount": one.account or None,
        "pullSecrets": None if one.secrets is None else list(one.secrets),
        "platforms": {"wanted": list(one.wanted), "offered": list(one.answer.platforms) if one.answer else []},
        "where": {
            "file": place.file or None,
            "line": place.line or None,
            "object": place.object_shown or None,
            "place": place.place or None,
            "what": place.what.value,
        },
        "notes": list(one.notes),
        "registry": _answer(one.answer) if one.answer else None,
    }


def _answer(answer: ImageAnswer) -> dict[str, Any]:
    limit = answer.limit
    return {
        "state": answer.state.value,
        "status": answer.status,
        "code": answer.code or None,
        "login": answer.login or None,
        "loginState": answer.login_state.value,
        "granted": None if answer.granted is None else list(answer.granted),
        "digest": answer.digest or None,
        "asked": rfc3339(answer.asked),
        "limit": {
            "limit": limit.limit,
            "remaining": limit.remaining,
            "windowSeconds": limit.window,
            "countedFor": limit.counted_for or None,
        }
        if limit
        else None,
    }
