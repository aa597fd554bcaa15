"""What repairs a failure of the registry, the way to it, TLS, the node or its sandbox image."""

from __future__ import annotations

import pytest
from fixing import POD, WEB, commands, failing, fixes_for, found, says, short_fix

from kubectl_imagepull.evidence.checks import Result
from kubectl_imagepull.fixes import Fix
from kubectl_imagepull.vocabulary.causes import Cause, Scope, What
from kubectl_imagepull.vocabulary.workload import Workload

CONTAINERD = {"containerStatuses": [{"containerID": "containerd://abc"}]}
CRIO = {"initContainerStatuses": [{"containerID": "cri-o://abc"}]}
DOCKER = {"containerStatuses": [{"containerID": "docker://abc"}]}
ASK = r"curl -sS -o /dev/null -w '%{http_code}\n' --connect-timeout 10 https://registry.corp.example/v2/"


def texts(fixes: tuple[Fix, ...]) -> str:
    return "\n".join(fix.text for fix in fixes)


def test_docker_hub_s_limit_heals_or_a_login_raises_it() -> None:
    verdict = says(Cause.RATE_LIMITED, host="auth.docker.io", answered_by="auth.docker.io")
    container = {"name": "app", "imagePullPolicy": "Always"}
    fixes = fixes_for(failing("nginx:1.25", spec={"containers": [container]}), verdict, WEB)
    assert fixes[0].text == (
        "Wait: the limit of docker.io heals by itself. Docker Hub allows 100 pulls in six hours to an address without login "
        "and 200 to a free account."
    )
    assert "--docker-server=https://index.docker.io/v1/" in fixes[1].commands[0]
    assert fixes[2].commands == (
        """kubectl patch deployment/web -n shop -p '{"spec":{"template":{"spec":{"containers":"""
        """[{"name":"app","imagePullPolicy":"IfNotPresent"}]}}}}'""",
    )
    with_secret = fixes_for(failing("nginx:1.25", secrets=("hub",)), verdict, WEB)
    assert with_secret[1].text == (
        "If the message says unauthenticated, secret hub was not used: its entry must be for https://index.docker.io/v1/."
    )


def test_a_registry_that_fails_is_waited_for() -> None:
    fixes = fixes_for(failing(), says(Cause.REGISTRY_UNAVAILABLE), WEB)
    assert fixes[1] == Fix(
        "On node worker-a: ask registry.corp.example yourself; 200 or 401 says that it is there and the way is free.",
        (ASK,),
    )


def test_a_mirror_that_answered_is_named() -> None:
    verdict = says(Cause.REGISTRY_UNAVAILABLE, host="mirror.corp.example:5000", answered_by="mirror.corp.example:5000")
    fixes = fixes_for(failing("nginx:1"), verdict, WEB)
    assert fixes[1].text == (
        "On node worker-a: mirror.corp.example:5000 answered in place of docker.io. If it is a mirror, repair it or take it "
        "out of the runtime's configuration (hosts.toml, registries.conf)."
    )
    token = says(Cause.REGISTRY_UNAVAILABLE, host="auth.docker.io", answered_by="auth.docker.io")
    assert "mirror" not in texts(fixes_for(failing("nginx:1"), token, WEB))


@pytest.mark.parametrize(
    ("policy", "word"),
    [
        ("node", "registries.conf blocks registry.corp.example"),
        ("registry", "CVE allowlist"),
        ("network", "addresses in"),
    ],
)
def test_the_policy_that_blocks_says_who_can_change_it(policy: str, word: str) -> None:
    fixes = fixes_for(failing(), says(Cause.REGISTRY_BLOCKED, policy=policy), WEB)
    assert word in fixes[0].text


def test_without_a_known_policy_all_three_are_named() -> None:
    fixes = fixes_for(failing(), says(Cause.REGISTRY_BLOCKED), WEB)
    assert all(word in texts(fixes) for word in ("registries.conf", "CVE allowlist", "addresses"))


