"""The rights by which a cloud's own nodes pull from its own registry: the node's identity pulls, and not the pod's.

Sources: awsdocs/amazon-eks-user-guide latest/ug/nodes; Artifact Registry's page "Deploying to Google Kubernetes
Engine"; MicrosoftDocs/azure-aks-docs articles/aks/cluster-container-registry-integration.md.
"""

from __future__ import annotations

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps.cloud_rights import CHANGES_RIGHTS, CLUSTER, RESOURCE_GROUP, role_policy
from kubectl_imagepull.vocabulary.command import Command, Placeholder, Word, joined
from kubectl_imagepull.vocabulary.fix import Fix, Where, Who

LOCATION = Placeholder("LOCATION", "the zone or region of the cluster")
POOL = Placeholder("POOL", "the name of the node pool")
_ROLE = Placeholder("ROLE", "the name of the role that the first command shows, without the part before it")
_PROFILE = Placeholder("FARGATE_PROFILE", "the name of the Fargate profile")
_ACCOUNT = Placeholder("NODE_ACCOUNT", "the service account that the first command shows")
_PULL_ONLY = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly"
_FARGATE_POLICY = "arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy"
_LEAST_PATH = 3


def node_role(context: FixContext) -> Fix:
    """Lets the role of EC2 instances pull from ECR."""
    environment = context.node.environment
    if environment.pool:
        words: tuple[Word, ...] = ("--cluster-name", CLUSTER, "--nodegroup-name", environment.pool)
        show = Command(
            ("aws", "eks", "describe-nodegroup", *words, "--query", "nodegroup.nodeRole", "--output", "text")
        )
    elif environment.machine:
        query = "Reservations[].Instances[].IamInstanceProfile.Arn"
        instance = environment.machine[0]
        show = Command(("aws", "ec2", "describe-instances", "--instance-ids", instance, "--query", query))
    else:
        show = Command(("aws", "eks", "list-nodegroups", "--cluster-name", CLUSTER))
    text = f"Let the role of {context.node.shown} pull from {context.registry.name}: the node logs in to ECR."
    attach, detach = role_policy(_ROLE, _PULL_ONLY)
    return _fix(context, text, show, attach, undo=detach)


def fargate_role(context: FixContext) -> Fix:
    """Lets the role of Fargate pods pull from ECR."""
    words: tuple[Word, ...] = ("--cluster-name", CLUSTER, "--fargate-profile-name", _PROFILE)
    query = ("--query", "fargateProfile.podExecutionRoleArn", "--output", "text")
    show = Command(("aws", "eks", "describe-fargate-profile", *words, *query))
    text = (
        f"Let the Fargate profile's pod execution role pull from {context.registry.name}: only that role logs in to "
        "ECR there."
    )
    attach, detach = role_policy(_ROLE, _FARGATE_POLICY)
    return _fix(context, text, show, attach, undo=detach)


def node_account(context: FixContext) -> Fix:
    """Lets the service account of a GKE node pool read from Artifact Registry."""
    environment = context.node.environment
    project = ("--project", environment.machine[0]) if environment.machine else ()
    pool: Word = environment.pool or POOL
    where: tuple[Word, ...] = ("--cluster", CLUSTER, "--location", LOCATION, *project)
    show = Command(
        ("gcloud", "container", "node-pools", "describe", pool, *where, "--format=value(config.serviceAccount)")
    )
    text = (
        f"Let the service account of the node pool of {context.node.shown} read from {context.registry.name}: the "
        "node logs in."
    )
    return _fix(context, text, show, *_reader(context))


def _reader(context: FixContext) -> tuple[Command, ...]:
    """Grants the right on the repository that the image stands in; nothing where its name doesn't say which."""
    parts = context.image.path.split("/")
    location = context.registry.name.partition("-docker.pkg.dev")
    if not location[1] or len(parts) < _LEAST_PATH:
        return ()
    words = ("gcloud", "artifacts", "repositories", "add-iam-policy-binding", parts[1])
    place = ("--project", parts[0], "--location", location[0])
    member = joined("--member=serviceAccount:", _ACCOUNT)
    return (Command((*words, *place, member, "--role=roles/artifactregistry.reader"), CHANGES_RIGHTS),)


def attached_registry(context: FixContext) -> Fix:
    """Lets the kubelet identity of an AKS cluster pull from a container registry."""
    environment = context.node.environment
    name = context.registry.name.partition(".")[0]
    cluster: tuple[Word, ...] = (
        *("-g", environment.resource_group or RESOURCE_GROUP),
        *("-n", environment.cluster or CLUSTER),
    )
    check = Command(("az", "aks", "check-acr", *cluster, "--acr", context.registry.word))
    attach = Command(("az", "aks", "update", *cluster, "--attach-acr", name), CHANGES_RIGHTS)
    detach = Command(("az", "aks", "update", *cluster, "--detach-acr", name), CHANGES_RIGHTS)
    text = f"Let the cluster's kubelet identity pull from {context.registry.name}: the node logs in."
    note = "A registry with ABAC repository permissions needs the role Container Registry Repository Reader instead."
    return _fix(context, text, check, attach, undo=detach, notes=(note,))


def _fix(
    context: FixContext, text: str, *commands: Command, undo: Command | None = None, notes: tuple[str, ...] = ()
) -> Fix:
    registry = context.registry.name
    return Fix(
        text,
        commands,
        Who.CLUSTER_ADMIN,
        where=Where.CLUSTER,
        undo=() if undo is None else (undo,),
        short=(f"Let the node's identity pull from {registry}", "Let the node's identity pull"),
        notes=notes,
        nodes=context.node.nodes,
    )
