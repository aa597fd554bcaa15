"""What helps where a node can't be changed: another registry, another node, a login that travels with the pod."""

from __future__ import annotations

from dataclasses import replace

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.access import CHANGES_NODE
from kubectl_imagepull.fixes.steps.pull_secrets import create_secret, creation_undone, name_in_template, new_name
from kubectl_imagepull.fixes.steps.workload_changes import set_image
from kubectl_imagepull.vocabulary.command import Command, Effect, Placeholder, chain, joined
from kubectl_imagepull.vocabulary.fix import Fix, Where, Who

NEW_IMAGE = Placeholder("NEW_IMAGE", "the full name of the image in a registry that the nodes can reach")
_REGISTRY = frozenset({Effect.CHANGES_REGISTRY})


def serve_https(context: FixContext, why: str) -> Fix:
    """Has the registry speak HTTPS; `why` is a clause that says why nothing less helps."""
    host = context.registry.host
    text = f"{why}: make {host} serve HTTPS, with a certificate that the nodes trust."
    short = (f"Have {host} serve HTTPS", "Have the registry serve HTTPS")
    return Fix(text, (), Who.REGISTRY_OWNER, where=Where.REGISTRY, short=short, nodes=context.node.nodes)


def copy_image(context: FixContext, why: str, *, over_http: bool = False) -> Fix:
    """Copies the image from its registry into another; `over_http` where the first has no TLS."""
    plain = ("--src-tls-verify=false",) if over_http else ()
    words = ("skopeo", "copy", *plain, joined("docker://", context.image.word), joined("docker://", NEW_IMAGE))
    return _from_elsewhere(
        context, why, ("copy the image to a registry that the nodes can reach"), Command(words, _REGISTRY)
    )


def push_image(context: FixContext, why: str) -> Fix:
    """Pushes an image that is only on the reader's machine."""
    tag = Command(("docker", "tag", context.image.word, NEW_IMAGE))
    push = Command(("docker", "push", NEW_IMAGE), _REGISTRY)
    return _from_elsewhere(context, why, "push the image to a registry that the nodes can reach", tag, push)


def _from_elsewhere(context: FixContext, why: str, what: str, *before: Command) -> Fix:
    short = (f"{what[0].upper()}{what[1:]}",)
    if context.pod.is_sandbox:
        # no workload names the pause image, so there is nothing to set
        return Fix(f"{why}: {what}.", before, Who.CLUSTER_ADMIN, where=Where.REGISTRY, short=short)
    text = f"{why}: {what}, and use it in {context.workload.shown}."
    return set_image(context, NEW_IMAGE).as_fix(text, before=before, short=short)


def pull_secret(context: FixContext, why: str) -> Fix:
    """Gives the pod a login that travels with it."""
    if context.pod.is_sandbox:
        text = f"{why}: set a pause image that needs no login, because pull secrets are never used for it."
        other = ("Set a pause image that needs no login",)
        return Fix(text, (), Who.CLUSTER_ADMIN, where=Where.NODE, short=other, nodes=context.node.nodes)
    name = new_name(context)
    text = f"{why}: give {context.workload.shown} a pull secret for {context.registry.name}."
    short = (f"Give it a pull secret for {context.registry.name}", "Give the workload a pull secret")
    change = name_in_template(context, name)
    undo = creation_undone(context, name)
    return change.as_fix(text, before=(create_secret(context, name),), short=short, undo=undo)


def replace_node(context: FixContext, why: str, *remove: Command, by: str = "") -> Fix:
    """Moves the pods off a node and takes it away; `remove` are its service's own commands, `by` says by what.

    `why` is a sentence or a clause. Where no command takes the node away, its owner has to.
    """
    node = context.node.name
    flags = ("--ignore-daemonsets", "--delete-emptydir-data")
    drain = context.kubectl("drain", node, *flags, effects=CHANGES_NODE)
    rest = f"replace {context.node.shown}{by}"
    text = f"{why} {rest[0].upper()}{rest[1:]}." if why.endswith(".") else f"{why}: {rest}."
    notes: tuple[str, ...] = ("Draining moves every pod off the node, and the data in emptyDir volumes is lost.",)
    if context.node.are_several:
        notes = (*notes, f"The commands name {node}: run them for the other nodes too, one by one.")
    return Fix(
        text,
        chain(drain, *remove),
        Who.CLUSTER_ADMIN,
        where=Where.CLUSTER,
        undo=() if remove else (context.kubectl("uncordon", node, effects=CHANGES_NODE),),
        short=(f"Replace {context.node.shown}", "Replace the node"),
        notes=notes,
        loses_data=True,
        nodes=context.node.nodes,
    )


def with_note(fix: Fix, *notes: str) -> Fix:
    """The fix with something more to be known."""
    return replace(fix, notes=(*fix.notes, *notes))
