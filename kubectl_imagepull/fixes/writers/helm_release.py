"""The fix of a workload that a Helm release writes: the value that has to be set, or an earlier revision."""

from __future__ import annotations

from kubectl_imagepull.evidence.releases.release_finding import ReleaseFinding
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps.workload_changes import after_template
from kubectl_imagepull.fixes.writers.chart_settings import Setting, settings_for, shown_setting, value_path
from kubectl_imagepull.fixes.writers.conventions import setting_of, what_to_change
from kubectl_imagepull.fixes.writers.helm_words import helm, rollback, upgrade
from kubectl_imagepull.vocabulary.causes import Scope
from kubectl_imagepull.vocabulary.command import Command, Effect, chain, effects_of
from kubectl_imagepull.vocabulary.fix import Basis, EarlierRevision, Fix, Where, Who, WorkloadEdit
from kubectl_imagepull.vocabulary.image_reference import same_image
from kubectl_imagepull.vocabulary.manager import Manager
from kubectl_imagepull.vocabulary.names import namespace_name, object_name, shown
from kubectl_imagepull.vocabulary.wording import listed

_REUSE = (
    "--reset-then-reuse-values (Helm 3.14) keeps the values that were given; --reuse-values would keep the chart's old "
    "defaults as well, its image tags among them."
)
_GLOBAL = "A global value is one that the chart's other images take as well."
_CHANGED = (
    "The image was changed in the cluster since Helm wrote it: Helm 4 stops at that conflict until --force-conflicts "
    "is added."
)
_MOST_PATHS = 3


def change_release(context: FixContext, manager: Manager, change: Fix) -> Fix:
    """A change made in the release; where its values are not known, the command that shows them."""
    finding, edit = context.diagnosis.release, change.edit
    if finding is None or finding.unread or edit is None:
        return _look(context, manager, finding, change)
    if back := _roll_back(context, finding, edit):
        return back
    settings = settings_for(edit, finding, context.pod.secrets)
    command = _upgrade(context, finding, settings) if settings else None
    if settings is None or command is None:
        return _look(context, manager, finding, change)
    after, why_after = after_template(context)
    job = _delete_job(context)
    written = listed([shown_setting(setting) for setting in settings], most=_MOST_PATHS)
    text = (
        f"Set {written} in {manager}, which writes {context.workload.shown}. A change in the cluster alone is lost at "
        "its next upgrade."
    )
    short = (f"Set {written} in {manager}", f"Set {written} by helm upgrade", f"Change it in {manager}")
    notes = (*_notes(finding), *why_after)
    # what has to be read before a placeholder can be filled in
    reads = tuple(step for step in change.commands if not effects_of(step))
    steps = (*reads, *chain(*edit.before, job, command, *after))
    return Fix(text, steps, Who.YOU, Basis.EVIDENCE, Where.SOURCE, _undo(context, finding), short, notes)


def _roll_back(context: FixContext, finding: ReleaseFinding, edit: WorkloadEdit) -> Fix | None:
    """Back to an earlier revision of the release that had the image which ran."""
    if not isinstance(edit, EarlierRevision) or not edit.image:
        return None
    earlier = next((one for one in finding.earlier if same_image(one.image, edit.image)), None)
    command = rollback(context, (finding.namespace, finding.name), earlier.revision) if earlier else None
    if earlier is None or command is None:
        return None
    after, why_after = after_template(context)
    name = f"Helm release {finding.name}"
    text = (
        f"Roll {name}, which writes {context.workload.shown}, back to revision {earlier.revision}: it had "
        f"{shown(edit.image)}, which ran."
    )
    short = (f"Roll {name} back to revision {earlier.revision}", "Roll the Helm release back")
    notes = (f"The rollback takes back all that the release changed since revision {earlier.revision}.", *why_after)
    steps = chain(*edit.before, _delete_job(context), command, *after)
    return Fix(text, steps, Who.YOU, Basis.EVIDENCE, Where.SOURCE, _undo(context, finding), short, notes)


def _upgrade(context: FixContext, finding: ReleaseFinding, settings: list[Setting]) -> Command | None:
    release, chart = (finding.namespace, finding.name), (finding.chart, finding.version)
    return upgrade(context, release, chart, settings)


def _undo(context: FixContext, finding: ReleaseFinding) -> tuple[Command, ...]:
    """Back to what is there now; a revision that Helm is still at work on can't be gone back to."""
    revision = finding.deployed if finding.status.startswith("pending") else finding.revision
    command = rollback(context, (finding.namespace, finding.name), revision) if revision else None
    return (command,) if command else ()


def _delete_job(context: FixContext) -> Command | None:
    """A Job's template can't be changed, so helm has to make it anew."""
    if context.workload.kind != "job":
        return None
    words = ("delete", "job", context.workload.name, "-n", context.pod.namespace)
    return context.kubectl(*words, effects=frozenset({Effect.DELETES_JOB}))


def _notes(finding: ReleaseFinding) -> tuple[str, ...]:
    notes = [_REUSE]
    if finding.status.startswith("pending"):
        last = f"helm rollback {finding.name} {finding.deployed} -n {finding.namespace}" if finding.deployed else ""
        first = f": first {last}" if last else ""
        notes.append(f"Revision {finding.revision} is {shown(finding.status)}, and helm upgrade waits for it{first}.")
    elif finding.deployed:
        notes.append(
            f"Revision {finding.revision} is {shown(finding.status)}, so helm starts from the values of revision "
            f"{finding.deployed}: give again what was changed since."
        )
    if len(finding.images) > 1:
        notes.append("Each of these values gives this image: leave out what isn't meant, and see by --dry-run=server.")
    if any(place.is_global for place in finding.images):
        notes.append(_GLOBAL)
    return (*notes, *((_CHANGED,) if finding.is_changed_since else ()))


# -- where the values are not known ------------------------------------------------------------------------------


def _look(context: FixContext, manager: Manager, finding: ReleaseFinding | None, change: Fix) -> Fix:
    """The command that shows the values, and what to look for in them."""
    paths = [value_path(path) for place in finding.images for path in place.paths] if finding else []
    named = f"by convention {setting_of(context)}"
    if paths and context.cause.scope is not Scope.CREDENTIALS:
        named = f"here {listed(list(dict.fromkeys(paths)), most=_MOST_PATHS)}"
    text = (
        f"{manager} writes {context.workload.shown}: change it in the release's values, {named}, and run helm upgrade. "
        "What is changed in the cluster is lost at the next upgrade."
    )
    short = (
        f"Change {context.workload.shown} in {manager}",
        f"Change it in {manager}",
        "Change it where it is written",
    )
    namespace = namespace_name(manager.namespace) if manager.namespace else context.pod.namespace
    values = helm(context, "get", "values", object_name(manager.name, "release"), "-n", namespace, "--all")
    notes = (f"Its values were not read: {shown(finding.unread)}.",) if finding and finding.unread else ()
    notes = (what_to_change(change), *notes)
    commands = (values,) if values else ()
    return Fix(text, commands, Who.YOU, Basis.EVIDENCE, Where.SOURCE, short=short, notes=notes)
