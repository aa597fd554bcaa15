"""Connections as tests of this room make them, off the proxies of whoever runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kubectl_imagepull.registry.connections import Connections, tls_settings
from kubectl_imagepull.registry.reach import ReachPolicy


@pytest.fixture(autouse=True)
def without_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps the tests' requests off the proxies of whoever runs them."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def connect(own_certificate: Path) -> Iterator[Callable[..., Connections]]:
    """Gives connections that may reach the hosts named; every name is at 127.0.0.1."""
    made: list[Connections] = []

    def connections(*named: str, resolver: Callable[[str, int], list[str]] = lambda *_: ["127.0.0.1"]) -> Connections:
        made.append(Connections(ReachPolicy(named), tls_settings(str(own_certificate)), resolver))
        return made[-1]

    yield connections
    for one in made:
        one.close()
