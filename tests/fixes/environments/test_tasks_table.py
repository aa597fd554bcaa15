"""The commonest tasks on the commonest nodes, to the letter."""

from __future__ import annotations

from typing import Any

import pytest
from clusters import cluster
from made_up_nodes import HUB_IMAGE, IMAGE, MIRROR, NODES, TASKS, failing_on, lines
from situations import context, fails

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import shipped_again, tasks_for
from kubectl_imagepull.vocabulary.fix import Fix, Where, Who

HOST = "registry.corp.example:5000"
_SSH = (
    'Log in to the node with ssh, or with: kubectl debug node/worker-a -it --profile=sysadmin --image="${IMAGE:?an '
    'image with a shell that is already on the node}" -- chroot /host'
)
_EVERY_NODE = "Every node that may run the pod needs the same change."
_STOPS = "|| ! echo 'It already exists: add the lines below to it by hand' &&"
_CA_FILE = '"${CA_FILE:?a PEM file on this machine with the certificate of the CA}"'
_NEW_IMAGE = '"${NEW_IMAGE:?the full name of the image in a registry that the nodes can reach}"'
_EC2 = "aws ssm start-session --target i-0abc1234def567890 --region eu-central-1"


def first_fix(name: str, task: str, image: str = IMAGE, **more: Any) -> Fix:
    return TASKS[task](tasks_for(failing_on(NODES[name], image, **more)))[0]


def test_plain_http_on_containerd_before_2_2() -> None:
    fix = first_fix("containerd 1.7", "plain_http")
    assert fix.text == (
        "On node worker-a (containerd 1.7), registry.corp.example:5000 speaks plain HTTP: set "
        "http://registry.corp.example:5000 in /etc/containerd/certs.d/registry.corp.example:5000/hosts.toml."
    )
    assert lines(fix.commands) == [
        f"sudo test ! -e /etc/containerd/certs.d/{HOST} {_STOPS} "
        f"sudo mkdir -p /etc/containerd/certs.d/{HOST} && "
        f"printf '%s\\n' 'server = \"http://{HOST}\"' '[host.\"http://{HOST}\"]' '  capabilities = [\"pull\", "
        f'"resolve"]\' | sudo tee /etc/containerd/certs.d/{HOST}/hosts.toml',
        "sudo grep -n 'config_path *= *./' /etc/containerd/config.toml || sudoedit /etc/containerd/config.toml && "
        "sudo systemctl restart containerd",
    ]
    assert lines(fix.undo) == [f"sudo rm -r /etc/containerd/certs.d/{HOST}"]
    assert fix.notes == (
        _SSH,
        "If an editor opens, containerd doesn't read /etc/containerd/certs.d yet: put config_path = "
        '"/etc/containerd/certs.d" under [plugins."io.containerd.grpc.v1.cri".registry].',
        _EVERY_NODE,
    )
    assert (fix.who, fix.where, fix.nodes) == (Who.CLUSTER_ADMIN, Where.NODE, ("worker-a",))
    assert fix.brief == "Allow plain HTTP for registry.corp.example:5000"


