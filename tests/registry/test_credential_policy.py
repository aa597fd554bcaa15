"""Where a login may go."""

from __future__ import annotations

import pytest

from kubectl_imagepull.registry.credential_policy import belongs_to, may_carry_login, registrable_domain
from kubectl_imagepull.registry.reach import origin_of

BELONGS = [
    ("https://registry-1.docker.io", "https://auth.docker.io/token"),
    ("https://ghcr.io", "https://ghcr.io/token"),
    ("https://quay.io", "https://quay.io/v2/auth"),
    ("https://registry.gitlab.com", "https://gitlab.com/jwt/auth"),
    ("https://registry.digitalocean.com", "https://api.digitalocean.com/v2/registry/auth"),
    ("https://nvcr.io", "https://authn.nvidia.com/token"),
    ("https://nvcr.io", "https://nvcr.io/proxy_auth"),
    ("https://team.azurecr.io", "https://team.azurecr.io/oauth2/token"),
    ("https://registry.cn-hangzhou.aliyuncs.com", "https://dockerauth.cn-hangzhou.aliyuncs.com/auth"),
    ("https://registry.corp.example", "https://auth.corp.example/token"),
    ("https://registry.corp.example", "https://corp.example/token"),
    ("https://registry.corp.co.uk", "https://sso.corp.co.uk/token"),
    ("https://harbor.corp.example:8443", "https://harbor.corp.example/service/token"),
    ("https://10.0.0.5:5000", "https://10.0.0.5:5001/token"),
]
STRANGERS = [
    ("https://registry.corp.example", "https://evil.example/token"),
    ("https://registry.corp.example", "https://corp.example.evil.test/token"),
    ("https://registry.corp.example", "https://evilcorp.example/token"),
    ("https://registry.corp.example", "http://registry.corp.example/token"),
    ("https://registry.corp.example", "http://auth.corp.example/token"),
    ("https://corp.co.uk", "https://evil.co.uk/token"),
    ("https://corp.com.au", "https://evil.com.au/token"),
    ("https://team.azurecr.io", "https://evil.azurecr.io/oauth2/token"),
    ("https://team.github.io", "https://evil.github.io/token"),
    ("https://team.jfrog.io", "https://evil.jfrog.io/token"),
    ("https://ghcr.io", "https://evil.io/token"),
    ("https://quay.io", "https://evil.quay.io/token"),
    ("https://registry-1.docker.io", "https://evil.docker.io/token"),
    ("https://registry.gitlab.com", "https://evil.gitlab.com/token"),
    ("https://registry.cn-hangzhou.aliyuncs.com", "https://dockerauth.cn-beijing.aliyuncs.com/auth"),
    ("https://registry.cn-hangzhou.aliyuncs.com", "https://evil.oss-cn-hangzhou.aliyuncs.com/auth"),
    ("https://123456789012.dkr.ecr.eu-west-1.amazonaws.com", "https://evil.s3.eu-west-1.amazonaws.com/"),
    ("https://10.0.0.5:5000", "https://10.0.0.6:5000/token"),
    ("https://localhost:5000", "https://evil.localhost:5000/token"),
    ("https://registry", "https://evil/token"),
    ("https://registry.default.svc.cluster.local", "https://evil.other.svc.cluster.local/token"),
    ("http://localhost:5000", "http://localhost:5001/token"),
]


@pytest.mark.parametrize(("registry", "realm"), BELONGS)
def test_a_token_server_that_belongs_to_the_registry(registry: str, realm: str) -> None:
    assert belongs_to(origin_of(registry), origin_of(realm))
    assert may_carry_login(origin_of(registry), origin_of(realm))


@pytest.mark.parametrize(("registry", "realm"), STRANGERS)
def test_a_token_server_of_somebody_else(registry: str, realm: str) -> None:
    assert not belongs_to(origin_of(registry), origin_of(realm))
    assert not may_carry_login(origin_of(registry), origin_of(realm))


def test_no_login_goes_over_plain_http_not_even_to_the_registry() -> None:
    plain = origin_of("http://localhost:5000")
    assert belongs_to(plain, plain)
    assert not may_carry_login(plain, plain)


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("a.b.corp.example", "corp.example"),
        ("corp.example", "corp.example"),
        ("example", ""),
        ("a.corp.co.uk", "corp.co.uk"),
        ("co.uk", ""),
        ("team.azurecr.io", "team.azurecr.io"),
        ("azurecr.io", ""),
        ("a.team.svc.cluster.local", "team.svc.cluster.local"),
        ("10.0.0.5", ""),
        ("::1", ""),
    ],
)
def test_the_domain_that_one_owner_registered(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain
