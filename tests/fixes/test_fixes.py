"""What repairs a failure of an image or of credentials: exact texts and commands."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest
from fixing import WEB, check_commands, commands, failing, fixes_for, found, says, short_fix

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.failures.failure import FailureText
from kubectl_imagepull.fixes import Fix
from kubectl_imagepull.vocabulary.causes import Cause, What
from kubectl_imagepull.vocabulary.workload import Workload

NOTE = "First put the password into REGISTRY_PASSWORD (read -rs REGISTRY_PASSWORD)."
ASKED = '--docker-username=YOUR_USERNAME --docker-password="$REGISTRY_PASSWORD"'
ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"


def test_a_missing_tag_is_pushed_or_another_is_named() -> None:
    assert fixes_for(failing(), says(Cause.TAG_NOT_FOUND, repositoryVerified=True), WEB) == (
        Fix(
            "registry.corp.example/shop/web has no tag v9: push it, or name one that exists.",
            ("kubectl set image deployment/web app=registry.corp.example/shop/web:EXISTING_TAG -n shop",),
        ),
        Fix(
            "See which tags registry.corp.example/shop/web has (a private one wants skopeo login first).",
            ("skopeo list-tags docker://registry.corp.example/shop/web",),
        ),
        Fix(
            "If a build should have pushed it, look there: once it is in the registry, the kubelet finds it within five "
            "minutes and nothing has to be changed.",
        ),
    )


def test_the_three_readings_of_a_repository_that_does_not_exist() -> None:
    readings = (
        Fix(
            "The cluster tried docker.io/library/myimage:latest. If the registry or the owner was left out, write them in "
            "front of the name.",
            ("kubectl set image deployment/web app=REGISTRY/OWNER/myimage:EXISTING_TAG -n shop",),
        ),
        Fix(
            "Or, if the name is not in full or misspelt, correct it: compare each part of library/myimage with the "
            "registry's. This lists the tags if the repository is there.",
            ("skopeo list-tags docker://docker.io/library/myimage",),
        ),
        Fix(
            "Or, if the repository is there but has no tag latest, which the cluster asks for when the image names none, "
            "name one that exists.",
            ("kubectl set image deployment/web app=docker.io/library/myimage:EXISTING_TAG -n shop",),
        ),
    )
    image = failing("myimage")
    assert fixes_for(image, says(Cause.REPOSITORY_NOT_FOUND), WEB) == readings
    assert fixes_for(image, says(Cause.TAG_NOT_FOUND, repositoryVerified=False), WEB) == readings
    private = fixes_for(image, says(Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE), WEB)
    assert private[:3] == readings
    assert private[3] == Fix(
        f"If it is private: create a pull secret for docker.io, named in deployment/web. {NOTE}",
        (
            f"kubectl create secret docker-registry regcred-docker-io -n shop --docker-server=https://index.docker.io/v1/ {ASKED}",
            """kubectl patch deployment/web -n shop -p '{"spec":{"template":{"spec":{"imagePullSecrets":[{"name":"regcred-docker-io"}]}}}}'""",
        ),
    )


def test_a_name_with_a_registry_and_no_secret_is_probably_private() -> None:
    fixes = fixes_for(failing("ghcr.io/acme/app:2"), says(Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE), WEB)
    assert fixes[0].text.startswith("If it is private: create a pull secret for ghcr.io")
    assert fixes[1].text.startswith("The cluster tried ghcr.io/acme/app:2. If the name is not in full or misspelt")
    assert fixes[2].text.startswith("Or, if registry ghcr.io and owner acme isn't where the image is")
    assert fixes[2].commands == ("kubectl set image deployment/web app=REGISTRY/OWNER/app:2 -n shop",)


def test_of_a_full_name_that_is_not_there_the_tag_is_doubted_first() -> None:
    fixes = fixes_for(failing(), says(Cause.TAG_NOT_FOUND, repositoryVerified=False), WEB)
    assert fixes[0] == Fix(
        "The cluster tried registry.corp.example/shop/web:v9. If the repository is there but has no tag v9, name one that "
        "exists.",
        ("kubectl set image deployment/web app=registry.corp.example/shop/web:EXISTING_TAG -n shop",),
    )
    assert [fix.commands[0].split(" -n ")[0] for fix in fixes[1:]] == [
        "skopeo list-tags docker://registry.corp.example/shop/web",
        "kubectl set image deployment/web app=REGISTRY/OWNER/web:v9",
    ]


def test_no_credentials_makes_a_secret_and_names_it_in_the_template_or_the_service_account() -> None:
    failure = failing(spec={"serviceAccountName": "runner"})
    assert fixes_for(failure, says(Cause.NO_CREDENTIALS), WEB) == (
        Fix(
            f"Create a pull secret for registry.corp.example in namespace shop and name it in deployment/web. {NOTE}",
            (
                f"kubectl create secret docker-registry regcred-registry-corp-example -n shop --docker-server=registry.corp.example {ASKED}",
                """kubectl patch deployment/web -n shop -p '{"spec":{"template":{"spec":{"imagePullSecrets":[{"name":"regcred-registry-corp-example"}]}}}}'""",
            ),
        ),
        Fix(
            "Or create it and name it in service account runner, for all its pods that name none themselves; pods must be "
            f"made anew to get it. The patch stops if the account names secrets already. {NOTE}",
            (
                f"kubectl create secret docker-registry regcred-registry-corp-example -n shop --docker-server=registry.corp.example {ASKED}",
                "kubectl patch serviceaccount/runner -n shop --type=json -p "
                """'[{"op":"test","path":"/imagePullSecrets","value":null},"""
                """{"op":"add","path":"/imagePullSecrets","value":[{"name":"regcred-registry-corp-example"}]}]'""",
                "kubectl rollout restart deployment/web -n shop",
            ),
        ),
    )


