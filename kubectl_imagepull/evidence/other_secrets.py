"""Pull secrets of the same namespace that a pod doesn't name and that may hold what it lacks.

Nothing is read for it: candidates are the secrets that pods beside it run with, and those that were read for others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.credential import Credential
from kubectl_imagepull.evidence.docker_config import SecretState
from kubectl_imagepull.evidence.index import index_of
from kubectl_imagepull.evidence.keyring import lookup
from kubectl_imagepull.evidence.login_faults import faults_of, life_of
from kubectl_imagepull.evidence.refusing_texts import REFUSED
from kubectl_imagepull.evidence.runs import ImageRun, named_secrets
from kubectl_imagepull.evidence.secret_writer import is_openshifts_own
from kubectl_imagepull.evidence.usage import Usage, since_order
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.vocabulary.causes import Cause, What
from kubectl_imagepull.vocabulary.image_reference import ImageReference, try_parse
from kubectl_imagepull.vocabulary.wording import listed

#: Causes under which another secret may be all that is missing: a login raises a limit, too.
_LACKS = REFUSED | {Cause.RATE_LIMITED}
#: Causes under which a secret of the pod's own that fits was sent, and didn't help.
_OWN_WAS_REFUSED = frozenset(
    {
        Cause.BAD_CREDENTIALS,
        Cause.EXPIRED_CREDENTIALS,
        Cause.FORBIDDEN,
        Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE,
    }
)


@dataclass
class _RegistryUsers:
    """By namespace: the pods that run with images of one registry and name secrets, and secrets that were refused."""

    #: The running containers whose pods name secrets, newest first.
    runs: dict[str, list[ImageRun]] = field(default_factory=dict)
    #: The secrets that pods named whose pull was refused.
    refused: dict[str, set[str]] = field(default_factory=dict)


class OtherSecrets:
    """What a snapshot's pods and secrets tell about each other's registries; counted once for each registry."""

    def __init__(self, snapshot: Snapshot, usage: Usage) -> None:
        self.snapshot = snapshot
        self._usage = usage
        self._registries: dict[str, _RegistryUsers] = {}

    def of_registry(self, registry: str) -> _RegistryUsers:
        """Who runs with images of a registry, and with which secrets that didn't work."""
        if registry not in self._registries:
            users = self._registries[registry] = _RegistryUsers()
            uses = self._usage.registries[registry].images.values() if registry in self._usage.registries else ()
            for use in uses:
                for run in use.runs:
                    if run.running and run.secrets:
                        users.runs.setdefault(run.namespace, []).append(run)
                for failure, verdict in use.failures:
                    if verdict.cause in REFUSED:
                        users.refused.setdefault(failure.namespace, set()).update(named_secrets(failure.pod_object))
            for runs in users.runs.values():
                runs.sort(key=since_order, reverse=True)
        return self._registries[registry]

    def fits(self, namespace: str, name: str, image: ImageReference) -> bool | None:
        """Whether a secret holds credentials for an image that are good for all that is known; None if it is unread."""
        secret = index_of(self.snapshot).pull_secret(namespace, name)
        if secret is None:
            # a cluster is asked only for the secrets that failing pods name
            is_absent = not self.snapshot.is_selective and not self.snapshot.why_unread("Secret", namespace, name)
            return False if is_absent else None
        if secret.state is SecretState.HIDDEN:
            return None
        held = [(name, secret.entries)] if secret.state is SecretState.USED else []
        credentials = [match.entry.credential for match in lookup(held, image)]
        return any(self._is_good(credential, secret.changed, image) for credential in credentials)

    def _is_good(self, credential: Credential, changed: datetime | None, image: ImageReference) -> bool:
        """Whether nothing speaks against a credential: neither its form nor its age."""
        if credential.is_empty or faults_of(image.registry, credential):
            return False
        life = life_of(image.registry, credential)
        end = credential.expires or (life.end(changed) if life else None)
        return end is None or end > self.snapshot.now


def look_at_other_secrets(failure: PullFailure, verdict: Verdict, index: OtherSecrets) -> tuple[Evidence, ...]:
    """The secrets of the namespace that are the likeliest to help, if there are any."""
    image = try_parse(failure.image)
    own = named_secrets(failure.pod_object)
    if image is None or failure.what is What.SANDBOX or verdict.cause not in _LACKS:
        return ()
    if verdict.cause not in _OWN_WAS_REFUSED and any(index.fits(failure.namespace, name, image) for name in own):
        return ()
    of_registry = index.of_registry(image.registry)
    left_out = {*own, *of_registry.refused.get(failure.namespace, ())}
    for run in of_registry.runs.get(failure.namespace, ()):
        candidates = [name for name in run.secrets if name not in left_out and not is_openshifts_own(name)]
        named = {name: index.fits(failure.namespace, name, image) for name in candidates}
        names = [name for name, fits in named.items() if fits] or [name for name in named if named[name] is None]
        if names:
            return (_used(run, names, image, known=bool(named[names[0]])),)
    held = [name for name in index_of(index.snapshot).secrets_in(failure.namespace) if not is_openshifts_own(name)]
    fitting = [name for name in held if name not in left_out and index.fits(failure.namespace, name, image)]
    return (_held(fitting[0], image, verdict.cause),) if fitting else ()


def _used(run: ImageRun, names: list[str], image: ImageReference, *, known: bool) -> Evidence:
    which = f"secret{'' if len(names) == 1 else 's'} {listed(names)}"
    text = f"Pod {run.name} runs an image from {image.registry} with {which}, which this pod doesn't have"
    held = "it has credentials for that registry" if known else "its content was not read"
    doubt = f"{held}, and whether it may pull this image is unknown."
    return Evidence(Check.OTHER_PULL_SECRET, Result.INFO, f"{text}: {doubt}", run.name, tuple(names))


def _held(name: str, image: ImageReference, cause: Cause) -> Evidence:
    text = f"Secret {name}, which this pod doesn't reference, has credentials for {image.registry}"
    doubt = "whether it may pull this image is unknown."
    if cause is Cause.RATE_LIMITED:
        doubt = "pulls with them count against that account, not the node's address."
    return Evidence(Check.OTHER_PULL_SECRET, Result.INFO, f"{text}: {doubt}", "", (name,))
