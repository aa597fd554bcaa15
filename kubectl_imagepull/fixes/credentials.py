"""Fixes where the registry wants other credentials than it got."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.fixes import secrets
from kubectl_imagepull.fixes.case import Case
from kubectl_imagepull.fixes.commands import restart, retry
from kubectl_imagepull.fixes.fix import Draft
from kubectl_imagepull.fixes.shell import line
from kubectl_imagepull.fixes.vendors import ECR, OTHER, login_note, vendor_of
from kubectl_imagepull.runbook import runbook_for
from kubectl_imagepull.vocabulary.causes import Cause, Scope

_UNRETRIEVED = re.compile(r"Unable to retrieve some image pull secrets \(([^)]*)\)")
_LOST = "What else it holds is lost, its labels too."
_SOON = "The kubelet tries again by itself within five minutes."


def vendor_tip(case: Case, cause: Cause) -> list[Draft]:
    """What the runbook says about this cause at this registry, if it says anything."""
    vendor = vendor_of(case.registry)
    texts = dict(runbook_for(cause).fixes)
    return [Draft(f"{vendor.name}: {texts[vendor.name]}")] if vendor is not OTHER and vendor.name in texts else []


def add_secret(case: Case, why: str) -> Draft:
    """Makes one more secret and names it in the pod template."""
    name = secrets.new_name(case)
    before = (secrets.create(case, name),)
    return Draft.of(f"{why} {login_note(case.registry)}", secrets.name_in_template(case, name), before=before)


def try_other(case: Case, when: str = "") -> list[Draft]:
    """Names a secret that is there already and may help; nobody knows before whether it does."""
    if not case.other_secrets:
        return []
    which = f"secret{'' if len(case.other_secrets) == 1 else 's'} {' and '.join(case.other_secrets)}"
    text = (
        f"{f'{when}, try' if when else 'Try'} {which} first, which the evidence names: in namespace {case.namespace} "
        f"it may be good for {case.registry}. This names it in {case.target}."
    )
    return [Draft.of(text, secrets.name_in_template(case, *case.other_secrets))]


def no_credentials(case: Case) -> list[Draft]:
    """Nothing was sent: make a secret, and name it where the pod finds it."""
    tip = vendor_tip(case, Cause.NO_CREDENTIALS)
    drafts = [] if not case.has(Check.SERVICE_ACCOUNT_SECRETS_CHANGED) else [_new_pods(case)]
    if case.secrets:
        return [*drafts, *_already_right(case), *try_other(case), *_named_but_unfit(case), *tip]
    first = add_secret(
        case,
        f"Create a pull secret for {case.registry} in namespace {case.namespace} and name it in {case.target}.",
    )
    name = secrets.new_name(case)
    account = Draft(
        f"Or create it and name it in service account {case.service_account}, for all its pods that name none "
        "themselves; pods must be made anew to get it. The patch stops if the account names secrets already. "
        f"{login_note(case.registry)}",
        (secrets.create(case, name), secrets.name_in_service_account(case, name), *restart(case)),
    )
    own = [first, account]
    drafts += try_other(case)
    return [*drafts, *tip, *own] if vendor_of(case.registry).from_node else [*drafts, *own, *tip]


def _new_pods(case: Case) -> Draft:
    return Draft(
        f"Service account {case.service_account} names other secrets now than when the pod was made, and pods get them "
        "only when they are made: make them anew.",
        restart(case),
    )


def _already_right(case: Case) -> list[Draft]:
    """A secret that fits by now, though the last try sent nothing: then it was made or put right since."""
    fitting = case.blamed(Check.PULL_SECRET_MATCHES)
    if not fitting:
        return []
    return [
        Draft(
            f"Secret {fitting[0]} holds credentials for {case.registry} by now, and the error may be older: make the "
            "pod anew and see.",
            retry(case),
        )
    ]


def unfit_secrets(case: Case) -> list[Draft]:
    """What to do where it is proven that none of the named secrets can have been sent; nothing where it is not."""
    proven = any(
        case.has(check)
        for check in (Check.PULL_SECRET_OTHER_REGISTRY, Check.PULL_SECRET_EMPTY, Check.PULL_SECRET_WRONG_TYPE)
    )
    return _named_but_unfit(case)[:1] if proven else []


def _named_but_unfit(case: Case) -> list[Draft]:
    unread = case.blamed(Check.PULL_SECRET_WRONG_TYPE)
    if case.has(Check.PULL_SECRET_WRONG_TYPE) and (unread or len(case.secrets) == 1):
        name = (unread or case.secrets)[0]
        return [
            Draft(
                f"The kubelet ignores secret {name} because of its type: make it again as docker-registry. {_LOST} "
                f"{login_note(case.registry)}",
                (secrets.make_again(case, name), *retry(case)),
            )
        ]
    names = ", ".join(case.secrets)
    proven = case.has(Check.PULL_SECRET_OTHER_REGISTRY) or case.has(Check.PULL_SECRET_EMPTY)
    why = f"No secret that the pod names ({names}) fits {case.registry}: create one that does, and name it besides."
    if not proven:
        why = (
            f"If none of the secrets that the pod names ({names}) fits {case.registry}, or they aren't there: create "
            "one that does, and name it besides."
        )
    add = add_secret(case, why)
    if proven:
        return [add]
    look = Draft(
        "See which registries the named ones are for: host, port, path and letter case must fit the image.",
        tuple(secrets.hosts_of(case, name) for name in case.secrets[:3]),
    )
    return [look, add]


def bad_credentials(case: Case) -> list[Draft]:
    """Credentials were sent and refused: put the right ones in."""
    tip = vendor_tip(case, Cause.BAD_CREDENTIALS)
    if not case.secrets:
        return [*_from_node(case)[:1], *tip, *_from_node(case)[1:]]
    name, which = _which(case, _sent(case))
    right = Draft(
        f"Put the right user and password for {case.registry} into {which}; its entries for other registries are lost. "
        f"{login_note(case.registry)}",
        (secrets.put_right(case, name), *retry(case)),
    )
    trial = Draft(
        f"If you are sure of the password, try it: docker, podman or skopeo login to {case.registry} must be refused "
        "the same way.",
        (line("docker", "login", case.registry),),
    )
    return [right, *tip, trial]


def expired_credentials(case: Case) -> list[Draft]:
    """The token was good once: put a new one in."""
    tip = vendor_tip(case, Cause.EXPIRED_CREDENTIALS)
    if not case.secrets:
        return [*_from_node(case)[:1], *tip, *_from_node(case)[1:]]
    name, which = _which(case, _sent(case))
    renew = Draft(
        f"Put a new token into {which}; its entries for other registries are lost. {login_note(case.registry)}",
        (secrets.put_right(case, name), *retry(case)),
    )
    last = Draft("A token that expires needs somebody to renew it: use a robot or deploy account, or node identity.")
    return [renew, *(tip or [last])]


def _from_node(case: Case) -> list[Draft]:
    look = Draft(
        f"{case.on_node}: the pod names no pull secret, so the credentials for {case.registry} come from the node's "
        "own configuration or its credential provider. See what the kubelet says of them.",
        ("journalctl -u kubelet --since '1 hour ago' | grep -iE 'credential|docker/config.json'",),
    )
    own = f"Or give the pod credentials of its own, which are tried first: create a secret, named in {case.target}."
    return [look, add_secret(case, own)]


def _sent(case: Case) -> tuple[str, ...]:
    return case.blamed(Check.PULL_SECRET_EXPIRED) or case.blamed(Check.PULL_SECRET_MATCHES) or case.secrets


def _which(case: Case, names: tuple[str, ...]) -> tuple[str, str]:
    """The secret's name for a command, and for a sentence; the pod may name several, and only one is meant."""
    if len(names) == 1:
        return names[0], f"secret {names[0]}"
    several = " or ".join(names or case.secrets)
    return "SECRET_NAME", f"secret SECRET_NAME ({several or 'the one that the pod names'})"


