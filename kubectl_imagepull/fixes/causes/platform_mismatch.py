"""PlatformMismatch: the image has no variant for the node's platform."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.other_images import previous_revision
from kubectl_imagepull.fixes.steps.workload_changes import change_spec, set_image
from kubectl_imagepull.messages.particulars import Particular
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Command, Effect, Word
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.wording import listed

_OS, _ARCHITECTURE, _BUILD = "kubernetes.io/os", "kubernetes.io/arch", "node.kubernetes.io/windows-build"
#: The tags that Microsoft gives to images of a Windows build.
_WINDOWS_TAGS = {
    "10.0.17763": "ltsc2019",
    "10.0.20348": "ltsc2022",
    "10.0.26100": "ltsc2025",
}
#: What images for Linux are mostly built for.
_USUAL = ("linux/amd64", "linux/arm64")
_SYSTEMS = {"linux": "Linux", "windows": "Windows"}


def fixes(context: FixContext) -> Sequence[Fix]:
    """Nodes that the image is built for; else an image that is built for the node."""
    platforms = context.diagnosis.platforms
    if platforms.windows_builds:
        return _windows_builds(context, *platforms.windows_builds)
    selector = _selector(context)
    select, previous = _right_nodes(context, selector), previous_revision(context)
    # where the image runs on other nodes today, an older one has nothing to offer
    ordered = [*select, *previous] if platforms.of_image else [*previous, *select]
    # for the other operating system it would be another program
    variant = [] if _OS in selector else _other_variant(context)
    # what is known to be an index is seldom that of a single platform
    whole = _whole_index(context)
    rest = [*variant, *whole] if context.says(Particular.INDEX) else [*whole, *variant]
    return [*ordered, *rest, _look(context)]


def _node_platform(context: FixContext) -> str:
    """The platform that has no variant, as OS/ARCHITECTURE[/VARIANT]; "" where nothing tells."""
    return context.diagnosis.platforms.wanted or context.diagnosis.platforms.node


def _lacks(context: FixContext) -> str:
    platform = _node_platform(context)
    variant = f"{platform} variant" if platform else f"variant for the platform of {context.node.shown}"
    return f"{context.image.brief} has no {variant}"


def _selector(context: FixContext) -> dict[str, str]:
    """The labels of nodes that have the image's platform; {} where that isn't known, or no node has it."""
    platforms = context.diagnosis.platforms
    own_system, _, own_architecture = (platforms.node or platforms.wanted).partition("/")
    if platforms.of_image:
        system, _, architecture = platforms.of_image[0].partition("/")
        return _labels(own_system, own_architecture, system, architecture)
    others = [tuple(other.split("/")[:2]) for other in platforms.others]
    if platforms.image_system:
        fitting = [other for other in others if other[0] == platforms.image_system]
    elif own_system == "windows":
        # an image that Windows can't run is Linux's, and runs wherever that is
        fitting = [other for other in others if other[0] == "linux"]
    else:
        fitting = [other for other in others if other[0] == own_system]
    architectures = {architecture for _, architecture in fitting}
    if len(architectures) == 1:
        return _labels(own_system, own_architecture, fitting[0][0], architectures.pop())
    systems = {system for system, _ in fitting}
    return {_OS: systems.pop()} if len(systems) == 1 and own_system not in systems else {}


def _labels(own_system: str, own_architecture: str, system: str, architecture: str) -> dict[str, str]:
    """The labels in which the right nodes differ from the wrong ones."""
    if system != own_system:
        return {_OS: system}
    return {_ARCHITECTURE: architecture} if architecture != own_architecture.partition("/")[0] else {}


def _right_nodes(context: FixContext, selector: dict[str, str]) -> list[Fix]:
    if not selector:
        return []
    (label, value), platforms = next(iter(selector.items())), context.diagnosis.platforms
    name = _SYSTEMS.get(value, value)
    proof = f", and runs on {listed(platforms.of_image)}" if platforms.of_image else ""
    text = f"{_lacks(context)}{proof}: schedule the pods of {context.workload.shown} only on {name} nodes."
    basis = Basis.EVIDENCE if platforms.of_image or platforms.image_system else Basis.TEXT
    short = (f"Let {context.workload.shown} run on {name} nodes only", f"Set nodeSelector {label}={value}")
    return [change_spec(context, {"nodeSelector": selector}).as_fix(text, basis=basis, short=short)]


def _whole_index(context: FixContext) -> list[Fix]:
    """The tag in the place of a digest, which may be that of one platform's image."""
    image = context.image
    if not (image.digest and image.tag):
        return []
    text = (
        "The digest may be that of a single platform's image: the tag covers all of them. If you need to pin it, pin "
        "the digest of the index."
    )
    change = set_image(context, f"{image.repository}:{image.tag}")
    return [change.as_fix(text, basis=Basis.GUESS, short=(f"Use tag {image.tag}, not one platform's digest",))]


