"""The one ordered table of rules: the first that matches names the cause.

A rule's pattern is searched in the head (what kubelet and runtime say, names taken out); with `body` also in what the
registry says, if that is compatible with the HTTP status. Specific phrases stand early, generic ones late. Every
example is run as a test, also with hostile names in it; the placeholders of the head are explained in unwrap.
"""

from kubectl_imagepull.messages.rules.content import CONTENT
from kubectl_imagepull.messages.rules.generic import GENERIC
from kubectl_imagepull.messages.rules.kubelet import KUBELET, REFERENCE
from kubectl_imagepull.messages.rules.network import NETWORK
from kubectl_imagepull.messages.rules.node import NODE
from kubectl_imagepull.messages.rules.policy import POLICY
from kubectl_imagepull.messages.rules.registry import REGISTRY
from kubectl_imagepull.messages.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    *KUBELET,
    *REFERENCE,
    *POLICY,
    *NODE,
    *CONTENT,
    *NETWORK,
    *REGISTRY,
    *GENERIC,
)

__all__ = ["RULES", "Rule"]
