"""UnsupportedManifest: what the registry sent is not a container image that the runtime takes."""

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
    confirm=("skopeo inspect --raw docker://IMAGE shows the media type of what stands under the name.",),
    fixes=(
        (
            ANY_REGISTRY,
            "Name a container image: a Helm chart or another artifact can't be run.",
        ),
        (
            "containerd",
            "2.1 and later refuse schema 1: build and push the image again.",
        ),
        (
            "Docker",
            "28 and later refuse schema 1: build and push the image again.",
        ),
        (
            "mirror or proxy",
            (
                "'unexpected media type text/html' means that a web page answered: the endpoint is no /v2/ of a "
                "registry."
            ),
        ),
    ),
)

REMEDY = Remedy(Cause.UNSUPPORTED_MANIFEST, fixes, RUNBOOK)
