"""Fixes on the way to the registry: names, routes, ports, proxies."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.fixes.case import Case
from kubectl_imagepull.fixes.commands import delete_pod, set_image
from kubectl_imagepull.fixes.credentials import vendor_tip
from kubectl_imagepull.fixes.fix import Draft
from kubectl_imagepull.fixes.shell import line, pipe
from kubectl_imagepull.vocabulary.causes import Cause

_LOCAL = ("localhost", "127.", "[::1]")


def ask_registry(case: Case, then: str = "") -> Draft:
    """Asks the registry from the node, as the runtime does."""
    ask = line("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}\\n", "--connect-timeout", "10", _url(case))
    text = f"{case.on_node}: ask {case.host} yourself; 200 or 401 says that it is there and the way is free."
    return Draft(f"{text} {then}".rstrip(), (ask,))


def from_node(case: Case, why: str, *words: str) -> Draft:
    """Runs something on the node, through kubectl where a pod can start there."""
    if case.is_sandbox:
        return Draft(f"{case.on_node}: {why}.", (line(*words),))
    debug = ("debug", f"node/{case.node}", "-it", "--image=IMAGE_ON_THE_NODE", "--", "chroot", "/host")
    needs = "The debugging pod needs an image as well: name one that the node has."
    stays = "It stays behind when it has ended: the second command deletes such pods of the node."
    others = f" The commands are for {case.node}: run them for each." if case.on_many_nodes else ""
    return Draft(
        f"{case.on_node}: {why}. {needs} {stays}{others}", (case.kubectl(*debug, *words), _without_debuggers(case))
    )


def _without_debuggers(case: Case) -> str:
    """Deletes the node's debugging pods that don't run: kubectl gives them names that nobody knows before."""
    # one whose image can't be pulled is Pending for ever
    fields = f"spec.nodeName={case.node},status.phase!=Running"
    return pipe(
        case.kubectl("get", "pods", "--field-selector", fields, "-o", "name"),
        line("grep", "-F", f"pod/node-debugger-{case.node}-"),
        f"xargs {case.kubectl('delete')}",
    )


def elsewhere(case: Case) -> list[Draft]:
    """Away from a node that has the fault alone."""
    if not case.has(Check.ONLY_THIS_NODE) or case.on_many_nodes or case.kind == "daemonset":
        return []
    commands = [case.kubectl("cordon", case.node)]
    if case.is_replaced:
        commands.append(delete_pod(case))
    return [
        Draft(
            f"Only node {case.node} has this fault: until it is repaired, keep pods away from it. Then: "
            f"{case.kubectl('uncordon', case.node)}.",
            tuple(commands),
        )
    ]


def _url(case: Case) -> str:
    return f"https://{case.host}/v2/"


def mirror(case: Case) -> list[Draft]:
    """What to do about another host that answered in the registry's place."""
    if not case.is_mirrored:
        return []
    return [
        Draft(
            f"{case.on_node}: {case.host} answered in place of {case.registry}. If it is a mirror, repair it or take "
            "it out of the runtime's configuration (hosts.toml, registries.conf)."
        )
    ]


def dns_failure(case: Case) -> list[Draft]:
    """The node can't resolve the host: a wrong name, a private zone, a resolver that is down."""
    name = case.host_name
    if name.endswith((".svc", ".cluster.local")) or "." not in name:
        typo = f"{name} is a name of the cluster's inside or a short one, and the node's resolver doesn't know those."
    else:
        typo = f"See that {name} is spelt right."
    whose = "It is the node that resolves it, by its own /etc/resolv.conf and not by the cluster's DNS."
    spelling = Draft(f"{typo} {whose}")
    reference = case.reference
    if reference and case.host == reference.registry and not case.is_sandbox:
        mark = f"@{reference.digest}" if reference.digest else f":{case.tag}"
        right = set_image(case, f"RIGHT_HOST/{reference.path}{mark}")
        spelling = Draft.of(f"{typo} {whose} With another host the image's name is set like this.", right)
    drafts = [
        spelling,
        from_node(case, "ask its resolver", "getent", "hosts", name),
        Draft(
            f"If {name} resolves elsewhere, the node's network lacks the private zone or its DNS server is down: link "
            "the zone, or correct the resolver."
        ),
    ]
    return [*elsewhere(case), *drafts, *vendor_tip(case, Cause.DNS_FAILURE)]


