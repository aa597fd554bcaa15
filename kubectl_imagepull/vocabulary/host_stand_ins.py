"""Stand-ins for hosts and addresses; hosts that everybody knows stay."""

from __future__ import annotations

import re

from kubectl_imagepull.vocabulary.public_names import PUBLIC_HOSTS, SOFTWARE_LABELS
from kubectl_imagepull.vocabulary.stand_in_table import StandInTable
from kubectl_imagepull.vocabulary.vendors import Vendor, ecr_account, is_vendors_own, vendor_of

_KEPT_ADDRESSES = re.compile(r"127\.|0\.0\.0\.0\Z|169\.254\.|::1\Z|::\Z")
_PORT = re.compile(r":\d{1,5}\Z")
_ADDRESS = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|\[?[0-9a-fA-F]*:[0-9a-fA-F:.]*\]?")


class HostStandIns:
    """Gives hosts and addresses their stand-ins."""

    def __init__(self, table: StandInTable) -> None:
        self._table = table

    def host(self, host: str) -> str:
        """A host, perhaps with a port, with a stand-in unless everybody knows it."""
        port = _PORT.search(host)
        bare = host[: port.start()] if port else host
        return f"{self._bare_host(bare)}{port[0] if port else ''}"

    def _bare_host(self, host: str) -> str:
        low = host.lower()
        if low in PUBLIC_HOSTS or self._table.is_given(host) or not host:
            return host
        if _ADDRESS.fullmatch(host):
            return host.replace(host.strip("[]"), self.address(host.strip("[]")))
        if ecr_account(low):
            return f"111122223333{host[12:]}"
        if is_vendors_own(low):
            return self._vendors_host(host)
        if low.endswith((".svc", ".svc.cluster.local")):
            return self._in_cluster(host)
        prefix = "*." if host.startswith("*.") else ""
        software = SOFTWARE_LABELS.get(vendor_of(low))
        return prefix + self._table.stand_in("registry", low.removeprefix("*."), lambda n: _host_number(n, software))

    def _vendors_host(self, host: str) -> str:
        """A host of a vendor, without the label by which it is somebody's own."""
        first, _, rest = host.partition(".")
        if vendor_of(host) is Vendor.AZURE:
            return self._table.stand_in("registry", host, lambda number: f"registry{number}.{rest}")
        if vendor_of(host) in {Vendor.ORACLE, Vendor.ALIBABA, Vendor.TENCENT, Vendor.OPENSHIFT} and first not in {
            *("registry", "registry-vpc", "registry-intl", "ccr", "image-registry"),
        }:
            return self._table.stand_in("registry", host, lambda number: f"registry{number}.{rest}")
        return host

    def _in_cluster(self, host: str) -> str:
        if vendor_of(host) is Vendor.OPENSHIFT:
            return host
        end = ".svc.cluster.local" if host.endswith(".svc.cluster.local") else ".svc"
        return self._table.stand_in("registry", host, lambda number: f"registry{number}.namespace1{end}")

    def address(self, text: str) -> str:
        """An address as one of the ranges for documentation (RFC 5737, RFC 3849); the node's own to itself stay."""
        if _KEPT_ADDRESSES.match(text):
            return text
        if "." in text:
            return self._table.stand_in("address", text, lambda number: f"192.0.2.{number % 255}")
        return self._table.stand_in("address6", text, lambda number: f"2001:db8::{number:x}")


def _host_number(number: int, software: str | None) -> str:
    bare = "registry.example" if number == 1 else f"registry{number}.example"
    return f"{software}.{bare}" if software else bare
