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
    return [*previous, _look(context), existing_tag(context, f"Use an image that {_runtime(context)} supports.")]


def _runtime(context: FixContext) -> str:
    environment = context.node.environment
    name = _NAMES.get(environment.runtime, "the runtime") if environment.runtime else "the runtime"
    version = ".".join(map(str, environment.runtime_version))
    return f"{name} {version}" if version and name != "the runtime" else name


def _newer_tag(context: FixContext) -> Fix:
    why = (
        f"{context.image.brief} is in the old schema 1 format, which {_runtime(context)} no longer supports: use a "
        "newer tag in the current format."
    )
    short = ("Use a newer tag: this image is in the old schema 1", "Use a newer tag: this one is schema 1")
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
        text = "Or convert the image in place: this copies it onto itself in the current format."
        return [Fix(text, (copy,), Who.PUBLISHER, Basis.TEXT, Where.REGISTRY)]
    text = "Or copy it to your own repository, which converts it, and use that."
    return [set_image(context, name).as_fix(text, before=(copy,), where=Where.REGISTRY)]


def _no_image(context: FixContext) -> Fix:
    what = "a Helm chart" if context.says(Particular.HELM_CHART) else "some other kind of artifact"
    use = "use the image that you want to run"
    if context.pod.is_volume:
        use = "the runtime mounts only images, so package the files as one (FROM scratch, COPY) and name that"
    text = f"{context.image.brief} is {what}, not a container image: {use}."
    image: Word = context.image.in_repository(RIGHT_REPOSITORY)
    short = (f"Use a container image: this is {what}", "Name a container image")
    return set_image(context, image).as_fix(text, basis=Basis.TEXT, short=short)


def _registry_of_page(context: FixContext) -> list[Fix]:
    """The registry that was meant, where a web page answered."""
    if right := meant_fix(context) or near_name_fix(context):
        return [right]
    registry = context.registry
    see = Command(("curl", "-sSi", joined("https://", registry.host_word, "/v2/")))
    if registry.is_mirrored:
        text = (
            f"{registry.host} returned a web page instead of the image: it answers for {registry.name} on the node, "
            "but isn't a registry at this address."
        )
        mirror = Fix(text, (see,), Who.CLUSTER_ADMIN, Basis.EVIDENCE, Where.NODE, short=("Correct the mirror",))
        return [mirror, *tasks_for(context).mirror()]
    if registry.is_vendors_own:
        why = f"{registry.name} never answers with a web page, so a mirror or proxy answers in its place"
        return list(tasks_for(context).unnamed_mirror(why))
    text = (
        f"A web page came back instead of the image: {registry.host} isn't a registry at this address, or a login "
        "page is in front of it. Check what answers, and use the registry's own host and port."
    )
    image = context.image.in_repository(RIGHT_REPOSITORY)
    change = set_image(context, image)
    short = (f"Check the registry: {registry.name} is a web page", "Use the registry's host: this one is a web page")
    return [Fix(text, (see, *change.steps), Who.YOU, Basis.TEXT, Where.CLUSTER, change.undo, short, change.notes)]


def _update_docker(context: FixContext) -> Fix:
    text = (
        f"The image is an OCI index, which {_runtime(context)} is too old to support: update it, or have the image "
        "pushed in Docker's format."
    )
    short = ("Update Docker: it is too old for OCI images",)
    return Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=short)


def _look(context: FixContext) -> Fix:
    command = Command(("skopeo", "inspect", "--raw", f"docker://{context.image.reference}"))
    text = f"Check what {context.image.brief} is: its media type tells whether it is an image."
    commands = (command,) if context.image.reference else ()
    return Fix(text, commands, Who.YOU, Basis.GUESS, Where.REGISTRY, short=("Check what the image's name refers to",))


RUNBOOK = Runbook(
    confirm=("skopeo inspect --raw docker://IMAGE shows its media type.",),
    fixes=(
        (
            ANY_REGISTRY,
            "Use a container image: a Helm chart or another artifact can't be run.",
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
            ("'unexpected media type text/html' means that a web page answered: the endpoint isn't a registry's /v2/."),
        ),
    ),
)

REMEDY = Remedy(Cause.UNSUPPORTED_MANIFEST, fixes, RUNBOOK)