def test_a_name_is_resolved_by_the_node() -> None:
    fixes = fixes_for(failing("registry.infra.svc/a:1"), says(Cause.DNS_FAILURE), WEB)
    assert fixes[0].text.startswith("registry.infra.svc is a name of the cluster's inside or a short one")
    assert fixes[0].commands == ("kubectl set image deployment/web app=RIGHT_HOST/a:1 -n shop",)
    assert fixes[1].commands == (
        "kubectl debug node/worker-a -it --image=IMAGE_ON_THE_NODE -- chroot /host getent hosts registry.infra.svc",
        "kubectl get pods --field-selector 'spec.nodeName=worker-a,status.phase!=Running' -o name | "
        "grep -F pod/node-debugger-worker-a- | xargs kubectl delete",
    )
    assert fixes[1].text == (
        "On node worker-a: ask its resolver. The debugging pod needs an image as well: name one that the node has. It "
        "stays behind when it has ended: the second command deletes such pods of the node."
    )


@pytest.mark.parametrize(
    ("stage", "word"),
    [
        ("lookup", "/etc/resolv.conf"),
        ("dial", "Open registry.corp.example:443 from the nodes"),
        ("tls", "MTU"),
        ("headers", "doesn't answer"),
        ("body", "layers from another host"),
    ],
)
def test_a_timeout_s_stage_says_where_to_look(stage: str, word: str) -> None:
    assert word in fixes_for(failing(), says(Cause.CONNECT_TIMEOUT, stage=stage), WEB)[0].text


NODES = tuple(f"worker-{letter}" for letter in "abcdefghijkl")


def test_a_fault_of_many_nodes_is_repaired_on_each_and_names_them_once() -> None:
    fixes = fixes_for(failing(), says(Cause.TLS_UNKNOWN_AUTHORITY), WEB, nodes=NODES)
    assert [fix.text.partition(":")[0] for fix in fixes] == [
        "On each of the 12 nodes (worker-a, worker-b, worker-c and 9 more), containerd",
        "On each of the 12 nodes, CRI-O",
        "On each of the 12 nodes",
        "If a public authority signed it, the registry sends it without the chain (cert.pem in place of fullchain.pem), "
        "or a proxy opens TLS. See who signed it.",
    ]
    two = fixes_for(failing(), says(Cause.PROXY_FAILURE), WEB, nodes=("worker-a", "x\x1b"))
    assert two[0].text == (
        "On each of the 2 nodes (worker-a and x?): see which proxy the runtime uses, and that it is up and lets "
        "registry.corp.example through."
    )


def test_a_command_for_one_of_many_nodes_says_so() -> None:
    fixes = fixes_for(failing("registry.infra.svc/a:1"), says(Cause.DNS_FAILURE), WEB, nodes=NODES)
    assert fixes[1].text == (
        "On each of the 12 nodes (worker-a, worker-b, worker-c and 9 more): ask its resolver. The debugging pod needs an "
        "image as well: name one that the node has. It stays behind when it has ended: the second command deletes "
        "such pods of the node. The commands are for worker-a: run them for each."
    )
    timeout = fixes_for(failing(), says(Cause.CONNECT_TIMEOUT), WEB, nodes=NODES)
    assert timeout[-1].text.endswith("this shows its setting on the 12 nodes.")


@pytest.mark.parametrize(
    ("cause", "text"),
    [
        (Cause.TLS_UNKNOWN_AUTHORITY, "Give 12 nodes the CA of registry.corp.example"),
        (Cause.PROXY_FAILURE, "Correct the proxy that the runtime on 12 nodes uses"),
        (Cause.TLS_HANDSHAKE_FAILED, "See why 12 nodes and the registry don't agree on TLS"),
    ],
)
def test_the_short_fix_counts_the_nodes(cause: Cause, text: str) -> None:
    host = "a-registry-with-a-rather-long-name.corp.example" if cause is Cause.TLS_HANDSHAKE_FAILED else None
    assert short_fix(failing(), says(cause, answered_by=host), WEB, nodes=NODES) == text


def test_of_many_nodes_none_has_a_fault_alone() -> None:
    evidence = (found("OnlyThisNode"),)
    alone = fixes_for(failing(), says(Cause.CONNECTION_REFUSED), WEB, evidence)
    assert alone[0].text.startswith("Only node worker-a has this fault")
    many = fixes_for(failing(), says(Cause.CONNECTION_REFUSED), WEB, evidence, nodes=NODES)
    assert "Only node" not in texts(many)


