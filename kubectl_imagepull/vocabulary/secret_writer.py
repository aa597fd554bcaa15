"""Who writes a pull secret, as a value: what evidence/secret_writer.py recognises and fixes name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kubectl_imagepull.vocabulary.manager import Manager
from kubectl_imagepull.vocabulary.names import is_object_name


class Writer(str, Enum):
    """The programs that write pull secrets, by the names that people call them."""

    EXTERNAL_SECRETS = "External Secrets"
    SEALED_SECRETS = "Sealed Secrets"
    VAULT = "Vault Secrets Operator"
    REFLECTOR = "Reflector"
    REPLICATOR = "kubernetes-replicator"
    CONFIG_SYNCER = "Config Syncer"
    KYVERNO = "Kyverno"
    OPENSHIFT = "OpenShift"
    CRON_JOB = "CronJob"
    #: Whoever else leaves marks: Helm, Argo CD, Flux, OLM, an operator; `manager` says which.
    MANAGER = "manager"


@dataclass(frozen=True)
class SecretWriter:
    """Who writes one pull secret."""

    #: The pull secret's name.
    secret: str
    #: The program that writes it.
    writer: Writer
    #: The object that the secret is made from, as a kind and a name: `ExternalSecret`, `regcred`; "" for none known.
    kind: str = ""
    #: The name of that object.
    name: str = ""
    #: Where that object is; "" for the secret's own namespace.
    namespace: str = ""
    #: The mark that tells.
    sign: str = ""
    #: Who it is, where it is one of those that write whole workloads.
    manager: Manager | None = None
    #: Whether it is a CronJob that is suspended.
    suspended: bool = False
    #: Whether it is a CronJob that only fetches such tokens, and doesn't say the secret's name.
    is_supposed: bool = False

    @property
    def label(self) -> str:
        """The writer for a sentence: `ExternalSecret regcred`, `Helm release shop`, `OpenShift`.

        Labels and annotations are free text: what can't be a name stands in no sentence.
        """
        if self.manager:
            return str(self.manager)
        if not self.kind or not is_object_name(self.name):
            return str(self.writer.value)
        where = f" of namespace {self.namespace}" if self.namespace and is_object_name(self.namespace) else ""
        return f"{self.kind} {self.name}{where}"
