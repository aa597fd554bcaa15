"""The rights by which a cloud's own nodes pull from its own registry: the node's identity pulls, and not the pod's.

Sources: awsdocs/amazon-eks-user-guide latest/ug/nodes; Artifact Registry's page "Deploying to Google Kubernetes
Engine"; MicrosoftDocs/azure-aks-docs articles/aks/cluster-container-registry-integration.md.
"""

from __future__ import annotations

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps.cloud_rights import ABAC, Grant, amazon_grant, azure_attachment, google_grant
from kubectl_imagepull.vocabulary.fix import Fix, Where, Who


def node_role(context: FixContext) -> Fix:
    """Lets the role of EC2 instances pull from ECR."""
    text = f"Let the role of {context.node.shown} pull from {context.registry.name}: the node logs in to ECR."
    return _fix(context, text, amazon_grant(context))


def fargate_role(context: FixContext) -> Fix:
    """Lets the role of Fargate pods pull from ECR."""
    text = (
        f"Let the Fargate profile's pod execution role pull from {context.registry.name}: only that role logs in to "
        "ECR there."
    )
    return _fix(context, text, amazon_grant(context))


def node_account(context: FixContext) -> Fix:
    """Lets the service account of a GKE node pool read from Artifact Registry."""
    text = (
        f"Let the service account of the node pool of {context.node.shown} read from {context.registry.name}: the "
        "node logs in."
    )
    return _fix(context, text, google_grant(context, None) or Grant(()))


def attached_registry(context: FixContext) -> Fix:
    """Lets the kubelet identity of an AKS cluster pull from a container registry."""
    text = f"Let the cluster's kubelet identity pull from {context.registry.name}: the node logs in."
    return _fix(context, text, azure_attachment(context), (ABAC,))


def _fix(context: FixContext, text: str, grant: Grant, notes: tuple[str, ...] = ()) -> Fix:
    registry = context.registry.name
    return Fix(
        text,
        grant.commands,
        Who.CLUSTER_ADMIN,
        where=Where.CLUSTER,
        undo=grant.undo,
        short=(f"Let the node's identity pull from {registry}", "Let the node's identity pull"),
        notes=notes,
        nodes=context.node.nodes,
    )