TABLES = {
    "containerd 1.7": '[plugins."io.containerd.grpc.v1.cri".registry].',
    "containerd 2.1": '[plugins."io.containerd.cri.v1.images".registry].',
    "containerd, version unknown": (
        '[plugins."io.containerd.grpc.v1.cri".registry] (containerd 1.x) or '
        '[plugins."io.containerd.cri.v1.images".registry] (2.x).'
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_the_table_of_config_path_is_that_of_the_version(name: str) -> None:
    notes = first_fix(name, "plain_http").notes
    assert any(note.endswith(f'put config_path = "/etc/containerd/certs.d" under {TABLES[name]}') for note in notes)


def test_containerd_from_2_2_on_reads_certs_d_by_itself() -> None:
    fix = first_fix("containerd 2.2", "plain_http")
    assert fix.notes == (_SSH, "No restart is needed.", _EVERY_NODE)
    assert not any("config.toml" in line for line in lines(fix.commands))


def test_plain_http_on_an_agent_of_k3s() -> None:
    fix = first_fix("k3s agent", "plain_http")
    assert fix.text == (
        "On node worker-a (k3s), registry.corp.example:5000 speaks plain HTTP: set the endpoint "
        "http://registry.corp.example:5000 in /etc/rancher/k3s/registries.yaml, and restart k3s-agent."
    )
    assert lines(fix.commands) == [
        f"sudo test ! -e /etc/rancher/k3s/registries.yaml {_STOPS} "
        "sudo mkdir -p /etc/rancher/k3s && "
        f"printf '%s\\n' mirrors: '  \"{HOST}\":' '    endpoint:' '      - \"http://{HOST}\"' | sudo tee "
        "/etc/rancher/k3s/registries.yaml && "
        "sudo systemctl restart k3s-agent"
    ]
    assert lines(fix.undo) == ["sudo rm /etc/rancher/k3s/registries.yaml && sudo systemctl restart k3s-agent"]
    assert fix.notes == (
        _SSH,
        "insecure_skip_verify doesn't help: it still uses TLS.",
        "If /etc/rancher/k3s/registries.yaml already exists, add these lines to it, under its existing keys.",
        _EVERY_NODE,
    )


def test_k3s_of_which_it_is_not_known_what_it_runs() -> None:
    fix = first_fix("k3s, role unknown", "restart_runtime")
    assert lines(fix.commands) == ["sudo systemctl restart 'k3s*.service'"]
    text = first_fix("k3s, role unknown", "plain_http").text
    assert text.endswith("/etc/rancher/k3s/registries.yaml, and restart k3s (on an agent k3s-agent).")


def test_unfinished_downloads_of_a_containerd_that_runs_by_itself() -> None:
    fix = first_fix("containerd 1.7", "clear_downloads")
    assert fix.text == (
        "The runtime doesn't answer: delete unfinished downloads on node worker-a (containerd 1.7) while containerd is "
        "stopped."
    )
    assert lines(fix.commands) == [
        "sudo systemctl stop containerd && "
        "sudo rm -rf /var/lib/containerd/io.containerd.content.v1.content/ingest && "
        "sudo systemctl start containerd"
    ]


@pytest.mark.parametrize("name", ["k3s agent", "MicroK8s", "CRI-O"])
def test_unfinished_downloads_elsewhere(name: str) -> None:
    assert first_fix(name, "clear_downloads") == first_fix(name, "restart_runtime")


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("cri-dockerd", f"sudo docker pull {IMAGE}"),
        ("minikube", f"minikube ssh -p minikube -n minikube -- sudo docker pull {IMAGE}"),
        ("Docker Desktop", f"docker pull {IMAGE}"),
    ],
)
def test_a_pull_past_the_kubelet(name: str, command: str) -> None:
    fix = first_fix(name, "pull_image")
    assert fix.text.startswith("The pull takes too long: pull the image once by hand")
    assert lines(fix.commands) == [command]
    assert first_fix(name, "pull_image", imagePullPolicy="Always").notes == fix.notes


def test_an_image_of_ones_own_on_minikube() -> None:
    fix = first_fix("minikube", "load_image", "jmeterclidemo", imagePullPolicy="Never")
    assert fix.text == (
        "Run this where you run minikube: it loads jmeterclidemo from your Docker into the cluster, which doesn't "
        "see your local images."
    )
    assert lines(fix.commands) == ["minikube image load jmeterclidemo -p minikube"]
    assert lines(fix.undo) == ["minikube image rm jmeterclidemo -p minikube"]
    assert fix.notes == ("Or build it there: minikube image build.",)
    assert (fix.who, fix.brief) == (Who.YOU, "minikube image load jmeterclidemo")


def test_plain_http_on_minikube_with_docker_takes_a_new_cluster() -> None:
    fix = first_fix("minikube", "plain_http")
    assert lines(fix.commands) == [
        f"minikube delete -p minikube && minikube start --insecure-registry={HOST} -p minikube"
    ]
    assert "This deletes the cluster and everything in it." in fix.notes


def test_an_image_of_ones_own_on_kind() -> None:
    fix = first_fix("kind", "load_image", "shop/web:dev", imagePullPolicy="Always")
    assert lines(fix.commands) == ["kind load docker-image shop/web:dev --name dev"]
    assert fix.notes == (
        "With imagePullPolicy Always the kubelet pulls it anyway: set IfNotPresent.",
        "If it ends with 'content digest ... not found', Docker has the image for several platforms: push it to a "
        "registry instead.",
    )


def test_localhost_of_kind_is_the_registrys_container() -> None:
    fix = first_fix("kind", "plain_http", "localhost:5001/web:v1")
    asked = '"${REGISTRY:?the container and port of the registry, such as kind-registry:5000}"'
    assert fix.text == (
        "On node dev-worker (kind), localhost:5001 is the node itself: set your registry's container in "
        "/etc/containerd/certs.d/localhost:5001/hosts.toml, and connect that container to the network kind."
    )
    assert f"'[host.\"http://'{asked}'\"]'" in lines(fix.commands)[0]


