"""Fixes around pull secrets that several causes share: name one that is there, make one, or only try again."""

from __future__ import annotations

from collections.abc import Iterable

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps import pull_secrets
from kubectl_imagepull.fixes.steps.pull_secrets import RegistryLogin, login_at
from kubectl_imagepull.fixes.steps.workload_changes import restart, restart_notes, retry, undo_restart
from kubectl_imagepull.vocabulary.command import Command, Pipeline, Step, chain
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Who
from kubectl_imagepull.vocabulary.manager import ManagerKind
from kubectl_imagepull.vocabulary.names import shown, shown_name
from kubectl_imagepull.vocabulary.wording import listed

_CHART = (
    "In a chart this is usually the top-level value imagePullSecrets: under a container or image it is often ignored."
)
#: Those that write a workload again as soon as somebody changes it, and leave its service account's secrets alone.
_OVERWRITING = frozenset({ManagerKind.OPERATOR, ManagerKind.OLM})
_ACCOUNT_NOTE = "The patch of the service account stops if the account already has secrets: then add it by hand."


def try_again(context: FixContext) -> list[Fix]:
    """Only another try, where what is sent is newer than the error; nothing where it isn't."""
    logins = context.credentials.logins
    if not logins or not all(login.is_newer_than_error for login in logins):
        return []
    names = secrets_named(dict.fromkeys(login.secret for login in logins))
    text = (
        f"{names} now has other credentials for {context.registry.name}: it was changed after the last attempt. The "
        "kubelet retries by itself within five minutes; a new pod pulls at once."
    )
    short = (
        f"Wait, or delete the pod: {shown_name(logins[0].secret)} is newer",
        "Wait, or delete the pod: the secret is newer",
    )
    return [
        Fix(capitalised(text), chain(*pull_secrets.retry_with_secrets(context)), Who.YOU, Basis.EVIDENCE, short=short)
    ]


def fits_by_now(context: FixContext) -> list[Fix]:
    """Another try, where a secret fits though the error says that nothing was sent."""
    logins = context.credentials.logins
    if not logins:
        return []
    text = (
        f"Secret {shown_name(logins[0].secret)} now has credentials for {context.registry.name}, and the error, which "
        "says that none were sent, is older: recreate the pod, or wait five minutes."
    )
    short = (
        f"Recreate the pod: {shown_name(logins[0].secret)} matches now",
        "Recreate the pod: its secret matches now",
    )
    return [Fix(text, chain(*pull_secrets.retry_with_secrets(context)), Who.YOU, Basis.EVIDENCE, short=short)]


def new_pods_for_account(context: FixContext) -> list[Fix]:
    """New pods, where the service account names secrets by now that this pod didn't get."""
    named = [
        name
        for name in context.findings.values(Check.SERVICE_ACCOUNT_SECRETS_CHANGED)
        if name not in context.pod.secrets
    ]
    steps = restart(context)
    if not named or not steps:
        return []
    text = (
        f"Service account {context.pod.service_account} now has {secrets_named(named)}, but a pod gets its account's "
        "secrets only when it is created: recreate the pods."
    )
    short = (f"Recreate the pods of {context.workload.shown}", "Recreate the pods")
    return [Fix(text, chain(*steps), Who.YOU, Basis.EVIDENCE, short=short, notes=restart_notes(context))]


def name_known(context: FixContext, gain: str = "") -> list[Fix]:
    """Names a secret that is known: one that the manifest means to name, else one of the namespace that fits."""
    return name_misplaced(context) or name_other(context, gain)


def name_misplaced(context: FixContext) -> list[Fix]:
    """Names secrets where Kubernetes looks, which the manifest names elsewhere; the first place alone is told."""
    misplaced = context.credentials.misplaced
    if not misplaced:
        return []
    misplaced_first = misplaced[0]
    names = [one.name for one in misplaced]
    missing = [one.name for one in misplaced if one.exists is False]
    text = (
        f"Put {secrets_named(names)} in the pod's spec, next to its containers: the manifest of "
        f"{context.workload.shown} has it under {misplaced_first.place}, where Kubernetes drops it."
    )
    if missing:
        text += (
            f" {capitalised(secrets_named(missing))} isn't in namespace {context.pod.namespace} either, so it is "
            "created."
        )
    change = pull_secrets.name_in_template(context, *names)
    before = tuple(pull_secrets.create_secret(context, name) for name in missing)
    undo = tuple(step for name in missing for step in pull_secrets.creation_undone(context, name))
    short = (
        f"Put secret {misplaced_first.name} in the pod's spec",
        "Put the secret in the pod's spec, not under a container",
    )
    notes = (login_at(context).note,) if missing and login_at(context).note else ()
    return [change.as_fix(text, before=before, basis=Basis.EVIDENCE, short=short, notes=notes, undo=undo)]


