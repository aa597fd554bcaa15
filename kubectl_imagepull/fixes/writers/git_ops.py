"""The fix of a workload that Argo CD or Flux writes: where in Git, by which command until then, and what undoes it.

What each of them undoes is in argoproj/argo-cd docs/user-guide (auto_sync, parameters) and fluxcd/website
content/en/flux/faq.md.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kubectl_imagepull.evidence.deployer_finding import DeployerFinding
from kubectl_imagepull.evidence.releases.image_parts import image_parts
from kubectl_imagepull.evidence.releases.release_finding import ReleaseFinding
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.writers.chart_settings import Setting, settings_for, shown_setting, value_path
from kubectl_imagepull.fixes.writers.conventions import setting_of
from kubectl_imagepull.vocabulary.command import Command, Effect, Step, Word, chain, effects_of, joined, json_word
from kubectl_imagepull.vocabulary.fix import Basis, Fix, NewImage, Where, Who
from kubectl_imagepull.vocabulary.manager import Manager
from kubectl_imagepull.vocabulary.names import kind_name, namespace_name, object_name
from kubectl_imagepull.vocabulary.wording import listed

_CHANGES = frozenset({Effect.CHANGES_WORKLOAD})
_HELM_RELEASES = "helmreleases.helm.toolkit.fluxcd.io"
#: Whoever gives this name is not undone by Flux's own apply (fluxcd/website content/en/flux/faq.md).
_FIELD_MANAGER = "--field-manager=flux-client-side-apply"


def change_application(context: FixContext, manager: Manager, change: Fix, deployer: DeployerFinding) -> Fix:
    """A change made in the source of an Argo CD application, and by its parameters until then."""
    settings = _settings(context, change, deployer)
    what = listed([shown_setting(one) for one in settings]) if settings else _what(context, change)
    heals = "at once, for self-heal is on" if deployer.heals_itself else "at the next sync"
    text = (
        f"{manager} writes {context.workload.shown} from {_source(deployer)}: set {what} there, and sync. A change in "
        f"the cluster is undone {heals}."
    )
    name: tuple[Word, ...] = (object_name(deployer.name, "application"), *_in_namespace(deployer))
    set_, unset = _parameters(context, change, settings)
    steps: tuple[Step, ...] = ()
    undo: tuple[Step, ...] = ()
    if set_ and not deployer.written_by:
        sync = Command(("argocd", "app", "sync", *name), _CHANGES)
        steps = (*_reads(change), *chain(Command(("argocd", "app", "set", *name, *set_), _CHANGES), sync))
        undo = chain(Command(("argocd", "app", "unset", *name, *unset), _CHANGES), sync)
    return Fix(text, steps, Who.YOU, Basis.EVIDENCE, Where.SOURCE, undo, _short(what, manager), _argo_notes(deployer))


def change_flux_release(context: FixContext, manager: Manager, change: Fix, deployer: DeployerFinding) -> Fix:
    """A change made in the values of a HelmRelease."""
    settings = _settings(context, change, deployer)
    what = listed([shown_setting(one) for one in settings]) if settings else _what(context, change)
    heals = "at once, for it corrects drift" if deployer.heals_itself else "at its next upgrade"
    text = (
        f"{manager} writes {context.workload.shown}: set {what} in spec.values of that HelmRelease, in Git where it "
        f"comes from there. A change of the workload is undone {heals}."
    )
    steps: tuple[Step, ...] = ()
    undo: tuple[Step, ...] = ()
    # a merge patch replaces lists whole
    if settings and not any(key.startswith("[") for path, _ in settings for key in path):
        steps = (*_reads(change), _patch(context, deployer, settings))
        undo = (_patch(context, deployer, _as_before(settings, deployer)),)
    return Fix(text, steps, Who.YOU, Basis.EVIDENCE, Where.SOURCE, undo, _short(what, manager), _flux_notes(deployer))


def change_kustomization(context: FixContext, manager: Manager, change: Fix, deployer: DeployerFinding) -> Fix:
    """A change made in the files that a Flux Kustomization applies; it undoes any other within its interval."""
    what = _what(context, change)
    field = f", or newTag of {deployer.replaced} in its spec.images" if deployer.replaced else ""
    text = (
        f"{manager} writes {context.workload.shown} from {_source(deployer)}: change {what} there{field}. A change in "
        "the cluster is undone within minutes, unless the Kustomization is suspended before."
    )
    name: tuple[Word, ...] = (object_name(deployer.name, "kustomization"), "-n", namespace_name(deployer.namespace))
    suspend = Command(("flux", "suspend", "kustomization", *name), _CHANGES)
    resume = Command(("flux", "resume", "kustomization", *name), _CHANGES)
    direct = tuple(step for step in change.commands if effects_of(step))
    is_plain = all(isinstance(step, Command) for step in direct)
    singles = tuple(step for step in direct if isinstance(step, Command))
    steps = (*_reads(change), *chain(suspend, *singles)) if is_plain and not deployer.is_suspended else ()
    why = (
        "Until Git has the change, the commands suspend the Kustomization and change the cluster; resumed, it puts "
        "back what Git says."
    )
    notes = (why,)
    return Fix(
        *(text, steps, Who.YOU, Basis.EVIDENCE, Where.SOURCE),
        undo=(resume,) if steps else (),
        short=_short(what, manager),
        notes=notes if steps else (),
    )


def change_custom_resource(context: FixContext, manager: Manager, change: Fix, deployer: DeployerFinding) -> Fix:
    """A change made in the custom resource that an operator makes the workload from."""
    settings = _settings(context, change, deployer)
    what = listed([shown_setting(one) for one in settings]) if settings else _what(context, change)
    text = (
        f"{manager} writes {context.workload.shown}: set {what} in it. Its operator overwrites a change of the "
        "workload itself."
    )
    steps: tuple[Step, ...] = ()
    undo: tuple[Step, ...] = ()
    if settings and not any(key.startswith("[") for path, _ in settings for key in path):
        resource: Word = joined(kind_name(manager.resource), ".", object_name(manager.group, "API group"))
        steps = (*_reads(change), _patch(context, deployer, settings, resource))
        undo = (_patch(context, deployer, _as_before(settings, deployer), resource),)
    return Fix(text, steps, Who.YOU, Basis.EVIDENCE, Where.CLUSTER, undo, _short(what, manager))


# -- what is changed ---------------------------------------------------------------------------------------------


def _settings(context: FixContext, change: Fix, deployer: DeployerFinding) -> list[Setting] | None:
    """The values to set: where the object itself holds them, else where the release has them."""
    if change.edit is None:
        return None
    release = context.diagnosis.release or ReleaseFinding(deployer.name, deployer.namespace)
    finding = replace(release, images=release.images or deployer.images)
    return settings_for(change.edit, finding, context.pod.secrets)


def _what(context: FixContext, change: Fix) -> str:
    if isinstance(change.edit, NewImage):
        return f"the image of container {context.pod.container}"
    return setting_of(context)


def _parameters(
    context: FixContext, change: Fix, settings: list[Setting] | None
) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """The words that set parameters of an application, and those that take them out."""
    replaced = context.diagnosis.deployer.replaced if context.diagnosis.deployer else ""
    if replaced and isinstance(change.edit, NewImage):
        return ("--kustomize-image", joined(replaced, "=", change.edit.image)), ("--kustomize-image", replaced)
    set_: list[Word] = []
    unset: list[Word] = []
    for path, value in settings or ():
        set_ += ["--helm-set-string", joined(value_path(path), "=", value)]
        unset += ["-p", value_path(path)]
    return tuple(set_), tuple(unset)


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
    return context.kubectl(*words, namespace, "--type", "merge", *manager, "-p", patch, effects=_CHANGES)


def _as_before(settings: list[Setting], deployer: DeployerFinding) -> list[Any]:
    """What the object holds now, for the same paths: pieces of the image, or nothing."""
    before: list[Any] = []
    for path, _ in settings:
        place = next((one for one in deployer.images if path in one.paths), None)
        before.append((path, _piece(path, place) if place else None))
    return before


def _piece(path: tuple[str, ...], place: Any) -> str | None:
    parts = image_parts(place.image)
    pieces = {
        place.whole: place.image,
        place.registry: parts.registry,
        place.repository: parts.path if place.registry else parts.repository,
        place.tag: parts.tag,
        place.digest: parts.digest.partition(":")[2] if place.is_bare_digest else parts.digest,
    }
    return pieces.get(path) or None


# -- what is said ------------------------------------------------------------------------------------------------


def _source(deployer: DeployerFinding) -> str:
    path = f"{deployer.path} of " if deployer.path and deployer.repository else deployer.path
    revision = f" ({deployer.revision})" if deployer.revision else ""
    return f"{path}{deployer.repository}{revision}".strip() or "what it reads"


def _reads(change: Fix) -> tuple[Step, ...]:
    return tuple(step for step in change.commands if not effects_of(step))


def _short(what: str, manager: Manager) -> tuple[str, ...]:
    return (f"Set {what} in {manager}", f"Change it in {manager}", "Change it where it is written")


def _in_namespace(deployer: DeployerFinding) -> tuple[Word, ...]:
    return ("-N", namespace_name(deployer.namespace)) if deployer.namespace not in {"", "argocd"} else ()


def _argo_notes(deployer: DeployerFinding) -> tuple[str, ...]:
    if deployer.written_by:
        return (f"{deployer.written_by} writes the application: what argocd app set changes there is put back.",)
    if not deployer.is_automatic:
        return ()
    heal = " --self-heal" if deployer.heals_itself else ""
    name = deployer.name
    pause = (
        f"To change the cluster in an emergency, pause it by argocd app set {name} --sync-policy none; on again: "
        f"argocd app set {name} --sync-policy automated{heal}."
    )
    return (pause,)


def _flux_notes(deployer: DeployerFinding) -> tuple[str, ...]:
    if not deployer.written_by:
        return ()
    suspend = (
        f"The HelmRelease is applied by Flux: run flux suspend {deployer.written_by} first, or the change lasts only "
        "until its next interval."
    )
    return (suspend,)
