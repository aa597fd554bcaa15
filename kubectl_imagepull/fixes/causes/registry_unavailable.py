"""RegistryUnavailable: the registry answers with a server error."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.registry_requests import ask_registry, registry_request, wait_for_retry
from kubectl_imagepull.fixes.steps.workload_changes import set_image
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Placeholder, joined
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.vendors import Vendor

#: Where vendors say how their registries are.
_STATUS_PAGES = {
    Vendor.DOCKER_HUB: "https://www.dockerstatus.com",
    Vendor.ECR: "https://health.aws.amazon.com/health/status",
    Vendor.ECR_PUBLIC: "https://health.aws.amazon.com/health/status",
    Vendor.GOOGLE: "https://status.cloud.google.com",
    Vendor.AZURE: "https://azure.status.microsoft",
    Vendor.MICROSOFT: "https://azure.status.microsoft",
    Vendor.GITHUB: "https://www.githubstatus.com",
    Vendor.GITLAB: "https://status.gitlab.com",
    Vendor.QUAY: "https://status.redhat.com",
    Vendor.RED_HAT: "https://status.redhat.com",
    Vendor.DIGITALOCEAN: "https://status.digitalocean.com",
    Vendor.ORACLE: "https://ocistatus.oraclecloud.com",
    Vendor.IBM: "https://cloud.ibm.com/status",
}
_PROJECT = Placeholder("PROJECT", "the Harbor project that the image is in")


def fixes(context: FixContext) -> Sequence[Fix]:
    """A mirror that can be left out, a vendor to wait for, or a registry whose owner has to look."""
    registry, tasks = context.registry, tasks_for(context)
    ask = ask_registry(context, tasks.run(f"Check whether {registry.host} answers now", registry_request(context)))
    if registry.is_mirrored:
        return [*tasks.mirror(), _repair(context), _wait(context), *ask]
    if registry.is_vendors_own or registry.is_blob_host:
        return [_wait(context), *ask]
    return [*_harbor_project(context), _repair(context), _wait(context), *ask]


def _wait(context: FixContext) -> Fix:
    registry = context.registry
    page = _STATUS_PAGES.get(registry.vendor) if registry.is_vendors_own and not registry.is_mirrored else None
    seen = f" (its status page: {page})" if page else ""
    short = (f"Wait: {registry.answering} answers with server errors", "Wait: the registry answers with server errors")
    return wait_for_retry(f"{registry.answering} answers with server errors{seen}", short=short)


def _repair(context: FixContext) -> Fix:
    host = context.registry.host
    text = (
        f"{host} answers with server errors: ask whoever runs it to check its log, its storage, and the service "
        "behind its load balancer or Ingress."
    )
    short = (f"Find out why {host} answers with server errors", "Find out why the registry answers with server errors")
    return Fix(text, (), Who.REGISTRY_OWNER, Basis.TEXT, Where.REGISTRY, short=short)


def _harbor_project(context: FixContext) -> list[Fix]:
    """Harbor answers 500 to a name that has no project in it."""
    reference = context.image.reference
    if context.registry.vendor is not Vendor.HARBOR or reference is None or "/" in reference.path:
        return []
    text = (
        f"{context.image.shown} has no project, and Harbor answers that with 500: write it as "
        f"{reference.registry}/PROJECT/{reference.path}."
    )
    tag = f":{reference.tag}" if reference.tag else ""
    digest = f"@{reference.digest}" if reference.digest else ""
    image = joined(f"{reference.registry}/", _PROJECT, f"/{reference.path}{tag}{digest}")
    short = ("Add the Harbor project to the image name",)
    return [set_image(context, image).as_fix(text, basis=Basis.TEXT, short=short)]


RUNBOOK = Runbook(
    confirm=(
        "On the node: curl -sSi https://HOST/v2/ returns 200 or 401 if the registry is up and reachable.",
        "The registry's status page, or the log of the proxy in front of it, shows the same 5xx.",
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "Wait; if it is yours, check its log, its storage and its load balancer.",
        ),
        (
            Vendor.HARBOR.value,
            "It also answers 500 when the project is missing from the image name.",
        ),
        (
            "Docker",
            "cri-dockerd calls 502, 503 and 504 RegistryUnavailable; CRI-O uses that for a refused connection.",
        ),
    ),
)

REMEDY = Remedy(Cause.REGISTRY_UNAVAILABLE, fixes, RUNBOOK)