def name_other(context: FixContext, gain: str = "") -> list[Fix]:
    """Names a secret of the namespace that fits and that the pod doesn't name; `gain` is what comes of it."""
    names = context.findings.other_secrets
    if not names:
        return []
    users = context.findings.about(Check.OTHER_PULL_SECRET)
    why = f"pod {shown(users[0])} uses it" if users else f"it has credentials for {context.registry.name}"
    besides = ", but this pod doesn't reference it" if not gain else f", {gain}"
    if lasts_in_account_alone(context):
        text = f"Add {secrets_named(names)} to {_account(context)}: {why}{besides}. {_overwritten(context)}."
        short = (
            f"Add secret {shown_name(names[0])} to {_account(context)}",
            f"Add secret {shown_name(names[0])} to the service account",
            "Add the existing secret to the service account",
        )
        return [_in_account(context, text, names, basis=Basis.EVIDENCE, short=short)]
    text = f"Add {secrets_named(names)} to imagePullSecrets of {context.workload.shown}: {why}{besides}."
    short = (
        f"Add secret {shown_name(names[0])} to {context.workload.shown}",
        f"Add secret {shown_name(names[0])} to imagePullSecrets",
        "Add the existing secret to imagePullSecrets",
    )
    notes = (_CHART,) if context.workload.managed_by.startswith(("Helm", "Flux release")) else ()
    change = pull_secrets.name_in_template(context, *names)
    return [change.as_fix(text, basis=Basis.EVIDENCE, short=short, notes=notes)]


def add_secret(
    context: FixContext, why: str = "", *, basis: Basis = Basis.TEXT, login: RegistryLogin | None = None
) -> Fix:
    """Makes one more secret and names it in the pod template; `why` is said before."""
    name = pull_secrets.new_name(context)
    registry, workload = context.registry.name, context.workload.shown
    begin = "create" if why.endswith(":") else "Create"
    short = (f"Create a pull secret for {registry}", "Create a pull secret for the registry")
    if lasts_in_account_alone(context):
        where = f"{_account(context)}: {_overwritten(context)}"
        what = f"{begin} pull secret {name} for {registry} in namespace {context.pod.namespace} and add it to {where}."
        return _in_account(
            context,
            f"{why} {what}".strip(),
            (name,),
            before=(pull_secrets.create_secret(context, name, login),),
            basis=basis,
            short=short,
            notes=login_notes(login or login_at(context)),
            undo=pull_secrets.creation_undone(context, name),
        )
    what = f"{begin} pull secret {name} for {registry} in namespace {context.pod.namespace} and add it to {workload}."
    change = pull_secrets.name_in_template(context, name)
    return change.as_fix(
        f"{why} {what}".strip(),
        before=(pull_secrets.create_secret(context, name, login),) if change.steps else (),
        basis=basis,
        short=short,
        notes=login_notes(login or login_at(context)),
        undo=pull_secrets.creation_undone(context, name) if change.steps else (),
    )


def add_to_account(context: FixContext) -> list[Fix]:
    """The same for all pods of the service account that name no secrets themselves."""
    steps = restart(context)
    if context.pod.secrets or not steps or lasts_in_account_alone(context):
        return []
    name, account = pull_secrets.new_name(context), context.pod.service_account
    text = (
        f"Or add it to service account {account}, for all of its pods that have no pull secret of their own. The "
        "second command stops if the account already has secrets."
    )
    before = (pull_secrets.create_secret(context, name), pull_secrets.name_in_service_account(context, name))
    take_out = pull_secrets.take_from_service_account(context, name)
    undo = (take_out, *undo_restart(context), *pull_secrets.creation_undone(context, name))
    notes = (*login_notes(login_at(context)), *restart_notes(context))
    return [Fix(text, chain(*before, *steps), Who.YOU, Basis.TEXT, undo=undo, notes=notes)]


def lasts_in_account_alone(context: FixContext) -> bool:
    """Whether a pull secret has to be named in the service account, since who writes the workload overwrites it there.

    A pod that names secrets itself gets none of its account's, and a resource's own pod isn't known to be made again.
    """
    manager = context.workload.manager
    is_overwritten = manager is not None and manager.kind in _OVERWRITING and not context.workload.is_claimed
    return is_overwritten and not context.pod.secrets and bool(retry(context))


def _account(context: FixContext) -> str:
    return f"service account {context.pod.service_account}"


def _overwritten(context: FixContext) -> str:
    return f"{context.workload.managed_by} overwrites what is added to {context.workload.shown}"


def _in_account(  # noqa: PLR0913 - the fields of a fix
    context: FixContext,
    text: str,
    names: tuple[str, ...],
    *,
    before: tuple[Command | Pipeline, ...] = (),
    basis: Basis,
    short: tuple[str, ...],
    notes: tuple[str, ...] = (),
    undo: tuple[Step, ...] = (),
) -> Fix:
    """Names secrets in the service account, and has the failing pods made again, which get them then."""
    steps = chain(*before, pull_secrets.name_in_service_account(context, *names), *retry(context))
    take_out = pull_secrets.take_from_service_account(context, *names)
    return Fix(text, steps, Who.YOU, basis, undo=(take_out, *undo), short=short, notes=(*notes, _ACCOUNT_NOTE))


def secrets_named(names: Iterable[str]) -> str:
    """Secrets by their names, for a sentence: `secret a`, `secrets a and b`."""
    every = [shown_name(name) for name in names]
    return f"secret{'' if len(every) == 1 else 's'} {listed(every)}"


def capitalised(text: str) -> str:
    """The text with a capital at its beginning."""
    return f"{text[:1].upper()}{text[1:]}"


def login_notes(login: RegistryLogin) -> tuple[str, ...]:
    """What is to be known of a login before it is used."""
    return (login.note,) if login.note else ()
