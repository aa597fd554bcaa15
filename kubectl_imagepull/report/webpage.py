"""The report as one HTML file that needs nothing else: no network, no fonts, no images of its own.

Everything from a cluster is escaped twice over: characters that can't be seen are written out, then Jinja escapes what
HTML would obey. Should markup get in all the same, the page's own policy lets no script or style run but those here.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from kubectl_imagepull import COMMAND, PROGRAM, __version__
from kubectl_imagepull.diagnosis.report import Report
from kubectl_imagepull.report import view
from kubectl_imagepull.report.cards import EarlierFailure, cards
from kubectl_imagepull.report.shares import FAULTS, NAMES, Share, by_place, by_scope
from kubectl_imagepull.report.spread import spread
from kubectl_imagepull.report.text import to_the_minute, visible
from kubectl_imagepull.report.timeline import Timeline, step_label, timeline, timeline_in_words
from kubectl_imagepull.vocabulary.cause_meanings import MEANINGS
from kubectl_imagepull.vocabulary.causes import Scope
from kubectl_imagepull.vocabulary.wording import counted

#: So many root causes are open when the page is: more would hide each other.
_MOST_OPEN = 3
_MOST_PLACES = 6


@dataclass(frozen=True)
class _Bar:
    """A part of a bar, in per cent of the picture."""

    #: A class of the style sheet: who has the fault.
    kind: str
    #: From the left.
    x: float
    #: From the top.
    y: float
    #: To the right of x.
    width: float
    #: Down from y.
    height: float


def webpage(report: Report) -> str:
    """The page; ASCII, so that it reads the same in whatever encoding it is stored. It ends without a newline."""
    style, script = _asset("page.css"), _asset("page.js")
    scopes = by_scope(report.diagnoses)
    times = timeline(report.diagnoses, report.now)
    partly = sum(skipped.partly for skipped in report.skipped)
    text = _template().render(
        command=COMMAND,
        program=f"{PROGRAM} {__version__}",
        style=Markup(style),  # noqa: S704 - our own file, whose hash is in the policy
        script=Markup(script),  # noqa: S704 - our own file, whose hash is in the policy
        policy=f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; "
        "form-action 'none'",
        headline=_headline(report),
        looked_at=f"{counted(report.pods_scanned, 'pod')} ({view.scope_scanned(report)})",
        as_of=to_the_minute(report.now),
        scopes=scopes,
        faults=FAULTS,
        scope_bars=_stacked(scopes),
        places=[(title, shares[:_MOST_PLACES], shares[_MOST_PLACES:]) for title, shares in by_place(report.diagnoses)],
        times=times,
        time_told=timeline_in_words(times),
        time_bars=_columns(times),
        time_marks=_marks(times),
        time_rows=[(step_label(step.start, times), step.pods) for step in times.steps if step.pods],
        cards=cards(report),
        grid=spread(report.diagnoses),
        twice=_counted_twice(report, scopes),
        most_open=_MOST_OPEN,
        skipped=report.skipped,
        partly=partly,
        well=report.pods_scanned and not partly,
    )
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii").rstrip("\n")


def _headline(report: Report) -> str:
    pods = len(view.failing_pods(report.diagnoses))
    if pods:
        return f"{counted(pods, 'pod')} can't pull an image, for {counted(len(report.root_causes), 'root cause')}"
    return "No failed image pulls" if report.pods_scanned else "There are no pods to look at"


def _counted_twice(report: Report, scopes: list[tuple[Scope, Share]]) -> str:
    """Why the numbers of who has the fault are more than the failing pods; "" where they aren't."""
    more = sum(share.pods for _, share in scopes) - len(view.failing_pods(report.diagnoses))
    if not more:
        return ""
    return f"The numbers are {more:,} more than the pods that fail: a pod with two faults counts for both."


def _stacked(scopes: list[tuple[Scope, Share]]) -> list[_Bar]:
    bars, x = [], 0.0
    for scope, share in scopes:
        bars.append(_Bar(scope.name.lower(), x, 0, share.percent, 100))
        x += share.percent
    return bars


def _columns(times: Timeline) -> list[_Bar]:
    bars = []
    width = 100 / max(len(times.steps), 1)
    # all steps are gone through for it: once, and not for each bar
    most = times.most
    for index, step in enumerate(times.steps):
        y = 100.0
        for scope in NAMES:
            height = 100 * step.counts.get(scope, 0) / most if most else 0
            y -= height
            if height:
                bars.append(_Bar(scope.name.lower(), index * width, y, width, height))
    return bars


def _marks(times: Timeline) -> list[str]:
    """What stands below the time line, from its left end to its right one."""
    if not times.steps:
        return []
    first, middle = times.steps[0], times.steps[len(times.steps) // 2]
    between = [step_label(middle.start, times)] if len(times.steps) > _MOST_OPEN else []
    return [step_label(first.start, times), *between, f"{step_label(times.now, times)} UTC"]


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_seen,
    )
    environment.filters["counted"] = counted
    environment.tests["before"] = lambda value: isinstance(value, EarlierFailure)
    environment.filters["meaning"] = MEANINGS.__getitem__
    environment.filters["percent"] = lambda number: f"{number:.2f}%"
    return environment.from_string(_asset("page.html.jinja"))


def _seen(value: Any) -> Any:
    """What a template puts into the page: text with everything in it visible, but its line breaks as they are."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return "\n".join(map(visible, value.split("\n")))
    return value


def _asset(name: str) -> str:
    return (files("kubectl_imagepull.report") / "web" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
