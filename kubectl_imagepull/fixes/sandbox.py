"""Fixes for the sandbox (pause) image: it belongs to the node's runtime, and nothing of the workload reaches it.

The kubelet hands the runtime no pull secrets for it (kubernetes/kubernetes#90503), and a runtime pulls it only where it
isn't on the node: it was never loaded there, or the kubelet's garbage collection deleted it
(awslabs/amazon-eks-ami#1597).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedies import remedy_for
from kubectl_imagepull.messages.particulars import Particular
from kubectl_imagepull.vocabulary.causes import Cause, Scope
from kubectl_imagepull.vocabulary.command import Effect
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where

#: What a node without a way to the outside says of a registry that is meant to be there.
_NO_WAY = frozenset({Cause.DNS_FAILURE, Cause.CONNECT_TIMEOUT, Cause.NETWORK_UNREACHABLE, Cause.CONNECTION_REFUSED})
#: What changes the pod, its owner or its secrets, of which nothing reaches the pause image.
_USELESS = frozenset(
    {
        Effect.CHANGES_WORKLOAD,
        Effect.CHANGES_SECRET,
        Effect.CHANGES_ACCOUNT,
        Effect.DELETES_JOB,
    }
)
_MOST_OF_CAUSE = 2


def sandbox_fixes(context: FixContext) -> Sequence[Fix]:
    """What repairs a pause image that can't be pulled, best first: on the node, in its registry, or by another node."""
    cause = context.cause
    if cause.scope in {Scope.NODE, Scope.NONE}:
        return _of_cause(context)
    if cause.scope is Scope.CREDENTIALS:
        return _once((*_without_login(context), *_loaded(context)))
    if context.says(Particular.WEB_PAGE):
        # another image is answered by a web page too
        return _once((*_of_cause(context)[:1], *_other_image(context), *_loaded(context)))
    if cause.scope is Scope.IMAGE:
        return _once((*_other_image(context), *_loaded(context)))
    if cause in _NO_WAY and not _others_reach_it(context):
        # in an air gap nothing is to be repaired: the registry isn't meant to be reached
        return _once((*_other_image(context), *_loaded(context), *_of_cause(context)[:1]))
    return _once((*_of_cause(context)[:_MOST_OF_CAUSE], *_other_image(context), *_loaded(context)))


def _others_reach_it(context: FixContext) -> bool:
    """Whether other nodes of the cluster pull from the registry, so that it is this one's way that is broken."""
    return context.findings.has(Check.ONLY_THIS_NODE) or context.findings.has(Check.SAME_REGISTRY_ELSEWHERE)


def _other_image(context: FixContext) -> tuple[Fix, ...]:
    return tasks_for(context).pause_image()


def _loaded(context: FixContext) -> tuple[Fix, ...]:
    """Brings the image to the node as a file, where nodes take any."""
    return tuple(fix for fix in tasks_for(context).load_image() if fix.where is Where.NODE)


def _without_login(context: FixContext) -> tuple[Fix, ...]:
    """A refused pause image: it was on the node before, or it never could be pulled without a login."""
    fixes = _other_image(context)
    image = context.image.shown
    if context.findings.has(Check.ONLY_THIS_NODE) or context.findings.has(Check.SAME_IMAGE_ELSEWHERE):
        note = f"Other nodes have {image}: it was deleted on this one, and pull secrets are never used for it."
        return tuple(replace(fix, basis=Basis.EVIDENCE, notes=(*fix.notes, note)) for fix in fixes)
    note = f"Pull secrets are never used for {image}, because it belongs to the node, not the pod."
    return tuple(replace(fix, notes=(*fix.notes, note)) for fix in fixes)


def _of_cause(context: FixContext) -> tuple[Fix, ...]:
    """The cause's own fixes, without those that change what the pause image has nothing to do with."""
    return tuple(fix for fix in remedy_for(context.cause).fixes(context) if not fix.effects & _USELESS)


def _once(fixes: Iterable[Fix]) -> tuple[Fix, ...]:
    return tuple(dict.fromkeys(fixes))
