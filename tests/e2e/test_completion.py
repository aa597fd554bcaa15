"""TAB after `kubectl imagepull ...`: the real kubectl asks the file that was installed, and shells ask kubectl."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from e2e.admin import Admin
from e2e.control_plane import ControlPlane
from e2e.program import BIN, NAME, Program
from e2e.test_connection import MARGIN, giving, plugin
from shells import SHELLS, completed, needs

from kubectl_imagepull.cli.completion.candidates import COMPLETION_PATIENCE

Complete = Callable[..., list[str]]


@pytest.fixture
def places(tmp_path: Path) -> str:
    """PATH, with the file for kubectl on it."""
    own = tmp_path / "bin"
    own.mkdir()
    (own / NAME).symlink_to(BIN / NAME)
    path = Program(None, tmp_path).environment["PATH"]
    found = f"{own}{os.pathsep}{path}"
    assert Program(None, tmp_path, {"PATH": found})("completion", "install").stdout.startswith(f"wrote {own}/")
    return found


@pytest.fixture
def complete(places: str, tmp_path: Path) -> Complete:
    """What kubectl offers for words, with a kubeconfig."""

    def complete(kubeconfig: Path | None, *words: str) -> list[str]:
        program = Program(kubeconfig, tmp_path, {"PATH": places})
        began = time.monotonic()
        result = program.run("kubectl", "__complete", "imagepull", *words)
        assert time.monotonic() - began < COMPLETION_PATIENCE + MARGIN
        assert result.returncode == 0
        # beside the program's complaints, of which there are none, kubectl says what it does
        said = ("[Debug] ", "Completion ended with directive: ")
        assert [line for line in result.stderr.splitlines() if not line.startswith(said)] == []
        return result.stdout.splitlines()

    return complete


def test_commands_and_flags(complete: Complete) -> None:
    assert complete(None, "vers") == ["version\tPrint the program's version.", ":4"]
    assert complete(None, "scan", "--names") == ["--namespace\tLook only here. Repeatable.", ":4"]
    assert complete(None, "scan", "-o", "j") == ["json", "junit", ":4"]
    assert complete(None, "scan", "--from", "") == [":0"]


def test_names_of_the_kubeconfig_and_the_cluster(plane: ControlPlane, complete: Complete, admin: Admin) -> None:
    config = plane.kubeconfig("admin", namespace="shop")
    assert complete(config, "scan", "--context", "") == ["e2e\tcluster e2e", ":4"]
    namespaces = [item["metadata"]["name"] for item in admin.items("Namespace")]
    assert {"shop", "payments"} < set(namespaces)
    assert complete(config, "scan", "-n", "") == [*sorted(namespaces), ":4"]
    assert complete(config, "scan", "--namespace=sho") == ["shop", ":4"]
    # the flags that stand there already are heeded
    wrong = plane.kubeconfig("admin", name="wrong", server="https://127.0.0.1:1")
    assert complete(wrong, "scan", "--kubeconfig", str(config), "-n", "sho") == ["shop", ":4"]
    assert complete(wrong, "scan", "--server", plane.url, "-n", "sho") == ["shop", ":4"]


def test_pods_and_workloads_that_fail(plane: ControlPlane, complete: Complete, program: Program) -> None:
    config = plane.kubeconfig("admin", namespace="shop")
    failing = {failure["pod"] for failure in program.report("scan", "-n", "shop")["failures"]}
    offered = [line.partition("\t")[0] for line in complete(config, "diagnose", "")]
    assert {name for name in offered if "/" not in name} == {*failing, ":4"}
    assert "deployment/frontend" in offered
    assert complete(config, "diagnose", "deploy/frontend-n") == [
        "deploy/frontend-next\tRepositoryNotFoundOrPrivate",
        ":4",
    ]
    assert complete(config, "diagnose", "-n", "payments", "sts/gate") == ["sts/gateway\tNoCredentials", ":4"]
    (pod, *_) = sorted(name for name in failing if name.startswith("frontend-"))
    assert complete(config, "diagnose", f"po/{pod}") == [f"po/{pod}\tTagNotFound", ":4"]
    assert complete(config, "diagnose", "--wait", pod) == [f"{pod}\tTagNotFound", ":4"]
    assert complete(config, "diagnose", "-n", "nowhere", "") == [":4"]
    assert complete(config, "diagnose", "--all-contexts", "") == [":4"]


def test_what_may_not_be_read_has_no_candidates(plane: ControlPlane, complete: Complete) -> None:
    config = plane.kubeconfig("stranger", namespace="shop")
    # namespaces that the kubeconfig names may be readable for all that
    assert complete(config, "scan", "-n", "") == ["shop", ":4"]
    assert complete(config, "diagnose", "") == [":4"]


def test_a_server_that_is_silent_is_not_waited_for(plane: ControlPlane, complete: Complete) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        config = plane.kubeconfig("admin", server=f"https://127.0.0.1:{silent.getsockname()[1]}")
        for words in (("scan", "-n", ""), ("diagnose", "")):
            assert complete(config, *words) == [":4"]


@pytest.mark.parametrize(("mode", "runs"), [("Always", False), ("IfAvailable", True), ("Never", True)], ids=str)
def test_a_login_plugin_asks_nobody(
    plane: ControlPlane, complete: Complete, tmp_path: Path, mode: str, *, runs: bool
) -> None:
    mark = tmp_path / "ran"
    body = f"open('{mark}', 'w').write(os.environ['KUBERNETES_EXEC_INFO'])\nsys.stderr.write('log in!')\n"
    user = plugin(tmp_path, body + giving("{'token': 'e2e-token-admin'}"), interactiveMode=mode)
    config = plane.kubeconfig(with_whole_path(user, tmp_path))
    assert complete(config, "scan", "-n", "sho") == (["shop", ":4"] if runs else [":4"])
    assert mark.exists() is runs
    if runs:
        assert '"interactive": false' in mark.read_text(encoding="utf-8")


def test_a_login_plugin_that_takes_long_is_ended(plane: ControlPlane, complete: Complete, tmp_path: Path) -> None:
    mark = tmp_path / "ended"
    body = f"import time\nopen('{mark}', 'w').write(str(os.getpid()))\ntime.sleep(60)"
    config = plane.kubeconfig(with_whole_path(plugin(tmp_path, body), tmp_path))
    assert complete(config, "scan", "-n", "") == [":4"]
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text(encoding="utf-8")), 0)


def with_whole_path(user: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The plugin's user, for a kubeconfig that lies elsewhere."""
    return {"exec": {**user["exec"], "command": str(folder / "plugin")}}


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes_through_kubectl(plane: ControlPlane, places: str, tmp_path: Path, shell: str) -> None:
    needs(shell)
    environment = Program(plane.kubeconfig("admin", namespace="shop"), tmp_path, {"PATH": places}).environment
    for typed, line in (
        ("kubectl imagepull vers", "kubectl imagepull version"),
        ("kubectl imagepull scan --namespace pay", "kubectl imagepull scan --namespace payments"),
        ("kubectl imagepull scan --output=js", "kubectl imagepull scan --output=json"),
        ("kubectl imagepull diagnose deploy/frontend-n", "kubectl imagepull diagnose deploy/frontend-next"),
    ):
        assert completed(shell, f"kubectl completion {shell}", typed, environment) == line
