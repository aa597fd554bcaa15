"""What the object of Argo CD or Flux that writes a workload says, as a value: its source, and what undoes a change.

Values of charts are as secret as a pull secret: nothing but paths and an image's own pieces is in here.
"""

from __future__ import annotations

from dataclasses import dataclass

from kubectl_imagepull.evidence.releases.release_finding import ImageValues


@dataclass(frozen=True)
class DeployerFinding:
    """An Application, HelmRelease or Kustomization that was read."""

    #: Its kind.
    kind: str
    #: Its name.
    name: str
    #: Its namespace.
    namespace: str
    #: The Git repository or chart repository that it reads; "" where none is known or may be shown.
    repository: str = ""
    #: The folder there, or the chart's name.
    path: str = ""
    #: The branch, tag, commit or chart version.
    revision: str = ""
    #: Whether it writes the workload again by itself, as soon as somebody changes it.
    heals_itself: bool = False
    #: Whether it applies what is new by itself.
    is_automatic: bool = False
    #: Whether it does nothing at all for now.
    is_suspended: bool = False
    #: What writes the object itself, so that a change of it is undone: `ApplicationSet web`; "" for nobody known.
    written_by: str = ""
    #: Where the values that it holds give the image.
    images: tuple[ImageValues, ...] = ()
    #: The name of the image that its kustomize settings replace, as the base writes it; "" for none.
    replaced: str = ""
