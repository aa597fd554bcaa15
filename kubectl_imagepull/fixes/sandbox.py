"""Fixes for the sandbox (pause) image: it belongs to the node's runtime, and nothing of the workload reaches it."""

from __future__ import annotations

from collections.abc import Callable

from kubectl_imagepull.fixes.case import Case
from kubectl_imagepull.fixes.fix import Draft
from kubectl_imagepull.fixes.shell import line
from kubectl_imagepull.fixes.vendors import ECR, vendor_of
from kubectl_imagepull.vocabulary.causes import Cause, Scope

_CONTAINERD = (
    "containerd: set another image as sandbox under pinned_images (2.x) or as sandbox_image (1.x) in "
    "/etc/containerd/config.toml, and restart it."
)
_CRIO = "CRI-O: set another image as pause_image in /etc/crio/crio.conf.d, and restart it."
_DOCKER = (
    "Docker: set another image by --pod-infra-container-image of cri-dockerd (old: of the kubelet), and restart it."
)


def sandbox(case: Case, of_cause: Callable[[Case], list[Draft]]) -> list[Draft]:
    """The fixes of a sandbox image: where the image or the login is at fault its own, else the cause's and one more."""
    cause = case.verdict.cause
    of_node = [] if cause.scope in {Scope.IMAGE, Scope.CREDENTIALS} else of_cause(case)
    of_node = [draft for draft in of_node if not draft.changes]
    if cause.scope in {Scope.NODE, Scope.NONE}:
        return of_node
    why = (
        f"{case.on_node}: every new pod there needs the pause image {case.image}, which the runtime's configuration "
        "names; nothing in the workload has to change."
    )
    configuration = _configuration(case)
    if cause.scope is Scope.REGISTRY:
        reach = f"{case.on_node}: or name a pause image that the node can reach. {configuration[0].text}"
        return [*of_node[:3], Draft(reach, configuration[0].commands)]
    configuration = [Draft(f"{why} {configuration[0].text}", configuration[0].commands), *configuration[1:]]
    if cause.scope is Scope.CREDENTIALS:
        configuration.append(_login(case))
    if cause is Cause.PLATFORM_MISMATCH:
        configuration.append(Draft(f"The image must be one for the platform of {case.the_node}, or for several."))
    return [*configuration, _by_hand(case)]


def _configuration(case: Case) -> list[Draft]:
    containerd = Draft(
        _CONTAINERD,
        (
            "sudo grep -nE 'sandbox(_image)? *=' /etc/containerd/config.toml",
            "sudoedit /etc/containerd/config.toml",
            "sudo systemctl restart containerd",
        ),
    )
    crio = Draft(
        _CRIO, ("sudo grep -rn pause_image /etc/crio/", "sudoedit /etc/crio/crio.conf", "sudo systemctl restart crio")
    )
    docker = Draft(_DOCKER, ("systemctl cat cri-docker kubelet | grep pod-infra-container-image",))
    known = {"containerd": [containerd], "crio": [crio], "docker": [docker]}
    return known.get(case.service or "", [containerd, crio])


def _login(case: Case) -> Draft:
    if vendor_of(case.registry) is ECR:
        return Draft(
            f"{case.registry} wants a login that the runtime doesn't have for the pause image: mostly the kubelet's "
            "clean-up deleted an image that came with the node. Replace the node, or bring the image back as below."
        )
    return Draft(
        f"{case.registry} wants a login for it: CRI-O takes one from the file in pause_image_auth_file; else use an "
        "image that everybody may pull."
    )


def _by_hand(case: Case) -> Draft:
    pull = (line("sudo", "crictl", "pull", case.image),) if case.reference else ()
    return Draft(
        f"{case.on_node}: or bring the image there by hand; the first command shows whether it can be pulled by now.",
        (*pull, "sudo ctr -n k8s.io images import PAUSE_IMAGE.tar"),
    )