def forbidden(case: Case) -> list[Draft]:
    """The registry knows who asks: it takes somebody with rights there to let them in."""
    who = f"the account in {_which(case, _sent(case))[1]}" if case.secrets else "the node's own identity"
    path = case.reference.path if case.reference else "the repository"
    grant = Draft(f"Let {who} pull {path} at {case.registry}: this is set in the registry, not in the cluster.")
    drafts = [*vendor_tip(case, Cause.FORBIDDEN), grant]
    if not case.secrets:
        login = f"If {case.registry} wants a login: create a pull secret and name it in {case.target}."
        drafts.append(add_secret(case, login))
    elif vendor_of(case.registry) is ECR:
        drafts.append(expired_credentials(case)[0])
    drafts.append(Draft(f"Compare the name {path} with the registry's: many answer so for what doesn't exist."))
    return drafts


def pull_secret_missing(case: Case) -> list[Draft]:
    """A secret is named that isn't there: bring it there, or name the right one."""
    name, which = _which(case, _missing(case))
    create = Draft(
        f"Create {which} in namespace {case.namespace}: {case.target} names it and it isn't there. "
        f"{login_note(case.registry)}",
        (secrets.create(case, name), *retry(case)),
    )
    copy = Draft(
        f"Copy it from another namespace that has it. {_SOON}",
        (secrets.copy(case, name), *retry(case)),
    )
    other = Draft(
        "If another secret is meant, see which there are, and correct the name in the pod template or in service "
        f"account {case.service_account}, wherever it stands.",
        (
            case.kubectl(
                "get",
                "secrets",
                "-n",
                case.namespace,
                "--field-selector",
                "type=kubernetes.io/dockerconfigjson",
            ),
            case.kubectl("get", f"serviceaccount/{case.service_account}", "-n", case.namespace, "-o", "yaml"),
        ),
    )
    if case.has(Check.PULL_SECRET_OTHER_NAMESPACE):
        return [*try_other(case), copy, create, other]
    looked_everywhere = case.has(Check.PULL_SECRET_MISSING) and not any(
        item.check == Check.PULL_SECRET_OTHER_NAMESPACE for item in case.evidence
    )
    return [*try_other(case), create, other, *([] if looked_everywhere else [copy])]