def test_a_further_secret_keeps_those_that_the_pod_has() -> None:
    fixes = fixes_for(failing(secrets=("regcred-registry-corp-example", "other")), says(Cause.NO_CREDENTIALS), WEB)
    assert (
        fixes[1]
        .commands[0]
        .startswith("kubectl create secret docker-registry regcred-registry-corp-example-2 -n shop ")
    )
    patch = json.loads(shlex.split(fixes[1].commands[1])[-1])
    names = patch["spec"]["template"]["spec"]["imagePullSecrets"]
    assert names == [
        {"name": name} for name in ("regcred-registry-corp-example", "other", "regcred-registry-corp-example-2")
    ]
    assert fixes[0].commands == (
        r"kubectl get secret regcred-registry-corp-example -n shop -o 'jsonpath={.data.\.dockerconfigjson}' | base64 -d | jq '.auths | keys'",
        r"kubectl get secret other -n shop -o 'jsonpath={.data.\.dockerconfigjson}' | base64 -d | jq '.auths | keys'",
    )


def test_a_secret_of_the_wrong_type_is_made_again_under_its_name() -> None:
    evidence = (found("PullSecretWrongType", "Secret other is Opaque."),)
    fixes = fixes_for(failing(secrets=("regcred", "other")), says(Cause.NO_CREDENTIALS), WEB, evidence)
    assert fixes[0].commands[0] == (
        f"kubectl create secret docker-registry other -n shop --docker-server=registry.corp.example {ASKED} "
        "--dry-run=client -o yaml | kubectl replace --force -n shop -f -"
    )
    assert fixes[0].text == (
        "The kubelet ignores secret other because of its type: make it again as docker-registry. What else it holds is "
        f"lost, its labels too. {NOTE}"
    )


def test_pods_older_than_the_service_account_s_secrets_are_made_anew() -> None:
    evidence = (found("ServiceAccountSecretsChanged", "", Result.INFO),)
    first = fixes_for(failing(), says(Cause.NO_CREDENTIALS), WEB, evidence)[0]
    assert first.commands == ("kubectl rollout restart deployment/web -n shop",)


