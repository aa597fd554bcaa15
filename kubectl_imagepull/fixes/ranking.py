"""A diagnosis -> its fixes, ranked: those of its cause, and what its owner, its place and its pod add to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from functools import cached_property

from kubectl_imagepull import COMMAND
from kubectl_imagepull.diagnosis.report import Diagnosis, RootCause
from kubectl_imagepull.diagnosis.root_causes import clearest
from kubectl_imagepull.fixes.context.fix_context import FixContext, Siblings
from kubectl_imagepull.fixes.environments.tasks_table import shipped_again
from kubectl_imagepull.fixes.managed_workloads import change_at_its_writer, is_put_back, stop_gaps
from kubectl_imagepull.fixes.mutated import (
    address_fixes,
    admission_fixes,
    changes_image,
    is_changed_by_admission,
    mutation_fixes,
    resolve_again,
)
from kubectl_imagepull.fixes.relocated import relocation_fixes
from kubectl_imagepull.fixes.remedies import remedy_for
from kubectl_imagepull.fixes.sandbox import sandbox_fixes
from kubectl_imagepull.fixes.siblings import siblings_of
from kubectl_imagepull.fixes.steps.near_names import near_name_fix
from kubectl_imagepull.fixes.steps.verification import verification
from kubectl_imagepull.fixes.steps.workload_changes import deletion_notes
from kubectl_imagepull.fixes.superseded import changed_since_fixes, superseded_fixes
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Command, Effect, Step, Word, joined, unwritable_in
from kubectl_imagepull.vocabulary.fix import Fix, Where

_MOST_FIXES = 4


class RepairedDiagnosis(Diagnosis):
    """A diagnosis whose fixes are worked out where they are asked for: a table needs those of its root causes only."""

    @classmethod
    def of_diagnosis(cls, diagnosis: Diagnosis, siblings: Siblings) -> RepairedDiagnosis:
        """The diagnosis with its fixes; `siblings` are those of the pods that are repaired together."""
        one = cls(**{field.name: getattr(diagnosis, field.name) for field in fields(diagnosis)})
        held = vars(one)
        # what stands in the instance would hide what the class works out
        for name in ("fixes", "short_fix", "verification", "following"):
            del held[name]
        held["_diagnosed"] = diagnosis, siblings
        return one

    @cached_property
    def _context(self) -> FixContext:
        diagnosis, siblings = vars(self)["_diagnosed"]
        return FixContext(diagnosis, siblings=siblings)

    @cached_property
    def fixes(self) -> tuple[Fix, ...]:
        """What repairs it, the first fix first."""
        return fixes_for(self._context)

    @cached_property
    def short_fix(self) -> str:
        """The first fix as one short sentence."""
        return _brief(self.fixes, self)

    @cached_property
    def verification(self) -> tuple[Step, ...]:
        """The commands that show whether a fix worked."""
        return _writable(*verification(self._context), _diagnose_again(self._context))

    @cached_property
    def following(self) -> tuple[Step, ...]:
        """The command that follows the pods after a fix until they run."""
        again = _diagnose_again(self._context)
        return _writable(replace(again, words=(*again.words, "--wait")))


def with_fixes(diagnoses: Iterable[Diagnosis]) -> tuple[Diagnosis, ...]:
    """The diagnoses, each with its fixes and the commands that show whether one worked."""
    every = tuple(diagnoses)
    return tuple(map(RepairedDiagnosis.of_diagnosis, every, siblings_of(every)))


def root_causes_with_fixes(roots: Iterable[RootCause], diagnoses: Sequence[Diagnosis]) -> tuple[RootCause, ...]:
    """The root causes, each with the fixes of its clearest failure, for all nodes that have it."""
    siblings = siblings_of(diagnoses)
    return tuple(_root_with_fixes(root, diagnoses, siblings) for root in roots)


def fixes_for(context: FixContext) -> tuple[Fix, ...]:
    """What repairs a failure, in the order in which a careful colleague would try it."""
    if superseded := superseded_fixes(context):
        return _with_notes_once(_printable(fix, context) for fix in superseded)
    # where admission changed the image, the workload's own is right: no other fix may touch it
    own = mutation_fixes(context)
    # what the registry has by now needs no push, and no other name
    own = own or changed_since_fixes(context)
    if own and context.cause is Cause.NO_CREDENTIALS and not is_changed_by_admission(context):
        # a container that was put into the pod pulls with the pod's secrets, whoever put it there
        own = [*(fix for fix in _of_cause(context) if not changes_image(fix)), *own]
    fixes = own or [*resolve_again(context), *relocation_fixes(context), *_of_cause(context)]
    if is_changed_by_admission(context):
        rewritten = address_fixes(context)
        # this machine's own address was written by the webhook: nobody loads or pushes an image to it
        kept = [] if rewritten and context.registry.is_local else [fix for fix in fixes if not changes_image(fix)]
        fixes = [*rewritten, *kept] or admission_fixes(context)
    ranked = _rights_once(fixes)[:_MOST_FIXES]
    return _with_notes_once(_printable(fix, context) for fix in _with_writer(ranked, context))


def _rights_once(fixes: Iterable[Fix]) -> list[Fix]:
    """The fixes without those that grant what an earlier one grants: a node's own login is a registry's right too."""
    granted: set[tuple[Step, ...]] = set()
    kept = []
    for fix in fixes:
        if fix.commands in granted:
            continue
        if Effect.CHANGES_RIGHTS in fix.effects:
            granted.add(fix.commands)
        kept.append(fix)
    return kept


def _with_writer(fixes: list[Fix], context: FixContext) -> list[Fix]:
    """The fixes with the one about the workload's writer, before the first that changes the workload."""
    changes = [Effect.CHANGES_WORKLOAD in fix.effects for fix in fixes]
    if True not in changes:
        return fixes
    place = changes.index(True)
    writer = change_at_its_writer(context, fixes[place])
    if writer is None:
        return fixes
    if is_put_back(context):
        others = [fix for fix in fixes[place:] if Effect.CHANGES_WORKLOAD not in fix.effects]
        return [*fixes[:place], writer, *others, *stop_gaps(context, fixes[place])]
    # a pod that is replaced past its operator is made again as it was, once the operator looks at it
    is_past_it = context.workload.is_claimed and writer.commands and Effect.DELETES_POD in fixes[place].effects
    return [*fixes[:place], writer, *fixes[place + bool(is_past_it) :]]


