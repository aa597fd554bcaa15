"""Fixes that name another image: one that ran, a tag that is known to exist, one that the reader has to look up."""

from __future__ import annotations

from dataclasses import replace

from kubectl_imagepull.evidence.checks import Check, Result
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.context.image import EXISTING_TAG
from kubectl_imagepull.fixes.steps.workload_changes import back_to_revision, retry, set_image
from kubectl_imagepull.vocabulary.command import Command, Effect, Placeholder, Word, chain, joined
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.image_reference import try_parse
from kubectl_imagepull.vocabulary.names import object_name, shown
from kubectl_imagepull.vocabulary.node_environment import Platform
from kubectl_imagepull.vocabulary.wording import listed

_REGISTRY_AND_OWNER = Placeholder(
    "REGISTRY", "the registry and the path up to the name, such as registry.example.com/team"
)
_PROVEN = (Check.PREVIOUS_IMAGE, Check.KNOWN_TAGS)


def known_images(context: FixContext) -> tuple[str, ...]:
    """Images of the same repository that are known to exist, by tag, the one that ran before first.

    What only other namespaces use is not among them: it proves nothing for this one.
    """
    references = (
        value
        for check in _PROVEN
        for item in context.findings.evidence
        if item.check is check and item.result is Result.INFO and not item.namespace
        for value in item.values
    )
    parsed = ((image, try_parse(image)) for image in dict.fromkeys(references))
    repository = context.image.loose_repository
    return tuple(
        image
        for image, reference in parsed
        if reference and reference.tag and not reference.digest and reference.repository == repository
    )


def previous_revision(context: FixContext) -> list[Fix]:
    """Back to the image that ran, where there was one and the workload keeps revisions."""
    revision = context.findings.proven_revision
    change = back_to_revision(context, revision) if revision else None
    if change is None:
        return []
    image = context.findings.previous_image
    ran = f", which ran {shown(image)}" if image else ", which ran"
    text = f"Go back to revision {revision} of {context.workload.shown}{ran}."
    short = (f"Go back to revision {revision} of {context.workload.shown}", "Go back to the revision that ran")
    return [change.as_fix(text, basis=Basis.EVIDENCE, short=short)]


def existing_tag(context: FixContext, why: str, *, short: tuple[str, ...] = (), notes: tuple[str, ...] = ()) -> Fix:
    """Another tag of the same repository: one that is known to exist, else one that the reader finds in its list."""
    known = known_images(context)
    if known:
        tags = listed([shown(image.rpartition(":")[2]) for image in known])
        text = f"{why} Known to exist: {tags}."
        name = f"Use tag {known[0].rpartition(':')[2]}, which exists"
        return set_image(context, known[0]).as_fix(text, basis=Basis.EVIDENCE, short=(name, *short))
    repository = context.image.loose_repository
    change = set_image(context, joined(repository, ":", EXISTING_TAG))
    fix = change.as_fix(why, basis=Basis.GUESS, short=(*short, "Use a tag that exists"), notes=notes)
    # the list has to be read before the tag can be put in, so it is no part of the chain
    return replace(fix, commands=(_list_tags(repository), *fix.commands)) if repository else fix


def strangers_tag(context: FixContext) -> list[Fix]:
    """A tag that only another namespace uses: said with its name, and after all that doesn't cross one."""
    evidence = context.findings.evidence
    known_tags = next(
        (item for item in evidence if item.check is Check.KNOWN_TAGS and item.namespace and item.values), None
    )
    if known_tags is None:
        return []
    tag = shown(known_tags.values[0].rpartition(":")[2])
    namespace = shown(known_tags.namespace)
    text = f"Namespace {namespace} uses tag {tag} of it: use that one if you know that it is right for you."
    return [set_image(context, known_tags.values[0]).as_fix(text, basis=Basis.GUESS, short=(f"Name tag {tag}",))]


def list_tags(context: FixContext, why: str) -> list[Fix]:
    """How to see which tags a repository has; nothing for an invalid reference."""
    if not context.image.repository:
        return []
    return [Fix(why, (_list_tags(context.image.repository),), Who.YOU, Basis.GUESS, Where.REGISTRY)]


def _list_tags(repository: str) -> Command:
    return Command(("skopeo", "list-tags", f"docker://{repository}"))


def name_registry(context: FixContext) -> Fix:
    """The registry and owner in front of a name that has none, which Docker Hub was asked for."""
    name = context.image.path.rpartition("/")[2]
    text = (
        f"The image has no registry in its name, so {context.image.repository} is pulled from Docker Hub. If it is "
        "in another registry, write that in front of the name."
    )
    short = (f"Write the registry in front of {context.image.written_shown}", "Write the registry in front of the name")
    image = joined(_REGISTRY_AND_OWNER, "/", name, context.image.mark)
    return set_image(context, image).as_fix(text, basis=Basis.GUESS, short=short)


def image_stream(context: FixContext) -> list[Fix]:
    """Has pods look an image stream up by its name alone, which OpenShift does only where it is told to."""
    name = context.image.path.rpartition("/")[2]
    is_name_alone = context.image.names_no_registry and context.image.path == f"library/{name}"
    if context.node.environment.platform is not Platform.OPENSHIFT or not is_name_alone:
        return []
    stream, place = object_name(name, "image stream"), ("-n", context.pod.namespace)
    text = (
        f"{context.image.written_shown} names no registry, so Docker Hub is asked. If {shown(name)} is an image stream "
        f"of namespace {context.pod.failure.namespace}, which the first command shows, let pods look it up there, and "
        "recreate them."
    )
    look = Command(("oc", *context.reaching, "get", "imagestream", stream, *place))
    lookup: tuple[Word, ...] = ("oc", *context.reaching, "set", "image-lookup", stream)
    changes = frozenset({Effect.CHANGES_CLUSTER})
    steps = (look, *chain(Command((*lookup, *place), changes), *retry(context)))
    undo = (Command((*lookup, "--enabled=false", *place), changes),)
    short = (f"Let pods look up image stream {shown(name)}", "Let pods look up the image stream")
    return [Fix(text, steps, Who.YOU, Basis.GUESS, Where.CLUSTER, undo, short)]
