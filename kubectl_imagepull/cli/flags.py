"""The flags: kubectl's own names and meanings, each described once."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated

import typer

from kubectl_imagepull.cli.path_completion import complete_files
from kubectl_imagepull.report.formats import Output
from kubectl_imagepull.runs.orders import Order


class TextOutput(str, Enum):
    """The formats of commands that give no report."""

    TABLE = "table"
    JSON = "json"


class CheckOutput(str, Enum):
    """The formats of `check`."""

    TABLE = "table"
    JSON = "json"
    JUNIT = "junit"
    SARIF = "sarif"


class ProbeAs(str, Enum):
    """Whose logins registries may be asked with."""

    DOCKER = "docker"


class Color(str, Enum):
    """When to colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


OutputFlag = Annotated[Output, typer.Option("--output", "-o", help="Format of the output.")]
PseudonymsFlag = Annotated[
    str | None,
    typer.Option(
        "--pseudonyms",
        metavar="KEYFILE",
        help="Replace names, and write the key that turns them back here; one that is there is taken up again.",
        autocompletion=complete_files,
    ),
]
ColorFlag = Annotated[Color, typer.Option("--color", help="When to colour; NO_COLOR is honoured.")]


#: Flags that choose among failures or clusters, and formats that `check` doesn't have.
NOT_OF_CHECK = frozenset(
    {
        *("output", "selector", "all_namespaces", "full", "all_contexts", "probe"),
        *("causes", "nodes", "registries", "since", "sort_by"),
    }
)

#: Flags that choose among failures or clusters, or the output, of which `report` has one.
NOT_OF_REPORT = NOT_OF_CHECK | {
    *("no_headers", "color", "exit_code", "rules", "probe_with_secrets", "probe_as", "probe_allow", "registry_ca"),
}


#: Flags that choose among failures or clusters, show them, or ask registries: `record` writes what all of them need.
NOT_OF_RECORD = frozenset(
    {
        *("output", "no_headers", "color", "exit_code", "all_contexts", "causes", "nodes", "registries", "since"),
        *("sort_by", "probe", "probe_with_secrets", "probe_as", "probe_allow", "registry_ca"),
    }
)


@dataclass(frozen=True)
class Flags:
    """What `scan` and `diagnose` take: what to look at, how to show it, how to reach the cluster."""

    namespace: Annotated[
        str | None,
        typer.Option("--namespace", "-n", metavar="NAME", help="Look only here. Repeatable."),
    ] = None
    all_namespaces: Annotated[bool, typer.Option("--all-namespaces", "-A", help="Look in all namespaces.")] = False
    selector: Annotated[
        str | None,
        typer.Option(
            "--selector", "-l", metavar="QUERY", help="Only pods with these labels (app=web,tier!=db,env in (a,b))."
        ),
    ] = None
    causes: Annotated[
        list[str] | None,
        typer.Option("--cause", metavar="CAUSE", help="Only failures of this cause. Repeatable."),
    ] = None
    nodes: Annotated[
        list[str] | None,
        typer.Option("--node", metavar="NAME", help="Only pods on this node. Repeatable."),
    ] = None
    registries: Annotated[
        list[str] | None,
        typer.Option("--registry", metavar="HOST", help="Only images of this registry. Repeatable."),
    ] = None
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DURATION", help="Only what began so long ago at most: 10m, 2h."),
    ] = None
    sort_by: Annotated[
        Order | None,
        typer.Option(
            "--sort-by",
            help="Order of the root causes, by default those with most pods first; what heals by itself is last.",
        ),
    ] = None
    recordings: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            metavar="PATH",
            help="Read a recording and no cluster: what 'record' wrote, a file or directory of JSON or YAML, a "
            "cluster-info dump, a must-gather, a support bundle; - is standard input. Repeatable.",
            autocompletion=complete_files,
        ),
    ] = None
    names_key: Annotated[
        str | None,
        typer.Option(
            "--key",
            metavar="KEYFILE",
            help="With --from: turn the pseudonyms of a recording back into names, by the key that "
            "'record --pseudonyms' wrote.",
            autocompletion=complete_files,
        ),
    ] = None
    rules: Annotated[
        list[str] | None,
        typer.Option(
            "--rules",
            metavar="FILE",
            help="Rules of your site, for messages and hosts, in place of those in your own file (docs/rules.md). "
            "Repeatable.",
            autocompletion=complete_files,
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
    probe: Annotated[
        bool,
        typer.Option(
            "--probe",
            help="Ask the registries about the images as well, from here and without any login (docs/probing.md).",
        ),
    ] = False
    probe_with_secrets: Annotated[
        bool,
        typer.Option(
            "--probe-with-secrets", help="Ask with the pods' own pull secrets too, each at its own registry alone."
        ),
    ] = False
    probe_as: Annotated[
        ProbeAs | None, typer.Option("--probe-as", help="Ask with the logins of your own docker too.")
    ] = None
    probe_allow: Annotated[
        list[str] | None,
        typer.Option(
            "--probe-allow",
            metavar="HOST",
            help="A registry that may be at a private address: HOST, HOST:PORT, or http://HOST:PORT for one without "
            "TLS. Repeatable.",
        ),
    ] = None
    registry_ca: Annotated[
        str | None,
        typer.Option(
            "--registry-ca",
            metavar="PATH",
            help="Certificates that vouch for registries, beside the system's.",
            autocompletion=complete_files,
        ),
    ] = None
    kubeconfig: Annotated[
        str | None,
        typer.Option("--kubeconfig", metavar="PATH", help="The kubeconfig file to use.", autocompletion=complete_files),
    ] = None
    contexts: Annotated[
        list[str] | None,
        typer.Option(
            "--context",
            metavar="NAME",
            help="The kubeconfig context to use. Repeatable: their clusters are read side by side.",
        ),
    ] = None
    all_contexts: Annotated[
        bool, typer.Option("--all-contexts", help="Read the clusters of all contexts of the kubeconfig.")
    ] = False
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", metavar="NAME", help="The kubeconfig cluster to use."),
    ] = None
    user: Annotated[
        str | None,
        typer.Option("--user", metavar="NAME", help="The kubeconfig user to use."),
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
            autocompletion=complete_files,
        ),
    ] = None
    client_certificate: Annotated[
        str | None,
        typer.Option(
            "--client-certificate", metavar="PATH", help="Log in with this certificate.", autocompletion=complete_files
        ),
    ] = None
    client_key: Annotated[
        str | None, typer.Option("--client-key", metavar="PATH", help="Its key.", autocompletion=complete_files)
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
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces where several are asked for, else none: `namespace` holds them separated by commas."""
        names = tuple(filter(None, (self.namespace or "").split(",")))
        return names if len(names) > 1 and not self.all_namespaces else ()

    @property
    def choose_among_failures(self) -> bool:
        """Whether not all that fails is to be shown, or in another order."""
        return any((self.causes, self.nodes, self.registries, self.since, self.sort_by))

    @property
    def several_clusters(self) -> bool:
        """Whether more than one context is asked for, or all, however many there are."""
        return self.all_contexts or len(set(self.contexts or ())) > 1
