"""ProxyFailure: the proxy refused or failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_RUNTIME, Remedy, Runbook
from kubectl_imagepull.fixes.steps.other_nodes import lone_node_clause, only_here
from kubectl_imagepull.fixes.steps.ways_to_registry import layer_notes
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who

_WANTS_LOGIN = "Proxy Authentication Required"
#: What a proxy answers where it could not reach the registry itself.
_NOT_REACHED = frozenset(
    {"Bad Gateway", "Service Unavailable", "Gateway Timeout", "Gateway Time-out", "Request Timeout"}
)
_OWN = ("127.", "[::1]", "localhost")


def fixes(context: FixContext) -> Sequence[Fix]:
    """The proxy is down, refuses the host, wants a login, or isn't meant for this host at all."""
    tasks = tasks_for(context)
    alone = only_here(context, tasks.compare_settings(lone_node_clause(context)))
    return [*alone, *tasks.proxy()] if alone else _by_answer(context)


def _by_answer(context: FixContext) -> list[Fix]:
    answer, setting = context.way.named.proxy_answer, list(tasks_for(context).proxy())
    if answer == _WANTS_LOGIN:
        return _set_so(_login(context), setting)
    if context.way.named.proxy.startswith(_OWN):
        return _set_so(_own_address(context), setting)
    if not answer:
        return [_down(context), *setting]
    # a host of one's own is mostly reached without a proxy
    around = not context.registry.is_vendors_own and not context.registry.is_blob_host
    refused = _cannot_reach(context) if answer in _NOT_REACHED else _refused(context, answer)
    return [*setting, refused] if around else [refused, *setting]


def _set_so(fix: Fix, setting: list[Fix]) -> list[Fix]:
    """A fix that is made in the proxy's setting, with the commands that set it where there are some."""
    if not setting or not setting[0].commands:
        return [fix, *setting]
    by = setting[0]
    return [replace(by, text=fix.text, basis=fix.basis, short=fix.short, notes=(*by.notes, *fix.notes)), *setting[1:]]


def _own_address(context: FixContext) -> Fix:
    proxy, node = context.way.named.proxy, context.node.shown
    text = (
        f"The runtime on {node} goes through a proxy at {proxy}, which is the node itself, and nothing listens "
        "there. Set an address at which nodes can reach the proxy."
    )
    basis = Basis.EVIDENCE if context.way.sharing else Basis.TEXT
    short = (f"Correct the proxy of {node}: {proxy} is the node", "Correct the proxy: its address is the node itself")
    return Fix(text, (), Who.CLUSTER_ADMIN, basis, Where.NODE, short=short)


def _down(context: FixContext) -> Fix:
    proxy, node = context.way.named.proxy, context.node.shown
    name = f"The proxy {proxy}" if proxy else "The proxy"
    text = (
        f"{name} that the runtime on {node} uses can't be reached{context.way.also_sharing}: start it, or correct "
        "its address on the node."
    )
    short: tuple[str, ...] = (
        f"Start the proxy of {node}, or correct its address",
        "Start the proxy, or correct its address",
    )
    if proxy:
        short = (
            f"Start proxy {proxy}, or correct it on {node}",
            f"Start proxy {proxy}, or correct its address",
            *short,
        )
    basis = Basis.EVIDENCE if context.way.sharing else Basis.TEXT
    return Fix(text, (), Who.CLUSTER_ADMIN, basis, Where.NODE, short=short)


def _login(context: FixContext) -> Fix:
    text = (
        f"The proxy requires a login, and the runtime on {context.node.shown} sends none that it accepts: add it to "
        f"the proxy's URL there, or have the proxy let the nodes through without one{context.way.also_sharing}."
    )
    short = (f"Give the runtime on {context.node.shown} the proxy's login", "Give the runtime the proxy's login")
    note = "In the URL: http://USER:PASSWORD@PROXY:PORT, with special characters percent-encoded."
    return Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=short, notes=(note,))


def _refused(context: FixContext, answer: str) -> Fix:
    host = context.registry.host_with_port
    text = f"The proxy of {context.node.shown} refuses {host} ({answer}): ask whoever runs the proxy to allow it."
    short = (f"Have the proxy allow {host}", "Have the proxy allow the registry")
    return Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=short, notes=layer_notes(context))


def _cannot_reach(context: FixContext) -> Fix:
    host = context.registry.host_with_port
    text = (
        f"The proxy of {context.node.shown} answers but can't reach {host} itself: ask whoever runs it to check its "
        "DNS and its outbound access."
    )
    short = (f"Find out why the proxy can't reach {host}", "Find out why the proxy can't reach the registry")
    return Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=short)


RUNBOOK = Runbook(
    confirm=(
        (
            "The message has 'proxyconnect', or a bare 'Forbidden' or 'Bad Gateway' after the quoted URL: that is "
            "the proxy's answer."
        ),
        "On the node: systemctl show --property=Environment containerd crio docker shows the proxy in use.",
    ),
    fixes=(
        (
            ANY_RUNTIME,
            "Allow the registry's host in the proxy, or add the host to NO_PROXY; then restart the runtime.",
        ),
        (
            "containerd",
            "systemctl edit containerd: HTTPS_PROXY and NO_PROXY as Environment= under [Service].",
        ),
        (
            "CRI-O",
            "systemctl edit crio: the same.",
        ),
        (
            "Docker",
            "systemctl edit docker: the same.",
        ),
    ),
)

REMEDY = Remedy(Cause.PROXY_FAILURE, fixes, RUNBOOK)