def test_an_authority_on_openshift() -> None:
    fix = first_fix("OpenShift", "trust_authority")
    assert fix.text == (
        "Add the CA that signed registry.corp.example:5000 to additionalTrustedCA of image.config.openshift.io/cluster."
    )
    assert lines(fix.commands) == [
        "oc get image.config.openshift.io/cluster -o 'jsonpath={.spec.additionalTrustedCA.name}'",
        "oc create configmap registry-cas -n openshift-config "
        f"--from-file=registry.corp.example..5000={_CA_FILE} && "
        "oc patch image.config.openshift.io/cluster --type=merge -p "
        '\'{"spec":{"additionalTrustedCA":{"name":"registry-cas"}}}\'',
    ]
    assert fix.where is Where.CLUSTER


def test_a_mirror_for_a_digest_on_openshift_is_of_another_kind() -> None:
    fix = first_fix("OpenShift", "mirror", f"{HOST}/shop/web@sha256:{'a' * 64}")
    assert '"kind":"ImageDigestMirrorSet"' in lines(fix.commands)[0]
    assert lines(fix.undo) == ["oc delete imagedigestmirrorset mirror-registry.corp.example-5000"]


def test_a_proxy_on_eks() -> None:
    fix = first_fix("EKS AL2023", "proxy")
    assert fix.text == (
        "On node ip-10-0-1-7.ec2.internal (EKS), correct the proxy that containerd uses, or set one if it has none; "
        "add registry.corp.example:5000 to NO_PROXY if the node can reach it directly."
    )
    assert lines(fix.commands) == [
        "systemctl show --property=Environment containerd",
        "sudo systemctl edit containerd && sudo systemctl restart containerd",
    ]
    assert fix.notes == (
        f"Log in to the node with: {_EC2}",
        'In the editor, under [Service]: Environment="HTTPS_PROXY=http://PROXY:PORT" '
        '"NO_PROXY=...,registry.corp.example". containerd ignores the proxy settings of a shell or another program.',
        "For new nodes, change the launch template's user data too.",
    )


PAUSE = "602401143452.dkr.ecr.eu-central-1.amazonaws.com/eks/pause:3.5"


def test_the_pause_image_of_amazon_linux_2_comes_with_another_node() -> None:
    fix = first_fix("EKS AL2", "pause_image", PAUSE, sandbox=True)
    assert fix.text == (
        f"The image {PAUSE} comes with the node and was deleted there, but containerd pulls it without credentials: "
        "replace node ip-10-0-1-7.ec2.internal with one of a current AMI."
    )
    assert lines(fix.commands) == [
        "kubectl drain ip-10-0-1-7.ec2.internal --ignore-daemonsets --delete-emptydir-data"
    ], "without a node group nothing is known to start another instance"
    assert lines(fix.undo) == ["kubectl uncordon ip-10-0-1-7.ec2.internal"]


def test_the_pause_image_of_amazon_linux_2023_lies_beside() -> None:
    own, other = TASKS["pause_image"](tasks_for(failing_on(NODES["EKS AL2023"], PAUSE, sandbox=True)))
    assert lines(own.commands) == ["sudo ctr -n k8s.io images import /etc/eks/pause.tar"]
    assert lines(other.commands) == [
        "kubectl drain ip-10-0-1-7.ec2.internal --ignore-daemonsets --delete-emptydir-data && "
        "aws ec2 terminate-instances --instance-ids i-0abc1234def567890 --region eu-central-1"
    ]


def test_the_pause_image_in_an_air_gap() -> None:
    fix = first_fix("containerd 1.7", "pause_image", "registry.k8s.io/pause:3.6", sandbox=True)
    assert fix.text == (
        "On node worker-a (containerd 1.7), set a pause image that the node can reach, such as your own registry's "
        "copy of registry.k8s.io/pause:3.6, as sandbox_image in /etc/containerd/config.toml, and restart containerd."
    )
    assert fix.notes == (
        "Log in to the node with ssh.",
        'If the second command finds nothing, add sandbox_image = IMAGE under [plugins."io.containerd.grpc.v1.cri"] and '
        "restart containerd.",
    )
    assert "as sandbox in /etc/containerd/config.toml" in first_fix("containerd 2.1", "pause_image").text


