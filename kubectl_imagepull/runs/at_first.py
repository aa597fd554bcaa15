"""The failed pulls when a waiting began: whether a later one is the same problem or a new one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from kubectl_imagepull.diagnosis.reading import read_texts
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
    """An image that can't be pulled, and why: the cause that a report names, and what the text alone says."""

    image: str
    cause: Cause
    said: Cause
    retryable: bool

    def __str__(self) -> str:
        """Cause and image, for a terminal."""
        return f"{self.cause.value}: {visible(self.image)}"


class Standing(Enum):
    """How a failed pull stands to those at first: the same, another one that may pass, or a new problem."""

    STILL = "still failing"
    NOW = "now failing"
    NEW = "new problem"


def pull_of(diagnosis: Diagnosis) -> FailingPull:
    """What a diagnosis says about a pull."""
    said = read_texts(diagnosis.failure).verdict.cause
    return FailingPull(diagnosis.failure.image, diagnosis.cause, said, diagnosis.retryable)


class AtFirst:
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

    def stand(self, pulls: Iterable[FailingPull], now: float) -> dict[FailingPull, Standing]:
        """How the failed pulls of a reading stand, `now` in seconds of any clock."""
        pulls = list(dict.fromkeys(pulls))
        known = {image_key(one.image) for one in self._pulls}
        others = [image_key(one.image) for one in pulls if image_key(one.image) not in known]
        self._since = {image: self._since.get(image, now) for image in others}
        return {
            one: self._of_known(one) if image_key(one.image) in known else self._of_other(one, now) for one in pulls
        }

    def __str__(self) -> str:
        """What failed, to end a sentence with."""
        return (
            f"at first: {', '.join(dict.fromkeys(map(str, self._pulls)))}" if self._pulls else "no pull failed at first"
        )

    def _of_other(self, pull: FailingPull, now: float) -> Standing:
        passing = pull.retryable or pull.cause in _UNDECIDED
        return Standing.NOW if passing and now - self._since[image_key(pull.image)] < PATIENCE else Standing.NEW

    def _of_known(self, pull: FailingPull) -> Standing:
        same = [one for one in self._pulls if image_key(one.image) == image_key(pull.image)]
        if pull.retryable or pull.cause in _UNDECIDED | _FICKLE or any(one.cause is pull.cause for one in same):
            return Standing.STILL
        said = {one.said for one in same} - _UNDECIDED
        if not said:
            self._pulls.append(pull)  # the cause of the pull that failed at first is known only now
        return Standing.NEW if said and pull.said not in said | _UNDECIDED else Standing.STILL
