"""SignatureRejected: a signature policy rejected the image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments.tasks_table import tasks_for
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.fixes.steps.other_images import existing_tag, previous_revision
from kubectl_imagepull.messages.particulars import Particular
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Command, Effect
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.node_environment import Platform, Runtime
from kubectl_imagepull.vocabulary.vendors import Vendor


def fixes(context: FixContext) -> Sequence[Fix]:
    """The signature that is asked for, or the policy that asks for it."""
    policy = _policy(context)
    other = existing_tag(context, "Or use a tag that is signed.")
    if context.says(Particular.REJECTED_BY_POLICY):
        # no signature helps where the policy refuses all that comes from there
        return [*policy, *previous_revision(context)]
    return [*previous_revision(context), _sign(context), *policy, other]


def _sign(context: FixContext) -> Fix:
    image = context.image
    tool = "notation" if context.says(Particular.NOTATION) else "cosign"
    if image.is_strangers:
        text = (
            f"{image.brief} isn't signed as the policy requires, and only its publisher can sign it: use an image "
            "that is signed, or have the policy allow this one."
        )
        return Fix(text, (), Who.PUBLISHER, Basis.TEXT, Where.REGISTRY, short=("Use an image that is signed",))
    text = (
        f"Sign {image.brief} with the key that the policy requires: the signature is pushed next to the image. The "
        "kubelet retries within five minutes."
    )
    commands = (Command((tool, "sign", str(image.reference)), frozenset({Effect.CHANGES_REGISTRY})),)
    steps = commands if image.reference and (context.says(Particular.COSIGN) or tool == "notation") else ()
    short = (f"Sign {image.path}:{image.tag}", "Sign the image as the policy requires")
    return Fix(text, steps, Who.PUBLISHER, Basis.TEXT, Where.REGISTRY, short=short)


def _policy(context: FixContext) -> list[Fix]:
    """Whose policy it is, and how it is seen."""
    environment, registry = context.node.environment, context.registry
    by_registry = context.says(Particular.COSIGN) or context.says(Particular.NOTATION)
    if registry.vendor is Vendor.HARBOR or by_registry:
        text = (
            f"The policy is that of the image's project at {registry.name} (Deployment security): a project "
            "administrator can turn it off."
        )
        return [Fix(text, (), Who.REGISTRY_OWNER, Basis.TEXT, Where.REGISTRY, short=("Change the project's policy",))]
    if environment.platform is Platform.OPENSHIFT:
        text = (
            f"The policy is the cluster's: allow {registry.name} in its ClusterImagePolicy or ImagePolicy, or in the "
            "policy.json that a MachineConfig writes."
        )
        see = Command(("oc", "get", "clusterimagepolicies,imagepolicies", "-A"))
        return [Fix(text, (see,), Who.CLUSTER_ADMIN, Basis.TEXT, Where.CLUSTER, short=("Change the image policy",))]
    # these are CRI-O's words, whether or not the node could be looked at
    by_crio = context.says(Particular.REJECTED_BY_POLICY) or context.says(Particular.NO_SIGNATURE)
    if environment.runtime is Runtime.CRIO or (by_crio and environment.runtime is not Runtime.CONTAINERD):
        why = f"Check the node's signature policy, and have {registry.name} allowed on every node"
        steps = tasks_for(context).run(why, Command(("cat", "/etc/containers/policy.json")))
        return [replace(fix, short=("Have the node's signature policy changed",)) for fix in steps]
    if environment.runtime is Runtime.CONTAINERD:
        text = (
            f"The policy is that of an image verifier of containerd on {context.node.each}: its programs are in the "
            "bin_dir directory of plugin io.containerd.image-verifier.v1.bindir."
        )
        short = ("Ask whoever set up the node's image verifier",)
        return [Fix(text, (), Who.CLUSTER_ADMIN, Basis.TEXT, Where.NODE, nodes=context.node.nodes, short=short)]
    text = f"The policy is that of {registry.name}, or of the runtime on {context.node.each}: ask whoever set it."
    short = ("Ask whoever set the signature policy",)
    return [Fix(text, (), Who.CLUSTER_ADMIN, Basis.GUESS, Where.NODE, nodes=context.node.nodes, short=short)]


RUNBOOK = Runbook(
    confirm=("The reason is SignatureValidationFailed (CRI-O), or an image verifier 'blocked pull' (containerd).",),
    fixes=(
        (
            ANY_REGISTRY,
            "Sign the image with the key that the policy requires and push the signature, or use a signed tag.",
        ),
        (
            "CRI-O",
            "The policy is in /etc/containers/policy.json on the node.",
        ),
        (
            "containerd",
            "Image verifiers are set in /etc/containerd/config.toml (2.0 and later).",
        ),
        (
            Vendor.HARBOR.value,
            "'not signed by cosign' or 'by notation' (412) comes from the project's own policy.",
        ),
    ),
)

REMEDY = Remedy(Cause.SIGNATURE_REJECTED, fixes, RUNBOOK)
