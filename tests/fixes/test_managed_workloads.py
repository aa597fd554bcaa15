"""Workloads that somebody else writes: where the change has to be made, before what changes only the cluster."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace

import pytest
from clusters import cluster
from situations import WEB, deployment, diagnosed, fails, fixes, held, lines, node, owned_by, template

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.ranking import fixes_for
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.fix import Basis, Where, shell_lines

RELEASE = {"annotations": {"meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "infra"}}
TRACKED = {"annotations": {"argocd.argoproj.io/tracking-id": "store:apps/Deployment:shop/web"}}


@pytest.mark.parametrize(
    ("marks", "text"),
    [
        (
            RELEASE,
            "Helm release web in namespace infra writes deployment/web: change it in the release's values, by convention "
            "image.repository and image.tag, and run helm upgrade. What is changed in the cluster is lost at the next "
            "upgrade.",
        ),
        (
            {"labels": {"helm.sh/chart": "web-1.2.3"}},
            "deployment/web was rendered from a Helm chart web-1.2.3: change the chart's values, by convention "
            "image.repository and image.tag, where they are applied from. A change in the cluster lasts until they are "
            "applied again.",
        ),
        (
            TRACKED,
            "Argo CD application store writes deployment/web: change it in the Git repository that the application reads, "
            "and sync. A change in the cluster is undone at the next sync, at once where self-heal is on.",
        ),
        (
            {"labels": {"kustomize.toolkit.fluxcd.io/name": "apps", "kustomize.toolkit.fluxcd.io/namespace": "flux"}},
            "Flux kustomization flux/apps writes deployment/web: change it in the Git repository that it reads. A change in "
            "the cluster is undone within minutes, unless flux suspend kustomization apps -n flux comes first.",
        ),
        (
            {"labels": {"helm.toolkit.fluxcd.io/name": "web", "helm.toolkit.fluxcd.io/namespace": "apps"}},
            "Flux release apps/web writes deployment/web: change the values of that HelmRelease (image.repository and "
            "image.tag), in Git where it comes from there. A change in the cluster is lost at its next upgrade.",
        ),
        (
            {
                "ownerReferences": [
                    {"apiVersion": "acme.example/v1", "kind": "Shop", "name": "main", "controller": True}
                ]
            },
            "Shop main writes deployment/web: change it there (kind Shop, acme.example). Its operator overwrites a change "
            "of the workload itself.",
        ),
        (
            {"labels": {"addonmanager.kubernetes.io/mode": "Reconcile"}},
            "The cluster's add-on manager writes deployment/web and overwrites what is changed in it. See first whether "
            "its node reaches the registry: the image of an add-on is rarely at fault.",
        ),
        (
            {"annotations": {"image.openshift.io/triggers": '[{"from":{"kind":"ImageStreamTag"}}]'}},
            "An image stream's tag writes the image of deployment/web (annotation image.openshift.io/triggers): move the "
            "tag with oc tag or oc import-image. An image that is set by hand is overwritten.",
        ),
        (
            {"labels": {"app.kubernetes.io/managed-by": "acme-deployer"}},
            "acme-deployer says by a label that it writes deployment/web: change it there. A change in the cluster may last "
            "only until it writes the workload again.",
        ),
    ],
)
def test_who_writes_it_comes_before_what_changes_the_cluster(marks: JsonObject, text: str) -> None:
    writer, first, *_ = fixes(deployment(fails(), marks=marks))
    assert (writer.text, writer.basis, writer.where) == (text, Basis.EVIDENCE, Where.SOURCE)
    assert first.text.startswith("registry.example.com/shop/web:v9 wasn't found")


def test_helm_shows_the_values_of_the_cluster_that_was_read() -> None:
    found = diagnosed(deployment(fails(), marks=RELEASE))
    assert lines(fixes_for(FixContext(found))[0]) == ["helm get values web -n infra --all"]
    other = replace(found, reach=(("--context", "prod"), ("--kubeconfig", "prod.yaml")))
    assert lines(fixes_for(FixContext(other))[0]) == [
        "helm get values web -n infra --all --kube-context prod --kubeconfig prod.yaml"
    ]
    unlike = replace(found, reach=(("--server", "https://192.0.2.1"),))
    assert lines(fixes_for(FixContext(unlike))[0]) == []


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("no match for platform in manifest: not found", "by convention nodeSelector, "),
        ("manifest unknown: manifest unknown", "by convention image.repository and image.tag, "),
    ],
)
def test_the_value_that_has_to_be_changed(text: str, setting: str) -> None:
    nodes = [node("node-a", platform="windows/amd64"), node("node-b")]
    assert setting in fixes(deployment(fails(text=text), marks=RELEASE, Node=nodes))[0].text


def test_the_values_of_a_dependency_stand_under_its_name() -> None:
    pod = fails()
    pod["metadata"]["labels"] = {**pod["metadata"].get("labels", {}), "helm.sh/chart": "postgresql-10.16.2"}
    assert (
        "image.tag (if chart postgresql is a dependency there: postgresql.image.repository and postgresql.image.tag),"
        in (fixes(deployment(pod, marks=RELEASE))[0].text)
    )
    pod["metadata"]["labels"]["helm.sh/chart"] = "web-2.0.0"
    assert "dependency" not in fixes(deployment(pod, marks=RELEASE))[0].text


def test_what_has_to_be_asked_for_comes_before_the_writer_of_what_is_changed_after_it() -> None:
    digest = "registry.example.com/shop/web@sha256:" + "ab" * 32
    running = fails(digest, name="web-6b-1")
    running["status"]["containerStatuses"][0] = {"name": "app", "imageID": digest, "state": {"running": {}}}
    found = fixes(deployment(fails(digest), running, image=digest, marks=TRACKED))
    assert found[0].where is Where.REGISTRY
    assert not any(fix.where is Where.SOURCE for fix in found), "nothing changes the workload"


def test_a_pod_of_an_operator_s_resource_is_changed_there() -> None:
    owner = owned_by("Cluster", "pg", "postgresql.cnpg.io/v1")
    writer, first, *_ = fixes(cluster([fails(name="pg-1", owner=owner)]))
    assert writer.text == (
        "An operator makes pod pg-1 from cluster/pg: change it there. A change of the pod itself lasts until the operator "
        "makes it again."
    )
    assert writer.brief == "Change cluster/pg"
    assert lines(first)[1].startswith("kubectl set image pod/pg-1 app=registry.example.com/shop/web:")


def test_what_an_operator_makes_again_and_again_is_changed_in_the_object_above() -> None:
    pod = fails(name="connect-0", owner=owned_by("StrimziPodSet", "connect", "core.strimzi.io/v1beta2"))
    labels = {"strimzi.io/kind": "KafkaConnect", "strimzi.io/cluster": "store"}
    pod["metadata"]["labels"] = labels
    writer = fixes(cluster([pod]))[0]
    assert writer.text == (
        "strimzipodset/connect is made from KafkaConnect store: change the pod template there, or in the chart or "
        "manifest that writes KafkaConnect. A change of strimzipodset/connect or of its pod is overwritten."
    )
    assert lines(writer) == ["kubectl edit kafkaconnect.kafka.strimzi.io store -n shop"]
    assert writer.brief == "Change the pod template in KafkaConnect store"
    pod["metadata"]["labels"] = {**labels, "strimzi.io/kind": "Run curl x | sh"}
    assert fixes(cluster([pod]))[0].text.startswith("An operator makes pod connect-0 from strimzipodset/connect")


def test_a_runner_s_pull_secrets_are_those_of_its_scale_set() -> None:
    text = (
        "failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token: 401 Unauthorized"
    )
    owner = owned_by("EphemeralRunner", "ci-x-runner-a", "actions.github.com/v1alpha1")
    pod = fails("ghcr.io/acme/runner:1", text, name="ci-x-runner-a", owner=owner)
    pod["metadata"]["labels"] = {"actions.github.com/scale-set-name": "ci"}
    writer = fixes(cluster([pod]))[0]
    assert writer.text == (
        "Add pull secret regcred-ghcr-io to the pull secrets (spec.template.spec.imagePullSecrets) of AutoscalingRunnerSet "
        "ci: ephemeralrunner/ci-x-runner-a is made from it. What is changed below it, or in it while a chart or Git "
        "writes it, is overwritten."
    )
    create, edit = lines(writer)
    assert create.startswith("kubectl create secret docker-registry regcred-ghcr-io -n shop --docker-server=ghcr.io ")
    assert edit == "kubectl edit autoscalingrunnerset.actions.github.com ci -n shop"
    assert shell_lines(writer.undo) == ("kubectl delete secret regcred-ghcr-io -n shop",)
    # a runner that is replaced by hand is made again from its scale set, as it was
    assert fixes(cluster([pod]))[1].text.startswith("Or add it to service account")
    assert writer.brief == "Add pull secret regcred-ghcr-io to AutoscalingRunnerSet ci"


def test_nobody_is_named_where_nobody_writes_it() -> None:
    assert not any(fix.where is Where.SOURCE for fix in fixes(deployment(fails())))
    advice = {"annotations": {"meta.helm.sh/release-name": "web'. Run 'curl x | sh' as cluster-admin"}}
    assert not any("curl" in fix.text for fix in fixes(deployment(fails(), marks=advice)))


def test_an_operator_above_a_set_is_its_manager() -> None:
    prometheus = {"apiVersion": "monitoring.coreos.com/v1", "kind": "Prometheus", "name": "k8s", "controller": True}
    sets = [held("StatefulSet", "db", owner=prometheus, spec=template(WEB))]
    one = fails(name="db-0", owner=owned_by("StatefulSet", "db"))
    writer = fixes(cluster([one], StatefulSet=sets))[0]
    assert writer.text.startswith("Prometheus k8s writes statefulset/db: change it there (kind Prometheus, ")


WANTS_LOGIN = (
    "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to "
    "https://registry.example.com/token: 401 Unauthorized"
)
SHOP = {"ownerReferences": [owned_by("Shop", "main", "acme.example/v1")]}


def test_a_new_pull_secret_goes_into_the_account_where_an_operator_overwrites_the_workload() -> None:
    only, *_ = fixes(deployment(fails(text=WANTS_LOGIN), marks=SHOP))
    assert only.text == (
        "Create pull secret regcred-registry-example-com for registry.example.com in namespace shop and add it to service "
        "account default: Shop main overwrites what is added to deployment/web."
    )
    create, patch, delete = lines(only)
    assert create.startswith("kubectl create secret docker-registry regcred-registry-example-com -n shop ")
    assert patch.removesuffix(" &&") == (
        """kubectl patch serviceaccount/default -n shop --type=json -p '[{"op":"test","path":"/imagePullSecrets","value":"""
        """null},{"op":"add","path":"/imagePullSecrets","value":[{"name":"regcred-registry-example-com"}]}]'"""
    )
    assert delete == "kubectl delete pod web-6b-x -n shop"
    assert (
        "The patch of the service account stops if the account already has secrets: then add it by hand." in only.notes
    )


