"""PullSecretMalformed: a pull secret can't be parsed."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.login_repairs import writer_for
from kubectl_imagepull.fixes.steps.pull_secrets import (
    create_secret,
    creation_undone,
    login_at,
    new_name,
    put_login_into,
    replace_in_template,
    retry_with_secrets,
)
from kubectl_imagepull.fixes.steps.secret_writers import put_right_at_writer
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import chain
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Who
from kubectl_imagepull.vocabulary.names import shown

_JSON_TYPE = "kubernetes.io/dockerconfigjson"


def fixes(context: FixContext) -> Sequence[Fix]:
    """Puts a login in that can be parsed, or takes the secret off where no login is needed."""
    names = context.findings.blamed(Check.PULL_SECRET_MALFORMED) or context.pod.secrets
    if not names:
        return []
    name = names[0]
    fault = f"The kubelet can't parse secret {shown(name)}, so every pull of the pod fails"
    if len(names) > 1:
        fault = (
            f"The kubelet can't parse one of secrets {' and '.join(map(shown, names))}, so every pull of the pod fails"
        )
    writer = writer_for(context, name)
    if writer and (fix := put_right_at_writer(context, writer, fault)):
        return [fix, _without(context, name)]
    return [_again(context, name, fault), _without(context, name)]


def _again(context: FixContext, name: str, fault: str) -> Fix:
    secret = context.findings.secret(name)
    notes = (note,) if (note := login_at(context).note) else ()
    if secret and (secret.immutable or secret.type != _JSON_TYPE):
        new = new_name(context)
        text = f"{fault}. Create secret {new} with a login for {context.registry.name}, and use that instead."
        change = replace_in_template(context, name, new)
        short = (f"Create secret {new} to replace it", "Create another secret to replace it")
        undo = creation_undone(context, new)
        before = (create_secret(context, new),)
        return change.as_fix(text, before=before, basis=Basis.EVIDENCE, short=short, notes=notes, undo=undo)
    text = f"{fault}. Recreate it with kubectl as below, not by hand: that replaces everything in it."
    steps = chain(put_login_into(context, name), *retry_with_secrets(context))
    short = (f"Recreate secret {shown(name)} with kubectl", "Recreate the secret with kubectl")
    return Fix(text, steps, Who.YOU, Basis.EVIDENCE, short=short, notes=notes)


def _without(context: FixContext, name: str) -> Fix:
    text = (
        f"Or, if the image needs no login or another secret has one, remove {shown(name)} from imagePullSecrets of "
        f"{context.workload.shown} or of service account {context.pod.service_account}."
    )
    return Fix(text, (), Who.YOU, Basis.GUESS, short=(f"Or remove secret {shown(name)}", "Or remove the secret"))


RUNBOOK = Runbook(
    confirm=(
        (
            "The waiting reason is the parser's own text, such as 'illegal base64 data at input byte 4' (before 1.33 "
            "it is in the message)."
        ),
        "The auth field must be base64 of user:password, in the standard alphabet, without spaces or line breaks.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "Recreate the secret with kubectl create secret docker-registry. If one secret can't be parsed, "
                "every pull of the pod fails, even if another secret is fine."
            ),
        ),
    ),
)

REMEDY = Remedy(Cause.PULL_SECRET_MALFORMED, fixes, RUNBOOK)
