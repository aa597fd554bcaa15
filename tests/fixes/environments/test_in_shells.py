"""What the printed lines do when they are pasted: in four shells, with stand-ins that keep them off this machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from made_up_nodes import NODES, failing_on, lines

from kubectl_imagepull.fixes.environments.node_files import CA_FILE, LOGIN_FILE, MIRROR, PAUSE_IMAGE
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.steps.cloud_rights import CLUSTER, LOCATION
from kubectl_imagepull.vocabulary.command import Placeholder, Step

SHELLS = ("bash", "dash", "zsh", "fish")
HOST = "registry.corp.example:5000"

#: Runs a command of a node below a directory, and writes down what it can't run: every name is a link to it.
#: It starts some thousand times: a shell does so in an eighth of Python's time.
_STAND_IN = r"""#!/bin/sh
below() {
    case $1 in
    "test ! -e /"*)
        word= rest=$1
        while [ "$rest" != "${rest#*" /"}" ]; do
            word="$word${rest%%" /"*} $NODE_ROOT/"
            rest=${rest#*" /"}
        done
        word=$word$rest ;;
    /etc* | /var* | /usr*) word=$NODE_ROOT$1 ;;
    *) word=$1 ;;
    esac
}

on_node() {
    case $1 in
    test | mkdir | tee | install | rm | grep | sed | mv | sh) ;;
    *) note "$@" ;;
    esac
    program=$1
    shift
    for one; do
        below "$one"
        shift
        set -- "$@" "$word"
    done
    # never a shell's own, and the names of stand-ins are none of these
    exec "$program" "$@"
}

note() {
    line=$*
    for last; do :; done
    [ "$last" != - ] || line="$line $(cat)"
    printf '%s\n' "${line%"${line##*[![:space:]]}"}" >>"$NODE_LOG"
    exit
}

name=${0##*/}
case "$name $1 $2" in
sudo\ *) on_node "$@" ;;
"docker exec -i" | "podman exec -i")
    shift 3
    on_node "$@" ;;
docker\ exec\ * | podman\ exec\ *)
    shift 2
    on_node "$@" ;;
docker\ cp\ * | podman\ cp\ * | minikube\ cp\ *)
    while [ $# -gt 2 ]; do shift; done
    path=$NODE_ROOT${2#*:}
    [ -d "${path%/*}" ] || { echo "no directory for $path" >&2; exit 1; }
    exec cp "$1" "$path" ;;
minikube\ ssh\ *)
    # ssh hands one line to a shell over there
    while [ "$1" != -- ]; do shift; done
    shift
    exec sh -c "$*" ;;
"rdctl shell sudo")
    shift 2
    on_node "$@" ;;
esac
note "$name" "$@"
"""
_NAMES = (
    *("sudo", "sudoedit", "docker", "podman", "minikube", "rdctl", "systemctl", "gcloud", "az", "oc", "kubectl", "aws"),
    *("talosctl", "apiclient", "microk8s", "rke", "k3d", "kind", "ctr", "vi", "skopeo"),
)


class Node:
    """A node's file system below a directory, and the commands that were not run on it."""

    def __init__(self, shell: str, directory: Path) -> None:
        self.shell, self.root, self.here = shell, directory / "node", directory / "here"
        self.log, programs = directory / "log", directory / "programs"
        for made in (self.root / "etc/containerd", self.root / "etc/ssl/certs", self.here, programs):
            made.mkdir(parents=True)
        stand_in = programs / "stand-in"
        stand_in.write_text(_STAND_IN)
        stand_in.chmod(0o755)
        for name in _NAMES:
            (programs / name).symlink_to(stand_in)
        self.environment = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "HOME": str(self.here),
            "NODE_ROOT": str(self.root),
            "NODE_LOG": str(self.log),
        }

    def paste(self, steps: tuple[Step, ...], **values: str) -> subprocess.CompletedProcess[str]:
        """Runs the steps as one pastes them, with values in the place of the placeholders of that name."""
        text = "\n".join(lines(steps))
        for name, value in values.items():
            text = text.replace(f'"{_PLACEHOLDERS[name]}"', value)
        command = [self.shell, "-c", text]
        return subprocess.run(
            command, env=self.environment, cwd=self.here, capture_output=True, text=True, timeout=60, check=False
        )

    def files(self) -> dict[str, str]:
        """Everything that stands on the node."""
        every = [path for path in self.root.rglob("*") if path.is_file()]
        return {f"/{path.relative_to(self.root)}": path.read_text() for path in every}

    def noted(self) -> list[str]:
        """The commands that were noted and not run."""
        return self.log.read_text().splitlines() if self.log.exists() else []


