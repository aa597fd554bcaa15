"""What a check foretells as text: what won't be pulled comes first, each image with what to do."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull import COMMAND
from kubectl_imagepull.preflight.pull_forecast import CheckReport, Outcome, PullForecast
from kubectl_imagepull.report.colour import Paint
from kubectl_imagepull.report.text import cell, shorten_digest, usable_width, visible, wrap
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.wording import counted

_WORDS = {
    Outcome.WONT_PULL: "WON'T PULL",
    Outcome.CANT_TELL: "CAN'T TELL",
    Outcome.NOT_ASKED: "NOT ASKED",
    Outcome.WILL_PULL: "WILL PULL",
}
_INDENT = "    "
_MOST_PLACES = 3


def check_table(report: CheckReport, *, width: int | None = None, color: bool = False, no_headers: bool = False) -> str:
    """A heading for each image, and under it where it is named, why, and what to do; last, how many there are."""
    width, paint = usable_width(width), Paint(color)
    lines: list[str] = []
    for group in _groups(report.forecasts):
        lines += _entry(group, width, paint)
    if not no_headers:
        lines += [*([""] if lines else []), *wrap(summary(report), width)]
    return "\n".join(lines)


def summary(report: CheckReport) -> str:
    """How many images will be pulled, and how that is known."""
    counts = (
        (report.number(Outcome.WILL_PULL), "will be pulled"),
        (report.number(Outcome.WONT_PULL), "won't"),
        (report.number(Outcome.CANT_TELL), "can't be told"),
        (report.number(Outcome.NOT_ASKED), "not asked about"),
    )
    said = ", ".join(f"{number} {words}" for number, words in counts if number)
    text = f"{counted(len(report.forecasts), 'image')}{': ' if said else ''}{said}."
    if not report.registries:
        return f"{text} No registry was asked."
    registries = "1 registry was" if report.registries == 1 else f"{report.registries} registries were"
    return (
        f"{text} {registries} asked from here, in {report.seconds:.1f} s: that a node's way there is open, this "
        f"doesn't tell; '{COMMAND} diagnose' does, once pods run."
    )


def _groups(forecasts: Sequence[PullForecast]) -> list[list[PullForecast]]:
    """The forecasts that say the same of the same image together, the worst outcome first."""
    groups: dict[tuple[str, ...], list[PullForecast]] = {}
    for one in forecasts:
        key = (one.outcome.value, one.reference or one.place.image, one.why, one.fix, *one.notes)
        groups.setdefault(key, []).append(one)
    order = list(_WORDS)
    return sorted(groups.values(), key=lambda group: order.index(group[0].outcome))


def _entry(group: Sequence[PullForecast], width: int | None, paint: Paint) -> list[str]:
    shown = group[0]
    word = f"{_WORDS[shown.outcome]:10}"
    if shown.outcome in {Outcome.WONT_PULL, Outcome.CANT_TELL}:
        word = paint.cause(word, shown.cause or Cause.UNKNOWN, retryable=shown.outcome is Outcome.CANT_TELL)
    image = cell(shorten_digest(shown.reference or shown.place.image or '""'))
    lines = [f"{word}  {image}"]
    places = [place for one in group if (place := place_of_image(one))]
    if places:
        more = f" and {len(places) - _MOST_PLACES} more" if len(places) > _MOST_PLACES else ""
        where = f"{', '.join(places[:_MOST_PLACES])}{more}"
        lines += wrap(where, width, _INDENT)
    cause = f"{shown.cause.value}: " if shown.cause and shown.outcome is not Outcome.WILL_PULL else ""
    lines += wrap(visible(f"{cause}{_sentence(shown.why)}"), width, _INDENT)
    if shown.fix:
        lines += wrap(visible(f"-> {_sentence(shown.fix)}"), width, _INDENT, f"{_INDENT}   ")
    for note in shown.notes:
        lines += wrap(visible(f"note: {_sentence(note)}"), width, _INDENT, f"{_INDENT}  ")
    return lines


def place_of_image(forecast: PullForecast) -> str:
    """Where an image is named, for people: file and line, the object, and the place in it."""
    place = forecast.place
    file = f"{place.file}:{place.line}" if place.file and place.line else place.file
    inside = f"{place.object_shown} {place.place}".strip()
    return visible(" ".join(filter(None, (file, inside))))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}" if text[:1].islower() and text.split(" ", 1)[0].isalpha() else text
