"""Every task on a node of every environment: what holds for all of them, whatever they print."""

from __future__ import annotations

import re
from functools import cache

import pytest
from made_up_nodes import HUB_IMAGE, IMAGE, MIRROR, NODES, TASKS, environment, failing_on, lines

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import TABLE, tasks_for
from kubectl_imagepull.vocabulary.command import Chain, Command, Pipeline, Placeholder, Step, commands_in, pieces_of
from kubectl_imagepull.vocabulary.fix import Fix, Where, Who
from kubectl_imagepull.vocabulary.node_environment import Platform

#: A pull's ways to fail on a node, by the name that tests call them.
SITUATIONS = {
    "own registry": {"image": IMAGE},
    "mirror of Docker Hub": {"image": HUB_IMAGE, "answered_by": MIRROR},
    "Docker Hub": {"image": HUB_IMAGE, "answered_by": "registry-1.docker.io"},
    "pause image": {"image": "registry.k8s.io/pause:3.9", "sandbox": True},
    "ECR": {"image": "111122223333.dkr.ecr.eu-central-1.amazonaws.com/shop/web:v9"},
    "Artifact Registry": {"image": "europe-west1-docker.pkg.dev/shop-project/images/web:v9"},
    "ACR": {"image": "shop.azurecr.io/web:v9"},
    "broken reference": {"image": "Registry.corp.example/UPPER:v9"},
    "policy Always": {"image": IMAGE, "imagePullPolicy": "Always"},
    "IPv6 registry": {"image": "[fd00::1]:5000/shop/web:v9"},
}

