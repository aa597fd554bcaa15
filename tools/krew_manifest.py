"""Writes krew's manifest.

`python tools/krew_manifest.py` writes krew-manifest.yaml for a version that isn't released (`make docs` does it); with
`--archives FOLDER --home URL` one for the archives that stand there, which the release workflow does.
"""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from archive import digest
from platforms import PLATFORMS, Platform

from kubectl_imagepull import COMMAND, PROGRAM, __version__

MANIFEST = Path(__file__).resolve().parent.parent / "krew-manifest.yaml"
#: krew's name of the plugin, and of the file that describes it in an index.
PLUGIN = PROGRAM.removeprefix("kubectl-")
#: Where nothing is yet: no address can end in .invalid (RFC 2606).
NOWHERE = f"https://{PROGRAM}.invalid"
NO_DIGEST = "0" * 64
_UNRELEASED = "# Not released yet: the release workflow writes the addresses and digests of the archives.\n"
_DESCRIPTION = """\
Reads the status and events of pods whose image can't be pulled, live or from
a recording, and names the one root cause of each failure out of 40: a missing
tag, a missing or wrong pull secret, a rate limit, an unknown certificate
authority, a registry that can't be reached and so on. Shows the text that the
cause was read from and the evidence for it, and prints the commands that fix
it.

It changes nothing in the cluster and sends no credentials anywhere.
"""
_CAVEATS = """\
Needs the permission to list pods. Events, secrets, nodes, service accounts
and workloads are read where that is allowed; what isn't, the report says.
"""


@dataclass(frozen=True)
class Source:
    """Where an archive is to be had, and its SHA-256."""

    uri: str
    sha256: str


def manifest(home: str, sources: Mapping[Platform, Source]) -> str:
    """The manifest of this version."""
    head = "" if any(source.sha256 != NO_DIGEST for source in sources.values()) else _UNRELEASED
    return f"""\
{head}apiVersion: krew.googlecontainertools.github.com/v1alpha2
kind: Plugin
metadata:
  name: {PLUGIN}
spec:
  version: v{__version__}
  homepage: {home}
  shortDescription: Name the root cause of failed image pulls
  description: |
{textwrap.indent(_DESCRIPTION, "    ")}\
  caveats: |
{textwrap.indent(_CAVEATS, "    ")}\
  platforms:
{"".join(_entry(platform, source) for platform, source in sources.items())}"""


def _entry(platform: Platform, source: Source) -> str:
    return f"""\
  - selector:
      matchLabels:
        os: {platform.os}
        arch: {platform.arch}
    uri: {source.uri}
    sha256: "{source.sha256}"
    bin: {platform.program}
"""


def unreleased() -> str:
    """The manifest of a version that nobody can download yet."""
    return manifest(NOWHERE, {one: Source(f"{NOWHERE}/{one.archive}", NO_DIGEST) for one in PLATFORMS})


def released(home: str, url: str, folder: Path) -> str:
    """The manifest for the archives in a folder, which will be had at an address."""
    sources = {
        one: Source(f"{url}/{one.archive}", digest(folder / one.archive))
        for one in PLATFORMS
        if (folder / one.archive).exists()
    }
    return manifest(home, sources)


def main() -> int:
    """Writes one manifest."""
    parser = argparse.ArgumentParser(description=f"Writes krew's manifest of {COMMAND}.")
    parser.add_argument("--archives", type=Path, metavar="FOLDER", help="the archives; without, none is released")
    parser.add_argument("--all", action="store_true", help="fail where the archive of a platform is missing")
    parser.add_argument("--home", metavar="URL", help="the project's page")
    parser.add_argument("--url", help="where the archives are downloaded from (GitHub's releases of --home)")
    parser.add_argument("--output", type=Path, default=MANIFEST, help="the file to write (krew-manifest.yaml)")
    options = parser.parse_args()
    if not options.archives:
        # what a release wrote stays until the next version
        if not re.search(rf"^  version: v{re.escape(__version__)}$", _read(options.output), re.MULTILINE):
            options.output.write_text(unreleased(), encoding="utf-8")
        return 0
    if not options.home:
        parser.error("--archives needs --home")
    url = options.url or f"{options.home}/releases/download/v{__version__}"
    missing = [one.archive for one in PLATFORMS if not (options.archives / one.archive).exists()]
    if len(missing) == len(PLATFORMS) or (missing and options.all):
        print(f"error: {options.archives} lacks {', '.join(missing)}; 'make package' builds one", file=sys.stderr)
        return 1
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(released(options.home, url.rstrip("/"), options.archives), encoding="utf-8")
    return 0


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
