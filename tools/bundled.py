"""What a package is made of: an SBOM (CycloneDX) and the licenses of everything in it."""

from __future__ import annotations

import json
import platform
import re
import ssl
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution, packages_distributions
from pathlib import Path
from typing import Any

from kubectl_imagepull import PROGRAM, __version__

#: Not imported by the program, and in it: the executable and the code that it begins with.
_LOADER = "pyinstaller"
_LICENSE = re.compile(r"(LICEN[CS]E|COPYING|NOTICE|AUTHORS)", re.IGNORECASE)
_RULE = "=" * 80


def distributions_of(modules: Iterable[str]) -> list[str]:
    """The names of the installed distributions that bring these top-level modules, and PyInstaller's."""
    known = packages_distributions()
    names = {_normal(name) for module in modules for name in known.get(module, ())}
    return sorted((names | {_LOADER}) - {_normal(PROGRAM)})


def sbom(names: Iterable[str], project: Path) -> str:
    """The SBOM of a package with these distributions, as JSON."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible"]
    made = subprocess.run(
        [*command, "--pyproject", str(project), sys.executable], stdout=subprocess.PIPE, check=True
    ).stdout
    document: dict[str, Any] = json.loads(made)
    wanted = set(names)
    parts = [part for part in document["components"] if _normal(part["name"]) in wanted]
    parts += [_native("cpython", platform.python_version(), "python", "python")]
    if version := re.match(r"(OpenSSL|LibreSSL) (\S+)", ssl.OPENSSL_VERSION):
        parts.append(_native(version[1].lower(), version[2], version[1].lower(), version[1].lower()))
    references = {part["bom-ref"] for part in parts}
    root = document["metadata"]["component"]
    root["version"] = __version__
    needs = {
        entry["ref"]: sorted(set(entry.get("dependsOn", ())) & references)
        for entry in document["dependencies"]
        if entry["ref"] in references
    }
    needs[root["bom-ref"]] = sorted(references)
    document["components"] = parts
    document["dependencies"] = [{"ref": ref, "dependsOn": needs[ref]} for ref in sorted(needs)]
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def licenses(names: Iterable[str]) -> str:
    """The licenses of these distributions and of Python, one under the other."""
    parts = [(f"Python {platform.python_version()}", _python_license())]
    parts += [_license_of(distribution(name)) for name in names]
    return "\n".join(f"{_RULE}\n{title}\n{_RULE}\n\n{text.strip()}\n" for title, text in parts)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _native(name: str, version: str, vendor: str, product: str) -> dict[str, Any]:
    """A part that no Python distribution brings; scanners know it by its CPE."""
    return {
        "bom-ref": f"{name}=={version}",
        "cpe": f"cpe:2.3:a:{vendor}:{product}:{version}:*:*:*:*:*:*:*",
        "name": name,
        "type": "library",
        "version": version,
    }


def _license_of(found: Distribution) -> tuple[str, str]:
    title = f"{found.name} {found.version}"
    files = [file for file in found.files or () if ".dist-info" in str(file) and _LICENSE.match(file.name)]
    texts = [file.read_text(encoding="utf-8") for file in sorted(files)]
    if texts:
        return title, "\n\n".join(texts)
    # a distribution without a file names its license at least
    said = [found.metadata.get("License-Expression"), found.metadata.get("License")]
    said += [one for one in found.metadata.get_all("Classifier", ()) if one.startswith("License ::")]
    return title, "\n".join(one for one in said if one)


def _python_license() -> str:
    """Python's license from where it is installed; systems that leave the file out have it at this address."""
    places = [Path(sysconfig.get_path("stdlib"), "LICENSE.txt"), Path(sys.base_prefix, "LICENSE.txt")]
    found = next((place for place in places if place.exists()), None)
    return found.read_text(encoding="utf-8") if found else "PSF-2.0: https://docs.python.org/3/license.html"
