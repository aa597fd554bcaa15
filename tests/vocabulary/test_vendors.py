"""Whose registry a host is: exact domains, and what only looks like them."""

from __future__ import annotations

import pytest

from kubectl_imagepull.vocabulary.vendors import (
    Vendor,
    all_public,
    azure_registry,
    ecr_account,
    ecr_region,
    google_location,
    is_vendors_own,
    nodes_log_in,
    vendor_of,
)

ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    ("host", "vendor"),
    [
        ("docker.io", Vendor.DOCKER_HUB),
        (ECR, Vendor.ECR),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", Vendor.ECR),
        ("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com", Vendor.ECR),
        ("123456789012.dkr-ecr.us-east-1.on.aws", Vendor.ECR),
        ("public.ecr.aws", Vendor.ECR_PUBLIC),
        ("europe-docker.pkg.dev", Vendor.GOOGLE),
        ("gcr.io", Vendor.GOOGLE),
        ("eu.gcr.io", Vendor.GOOGLE),
        ("acme.azurecr.io", Vendor.AZURE),
        ("ACME.azurecr.io", Vendor.AZURE),
        ("acme.westeurope.geo.azurecr.io", Vendor.AZURE),
        ("acme.azurecr.cn", Vendor.AZURE),
        ("mcr.microsoft.com", Vendor.MICROSOFT),
        ("ghcr.io", Vendor.GITHUB),
        ("registry.gitlab.com", Vendor.GITLAB),
        ("gitlab.corp.example:5050", Vendor.GITLAB),
        ("quay.io", Vendor.QUAY),
        ("harbor.corp.example", Vendor.HARBOR),
        ("acme.jfrog.io", Vendor.ARTIFACTORY),
        ("nexus3.corp.example:8082", Vendor.NEXUS),
        ("registry.k8s.io", Vendor.KUBERNETES),
        ("nvcr.io", Vendor.NVIDIA),
        ("registry.redhat.io", Vendor.RED_HAT),
        ("cgr.dev", Vendor.CHAINGUARD),
        ("fra.ocir.io", Vendor.ORACLE),
        ("ocir.eu-frankfurt-1.oci.oraclecloud.com", Vendor.ORACLE),
        ("container-registry.oracle.com", Vendor.ORACLE_DOWNLOADS),
        ("de.icr.io", Vendor.IBM),
        ("registry.digitalocean.com", Vendor.DIGITALOCEAN),
        ("registry.cn-hangzhou.aliyuncs.com", Vendor.ALIBABA),
        ("registry-vpc.cn-hangzhou.aliyuncs.com", Vendor.ALIBABA),
        ("acme-registry.cn-hangzhou.cr.aliyuncs.com", Vendor.ALIBABA),
        ("acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com", Vendor.ALIBABA),
        ("swr.cn-north-4.myhuaweicloud.com", Vendor.HUAWEI),
        ("acme.tencentcloudcr.com", Vendor.TENCENT),
        ("ccr.ccs.tencentyun.com", Vendor.TENCENT),
        ("image-registry.openshift-image-registry.svc:5000", Vendor.OPENSHIFT),
        ("default-route-openshift-image-registry.apps.corp.example", Vendor.OPENSHIFT),
        ("registry.corp.example", Vendor.OTHER),
        ("localhost:5000", Vendor.OTHER),
    ],
)
def test_a_registry_is_known_by_its_host(host: str, vendor: Vendor) -> None:
    assert vendor_of(host) is vendor


