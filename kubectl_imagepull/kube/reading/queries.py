"""What is asked for beside pods and events: an object by its name, or a list; and where an API server has it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from kubectl_imagepull.kube.kinds import CLUSTER_KINDS, RESOURCES

#: Kind, namespace ("" for none, "*" for all) and name ("" for all), as in Snapshot.unread.
ObjectKey = tuple[str, str, str]

#: A name that an object can have (k8s.io/apimachinery IsDNS1123Subdomain); nothing else stands in a path.
_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\Z")


@dataclass(frozen=True)
class ListQuery:
    """A list of objects to ask for."""

    #: The kind of the objects.
    kind: str
    #: The namespace, "*" for all.
    namespace: str
    #: A label selector, "" for any labels.
    labels: str = ""
    #: The name of the objects, "" for any.
    name: str = ""

    @property
    def unread(self) -> ObjectKey:
        """What can't be known of where the list could not be read."""
        return (self.kind, self.namespace, self.name)


def kind_of(request: ObjectKey | ListQuery) -> str:
    """The kind of what is asked for."""
    return request.kind if isinstance(request, ListQuery) else request[0]


def verb_of(request: ObjectKey | ListQuery) -> str:
    """The verb of the right that it takes."""
    return "list" if isinstance(request, ListQuery) else "get"


def unread_key(request: ObjectKey | ListQuery) -> ObjectKey:
    """What can't be known of where it could not be read."""
    return request.unread if isinstance(request, ListQuery) else request


def can_exist(request: ObjectKey | ListQuery) -> bool:
    """Whether there can be such names; one that is none never gets into a path or a selector."""
    kind, namespace, name = unread_key(request)
    listed = isinstance(request, ListQuery)
    named = bool(_NAME.match(name)) or (listed and not name)
    return named and (kind in CLUSTER_KINDS or (listed and namespace == "*") or bool(_NAME.match(namespace)))


def list_path(kind: str, namespace: str) -> str:
    """The path of the list of a kind in a namespace, "*" for all."""
    version, resource = RESOURCES[kind]
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    if kind in CLUSTER_KINDS or namespace == "*":
        return f"{root}/{resource}"
    return f"{root}/namespaces/{quote(namespace, safe='')}/{resource}"
