"""PullSecretMissing: the secret is made, by whoever makes it; a copy is never the first thing to do."""

from __future__ import annotations

from typing import Any

import pytest
from clusters import event
from refused import (
    ANONYMOUS,
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
    texts,
)

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis, Fix

GONE = "Secret regcred, which deployment/web references, doesn't exist in namespace shop"
CREATE = (
    f"{GONE}. Create it, unless an operator, a chart or External Secrets should: then find out there why it didn't."
)
RIGHT_NAME = (
    "If the pod should use another secret, correct the name where it is set: in deployment/web or in service account "
    "default."
)


def missing(*secrets: JsonObject, name: str = "regcred", text: str = UNAUTHORIZED, **kinds: Any) -> FixContext:
    context = context_of(failing(text=text, secrets=[name]), secrets=secrets, **kinds)
    assert context.cause is Cause.PULL_SECRET_MISSING
    return context


def test_it_is_made_unless_something_else_makes_it() -> None:
    first, second = fixes_of(missing())
    assert first.text == CREATE
    assert lines(first)[0].startswith(
        f"kubectl create secret docker-registry regcred -n shop --docker-server={REGISTRY} "
    )
    assert lines(first)[0].endswith("| kubectl apply --server-side -n shop -f - &&")
    assert lines(first)[1] == "kubectl delete pod web-1 -n shop"
    assert [str(step) for step in first.undo] == ["kubectl delete secret regcred -n shop"]
    assert second.text == RIGHT_NAME
    assert lines(second) == [
        "kubectl get secrets -n shop --field-selector type=kubernetes.io/dockerconfigjson",
        "kubectl get serviceaccount default -n shop -o yaml",
    ]


def test_a_name_that_is_nearly_that_of_a_secret_which_fits_is_corrected() -> None:
    first, *_ = fixes_of(missing(holds("regcred"), name="regcerd"))
    assert first.text == (
        "Use secret regcred in deployment/web instead of regcerd, which doesn't exist in namespace shop: it has "
        f"credentials for {REGISTRY}."
    )
    assert lines(first) == [
        """kubectl patch deployment/web -n shop -p '{"spec":{"template":{"spec":{"imagePullSecrets":[{"name":"regcred"},"""
        """{"$patch":"delete","name":"regcerd"}]}}}}'"""
    ]


def test_another_secret_that_fits_is_named_besides() -> None:
    first, second, *_ = texts(fixes_of(missing(holds("harbor"))))
    assert first.startswith("Add secret harbor to imagePullSecrets of deployment/web")
    assert second == CREATE


def fixed(*secrets: JsonObject) -> tuple[Fix, ...]:
    return fixes_of(missing(*secrets))


def test_another_namespaces_secret_comes_last_and_with_its_owners_consent() -> None:
    *others, last = fixed(holds("regcred", namespace="prod"))
    assert texts(others) == [CREATE, RIGHT_NAME]
    assert last.text == (
        f"Namespace prod has a secret regcred for {REGISTRY}. Copy it only if the owner of namespace prod agrees: "
        "anyone who can read secrets here can then read that login."
    )
    assert lines(last)[0].startswith("kubectl get secret regcred -n prod -o json | kubectl patch --local ")
    assert last.basis is Basis.GUESS


@pytest.mark.parametrize(
    "secret",
    [
        holds("regcred", namespace="prod", kind="Opaque"),
        holds("regcred", namespace="prod", kind="Opaque", key="password", document="hunter2"),
        holds("regcred", {"ghcr.io": login()}, namespace="prod"),
        holds("regcred", {REGISTRY: {}}, namespace="prod"),
        {key: value for key, value in holds("regcred", namespace="prod").items() if key != "data"},
    ],
)
def test_what_is_no_pull_secret_for_the_registry_is_never_offered(secret: JsonObject) -> None:
    assert texts(fixed(secret)) == [CREATE, RIGHT_NAME]


def test_the_object_that_should_have_made_it_is_looked_at() -> None:
    item = {
        "kind": "ExternalSecret",
        "metadata": {"name": "pull", "namespace": "shop"},
        "spec": {"target": {"name": "regcred"}},
    }
    first, second = fixes_of(missing(ExternalSecret=[item]))
    assert first.text == (
        f"{GONE}. ExternalSecret pull should have created it: check its status and events for why it didn't."
    )
    assert lines(first)[0] == "kubectl describe externalsecret pull -n shop"
    assert second.text == RIGHT_NAME


def test_who_makes_the_workload_mostly_makes_its_secrets() -> None:
    owner = {"apiVersion": "octarine.com/v1", "kind": "Octarine", "name": "main", "uid": "o", "controller": True}
    metadata = {"name": "web", "namespace": "shop", "uid": "d", "ownerReferences": [owner]}
    first, second, _ = fixes_of(missing(Deployment=[{"kind": "Deployment", "metadata": metadata, "spec": {}}]))
    assert first.text == (
        f"{GONE}: whatever creates the workload usually creates its secrets too. Check Octarine main, or its "
        "operator's log, for why it doesn't."
    )
    assert first.commands == ()
    assert second.text == "Or create secret regcred in namespace shop by hand."


def test_the_kubelets_event_tells_which_of_several_is_missing() -> None:
    text = "Unable to retrieve some image pull secrets (b); attempting to pull the image may not succeed."
    said = event("FailedToRetrieveImagePullSecret", text, "2026-11-23T11:30:00Z", container=None, uid="web-1")
    pod = failing(text=ANONYMOUS, secrets=["a", "b"])
    hidden = [{key: value for key, value in holds(name).items() if key != "data"} for name in ("a", "b")]
    context = context_of(pod, secrets=hidden, events=[said])
    assert context.cause is Cause.PULL_SECRET_MISSING
    assert fixes_of(context)[0].text.startswith("Secret b, which deployment/web references, doesn't exist")


def test_a_name_that_is_none_gets_into_no_command() -> None:
    for fix in fixes_of(missing(name="x'; rm -rf /")):
        assert not any("rm -rf" in line for line in lines(fix))


def test_new_pods_are_made_where_the_account_names_another_secret_by_now() -> None:
    kinds = {"ServiceAccount": [account("new")], "ReplicaSet": [replica_set()]}
    context = missing(**kinds)
    first, second, *_ = fixes_of(context)
    assert first.text == (
        "Service account default now has secret new, but a pod gets its account's secrets only when it is created: "
        "recreate the pods."
    )
    assert lines(first) == ["kubectl rollout restart deployment/web -n shop"]
    assert second.text == CREATE
