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

_ALLOWED = Placeholder("ALLOWED_REPOSITORY", "the repository of the image in a registry that is allowed")
_ADDRESS = Placeholder("ADDRESS", "the address that the nodes go out with")
_REGISTRY_RIGHTS = frozenset({Effect.CHANGES_RIGHTS})


def fixes(context: FixContext) -> Sequence[Fix]:
    """Who can change the policy, by whose it is; else a place that it allows."""
    policy = context.detail("policy")
    by_policy = {"node": _of_node, "registry": _of_registry, "network": _of_network, "account": _of_account}
    ask = by_policy.get(policy if isinstance(policy, str) else "", _of_registry)
    elsewhere = [] if policy in {"registry", "account"} or context.pod.is_sandbox else [_allowed_place(context)]
    return [*ask(context), *elsewhere, *previous_revision(context)]


def _allowed_place(context: FixContext) -> Fix:
    text = "Or pull the image from a registry that is allowed, if it is there as well."
    image = context.image.in_repository(_ALLOWED)
    return set_image(context, image).as_fix(text, basis=Basis.GUESS, short=("Pull from a registry that is allowed",))


# -- by the node, or by OpenShift for all nodes ------------------------------------------------------------------------


def _of_node(context: FixContext) -> list[Fix]:
    registry = context.registry.name
    short = (f"Have {registry} allowed in the cluster's image configuration", "Have the registry allowed")
    if context.says(Particular.DOCKER_ORGANIZATION):
        text = (
            f"Docker Desktop lets only registries through that its organization allows: ask the organization's "
            f"administrator to add {registry} (Registry Access Management)."
        )
        return [Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=short)]
    if context.node.environment.platform is Platform.OPENSHIFT:
        text = (
            f"The cluster's image configuration doesn't allow {registry}: add it to allowedRegistries, which blocks "
            "all that it doesn't list, or take it out of blockedRegistries. The nodes get that one after the other."
        )
        see = Command(("oc", "get", "image.config.openshift.io/cluster", "-o", "yaml"))
        edit = Command(("oc", "edit", "image.config.openshift.io/cluster"), frozenset({Effect.CHANGES_CLUSTER}))
        return [Fix(text, (see, edit), Who.CLUSTER_ADMIN, Basis.TEXT, Where.CLUSTER, short=short)]
    why = f"See which entry of registries.conf blocks {registry}, and have it allowed on every node"
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
    return (f"Meet the policy of {registry}, or have it changed", "Meet the registry's policy, or have it changed")


def _registry_text(context: FixContext) -> str:
    image, registry = context.image.brief, context.registry.name
    if context.says(Particular.NAMESPACE_DISABLED):
        return (
            f"{registry} has disabled the namespace that {image} is in: its owner has to settle that with {registry}."
        )
    if context.says(Particular.LEGAL):
        return f"{registry} may not give out {image} for legal reasons: take another image."
    if context.says(Particular.XRAY) or context.registry.vendor is Vendor.ARTIFACTORY:
        return (
            f"JFrog Xray blocks the download of {image}: whoever administers {registry} sees the violation under "
            "Watches, and can ignore it or change the policy. Better is an image without it."
        )
    if context.says(Particular.NOT_SCANNED):
        return f"{registry} gives {image} out only when it was scanned: have it scanned in its project, and wait."
    harbor = context.says(Particular.VULNERABILITIES) or context.registry.vendor is Vendor.HARBOR
    if harbor:
        return (
            f"The policy of the image's project at {registry} refuses {image}, mostly for vulnerabilities: build it on "
            "a base without them, or have its administrator put them on the CVE allowlist."
        )
    return (
        f"{registry} refuses {image} by a policy of its own, mostly about vulnerabilities or signatures: its web pages "
        "show the reason beside the image. Meet it, or have whoever runs the registry make an exception."
    )


def _of_account(context: FixContext) -> list[Fix]:
    registry = context.registry.name
    if context.registry.vendor is Vendor.NVIDIA:
        text = (
            f"{registry} wants a subscription for {context.image.path}: accept its terms on NGC with the account whose "
            "key the pull secret holds, or ask for the entitlement."
        )
    else:
        text = (
            f"{registry} refuses because of the account: its plan, quota or bill. Whoever pays for it has to settle "
            "that."
        )
    short = (f"Settle the account at {registry}", "Settle the account at the registry")
    return [Fix(text, (), Who.REGISTRY_OWNER, Basis.TEXT, Where.REGISTRY, short=short)]


