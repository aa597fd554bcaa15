"""Secrets that fit nothing, and logins that were refused: put right where that lasts, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from refused import (
    ANONYMOUS,
    ASKED,
    ECR,
    IMAGE,
    REGISTRY,
    UNAUTHORIZED,
    context_of,
    failing,
    holds,
    lines,
    login,
)

from kubectl_imagepull.fixes.steps.login_repairs import put_login_right, repair_unfit
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where

NEW = "regcred-registry-example-com"
USER = '--docker-username="${REGISTRY_USER:?your user name at the registry}"'
RETRY = "kubectl delete pod web-1 -n shop"


def created(name: str, options: str = f"--docker-server={REGISTRY} {USER}") -> str:
    return f"kubectl create secret docker-registry {name} -n shop {options} {ASKED} --dry-run=client -o yaml"


def named(*names: str) -> str:
    listed = ",".join(f'{{"name":"{name}"}}' for name in names)
    return f"""kubectl patch deployment/web -n shop -p '{{"spec":{{"template":{{"spec":{{"imagePullSecrets":[{listed}]}}}}}}}}'"""


ADDED = [f"{created(NEW)} | kubectl apply --server-side -n shop -f - &&", named("regcred", NEW)]
FILLED = [
    f"{created('regcred')} | kubectl patch secret regcred -n shop --type=merge --patch-file=/dev/stdin &&",
    RETRY,
]


def unfit(*secrets: JsonObject, image: str = IMAGE) -> Fix:
    names = [secret["metadata"]["name"] for secret in secrets]
    (fix,) = repair_unfit(context_of(failing(image, ANONYMOUS, names), secrets=secrets))
    return fix


def refused(*secrets: JsonObject, image: str = IMAGE, what: str = "", **kinds: Any) -> Fix:
    names = [secret["metadata"]["name"] for secret in secrets]
    (fix,) = put_login_right(context_of(failing(image, UNAUTHORIZED, names), secrets=secrets, **kinds), what)
    return fix


def owned_by(kind: str, group: str) -> JsonObject:
    return {"ownerReferences": [{"apiVersion": f"{group}/v1", "kind": kind, "name": "pull", "uid": "u"}]}


EXTERNAL = owned_by("ExternalSecret", "external-secrets.io")


def test_credentials_under_the_wrong_type_are_made_again_without_their_password_being_asked_for() -> None:
    fix = unfit(holds("regcred", kind="Opaque"))
    assert fix.text == (
        f"Secret regcred has credentials for {REGISTRY} under type Opaque, where the kubelet doesn't look. Create "
        f"secret {NEW} of type kubernetes.io/dockerconfigjson with the same content, and add it to the pull secrets."
    )
    assert lines(fix) == [
        """kubectl get secret regcred -n shop -o 'go-template={{index .data ".dockerconfigjson" | base64decode}}' | """
        f"kubectl create secret generic {NEW} -n shop --type=kubernetes.io/dockerconfigjson "
        "--from-file=.dockerconfigjson=/dev/stdin --dry-run=client -o yaml | kubectl apply --server-side -n shop -f - &&",
        named("regcred", NEW),
    ]
    assert [str(step) for step in fix.undo] == [
        "kubectl rollout undo deployment/web -n shop",
        f"kubectl delete secret {NEW} -n shop",
    ]
    assert fix.basis is Basis.EVIDENCE
    assert fix.brief == "Recreate regcred as kubernetes.io/dockerconfigjson"


@pytest.mark.parametrize(
    ("secret", "where", "kind", "key"),
    [
        (
            holds("regcred", kind="kubernetes.io/dockercfg"),
            "under type kubernetes.io/dockercfg",
            "kubernetes.io/dockerconfigjson",
            ".dockercfg",
        ),
        (
            holds("regcred", document={REGISTRY: login()}),
            'outside of "auths"',
            "kubernetes.io/dockercfg",
            ".dockerconfigjson",
        ),
    ],
)
def test_a_form_that_does_not_go_with_the_type_is_made_again(
    secret: JsonObject, where: str, kind: str, key: str
) -> None:
    fix = unfit(secret)
    assert f"{where}, where the kubelet doesn't look. Create secret {NEW} of type {kind} with" in fix.text
    assert f'{{{{index .data "{key}" | base64decode}}}}' in lines(fix)[0]


@pytest.mark.parametrize(
    ("secret", "fault"),
    [
        (
            holds("regcred", kind="Opaque", key="password", document="hunter2"),
            "The kubelet ignores secret regcred because its type is Opaque.",
        ),
        (
            holds("regcred", {"ghcr.io": login()}, kind="Opaque"),
            "The kubelet ignores secret regcred because its type is Opaque.",
        ),
        (
            holds("regcred", {f"{REGISTRY}:5000": login()}),
            f"Secret regcred is for {REGISTRY}:5000, not for {REGISTRY}.",
        ),
        (holds("regcred", kind="kubernetes.io/dockercfg", document={}), "Secret regcred has no credentials."),
        (holds("regcred", {}, immutable=True), "Secret regcred has no credentials."),
        # what another registry's secret is written by has nothing to do with it
        (
            holds("regcred", {"ghcr.io": login()}, metadata=EXTERNAL),
            f"Secret regcred is for ghcr.io, not for {REGISTRY}.",
        ),
    ],
)
def test_where_nothing_of_it_can_be_used_another_is_made_besides(secret: JsonObject, fault: str) -> None:
    fix = unfit(secret)
    assert (
        fix.text == f"{fault} Create pull secret {NEW} for {REGISTRY} in namespace shop and add it to deployment/web."
    )
    assert lines(fix) == ADDED


def test_of_several_that_fit_nothing_all_are_named() -> None:
    fix = unfit(holds("a", {"ghcr.io": login()}), holds("b", {"quay.io": login()}))
    assert fix.text.startswith(f"Secrets a and b have no login for {REGISTRY} that the kubelet would send. Create pull")
    assert lines(fix)[1] == named("a", "b", NEW)


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ({"auths": {}}, "Secret regcred has no credentials"),
        (
            {"auths": {REGISTRY: {}}, "credsStore": "desktop"},
            (
                "Secret regcred has no credentials, only the name of the credential helper on the machine where "
                "docker login ran"
            ),
        ),
    ],
)
def test_an_empty_secret_is_filled(document: JsonObject, fault: str) -> None:
    fix = unfit(holds("regcred", document=document))
    assert fix.text == f"{fault}. Put a login for {REGISTRY} into it, as below."
    assert lines(fix) == FILLED


def test_a_user_name_that_a_shell_took_is_put_in_single_quotes() -> None:
    fix = unfit(holds("ngc", {"nvcr.io": login("", "key")}), image="nvcr.io/nvidia/app:1")
    assert fix.text == (
        "The user name in secret ngc is empty because a shell expanded $oauthtoken as a variable. Put a login for "
        "nvcr.io into it, as below."
    )
    assert "'--docker-username=$oauthtoken'" in lines(fix)[0]
    assert fix.notes == (
        "The user name is literally $oauthtoken, so keep the single quotes; the password is an NGC API key.",
    )


def test_a_secret_of_the_wrong_type_is_repaired_where_it_is_written() -> None:
    fix = unfit(holds("regcred", kind="Opaque", metadata=EXTERNAL))
    assert fix.text == (
        "The kubelet ignores secret regcred because its type is Opaque. ExternalSecret pull writes it, and would "
        "overwrite a manual change: set spec.target.template.type to kubernetes.io/dockerconfigjson in it."
    )
    assert (fix.where, fix.basis) == (Where.SOURCE, Basis.EVIDENCE)


def test_nothing_is_repaired_that_is_not_proven_to_be_unfit() -> None:
    assert repair_unfit(context_of(failing(secrets=["regcred"]), secrets=[holds("regcred")])) == []
    assert repair_unfit(context_of(failing(secrets=["regcred"]), secrets=[])) == []
    assert repair_unfit(context_of(failing())) == []


def test_a_refused_login_is_put_right_in_place() -> None:
    fix = refused(holds("regcred"))
    assert fix.text == (
        f"{REGISTRY} refused the login in secret regcred. Put the right user and password into it, as below."
    )
    assert lines(fix) == FILLED
    assert (fix.basis, fix.brief) == (Basis.TEXT, "Put the right login into secret regcred")


ROBOT = '--docker-username="${ROBOT:?the full name of a robot account, with its dollar sign}"'


@pytest.mark.parametrize("user", ["robot", "robot+ci", "robot-project+ci"])
def test_a_robot_whose_name_the_shell_took_is_told_about_single_quotes(user: str) -> None:
    fix = refused(holds("regcred", {REGISTRY: login(user)}))
    assert fix.text == (
        "A shell expanded the $ in the user name of secret regcred, which left only robot of a name like robot$NAME. "
        "Correct the login with the whole name in single quotes, as in 'robot$NAME'."
    )
    assert lines(fix)[0].startswith(created("regcred", f"--docker-server={REGISTRY} {ROBOT}"))
    assert fix.notes == ("Keep a robot's name in single quotes, so that the shell doesn't expand its $.",)
    assert (fix.basis, fix.brief) == (Basis.EVIDENCE, "Put the user name in single quotes: 'robot$...'")


@pytest.mark.parametrize(
    ("host", "user", "password", "text"),
    [
        (
            "acme.tencentcloudcr.com",
            "tcr",
            "x",
            "A shell expanded the $ in the user name of secret own, which left only tcr of a name like tcr$NAME. "
            "Correct the login with the whole name in single quotes, as in 'tcr$NAME'.",
        ),
        (
            "registry.gitlab.com",
            "gitlab-ci-token",
            "x",
            "Secret own has a CI job's own login (gitlab-ci-token), which expires with the job. Put a deploy token "
            "with read_registry into it, as below: it stays valid.",
        ),
        (
            "ghcr.io",
            "me",
            "ghs_x",
            "Secret own has a job's GITHUB_TOKEN, which expires with the job. Put a classic token with read:packages "
            "into it, as below: it stays valid.",
        ),
        (
            "acme.azurecr.io",
            "00000000-0000-0000-0000-000000000000",
            "x",
            "Secret own has a token from az acr login --expose-token, which is valid for 3 hours. Put a service "
            "principal or a registry token into it, as below: these last longer.",
        ),
        (
            ECR,
            "me",
            "x",
            (
                "The user name in secret own isn't AWS, the only one that Amazon ECR accepts. Correct the login, as "
                "below."
            ),
        ),
        (
            ECR,
            "AWS",
            "x",
            "The token in secret own has expired: an Amazon ECR token is valid for 12 hours. Put a new one into it, "
            "as below, and have it renewed automatically.",
        ),
        (
            "europe-docker.pkg.dev",
            "_json_key",
            "/key.json",
            "The user name in secret own is _json_key, but its password isn't a JSON key. Put the whole JSON file "
            "into it as the password, as below.",
        ),
        (
            "europe-docker.pkg.dev",
            "oauth2accesstoken",
            "x",
            (
                "The token in secret own has expired. Put a new one into it, as below, or better, a login that "
                "doesn't expire."
            ),
        ),
        (
            "fra.ocir.io",
            "me",
            "x",
            "The user name in secret own has no tenancy prefix, and Oracle's registry accepts only "
            "TENANCY_NAMESPACE/USER. Correct the login with the tenancy's object storage namespace in front, as "
            "below.",
        ),
        (
            "docker.io",
            "me@corp.example",
            "x",
            "The user name in secret own is an e-mail address, but Docker Hub requires the Docker ID. Correct the "
            "login with the Docker ID and an access token, as below.",
        ),
        (
            "registry.redhat.io",
            "12345",
            "x",
            "The user name in secret own is only a number, because a shell read the | after it as a pipe. Correct "
            "the login with the whole name in single quotes, as in 'NUMBER|NAME'.",
        ),
        (
            REGISTRY,
            "me",
            "x\n",
            "The password in secret own ends with a newline, which is sent too. Recreate it with kubectl, as below: "
            "echo adds such a newline.",
        ),
    ],
)
def test_what_can_be_seen_to_be_wrong_is_said_without_any_value(host: str, user: str, password: str, text: str) -> None:
    key = "https://index.docker.io/v1/" if host == "docker.io" else host
    assert refused(holds("own", {key: login(user, password)}), image=f"{host}/acme/app:1").text == text


def test_the_login_whose_fault_shows_is_the_one_of_several() -> None:
    fix = refused(holds("a"), holds("b", {REGISTRY: login("robot")}))
    assert fix.text.startswith("A shell expanded the $ in the user name of secret b")


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        (holds("regcred", {REGISTRY: login(), "ghcr.io": login()}), "which serves other registries too"),
        (holds("regcred", immutable=True), "which is immutable"),
        (holds("regcred", kind="kubernetes.io/dockercfg", document={REGISTRY: login()}), "which has an older type"),
    ],
)
def test_what_may_not_or_cannot_be_replaced_is_left_alone(secret: JsonObject, why: str) -> None:
    fix = refused(secret)
    assert fix.text == (
        f"{REGISTRY} refused the login in secret regcred. Leave secret regcred, {why}, as it is: create secret {NEW} "
        f"with the right login for {REGISTRY}, and add it to the pull secrets."
    )
    assert lines(fix) == ADDED


def test_what_is_lost_is_said_only_of_a_secret_that_could_not_be_read() -> None:
    hidden = {**holds("regcred"), "data": {}}
    del hidden["data"]
    fix = refused(hidden)
    assert fix.text == (
        f"{REGISTRY} refused the login in secret regcred. Put the right user and password into it; its logins for "
        "other registries would be lost."
    )
    assert "lost" not in refused(holds("regcred")).text


def test_where_several_could_not_be_read_one_more_is_made() -> None:
    hidden = [{key: value for key, value in holds(name).items() if key != "data"} for name in ("a", "b")]
    fix = refused(*hidden)
    assert fix.text.startswith(f"{REGISTRY} refused the login. Create pull secret {NEW}")
    assert lines(fix)[1] == named("a", "b", NEW)


def test_nothing_is_put_right_where_no_secret_is_named() -> None:
    assert put_login_right(context_of(failing(text=UNAUTHORIZED))) == []


def test_a_refused_login_is_put_right_where_it_is_written() -> None:
    fix = refused(holds("regcred", metadata=EXTERNAL))
    assert fix.text == (
        f"{REGISTRY} refused the login in secret regcred. ExternalSecret pull writes it, and would overwrite a "
        "manual change: put the right login into the store that it reads, and trigger a sync."
    )
    assert lines(fix) == [
        "kubectl describe externalsecret pull -n shop",
        'kubectl annotate externalsecret pull -n shop force-sync="$(date +%s)" --overwrite &&',
        RETRY,
    ]


def test_a_secret_for_nearly_the_same_host_is_put_right_where_it_is_written() -> None:
    almost = holds("regcred", {"registry.example.org": login()}, metadata=EXTERNAL)
    at_source, beside = repair_unfit(context_of(failing(IMAGE, ANONYMOUS, ["regcred"]), secrets=[almost]))
    assert at_source.text == (
        f"Secret regcred is for registry.example.org, not for {REGISTRY}. ExternalSecret pull writes it, and would "
        "overwrite a manual change: put the right login into the store that it reads, and trigger a sync."
    )
    assert at_source.where is Where.SOURCE
    assert beside.text.startswith("Or, if secret regcred is meant for other images: create pull secret")
    assert beside.basis is Basis.GUESS
