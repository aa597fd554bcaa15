"""What the object of Argo CD or Flux that writes a workload says, as a value: its source, and what undoes a change.

Values of charts are as secret as a pull secret: nothing but paths and an image's own pieces is in here.
"""

from __future__ import annotations

from dataclasses import dataclass

from kubectl_imagepull.evidence.releases.release_finding import ImageValues, ValuePath


@dataclass(frozen=True)
class ApplicationSource:
    """One source of an Argo CD application, as far as it may be shown."""

    #: Its place among `sources`, counted from 1 as argocd does; 0 for the only source of an application.
    position: int
    #: The name that it has there; "" for none.
    name: str
    #: Its Git repository or chart repository; "" where none may be shown.
    repository: str
    #: The folder there, or the chart's name.
    path: str
    #: The branch, tag, commit or chart version.
    revision: str
    #: A field of it with its text, for a test that it still stands where it was; ("", "") where none may be shown.
    identity: tuple[str, str] = ("", "")
    #: Whether it has settings for Helm at all.
    has_helm: bool = False
    #: The names of its Helm parameters, in their order.
    parameters: tuple[str, ...] = ()
    #: The paths of the image's parts that stand in helm.valuesObject.
    in_object: tuple[ValuePath, ...] = ()
    #: Those that stand in the YAML text helm.values.
    in_text: tuple[ValuePath, ...] = ()
    #: The files of values, the one that wins in front: `web/values.yaml of https://git.example/values (main)`.
    value_files: tuple[str, ...] = ()
    #: The index of the entry of kustomize.images that gives the image; -1 for none.
    kustomize_index: int = -1


@dataclass(frozen=True)
class ImageStreamTag:
    """The tag of an OpenShift image stream that writes an image; only its name where the stream wasn't read."""

    #: The image stream's name.
    name: str
    #: The tag there.
    tag: str
    #: The image that it is imported from; "" for none, or one that no command may hold.
    imported_from: str = ""
    #: The digest that it has now; "" for none.
    digest: str = ""
    #: Whether it is imported again and again.
    is_scheduled: bool = False
    #: Whether it is imported without looking at certificates.
    is_insecure: bool = False
    #: Whether pods pull it through the cluster's own registry.
    is_local: bool = False
    #: The stream's repository in the cluster's own registry; "" for none.
    repository: str = ""
    #: The tags of the stream that have an image.
    tags: tuple[str, ...] = ()


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
    #: The source that gives the image; None for other kinds, and where several sources may.
    source: ApplicationSource | None = None
    #: The sources that may give the image, where more than one may.
    candidates: tuple[ApplicationSource, ...] = ()
    #: The image stream's tag, where that writes the image.
    stream: ImageStreamTag | None = None
    #: The JSON pointer (RFC 6901) of the image in a ClusterServiceVersion; "" for other kinds.
    image_pointer: str = ""
