"""Writes the generated parts of README and docs anew: `make docs`. A test holds them to the code."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

from cause_pages import cause_page
from terminal_picture import terminal_picture
from typer.testing import CliRunner

from kubectl_imagepull import COMMAND
from kubectl_imagepull.cli.program import app
from kubectl_imagepull.cli.rules_commands import EXAMPLE
from kubectl_imagepull.diagnosis.report import Report
from kubectl_imagepull.report import short_page, table
from kubectl_imagepull.report.formats import Output
from kubectl_imagepull.report.render import render
from kubectl_imagepull.runs.demonstration import recorded_report, report_on_workload
from kubectl_imagepull.vocabulary.cause_meanings import MEANINGS
from kubectl_imagepull.vocabulary.causes import CATALOGUE, Cause

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = (
    *("scan", "diagnose", "record", "check", "classify", "report"),
    *("explain", "rules", "demo", "version", "completion"),
)
#: Commands of `rules` and `completion` that are more than their name.
PARTS_OF_COMMANDS = ("rules check", "rules example", "completion install", "completion uninstall")
WIDTH = 100
TABLE_WIDTH = 140
ROWS = 13
OUTPUT_ROWS = 9
_PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def help_of(command: str) -> str:
    """What `COMMAND --help` prints, 100 columns wide."""
    result = CliRunner(env={"COLUMNS": str(WIDTH), "TERM": "dumb", "NO_COLOR": "1"}).invoke(
        app, [*command.split(), "--help"], prog_name=COMMAND, terminal_width=WIDTH
    )
    return "\n".join(line.rstrip() for line in result.output.strip().splitlines())


def _help() -> str:
    return "".join(
        f"```console\n$ {COMMAND} {command} --help\n{help_of(command)}\n```\n\n"
        for command in (*COMMANDS, *PARTS_OF_COMMANDS)
    )


def _causes() -> str:
    rows = ["| cause | scope | in a few words | holds when | heals by itself |", "|---|---|---|---|---|"]
    rows += [
        f"| [`{entry.cause.value}`](causes/{entry.cause.value}.md) | {entry.scope.value} | {entry.title} | "
        f"{MEANINGS[entry.cause]} | {'may' if entry.retryable else 'no'} |"
        for entry in CATALOGUE.values()
    ]
    return "\n".join(rows) + "\n"


def _scan() -> str:
    lines = table.scan_table(recorded_report(), width=TABLE_WIDTH).splitlines()[:ROWS]
    return "\n".join(["```console", f"$ {COMMAND} scan -A", *lines, "...", "```"]) + "\n"


def _diagnosis() -> str:
    text = short_page.short_pages(report_on_workload(recorded_report(), "payments", "statefulset/gateway"), width=WIDTH)
    return f"```console\n$ {COMMAND} diagnose sts/gateway -n payments\n{text}\n```\n"


def _report(namespace: str = "", workload: str = "") -> Report:
    """The recorded report or a part of it, which took as long as it always takes."""
    report = recorded_report()
    return replace(report_on_workload(report, namespace, workload) if workload else report, seconds=0.08)


def _sample(arguments: str, text: str, language: str) -> str:
    # a sample may hold fences itself
    fence = "````" if "```" in text else "```"
    return f"`{COMMAND} {arguments}`:\n\n{fence}{language}\n{text}\n{fence}\n"


def _begins(text: str) -> str:
    return "\n".join([*text.splitlines()[:OUTPUT_ROWS], "..."])


def _wide() -> str:
    return _sample("scan -A -o wide", _begins(render(_report(), Output.WIDE, detailed=False)), "text")


def _names() -> str:
    report = _report("shop", "deployment/frontend")
    text = render(report, Output.NAME, detailed=True, all_namespaces=True)
    return _sample("diagnose deploy/frontend -A -o name", text, "text")


def _markdown() -> str:
    scan = _begins(render(_report(), Output.MARKDOWN, detailed=False))
    page = render(_report("shop", "deployment/frontend"), Output.MARKDOWN, detailed=True)
    first = _sample("scan -A -o markdown", scan, "markdown")
    return f"{first}\n{_sample('diagnose deploy/frontend -A -o markdown', page, 'markdown')}"


def _junit() -> str:
    report = _report("infra", "statefulset/consul")
    text = render(report, Output.JUNIT, detailed=True, healthy=("deployment/search",))
    return _sample("diagnose sts/consul deploy/search -A -o junit", text, "xml")


def _sarif() -> str:
    report = _report("infra", "statefulset/consul")
    text = render(report, Output.SARIF, detailed=True, recordings=("dumps/prod.json",))
    return _sample("diagnose sts/consul --from dumps/prod.json -o sarif", text, "json")


def _script() -> str:
    text = render(_report("shop", "deployment/frontend"), Output.SCRIPT, detailed=True)
    return _sample("diagnose deploy/frontend -n shop -o script", text, "sh")


PARTS = {
    "help": _help,
    "causes": _causes,
    "scan": _scan,
    "diagnosis": _diagnosis,
    "wide": _wide,
    "names": _names,
    "markdown": _markdown,
    "junit": _junit,
    "sarif": _sarif,
    "script": _script,
    "rules": lambda: f"```yaml\n{EXAMPLE}```\n",
}
PICTURE = "docs/terminal.svg"
FILES = (
    "README.md",
    "docs/usage.md",
    "docs/commands.md",
    "docs/causes.md",
    "docs/outputs.md",
    "docs/rules.md",
    PICTURE,
)
PAGES = {f"docs/causes/{cause.value}.md": cause for cause in Cause}


def generated(text: str) -> str:
    """The text with its generated parts made anew."""
    return _PART.sub(lambda found: f"{found[1]}{PARTS[found[2]]()}{found[3]}", text)


def made_anew(name: str) -> str:
    """A file as it ought to be: a picture or page that is generated whole, or one with generated parts."""
    if name == PICTURE:
        return f"{terminal_picture()}\n"
    return cause_page(PAGES[name]) if name in PAGES else generated((ROOT / name).read_text(encoding="utf-8"))


def main() -> None:
    """Writes every file that differs."""
    for name in (*FILES, *PAGES):
        path = ROOT / name
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        new = made_anew(name)
        if new != old:
            path.parent.mkdir(exist_ok=True)
            path.write_text(new, encoding="utf-8")
            print(f"wrote {name}", file=sys.stderr)


if __name__ == "__main__":
    main()
