"""What several registries' failures have in common: one proxy, resolver or mirror, one authority, one way out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.pulls import Pulls
from kubectl_imagepull.evidence.usage import ReadFailure, registry_of_image
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.pod_events import pod_events_of
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.messages.verdict import INTERCEPTED, Verdict
from kubectl_imagepull.vocabulary.causes import Cause, Scope
from kubectl_imagepull.vocabulary.vendors import Vendor, is_vendors_own, vendor_of
from kubectl_imagepull.vocabulary.wording import counted, listed, on_nodes

#: Causes under which a node that reaches several registries has no way out, whoever runs them.
_NO_WAY = frozenset({Cause.CONNECT_TIMEOUT, Cause.NETWORK_UNREACHABLE, Cause.CONNECTION_BROKEN})
#: Causes that a registry has for all nodes alike, or else a node for itself.
_OF_THE_WAY = _NO_WAY | {
    Cause.DNS_FAILURE,
    Cause.CONNECTION_REFUSED,
    Cause.PROXY_FAILURE,
    Cause.TLS_UNKNOWN_AUTHORITY,
    Cause.TLS_CERTIFICATE_EXPIRED,
    Cause.TLS_NAME_MISMATCH,
    Cause.TLS_HANDSHAKE_FAILED,
    Cause.HTTP_HTTPS_MISMATCH,
}
_SEVERAL = 2
#: So many registries and nodes are enough for a sentence.
_MOST_NAMED = 10


@dataclass
class _Group:
    """The failures of one cause and one part at fault: their registries and nodes, in the order in which they come."""

    #: A dict as an ordered set: the first that failed comes first.
    registries: dict[str, None] = field(default_factory=dict)
    #: The same for nodes.
    nodes: dict[str, None] = field(default_factory=dict)

    def add(self, failure: PullFailure) -> None:
        if registry := registry_of_image(failure.image):
            self.registries[registry] = None
        if failure.node:
            self.nodes[failure.node] = None


class SharedFaults:
    """All failures of a snapshot by what is at fault; built once for a snapshot."""

    def __init__(self, snapshot: Snapshot, read_failures: Iterable[ReadFailure]) -> None:
        self._groups: dict[tuple[Cause, str], _Group] = {}
        self._from_node: dict[tuple[Cause, str], _Group] = {}
        self._untrusted = _Group()
        for failure, verdict in read_failures:
            if verdict.cause.scope is not Scope.REGISTRY:
                continue
            self._groups.setdefault((verdict.cause, _at_fault(verdict)), _Group()).add(failure)
            if _has_no_way(verdict) and failure.node:
                self._from_node.setdefault((verdict.cause, failure.node), _Group()).add(failure)
            if _is_public_and_untrusted(verdict):
                self._untrusted.add(failure)
        self._snapshot = snapshot

    def is_intercepted(self, verdict: Verdict) -> bool:
        """Whether hosts of several vendors, whose certificates every system trusts, are not trusted, this one's too.

        Then something between the nodes and all of them opens TLS, or the nodes lack the public authorities: one fault.
        """
        return _is_public_and_untrusted(verdict) and len(self._untrusted_vendors) >= _SEVERAL

    @cached_property
    def _pulls(self) -> Pulls:
        return Pulls(pod_events_of(self._snapshot).with_reason("Pulled"))

    @cached_property
    def _untrusted_vendors(self) -> frozenset[Vendor]:
        return frozenset(map(vendor_of, self._untrusted.registries))

    def look(self, failure: PullFailure, verdict: Verdict) -> Iterator[Evidence]:
        """The other registries that fail by the same, and those that the node reaches."""
        if verdict.cause.scope is not Scope.REGISTRY:
            return
        own = registry_of_image(failure.image)
        if self.is_intercepted(verdict):
            yield from _evidence(self._untrusted, own, INTERCEPTED, "present a certificate that isn't trusted either")
        elif others := self._groups.get((verdict.cause, _at_fault(verdict))):
            yield from _evidence(others, own, _at_fault(verdict), f"fail because of the same {_named(verdict)}")
        if failure.node and _has_no_way(verdict):
            others = self._from_node.get((verdict.cause, failure.node), _Group())
            yield from _evidence(others, own, failure.node, "can't be reached from there either")
        if failure.node and verdict.cause in _NO_WAY:
            yield from self._reached(failure, failure.node, own)
        if failure.node and verdict.cause in _OF_THE_WAY:
            yield from self._only_here(failure, verdict, failure.node, own)

    def _reached(self, failure: PullFailure, node: str, own: str) -> Iterator[Evidence]:
        reached = [name for name in self._pulls.registries(node, failure.since) if name != own][:_MOST_NAMED]
        if reached:
            text = f"since this failure began, images of {listed(reached)} were pulled on node {node}"
            yield Evidence(Check.SHARED_FAULT, Result.OK, text, node, tuple(reached))

    def _only_here(self, failure: PullFailure, verdict: Verdict, node: str, own: str) -> Iterator[Evidence]:
        """The same registry, pulled from on other nodes while this one alone can't."""
        group = self._groups.get((verdict.cause, _at_fault(verdict)))
        others = sorted(name for name in self._pulls.nodes(own, failure.since) if name != node)[:_MOST_NAMED]
        if others and group is not None and group.nodes.keys() == {node}:
            text = (
                f"since this failure began, images of {own} were pulled {on_nodes(others)}, and only node {node} "
                f"fails: look for a difference on {node}"
            )
            yield Evidence(Check.ONLY_THIS_NODE, Result.INFO, text, own, tuple(others))


def _evidence(group: _Group, own: str, about: str, what: str) -> Iterator[Evidence]:
    others = [registry for registry in islice(group.registries, _MOST_NAMED + 1) if registry != own][:_MOST_NAMED]
    total = len(group.registries) - (own in group.registries)
    if others:
        number = counted(total, "other registry").replace("registrys", "registries")
        nodes = on_nodes(list(islice(group.nodes, _MOST_NAMED)), len(group.nodes))
        where = f", {nodes}" if nodes else ""
        text = f"{number} ({listed(others, total=total)}) {what if total > 1 else _singular(what)}{where}"
        yield Evidence(Check.SHARED_FAULT, Result.INFO, text, about, tuple(others))


def _singular(what: str) -> str:
    first, _, rest = what.partition(" ")
    return what if first == "can't" else f"{first}s {rest}"


def _has_no_way(verdict: Verdict) -> bool:
    """Whether a node finds no way to a registry that is there: of a name that doesn't resolve only a vendor's is."""
    if verdict.cause is Cause.DNS_FAILURE:
        return verdict.mentions.name_is_unknown and is_vendors_own(verdict.host or "")
    return verdict.cause in _NO_WAY


def _at_fault(verdict: Verdict) -> str:
    return verdict.intermediary or verdict.host or ""


def _named(verdict: Verdict) -> str:
    if verdict.intermediary:
        kind, _, address = verdict.intermediary.partition(" ")
        return f"{'resolver' if kind == 'dns' else kind} {address}"
    return f"host {verdict.host}"


def _is_public_and_untrusted(verdict: Verdict) -> bool:
    return verdict.cause is Cause.TLS_UNKNOWN_AUTHORITY and is_vendors_own(verdict.host or "")
