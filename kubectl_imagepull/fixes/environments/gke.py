"""GKE, with nodes of one's own pools and in Autopilot.

Sources: GKE's pages "Customize containerd configuration in GKE nodes" and "Access private registries with private CA
certificates"; GoogleCloudPlatform/gcpdiag gcpdiag/lint/gke (the ids of the logs).
"""

from __future__ import annotations

from functools import cached_property

from kubectl_imagepull.fixes.environments.access import CHANGES_NODE, Access, LoginShell
from kubectl_imagepull.fixes.environments.cloud_roles import node_account
from kubectl_imagepull.fixes.environments.managed_nodes import ManagedNodeTasks
from kubectl_imagepull.fixes.environments.node_files import MIRROR, unless_missing, write_file_here
from kubectl_imagepull.fixes.environments.ways_out import copy_image, with_note
from kubectl_imagepull.fixes.steps.cloud_rights import CLUSTER, LOCATION, POOL
from kubectl_imagepull.fixes.steps.workload_changes import retry
from kubectl_imagepull.vocabulary.command import Command, Pipeline, Placeholder, Step, Word, chain, joined
from kubectl_imagepull.vocabulary.fix import Fix, Where
from kubectl_imagepull.vocabulary.names import host_name
from kubectl_imagepull.vocabulary.vendors import Vendor

_FILE = "gke-containerd.yaml"
_SECRET = Placeholder(
    "SECRET_URI", "projects/NUMBER/secrets/NAME/versions/VERSION of the certificate in Secret Manager"
)
_ANEW = "The nodes are recreated one by one."
_WHOLE = "The file replaces the previous one: keep its other lines."


class GkeTasks(ManagedNodeTasks):
    """containerd's settings are the node pool's; the service makes its nodes anew with them."""

    @property
    def closed(self) -> str:
        """What would be typed on a node is gone with it."""
        return "GKE has no setting for this, and changes on a node are lost with the node"

    @cached_property
    def access(self) -> Access:
        """By ssh through gcloud, to see."""
        if not self.environment.machine:
            return LoginShell()
        project, zone, name = self.environment.machine
        words = ("gcloud", "compute", "ssh", name, "--project", project, "--zone", zone)
        return LoginShell((f"Log in to the node with: {Command(words)} (a private node: --tunnel-through-iap too)",))

    def removed(self) -> tuple[Command, ...]:
        """The pool's group makes another one."""
        if not self.environment.machine:
            return ()
        project, zone, name = self.environment.machine
        words = ("gcloud", "compute", "instances", "delete", name, "--project", project, "--zone", zone)
        return (Command(words, CHANGES_NODE),)

    @property
    def project(self) -> tuple[Word, ...]:
        """The words that choose the project; none where it isn't known."""
        return ("--project", self.environment.machine[0]) if self.environment.machine else ()

    @property
    def group(self) -> str:
        """What the settings belong to, for a sentence."""
        return f"the node pool of {self.context.node.shown} (GKE)"

    def update(self) -> Command:
        """Gives the node pool the file."""
        pool: Word = self.environment.pool or POOL
        words: tuple[Word, ...] = ("--cluster", CLUSTER, "--location", LOCATION, *self.project)
        given = f"--containerd-config-from-file={_FILE}"
        return Command(("gcloud", "container", "node-pools", "update", pool, *words, given), CHANGES_NODE)

    def _settings(self, text: str, lines: tuple[Word, ...], short: tuple[str, ...], *before: Command) -> Fix:
        steps: tuple[Command | Pipeline, ...] = (*before, write_file_here(_FILE, lines), self.update())
        return self.fix(text, *chain(*steps), short=short, notes=(_ANEW, _WHOLE), where=Where.CLUSTER)

    def _hosts(self, url: Word) -> tuple[Word, ...]:
        return (
            "registryHosts:",
            joined('- server: "', self.registry_word, '"'),
            "  hosts:",
            joined('  - host: "', url, '"'),
            "    capabilities: [HOST_CAPABILITY_PULL, HOST_CAPABILITY_RESOLVE]",
        )

    def plain_http(self) -> tuple[Fix, ...]:
        """By registryHosts."""
        text = f"{self.host} speaks plain HTTP: give {self.group} a containerd configuration with http://{self.host}."
        url: Word = joined("http://", host_name(self.host))
        fix = self._settings(
            text, self._hosts(url), (f"Set http://{self.host} for the node pool", "Name the http:// host")
        )
        note = "registryHosts needs a recent GKE version: older ones reject the file."
        return (with_note(fix, note), copy_image(self.context, "Or leave that registry", over_http=True))

    def trust_authority(self) -> tuple[Fix, ...]:
        """By privateRegistryAccessConfig, from Secret Manager."""
        text = f"Give {self.group} a containerd configuration with the CA that signed {self.host}, from Secret Manager."
        lines: tuple[Word, ...] = (
            "privateRegistryAccessConfig:",
            "  enabled: true",
            "  certificateAuthorityDomainConfig:",
            "  - gcpSecretManagerCertificateConfig:",
            joined('      secretURI: "', _SECRET, '"'),
            joined('    fqdns: ["', host_name(self.host), '"]'),
        )
        short = (f"Trust the CA of {self.host}", "Trust the registry's CA")
        return (self._settings(text, lines, short, unless_missing(_SECRET)),)

    def mirror(self) -> tuple[Fix, ...]:
        """By registryHosts."""
        registry = self.context.registry.name
        text = (
            f"{self.host} answers in place of {registry}: fix it, or give the node pool of {self.context.node.shown} "
            "(GKE) another mirror."
            if self.is_mirrored
            else f"Give {self.group} a mirror of {registry}."
        )
        lines = self._hosts(joined("https://", MIRROR))
        return (
            self._settings(
                text, lines, (f"Use a mirror for {registry}", "Use a mirror for the registry"), unless_missing(MIRROR)
            ),
        )

    def proxy(self) -> tuple[Fix, ...]:
        """By the network of the nodes."""
        text = (
            f"GKE has no proxy setting for its nodes: let them reach {self.host} through Cloud NAT, or use a remote "
            "repository in Artifact Registry."
        )
        short = (
            f"Let the nodes reach {self.host} through Cloud NAT",
            "Let the nodes reach the registry through Cloud NAT",
        )
        return (self.fix(text, short=short, where=Where.CLUSTER),)

    def node_credentials(self) -> tuple[Fix, ...]:
        """For Artifact Registry by the pool's service account."""
        if self.context.registry.vendor is Vendor.GOOGLE:
            return (node_account(self.context),)
        return super().node_credentials()

    def restart_runtime(self, why: str) -> tuple[Fix, ...]:
        """On the node itself: a restart leaves nothing behind that could be lost."""
        restart = self.access.as_root("systemctl", "restart", "containerd", effects=CHANGES_NODE)
        return (self.after(why, f"restart containerd on {self.at_node}.", restart, short=("Restart containerd",)),)

    def delete_image(self, why: str) -> tuple[Fix, ...]:
        """By crictl, which its systems have."""
        remove = self.access.as_root("crictl", "rmi", self.context.image.word, effects=CHANGES_NODE)
        rest = f"delete the image from {self.at_node}, so that it is pulled again."
        return (self.after(why, rest, remove, short=("Delete what the node holds of the image",)),)

    def runtime_log(self, why: str) -> tuple[Fix, ...]:
        """From Cloud Logging."""
        return (self._log(why, "containerd", "container-runtime"),)

    def kubelet_log(self, why: str, pattern: str) -> tuple[Fix, ...]:
        """From Cloud Logging."""
        return (self._log(why, "the kubelet", "kubelet", Command(("grep", "-E", pattern))),)

    def _log(self, why: str, whose: str, log: str, *filters: Command) -> Fix:
        node = self.context.node.name
        query = joined('resource.type="k8s_node" AND resource.labels.node_name="', node, f'" AND log_id("{log}")')
        words: tuple[Word, ...] = ("gcloud", "logging", "read", query, "--freshness=1h", *self.project)
        step: Step = Pipeline((Command(words), *filters)) if filters else Command(words)
        rest = f"read {whose}'s log on {self.at_node}."
        return self.after(why, rest, step, short=(f"Read {whose}'s log",), where=Where.CLUSTER)


