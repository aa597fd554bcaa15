"""What the registry's owner does so that whoever was refused may pull; by a command where its cloud has one."""

from __future__ import annotations

from kubectl_imagepull.evidence.refusal import Identity, IdentityKind, LackingPolicy
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps.cloud_rights import (
    ABAC,
    CACHE_ACTIONS,
    Grant,
    amazon_grant,
    azure_attachment,
    azure_grant,
    cache_grant,
    cache_rules,
    google_grant,
    openshift_grant,
    repository_policy,
)
from kubectl_imagepull.fixes.steps.vendor_sides import side_of
from kubectl_imagepull.fixes.steps.workload_changes import set_image
from kubectl_imagepull.vocabulary.command import Command
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.names import shown, shown_name
from kubectl_imagepull.vocabulary.node_environment import Platform
from kubectl_imagepull.vocabulary.vendors import Vendor, ecr_account

_PULL_ONLY = "AmazonEC2ContainerRegistryPullOnly"
_SLOW = "A new role assignment takes a few minutes to take effect."


def refused_account(context: FixContext) -> str:
    """Who was refused, for a sentence: an identity that the text names, a secret's account, or the node's own."""
    identity = _identity(context)
    if identity and identity.name:
        return _NAMES[identity.kind].format(name=shown(identity.name), account=identity.account)
    if context.credentials.logins:
        return f"the account in secret {shown_name(context.credentials.logins[0].secret)}"
    if len(context.pod.secrets) == 1 and context.credentials.secrets is None:
        return f"the account in secret {shown_name(context.pod.secrets[0])}"
    return f"the identity that {context.node.shown} pulls with" if context.node.nodes else "the node's own identity"


_NAMES = {
    IdentityKind.AWS_ROLE: "role {name} of AWS account {account}",
    IdentityKind.AWS_USER: "user {name} of AWS account {account}",
    IdentityKind.ORACLE_INSTANCE: "the node's own instance",
    IdentityKind.ORACLE_USER: "the Oracle user in the secret",
    IdentityKind.GOOGLE: "service account {name}",
}


def grant_access(context: FixContext) -> list[Fix]:
    """Lets whoever was refused pull the image, in the registry's own way."""
    vendor, who = context.registry.vendor, refused_account(context)
    if vendor is Vendor.ECR:
        return _at_amazon(context, who)
    if vendor is Vendor.GOOGLE and (grant := google_grant(context, _identity(context))):
        text = (
            f"Let {who} read {context.image.path} at {context.registry.name}: it needs "
            "roles/artifactregistry.reader. Artifact Registry gives the same answer for a repository that doesn't "
            "exist."
        )
        return [_granted(text, grant, ("Grant roles/artifactregistry.reader",))]
    if vendor is Vendor.AZURE:
        grant = azure_attachment(context) if _is_kubelets(context) else azure_grant(context)
        return [
            _granted(f"Let {who} pull from {context.registry.name}: assign it AcrPull.", grant, _AZURE, (ABAC, _SLOW))
        ]
    if vendor is Vendor.OPENSHIFT:
        return openshift_rights(context)
    if vendor is Vendor.ORACLE and _is_kubelets(context):
        text = (
            f"Let {who} pull from {context.registry.name}: add it to a dynamic group, and give that group a policy "
            "such as allow dynamic-group GROUP to read repos in tenancy."
        )
        return [_asked(text, ("Allow the node's dynamic group to read repos",))]
    side = side_of(vendor)
    text = f"Let {who} pull {context.image.path or 'the image'} from {context.registry.name}: {side.grant}."
    if side.note and not context.credentials.logins:
        text += f" {side.note}"
    short = (f"Let the account pull {context.image.path}", "Let the account pull the image")
    return [_asked(text, short)]


_AZURE = ("Assign AcrPull on the registry",)


def _at_amazon(context: FixContext, who: str) -> list[Fix]:
    identity, path = _identity(context), context.image.path
    if identity is None:
        if context.credentials.logins:
            text = f"Let {who} pull {path}: {side_of(Vendor.ECR).grant}."
            return [_asked(text, (f"Let the account pull {path}", "Let the account pull the image"))]
        text = (
            f"Let {who} pull {path}: give its role {_PULL_ONLY}, and if the repository is in another AWS account, "
            "allow it in the repository's policy too."
        )
        return [
            _granted(text, amazon_grant(context), (f"Give the node's role {_PULL_ONLY}", "Let the node's role pull"))
        ]
    is_role = identity.kind is IdentityKind.AWS_ROLE
    role = identity.name if is_role else ""
    if identity.action in CACHE_ACTIONS:
        prefix = path.partition("/")[0]
        text = (
            f"Let {who} fill the pull-through cache: it lacks {identity.action}, and needs "
            f"{' and '.join(CACHE_ACTIONS)} for prefix {prefix}."
        )
        return [_granted(text, cache_grant(context, role), ("Let the role fill the pull-through cache",))]
    if identity.lacking is LackingPolicy.OF_RESOURCE or identity.account != ecr_account(context.registry.name):
        text = (
            f"Let {who} pull {path}: account {ecr_account(context.registry.name)}, which owns it, has to allow "
            "ecr:BatchGetImage and ecr:GetDownloadUrlForLayer in the repository's policy, and the other account in "
            "its own policy."
        )
        look = repository_policy(context)
        steps = (look, *amazon_grant(context, role).commands) if role else (look,)
        grant = Grant(steps, amazon_grant(context, role).undo if role else ())
        return [_granted(text, grant, ("Allow the other account in the repository's policy",))]
    text = f"Let {who} pull {path}: it lacks {identity.action}, which {_PULL_ONLY} allows."
    if not is_role:
        return [_asked(text, ("Let the AWS user pull the image",))]
    return [_granted(text, amazon_grant(context, role), (f"Allow role {shown(role)} to pull", "Let the role pull"))]


