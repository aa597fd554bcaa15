"""Puts right what the pod's own pull secrets hold: a secret that fits nothing, or a login that was refused."""

from __future__ import annotations

from collections.abc import Iterable

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.evidence.docker_config import AuthEntry, MisfiledCredentials, PullSecret, SecretState
from kubectl_imagepull.evidence.keyring import lookup
from kubectl_imagepull.evidence.login_faults import LoginFault
from kubectl_imagepull.evidence.pull_secret_findings import SentLogin
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps import pull_secrets
from kubectl_imagepull.fixes.steps.login_words import words_for
from kubectl_imagepull.fixes.steps.pull_secrets import RegistryLogin, login_at
from kubectl_imagepull.fixes.steps.secret_fixes import add_secret, capitalised, login_notes, secrets_named
from kubectl_imagepull.fixes.steps.secret_writers import put_right_at_writer
from kubectl_imagepull.vocabulary.command import chain
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Who
from kubectl_imagepull.vocabulary.likeness import is_like_host
from kubectl_imagepull.vocabulary.names import shown, shown_name
from kubectl_imagepull.vocabulary.secret_writer import SecretWriter, Writer
from kubectl_imagepull.vocabulary.vendors import Vendor
from kubectl_imagepull.vocabulary.wording import listed

#: Writers whose source is the login of one secret, and so is at fault where that secret fits nothing.
_OWN_SOURCES = frozenset({Writer.EXTERNAL_SECRETS, Writer.SEALED_SECRETS, Writer.VAULT})
_JSON_TYPE = "kubernetes.io/dockerconfigjson"


def repair_unfit(context: FixContext) -> list[Fix]:
    """What makes a named secret fit that holds nothing for the image; nothing where that isn't proven of any."""
    proven = context.findings.blamed(
        Check.PULL_SECRET_WRONG_TYPE, Check.PULL_SECRET_EMPTY, Check.PULL_SECRET_OTHER_REGISTRY
    )
    for secret in _read(context, context.findings.blamed(Check.PULL_SECRET_WRONG_TYPE, Check.PULL_SECRET_EMPTY)):
        if writer := writer_for(context, secret.name):
            is_typed_wrong = secret.state is SecretState.IGNORED
            fix = put_right_at_writer(context, writer, _fault_of(context, secret), is_typed_wrong=is_typed_wrong)
            if fix:
                return [fix]
    fixes = [
        _refile(context, secret, secret.misfiled)
        for secret in _read(context, proven)
        if secret.misfiled and _fits(context, secret.misfiled.entries)
    ]
    fixes += [_fill(context, secret) for secret in _read(context, proven) if _may_be_filled(secret)]
    secrets = _read(context, proven)
    if not fixes and secrets:
        fault = _fault_of(context, secrets[0])
        if len(secrets) > 1:
            names = capitalised(secrets_named(secret.name for secret in secrets))
            fault = f"{names} have no login for {context.registry.name} that the kubelet would send"
        if at_source := _misaddressed(context, secrets, fault):
            return at_source
        fixes = [add_secret(context, f"{fault}.", basis=Basis.EVIDENCE)]
    return fixes[:1]


def _misaddressed(context: FixContext, secrets: list[PullSecret], fault: str) -> list[Fix]:
    """Puts the host right in the source of the pod's only secret; nothing where it is plainly for another registry."""
    held = context.findings.values(Check.PULL_SECRET_OTHER_REGISTRY, secrets[0].name)
    writer = writer_for(context, secrets[0].name)
    if len(context.pod.secrets) != 1 or writer is None or writer.writer not in _OWN_SOURCES:
        return []
    if not any(_is_meant_for(context.registry.name, host) for host in held):
        return []
    at_source = put_right_at_writer(context, writer, fault)
    if at_source is None:
        return []
    beside = f"Or, if secret {shown(secrets[0].name)} is meant for other images:"
    return [at_source, add_secret(context, beside, basis=Basis.GUESS)]


def _is_meant_for(registry: str, held: str) -> bool:
    """Whether a host is the registry's with a mistake in it: `registry.gitlab.io` for `registry.gitlab.com`."""
    host = held.partition("/")[0]
    return is_like_host(host, registry) or host.rpartition(".")[0] == registry.rpartition(".")[0]


def _refile(context: FixContext, secret: PullSecret, misfiled: MisfiledCredentials) -> Fix:
    name = pull_secrets.new_name(context)
    where = 'outside of "auths"' if secret.flat else f"under type {shown(secret.type)}"
    text = (
        f"Secret {shown_name(secret.name)} has credentials for {context.registry.name} {where}, where "
        "the kubelet doesn't "
        f"look. Create secret {name} of type {misfiled.type} with the same content, and add it to the pull secrets."
    )
    change = pull_secrets.name_in_template(context, name)
    before = (pull_secrets.refile_secret(context, misfiled, secret.name, name),)
    short = (f"Recreate {shown_name(secret.name)} as {misfiled.type}", "Recreate the secret with the right type")
    undo = pull_secrets.creation_undone(context, name)
    return change.as_fix(text, before=before, basis=Basis.EVIDENCE, short=short, undo=undo)


def _fill(context: FixContext, secret: PullSecret) -> Fix:
    text = f"{_fault_of(context, secret)}. Put a login for {context.registry.name} into it, as below."
    steps = (pull_secrets.put_login_into(context, secret.name), *pull_secrets.retry_with_secrets(context))
    short = (f"Put a login into secret {shown_name(secret.name)}", "Put a login into the secret")
    return Fix(text, chain(*steps), Who.YOU, Basis.EVIDENCE, short=short, notes=login_notes(login_at(context)))


