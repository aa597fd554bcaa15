"""RepositoryNotFound: the repository does not exist."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.context.image import RIGHT_REPOSITORY
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.near_names import near_name_fix, strangers_near_name_fixes
from kubectl_imagepull.fixes.steps.other_images import image_stream, name_registry, previous_revision
from kubectl_imagepull.fixes.steps.publishing import publish_again, push_from_node, use_the_nodes_copy, was_there
from kubectl_imagepull.fixes.steps.reference_faults import meant_fix
from kubectl_imagepull.fixes.steps.workload_changes import set_image
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Command, Effect
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.relocations import GOOGLE, relocation_of
from kubectl_imagepull.vocabulary.vendors import Vendor, ecr_account, ecr_region

#: What the vendors' paths are made of, which people leave out or get wrong.
_PATHS = {
    Vendor.GOOGLE: "The location is part of the host, and the path is PROJECT/REPOSITORY/IMAGE.",
    Vendor.HARBOR: "The path starts with the project, whose name the administrator chose.",
    Vendor.GITLAB: "The path is GROUP/PROJECT, followed by an image name where there are several.",
    Vendor.ARTIFACTORY: "The repository key is the first part of the path, or part of the host.",
    Vendor.ORACLE: "The path starts with the tenancy's namespace.",
    Vendor.IBM: "The path starts with the namespace, and the region is part of the host.",
}


def fixes(context: FixContext) -> Sequence[Fix]:
    """The repository that was meant; back to what ran; else the right name, or the repository made."""
    previous = previous_revision(context)
    reference = context.image.reference
    move = relocation_of(reference) if reference else None
    if move and move is not GOOGLE:
        return previous
    if right := near_name_fix(context) or meant_fix(context):
        return [right, *previous]
    if was_there(context):
        return [*use_the_nodes_copy(context), publish_again(context), *previous, *push_from_node(context)]
    name = name_registry(context) if context.image.names_no_registry else _right_name(context)
    return [*previous, *image_stream(context), name, *_create(context), *strangers_near_name_fixes(context)]


def _right_name(context: FixContext) -> Fix:
    hint = _PATHS.get(context.registry.vendor, "")
    if context.registry.vendor is Vendor.ECR:
        account, region = ecr_account(context.registry.name), ecr_region(context.registry.name)
        hint = f"The image's host is for account {account} and region {region}: the repository has to be in both."
    text = f"{context.registry.name} has no repository {context.image.path}: use the right one. {hint}".rstrip()
    short = (f"Correct the repository name {context.image.path}", "Correct the repository's name")
    image = context.image.in_repository(RIGHT_REPOSITORY)
    return set_image(context, image).as_fix(text, basis=Basis.TEXT, short=short)


def _create(context: FixContext) -> list[Fix]:
    """Has the repository made and the image pushed; nothing where a stranger would have to."""
    if context.image.is_strangers:
        return []
    text = f"Or have {context.image.path} created at {context.registry.name}, and the image pushed there."
    commands: tuple[Command, ...] = ()
    if region := ecr_region(context.registry.name):
        words = ("aws", "ecr", "create-repository", "--repository-name", context.image.path, "--region", region)
        commands = (Command(words, frozenset({Effect.CHANGES_REGISTRY})),)
    return [Fix(text, commands, Who.REGISTRY_OWNER, Basis.TEXT, Where.REGISTRY)]


RUNBOOK = Runbook(
    confirm=(
        "CRI-O and Docker say 'name unknown' or 'repository NAME not found'; containerd hides it behind 'not found'.",
        "kubectl imagepull diagnose shows under Read as the full name that was tried.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "Either the registry or owner was left out (myimage means docker.io/library/myimage:latest), or the "
                "name is incomplete or misspelt, or the image has no tag and there is no latest."
            ),
        ),
        (
            Vendor.ECR.value,
            "Create the repository, or correct account and region: both are part of the host.",
        ),
        (
            Vendor.GOOGLE.value,
            (
                "The path is PROJECT/REPOSITORY/IMAGE and the location is part of the host; create the repository if "
                "it isn't there."
            ),
        ),
        (
            Vendor.HARBOR.value,
            "The path starts with the project; without it Harbor answers 500 or 'not found'.",
        ),
        (
            Vendor.GITLAB.value,
            "The path is GROUP/PROJECT, sometimes followed by an image name.",
        ),
    ),
)

REMEDY = Remedy(Cause.REPOSITORY_NOT_FOUND, fixes, RUNBOOK)
