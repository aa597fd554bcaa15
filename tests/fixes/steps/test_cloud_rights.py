"""Commands that let an identity pull from a cloud's registry, and take the right back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from refused import ECR, EKS_NODE, GKE_NODE, context_of, failing, holds, login

from kubectl_imagepull.evidence.refusal import Identity, IdentityKind
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps import cloud_rights
from kubectl_imagepull.fixes.steps.cloud_rights import Grant
from kubectl_imagepull.vocabulary.node_environment import NodeEnvironment, Platform

PULL_ONLY = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly"
ROLE = '"${NODE_ROLE:?the name of the role of the nodes, which is the last part of its ARN}"'
CLUSTER = '"${CLUSTER:?the name of the cluster}"'
GROUP = '"${RESOURCE_GROUP:?the resource group of the cluster}"'
GOOGLE_IMAGE = "europe-docker.pkg.dev/proj/repo/app:1"
READER = "--role=roles/artifactregistry.reader"


def context(image: str = f"{ECR}/team/app:1", environment: NodeEnvironment | None = None, **more: Any) -> FixContext:
    found = context_of(failing(image), **more)
    return FixContext(replace(found.diagnosis, environment=environment)) if environment else found


def shown(grant: Grant | None) -> tuple[list[str], list[str]]:
    assert grant
    return list(map(str, grant.commands)), list(map(str, grant.undo))


def test_a_role_that_the_text_names_gets_the_right_to_pull() -> None:
    assert shown(cloud_rights.amazon_grant(context(), "eks-node")) == (
        [f"aws iam attach-role-policy --role-name eks-node --policy-arn {PULL_ONLY}"],
        [f"aws iam detach-role-policy --role-name eks-node --policy-arn {PULL_ONLY}"],
    )


@pytest.mark.parametrize(
    ("environment", "look"),
    [
        (
            NodeEnvironment("node-a", Platform.EKS, pool="workers", machine=("i-0abc",)),
            f"aws eks describe-nodegroup --cluster-name {CLUSTER} --nodegroup-name workers --query nodegroup.nodeRole "
            "--output text",
        ),
        (
            NodeEnvironment("node-a", Platform.EKS, machine=("i-0abc",)),
            "aws ec2 describe-instances --instance-ids i-0abc --query "
            "'Reservations[].Instances[].IamInstanceProfile.Arn' --output text",
        ),
        (
            NodeEnvironment("node-a", Platform.EKS, machine=("i-0abc", "eu-west-1")),
            "aws ec2 describe-instances --instance-ids i-0abc --region eu-west-1 --query "
            "'Reservations[].Instances[].IamInstanceProfile.Arn' --output text",
        ),
        (
            NodeEnvironment("node-a", Platform.FARGATE),
            f"aws eks describe-fargate-profile --cluster-name {CLUSTER} --fargate-profile-name "
            '"${FARGATE_PROFILE:?the Fargate profile of the pod}" --query fargateProfile.podExecutionRoleArn --output text',
        ),
    ],
)
def test_the_nodes_role_is_looked_up_where_its_lines_tell(environment: NodeEnvironment, look: str) -> None:
    commands, _ = shown(cloud_rights.amazon_grant(context(environment=environment)))
    assert commands == [look, f"aws iam attach-role-policy --role-name {ROLE} --policy-arn {PULL_ONLY}"]


def test_a_node_of_eks_of_which_nothing_else_is_known_is_looked_up_by_its_cluster() -> None:
    commands, _ = shown(cloud_rights.amazon_grant(context(environment=NodeEnvironment("node-a", Platform.EKS))))
    assert commands[0] == f"aws eks list-nodegroups --cluster-name {CLUSTER}"


def test_a_node_that_tells_nothing_leaves_the_role_to_the_reader() -> None:
    commands, _ = shown(cloud_rights.amazon_grant(context(environment=NodeEnvironment("node-a"))))
    assert commands == [f"aws iam attach-role-policy --role-name {ROLE} --policy-arn {PULL_ONLY}"]


@pytest.mark.parametrize(
    ("host", "partition"),
    [
        (ECR, "aws"),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "aws-cn"),
        ("123456789012.dkr.ecr.us-gov-west-1.amazonaws.com", "aws-us-gov"),
    ],
)
def test_the_partition_of_a_registry(host: str, partition: str) -> None:
    assert cloud_rights.partition_of(host) == partition
    commands, _ = shown(cloud_rights.amazon_grant(context(f"{host}/app:1"), "r"))
    assert commands[0].endswith(f"arn:{partition}:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly")


def test_a_pull_through_cache_wants_more_than_pulling() -> None:
    policy = (
        """'{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ecr:BatchImportUpstreamImage","""
        """"ecr:CreateRepository"],"Resource":"arn:aws:ecr:eu-west-1:123456789012:repository/docker-hub/*"}]}'"""
    )
    assert shown(cloud_rights.cache_grant(context(f"{ECR}/docker-hub/acme/app:1"), "eks-node")) == (
        [
            "aws iam put-role-policy --role-name eks-node --policy-name ecr-pull-through-cache --policy-document "
            f"{policy}"
        ],
        ["aws iam delete-role-policy --role-name eks-node --policy-name ecr-pull-through-cache"],
    )