def openshift_rights(context: FixContext) -> list[Fix]:
    """Lets the pod's service account pull another project's images; within its own project it may already."""
    project, namespace = context.image.path.partition("/")[0], context.pod.failure.namespace
    account = context.pod.service_account
    if project == namespace:
        name = context.image.path.partition("/")[2]
        tag = f"{name}:{context.image.tag}" if context.image.tag else name
        look = Command(("oc", *context.reaching, "get", "imagestreamtag", tag, "-n", context.pod.namespace))
        text = (
            f"Service accounts of project {namespace} may pull its images, but the registry gives the same answer "
            f"for a missing one: check whether image stream {name} has the tag."
        )
        return [
            Fix(
                text,
                (look,),
                Who.YOU,
                Basis.TEXT,
                Where.REGISTRY,
                short=(("Check whether the image stream has the tag"),),
            )
        ]
    text = (
        f"Let service account {account} of project {shown(namespace)} pull images of project {project}: give it "
        "system:image-puller there. Its pull secret is managed by OpenShift and is fine."
    )
    short = (f"Give {account} system:image-puller in {project}", "Give the account system:image-puller there")
    return [_granted(text, openshift_grant(context, project), short, basis=Basis.EVIDENCE)]


def upstream_rights(context: FixContext) -> list[Fix]:
    """The login of a cache at the registry that it caches; nothing where that isn't what was refused."""
    if not context.credentials.refusal.is_upstreams:
        return []
    registry, path = context.registry.name, context.image.path
    fixes = _without_library(context)
    if context.registry.vendor is Vendor.ECR:
        text = (
            f"The upstream registry refused the pull-through cache of {registry}; the node's own login is fine. Put "
            "the right user and token for the upstream into the Secrets Manager secret of the rule."
        )
        commands: tuple[Command, ...] = (cache_rules(context),)
    else:
        text = (
            f"{registry} fetches {path} from an upstream registry, and its own login there was refused. Ask its "
            "administrator to correct that login."
        )
        commands = ()
    short = ("Correct the cache's login at its upstream",)
    return [*fixes, Fix(text, commands, Who.REGISTRY_OWNER, Basis.TEXT, Where.REGISTRY, short=short)]


def _without_library(context: FixContext) -> list[Fix]:
    """Docker Hub's library/ holds images of one word alone; with more it names nothing, also through a cache."""
    prefix, library, rest = context.image.path.partition("/library/")
    if not library or "/" not in rest:
        return []
    path = f"{prefix}/{rest}"
    image = context.image.in_repository(f"{context.registry.name}/{path}")
    text = (
        f"Remove library/: the pull-through cache asks its upstream for library/{rest}, and Docker Hub's library/ "
        "has only official images with one-part names."
    )
    short = (f"Pull {path}", "Remove library/ from the image's path")
    return [set_image(context, image).as_fix(text, basis=Basis.TEXT, short=short)]


def _identity(context: FixContext) -> Identity | None:
    """Whom the text names, where it is the cloud whose registry this is that says so."""
    identity = context.credentials.refusal.identity
    vendors = _VENDORS.get(identity.kind, frozenset()) if identity else frozenset()
    return identity if context.registry.vendor in vendors else None


_VENDORS = {
    IdentityKind.AWS_ROLE: frozenset({Vendor.ECR}),
    IdentityKind.AWS_USER: frozenset({Vendor.ECR}),
    IdentityKind.ORACLE_INSTANCE: frozenset({Vendor.ORACLE}),
    IdentityKind.ORACLE_USER: frozenset({Vendor.ORACLE}),
    IdentityKind.GOOGLE: frozenset({Vendor.GOOGLE}),
}


def _is_kubelets(context: FixContext) -> bool:
    """Whether the node itself was refused, and not the account of a secret."""
    identity = _identity(context)
    if identity and identity.kind is IdentityKind.ORACLE_USER:
        return False
    if context.registry.vendor is Vendor.AZURE and context.node.environment.platform not in {
        Platform.AKS,
        Platform.UNKNOWN,
    }:
        return False
    return not context.credentials.logins


def _granted(
    text: str, grant: Grant, short: tuple[str, ...], notes: tuple[str, ...] = (), *, basis: Basis = Basis.TEXT
) -> Fix:
    return Fix(text, grant.commands, Who.REGISTRY_OWNER, basis, Where.REGISTRY, grant.undo, short, notes)


def _asked(text: str, short: tuple[str, ...]) -> Fix:
    return Fix(text, (), Who.REGISTRY_OWNER, Basis.TEXT, Where.REGISTRY, short=short)
