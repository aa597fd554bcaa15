"""The fix of a workload that Flux or an operator writes: where in Git, by which command until then, what undoes it.

What Flux undoes is in fluxcd/website content/en/flux/faq.md.
"""

from __future__ import annotations

from typing import Any

from kubectl_imagepull.evidence.deployer_finding import DeployerFinding
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.writers.chart_settings import Setting, shown_setting
from kubectl_imagepull.fixes.writers.conventions import what_of
from kubectl_imagepull.fixes.writers.deployer_changes import (
    as_before,
    reads_of,
    settings_of,
    short_for,
    source_words,
)
from kubectl_imagepull.vocabulary.command import (
    CHANGES_WORKLOAD,
    Command,
    Step,
    Word,
    chain,
    effects_of,
    joined,
    json_word,
)
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.manager import Manager
from kubectl_imagepull.vocabulary.names import kind_name, namespace_name, object_name
from kubectl_imagepull.vocabulary.wording import listed

_HELM_RELEASES = "helmreleases.helm.toolkit.fluxcd.io"
#: Whoever gives this name is not undone by Flux's own apply (fluxcd/website content/en/flux/faq.md).
_FIELD_MANAGER = "--field-manager=flux-client-side-apply"


def change_flux_release(context: FixContext, manager: Manager, change: Fix, deployer: DeployerFinding) -> Fix:
    """A change made in the values of a HelmRelease."""
    settings = settings_of(context, change, deployer)
    what = listed([shown_setting(one) for one in settings]) if settings else what_of(context, change)
    heals = "at once, for it corrects drift" if deployer.heals_itself else "at its next upgrade"
    text = (
        f"{manager} writes {context.workload.shown}: set {what} in spec.values of that HelmRelease, in Git where it "
        f"comes from there. A change of the workload is undone {heals}."
    )
    steps: tuple[Step, ...] = ()
    undo: tuple[Step, ...] = ()
    # a merge patch replaces lists whole
    if settings and not any(key.startswith("[") for path, _ in settings for key in path):
        steps = (*reads_of(change), _patch(context, deployer, settings))
        undo = (_patch(context, deployer, as_before(settings, deployer)),)
    return Fix(
        text, steps, Who.YOU, Basis.EVIDENCE, Where.SOURCE, undo, short_for(what, manager), _flux_notes(deployer)
    )


def change_kustomization(context: FixContext, manager: Manager, change: Fix, deployer: DeployerFinding) -> Fix:
    """A change made in the files that a Flux Kustomization applies; it undoes any other within its interval."""
    what = what_of(context, change)
    field = f", or newTag of {deployer.replaced} in its spec.images" if deployer.replaced else ""
    text = (
        f"{manager} writes {context.workload.shown} from {source_words(deployer)}: change {what} there{field}. A "
        "change in the cluster is undone within minutes, unless the Kustomization is suspended before."
    )
    name: tuple[Word, ...] = (object_name(deployer.name, "kustomization"), "-n", namespace_name(deployer.namespace))
    suspend = Command(("flux", "suspend", "kustomization", *name), CHANGES_WORKLOAD)
    resume = Command(("flux", "resume", "kustomization", *name), CHANGES_WORKLOAD)
    direct = tuple(step for step in change.commands if effects_of(step))
    is_plain = all(isinstance(step, Command) for step in direct)
    singles = tuple(step for step in direct if isinstance(step, Command))
    steps = (*reads_of(change), *chain(suspend, *singles)) if is_plain and not deployer.is_suspended else ()
    why = (
        "Until Git has the change, the commands suspend the Kustomization and change the cluster; resumed, it puts "
        "back what Git says."
    )
    notes = (why,)
    return Fix(
        *(text, steps, Who.YOU, Basis.EVIDENCE, Where.SOURCE),
        undo=(resume,) if steps else (),
        short=short_for(what, manager),
        notes=notes if steps else (),
    )


def change_custom_resource(context: FixContext, manager: Manager, change: Fix, deployer: DeployerFinding) -> Fix:
    """A change made in the custom resource that an operator makes the workload from."""
    settings = settings_of(context, change, deployer)
    what = listed([shown_setting(one) for one in settings]) if settings else what_of(context, change)
    text = (
        f"{manager} writes {context.workload.shown}: set {what} in it. Its operator overwrites a change of the "
        "workload itself."
    )
    steps: tuple[Step, ...] = ()
    undo: tuple[Step, ...] = ()
    if settings and not any(key.startswith("[") for path, _ in settings for key in path):
        resource: Word = joined(kind_name(manager.resource), ".", object_name(manager.group, "API group"))
        steps = (*reads_of(change), _patch(context, deployer, settings, resource))
        undo = (_patch(context, deployer, as_before(settings, deployer), resource),)
    return Fix(text, steps, Who.YOU, Basis.EVIDENCE, Where.CLUSTER, undo, short_for(what, manager))


def _patch(
    context: FixContext, deployer: DeployerFinding, settings: list[Setting], resource: Word = _HELM_RELEASES
) -> Command:
    values: dict[str, Any] = {}
    for path, value in settings:
        place = values
        for key in path[:-1]:
            place = place.setdefault(key, {})
        place[path[-1]] = value
    is_flux = resource == _HELM_RELEASES
    manager = (_FIELD_MANAGER,) if is_flux else ()
    patch = json_word({"spec": {"values": values}} if is_flux else values)
    words: tuple[Word, ...] = ("patch", resource, object_name(deployer.name, "resource"), "-n")
    namespace = namespace_name(deployer.namespace)
    return context.kubectl(*words, namespace, "--type", "merge", *manager, "-p", patch, effects=CHANGES_WORKLOAD)


def _flux_notes(deployer: DeployerFinding) -> tuple[str, ...]:
    if not deployer.written_by:
        return ()
    suspend = (
        f"The HelmRelease is applied by Flux: run flux suspend {deployer.written_by} first, or the change lasts only "
        "until its next interval."
    )
    return (suspend,)