def test_a_cloud_registry_wants_the_node_s_identity_first() -> None:
    fixes = fixes_for(failing(f"{ECR}/shop/web:1"), says(Cause.NO_CREDENTIALS), WEB)
    assert fixes[0].text.startswith("Amazon ECR: Give the node's role ecr:GetAuthorizationToken and ecr:BatchGetImage")
    assert fixes[1].commands[0] == (
        f"kubectl create secret docker-registry regcred-123456789012-dkr-ecr-eu-west-1-amazonaws-com -n shop --docker-server={ECR} --docker-username=AWS "
        '--docker-password="$(aws ecr get-login-password --region eu-west-1)"'
    )


@pytest.mark.parametrize(
    ("image", "option"),
    [
        ("europe-docker.pkg.dev/p/r/i:1", '--docker-username=_json_key --docker-password="$(cat KEY_FILE.json)"'),
        ("harbor.corp.example/p/i:1", """'--docker-username=robot$NAME' --docker-password="$REGISTRY_PASSWORD\""""),
        ("fra.ocir.io/t/i:1", '--docker-username=TENANCY/YOUR_USERNAME --docker-password="$REGISTRY_PASSWORD"'),
        ("de.icr.io/ns/i:1", '--docker-username=iamapikey --docker-password="$REGISTRY_PASSWORD"'),
    ],
)
def test_each_registry_has_its_form_of_user_name(image: str, option: str) -> None:
    assert any(
        command.endswith(option) for command in commands(fixes_for(failing(image), says(Cause.NO_CREDENTIALS), WEB))
    )


@pytest.mark.parametrize(
    ("image", "word"),
    [
        ("acme.azurecr.io/a:1", "az aks update --attach-acr"),
        ("ghcr.io/a/b:1", "read:packages"),
        ("quay.io/a/b:1", "robot account"),
        ("registry.gitlab.com/a/b:1", "read_registry"),
        ("harbor.corp.example/p/i:1", "robot$NAME"),
        ("gcr.io/p/i:1", "roles/artifactregistry.reader"),
        ("acme.jfrog.io/a/b:1", "WWW-Authenticate"),
        ("nexus.corp.example/a:1", "Docker Bearer Token Realm"),
    ],
)
def test_each_registry_has_advice_of_its_own(image: str, word: str) -> None:
    assert word in " ".join(fix.text for fix in fixes_for(failing(image), says(Cause.NO_CREDENTIALS), WEB))


def test_a_refused_password_is_put_right() -> None:
    fixes = fixes_for(failing("you/app:1", secrets=("hub",)), says(Cause.BAD_CREDENTIALS), WEB)
    assert (
        fixes[0].text
        == f"Put the right user and password for docker.io into secret hub; its entries for other registries are lost. {NOTE}"
    )
    assert fixes[0].commands == (
        f"kubectl create secret docker-registry hub -n shop --docker-server=https://index.docker.io/v1/ {ASKED} "
        "--dry-run=client -o yaml | kubectl patch secret/hub -n shop --type=merge --patch-file=/dev/stdin",
        "kubectl delete pod web-5d9c-abcde -n shop",
    )
    assert "breaks public images, too" in fixes[1].text


def test_the_secret_that_the_evidence_names_is_the_one() -> None:
    evidence = (found("PullSecretMatches", "The kubelet sends the entry of secret b.y for this image."),)
    fixes = fixes_for(failing(secrets=("b", "b.y")), says(Cause.BAD_CREDENTIALS), WEB, evidence)
    assert fixes[0].commands[0].startswith("kubectl create secret docker-registry b.y -n shop ")
    unsure = fixes_for(failing(secrets=("b", "b.y")), says(Cause.BAD_CREDENTIALS), WEB)
    assert "into secret SECRET_NAME (b or b.y);" in unsure[0].text


