"""Durations as kubectl's options and the kubelet's events write them: those of Go, and bare seconds."""

from __future__ import annotations

import re

#: Go's units in seconds (Go's package time, ParseDuration).
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION = re.compile(r"(?:[0-9]{1,12}(?:\.[0-9]{0,9})?(?:ns|us|µs|ms|s|m|h))+\Z")
_NUMBER_AND_UNIT = re.compile(r"([0-9.]+)(ns|us|µs|ms|s|m|h)")


def parse_duration(text: str) -> float:
    """Seconds of a duration: `30`, `1s`, `2m`, `1m30s`, `500ms`.

    Raises ValueError with a sentence for anything else.
    """
    text = text.strip()
    if text.isascii() and text.isdecimal():
        return float(text)
    if not _DURATION.match(text):
        raise ValueError(f'"{text}" isn\'t a duration: use seconds (30) or units (1s, 2m, 1h)')
    return sum(float(number) * _UNITS[unit] for number, unit in _NUMBER_AND_UNIT.findall(text))
