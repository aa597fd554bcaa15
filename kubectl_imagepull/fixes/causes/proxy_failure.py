"""ProxyFailure: the proxy refused or failed."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_RUNTIME, Remedy, Runbook
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix


def fixes(context: FixContext) -> Sequence[Fix]:
    """TODO."""
    raise NotImplementedError


RUNBOOK = Runbook(
    confirm=(
        (
            "The text has 'proxyconnect', or a bare 'Forbidden' or 'Bad Gateway' after the quoted URL: the proxy "
            "said so."
        ),
        "On the node: systemctl show --property=Environment containerd crio docker shows the proxy that is used.",
    ),
    fixes=(
        (
            ANY_RUNTIME,
            "Let the proxy pass the registry's host, or add the host to NO_PROXY; then restart the runtime.",
        ),
        (
            "containerd",
            "systemctl edit containerd: HTTPS_PROXY and NO_PROXY as Environment= under [Service].",
        ),
        (
            "CRI-O",
            "systemctl edit crio: the same.",
        ),
        (
            "Docker",
            "systemctl edit docker: the same.",
        ),
    ),
)

REMEDY = Remedy(Cause.PROXY_FAILURE, fixes, RUNBOOK)
