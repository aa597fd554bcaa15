"""Follows pods and workloads from one reading of the cluster to the next until their images are pulled."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from time import monotonic

from kubectl_imagepull.diagnosis.diagnose import diagnose_all
from kubectl_imagepull.evidence.owners import Owners
from kubectl_imagepull.failures.finding import find_failures
from kubectl_imagepull.kube.connection.session import parse_timeout
from kubectl_imagepull.kube.events import pod_of
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of, objects_of, text_of
from kubectl_imagepull.kube.snapshot import Snapshot, SourceError
from kubectl_imagepull.runs.at_first import AtFirst, FailingPull, Standing, pull_of
from kubectl_imagepull.runs.pod_state import Phase, PodState, pod_state
from kubectl_imagepull.runs.standing import absent
from kubectl_imagepull.runs.target import KINDS, Target
from kubectl_imagepull.vocabulary.workload import Workload

#: How long `--wait` waits where no duration is given.
DEFAULT_WAIT = "5m"
#: Seconds between two readings.
INTERVAL = 2.0
_FLAG = "--wait"
_LIKE_A_DURATION = re.compile(r"\d+(?:\.\d+)?[A-Za-z]{1,7}\Z")
_REVISION = "deployment.kubernetes.io/revision"
#: Kinds of targets whose pods all count; of any other's, those of the newest ReplicaSet or Job do.
_DIRECT = frozenset({"pod", "replicaset", "replicationcontroller", "statefulset", "daemonset", "job"})
#: Kinds of targets whose spec says how many pods are wanted.
_WITH_REPLICAS = frozenset({"deployment", "statefulset", "replicaset", "replicationcontroller"})
#: Kinds that their owners name after themselves: NAME-HASH, NAME-MINUTES, NAME-NUMBER.
_NAMED_AFTER = frozenset({"ReplicaSet", "Job", "ReplicationController"})
_FINISHED = frozenset({"Succeeded", "Failed"})

_PodKey = tuple[str, str]
_Chain = tuple[Workload, ...]


class Outcome(Enum):
    """How the waiting ended."""

    RESOLVED = "resolved"
    NEW_PROBLEM = "new problem"
    TIMED_OUT = "timed out"


@dataclass(frozen=True)
class Followed:
    """A pod or workload of a namespace; `heir` is the workload whose pods replace the pod once it is gone."""

    namespace: str
    target: Target
    heir: Target | None = None

    @property
    def deployment(self) -> tuple[str, str, str] | None:
        """Kind, namespace and name of the Deployment whose newest revision has to be known; None if there is none."""
        for one in (self.target, self.heir):
            if one and one.kind == "deployment":
                return "Deployment", self.namespace, one.name
        return None


@dataclass(frozen=True)
class State:
    """How what is followed stands: a line for each failed pull, and for each group of pods that else stand alike.

    `pending` says that a pull fails or a pod is on its way; `problems` are the pods that don't run for another reason;
    `new` says that a pull fails that is another problem than those at first.
    """

    lines: tuple[str, ...]
    pending: bool
    problems: frozenset[_PodKey]
    new: bool = False

    @property
    def resolved(self) -> bool:
        """Whether everything that is followed runs."""
        return not self.pending and not self.problems


def spelled_out(arguments: Sequence[str]) -> list[str]:
    """The arguments with the duration of a bare `--wait` filled in: the parser knows no option with optional value."""
    spelled: list[str] = []
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        if argument == "--":
            return [*spelled, argument, *rest]
        if argument == _FLAG:
            argument = f"{_FLAG}={rest.pop(0) if rest and _is_meant_as_duration(rest[0]) else DEFAULT_WAIT}"
        spelled.append(argument)
    return spelled


def follow(snapshot: Snapshot, targets: Sequence[Target] = ()) -> tuple[Followed, ...]:
    """Finds what the targets are in each namespace; without targets, the workloads of all failing pods."""
    owners = Owners(snapshot)
    pods = snapshot.pods if targets else [failure.pod_object for failure in find_failures(snapshot)]
    found: dict[Followed, None] = {}
    for pod in pods:
        chain = owners.chain_of(pod)
        namespace, name = key_of(pod)
        top = _top(chain)
        mine = [one for one in targets if one.namespace in {None, namespace} and _belongs(one, name, chain)]
        for target in mine or ([] if targets else [top]):
            heir = top if target.kind == "pod" and top.kind != "pod" else None
            found[Followed(namespace, target, heir)] = None
    return tuple(found)


def pods_to_come(snapshot: Snapshot, targets: Sequence[Target]) -> tuple[Followed, ...]:
    """The workloads among the targets that have no pods yet and want some: they may just have been made."""
    without = [one.target for one in absent(snapshot, targets) if one.target.kind in _WITH_REPLICAS]
    return tuple(
        Followed(key_of(item)[0], target)
        for target in without
        for item in snapshot.objects.get(KINDS[target.kind], ())
        if key_of(item)[1] == target.name
        and target.namespace in {None, key_of(item)[0]}
        and object_of(item.get("spec")).get("replicas", 1) != 0
    )


def state_of(
    snapshot: Snapshot,
    followed: Sequence[Followed],
    memory: dict[Followed, AtFirst] | None = None,
    now: float = 0.0,
    *,
    excused: bool = True,
) -> State:
    """Tells how the pods of what is followed stand; pods that are being deleted don't count.

    The failed pulls that `memory` doesn't know are put there, as those at first, and are no new problem if they are
    `excused`; `now` is in seconds of any clock.
    """
    memory = {} if memory is None else memory
    owners = Owners(snapshot)
    namespaces = {one.namespace for one in followed}
    alive = [
        (pod, owners.chain_of(pod))
        for pod in snapshot.pods
        if key_of(pod)[0] in namespaces and not object_of(pod.get("metadata")).get("deletionTimestamp")
    ]
    groups = [(one, *_pods_of(one, alive, snapshot)) for one in followed]
    states = _states(snapshot, {key_of(pod): pod for _, _, pods in groups for pod in pods})
    lines: list[str] = []
    new = False
    for one, note, pods in groups:
        place = f"{one.namespace} " if snapshot.source.namespace is None else ""
        own = [states[key_of(pod)] for pod in pods]
        pulls = [pull for state in own for pull in state.pulls]
        at_first = memory.setdefault(one, AtFirst(pulls, excused=excused))
        standings = at_first.stand(pulls, now)
        new = new or Standing.NEW in standings.values()
        said = {pull: _sentence(pull, standing, at_first) for pull, standing in standings.items()}
        lines += [f"{place}{one.target}: {text}" for text in _texts(note, own, said)]
    return State(
        lines=tuple(lines),
        pending=any(not pods for _, _, pods in groups)
        or any(state.phase in {Phase.PULL_FAILS, Phase.ON_ITS_WAY} for state in states.values()),
        problems=frozenset(key for key, state in states.items() if state.phase is Phase.PROBLEM),
        new=new,
    )


def wait_for(  # noqa: PLR0913 - what it needs from outside
    read: Callable[[], Snapshot],
    followed: Sequence[Followed],
    deadline: float,
    sleep: Callable[[float], object],
    report: Callable[[str], object],
    *,
    clock: Callable[[], float] = monotonic,
    excused: bool = True,
) -> Outcome:
    """Reads again and again until all that is followed runs, a new problem comes up, or the clock reaches the deadline.

    A line is reported whenever it is new. A failed pull is a new problem if it is another one than those of the first
    reading (AtFirst says which are), and if those are not `excused`, each of them, too. A problem that stood at the
    first reading ends the waiting only once no pull is left to wait for. What comes to run has to run at two readings:
    a container that dies at once is no success. A reading that fails is reported and tried again.
    """
    known: frozenset[_PodKey] | None = None
    memory: dict[Followed, AtFirst] = {}
    said: tuple[str, ...] = ()
    resolved = True
    while True:
        state: State | None = None
        try:
            state = state_of(read(), followed, memory, clock(), excused=excused)
        except SourceError as error:
            lines: tuple[str, ...] = (f"trying again: {error}",)
        else:
            lines = state.lines
        for line in lines:
            if line not in said:
                report(line)
        said = lines
        if state:
            known = state.problems if known is None else known
            if state.new or state.problems - known or (state.problems and not state.pending):
                return Outcome.NEW_PROBLEM
            if state.resolved and resolved:
                return Outcome.RESOLVED
            resolved = state.resolved
        left = deadline - clock()
        if left <= 0:
            return Outcome.RESOLVED if state and state.resolved else Outcome.TIMED_OUT
        sleep(min(INTERVAL, left))


def _is_meant_as_duration(text: str) -> bool:
    """Whether it is one, or looks so much like one (2min) that it is no pod's name."""
    return _is_duration(text) or _LIKE_A_DURATION.match(text) is not None


