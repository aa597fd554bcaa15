"""DnsFailure: the registry's host name does not resolve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.near_names import near_name_fix, strangers_near_name_fixes
from kubectl_imagepull.fixes.steps.other_hosts import REACHED_HOST, RIGHT_HOST, name_host
from kubectl_imagepull.fixes.steps.other_nodes import lone_node_clause, only_here
from kubectl_imagepull.fixes.steps.registry_requests import wait_for_retry
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Command, Effect, Placeholder, Word
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.image_reference import try_parse
from kubectl_imagepull.vocabulary.names import host_name
from kubectl_imagepull.vocabulary.node_environment import Platform
from kubectl_imagepull.vocabulary.vendors import Vendor, is_vendors_own, vendor_of
from kubectl_imagepull.vocabulary.wording import listed

#: Vendors whose own hosts are the same for everybody, so that such a name is there; the others' hold a customer's name.
_ONE_FOR_ALL = frozenset(
    {
        Vendor.DOCKER_HUB,
        Vendor.ECR_PUBLIC,
        Vendor.KUBERNETES,
        Vendor.MICROSOFT,
        Vendor.GITHUB,
        Vendor.GITLAB,
        Vendor.QUAY,
        Vendor.RED_HAT,
        Vendor.NVIDIA,
        Vendor.CHAINGUARD,
        Vendor.DIGITALOCEAN,
        Vendor.ORACLE_DOWNLOADS,
    }
)
_INSIDE = (".svc", ".cluster.local")
#: Ends of names that only a network's own DNS knows.
_PRIVATE = (".internal", ".local", ".lan", ".corp", ".intra", ".intranet", ".home", ".home.arpa", ".private")
#: Where Go's resolver asks if /etc/resolv.conf names no server (net dnsconfig.go).
_NO_SERVER = frozenset({"::1", "127.0.0.1"})
_SYSTEMD_RESOLVED = "127.0.0.53"
#: Platforms whose nodes are containers in a Docker network -> that network; {cluster} is the cluster's name.
_DOCKER_NETWORKS = {Platform.KIND: "kind", Platform.K3D: "k3d-{cluster}"}
#: Platforms whose registry add-on nodes reach by a port of their own -> its Service, and that address.
_ADD_ONS = {
    Platform.MICROK8S: ("registry.container-registry", "localhost:32000"),
    Platform.MINIKUBE: ("registry.kube-system", "localhost:5000"),
}
#: The operator of OpenShift 4's registry, and that registry's name in the cluster.
_REGISTRY_CONFIG = "configs.imageregistry.operator.openshift.io/cluster"
_OPENSHIFT_4 = "image-registry."
_CONFIGURATION = Command(("cat", "/etc/resolv.conf", "/etc/hosts"))


def fixes(context: FixContext) -> Sequence[Fix]:
    """A name that isn't there, or a resolver that doesn't answer: each has its own."""
    alone = only_here(context, tasks_for(context).run(lone_node_clause(context), _CONFIGURATION, _look_up(context)))
    # a resolver that answers "no such name" works: then the name is at fault, and waiting helps nobody
    if context.diagnosis.retryable and not context.way.named.name_is_unknown and not _is_of_cluster(context):
        return [*alone, *_resolver(context), _wait(context)]
    if alone:
        # another node finds the name, so it is right
        return [*alone, _entry(context)]
    near = near_name_fix(context)
    return [near, *_name(context, is_misspelt=True)] if near else _name(context)


def _is_of_cluster(context: FixContext) -> bool:
    """Whether only the cluster's own DNS knows the name, so that it is at fault however a node's resolver answers.

    OpenShift's own registry is known to nodes all the same.
    """
    is_openshift = context.registry.vendor is Vendor.OPENSHIFT
    return context.registry.host_without_port.endswith(_INSIDE) and not is_openshift and not _is_in_use(context)


def _look_up(context: FixContext) -> Command:
    return Command(("getent", "hosts", host_name(context.registry.host_without_port)))


# -- the name ------------------------------------------------------------------------------------------------------


def _name(context: FixContext, *, is_misspelt: bool = False) -> list[Fix]:
    registry, host = context.registry, context.registry.host_without_port
    is_inside = host.endswith(_INSIDE) or "." not in host
    if add_on := _add_on_registry(context):
        return [*add_on, *_see(context)]
    # from what proves most where the fault is, to what only the form of the name suggests
    if registry.is_mirrored:
        specific = [*tasks_for(context).mirror(), _entry(context)]
    elif registry.vendor is Vendor.OPENSHIFT and context.node.environment.platform is Platform.OPENSHIFT:
        specific = _openshift(context)
    elif is_vendors_own(host) and not registry.is_blob_host and registry.vendor in _ONE_FOR_ALL:
        specific = [*_no_public_names(context), *_from_inside(context)]
    elif _is_in_use(context):
        # the name is right, so nobody is asked whether it is misspelt
        specific = [_entry(context)]
    elif is_inside:
        specific = [*_known_inside_only(context), *_in_docker_network(context)]
    elif registry.vendor is Vendor.AZURE:
        specific = _azure(context)
    elif is_misspelt or registry.answered_by:
        specific = [_entry(context)]
    elif host.endswith(_PRIVATE) or _is_in_secret(context):
        specific = [_entry(context), *_spelling(context)]
    else:
        specific = [*_spelling(context), _entry(context)]
    return [*specific, *strangers_near_name_fixes(context), *_see(context)]


def _is_in_use(context: FixContext) -> bool:
    """Whether images of the same host run, or ran in this workload: then its name is right."""
    if context.findings.values(Check.SAME_REGISTRY_ELSEWHERE, context.registry.name):
        return True
    earlier = try_parse(context.findings.previous_image)
    return earlier is not None and earlier.registry == context.registry.name


def _is_in_secret(context: FixContext) -> bool:
    """Whether a pull secret of the pod names the host too: then it was hardly misspelt."""
    return any(item.check is Check.PULL_SECRET_MATCHES for item in context.findings.evidence)


def _resolver_of(context: FixContext) -> str:
    """The resolver, in a sentence."""
    resolver = context.way.named.resolver
    return f"DNS server {resolver} of {context.node.shown}" if resolver else f"the DNS of {context.node.shown}"


def _spelling(context: FixContext) -> list[Fix]:
    host = context.registry.host_without_port
    resolver = _resolver_of(context)
    text = f"{resolver[:1].upper()}{resolver[1:]} doesn't know host {host}: correct the host in the image name."
    short = (f"Correct the host {host} in the image name", "Correct the host in the image name")
    return name_host(context, RIGHT_HOST, text, short=short)


def _entry(context: FixContext) -> Fix:
    host = context.registry.host_without_port
    if _is_in_use(context):
        text = (
            f"Other images from {host} are running, so the name is right, but {_resolver_of(context)} no longer "
            "resolves it. Restore its DNS record there, or link its private zone to the nodes' network again."
        )
        return _at_dns(context, text, Basis.EVIDENCE)
    if context.registry.answered_by:
        text = (
            f"{context.registry.name} redirects clients to {host}, which {_resolver_of(context)} doesn't know: make "
            "it resolve there too."
        )
        return _at_dns(context, text)
    if _is_in_secret(context):
        text = (
            f"The pod's pull secret names {host} too, but {_resolver_of(context)} doesn't know it: add a record there, "
            "or link its private DNS zone to the nodes' network."
        )
        return _at_dns(context, text)
    text = f"If {host} is right, add it to {_resolver_of(context)}, or link its private DNS zone to the nodes' network."
    return _at_dns(context, text)


def _at_dns(context: FixContext, text: str, basis: Basis = Basis.TEXT) -> Fix:
    host = context.registry.host_without_port
    short = (
        f"Make {host} resolve on {context.node.shown}",
        f"Make {host} resolve on the nodes",
        "Have the name entered",
    )
    note = "Nodes use the servers in their own /etc/resolv.conf, not the cluster's DNS."
    return Fix(text, (), Who.CLUSTER_ADMIN, basis, Where.NODE, short=short, notes=(note,), nodes=context.node.nodes)


def _see(context: FixContext) -> list[Fix]:
    host = context.registry.host_without_port
    return [*tasks_for(context).run(f"Check whether {host} resolves now", _look_up(context))]


def _add_on_registry(context: FixContext) -> list[Fix]:
    """The address by which nodes reach the registry of an add-on, whose Service they can't look up."""
    host, platform = context.registry.host_without_port, context.node.environment.platform
    service, address = _ADD_ONS.get(platform, ("", ""))
    if not service or host not in {service, f"{service}.svc", f"{service}.svc.cluster.local"}:
        return []
    text = f"{host} is a Service, whose name nodes can't resolve: they reach {platform.value}'s registry as {address}."
    return name_host(context, address, text, short=(f"Name the registry {address}",))


