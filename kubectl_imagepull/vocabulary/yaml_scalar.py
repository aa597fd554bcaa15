"""What YAML makes of a tag that stands without quotes, and how Go prints that.

The forms are YAML 1.1's as gopkg.in/yaml.v2 reads them (resolve.go); a number becomes a float on its way through JSON,
and Go prints a float by its shortest digits, with an exponent from 1e+06 on (strconv/ftoa.go).
"""

from __future__ import annotations

import re
from decimal import Decimal

_INTEGER = re.compile(r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0o?[0-7_]+|[1-9][0-9_]*|0)\Z")
_FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*|[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?\Z")
_PRINTED_FLOAT = re.compile(r"\d(?:\.\d+)?[eE]\+\d{2,3}\Z")
_TRUTH = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"), "true"),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"), "false"),
}
_BASES = {"0b": 2, "0x": 16, "0o": 8}
#: Up to here a float holds every integer.
_EXACT = 2**53
_MOST_DIGITS = 20
_LARGE, _SMALL = 6, -4


def printed_unquoted(tag: str) -> str:
    """What a tag is printed as that YAML reads without quotes: `1.10` as `1.1`, `007` as `7`, `on` as `true`.

    The tag itself where YAML reads a string.
    """
    if tag in _TRUTH:
        return _TRUTH[tag]
    if len(tag) > _MOST_DIGITS:
        return tag
    if _INTEGER.match(tag):
        return _printed(float(_integer(tag)))
    if _FLOAT.match(tag) and any(character.isdigit() for character in tag):
        return _printed(float(tag.replace("_", "")))
    return tag


def integer_of(printed: str) -> str:
    """The integer that a float stands for which was printed with an exponent: 45980468 for `4.5980468e+07`.

    "" for other texts, and for numbers that a float doesn't hold exactly.
    """
    if not _PRINTED_FLOAT.match(printed):
        return ""
    value = Decimal(printed)
    return str(int(value)) if value == value.to_integral_value() and value < _EXACT else ""


def _integer(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    digits = text.lstrip("+-").replace("_", "")
    base = _BASES.get(digits[:2])
    if base is not None:
        return sign * int(digits[2:] or "0", base)
    return sign * int(digits, 8 if digits.startswith("0") and len(digits) > 1 else 10)


def _printed(value: float) -> str:
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    if not isinstance(exponent, int):
        return repr(value)
    text = "".join(map(str, digits))
    power = len(text) - 1 + exponent
    minus = "-" if sign else ""
    if power < _SMALL or power >= _LARGE:
        head = text[0] + (f".{text[1:]}" if len(text) > 1 else "")
        return f"{minus}{head}e{'-' if power < 0 else '+'}{abs(power):02}"
    return minus + f"{Decimal((0, digits, exponent)):f}"
