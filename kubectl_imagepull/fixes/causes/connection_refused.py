"""ConnectionRefused: nothing listens at the registry's address."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.near_names import near_name_fix, strangers_near_name_fixes
from kubectl_imagepull.fixes.steps.other_hosts import REACHED_HOST, RIGHT_HOST, name_host
from kubectl_imagepull.fixes.steps.other_nodes import lone_node_clause, only_here
from kubectl_imagepull.fixes.steps.registry_requests import ask_registry, registry_request
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Command, Effect, Word
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.node_environment import Platform

#: The name of a Service as the cluster's DNS has it, whose labels are those of Kubernetes' names.
_SERVICE = re.compile(
    r"(?P<name>[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\.(?P<namespace>[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)"
    r"\.svc(?:\.cluster\.local)?\Z"
)
_CLUSTER = frozenset({Effect.CHANGES_CLUSTER})
#: Distributions whose registry add-on listens on a port of every node: that port.
_ADD_ON_PORTS = {Platform.MICROK8S: "32000", Platform.MINIKUBE: "5000"}
#: Clusters on the reader's own machine whose nodes don't share its localhost.
_ON_THIS_MACHINE = frozenset(
    {Platform.KIND, Platform.K3D, Platform.MINIKUBE, Platform.DOCKER_DESKTOP_KIND, Platform.RANCHER_DESKTOP}
)


def fixes(context: FixContext) -> Sequence[Fix]:
    """A wrong port, localhost that isn't this machine, a registry that is down, or something that rejects."""
    near, tasks = near_name_fix(context), tasks_for(context)
    right_name = [near] if near else []
    if context.registry.is_local:
        return [*right_name, *_localhost(context)]
    ask = tasks.run(f"Check whether {context.registry.host_with_port} answers now", registry_request(context))
    see = ask_registry(context, ask)
    if alone := only_here(context, tasks.run(lone_node_clause(context), registry_request(context))):
        return [*alone, *see]
    if context.registry.is_mirrored:
        return [*right_name, *tasks.mirror(), _start(context), *see]
    if context.registry.is_vendors_own or context.registry.is_blob_host:
        # a public registry isn't down for one cluster: something between rejects
        return [_rejected_between(context), *see]
    # a port that other pods pull from is right
    port = [] if near or _is_in_use(context) else _port(context)
    if service := _service(context):
        return [*right_name, service, *port, *see]
    return [*right_name, *port, *strangers_near_name_fixes(context), _start(context), *see]


# -- localhost -----------------------------------------------------------------------------------------------------


def _localhost(context: FixContext) -> list[Fix]:
    environment, host = context.node.environment, context.registry.host
    port = host.rpartition(":")[2]
    load = tasks_for(context).load_image()
    add_on = [_add_on(context)] if _ADD_ON_PORTS.get(environment.platform) == port else []
    if environment.platform is Platform.DOCKER_DESKTOP:
        text = f"Nothing listens on {host} in Docker Desktop: start the registry's container there."
        show = Command(("docker", "ps", "--all", "--filter", f"publish={port}"))
        short = (f"Start the registry on {host}", "Start the local registry")
        return [Fix(text, (show,), Who.YOU, Basis.TEXT, Where.REGISTRY, short=short), *load]
    if environment.platform in _ON_THIS_MACHINE:
        return [*add_on, *load, *_push_elsewhere(context)]
    return [*add_on, *_push_elsewhere(context), *load]


def _push_elsewhere(context: FixContext) -> list[Fix]:
    host, node = context.registry.host, context.node.shown
    text = (
        f"In an image name {host} means {node} itself, and nothing listens on that port there. Push the image to a "
        "registry that the nodes can reach, and use that one."
    )
    short = (f"Use a registry nodes can reach: {host} is the node", "Use a registry that the nodes can reach")
    return name_host(context, REACHED_HOST, text, short=short)


def _add_on(context: FixContext) -> Fix:
    """Turns the distribution's own registry on."""
    environment, host = context.node.environment, context.registry.host
    if environment.platform is Platform.MICROK8S:
        on: tuple[Word, ...] = ("microk8s", "enable", "registry")
        off: tuple[Word, ...] = ("microk8s", "disable", "registry")
    else:
        profile = ("-p", environment.cluster) if environment.cluster else ()
        on = ("minikube", "addons", "enable", "registry", *profile)
        off = ("minikube", "addons", "disable", "registry", *profile)
    name = environment.platform.value
    text = f"{host} is the registry add-on of {name}, and nothing listens there: enable it, then push the image to it."
    short = (f"Enable the registry add-on of {name}",)
    return Fix(
        text, (Command(on, _CLUSTER),), Who.CLUSTER_ADMIN, Basis.TEXT, Where.CLUSTER, (Command(off, _CLUSTER),), short
    )


