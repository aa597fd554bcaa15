"""RepositoryNotFoundOrPrivate: the repository does not exist, or is private."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.node_logins import node_credentials, repair_lone_node
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.login_repairs import repair_unfit
from kubectl_imagepull.fixes.steps.near_names import near_name_fix, strangers_near_name_fixes
from kubectl_imagepull.fixes.steps.other_images import image_stream, name_registry
from kubectl_imagepull.fixes.steps.reference_faults import meant_fix
from kubectl_imagepull.fixes.steps.registry_rights import grant_access, upstream_rights
from kubectl_imagepull.fixes.steps.secret_fixes import (
    add_secret,
    name_known,
    new_pods_for_account,
    try_again,
)
from kubectl_imagepull.fixes.steps.vendor_sides import side_of
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Command
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.node_environment import Platform
from kubectl_imagepull.vocabulary.vendors import Vendor

#: Clusters on the reader's own machine whose nodes don't see the images that are built there.
_LAPTOPS = frozenset(
    {
        Platform.K3D,
        Platform.KIND,
        Platform.DOCKER_DESKTOP_KIND,
        Platform.MINIKUBE,
        Platform.MICROK8S,
        Platform.RANCHER_DESKTOP,
    }
)


def fixes(context: FixContext) -> Sequence[Fix]:
    """The right to pull where the repository is known to be there, else also its name."""
    if upstream := upstream_rights(context):
        return upstream
    if here := repair_lone_node(context):
        return here
    if _is_there(context):
        return _without_right(context)
    meant = near_name_fix(context) or meant_fix(context)
    right_name = [meant] if meant else []
    if _is_official(context):
        # what is public for everybody needs no login: only the name can be wrong
        return [*right_name, *image_stream(context), *_image_of_laptop(context), *_names(context)]
    return [*right_name, *_without_right(context), *strangers_near_name_fixes(context)]


def _without_right(context: FixContext) -> list[Fix]:
    """The right to pull, and the name where that may be wrong as well."""
    known = [*new_pods_for_account(context), *name_known(context)]
    if context.credentials.logins or context.credentials.secrets is None:
        return [*try_again(context), *known, *grant_access(context), *_names(context)]
    login = node_credentials(context) if context.workload.is_static else _login(context, has_other=bool(known))
    unfit = repair_unfit(context)
    if unfit or known or _is_there(context) or not context.image.names_no_registry:
        return [*known, *(unfit or login), *_owners_side(context), *_names(context)]
    return [*_image_of_laptop(context), *_names(context), *login]


def _is_there(context: FixContext) -> bool:
    """Whether the same image runs elsewhere, so that its name is right."""
    return bool(context.findings.values(Check.SAME_IMAGE_ELSEWHERE))


def _is_official(context: FixContext) -> bool:
    """Whether it is named as one of Docker Hub's official images, which are all public."""
    return context.registry.is_docker_hub and context.image.path.startswith("library/")


def _image_of_laptop(context: FixContext) -> list[Fix]:
    """Brings an image to the nodes that has no registry in its name and isn't at Docker Hub; nothing elsewhere."""
    if context.node.environment.platform not in _LAPTOPS or not context.image.names_no_registry:
        return []
    note = f"If you didn't build {context.image.written_shown} on this machine, correct its name instead."
    return [replace(fix, basis=Basis.GUESS, notes=(note, *fix.notes)) for fix in tasks_for(context).load_image()[:1]]


def _login(context: FixContext, *, has_other: bool) -> list[Fix]:
    if has_other:
        return []
    path = context.image.path
    if _is_there(context):
        why = f"Other pods use {path}, so the name is right: this pod lacks access to it."
        return [add_secret(context, why, basis=Basis.EVIDENCE)]
    return [add_secret(context, f"If {path} is private, the pod needs a login.", basis=Basis.TEXT)]


def _owners_side(context: FixContext) -> list[Fix]:
    side = side_of(context.registry.vendor)
    if not side.publish:
        return []
    text = f"Or, if {context.image.path} may be public, ask its owner to {side.publish}. {side.note}".strip()
    return [Fix(text, (), Who.REGISTRY_OWNER, Basis.GUESS, Where.REGISTRY, short=("Make the repository public",))]


def _names(context: FixContext) -> list[Fix]:
    """What can be wrong with the name; nothing where the same image is known to be there."""
    if _is_there(context):
        return []
    return [*([name_registry(context)] if context.image.names_no_registry else []), *_list_tags(context)]


def _list_tags(context: FixContext) -> list[Fix]:
    """How to see whether a public repository is there; nothing for an invalid reference."""
    if not context.image.repository:
        return []
    path = context.image.path
    why = (
        f"Compare each part of {path} with the name at {context.registry.name}: this lists its tags if the "
        "repository is public."
    )
    command = Command(("skopeo", "list-tags", f"docker://{context.image.repository}"))
    return [Fix(why, (command,), Who.YOU, Basis.GUESS, Where.REGISTRY)]


RUNBOOK = Runbook(
    confirm=(
        (
            "The message says 'repository does not exist or may require authorization', 'requested access to the "
            "resource is denied' or 'access to the requested resource is not authorized'."
        ),
        (
            "Open the repository's page in a browser without logging in: if it shows, the repository is public and "
            "spelt right."
        ),
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "Check registry, owner and name first, then the tag; if it is private, create a pull secret for the "
                "registry and add it to the pod template or service account."
            ),
        ),
        (
            Vendor.DOCKER_HUB.value,
            (
                "Missing, private and forbidden get the same message. Only official images are in library/; a "
                "private one needs a secret for https://index.docker.io/v1/ and an account in a team that may read "
                "it."
            ),
        ),
        (
            Vendor.GITHUB.value,
            "The package is private or misspelt, or its organisation was renamed: GHCR has no redirects.",
        ),
        (
            Vendor.QUAY.value,
            "A missing repository looks like a private one; so does a short name that was resolved to Quay.",
        ),
        (
            Vendor.HARBOR.value,
            "A project that doesn't exist looks like a private one.",
        ),
        (
            Vendor.NEXUS.value,
            "A missing repository looks like one that requires a login.",
        ),
    ),
)

REMEDY = Remedy(Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE, fixes, RUNBOOK)
