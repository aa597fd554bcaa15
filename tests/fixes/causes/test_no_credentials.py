"""NoCredentials: what is there is named or repaired before anything is made."""

from __future__ import annotations

import pytest
from refused import (
    ANONYMOUS,
    ECR,
    EKS_NODE,
    FORBIDDEN,
    IMAGE,
    REGISTRY,
    UNAUTHORIZED,
    context_of,
    failing,
    fixes_of,
    holds,
    lines,
    login,
    node,
    runs,
    texts,
)

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Where, Who

NEW = "regcred-registry-example-com"
CREATE = f"Create pull secret {NEW} for {REGISTRY} in namespace shop and add it to deployment/web."


def told(*pods: JsonObject, secrets: tuple[JsonObject, ...] = (), **kinds: list[JsonObject]) -> list[str]:
    context = context_of(*pods, secrets=secrets, **kinds)
    assert context.cause is Cause.NO_CREDENTIALS
    return texts(fixes_of(context))


def test_without_any_secret_one_is_made_for_the_workload_or_its_account() -> None:
    first, second = told(failing())
    assert first == CREATE
    assert second.startswith("Or add it to service account default")


def test_a_secret_that_is_there_is_named_and_none_is_made() -> None:
    assert told(failing(), secrets=(holds("regcred"),)) == [
        f"Add secret regcred to imagePullSecrets of deployment/web: it has credentials for {REGISTRY}, but this pod "
        "doesn't reference it."
    ]


def test_a_named_secret_that_fits_nothing_is_repaired() -> None:
    assert told(failing(secrets=["own"]), secrets=(holds("own", {"ghcr.io": login()}),)) == [
        f"Secret own is for ghcr.io, not for {REGISTRY}. {CREATE}"
    ]


def test_a_named_secret_that_fits_by_now_is_only_tried_again() -> None:
    (only,) = told(failing(secrets=["own"]), secrets=(holds("own"),))
    assert only.startswith(f"Secret own now has credentials for {REGISTRY}")


def test_secrets_that_could_not_be_read_are_looked_into_first() -> None:
    hidden = {key: value for key, value in holds("own").items() if key != "data"}
    first, second = told(failing(text=UNAUTHORIZED, secrets=["own"]), secrets=(hidden,))
    assert first == (
        f"Check which registries secret own is for: host, port and path have to match {REGISTRY}, including upper "
        "and lower case."
    )
    assert second == f"If none of them matches: create{CREATE.removeprefix('Create')}"


def test_the_owner_can_make_a_repository_public_where_there_is_such_a_page() -> None:
    assert told(failing("ghcr.io/acme/app:1", FORBIDDEN.replace("HEAD", "GET")))[-1] == (
        "Or, if acme/app may be public, ask its owner to change its visibility in the package's settings on "
        "github.com (Danger Zone)."
    )


def test_what_anybody_may_have_wants_no_secret() -> None:
    (fix,) = fixes_of(context_of(failing("registry.k8s.io/pause:3.9", FORBIDDEN)))
    assert fix.text == (
        "registry.k8s.io doesn't require a login: a proxy in between refuses, or the nodes' address is blocked, and "
        "no pull secret helps. Ask whoever runs the nodes' network."
    )
    assert (fix.who, fix.commands) == (Who.CLUSTER_ADMIN, ())


def test_a_node_that_is_refused_alone_is_the_only_thing_to_look_at() -> None:
    (only,) = told(failing(), runs(IMAGE))
    assert only.startswith("kubelet log: Only node node-a is refused")


def test_on_a_clouds_node_its_right_comes_before_a_secret() -> None:
    pod = failing(f"{ECR}/app:1", secrets=["own"])
    first, second = told(pod, secrets=(holds("own", {"quay.io": login()}),), Node=[EKS_NODE])
    assert first.startswith(f"Node node-a should log in to {ECR} by itself")
    assert second.startswith(f"Secret own is for quay.io, not for {ECR}. Create pull secret")


def test_a_node_elsewhere_needs_a_secret() -> None:
    first, *_ = told(failing(f"{ECR}/app:1"), Node=[node()])
    assert first.startswith(f"Create pull secret regcred-123456789012-dkr-ecr-eu-west-1-amazonaws-com for {ECR}")


