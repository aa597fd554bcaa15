"""What a run is to read, as a value: which clusters or recordings, which pods in them, and how closely."""

from __future__ import annotations

from dataclasses import dataclass, field

from kubectl_imagepull.kube.connection.options import Connection
from kubectl_imagepull.runs.target import Target
from kubectl_imagepull.vocabulary.site_rule import NO_SITE_RULES, SiteRules

#: How many failing pods are looked at closely for a table, and for pages that show the proof of each root cause.
CLOSELY_FOR_TABLE = 10
CLOSELY_FOR_PAGES = 150


@dataclass(frozen=True)
class ProbeRequest:
    """How registries are to be asked."""

    #: Whether the pods' own pull secrets are tried, by the kubelet's rules.
    with_secrets: bool = False
    #: Whether the logins of the user's own docker are tried.
    as_docker: bool = False
    #: Hosts that may be at private addresses; `http://HOST` is asked in plain text.
    allowed: tuple[str, ...] = ()
    #: The path of a PEM file with more authorities; None for the system's alone.
    authorities: str | None = None


@dataclass(frozen=True)
class Request:
    """What a run is to read."""

    #: How the cluster is reached; where several are read, with the context of none of them in particular.
    connection: Connection = field(default_factory=Connection)
    #: The contexts whose clusters are read side by side; empty where one cluster is read, or all are.
    contexts: tuple[str, ...] = ()
    #: Whether the clusters of all contexts of the kubeconfig are read side by side.
    all_contexts: bool = False
    #: Paths of recordings that are read in place of any cluster; `-` is standard input.
    recordings: tuple[str, ...] = ()
    #: The path of the key that turns recordings' pseudonyms back; None where they are read as they are.
    names_key: str | None = None
    #: The namespace; None for the context's, and where recordings are read for all.
    namespace: str | None = None
    #: Several namespaces, of which just these are read; none for one or all.
    namespaces: tuple[str, ...] = ()
    #: Whether all namespaces are read, whatever `namespace` says.
    all_namespaces: bool = False
    #: A label selector for pods, as `kubectl get -l` takes it; empty for all pods.
    selector: str = ""
    #: The pods and workloads that are asked about; none for whatever fails.
    targets: tuple[Target, ...] = ()
    #: Whether every pod of a large cluster is read whole.
    full: bool = False
    #: Why no secret is to be read, for the report; empty where they are.
    secrets_left_out: str = ""
    #: So many failing pods of a large cluster are looked at closely.
    closely: int = CLOSELY_FOR_PAGES
    #: How registries are asked; None where they are not.
    probe: ProbeRequest | None = None
    #: The rules of the user's site, by which texts are read beside the built-in ones.
    site_rules: SiteRules = NO_SITE_RULES

    @property
    def several_clusters(self) -> bool:
        """Whether the clusters of more than one context are read, or of all, however many there are."""
        return self.all_contexts or bool(self.contexts)
