"""What a root cause is about, in words: its scope key groups failures, and nobody should have to read one."""

from __future__ import annotations

from kubectl_imagepull.messages.verdict import INTERCEPTED
from kubectl_imagepull.vocabulary.causes import Cause, Scope
from kubectl_imagepull.vocabulary.names import is_object_name

# what stands for "none" and "could not be read" in a scope key
_NONE, _UNREAD = "-", "?"
_RESOLVER = "dns "


def subject_of(cause: Cause, key: str, *, secrets: bool = True) -> str:
    """What the failures with a scope key are about; `secrets` says whether with which pull secrets.

    A key that doesn't have the form of its cause's keys, since a name in it has none either, is given as it is.
    """
    if cause.scope is Scope.REGISTRY:
        if key == INTERCEPTED:
            return "TLS to public registries"
        return f"resolver {key.removeprefix(_RESOLVER)}" if key.startswith(_RESOLVER) else key
    if cause.scope is Scope.CREDENTIALS:
        return _login(key, secrets=secrets)
    repository, _, names = key.partition(" ")
    if cause is Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE and names and all(map(is_object_name, names.split(","))):
        return f"{repository}{_with(names) if secrets else ''}"
    return key


def _login(key: str, *, secrets: bool) -> str:
    parts = key.split(" ")
    if len(parts) != len(("host", "namespace", "secrets")):
        return key
    host, namespace, names = parts
    if namespace == _NONE:
        return f"{host}, from the node"
    return f"{host} in {namespace}{_with(names) if secrets else ''}"


def _with(names: str) -> str:
    if names == _NONE:
        return " with no pull secret"
    if names == _UNREAD:
        return " with unread pull secrets"
    return f" with {names.replace(',', ', ')}"