#: What a command may name on the nodes of each environment; any other of MARKS is somebody else's.
OWN = {
    "containerd 1.7": {"containerd", "containerd's unit", "sudo", "systemctl", "journalctl", "ctr", "crictl"},
    "CRI-O": {"CRI-O", "sudo", "systemctl", "journalctl", "crictl", "podman"},
    "cri-dockerd": {"Docker", "sudo", "systemctl", "journalctl", "docker"},
    "k3s server": {"k3s", "sudo", "systemctl", "journalctl", "ctr", "crictl"},
    "k3s with Docker": {"Docker", "k3s", "sudo", "systemctl", "journalctl", "docker"},
    "k3d": {"k3s", "docker", "k3d", "crictl"},
    "RKE2": {"RKE2", "k3s", "sudo", "systemctl", "journalctl", "ctr", "crictl"},
    "RKE1": {"Docker", "sudo", "systemctl", "journalctl", "docker", "rke"},
    "k0s": {"k0s", "containerd plugins", "sudo", "systemctl", "journalctl", "ctr"},
    "MicroK8s": {"MicroK8s", "sudo", "journalctl", "ctr"},
    "minikube": {"minikube", "Docker", "docker", "sudo", "journalctl"},
    "minikube with containerd": {"minikube", "containerd", "containerd's unit", "sudo", "journalctl", "crictl"},
    "minikube with CRI-O": {"minikube", "CRI-O", "sudo", "systemctl", "journalctl", "crictl"},
    "kind": {"kind", "containerd", "containerd's unit", "docker", "journalctl", "crictl"},
    "kind with podman": {"kind", "containerd", "containerd's unit", "podman", "journalctl", "crictl"},
    "Docker Desktop": {"docker"},
    "Docker Desktop, kind mode": {"containerd", "containerd's unit", "docker", "journalctl", "crictl"},
    "Rancher Desktop": {"k3s", "rdctl", "sudo", "crictl", "nerdctl"},
    "Rancher Desktop with moby": {"Docker", "k3s", "rdctl", "sudo", "docker"},
    "EKS AL2023": {"containerd", "containerd's unit", "sudo", "systemctl", "journalctl", "ctr", "nerdctl", "aws"},
    "EKS AL2": {"containerd", "containerd's unit", "sudo", "systemctl", "journalctl", "ctr", "aws"},
    "EKS with Docker": {"Docker", "sudo", "systemctl", "journalctl", "docker", "aws"},
    "EKS hybrid": {"containerd", "containerd's unit", "sudo", "systemctl", "journalctl", "ctr", "crictl", "aws"},
    "Bottlerocket": {"apiclient", "containerd's unit", "sudo", "journalctl", "aws"},
    "EKS Auto Mode": {"aws"},
    "Fargate": {"aws"},
    "GKE": {"containerd's unit", "sudo", "systemctl", "crictl", "gcloud"},
    "GKE Autopilot": {"gcloud"},
    "AKS": {"az", "containerd", "containerd's unit", "systemctl", "journalctl", "crictl", "chroot"},
    "OKE": {"CRI-O", "sudo", "systemctl", "journalctl", "crictl", "podman"},
    "OpenShift": {"oc", "CRI-O", "systemctl", "crictl", "chroot"},
    "Talos 1.7": {"talosctl"},
    "Windows": {"PowerShell", "ctr", "crictl"},
}
_SAME = {
    "containerd 2.1": "containerd 1.7",
    "containerd 2.2": "containerd 1.7",
    "containerd, version unknown": "containerd 1.7",
    "kubeadm": "containerd 1.7",
    "unknown runtime": "containerd 1.7",
    "dockershim": "cri-dockerd",
    "k3s agent": "k3s server",
    "k3s, role unknown": "k3s server",
    "k0s 1.36": "k0s",
    "Talos 1.12": "Talos 1.7",
    "Windows on AKS": "Windows",
    "Windows on EKS": "Windows",
    "Windows on RKE2": "Windows",
}
#: What docker does on the reader's own machine, wherever the node is.
_ON_OWN_MACHINE = re.compile(r"docker (?:save|tag|push) |docker-[a-z]+|docker://|\.dockerconfigjson|\$\(aws ecr[^)]*\)")
MARKS = {
    "containerd": re.compile(r"/etc/containerd/|(?<!common)/var/lib/containerd"),
    "containerd's unit": re.compile(r"-u containerd|(?:restart|edit|stop|start) containerd"),
    "containerd plugins": re.compile(r"io\.containerd\.(?!content\.v1\.content/ingest)"),
    "Docker": re.compile(r"/etc/docker|/var/lib/docker|-u docker|(?:restart|reload|edit) docker"),
    "CRI-O": re.compile(r"/etc/(?:crio|containers)/|/var/lib/containers|\bcrio\b"),
    "k3s": re.compile(r"\bk3s\b"),
    "RKE2": re.compile(r"\brke2\b"),
    "k0s": re.compile(r"\bk0s"),
    "MicroK8s": re.compile(r"microk8s"),
    "rke": re.compile(r"\brke up\b"),
    "sudo": re.compile(r"\bsudo(?:edit)?\b"),
    "systemctl": re.compile(r"\bsystemctl\b"),
    "journalctl": re.compile(r"\bjournalctl\b"),
    "ctr": re.compile(r"\bctr\b"),
    "crictl": re.compile(r"\bcrictl\b"),
    "nerdctl": re.compile(r"\bnerdctl\b"),
    "podman": re.compile(r"\bpodman\b"),
    "docker": re.compile(r"(?<![/-])\bdocker\b(?!\.io|/)"),
    "chroot": re.compile(r"\bchroot\b"),
    "PowerShell": re.compile(
        r"\b(?:New-Item|Set-Content|Get-Content|Restart-Service|Import-Certificate|Get-PSDrive|notepad)\b"
    ),
    **{
        name: re.compile(rf"(?<![\w./\"-]){name}\b")
        for name in ("minikube", "kind", "k3d", "rdctl", "aws", "gcloud", "az", "oc")
    },
    "apiclient": re.compile(r"\bapiclient\b"),
    "talosctl": re.compile(r"\btalosctl\b"),
}
_SENTENCE = re.compile(r"[.!?](?:\s|\Z)")
LAPTOPS = frozenset(
    {
        Platform.K3D,
        Platform.KIND,
        Platform.MINIKUBE,
        Platform.MICROK8S,
        Platform.DOCKER_DESKTOP,
        Platform.DOCKER_DESKTOP_KIND,
        Platform.RANCHER_DESKTOP,
    }
)


def fixes_of(name: str, task: str, situation: str = "own registry", **more: tuple[str, ...]) -> tuple[Fix, ...]:
    return TASKS[task](tasks_for(context_of(name, situation, **more)))


@cache
def context_of(name: str, situation: str, **more: tuple[str, ...]) -> FixContext:
    return failing_on(NODES[name], **SITUATIONS[situation], **more)  # type: ignore[arg-type]  # as tables hold them


