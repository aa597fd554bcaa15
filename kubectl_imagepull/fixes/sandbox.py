"""Fixes for the sandbox (pause) image: it belongs to the node's runtime, and nothing of the workload reaches it."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.vocabulary.fix import Fix


def sandbox_fixes(context: FixContext) -> Sequence[Fix]:
    """TODO."""
    raise NotImplementedError
