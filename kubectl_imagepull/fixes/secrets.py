"""Commands around pull secrets: make one, put it right, copy it, name it where the pod finds it."""

from __future__ import annotations

import re
from typing import Any

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.fixes.case import Case
from kubectl_imagepull.fixes.commands import change_spec
from kubectl_imagepull.fixes.fix import Change
from kubectl_imagepull.fixes.shell import compact, line, pipe
from kubectl_imagepull.fixes.vendors import password_of, vendor_of

_NEW = "regcred"
_MOST_NAME = 60
#: What belongs to one object and may not go with its copy.
_OWN_METADATA = ("resourceVersion", "uid", "creationTimestamp", "ownerReferences", "managedFields", "annotations")


def new_name(case: Case) -> str:
    """A name for one more secret, that says which registry it is for and that the pod doesn't name yet."""
    host = re.sub(r"[^a-z0-9]+", "-", case.registry.lower()).strip("-")
    name = f"{_NEW}-{host}"[:_MOST_NAME].rstrip("-")
    names = (name, *(f"{name}-{number}" for number in range(2, len(case.secrets) + 3)))
    return next(name for name in names if name not in case.secrets)


def create(case: Case, name: str) -> str:
    """Creates a secret for the image's registry."""
    return case.kubectl(*_create(case, name))


def put_right(case: Case, name: str) -> str:
    """Gives a secret of the right type other content; any other type is refused, and nothing happens.

    It is a patch, so that labels, annotations and owners stay: a tool that keeps the secret up knows it by them.
    """
    dry = case.kubectl(*_create(case, name), "--dry-run=client", "-o", "yaml")
    merge = ("--type=merge", "--patch-file=/dev/stdin")
    return pipe(dry, case.kubectl("patch", f"secret/{name}", "-n", case.namespace, *merge))


def make_again(case: Case, name: str) -> str:
    """Deletes a secret and makes it again, for a secret's type can't be changed."""
    dry = case.kubectl(*_create(case, name), "--dry-run=client", "-o", "yaml")
    return pipe(dry, case.kubectl("replace", "--force", "-n", case.namespace, "-f", "-"))


def copy(case: Case, name: str) -> str:
    """Copies a secret from another namespace; its content never shows."""
    source = next(iter(case.values(Check.PULL_SECRET_OTHER_NAMESPACE, name)), "OTHER_NAMESPACE")
    metadata: dict[str, Any] = {"namespace": case.namespace, **dict.fromkeys(_OWN_METADATA)}
    return pipe(
        case.kubectl("get", "secret", name, "-n", source, "-o", "json"),
        case.kubectl(
            "patch",
            "--local",
            "-f",
            "-",
            "--type=merge",
            "-p",
            compact({"metadata": metadata}),
            "-o",
            "json",
        ),
        case.kubectl("create", "-n", case.namespace, "-f", "-"),
    )


def hosts_of(case: Case, name: str) -> str:
    """Prints which registries a secret is for, and nothing else of it."""
    content = "jsonpath={.data.\\.dockerconfigjson}"
    read = case.kubectl("get", "secret", name, "-n", case.namespace, "-o", content)
    return pipe(read, line("base64", "-d"), line("jq", ".auths | keys"))


def name_in_template(case: Case, *names: str) -> Change:
    """Names secrets in the pod template, besides those that the pods name already.

    Those may come from the service account, which is no longer asked once the template names one.
    """
    return change_spec(case, {"imagePullSecrets": [{"name": each} for each in dict.fromkeys((*case.secrets, *names))]})


def name_in_service_account(case: Case, name: str) -> str:
    """Names a secret in a service account that names none; stops where it names some.

    A service account's list is replaced as a whole by a strategic or merge patch, so that other secrets would go.
    """
    patch = [
        {"op": "test", "path": "/imagePullSecrets", "value": None},
        {"op": "add", "path": "/imagePullSecrets", "value": [{"name": name}]},
    ]
    account = f"serviceaccount/{case.service_account}"
    return case.kubectl("patch", account, "-n", case.namespace, "--type=json", "-p", compact(patch))


def _create(case: Case, name: str) -> tuple[str, ...]:
    return (
        "create", "secret", "docker-registry", name, "-n", case.namespace,
        f"--docker-server={case.server}", f"--docker-username={vendor_of(case.registry).user}",
        password_of(case.registry),
    )  # fmt: skip
