"""The packaged program on its own: no Python, nothing on PATH, and the environment of others as it was."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kube.apiserver import ApiServer, listing, pod
from package.built import ROOT, TARGET, is_demonstration, run

from kubectl_imagepull import COMMAND, PROGRAM, __version__
from kubectl_imagepull.vocabulary.causes import Cause

VERSION = f"{PROGRAM} {__version__}\n"
#: All that it may take from a Linux system: glibc, and the zlib that package managers need too.
SYSTEM = re.compile(r"(ld-linux\S*|lib(c|dl|m|pthread|rt|util|z))\.so\.\d")
#: How long it took, which no two runs agree on.
TIME = re.compile(r"(under )?\d+\.\d+ s\b|seconds\W+[0-9.]+|time\W+[0-9.]+")
PODS = "/api/v1/namespaces/default/pods"
EVENTS = "/api/v1/namespaces/default/events"


def test_it_starts_with_an_empty_path(program: Path) -> None:
    assert run(program, "version", PATH="").stdout == VERSION
    assert is_demonstration(run(program, "demo", PATH="").stdout)


@pytest.fixture
def inside(program: Path, unpacked: Path, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a command in a root that holds the package, and of the system only the libraries that it may take."""
    if TARGET.os != "linux":
        pytest.skip("a root of its own is Linux'")
    root = tmp_path / "root"
    shutil.copytree(unpacked, root / "opt" / "program")
    binaries = [program, *unpacked.rglob("*.so*")]
    for line in subprocess.run(["ldd", *binaries], capture_output=True, text=True, check=True).stdout.splitlines():
        if (found := re.search(r"(/\S+)", line)) and SYSTEM.fullmatch(Path(found[1]).name):
            target = root / found[1].removeprefix("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(found[1], target)
    (root / "bin").mkdir()
    (root / "bin" / PROGRAM).symlink_to(f"/opt/program/{PROGRAM}")
    change = [] if os.geteuid() == 0 else ["/usr/bin/unshare", "--map-root-user"]
    chroot = next(place for place in ("/usr/sbin/chroot", "/usr/bin/chroot") if Path(place).exists())
    if run(*change, chroot, root, f"/bin/{PROGRAM}", "version").returncode in {1, 125}:
        pytest.skip("neither root nor a user namespace to be had")
    return lambda *arguments: run(*change, chroot, root, f"/bin/{PROGRAM}", *arguments)


def test_it_needs_no_python_and_no_other_program(inside: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    assert inside("version").stdout == VERSION
    assert is_demonstration(inside("demo").stdout)
    page = inside("demo", "-o", "html").stdout
    assert (page[:15], page[-8:]) == ("<!doctype html>", "</html>\n")
    # all that reading a cluster loads is there as well
    asked = inside("scan", "--request-timeout", "1")
    assert (asked.returncode, asked.stderr.partition(":")[0]) == (3, "error")
    assert "no kubeconfig" in asked.stderr


def test_help_is_that_of_the_documentation(program: Path) -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for command in ("scan", "demo", "version"):
        shown = run(program, command, "--help", TERM="dumb", NO_COLOR="1", LANG="C.UTF-8").stdout
        assert shown.startswith(f"Usage: {COMMAND} {command}")
        # where lines break is up to the terminal
        assert " ".join(shown.split()) in " ".join(text.split())


@pytest.mark.parametrize("output", ["wide", "json", "yaml", "name", "markdown", "html", "junit", "sarif"])
def test_it_writes_every_format(program: Path, output: str) -> None:
    packaged = run(program, "demo", "-o", output, LANG="C.UTF-8")
    own = run(sys.executable, "-m", "kubectl_imagepull", "demo", "-o", output, LANG="C.UTF-8")
    assert (packaged.returncode, packaged.stderr) == (0, "")
    assert TIME.sub("", packaged.stdout) == TIME.sub("", own.stdout)


def modules_in(folder: Path, suffix: str) -> set[Path]:
    """The modules in a folder, by their places there."""
    return {path.relative_to(folder).with_suffix("") for path in folder.rglob(f"*{suffix}")}


def test_it_holds_what_is_loaded_by_name(unpacked: Path, program: Path) -> None:
    (packaged,) = unpacked.rglob("kubectl_imagepull/fixes")
    assert modules_in(packaged, ".pyc") == modules_in(ROOT / "kubectl_imagepull" / "fixes", ".py")
    for cause in Cause:
        explained = run(program, "explain", cause.value, LANG="C.UTF-8")
        own = run(sys.executable, "-m", "kubectl_imagepull", "explain", cause.value, LANG="C.UTF-8")
        assert (explained.returncode, explained.stderr, explained.stdout) == (0, "", own.stdout)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_it_completes(program: Path, shell: str) -> None:
    script = run(program, "completion", shell)
    assert (script.returncode, PROGRAM in script.stdout) == (0, True)
    candidates = run(program, "__complete", "expl")
    assert candidates.stdout.startswith("explain")


def test_wrong_usage_is_said_in_words(program: Path) -> None:
    wrong = run(program, "scan", "--no-such-flag")
    assert (wrong.returncode, "Traceback" in wrong.stderr) == (2, False)
    assert "--no-such-flag" in wrong.stderr


@pytest.fixture
def server(certificate: Path) -> Iterator[ApiServer]:
    """An API server with one pod."""
    server = ApiServer(certificate)
    server.replies[PODS] = listing("PodList", pod("a", "default"))
    server.replies[EVENTS] = listing("EventList")
    yield server
    server.stop()


def kubeconfig(folder: Path, url: str, user: dict[str, object], **trusted: str) -> Path:
    file = folder / "config"
    names = {"contexts": [{"name": "it", "context": {"cluster": "it", "user": "me"}}]}
    cluster = {
        "clusters": [{"name": "it", "cluster": {"server": url, **trusted}}],
        "users": [{"name": "me", "user": user}],
    }
    file.write_text(json.dumps({"current-context": "it", **names, **cluster}), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "given",
    [{}, {"LD_LIBRARY_PATH": "/opt/mine"}, {"LD_LIBRARY_PATH_ORIG": "/opt/outer"}],
    ids=["no LD_LIBRARY_PATH", "LD_LIBRARY_PATH", "called by a packaged program"],
)
def test_a_login_plugin_gets_the_environment_of_the_user(
    program: Path, server: ApiServer, certificate: Path, tmp_path: Path, given: dict[str, str]
) -> None:
    plugin, seen = tmp_path / "login", tmp_path / "seen"
    status = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "t"}}
    plugin.write_text(f"#!/bin/sh\n/usr/bin/env >{seen}\necho '{json.dumps(status)}'\n")
    plugin.chmod(0o755)
    login = {"apiVersion": status["apiVersion"], "command": str(plugin), "interactiveMode": "Never"}
    config = kubeconfig(tmp_path, server.url, {"exec": login}, **{"certificate-authority": str(certificate)})
    mine = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "KUBECONFIG": str(config), **given}
    done = run(program, "scan", **mine)
    assert (done.returncode, done.stderr) == (0, "")
    assert server.requests[0].all("Authorization") == ["Bearer t"]
    lines = [line.partition("=") for line in seen.read_text(encoding="utf-8").splitlines()]
    # what a shell sets itself
    others = {"KUBERNETES_EXEC_INFO", "PWD", "OLDPWD", "SHLVL", "_"}
    assert {name: value for name, _, value in lines if name not in others} == mine


def test_it_trusts_what_the_system_trusts(program: Path, server: ApiServer, certificate: Path, tmp_path: Path) -> None:
    config = kubeconfig(tmp_path, server.url, {"token": "t"})
    mine = {"KUBECONFIG": str(config), "HOME": str(tmp_path)}
    refused = run(program, "scan", **mine)
    assert (refused.returncode, "TLS: self" in refused.stderr) == (3, True)
    assert run(program, "scan", SSL_CERT_FILE=str(certificate), **mine).returncode == 0