def test_localhost_is_the_node() -> None:
    fixes = fixes_for(failing("localhost:5000/a:1"), says(Cause.CONNECTION_REFUSED), WEB)
    assert fixes[0].text.startswith("localhost:5000 is the node itself, not your machine")
    assert fixes[0].commands == ("kubectl set image deployment/web app=REGISTRY/REPOSITORY:1 -n shop",)


def test_the_proxy_is_the_runtime_s_setting() -> None:
    fixes = fixes_for(failing(status=CRIO), says(Cause.PROXY_FAILURE), WEB)
    assert commands(fixes) == [
        "systemctl show --property=Environment crio",
        "sudo systemctl edit crio",
        "sudo systemctl restart crio",
    ]
    unknown = fixes_for(failing(), says(Cause.PROXY_FAILURE), WEB)
    assert unknown[0].commands == ("systemctl show --property=Environment containerd crio docker",)
    assert "(crio or docker where the node runs that)" in unknown[1].text


@pytest.mark.parametrize(
    ("status", "directory"),
    [
        (CONTAINERD, "/etc/containerd/certs.d/registry.corp.example:5000"),
        (CRIO, "/etc/containers/certs.d/registry.corp.example:5000"),
        (DOCKER, "/etc/docker/certs.d/registry.corp.example:5000"),
    ],
)
def test_the_authority_goes_where_the_runtime_looks(status: dict[str, object], directory: str) -> None:
    image = "registry.corp.example:5000/a:1"
    fixes = fixes_for(failing(image, status=status), says(Cause.TLS_UNKNOWN_AUTHORITY), WEB)
    assert fixes[0].commands == (f"sudo mkdir -p {directory}", f"sudo cp -i REGISTRY_CA.crt {directory}/ca.crt")
    assert fixes[-1].commands == (
        "openssl s_client -connect registry.corp.example:5000 -servername registry.corp.example </dev/null | "
        "openssl x509 -noout -subject -issuer",
    )


def test_an_unknown_runtime_gets_containerd_s_and_cri_o_s_way() -> None:
    fixes = fixes_for(failing(), says(Cause.TLS_UNKNOWN_AUTHORITY), WEB)
    assert [fix.text.partition(":")[0] for fix in fixes[:2]] == [
        "On node worker-a, containerd",
        "On node worker-a, CRI-O",
    ]


def test_one_node_that_fails_alone_is_avoided() -> None:
    evidence = (found("OnlyThisNode", "", Result.INFO),)
    verdict = says(Cause.TLS_UNKNOWN_AUTHORITY)
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-5d9c"}
    fixes = fixes_for(failing(metadata={"ownerReferences": [owner]}), verdict, WEB, evidence)
    assert fixes[0].commands == ("kubectl cordon worker-a", f"kubectl delete pod {POD} -n shop")
    everywhere = Workload("DaemonSet", "web")
    assert "kubectl cordon worker-a" not in commands(fixes_for(failing(), verdict, everywhere, evidence))


def test_a_certificate_that_is_not_valid_yet_means_the_clock() -> None:
    clock, renew = ("timedatectl", "chronyc tracking"), "openssl s_client"
    early = fixes_for(failing(), says(Cause.TLS_CERTIFICATE_EXPIRED, notYetValid=True), WEB)
    late = fixes_for(failing(), says(Cause.TLS_CERTIFICATE_EXPIRED, notYetValid=False), WEB)
    assert early[0].commands == clock
    assert late[0].commands[0].startswith(renew)
    assert late[1].commands == clock


def test_plain_http_is_declared_where_nothing_is_set_yet() -> None:
    fixes = fixes_for(failing("registry.corp.example:5000/a:1"), says(Cause.HTTP_HTTPS_MISMATCH), WEB)
    directory = "/etc/containerd/certs.d/registry.corp.example:5000"
    assert fixes[1].commands == (
        "sudo mkdir -p /etc/containerd/certs.d",
        f"sudo mkdir {directory} && echo 'server = \"http://registry.corp.example:5000\"' | sudo tee {directory}/hosts.toml",
    )
    assert fixes[2].commands[0] == (
        r"printf '%s\n' '[[registry]]' 'location = \"registry.corp.example:5000\"' 'insecure = true' | "
        "sudo tee /etc/containers/registries.conf.d/plain-http-registry.corp.example:5000.conf"
    ).replace('\\"', '"')
    public = fixes_for(failing("ghcr.io/a/b:1"), says(Cause.HTTP_HTTPS_MISMATCH), WEB)
    assert not any("http://" in command for command in commands(public))


