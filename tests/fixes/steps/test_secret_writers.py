"""The fix where a program writes the pull secret: there, and by no command that it would write over."""

from __future__ import annotations

import pytest
from refused import REGISTRY, UNAUTHORIZED, context_of, failing, holds, lines

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps.secret_writers import put_right_at_writer
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.command import Effect
from kubectl_imagepull.vocabulary.fix import Fix, Where, Who

FAULT = "The login is wrong"


def context(metadata: JsonObject, name: str = "regcred", **more: str) -> FixContext:
    secret = holds(name, metadata=metadata, **more)
    return context_of(failing(text=UNAUTHORIZED, secrets=[name]), secrets=[secret])


def at_writer(metadata: JsonObject, *, is_typed_wrong: bool = False, is_missing: bool = False) -> Fix:
    found = context(metadata)
    (writer,) = found.credentials.writers
    fix = put_right_at_writer(found, writer, FAULT, is_typed_wrong=is_typed_wrong, is_missing=is_missing)
    assert fix
    assert fix.where is Where.SOURCE
    return fix


def owned(kind: str, group: str, name: str = "pull") -> JsonObject:
    return {"ownerReferences": [{"apiVersion": f"{group}/v1", "kind": kind, "name": name, "uid": "u"}]}


SEALED = owned("SealedSecret", "bitnami.com", "regcred")
VAULT = owned("VaultStaticSecret", "secrets.hashicorp.com")
REFLECTED = {"annotations": {"reflector.v1.k8s.emberstack.com/reflects": "infra/pull"}}
HELM = {"annotations": {"meta.helm.sh/release-name": "shop"}}


@pytest.mark.parametrize(
    ("metadata", "text", "who"),
    [
        (
            SEALED,
            "SealedSecret regcred writes it, and would overwrite a manual change: seal the right login, as below.",
            Who.YOU,
        ),
        (
            VAULT,
            "VaultStaticSecret pull writes it, and would overwrite a manual change: put the right login into Vault, "
            "where it reads it.",
            Who.YOU,
        ),
        (
            REFLECTED,
            "Reflector copies it from secret pull of namespace infra, and would overwrite a change: correct the "
            "login there.",
            Who.CLUSTER_ADMIN,
        ),
        (
            {"annotations": {"replicator.v1.mittwald.de/replicated-from-version": "1"}},
            "kubernetes-replicator copies it from another secret, and would overwrite a change: correct the login "
            "there.",
            Who.CLUSTER_ADMIN,
        ),
        (
            {"labels": {"generate.kyverno.io/policy-name": "sync"}},
            (
                "Policy sync writes it, and would overwrite a manual change: correct the login in the secret that it "
                "clones."
            ),
            Who.CLUSTER_ADMIN,
        ),
        (
            HELM,
            "Helm release shop writes it, and would overwrite a manual change: correct the login there.",
            Who.YOU,
        ),
    ],
)
def test_the_login_is_put_right_where_the_secret_comes_from(metadata: JsonObject, text: str, who: Who) -> None:
    fix = at_writer(metadata)
    assert fix.text == f"{FAULT}. {text}"
    assert fix.who is who


def test_a_sealed_secret_is_sealed_again() -> None:
    first, retry = lines(at_writer(SEALED))
    assert first.startswith(f"kubectl create secret docker-registry regcred -n shop --docker-server={REGISTRY} ")
    assert first.endswith(" --dry-run=client -o yaml | kubeseal -o yaml | kubectl apply -n shop -f - &&")
    assert retry == "kubectl delete pod web-1 -n shop"


def test_vaults_secret_is_described() -> None:
    assert lines(at_writer(VAULT)) == ["kubectl describe vaultstaticsecret pull -n shop"]


def test_an_external_secret_that_is_not_named_is_looked_for() -> None:
    marked = {"labels": {"reconcile.external-secrets.io/managed": "true"}}
    assert lines(at_writer(marked)) == ["kubectl get externalsecrets -n shop"]


@pytest.mark.parametrize("metadata", [REFLECTED, HELM])
def test_another_namespaces_secret_or_a_release_is_changed_by_no_command(metadata: JsonObject) -> None:
    assert at_writer(metadata).commands == ()


def test_no_command_writes_a_secret_that_is_written_over() -> None:
    for metadata in (VAULT, REFLECTED, HELM, owned("ExternalSecret", "external-secrets.io")):
        fix = at_writer(metadata)
        assert not any("patch secret" in line or "create secret" in line for line in lines(fix))
    assert Effect.CHANGES_SECRET in at_writer(SEALED).effects


def test_a_wrong_type_is_said_in_the_writers_own_field() -> None:
    assert at_writer(VAULT, is_typed_wrong=True).text.endswith(
        "set destination.type to kubernetes.io/dockerconfigjson in it."
    )
    assert at_writer(HELM, is_typed_wrong=True).text.endswith("set its type to kubernetes.io/dockerconfigjson there.")


def test_a_secret_that_was_never_made_is_looked_for_at_its_maker() -> None:
    fix = at_writer(VAULT, is_missing=True)
    assert fix.text == (
        f"{FAULT}. VaultStaticSecret pull should have created it: check its status and events for why it didn't."
    )
    assert fix.brief == "Find out why VaultStaticSecret pull didn't create the secret"


def test_who_only_renews_a_secret_or_hands_out_a_right_is_no_place_for_a_login() -> None:
    own = context({}, "default-dockercfg-8mzqk", kind="kubernetes.io/dockercfg")
    (writer,) = own.credentials.writers
    assert put_right_at_writer(own, writer, FAULT) is None