def test_an_ecr_token_is_renewed_in_place() -> None:
    fixes = fixes_for(failing(f"{ECR}/a:1", secrets=("ecr",)), says(Cause.EXPIRED_CREDENTIALS), WEB)
    assert fixes[0].commands[0] == (
        f"kubectl create secret docker-registry ecr -n shop --docker-server={ECR} --docker-username=AWS "
        '--docker-password="$(aws ecr get-login-password --region eu-west-1)" --dry-run=client -o yaml | '
        "kubectl patch secret/ecr -n shop --type=merge --patch-file=/dev/stdin"
    )
    assert "node's role" in fixes[1].text


def test_credentials_that_no_secret_holds_come_from_the_node() -> None:
    fixes = fixes_for(failing(), says(Cause.BAD_CREDENTIALS), WEB)
    assert fixes[0].text.startswith("On node worker-a: the pod names no pull secret, so the credentials for")
    assert "tried first" in fixes[1].text


def test_a_forbidden_pull_is_allowed_in_the_registry() -> None:
    fixes = fixes_for(failing(f"{ECR}/fraud/scorer:1", secrets=("ecr",)), says(Cause.FORBIDDEN), WEB)
    assert "ecr:BatchGetImage" in fixes[0].text
    assert fixes[1].text.startswith(f"Let the account in secret ecr pull fraud/scorer at {ECR}")


def test_a_missing_secret_is_created_or_copied() -> None:
    failure = failing(secrets=("good", "regcred"))
    evidence = (
        found("PullSecretMissing", "Secret regcred isn't in namespace shop."),
        found("PullSecretOtherNamespace", "not allowed to look elsewhere", Result.SKIPPED),
    )
    create, other, copy = fixes_for(failure, says(Cause.PULL_SECRET_MISSING), WEB, evidence)
    assert fixes_for(failure, says(Cause.PULL_SECRET_MISSING), WEB, evidence[:1]) == (create, other)
    assert create == Fix(
        f"Create secret regcred in namespace shop: deployment/web names it and it isn't there. {NOTE}",
        (
            f"kubectl create secret docker-registry regcred -n shop --docker-server=registry.corp.example {ASKED}",
            "kubectl delete pod web-5d9c-abcde -n shop",
        ),
    )
    assert other.commands == (
        "kubectl get secrets -n shop --field-selector type=kubernetes.io/dockerconfigjson",
        "kubectl get serviceaccount/default -n shop -o yaml",
    )
    assert copy.commands[0] == (
        "kubectl get secret regcred -n OTHER_NAMESPACE -o json | kubectl patch --local -f - --type=merge -p "
        """'{"metadata":{"namespace":"shop","resourceVersion":null,"uid":null,"creationTimestamp":null,"""
        """"ownerReferences":null,"managedFields":null,"annotations":null}}' -o json | kubectl create -n shop -f -"""
    )
    elsewhere = (*evidence, found("PullSecretOtherNamespace", "", Result.INFO))
    assert fixes_for(failure, says(Cause.PULL_SECRET_MISSING), WEB, elsewhere)[0] == copy


def test_the_event_tells_which_secret_is_missing() -> None:
    text = FailureText(
        "Unable to retrieve some image pull secrets (b); attempting to pull the image may not succeed.", "event"
    )
    fixes = fixes_for(failing(secrets=("a", "b"), texts=(text,)), says(Cause.PULL_SECRET_MISSING), WEB)
    assert fixes[0].text.startswith("Create secret b in namespace shop")


def test_a_malformed_secret_is_made_again() -> None:
    fixes = fixes_for(failing(secrets=("regcred",)), says(Cause.PULL_SECRET_MALFORMED), WEB)
    assert fixes[0].commands[0].endswith(" --dry-run=client -o yaml | kubectl replace --force -n shop -f -")
    assert "What else it holds is lost, its labels too." in fixes[0].text


