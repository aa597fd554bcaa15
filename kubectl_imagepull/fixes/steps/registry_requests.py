"""Asking a registry from the node, and leaving it to the kubelet to ask again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.vocabulary.command import Command, joined
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Who


def registry_request(context: FixContext) -> Command:
    """Asks the host as the runtime does, to be run on the node."""
    path = "/" if context.registry.is_blob_host else "/v2/"
    return Command(("curl", "-sSi", "--max-time", "20", joined("https://", context.registry.host_word, path)))


def ask_registry(context: FixContext, looks: Iterable[Fix]) -> list[Fix]:
    """Fixes that run `registry_request`, with what a good answer is."""
    note = "An answer of 200 or 401 is fine: the registry is up and reachable."
    if context.registry.is_blob_host:
        note = "Any answer is fine, even 403 or 404: the layers' host is reachable."
    return [replace(fix, notes=(*fix.notes, note) if fix.commands else fix.notes) for fix in looks]


def wait_for_retry(why: str, *, short: tuple[str, ...] = (), basis: Basis = Basis.TEXT) -> Fix:
    """Lets the kubelet try again; `why` is a clause that says what heals by itself."""
    text = f"{why}: the kubelet retries by itself within five minutes."
    return Fix(text, (), Who.NOBODY, basis, short=(*short, "Wait for the next attempt"))