class GkeAutopilotTasks(GkeTasks):
    """Google keeps the nodes; what is set for them is the cluster's."""

    @property
    def group(self) -> str:
        """What the settings belong to, for a sentence."""
        return "the cluster (GKE Autopilot)"

    def update(self) -> Command:
        """Gives the whole cluster the file."""
        words: tuple[Word, ...] = ("--location", LOCATION, *self.project)
        given = f"--containerd-config-from-file={_FILE}"
        return Command(("gcloud", "container", "clusters", "update", CLUSTER, *words, given), CHANGES_NODE)

    def replaced(self, why: str) -> Fix:
        """The pod comes to another node; Google takes empty ones away."""
        text = f"{why} Cordon" if why.endswith(".") else f"{why}: cordon"
        cordon = self.context.kubectl("cordon", self.context.node.name, effects=CHANGES_NODE)
        uncordon = self.context.kubectl("uncordon", self.context.node.name, effects=CHANGES_NODE)
        return self.fix(
            f"{text} {self.context.node.shown}, and let the pod start on another.",
            *chain(cordon, *retry(self.context)),
            undo=(uncordon,),
            short=("Let the pod start on another node",),
            where=Where.CLUSTER,
        )

    def removed(self) -> tuple[Command, ...]:
        """They are no instances of one's own."""
        return ()

    def restart_runtime(self, why: str) -> tuple[Fix, ...]:
        """Nobody enters the node."""
        return (self.replaced(why),)

    def delete_image(self, why: str) -> tuple[Fix, ...]:
        """Nobody enters the node."""
        return (self.replaced(why),)

    def run(self, why: str, *steps: Step) -> tuple[Fix, ...]:
        """In a pod of its own, for the node takes no debugging pods."""
        carried = tuple(map(self.in_pod, steps))
        rest = f"run this in a pod on {self.at_node}."
        return (self.after(why, rest, *carried, short=("Check from a pod on the node",), where=Where.CLUSTER),)
