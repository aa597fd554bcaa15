"""A secret that is there is named before any is made; where the error is old, it is only tried again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from clusters import NOW, event
from refused import (
    ANONYMOUS,
    ASKED,
    IMAGE,
    REGISTRY,
    UNAUTHORIZED,
    context_of,
    failing,
    holds,
    lines,
    login,
    runs,
)

from kubectl_imagepull.fixes.steps.secret_fixes import (
    add_secret,
    add_to_account,
    fits_by_now,
    name_known,
    name_misplaced,
    name_other,
    new_pods_for_account,
    secrets_named,
    try_again,
)
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.fix import Basis

NEW = "regcred-registry-example-com"
USER = '--docker-username="${REGISTRY_USER:?your user name at the registry}"'
MADE = f"kubectl create secret docker-registry {NEW} -n shop --docker-server={REGISTRY} {USER} {ASKED} --dry-run=client"


def named(*names: str) -> str:
    listed = ",".join(f'{{"name":"{name}"}}' for name in names)
    return f"""kubectl patch deployment/web -n shop -p '{{"spec":{{"template":{{"spec":{{"imagePullSecrets":[{listed}]}}}}}}}}'"""


def test_a_secret_that_lies_unused_is_named() -> None:
    (fix,) = name_other(context_of(failing(), secrets=[holds("regcred")]))
    assert fix.text == (
        f"Add secret regcred to imagePullSecrets of deployment/web: it has credentials for {REGISTRY}, but this pod "
        "doesn't reference it."
    )
    assert lines(fix) == [named("regcred")]
    assert [str(step) for step in fix.undo] == ["kubectl rollout undo deployment/web -n shop"]
    assert (fix.basis, fix.brief) == (Basis.EVIDENCE, "Add secret regcred to deployment/web")


def test_a_secret_that_another_pod_runs_with_is_named_with_its_witness() -> None:
    (fix,) = name_other(context_of(failing(), runs(IMAGE, ["regcred"]), secrets=[holds("regcred")]), "so it can pull")
    assert fix.text == (
        "Add secret regcred to imagePullSecrets of deployment/web: pod shop/api-1 uses it, so it can pull."
    )


def test_no_secret_is_named_that_is_not_known() -> None:
    assert name_other(context_of(failing(), secrets=[holds("mail", {"ghcr.io": login()})])) == []


def test_a_charts_secret_is_named_at_its_top() -> None:
    release = {"annotations": {"meta.helm.sh/release-name": "shop"}, "uid": "d"}
    deployment = {"kind": "Deployment", "metadata": {"name": "web", "namespace": "shop", **release}, "spec": {}}
    (fix,) = name_other(context_of(failing(), secrets=[holds("regcred")], Deployment=[deployment]))
    assert fix.notes == (
        "In a chart this is usually the top-level value imagePullSecrets: under a container or image it is often "
        "ignored.",
    )


def manifest(**container: Any) -> JsonObject:
    spec = {"containers": [{"name": "app", "image": IMAGE, **container}]}
    text = json.dumps({"kind": "Pod", "spec": spec})
    return {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": text}}


MISPLACED = manifest(imagePullSecrets=[{"name": "regcred"}])


def test_a_secret_under_a_container_is_named_in_the_pods_spec() -> None:
    context = context_of(failing(metadata=MISPLACED), secrets=[holds("regcred")])
    (fix,) = name_misplaced(context)
    assert fix.text == (
        "Put secret regcred in the pod's spec, next to its containers: the manifest of deployment/web has it under "
        "container app, where Kubernetes drops it."
    )
    assert lines(fix) == [named("regcred")]
    assert name_known(context) == [fix]


def test_a_secret_under_a_container_that_is_not_there_is_made_as_well() -> None:
    (fix,) = name_misplaced(context_of(failing(metadata=MISPLACED), secrets=[]))
    assert fix.text.endswith(
        "where Kubernetes drops it. Secret regcred isn't in namespace shop either, so it is created."
    )
    assert lines(fix)[1] == named("regcred")
    assert lines(fix)[0].startswith("kubectl create secret docker-registry regcred -n shop ")
    assert [str(step) for step in fix.undo] == [
        "kubectl rollout undo deployment/web -n shop",
        "kubectl delete secret regcred -n shop",
    ]


def test_a_secret_is_made_and_named() -> None:
    fix = add_secret(context_of(failing(secrets=["own"]), secrets=[]), "It lacks one.")
    assert (
        fix.text
        == f"It lacks one. Create pull secret {NEW} for {REGISTRY} in namespace shop and add it to deployment/web."
    )
    assert lines(fix) == [f"{MADE} -o yaml | kubectl apply --server-side -n shop -f - &&", named("own", NEW)]
    assert [str(step) for step in fix.undo] == [
        "kubectl rollout undo deployment/web -n shop",
        f"kubectl delete secret {NEW} -n shop",
    ]
    assert fix.brief == f"Create a pull secret for {REGISTRY}"
    assert add_secret(context_of(failing()), "Until then:").text.startswith("Until then: create pull secret ")


def test_a_secret_is_named_for_a_whole_service_account() -> None:
    (fix,) = add_to_account(context_of(failing(spec={"serviceAccountName": "runner"})))
    assert fix.text == (
        "Or add it to service account runner, for all of its pods that have no pull secret of their own. The second "
        "command stops if the account already has secrets."
    )
    assert lines(fix)[1:] == [
        """kubectl patch serviceaccount/runner -n shop --type=json -p '[{"op":"test","path":"/imagePullSecrets","value":null},"""
        f"""{{"op":"add","path":"/imagePullSecrets","value":[{{"name":"{NEW}"}}]}}]' &&""",
        "kubectl rollout restart deployment/web -n shop",
    ]
    assert add_to_account(context_of(failing(secrets=["own"]), secrets=[])) == []


