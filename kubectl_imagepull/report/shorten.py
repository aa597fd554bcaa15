"""Names that stand in one column: as short as the column, and still told apart."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable

from kubectl_imagepull.report.text import ELLIPSIS, truncate, truncate_middle

_WHOLE_WORDS = re.compile(r".*[^0-9A-Za-z]")


def shortened(names: Iterable[str], width: int) -> dict[str, str]:
    """Each visible name with what is shown of it in `width` columns; all whole where that would make two the same."""
    known = list(dict.fromkeys(names))
    words = _WHOLE_WORDS.match(os.path.commonprefix(known))  # noqa: RUF071 - names, not paths
    common = words.end() if words else 0
    ways: tuple[Callable[[str], str], ...] = (
        lambda name: truncate_middle(name, width),
        # what all begin with tells least: arn:aws:eks:eu-west-1:..., gke_project_...
        lambda name: truncate(ELLIPSIS + name[common:], width),
    )
    for way in ways:
        short = {name: way(name) for name in known}
        if len(set(short.values())) == len(known):
            return short
    return {name: name for name in known}