# -- by the network --------------------------------------------------------------------------------------------------


def _of_network(context: FixContext) -> list[Fix]:
    registry = context.registry
    if context.says(Particular.EXPORT_CONTROL):
        text = (
            f"{registry.name} refuses the country that {context.node.shown} goes out from, whatever the login. Pull "
            "the image through a mirror elsewhere."
        )
        abroad = Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=("Pull through a mirror elsewhere",))
        return [abroad, *tasks_for(context).mirror()]
    if registry.answered_by and registry.host != registry.name:
        return [_s3_endpoint(context) if registry.vendor is Vendor.ECR else _second_host(context)]
    if registry.vendor is Vendor.AZURE:
        return [_azure(context)]
    if context.says(Particular.GOOGLE_REFUSES_ADDRESS) or registry.vendor is Vendor.KUBERNETES:
        text = (
            f"{registry.name} is public: Google refuses the address that {context.node.shown} goes out with. Go out "
            "through another address, or pull through a mirror."
        )
        mirrored = ("Pull through a mirror",)
        allow = Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=mirrored)
        return [allow, *tasks_for(context).mirror()]
    if context.says(Particular.VPC_SERVICE_CONTROLS) or registry.vendor is Vendor.GOOGLE:
        text = (
            f"VPC Service Controls keep {context.node.shown} out: let the nodes' project into the perimeter, or give "
            "it an access level. The unique identifier in the message finds the refusal in the audit log."
        )
        perimeter = ("Let the nodes' project into the service perimeter",)
        return [Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.REGISTRY, short=perimeter)]
    text = (
        f"{registry.name} lets only certain addresses in: have the one that {context.node.shown} goes out with "
        "allowed, or use the registry's private endpoint."
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


def _s3_endpoint(context: FixContext) -> Fix:
    region = ecr_region(context.registry.name)
    bucket = f"arn:aws:s3:::prod-{region}-starport-layer-bucket/*"
    text = (
        "The registry let the pull in, and S3 refused the layers: the policy of the VPC's S3 endpoint has to allow "
        f"s3:GetObject on {bucket}. No pull secret has to do with it."
    )
    words = ("aws", "ec2", "describe-vpc-endpoints", "--region", region)
    see = Command((*words, "--filters", f"Name=service-name,Values=com.amazonaws.{region}.s3"))
    short = ("Allow ECR's bucket in the S3 endpoint's policy",)
    return Fix(text, (see,), Who.CLUSTER_ADMIN, Basis.TEXT, Where.REGISTRY, short=short)


def _second_host(context: FixContext) -> Fix:
    registry = context.registry
    text = (
        f"{registry.name} let the pull in, and {registry.host} refused a part of the image: let the nodes reach that "
        "host too. No pull secret has to do with it."
    )
    short = (f"Let the nodes reach {registry.host}", "Let the nodes reach the host of the layers")
    return Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, short=short)


RUNBOOK = Runbook(
    confirm=(
        "policy in the details says whose it is: node (registries.conf), registry (412, 451) or network (addresses).",
        "On the node: grep -rn blocked /etc/containers/registries.conf /etc/containers/registries.conf.d/",
    ),
    fixes=(
        (
            "CRI-O",
            "Allow the registry in registries.conf on the nodes, or pull from one that is allowed.",
        ),
        (
            "OpenShift",
            (
                "registries.conf is made from image.config.openshift.io/cluster; its allowedRegistries blocks all "
                "that it doesn't list."
            ),
        ),
        (
            Vendor.HARBOR.value,
            "412: repair what the scan found, put it on the CVE allowlist, or sign the image.",
        ),
        (
            Vendor.AZURE.value,
            "Its firewall refuses the node's address: add a network rule or use the private endpoint.",
        ),
        (
            Vendor.GOOGLE.value,
            "VPC Service Controls: let the nodes' project into the perimeter or give it an access level.",
        ),
        (
            "registry.k8s.io and k8s.gcr.io",
            "A 403 'does not have permission to get URL' is Google's block of the address range, no login.",
        ),
    ),
)

REMEDY = Remedy(Cause.REGISTRY_BLOCKED, fixes, RUNBOOK)