def account(*names: str) -> JsonObject:
    named_by = [{"name": name} for name in names]
    return {
        "kind": "ServiceAccount",
        "metadata": {"name": "default", "namespace": "shop"},
        "imagePullSecrets": named_by,
    }


def test_pods_that_are_older_than_their_accounts_secrets_are_made_again() -> None:
    (fix,) = new_pods_for_account(context_of(failing(), ServiceAccount=[account("regcred")]))
    assert fix.text == (
        "Service account default now has secret regcred, but a pod gets its account's secrets only when it is "
        "created: recreate the pods."
    )
    assert lines(fix) == ["kubectl rollout restart deployment/web -n shop"]


def test_no_pod_is_made_again_for_an_account_that_names_nothing_more() -> None:
    """The account's list may be empty now, and the pod would lose what it has."""
    assert new_pods_for_account(context_of(failing(), ServiceAccount=[account()])) == []
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-5d9c", "uid": "rs", "controller": True}
    template = {"spec": {"template": {"spec": {"containers": []}}}}
    replicas = {"kind": "ReplicaSet", "metadata": {"name": "web-5d9c", "namespace": "shop", "uid": "rs"}, **template}
    pod = failing(secrets=["regcred"], metadata={"ownerReferences": [owner]})
    context = context_of(pod, secrets=[holds("regcred")], ServiceAccount=[account()], ReplicaSet=[replicas])
    assert context.findings.has(next(item.check for item in context.findings.evidence if "account" in item.text))
    assert new_pods_for_account(context) == []


def last_try(minute: int) -> JsonObject:
    text = f'Failed to pull image "{IMAGE}": 401 Unauthorized'
    return event("Failed", text, f"2026-11-23T11:{minute}:00Z", uid="web-1")


def test_a_secret_that_is_newer_than_the_error_is_only_tried_again() -> None:
    pod = failing(text=UNAUTHORIZED, secrets=["regcred"])
    (fix,) = try_again(context_of(pod, secrets=[holds("regcred", made="2026-11-23T11:40:00Z")], events=[last_try(30)]))
    assert fix.text == (
        f"Secret regcred now has other credentials for {REGISTRY}: it was changed after the last attempt. The "
        "kubelet retries by itself within five minutes; a new pod pulls at once."
    )
    assert lines(fix) == ["kubectl delete pod web-1 -n shop"]
    assert fix.brief == "Wait, or delete the pod: regcred is newer"
    older = [holds("regcred", made="2026-11-23T11:20:00Z")]
    assert try_again(context_of(pod, secrets=older, events=[last_try(30)])) == []
    assert try_again(context_of(pod, secrets=older)) == []
    assert NOW.hour == 12


def test_a_secret_that_fits_by_now_speaks_against_an_error_that_says_that_nothing_was_sent() -> None:
    (fix,) = fits_by_now(context_of(failing(text=ANONYMOUS, secrets=["regcred"]), secrets=[holds("regcred")]))
    assert fix.text == (
        f"Secret regcred now has credentials for {REGISTRY}, and the error, which says that none were sent, is "
        "older: recreate the pod, or wait five minutes."
    )
    assert fits_by_now(context_of(failing())) == []


@pytest.mark.parametrize(
    ("names", "text"),
    [(["a"], "secret a"), (["a", "b"], "secrets a and b"), (["a", "b", "c", "d"], "secrets a, b, c and 1 more")],
)
def test_secrets_are_listed_by_their_names(names: list[str], text: str) -> None:
    assert secrets_named(names) == text
