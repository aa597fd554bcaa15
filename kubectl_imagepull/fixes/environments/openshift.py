"""OpenShift and OKD: the Machine Config Operator writes the nodes, so changes go through its API.

Sources: openshift/openshift-docs modules/{images-configuration-insecure,images-configuration-cas,
images-update-global-pull-secret}.adoc and snippets/node-icsp-no-drain.adoc; openshift/machine-config-operator
templates/worker/01-worker-container-runtime.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from kubectl_imagepull.fixes.environments.access import CHANGES_NODE, Access, OpenshiftDebugging
from kubectl_imagepull.fixes.environments.environment_tasks import EnvironmentTasks
from kubectl_imagepull.fixes.environments.node_files import CA_FILE, MIRROR, unless_missing
from kubectl_imagepull.fixes.environments.paths import lasting_directory
from kubectl_imagepull.fixes.environments.ways_out import push_image, replace_node
from kubectl_imagepull.fixes.steps.pull_secrets import login_at
from kubectl_imagepull.vocabulary.command import (
    Command,
    Effect,
    Pipeline,
    ShellText,
    Step,
    Word,
    chain,
    joined,
    json_word,
)
from kubectl_imagepull.vocabulary.fix import Fix, Where

_CLUSTER = frozenset({Effect.CHANGES_CLUSTER})
_IMAGE_CONFIG = "image.config.openshift.io/cluster"
_AUTHORITIES = "registry-cas"
_LOGINS = "pull-secret.json"
_STORE = "/var/lib/containers/storage"
_PULL_SECRET: tuple[Word, ...] = ("secret/pull-secret", "-n", "openshift-config")
#: oc has the function base64decode in its templates; kubectl has it as well.
_DECODED = '--template={{index .data ".dockerconfigjson" | base64decode}}'
_TO_FILE = ShellText(f"> {_LOGINS}")


class OpenshiftTasks(EnvironmentTasks):
    """The cluster's own settings, which the operator brings to every node."""

    @cached_property
    def access(self) -> Access:
        """By oc debug."""
        return OpenshiftDebugging(self.context)

    def oc(self, *words: Word, changes: bool = False) -> Command:
        """A command of oc for the failure's cluster."""
        return Command(("oc", *self.context.reaching, *words), _CLUSTER if changes else frozenset())

    def _cluster_fix(
        self,
        text: str,
        *commands: Step,
        undo: tuple[Step, ...] = (),
        short: tuple[str, ...],
        notes: tuple[str, ...] = (),
    ) -> Fix:
        progress = "The nodes are updated one by one: oc get mcp shows the progress."
        return self.fix(text, *commands, undo=undo, short=short, notes=(*notes, progress), where=Where.CLUSTER)

    def plain_http(self) -> tuple[Fix, ...]:
        """By insecureRegistries."""
        text = (
            f"{self.host} speaks plain HTTP: add it to spec.registrySources.insecureRegistries of {_IMAGE_CONFIG}, "
            "which OpenShift applies to every node."
        )
        note = (
            f'The lines are registrySources: insecureRegistries: ["{self.host}"]; where allowedRegistries is set, add '
            "it there too."
        )
        # a patch would replace the whole list, or fail where there is none yet
        edit = self.oc("edit", _IMAGE_CONFIG, changes=True)
        short = (f"Add {self.host} to insecureRegistries", "Add it to insecureRegistries")
        return (self._cluster_fix(text, edit, short=short, notes=(note,)),)

    def trust_authority(self) -> tuple[Fix, ...]:
        """By additionalTrustedCA; its keys have two dots for the colon before a port."""
        host = self.answering_word
        key: Word = host.replace(":", "..") if isinstance(host, str) else host
        text = f"Add the CA that signed {self.host} to additionalTrustedCA of {_IMAGE_CONFIG}."
        patch = {"spec": {"additionalTrustedCA": {"name": _AUTHORITIES}}}
        back: dict[str, Any] = {"spec": {"additionalTrustedCA": None}}
        name: tuple[Word, ...] = ("configmap", _AUTHORITIES, "-n", "openshift-config")
        create = self.oc("create", *name, joined("--from-file=", key, "=", CA_FILE), changes=True)
        merge: tuple[Word, ...] = ("patch", _IMAGE_CONFIG, "--type=merge", "-p")
        look = self.oc("get", _IMAGE_CONFIG, "-o", "jsonpath={.spec.additionalTrustedCA.name}")
        undo = chain(self.oc(*merge, json_word(back), changes=True), self.oc("delete", *name, changes=True))
        note = "If the first command shows a ConfigMap, add the certificate to that one instead."
        short = (f"Trust the CA of {self.host}", "Trust the registry's CA")
        steps = chain(create, self.oc(*merge, json_word(patch), changes=True))
        return (self._cluster_fix(text, look, *steps, undo=undo, short=short, notes=(note,)),)

    def mirror(self) -> tuple[Fix, ...]:
        """By an ImageTagMirrorSet, for an ImageDigestMirrorSet does nothing for tags."""
        registry = self.context.registry.name
        kinds = "imagetagmirrorset,imagedigestmirrorset,imagecontentsourcepolicy"
        if self.is_mirrored:
            text = (
                f"{self.host} answers in place of {registry}: fix it, or remove it from the mirror set that contains "
                "it."
            )
            look = self.oc("get", kinds, "-o", "yaml")
            repair = (f"Fix or remove the mirror {self.host}", "Fix the mirror")
            return (self._cluster_fix(text, look, self.oc("edit", kinds, changes=True), short=repair),)
        # each does nothing for what the other is for
        kind, field = ("ImageTagMirrorSet", "imageTagMirrors")
        if self.context.image.digest:
            kind, field = ("ImageDigestMirrorSet", "imageDigestMirrors")
        name = f"mirror-{registry.replace(':', '-')}"
        value: dict[str, Any] = {
            "apiVersion": "config.openshift.io/v1",
            "kind": kind,
            "metadata": {"name": name},
            "spec": {field: [{"source": (self.registry_word,), "mirrors": [(MIRROR,)]}]},
        }
        write = Pipeline((Command(("printf", "%s", json_word(value))), self.oc("create", "-f", "-", changes=True)))
        text = f"Set a mirror for {registry} in an {kind}, which OpenShift applies to every node."
        undo = (self.oc("delete", kind.lower(), name, changes=True),)
        note = "Nodes are drained for it."
        short = (f"Use a mirror for {registry}", "Use a mirror for the registry")
        steps = chain(unless_missing(MIRROR), write)
        return (self._cluster_fix(text, *steps, undo=undo, short=short, notes=(note,)),)

    def proxy(self) -> tuple[Fix, ...]:
        """The cluster's own."""
        text = (
            f"Correct the cluster's proxy, or set one if it has none; add {self.host} to noProxy if the nodes can "
            "reach it directly."
        )
        edit = self.oc("edit", "proxy/cluster", changes=True)
        return (
            self._cluster_fix(
                text, edit, short=("Correct the cluster's proxy",), notes=("Nodes are rebooted for it.",)
            ),
        )

    def pause_image(self) -> tuple[Fix, ...]:
        """It belongs to the release."""
        text = (
            f"The pause image {self.context.image.shown} belongs to the OpenShift release and is never set by hand: "
            "let the nodes reach the release's registry, or mirror the whole release."
        )
        look = self.oc("get", "imagedigestmirrorset,imagecontentsourcepolicy", "-o", "yaml")
        return (self.fix(text, look, short=("Mirror OpenShift's release for the nodes",), where=Where.CLUSTER),)

    def load_image(self) -> tuple[Fix, ...]:
        """By a registry; the cluster has one."""
        return (
            push_image(
                self.context, "OpenShift nodes get images only from registries, and the cluster has an internal one"
            ),
        )

    def node_credentials(self) -> tuple[Fix, ...]:
        """In the cluster's pull secret, to which the login is added."""
        registry = self.context.registry.name
        login = login_at(self.context)
        text = f"Add a login for {registry} to the cluster's own pull secret: it serves every pod on every node."
        user: Word = joined("--auth-basic=", login.user, ":", login.password)
        steps = chain(
            self.oc("get", *_PULL_SECRET, _DECODED, _TO_FILE),
            self.oc("registry", "login", joined("--registry=", self.registry_word), user, f"--to={_LOGINS}"),
            self.oc("set", "data", *_PULL_SECRET, f"--from-file=.dockerconfigjson={_LOGINS}", changes=True),
            Command(("rm", _LOGINS)),
        )
        short = (f"Add a login for {registry} to the cluster's pull secret", "Add a login to the cluster's pull secret")
        return (self._cluster_fix(text, *steps, short=short),)

    def restart_runtime(self, why: str) -> tuple[Fix, ...]:
        """By a debugging pod."""
        restart = self.access.as_root("systemctl", "restart", "crio", effects=CHANGES_NODE)
        return (self.after(why, f"restart CRI-O on {self.at_node}.", restart, short=("Restart CRI-O",)),)

    def delete_image(self, why: str) -> tuple[Fix, ...]:
        """By a debugging pod."""
        remove = self.access.as_root("crictl", "rmi", self.context.image.word, effects=CHANGES_NODE)
        rest = f"delete the image from {self.at_node}, so that it is pulled again."
        return (self.after(why, rest, remove, short=("Delete what the node holds of the image",)),)

    def free_disk(self, path: str) -> tuple[Fix, ...]:
        """By a debugging pod, where one can start."""
        directory = lasting_directory(path, _STORE)
        text = f"{self.on}, {directory} is full or out of inodes: check which, and delete unused images."
        look = tuple(self.access.as_root("df", option, directory) for option in ("-h", "-i"))
        prune = self.access.as_root("crictl", "rmi", "--prune", effects=CHANGES_NODE)
        return (self.fix(text, *look, prune, short=("Free disk space on the node",)),)

    def runtime_log(self, why: str) -> tuple[Fix, ...]:
        """By the API."""
        return (self._log(why, "CRI-O", "crio"),)

    def kubelet_log(self, why: str, pattern: str) -> tuple[Fix, ...]:
        """By the API."""
        return (self._log(why, "the kubelet", "kubelet", Command(("grep", "-E", pattern))),)

    def _log(self, why: str, whose: str, unit: str, *filters: Command) -> Fix:
        log = self.oc("adm", "node-logs", self.context.node.name, "-u", unit, "--since=-1h")
        step: Step = Pipeline((log, *filters)) if filters else log
        return self.after(
            why, f"read {whose}'s log on {self.at_node}.", step, short=(f"Read {whose}'s log",), where=Where.CLUSTER
        )

    def run(self, why: str, *steps: Step) -> tuple[Fix, ...]:
        """By a debugging pod."""
        carried = tuple(map(self.access.looking, steps))
        return (self.after(why, f"run this on {self.at_node}.", *carried, short=("See what the node says",)),)

    def compare_settings(self, why: str) -> tuple[Fix, ...]:
        """The operator writes all nodes alike, so one that differs is behind."""
        rest = f"check whether {self.at_node} has its pool's configuration, and replace it if it stays behind."
        look = self.oc("get", "mcp")
        (fix,) = (
            self.after(why, rest, look, short=(("Check whether the node is behind its pool"),), where=Where.CLUSTER),
        )
        return (fix, replace_node(self.context, "If it stays behind"))
