"""The one ordered table of rules: the first that matches names the cause.

Specific rules stand early, generic ones late.
"""

from __future__ import annotations

from kubectl_imagepull.messages.rules.content import CONTENT
from kubectl_imagepull.messages.rules.corruption import CORRUPTION
from kubectl_imagepull.messages.rules.credentials import CREDENTIALS
from kubectl_imagepull.messages.rules.generic import GENERIC, TRANSLATIONS
from kubectl_imagepull.messages.rules.kubelet import KUBELET, RUNTIME_CALLS
from kubectl_imagepull.messages.rules.languages import LANGUAGES
from kubectl_imagepull.messages.rules.logins_and_rights import LOGINS, RIGHTS
from kubectl_imagepull.messages.rules.network import CONNECTION, PROXY_AND_DNS
from kubectl_imagepull.messages.rules.node import NODE
from kubectl_imagepull.messages.rules.policy import POLICY
from kubectl_imagepull.messages.rules.reference import REFERENCE
from kubectl_imagepull.messages.rules.registry import REGISTRY
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.tls import (
    CERTIFICATE,
    HANDSHAKE,
    PROTOCOL_PAGE,
    PROTOCOL_STATUS,
    PROTOCOL_WORDS,
)

RULES: tuple[Rule, ...] = (
    *KUBELET,
    *PROTOCOL_WORDS,
    *REFERENCE,
    *POLICY,
    *NODE,
    *RUNTIME_CALLS,
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
    *TRANSLATIONS,
    *GENERIC,
    *PROTOCOL_PAGE,
)