def test_a_failing_credential_provider_is_in_the_kubelet_s_log() -> None:
    fixes = fixes_for(failing("acme.azurecr.io/a:1"), says(Cause.CREDENTIAL_PROVIDER_FAILED), WEB)
    assert "attach-acr" in fixes[0].text
    assert fixes[1].commands == (
        "journalctl -u kubelet --since '1 hour ago' | grep 'Failed to provide credentials for image'",
    )


def test_an_earlier_revision_that_ran_is_offered() -> None:
    ran, newer = "registry.corp.example/shop/web:v7", "registry.corp.example/shop/web:v8"
    evidence = (
        Evidence(Check.PREVIOUS_IMAGE, Result.INFO, "", "3", (ran,)),
        Evidence(
            Check.KNOWN_TAGS, Result.INFO, "", "registry.corp.example/shop/web", (newer, ran, "evil.example/x:1", "a b")
        ),
    )
    for verdict in (says(Cause.TAG_NOT_FOUND), says(Cause.TAG_NOT_FOUND, repositoryVerified=False)):
        fixes = fixes_for(failing(), verdict, WEB, evidence)
        assert fixes[0] == Fix(
            f"Take deployment/web back to the revision with the image that ran ({ran}).",
            ("kubectl rollout undo deployment/web --to-revision=3 -n shop",),
        )
        assert fixes[1].text.endswith("Known to exist: v7, v8.")
        assert fixes[1].commands == (f"kubectl set image deployment/web app={ran} -n shop",)


def test_a_secret_that_fits_by_now_needs_only_a_new_try() -> None:
    evidence = (Evidence(Check.PULL_SECRET_MATCHES, Result.OK, "", "good"),)
    first = fixes_for(failing(secrets=("good",)), says(Cause.NO_CREDENTIALS), WEB, evidence)[0]
    assert first == Fix(
        "Secret good holds credentials for registry.corp.example by now, and the error may be older: make the pod anew and "
        "see.",
        ("kubectl delete pod web-5d9c-abcde -n shop",),
    )


def test_a_secret_that_is_proven_not_to_fit_is_repaired_before_names_are_doubted() -> None:
    evidence = (Evidence(Check.PULL_SECRET_OTHER_REGISTRY, Result.BAD, "", "hub", ("https://index.docker.io/v1",)),)
    failure = failing("team/app:1", secrets=("hub",))
    first = fixes_for(failure, says(Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE), WEB, evidence)[0]
    assert "--docker-server=https://index.docker.io/v1/" in first.commands[0]


def test_a_missing_secret_is_copied_from_where_it_is() -> None:
    failure = failing(spec={"imagePullSecrets": [{"name": "regcred"}]})
    evidence = (
        Evidence(Check.PULL_SECRET_MISSING, Result.BAD, "", "regcred"),
        Evidence(Check.PULL_SECRET_OTHER_NAMESPACE, Result.INFO, "", "regcred", ("payments", "web")),
    )
    fixes = fixes_for(failure, says(Cause.PULL_SECRET_MISSING), WEB, evidence)
    assert fixes[0].commands[0].startswith("kubectl get secret regcred -n payments -o json | kubectl patch --local ")


@pytest.mark.parametrize(
    ("image", "meant"),
    [
        ("registry.corp.example/Shop/Web:V1", "registry.corp.example/shop/web:V1"),
        ("https://ghcr.io/a/b:1", "ghcr.io/a/b:1"),
        ('"ghcr.io/a/b:1"', "ghcr.io/a/b:1"),
        ("ghcr.io/a/b:1.0+build.7", "ghcr.io/a/b:1.0-build.7"),
    ],
)
def test_an_invalid_name_is_corrected_where_only_one_can_be_meant(image: str, meant: str) -> None:
    (fix,) = fixes_for(failing(image), says(Cause.INVALID_REFERENCE), WEB)
    assert f"Probably {meant} is meant." in fix.text
    assert fix.commands == (f"kubectl set image deployment/web app={meant} -n shop",)


