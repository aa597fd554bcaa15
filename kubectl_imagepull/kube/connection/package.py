"""The kubernetes package, loaded without what it imports and this program never calls."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any

#: Its typed and dynamic clients with their checks of values, streams and watches, and the refreshing of an OIDC login,
#: which is left to kubectl. Loading them takes two thirds of the time that the package takes.
UNUSED = (
    *("kubernetes.dynamic", "kubernetes.dynamic.client", "kubernetes.informer", "kubernetes.leaderelection"),
    *("kubernetes.stream", "kubernetes.watch"),
    *("dateutil", "dateutil.parser", "multiprocessing.pool"),
    *("oauthlib", "oauthlib.oauth2", "requests_oauthlib", "pydantic"),
)


class _Anything:
    """A class or function that is named at import and not used after it."""

    def __init__(self, *_: object, **__: object) -> None:
        """Takes what the one that it stands for takes."""


class _Unused(ModuleType):
    """Has whatever is imported from it."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (_Anything,), {})


@contextmanager
def _without(names: tuple[str, ...]) -> Iterator[None]:
    """Lets others stand in for modules that aren't loaded, as long as the block lasts."""
    unused: dict[str, ModuleType] = {name: _Unused(name) for name in names if name not in sys.modules}
    sys.modules.update(unused)
    try:
        yield
    finally:
        for name in unused:
            del sys.modules[name]


@cache
def load() -> Any:
    """The package, with what a session takes of it; two threads may not load it at once."""
    with _without(UNUSED):
        import kubernetes.client
        import kubernetes.config.incluster_config

        # these are loaded when they are asked for
        for name in ("ApiClient", "Configuration"):
            getattr(kubernetes.client, name)
    return kubernetes
