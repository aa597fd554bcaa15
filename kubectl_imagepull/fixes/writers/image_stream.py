"""The fix of an image that an OpenShift image stream's tag writes: the tag is pointed at another image.

The options are those of openshift/oc pkg/cli/tag and pkg/cli/importimage: a tag keeps whether it is imported again and
again, and through which registry, only where the command says so.
"""

from __future__ import annotations

from kubectl_imagepull.evidence.deployer_finding import DeployerFinding, ImageStreamTag
from kubectl_imagepull.evidence.releases.image_parts import image_parts
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import CHANGES_WORKLOAD, Command, Step, Word, effects_of, joined
from kubectl_imagepull.vocabulary.fix import Basis, EarlierRevision, Fix, NewImage, Where, Who
from kubectl_imagepull.vocabulary.manager import Manager
from kubectl_imagepull.vocabulary.names import namespace_name, shown

_DIGEST = 71


def change_image_stream(context: FixContext, _: Manager, change: Fix, deployer: DeployerFinding) -> Fix | None:
    """Points the tag at the image that is wanted; None for a change of anything but the image."""
    stream, edit = deployer.stream, change.edit
    if stream is None or not isinstance(edit, NewImage | EarlierRevision) or not edit.image:
        return None
    name = f"{deployer.namespace}/{stream.name}:{stream.tag}"
    undo = _undo(context, deployer, stream)
    pause = (
        f"Or pause the trigger first, and change the workload: oc set triggers {context.workload.shown} --manual -n "
        f"{context.pod.namespace}; on again: --auto."
    )
    if context.cause is Cause.TAG_NOT_FOUND and stream.imported_from and image_parts(context.image.written).digest:
        # the tag may have another digest by now: that is what it is imported for
        text = (
            f"Image stream tag {name} writes the image of {context.workload.shown}, by the digest that "
            f"{shown(stream.imported_from)} had when it was imported. Import it again: an image that is set by hand is "
            "overwritten."
        )
        place = joined(stream.name, ":", stream.tag)
        imported = (_oc(context, "import-image", place, "-n", namespace_name(deployer.namespace)),)
        short = (f"Import image stream tag {name} again", "Import the image stream's tag again")
        return Fix(text, imported, Who.YOU, Basis.EVIDENCE, Where.CLUSTER, undo, short, (pause,))
    text = (
        f"Image stream tag {name} writes the image of {context.workload.shown}: point that tag at the image. An image "
        "that is set by hand is overwritten."
    )
    reads = tuple(step for step in change.commands if not effects_of(step))
    steps = (*reads, _tag(context, deployer, stream, edit.image))
    short = (f"Point image stream tag {name} at another image", "Point the image stream's tag at another image")
    return Fix(text, steps, Who.YOU, Basis.EVIDENCE, Where.CLUSTER, undo, short, (pause,))


def _tag(context: FixContext, deployer: DeployerFinding, stream: ImageStreamTag, image: Word) -> Command:
    parts = image_parts(image) if isinstance(image, str) else None
    if parts and parts.repository == stream.repository and parts.tag in stream.tags:
        return _oc(context, "tag", f"{deployer.namespace}/{stream.name}:{parts.tag}", _name(deployer, stream))
    return _oc(context, "tag", "--source=docker", *_policies(stream), image, _name(deployer, stream))


def _undo(context: FixContext, deployer: DeployerFinding, stream: ImageStreamTag) -> tuple[Step, ...]:
    if stream.imported_from:
        source: tuple[Word, ...] = ("--source=docker", *_policies(stream), stream.imported_from)
    elif stream.digest.startswith("sha256:") and len(stream.digest) == _DIGEST:
        source = ("--source=isimage", f"{deployer.namespace}/{stream.name}@{stream.digest}")
    else:
        return ()
    return (_oc(context, "tag", *source, _name(deployer, stream)),)


def _policies(stream: ImageStreamTag) -> tuple[Word, ...]:
    return (
        *(("--scheduled",) if stream.is_scheduled else ()),
        *(("--insecure",) if stream.is_insecure else ()),
        *(("--reference-policy=local",) if stream.is_local else ()),
    )


def _name(deployer: DeployerFinding, stream: ImageStreamTag) -> Word:
    return joined(namespace_name(deployer.namespace), "/", stream.name, ":", stream.tag)


def _oc(context: FixContext, *words: Word) -> Command:
    return Command(("oc", *context.reaching, *words), CHANGES_WORKLOAD)
