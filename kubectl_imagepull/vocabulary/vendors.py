"""Whose registry a host is: known by exact, anchored host names, in this one place.

A command that fetches a real credential is printed only for a host that is known here: one that only looks like a
cloud's (`123456789012.dkr.ecr.us-east-1.evil.example`) belongs to nobody. The hosts are those that the clouds'
credential providers match (kubernetes/cloud-provider-gcp pkg/gcpcredential, kubernetes/cloud-provider-aws
cmd/ecr-credential-provider, kubernetes-sigs/cloud-provider-azure pkg/credentialprovider) and those of the vendors'
documentation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Vendor(str, Enum):
    """The registries that have ways of their own, by the names that people call them."""

    DOCKER_HUB = "Docker Hub"
    ECR = "Amazon ECR"
    ECR_PUBLIC = "Amazon ECR Public"
    GOOGLE = "Google Artifact Registry"
    AZURE = "Azure Container Registry"
    GITHUB = "GitHub Container Registry"
    GITLAB = "GitLab"
    QUAY = "Quay"
    HARBOR = "Harbor"
    ARTIFACTORY = "Artifactory"
    NEXUS = "Nexus"
    OPENSHIFT = "OpenShift's internal registry"
    ORACLE = "Oracle OCIR"
    ORACLE_DOWNLOADS = "Oracle Container Registry"
    IBM = "IBM Container Registry"
    DIGITALOCEAN = "DigitalOcean"
    ALIBABA = "Alibaba Cloud"
    HUAWEI = "Huawei SWR"
    TENCENT = "Tencent TCR"
    NVIDIA = "NVIDIA NGC"
    RED_HAT = "Red Hat's registry"
    CHAINGUARD = "Chainguard"
    KUBERNETES = "Kubernetes' own registry"
    MICROSOFT = "Microsoft Artifact Registry"
    OTHER = "any registry"


@dataclass(frozen=True)
class _Hosts:
    #: Whose hosts they are.
    vendor: Vendor
    #: Matches a whole host without its port, in lower case.
    pattern: re.Pattern[str]


def _exactly(*hosts: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(map(re.escape, hosts))})\Z")


def _below(*domains: str) -> re.Pattern[str]:
    """A host under one of these domains, or the domain itself."""
    return re.compile(rf"(?:[a-z0-9-]+\.)*(?:{'|'.join(map(re.escape, domains))})\Z")


#: The domains of Amazon's partitions, after the region.
_AMAZON = (
    r"(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|on\.aws|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)"
)
_ECR = re.compile(rf"[0-9]{{12}}\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z]{{2}}(?:-[a-z0-9]+)+)\.{_AMAZON}\Z")
_GOOGLE_DOCKER = re.compile(r"(?P<location>[a-z0-9-]+)-docker\.pkg\.dev\Z")
_VENDORS = (
    _Hosts(Vendor.DOCKER_HUB, _exactly("docker.io", "index.docker.io", "registry-1.docker.io", "auth.docker.io")),
    _Hosts(Vendor.ECR, _ECR),
    _Hosts(Vendor.ECR_PUBLIC, _exactly("public.ecr.aws", "ecr-public.aws.com")),
    _Hosts(Vendor.KUBERNETES, _exactly("registry.k8s.io", "k8s.gcr.io")),
    _Hosts(Vendor.GOOGLE, re.compile(r"(?:[a-z0-9-]+\.)?(?:pkg\.dev|gcr\.io)\Z|container\.cloud\.google\.com\Z")),
    _Hosts(Vendor.AZURE, re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+\.geo)?\.azurecr\.(?:io|cn|de|us)\Z")),
    _Hosts(Vendor.MICROSOFT, _exactly("mcr.microsoft.com")),
    _Hosts(Vendor.GITHUB, _exactly("ghcr.io", "docker.pkg.github.com")),
    _Hosts(Vendor.GITLAB, _exactly("registry.gitlab.com")),
    _Hosts(Vendor.QUAY, _exactly("quay.io")),
    _Hosts(Vendor.RED_HAT, _exactly("registry.redhat.io", "registry.access.redhat.com", "registry.connect.redhat.com")),
    _Hosts(Vendor.NVIDIA, _exactly("nvcr.io")),
    _Hosts(Vendor.CHAINGUARD, _exactly("cgr.dev")),
    _Hosts(Vendor.ORACLE, re.compile(r"[a-z0-9-]+\.ocir\.io\Z|ocir\.[a-z0-9-]+\.oci\.oraclecloud\.com\Z")),
    _Hosts(Vendor.ORACLE_DOWNLOADS, _below("container-registry.oracle.com")),
    _Hosts(Vendor.IBM, _below("icr.io")),
    _Hosts(Vendor.DIGITALOCEAN, _exactly("registry.digitalocean.com")),
    # anybody can have a bucket named registry at oss-cn-hangzhou.aliyuncs.com: only behind regions are registries
    _Hosts(Vendor.ALIBABA, re.compile(r"registry(?:-vpc|-internal)?\.[a-z]{2}-[a-z0-9-]+\.aliyuncs\.com\Z")),
    _Hosts(Vendor.ALIBABA, re.compile(r"[a-z0-9-]+-registry(?:-vpc)?\.[a-z0-9-]+\.cr\.aliyuncs\.com\Z")),
    _Hosts(Vendor.HUAWEI, re.compile(r"swr\.[a-z0-9-]+\.myhuaweicloud\.(?:com|eu)\Z")),
    _Hosts(Vendor.TENCENT, re.compile(r"[a-z0-9-]+\.tencentcloudcr\.com\Z|[a-z]*ccr\.ccs\.tencentyun\.com\Z")),
    _Hosts(Vendor.OPENSHIFT, re.compile(r"image-registry\.openshift-image-registry\.svc(?:\.cluster\.local)?\Z")),
    _Hosts(Vendor.OPENSHIFT, re.compile(r"default-route-openshift-image-registry\.[a-z0-9.-]+\Z")),
    _Hosts(Vendor.OPENSHIFT, re.compile(r"docker-registry\.default\.svc\Z")),
)
#: Software that anybody can run: a label of the host that says its name is a hint for a sentence, and never enough for
#: a command that sends a credential of some cloud.
_SOFTWARE = tuple(
    _Hosts(vendor, re.compile(rf"(?:.*[.-])?{word}(?:[.-].*|\d.*)?\Z"))
    for word, vendor in (
        ("quay", Vendor.QUAY),
        ("gitlab", Vendor.GITLAB),
        ("harbor", Vendor.HARBOR),
        ("(?:artifactory|jfrog)", Vendor.ARTIFACTORY),
        ("nexus", Vendor.NEXUS),
    )
)
#: A domain of a vendor, or most of one, in the middle of a host: the host is a stranger's, who wants to look like it.
_IMITATION = re.compile(
    r"(?:.*[.-])?(?:gitlab|docker|github|amazonaws|quay|azurecr|gcr|pkg|redhat|jfrog|goharbor|sonatype)"
    r"[.-](?:com|io|dev|org|cn|net)[.-].*\Z"
)
_PORT = re.compile(r":[0-9]+\Z")
#: The clouds whose nodes log in to their own registries by themselves.
_NODES_LOG_IN = frozenset({Vendor.ECR, Vendor.ECR_PUBLIC, Vendor.GOOGLE, Vendor.AZURE})
#: Everything at these is public: no credentials are missing, whatever they answer.
_ALL_PUBLIC = frozenset({Vendor.KUBERNETES, Vendor.MICROSOFT})


def vendor_of(host: str) -> Vendor:
    """Whose registry a host (and port) is, as far as its name tells."""
    bare = _PORT.sub("", host.lower())
    for hosts in (*_VENDORS, *(() if _IMITATION.match(bare) else _SOFTWARE)):
        if hosts.pattern.match(bare):
            return hosts.vendor
    return Vendor.OTHER


def is_vendors_own(host: str) -> bool:
    """Whether a host belongs to a vendor's own domain: strangers run it, with certificates that every system trusts."""
    bare = _PORT.sub("", host.lower())
    return any(hosts.pattern.match(bare) for hosts in _VENDORS if hosts.vendor is not Vendor.OPENSHIFT)


def nodes_log_in(host: str) -> bool:
    """Whether a cloud's nodes fetch credentials for this host by themselves."""
    return vendor_of(host) in _NODES_LOG_IN and host != "mirror.gcr.io"


def all_public(host: str) -> bool:
    """Whether everything at this host may be pulled by anybody."""
    return vendor_of(host) in _ALL_PUBLIC


def google_location(host: str) -> str:
    """The location of a Docker repository in Google Artifact Registry: `us`, `europe-west3`; "" for any other host."""
    found = _GOOGLE_DOCKER.match(_PORT.sub("", host.lower()))
    return found["location"] if found else ""


def azure_registry(host: str) -> str:
    """The name of a registry at Azure, as `az acr` takes it; "" for any other host."""
    bare = _PORT.sub("", host.lower())
    return bare.partition(".")[0] if vendor_of(bare) is Vendor.AZURE else ""


def ecr_region(host: str) -> str:
    """The region of an Amazon ECR host; "" for any other host."""
    found = _ECR.match(_PORT.sub("", host.lower()))
    return found["region"] if found else ""


def ecr_account(host: str) -> str:
    """The account of an Amazon ECR host; "" for any other host."""
    return host[:12] if ecr_region(host) else ""
