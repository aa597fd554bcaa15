"""A report in the format that was asked for."""

from __future__ import annotations

from kubectl_imagepull.diagnosis import Report
from kubectl_imagepull.report import detail, document, table
from kubectl_imagepull.report.formats import Output


def render(  # noqa: PLR0913 - each is a flag or the terminal's
    report: Report,
    output: Output,
    *,
    detailed: bool,
    no_headers: bool = False,
    all_namespaces: bool = False,
    width: int | None = None,
    color: bool = False,
) -> str:
    """The report as text without a final newline; `detailed` chooses between the pages and the table."""
    if output is Output.JSON:
        return document.to_json(report)
    if output is Output.YAML:
        return document.to_yaml(report)
    if output is Output.NAME:
        return document.names(report, all_namespaces=all_namespaces)
    if detailed:
        return detail.diagnose(report, width=width, color=color)
    return table.scan(report, width=width, wide=output is Output.WIDE, no_headers=no_headers, color=color)
