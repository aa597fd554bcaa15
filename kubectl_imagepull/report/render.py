"""A report in the format that was asked for; what only one format needs is loaded for it alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from kubectl_imagepull.diagnosis.report import Report
from kubectl_imagepull.report import document
from kubectl_imagepull.report.formats import Output

#: All formats but those for readers: mypy holds that each of them is rendered below.
_File = Literal[Output.JSON, Output.YAML, Output.HTML, Output.JUNIT, Output.SARIF, Output.SCRIPT]


def render(  # noqa: PLR0913 - each is a flag or the terminal's
    report: Report,
    output: Output,
    *,
    detailed: bool,
    everything: bool = False,
    no_headers: bool = False,
    all_namespaces: bool = False,
    width: int | None = None,
    color: bool = False,
    recordings: Sequence[str] = (),
    healthy: Sequence[str] = (),
) -> str:
    """The report as text without a final newline; `detailed` chooses between the pages and the table.

    `everything` gives pages all that is known, and not the answer alone, and each root cause a row of its own.
    `recordings` are the paths that were read, `healthy` what was asked for by name and has no failed pull.
    """
    if output is Output.NAME:
        return document.pod_names(report, all_namespaces=all_namespaces)
    if output is Output.MARKDOWN:
        from kubectl_imagepull.report.markdown import markdown

        return markdown(report, detailed=detailed)
    if output is not Output.TABLE and output is not Output.WIDE:
        return _file(report, output, recordings, healthy)
    if detailed:
        return _pages(report, everything=everything, width=width, color=color)
    from kubectl_imagepull.report.table import scan_table

    return scan_table(
        report,
        width=width,
        wide=output is Output.WIDE,
        no_headers=no_headers,
        color=color,
        every=everything,
        recordings=recordings,
    )


def _pages(report: Report, *, everything: bool, width: int | None, color: bool) -> str:
    if everything:
        from kubectl_imagepull.report.detail import diagnosis_pages

        return diagnosis_pages(report, width=width, color=color)
    from kubectl_imagepull.report.short_page import short_pages

    return short_pages(report, width=width, color=color)


def _file(report: Report, output: _File, recordings: Sequence[str], healthy: Sequence[str]) -> str:
    """The formats that a program reads, and say the same whatever the terminal and the command are."""
    match output:
        case Output.JSON:
            return document.to_json(report)
        case Output.YAML:
            return document.to_yaml(report)
        case Output.HTML:
            from kubectl_imagepull.report.webpage import webpage

            return webpage(report)
        case Output.JUNIT:
            from kubectl_imagepull.report.junit import junit

            return junit(report, healthy)
        case Output.SCRIPT:
            from kubectl_imagepull.report.script import shell_script

            return shell_script(report)
        case Output.SARIF:
            from kubectl_imagepull.report.sarif import sarif

            return sarif(report, recordings)
