"""Flags -> what they ask to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import typer

from kubectl_imagepull.cli.flags import Flags
from kubectl_imagepull.cli.site_rules_loading import load_rules
from kubectl_imagepull.kube.connection.options import Connection, Overrides
from kubectl_imagepull.kube.duration import parse_duration
from kubectl_imagepull.kube.selector import SelectorError, parse_selector
from kubectl_imagepull.runs.request import CLOSELY_FOR_PAGES, ProbeRequest, Request
from kubectl_imagepull.runs.target import Target


def in_namespace_of(flags: Flags, targets: Sequence[Target]) -> Flags:
    """The flags, with the namespace that the targets name as if `-n` gave it; raises BadParameter for several."""
    named = {target.namespace for target in targets}
    if flags.all_namespaces or not targets or named == {None}:
        return flags
    named_target = next(target for target in targets if target.namespace)
    if flags.namespace is not None and named != {flags.namespace}:
        raise typer.BadParameter(
            f"{named_target} names its namespace, and -n {flags.namespace} another: remove one of them"
        )
    if len(named) > 1:
        raise typer.BadParameter(
            f"{named_target} names its namespace, and others don't name the same: -A looks in all namespaces"
        )
    return replace(flags, namespace=named_target.namespace)


def check_one_cluster(flags: Flags, flag: str) -> None:
    """Raises BadParameter where another flag follows a cluster, and these don't name one alone."""
    if flags.recordings:
        raise typer.BadParameter(f"{flag} follows a cluster; a recording doesn't change")
    if flags.probe:
        raise typer.BadParameter(f"{flag} asks no registry again and again: it can't go with --probe")
    if flags.several_clusters:
        raise typer.BadParameter(f"{flag} follows one cluster: it can't be combined with {_how_several(flags)}")


def request_of(flags: Flags, targets: Sequence[Target] = (), closely: int = CLOSELY_FOR_PAGES) -> Request:
    """What the flags ask to be read; so many failing pods are looked at closely.

    Raises BadParameter where flags don't go together, or a value is none that a cluster or recording can be read
    with.
    """
    if flags.several_clusters:
        _check_several(flags)
    if flags.names_key and not flags.recordings:
        raise typer.BadParameter("--key turns the pseudonyms of a recording back: name the recording with --from")
    # a recording is read whatever is said about a cluster
    request = _request_to(flags, Connection()) if flags.recordings else lenient_request(flags)
    _check_selector(flags)
    return replace(request, targets=tuple(targets), closely=closely, site_rules=load_rules(flags.rules))


def lenient_request(flags: Flags) -> Request:
    """The same where a flag that doesn't go with another is no fault, such as in a line that isn't complete."""
    return _request_to(flags, _connection(flags))


def _request_to(flags: Flags, connection: Connection) -> Request:
    # one context, even if it is named twice, is the connection's
    several = flags.several_clusters and not flags.all_contexts
    return Request(
        connection=connection,
        contexts=tuple(flags.contexts or ()) if several else (),
        all_contexts=flags.all_contexts,
        recordings=tuple(flags.recordings or ()),
        names_key=flags.names_key,
        # of a recording all is read, and what is elsewhere is left out of the report
        namespaces=flags.namespaces,
        namespace=None if flags.namespaces else flags.namespace,
        all_namespaces=flags.all_namespaces or bool(flags.namespaces),
        selector=flags.selector or "",
        full=flags.full,
        secrets_left_out="--no-secrets was given" if flags.no_secrets else "",
    )


def probe_of(flags: Flags, *, asked: bool) -> ProbeRequest | None:
    """How registries are to be asked, None where they aren't; raises BadParameter for a host that is none."""
    wanted = flags.probe_with_secrets, flags.probe_as, flags.probe_allow, flags.registry_ca
    if not asked:
        if any(wanted):
            names = ("--probe-with-secrets", "--probe-as", "--probe-allow", "--registry-ca")
            given = next(name for name, value in zip(names, wanted, strict=True) if value)
            raise typer.BadParameter(f"{given} is about questions to registries, and none are asked: add --probe")
        return None
    try:
        from kubectl_imagepull.registry.reach import parse_allowed

        allowed = tuple(map(parse_allowed, flags.probe_allow or ()))
    except ValueError as error:
        raise typer.BadParameter(f"--probe-allow: {error}") from error
    if flags.probe_with_secrets and flags.no_secrets:
        raise typer.BadParameter("--probe-with-secrets and --no-secrets: give one of them")
    return ProbeRequest(flags.probe_with_secrets, flags.probe_as is not None, allowed, flags.registry_ca)


def _connection(flags: Flags) -> Connection:
    try:
        timeout = None if flags.request_timeout is None else parse_duration(flags.request_timeout)
    except ValueError as error:
        raise typer.BadParameter(f"--request-timeout: {error}") from error
    _check_selector(flags)
    if flags.insecure_skip_tls_verify and flags.certificate_authority:
        raise typer.BadParameter("--insecure-skip-tls-verify and --certificate-authority: use only one of them")
    return Connection(
        kubeconfig=flags.kubeconfig,
        context=flags.contexts[0] if flags.contexts else None,
        cluster=flags.cluster,
        user=flags.user,
        as_user=flags.as_user,
        as_groups=tuple(flags.as_groups or ()),
        request_timeout=timeout,
        chunk_size=flags.chunk_size,
        as_uid=flags.as_uid,
        overrides=Overrides(
            server=flags.server,
            tls_server_name=flags.tls_server_name,
            insecure_skip_tls_verify=flags.insecure_skip_tls_verify,
            certificate_authority=flags.certificate_authority,
            token=flags.token,
            client_certificate=flags.client_certificate,
            client_key=flags.client_key,
        ),
    )


def _check_selector(flags: Flags) -> None:
    try:
        parse_selector(flags.selector or "")
    except SelectorError as error:
        raise typer.BadParameter(f"--selector: {error}") from error


def _check_several(flags: Flags) -> None:
    """Raises BadParameter where flags don't go with several clusters."""
    if flags.all_contexts and flags.contexts:
        raise typer.BadParameter("--all-contexts and --context: use only one of them")
    if flags.recordings:
        raise typer.BadParameter(
            f"--from reads a recording, not a cluster: it can't be combined with {_how_several(flags)}"
        )
    # a cluster's address would be that of all, a user's login would be sent to all
    for_one = (
        *(("--cluster", flags.cluster), ("--server", flags.server), ("--tls-server-name", flags.tls_server_name)),
        *(("--user", flags.user), ("--token", flags.token)),
        *(("--client-certificate", flags.client_certificate), ("--client-key", flags.client_key)),
    )
    for flag, value in for_one:
        if value:
            raise typer.BadParameter(f"{flag} is for one cluster: it can't be combined with {_how_several(flags)}")
    if "" in (flags.contexts or ()):
        raise typer.BadParameter("--context: a name is empty")


def _how_several(flags: Flags) -> str:
    """How several contexts are asked for, to begin a complaint with."""
    return "--all-contexts" if flags.all_contexts else "more than one --context"
