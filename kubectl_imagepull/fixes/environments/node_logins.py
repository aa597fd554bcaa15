"""Fixes for nodes that log in to a registry by themselves: their identity, credential provider, or own file."""

from __future__ import annotations

from dataclasses import replace

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.steps.cloud_rights import ABAC, Grant, amazon_grant, azure_attachment, google_grant
from kubectl_imagepull.fixes.steps.workload_changes import set_image
from kubectl_imagepull.vocabulary.command import Placeholder, joined
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.names import host_name, shown
from kubectl_imagepull.vocabulary.vendors import Vendor, nodes_log_in
from kubectl_imagepull.vocabulary.wording import listed

_PATH = Placeholder("MIRROR_PATH", "the path of the image at the mirror")
_PATTERN = "credential|docker/config.json"


def repair_lone_node(context: FixContext) -> list[Fix]:
    """Looks at the node that is refused alone; nothing where others are refused too, or none is known to pull."""
    others = context.findings.values(Check.ONLY_THIS_NODE)
    if not others or context.node.are_several or not context.findings.has(Check.ONLY_THIS_NODE):
        return []
    node = context.node.shown
    what = "its login" if context.pod.secrets else "its own identity or credential provider"
    why = (
        f"Only {node} is refused, and other nodes ({listed([shown(other) for other in others])}) pull the same image "
        f"with the same secrets: fix {what}, not the pod, or replace the node."
    )
    short = (f"Fix {node}: other nodes pull the image", "Fix this node: other nodes pull the image")
    looks = tasks_for(context).kubelet_log(why, _PATTERN)
    return [replace(look, basis=Basis.EVIDENCE, short=(*short, *look.short)) for look in looks[:1]]


def node_rights(context: FixContext) -> list[Fix]:
    """Lets the node's identity pull from its cloud's registry; nothing where nodes don't log in there by themselves."""
    granting = _grant(context)
    if granting is None:
        return []
    grant, right, notes = granting
    node = context.node.shown
    text = (
        f"{node[:1].upper()}{node[1:]} should log in to {context.registry.name} by itself, but nothing was sent: "
        f"{right}."
    )
    short = (f"Let the node pull from {context.registry.name} by itself", "Let the node log in by itself")
    return [Fix(text, grant.commands, Who.CLUSTER_ADMIN, Basis.TEXT, Where.REGISTRY, grant.undo, short, notes)]


def _grant(context: FixContext) -> tuple[Grant, str, tuple[str, ...]] | None:
    vendor = context.registry.vendor
    if vendor is Vendor.ECR:
        return amazon_grant(context), "give its role AmazonEC2ContainerRegistryPullOnly, if it lacks it", ()
    if vendor is Vendor.GOOGLE and (grant := google_grant(context, None)):
        scope = "The node also needs the scope devstorage.read_only or cloud-platform, which only a new node pool gets."
        right = "grant its service account roles/artifactregistry.reader, if it lacks it"
        return grant, right, (scope,)
    if vendor is Vendor.AZURE:
        return azure_attachment(context), "attach the registry to the cluster, if it isn't attached", (ABAC,)
    return None


def provider_log(context: FixContext) -> list[Fix]:
    """What the kubelet says of its credential provider, which no event shows."""
    why = (
        f"Check the kubelet's log for why {context.node.each} sent nothing to {context.registry.name}: a failing "
        "credential provider causes no event."
    )
    return list(tasks_for(context).kubelet_log(why, _PATTERN))


def own_login_log(context: FixContext) -> list[Fix]:
    """Where the credentials come from that the pod doesn't name."""
    why = (
        f"The pod has no pull secret, so the login that {context.registry.name} refused is {context.node.shown}'s "
        "own: check the kubelet's log for where it comes from."
    )
    return list(tasks_for(context).kubelet_log(why, _PATTERN))


def mirror_login(context: FixContext) -> list[Fix]:
    """The login that a mirror wants which answers for the registry, or the way past it."""
    if nodes_log_in(context.registry.host_without_port):
        return [_at_mirror(context), *tasks_for(context).mirror()]
    why = (
        f"{context.registry.host} answers for {context.registry.name} and requires a login, and no pull secret of "
        f"the pod is for it: set a login for it on {context.node.each}, or allow anonymous pulls from it."
    )
    short = (f"Give the nodes a login at {context.registry.host}", "Give the nodes a login at the mirror")
    own_login = Fix(why, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=short)
    return [own_login, *tasks_for(context).mirror()]


def _at_mirror(context: FixContext) -> Fix:
    """The image by the mirror's own name: a credential provider is asked for the host that the image names."""
    host, name = context.registry.host, context.registry.name
    text = (
        f"Mirror {host} gets no login for images of {name}, because a node logs in by itself only at the host that the "
        f"image names. Name the image at {host}."
    )
    image = context.image.in_repository(joined(host_name(host), "/", _PATH))
    return set_image(context, image).as_fix(text, short=(f"Name the image at {host}", "Name the image at the mirror"))


def node_credentials(context: FixContext) -> list[Fix]:
    """Gives the node a login of its own: what a static pod needs, which can name no secret."""
    return list(tasks_for(context).node_credentials())
