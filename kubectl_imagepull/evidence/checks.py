"""A finding as a value: which check found what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Check(str, Enum):
    """The checks' stable identifiers, part of the public report as the causes are."""

    NO_PULL_SECRET = "NoPullSecret"  # noqa: S105 - a check, no secret
    PULL_SECRET_MISSING = "PullSecretMissing"  # noqa: S105 - a check, no secret
    PULL_SECRET_OTHER_NAMESPACE = "PullSecretOtherNamespace"  # noqa: S105 - a check, no secret
    PULL_SECRET_WRONG_TYPE = "PullSecretWrongType"  # noqa: S105 - a check, no secret
    PULL_SECRET_MALFORMED = "PullSecretMalformed"  # noqa: S105 - a check, no secret
    PULL_SECRET_EMPTY = "PullSecretEmpty"  # noqa: S105 - a check, no secret
    PULL_SECRET_OTHER_REGISTRY = "PullSecretOtherRegistry"  # noqa: S105 - a check, no secret
    PULL_SECRET_MATCHES = "PullSecretMatches"  # noqa: S105 - a check, no secret
    PULL_SECRET_MISPLACED = "PullSecretMisplaced"  # noqa: S105 - a check, no secret
    PULL_SECRET_EXPIRED = "PullSecretExpired"  # noqa: S105 - a check, no secret
    SERVICE_ACCOUNT_SECRETS_CHANGED = "ServiceAccountSecretsChanged"
    NODE_PLATFORM = "NodePlatform"
    NODE_CONDITION = "NodeCondition"
    SAME_IMAGE_ELSEWHERE = "SameImageElsewhere"
    SAME_REGISTRY_ELSEWHERE = "SameRegistryElsewhere"
    ONLY_THIS_NODE = "OnlyThisNode"
    PREVIOUS_IMAGE = "PreviousImage"
    KNOWN_TAGS = "KnownTags"
    MANAGED_BY = "ManagedBy"
    OWNER_REFERENCE = "OwnerReference"
    IMPLIED_REFERENCE = "ImpliedReference"
    RELOCATED_REGISTRY = "RelocatedRegistry"
    OTHER_PULL_SECRET = "OtherPullSecret"  # noqa: S105 - a check, no secret
    NODE_ENVIRONMENT = "NodeEnvironment"
    IMAGE_MUTATED = "ImageMutated"
    WRITTEN_BY = "WrittenBy"
    SHARED_FAULT = "SharedFault"
    REGISTRY_PROBE = "RegistryProbe"
    #: A newer revision replaces the pod's.
    NEWER_REVISION = "NewerRevision"
    #: A name near to one that the cluster proves.
    NEAR_NAME = "NearName"

    def __str__(self) -> str:
        """The identifier, as reports show it."""
        return self.value


class Result(str, Enum):
    """What a check found."""

    #: It points at the fault.
    BAD = "bad"
    #: It helps to decide or to repair.
    INFO = "info"
    #: It was looked at and is fine.
    OK = "ok"
    #: It could not be looked at.
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Evidence:
    """One finding, for the report and for what a fix takes from it."""

    #: The check that found it.
    check: Check
    #: Whether it is bad, useful, fine or unread.
    result: Result
    #: One sentence that says it; only reports read it.
    text: str
    #: The name that the finding is about: a pull secret's, a node's.
    about: str = ""
    #: What was found, as a fix can use it: namespaces, tags, an image reference.
    values: tuple[str, ...] = ()
    #: The other namespace whose objects alone it rests on, so that they prove nothing for this one; "" for none.
    namespace: str = ""
