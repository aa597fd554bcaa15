"""The values that a chart was rendered with: the user's over the chart's, as Helm merges them, leaf by leaf.

Maps merge, lists replace, null deletes (helm/helm pkg/chart/common/util/coalesce.go). Numbers are printed as Go prints
a float64, which is what YAML and JSON make of each number on their way into a template.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any

from kubectl_imagepull.evidence.releases.release_finding import ValuePath
from kubectl_imagepull.kube.objects import JsonObject, object_of

_MOST_DEPTH = 20
_EXPRESSION = re.compile(r"\{\{-?\s*\.([A-Za-z0-9_.]+)\s*(?:\|\s*(?:quote|toString)\s*)?-?\}\}")
#: Numbers from here on have an exponent where Go prints them (strconv.FormatFloat with 'g' and the shortest form).
_EXPONENT_FROM = 1e6
_EXPONENT_BELOW = 1e-4


@dataclass(frozen=True)
class ChartValues:
    """The merged values of a release."""

    #: The values as the chart's templates see them.
    merged: JsonObject
    #: What `.Chart.AppVersion` gives.
    app_version: str
    #: What `.Release.Name` gives.
    release: str

    def at(self, path: ValuePath) -> Any:
        """What stands at a path; None for nothing."""
        value: Any = self.merged
        for key in path:
            value = object_of(value).get(key)
        return value

    def texts_at(self, path: ValuePath) -> tuple[str, ...]:
        """How a template may print what stands at a path; nothing for maps, lists and truth values."""
        return self._texts(self.at(path), path)

    def maps(self) -> Iterator[tuple[ValuePath, JsonObject]]:
        """Every map in the values with its path, the topmost first."""
        level: list[tuple[ValuePath, JsonObject]] = [((), self.merged)]
        for _ in range(_MOST_DEPTH):
            yield from level
            level = [
                ((*path, key), value)
                for path, items in level
                for key, value in items.items()
                if isinstance(value, dict) and value
            ]

    def _texts(self, value: Any, path: ValuePath) -> tuple[str, ...]:
        if isinstance(value, str):
            return (self._rendered(value, path),) if "{{" in value else (value,)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return ()
        return tuple(dict.fromkeys(_number_texts(value)))

    def _rendered(self, text: str, path: ValuePath) -> str:
        """A value that is itself a template (Helm's tpl), with the few expressions in it that are no programs."""

        def meant(expression: re.Match[str]) -> str:
            root, _, rest = expression[1].partition(".")
            if expression[1] == "Chart.AppVersion":
                return self.app_version
            if expression[1] == "Release.Name":
                return self.release
            keys = tuple(rest.split("."))
            # within a subchart .Values begins there
            scopes = (path[:depth] for depth in range(len(path)))
            values = [self.at((*scope, *keys)) for scope in scopes] if root == "Values" else []
            return next((value for value in values if isinstance(value, str) and "{{" not in value), expression[0])

        return _EXPRESSION.sub(meant, text)


def merged_values(defaults: Mapping[str, Any], config: Mapping[str, Any], depth: int = 0) -> JsonObject:
    """The user's values over the chart's."""
    merged = dict(defaults)
    for key, value in config.items():
        before = merged.get(key)
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict) and isinstance(before, dict) and depth < _MOST_DEPTH:
            merged[key] = merged_values(before, value, depth + 1)
        else:
            merged[key] = value
    return merged


def _number_texts(value: float) -> Iterator[str]:
    number = float(value)
    if not isfinite(number):
        return
    if number.is_integer():
        yield str(int(number))  # what --set gave is an integer until it is read again
    if number and not _EXPONENT_BELOW <= abs(number) < _EXPONENT_FROM:
        decimal = Decimal(repr(number)).normalize()
        digits = "".join(map(str, decimal.as_tuple().digits))
        exponent = decimal.adjusted()
        point = f".{digits[1:]}" if digits[1:] else ""
        sign = "-" if number < 0 else ""
        yield f"{sign}{digits[0]}{point}e{'-' if exponent < 0 else '+'}{abs(exponent):02}"
    else:
        yield repr(number).removesuffix(".0")
