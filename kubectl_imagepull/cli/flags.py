"""The flags: kubectl's own names and meanings, each described once, and what they ask to be read."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import Enum
from functools import wraps
from typing import Annotated, Any, get_type_hints

import typer

from kubectl_imagepull.cli.completion.protocol import files
from kubectl_imagepull.kube.connection.options import Connection, Overrides
from kubectl_imagepull.kube.duration import parse_duration
from kubectl_imagepull.kube.selector import SelectorError, parse_selector
from kubectl_imagepull.report.formats import Output
from kubectl_imagepull.runs.request import CLOSELY_FOR_PAGES, Request
from kubectl_imagepull.runs.target import Target


class TextOutput(str, Enum):
    """The formats of commands that give no report."""

    TABLE = "table"
    JSON = "json"


class Color(str, Enum):
    """When to colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


OutputFlag = Annotated[Output, typer.Option("--output", "-o", help="Format of the output.")]
ColorFlag = Annotated[Color, typer.Option("--color", help="When to colour; NO_COLOR is honoured.")]


def completing(kind: str) -> Callable[[typer.Context, str], list[tuple[str, str]]]:
    """Completes a name of a kind that the flags given so far lead to."""

    def complete(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
        from kubectl_imagepull.cli.completion.candidates import candidates

        given = {one.name: ctx.params.get(one.name) for one in fields(Flags)}
        flags = Flags(**{name: value for name, value in given.items() if value is not None})
        return candidates(kind, flags.kubeconfig, flags.lenient_request, incomplete)

    return complete


@dataclass(frozen=True)
class Flags:
    """What `scan` and `diagnose` take: what to look at, how to show it, how to reach the cluster."""

    namespace: Annotated[
        str | None,
        typer.Option(
            "--namespace", "-n", metavar="NAME", help="Look only here.", autocompletion=completing("namespaces")
        ),
    ] = None
    all_namespaces: Annotated[bool, typer.Option("--all-namespaces", "-A", help="Look in all namespaces.")] = False
    selector: Annotated[
        str | None,
        typer.Option(
            "--selector", "-l", metavar="QUERY", help="Only pods with these labels (app=web,tier!=db,env in (a,b))."
        ),
    ] = None
    recordings: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            metavar="PATH",
            help="Read a recording and no cluster: a file or directory of JSON or YAML, a cluster-info dump, a "
            "must-gather, a support bundle; - is standard input. Repeatable.",
            autocompletion=files,
        ),
    ] = None
    output: OutputFlag = Output.TABLE
    no_headers: Annotated[bool, typer.Option("--no-headers", help="Only the table's rows.")] = False
    color: ColorFlag = Color.AUTO
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 if a failed pull was found.")] = False
    no_secrets: Annotated[
        bool, typer.Option("--no-secrets", help="Read no secret; what they would prove is left open.")
    ] = False
    full: Annotated[
        bool,
        typer.Option(
            "--full",
            help="Read every pod of a large cluster whole: slower, but it finds ephemeral containers whose events are "
            "gone, and where else an image runs.",
        ),
    ] = False
    kubeconfig: Annotated[
        str | None,
        typer.Option("--kubeconfig", metavar="PATH", help="The kubeconfig file to use.", autocompletion=files),
    ] = None
    contexts: Annotated[
        list[str] | None,
        typer.Option(
            "--context",
            metavar="NAME",
            help="The kubeconfig context to use. Repeatable: their clusters are read side by side.",
            autocompletion=completing("contexts"),
        ),
    ] = None
    all_contexts: Annotated[
        bool, typer.Option("--all-contexts", help="Read the clusters of all contexts of the kubeconfig.")
    ] = False
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster", metavar="NAME", help="The kubeconfig cluster to use.", autocompletion=completing("clusters")
        ),
    ] = None
    user: Annotated[
        str | None,
        typer.Option("--user", metavar="NAME", help="The kubeconfig user to use.", autocompletion=completing("users")),
    ] = None
    server: Annotated[
        str | None, typer.Option("--server", "-s", metavar="URL", help="The API server's address; needs no kubeconfig.")
    ] = None
    token: Annotated[str | None, typer.Option("--token", metavar="TOKEN", help="Log in with this bearer token.")] = (
        field(default=None, repr=False)
    )
    certificate_authority: Annotated[
        str | None,
        typer.Option(
            "--certificate-authority",
            metavar="PATH",
            help="Certificates that vouch for the API server.",
            autocompletion=files,
        ),
    ] = None
    client_certificate: Annotated[
        str | None,
        typer.Option(
            "--client-certificate", metavar="PATH", help="Log in with this certificate.", autocompletion=files
        ),
    ] = None
    client_key: Annotated[
        str | None, typer.Option("--client-key", metavar="PATH", help="Its key.", autocompletion=files)
    ] = None
    tls_server_name: Annotated[
        str | None,
        typer.Option(
            "--tls-server-name", metavar="NAME", help="The name in the API server's certificate, if not its address."
        ),
    ] = None
    insecure_skip_tls_verify: Annotated[
        bool, typer.Option("--insecure-skip-tls-verify", help="Don't check who the API server is.")
    ] = False
    as_user: Annotated[str | None, typer.Option("--as", metavar="NAME", help="Impersonate this user.")] = None
    as_uid: Annotated[
        str | None, typer.Option("--as-uid", metavar="UID", help="Impersonate the user with this UID; needs --as.")
    ] = None
    as_groups: Annotated[
        list[str] | None, typer.Option("--as-group", metavar="NAME", help="Impersonate this group. Repeatable.")
    ] = None
    request_timeout: Annotated[
        str | None,
        typer.Option(
            "--request-timeout",
            metavar="DURATION",
            help="How long one request may take: 30, 30s, 2m; 0 for no limit. Without it 60s.",
        ),
    ] = None
    chunk_size: Annotated[
        int, typer.Option("--chunk-size", min=0, metavar="N", help="Objects a page; 0 for all in one.")
    ] = 500

    @property
    def several_clusters(self) -> bool:
        """Whether more than one context is asked for, or all, however many there are."""
        return self.all_contexts or len(set(self.contexts or ())) > 1

    def in_namespace_of(self, targets: Sequence[Target]) -> Flags:
        """The flags, with the namespace that the targets name as if `-n` gave it; raises BadParameter for several."""
        named = {target.namespace for target in targets}
        if self.all_namespaces or not targets or named == {None}:
            return self
        first = next(target for target in targets if target.namespace)
        if self.namespace is not None and named != {self.namespace}:
            raise typer.BadParameter(
                f"{first} names its namespace, and -n {self.namespace} another: leave out one of them"
            )
        if len(named) > 1:
            raise typer.BadParameter(
                f"{first} names its namespace, and others don't name the same: -A looks in all namespaces"
            )
        return replace(self, namespace=first.namespace)

    def check_one_cluster(self, flag: str) -> None:
        """Raises BadParameter where another flag follows a cluster, and these don't name one alone."""
        if self.recordings:
            raise typer.BadParameter(f"{flag} follows a cluster; a recording doesn't change")
        if self.several_clusters:
            raise typer.BadParameter(f"{flag} follows one cluster: it can't go with {self._how_several}")

    def request(self, targets: Sequence[Target] = (), closely: int = CLOSELY_FOR_PAGES) -> Request:
        """What the flags ask to be read; so many failing pods are looked at closely.

        Raises BadParameter where flags don't go together, or a value is none that a cluster or recording can be read
        with.
        """
        if self.several_clusters:
            self._check_several()
        # a recording is read whatever is said about a cluster
        request = self._request_to(Connection()) if self.recordings else self.lenient_request()
        self._check_selector()
        return replace(request, targets=tuple(targets), closely=closely)

    def lenient_request(self) -> Request:
        """The same where a flag that doesn't go with another is no fault, such as in a line that isn't complete."""
        return self._request_to(self._connection())

    def _request_to(self, connection: Connection) -> Request:
        several = self.several_clusters and not self.all_contexts
        return Request(
            connection=connection,
            contexts=tuple(self.contexts or ()) if several else (),
            all_contexts=self.all_contexts,
            recordings=tuple(self.recordings or ()),
            namespace=self.namespace,
            all_namespaces=self.all_namespaces,
            selector=self.selector or "",
            full=self.full,
            secrets_left_out="--no-secrets was given" if self.no_secrets else "",
        )

    def _connection(self) -> Connection:
        try:
            timeout = None if self.request_timeout is None else parse_duration(self.request_timeout)
        except ValueError as error:
            raise typer.BadParameter(f"--request-timeout: {error}") from error
        self._check_selector()
        if self.insecure_skip_tls_verify and self.certificate_authority:
            raise typer.BadParameter("--insecure-skip-tls-verify and --certificate-authority: give one of them")
        return Connection(
            kubeconfig=self.kubeconfig,
            context=self.contexts[0] if self.contexts else None,
            cluster=self.cluster,
            user=self.user,
            as_user=self.as_user,
            as_groups=tuple(self.as_groups or ()),
            request_timeout=timeout,
            chunk_size=self.chunk_size,
            as_uid=self.as_uid,
            overrides=Overrides(
                server=self.server,
                tls_server_name=self.tls_server_name,
                insecure_skip_tls_verify=self.insecure_skip_tls_verify,
                certificate_authority=self.certificate_authority,
                token=self.token,
                client_certificate=self.client_certificate,
                client_key=self.client_key,
            ),
        )

    def _check_selector(self) -> None:
        try:
            parse_selector(self.selector or "")
        except SelectorError as error:
            raise typer.BadParameter(f"--selector: {error}") from error

    def _check_several(self) -> None:
        """Raises BadParameter where flags don't go with several clusters."""
        if self.all_contexts and self.contexts:
            raise typer.BadParameter("--all-contexts and --context: give one of them")
        if self.recordings:
            raise typer.BadParameter(f"--from reads a recording and no cluster: it takes no {self._how_several}")
        # a cluster's address would be that of all, a user's login would be sent to all
        for_one = (
            *(("--cluster", self.cluster), ("--server", self.server), ("--tls-server-name", self.tls_server_name)),
            *(("--user", self.user), ("--token", self.token)),
            *(("--client-certificate", self.client_certificate), ("--client-key", self.client_key)),
        )
        for flag, value in for_one:
            if value:
                raise typer.BadParameter(f"{flag} is for one cluster: it can't go with {self._how_several}")
        if "" in (self.contexts or ()):
            raise typer.BadParameter("--context: a name is empty")

    @property
    def _how_several(self) -> str:
        """How several contexts are asked for, to begin a complaint with."""
        return "--all-contexts" if self.all_contexts else "more than one --context"


def takes_flags(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command all the flags, which it gets as its last argument, `flags`."""
    signature = inspect.signature(command, eval_str=True)
    own = [parameter for parameter in signature.parameters.values() if parameter.name != "flags"]
    hints = get_type_hints(Flags, include_extras=True)
    flags = [
        inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name]
        )
        for field in fields(Flags)
    ]

    @wraps(command)
    def called(**values: Any) -> None:
        own_values = {parameter.name: values.pop(parameter.name) for parameter in own}
        command(**own_values, flags=Flags(**values))

    shown: Any = called
    del shown.__wrapped__  # the flags' signature is the one to show
    shown.__signature__ = signature.replace(parameters=[*own, *flags])
    shown.__annotations__ = {}
    return called
