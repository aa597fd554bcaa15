"""The rights of nodes at their cloud's registry."""

from __future__ import annotations

from dataclasses import replace

from made_up_nodes import NODES, failing_on, lines

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.cloud_roles import attached_registry, fargate_role, node_account, node_role

ECR = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/shop/web:v9"
CLUSTER = '"${CLUSTER:?the name of the cluster}"'
_ATTACH = (
    'aws iam attach-role-policy --role-name "${ROLE:?the name of the role that the first command shows, without the '
    'part before it}" --policy-arn '
)


def test_a_node_of_no_group_is_looked_up_by_its_instance() -> None:
    show, attach = lines(node_role(failing_on(NODES["EKS AL2"], ECR)).commands)
    assert show == (
        "aws ec2 describe-instances --instance-ids i-0abc1234def567890 --query "
        "'Reservations[].Instances[].IamInstanceProfile.Arn'"
    )
    assert attach == f"{_ATTACH}arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly"


def test_a_node_of_which_nothing_is_known_is_looked_up_by_its_cluster() -> None:
    assert lines(node_role(failing_on(None, ECR)).commands)[0] == f"aws eks list-nodegroups --cluster-name {CLUSTER}"


def test_fargate_pulls_by_the_role_of_its_profile() -> None:
    fix = fargate_role(failing_on(NODES["Fargate"], ECR))
    assert lines(fix.commands)[1] == f"{_ATTACH}arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy"
    assert lines(fix.undo)[0].startswith("aws iam detach-role-policy ")


def test_a_node_pools_account_may_read_the_images_repository() -> None:
    context = failing_on(NODES["GKE"], "europe-west1-docker.pkg.dev/shop-project/images/web:v9")
    show, grant = lines(node_account(context).commands)
    assert show == (
        f"gcloud container node-pools describe pool-1 --cluster {CLUSTER} --location "
        '"${LOCATION:?the zone or region of the cluster}" --project shop-project '
        "'--format=value(config.serviceAccount)'"
    )
    assert grant == (
        "gcloud artifacts repositories add-iam-policy-binding images --project shop-project --location europe-west1 "
        '--member=serviceAccount:"${NODE_ACCOUNT:?the service account that the first command shows}" '
        "--role=roles/artifactregistry.reader"
    )


def test_a_repository_that_the_image_does_not_tell_is_granted_nothing() -> None:
    assert len(node_account(failing_on(NODES["GKE"], "gcr.io/shop-project/web:v9")).commands) == 1


def _without_names(context: FixContext) -> FixContext:
    environment = replace(context.node.environment, cluster="", resource_group="")
    return replace(context, diagnosis=replace(context.diagnosis, environment=environment))


def test_an_aks_cluster_whose_name_is_not_known_is_asked_for() -> None:
    fix = attached_registry(_without_names(failing_on(NODES["AKS"], "shop.azurecr.io/web:v9")))
    assert lines(fix.commands)[1] == (
        f'az aks update -g "${{RESOURCE_GROUP:?the resource group of the cluster}}" -n {CLUSTER} --attach-acr shop'
    )
