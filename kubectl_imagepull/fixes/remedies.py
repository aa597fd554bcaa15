"""Which module repairs which cause.

A cause's module is loaded where the cause is found or asked about: a start is a user's wait, and few clusters have more
than a handful.
"""

from __future__ import annotations

import re
from importlib import import_module

from kubectl_imagepull.fixes.remedy import Remedy
from kubectl_imagepull.vocabulary.causes import Cause

_WORD = re.compile(r"(?<!^)(?=[A-Z])")


def remedy_for(cause: Cause) -> Remedy:
    """What repairs a cause; there is one for every cause, in the module of its name."""
    name = _WORD.sub("_", cause.value).lower()
    remedy: Remedy = import_module(f"{__package__}.causes.{name}").REMEDY
    return remedy
