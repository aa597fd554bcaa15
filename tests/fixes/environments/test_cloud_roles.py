"""The rights of nodes at their cloud's registry."""

from __future__ import annotations

from dataclasses import replace

from made_up_nodes import NODES, failing_on, lines

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.cloud_roles import attached_registry, fargate_role, node_account, node_role

ECR = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/shop/web:v9"
CLUSTER = '"${CLUSTER:?the name of the cluster}"'
_ATTACH = (
    'aws iam attach-role-policy --role-name "${NODE_ROLE:?the name of the role of the nodes, which is the last part of '
    'its ARN}" --policy-arn '
)


def test_a_node_of_no_group_is_looked_up_by_its_instance() -> None:
    show, attach = lines(node_role(failing_on(NODES["EKS AL2"], ECR)).commands)
    assert show == (
        "aws ec2 describe-instances --instance-ids i-0abc1234def567890 --region eu-central-1 --query "
        "'Reservations[].Instances[].IamInstanceProfile.Arn' --output text"
    )
    assert attach == f"{_ATTACH}arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly"


def test_nodes_in_china_get_the_policy_of_their_partition() -> None:
    image = "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/shop/web:v9"
    _, attach = lines(node_role(failing_on(NODES["EKS AL2"], image)).commands)
    assert attach == f"{_ATTACH}arn:aws-cn:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly"


def test_fargate_pulls_by_the_role_of_its_profile() -> None:
    fix = fargate_role(failing_on(NODES["Fargate"], ECR))
    assert lines(fix.commands)[1] == f"{_ATTACH}arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly"
    assert lines(fix.undo)[0].startswith("aws iam detach-role-policy ")


def test_a_node_pools_account_may_read_the_images_repository() -> None:
    context = failing_on(NODES["GKE"], "europe-west1-docker.pkg.dev/shop-project/images/web:v9")
    show, grant = lines(node_account(context).commands)
    assert show == (
        f"gcloud container node-pools describe pool-1 --cluster={CLUSTER} --location="
        '"${LOCATION:?the region or zone of the cluster}" --project=shop-project '
        "'--format=value(config.serviceAccount,config.oauthScopes)'"
    )
    assert grant == (
        "gcloud artifacts repositories add-iam-policy-binding images --project=shop-project --location=europe-west1 "
        '--member=serviceAccount:"${NODE_SERVICE_ACCOUNT:?the service account of the nodes}" '
        "--role=roles/artifactregistry.reader"
    )


def test_a_repository_that_the_image_does_not_tell_is_granted_nothing() -> None:
    fix = node_account(failing_on(NODES["GKE"], "europe-west1-docker.pkg.dev/shop-project"))
    assert (fix.commands, fix.undo) == ((), ())


def test_of_a_gcr_io_name_the_project_is_granted() -> None:
    _, grant = lines(node_account(failing_on(NODES["GKE"], "gcr.io/shop-project/web:v9")).commands)
    assert grant == (
        "gcloud projects add-iam-policy-binding shop-project "
        '--member=serviceAccount:"${NODE_SERVICE_ACCOUNT:?the service account of the nodes}" '
        "--role=roles/artifactregistry.reader"
    )


def _without_names(context: FixContext) -> FixContext:
    environment = replace(context.node.environment, cluster="", resource_group="")
    return replace(context, diagnosis=replace(context.diagnosis, environment=environment))


def test_an_aks_cluster_whose_name_is_not_known_is_asked_for() -> None:
    fix = attached_registry(_without_names(failing_on(NODES["AKS"], "shop.azurecr.io/web:v9")))
    assert lines(fix.commands)[1] == (
        f'az aks update --resource-group "${{RESOURCE_GROUP:?the resource group of the cluster}}" --name {CLUSTER} '
        "--attach-acr shop"
    )
