"""PullSecretMissing: a pull secret that the pod names does not exist."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.login_repairs import writer_for
from kubectl_imagepull.fixes.steps.pull_secrets import (
    copy_secret,
    create_secret,
    creation_undone,
    login_at,
    replace_in_template,
    retry_with_secrets,
)
from kubectl_imagepull.fixes.steps.secret_fixes import name_misplaced, name_other, new_pods_for_account
from kubectl_imagepull.fixes.steps.secret_writers import put_right_at_writer
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import chain
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.names import shown

#: How near two names are that may be one misspelt: one letter of five may differ.
_NEAR = 0.8
_EVENT = re.compile(r"Unable to retrieve some image pull secrets \(([^)]*)\)")


def fixes(context: FixContext) -> Sequence[Fix]:
    """Brings the secret there, or has it brought by whoever makes it; another one may do as well."""
    name = _missing(context)
    there = name_misplaced(context) or _meant(context, name) or name_other(context)
    known = [*new_pods_for_account(context), *there]
    if not name:
        return known
    writer = writer_for(context, name)
    fault = f"Secret {shown(name)}, which {context.workload.shown} references, doesn't exist in namespace"
    where = f"{fault} {context.pod.namespace}"
    maker = put_right_at_writer(context, writer, where, is_missing=True) if writer else None
    made = [maker] if maker else [*_by_manager(context, where), _create(context, name, where)]
    return [*known, *made, _right_name(context), *_copy(context, name)]


def _meant(context: FixContext, name: str) -> list[Fix]:
    """The secret that is there under nearly the same name, in the place of the one that isn't."""
    near = get_close_matches(name, context.findings.other_secrets, n=1, cutoff=_NEAR)
    if not near:
        return []
    text = (
        f"Use secret {shown(near[0])} in {context.workload.shown} instead of {shown(name)}, which doesn't exist in "
        f"namespace {context.pod.namespace}: it has credentials for {context.registry.name}."
    )
    short = (f"Use secret {shown(near[0])} instead of {shown(name)}", f"Use secret {shown(near[0])} instead")
    return [replace_in_template(context, name, near[0]).as_fix(text, basis=Basis.EVIDENCE, short=short)]


def _missing(context: FixContext) -> str:
    """The first secret that is missing, as the cluster or the kubelet's event says."""
    if blamed := context.findings.blamed(Check.PULL_SECRET_MISSING):
        return blamed[0]
    missing = _missing_by_event(context.pod.failure)
    names = [name for name in context.pod.secrets if name in missing] or list(context.pod.secrets)
    return names[0] if names else ""


def _missing_by_event(failure: PullFailure) -> set[str]:
    found = (_EVENT.search(text.text) for text in failure.texts)
    return {name.strip() for match in found if match for name in match[1].split(",")}


def _by_manager(context: FixContext, where: str) -> list[Fix]:
    manager = context.workload.managed_by
    if not manager:
        return []
    text = (
        f"{where}: whatever creates the workload usually creates its secrets too. Check {manager}, or its operator's "
        "log, for why it doesn't."
    )
    short = (f"Check in {manager} why the secret is missing", "Find out why the secret isn't created")
    return [Fix(text, (), Who.YOU, Basis.EVIDENCE, Where.SOURCE, short=short)]


def _create(context: FixContext, name: str, where: str) -> Fix:
    text = (
        (
            f"{where}. Create it, unless an operator, a chart or External Secrets should: then find out there why it "
            "didn't."
        )
        if not context.workload.managed_by
        else f"Or create secret {shown(name)} in namespace {context.pod.namespace} by hand."
    )
    login = login_at(context)
    steps = chain(create_secret(context, name), *retry_with_secrets(context))
    short = (f"Create secret {shown(name)}", "Create the secret that the pod references")
    notes = (login.note,) if login.note else ()
    return Fix(text, steps, Who.YOU, Basis.EVIDENCE, undo=creation_undone(context, name), short=short, notes=notes)


def _right_name(context: FixContext) -> Fix:
    account = context.pod.service_account
    text = (
        f"If the pod should use another secret, correct the name where it is set: in {context.workload.shown} or in "
        f"service account {account}."
    )
    looks = (
        context.kubectl(
            *("get", "secrets", "-n", context.pod.namespace),
            *("--field-selector", "type=kubernetes.io/dockerconfigjson"),
        ),
        context.kubectl("get", "serviceaccount", account, "-n", context.pod.namespace, "-o", "yaml"),
    )
    return Fix(text, looks, Who.YOU, Basis.GUESS, short=("Correct the secret's name",))


def _copy(context: FixContext, name: str) -> list[Fix]:
    """A copy of another namespace's, where one fits: it is somebody else's password."""
    sources = context.findings.values(Check.PULL_SECRET_OTHER_NAMESPACE, name)
    if not sources:
        return []
    source = shown(sources[0])
    text = (
        f"Namespace {source} has a secret {shown(name)} for {context.registry.name}. Copy it only if the owner of "
        f"namespace {source} agrees: anyone who can read secrets here can then read that login."
    )
    steps = chain(copy_secret(context, name, sources[0]), *retry_with_secrets(context))
    short = (f"Copy it from namespace {source}, if its owner agrees",)
    return [Fix(text, steps, Who.YOU, Basis.GUESS, undo=creation_undone(context, name), short=short)]


RUNBOOK = Runbook(
    confirm=(
        (
            "kubectl get pod POD -n NAMESPACE -o jsonpath='{.spec.imagePullSecrets}' shows which secrets the pod "
            "names; none of another namespace counts."
        ),
        "kubectl get secret NAME -n NAMESPACE says NotFound.",
        ("The event FailedToRetrieveImagePullSecret alone is a warning: a public image is pulled anyway."),
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "Create the secret in the pod's namespace, copy it from another one, or correct its name where it is "
                "set: pod template or service account. The kubelet retries within five minutes."
            ),
        ),
    ),
)

REMEDY = Remedy(Cause.PULL_SECRET_MISSING, fixes, RUNBOOK)