def _known_inside_only(context: FixContext) -> list[Fix]:
    host = context.registry.host_without_port
    if host.endswith(_INSIDE):
        text = (
            f"{host} is a cluster DNS name, and nodes don't use the cluster's DNS. Use a name that nodes can "
            "resolve: the registry's Ingress, its load balancer or a node port."
        )
    else:
        node = context.node.shown
        text = f"{host} is a short name that {node} can't resolve: use the registry's full host name."
    short = (f"Nodes can't resolve {host}: use another name", "Use a name that nodes can resolve")
    # images may keep the name where the runtime sends what begins with it to an address that it reaches
    mirror = tasks_for(context).mirror()[:1] if host.endswith(_INSIDE) else ()
    return [*name_host(context, RIGHT_HOST, text, short=short), *mirror]


def _in_docker_network(context: FixContext) -> list[Fix]:
    """A node that is a container resolves the names of the containers in its network."""
    host, environment = context.registry.host_without_port, context.node.environment
    network = _DOCKER_NETWORKS.get(environment.platform, "").format(cluster=environment.cluster)
    if not network or "." in host or network.endswith("-"):
        return []
    words = ("docker", "network")
    connect, disconnect = (*words, "connect", network, host), (*words, "disconnect", network, host)
    text = (
        f"If {host} is a container on this machine, connect it to the nodes' network so that they can resolve its name."
    )
    effects = frozenset({Effect.CHANGES_CLUSTER})
    short = (f"Connect container {host} to network {network}", "Connect the registry's container to the nodes' network")
    undo = (Command(disconnect, effects),)
    return [Fix(text, (Command(connect, effects),), Who.YOU, Basis.GUESS, Where.REGISTRY, undo, short)]


