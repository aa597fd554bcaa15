"""The hosts that registries send layers from: what a firewall has to let through beside the registry's own host.

From docker/docs#25122 (Docker Hub), Red Hat's "Firewall changes for container image pulls" (Quay, registry.redhat.io),
MicrosoftDocs/azure-management-docs articles/container-registry/container-registry-firewall-rules.md (Azure),
microsoft/containerregistry docs/mcr-endpoints-guidance.md (Microsoft), kubernetes/registry.k8s.io
cmd/archeio/docs/request-handling.md (Kubernetes), the ECR guide's "Amazon ECR interface VPC endpoints" (Amazon) and
Chainguard's "Network Requirements". Those of GitHub, Google, GitLab and NVIDIA are what their answers redirect to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kubectl_imagepull.vocabulary.vendors import Vendor, ecr_region, vendor_of

_PORT = re.compile(r":[0-9]+\Z")


@dataclass(frozen=True)
class _BlobHosts:
    #: As a firewall's rules name them; {region} and {name} are the registry's.
    hosts: tuple[str, ...]
    #: Matches a whole host without its port.
    pattern: re.Pattern[str]


_STORES = r"(?:amazonaws\.com(?:\.cn)?|r2\.cloudflarestorage\.com)"
_BLOB_HOSTS = {
    Vendor.DOCKER_HUB: _BlobHosts(
        (
            "production.cloudflare.docker.com",
            "production.cloudfront.docker.com",
            "docker-images-prod.6aa30f8b08e16409b46e0173d6de2f56.r2.cloudflarestorage.com",
        ),
        re.compile(rf"production\.cloud(?:flare|front)\.docker\.com\Z|docker-images-prod[a-z0-9.-]*\.{_STORES}\Z"),
    ),
    Vendor.QUAY: _BlobHosts(("cdn.quay.io", "cdn01.quay.io to cdn06.quay.io"), re.compile(r"cdn[0-9]*\.quay\.io\Z")),
    Vendor.RED_HAT: _BlobHosts(("cdn.quay.io", "cdn01.quay.io to cdn06.quay.io"), re.compile(r"cdn[0-9]*\.quay\.io\Z")),
    Vendor.GITHUB: _BlobHosts(
        ("pkg-containers.githubusercontent.com",), re.compile(r"pkg-containers\.githubusercontent\.com\Z")
    ),
    Vendor.ECR: _BlobHosts(
        ("prod-{region}-starport-layer-bucket.s3.{region}.amazonaws.com",),
        re.compile(rf"prod-[a-z0-9-]+-starport-layer-bucket\.s3[.-][a-z0-9.-]*{_STORES}\Z"),
    ),
    Vendor.ECR_PUBLIC: _BlobHosts(("*.cloudfront.net",), re.compile(r"[a-z0-9]+\.cloudfront\.net\Z")),
    Vendor.AZURE: _BlobHosts(
        ("*.blob.core.windows.net", "{name}.REGION.data.azurecr.io where dedicated data endpoints are on"),
        re.compile(r"[a-z0-9-]+\.blob\.core\.windows\.net\Z|[a-z0-9-]+\.[a-z0-9-]+\.data\.azurecr\.[a-z]+\Z"),
    ),
    Vendor.MICROSOFT: _BlobHosts(("*.data.mcr.microsoft.com",), re.compile(r"[a-z0-9-]+\.data\.mcr\.microsoft\.com\Z")),
    Vendor.KUBERNETES: _BlobHosts(
        ("*-docker.pkg.dev", "prod-registry-k8s-io-*.s3.dualstack.*.amazonaws.com"),
        re.compile(rf"[a-z0-9-]+-docker\.pkg\.dev\Z|prod-registry-k8s-io-[a-z0-9.-]+\.{_STORES}\Z"),
    ),
    Vendor.GOOGLE: _BlobHosts(("storage.googleapis.com",), re.compile(r"storage\.googleapis\.com\Z")),
    Vendor.GITLAB: _BlobHosts(
        ("cdn.registry.gitlab-static.net", "storage.googleapis.com"),
        re.compile(r"cdn\.registry\.gitlab-static\.net\Z"),
    ),
    Vendor.CHAINGUARD: _BlobHosts(
        ("*.r2.cloudflarestorage.com",), re.compile(r"[a-z0-9.-]+\.r2\.cloudflarestorage\.com\Z")
    ),
    Vendor.NVIDIA: _BlobHosts(
        ("layers.nvcr.io", "xfiles.ngc.nvidia.com"), re.compile(r"(?:layers\.nvcr\.io|xfiles\.ngc\.nvidia\.com)\Z")
    ),
}
#: Stores that registries of any maker keep their layers in, and send their clients to.
_OBJECT_STORES = re.compile(
    r"(?:[a-z0-9.-]+\.)?s3[.-][a-z0-9.-]*amazonaws\.com(?:\.cn)?\Z|(?:[a-z0-9.-]+\.)?storage\.googleapis\.com\Z"
    r"|[a-z0-9-]+\.blob\.core\.windows\.net\Z|[a-z0-9]+\.cloudfront\.net\Z|[a-z0-9.-]+\.r2\.cloudflarestorage\.com\Z"
)
#: Vendors whose software others run too: only their own service sends its layers from these hosts.
_SERVICES = {Vendor.QUAY: "quay.io", Vendor.GITLAB: "registry.gitlab.com"}


def blob_hosts(registry: str) -> tuple[str, ...]:
    """The hosts that a registry sends layers from, as a firewall's rules name them; () where that isn't known."""
    known = _known(registry)
    if known is None:
        return ()
    region, name = ecr_region(registry), registry.partition(".")[0]
    return tuple(host.format(region=region, name=name) for host in known.hosts)


def sends_blobs(registry: str, host: str) -> bool:
    """Whether a host is where a registry's layers come from, and so neither a mirror nor a stranger."""
    bare, known = _PORT.sub("", host.lower()), _known(registry)
    if known is not None and known.pattern.match(bare):
        return True
    return bare != _PORT.sub("", registry.lower()) and _OBJECT_STORES.match(bare) is not None


def _known(registry: str) -> _BlobHosts | None:
    vendor = vendor_of(registry)
    if registry != _SERVICES.get(vendor, registry):
        return None
    return _BLOB_HOSTS.get(vendor)
