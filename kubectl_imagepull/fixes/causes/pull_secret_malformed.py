"""PullSecretMalformed: a pull secret can't be parsed."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix


def fixes(context: FixContext) -> Sequence[Fix]:
    """TODO."""
    raise NotImplementedError


RUNBOOK = Runbook(
    confirm=(
        (
            "The waiting reason is the parser's own text, such as 'illegal base64 data at input byte 4' (before 1.33 "
            "it stands in the message)."
        ),
        "The auth field must be base64 of user:password, in the standard alphabet, without white space inside.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "Make the secret again with kubectl create secret docker-registry. One that can't be parsed fails "
                "every pull of the pod, whatever its other secrets hold."
            ),
        ),
    ),
)

REMEDY = Remedy(Cause.PULL_SECRET_MALFORMED, fixes, RUNBOOK)
