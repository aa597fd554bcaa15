"""The way from the node to the registry: what stands on it, and who else comes through or doesn't."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.messages.verdict import INTERCEPTED
from kubectl_imagepull.vocabulary.mentions import Mentions
from kubectl_imagepull.vocabulary.vendors import is_vendors_own
from kubectl_imagepull.vocabulary.wording import listed

#: RFC 1918 and RFC 4193; what Python calls private holds more.
_PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))


@dataclass(frozen=True)
class WayFacts:
    """What the text names of the way, and what other failures and pulls prove about it."""

    #: What the text names of the way: proxy, resolver, address.
    named: Mentions
    #: What the checks found.
    evidence: tuple[Evidence, ...]
    #: The failure's own node; "" where the pod is on none.
    node: str
    #: The scope key: what all failures of the root cause have in common.
    key: str

    @property
    def sharing(self) -> tuple[str, ...]:
        """The other registries that fail by the same proxy, resolver, mirror or authority."""
        return self._registries(Result.INFO, self.key)

    @property
    def unreachable(self) -> tuple[str, ...]:
        """The other registries that the node can't reach either."""
        return self._registries(Result.INFO, self.node)

    @property
    def reached(self) -> tuple[str, ...]:
        """The registries of the same network, private or public, that the node pulled from since the failure began."""
        return tuple(
            name
            for name in self._registries(Result.OK, self.node)
            if is_vendors_own(name) is not self.address_is_private
        )

    @property
    def is_intercepted(self) -> bool:
        """Whether several vendors' own hosts show certificates that aren't trusted."""
        return self.key == INTERCEPTED

    @property
    def also_sharing(self) -> str:
        """The other registries, behind a clause: ` (pulls from quay.io fail by it too)`; "" for none."""
        return f" (pulls from {listed(self.sharing)} fail because of it too)" if self.sharing else ""

    @property
    def address(self) -> str:
        """The address that could not be reached, as a sentence has it: ` (10.20.0.50)`; "" where none is named."""
        bare = self._bare_address
        return f" ({bare})" if bare else ""

    @property
    def address_is_private(self) -> bool:
        """Whether the address is a private network's, so that nothing to the internet stands on the way."""
        try:
            address = ip_address(self._bare_address)
        except ValueError:
            return False
        return any(address in network for network in _PRIVATE)

    @property
    def address_is_own(self) -> bool:
        """Whether the name led to the node itself (127.0.0.1, ::1, 0.0.0.0)."""
        try:
            address = ip_address(self._bare_address)
        except ValueError:
            return False
        return address.is_loopback or address.is_unspecified

    @property
    def _bare_address(self) -> str:
        return self.named.dialled.rpartition(":")[0].strip("[]").partition("%")[0]

    def _registries(self, result: Result, about: str) -> tuple[str, ...]:
        found = (
            item.values
            for item in self.evidence
            if item.check is Check.SHARED_FAULT and item.result is result and about and item.about == about
        )
        return next(found, ())
