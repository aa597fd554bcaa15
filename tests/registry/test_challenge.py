"""What a registry asks for in a 401."""

from __future__ import annotations

import pytest

from kubectl_imagepull.registry.challenge import Challenge, parse_challenge

REALM = "https://auth.docker.io/token"


@pytest.mark.parametrize(
    ("header", "challenge"),
    [
        (
            f'Bearer realm="{REALM}",service="registry.docker.io",scope="repository:library/nginx:pull"',
            Challenge(
                wants_token=True, realm=REALM, service="registry.docker.io", scope="repository:library/nginx:pull"
            ),
        ),
        (f'bearer Realm="{REALM}"', Challenge(wants_token=True, realm=REALM)),
        (f"Bearer realm={REALM} , service=x", Challenge(wants_token=True, realm=REALM, service="x")),
        ('Basic realm="Registry"', Challenge(wants_token=False)),
        ("Basic", Challenge(wants_token=False)),
        (f'Negotiate, Bearer realm="{REALM}"', Challenge(wants_token=True, realm=REALM)),
        (f'Bearer realm="{REALM}", Basic realm="x"', Challenge(wants_token=True, realm=REALM)),
        ("Bearer", Challenge(wants_token=True)),
        ("Negotiate", None),
        ("Digest realm=basic", None),
        ("", None),
        ("Bearer" + ' realm="' * 100_000, Challenge(wants_token=True, realm=" realm=")),
    ],
)
def test_a_challenge(header: str, challenge: Challenge | None) -> None:
    assert parse_challenge(header) == challenge