def _missing(case: Case) -> tuple[str, ...]:
    if blamed := case.blamed(Check.PULL_SECRET_MISSING):
        return blamed
    for text in case.failure.texts:
        if match := _UNRETRIEVED.search(text.text):
            told = {name.strip() for name in match[1].split(",")}
            return tuple(name for name in case.secrets if name in told) or case.secrets
    return case.secrets


def pull_secret_malformed(case: Case) -> list[Draft]:
    """One secret that can't be parsed fails every pull: make it again."""
    name, which = _which(case, case.blamed(Check.PULL_SECRET_MALFORMED) or case.secrets)
    again = Draft(
        f"Make {which} again, with kubectl and not by hand: the kubelet can't parse it, and that fails every "
        f"pull of the pod. {_LOST} {login_note(case.registry)}",
        (secrets.make_again(case, name), *retry(case)),
    )
    without = Draft(
        f"Or take it out of the pod template of {case.target} (or out of service account {case.service_account}) if "
        "the image is public or another secret has the credentials.",
        changes=True,
    )
    return [again, without]


def credential_provider_failed(case: Case) -> list[Draft]:
    """The node should log in by itself, and doesn't."""
    log = Draft(
        f"{case.on_node}: the kubelet's log says why its credential provider gave nothing; no event does.",
        ("journalctl -u kubelet --since '1 hour ago' | grep 'Failed to provide credentials for image'",),
    )
    stopgap = add_secret(case, f"Until then: a pull secret for {case.registry}, named in {case.target}.")
    return [*vendor_tip(case, Cause.CREDENTIAL_PROVIDER_FAILED), log, stopgap]


def of_static_pod(case: Case) -> list[Draft]:
    """A static pod can't name secrets: the node logs in for it."""
    if not case.is_static or case.verdict.cause.scope is not Scope.CREDENTIALS:
        return []
    return [
        Draft(
            f"{case.on_node}: {case.target} is a static pod, and for those the node logs in. Put credentials for "
            f"{case.server} into /var/lib/kubelet/config.json (a Docker configuration file).",
            (line("sudo", "docker", "--config", "/var/lib/kubelet", "login", case.registry),),
        ),
        *vendor_tip(case, case.verdict.cause),
    ]


CREDENTIALS: Mapping[Cause, Callable[[Case], list[Draft]]] = {
    Cause.NO_CREDENTIALS: no_credentials,
    Cause.BAD_CREDENTIALS: bad_credentials,
    Cause.EXPIRED_CREDENTIALS: expired_credentials,
    Cause.FORBIDDEN: forbidden,
    Cause.PULL_SECRET_MISSING: pull_secret_missing,
    Cause.PULL_SECRET_MALFORMED: pull_secret_malformed,
    Cause.CREDENTIAL_PROVIDER_FAILED: credential_provider_failed,
}
