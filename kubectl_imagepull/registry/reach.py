"""Where a request may go: to public addresses over https, and to hosts that the user names.

A tenant of a cluster writes image names, and a registry writes realms and redirects: neither may lead a request into
the network of whoever runs the program. Addresses: the registries of special addresses (IANA, RFC 6890), as Python's
ipaddress knows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from kubectl_imagepull.registry.exchange import NoReply, NoReplyError
from kubectl_imagepull.vocabulary.names import is_host, shown

_PORTS = {"https": 443, "http": 80}
#: Translators of IPv4 addresses (RFC 6052): what matters is the address in the last 32 bits.
_NAT64 = ip_network("64:ff9b::/96")
#: Where clouds hand out their machines' credentials; no registry is there, whatever a name leads to.
_METADATA = frozenset(
    map(ip_address, ("169.254.169.254", "169.254.170.2", "169.254.170.23", "100.100.100.200", "fd00:ec2::254"))
)


@dataclass(frozen=True)
class Origin:
    """Scheme, host and port of a URL, in the one way in which they are compared."""

    #: `https` or `http`.
    scheme: str
    #: The host in small letters, without a dot at its end; an IPv6 address without brackets.
    host: str
    #: The port.
    port: int

    @property
    def name(self) -> str:
        """The host as image references have it: with its port, unless that is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        """The beginning of its URLs."""
        return f"{self.scheme}://{self.name}"


def origin_of(url: str) -> Origin:
    """The origin of a URL; raises NoReplyError for one that no request is sent to."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NoReplyError(NoReply.FORBIDDEN, "its address is no URL that can be used") from error
    host = _host_of(parts)
    written = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in _PORTS or not host or port == 0 or not written:
        raise NoReplyError(NoReply.FORBIDDEN, "its address is no URL that can be used")
    return Origin(parts.scheme, host, port or _PORTS[parts.scheme])


def _host_of(parts: SplitResult) -> str:
    """The host of a URL; "" where it is none, or stands behind a login."""
    host = (parts.hostname or "").removesuffix(".")
    written = f"[{host}]" if ":" in host else host
    return host if "@" not in parts.netloc and is_host(written) else ""


class ReachPolicy:
    """Which hosts are named by `--probe-allow`, and what that opens."""

    def __init__(self, named: Iterable[str] = ()) -> None:
        self._named: set[str] = set()
        self._plain: set[str] = set()
        for text in named:
            origin = _named_origin(text)
            self._named.add(origin.name)
            if origin.scheme == "http":
                self._plain.add(origin.name)

    def is_named(self, origin: Origin) -> bool:
        """Whether the user named this host and port."""
        return origin.name in self._named

    def scheme_of(self, registry: str) -> str:
        """How a registry is asked: plainly only where the user says so."""
        return "http" if registry.lower() in self._plain else "https"

    def check_scheme(self, origin: Origin) -> None:
        """Raises NoReplyError for plain http to a host that the user didn't name so."""
        if origin.scheme != "https" and origin.name not in self._plain:
            raise NoReplyError(NoReply.FORBIDDEN, "it is to be asked over plain http, and is not for that")

    def allowed(self, origin: Origin, addresses: Sequence[str]) -> list[str]:
        """Those of a host's addresses that may be connected to; raises NoReplyError where none may."""
        parsed = [ip_address(address.partition("%")[0]) for address in addresses]
        named = self.is_named(origin)
        good = [str(address) for address in parsed if _may_be_asked(address, named=named, host=origin.host)]
        if not good:
            raise NoReplyError(NoReply.PRIVATE, f"it is at {_kind_of(parsed[0])}, {parsed[0]}")
        return good


def parse_allowed(text: str) -> str:
    """A value of `--probe-allow` as it is kept; raises ValueError for one that names no host."""
    origin = _named_origin(text)
    return str(origin) if origin.scheme == "http" else origin.name


def _named_origin(text: str) -> Origin:
    url = text if text.startswith(("http://", "https://")) else f"https://{text}"
    fault = f"{shown(text)!r} is no HOST, HOST:PORT or http://HOST:PORT"
    try:
        origin = origin_of(url)
        parts = urlsplit(url)
    except NoReplyError as error:
        raise ValueError(fault) from error
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(fault)
    return origin


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet's, whatever IPv6 address it is wrapped in."""
    ip = _unwrapped(ip_address(address.partition("%")[0]))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_link_local or ip in _METADATA)


def _unwrapped(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(ip, IPv4Address):
        return ip
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    # what is tunnelled comes out as the IPv4 address that it holds
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None) or ip


def _may_be_asked(ip: IPv4Address | IPv6Address, *, named: bool, host: str) -> bool:
    if _unwrapped(ip) in _METADATA:
        return named and host == str(ip)
    return named or is_public(str(ip))


def _kind_of(ip: IPv4Address | IPv6Address) -> str:
    bare = _unwrapped(ip)
    kinds = (
        (bare in _METADATA, "the address of a cloud's metadata"),
        (bare.is_loopback, "a loopback address"),
        (bare.is_link_local, "a link-local address"),
    )
    return next((text for holds, text in kinds if holds), "a private address")
