"""Draws the program's real output as an animated picture of a terminal: docs/terminal.svg.

Each scene is a command and what the program prints for the recorded cluster, 80 columns wide. Without animation
(prefers-reduced-motion, or a viewer that knows none) the last scene stands there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import escape

from kubectl_imagepull import COMMAND
from kubectl_imagepull.report.short_page import short_pages
from kubectl_imagepull.report.table import scan_table
from kubectl_imagepull.runs.demonstration import recorded_report, report_on_workload

COLUMNS, ROWS = 80, 24
#: Seconds that a scene stays.
SECONDS = 6
_CHARACTER, _LINE, _PAD, _BAR = 8.4, 18, 16, 28
_SGR = re.compile(r"\x1b\[([0-9;]*)m")
#: SGR codes as classes of the picture's own style.
_CLASSES = {"1": "b", "1;31": "r", "1;33": "y", "36": "c", "2": "d", "0": "", "": ""}
_STYLE = """
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #e6ebf2; }
text { white-space: pre; }
.b { font-weight: 700; } .r { font-weight: 700; fill: #ff9a92; } .y { font-weight: 700; fill: #f3c261; }
.c { fill: #8db8ff; } .d { fill: #a3afbf; } .p { fill: #7fd6a0; }
"""


@dataclass(frozen=True)
class TerminalScene:
    """A command and what it prints."""

    #: What is typed.
    command: str
    #: What is printed, with SGR codes.
    output: str


def scenes() -> list[TerminalScene]:
    """What the picture shows: what fails in the cluster, then one of it."""
    report = replace(recorded_report(), seconds=0.08)
    table = scan_table(report, width=COLUMNS, color=True).split("\n")
    page = short_pages(report_on_workload(report, "shop", "deployment/checkout"), width=COLUMNS, color=True)
    cut = [*table[: ROWS - 8], "...", *table[-5:]]
    return [
        TerminalScene(f"{COMMAND} scan -A", "\n".join(cut)),
        TerminalScene(f"{COMMAND} diagnose deploy/checkout -n shop", page),
    ]


def terminal_picture() -> str:
    """The picture as SVG, the same each time."""
    shown = scenes()
    width, height = round(COLUMNS * _CHARACTER + 2 * _PAD), ROWS * _LINE + 2 * _PAD + _BAR
    style = _STYLE + _timing(len(shown))
    title = escape("; then ".join(scene.command for scene in shown))
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="A terminal: {title}">',
            f"<style>{style}</style>",
            f'<rect width="{width}" height="{height}" rx="10" fill="#10151c"/>',
            *(f'<circle cx="{_PAD + 6 + 18 * at}" cy="17" r="5" fill="#303b49"/>' for at in range(3)),
            *(line for number, scene in enumerate(shown) for line in _scene(scene, number)),
            "</svg>",
        ]
    )


def _timing(number: int) -> str:
    """One scene after the other, for ever."""
    total = number * SECONDS
    rules = [f".scene {{ visibility: hidden; }} .scene{number - 1} {{ visibility: visible; }}"]
    rules.append("@media (prefers-reduced-motion: no-preference) {")
    for scene in range(number):
        begin, end = 100 * scene / number, 100 * (scene + 1) / number
        rules.append(
            f"@keyframes show{scene} {{ 0%, 100% {{ visibility: hidden; }} {begin:.4g}% {{ visibility: visible; }} "
            f"{end:.4g}% {{ visibility: hidden; }} }}"
        )
        rules.append(f".scene{scene} {{ visibility: hidden; animation: show{scene} {total}s step-end infinite; }}")
    return "\n".join([*rules, "}"])


def _scene(scene: TerminalScene, number: int) -> list[str]:
    lines = [f"\x1b[p]$\x1b[0m {scene.command}", *_as_shown(scene.output)][:ROWS]
    texts = [
        f'<text x="{_PAD}" y="{_BAR + _PAD + _LINE * at}">{_spans(line)}</text>'
        for at, line in enumerate(lines, 1)
        if line
    ]
    return [f'<g class="scene scene{number}">', *texts, "</g>"]


def _as_shown(output: str) -> list[str]:
    """The lines as a terminal breaks those that are too long, with the codes carried on."""
    lines = []
    for line in output.split("\n"):
        code, shown, used = "", "", 0
        for part in re.split(r"(\x1b\[[0-9;]*m)", line):
            if _SGR.fullmatch(part):
                code, shown = part, shown + part
                continue
            for character in part:
                if used == COLUMNS:
                    lines.append(f"{shown}\x1b[0m")
                    shown, used = code, 0
                shown, used = shown + character, used + 1
        lines.append(shown)
    return lines


def _spans(line: str) -> str:
    pieces = re.split(r"\x1b\[([0-9;p]*)[m\]]", line)
    spans = [escape(pieces[0])]
    for code, text in zip(pieces[1::2], pieces[2::2], strict=True):
        name = "p" if code == "p" else _CLASSES[code]
        spans.append(f'<tspan class="{name}">{escape(text)}</tspan>' if name and text else escape(text))
    return "".join(spans)
