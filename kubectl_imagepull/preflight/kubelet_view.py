"""How the kubelet would see one image: under which account, with which logins, on which nodes.

Admission copies a service account's pull secrets into a pod that names none (kubernetes plugin/pkg/admission
/serviceaccount), and the rules of `evidence/` hold for what comes of that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kubectl_imagepull.evidence.index import index_of
from kubectl_imagepull.evidence.placement import Placement
from kubectl_imagepull.evidence.platforms import platform_of
from kubectl_imagepull.evidence.pull_logins import pull_logins
from kubectl_imagepull.evidence.pull_secret_findings import PullSecretFindings
from kubectl_imagepull.evidence.pull_secrets import look_at_pull_secrets
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.objects import JsonObject, key_of, pull_secrets_of, text_of
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.preflight.image_places import ImagePlace
from kubectl_imagepull.registry.image_answer import ProbeLogin
from kubectl_imagepull.vocabulary.causes import Cause, Confidence
from kubectl_imagepull.vocabulary.image_reference import ImageReference


@dataclass(frozen=True)
class KubeletView:
    """How the kubelet would see one image."""

    #: The namespace.
    namespace: str
    #: The service account; "" where no pod is known.
    account: str
    #: The pod as admission would let it in.
    pod: JsonObject = field(repr=False)
    #: The pull secrets that hold for it; None where the service account could not be read.
    secrets: tuple[str, ...] | None
    #: What a look at them gave; None where nothing could be looked at.
    findings: PullSecretFindings | None
    #: The platforms of the nodes that the pod may land on, each once; () where none are known.
    platforms: tuple[str, ...]
    #: What else is to be known, a sentence each.
    notes: tuple[str, ...] = ()


class KubeletEyes:
    """Sees images as the kubelets of one cluster would; without one, what manifests hold is all that is known."""

    def __init__(self, snapshot: Snapshot, namespace: str, account: str) -> None:
        self.snapshot = snapshot
        self._namespace = namespace
        self._account = account
        self._placement = Placement(snapshot)

    def namespace_of(self, place: ImagePlace) -> str:
        """The namespace that a place's pods would run in."""
        return place.namespace or self._namespace

    def account_of(self, place: ImagePlace) -> str:
        """The service account that a place's pods would run under; a custom resource's operator may choose another."""
        named = text_of(place.spec.get("serviceAccountName")) or text_of(place.spec.get("serviceAccount"))
        return named or self._account or "default"

    def view(self, place: ImagePlace, image: ImageReference) -> KubeletView:
        """How the kubelet would see an image that is named in a place."""
        namespace, account = self.namespace_of(place), self.account_of(place)
        own, notes = pull_secrets_of(place.spec), []
        secrets: tuple[str, ...] | None = own
        if not own:
            secrets = self._of_account(namespace, account)
            if secrets:
                notes.append(f"service account {account} names {', '.join(secrets)}")
        spec = {**place.spec, "imagePullSecrets": [{"name": name} for name in secrets or ()]}
        pod: JsonObject = {"metadata": {"namespace": namespace, "name": place.name or "check"}, "spec": spec}
        findings = self._findings(place, image, pod, namespace) if secrets is not None else None
        return KubeletView(namespace, account, pod, secrets, findings, self._platforms(pod), tuple(notes))

    def logins(self, view: KubeletView, image: ImageReference) -> tuple[ProbeLogin, ...]:
        """The logins that the kubelet would send, with their values."""
        return pull_logins(image, view.secrets or (), view.namespace, self.snapshot)

    def _of_account(self, namespace: str, account: str) -> tuple[str, ...] | None:
        held = index_of(self.snapshot).find("ServiceAccount", namespace, account)
        if held is None:
            return None if self.snapshot.why_unread("ServiceAccount", namespace, account) else ()
        return pull_secrets_of(held)

    def _findings(
        self, place: ImagePlace, image: ImageReference, pod: JsonObject, namespace: str
    ) -> PullSecretFindings:
        failure = PullFailure(namespace, place.name or "check", None, place.what, str(image), None, "", (), None, pod)
        verdict = Verdict(Cause.UNKNOWN, place.what, Confidence.POSSIBLE, retryable=False)
        return look_at_pull_secrets(failure, verdict, self.snapshot)

    def _platforms(self, pod: JsonObject) -> tuple[str, ...]:
        nodes = {key_of(node)[1]: node for node in self.snapshot.objects.get("Node", ())}
        # where nothing is known to take it, any of them might
        names: Iterable[str] = [name for name in self._placement.nodes_for(pod) if name in nodes] or nodes
        found = sorted({platform_of(nodes[name]) for name in names})
        return tuple(filter(None, found))


def needed_objects(places: Iterable[ImagePlace], eyes: KubeletEyes) -> dict[tuple[str, str], set[str]]:
    """The service accounts (by namespace and name) of places, each with the secrets that its pods name themselves."""
    needed: dict[tuple[str, str], set[str]] = {}
    for place in places:
        key = (eyes.namespace_of(place), eyes.account_of(place))
        needed.setdefault(key, set()).update(pull_secrets_of(place.spec))
    return needed
