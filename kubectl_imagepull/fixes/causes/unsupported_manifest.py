"""UnsupportedManifest: what the registry sent is not a container image that the runtime takes."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.context.image import EXISTING_TAG, RIGHT_REPOSITORY
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.near_names import near_name_fix
from kubectl_imagepull.fixes.steps.other_images import existing_tag, previous_revision
from kubectl_imagepull.fixes.steps.reference_faults import meant_fix
from kubectl_imagepull.fixes.steps.workload_changes import set_image
from kubectl_imagepull.messages.particulars import Particular
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Command, Effect, Placeholder, Word, joined
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.node_environment import Runtime

_OWN_REPOSITORY = Placeholder(
    "OWN_REPOSITORY", "a repository that you may push to, such as registry.example.com/team/app"
)
_NAMES = {Runtime.CONTAINERD: "containerd", Runtime.CRIO: "CRI-O", Runtime.DOCKER: "Docker"}


def fixes(context: FixContext) -> Sequence[Fix]:
    """By what came: an old image, a chart, another artifact, or a web page."""
    previous = previous_revision(context)
    if context.says(Particular.SCHEMA_1):
        return [_newer_tag(context), *_converted(context), *previous]
    if context.says(Particular.WEB_PAGE):
        return [*_registry_of_page(context), *previous, _look(context)]
    if context.says(Particular.OLD_CLIENT):
        return [_update_docker(context), *previous]
    if context.says(Particular.HELM_CHART) or context.says(Particular.ARTIFACT):
        return [_no_image(context), *previous, _look(context)]
    return [*previous, _look(context), existing_tag(context, f"Name an image that {_runtime(context)} takes.")]


def _runtime(context: FixContext) -> str:
    environment = context.node.environment
    name = _NAMES.get(environment.runtime, "the runtime") if environment.runtime else "the runtime"
    version = ".".join(map(str, environment.runtime_version))
    return f"{name} {version}" if version and name != "the runtime" else name


def _newer_tag(context: FixContext) -> Fix:
    why = (
        f"{context.image.brief} is in the old format schema 1, which {_runtime(context)} doesn't take any more: name a "
        "newer tag, which was pushed in the present one."
    )
    short = ("Name a newer tag: this image is in the old schema 1", "Name a newer tag: this one is schema 1")
    return existing_tag(context, why, short=short)


def _converted(context: FixContext) -> list[Fix]:
    """The image copied into the present format, under its own name where it is the reader's own."""
    image = context.image
    if not image.reference:
        return []
    target: Word = image.repository if not image.is_strangers else _OWN_REPOSITORY
    name = joined(target, ":", image.tag or EXISTING_TAG)
    words: tuple[Word, ...] = (
        "skopeo",
        "copy",
        "--format",
        "v2s2",
        f"docker://{image.reference}",
        joined("docker://", name),
    )
    copy = Command(words, frozenset({Effect.CHANGES_REGISTRY}))
    if not image.is_strangers:
        text = "Or convert the image where it is: this copies it onto itself, in the present format."
        return [Fix(text, (copy,), Who.PUBLISHER, Basis.TEXT, Where.REGISTRY)]
    text = "Or copy it into a repository of your own, which converts it, and name that."
    return [set_image(context, name).as_fix(text, before=(copy,), where=Where.REGISTRY)]


def _no_image(context: FixContext) -> Fix:
    what = "a Helm chart" if context.says(Particular.HELM_CHART) else "an artifact of another kind"
    text = f"{context.image.brief} is {what} and no container image: name the image that is meant to run."
    image: Word = context.image.in_repository(RIGHT_REPOSITORY)
    short = (f"Name a container image: this is {what}", "Name a container image")
    return set_image(context, image).as_fix(text, basis=Basis.TEXT, short=short)


def _registry_of_page(context: FixContext) -> list[Fix]:
    """The registry that was meant, where a web page answered."""
    if right := meant_fix(context) or near_name_fix(context):
        return [right]
    registry = context.registry
    see = Command(("curl", "-sSi", joined("https://", registry.host_word, "/v2/")))
    if registry.is_mirrored:
        text = (
            f"A web page of {registry.host} came back in the place of the image: it answers for {registry.name} on the "
            "node, and is no registry under this address."
        )
        mirror = Fix(text, (see,), Who.CLUSTER_ADMIN, Basis.EVIDENCE, Where.NODE, short=("Correct the mirror",))
        return [mirror, *tasks_for(context).mirror()]
    text = (
        f"A web page came back in the place of the image: {registry.host} is no registry under this address, or a "
        "login page stands in front of it. See what answers, and name the registry's own host and port."
    )
    image = context.image.in_repository(RIGHT_REPOSITORY)
    change = set_image(context, image)
    short = (f"Name the registry: {registry.name} is a web page", "Name the registry: this host is a web page")
    return [Fix(text, (see, *change.steps), Who.YOU, Basis.TEXT, Where.CLUSTER, change.undo, short, change.notes)]


def _update_docker(context: FixContext) -> Fix:
    text = (
        f"The image is an OCI index, which {_runtime(context)} is too old to ask for: update it, or have the image "
        "pushed in Docker's format."
    )
    short = ("Update Docker: it is too old for OCI images",)
    return Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=short)


def _look(context: FixContext) -> Fix:
    command = Command(("skopeo", "inspect", "--raw", f"docker://{context.image.reference}"))
    text = f"See what stands under {context.image.brief}: the media type tells whether it is an image."
    commands = (command,) if context.image.reference else ()
    return Fix(text, commands, Who.YOU, Basis.GUESS, Where.REGISTRY, short=("See what stands under the image's name",))


RUNBOOK = Runbook(
    confirm=("skopeo inspect --raw docker://IMAGE shows the media type of what stands under the name.",),
    fixes=(
        (
            ANY_REGISTRY,
            "Name a container image: a Helm chart or another artifact can't be run.",
        ),
        (
            "containerd",
            "2.1 and later refuse schema 1: build and push the image again.",
        ),
        (
            "Docker",
            "28 and later refuse schema 1: build and push the image again.",
        ),
        (
            "mirror or proxy",
            (
                "'unexpected media type text/html' means that a web page answered: the endpoint is no /v2/ of a "
                "registry."
            ),
        ),
    ),
)

REMEDY = Remedy(Cause.UNSUPPORTED_MANIFEST, fixes, RUNBOOK)