def _may_be_filled(secret: PullSecret) -> bool:
    """Whether the secret holds nothing that would be lost, and takes another content."""
    holds = any(not entry.credential.is_empty for entry in secret.entries) or secret.misfiled is not None
    return secret.state is SecretState.USED and secret.type == _JSON_TYPE and not holds and not secret.immutable


def _fault_of(context: FixContext, secret: PullSecret) -> str:
    """What keeps a secret from being sent, as a clause."""
    name = f"Secret {shown_name(secret.name)}"
    if LoginFault.OAUTHTOKEN_LOST in context.credentials.lost:
        return (
            f"The user name in secret {shown_name(secret.name)} is empty because a shell expanded "
            "$oauthtoken as a variable"
        )
    if secret.state is SecretState.IGNORED:
        return f"The kubelet ignores secret {shown_name(secret.name)} because its type is {shown(secret.type)}"
    held = context.findings.values(Check.PULL_SECRET_OTHER_REGISTRY, secret.name)
    if held:
        return f"{name} is for {listed(held)}, not for {context.registry.name}"
    if secret.delegates:
        return (
            f"{name} has no credentials, only the name of the credential helper on the machine where docker login ran"
        )
    if secret.misfiled:
        return f"{name} has its credentials in a format that doesn't match type {shown(secret.type)}"
    return f"{name} has no credentials"


def put_login_right(context: FixContext, what: str = "") -> list[Fix]:
    """Puts the right login where the refused one comes from; nothing where no secret is known to be sent.

    `what` is what is wrong, as a clause; by default what can be seen to be.
    """
    logins = _refused(context)
    if not logins:
        return _put_unread_right(context, what)
    refused = logins[0]
    words = words_for(context, refused)
    fault = what or words.fault
    writer = writer_for(context, refused.secret)
    if writer and (fix := put_right_at_writer(context, writer, fault)):
        return [fix]
    secret = context.findings.secret(refused.secret)
    is_robots = LoginFault.DOLLAR_LOST in refused.faults and context.registry.vendor is not Vendor.TENCENT
    login = pull_secrets.robot_login(context) if is_robots else None
    if why := _why_kept(refused, secret):
        return [_besides(context, fault, why, refused.secret, login)]
    text = f"{fault}. {words.remedy}"
    steps = (pull_secrets.put_login_into(context, refused.secret, login), *pull_secrets.retry_with_secrets(context))
    short = (
        *words.short,
        f"Put the right login into secret {shown_name(refused.secret)}",
        "Put the right login into the secret",
    )
    basis = Basis.EVIDENCE if refused.faults else Basis.TEXT
    return [Fix(text, chain(*steps), Who.YOU, basis, short=short, notes=login_notes(login or login_at(context)))]


def _why_kept(login: SentLogin, secret: PullSecret | None) -> str:
    """Why a secret is left as it is, as a relative clause; "" where its content may be changed."""
    if login.others:
        return "which serves other registries too"
    if secret and secret.immutable:
        return "which is immutable"
    return "" if secret and secret.type == _JSON_TYPE else "which has an older type"


def _besides(context: FixContext, fault: str, why: str, secret: str, login: RegistryLogin | None) -> Fix:
    name = pull_secrets.new_name(context)
    text = (
        f"{fault}. Leave secret {shown_name(secret)}, {why}, as it is: create secret {name} with the right login for "
        f"{context.registry.name}, and add it to the pull secrets."
    )
    change = pull_secrets.name_in_template(context, name)
    short = (f"Create secret {name} with the right login", "Create a secret with the right login")
    return change.as_fix(
        text,
        before=(pull_secrets.create_secret(context, name, login),),
        short=short,
        notes=login_notes(login or login_at(context)),
        undo=pull_secrets.creation_undone(context, name),
    )


def _put_unread_right(context: FixContext, what: str) -> list[Fix]:
    """The same where the secrets that the pod names could not be read."""
    names = context.pod.secrets
    if not names:
        return []
    if len(names) > 1:
        return [add_secret(context, f"{what}." if what else f"{context.registry.name} refused the login.")]
    name = shown_name(names[0])
    fault = what or f"{context.registry.name} refused the login in secret {name}"
    text = f"{fault}. Put the right user and password into it; its logins for other registries would be lost."
    steps = (pull_secrets.put_login_into(context, names[0]), *pull_secrets.retry_with_secrets(context))
    short = (f"Put the right login into secret {name}", "Put the right login into the secret")
    return [Fix(text, chain(*steps), Who.YOU, Basis.TEXT, short=short, notes=login_notes(login_at(context)))]


def writer_for(context: FixContext, secret: str) -> SecretWriter | None:
    """Who writes one of the pod's secrets; None if nobody is known to."""
    return next((writer for writer in context.credentials.writers if writer.secret == secret), None)


def _refused(context: FixContext) -> list[SentLogin]:
    """The logins that were sent, those with a fault that shows first."""
    return sorted(context.credentials.logins, key=lambda login: not (login.faults or login.ended))


def _read(context: FixContext, names: Iterable[str]) -> list[PullSecret]:
    return [secret for name in names if (secret := context.findings.secret(name))]


def _fits(context: FixContext, entries: tuple[AuthEntry, ...]) -> bool:
    """Whether some entries hold a login for the image."""
    reference = context.image.reference
    matches = lookup([("", entries)], reference) if reference else ()
    return any(not match.entry.credential.is_empty for match in matches)