# -- another host --------------------------------------------------------------------------------------------------


def _is_in_use(context: FixContext) -> bool:
    """Whether images of the same host and port run: then the port is right."""
    return bool(context.findings.values(Check.SAME_REGISTRY_ELSEWHERE, context.registry.name))


def _service(context: FixContext) -> Fix | None:
    """A Service of the cluster refuses where no pod behind it is ready (kubernetes pkg/proxy); None for other hosts."""
    named = _SERVICE.match(context.registry.host_without_port)
    if named is None:
        return None
    name, namespace = named["name"], named["namespace"]
    text = (
        f"Service {name} in namespace {namespace} refuses connections{context.way.address}, as a service without "
        "ready pods does: check whether the registry's pods are running, and fix them."
    )
    show = context.kubectl("get", "service,endpoints,pods", "-n", namespace)
    short = (f"Check the pods of service {name}", "Check the registry's pods")
    return Fix(text, (show,), Who.REGISTRY_OWNER, Basis.TEXT, Where.CLUSTER, short=short)


def _port(context: FixContext) -> list[Fix]:
    registry = context.registry
    text = (
        f"Nothing listens on {registry.host_with_port}{context.way.address}: if the registry uses another port, "
        "correct it in the image name."
    )
    port = registry.host_with_port.rpartition(":")[2]
    short = (f"Correct port {port} of {registry.host_without_port}", "Correct the registry's port")
    return name_host(context, RIGHT_HOST, text, short=short)


def _start(context: FixContext) -> Fix:
    registry = context.registry
    proven = ", and its images run in this cluster" if _is_in_use(context) else ""
    text = (
        f"{registry.host_with_port}{context.way.address} refuses connections{proven}: start the registry there "
        "again, or the proxy in front of it."
    )
    basis = Basis.EVIDENCE if proven else Basis.TEXT
    short = (f"Start the registry at {registry.host_with_port}", "Start the registry")
    note = "A firewall that rejects instead of dropping looks the same."
    return Fix(text, (), Who.REGISTRY_OWNER, basis, Where.REGISTRY, short=short, notes=(note,))


def _rejected_between(context: FixContext) -> Fix:
    """A vendor's own hosts listen: what refuses stands between, or the name leads elsewhere."""
    registry, way, node = context.registry, context.way, context.node.shown
    short = (f"Correct what {registry.host} resolves to on {node}", "Correct the registry's DNS entry")
    if way.address_is_own:
        text = (
            f"On {node}, {registry.host} resolves to the node itself{way.address}, where nothing listens. Remove "
            "that entry from its DNS or /etc/hosts."
        )
    elif way.address_is_private:
        text = (
            f"On {node}, {registry.host} resolves to a private address{way.address}, where nothing listens. Fix the "
            "private endpoint if there is one, or remove the entry from the nodes' DNS."
        )
    else:
        text = (
            f"{registry.host_with_port}{way.address} is a public service, so a firewall between {node} and it "
            "rejects the connection: open it for the nodes."
        )
        short = (f"Open {registry.host_with_port} for {node}", "Open the registry's port for the nodes")
    return Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=short)


RUNBOOK = Runbook(
    confirm=(
        "On the node: curl -sSv --connect-timeout 10 https://HOST/v2/ shows where it stops; 200 or 401 is good.",
        "CRI-O reports it with reason RegistryUnavailable, also when a DNS server or proxy refuses.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Start the registry, correct its port, or open the firewall that rejects the connection.",
        ),
        (
            "localhost",
            "localhost in an image name is the node, not your machine.",
        ),
        (
            "MicroK8s",
            "microk8s enable registry serves localhost:32000 on every node.",
        ),
        (
            "minikube",
            "minikube addons enable registry serves localhost:5000 on every node.",
        ),
        (
            "kind, k3d",
            (
                "Load the image (kind load docker-image, k3d image import): the nodes don't share your machine's "
                "localhost."
            ),
        ),
    ),
)

REMEDY = Remedy(Cause.CONNECTION_REFUSED, fixes, RUNBOOK)
