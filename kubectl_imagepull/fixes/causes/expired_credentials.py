"""ExpiredCredentials: the credentials that were sent have expired."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.node_logins import node_credentials, own_login_log, repair_lone_node
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.login_repairs import put_login_right, writer_for
from kubectl_imagepull.fixes.steps.secret_fixes import add_secret, name_other, new_pods_for_account, try_again
from kubectl_imagepull.fixes.steps.vendor_sides import side_of
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Effect, Step, joined, json_word
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.names import object_name, shown, shown_name
from kubectl_imagepull.vocabulary.secret_writer import SecretWriter, Writer
from kubectl_imagepull.vocabulary.vendors import Vendor

_SECRET = frozenset({Effect.CHANGES_SECRET})
#: The most letters that a Job's name may have, so that its pods can be named after it.
_MOST_NAME = 52


def fixes(context: FixContext) -> Sequence[Fix]:
    """Puts a new token in, and sees to it that something renews it."""
    if not context.pod.secrets:
        return _of_node(context)
    again, refresher = [*try_again(context), *new_pods_for_account(context)], _refresher(context)
    if context.registry.vendor is Vendor.ECR_PUBLIC:
        return [*again, _take_off(context), *put_login_right(context)]
    renewed = put_login_right(context, _stopped(context, refresher) if refresher else "")
    repaired = _repair(context, refresher) if refresher else []
    return [*again, *renewed, *repaired, *name_other(context), *_for_good(context)]


def _of_node(context: FixContext) -> Sequence[Fix]:
    if context.workload.is_static:
        return [*own_login_log(context), *node_credentials(context)]
    own = "Or give the pod a login of its own, which is tried before the node's."
    if here := repair_lone_node(context):
        return here
    others = name_other(context)
    return [*others, *own_login_log(context), *([] if others else [add_secret(context, own)])]


def _refresher(context: FixContext) -> SecretWriter | None:
    """The CronJob that should have renewed the token."""
    for login in context.credentials.logins:
        writer = writer_for(context, login.secret)
        if writer and writer.writer is Writer.CRON_JOB:
            return writer
    return None


def _stopped(context: FixContext, refresher: SecretWriter) -> str:
    life = "an Amazon ECR token is valid for 12 hours" if context.registry.vendor is Vendor.ECR else "it is short-lived"
    state = "is suspended" if refresher.suspended else "has not renewed it"
    return f"The token in secret {shown(refresher.secret)} has expired: {life}, and {refresher.label} {state}"


def _task(refresher: SecretWriter) -> str:
    """What the CronJob is there for, as a relative clause."""
    return "which fetches ECR tokens" if refresher.is_supposed else f"which renews secret {shown(refresher.secret)}"


def _repair(context: FixContext, refresher: SecretWriter) -> list[Fix]:
    """Lets the CronJob run again, and shows why it didn't."""
    namespace, name = context.pod.namespace, object_name(refresher.name, "CronJob")
    job = joined("cronjob/", name)
    if refresher.suspended:
        on, off = ({"spec": {"suspend": value}} for value in (False, True))
        text = f"{refresher.label}, {_task(refresher)}, is suspended: resume it."
        resume = context.kubectl("patch", job, "-n", namespace, "-p", json_word(on), effects=_SECRET)
        suspend = context.kubectl("patch", job, "-n", namespace, "-p", json_word(off), effects=_SECRET)
        short = (f"Let {refresher.label} run again", "Resume the CronJob")
        return [Fix(text, (resume,), Who.YOU, Basis.EVIDENCE, undo=(suspend,), short=short)]
    again = object_name(f"{refresher.name}-now"[:_MOST_NAME], "Job")
    steps: tuple[Step, ...] = (
        context.kubectl("get", "jobs", "-n", namespace),
        context.kubectl("create", "job", again, joined("--from=", job), "-n", namespace, effects=_SECRET),
    )
    undo = (context.kubectl("delete", "job", again, "-n", namespace, effects=frozenset({Effect.DELETES_JOB})),)
    text = (
        f"Fix {refresher.label}, {_task(refresher)}: find out why its last Job failed (usually its role, or its own "
        "image), and run it now."
    )
    short = (f"Repair {refresher.label}", "Fix the CronJob that renews the secret")
    return [Fix(text, steps, Who.YOU, Basis.EVIDENCE, undo=undo, short=short)]


def _for_good(context: FixContext) -> list[Fix]:
    side, secrets = side_of(context.registry.vendor), [login.secret for login in context.credentials.logins]
    if context.credentials.node_may_log_in and secrets:
        text = (
            f"Or remove secret {shown(secrets[0])}, and let the nodes log in to {context.registry.name} themselves, "
            "with an identity that doesn't expire."
        )
    else:
        text = f"For a permanent fix, use a login that doesn't expire: {side.login}."
        if context.registry.vendor is Vendor.ECR:
            text = (
                "For a permanent fix, let a CronJob renew the secret at least every 12 hours, or let the nodes log "
                "in themselves."
            )
    return [Fix(text, (), Who.YOU, Basis.TEXT, Where.CLUSTER, short=("Use a login that doesn't expire",))]


def _take_off(context: FixContext) -> Fix:
    names = [login.secret for login in context.credentials.logins] or list(context.pod.secrets)
    text = (
        f"Remove secret {shown_name(names[0])} from imagePullSecrets of {context.workload.shown} or its "
        "service account: "
        f"{context.registry.name} is public and refuses only the expired login."
    )
    return Fix(text, (), Who.YOU, Basis.TEXT, short=(f"Take secret {shown_name(names[0])} off: the image is public",))


RUNBOOK = Runbook(
    confirm=(
        "kubectl get secret NAME -n NAMESPACE shows its age: an ECR token is valid for 12 hours.",
        "The message says 'authorization token has expired'; containerd before 2.3.3 shows a bare '403 Forbidden'.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Put a new token into the secret and renew it automatically, or use a login that doesn't expire.",
        ),
        (
            Vendor.ECR.value,
            (
                "Tokens is valid for 12 hours: use the node's role and the kubelet's credential provider, or a job "
                "that renews the secret."
            ),
        ),
        (
            Vendor.ECR_PUBLIC.value,
            "Its images are public: remove the credentials and pull without them.",
        ),
        (
            Vendor.AZURE.value,
            "The service principal's secret has expired: renew it, or attach the registry (AKS).",
        ),
        (
            Vendor.GITHUB.value,
            (
                "Use a classic token with read:packages, authorised for the organisation's single sign-on. For a "
                "public package, remove the secret."
            ),
        ),
        (
            Vendor.GITLAB.value,
            "Use a deploy token with read_registry; a CI_JOB_TOKEN expires with its job.",
        ),
    ),
)

REMEDY = Remedy(Cause.EXPIRED_CREDENTIALS, fixes, RUNBOOK)
