"""How one pod stands on its way from a failed pull to running, in one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import IntEnum

from kubectl_imagepull.kube.duration import parse_duration
from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, parse_time, text_of
from kubectl_imagepull.report.text import truncate, visible
from kubectl_imagepull.runs.baseline import FailingPull

#: Waiting reasons of a container on its way.
_ON_ITS_WAY = frozenset({"", "ContainerCreating", "PodInitializing"})
#: Events that say what a pod on its way waits for.
_OBSTACLES = frozenset({"FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox", "NetworkNotReady"})
_PULLED = re.compile(r'Successfully pulled image "(?:[^"\\]|\\.)*"(?: in ([0-9a-zµ.]+))?')
_PRESENT = re.compile(r'Container image "(?:[^"\\]|\\.)*" already present on machine')
_LONGEST_TEXT = 200
_TENTHS_BELOW = 0.95
_MINUTE = 60
_LONG_AGO = datetime.min.replace(tzinfo=timezone.utc)


class PullProgress(IntEnum):
    """How far a pod has come, what matters most first."""

    PULL_FAILS = 0
    PROBLEM = 1
    ON_ITS_WAY = 2
    PULLED = 3


@dataclass(frozen=True)
class PodState:
    """Where a pod stands, in words that a terminal can show."""

    #: How far it has come.
    progress: PullProgress
    #: A sentence about it; empty where pulls fail, which `pulls` tell.
    text: str = ""
    #: The pulls that fail, each once.
    pulls: tuple[FailingPull, ...] = ()


def pod_state(pod: JsonObject, pulls: Sequence[FailingPull], events: Sequence[JsonObject]) -> PodState:
    """Tells how a pod stands from its failed pulls, which come first, its status and the events about it."""
    if pulls:
        return PodState(PullProgress.PULL_FAILS, pulls=tuple(dict.fromkeys(pulls)))
    status = object_of(pod.get("status"))
    if problem := _problem(status):
        return PodState(PullProgress.PROBLEM, f"pull fixed; now {_shown(problem)}")
    if status.get("phase") == "Succeeded":
        return PodState(PullProgress.PULLED, f"Completed{_pulled(events)}")
    if _all_run(pod, status):
        return PodState(PullProgress.PULLED, f"Running{_pulled(events)}")
    return PodState(PullProgress.ON_ITS_WAY, f"waiting: {_shown(_obstacle(status, events))}")


def _statuses(status: JsonObject) -> Iterator[JsonObject]:
    for field in ("initContainerStatuses", "containerStatuses"):
        yield from objects_of(status.get(field))


def _problem(status: JsonObject) -> str | None:
    """What keeps the pod from running though its images are there."""
    for container in _statuses(status):
        state = object_of(container.get("state"))
        waiting, ended = object_of(state.get("waiting")), object_of(state.get("terminated"))
        if (reason := text_of(waiting.get("reason"))) not in _ON_ITS_WAY:
            return _joined(reason, text_of(waiting.get("message")))
        if ended.get("exitCode"):
            name, code = text_of(container.get("name")), ended["exitCode"]
            return _joined(text_of(ended.get("reason")) or "Error", f"container {name} ended with exit code {code}")
    if status.get("phase") == "Failed":
        return _joined(text_of(status.get("reason")) or "Failed", text_of(status.get("message")))
    return None


def _all_run(pod: JsonObject, status: JsonObject) -> bool:
    wanted = {text_of(container.get("name")) for container in objects_of(object_of(pod.get("spec")).get("containers"))}
    for container in objects_of(status.get("containerStatuses")):
        state = object_of(container.get("state"))
        if "running" in state or "terminated" in state:
            wanted.discard(text_of(container.get("name")))
    return not wanted


def _pulled(events: Sequence[JsonObject]) -> str:
    """How the image came, from the newest event that says so."""
    present = False
    newest: tuple[datetime, str] | None = None
    for event in events:
        message = text_of(event.get("message"))
        if event.get("reason") != "Pulled":
            continue
        if match := _PULLED.match(message):
            newest = max(newest or (_LONG_AGO, ""), (_last(event), match[1] or ""))
        present = present or bool(_PRESENT.match(message))
    if newest is not None:
        return f", pulled{_in(newest[1])}"
    return ", image already present on the node" if present else ""


def _in(duration: str) -> str:
    try:
        seconds = parse_duration(duration)
    except ValueError:
        return ""  # older kubelets don't say how long it took
    if seconds < _TENTHS_BELOW:
        return f" in {max(seconds, 0.1):.1f} s"
    whole = round(seconds)
    return f" in {whole} s" if whole < _MINUTE else f" in {whole // _MINUTE} min {whole % _MINUTE} s"


def _obstacle(status: JsonObject, events: Sequence[JsonObject]) -> str:
    """What a pod waits for that has not begun to run."""
    for condition in objects_of(status.get("conditions")):
        if condition.get("type") == "PodScheduled" and condition.get("status") == "False":
            return _joined("not scheduled", text_of(condition.get("message")))
    reasons = (
        text_of(object_of(object_of(container.get("state")).get("waiting")).get("reason"))
        for container in _statuses(status)
    )
    reason = next(filter(None, reasons), "") or text_of(status.get("phase")) or "no status yet"
    obstacles = [event for event in events if text_of(event.get("reason")) in _OBSTACLES]
    if not obstacles:
        return reason
    newest = max(obstacles, key=_last)
    return _joined(f"{reason}, {newest['reason']}", text_of(newest.get("message")))


def _last(event: JsonObject) -> datetime:
    created = object_of(event.get("metadata")).get("creationTimestamp")
    times = (parse_time(value) for value in (event.get("lastTimestamp"), event.get("eventTime"), created))
    return next((time for time in times if time), _LONG_AGO)


def _joined(reason: str, message: str) -> str:
    return f"{reason}: {message}" if message else reason


def _shown(text: str) -> str:
    return truncate(visible(" ".join(text.split())), _LONGEST_TEXT)
