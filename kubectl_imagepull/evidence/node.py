"""The node that a pull failed on: its platform, its condition, and the programs that pull there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.platforms import image_system_in, platform_of, wanted_in, windows_builds_in
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, parse_time, text_of
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.wording import clock

_PRESSURES = {
    "DiskPressure": (Result.BAD, "is short of disk space (DiskPressure)"),
    "NetworkUnavailable": (Result.BAD, "has no network set up (NetworkUnavailable)"),
    "MemoryPressure": (Result.INFO, "is short of memory (MemoryPressure)"),
    "PIDPressure": (Result.INFO, "is short of process ids (PIDPressure)"),
}


class Nodes:
    """The nodes of a snapshot by name; built once for a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.now = snapshot.now
        self._snapshot = snapshot
        self._nodes = {
            text_of(object_of(node.get("metadata")).get("name")): node for node in snapshot.objects.get("Node", ())
        }

    def get(self, name: str) -> JsonObject | None:
        """The node, if it could be looked at."""
        return self._nodes.get(name)

    @cached_property
    def platforms(self) -> Counter[str]:
        """How many nodes have which platform, OS/ARCHITECTURE."""
        return Counter(map(platform_of, self._nodes.values()))

    def why_missing(self, name: str) -> str:
        """Why there is nothing to look at."""
        return self._snapshot.why_unread("Node", "", name) or "it no longer exists"


def look_at_node(failure: PullFailure, verdict: Verdict, nodes: Nodes) -> tuple[Evidence, ...]:
    """The platform and the conditions of the node that the pod is on."""
    name = failure.node
    if not name:
        return ()
    node = nodes.get(name)
    mismatch = verdict.cause is Cause.PLATFORM_MISMATCH
    if node is None:
        why = f"node {name} could not be read: {nodes.why_missing(name)}"
        platform = Evidence(Check.NODE_PLATFORM, Result.SKIPPED, why, name)
        if mismatch:
            platform = Evidence(
                Check.NODE_PLATFORM, Result.BAD, f"{_missing_variant(failure, name, None)}; {why}", name
            )
        return platform, Evidence(Check.NODE_CONDITION, Result.SKIPPED, why, name)
    return (_platform(failure, name, node, mismatch=mismatch), *_conditions(name, node, nodes))


# -- the platform ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Platform:
    """A node's platform and the programs that pull there; what the node doesn't say is empty."""

    #: OS/ARCHITECTURE.
    name: str
    #: The runtime and the kubelet with their versions, for a sentence.
    programs: str
    #: Windows' build, which its images are tied to; "" on other systems.
    kernel: str

    @classmethod
    def from_node(cls, node: JsonObject) -> _Platform:
        info = object_of(object_of(node.get("status")).get("nodeInfo"))
        name = platform_of(node)
        runtime = text_of(info.get("containerRuntimeVersion")).replace("://", " ").partition("+")[0]
        kubelet = text_of(info.get("kubeletVersion"))
        programs = ", ".join(filter(None, (runtime, kubelet and f"kubelet {kubelet.removeprefix('v')}")))
        is_windows = name.startswith("windows/")
        return cls(name, programs, text_of(info.get("kernelVersion")) if is_windows else "")

    @property
    def text(self) -> str:
        return self.name + (f" ({self.programs})" if self.programs and self.name else "")


def _platform(failure: PullFailure, name: str, node: JsonObject, *, mismatch: bool) -> Evidence:
    platform = _Platform.from_node(node)
    values = (platform.name,) if platform.name else ()
    if mismatch:
        return Evidence(Check.NODE_PLATFORM, Result.BAD, _missing_variant(failure, name, platform), name, values)
    if not platform.name:
        return Evidence(Check.NODE_PLATFORM, Result.SKIPPED, f"node {name} doesn't report its platform", name)
    kernel = f", Windows {platform.kernel}" if platform.kernel else ""
    return Evidence(Check.NODE_PLATFORM, Result.OK, f"node {name} is {platform.text}{kernel}", name, values)


def _missing_variant(failure: PullFailure, name: str, platform: _Platform | None) -> str:
    """What the image lacks and what the node has."""
    here = platform.text if platform else ""
    of_node = f"node {name} is {here}" if here else ""
    for text in failure.texts:
        if builds := windows_builds_in(text.text):
            return f"the image is built on Windows {builds[0]} and node {name} runs Windows {builds[1]}"
        if wanted := wanted_in(text.text):
            lack = f"the image has no variant for {wanted}, which the runtime on node {name} requested"
            agrees = platform is None or not platform.name or f"{wanted}/".startswith(f"{platform.name}/")
            if not here:
                return lack
            return f"{lack}: {of_node}" if agrees else f"{lack}, though {of_node}"
        if system := image_system_in(text.text):
            return f"the image is built for {system}" + (f" and {of_node}" if here else "")
    if here:
        return f"{of_node}, and the image has no variant for that"
    return f"the image has no variant for the platform of node {name}"


# -- the conditions ----------------------------------------------------------------------------------------------


def _conditions(name: str, node: JsonObject, nodes: Nodes) -> Iterator[Evidence]:
    conditions = {
        text_of(condition.get("type")): condition
        for condition in objects_of(object_of(node.get("status")).get("conditions"))
    }
    evidence = [*_readiness(name, conditions.get("Ready"), nodes)]
    for kind, (result, words) in _PRESSURES.items():
        condition = conditions.get(kind, {})
        if condition.get("status") == "True":
            text = f"node {name} {words}{_since(condition, nodes)}"
            evidence.append(Evidence(Check.NODE_CONDITION, result, text, name, (kind,)))
    if evidence:
        yield from evidence
    elif "Ready" in conditions:
        yield Evidence(Check.NODE_CONDITION, Result.OK, f"node {name} is Ready and has no resource pressure", name)
    else:
        yield Evidence(Check.NODE_CONDITION, Result.SKIPPED, f"node {name} reports no conditions", name)


def _readiness(name: str, ready: JsonObject | None, nodes: Nodes) -> Iterator[Evidence]:
    if ready is None or ready.get("status") == "True":
        return
    since = _since(ready, nodes)
    if ready.get("status") == "Unknown":
        text = f"node {name} has not reported{since} (NotReady), so its pods show their last known state"
    else:
        message = text_of(ready.get("message")).strip()
        why = f", and says: {message}" if message else ""
        text = f"node {name} is NotReady{since}, so its pods may show their last known state{why}"
    yield Evidence(Check.NODE_CONDITION, Result.BAD, text, name, ("NotReady",))


def _since(condition: JsonObject, nodes: Nodes) -> str:
    time = parse_time(condition.get("lastTransitionTime"))
    return f" since {clock(time, nodes.now)}" if time else ""
