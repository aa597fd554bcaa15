"""The fix of a workload that an Argo CD application writes: in Git, and by the application's settings until then.

What undoes a change, and that parameters win over all other values, is in argoproj/argo-cd docs/user-guide (auto_sync,
helm, parameters); `source` is ignored where an application has `sources` (multiple_sources). An entry of such a list is
changed by a JSON patch that first tests that it is still the same one: positions move.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kubectl_imagepull.evidence.deployer_finding import ApplicationSource, DeployerFinding
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.writers.chart_settings import Setting, shown_setting, value_path
from kubectl_imagepull.fixes.writers.conventions import what_of
from kubectl_imagepull.fixes.writers.deployer_changes import (
    as_before,
    reads_of,
    settings_of,
    short_for,
    source_words,
)
from kubectl_imagepull.vocabulary.command import CHANGES_WORKLOAD, Command, Step, Word, chain, joined, json_word
from kubectl_imagepull.vocabulary.fix import Basis, Fix, NewImage, Where, Who
from kubectl_imagepull.vocabulary.manager import Manager
from kubectl_imagepull.vocabulary.names import namespace_name, object_name
from kubectl_imagepull.vocabulary.wording import listed

_APPLICATIONS = "applications.argoproj.io"


def change_application(context: FixContext, manager: Manager, change: Fix, deployer: DeployerFinding) -> Fix:
    """A change made in the source of an Argo CD application, and by its parameters until then."""
    settings = settings_of(context, change, deployer)
    what = listed([shown_setting(one) for one in settings]) if settings else what_of(context, change)
    heals = "at once, for self-heal is on" if deployer.heals_itself else "at the next sync"
    place, files = _place(deployer), _files(deployer)
    text = (
        f"{manager} writes {context.workload.shown} from {place}: set {what} there{files}, and sync. A change in the "
        f"cluster is undone {heals}."
    )
    steps: tuple[Step, ...] = ()
    undo: tuple[Step, ...] = ()
    if not deployer.written_by and deployer.source is not None:
        commands = _patches(context, change, deployer, settings) if deployer.source.position else None
        if not deployer.source.position:
            commands = _argocd_set(context, change, deployer, settings)
        if commands:
            steps = (*reads_of(change), *commands[0])
            undo = commands[1]
    notes = _notes(deployer, settings or [])
    return Fix(text, steps, Who.YOU, Basis.EVIDENCE, Where.SOURCE, undo, short_for(what, manager), notes)


# -- an application with one source ------------------------------------------------------------------------------


def _argocd_set(
    context: FixContext, change: Fix, deployer: DeployerFinding, settings: list[Setting] | None
) -> tuple[tuple[Step, ...], tuple[Step, ...]] | None:
    """The commands that set parameters, and those that give them back what they had or take them out."""
    name: tuple[Word, ...] = (object_name(deployer.name, "application"), *_in_namespace(deployer))
    set_: list[Word] = []
    back: list[Word] = []
    unset: list[Word] = []
    if deployer.replaced and isinstance(change.edit, NewImage):
        set_ += ["--kustomize-image", joined(deployer.replaced, "=", change.edit.image)]
        back += ["--kustomize-image", joined(deployer.replaced, "=", context.image.written)]
    else:
        parameters = deployer.source.parameters if deployer.source else ()
        for (path, value), (_, before) in zip(settings or (), as_before(settings or [], deployer), strict=True):
            set_ += ["--helm-set-string", joined(value_path(path), "=", value)]
            if value_path(path) in parameters and before:
                back += ["--helm-set-string", joined(value_path(path), "=", before)]
            else:
                unset += ["-p", value_path(path)]
    if not set_:
        return None
    sync = Command(("argocd", "app", "sync", *name), CHANGES_WORKLOAD)
    given_back = Command(("argocd", "app", "set", *name, *back), CHANGES_WORKLOAD) if back else None
    taken_out = Command(("argocd", "app", "unset", *name, *unset), CHANGES_WORKLOAD) if unset else None
    return (
        chain(Command(("argocd", "app", "set", *name, *set_), CHANGES_WORKLOAD), sync),
        chain(given_back, taken_out, sync),
    )


# -- an application with several sources -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Operations:
    """What a JSON patch does, and what takes that back."""

    #: The operations, in their order.
    there: list[dict[str, Any]]
    #: Those that undo them, in theirs.
    back: list[dict[str, Any]]


def _patches(
    context: FixContext, change: Fix, deployer: DeployerFinding, settings: list[Setting] | None
) -> tuple[tuple[Step, ...], tuple[Step, ...]] | None:
    """The patch of one entry of spec.sources, and the one that takes it back; None where nothing tells what to set."""
    source = deployer.source
    field, identity = source.identity if source else ("", "")
    if source is None or not field:
        return None
    base = f"/spec/sources/{source.position - 1}"
    same: dict[str, Any] = {"op": "test", "path": f"{base}/{field}", "value": identity}
    if deployer.replaced and isinstance(change.edit, NewImage):
        operations = _kustomize_operations(context, change.edit, base, deployer.replaced, source)
    elif settings:
        operations = _helm_operations(settings, deployer, base, source)
    else:
        return None
    # automatic sync applies a changed application by itself
    name: tuple[Word, ...] = (object_name(deployer.name, "application"), *_in_namespace(deployer))
    sync = None if deployer.is_automatic else Command(("argocd", "app", "sync", *name), CHANGES_WORKLOAD)
    return (
        chain(_patch(context, deployer, [same, *operations.there]), sync),
        chain(_patch(context, deployer, [same, *operations.back]), sync),
    )


def _patch(context: FixContext, deployer: DeployerFinding, operations: list[dict[str, Any]]) -> Command:
    words: tuple[Word, ...] = ("patch", _APPLICATIONS, object_name(deployer.name, "application"), "-n")
    namespace = namespace_name(deployer.namespace)
    return context.kubectl(*words, namespace, "--type", "json", "-p", json_word(operations), effects=CHANGES_WORKLOAD)


def _kustomize_operations(
    context: FixContext, edit: NewImage, base: str, replaced: str, source: ApplicationSource
) -> _Operations:
    path = f"{base}/kustomize/images/{source.kustomize_index}"
    there = {"op": "replace", "path": path, "value": joined(replaced, "=", edit.image)}
    back = {"op": "replace", "path": path, "value": joined(replaced, "=", context.image.written)}
    return _Operations([there], [back])


def _helm_operations(
    settings: list[Setting], deployer: DeployerFinding, base: str, source: ApplicationSource
) -> _Operations:
    """Changes a value where the source's own settings hold it; what they don't hold becomes a parameter."""
    operations = _Operations([], [])
    added: list[Setting] = []
    for (path, value), (_, before) in zip(settings, as_before(settings, deployer), strict=True):
        name = value_path(path)
        if name in source.parameters and before:
            # of two of one name the last wins
            index = len(source.parameters) - 1 - source.parameters[::-1].index(name)
            place = f"{base}/helm/parameters/{index}"
            same = {"op": "test", "path": f"{place}/name", "value": name}
            operations.there.extend((same, {"op": "replace", "path": f"{place}/value", "value": value}))
            operations.back.extend((same, {"op": "replace", "path": f"{place}/value", "value": before}))
        elif path in source.in_object and before:
            place = f"{base}/helm/valuesObject{_pointer(path)}"
            operations.there.append({"op": "replace", "path": place, "value": value})
            operations.back.append({"op": "replace", "path": place, "value": before})
        else:
            added.append((path, value))
    if added:
        _add_parameters(operations, added, base, source)
    return operations


def _add_parameters(operations: _Operations, added: list[Setting], base: str, source: ApplicationSource) -> None:
    entries = [{"name": value_path(path), "value": value, "forceString": True} for path, value in added]
    count = len(source.parameters)
    if not source.has_helm:
        operations.there.append({"op": "add", "path": f"{base}/helm", "value": {"parameters": entries}})
        operations.back.append({"op": "remove", "path": f"{base}/helm"})
    elif not count:
        operations.there.append({"op": "add", "path": f"{base}/helm/parameters", "value": entries})
        operations.back.append({"op": "remove", "path": f"{base}/helm/parameters"})
    else:
        for number, entry in enumerate(entries):
            operations.there.append({"op": "add", "path": f"{base}/helm/parameters/-", "value": entry})
            place = f"{base}/helm/parameters/{count + len(entries) - 1 - number}"
            # the last is taken out first, so that no other moves
            name = entries[-1 - number]["name"]
            operations.back.append({"op": "test", "path": f"{place}/name", "value": name})
            operations.back.append({"op": "remove", "path": place})


def _pointer(path: tuple[str, ...]) -> str:
    """A path as a JSON pointer (RFC 6901)."""
    return "".join(f"/{key.replace('~', '~0').replace('/', '~1')}" for key in path)


# -- what is said ------------------------------------------------------------------------------------------------


def _place(deployer: DeployerFinding) -> str:
    if deployer.candidates:
        sources = [f"{_called(one)} ({_words(one)})" for one in deployer.candidates]
        return f"one of its sources {listed(sources)}"
    source = deployer.source
    if source is None or not source.position:
        return source_words(deployer)
    return f"{_words(source)}, its {_called(source)}"


def _called(source: ApplicationSource) -> str:
    return f"source {source.name}" if source.name else f"source {source.position}"


def _words(source: ApplicationSource) -> str:
    path = f"{source.path} of " if source.path and source.repository else source.path
    revision = f" ({source.revision})" if source.revision else ""
    return f"{path}{source.repository}{revision}".strip() or "no place that can be shown"


def _files(deployer: DeployerFinding) -> str:
    """Where the value stands, as far as the application tells: what is nearer to the chart is overridden."""
    source = deployer.source
    if source is None or deployer.replaced:
        return ""
    paths = {path for place in deployer.images for path in place.paths}
    if source.in_text and not any(value_path(path) in source.parameters for path in paths):
        return ", in the text of helm.values"
    return f", in {listed(source.value_files)}" if source.value_files and not paths else ""


def _in_namespace(deployer: DeployerFinding) -> tuple[Word, ...]:
    return ("-N", namespace_name(deployer.namespace)) if deployer.namespace not in {"", "argocd"} else ()


def _notes(deployer: DeployerFinding, settings: list[Setting]) -> tuple[str, ...]:
    if deployer.written_by:
        return (f"{deployer.written_by} writes the application: what is changed in it is put back.",)
    notes: list[str] = []
    if deployer.source and any(path in deployer.source.in_text for path, _ in settings):
        notes.append(
            "No command changes a value inside the text of helm.values: the commands add a parameter, which wins over "
            "it. Take it out again once the text has the new value."
        )
    if deployer.is_automatic:
        heal = " --self-heal" if deployer.heals_itself else ""
        notes.append(
            f"To change the cluster in an emergency, pause it by argocd app set {deployer.name} --sync-policy none; on "
            f"again: argocd app set {deployer.name} --sync-policy automated{heal}."
        )
    return tuple(notes)
