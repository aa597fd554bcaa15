"""RegistryBlocked: a policy forbids pulling from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import Remedy, Runbook
from kubectl_imagepull.fixes.steps.other_images import previous_revision
from kubectl_imagepull.fixes.steps.workload_changes import set_image
from kubectl_imagepull.messages.particulars import Particular, refused_address
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Command, Effect, Placeholder, Word
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.node_environment import Platform
from kubectl_imagepull.vocabulary.vendors import Vendor, ecr_region

_ALLOWED = Placeholder("ALLOWED_REPOSITORY", "the repository of the image in an allowed registry")
_ADDRESS = Placeholder("ADDRESS", "the outbound address of the nodes")
_REGISTRY_RIGHTS = frozenset({Effect.CHANGES_RIGHTS})


def fixes(context: FixContext) -> Sequence[Fix]:
    """Who can change the policy, by whose it is; else a place that it allows."""
    policy = context.detail("policy")
    by_policy = {"node": _of_node, "registry": _of_registry, "network": _of_network, "account": _of_account}
    ask = by_policy.get(policy if isinstance(policy, str) else "", _of_registry)
    # a subnet that may not reach the layers' storage is opened, and no image renamed for it
    has_no_other = policy in {"registry", "account"} or context.says(Particular.AZURE_STORAGE)
    elsewhere = [] if has_no_other or context.pod.is_sandbox else [_allowed_place(context)]
    return [*ask(context), *elsewhere, *previous_revision(context)]


def _allowed_place(context: FixContext) -> Fix:
    text = "Or pull the image from an allowed registry, if it is there too."
    image = context.image.in_repository(_ALLOWED)
    return set_image(context, image).as_fix(text, basis=Basis.GUESS, short=("Pull from an allowed registry",))


# -- by the node, or by OpenShift for all nodes ------------------------------------------------------------------------


def _of_node(context: FixContext) -> list[Fix]:
    registry = context.registry.name
    short = (f"Have {registry} allowed in the cluster's image configuration", "Have the registry allowed")
    if context.says(Particular.DOCKER_ORGANIZATION):
        text = (
            "Docker Desktop allows only registries that its organization permits: ask the organization's "
            f"administrator to add {registry} (Registry Access Management)."
        )
        return [Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=short)]
    if context.node.environment.platform is Platform.OPENSHIFT:
        text = (
            f"The cluster's image configuration doesn't allow {registry}: add it to allowedRegistries, which blocks "
            "everything it doesn't list, or remove it from blockedRegistries. The change reaches the nodes one by "
            "one."
        )
        see = Command(("oc", "get", "image.config.openshift.io/cluster", "-o", "yaml"))
        edit = Command(("oc", "edit", "image.config.openshift.io/cluster"), frozenset({Effect.CHANGES_CLUSTER}))
        return [Fix(text, (see, edit), Who.CLUSTER_ADMIN, Basis.TEXT, Where.CLUSTER, short=short)]
    why = f"Find which entry of registries.conf blocks {registry}, and have it allowed on every node"
    files = ("/etc/containers/registries.conf", "/etc/containers/registries.conf.d/")
    looks = tasks_for(context).run(why, Command(("grep", "-rnE", "blocked|location|prefix", *files)))
    return [replace(fix, short=(f"Have {registry} allowed on the nodes", "Have the registry allowed")) for fix in looks]


# -- by the registry -------------------------------------------------------------------------------------------------


def _of_registry(context: FixContext) -> list[Fix]:
    return [
        Fix(_registry_text(context), (), Who.REGISTRY_OWNER, Basis.TEXT, Where.REGISTRY, short=_registry_short(context))
    ]


def _registry_short(context: FixContext) -> tuple[str, ...]:
    registry = context.registry.name
    return (
        f"Comply with the policy of {registry} or change it",
        ("Comply with the registry's policy, or have it changed"),
    )


def _registry_text(context: FixContext) -> str:
    image, registry = context.image.brief, context.registry.name
    if context.says(Particular.NAMESPACE_DISABLED):
        return (
            f"{registry} has disabled the namespace that {image} is in: its owner has to sort that out with {registry}."
            " Until then use a copy in another registry, if its publisher has one."
        )
    if context.says(Particular.LEGAL):
        return f"{registry} may not serve {image} for legal reasons: use another image."
    if context.says(Particular.XRAY) or context.registry.vendor is Vendor.ARTIFACTORY:
        return (
            f"JFrog Xray blocks the download of {image}: an administrator of {registry} sees the violation under "
            "Watches, and can ignore it or change the policy. An image without the violation is better."
        )
    if context.says(Particular.NOT_SCANNED):
        return f"{registry} serves {image} only after a scan: have it scanned in its project, and wait."
    harbor = context.says(Particular.VULNERABILITIES) or context.registry.vendor is Vendor.HARBOR
    if harbor:
        return (
            f"The policy of the image's project at {registry} refuses {image}, usually for vulnerabilities: rebuild "
            "it on a base without them, or have its administrator add them to the CVE allowlist."
        )
    return (
        f"{registry} refuses {image} by its own policy, usually about vulnerabilities or signatures: its web page "
        "for the image shows the reason. Comply with it, or ask whoever runs the registry for an exception."
    )


def _of_account(context: FixContext) -> list[Fix]:
    registry = context.registry.name
    if context.registry.vendor is Vendor.NVIDIA:
        text = (
            f"{registry} requires a subscription for {context.image.path}: accept its terms on NGC with the account "
            "whose key the pull secret holds, or ask for the entitlement."
        )
    else:
        text = (
            f"{registry} refuses because of the account: its plan, quota or bill. Whoever pays for it has to sort "
            "that out."
        )
    short = (f"Sort out the account at {registry}", "Sort out the account at the registry")
    return [Fix(text, (), Who.REGISTRY_OWNER, Basis.TEXT, Where.REGISTRY, short=short)]


# -- by the network --------------------------------------------------------------------------------------------------


def _of_network(context: FixContext) -> list[Fix]:
    registry = context.registry
    if context.says(Particular.EXPORT_CONTROL):
        text = (
            f"{registry.name} refuses the country that {context.node.shown} connects from, whatever the login. Pull "
            "the image through a mirror elsewhere."
        )
        abroad = Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=("Pull through a mirror elsewhere",))
        return [abroad, *tasks_for(context).mirror()]
    if refused_by_storage := _of_storage(context):
        return [refused_by_storage]
    if registry.vendor is Vendor.AZURE:
        return [_azure(context)]
    if context.says(Particular.GOOGLE_REFUSES_ADDRESS) or registry.vendor is Vendor.KUBERNETES:
        text = (
            f"{registry.name} is public: Google refuses the outbound address of {context.node.shown}. Use another "
            "outbound address, or pull through a mirror."
        )
        mirrored = ("Pull through a mirror",)
        allow = Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=mirrored)
        return [allow, *tasks_for(context).mirror()]
    if context.says(Particular.VPC_SERVICE_CONTROLS) or registry.vendor is Vendor.GOOGLE:
        text = (
            f"VPC Service Controls block {context.node.shown}: add the nodes' project to the perimeter, or give it "
            "an access level. Search the audit log for the unique identifier in the message."
        )
        perimeter = ("Add the nodes' project to the service perimeter",)
        return [Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.REGISTRY, short=perimeter)]
    text = (
        f"{registry.name} allows only certain addresses: have the outbound address of {context.node.shown} allowed, "
        "or use the registry's private endpoint."
    )
    short = (f"Have the nodes' address allowed by {registry.name}", "Have the nodes' address allowed")
    return [Fix(text, (), Who.REGISTRY_OWNER, Basis.TEXT, Where.REGISTRY, short=short)]


def _azure(context: FixContext) -> Fix:
    registry, address = context.registry.name, refused_address(context.diagnosis.message)
    word: Word = address or _ADDRESS
    name = registry.partition(".")[0]
    command = Command(("az", "acr", "network-rule", "add", "-n", name, "--ip-address", word), _REGISTRY_RIGHTS)
    undo = Command(("az", "acr", "network-rule", "remove", "-n", name, "--ip-address", word), _REGISTRY_RIGHTS)
    who = f"address {address}" if address else "the address that the nodes go out with"
    text = f"The firewall of {registry} refuses {who}: add a network rule for it, or use its private endpoint."
    short = (f"Allow {address} in the firewall of {registry}", f"Allow the nodes' address at {registry}")
    return Fix(text, (command,), Who.REGISTRY_OWNER, Basis.TEXT, Where.REGISTRY, (undo,), short)


def _of_storage(context: FixContext) -> Fix | None:
    """Has the place of the layers let the nodes in; None where the registry itself refused."""
    registry = context.registry
    if context.says(Particular.AZURE_STORAGE):
        return _azure_storage(context)
    if not registry.answered_by or registry.host == registry.name:
        return None
    return _s3_endpoint(context) if registry.vendor is Vendor.ECR else _second_host(context)


def _azure_storage(context: FixContext) -> Fix:
    text = (
        f"{context.registry.name} allowed the pull, but Azure Storage, which holds its layers, refused "
        f"{context.node.shown}: look for a service endpoint policy on the nodes' subnet and allow that storage account "
        "in it. This has nothing to do with pull secrets."
    )
    query = "[].{name:name,subnets:subnets[].id,allowed:serviceEndpointPolicyDefinitions[].serviceResources}"
    see = Command(("az", "network", "service-endpoint", "policy", "list", "--query", query))
    short = ("Allow the storage in the subnet's service endpoint policy", "Allow the layers' storage from the nodes")
    return Fix(text, (see,), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=short)


def _s3_endpoint(context: FixContext) -> Fix:
    region = ecr_region(context.registry.name)
    bucket = f"arn:aws:s3:::prod-{region}-starport-layer-bucket/*"
    text = (
        "The registry allowed the pull, but S3 refused the layers: the policy of the VPC's S3 endpoint has to allow "
        f"s3:GetObject on {bucket}. This has nothing to do with pull secrets."
    )
    words = ("aws", "ec2", "describe-vpc-endpoints", "--region", region)
    see = Command((*words, "--filters", f"Name=service-name,Values=com.amazonaws.{region}.s3"))
    short = ("Allow ECR's bucket in the S3 endpoint's policy",)
    return Fix(text, (see,), Who.CLUSTER_ADMIN, Basis.TEXT, Where.REGISTRY, short=short)


def _second_host(context: FixContext) -> Fix:
    registry = context.registry
    text = (
        f"{registry.name} allowed the pull, but {registry.host} refused part of the image: allow the nodes to reach "
        "that host too. This has nothing to do with pull secrets."
    )
    short = (f"Allow the nodes to reach {registry.host}", "Allow the nodes to reach the host of the layers")
    return Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=short)


RUNBOOK = Runbook(
    confirm=(
        "policy in the details says whose it is: node (registries.conf), registry (412, 451) or network (addresses).",
        "On the node: grep -rn blocked /etc/containers/registries.conf /etc/containers/registries.conf.d/",
    ),
    fixes=(
        (
            "CRI-O",
            "Allow the registry in registries.conf on the nodes, or pull from an allowed one.",
        ),
        (
            "OpenShift",
            (
                "registries.conf is generated from image.config.openshift.io/cluster; its allowedRegistries blocks "
                "everything it doesn't list."
            ),
        ),
        (
            Vendor.HARBOR.value,
            "412: fix what the scan found, add it to the CVE allowlist, or sign the image.",
        ),
        (
            Vendor.AZURE.value,
            "Its firewall refuses the node's address: add a network rule or use the private endpoint.",
        ),
        (
            Vendor.GOOGLE.value,
            "VPC Service Controls: add the nodes' project to the perimeter or give it an access level.",
        ),
        (
            "registry.k8s.io and k8s.gcr.io",
            (
                "A 403 'does not have permission to get URL' means that Google blocks the address range; it isn't "
                "about a login."
            ),
        ),
    ),
)

REMEDY = Remedy(Cause.REGISTRY_BLOCKED, fixes, RUNBOOK)