def _openshift(context: FixContext) -> list[Fix]:
    """The cluster's own registry: its Service is gone where it isn't deployed, else node-resolver is at fault."""
    host = context.registry.host_without_port
    nodes = context.kubectl("get", "pods", "-n", "openshift-dns", "-o", "wide")
    resolver = (
        f"DaemonSet node-resolver writes {host} to /etc/hosts on every OpenShift node: find out why it doesn't on "
        f"{context.node.shown}."
    )
    short = (f"Check node-resolver on {context.node.shown}", "Find out why OpenShift's node-resolver fails")
    at_resolver = Fix(resolver, (nodes,), Who.CLUSTER_ADMIN, Basis.TEXT, Where.CLUSTER, short=short)
    if _is_in_use(context) or not host.startswith(_OPENSHIFT_4):
        return [at_resolver]
    text = (
        f"Nodes know {host} only while the cluster's image registry is deployed: check that. If its managementState is "
        "Removed, have it given storage and set to Managed."
    )
    state = context.kubectl("get", _REGISTRY_CONFIG, "-o", "jsonpath={.spec.managementState}")
    service = context.kubectl("get", "service", "image-registry", "-n", "openshift-image-registry")
    deployed = ("Check that OpenShift's image registry is deployed",)
    removed = Fix(text, (state, service), Who.CLUSTER_ADMIN, Basis.TEXT, Where.CLUSTER, short=deployed)
    return [removed, replace(at_resolver, text=f"If it is deployed: {resolver}", basis=Basis.GUESS)]


def _azure(context: FixContext) -> list[Fix]:
    host = context.registry.host_without_port
    name = host.partition(".")[0]
    text = f"{host} doesn't resolve, so there is no such Azure registry: correct the name, or create the registry."
    check = Command(("az", "acr", "check-name", "--name", name))
    short = (f"Correct {host}: there is no such registry", "Correct the registry's name: it doesn't exist")
    answer = ("nameAvailable: true means that there is no such registry.",)
    missing = Fix(text, (check,), Who.YOU, Basis.TEXT, Where.REGISTRY, short=short, notes=answer)
    words: tuple[Word, ...] = (
        *("az", "network", "private-dns", "link", "vnet", "create", "--zone-name", "privatelink.azurecr.io"),
        *("--name", name, "--resource-group", Placeholder("RESOURCE_GROUP", "the resource group of the private zone")),
        *("--virtual-network", Placeholder("NODES_NETWORK", "the id of the virtual network of the nodes")),
        *("--registration-enabled", "false"),
    )
    link = Command(words, frozenset({Effect.CHANGES_CLUSTER}))
    private = (
        f"If {host} has a private endpoint only, link the zone privatelink.azurecr.io to the nodes' network: "
        f"{name}.REGION.data.azurecr.io has to resolve there too."
    )
    linked = ("Link privatelink.azurecr.io to the nodes' network",)
    undo_note = "az network private-dns link vnet delete removes the link again."
    zone = Fix(private, (link,), Who.CLUSTER_ADMIN, Basis.GUESS, Where.NODE, short=linked, notes=(undo_note,))
    # a data endpoint that has no address belongs to a registry that is there
    return [zone] if context.registry.answered_by else [missing, zone]


