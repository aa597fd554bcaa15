"""Regular expressions with one alternative less: what a test needs to see that each alternative is used."""

from __future__ import annotations

from collections.abc import Iterator

_QUANTIFIERS = "?*+{"


def alternatives(pattern: str) -> list[str]:
    """The parts of a pattern between the `|` that stand in no group."""
    parts, start, depth, position = [], 0, 0, 0
    while position < len(pattern):
        end = _atom_end(pattern, position) if pattern[position] in "\\[" else position + 1
        depth += {"(": 1, ")": -1}.get(pattern[position], 0)
        if pattern[position] == "|" and not depth:
            parts.append(pattern[start:position])
            start = end
        position = end
    return [*parts, pattern[start:]]


def narrower(pattern: str) -> Iterator[str]:
    """Every pattern that matches a little less: one alternative, one optional part or one letter of a class taken out.

    Lookarounds and negated or ranged classes are left alone: what they allow can't be listed.
    """
    parts = alternatives(pattern)
    if len(parts) > 1:
        for number, part in enumerate(parts):
            yield "|".join(parts[:number] + parts[number + 1 :])
            for less in narrower(part):
                yield "|".join([*parts[:number], less, *parts[number + 1 :]])
        return
    position = 0
    while position < len(pattern):
        end = _atom_end(pattern, position)
        atom, before, after = pattern[position:end], pattern[:position], pattern[end:]
        for less in _narrower_atom(atom):
            yield f"{before}{less}{after}"
        if after.startswith("?"):
            yield f"{before}{after[1:]}"
            yield f"{before}{atom}{after[1:]}"
        position = end
        if position < len(pattern) and pattern[position] in _QUANTIFIERS:
            position = pattern.index("}", position) + 1 if pattern[position] == "{" else position + 1


def _narrower_atom(atom: str) -> Iterator[str]:
    if atom.startswith("(?:"):
        for less in narrower(atom[3:-1]):
            yield f"(?:{less})"
    elif atom.startswith("[") and atom[1] != "^" and "-" not in atom and "\\" not in atom:
        for letter in atom[1:-1]:
            yield f"[{atom[1:-1].replace(letter, '')}]"


def _atom_end(pattern: str, start: int) -> int:
    """Where the character, escape, class or group that begins here ends."""
    if pattern[start] == "\\":
        return start + 2
    if pattern[start] == "[":
        end = start + 2
        while pattern[end] != "]":
            end += 2 if pattern[end] == "\\" else 1
        return end + 1
    if pattern[start] != "(":
        return start + 1
    depth, position = 1, start + 1
    while depth:
        end = _atom_end(pattern, position) if pattern[position] in "\\[" else position + 1
        depth += {"(": 1, ")": -1}.get(pattern[position], 0)
        position = end
    return position
