"""RegistryProtocolError: what answered does not speak the registry protocol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.context.image import RIGHT_REPOSITORY
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.near_names import near_name_fix
from kubectl_imagepull.fixes.steps.other_nodes import lone_node_clause, only_here
from kubectl_imagepull.fixes.steps.reference_faults import meant_fix
from kubectl_imagepull.fixes.steps.registry_requests import ask_registry, registry_request
from kubectl_imagepull.fixes.steps.workload_changes import set_image
from kubectl_imagepull.messages.particulars import Particular
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who


def fixes(context: FixContext) -> Sequence[Fix]:
    """By who answered, if anybody was asked: a mirror, something in between, or the registry itself."""
    return _without_scheme(context) if context.says(Particular.NO_SCHEME) else _by_answer(context)


def _by_answer(context: FixContext) -> list[Fix]:
    registry, tasks = context.registry, tasks_for(context)
    see = ask_registry(context, tasks.run(f"See what {registry.host} answers", registry_request(context)))
    if right := meant_fix(context) or near_name_fix(context):
        return [right, *see]
    if alone := only_here(context, tasks.run(lone_node_clause(context), registry_request(context))):
        return [*alone, *see]
    if registry.is_mirrored:
        return [*tasks.mirror(), _repair(context), *see]
    if registry.is_vendors_own or registry.is_blob_host:
        return [_between(context), *see]
    if context.says(Particular.WEB_PAGE):
        return [_right_address(context), _repair(context), *see]
    return [_repair(context), *see, _right_address(context)]


def _without_scheme(context: FixContext) -> list[Fix]:
    """Nothing was asked: the endpoint as the node has it is no URL."""
    name = context.registry.name
    why = (
        f"A mirror that {context.node.shown} has for {name} lacks https:// (or http://) before its host, so no "
        "registry was asked"
    )
    short = (f"Write https:// before the mirror of {name}", "Write https:// before the mirror's host")
    return [replace(fix, short=short) for fix in tasks_for(context).unnamed_mirror(why)]


def _repair(context: FixContext) -> Fix:
    """What stands before a registry changes requests; the registry's owner can see that in its log."""
    host = context.registry.host
    text = (
        f"{host} doesn't answer as a registry does: ask whoever runs it to check that its proxy or load balancer "
        "passes HEAD and GET under /v2/ unchanged, with all headers, and that its token server grants the requested "
        "repository."
    )
    if context.says(Particular.OTHER_REPOSITORY):
        text = (
            f"{host} granted a token for a different repository than requested: ask whoever runs it which proxy or "
            "mirror rewrites the path of one of the two requests."
        )
    short = (f"Check what is in front of {host}", "Check what is in front of the registry")
    return Fix(text, (), Who.REGISTRY_OWNER, Basis.TEXT, Where.REGISTRY, short=short)


def _between(context: FixContext) -> Fix:
    """A vendor's registry speaks the protocol, so somebody else answered."""
    host, node = context.registry.host, context.node.shown
    text = (
        f"{host} speaks the registry protocol, so something between {node} and {host} changes its requests or "
        "answers in its place: a proxy, a filter, or a network's login page. Make it let the nodes through."
    )
    short = (f"Find what answers in place of {host}", "Find what answers in the registry's place")
    return Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=short)


def _right_address(context: FixContext) -> Fix:
    text = (
        f"If {context.registry.name} isn't the registry's address (a web page, another port, a missing path), use "
        "the registry's own host, port and path."
    )
    short = (f"Check the address: {context.registry.name} may be none", "Use the registry's own address")
    change = set_image(context, context.image.in_repository(RIGHT_REPOSITORY))
    return change.as_fix(text, basis=Basis.GUESS, short=short)


RUNBOOK = Runbook(
    confirm=(
        (
            "On the node: for a registry, curl -sSi https://HOST/v2/ returns 200 or 401 with the header "
            "Docker-Distribution-Api-Version or Www-Authenticate, not a web page."
        ),
        "The same request from elsewhere, without proxies and mirrors, shows what changes it.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Make the proxy or load balancer in front of it pass HEAD and GET under /v2/ unchanged, with all headers.",
        ),
        (
            "mirror or proxy",
            (
                "400, 405, 406 or 410 comes from an endpoint that isn't a registry's /v2/, or from one that doesn't "
                "know the path that the runtime requests."
            ),
        ),
        (
            "Docker",
            (
                "'v1 Registry API is disabled' and 'Status 405 trying to pull repository' come from a second attempt "
                "with an old protocol: the first one, with the current protocol, found no such image. Update Docker "
                "and check the name."
            ),
        ),
    ),
)

REMEDY = Remedy(Cause.REGISTRY_PROTOCOL_ERROR, fixes, RUNBOOK)
