"""The one ordered table of rules: the first that matches names the cause.

A rule's phrases are searched in the head (what kubelet and runtime say, names taken out); with `body` also in what the
registry says, if that is compatible with the HTTP status. Specific rules stand early, generic ones late. A test holds
every phrase to its proofs: texts that no other phrase explains; the placeholders of the head are explained in unwrap.
"""

from kubectl_imagepull.messages.rules.content import CONTENT
from kubectl_imagepull.messages.rules.corruption import CORRUPTION
from kubectl_imagepull.messages.rules.credentials import CREDENTIALS
from kubectl_imagepull.messages.rules.generic import GENERIC
from kubectl_imagepull.messages.rules.kubelet import KUBELET
from kubectl_imagepull.messages.rules.languages import LANGUAGES
from kubectl_imagepull.messages.rules.network import CONNECTION, PROXY_AND_DNS
from kubectl_imagepull.messages.rules.node import NODE
from kubectl_imagepull.messages.rules.phrase import Phrase
from kubectl_imagepull.messages.rules.policy import POLICY
from kubectl_imagepull.messages.rules.reference import REFERENCE
from kubectl_imagepull.messages.rules.registry import PROTOCOL_PAGE, PROTOCOL_STATUS, PROTOCOL_WORDS, REGISTRY
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.tls import CERTIFICATE, HANDSHAKE
from kubectl_imagepull.messages.rules.vendors import LOGINS, RIGHTS

RULES: tuple[Rule, ...] = (
    *KUBELET,
    *PROTOCOL_WORDS,
    *REFERENCE,
    *POLICY,
    *NODE,
    *CONTENT,
    *CORRUPTION,
    *PROXY_AND_DNS,
    *LANGUAGES,
    *CERTIFICATE,
    *CONNECTION,
    *HANDSHAKE,
    *LOGINS,
    *CREDENTIALS,
    *RIGHTS,
    *REGISTRY,
    *PROTOCOL_STATUS,
    *GENERIC,
    *PROTOCOL_PAGE,
)

__all__ = ["RULES", "Phrase", "Rule"]
