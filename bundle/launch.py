"""Begins the packaged program."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from types import ModuleType

#: What the kubernetes package imports and this program never calls: its typed and dynamic clients with their checks of
#: values, streams and watches, and the refreshing of an OIDC login, which is left to kubectl. Loading them would take
#: a third of the time of a scan.
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


def stand_in(names: Iterable[str]) -> None:
    """Lets modules be imported that aren't there."""
    sys.modules.update({name: _Unused(name) for name in names})


def restore_environment() -> None:
    """Takes back what PyInstaller put into the environment: login plugins must not load the libraries of this folder.

    PyInstaller's own copy, LD_LIBRARY_PATH_ORIG, isn't read: where LD_LIBRARY_PATH was not set, there is none or that
    of a packaged program which called this one.
    """
    home: str = vars(sys)["_MEIPASS"]
    path = os.environ.get("LD_LIBRARY_PATH", "")
    if path == home:
        del os.environ["LD_LIBRARY_PATH"]
    elif path.startswith(f"{home}{os.pathsep}"):
        os.environ["LD_LIBRARY_PATH"] = path.removeprefix(f"{home}{os.pathsep}")
        os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    for name in [name for name in os.environ if name.startswith("_PYI_")]:
        del os.environ[name]


def main() -> None:
    """Runs the program."""
    restore_environment()
    stand_in(UNUSED)
    from kubectl_imagepull.cli import program  # noqa: PLC0415 - only now

    program()


if __name__ == "__main__":
    main()
