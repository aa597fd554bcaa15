"""BadCredentials: the login is put right where it came from, or another one is taken."""

from __future__ import annotations

from clusters import event
from refused import (
    ECR,
    HUB_IMAGE,
    IMAGE,
    REGISTRY,
    UNAUTHORIZED,
    account,
    context_of,
    failing,
    fixes_of,
    holds,
    lines,
    login,
    replica_set,
    runs,
    texts,
)

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.causes import Cause

OAUTH = (
    "failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://{host}/token: 401 "
    "Unauthorized"
)
RIGHT = f"{REGISTRY} refused the login in secret regcred. Put the right user and password into it, as below."
TRIAL = f"If you are sure of the password, try it from your machine: {REGISTRY} refuses a wrong one there too."


def told(*pods: JsonObject, secrets: tuple[JsonObject, ...] = (), **kinds: list[JsonObject]) -> list[str]:
    context = context_of(*pods, secrets=secrets, **kinds)
    assert context.cause is Cause.BAD_CREDENTIALS
    return texts(fixes_of(context))


def test_the_right_password_is_put_in_and_may_be_tried_elsewhere() -> None:
    context = context_of(failing(text=UNAUTHORIZED, secrets=["regcred"]), secrets=[holds("regcred")])
    fixes = fixes_of(context)
    assert texts(fixes) == [RIGHT, TRIAL]
    assert lines(fixes[1]) == [f"docker login {REGISTRY}"]


def test_another_secret_that_fits_is_tried_before_a_password_is_asked_for() -> None:
    first, second, _ = told(
        failing(text=UNAUTHORIZED, secrets=["regcred"]), secrets=(holds("regcred"), holds("regcred-good"))
    )
    assert first.startswith("Add secret regcred-good to imagePullSecrets")
    assert second == RIGHT


def test_a_fault_that_shows_comes_before_another_secret_and_needs_no_trial() -> None:
    robot = holds("regcred", {REGISTRY: login("robot")})
    first, second = told(failing(text=UNAUTHORIZED, secrets=["regcred"]), secrets=(robot, holds("other")))
    assert first.startswith("A shell expanded the $ in the user name of secret regcred")
    assert second.startswith("Add secret other")


def test_a_secret_that_was_put_right_since_is_only_tried_again() -> None:
    tried = event("Failed", f'Failed to pull image "{IMAGE}": 401 Unauthorized', "2026-11-23T11:30:00Z", uid="web-1")
    pod = failing(text=UNAUTHORIZED, secrets=["regcred"])
    context = context_of(pod, secrets=[holds("regcred", made="2026-11-23T11:40:00Z")], events=[tried])
    first, second, _ = texts(fixes_of(context))
    assert first.startswith(f"Secret regcred now has other credentials for {REGISTRY}")
    assert second == (
        "If the new login is refused too, that login is wrong as well. Put the right user and password into it, as "
        "below."
    )
    assert context.diagnosis.retryable


def test_where_a_missing_right_is_said_the_same_way_the_owner_is_told_as_well() -> None:
    quay = holds("own", {"quay.io": login("acme+ci")})
    _, second, _ = told(failing("quay.io/acme/app:1", UNAUTHORIZED, ["own"]), secrets=(quay,))
    assert second.startswith("Let the account in secret own pull acme/app from quay.io: give a robot account Read")


def test_an_official_image_needs_no_login_at_all() -> None:
    hub = holds("hub", {"https://index.docker.io/v1/": login()})
    found = told(failing("docker.io/library/nginx:1", OAUTH, ["hub"]), secrets=(hub,))
    assert found[1] == (
        "Or remove secret hub from imagePullSecrets of deployment/web or its service account: library/nginx is "
        "public, but the kubelet always sends a login that it has."
    )
    assert not any("is public" in text for text in told(failing(HUB_IMAGE, OAUTH, ["hub"]), secrets=(hub,)))


def test_openshifts_own_secret_is_never_changed() -> None:
    registry = "image-registry.openshift-image-registry.svc:5000"
    own = holds("default-dockercfg-8mzqk", kind="kubernetes.io/dockercfg", document={registry: login("<token>")})
    context = context_of(
        failing(f"{registry}/demo/app:1", "authentication required", ["default-dockercfg-8mzqk"]), secrets=[own]
    )
    (fix,) = fixes_of(context)
    assert fix.text.startswith("Let service account default of project shop pull images of project demo")
    assert lines(fix) == [
        "oc policy add-role-to-user system:image-puller system:serviceaccount:shop:default --namespace=demo"
    ]


def test_without_a_secret_it_is_the_nodes_own_login() -> None:
    first, second = told(failing(text=OAUTH))
    assert first.startswith(
        f"kubelet log: The pod has no pull secret, so the login that {REGISTRY} refused is node node-a's"
    )
    assert second.startswith("Or give the pod its own login: it is tried before the node's. Create pull secret")


def test_a_static_pod_without_a_secret_has_only_the_nodes() -> None:
    metadata = {"annotations": {"kubernetes.io/config.mirror": "x"}, "ownerReferences": []}
    assert told(failing(text=OAUTH, metadata=metadata))[1:] == ["node credentials"]


def test_a_login_that_works_on_other_nodes_is_not_changed() -> None:
    pods = (failing(text=UNAUTHORIZED, secrets=["regcred"]), runs(IMAGE, ["regcred"]))
    (only,) = told(*pods, secrets=(holds("regcred"),))
    assert "fix its login, not the pod" in only


def test_a_clouds_token_is_tried_nowhere() -> None:
    fresh = holds("ecr", {ECR: login("AWS")}, made="2026-11-23T11:50:00Z")
    found = told(failing(f"{ECR}/app:1", UNAUTHORIZED, ["ecr"]), secrets=(fresh,))
    assert not any("try it where you are" in text for text in found)


def test_new_pods_are_made_where_the_account_names_another_secret_by_now() -> None:
    kinds = {"ServiceAccount": [account("new")], "ReplicaSet": [replica_set()]}
    context = context_of(failing(text=UNAUTHORIZED, secrets=["regcred"]), secrets=[holds("regcred")], **kinds)
    first, second, *_ = fixes_of(context)
    assert first.text == (
        "Service account default now has secret new, but a pod gets its account's secrets only when it is created: "
        "recreate the pods."
    )
    assert lines(first) == ["kubectl rollout restart deployment/web -n shop"]
    assert second.text == RIGHT
