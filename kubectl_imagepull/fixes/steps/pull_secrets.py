"""Commands around pull secrets: make one, put it right, name it where the pod finds it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.evidence.docker_config import KEYS, MisfiledCredentials
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps.workload_changes import Change, change_spec, retry
from kubectl_imagepull.vocabulary.command import (
    Command,
    Effect,
    Piece,
    Pipeline,
    Placeholder,
    ShellText,
    Step,
    Word,
    joined,
    json_word,
)
from kubectl_imagepull.vocabulary.names import namespace_name, object_name
from kubectl_imagepull.vocabulary.vendors import Vendor, ecr_region

_NEW = "regcred"
_MOST_NAME = 60
_SECRET = frozenset({Effect.CHANGES_SECRET})
_ACCOUNT = frozenset({Effect.CHANGES_ACCOUNT})
#: What belongs to one object and may not go with its copy.
_OWN_METADATA = ("resourceVersion", "uid", "creationTimestamp", "ownerReferences", "managedFields", "annotations")
_KEY_FILE = Placeholder("KEY_FILE", "the JSON key file of a Google service account with read access there")


@dataclass(frozen=True)
class RegistryLogin:
    """How one logs in at a registry: the user and password of `kubectl create secret docker-registry`."""

    #: The user name, or what a reader puts in its place.
    user: Word
    #: The password or token; a command substitution or a question, never a value.
    password: Word
    #: What to know of it before it is used; "" for nothing.
    note: str = ""


def login_at(context: FixContext) -> RegistryLogin:
    """How one logs in at the image's registry.

    A cloud's own token is fetched only for that cloud's own hosts. Any other password is asked for by the command,
    on the terminal, unless REGISTRY_PASSWORD holds it.
    """
    registry = context.registry
    if region := ecr_region(registry.name):
        token = ShellText(f'"$(aws ecr get-login-password --region {region})"')
        return RegistryLogin(
            "AWS", token, ("The token is valid for 12 hours: for a permanent fix, let the nodes log in themselves.")
        )
    if registry.vendor is Vendor.ECR_PUBLIC:
        token = ShellText('"$(aws ecr-public get-login-password --region us-east-1)"')
        return RegistryLogin("AWS", token, "The token is valid for 12 hours.")
    if registry.vendor is Vendor.GOOGLE:
        return RegistryLogin("_json_key", joined(ShellText('"$(cat '), _KEY_FILE, ShellText(')"')))
    user, note = _USERS.get(registry.vendor, (Placeholder("REGISTRY_USER", "your user name at the registry"), ""))
    return RegistryLogin(user, _asked_password(context), note)


_ROBOT = Placeholder("ROBOT", "the full name of a robot account, with its dollar sign")
_USERS: dict[Vendor, tuple[Word, str]] = {
    Vendor.IBM: ("iamapikey", "The password is an IAM API key."),
    Vendor.NVIDIA: (
        "$oauthtoken",
        "The user name is literally $oauthtoken, so keep the single quotes; the password is an NGC API key.",
    ),
    Vendor.ORACLE: (
        Placeholder("OCIR_USER", "TENANCY_NAMESPACE/USER"),
        "The password is an auth token of that user.",
    ),
    Vendor.ORACLE_DOWNLOADS: (
        Placeholder("ORACLE_USER", "an Oracle account that has accepted the licence of the image"),
        "The password is an auth token of that account.",
    ),
    Vendor.GITHUB: (
        Placeholder("GITHUB_USER", "your GitHub user name"),
        "The password is a classic token with read:packages.",
    ),
    Vendor.GITLAB: (
        Placeholder("DEPLOY_TOKEN_USER", "the user name of a GitLab deploy token with read_registry"),
        "A job's own token expires with the job: use a deploy token.",
    ),
    Vendor.QUAY: (Placeholder("ROBOT", "the name of a robot account, ORGANISATION+NAME"), ""),
    Vendor.HARBOR: (_ROBOT, "Keep a robot's name in single quotes, so that the shell doesn't expand its $."),
    Vendor.TENCENT: (
        Placeholder("TCR_USER", "the number of your account, or the name of a service account in single quotes"),
        "A service account's name starts with tcr$: keep it in single quotes, so that the shell doesn't expand the $.",
    ),
    Vendor.HUAWEI: (Placeholder("SWR_USER", "REGION@ACCESS_KEY of a long-term login"), ""),
    Vendor.RED_HAT: (
        Placeholder("SERVICE_ACCOUNT", "a registry service account, NUMBER|NAME"),
        "Its name looks like NUMBER|NAME: keep it in single quotes, so that the shell doesn't read | as a pipe.",
    ),
    Vendor.AZURE: (
        Placeholder("ACR_USER", "the application id of a service principal, or the name of a registry token"),
        "",
    ),
    Vendor.DOCKER_HUB: (
        Placeholder("DOCKER_ID", "your Docker ID"),
        "Better use an access token as the password.",
    ),
}
#: What stands in a password's place, where that is another thing than the one that its owner logs in with elsewhere.
_PASSWORDS = {
    Vendor.GITHUB: "Classic token with read:packages",
    Vendor.ORACLE: "Auth token",
    Vendor.IBM: "IAM API key",
    Vendor.NVIDIA: "NGC API key",
}


def robot_login(context: FixContext) -> RegistryLogin:
    """How a robot account of a Harbor logs in, whatever the registry's host is called."""
    return RegistryLogin(_ROBOT, _asked_password(context), _USERS[Vendor.HARBOR][1])


