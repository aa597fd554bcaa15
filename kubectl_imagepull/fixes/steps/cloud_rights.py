"""Commands that let an identity pull from a cloud's registry, and take the right back.

Facts: the command lines of the clouds (`aws iam attach-role-policy`, `aws eks describe-nodegroup`, `gcloud artifacts
repositories add-iam-policy-binding`, `az aks update --attach-acr`, `az role assignment create`, `oc policy
add-role-to-user`) and their guides on pulling images from a cluster's nodes.
"""

from __future__ import annotations

from dataclasses import dataclass

from kubectl_imagepull.evidence.refusal import Identity, IdentityKind
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.vocabulary.command import Command, Effect, Placeholder, ShellText, Step, Word, joined, json_word
from kubectl_imagepull.vocabulary.names import namespace_name
from kubectl_imagepull.vocabulary.node_environment import Platform
from kubectl_imagepull.vocabulary.vendors import azure_registry, ecr_account, ecr_region, google_location

#: What may keep an attached registry of Azure from being pulled from.
ABAC = (
    "Where az acr show --name REGISTRY --query roleAssignmentMode says AbacRepositoryPermissions, AcrPull has no "
    "effect: assign Container Registry Repository Reader."
)
CHANGES_RIGHTS = frozenset({Effect.CHANGES_RIGHTS})
CLUSTER = Placeholder("CLUSTER", "the name of the cluster")
LOCATION = Placeholder("LOCATION", "the region or zone of the cluster")
POOL = Placeholder("POOL", "the name of the node pool")
RESOURCE_GROUP = Placeholder("RESOURCE_GROUP", "the resource group of the cluster")
_ROLE = Placeholder("NODE_ROLE", "the name of the role of the nodes, which is the last part of its ARN")
_ACCOUNT = Placeholder("NODE_SERVICE_ACCOUNT", "the service account of the nodes")
_ANY_ACCOUNT = Placeholder("SERVICE_ACCOUNT", "the Google service account that pulls")
_PRINCIPAL = Placeholder("PRINCIPAL_ID", "the object id of the identity or service principal that pulls")
_PULL_ONLY = "policy/AmazonEC2ContainerRegistryPullOnly"
_CACHE_POLICY = "ecr-pull-through-cache"
#: A machine of Google's is its project, zone and name; one of Amazon's its id, and its region where that is known.
_PARTS_OF_GCE = 3
_NODES_OF_EKS = frozenset({Platform.EKS, Platform.EKS_AUTO, Platform.BOTTLEROCKET})
#: What a node needs beside pulling where a pull-through cache doesn't have the image yet.
CACHE_ACTIONS = ("ecr:BatchImportUpstreamImage", "ecr:CreateRepository")


@dataclass(frozen=True)
class Grant:
    """The commands that give a right, after those that show to whom, and how to take it back."""

    #: What gives the right, in order.
    commands: tuple[Step, ...]
    #: What takes it back.
    undo: tuple[Step, ...] = ()


def partition_of(registry: str) -> str:
    """The partition of an Amazon ECR host, as an ARN has it."""
    if registry.endswith(".cn"):
        return "aws-cn"
    return "aws-us-gov" if ecr_region(registry).startswith("us-gov-") else "aws"


def role_policy(role: Word, policy: str) -> tuple[Command, Command]:
    """Gives a role of Amazon a managed policy, by its ARN, and takes it back."""
    words: tuple[Word, ...] = ("--role-name", role, "--policy-arn", policy)
    attach = Command(("aws", "iam", "attach-role-policy", *words), CHANGES_RIGHTS)
    return attach, Command(("aws", "iam", "detach-role-policy", *words), CHANGES_RIGHTS)


def amazon_grant(context: FixContext, role: str = "") -> Grant:
    """Lets a role pull from Amazon ECR; the node's, looked up first, where its name isn't told."""
    attach, detach = role_policy(role or _ROLE, f"arn:{partition_of(context.registry.name)}:iam::aws:{_PULL_ONLY}")
    looks = () if role else _node_role(context)
    return Grant((*looks, attach), (detach,))


def cache_grant(context: FixContext, role: str = "") -> Grant:
    """Lets a role fetch images into a pull-through cache of Amazon ECR, below the image's own prefix."""
    name: Word = role or _ROLE
    registry = context.registry.name
    prefix = context.image.path.partition("/")[0]
    place = f"{ecr_region(registry)}:{ecr_account(registry)}:repository/{prefix}/*"
    resource = f"arn:{partition_of(registry)}:ecr:{place}"
    statement = {"Effect": "Allow", "Action": list(CACHE_ACTIONS), "Resource": resource}
    document = json_word({"Version": "2012-10-17", "Statement": [statement]})
    words: tuple[Word, ...] = ("--role-name", name, "--policy-name", _CACHE_POLICY)
    put = Command(("aws", "iam", "put-role-policy", *words, "--policy-document", document), CHANGES_RIGHTS)
    delete = Command(("aws", "iam", "delete-role-policy", *words), CHANGES_RIGHTS)
    return Grant((*(() if role else _node_role(context)), put), (delete,))


