"""ConnectTimeout: the registry did not answer in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, ANY_RUNTIME, Remedy, Runbook
from kubectl_imagepull.fixes.steps.near_names import near_name_fix, strangers_near_name_fixes
from kubectl_imagepull.fixes.steps.other_nodes import lone_node_clause, only_here
from kubectl_imagepull.fixes.steps.registry_requests import ask_registry, registry_request, wait_for_retry
from kubectl_imagepull.fixes.steps.ways_to_registry import cloud_ways, is_on_gke, layer_notes, open_way
from kubectl_imagepull.messages.particulars import Particular
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Command
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.names import host_name
from kubectl_imagepull.vocabulary.node_environment import Runtime
from kubectl_imagepull.vocabulary.vendors import Vendor
from kubectl_imagepull.vocabulary.wording import listed

_ROUTES = Command(("ip", "route"))

#: Registries that a customer's own network reaches at a private address.
_WITH_ENDPOINTS = frozenset({Vendor.AZURE, Vendor.ECR})


def fixes(context: FixContext) -> Sequence[Fix]:
    """The stage says how far the pull came, and so what stands in its way."""
    tasks = tasks_for(context)
    if alone := only_here(context, tasks.run(lone_node_clause(context), registry_request(context), _ROUTES)):
        return [*alone, *_ask(context)]
    if _is_limited_by_adapter(context):
        why = "The pull takes longer than the two minutes that the kubelet's Docker adapter gives it"
        return [*tasks.pull_image(why), *_body(context)[1:2], *_dial(context)[:1]]
    near, mirror = near_name_fix(context), tasks.mirror() if context.registry.is_mirrored else ()
    likely = _by_stage(context)
    return [*([near] if near else []), *mirror, *likely[:1], *strangers_near_name_fixes(context), *likely[1:]]


def _is_limited_by_adapter(context: FixContext) -> bool:
    """Whether a whole pull took longer than any call may: dockershim and cri-dockerd end it like any other."""
    is_docker = context.node.environment.runtime is Runtime.DOCKER
    return is_docker and context.says(Particular.OUT_OF_TIME) and bool(context.image.reference)


def _by_stage(context: FixContext) -> list[Fix]:
    stage = context.detail("stage")
    if stage == "lookup":
        return _lookup(context)
    if stage == "tls":
        return _handshake(context)
    if stage == "body":
        return _body(context)
    # Docker words every late answer so, also where no connection came about
    if stage == "headers" and context.node.environment.runtime is not Runtime.DOCKER:
        return _headers(context)
    return _dial(context)


def _ask(context: FixContext) -> list[Fix]:
    return ask_registry(
        context,
        tasks_for(context).run(f"Check whether {context.registry.host} answers now", registry_request(context)),
    )


# -- no connection -------------------------------------------------------------------------------------------------


def _dial(context: FixContext) -> list[Fix]:
    way, ways = context.way, cloud_ways(context)
    if way.reached:
        text = (
            f"{_unanswered(context)}, and images of {listed(way.reached)} were pulled there since. A firewall or "
            f"route blocks only this host: open {context.registry.host_with_port} for the nodes."
        )
        return [open_way(context, text, basis=Basis.EVIDENCE), *ways, *_ask(context)]
    if way.address_is_private and context.registry.vendor in _WITH_ENDPOINTS and not context.registry.is_mirrored:
        text = (
            f"{_unanswered(context)}: a private address of such a registry is its private endpoint. Check the peering, "
            "the route table and the network security rules between the nodes' network and the endpoint's."
        )
        return [open_way(context, text), *ways, *_ask(context)]
    if way.address_is_private:
        text = (
            f"{_unanswered(context)}: check that the registry is running, and that no firewall or route in between "
            f"blocks {context.registry.host_with_port} for the nodes."
        )
        return [open_way(context, text), *ways, *_ask(context)]
    if way.unreachable:
        text = (
            f"{_unanswered(context)}, and {listed(way.unreachable)} can't be reached from there either. Give the "
            "node outbound access: a route through the firewall, or a proxy."
        )
        return [open_way(context, text, basis=Basis.EVIDENCE), *ways, *tasks_for(context).proxy()]
    text = (
        f"{_unanswered(context)}: a firewall or a missing route blocks it, or the runtime doesn't know the proxy "
        f"that it needs. Open {context.registry.host_with_port} for the nodes, or set the proxy."
    )
    main = open_way(context, text)
    proxy = tasks_for(context).proxy()
    # Google Cloud lets everything out by default: what is missing there is a way, and not a rule
    if context.registry.vendor is Vendor.ECR or (ways and is_on_gke(context)):
        return [*ways, main, *proxy, *_ask(context)]
    return [main, *proxy, *ways, *_ask(context)]


def _unanswered(context: FixContext) -> str:
    return f"{context.registry.host_with_port}{context.way.address} doesn't answer {context.node.shown}"


def _lookup(context: FixContext) -> list[Fix]:
    host = context.registry.host_without_port
    text = f"The DNS server of {context.node.shown} takes too long to look up {host}: fix it, or use another one."
    look = Command(("getent", "hosts", host_name(host)))
    short = (f"Fix the DNS server of {context.node.shown}", "Fix the node's DNS server")
    found = tasks_for(context).run(text, Command(("cat", "/etc/resolv.conf")), look)
    return [replace(fix, short=short) for fix in found]


# -- a connection, and then silence --------------------------------------------------------------------------------


def _handshake(context: FixContext) -> list[Fix]:
    host, node = context.registry.host, context.node.shown
    text = (
        f"The connection from {node} to {host} is up, but the TLS handshake gets no answer. A firewall or proxy that "
        "inspects TLS blocks it, or the packets are too large for the network (MTU)."
    )
    short = (f"Find what blocks TLS between {node} and {host}", "Find what blocks TLS to the registry")
    requests = tasks_for(context).run(text, registry_request(context), Command(("ip", "-o", "link", "show")))
    looks = [replace(fix, short=short) for fix in ask_registry(context, requests)]
    if context.way.address_is_private or context.registry.is_local:
        return looks
    return [*looks, *tasks_for(context).proxy()]


def _headers(context: FixContext) -> list[Fix]:
    host = context.registry.host
    wait = wait_for_retry(f"{host} was too slow to answer", short=(f"Wait: {host} is slow to answer",))
    if context.registry.is_vendors_own:
        between = (
            f"If {host} is fast from other networks, a proxy or firewall between {context.node.shown} and {host} "
            "holds up the answers."
        )
        return [wait, *_ask(context), open_way(context, between, basis=Basis.GUESS)]
    text = (
        f"{host} accepted the request but didn't answer in time: check its load, its storage and any proxy in "
        "front of it."
    )
    short = (f"Find out why {host} is slow", "Find out why the registry is slow")
    busy = Fix(text, (), Who.REGISTRY_OWNER, Basis.TEXT, Where.REGISTRY, short=short)
    return [busy, wait, *_ask(context)]


def _body(context: FixContext) -> list[Fix]:
    registry, node = context.registry, context.node.shown
    wait = wait_for_retry("A download that stalled may work the next time", short=("Wait: the download stalled",))
    if registry.is_blob_host:
        text = (
            f"The manifest came from {registry.name}, but its layers, which come from {registry.host}, stall. Open "
            f"{registry.host_with_port} for {node}: a firewall needs a separate rule for it."
        )
        way = open_way(context, text)
        endpoints = cloud_ways(context) if registry.vendor is Vendor.ECR else []
        return [*endpoints, way, wait, *_ask(context)]
    text = (
        f"The download from {registry.host} starts and then stalls: the network between it and {node} is slow or "
        "drops packets."
    )
    slow = Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=_slow(context), notes=layer_notes(context))
    return [wait, slow, *_ask(context)]


def _slow(context: FixContext) -> tuple[str, ...]:
    return (f"Find what slows down downloads from {context.registry.host}", "See what slows downloads")


RUNBOOK = Runbook(
    confirm=(
        "stage in the details says where it stopped: lookup, dial, tls, headers or body.",
        "On the node: curl -sSv --connect-timeout 10 https://HOST/v2/ shows where it stops; 200 or 401 is fine.",
        (
            "Without shell access to the node: kubectl debug node/NODE -it --image=IMAGE_ON_THE_NODE -- chroot "
            "/host; this needs an image too, so use one that the node has."
        ),
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "lookup: DNS. dial: a firewall drops packets; open the registry's port from the nodes.",
        ),
        (
            ANY_RUNTIME,
            (
                "tls: a firewall that inspects TLS, a proxy, or the MTU. The proxy is set in the runtime's own "
                "configuration."
            ),
        ),
        (
            "slow registries",
            "headers, body: the registry is slow; layers may come from another host, which must be open too.",
        ),
        (
            Vendor.DOCKER_HUB.value,
            ("Layers come from production.cloudflare.docker.com and production.cloudfront.docker.com: open these too."),
        ),
        (
            Vendor.QUAY.value,
            "Layers come from cdn.quay.io and cdn01.quay.io to cdn06.quay.io: open these too.",
        ),
        (
            Vendor.ECR.value,
            (
                "Private subnets need a NAT gateway, or endpoints for ecr.api, ecr.dkr and s3 whose security group "
                "allows port 443 from the nodes."
            ),
        ),
        (
            "GKE",
            "Without Cloud NAT, private nodes reach only Google's registries.",
        ),
    ),
)

REMEDY = Remedy(Cause.CONNECT_TIMEOUT, fixes, RUNBOOK)
