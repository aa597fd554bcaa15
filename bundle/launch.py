"""Begins the packaged program."""

from __future__ import annotations

import os
import sys


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
    from kubectl_imagepull.__main__ import start

    start()


if __name__ == "__main__":
    main()