def _of_cause(context: FixContext) -> Sequence[Fix]:
    if context.pod.is_sandbox:
        return sandbox_fixes(context)
    fixes, near = [*shipped_again(context), *remedy_for(context.cause).fixes(context)], near_name_fix(context)
    # a registry that hides what it holds asks for a login where only the name is wrong
    is_missing = near is not None and all(fix.commands != near.commands for fix in fixes)
    return [near, *fixes] if near and is_missing else fixes


def _writable(*steps: Step) -> tuple[Step, ...]:
    """The steps without those that hold a name that can't be printed."""
    return tuple(step for step in steps if not any(unwritable_in(step)))


def _diagnose_again(context: FixContext) -> Command:
    target: Word = joined("pod/", context.pod.name) if context.pod.is_ephemeral else context.workload.target
    return Command((*COMMAND.split(), "diagnose", target, "-n", context.pod.namespace, *context.reaching))


def _root_with_fixes(root: RootCause, diagnoses: Sequence[Diagnosis], siblings: Sequence[Siblings]) -> RootCause:
    members = [diagnoses[index] for index in root.failures]
    shown = clearest(members)
    own = shown.failure.node
    others = sorted({one.failure.node for one in members if one.failure.node} - {own})
    if own is None or not others:
        return replace(root, fixes=shown.fixes, short_fix=shown.short_fix)
    together = next(siblings[index] for index in root.failures if diagnoses[index] is shown)
    fixes = fixes_for(FixContext(shown, (own, *others), together))
    return replace(root, fixes=fixes, short_fix=_brief(fixes, shown))


def _brief(fixes: Sequence[Fix], diagnosis: Diagnosis) -> str:
    """The first fix as one short sentence."""
    return next((fix.brief for fix in fixes if fix.brief), diagnosis.cause.value)


def _printable(fix: Fix, context: FixContext) -> Fix:
    """The fix without commands that would hold a name that breaks its grammar, or follow a text that names no host."""
    if context.registry.is_forged and fix.where is Where.NODE and fix.commands:
        # what stands where the host should be was written for whoever reads this
        why = "No command is printed for this: the host named in the error isn't a valid host name."
        return replace(fix, commands=(), undo=(), notes=(*fix.notes, why))
    kinds = dict.fromkeys(name.kind for step in (*fix.commands, *fix.undo) for name in unwritable_in(step))
    notes = (*fix.notes, *deletion_notes(context, fix))
    if not kinds:
        return replace(fix, notes=notes)
    why = f"No command is printed for this: the name of the {next(iter(kinds))} isn't a valid Kubernetes name."
    return replace(fix, commands=(), undo=(), notes=(*fix.notes, why))


def _with_notes_once(fixes: Iterable[Fix]) -> tuple[Fix, ...]:
    """The fixes, with each note only where it stands first."""
    seen: set[str] = set()
    ranked = []
    for fix in fixes:
        ranked.append(replace(fix, notes=tuple(note for note in fix.notes if note not in seen)))
        seen.update(fix.notes)
    return tuple(ranked)
