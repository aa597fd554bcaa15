"""Who writes a pull secret: a change by hand lasts until that writes it again.

Facts: the marks that the writers leave: external-secrets/external-secrets apis/externalsecrets/v1, bitnami-labs/
sealed-secrets README, hashicorp/vault-secrets-operator helpers/secrets.go, emberstack/kubernetes-reflector README,
mittwald/kubernetes-replicator replicate/common, kyverno/kyverno pkg/background/common, appscode's config-syncer,
openshift/openshift-controller-manager pkg/internalregistry/controllers, upmc-enterprises/registry-creds main.go.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.index import index_of
from kubectl_imagepull.evidence.manager import mark_of
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, text_of
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.names import shown
from kubectl_imagepull.vocabulary.secret_writer import SecretWriter, Writer


@dataclass(frozen=True)
class _SecretMarks:
    #: The secret itself; nothing reads its values.
    secret: JsonObject
    #: Its name.
    name: str
    #: The namespace that it is in.
    namespace: str
    #: Its labels.
    labels: Mapping[str, object]
    #: Its annotations.
    annotations: Mapping[str, object]

    def marked(self, prefix: str) -> str:
        """The first label or annotation that begins so; "" for none."""
        return next((key for key in (*self.labels, *self.annotations) if key.startswith(prefix)), "")

    def source(self, key: str) -> tuple[str, str]:
        """Namespace and name that an annotation holds as NAMESPACE/NAME; "" for both where it holds something else."""
        namespace, slash, name = text_of(self.annotations.get(key)).partition("/")
        return (namespace, name) if slash else ("", "")


def writer_of(snapshot: Snapshot, namespace: str, name: str, *, of_ecr: bool = False) -> SecretWriter | None:
    """Who writes a secret, or would write one that isn't there; None if nothing tells.

    `of_ecr`: the secret holds, or should hold, an Amazon ECR token, which something has to renew every 12 hours.
    """
    secret = index_of(snapshot).find("Secret", namespace, name)
    if secret is None:
        own_writer = _maker_of_missing(snapshot, namespace, name)
    else:
        metadata = object_of(secret.get("metadata"))
        marks = _SecretMarks(
            secret, name, namespace, object_of(metadata.get("labels")), object_of(metadata.get("annotations"))
        )
        own_writer = next((writer for reader in _READERS if (writer := reader(marks))), None)
    return own_writer or _refresher(snapshot, namespace, name, of_ecr=of_ecr)


def written_by(writer: SecretWriter) -> Evidence:
    """The writer as evidence."""
    name = shown(writer.secret)
    text = (
        f"Secret {name} is written by {writer.label} ({writer.sign}): a manual change lasts until it is written again."
    )
    if writer.kind == "secret":
        text = f"Secret {name} is a copy of {writer.label}, made by {writer.writer.value} ({writer.sign})."
    if writer.is_supposed:
        text = f"{writer.label} may be what renews secret {name} ({writer.sign})."
    return Evidence(Check.WRITTEN_BY, Result.INFO, text, writer.secret, (writer.label,))


# -- the marks of a secret, the surest first -------------------------------------------------------------------


def _by_owner(marks: _SecretMarks) -> SecretWriter | None:
    for owner in objects_of(object_of(marks.secret.get("metadata")).get("ownerReferences")):
        kind, name = text_of(owner.get("kind")), text_of(owner.get("name"))
        group = text_of(owner.get("apiVersion")).partition("/")[0]
        if name and (writer := _OWNERS.get((group, kind))):
            return SecretWriter(marks.name, writer, kind, name, sign=f"owner reference to {kind.lower()}.{group}")
    return None


_OWNERS = {
    ("external-secrets.io", "ExternalSecret"): Writer.EXTERNAL_SECRETS,
    ("bitnami.com", "SealedSecret"): Writer.SEALED_SECRETS,
    ("secrets.hashicorp.com", "VaultStaticSecret"): Writer.VAULT,
    ("secrets.hashicorp.com", "VaultDynamicSecret"): Writer.VAULT,
}


def _by_label(marks: _SecretMarks) -> SecretWriter | None:
    for prefix, writer in _PREFIXES:
        if mark := marks.marked(prefix):
            return SecretWriter(marks.name, writer, sign=f"mark {mark}")
    return None


_PREFIXES = (
    ("reconcile.external-secrets.io/", Writer.EXTERNAL_SECRETS),
    ("sealedsecrets.bitnami.com/", Writer.SEALED_SECRETS),
    ("secrets.hashicorp.com/", Writer.VAULT),
)


def _by_source(marks: _SecretMarks) -> SecretWriter | None:
    """A copy of another secret, which says of which."""
    for key, writer in _SOURCES:
        if key in marks.annotations:
            namespace, name = marks.source(key)
            where = namespace if namespace != marks.namespace else ""
            return SecretWriter(marks.name, writer, "secret" if name else "", name, where, f"annotation {key}")
    return None


_SOURCES = (
    ("reflector.v1.k8s.emberstack.com/reflects", Writer.REFLECTOR),
    ("replicator.v1.mittwald.de/replicate-from", Writer.REPLICATOR),
    ("replicator.v1.mittwald.de/replicated-from-version", Writer.REPLICATOR),
    ("kubed.appscode.com/origin", Writer.CONFIG_SYNCER),
)


def _by_kyverno(marks: _SecretMarks) -> SecretWriter | None:
    policy = text_of(marks.labels.get("generate.kyverno.io/policy-name"))
    if not policy:
        return None
    return SecretWriter(marks.name, Writer.KYVERNO, "policy", policy, sign="label generate.kyverno.io/policy-name")


_OPENSHIFT_NAME = re.compile(r".+-dockercfg-[a-z0-9]{5}\Z")


def is_openshifts_own(secret: str) -> bool:
    """Whether a secret is named as those that OpenShift makes for its service accounts."""
    return _OPENSHIFT_NAME.match(secret) is not None


def _by_openshift(marks: _SecretMarks) -> SecretWriter | None:
    """The secret that OpenShift makes for a service account, for its internal registry."""
    if mark := marks.marked("openshift.io/internal-registry-auth-token"):
        return SecretWriter(marks.name, Writer.OPENSHIFT, sign=f"mark {mark}")
    if is_openshifts_own(marks.name) and marks.secret.get("type") == "kubernetes.io/dockercfg":
        return SecretWriter(marks.name, Writer.OPENSHIFT, sign="its name and type")
    return None


def _by_manager(marks: _SecretMarks) -> SecretWriter | None:
    mark = mark_of(marks.secret)
    return SecretWriter(marks.name, Writer.MANAGER, sign=mark.proof, manager=mark.manager) if mark else None


_READERS: tuple[Callable[[_SecretMarks], SecretWriter | None], ...] = (
    _by_owner,
    _by_label,
    _by_source,
    _by_kyverno,
    _by_openshift,
    _by_manager,
)


# -- objects of a recording that make or renew a secret --------------------------------------------------------


def _maker_of_missing(snapshot: Snapshot, namespace: str, name: str) -> SecretWriter | None:
    """The object that should have made a secret."""
    for kind, writer, path in _MAKERS:
        for item in snapshot.objects.get(kind, ()):
            own_namespace, own_name = key_of(item)
            target = object_of(item.get("spec"))
            for step in path[:-1]:
                target = object_of(target.get(step))
            makes = text_of(target.get(path[-1])) or own_name
            if own_namespace == namespace and makes == name:
                return SecretWriter(name, writer, kind, own_name, sign=f"its spec.{'.'.join(path)}")
    return None


_MAKERS = (
    ("ExternalSecret", Writer.EXTERNAL_SECRETS, ("target", "name")),
    ("SealedSecret", Writer.SEALED_SECRETS, ("template", "metadata", "name")),
    ("VaultStaticSecret", Writer.VAULT, ("destination", "name")),
    ("VaultDynamicSecret", Writer.VAULT, ("destination", "name")),
)


def _refresher(snapshot: Snapshot, namespace: str, name: str, *, of_ecr: bool) -> SecretWriter | None:
    """The CronJob of the namespace that says the secret's name, or for ECR one that fetches such tokens."""
    jobs = [item for item in snapshot.objects.get("CronJob", ()) if key_of(item)[0] == namespace]
    # a CronJob is named after the secret with more behind it, where a command means another secret by that
    named = re.compile(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])")
    for item in jobs:
        if named.search(key_of(item)[1]) or commands_name(item, name):
            return _cron_job(item, name, "it contains the secret's name", is_supposed=False)
    for item in jobs if of_ecr else ():
        if _ECR_WORD.search(key_of(item)[1]) or commands_fetch_ecr_tokens(item):
            return _cron_job(item, name, "it fetches ECR tokens, by its name or command", is_supposed=True)
    return None


