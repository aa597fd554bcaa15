"""ConnectTimeout: the registry did not answer in time."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, ANY_RUNTIME, Remedy, Runbook
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix


def fixes(context: FixContext) -> Sequence[Fix]:
    """TODO."""
    raise NotImplementedError


RUNBOOK = Runbook(
    confirm=(
        "stage in the details says where: lookup, dial, tls, headers or body.",
        "On the node: curl -sSv --connect-timeout 10 https://HOST/v2/ shows where it stops; 200 or 401 is good.",
        (
            "Without login on the node: kubectl debug node/NODE -it --image=IMAGE_ON_THE_NODE -- chroot /host; it "
            "needs an image as well, so name one that the node has."
        ),
    ),
    fixes=(
        (
            ANY_REGISTRY,
            "lookup: DNS. dial: a firewall drops packets; open the registry's port from the nodes.",
        ),
        (
            ANY_RUNTIME,
            "tls: a firewall that looks into TLS, a proxy, or the MTU. Proxies are the runtime's own setting.",
        ),
        (
            "slow registries",
            "headers, body: the registry is slow; layers may come from another host that must be open.",
        ),
    ),
)

REMEDY = Remedy(Cause.CONNECT_TIMEOUT, fixes, RUNBOOK)