def _asked_password(context: FixContext) -> ShellText:
    """Asks for the password on the terminal, unless a variable holds it; only a host that is one stands in it.

    What is typed isn't shown, from before it is asked for; whoever ends it by Ctrl-C sees again what they type.
    """
    host = context.registry.word
    asked = _PASSWORDS.get(context.registry.vendor, "Password") + (f" for {host}" if isinstance(host, str) else "")
    return ShellText(
        """"$(sh -c 'test "$REGISTRY_PASSWORD" || { trap "stty echo; exit 1" INT; stty -echo; """
        f"""printf "{asked}: " >&2; read -r REGISTRY_PASSWORD; stty echo; echo >&2; }} </dev/tty; """
        """printf %s "$REGISTRY_PASSWORD"')\""""
    )


def new_name(context: FixContext) -> str:
    """A name for one more secret, that says which registry it is for and that the pod doesn't name yet."""
    host = re.sub(r"[^a-z0-9]+", "-", context.registry.name.lower()).strip("-")
    name = f"{_NEW}-{host}"[:_MOST_NAME].rstrip("-")
    taken = context.pod.secrets
    names = (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def create_secret(context: FixContext, name: str, login: RegistryLogin | None = None) -> Pipeline:
    """Creates a secret for the image's registry; `login` is another way to log in than its usual one.

    It may be there already with the same content, from another workload's fix; with another content it is refused,
    and nothing happens. The server-side form keeps the values out of an annotation.
    """
    apply = context.kubectl("apply", "--server-side", "-n", context.pod.namespace, "-f", "-", effects=_SECRET)
    secret = object_name(name, "secret")
    if login is None and context.registry.vendor is Vendor.DIGITALOCEAN:
        # doctl has the login that its user gave it, and asks for nothing (docs.digitalocean.com/reference/doctl)
        words = ("doctl", "registry", "kubernetes-manifest", "--name", secret, "--namespace", context.pod.namespace)
        return Pipeline((Command(words), apply))
    return Pipeline((_written(context, secret, login), apply))


def refile_secret(context: FixContext, misfiled: MisfiledCredentials, source: str, name: str) -> Pipeline:
    """Creates a secret of the type that belongs to what another secret holds under a wrong one; no value shows.

    Where nothing could be read the server refuses it, for then its content is no JSON.
    """
    key = KEYS[misfiled.type]
    template = f'{{{{index .data "{misfiled.key}" | base64decode}}}}'
    secret = object_name(source, "secret")
    read = context.kubectl("get", "secret", secret, "-n", context.pod.namespace, "-o", f"go-template={template}")
    words: tuple[Word, ...] = ("create", "secret", "generic", object_name(name, "secret"), "-n", context.pod.namespace)
    write = context.kubectl(
        *words, f"--type={misfiled.type}", f"--from-file={key}=/dev/stdin", "--dry-run=client", "-o", "yaml"
    )
    apply = context.kubectl("apply", "--server-side", "-n", context.pod.namespace, "-f", "-", effects=_SECRET)
    return Pipeline((read, write, apply))


def copy_secret(context: FixContext, name: str, source: str) -> Pipeline:
    """Copies a secret from another namespace; its content never shows."""
    metadata: dict[str, Any] = {"namespace": context.pod.namespace, **dict.fromkeys(_OWN_METADATA)}
    secret = object_name(name, "secret")
    patch = json_word({"metadata": {key: (value,) if value else None for key, value in metadata.items()}})
    return Pipeline(
        (
            context.kubectl("get", "secret", secret, "-n", namespace_name(source), "-o", "json"),
            context.kubectl("patch", "--local", "-f", "-", "--type=merge", "-p", patch, "-o", "json"),
            context.kubectl("create", "-n", context.pod.namespace, "-f", "-", effects=_SECRET),
        )
    )


def delete_secret(context: FixContext, name: str) -> Command:
    """Deletes a secret."""
    words: tuple[Word, ...] = ("delete", "secret", object_name(name, "secret"), "-n", context.pod.namespace)
    return context.kubectl(*words, effects=_SECRET)


def put_login_into(context: FixContext, name: Word, login: RegistryLogin | None = None) -> Pipeline:
    """Gives a secret of the right type other content; any other type is refused, and nothing happens.

    It is a patch, so that labels, annotations and owners stay: a tool that keeps the secret up knows it by them.
    """
    words: tuple[Word, ...] = ("patch", "secret", name, "-n", context.pod.namespace)
    merge = ("--type=merge", "--patch-file=/dev/stdin")
    return Pipeline((_written(context, name, login), context.kubectl(*words, *merge, effects=_SECRET)))


def seal_secret(context: FixContext, name: Word) -> Pipeline:
    """Seals a login for the Sealed Secrets controller, which writes the secret; the sealed form shows nothing."""
    apply = context.kubectl("apply", "-n", context.pod.namespace, "-f", "-", effects=_SECRET)
    return Pipeline((_written(context, name), Command(("kubeseal", "-o", "yaml")), apply))


def hosts_of(context: FixContext, name: str) -> Pipeline:
    """Prints which registries a secret is for, and nothing else of it."""
    content = "jsonpath={.data.\\.dockerconfigjson}"
    secret = object_name(name, "secret")
    read = context.kubectl("get", "secret", secret, "-n", context.pod.namespace, "-o", content)
    return Pipeline((read, Command(("base64", "-d")), Command(("jq", ".auths | keys"))))


def retry_with_secrets(context: FixContext) -> tuple[Command | Pipeline, ...]:
    """Makes the failing pod again for another try; nothing where it would lose a secret that it still has.

    A pod that got its secrets from its service account gets what that names now, which may be nothing any more.
    """
    changed = context.findings.has(Check.SERVICE_ACCOUNT_SECRETS_CHANGED)
    now = context.findings.values(Check.SERVICE_ACCOUNT_SECRETS_CHANGED)
    return () if changed and not set(context.pod.secrets) <= set(now) else retry(context)


def name_in_template(context: FixContext, *names: str) -> Change:
    """Names secrets in the pod template, besides those that the pods name already.

    Those may come from the service account, which is no longer asked once the template names one.
    """
    every = dict.fromkeys((*context.pod.secrets, *names))
    return change_spec(context, {"imagePullSecrets": [{"name": object_name(each, "secret")} for each in every]})


def replace_in_template(context: FixContext, old: str, new: str) -> Change:
    """Names a secret in the pod template in another's place, besides the others that the pods name."""
    kept = [name for name in dict.fromkeys((*context.pod.secrets, new)) if name != old]
    named: list[dict[str, Any]] = [{"name": object_name(each, "secret")} for each in kept]
    gone = {"$patch": "delete", "name": object_name(old, "secret")}
    return change_spec(context, {"imagePullSecrets": [*named, gone]})


def name_in_service_account(context: FixContext, *names: str) -> Command:
    """Names secrets in a service account that names none; stops where it names some.

    A service account's list is replaced as a whole by a strategic or merge patch, so that other secrets would go.
    """
    named = _list_of_account(names)
    return _patch_account(context, [{"op": "test", **named, "value": None}, {"op": "add", **named}])


def take_from_service_account(context: FixContext, *names: str) -> Command:
    """Takes the secrets out of a service account that names no others; stops where it names more by now."""
    named = _list_of_account(names)
    return _patch_account(context, [{"op": "test", **named}, {"op": "remove", "path": "/imagePullSecrets"}])


def _list_of_account(names: tuple[str, ...]) -> dict[str, Any]:
    return {"path": "/imagePullSecrets", "value": [{"name": object_name(name, "secret")} for name in names]}


def _patch_account(context: FixContext, patch: list[dict[str, Any]]) -> Command:
    account = joined("serviceaccount/", context.pod.service_account)
    words: tuple[Word, ...] = ("patch", account, "-n", context.pod.namespace, "--type=json", "-p", json_word(patch))
    return context.kubectl(*words, effects=_ACCOUNT)


def _written(context: FixContext, name: Word, login: RegistryLogin | None = None) -> Command:
    """Writes the secret as an object, and sends it nowhere."""
    login = login or login_at(context)
    server: Piece = context.registry.server
    words: tuple[Word, ...] = (
        *("create", "secret", "docker-registry", name, "-n", context.pod.namespace),
        joined("--docker-server=", server),
        joined("--docker-username=", login.user),
        joined("--docker-password=", login.password),
        *("--dry-run=client", "-o", "yaml"),
    )
    return context.kubectl(*words)


def creation_undone(context: FixContext, name: str) -> tuple[Step, ...]:
    """Takes the creation of a secret back."""
    return (delete_secret(context, name),)