@pytest.mark.parametrize("image", ["Nginx", "Nginx:latest", "a:b:c", ""])
def test_an_invalid_name_that_may_mean_anything_is_left_to_the_user(image: str) -> None:
    (fix,) = fixes_for(failing(image), says(Cause.INVALID_REFERENCE), WEB)
    assert fix.commands == ("kubectl set image deployment/web app=REGISTRY/REPOSITORY:EXISTING_TAG -n shop",)


def test_a_template_is_rendered_again() -> None:
    fixes = fixes_for(failing("{{ .Values.image }}"), says(Cause.INVALID_REFERENCE), WEB)
    assert "'{{ .Values.image }}': it holds a template or variable that was never filled in. Render" in fixes[0].text


def test_places_that_moved() -> None:
    moved = {
        "k8s.gcr.io/kube-proxy:v1.30.0": "registry.k8s.io/kube-proxy:v1.30.0",
        "bitnami/redis:7.0": "docker.io/bitnamilegacy/redis:7.0",
        "docker.io/bitnami/redis": "docker.io/bitnamilegacy/redis:EXISTING_TAG",
        "docker.pkg.github.com/a/b/c:1": "ghcr.io/OWNER/IMAGE:EXISTING_TAG",
    }
    for image, new in moved.items():
        first = fixes_for(failing(image), says(Cause.TAG_NOT_FOUND), WEB)[0]
        assert first.commands == (f"kubectl set image deployment/web app={new} -n shop",)
        assert short_fix(failing(image), says(Cause.TAG_NOT_FOUND), WEB).startswith("Pull ")
    bitnami = fixes_for(failing("bitnami/redis:7.0"), says(Cause.TAG_NOT_FOUND), WEB)
    assert "stop-gap only: it gets no updates any more" in bitnami[0].text
    limited = fixes_for(failing("bitnami/redis:7.0"), says(Cause.RATE_LIMITED), WEB)
    assert not any("bitnamilegacy" in command for command in commands(limited))
    last = fixes_for(failing("gcr.io/my-project/a:1"), says(Cause.TAG_NOT_FOUND), WEB)[-1]
    assert last.commands == ("gcloud artifacts docker upgrade migrate --projects=my-project",)


def test_kubernetes_own_registry_never_wants_a_login() -> None:
    fixes = fixes_for(failing("registry.k8s.io/pause:3.9"), says(Cause.FORBIDDEN), WEB)
    assert len(fixes) == 1
    assert fixes[0].text.startswith("registry.k8s.io is public, so no login is missing")


def test_a_name_without_registry_is_said_to_be_docker_hub_s() -> None:
    fixes = fixes_for(failing("you/app:1"), says(Cause.NO_CREDENTIALS), WEB)
    assert fixes[-1].text == "The image names no registry, so it is Docker Hub's docker.io/you/app that is asked for."
    explicit = fixes_for(failing("docker.io/you/app:1"), says(Cause.NO_CREDENTIALS), WEB)
    assert not any("names no registry" in fix.text for fix in explicit)


def test_who_writes_the_workload_comes_first() -> None:
    helm = Workload("Deployment", "web", "Helm release web")
    fixes = fixes_for(failing(), says(Cause.TAG_NOT_FOUND), helm)
    assert fixes[0].text == (
        "Helm release web owns deployment/web: make the change in the chart or its values, then helm upgrade. What the "
        "commands below change in the cluster lasts only until it writes the workload again."
    )
    assert fixes[1:] == fixes_for(failing(), says(Cause.TAG_NOT_FOUND), WEB)
    unrelated = fixes_for(failing(), says(Cause.NODE_DISK_FULL), helm)
    assert unrelated == fixes_for(failing(), says(Cause.NODE_DISK_FULL), WEB)


