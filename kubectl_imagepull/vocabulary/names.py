"""The grammars of names: what may stand in a command, a path or a file, and what only in a sentence, quoted.

Kubernetes' are those of k8s.io/apimachinery pkg/util/validation; a host's is that of distribution/reference, which an
image reference's host has to follow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
_OBJECT = re.compile(rf"{_SUBDOMAIN}\Z")
_NAMESPACE = re.compile(rf"{_LABEL}\Z")
_KIND = re.compile(r"[A-Za-z][A-Za-z0-9]{0,62}\Z")
_HOST_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_HOST = re.compile(rf"(?:{_HOST_LABEL}(?:\.{_HOST_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]{{1,5}})?\Z")
_MOST_NAME = 253
_MOST_SHOWN = 200


@dataclass(frozen=True)
class UnwritableName:
    """A name that breaks the grammar of what it names, so that no command may hold it."""

    #: What it names: `namespace`.
    kind: str

    def __str__(self) -> str:
        """What stands for it in a sentence."""
        return f"the {self.kind}"


def is_object_name(text: str) -> bool:
    """Whether a text can be the name of a pod, workload, secret, service account or node."""
    return len(text) <= _MOST_NAME and _OBJECT.match(text) is not None


def is_host(text: str) -> bool:
    """Whether a text is a host, perhaps with a port, and nothing else."""
    return len(text) <= _MOST_NAME and _HOST.match(text) is not None


def object_name(text: str, kind: str) -> str | UnwritableName:
    """The name of an object where it can be one; `kind` is what it would name."""
    return text if is_object_name(text) else UnwritableName(kind)


def namespace_name(text: str) -> str | UnwritableName:
    """The name of a namespace where it can be one."""
    return text if _NAMESPACE.match(text) else UnwritableName("namespace")


def container_name(text: str) -> str | UnwritableName:
    """The name of a container or volume where it can be one."""
    return text if _NAMESPACE.match(text) else UnwritableName("container")


def kind_name(text: str) -> str | UnwritableName:
    """A kind, in small letters as kubectl takes it, where it can be one."""
    return text.lower() if _KIND.match(text) else UnwritableName("kind")


def host_name(text: str) -> str | UnwritableName:
    """A host where it is one."""
    return text if is_host(text) else UnwritableName("host")


def shown(text: str) -> str:
    """A name for a sentence: control characters become question marks, and what is too long is cut."""
    clean = "".join(character if character.isprintable() else "?" for character in text[: _MOST_SHOWN + 1])
    return clean if len(clean) <= _MOST_SHOWN else clean[: _MOST_SHOWN - 3] + "..."


def shown_name(text: str) -> str:
    """A name for a sentence, as `shown` gives it; one with a space in it is quoted, lest it reads as ours."""
    clean = shown(text)
    return f'"{clean.replace(chr(34), chr(39))}"' if " " in clean else clean
