"""How what a waiting follows stands in one reading, and how its failed pulls compare with those at first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kubectl_imagepull.diagnosis.diagnose import diagnose_all
from kubectl_imagepull.evidence.owners import Owners
from kubectl_imagepull.kube.objects import JsonObject, key_of, object_of
from kubectl_imagepull.kube.pod_events import pod_events_of
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.runs.baseline import Baseline, FailingPull, PullComparison, failing_pull
from kubectl_imagepull.runs.followed import FollowedTarget, pods_that_count
from kubectl_imagepull.runs.pod_state import PodState, PullProgress, pod_state
from kubectl_imagepull.vocabulary.site_rule import SiteRule

_PodKey = tuple[str, str]


@dataclass(frozen=True)
class WaitState:
    """How what is followed stands."""

    #: A line for each failed pull, and for each group of pods that else stand alike.
    lines: tuple[str, ...]
    #: Whether a pull fails or a pod is on its way.
    pending: bool
    #: Namespace and name of the pods that don't run for another reason.
    problems: frozenset[_PodKey]
    #: Whether a pull fails that is another problem than those at first.
    new: bool = False

    @property
    def resolved(self) -> bool:
        """Whether everything that is followed runs."""
        return not self.pending and not self.problems


def wait_state(  # noqa: PLR0913 - what it needs from outside
    snapshot: Snapshot,
    followed: Sequence[FollowedTarget],
    baselines: dict[FollowedTarget, Baseline] | None = None,
    now: float = 0.0,
    *,
    excused: bool = True,
    rules: Sequence[SiteRule] = (),
) -> WaitState:
    """Tells how the pods of what is followed stand; pods that are being deleted don't count.

    What `baselines` has none for gets one here, of its failed pulls, which are no new problem if they are `excused`;
    `now` is in seconds of any clock. `rules` are those of the user's site.
    """
    baselines = {} if baselines is None else baselines
    owners = Owners(snapshot)
    namespaces = {one.namespace for one in followed}
    alive = [
        (pod, owners.chain_of(pod))
        for pod in snapshot.pods
        if key_of(pod)[0] in namespaces and not object_of(pod.get("metadata")).get("deletionTimestamp")
    ]
    groups = [(one, *pods_that_count(one, alive, snapshot)) for one in followed]
    states = _states(snapshot, {key_of(pod): pod for _, _, pods in groups for pod in pods}, rules)
    lines: list[str] = []
    new = False
    for one, note, pods in groups:
        place = f"{one.namespace} " if snapshot.source.namespace is None else ""
        own = [states[key_of(pod)] for pod in pods]
        pulls = [pull for state in own for pull in state.pulls]
        baseline = baselines.setdefault(one, Baseline(pulls, excused=excused))
        comparisons = baseline.compare(pulls, now)
        new = new or PullComparison.NEW in comparisons.values()
        sentences = {pull: _sentence(pull, comparison, baseline) for pull, comparison in comparisons.items()}
        lines += [f"{place}{one.target}: {text}" for text in _texts(note, own, sentences)]
    without_pods = any(not pods for _, _, pods in groups)
    progress = {state.progress for state in states.values()}
    return WaitState(
        lines=tuple(lines),
        pending=without_pods or not progress.isdisjoint({PullProgress.PULL_FAILS, PullProgress.ON_ITS_WAY}),
        problems=frozenset(key for key, state in states.items() if state.progress is PullProgress.PROBLEM),
        new=new,
    )


def _states(snapshot: Snapshot, pods: dict[_PodKey, JsonObject], rules: Sequence[SiteRule]) -> dict[_PodKey, PodState]:
    events = pod_events_of(snapshot)
    pulls: dict[_PodKey, list[FailingPull]] = {}
    for one in diagnose_all(snapshot, lambda failure, _: (failure.namespace, failure.pod) in pods, rules):
        pulls.setdefault((one.failure.namespace, one.failure.pod), []).append(failing_pull(one))
    return {key: pod_state(pod, pulls.get(key, ()), events.about(pod)) for key, pod in pods.items()}


def _sentence(pull: FailingPull, comparison: PullComparison, baseline: Baseline) -> str:
    if not baseline.excused:
        return f"failing: {pull}"
    if comparison is PullComparison.NEW:
        return f"{comparison.value}: {pull} ({baseline})"
    return f"{comparison.value}: {pull}"


def _texts(note: str, states: Sequence[PodState], sentences: Mapping[FailingPull, str]) -> Iterator[str]:
    """A line for each failed pull, and for each other way to stand, the most urgent first.

    Of pods that stand alike, and whose pulls don't fail, the first one speaks.
    """
    if not states:
        yield note
    for progress in PullProgress:
        alike = [state for state in states if state.progress is progress]
        texts = Counter(text for state in alike for text in dict.fromkeys(sentences[pull] for pull in state.pulls))
        if alike and not texts:
            texts[alike[0].text] = len(alike)
        for text, number in texts.most_common():
            count = f"{number} of {len(states)} pods: " if len(states) > 1 else ""
            yield f"{note}{count}{text}"
