"""Commands around pull secrets: each asks for no more, and shows no more, than it needs."""

from __future__ import annotations

from typing import Any

import pytest
from refused import ASKED, ECR, IMAGE, REGISTRY, UNAUTHORIZED, account, context_of, failing, holds, lines, replica_set

from kubectl_imagepull.evidence.docker_config import MisfiledCredentials
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps import pull_secrets
from kubectl_imagepull.vocabulary.command import Pipeline, chain
from kubectl_imagepull.vocabulary.fix import Fix

ASKS = (
    """"$(sh -c 'test "$REGISTRY_PASSWORD" || { trap "stty echo; exit 1" INT; stty -echo; printf "Password for """
    """registry.example.com: " >&2; read -r REGISTRY_PASSWORD; stty echo; echo >&2; } </dev/tty; printf %s """
    """"$REGISTRY_PASSWORD"')\""""
)
USER = '--docker-username="${REGISTRY_USER:?your user name at the registry}"'
CREATED = f"kubectl create secret docker-registry regcred -n shop --docker-server={REGISTRY} {USER}"


def context(image: str = IMAGE, *secrets: str, **more: Any) -> FixContext:
    return context_of(failing(image, secrets=secrets), **more)


def line(step: Pipeline) -> str:
    return " ".join(lines(Fix("", chain(step))))


@pytest.mark.parametrize(
    ("image", "asked"),
    [
        ("ghcr.io/acme/app:1", "Classic token with read:packages for ghcr.io: "),
        ("fra.ocir.io/ns/app:1", "Auth token for fra.ocir.io: "),
        ("us.icr.io/ns/app:1", "IAM API key for us.icr.io: "),
        ("nvcr.io/org/app:1", "NGC API key for nvcr.io: "),
        ("quay.io/acme/app:1", "Password for quay.io: "),
    ],
)
def test_what_is_asked_for_has_the_name_that_the_registry_gives_it(image: str, asked: str) -> None:
    assert f'printf "{asked}" >&2' in str(pull_secrets.create_secret(context(image), "regcred"))


def test_doctl_writes_the_secret_of_digitalocean_s_registry() -> None:
    assert line(pull_secrets.create_secret(context("registry.digitalocean.com/acme/app:1"), "regcred")) == (
        "doctl registry kubernetes-manifest --name regcred --namespace shop | kubectl apply --server-side -n shop -f -"
    )


def test_a_secret_is_made_on_the_server_and_its_password_asked_for_on_the_terminal() -> None:
    assert str(pull_secrets.create_secret(context(), "regcred")) == (
        f"{CREATED} --docker-password={ASKS} --dry-run=client -o yaml | kubectl apply --server-side -n shop -f -"
    )


def test_a_secret_is_put_right_by_a_patch_that_keeps_what_marks_it() -> None:
    assert line(pull_secrets.put_login_into(context(), "regcred")) == (
        f"{CREATED} {ASKED} --dry-run=client -o yaml | kubectl patch secret regcred -n shop --type=merge "
        "--patch-file=/dev/stdin"
    )


def test_a_sealed_secret_is_sealed_before_it_is_sent() -> None:
    assert line(pull_secrets.seal_secret(context(), "regcred")) == (
        f"{CREATED} {ASKED} --dry-run=client -o yaml | kubeseal -o yaml | kubectl apply -n shop -f -"
    )


@pytest.mark.parametrize(
    ("image", "options"),
    [
        (
            f"{ECR}/app:1",
            f'--docker-server={ECR} --docker-username=AWS --docker-password="$(aws ecr get-login-password --region '
            'eu-west-1)"',
        ),
        (
            "public.ecr.aws/x/y:1",
            '--docker-server=public.ecr.aws --docker-username=AWS --docker-password="$(aws ecr-public get-login-password '
            '--region us-east-1)"',
        ),
        (
            "europe-docker.pkg.dev/p/r/app:1",
            '--docker-server=europe-docker.pkg.dev --docker-username=_json_key --docker-password="$(cat '
            '"${KEY_FILE:?the JSON key file of a Google service account with read access there}")"',
        ),
        ("docker.io/acme/app:1", '--docker-server=https://index.docker.io/v1/ --docker-username="${DOCKER_ID:?your'),
        ("nvcr.io/nvidia/app:1", "--docker-server=nvcr.io '--docker-username=$oauthtoken' --docker-password=ASKED"),
        ("de.icr.io/n/app:1", "--docker-server=de.icr.io --docker-username=iamapikey --docker-password=ASKED"),
        (
            "harbor.corp.example/p/app:1",
            '--docker-username="${ROBOT:?the full name of a robot account, with its dollar sign}',
        ),
        (
            "registry.gitlab.com/g/app:1",
            '--docker-username="${DEPLOY_TOKEN_USER:?the user name of a GitLab deploy token',
        ),
        ("ghcr.io/acme/app:1", '--docker-username="${GITHUB_USER:?your GitHub user name}"'),
        ("quay.io/acme/app:1", '--docker-username="${ROBOT:?the name of a robot account, ORGANISATION+NAME}"'),
        ("fra.ocir.io/t/app:1", '--docker-username="${OCIR_USER:?TENANCY_NAMESPACE/USER}"'),
        ("acme.azurecr.io/app:1", '--docker-username="${ACR_USER:?the application id of a service principal'),
        (
            "registry.redhat.io/ubi9:1",
            '--docker-username="${SERVICE_ACCOUNT:?a registry service account, NUMBER|NAME}',
        ),
        ("acme.tencentcloudcr.com/n/app:1", '--docker-username="${TCR_USER:?the number of your account'),
        ("swr.cn-north-4.myhuaweicloud.com/o/app:1", '--docker-username="${SWR_USER:?REGION@ACCESS_KEY'),
    ],
)
def test_each_registry_has_its_form_of_login(image: str, options: str) -> None:
    assert options in line(pull_secrets.create_secret(context(image), "regcred"))


