"""Which stand-ins were given for which names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping


class StandInTable:
    """Gives each name one stand-in, and keeps it."""

    def __init__(self, known: Mapping[str, Iterable[str]]) -> None:
        """`known` are names by what they name: `pod`, `namespace`."""
        self._stand_ins: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}
        self._given: set[str] = set()
        #: What each known name names.
        self.kinds = {name: kind for kind, names in known.items() for name in names if name}

    def name(self, kind: str, name: str) -> str:
        """The stand-in of a name: `pod1`."""
        return self.stand_in(kind, name, lambda number: f"{kind}{number}")

    def stand_in(self, kind: str, name: str, made: Callable[[int], str]) -> str:
        """The stand-in of a name, `made` from the number of names of its kind so far where there is none yet."""
        key = (kind, name)
        if key not in self._stand_ins:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._stand_ins[key] = made(self._counts[kind])
            self._given.add(self._stand_ins[key])
        return self._stand_ins[key]

    def is_given(self, text: str) -> bool:
        """Whether a text is a stand-in itself."""
        return text in self._given

    def has(self, kind: str, name: str) -> bool:
        """Whether a name has a stand-in already."""
        return (kind, name) in self._stand_ins

    def kind_of(self, name: str) -> str:
        """What a known name names; "" for any other."""
        return self.kinds.get(name, "")
