"""ShortNameAmbiguous: the runtime needs a fully qualified image name."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.near_names import near_name_fix
from kubectl_imagepull.fixes.steps.other_images import previous_revision
from kubectl_imagepull.fixes.steps.workload_changes import set_image
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Command, Effect
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.node_environment import Platform


def fixes(context: FixContext) -> Sequence[Fix]:
    """The name in full, or a registry that the nodes look into for short names."""
    near = near_name_fix(context)
    first = [near] if near else []
    return [*first, *previous_revision(context), _in_full(context), *_search(context)]


def _in_full(context: FixContext) -> Fix:
    full = context.image.shown
    text = (
        f"The runtime doesn't guess which registry {context.image.written_shown} comes from: write it in front of "
        f"the name. On Docker Hub it is {full}."
    )
    short = (f"Write the name in full: {context.image.repository}", "Write the image name in full")
    return set_image(context, context.image.word).as_fix(text, basis=Basis.TEXT, short=short)


def _search(context: FixContext) -> list[Fix]:
    if context.node.environment.platform is Platform.OPENSHIFT:
        text = (
            "Or let all nodes search one registry for short names, with containerRuntimeSearchRegistries in the "
            "cluster's image configuration. Any short name then resolves to whatever is published under it there."
        )
        edit = Command(("oc", "edit", "image.config.openshift.io/cluster"), frozenset({Effect.CHANGES_CLUSTER}))
        return [Fix(text, (edit,), Who.CLUSTER_ADMIN, Basis.TEXT, Where.CLUSTER)]
    why = "Or let the node search one registry for short names (unqualified-search-registries)"
    see = Command(("grep", "-rn", "unqualified-search-registries", "/etc/containers/"))
    return list(tasks_for(context).run(why, see))


RUNBOOK = Runbook(
    confirm=(
        (
            "The message says 'short-name' or 'short name mode is enforcing'; with IfNotPresent the reason is "
            "ImageInspectError."
        ),
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Write the registry in front of the name: docker.io/library/nginx, not nginx.",
        ),
        (
            "CRI-O",
            "Or set unqualified-search-registries in /etc/containers/registries.conf on the nodes.",
        ),
    ),
)

REMEDY = Remedy(Cause.SHORT_NAME_AMBIGUOUS, fixes, RUNBOOK)