def test_a_full_disk_is_emptied_on_the_node() -> None:
    owner = {"kind": "ReplicaSet", "name": "web-5d9c"}
    failure = failing(status=CONTAINERD, metadata={"ownerReferences": [owner]})
    fixes = fixes_for(failure, says(Cause.NODE_DISK_FULL), WEB)
    assert fixes[0].commands == ("df -h /var/lib/containerd", "df -i /var/lib/containerd", "sudo crictl rmi --prune")
    assert fixes[1].commands == ("kubectl cordon worker-a", f"kubectl delete pod {POD} -n shop")


def test_a_runtime_that_is_down_is_started() -> None:
    fixes = fixes_for(failing(status=CONTAINERD), says(Cause.RUNTIME_UNAVAILABLE), WEB)
    assert fixes[0].commands == ("kubectl get node worker-a",)
    assert fixes[1].commands == (
        "systemctl status containerd --no-pager",
        "journalctl -u containerd --since '1 hour ago' --no-pager",
        "sudo systemctl restart containerd",
    )


def test_a_lost_error_is_brought_back() -> None:
    watch = f"kubectl get events -n shop --field-selector involvedObject.name={POD} --watch"
    pull = "sudo crictl pull registry.corp.example/shop/web:v9"
    verdict = says(Cause.CAUSE_NOT_REPORTED)
    assert commands(fixes_for(failing(), verdict, WEB)) == [f"kubectl delete pod {POD} -n shop", watch, pull]
    assert commands(fixes_for(failing(), verdict, Workload("Pod", POD))) == [watch, pull]


def test_a_pod_whose_end_counts_is_never_deleted() -> None:
    job = {"apiVersion": "batch/v1", "kind": "Job", "name": "report-1"}
    for owner, workload in ((job, Workload("Job", "report-1")), ({"kind": "TaskRun"}, Workload("TaskRun", "build"))):
        failure = failing(secrets=("a",), metadata={"ownerReferences": [owner]})
        for cause in Cause:
            assert not any("delete pod" in command for command in commands(fixes_for(failure, says(cause), workload)))


@pytest.mark.parametrize("cause", list(Cause))
@pytest.mark.parametrize("image", ["registry.corp.example/platform/pause:3.99", "k8s.gcr.io/pause:3.5", "pause"])
@pytest.mark.parametrize("status", [{}, CONTAINERD, CRIO, DOCKER])
def test_the_sandbox_image_is_the_node_s_affair(cause: Cause, image: str, status: dict[str, object]) -> None:
    failure = failing(image, what=What.SANDBOX, secrets=("regcred",), status=status)
    fixes = fixes_for(failure, says(cause), WEB)
    everything = "\n".join([texts(fixes), *commands(fixes), short_fix(failure, says(cause), WEB)]).lower()
    assert fixes
    for word in ("pull secret", "imagepullsecrets", "regcred", "create secret", "set image", "kubectl patch"):
        assert word not in everything
    if cause.scope in {Scope.IMAGE, Scope.CREDENTIALS}:
        assert "pause image" in everything


def test_the_pause_image_stands_in_the_runtime_s_configuration() -> None:
    verdict = says(Cause.TAG_NOT_FOUND)
    image = "registry.corp.example/platform/pause:3.99"
    containerd = fixes_for(failing(image, what=What.SANDBOX, status=CONTAINERD), verdict, WEB)
    assert containerd[0].commands == (
        "sudo grep -nE 'sandbox(_image)? *=' /etc/containerd/config.toml",
        "sudoedit /etc/containerd/config.toml",
        "sudo systemctl restart containerd",
    )
    crio = fixes_for(failing(image, what=What.SANDBOX, status=CRIO), verdict, WEB)
    assert crio[0].commands == (
        "sudo grep -rn pause_image /etc/crio/",
        "sudoedit /etc/crio/crio.conf",
        "sudo systemctl restart crio",
    )
    docker = fixes_for(failing(image, what=What.SANDBOX, status=DOCKER), verdict, WEB)
    assert "--pod-infra-container-image" in docker[0].text
    refused = fixes_for(failing(image, what=What.SANDBOX, status=CRIO), says(Cause.NO_CREDENTIALS), WEB)
    assert "pause_image_auth_file" in texts(refused)
