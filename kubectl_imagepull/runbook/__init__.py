"""The runbook that `explain` prints: for every cause how to confirm it, and fixes per registry and runtime."""

from __future__ import annotations

from collections.abc import Mapping

from kubectl_imagepull.runbook.credentials import CREDENTIALS
from kubectl_imagepull.runbook.entry import Runbook
from kubectl_imagepull.runbook.image import IMAGE
from kubectl_imagepull.runbook.network import NETWORK
from kubectl_imagepull.runbook.node import NODE
from kubectl_imagepull.runbook.registry import REGISTRY
from kubectl_imagepull.vocabulary.causes import Cause

__all__ = ["Runbook", "runbook_for"]

_RUNBOOKS: Mapping[Cause, Runbook] = {**IMAGE, **CREDENTIALS, **REGISTRY, **NETWORK, **NODE}


def runbook_for(cause: Cause) -> Runbook:
    """The runbook's page for a cause; there is one for every cause."""
    return _RUNBOOKS[cause]
