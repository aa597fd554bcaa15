"""What a check foretells as files for a CI: JUnit XML, and SARIF 2.1.0 with file and line of each image."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import PurePath
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

from kubectl_imagepull import PROGRAM, __version__
from kubectl_imagepull.kube.snapshot import Skipped
from kubectl_imagepull.preflight.pull_forecast import CheckReport, Outcome, PullForecast
from kubectl_imagepull.report.check_table import place_of_image
from kubectl_imagepull.report.sarif import sarif_log, sarif_message, sarif_rule
from kubectl_imagepull.report.text import visible
from kubectl_imagepull.vocabulary.causes import CATALOGUE, Cause

_BAD = frozenset({Outcome.WONT_PULL, Outcome.CANT_TELL})
_LEVELS = {Outcome.WONT_PULL: "error", Outcome.CANT_TELL: "warning"}
#: The causes of what nothing is known to be wrong with.
_OPEN = Cause.UNKNOWN


def check_junit(report: CheckReport) -> str:
    """One test for each image in each place: what won't be pulled failed, what can't be told was skipped."""
    cases = [_test_case(one) for one in report.forecasts] + [_skipped_case(one) for one in report.skipped]
    failures = str(report.number(Outcome.WONT_PULL))
    skipped = str(len(cases) - report.number(Outcome.WILL_PULL) - report.number(Outcome.WONT_PULL))
    counts = {"tests": str(len(cases)), "failures": failures, "errors": "0"}
    root = ET.Element("testsuites", {"name": PROGRAM, **counts, "time": f"{report.seconds:.3f}"})
    ET.SubElement(root, "testsuite", {"name": "images", **counts, "skipped": skipped}).extend(cases)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="us-ascii", xml_declaration=True)
    return written.decode("ascii")


def _test_case(one: PullForecast) -> ET.Element:
    place = one.place
    name = f"{place.image or 'no image'}: {place_of_image(one) or 'named'}"
    case = ET.Element("testcase", classname=visible(place.object_shown or "image"), name=visible(name))
    if one.outcome is Outcome.WONT_PULL:
        kind = (one.cause or _OPEN).value
        failure = ET.SubElement(case, "failure", type=kind, message=visible(one.why))
        failure.text = visible(_words(one))
    elif one.outcome is not Outcome.WILL_PULL:
        ET.SubElement(case, "skipped", message=visible(one.why))
    return case


def _skipped_case(skipped: Skipped) -> ET.Element:
    case = ET.Element("testcase", classname=PROGRAM, name=visible(skipped.what))
    ET.SubElement(case, "skipped", message=visible(skipped.why))
    return case


def check_sarif(report: CheckReport) -> str:
    """One result for each image that won't be pulled, or of which it can't be told, at its line."""
    bad = [one for one in report.forecasts if one.outcome in _BAD]
    used = {one.cause or _OPEN for one in bad}
    rules = [cause for cause in CATALOGUE if cause in used]
    results = [_result(one, rules.index(one.cause or _OPEN)) for one in bad]
    return json.dumps(sarif_log(list(map(sarif_rule, rules)), report.skipped, results), indent=2)


def _result(one: PullForecast, rule: int) -> dict[str, Any]:
    place = one.place
    cause = (one.cause or _OPEN).value
    parts = (cause, place.file, place.object_shown, place.place, place.image)
    digest = sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(one)},
            "region": {"startLine": place.line or 1},
        }
    }
    return {
        "ruleId": cause,
        "ruleIndex": rule,
        "kind": "fail",
        "level": _LEVELS[one.outcome],
        "message": {"text": sarif_message(visible(f"{place.image}: {_words(one)}"))},
        "locations": [location],
        "partialFingerprints": {"imagePullCheck/v1": digest},
        "properties": {
            "outcome": one.outcome.value,
            "image": visible(place.image),
            "program": f"{PROGRAM} {__version__}",
        },
    }


def _words(one: PullForecast) -> str:
    return f"{one.why}. {one.fix}." if one.fix else f"{one.why}."


def _uri(one: PullForecast) -> str:
    """The file's path if there is one, else the object's name: code scanning asks for a relative path."""
    place = one.place
    if place.file:
        path = PurePath(place.file)
        return path.as_uri() if path.is_absolute() else quote(path.as_posix(), errors="replace")
    return quote(place.object_shown or place.image or "image", errors="replace")
