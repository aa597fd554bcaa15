"""Ways to a node: where a command is typed, and what stands before it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_up_nodes import NODES, failing_on

from kubectl_imagepull.fixes.environments.access import (
    Access,
    ContainerAccess,
    DebuggingPod,
    LoginShell,
    MinikubeAccess,
    OpenshiftDebugging,
)
from kubectl_imagepull.vocabulary.command import Chain, Command, Pipeline, Placeholder

CONTEXT = failing_on(NODES["containerd 1.7"])
WAYS: dict[str, Access] = {
    "login": LoginShell(),
    "container": ContainerAccess("podman", "dev-worker"),
    "minikube": MinikubeAccess(("-p", "dev"), "dev-m02"),
    "pod": DebuggingPod(CONTEXT, "busybox:1.36"),
    "oc": OpenshiftDebugging(CONTEXT),
}
_SSH = "minikube ssh -p dev -n dev-m02 -- sudo"
_POD = "kubectl debug node/worker-a -it --profile=sysadmin --image=busybox:1.36 -- chroot /host"
_OC = "oc debug node/worker-a -- chroot /host"


@pytest.mark.parametrize(
    ("way", "line"),
    [
        ("login", "sudo cat 'a b'"),
        ("container", "podman exec dev-worker cat 'a b'"),
        ("minikube", f"""{_SSH} cat "'"'a b'"'\""""),
        ("pod", f"{_POD} cat 'a b'"),
        ("oc", f"{_OC} cat 'a b'"),
    ],
)
def test_a_command_for_root(way: str, line: str) -> None:
    assert str(WAYS[way].as_root("cat", "a b")) == line


@pytest.mark.parametrize(
    ("way", "line"),
    [
        ("login", "sudo tee x"),
        ("container", "podman exec -i dev-worker tee x"),
        ("minikube", "minikube ssh --native-ssh=false -p dev -n dev-m02 -- sudo tee x"),
    ],
)
def test_a_command_that_reads(way: str, line: str) -> None:
    assert str(WAYS[way].reading("tee", "x")) == line


@pytest.mark.parametrize(
    ("way", "lines"),
    [
        ("login", ["sudo dmesg", "sudo dmesg | tail -n 5", "ip route && ip route | cat"]),
        (
            "pod",
            [f"{_POD} dmesg", f"{_POD} dmesg | tail -n 5", f"{_POD} ip route && {_POD} ip route | cat"],
        ),
        ("oc", [f"{_OC} dmesg", f"{_OC} dmesg | tail -n 5", f"{_OC} ip route && {_OC} ip route | cat"]),
    ],
)
def test_steps_of_a_nodes_own_shell(way: str, lines: list[str]) -> None:
    kernel, route = Command(("sudo", "dmesg")), Command(("ip", "route"))
    piped = Pipeline((kernel, Command(("tail", "-n", "5"))))
    chained = Chain((route, Pipeline((route, Command(("cat",))))))
    assert [str(WAYS[way].looking(step)) for step in (kernel, piped, chained)] == lines


@pytest.mark.parametrize(
    ("way", "line"),
    [
        ("login", 'sudo install -D -m 600 "${FILE:?a file}" /etc/x'),
        ("container", 'podman cp "${FILE:?a file}" dev-worker:/etc/x'),
        ("minikube", 'minikube cp -p dev "${FILE:?a file}" dev-m02:/etc/x'),
        ("pod", f'{_POD} install -D -m 600 "${{FILE:?a file}}" /etc/x'),
        ("oc", f'{_OC} install -D -m 600 "${{FILE:?a file}}" /etc/x'),
    ],
)
def test_a_file_that_is_copied(way: str, line: str) -> None:
    assert str(WAYS[way].copied(Placeholder("FILE", "a file"), "/etc/x", "600")) == line


@pytest.mark.parametrize(
    ("way", "lines"),
    [
        ("login", ["sudoedit /etc/x.toml"]),
        (
            "container",
            ["podman cp dev-worker:/etc/x.toml x.toml", "vi x.toml", "podman cp x.toml dev-worker:/etc/x.toml"],
        ),
        ("minikube", [f"{_SSH} vi /etc/x.toml"]),
        ("oc", [f"{_OC} vi /etc/x.toml"]),
    ],
)
def test_a_file_that_is_edited(way: str, lines: list[str]) -> None:
    assert [str(step) for step in WAYS[way].edited("/etc/x.toml")] == lines


def test_commands_of_pods_lead_to_the_failures_cluster() -> None:
    reach = (("--context", "shop"),)
    context = replace(CONTEXT, diagnosis=replace(CONTEXT.diagnosis, reach=reach))
    assert str(OpenshiftDebugging(context).as_root("true")).startswith("oc --context shop debug node/worker-a ")
    assert str(DebuggingPod(context, "x").as_root("true")).startswith("kubectl --context shop debug node/worker-a ")
