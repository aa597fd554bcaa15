"""PullSecretMissing: a pull secret that the pod names does not exist."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Remedy, Runbook
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix


def fixes(context: FixContext) -> Sequence[Fix]:
    """TODO."""
    raise NotImplementedError


RUNBOOK = Runbook(
    confirm=(
        (
            "kubectl get pod POD -n NAMESPACE -o jsonpath='{.spec.imagePullSecrets}' shows which secrets the pod "
            "names; none of another namespace counts."
        ),
        "kubectl get secret NAME -n NAMESPACE says NotFound.",
        (
            "The event FailedToRetrieveImagePullSecret alone is a warning: on a public image the pull works all the "
            "same."
        ),
    ),
    fixes=(
        (
            ANY_REGISTRY,
            (
                "Create the secret in the pod's namespace, copy it from another one, or correct its name where it "
                "stands: pod template or service account. The kubelet tries again within five minutes."
            ),
        ),
    ),
)

REMEDY = Remedy(Cause.PULL_SECRET_MISSING, fixes, RUNBOOK)