_STAGES: Mapping[str, str] = {
    "dial": "Nothing answers the first packet: a firewall or security group drops it. Open {port} from the nodes.",
    "tls": "The connection stands and TLS doesn't come through: a firewall that looks into TLS, a proxy, or packets "
    "that are too large for the way (MTU).",
    "headers": "{host} takes the question and doesn't answer: the registry, or a proxy before it, is overloaded.",
    "body": "The download starts and then stalls: a slow registry or way. {host} may send layers from another host, "
    "that must be open as well.",
}


def connect_timeout(case: Case) -> list[Draft]:
    """No answer in time; the stage says where to look."""
    stage = case.verdict.details.get("stage")
    if stage == "lookup":
        return dns_failure(case)
    text = _STAGES.get(stage, "") if isinstance(stage, str) else ""
    text = text or "Something on the way drops it: a firewall or security group. Open {port} from the nodes."
    where = Draft(text.format(port=case.host_and_port, host=case.host))
    proxy = Draft(
        "If nodes reach the world only by a proxy, the runtime must know it: this shows its setting on "
        f"{case.the_node}.",
        _environment(case),
    )
    return [*elsewhere(case), where, *mirror(case), ask_registry(case), proxy]


def connection_refused(case: Case) -> list[Draft]:
    """Nothing listens there: a wrong port, or a service that is down."""
    if case.host.startswith(_LOCAL):
        local = "is the node itself, not your machine: push the image to a registry that nodes reach, and name that."
        return [
            Draft.of(f"{case.host} {local}", set_image(case, f"REGISTRY/REPOSITORY:{case.tag}")),
            ask_registry(case),
        ]
    port = Draft(f"See that the port is right and that the registry runs: nothing listens at {case.host_and_port}.")
    return [
        *elsewhere(case),
        port,
        *mirror(case),
        ask_registry(case),
        Draft("A firewall that rejects looks the same."),
    ]


def network_unreachable(case: Case) -> list[Draft]:
    """No route from the node."""
    route = Draft(
        f"{case.on_node}: see which addresses {case.host_name} has and whether there is a route to them.",
        (line("getent", "ahosts", case.host_name), "ip route; ip -6 route"),
    )
    family = Draft(
        "If only its IPv6 (or IPv4) address is tried and the node has none: repair that family, or its DNS entry."
    )
    return [*elsewhere(case), route, family, ask_registry(case)]


def connection_broken(case: Case) -> list[Draft]:
    """The connection broke: once is chance, always is something between."""
    wait = Draft("Once is chance, and the kubelet tries again by itself within five minutes.")
    between = Draft(
        f"If it stays: look at what stands between the node and {case.host}: load balancer, proxy, firewall, their "
        "time limits and their logs."
    )
    return [*elsewhere(case), wait, between, *mirror(case), ask_registry(case)]


def proxy_failure(case: Case) -> list[Draft]:
    """The runtime's proxy: its address, its rules, or leave it out for this host."""
    unit = case.service or "containerd"
    or_other = "" if case.service else " (crio or docker where the node runs that)"
    return [
        Draft(
            f"{case.on_node}: see which proxy the runtime uses, and that it is up and lets {case.host} through.",
            _environment(case),
        ),
        Draft(
            f"{case.on_node}: if {case.host_name} is reached without a proxy, add it to NO_PROXY in the runtime's "
            f"unit{or_other} and restart it: Environment=NO_PROXY=...,{case.host_name} under [Service].",
            (line("sudo", "systemctl", "edit", unit), line("sudo", "systemctl", "restart", unit)),
        ),
        *elsewhere(case),
    ]


def _environment(case: Case) -> tuple[str, ...]:
    units = (case.service,) if case.service else ("containerd", "crio", "docker")
    return (line("systemctl", "show", "--property=Environment", *units),)


NETWORK: Mapping[Cause, Callable[[Case], list[Draft]]] = {
    Cause.DNS_FAILURE: dns_failure,
    Cause.CONNECT_TIMEOUT: connect_timeout,
    Cause.CONNECTION_REFUSED: connection_refused,
    Cause.NETWORK_UNREACHABLE: network_unreachable,
    Cause.CONNECTION_BROKEN: connection_broken,
    Cause.PROXY_FAILURE: proxy_failure,
}