_PLACEHOLDERS: dict[str, Placeholder] = {
    "ca": CA_FILE,
    "login": LOGIN_FILE,
    "mirror": MIRROR,
    "pause": PAUSE_IMAGE,
    "cluster": CLUSTER,
    "location": LOCATION,
}


@pytest.fixture(params=SHELLS)
def node(request: pytest.FixtureRequest, tmp_path: Path) -> Node:
    if not shutil.which(request.param):
        pytest.skip(f"{request.param} is not installed")
    return Node(request.param, tmp_path)


_HOSTS_TOML = f"""\
server = "http://{HOST}"
[host."http://{HOST}"]
  capabilities = ["pull", "resolve"]
"""
_REGISTRIES_YAML = f"""\
mirrors:
  "{HOST}":
    endpoint:
      - "http://{HOST}"
"""
_INSECURE = f"""\
[[registry]]
location = "{HOST}"
insecure = true
"""
_CERTS_D = f"certs.d/{HOST}/hosts.toml"
#: What plain HTTP leaves on a node of each environment, and what is restarted.
PLAIN_HTTP = {
    "containerd 2.2": (f"/etc/containerd/{_CERTS_D}", _HOSTS_TOML, []),
    "EKS AL2023": (f"/etc/containerd/{_CERTS_D}", _HOSTS_TOML, []),
    "kind": (f"/etc/containerd/{_CERTS_D}", _HOSTS_TOML, []),
    "kind with podman": (f"/etc/containerd/{_CERTS_D}", _HOSTS_TOML, []),
    "minikube with containerd": (f"/etc/containerd/{_CERTS_D}", _HOSTS_TOML, []),
    "MicroK8s": (f"/var/snap/microk8s/current/args/{_CERTS_D}", _HOSTS_TOML, []),
    "k3s server": ("/etc/rancher/k3s/registries.yaml", _REGISTRIES_YAML, ["systemctl restart k3s"]),
    "k3s agent": ("/etc/rancher/k3s/registries.yaml", _REGISTRIES_YAML, ["systemctl restart k3s-agent"]),
    "k3s, role unknown": ("/etc/rancher/k3s/registries.yaml", _REGISTRIES_YAML, ["systemctl restart k3s*.service"]),
    "RKE2": ("/etc/rancher/rke2/registries.yaml", _REGISTRIES_YAML, ["systemctl restart rke2-agent"]),
    "k3d": ("/etc/rancher/k3s/registries.yaml", _REGISTRIES_YAML, ["docker restart k3d-dev-agent-0"]),
    "Rancher Desktop": ("/etc/rancher/k3s/registries.yaml", _REGISTRIES_YAML, ["rdctl shutdown", "rdctl start"]),
    "CRI-O": (
        "/etc/containers/registries.conf.d/plain-http-registry.corp.example-5000.conf",
        _INSECURE,
        ["systemctl reload crio"],
    ),
    "minikube with CRI-O": (
        "/etc/containers/registries.conf.d/plain-http-registry.corp.example-5000.conf",
        _INSECURE,
        ["systemctl reload crio"],
    ),
    "cri-dockerd": (
        "/etc/docker/daemon.json",
        f'{{"insecure-registries": ["{HOST}"]}}\n',
        ["systemctl reload docker"],
    ),
}


@pytest.mark.parametrize("name", PLAIN_HTTP)
def test_plain_http_is_written_once_and_taken_back(name: str, node: Node) -> None:
    path, content, restarts = PLAIN_HTTP[name]
    fix = tasks_for(failing_on(NODES[name])).plain_http()[0]
    result = node.paste(fix.commands)
    assert (result.returncode, result.stderr) == (0, "")
    assert node.files() == {path: content}
    assert node.noted() == restarts

    again = node.paste(fix.commands)
    assert again.returncode != 0
    assert "It already exists: add the lines below to it by hand\n" in again.stdout
    assert node.files() == {path: content}
    assert node.noted() == restarts, "nothing is restarted for what wasn't written"

    assert node.paste(fix.undo).returncode == 0
    assert node.files() == {}


def test_an_older_containerd_is_shown_the_line_that_has_certs_d_read(node: Node) -> None:
    config = node.root / "etc/containerd/config.toml"
    config.write_text('    config_path = ""\n')
    fix = tasks_for(failing_on(NODES["containerd 1.7"])).plain_http()[0]
    assert node.paste(fix.commands).returncode == 0
    assert node.files()[f"/etc/containerd/{_CERTS_D}"] == _HOSTS_TOML
    assert node.noted() == ["sudoedit /etc/containerd/config.toml", "systemctl restart containerd"]