def _node_role(context: FixContext) -> tuple[Command, ...]:
    """Shows the role that a node pulls with, as far as its lines tell where to look."""
    environment = context.node.environment
    if environment.platform is Platform.FARGATE:
        profile = Placeholder("FARGATE_PROFILE", "the Fargate profile of the pod")
        words: tuple[Word, ...] = ("--cluster-name", CLUSTER, "--fargate-profile-name", profile)
        query = ("--query", "fargateProfile.podExecutionRoleArn", "--output", "text")
        return (Command(("aws", "eks", "describe-fargate-profile", *words, *query)),)
    if environment.pool:
        words = ("--cluster-name", CLUSTER, "--nodegroup-name", environment.pool)
        query = ("--query", "nodegroup.nodeRole", "--output", "text")
        return (Command(("aws", "eks", "describe-nodegroup", *words, *query)),)
    if environment.machine and len(environment.machine) < _PARTS_OF_GCE:
        instance, *region = environment.machine
        words = ("--instance-ids", instance, *(("--region", *region) if region else ()))
        query = ("--query", "Reservations[].Instances[].IamInstanceProfile.Arn", "--output", "text")
        return (Command(("aws", "ec2", "describe-instances", *words, *query)),)
    if environment.platform in _NODES_OF_EKS:
        return (Command(("aws", "eks", "list-nodegroups", "--cluster-name", CLUSTER)),)
    return ()


def repository_policy(context: FixContext) -> Command:
    """Shows the policy of the image's repository at Amazon ECR."""
    registry = context.registry.name
    words = ("--repository-name", context.image.path, "--registry-id", ecr_account(registry))
    return Command(("aws", "ecr", "get-repository-policy", *words, "--region", ecr_region(registry)))


def cache_rules(context: FixContext) -> Command:
    """Shows the pull-through cache rules of the image's registry at Amazon ECR, and the secrets with their logins."""
    registry = context.registry.name
    words = ("--registry-id", ecr_account(registry), "--region", ecr_region(registry))
    return Command(("aws", "ecr", "describe-pull-through-cache-rules", *words))


def google_grant(context: FixContext, identity: Identity | None) -> Grant | None:
    """Lets a service account read the image's repository in Artifact Registry; None where its name tells none."""
    location, (project, *rest) = google_location(context.registry.name), context.image.path.split("/")
    if not rest:
        return None
    account, looks = _google_account(context, identity)
    binding: tuple[Word, ...] = (joined("--member=serviceAccount:", account), "--role=roles/artifactregistry.reader")
    target: tuple[str, ...]
    place: tuple[str, ...]
    if location:
        target = ("gcloud", "artifacts", "repositories")
        place = (rest[0], f"--project={project}", f"--location={location}")
    else:
        # gcr.io names are repositories too, whose places their hosts don't tell: the project holds them all
        target, place = ("gcloud", "projects"), (project,)
    add = Command((*target, "add-iam-policy-binding", *place, *binding), CHANGES_RIGHTS)
    remove = Command((*target, "remove-iam-policy-binding", *place, *binding), CHANGES_RIGHTS)
    return Grant((*looks, add), (remove,))


def _google_account(context: FixContext, identity: Identity | None) -> tuple[Word, tuple[Command, ...]]:
    if identity and identity.kind is IdentityKind.GOOGLE and identity.name:
        return identity.name, ()
    environment = context.node.environment
    if context.credentials.logins or environment.platform not in {Platform.GKE, Platform.GKE_AUTOPILOT}:
        return _ANY_ACCOUNT, ()
    pool: Word = environment.pool or POOL
    project = (f"--project={environment.machine[0]}",) if len(environment.machine) == _PARTS_OF_GCE else ()
    where: tuple[Word, ...] = (joined("--cluster=", CLUSTER), joined("--location=", LOCATION), *project)
    fields = "--format=value(config.serviceAccount,config.oauthScopes)"
    return _ACCOUNT, (Command(("gcloud", "container", "node-pools", "describe", pool, *where, fields)),)


def azure_attachment(context: FixContext) -> Grant:
    """Attaches a registry of Azure to an AKS cluster, after a look at what keeps it from pulling."""
    environment = context.node.environment
    group: Word = environment.resource_group or RESOURCE_GROUP
    cluster: Word = environment.cluster or CLUSTER
    where: tuple[Word, ...] = ("--resource-group", group, "--name", cluster)
    registry = azure_registry(context.registry.name)
    check = Command(("az", "aks", "check-acr", *where, "--acr", context.registry.word))
    attach = Command(("az", "aks", "update", *where, "--attach-acr", registry), CHANGES_RIGHTS)
    detach = Command(("az", "aks", "update", *where, "--detach-acr", registry), CHANGES_RIGHTS)
    return Grant((check, attach), (detach,))


def azure_grant(context: FixContext) -> Grant:
    """Assigns AcrPull on a registry of Azure to an identity outside AKS."""
    registry = azure_registry(context.registry.name)
    scope = joined(ShellText('"$(az acr show --name '), registry, ShellText(' --query id --output tsv)"'))
    words: tuple[Word, ...] = ("--assignee", _PRINCIPAL, "--role", "AcrPull", "--scope", scope)
    create = Command(("az", "role", "assignment", "create", *words), CHANGES_RIGHTS)
    delete = Command(("az", "role", "assignment", "delete", *words), CHANGES_RIGHTS)
    return Grant((create,), (delete,))


def openshift_grant(context: FixContext, project: str) -> Grant:
    """Lets the pod's service account pull images of another project of OpenShift."""
    account = joined("system:serviceaccount:", context.pod.namespace, ":", context.pod.service_account)
    words: tuple[Word, ...] = ("system:image-puller", account, joined("--namespace=", namespace_name(project)))
    add = Command(("oc", *context.reaching, "policy", "add-role-to-user", *words), CHANGES_RIGHTS)
    remove = Command(("oc", *context.reaching, "policy", "remove-role-from-user", *words), CHANGES_RIGHTS)
    return Grant((add,), (remove,))
