"""Which proxy leads to an API server, as for kubectl: a kubeconfig's proxy-url, else HTTPS_PROXY but for NO_PROXY.

The rules are Go's (golang.org/x/net/http/httpproxy), which differ from those of Python's own libraries: ALL_PROXY and
the settings of macOS and Windows don't count, nor does NO_PROXY for a proxy-url, and what goes to this machine takes no
proxy.
"""

from __future__ import annotations

import os
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


def proxy_for(server: str, proxy_url: str) -> str | None:
    """The proxy's URL, None where there is none."""
    proxy = proxy_url or _of_environment(server)
    if not proxy:
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    address = _address(host)
    return host == "localhost" if address is None else address.is_loopback


def _of_environment(server: str) -> str:
    parts = urlsplit(server)
    proxy = _variable(f"{parts.scheme.upper()}_PROXY")
    host = (parts.hostname or "").rstrip(".")
    if not proxy or is_loopback(host):
        return ""
    port = parts.port or _PORTS.get(parts.scheme)
    rules = (rule.strip().lower() for rule in _variable("NO_PROXY").split(","))
    return "" if any(_matches(rule, host, port) for rule in rules if rule) else proxy


def _variable(name: str) -> str:
    return os.environ.get(name) or os.environ.get(name.lower(), "")


def _matches(rule: str, host: str, port: int | None) -> bool:
    if rule == "*":
        return True
    address = _address(host)
    if "/" in rule:
        try:
            return address is not None and address in ip_network(rule, strict=False)
        except ValueError:
            return False
    name, _, number = rule.rpartition(":")
    if name and number.isdecimal() and _address(rule) is None:
        if int(number) != port:
            return False
        rule = name
    rule = rule.strip("[]")
    if (ruled := _address(rule)) is not None:
        return ruled == address
    domain = rule[1:] if rule.startswith("*.") else rule
    return address is None and (host == domain or host.endswith(domain if domain.startswith(".") else f".{domain}"))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
