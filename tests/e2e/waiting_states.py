"""Why a container waits for its image, in the kubelet's words: reason, message and events.

They are those of kubelet 1.36: kubernetes pkg/kubelet/images/image_manager.go and types.go, kubelet_pods.go, and
kuberuntime/kuberuntime_container.go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """What the kubelet reports about a pod, once."""

    #: Normal or Warning.
    type: str
    reason: str
    message: str


@dataclass(frozen=True)
class WaitingState:
    """Why a container waits."""

    #: `state.waiting.reason` of its status.
    reason: str
    #: `state.waiting.message` of its status.
    message: str
    #: What is reported about it, in this order.
    events: tuple[Event, ...]


def unretrieved(secrets: Sequence[str]) -> Event:
    """Pull secrets that the pod names and that aren't there; the pull is tried all the same."""
    names = ", ".join(secrets)
    message = f"Unable to retrieve some image pull secrets ({names}); attempting to pull the image may not succeed."
    return Event("Warning", "FailedToRetrieveImagePullSecret", message)


def invalid_name(image: str) -> WaitingState:
    """An image's name breaks the grammar."""
    fault = f'couldn\'t parse image name "{image}": invalid reference format'
    return _at_once("InvalidImageName", f'Failed to apply default image tag "{image}": {fault}', "InspectFailed")


def never_pulled(image: str) -> WaitingState:
    """The image isn't on the node, and the policy is never to pull it."""
    message = f'Container image "{image}" is not present with pull policy of Never'
    return _at_once("ErrImageNeverPull", message, "ErrImageNeverPull")


def backing_off(image: str, refusal: str) -> WaitingState:
    """A pull has failed, and the next one is still to come."""
    back_off = f'Back-off pulling image "{image}"'
    events = (
        Event("Normal", "Pulling", f'Pulling image "{image}"'),
        Event("Warning", "Failed", f'Failed to pull image "{image}": {refusal}'),
        Event("Warning", "Failed", "Error: ErrImagePull"),
        Event("Normal", "BackOff", back_off),
        Event("Warning", "Failed", "Error: ImagePullBackOff"),
    )
    return WaitingState("ImagePullBackOff", f"{back_off}: ErrImagePull: {refusal}", events)


def _at_once(reason: str, message: str, event: str) -> WaitingState:
    """Nothing is pulled, and there is no back-off."""
    return WaitingState(
        reason, message, (Event("Warning", event, message), Event("Warning", "Failed", f"Error: {reason}"))
    )
