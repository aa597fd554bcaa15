"""Which hosts a registry sends its layers from."""

from __future__ import annotations

import pytest

from kubectl_imagepull.vocabulary.blob_hosts import blob_hosts, sends_blobs

ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    ("registry", "host"),
    [
        ("docker.io", "production.cloudflare.docker.com"),
        ("docker.io", "docker-images-prod.6aa30f8b08e16409b46e0173d6de2f56.r2.cloudflarestorage.com"),
        ("quay.io", "cdn03.quay.io"),
        ("registry.redhat.io", "cdn.quay.io"),
        ("ghcr.io", "pkg-containers.githubusercontent.com"),
        (ECR, "prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com"),
        ("acme.azurecr.io", "eusmanaged1.blob.core.windows.net"),
        ("acme.azurecr.io", "acme.westeurope.data.azurecr.io"),
        ("mcr.microsoft.com", "westeurope.data.mcr.microsoft.com"),
        ("registry.k8s.io", "europe-west4-docker.pkg.dev"),
        ("registry.k8s.io", "prod-registry-k8s-io-eu-west-1.s3.dualstack.eu-west-1.amazonaws.com"),
        ("cgr.dev", "a1b2.r2.cloudflarestorage.com"),
        ("registry.corp.example", "layers.s3.eu-west-1.amazonaws.com"),
        ("registry.corp.example:5000", "storage.googleapis.com:443"),
    ],
)
def test_a_host_that_sends_layers(registry: str, host: str) -> None:
    assert sends_blobs(registry, host)


@pytest.mark.parametrize(
    ("registry", "host"),
    [
        ("docker.io", "mirror.corp.example"),
        ("docker.io", "mirror.gcr.io"),
        ("docker.io", "auth.docker.io"),
        ("docker.io", "production.cloudflare.docker.com.evil.example"),
        ("docker.io", "docker-images-prod.evil.example"),
        (ECR, "prod-eu-west-1-starport-layer-bucket.s3.evil.example"),
        ("quay.corp.example", "cdn.quay.io"),
        ("registry.corp.example", "registry.corp.example"),
        ("layers.s3.eu-west-1.amazonaws.com", "layers.s3.eu-west-1.amazonaws.com"),
    ],
)
def test_a_host_that_sends_none(registry: str, host: str) -> None:
    assert not sends_blobs(registry, host)


def test_the_hosts_as_a_firewall_s_rules_name_them() -> None:
    assert blob_hosts("quay.io") == ("cdn.quay.io", "cdn01.quay.io to cdn06.quay.io")
    assert blob_hosts(ECR) == ("prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com",)
    assert blob_hosts("acme.azurecr.io") == (
        "*.blob.core.windows.net",
        "acme.REGION.data.azurecr.io where dedicated data endpoints are on",
    )
    assert blob_hosts("quay.corp.example") == ()
    assert blob_hosts("registry.corp.example") == ()