def test_what_to_run_afterwards() -> None:
    def after(kind: str, name: str = "web", **kwargs: Any) -> tuple[str, ...]:
        return check_commands(failing(**kwargs), Workload(kind, name))

    for kind in ("deployment", "statefulset", "daemonset"):
        assert after(kind.capitalize()) == (
            f"kubectl rollout status {kind}/web -n shop --timeout=2m",
            f"kubectl imagepull diagnose {kind}/web -n shop",
        )
    assert after("Pod", "web-5d9c-abcde") == (
        "kubectl wait --for=condition=Ready pod/web-5d9c-abcde -n shop --timeout=2m",
        "kubectl imagepull diagnose pod/web-5d9c-abcde -n shop",
    )
    assert after("Job") == ("kubectl get pods -n shop -l job-name=web", "kubectl imagepull diagnose job/web -n shop")
    assert after("CronJob")[0] == "kubectl get jobs,pods -n shop"
    assert after("Rollout")[0] == "kubectl get rollout/web -n shop"
    assert (
        after("Deployment", what=What.EPHEMERAL_CONTAINER)[1] == "kubectl imagepull diagnose pod/web-5d9c-abcde -n shop"
    )


OTHER = Evidence(Check.OTHER_PULL_SECRET, Result.INFO, "pod shop/api-1 runs with it", "shop/api-1", ("regcred",))


def test_a_secret_that_is_there_is_tried_before_one_is_made() -> None:
    first, second = fixes_for(failing(), says(Cause.NO_CREDENTIALS), WEB, (OTHER,))[:2]
    assert first == Fix(
        "Try secret regcred first, which the evidence names: in namespace shop it may be good for registry.corp.example. "
        "This names it in deployment/web.",
        (
            "kubectl patch deployment/web -n shop -p "
            """'{"spec":{"template":{"spec":{"imagePullSecrets":[{"name":"regcred"}]}}}}'""",
        ),
    )
    assert second.text.startswith("Create a pull secret for registry.corp.example in namespace shop and name it in ")
    assert short_fix(failing(), says(Cause.NO_CREDENTIALS), WEB, (OTHER,)) == "Try secret regcred in deployment/web"
    two = Evidence(Check.OTHER_PULL_SECRET, Result.INFO, "", "shop/api-1", ("mail", "regcred"))
    assert fixes_for(failing(), says(Cause.NO_CREDENTIALS), WEB, (two,))[0].text.startswith(
        "Try secrets mail and regcred first, "
    )


def test_a_secret_that_is_there_is_named_beside_those_that_do_not_help() -> None:
    names = """[{"name":"own"},{"name":"regcred"}]"""
    for cause, evidence, rest in (
        (Cause.NO_CREDENTIALS, found("PullSecretOtherRegistry"), "No secret that the pod names (own) fits"),
        (Cause.PULL_SECRET_MISSING, found("PullSecretMissing"), "Create secret own in namespace shop: "),
        (Cause.PULL_SECRET_MISSING, found("PullSecretOtherNamespace"), "Copy it from another namespace"),
    ):
        first, second = fixes_for(failing(secrets=("own",)), says(cause), WEB, (OTHER, evidence))[:2]
        assert first.text.startswith("Try secret regcred first, ")
        assert f'"imagePullSecrets":{names}' in first.commands[0]
        assert second.text.startswith(rest)


def test_where_it_may_be_private_a_secret_that_is_there_is_one_of_the_readings() -> None:
    verdict = says(Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE)
    text = "If it is private, try secret regcred first, which the evidence names: "
    assert fixes_for(failing(), verdict, WEB, (OTHER,))[0].text.startswith(text)
    assert fixes_for(failing("you/app:1"), verdict, WEB, (OTHER,))[3].text.startswith(text)
    unread = fixes_for(failing(secrets=("own",)), verdict, WEB, (OTHER,))
    assert unread[3].text.startswith(text)
    unfit = fixes_for(failing(secrets=("own",)), verdict, WEB, (OTHER, found("PullSecretOtherRegistry")))
    assert [unfit[0].text[: len(text)], len(unfit)] == [text, 4]
