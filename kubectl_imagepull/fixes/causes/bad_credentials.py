"""BadCredentials: the registry refused the credentials that were sent."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.node_logins import node_credentials, own_login_log, repair_lone_node
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.login_repairs import put_login_right, writer_for
from kubectl_imagepull.fixes.steps.registry_rights import grant_access, openshift_rights, upstream_rights
from kubectl_imagepull.fixes.steps.secret_fixes import add_secret, name_other, new_pods_for_account, try_again
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Command
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.names import shown_name
from kubectl_imagepull.vocabulary.secret_writer import Writer
from kubectl_imagepull.vocabulary.vendors import Vendor

_REFUSED_AGAIN = "If the new login is refused too, that login is wrong as well"


def fixes(context: FixContext) -> Sequence[Fix]:
    """Puts the right login where the refused one came from."""
    if upstream := upstream_rights(context):
        return upstream
    if not context.pod.secrets:
        return _of_node(context)
    if here := repair_lone_node(context):
        return here
    sent = context.credentials.logins
    writer = writer_for(context, sent[0].secret) if sent else None
    if writer and writer.writer is Writer.OPENSHIFT:
        return [*openshift_rights(context), *name_other(context)]
    again = [*try_again(context), *new_pods_for_account(context)]
    others, right = name_other(context), put_login_right(context, _REFUSED_AGAIN if try_again(context) else "")
    # a fault that can be seen is surer than another secret that may be as wrong
    ranked = [*right, *others] if any(login.faults for login in sent) else [*others, *right]
    return [*again, *ranked, *_without(context), *_rights(context), *_trial(context)]


def _of_node(context: FixContext) -> Sequence[Fix]:
    own = "Or give the pod its own login: it is tried before the node's."
    if here := repair_lone_node(context):
        return here
    if context.workload.is_static:
        return [*own_login_log(context), *node_credentials(context)]
    others = name_other(context)
    return [*others, *own_login_log(context), *([] if others else [add_secret(context, own)])]


def _rights(context: FixContext) -> list[Fix]:
    """The right to pull, at registries that refuse who lacks it as they refuse a wrong password."""
    return grant_access(context) if Cause.FORBIDDEN in context.diagnosis.alternatives else []


def _without(context: FixContext) -> list[Fix]:
    """Takes the login off where the image is anybody's: the kubelet never pulls without one that it has."""
    is_official = context.registry.is_docker_hub and context.image.path.startswith("library/")
    if not is_official and not context.registry.is_all_public and context.registry.vendor is not Vendor.ECR_PUBLIC:
        return []
    names = [login.secret for login in context.credentials.logins] or list(context.pod.secrets)
    text = (
        f"Or remove secret {shown_name(names[0])} from imagePullSecrets of {context.workload.shown} or its service "
        f"account: {context.image.path} is public, but the kubelet always sends a login that it has."
    )
    return [Fix(text, (), Who.YOU, Basis.TEXT, short=(f"Remove secret {shown_name(names[0])}: the image is public",))]


def _trial(context: FixContext) -> list[Fix]:
    """The same login elsewhere, where nothing can be seen to be wrong with it."""
    if context.registry.nodes_log_in or any(login.faults for login in context.credentials.logins):
        return []
    text = (
        f"If you are sure of the password, try it from your machine: {context.registry.name} refuses a wrong one "
        "there too."
    )
    login = Command(("docker", "login", context.registry.word))
    return [Fix(text, (login,), Who.YOU, Basis.GUESS, Where.REGISTRY, short=("Try the login with docker login",))]


RUNBOOK = Runbook(
    confirm=(
        "docker login REGISTRY with the same user and password is refused, too.",
        "containerd says 'failed to fetch oauth token': credentials were sent.",
        "CRI-O puts 'invalid username/password' in front of every 401, so it proves nothing: read what follows it.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "Put the right user and password into the secret with kubectl create secret docker-registry, not by "
                "hand: echo adds a newline that becomes part of the password."
            ),
        ),
        (
            Vendor.DOCKER_HUB.value,
            (
                "Use an access token as the password. A bad Docker Hub secret breaks public images too: the kubelet "
                "doesn't retry without it."
            ),
        ),
        (
            Vendor.ECR.value,
            "The user is AWS and the password is a token that is valid for 12 hours: get a new one.",
        ),
        (
            Vendor.AZURE.value,
            (
                "It gives the same answer for a wrong password and a missing role: renew the service principal's "
                "secret and assign it AcrPull."
            ),
        ),
        (
            Vendor.GITHUB.value,
            (
                "A stale token gets 'denied: denied' even for a public package: renew it (read:packages, single "
                "sign-on) or remove the secret."
            ),
        ),
        (
            Vendor.QUAY.value,
            "Use a robot account that may read the repository.",
        ),
        (
            Vendor.GITLAB.value,
            (
                "With two-factor authentication the password doesn't work. Use a deploy token with read_registry; a "
                "CI_JOB_TOKEN expires with its job."
            ),
        ),
        (
            Vendor.HARBOR.value,
            "Use a robot account; its name looks like robot$NAME, so put it in single quotes in a shell.",
        ),
        (
            Vendor.ORACLE.value,
            (
                "The user is TENANCY/USER or TENANCY/oracleidentitycloudservice/USER, the password is an auth token; "
                "a refused anonymous pull gets a 403."
            ),
        ),
        (
            Vendor.IBM.value,
            (
                "The user is iamapikey and the password is an IAM API key; or copy the secret all-icr-io into the "
                "namespace."
            ),
        ),
    ),
)

REMEDY = Remedy(Cause.BAD_CREDENTIALS, fixes, RUNBOOK)