def test_plain_http_on_gke_is_the_node_pools() -> None:
    fix, other = TASKS["plain_http"](tasks_for(failing_on(NODES["GKE"])))
    assert fix.text == (
        "registry.corp.example:5000 speaks plain HTTP: give the node pool of node gke-shop-pool-1-x1y2 (GKE) a "
        "containerd configuration with http://registry.corp.example:5000."
    )
    assert (fix.where, fix.nodes) == (Where.CLUSTER, ("gke-shop-pool-1-x1y2",))
    assert other.text == (
        "Or leave that registry: copy the image to a registry that the nodes can reach, and use it in pod/web."
    )
    assert lines(other.commands) == [
        f"skopeo copy --src-tls-verify=false docker://{IMAGE} docker://{_NEW_IMAGE} && "
        f"kubectl set image pod/web app={_NEW_IMAGE} -n shop"
    ]


def test_plain_http_on_fargate_is_the_registrys_to_end() -> None:
    fix = first_fix("Fargate", "plain_http")
    assert fix.text == (
        "A Fargate pod has no node that you could configure: make registry.corp.example:5000 serve HTTPS, with a "
        "certificate that the nodes trust."
    )
    assert (fix.who, fix.where, fix.commands) == (Who.REGISTRY_OWNER, Where.REGISTRY, ())


def test_a_registry_of_azure_is_attached_to_aks() -> None:
    fix = first_fix("AKS", "node_credentials", "shop.azurecr.io/web:v9")
    assert fix.text == "Let the cluster's kubelet identity pull from shop.azurecr.io: the node logs in."
    assert lines(fix.commands) == [
        "az aks check-acr --resource-group shop-rg --name shop --acr shop.azurecr.io",
        "az aks update --resource-group shop-rg --name shop --attach-acr shop",
    ]
    assert lines(fix.undo) == ["az aks update --resource-group shop-rg --name shop --detach-acr shop"]


def test_the_role_of_an_eks_node_may_pull() -> None:
    fix = first_fix("EKS AL2023", "node_credentials", "111122223333.dkr.ecr.eu-central-1.amazonaws.com/shop/web:v9")
    cluster = '"${CLUSTER:?the name of the cluster}"'
    assert lines(fix.commands)[0] == (
        f"aws eks describe-nodegroup --cluster-name {cluster} --nodegroup-name workers --query nodegroup.nodeRole "
        "--output text"
    )
    assert lines(fix.commands)[1].endswith("arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly")


def test_a_mirror_of_cri_o_is_changed_where_it_is_named() -> None:
    fix = first_fix("CRI-O", "mirror", HUB_IMAGE, answered_by=MIRROR)
    assert fix.text == (
        "On node worker-a (CRI-O 1.33), mirror.corp.internal:5000 answers in place of docker.io: fix it, or remove "
        "it from the file that sets it as a mirror."
    )
    assert lines(fix.commands) == [
        "sudo grep -rnF mirror.corp.internal:5000 /etc/containers/registries.conf /etc/containers/registries.conf.d",
        "sudoedit /etc/containers/registries.conf && sudo systemctl reload crio",
    ]


def test_a_mirrors_authority_is_named_in_the_registrys_directory() -> None:
    fix = first_fix("containerd 2.2", "trust_authority", HUB_IMAGE, answered_by=MIRROR)
    assert fix.text == (
        "On node worker-a (containerd 2.2), trust the CA that signed mirror.corp.internal:5000: set its certificate "
        "as ca in /etc/containerd/certs.d/docker.io/hosts.toml."
    )
    assert lines(fix.commands) == [
        f"sudo install -D -m 644 {_CA_FILE} /etc/containerd/certs.d/docker.io/mirror-ca.crt",
        "sudo grep -rnF mirror.corp.internal:5000 /etc/containerd",
        "sudoedit /etc/containerd/certs.d/docker.io/hosts.toml",
    ]


def test_a_directory_has_no_colon_on_windows() -> None:
    fix = first_fix("Windows", "plain_http")
    directory = "C:/ProgramData/containerd/certs.d/registry.corp.example_5000_"
    assert lines(fix.commands) == [
        f"if (Test-Path {directory} ) {{ throw '{directory} already exists: add the lines to its hosts.toml by hand' "
        f"}} ; New-Item -ItemType Directory -Force {directory} ; Set-Content -Path {directory}/hosts.toml -Value "
        f'\'server = "http://{HOST}"\' , \'[host."http://{HOST}"]\' , \'  capabilities = ["pull", "resolve"]\''
    ]
    assert lines(fix.undo) == [f"Remove-Item -Recurse {directory}"]


