"""What the checks found, as fixes take it: names and values, never sentences."""

from __future__ import annotations

from dataclasses import dataclass

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.docker_config import PullSecret
from kubectl_imagepull.evidence.pull_secret_findings import Sent


@dataclass(frozen=True)
class FindingFacts:
    """The evidence of one failure."""

    #: All of it, what could not be looked at too.
    evidence: tuple[Evidence, ...]
    #: What the kubelet would have sent.
    sent: Sent
    #: The pull secrets that the pod names, in its order.
    named_secrets: tuple[str, ...]
    #: Those of them that could be read; nothing of their values is in them.
    read_secrets: tuple[PullSecret, ...] = ()

    def has(self, check: Check) -> bool:
        """Whether a check found something: a fault or a fact."""
        return any(item.check is check and item.result in {Result.BAD, Result.INFO} for item in self.evidence)

    def values(self, check: Check, about: str | None = None) -> tuple[str, ...]:
        """What a check found, each once; `about` narrows it to one name."""
        values = [
            value
            for item in self.evidence
            if item.check is check and item.result is not Result.SKIPPED and about in {None, item.about}
            for value in item.values
        ]
        return tuple(dict.fromkeys(values))

    def about(self, check: Check) -> tuple[str, ...]:
        """The names that a check speaks about, whatever it found."""
        found = (item.about for item in self.evidence if item.check is check and item.result is not Result.SKIPPED)
        return tuple(dict.fromkeys(name for name in found if name))

    def blamed(self, *checks: Check) -> tuple[str, ...]:
        """The pod's pull secrets that one of these checks speaks about, in the pod's order."""
        spoken_of = {name for check in checks for name in self.about(check)}
        return tuple(name for name in self.named_secrets if name in spoken_of)

    def was_looked_at(self, check: Check) -> bool:
        """Whether a check could look: it found something, or that all is well."""
        return any(item.check is check and item.result is not Result.SKIPPED for item in self.evidence)

    @property
    def proven_revision(self) -> str:
        """The number of an earlier revision of the workload that is proven to have run; "" if there is none."""
        found = (
            item.about for item in self.evidence if item.check is Check.PREVIOUS_IMAGE and item.result is Result.INFO
        )
        return next((about for about in found if about.isdecimal()), "")

    @property
    def previous_image(self) -> str:
        """The last image of this container that ran; "" if none is known."""
        return next(iter(self.values(Check.PREVIOUS_IMAGE)), "")

    @property
    def other_secrets(self) -> tuple[str, ...]:
        """Pull secrets of the namespace that the pod doesn't name, and that may hold what it lacks."""
        return self.values(Check.OTHER_PULL_SECRET)

    def secret(self, name: str) -> PullSecret | None:
        """A pull secret that could be read."""
        return next((secret for secret in self.read_secrets if secret.name == name), None)