#: Hosts that anybody can have, and that hold a cloud's name somewhere.
LOOKALIKES = (
    "123456789012.dkr.ecr.us-east-1.evil.example",
    "123456789012.dkr.ecr.us-east-1.amazonaws.com.evil.example",
    "123456789012.dkr.ecr.us-east-1.amazonaws.company",
    "123456789012.dkr.ecr.us-east-1.evilamazonaws.com",
    "123456789012.dkr.ecr.amazonaws.com",
    "12345678901.dkr.ecr.us-east-1.amazonaws.com",
    "1234567890123.dkr.ecr.us-east-1.amazonaws.com",
    "evil.123456789012.dkr.ecr.us-east-1.amazonaws.com",
    "١٢٣٤٥٦٧٨٩٠١٢.dkr.ecr.us-east-1.amazonaws.com",
    "evil.amazonaws.com",
    "public.ecr.aws.evil.example",
    "public-ecr.aws",
    "evil.public.ecr.aws",
    "xazurecr.io",
    "azurecr.io",
    "azurecr.io.evil.example",
    "acme.azurecr.io.evil.example",
    "acme.azurecr.com",
    "acme.evil-azurecr.io",
    "a.b.azurecr.io",
    "pkg.dev.evil.example",
    "evilpkg.dev",
    "europe-docker.pkg.dev.evil.example",
    "europe.docker.pkg.dev",
    "notgcr.io",
    "gcr.io.evil.example",
    "a.b.gcr.io",
    "ghcr.io.evil.example",
    "xghcr.io",
    "docker.io.evil.example",
    "nvcr.io.evil.example",
    "evil.ocir.io.evil.example",
    "xicr.io",
    "evil.oss-cn-hangzhou.aliyuncs.com",
    "registry.digitalocean.com.evil.example",
    "",
    ".",
    "..azurecr.io",
    "acme.azurecr.io\n",
    "acme.azurecr.io/path",
    "user@acme.azurecr.io",
)


@pytest.mark.parametrize("host", LOOKALIKES)
def test_a_host_that_only_looks_like_a_clouds_is_nobodys(host: str) -> None:
    assert vendor_of(host) is Vendor.OTHER
    assert not is_vendors_own(host)
    assert not nodes_log_in(host)
    assert (ecr_region(host), ecr_account(host), azure_registry(host), google_location(host)) == ("", "", "", "")


def test_what_a_host_tells_of_its_place() -> None:
    assert (ecr_region(ECR), ecr_account(ECR)) == ("eu-west-1", "123456789012")
    assert ecr_region("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn") == "cn-north-1"
    assert google_location("europe-west3-docker.pkg.dev") == "europe-west3"
    assert google_location("gcr.io") == ""
    assert azure_registry("acme.westeurope.geo.azurecr.io") == "acme"


def test_which_nodes_log_in_by_themselves() -> None:
    assert all(map(nodes_log_in, (ECR, "public.ecr.aws", "gcr.io", "us-docker.pkg.dev", "acme.azurecr.io")))
    assert not any(map(nodes_log_in, ("ghcr.io", "docker.io", "mirror.gcr.io", "registry.corp.example")))


def test_where_everything_is_public() -> None:
    assert all(map(all_public, ("registry.k8s.io", "k8s.gcr.io", "mcr.microsoft.com")))
    assert not any(map(all_public, ("docker.io", "gcr.io", "public.ecr.aws")))


@pytest.mark.parametrize(
    "host",
    [
        "registry.gitlab.com.evil.example",
        "registry-gitlab.com-x.evil.example",
        "quay.io.evil.example",
        "quay.redhat.com.evil.example",
        "jfrog.io.evil.example",
        "corp.jfrog.io.evil.example",
        "harbor.goharbor.io.evil.example",
        "gitlab.pkg.dev.evil.example:8443",
        "nexus.docker.io.evil.example",
        # a bucket of anybody
        "registry.oss-cn-hangzhou.aliyuncs.com",
        "registry.oss-accelerate.aliyuncs.com",
    ],
)
def test_a_host_that_looks_like_a_vendors_is_nobodys(host: str) -> None:
    assert vendor_of(host) is Vendor.OTHER


@pytest.mark.parametrize(
    ("host", "vendor"),
    [
        ("gitlab.corp.example:5050", Vendor.GITLAB),
        ("harbor.docker.corp.example", Vendor.HARBOR),
        ("corp.jfrog.io", Vendor.ARTIFACTORY),
        ("quay.corp.com", Vendor.QUAY),
        ("registry.cn-hangzhou.aliyuncs.com", Vendor.ALIBABA),
        ("registry-vpc.ap-southeast-1.aliyuncs.com", Vendor.ALIBABA),
    ],
)
def test_software_that_anybody_runs_is_told_by_its_name(host: str, vendor: Vendor) -> None:
    assert vendor_of(host) is vendor