def _other_variant(context: FixContext) -> list[Fix]:
    """A build for the node's platform as well: by the reader for an image of their own, else by who publishes it."""
    image, platform = context.image, "/".join(_node_platform(context).split("/")[:2])
    systems = {platform.partition("/")[0], context.diagnosis.platforms.image_system or "linux"}
    short = (f"Use an image that has a {platform} variant",) if platform else ("Use an image for this platform",)
    if not platform or image.is_strangers or len(systems) > 1:
        text = f"{_lacks(context)}: use a tag or image that has one, or ask {image.publisher} for it."
        return [Fix(text, (), Who.PUBLISHER, Basis.TEXT, Where.SOURCE, short=short)]
    text = f"{_lacks(context)}: have it built for that platform too, and pushed under the same tag."
    return [Fix(text, (_build(context, platform),), Who.PUBLISHER, Basis.TEXT, Where.SOURCE, short=short)]


def _build(context: FixContext, platform: str) -> Command:
    """Builds for what the image has as well, as far as that is known: what isn't named is gone from the tag."""
    platforms = dict.fromkeys((*context.diagnosis.platforms.of_image, platform, *_USUAL))
    name: Word = context.image.in_repository(context.image.repository)
    option = f"--platform={','.join(platforms)}"
    words: tuple[Word, ...] = ("docker", "buildx", "build", option, "-t", name, "--push", ".")
    return Command(words, frozenset({Effect.CHANGES_REGISTRY}))


def _look(context: FixContext) -> Fix:
    show = Command(("skopeo", "inspect", "--raw", f"docker://{context.image.reference}"))
    nodes = context.kubectl("get", "nodes", "-L", f"{_OS},{_ARCHITECTURE}")
    commands = (show, nodes) if context.image.reference else (nodes,)
    text = "Check which platforms the image is built for, and which ones the nodes have."
    return Fix(text, commands, Who.YOU, Basis.GUESS, Where.REGISTRY)


def _windows_builds(context: FixContext, of_image: str, of_host: str) -> list[Fix]:
    build = ".".join(of_image.split(".")[:3])
    tag = _WINDOWS_TAGS.get(".".join(of_host.split(".")[:3]), "")
    named = f", which is tagged {tag}" if tag else ""
    text = (
        f"{context.image.brief} is built on Windows {of_image}, and {context.node.shown} runs {of_host}: use the "
        f"image's build for {of_host}{named}."
    )
    short = (f"Use the image's build for Windows {tag or of_host}", "Use the image's build for the host's Windows")
    right = Fix(text, (), Who.YOU, Basis.TEXT, Where.SOURCE, short=short)
    where = change_spec(context, {"nodeSelector": {_OS: "windows", _BUILD: build}})
    select = where.as_fix(f"Or schedule the pods only on nodes with Windows build {build}, if there are any.")
    return [right, select, *previous_revision(context)]


RUNBOOK = Runbook(
    confirm=(
        "kubectl get nodes -L kubernetes.io/os,kubernetes.io/arch shows the nodes' platforms.",
        "skopeo inspect --raw docker://IMAGE shows what the image is built for.",
        "containerd's 'no match for platform in manifest: not found' is about the platform, not the tag.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "Build the image for the node's platform too (docker buildx build --platform), or schedule the pods "
                "only on nodes that it is built for (nodeSelector kubernetes.io/arch)."
            ),
        ),
        (
            "Windows nodes",
            "The image's Windows build must match the host's; an image newer than its host doesn't run.",
        ),
    ),
)

REMEDY = Remedy(Cause.PLATFORM_MISMATCH, fixes, RUNBOOK)
