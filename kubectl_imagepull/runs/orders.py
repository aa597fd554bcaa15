"""The names of the orders; imports nothing, for the flags are made from it."""

from __future__ import annotations

from enum import Enum


class Order(str, Enum):
    """What root causes are sorted by."""

    PODS = "pods"
    SINCE = "since"
    CAUSE = "cause"
    NAMESPACE = "namespace"