@pytest.mark.parametrize(
    "host",
    [
        "123456789012.dkr.ecr.us-east-1.evil.example",
        "public.ecr.aws.evil.example",
        "europe-docker.pkg.dev.evil.example",
        "notgcr.io",
        "xazurecr.io",
        "ghcr.io.evil.example",
    ],
)
def test_a_strangers_host_gets_no_clouds_token(host: str) -> None:
    made = line(pull_secrets.create_secret(context(f"{host}/app:1"), "regcred"))
    assert f"--docker-server={host} {USER} {ASKED}" in made
    assert not any(word in made for word in ("aws ecr", "gcloud", "KEY_FILE", "az acr"))


def test_a_new_secret_is_named_after_its_registry_and_as_none_that_the_pod_names() -> None:
    assert pull_secrets.new_name(context()) == "regcred-registry-example-com"
    taken = context(IMAGE, "regcred-registry-example-com", "regcred-registry-example-com-2")
    assert pull_secrets.new_name(taken) == "regcred-registry-example-com-3"


def test_secrets_are_named_besides_those_that_the_pod_names() -> None:
    (step,) = pull_secrets.name_in_template(context(IMAGE, "own"), "new", "own").steps
    assert str(step) == (
        """kubectl patch deployment/web -n shop -p '{"spec":{"template":{"spec":{"imagePullSecrets":"""
        """[{"name":"own"},{"name":"new"}]}}}}'"""
    )


def test_a_secret_takes_anothers_place() -> None:
    (step,) = pull_secrets.replace_in_template(context(IMAGE, "bad", "own"), "bad", "new").steps
    assert str(step) == (
        """kubectl patch deployment/web -n shop -p '{"spec":{"template":{"spec":{"imagePullSecrets":"""
        """[{"name":"own"},{"name":"new"},{"$patch":"delete","name":"bad"}]}}}}'"""
    )


def test_a_service_account_is_changed_only_where_it_names_none() -> None:
    runner = context_of(failing(spec={"serviceAccountName": "runner"}))
    assert str(pull_secrets.name_in_service_account(runner, "regcred")) == (
        """kubectl patch serviceaccount/runner -n shop --type=json -p '[{"op":"test","path":"/imagePullSecrets","value":null},"""
        """{"op":"add","path":"/imagePullSecrets","value":[{"name":"regcred"}]}]'"""
    )
    assert str(pull_secrets.take_from_service_account(runner, "regcred")) == (
        """kubectl patch serviceaccount/runner -n shop --type=json -p '[{"op":"test","path":"/imagePullSecrets","""
        """"value":[{"name":"regcred"}]},{"op":"remove","path":"/imagePullSecrets"}]'"""
    )


def test_what_stands_under_a_wrong_type_is_made_again_under_the_right_one() -> None:
    misfiled = MisfiledCredentials("config.json", "kubernetes.io/dockerconfigjson", ())
    assert str(pull_secrets.refile_secret(context(), misfiled, "old", "new")) == (
        """kubectl get secret old -n shop -o 'go-template={{index .data "config.json" | base64decode}}' | """
        "kubectl create secret generic new -n shop --type=kubernetes.io/dockerconfigjson "
        "--from-file=.dockerconfigjson=/dev/stdin --dry-run=client -o yaml | kubectl apply --server-side -n shop -f -"
    )


def test_a_copy_takes_nothing_along_that_belongs_to_the_original() -> None:
    assert str(pull_secrets.copy_secret(context(), "regcred", "prod")) == (
        "kubectl get secret regcred -n prod -o json | kubectl patch --local -f - --type=merge -p "
        """'{"metadata":{"namespace":"shop","resourceVersion":null,"uid":null,"creationTimestamp":null,"""
        """"ownerReferences":null,"managedFields":null,"annotations":null}}' -o json | kubectl create -n shop -f -"""
    )


def test_the_registries_of_a_secret_are_shown_and_nothing_else_of_it() -> None:
    assert str(pull_secrets.hosts_of(context(), "regcred")).endswith("| base64 -d | jq '.auths | keys'")


def test_a_robots_login_is_that_of_a_harbor_whatever_the_host_is_called() -> None:
    login = pull_secrets.robot_login(context())
    assert "${ROBOT:?" in str(login.user)
    assert login.note == "Keep a robot's name in single quotes, so that the shell doesn't expand its $."


def test_a_name_that_breaks_the_grammar_gets_into_no_command() -> None:
    evil = context_of(failing(secrets=["x'; rm -rf /"]), secrets=[holds("regcred")])
    for step in (pull_secrets.create_secret(evil, "x'; rm -rf /"), pull_secrets.copy_secret(evil, "regcred", "$(id)")):
        assert "rm -rf" not in str(step)
        assert "$(id)" not in str(step)


@pytest.mark.parametrize(
    ("named", "in_template", "retried"),
    [
        # the account names the same
        (("regcred",), (), True),
        # it names one more
        (("regcred", "new"), (), True),
        # a new pod would have another secret, or none
        (("new",), (), False),
        ((), (), False),
        # the template names it
        ((), ("regcred",), True),
    ],
)
def test_no_pod_is_deleted_that_would_lose_its_secret(
    named: tuple[str, ...], in_template: tuple[str, ...], *, retried: bool
) -> None:
    kinds = {"ServiceAccount": [account(*named)], "ReplicaSet": [replica_set(*in_template)]}
    about = context_of(failing(text=UNAUTHORIZED, secrets=["regcred"]), secrets=[holds("regcred")], **kinds)
    assert bool(pull_secrets.retry_with_secrets(about)) is retried