def test_a_static_pod_has_the_nodes_login() -> None:
    metadata = {"annotations": {"kubernetes.io/config.mirror": "x"}, "ownerReferences": []}
    assert told(failing(metadata=metadata)) == ["node credentials"]


def test_the_proven_stands_first() -> None:
    fixes = fixes_of(context_of(failing(text=ANONYMOUS), secrets=[holds("regcred")]))
    assert fixes[0].basis is Basis.EVIDENCE


def test_a_mirror_that_wants_a_login_gets_one_in_the_nodes_settings() -> None:
    text = "unexpected status from HEAD request to https://mirror.example.net/v2/x/manifests/1: 401 Unauthorized"
    first, second = told(failing(text=text), secrets=(holds("regcred"),))
    assert first == (
        f"mirror.example.net answers for {REGISTRY} and requires a login, and no pull secret of the pod is for it: "
        "set a login for it on node node-a, or allow anonymous pulls from it."
    )
    assert second == "mirror"


def test_a_mirror_at_a_cloud_s_registry_gets_no_login_for_other_hosts() -> None:
    mirror = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
    text = f"pulling from host {mirror} failed with status code [manifests 1]: 401 Unauthorized"
    first, second = fixes_of(context_of(failing(text=text)))
    assert first.text == (
        f"Mirror {mirror} gets no login for images of {REGISTRY}, because a node logs in by itself only at the host that "
        f"the image names. Name the image at {mirror}."
    )
    assert f'={mirror}/"${{MIRROR_PATH:?the path of the image at the mirror}}":' in lines(first)[0]
    assert second.text == "mirror"


@pytest.mark.parametrize(
    ("host", "terms"),
    [
        ("nvcr.io", "accept the image's terms"),
        ("container-registry.oracle.com", "accept the licence of this image"),
        ("cgr.dev", "add the image to the organisation"),
    ],
)
def test_registries_that_want_more_than_a_login_say_so_last(host: str, terms: str) -> None:
    *_, last = fixes_of(context_of(failing(f"{host}/acme/app:1")))
    assert last.text.startswith("If that login is refused too: ")
    assert terms in last.text
    assert (last.basis, last.where) == (Basis.GUESS, Where.REGISTRY)


def test_a_name_that_is_near_to_one_that_runs_comes_before_a_login() -> None:
    first, second, *_ = told(failing(f"{REGISTRY}/team/frontnd:1"), runs(f"{REGISTRY}/team/frontend:1"))
    assert first == f"{REGISTRY}/team/frontnd:1 looks like a typo for {REGISTRY}/team/frontend:1: use that one."
    assert second == CREATE


def test_the_secret_that_the_near_image_runs_with_comes_before_its_name() -> None:
    pods = (failing(f"{REGISTRY}/team/frontnd:1"), runs(f"{REGISTRY}/team/frontend:1", ["regcred"]))
    first, second = told(*pods, secrets=(holds("regcred"),))
    assert first.startswith("Add secret regcred to imagePullSecrets")
    assert second.endswith("use that one.")


def test_red_hat_s_registries_are_in_openshift_s_own_pull_secret() -> None:
    image = "registry.connect.redhat.com/mongodb/enterprise-operator:1.9.0"
    nodes = [node(**{"node.openshift.io/os_id": "rhcos"})]
    assert told(failing(image), Node=nodes)[:2] == [
        "node credentials",
        "Create pull secret regcred-registry-connect-redhat-com for registry.connect.redhat.com in namespace shop and add "
        "it to deployment/web.",
    ]
    assert told(failing(), Node=nodes)[0] == CREATE
    assert told(failing(image), Node=[node()])[0].startswith("Create pull secret ")


@pytest.mark.parametrize("host", ["quay.io", "ghcr.io"])
def test_what_a_registry_hides_may_not_be_there(host: str) -> None:
    name = f"regcred-{host.replace('.', '-')}"
    hint = (
        f"{host} asks for a login for a private repository and for one that doesn't exist: check that acme/app is spelt "
        "right. "
    )
    create = f"Create pull secret {name} for {host} in namespace shop and add it to deployment/web."
    image = f"{host}/acme/app:1"
    assert told(failing(image, UNAUTHORIZED))[0] == hint + create
    elsewhere = runs(image, namespace="other")
    assert told(failing(image, UNAUTHORIZED), elsewhere)[0] == create, "its name is right"
