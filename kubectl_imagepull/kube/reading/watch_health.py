"""How the watches of a cluster are, as a value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WatchHealth:
    """How the watches are at one time, a line for each that isn't well."""

    #: Those that broke: they are begun again, and what is shown meanwhile may be out of date.
    broken: tuple[str, ...] = ()
    #: Those that are not allowed: everything is read now and then instead.
    not_allowed: tuple[str, ...] = ()
