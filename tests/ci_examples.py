"""The examples for CI, and the commands in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import yaml
from generate_docs import ROOT

FOLDER = ROOT / "examples"
#: What Argo Rollouts fills in.
HASH = "5d4f8c7b9"
_FILLED = {"{{args.rollout}}": "web", "{{args.latest-hash}}": HASH}


def documents(name: str) -> list[dict[str, Any]]:
    """The YAML documents of an example, filled in."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    for argument, value in _FILLED.items():
        text = text.replace(argument, value)
    return list(yaml.safe_load_all(text))


def job_of(name: str) -> dict[str, Any]:
    """The spec of the Job in an example."""
    (document,) = documents(name)
    spec: dict[str, Any] = document["spec"]
    if document["kind"] == "AnalysisTemplate":
        (metric,) = spec["metrics"]
        spec = metric["provider"]["job"]["spec"]
    return spec


def commands(name: str) -> list[str]:
    """The commands of an example, each for a shell."""
    (document,) = documents(name)
    if "spec" in document:
        (container,) = job_of(name)["template"]["spec"]["containers"]
        return [shlex.join(container["command"])]
    found = []
    for job in _jobs(document):
        steps = job.get("steps") or [{"run": line} for line in job["script"]]
        found += [step["run"] for step in steps if "run" in step]
    return found


def check_of(name: str) -> str:
    """The command that looks for a pull that fails; there is one."""
    (found,) = [command for command in commands(name) if re.match(r"kubectl[ -]imagepull ", command)]
    return found


def _jobs(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Jobs of GitHub Actions, or of GitLab CI."""
    yield from (document.get("jobs") or {name: one for name, one in document.items() if "script" in one}).values()