def test_df_looks_at_the_directory_that_lasts() -> None:
    tasks = tasks_for(failing_on(NODES["CRI-O"]))
    (fix,) = tasks.free_disk("/var/tmp/container_images_storage4217/1")  # noqa: S108 - a path that CRI-O wrote
    assert fix.text == (
        "On node worker-a (CRI-O 1.33), /var/tmp is full or out of inodes: check which, and delete unused images."
    )
    assert lines(fix.commands) == ["sudo df -h /var/tmp", "sudo df -i /var/tmp", "sudo crictl rmi --prune"]


def test_a_node_that_could_not_be_read_is_told_by_its_line() -> None:
    fix = TASKS["restart_runtime"](tasks_for(failing_on(None)))[0]
    assert fix.text == "The runtime doesn't answer: restart containerd on node worker-z."
    assert fix.notes[0] == (
        "These steps are for containerd. kubectl get node worker-z -o wide shows under CONTAINER-RUNTIME whether the "
        "node runs it."
    )


def test_settings_of_k3s_are_compared_and_read_at_the_next_start() -> None:
    (fix,) = tasks_for(failing_on(NODES["k3s agent"])).compare_settings("Only this node fails")
    assert fix.text == (
        "Only this node fails: compare what /etc/rancher/k3s/registries.yaml says about registry.corp.example:5000 "
        "on node worker-a (k3s) and on a node that can pull."
    )
    assert lines(fix.commands) == [f"sudo grep -rn -A 8 -F {HOST} /etc/rancher/k3s/registries.yaml"]
    assert fix.notes == (_SSH, "A change there takes effect after a restart of k3s-agent.")


WHYS = [
    ("", "Read containerd's log on node worker-a (containerd 1.7).", ()),
    ("the pull was given up", "The pull was given up: read containerd's log on node worker-a (containerd 1.7).", ()),
    ("It was given up:", "It was given up: read containerd's log on node worker-a (containerd 1.7).", ()),
    ("It was given up.", "It was given up. Read containerd's log on node worker-a (containerd 1.7).", ()),
    (
        "It was given up. Nobody says why.",
        "It was given up. Nobody says why.",
        ("Read containerd's log on node worker-a (containerd 1.7).",),
    ),
]


@pytest.mark.parametrize(("why", "text", "notes"), WHYS)
def test_a_callers_words_begin_the_text(why: str, text: str, notes: tuple[str, ...]) -> None:
    (fix,) = tasks_for(failing_on(NODES["containerd 1.7"])).runtime_log(why)
    assert fix.text == text
    assert fix.notes == (_SSH, *notes)
    assert lines(fix.commands) == ["sudo journalctl -u containerd --since=-1h --no-pager"]


def test_a_fault_of_several_nodes_is_said_of_each() -> None:
    context = failing_on(NODES["kind"], nodes=("dev-worker", "dev-worker2"))
    fix = tasks_for(context).plain_http()[0]
    assert fix.text.startswith("On each of nodes dev-worker and dev-worker2 (kind), ")
    assert fix.nodes == ("dev-worker", "dev-worker2")
    assert "The commands name dev-worker: run them for the other nodes too." in fix.notes


def no_way(image: str, platform: str) -> FixContext:
    """A pull on a node whose DNS server knows no name outside."""
    pod = fails(image, "dial tcp: lookup registry-1.docker.io on 10.9.0.1:53: no such host", node="worker-a")
    return context(cluster([pod], Node=[NODES[platform]]))


@pytest.mark.parametrize(("platform", "unit"), [("k3s agent", "k3s-agent"), ("RKE2", "rke2-agent")])
def test_an_image_that_the_distribution_ships_is_imported_again_where_nothing_else_brings_it(
    platform: str, unit: str
) -> None:
    shipped, archive = shipped_again(no_way("rancher/mirrored-coredns-coredns:1.10.1", platform))
    assert shipped.text.startswith("docker.io/rancher/mirrored-coredns-coredns:1.10.1 ships with ")
    assert str(shipped.commands[0]).endswith(f"sudo systemctl restart {unit}")
    assert "airgap archive" in archive.text


@pytest.mark.parametrize(
    ("image", "platform"),
    [
        ("redis:7", "k3s agent"),
        ("rancher/mirrored-pause:3.6", "containerd 1.7"),
        ("quay.io/rancher/mirrored-a:1", "RKE2"),
    ],
)
def test_no_other_image_is_taken_for_one(image: str, platform: str) -> None:
    assert shipped_again(no_way(image, platform)) == ()