def test_there_is_a_row_for_every_platform_and_a_node_of_each() -> None:
    assert set(TABLE) == set(Platform)
    assert {environment(name).platform for name in NODES} == set(Platform)


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("name", NODES)
def test_a_task_gives_a_fix_whatever_fails(name: str, situation: str) -> None:
    for task in TASKS:
        fixes = fixes_of(name, task, situation)
        assert fixes, task
        for fix in fixes:
            assert 1 <= len(_SENTENCE.findall(fix.text)) <= 2, fix.text
            assert fix.text.endswith("."), fix.text
            assert "  " not in fix.text
            assert fix.brief, fix.short
            assert all(note.strip() == note and note for note in fix.notes)
            assert len(set(fix.notes)) == len(fix.notes), fix.notes


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("name", NODES)
def test_commands_name_only_what_the_node_has(name: str, situation: str) -> None:
    allowed = OWN[_SAME.get(name, name)]
    for task in TASKS:
        for fix in fixes_of(name, task, situation):
            for line in lines((*fix.commands, *fix.undo)):
                own = _ON_OWN_MACHINE.sub(" ", line)
                foreign = {mark for mark, pattern in MARKS.items() if pattern.search(own)} - allowed
                # pulling or building an image that is missing is docker's on a machine of one's own
                assert not foreign, (task, line)


@pytest.mark.parametrize("name", [name for name in NODES if name.startswith("Windows")])
def test_nothing_of_linux_is_typed_on_windows(name: str) -> None:
    for task in TASKS:
        for fix in fixes_of(name, task):
            if fix.where is Where.NODE:
                for line in lines((*fix.commands, *fix.undo)):
                    assert not re.search(r"(?<!certs\.d)/(?:etc|var)/|&&|\\", line), line


@pytest.mark.parametrize("name", NODES)
def test_nobody_is_sent_to_a_node_that_cannot_be_entered(name: str) -> None:
    if environment(name).platform not in {Platform.FARGATE, Platform.EKS_AUTO, Platform.GKE_AUTOPILOT}:
        return
    for task in TASKS:
        for fix in fixes_of(name, task):
            assert fix.where is not Where.NODE or not fix.commands, fix
            assert not any(note.startswith("Get onto") for note in fix.notes)


@pytest.mark.parametrize("name", NODES)
def test_who_acts_and_on_which_nodes(name: str) -> None:
    is_laptop = environment(name).platform in LAPTOPS
    for task in TASKS:
        for fix in fixes_of(name, task):
            if fix.where is Where.NODE:
                assert fix.who is (Who.YOU if is_laptop else Who.CLUSTER_ADMIN), fix
                assert fix.nodes == (NODES[name]["metadata"]["name"],)


@pytest.mark.parametrize("name", NODES)
def test_commands_for_several_nodes_say_so(name: str) -> None:
    own = NODES[name]["metadata"]["name"]
    for task in TASKS:
        for fix in fixes_of(name, task, nodes=(own, "worker-b")):
            named = any(own in line for line in lines(fix.commands))
            if fix.where is Where.NODE and named:
                assert any(note.startswith(f"The commands name {own}") for note in fix.notes), fix


@pytest.mark.parametrize("name", NODES)
def test_a_placeholder_left_in_a_pipeline_stops_what_reads_it(name: str) -> None:
    for task in TASKS:
        for fix in fixes_of(name, task):
            for step in fix.commands:
                assert all(_is_asked_before(placeholder, step) for placeholder in _piped(step)), str(step)


def _piped(step: Step) -> list[Placeholder]:
    """The placeholders that stand before a pipe; kubectl alone refuses to act on nothing."""
    parts = step.steps if isinstance(step, Chain) else (step,)
    pipelines = [part for part in parts if isinstance(part, Pipeline) and part.commands[-1].words[0] != "kubectl"]
    return [piece for part in pipelines for command in part.commands[:-1] for piece in _placeholders(command)]


def _placeholders(command: Command) -> list[Placeholder]:
    return [piece for word in command.words for piece in pieces_of(word) if isinstance(piece, Placeholder)]


def _is_asked_before(placeholder: Placeholder, step: Step) -> bool:
    first = next(commands_in(step))
    return first.words[:2] == ("test", "-n") and placeholder in _placeholders(first)


def test_names_that_break_their_grammar_stand_in_no_command() -> None:
    node = {**NODES["containerd 1.7"], "metadata": {"name": "worker-a; reboot"}}
    tasks = tasks_for(failing_on(node))
    for task in TASKS.values():
        for fix in task(tasks):
            assert not any("reboot" in line for line in lines((*fix.commands, *fix.undo)))
            assert not any("reboot" in note for note in fix.notes)


@pytest.mark.parametrize("name", NODES)
def test_a_host_that_is_none_stands_in_no_command(name: str) -> None:
    context = failing_on(NODES[name], answered_by="../../root/.ssh", text='Head "https://../../root/.ssh/v2/": EOF')
    for task in TASKS.values():
        for fix in task(tasks_for(context)):
            assert not any("root/.ssh" in line for line in (*lines((*fix.commands, *fix.undo)), fix.text, *fix.notes))
