"""What a text names beside its cause and image: the proxy, the resolver, the address, a path, a certificate's names.

Each is looked for only under the causes that it belongs to, for then the text is the runtime's own. The shapes are
those of Go's net, net/http and crypto/x509, and of the runtimes' image stores.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.mentions import NO_MENTIONS, Mentions, StorageDamage
from kubectl_imagepull.vocabulary.names import is_host

_ADDRESS = r"(?:\[[0-9a-fA-F:.%a-z]+\]|[0-9]{1,3}(?:\.[0-9]{1,3}){3}):[0-9]{1,5}"
_DIALLED = re.compile(rf"\bdial tcp[46]? ({_ADDRESS})")
_PROXY = re.compile(
    rf"proxyconnect tcp: dial tcp[46]? (?P<address>{_ADDRESS})"
    r"|proxyconnect tcp: dial tcp: lookup (?P<name>[^\s:]+)"
    r"|socks connect tcp (?P<socks>\S+?)->"
)
_PROXY_ANSWER = re.compile(
    r"(?:Head|Get|Post|Put) \"?https?://[^\s\"]+\"?: (?P<phrase>Forbidden|Proxy Authentication Required|Bad Gateway"
    r"|Service Unavailable|Gateway Time-?out|Bad Request|Internal Server Error|Method Not Allowed|Not Found"
    r"|Unauthorized|Access Denied|Not Implemented|Request Timeout)\.?(?:$|[\s\"'])"
    r"|(?P<login>Proxy Authentication Required)"
)
_RESOLVER = re.compile(rf"\blookup \S+ on ({_ADDRESS}):? |(?:->|dial udp )({_ADDRESS}): ")
_NO_SUCH_NAME = re.compile(r"no such host|NXDOMAIN|nodename nor servname|Name or service not known")
_HOST_IS_DOWN = re.compile(r"no route to host|host is (?:unreachable|down)|unreachable host")
_IN_DOWNLOAD = re.compile(
    r"failed to copy|happened during read|unexpected EOF|short read|download failed|expected number of bytes"
    r"|error pulling image configuration"
)
#: The alerts that say what the other side wants (crypto/tls alert.go).
_ALERT = re.compile(
    r"remote error: tls: (protocol version not supported|handshake failure|bad certificate|certificate required"
    r"|unrecognized name|insufficient security level|internal error|no application protocol|access denied)"
)
_PLAIN_HTTP = re.compile(r"(?:\b(?:Head|Get|HEAD|GET) \"?|request to )http://")
#: Below these an image store keeps its own files; what is above them stays when a download is over.
_STORE = re.compile(
    r"(?<![\w.-])(?P<store>(?:/[A-Za-z0-9._-]+)+?)/(?:io\.containerd\.[a-z]|tmpmounts/|overlay2?(?:-\w+)?/|vfs(?:-\w+)?/"
    r"|devicemapper/|tmp/GetImageBlob|storage[0-9]|container_images_)"
)
_DAMAGES = (
    (StorageDamage.WINDOWS, re.compile(r"hcsshim::")),
    (StorageDamage.DISK, re.compile(r"read-only file system|input/output error|structure needs cleaning|[Ss]tale ")),
    (StorageDamage.USER_IDS, re.compile(r"[Ll]chown|insufficient UIDs or GIDs|cannot be mapped to a host ID")),
    (
        StorageDamage.SNAPSHOTTER,
        re.compile(r"snapshotter \S+ was not found|snapshotter not loaded|no unpack platforms|dial unix \S+grpc\.sock"),
    ),
    (
        StorageDamage.LEFTOVERS,
        re.compile(
            r"content digest \S+: not found|snapshot \S+ does not exist|layer not known|layer does not exist"
            r"|missing parent|locked|directory not empty|: not a directory|already exists|image not known"
        ),
    ),
)
_RUNTIME_IS_DOWN = re.compile(r"dial unix|Cannot connect to the Docker daemon|runtime is (?:down|not running)")
_VALID_FOR = re.compile(r"certificate is valid for (?P<names>[^\n\"]{1,2000}?), not [^\s\"]+")
_NAMELESS = re.compile(r"not valid for any names|doesn't contain any IP SANs|legacy Common Name")
_CERTIFICATE_NAME = re.compile(r"(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\Z|[0-9a-fA-F:]*:[0-9a-fA-F:.]+\Z")
_LIMIT = re.compile(r"is (?:after|before) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)")
_AUTHORITY = re.compile(r"candidate authority certificate \\?\"([^\"\\]{1,200})")
_MOST_NAMES = 20


def mentions_in(text: str, cause: Cause) -> Mentions:
    """What a text of this cause names."""
    look = _LOOKS.get(cause)
    return look(text) if look else NO_MENTIONS


def _of_proxy(text: str) -> Mentions:
    proxy = ""
    if found := _PROXY.search(text):
        proxy = found["address"] or found["name"] or found["socks"]
    answer = _PROXY_ANSWER.search(text)
    phrase = (answer["phrase"] or answer["login"]) if answer else ""
    return Mentions(proxy=proxy if is_host(proxy) else "", proxy_answer=phrase)


def _of_lookup(text: str) -> Mentions:
    found = _RESOLVER.search(text)
    address = (found[1] or found[2]) if found else ""
    resolver = address.removesuffix(":53").strip("[]") if address.endswith(":53") else address
    return Mentions(resolver=resolver, name_is_unknown=_NO_SUCH_NAME.search(text) is not None)


def _of_connection(text: str) -> Mentions:
    found = _DIALLED.search(text)
    down = _HOST_IS_DOWN.search(text) is not None
    return Mentions(dialled=found[1] if found else "", host_is_down=down)


def _of_break(text: str) -> Mentions:
    return Mentions(in_download=_IN_DOWNLOAD.search(text) is not None)


def _of_handshake(text: str) -> Mentions:
    found = _ALERT.search(text)
    return Mentions(tls_alert=found[1] if found else "")


def _of_scheme(text: str) -> Mentions:
    return Mentions(by_plain_http=_PLAIN_HTTP.search(text) is not None)


def _of_store(text: str) -> Mentions:
    # a layer's own paths look like the node's, and no store's directory stands in them
    found = _STORE.search(text)
    damage = next((damage for damage, pattern in _DAMAGES if pattern.search(text)), None)
    return Mentions(directory=found["store"] if found else "", damage=damage)


def _of_runtime(text: str) -> Mentions:
    return Mentions(runtime_is_down=_RUNTIME_IS_DOWN.search(text) is not None)


def _of_certificate(text: str) -> Mentions:
    listed = _VALID_FOR.search(text)
    names = listed["names"].split(", ")[:_MOST_NAMES] if listed else []
    limit, authority = _LIMIT.search(text), _AUTHORITY.search(text)
    return Mentions(
        certificate_names=tuple(name for name in names if _CERTIFICATE_NAME.match(name)),
        certificate_is_nameless=_NAMELESS.search(text) is not None,
        certificate_limit=_time(limit[1]) if limit else None,
        authority=authority[1] if authority else "",
    )


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None


_LOOKS: Mapping[Cause, Callable[[str], Mentions]] = {
    Cause.PROXY_FAILURE: _of_proxy,
    Cause.DNS_FAILURE: _of_lookup,
    Cause.CONNECT_TIMEOUT: _of_connection,
    Cause.CONNECTION_REFUSED: _of_connection,
    Cause.NETWORK_UNREACHABLE: _of_connection,
    Cause.CONNECTION_BROKEN: _of_break,
    Cause.TLS_HANDSHAKE_FAILED: _of_handshake,
    Cause.HTTP_HTTPS_MISMATCH: _of_scheme,
    Cause.NODE_DISK_FULL: _of_store,
    Cause.NODE_STORAGE_FAULT: _of_store,
    Cause.RUNTIME_UNAVAILABLE: _of_runtime,
    Cause.TLS_UNKNOWN_AUTHORITY: _of_certificate,
    Cause.TLS_CERTIFICATE_EXPIRED: _of_certificate,
    Cause.TLS_NAME_MISMATCH: _of_certificate,
}