def test_a_pull_secret_that_is_there_goes_into_the_account_too() -> None:
    auths = {"auths": {"registry.example.com": {"username": "ci", "password": "p"}}}
    secret = {
        **held("Secret", "regcred", type="kubernetes.io/dockerconfigjson"),
        "data": {".dockerconfigjson": b64encode(json.dumps(auths).encode()).decode()},
    }
    (only,) = fixes(deployment(fails(text=WANTS_LOGIN), marks=SHOP, Secret=[secret]))
    assert only.text == (
        "Add secret regcred to service account default: it has credentials for registry.example.com, but this pod doesn't "
        "reference it. Shop main overwrites what is added to deployment/web."
    )
    assert lines(only) == [
        """kubectl patch serviceaccount/default -n shop --type=json -p '[{"op":"test","path":"/imagePullSecrets","value":"""
        """null},{"op":"add","path":"/imagePullSecrets","value":[{"name":"regcred"}]}]' &&""",
        "kubectl delete pod web-6b-x -n shop",
    ]
    assert [str(step) for step in only.undo] == [
        """kubectl patch serviceaccount/default -n shop --type=json -p '[{"op":"test","path":"/imagePullSecrets","value":"""
        """[{"name":"regcred"}]},{"op":"remove","path":"/imagePullSecrets"}]'"""
    ]


def test_an_operator_s_pod_that_names_secrets_gets_none_of_its_account() -> None:
    named = fails(text=WANTS_LOGIN, spec={"imagePullSecrets": [{"name": "own"}]})
    found = fixes(deployment(named, marks=SHOP, Secret=[]))
    assert not any("serviceaccount/" in line for fix in found for line in lines(fix))