def test_an_older_containerd_that_reads_certs_d_is_not_edited(node: Node) -> None:
    config = node.root / "etc/containerd/config.toml"
    config.write_text('    config_path = "/etc/containerd/certs.d"\n')
    fix = tasks_for(failing_on(NODES["containerd 2.1"])).plain_http()[0]
    result = node.paste(fix.commands)
    assert '1:    config_path = "/etc/containerd/certs.d"\n' in result.stdout
    assert node.noted() == ["systemctl restart containerd"]


#: Where the certificate of an authority goes, the other file that names it, and what is restarted.
AUTHORITY = {
    "containerd 2.2": (f"/etc/containerd/certs.d/{HOST}/ca.crt", None, []),
    "CRI-O": (f"/etc/containers/certs.d/{HOST}/ca.crt", None, []),
    "cri-dockerd": (f"/etc/docker/certs.d/{HOST}/ca.crt", None, []),
    "k3s agent": (
        "/etc/rancher/k3s/registry.corp.example-5000.crt",
        (
            "/etc/rancher/k3s/registries.yaml",
            f'configs:\n  "{HOST}":\n    tls:\n      ca_file: /etc/rancher/k3s/registry.corp.example-5000.crt\n',
        ),
        ["systemctl restart k3s-agent"],
    ),
    "kind": (
        "/etc/containerd/registry.corp.example-5000.crt",
        (
            f"/etc/containerd/{_CERTS_D}",
            f'server = "https://{HOST}"\n[host."https://{HOST}"]\n  capabilities = ["pull", "resolve"]\n'
            '  ca = "/etc/containerd/registry.corp.example-5000.crt"\n',
        ),
        [],
    ),
    "k3d": ("/etc/ssl/certs/registry.corp.example-5000.crt", None, ["docker restart k3d-dev-agent-0"]),
}


@pytest.mark.parametrize("name", AUTHORITY)
def test_an_authority_is_copied_and_named(name: str, node: Node) -> None:
    path, named, restarts = AUTHORITY[name]
    (node.here / "ca.pem").write_text("the certificate\n")
    fix = tasks_for(failing_on(NODES[name])).trust_authority()[0]

    unchanged = node.paste(fix.commands)
    assert unchanged.returncode != 0 or node.shell == "fish"
    assert "certificate of the CA" in unchanged.stderr or node.shell == "fish"
    assert node.files() == {}
    assert node.noted() == []

    assert node.paste(fix.commands, ca="ca.pem").returncode == 0
    assert node.files() == {path: "the certificate\n", **dict([named] if named else [])}
    assert node.noted() == restarts
    assert node.paste(fix.undo).returncode == 0
    assert node.files() == {}


def test_a_mirror_that_nobody_has_named_is_not_written(node: Node) -> None:
    fix = tasks_for(failing_on(NODES["containerd 2.2"], "redis:7.2")).mirror()[0]
    node.paste(fix.commands)
    assert node.files() == {}
    assert node.paste(fix.commands, mirror="mirror.example:5000").returncode == 0
    assert node.files() == {
        "/etc/containerd/certs.d/docker.io/hosts.toml": (
            '[host."https://mirror.example:5000"]\n  capabilities = ["pull", "resolve"]\n'
        )
    }


_CONFIG = """\
version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.k8s.io/pause:3.8"
  stats_collect_period = 10
"""


def test_a_pause_image_is_changed_where_its_line_stands(node: Node) -> None:
    config = node.root / "etc/containerd/config.toml"
    config.write_text(_CONFIG)
    fix = tasks_for(failing_on(NODES["containerd 1.7"], "registry.k8s.io/pause:3.8", sandbox=True)).pause_image()[0]
    node.paste(fix.commands)
    assert node.files() == {"/etc/containerd/config.toml": _CONFIG}
    result = node.paste(fix.commands, pause="registry.corp.example/pause:3.8")
    assert result.stdout == '3:sandbox_image = "registry.corp.example/pause:3.8"\n'
    changed = _CONFIG.replace('  sandbox_image = "registry.k8s', 'sandbox_image = "registry.corp')
    assert config.read_text() == changed.replace("corp.io", "corp.example")
    assert node.noted() == ["systemctl restart containerd"]
    assert node.paste(fix.undo).returncode == 0
    assert node.files() == {"/etc/containerd/config.toml": _CONFIG}


