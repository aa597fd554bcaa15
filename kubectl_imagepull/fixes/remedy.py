"""What one cause's module gives: its fixes, and its page of the runbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix

#: The heading of what holds wherever the image comes from, and whatever pulls it.
ANY_REGISTRY = "any registry"
ANY_RUNTIME = "any runtime"


@dataclass(frozen=True)
class Runbook:
    """How to confirm a cause, and what repairs it."""

    #: What to look at, and what shows the cause there; one sentence or command each.
    confirm: tuple[str, ...]
    #: Pairs of a registry, runtime or distribution and what repairs it there.
    fixes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Remedy:
    """All that repairs one cause."""

    #: The cause, which the module is named after.
    cause: Cause
    #: The fixes of one failure, in the order in which a careful colleague would try them.
    fixes: Callable[[FixContext], Sequence[Fix]]
    #: What `explain` prints of it.
    runbook: Runbook