def commands_name(cron_job: JsonObject, secret: str) -> bool:
    """Whether what a CronJob runs says a secret's name."""
    word = re.compile(rf"(?<![a-z0-9.-]){re.escape(secret)}(?![a-z0-9-])")
    return any(map(word.search, _commands(cron_job)))


def commands_fetch_ecr_tokens(cron_job: JsonObject) -> bool:
    """Whether what a CronJob runs asks Amazon ECR for a token."""
    return any(map(_ECR_COMMAND.search, _commands(cron_job)))


_ECR_WORD = re.compile(r"(?:\A|-)ecr(?:-|\Z)")
_ECR_COMMAND = re.compile(r"\becr\b.{0,40}\bget-(?:login|authorization)", re.DOTALL)


def _cron_job(item: JsonObject, secret: str, sign: str, *, is_supposed: bool) -> SecretWriter:
    suspended = object_of(item.get("spec")).get("suspend") is True
    name = key_of(item)[1]
    return SecretWriter(
        secret, Writer.CRON_JOB, "CronJob", name, sign=sign, suspended=suspended, is_supposed=is_supposed
    )


def _commands(cron_job: JsonObject) -> Iterator[str]:
    """What the containers of a CronJob run, with their environment; not the pull secrets that it needs itself."""
    job = object_of(object_of(object_of(cron_job.get("spec")).get("jobTemplate")).get("spec"))
    spec = object_of(object_of(job.get("template")).get("spec"))
    for container in objects_of(spec.get("containers")):
        yield json.dumps([container.get("command"), container.get("args"), container.get("env")])
