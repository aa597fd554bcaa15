"""The certificate that a registry's host shows: how to see it, and who else may be showing one in its place."""

from __future__ import annotations

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.vocabulary.command import Command, Pipeline, ShellText, Word
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.names import host_name

_NO_INPUT = ShellText("</dev/null")


def show_handshake(context: FixContext) -> Command:
    """Shakes hands with the host, from any machine that reaches it."""
    registry = context.registry
    # a server name is never an address
    name: tuple[Word, ...] = () if registry.is_address else ("-servername", host_name(registry.host_without_port))
    return Command(("openssl", "s_client", "-connect", host_name(registry.host_with_port), *name, _NO_INPUT))


def show_certificate(context: FixContext, *parts: str) -> Pipeline:
    """Shows parts of the certificate that the host shows, from any machine that reaches it."""
    return Pipeline((show_handshake(context), Command(("openssl", "x509", "-noout", *parts))))


def see_who_signed(context: FixContext, text: str, *, basis: Basis = Basis.TEXT) -> Fix:
    """Shows who signed the host's certificate, which says whose authority is missing."""
    host = context.registry.host
    short = (f"Check who signed the certificate of {host}", "Check who signed the registry's certificate")
    show = show_certificate(context, "-subject", "-issuer", "-dates")
    return Fix(text, (show,), Who.YOU, basis, Where.REGISTRY, short=short)


def ingress_certificate(context: FixContext, controller: str) -> Fix:
    """Gives the registry's Ingress a certificate, where its controller answers with the one that it begins with."""
    host = context.registry.host_without_port
    text = (
        f"{controller} answers for {host} with its default certificate: the Ingress of {host} has no TLS secret, or "
        "one for another host. Give it a TLS secret for this host."
    )
    short = (f"Give the Ingress of {host} its certificate", "Give the registry's Ingress its certificate")
    show = show_certificate(context, "-subject", "-issuer")
    return Fix(text, (show,), Who.REGISTRY_OWNER, Basis.TEXT, Where.REGISTRY, short=short)
