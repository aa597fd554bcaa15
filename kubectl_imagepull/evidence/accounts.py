"""Whether a pod's service account names other pull secrets now than the pod got from it.

Facts: kubernetes plugin/pkg/admission/serviceaccount: the account's secrets are copied into a pod that names none, when
it is made and never again; a static pod gets none.
"""

from __future__ import annotations

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.index import index_of
from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, text_of
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.names import shown_name
from kubectl_imagepull.vocabulary.wording import listed

_CHECK = Check.SERVICE_ACCOUNT_SECRETS_CHANGED
_STATIC = "kubernetes.io/config.mirror"


def changed_account(pod: JsonObject, names: tuple[str, ...], snapshot: Snapshot) -> Evidence | None:
    """What the service account names now, if that is something else than the pod has; None if it isn't, or unknown."""
    metadata, spec = object_of(pod.get("metadata")), object_of(pod.get("spec"))
    if _STATIC in object_of(metadata.get("annotations")):
        return None
    if names and not _are_from_account(metadata, snapshot):
        return None
    namespace, account = text_of(metadata.get("namespace")), text_of(spec.get("serviceAccountName")) or "default"
    held_account = index_of(snapshot).find("ServiceAccount", namespace, account)
    if held_account is None:
        why = snapshot.why_unread("ServiceAccount", namespace, account)
        if why is None:
            return None
        text = f"Could not check which pull secrets service account {shown_name(account)} has now: {why}."
        return Evidence(_CHECK, Result.SKIPPED, text)
    named = dict.fromkeys(text_of(item.get("name")) for item in objects_of(held_account.get("imagePullSecrets")))
    now = tuple(name for name in named if name)
    if set(now) == set(names):
        return None
    has = f"has {listed([shown_name(name) for name in names])}" if names else "has none"
    text = (
        f"Service account {shown_name(account)} has "
        f"{listed([shown_name(name) for name in now]) or 'no pull secret'} now, and the pod {has}: a pod gets them "
        "only when it is created."
    )
    return Evidence(_CHECK, Result.INFO, text, values=now)


def _are_from_account(metadata: JsonObject, snapshot: Snapshot) -> bool:
    """Whether the pod's template is known to name no secrets, so that the pod's own are its service account's."""
    for owner in objects_of(metadata.get("ownerReferences")):
        if owner.get("controller") is True:
            kind, name = text_of(owner.get("kind")), text_of(owner.get("name"))
            controller = index_of(snapshot).find(kind, text_of(metadata.get("namespace")), name)
            template = object_of(object_of(object_of(controller).get("spec")).get("template"))
            return bool(template) and not objects_of(object_of(template.get("spec")).get("imagePullSecrets"))
    return False
