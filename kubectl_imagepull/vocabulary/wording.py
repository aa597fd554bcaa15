"""How findings are worded: lists of names, numbers with their nouns, times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

_MOST = 3


def listed(names: Sequence[str], most: int = _MOST, total: int | None = None) -> str:
    """Names as a sentence has them: `a`, `a and b`, `a, b, c and 4 more`; `total` where `names` are only the first."""
    shown = list(names[:most])
    left = (len(names) if total is None else total) - len(shown)
    if left > 0:
        shown.append(f"{left:,} more")
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1]))) if shown else ""


def counted(number: int, noun: str) -> str:
    """A number and its noun: `1 pod`, `1,200 pods`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def verb(number: int, plural: str) -> str:
    """The verb for so many: `runs` for one, `run` for others."""
    return f"{plural}s" if number == 1 else plural


def clock(time: datetime, now: datetime) -> str:
    """A time as it is read fastest: the day only where it isn't today, the year where it isn't this one."""
    day = "" if time.date() == now.date() else f"{time.day} {time:%b} "
    year = "" if time.year == now.year else f"{time.year} "
    return f"{day}{year}{time:%H:%M} UTC"


def on_nodes(nodes: Sequence[str], total: int | None = None) -> str:
    """Where something is: `on node a`, `on nodes a and b`; "" for none."""
    number = len(nodes) if total is None else total
    return f"on node{'' if number == 1 else 's'} {listed(nodes, total=number)}" if nodes else ""
