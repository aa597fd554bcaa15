"""What a text names beside its cause and image, as a value: messages/mentions.py reads it, checks and fixes use it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class StorageDamage(str, Enum):
    """What is wrong with a node's image store, where the text says it."""

    #: The disk or its file system: read-only, broken, gone.
    DISK = "disk"
    #: Files of layers belong to user ids that the node's user namespaces don't map.
    USER_IDS = "userIds"
    #: A snapshotter that isn't loaded or whose own process doesn't answer.
    SNAPSHOTTER = "snapshotter"
    #: Windows' layer store.
    WINDOWS = "windows"
    #: What is left of an earlier download: content or snapshots that miss, stay locked or are in the way.
    LEFTOVERS = "leftovers"


@dataclass(frozen=True)
class Mentions:
    """Addresses and names from one text, each held to its grammar; what the text doesn't name is empty."""

    #: The proxy's host and port, or its host alone where its name could not be resolved.
    proxy: str = ""
    #: What the proxy answered to the request for a tunnel, as a reason phrase: `Forbidden`.
    proxy_answer: str = ""
    #: The address of the resolver that was asked, with its port only where that isn't 53.
    resolver: str = ""
    #: Whether the resolver answered that there is no such name, and so works.
    name_is_unknown: bool = False
    #: The address and port that could not be reached.
    dialled: str = ""
    #: Whether the address is in a network that the node reaches, and no host answers for it there.
    host_is_down: bool = False
    #: Whether the connection broke in the middle of a download.
    in_download: bool = False
    #: What the other side said of the handshake, in crypto/tls's words: `protocol version not supported`.
    tls_alert: str = ""
    #: Whether the runtime asked by plain HTTP.
    by_plain_http: bool = False
    #: The directory that the runtime could not write to.
    directory: str = ""
    #: What is wrong with the image store; None where the text doesn't say.
    damage: StorageDamage | None = None
    #: Whether nobody serves the runtime's socket; a runtime that ended in the middle of a pull may be back by now.
    runtime_is_down: bool = False
    #: The names that the certificate is for, wildcards among them.
    certificate_names: tuple[str, ...] = ()
    #: Whether the certificate has a common name only, which no longer counts, or no name at all.
    certificate_is_nameless: bool = False
    #: When the certificate's validity ends, or begins where it is not valid yet.
    certificate_limit: datetime | None = None
    #: The authority that the text says signed the certificate, as the certificate has it: somebody else's text.
    authority: str = ""

    @property
    def is_ipv6(self) -> bool | None:
        """Whether an IPv6 address could not be reached; None where no address is named."""
        return self.dialled.startswith("[") if self.dialled else None


#: Of a text that names nothing of it.
NO_MENTIONS = Mentions()
