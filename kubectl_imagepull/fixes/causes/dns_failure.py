"""DnsFailure: the registry's host name does not resolve."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix
from kubectl_imagepull.vocabulary.vendors import Vendor


def fixes(context: FixContext) -> Sequence[Fix]:
    """TODO."""
    raise NotImplementedError


RUNBOOK = Runbook(
    confirm=(
        "On the node: getent hosts HOST (or resolvectl query HOST, nslookup HOST) fails.",
        (
            "Without login on the node: kubectl debug node/NODE -it --image=IMAGE_ON_THE_NODE -- chroot /host; it "
            "needs an image as well, so name one that the node has."
        ),
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "Correct the host's name, or the node's resolver: the node asks the servers in its own "
                "/etc/resolv.conf and not the cluster's DNS, so names like registry.default.svc don't resolve."
            ),
        ),
        (
            Vendor.AZURE.value,
            (
                "With a private endpoint link the private DNS zone to the nodes' network; layers come from "
                "NAME.REGION.data.azurecr.io, which must resolve as well."
            ),
        ),
    ),
)

REMEDY = Remedy(Cause.DNS_FAILURE, fixes, RUNBOOK)
