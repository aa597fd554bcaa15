"""RegistryBlocked: a policy forbids pulling from there."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import Remedy, Runbook
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix
from kubectl_imagepull.vocabulary.vendors import Vendor


def fixes(context: FixContext) -> Sequence[Fix]:
    """TODO."""
    raise NotImplementedError


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