def _is_duration(text: str) -> bool:
    try:
        parse_timeout(text)
    except ValueError:
        return False
    return True


def _top(chain: Sequence[Workload]) -> Target:
    """The topmost owner that later readings, which hold fewer owners, will still tell a pod belongs to."""
    targets = [Target(owner.kind.lower(), owner.name) for owner in chain]
    known = [one for one in targets[2:] if one.kind == "deployment" or _belongs(one, "", chain[:2])]
    return (known or targets[:2])[-1]


def _belongs(target: Target, pod: str, chain: Sequence[Workload]) -> bool:
    """Whether a pod is the target or belongs to it; an owner that the reading doesn't hold is known by its name."""
    if target.names(pod, chain):
        return True
    unheld = target.kind not in _DIRECT and target.kind != "deployment" and len(chain) == 2  # noqa: PLR2004 - pod, owner
    return unheld and chain[1].kind in _NAMED_AFTER and chain[1].name.rpartition("-")[0] == target.name


def _pods_of(
    one: Followed, alive: Sequence[tuple[JsonObject, _Chain]], snapshot: Snapshot
) -> tuple[str, list[JsonObject]]:
    """The pods that count for what is followed, and what has to be said before each line or where there are none."""
    note = ""
    for target in filter(None, (one.target, one.heir)):
        mine = [
            (pod, chain)
            for pod, chain in alive
            if key_of(pod)[0] == one.namespace and _belongs(target, key_of(pod)[1], chain)
        ]
        if target.kind not in _DIRECT:
            if _unseen(target, one.namespace, snapshot):
                return f"{note}waiting for its new pods", []
            generations: dict[str, list[JsonObject]] = {}
            for pod, chain in mine:
                generations.setdefault(chain[1].name, []).append(pod)
            newest = _newest(target, one.namespace, generations, snapshot)
            if newest is not None and newest not in generations:
                return f"{note}waiting for its new pods", []
            pods = generations[newest] if newest is not None else []
        else:
            pods = [pod for pod, _ in mine]
        if pods:
            return note, _without_replaced(pods)
        note = f"gone, now {one.heir}: "
    return ("gone, and nothing has replaced it" if one.target.kind == "pod" else "has no pods"), []


