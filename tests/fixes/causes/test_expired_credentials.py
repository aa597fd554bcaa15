"""ExpiredCredentials: a new token, and whoever should have renewed it."""

from __future__ import annotations

from typing import Any

import pytest
from refused import (
    ECR,
    EKS_NODE,
    FORBIDDEN,
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
from kubectl_imagepull.vocabulary.fix import Basis

OLD = holds("regcred", {ECR: login("AWS")}, made="2026-11-22T00:00:00Z")
LASTS = (
    "For a permanent fix, let a CronJob renew the secret at least every 12 hours, or let the nodes log in themselves."
)


def expired(**kinds: Any) -> FixContext:
    secrets = kinds.pop("secrets", [OLD])
    context = context_of(failing(f"{ECR}/app:1", FORBIDDEN, ["regcred"]), secrets=secrets, **kinds)
    assert context.cause is Cause.EXPIRED_CREDENTIALS
    return context


def cron_job(name: str, *, suspend: bool = False, command: str = "") -> JsonObject:
    container = {"name": "x", "command": ["sh", "-c", command]}
    spec = {"suspend": suspend, "jobTemplate": {"spec": {"template": {"spec": {"containers": [container]}}}}}
    return {"kind": "CronJob", "metadata": {"name": name, "namespace": "shop"}, "spec": spec}


def test_an_ecr_token_is_renewed_and_said_to_last_twelve_hours() -> None:
    first, second = fixes_of(expired())
    assert first.text == (
        "The token in secret regcred has expired: an Amazon ECR token is valid for 12 hours. Put a new one into it, "
        "as below, and have it renewed automatically."
    )
    assert lines(first) == [
        f"kubectl create secret docker-registry regcred -n shop --docker-server={ECR} --docker-username=AWS "
        '--docker-password="$(aws ecr get-login-password --region eu-west-1)" --dry-run=client -o yaml | kubectl patch secret '
        "regcred -n shop --type=merge --patch-file=/dev/stdin &&",
        "kubectl delete pod web-1 -n shop",
    ]
    assert first.brief == "Renew the ECR token in secret regcred"
    assert second.text == LASTS


def test_a_cron_job_that_should_have_renewed_it_is_named_and_repaired() -> None:
    job = cron_job("ecr-refresh", command="kubectl create secret docker-registry regcred")
    first, second, _ = fixes_of(expired(CronJob=[job]))
    assert first.text.startswith(
        "The token in secret regcred has expired: an Amazon ECR token is valid for 12 hours, and CronJob ecr-refresh "
        "has not renewed it. Put a new one into it"
    )
    assert second.text == (
        "Fix CronJob ecr-refresh, which renews secret regcred: find out why its last Job failed (usually its role, "
        "or its own image), and run it now."
    )
    assert lines(second) == [
        "kubectl get jobs -n shop",
        "kubectl create job ecr-refresh-now --from=cronjob/ecr-refresh -n shop",
    ]
    assert [str(step) for step in second.undo] == ["kubectl delete job ecr-refresh-now -n shop"]
    assert second.basis is Basis.EVIDENCE


def test_of_a_cron_job_that_only_may_renew_it_no_more_is_said() -> None:
    _, second, _ = texts(fixes_of(expired(CronJob=[cron_job("ecr-token-refresh")])))
    assert second.startswith("Fix CronJob ecr-token-refresh, which fetches ECR tokens: find out why")


def test_a_suspended_cron_job_is_let_run_again() -> None:
    first, second, _ = fixes_of(expired(CronJob=[cron_job("regcred-renewal", suspend=True)]))
    assert "12 hours, and CronJob regcred-renewal is suspended. Put a new one" in first.text
    assert second.text == "CronJob regcred-renewal, which renews secret regcred, is suspended: resume it."
    assert lines(second) == ["""kubectl patch cronjob/regcred-renewal -n shop -p '{"spec":{"suspend":false}}'"""]
    assert [str(step) for step in second.undo] == [
        """kubectl patch cronjob/regcred-renewal -n shop -p '{"spec":{"suspend":true}}'"""
    ]


def test_what_else_the_secret_holds_is_kept() -> None:
    both = holds("regcred", {ECR: login("AWS"), "ghcr.io": login()}, made="2026-11-22T00:00:00Z")
    first = fixes_of(expired(secrets=[both]))[0]
    assert "Leave secret regcred, which serves other registries too, as it is: create secret" in first.text
    assert not any("lost" in text for text in texts(fixes_of(expired(secrets=[both]))))


def test_nodes_of_the_same_cloud_need_no_token_at_all() -> None:
    assert texts(fixes_of(expired(Node=[EKS_NODE])))[-1] == (
        f"Or remove secret regcred, and let the nodes log in to {ECR} themselves, with an identity that doesn't expire."
    )


def test_another_secret_that_is_fresh_is_offered_after_the_renewal() -> None:
    fresh = holds("fresh", {ECR: login("AWS")}, made="2026-11-23T11:00:00Z")
    found = texts(fixes_of(expired(secrets=[OLD, fresh])))
    assert found[1].startswith("Add secret fresh to imagePullSecrets")


@pytest.mark.parametrize("user", ["gitlab-ci-token", "me"])
def test_a_jobs_token_gives_way_to_one_that_lasts(user: str) -> None:
    host = "registry.gitlab.com"
    own = holds("own", {host: login(user, "glcbt-64_x")}, made="2026-11-22T00:00:00Z")
    context = context_of(failing(f"{host}/g/app:1", UNAUTHORIZED, ["own"]), secrets=[own])
    assert context.cause is Cause.EXPIRED_CREDENTIALS
    first, second = fixes_of(context)
    assert first.text.startswith(
        "Secret own has a CI job's own login (gitlab-ci-token), which expires with the job. Put a deploy"
    )
    assert '--docker-username="${DEPLOY_TOKEN_USER:?' in lines(first)[0]
    assert second.text == (
        "For a permanent fix, use a login that doesn't expire: a deploy token with read_registry, which doesn't "
        "expire with a job."
    )


def test_a_public_registry_refuses_only_what_is_old() -> None:
    host = "public.ecr.aws"
    own = holds("own", {host: login("AWS")}, made="2026-11-22T00:00:00Z")
    first, _ = fixes_of(context_of(failing(f"{host}/x/app:1", UNAUTHORIZED, ["own"]), secrets=[own]))
    assert first.text == (
        "Remove secret own from imagePullSecrets of deployment/web or its service account: public.ecr.aws is public "
        "and refuses only the expired login."
    )


def test_without_a_secret_it_is_the_nodes_token() -> None:
    text = "denied: Your authorization token has expired. Reauthenticate and try again."
    first, second = texts(fixes_of(context_of(failing(f"{ECR}/app:1", text), Node=[EKS_NODE])))
    assert first.startswith("kubelet log: The pod has no pull secret")
    assert second.startswith("Or give the pod a login of its own")


def test_new_pods_come_first_where_the_account_names_another_secret_by_now() -> None:
    first, second, *_ = texts(fixes_of(expired(ServiceAccount=[account("new")], ReplicaSet=[replica_set()])))
    assert first.startswith("Service account default now has secret new")
    assert second.startswith("The token in secret regcred has expired")
