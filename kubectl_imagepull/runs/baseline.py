"""The failed pulls when a waiting began: whether a later one is the same problem or a new one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from kubectl_imagepull.diagnosis.report import Diagnosis
from kubectl_imagepull.evidence.runs import image_key
from kubectl_imagepull.report.text import visible
from kubectl_imagepull.vocabulary.causes import Cause

#: Seconds in which the kubelet tries again twice (after 10 and 20) what may pass by itself.
PATIENCE = 30.0
_UNDECIDED = frozenset({Cause.UNKNOWN, Cause.CAUSE_NOT_REPORTED})
#: Beside those that pass by themselves: what one try may meet and the next one not, on whatever way it takes.
_FICKLE = frozenset(
    {
        Cause.BLOB_MISSING,
        Cause.CORRUPT_CONTENT,
        Cause.CREDENTIAL_PROVIDER_FAILED,
        Cause.DNS_FAILURE,
        Cause.NODE_DISK_FULL,
        Cause.NODE_STORAGE_FAULT,
        Cause.PROXY_FAILURE,
        Cause.TLS_HANDSHAKE_FAILED,
    }
)


@dataclass(frozen=True)
class FailingPull:
    """An image that can't be pulled, and why."""

    #: The image as the pod names it.
    image: str
    #: The cause that a report names.
    cause: Cause
    #: The cause that the text alone names.
    text_cause: Cause
    #: Whether it may pass by itself.
    retryable: bool

    def __str__(self) -> str:
        """Cause and image, for a terminal."""
        return f"{self.cause.value}: {visible(self.image)}"


class PullComparison(Enum):
    """How a failed pull compares with those at first: the same, another one that may pass, or a new problem."""

    STILL = "still failing"
    NOW = "now failing"
    NEW = "new problem"


def failing_pull(diagnosis: Diagnosis) -> FailingPull:
    """What a diagnosis says about a pull."""
    return FailingPull(diagnosis.failure.image, diagnosis.cause, diagnosis.text_cause, diagnosis.retryable)


class Baseline:
    """The failed pulls of a pod or workload at first, against which those of later readings are held.

    Another image is a new problem at once, and after some time if its cause may pass by itself or isn't known yet. For
    the same image only an answer is: a cause that every try meets, and that a text names which wasn't there at first.
    So neither texts that take turns count, nor a secret that was put right before the kubelet tries again.
    Unless they are `excused`, those at first are held to be new as well.
    """

    def __init__(self, pulls: Iterable[FailingPull], *, excused: bool = True) -> None:
        self.excused = excused
        self._pulls = list(dict.fromkeys(pulls)) if excused else []
        self._since: dict[str, float] = {}

    def compare(self, pulls: Iterable[FailingPull], now: float) -> dict[FailingPull, PullComparison]:
        """How each failed pull of a reading compares, `now` in seconds of any clock."""
        pulls = list(dict.fromkeys(pulls))
        known = {image_key(one.image) for one in self._pulls}
        others = [image_key(one.image) for one in pulls if image_key(one.image) not in known]
        # an image that no longer fails gets its time anew when it fails again
        self._since = {image: self._since.get(image, now) for image in others}
        return {
            one: self._same_image(one) if image_key(one.image) in known else self._other_image(one, now)
            for one in pulls
        }

    def __str__(self) -> str:
        """What failed, to end a sentence with."""
        if not self._pulls:
            return "no pull failed at first"
        return f"at first: {', '.join(dict.fromkeys(map(str, self._pulls)))}"

    def _other_image(self, pull: FailingPull, now: float) -> PullComparison:
        may_pass = pull.retryable or pull.cause in _UNDECIDED
        if may_pass and now - self._since[image_key(pull.image)] < PATIENCE:
            return PullComparison.NOW
        return PullComparison.NEW

    def _same_image(self, pull: FailingPull) -> PullComparison:
        before = [one for one in self._pulls if image_key(one.image) == image_key(pull.image)]
        if pull.retryable or pull.cause in _UNDECIDED | _FICKLE or any(one.cause is pull.cause for one in before):
            return PullComparison.STILL
        causes = {one.text_cause for one in before} - _UNDECIDED
        if not causes:
            self._pulls.append(pull)  # the cause of the pull that failed at first is known only now
            return PullComparison.STILL
        return PullComparison.STILL if pull.text_cause in causes | _UNDECIDED else PullComparison.NEW
