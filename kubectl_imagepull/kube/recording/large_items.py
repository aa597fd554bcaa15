"""What is looked at of each item of a large list, as msgspec decodes it: all other fields are skipped unread.

An item in which one of these fields has another type than here is decoded whole instead.
"""

from __future__ import annotations

from typing import Any, TypedDict

from msgspec import UNSET, Raw, Struct, UnsetType


class CutDocument(Struct, gc=False, rename="camel"):
    """A list whose items are cut out and not decoded."""

    items: list[Raw]
    kind: str | None = None
    api_version: str | None = None
    recording: Any = None


class FieldWriter(Struct, gc=False, rename="camel"):
    """One entry of managedFields."""

    time: str | None = None


class ItemMetadata(Struct, gc=False, rename="camel"):
    """An object's metadata."""

    name: str
    namespace: str | UnsetType = UNSET
    uid: str | None = None
    resource_version: str | None = None
    creation_timestamp: str | None = None
    managed_fields: list[FieldWriter] | None = None


class EventSubject(Struct, gc=False, rename="camel"):
    """The object that an event is about."""

    kind: str | None = None
    namespace: str | None = None
    name: str | None = None
    uid: str | None = None


class EventComponent(Struct, gc=False, rename="camel"):
    """The component that writes an event."""

    component: str | None = None


class EventSeries(Struct, gc=False, rename="camel"):
    """What a series of events says of itself."""

    last_observed_time: str | None = None


class StateTimes(Struct, gc=False, rename="camel"):
    """The times of one of a container's states."""

    started_at: str | None = None
    finished_at: str | None = None


class StateHead(Struct, gc=False, rename="camel"):
    """The state of a container, or its last one."""

    running: StateTimes | None = None
    terminated: StateTimes | None = None
    waiting: StateTimes | UnsetType | None = UNSET


class StatusHead(Struct, gc=False, rename="camel"):
    """The status of one container."""

    name: str | None = None
    state: StateHead | None = None
    last_state: StateHead | None = None


class ConditionTimes(Struct, gc=False, rename="camel"):
    """The times of one of a pod's conditions."""

    last_transition_time: str | None = None
    last_heartbeat_time: str | None = None
    last_probe_time: str | None = None
    last_update_time: str | None = None


class PodStatusHead(Struct, gc=False, rename="camel"):
    """A pod's status."""

    phase: str | None = None
    start_time: str | None = None
    conditions: list[ConditionTimes] | None = None
    container_statuses: list[StatusHead] | None = None
    init_container_statuses: list[StatusHead] | None = None
    ephemeral_container_statuses: list[StatusHead] | None = None


class ItemHead(Struct, gc=False, rename="camel"):
    """What is looked at of every item; an item in which one of these has another type is decoded whole."""

    metadata: ItemMetadata
    kind: str | None = None
    api_version: str | None = None
    status: PodStatusHead | None = None
    # of an event
    involved_object: EventSubject | None = None
    reason: str | None = None
    source: EventComponent | None = None
    reporting_component: str | None = None
    first_timestamp: str | None = None
    last_timestamp: str | None = None
    event_time: str | None = None
    series: EventSeries | None = None
    # what only the newer API has
    regarding: Raw | UnsetType = UNSET
    note: Raw | UnsetType = UNSET
    deprecated_count: Raw | UnsetType = UNSET
    reporting_controller: Raw | UnsetType = UNSET
    deprecated_source: Raw | UnsetType = UNSET
    deprecated_first_timestamp: Raw | UnsetType = UNSET
    deprecated_last_timestamp: Raw | UnsetType = UNSET


class LeanMetadata(TypedDict, total=False):
    """A pod's metadata."""

    name: Any
    namespace: Any
    uid: Any
    generateName: Any
    resourceVersion: Any
    creationTimestamp: Any
    deletionTimestamp: Any


class LeanContainer(TypedDict, total=False):
    """A container of the spec."""

    name: Any
    image: Any
    imagePullPolicy: Any


class LeanSpec(TypedDict, total=False):
    """A pod's spec."""

    containers: list[LeanContainer]
    initContainers: list[LeanContainer]
    ephemeralContainers: list[LeanContainer]
    imagePullSecrets: Any
    nodeName: Any
    serviceAccountName: Any


class LeanContainerStatus(TypedDict, total=False):
    """The status of one container."""

    name: Any
    image: Any
    imageID: Any
    containerID: Any
    state: Any
    lastState: Any


class LeanStatus(TypedDict, total=False):
    """A pod's status."""

    phase: Any
    reason: Any
    message: Any
    startTime: Any
    containerStatuses: list[LeanContainerStatus]
    initContainerStatuses: list[LeanContainerStatus]
    ephemeralContainerStatuses: list[LeanContainerStatus]


class LeanPod(TypedDict, total=False):
    """A pod that is up, with what is read of such a one."""

    kind: Any
    apiVersion: Any
    metadata: LeanMetadata
    spec: LeanSpec
    status: LeanStatus


class SharedMetadata(Struct, gc=False, rename="camel"):
    """What the pods of a workload have alike of their metadata."""

    labels: Raw | UnsetType = UNSET
    annotations: Raw | UnsetType = UNSET
    owner_references: Raw | UnsetType = UNSET


class SharedSpec(Struct, gc=False, rename="camel"):
    """What they have alike of their spec."""

    tolerations: Raw | UnsetType = UNSET
    volumes: Raw | UnsetType = UNSET


class SharedParts(Struct, gc=False, rename="camel"):
    """What the pods of a workload have alike."""

    metadata: SharedMetadata
    spec: SharedSpec | None = None


class NamedContainer(Struct, gc=False, rename="camel"):
    """A container's name."""

    name: str | None = None


class NamedContainers(Struct, gc=False, rename="camel"):
    """The containers of a pod's spec."""

    containers: list[NamedContainer] | None = None


class PodSpecHead(Struct, gc=False, rename="camel"):
    """A pod of which only the names of its containers are read."""

    spec: NamedContainers | None = None