def _unseen(target: Target, namespace: str, snapshot: Snapshot) -> bool:
    """Whether a Deployment was changed and its controller hasn't seen it yet: its pods are those before the change."""
    return any(
        (object_of(item.get("status")).get("observedGeneration") or 0) < (metadata.get("generation") or 0)
        for item in snapshot.objects.get("Deployment", ())
        if target.kind == "deployment" and key_of(item) == (namespace, target.name)
        for metadata in (object_of(item.get("metadata")),)
    )


def _newest(target: Target, namespace: str, generations: dict[str, list[JsonObject]], snapshot: Snapshot) -> str | None:
    """The newest ReplicaSet of a Deployment (or Job of a CronJob, and so on), which may have no pods yet.

    A roll back makes an old ReplicaSet the newest revision; where ReplicaSets are not known, the newest pod decides.
    """
    revisions = {
        key_of(item)[1]: (int(revision), text_of(metadata.get("creationTimestamp")))
        for item in snapshot.objects.get("ReplicaSet", ())
        if (metadata := object_of(item.get("metadata")))
        and key_of(item)[0] == namespace
        and any(
            target == Target(text_of(owner.get("kind")).lower(), text_of(owner.get("name")))
            for owner in objects_of(metadata.get("ownerReferences"))
        )
        and (revision := text_of(object_of(metadata.get("annotations")).get(_REVISION))).isdecimal()
        and (object_of(item.get("spec")).get("replicas") or key_of(item)[1] in generations)
    }
    if revisions and revisions.keys() >= generations.keys():
        return max(revisions, key=lambda one: revisions[one])
    return max(generations, key=lambda one: max(map(_created, generations[one])), default=None)


def _without_replaced(pods: list[JsonObject]) -> list[JsonObject]:
    """The pods without those that have ended (evicted, say) and have a younger one beside them."""
    youngest = max(map(_created, pods))
    return [
        pod for pod in pods if object_of(pod.get("status")).get("phase") not in _FINISHED or _created(pod) == youngest
    ]


def _states(snapshot: Snapshot, pods: dict[_PodKey, JsonObject]) -> dict[_PodKey, PodState]:
    events: dict[_PodKey, list[JsonObject]] = {key: [] for key in pods}
    for event in snapshot.events:
        if (about := pod_of(event)) in events:
            events[about].append(event)
    pulls: dict[_PodKey, list[FailingPull]] = {}
    for one in diagnose_all(snapshot, lambda failure, _: (failure.namespace, failure.pod) in pods):
        pulls.setdefault((one.failure.namespace, one.failure.pod), []).append(pull_of(one))
    return {key: pod_state(pod, pulls.get(key, ()), events[key]) for key, pod in pods.items()}


def _sentence(pull: FailingPull, standing: Standing, at_first: AtFirst) -> str:
    if not at_first.excused:
        return f"failing: {pull}"
    return f"{standing.value}: {pull}{f' ({at_first})' if standing is Standing.NEW else ''}"


def _texts(note: str, states: Sequence[PodState], said: Mapping[FailingPull, str]) -> Iterator[str]:
    """A line for each failed pull, and for each other phase, the most urgent first.

    Of pods that stand alike in another phase the first one speaks.
    """
    if not states:
        yield note
    for phase in Phase:
        alike = [state for state in states if state.phase is phase]
        texts = Counter(text for state in alike for text in dict.fromkeys(said[pull] for pull in state.pulls))
        if alike and not texts:
            texts[alike[0].text] = len(alike)
        for text, number in texts.most_common():
            count = f"{number} of {len(states)} pods: " if len(states) > 1 else ""
            yield f"{note}{count}{text}"


def _created(pod: JsonObject) -> str:
    return text_of(object_of(pod.get("metadata")).get("creationTimestamp"))