def _no_public_names(context: FixContext) -> list[Fix]:
    """A vendor's own host is there for everybody else."""
    host = context.registry.host_without_port
    others = [name for name in context.way.unreachable if vendor_of(name) in _ONE_FOR_ALL]
    resolver = _resolver_of(context)
    text = (
        f"{resolver[:1].upper()}{resolver[1:]} can't resolve {listed([host, *others])}, which "
        f"{'exist' if others else 'exists'}. Give the nodes a DNS server that resolves public names, or a mirror if "
        "they have no internet access on purpose."
    )
    short = (f"Give {context.node.shown} a DNS server for public names", "Give the nodes a DNS server for public names")
    looks = tasks_for(context).run(text, _CONFIGURATION, _look_up(context))
    return [replace(fix, short=(*short, *fix.short)) for fix in looks]


def _from_inside(context: FixContext) -> list[Fix]:
    """In a network that is closed on purpose, images come from a registry inside."""
    text = "Or use a registry inside the network that has a copy of the image."
    short = ("Pull from a registry inside the network",)
    own = name_host(context, REACHED_HOST, text, short=short, basis=Basis.GUESS)
    return [*tasks_for(context).mirror()[:1], *own]


# -- the resolver --------------------------------------------------------------------------------------------------


def _resolver(context: FixContext) -> list[Fix]:
    resolver, node = context.way.named.resolver, context.node.shown
    also, host = context.way.also_sharing, context.registry.host_without_port
    short: tuple[str, ...] = (f"Fix the DNS server of {node}", "Fix the node's DNS server")
    looks = [_CONFIGURATION, _look_up(context)]
    if resolver in _NO_SERVER:
        text = (
            f"{node.capitalize()} uses itself as DNS server for {host}{also}: set a DNS server in its /etc/resolv.conf."
        )
        short = (f"Set a DNS server on {node}", "Set a DNS server on the node")
    elif resolver == _SYSTEMD_RESOLVED:
        text = f"On {node} systemd-resolved gets no answer for {host}{also}: fix the DNS servers that it uses."
        looks = [Command(("resolvectl", "status")), Command(("resolvectl", "query", host_name(host)))]
    else:
        server = f"DNS server {resolver}" if resolver else "The DNS server"
        text = f"{server} fails to resolve {host} for {node}{also}: fix it, or give {node} another."
        short = (f"Fix DNS server {resolver} of {node}", *short) if resolver else short
    basis = Basis.EVIDENCE if context.way.sharing else Basis.TEXT
    checks = tasks_for(context).run(text, *looks)
    return [replace(fix, basis=basis, short=(*short, *fix.short)) for fix in checks]


def _wait(context: FixContext) -> Fix:
    return wait_for_retry(f"Once {context.registry.host_without_port} resolves, nothing else needs doing")


RUNBOOK = Runbook(
    confirm=(
        (
            "'no such host' is about the name; a timeout or 'server misbehaving' is about the DNS server that the "
            "message names."
        ),
        "On the node: getent hosts HOST (or resolvectl query HOST, nslookup HOST) fails.",
        (
            "Without login on the node: kubectl debug node/NODE -it --image=IMAGE_ON_THE_NODE -- chroot /host; it "
            "needs an image as well, so name one that the node has."
        ),
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "Correct the host's name, or the node's resolver: the node uses the servers in its own "
                "/etc/resolv.conf, not the cluster's DNS, so names like registry.default.svc don't resolve."
            ),
        ),
        (
            Vendor.AZURE.value,
            (
                "With a private endpoint, link the private DNS zone to the nodes' network; layers come from "
                "NAME.REGION.data.azurecr.io, which must resolve too."
            ),
        ),
    ),
)

REMEDY = Remedy(Cause.DNS_FAILURE, fixes, RUNBOOK)