def test_what_a_repository_and_a_cache_allow_is_shown() -> None:
    assert str(cloud_rights.repository_policy(context())) == (
        "aws ecr get-repository-policy --repository-name team/app --registry-id 123456789012 --region eu-west-1"
    )
    assert str(cloud_rights.cache_rules(context())) == (
        "aws ecr describe-pull-through-cache-rules --registry-id 123456789012 --region eu-west-1"
    )


def binding(verb: str, account: str) -> str:
    return (
        f"gcloud artifacts repositories {verb}-iam-policy-binding repo --project=proj --location=europe "
        f"--member=serviceAccount:{account} {READER}"
    )


def test_a_gke_nodes_account_is_looked_up_and_may_read_the_repository() -> None:
    account = '"${NODE_SERVICE_ACCOUNT:?the service account of the nodes}"'
    gke = NodeEnvironment("node-a", Platform.GKE, pool="pool-1")
    location = '"${LOCATION:?the region or zone of the cluster}"'
    assert shown(cloud_rights.google_grant(context(GOOGLE_IMAGE, gke), None)) == (
        [
            f"gcloud container node-pools describe pool-1 --cluster={CLUSTER} --location={location} "
            "'--format=value(config.serviceAccount,config.oauthScopes)'",
            binding("add", account),
        ],
        [binding("remove", account)],
    )


def test_an_account_that_the_text_names_is_the_one() -> None:
    identity = Identity(IdentityKind.GOOGLE, "gke@proj.iam.gserviceaccount.com")
    commands, _ = shown(cloud_rights.google_grant(context(GOOGLE_IMAGE, Node=[GKE_NODE]), identity))
    assert commands == [binding("add", "gke@proj.iam.gserviceaccount.com")]


def test_the_account_of_a_secret_is_the_readers_to_name() -> None:
    pulls = context_of(
        failing(GOOGLE_IMAGE, secrets=["gar"]),
        secrets=[holds("gar", {"europe-docker.pkg.dev": login("_json_key", "{}")})],
        Node=[GKE_NODE],
    )
    commands, _ = shown(cloud_rights.google_grant(pulls, None))
    assert commands == [binding("add", '"${SERVICE_ACCOUNT:?the Google service account that pulls}"')]


def test_of_a_gcr_io_name_the_project_is_what_is_known() -> None:
    commands, _ = shown(cloud_rights.google_grant(context("eu.gcr.io/proj/app:1"), None))
    assert commands[0].startswith("gcloud projects add-iam-policy-binding proj --member=serviceAccount:")
    assert cloud_rights.google_grant(context("gcr.io/app:1"), None) is None


def test_a_registry_is_attached_to_an_aks_cluster() -> None:
    where = f"--resource-group {GROUP} --name {CLUSTER}"
    assert shown(cloud_rights.azure_attachment(context("acme.azurecr.io/app:1"))) == (
        [
            f"az aks check-acr {where} --acr acme.azurecr.io",
            f"az aks update {where} --attach-acr acme",
        ],
        [f"az aks update {where} --detach-acr acme"],
    )
    known = NodeEnvironment("node-a", Platform.AKS, cluster="prod", resource_group="rg")
    commands, _ = shown(cloud_rights.azure_attachment(context("acme.azurecr.io/app:1", known)))
    assert commands[1] == "az aks update --resource-group rg --name prod --attach-acr acme"


def test_an_identity_outside_aks_is_assigned_the_role() -> None:
    principal = '"${PRINCIPAL_ID:?the object id of the identity or service principal that pulls}"'
    scope = '"$(az acr show --name acme --query id --output tsv)"'
    assert shown(cloud_rights.azure_grant(context("acme.azurecr.io/app:1"))) == (
        [f"az role assignment create --assignee {principal} --role AcrPull --scope {scope}"],
        [f"az role assignment delete --assignee {principal} --role AcrPull --scope {scope}"],
    )


def test_another_project_of_openshift_lets_the_service_account_in() -> None:
    account = "system:image-puller system:serviceaccount:shop:default --namespace=demo"
    image = "image-registry.openshift-image-registry.svc:5000/demo/app:1"
    assert shown(cloud_rights.openshift_grant(context(image), "demo")) == (
        [f"oc policy add-role-to-user {account}"],
        [f"oc policy remove-role-from-user {account}"],
    )


def test_every_command_that_grants_says_so_and_no_look_does() -> None:
    eks = context(Node=[EKS_NODE])
    grants = (
        cloud_rights.amazon_grant(eks),
        cloud_rights.cache_grant(eks),
        cloud_rights.azure_attachment(context("acme.azurecr.io/app:1")),
        cloud_rights.openshift_grant(eks, "demo"),
    )
    for grant in grants:
        *looks, change = grant.commands
        assert [effect.value for effect in getattr(change, "effects", ())] == ["changes someone's permissions"]
        assert not any(getattr(look, "effects", ()) for look in looks)
        assert grant.undo