def test_containerd_is_not_restarted_for_a_line_that_is_missing(node: Node) -> None:
    (node.root / "etc/containerd/config.toml").write_text("version = 2\n")
    fix = tasks_for(failing_on(NODES["containerd 1.7"], "registry.k8s.io/pause:3.8", sandbox=True)).pause_image()[0]
    assert node.paste(fix.commands, pause="registry.corp.example/pause:3.8").returncode != 0
    assert node.noted() == []


def test_k3s_is_given_one_pause_image_and_not_two(node: Node) -> None:
    config = node.root / "etc/rancher/k3s/config.yaml"
    config.parent.mkdir(parents=True)
    config.write_text("token: x")
    fix = tasks_for(failing_on(NODES["k3s agent"], "rancher/mirrored-pause:3.6", sandbox=True)).pause_image()[0]
    assert node.paste(fix.commands, pause="registry.corp.example/pause:3.6").returncode == 0
    assert config.read_text() == "token: x\npause-image: registry.corp.example/pause:3.6\n"
    assert node.paste(fix.commands, pause="registry.corp.example/pause:3.7").returncode != 0
    assert config.read_text() == "token: x\npause-image: registry.corp.example/pause:3.6\n"
    assert node.noted() == ["systemctl restart k3s-agent"]
    assert node.paste(fix.undo).returncode == 0
    assert config.read_text() == "token: x\n"


def test_a_login_of_the_node_is_readable_for_root_alone(node: Node) -> None:
    (node.here / "config.json").write_text('{"auths": {}}\n')
    fix = tasks_for(failing_on(NODES["containerd 1.7"])).node_credentials()[0]
    assert node.paste(fix.commands, login="config.json").returncode == 0
    written = node.root / "var/lib/kubelet/config.json"
    assert written.read_text() == '{"auths": {}}\n'
    assert written.stat().st_mode & 0o777 == 0o600
    assert "It already exists: add the login to its auths" in node.paste(fix.commands, login="config.json").stdout


def test_an_ipv6_host_is_quoted_in_paths_and_files(node: Node) -> None:
    fix = tasks_for(failing_on(NODES["containerd 2.2"], "[fd00::1]:5000/shop/web:v9")).plain_http()[0]
    assert node.paste(fix.commands).returncode == 0
    assert node.files() == {
        "/etc/containerd/certs.d/[fd00::1]:5000/hosts.toml": _HOSTS_TOML.replace(HOST, "[fd00::1]:5000")
    }


_DOCUMENT = {"apiVersion": "v1alpha1", "kind": "RegistryMirrorConfig", "name": HOST}
#: What a mirror is set by where nobody types on a node.
MIRRORS = {
    "OpenShift": {
        "apiVersion": "config.openshift.io/v1",
        "kind": "ImageTagMirrorSet",
        "metadata": {"name": "mirror-registry.corp.example-5000"},
        "spec": {"imageTagMirrors": [{"source": HOST, "mirrors": ["mirror.example:5000"]}]},
    },
    "Talos 1.7": {"machine": {"registries": {"mirrors": {HOST: {"endpoints": ["https://mirror.example:5000"]}}}}},
    "Talos 1.12": {**_DOCUMENT, "endpoints": [{"url": "https://mirror.example:5000"}]},
    "Bottlerocket": {
        "container-registry": {"mirrors": [{"registry": HOST, "endpoint": ["https://mirror.example:5000"]}]}
    },
}


@pytest.mark.parametrize("name", MIRRORS)
def test_an_api_gets_its_json_only_with_the_mirror_in_it(name: str, node: Node) -> None:
    fix = tasks_for(failing_on(NODES[name])).mirror()[0]
    node.paste(fix.commands)
    assert not any("{" in line for line in node.noted())
    assert node.paste(fix.commands, mirror="mirror.example:5000").returncode == 0
    line = node.noted()[-1]
    assert json.loads(line[line.index("{") : line.rindex("}") + 1]) == MIRRORS[name]


def test_a_node_pool_of_gke_gets_a_file(node: Node) -> None:
    fix = tasks_for(failing_on(NODES["GKE"])).plain_http()[0]
    assert node.paste(fix.commands, cluster="shop", location="europe-west1").returncode == 0
    assert yaml.safe_load((node.here / "gke-containerd.yaml").read_text()) == {
        "registryHosts": [
            {
                "server": HOST,
                "hosts": [
                    {
                        "host": f"http://{HOST}",
                        "capabilities": ["HOST_CAPABILITY_PULL", "HOST_CAPABILITY_RESOLVE"],
                    }
                ],
            }
        ]
    }
    assert node.noted() == [
        "gcloud container node-pools update pool-1 --cluster shop --location europe-west1 --project shop-project "
        "--containerd-config-from-file=gke-containerd.yaml"
    ]
