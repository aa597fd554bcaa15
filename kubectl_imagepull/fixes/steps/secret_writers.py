"""The fix where a program writes the pull secret: what is changed by hand is written over."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps import pull_secrets
from kubectl_imagepull.vocabulary.command import Effect, ShellText, Step, Word, chain, joined
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.names import is_object_name, object_name
from kubectl_imagepull.vocabulary.secret_writer import SecretWriter, Writer

_SECRET = frozenset({Effect.CHANGES_SECRET})


def put_right_at_writer(
    context: FixContext,
    writer: SecretWriter,
    fault: str,
    *,
    is_typed_wrong: bool = False,
    is_missing: bool = False,
) -> Fix | None:
    """Puts the login right where the secret is written from; None for a writer that only renews what is in it.

    `fault` is what is wrong with the secret, as a clause; `is_typed_wrong` that it is the secret's type, `is_missing`
    that it isn't there.
    """
    if writer.writer in {Writer.CRON_JOB, Writer.OPENSHIFT}:
        return None
    place, who = _PLACES[writer.writer]
    if is_typed_wrong:
        place = _TYPES.get(writer.writer, f"set its type to {_TYPE} there")
    label = f"{writer.label[:1].upper()}{writer.label[1:]}"
    text = f"{fault}. {label} writes it, and would overwrite a manual change: {place}."
    short = (f"Correct it in {writer.label}", "Correct it at the source of the secret")
    if writer.writer in _COPIES:
        source = writer.label if writer.name else "another secret"
        text = f"{fault}. {writer.writer.value} copies it from {source}, and would overwrite a change: {place}."
        short = (f"Correct {source}, which is copied here", "Correct the secret that is copied here")
    if is_missing:
        text = f"{fault}. {label} should have created it: check its status and events for why it didn't."
        short = (f"Find out why {writer.label} didn't create the secret", "Find out why the secret wasn't created")
    commands = _COMMANDS.get(writer.writer, _no_commands)(context, writer)
    is_sealed = writer.writer is Writer.SEALED_SECRETS
    notes = (note,) if is_sealed and (note := pull_secrets.login_at(context).note) else ()
    return Fix(text, commands, who, Basis.EVIDENCE, Where.SOURCE, short=short, notes=notes)


_COPIES = frozenset({Writer.REFLECTOR, Writer.REPLICATOR, Writer.CONFIG_SYNCER})
_TYPE = "kubernetes.io/dockerconfigjson"
#: The same where the secret's type is wrong.
_TYPES = {
    Writer.EXTERNAL_SECRETS: f"set spec.target.template.type to {_TYPE} in it",
    Writer.SEALED_SECRETS: "seal one of the right type, as below",
    Writer.VAULT: f"set destination.type to {_TYPE} in it",
}
#: Where the login is put right, as a clause, and who can.
_PLACES: Mapping[Writer, tuple[str, Who]] = {
    Writer.EXTERNAL_SECRETS: ("put the right login into the store that it reads, and trigger a sync", Who.YOU),
    Writer.SEALED_SECRETS: ("seal the right login, as below", Who.YOU),
    Writer.VAULT: ("put the right login into Vault, where it reads it", Who.YOU),
    Writer.REFLECTOR: ("correct the login there", Who.CLUSTER_ADMIN),
    Writer.REPLICATOR: ("correct the login there", Who.CLUSTER_ADMIN),
    Writer.CONFIG_SYNCER: ("correct the login there", Who.CLUSTER_ADMIN),
    Writer.KYVERNO: ("correct the login in the secret that it clones", Who.CLUSTER_ADMIN),
    Writer.MANAGER: ("correct the login there", Who.YOU),
}


def _no_commands(_: FixContext, __: SecretWriter) -> tuple[Step, ...]:
    return ()


def _external(context: FixContext, writer: SecretWriter) -> tuple[Step, ...]:
    """What the ExternalSecret says of its store, and another reading of it."""
    namespace = context.pod.namespace
    if not writer.name:
        return (context.kubectl("get", "externalsecrets", "-n", namespace),)
    name = object_name(writer.name, "ExternalSecret")
    now = joined("force-sync=", ShellText('"$(date +%s)"'))
    words: tuple[Word, ...] = ("annotate", "externalsecret", name, "-n", namespace, now, "--overwrite")
    describe = context.kubectl("describe", "externalsecret", name, "-n", namespace)
    return (describe, *chain(context.kubectl(*words, effects=_SECRET), *pull_secrets.retry_with_secrets(context)))


def _sealed(context: FixContext, writer: SecretWriter) -> tuple[Step, ...]:
    name = object_name(writer.secret, "secret")
    return chain(pull_secrets.seal_secret(context, name), *pull_secrets.retry_with_secrets(context))


def _vault(context: FixContext, writer: SecretWriter) -> tuple[Step, ...]:
    kind = writer.kind.lower()
    if not kind or not is_object_name(writer.name):
        return ()
    return (context.kubectl("describe", kind, writer.name, "-n", context.pod.namespace),)


_COMMANDS: Mapping[Writer, Callable[[FixContext, SecretWriter], tuple[Step, ...]]] = {
    Writer.EXTERNAL_SECRETS: _external,
    Writer.SEALED_SECRETS: _sealed,
    Writer.VAULT: _vault,
}
