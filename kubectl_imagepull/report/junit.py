"""The report as JUnit XML, for a CI that shows tests: each failed pull is a failed test of its namespace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as ET

from kubectl_imagepull import COMMAND, PROGRAM
from kubectl_imagepull.diagnosis.report import Diagnosis, Report
from kubectl_imagepull.report import facts, view
from kubectl_imagepull.report.text import QUOTE, command_lines, visible
from kubectl_imagepull.vocabulary.cause_meanings import MEANINGS
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Step

_PASSED = "image pulls"
_ALL = "all image pulls"
_SKIPPED = "not looked at"


def junit(report: Report, healthy: Sequence[str] = ()) -> str:
    """One suite for each cluster and namespace, in it one failed test for each container that can't get its image.

    What was asked for by name and is `healthy` is a test that passed, and so is the whole where nothing fails; what
    could not be looked at is a skipped test. The text is ASCII and ends without a newline.
    """
    suites: dict[str, list[ET.Element]] = {}
    seen: dict[tuple[str, str], int] = {}
    for diagnosis in report.diagnoses:
        suite = view.place_of(diagnosis)
        name = _name(diagnosis)
        seen[suite, name] = number = seen.get((suite, name), 0) + 1
        test_case = _test_case(_class(diagnosis), name if number == 1 else f"{name} ({number})")
        _failure(test_case, report, diagnosis)
        suites.setdefault(suite, []).append(test_case)
    passed = [_test_case(PROGRAM, target) for target in healthy]
    if not report.diagnoses and not passed:
        passed = [_test_case(PROGRAM, _ALL)]
    if passed:
        suites[_PASSED] = passed
    if report.skipped:
        suites[_SKIPPED] = [_skipped(one.what, one.why) for one in report.skipped]
    whole = {"name": PROGRAM, **_counts(suites.values()), "time": f"{report.seconds:.3f}"}
    root = ET.Element("testsuites", whole)
    for name, cases in suites.items():
        attributes = {"name": visible(name), **_counts([cases]), "skipped": str(_number(cases, "skipped"))}
        ET.SubElement(root, "testsuite", attributes).extend(cases)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="us-ascii", xml_declaration=True)
    return written.decode("ascii")


def _counts(suites: Iterable[Sequence[ET.Element]]) -> dict[str, str]:
    cases = [case for suite in suites for case in suite]
    return {"tests": str(len(cases)), "failures": str(_number(cases, "failure")), "errors": "0"}


def _number(cases: Sequence[ET.Element], result: str) -> int:
    return sum(case.find(result) is not None for case in cases)


def _test_case(classname: str, name: str) -> ET.Element:
    return ET.Element("testcase", classname=visible(classname), name=visible(name))


def _class(diagnosis: Diagnosis) -> str:
    cluster = f"{diagnosis.cluster}." if diagnosis.cluster else ""
    return f"{cluster}{diagnosis.failure.namespace}.{diagnosis.workload}"


def _name(diagnosis: Diagnosis) -> str:
    failure = diagnosis.failure
    label, value = facts.container_row(diagnosis)
    # no pod: its name holds a hash, and a CI follows a test by its name
    return f"{value if label == 'Container' else label.lower()}: {failure.image}"


def _skipped(what: str, why: str) -> ET.Element:
    case = _test_case(PROGRAM, what)
    ET.SubElement(case, "skipped", message=visible(why))
    return case


def _failure(test_case: ET.Element, report: Report, diagnosis: Diagnosis) -> None:
    cause = diagnosis.cause
    message = f"{cause.entry.title}: {diagnosis.failure.image}"
    if diagnosis.short_fix:
        message += f". {diagnosis.short_fix}"
    failure = ET.SubElement(test_case, "failure", type=cause.value, message=visible(message))
    failure.text = "\n".join(["", *_body(report, diagnosis), ""])


def _body(report: Report, diagnosis: Diagnosis) -> list[str]:
    lines = [f"{label}: {visible(value)}" for label, value in facts.head_rows(report, diagnosis)]
    lines += ["", MEANINGS[diagnosis.cause]]
    if diagnosis.message:
        lines += ["", f"Read from {visible(facts.source_in_words(diagnosis.message_source))}:"]
        lines += [
            f"  {QUOTE}{visible(line)}" for line in diagnosis.message.replace("\r\n", "\n").strip("\n").split("\n")
        ]
    elif diagnosis.cause is Cause.CAUSE_NOT_REPORTED:
        lines += ["", facts.NO_TEXT]
    if diagnosis.alternatives:
        lines += ["", "It could also be:", *(f"  {one.value}: {one.entry.title}" for one in diagnosis.alternatives)]
    if diagnosis.evidence:
        items = facts.by_result(diagnosis.evidence)
        lines += ["", "Evidence:", *(f"  {item.result.value}: {visible(item.text)} ({item.check})" for item in items)]
    if not diagnosis.fixes:
        lines += ["", f"What to do: {COMMAND} explain {diagnosis.cause.value}"]
    for number, fix in enumerate(diagnosis.fixes, 1):
        label = facts.fix_label(number, diagnosis.fixes)
        lines += ["", f"{label}: {visible(fix.paragraph)}", *_commands(fix.commands)]
        if fix.undo:
            lines += ["To undo:", *_commands(fix.undo)]
    for text in facts.before_pasting(diagnosis.fixes, [diagnosis]):
        lines += ["", text]
    if diagnosis.verification:
        lines += ["", "Then see that it worked:", *_commands(diagnosis.verification)]
    return lines


def _commands(steps: Iterable[Step]) -> list[str]:
    return [f"  {line}" for step in steps for line in command_lines(str(step))]
