"""How near two names are to each other: whether one is the other with a typing mistake in it.

Short words and numbers are near to many others that are meant as they stand: api and app, v1.2.3 and v1.2.4.
"""

from __future__ import annotations

import re

from kubectl_imagepull.vocabulary.yaml_scalar import printed_unquoted

#: From so many letters on, two mistakes in one word are one word with two mistakes.
_LONG = 8
#: Shorter words that differ in one letter are mostly two words.
_SHORT, _SHORTEST = 5, 3
_NUMBERS = re.compile(r"[0-9]+")
_WORDS = re.compile(r"[A-Za-z]+")
_SEPARATORS = re.compile(r"[-._+]+")
#: A commit's id; of digits alone it would be a date or a build's number.
_HEX_ID = re.compile(r"(?=[0-9]*[a-f])[0-9a-f]{7,64}\Z")
_ADDRESS = re.compile(r"[0-9.]+\Z|\[")
_PORT = re.compile(r":([0-9]+)\Z")


def edits(one: str, other: str, most: int) -> int:
    """How many letters have to be changed, added, left out or exchanged with the next; `most` + 1 for more.

    The optimal string alignment distance.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        now = [place]
        for index, second in enumerate(other, 1):
            cost = min(row[index] + 1, now[-1] + 1, row[index - 1] + (letter != second))
            if before and index > 1 and letter == other[index - 2] and one[place - 2] == second:
                cost = min(cost, before[index - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return most + 1
        before, row = row, now
    return row[-1]


def is_like_word(one: str, other: str) -> bool:
    """Whether two words that differ are one with a typing mistake; numbers in them have to be the same."""
    shortest = min(len(one), len(other))
    if one == other or shortest < _SHORTEST or _NUMBERS.findall(one) != _NUMBERS.findall(other):
        return False
    most = 2 if shortest >= _LONG else 1
    if edits(one, other, most) > most:
        return False
    # of a short word another letter makes another word, and letters out of order make none
    return shortest >= _SHORT or len(one) != len(other) or sorted(one) == sorted(other)


def is_like_path(one: str, other: str) -> bool:
    """Whether two repository paths that differ are one with a typing mistake: in one part, or the parts' order."""
    left, right = one.split("/"), other.split("/")
    if len(left) != len(right):
        return False
    unlike = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
    if len(unlike) == 1:
        return is_like_word(*unlike[0])
    return len(unlike) == 2 and unlike[0] == unlike[1][::-1]  # noqa: PLR2004 - two parts, exchanged


def is_like_host(one: str, other: str) -> bool:
    """Whether two hosts that differ are one with a typing mistake, in the name or in the port."""
    left, right = _PORT.search(one), _PORT.search(other)
    name, second = _PORT.sub("", one), _PORT.sub("", other)
    ports = (left[1] if left else "", right[1] if right else "")
    if name != second:
        return ports[0] == ports[1] and not _ADDRESS.match(name) and is_like_word(name, second)
    if not all(ports):
        return ports[0] != ports[1]
    # another digit is another port; one too few, too many or out of order is none that somebody meant
    shifted = len(ports[0]) != len(ports[1]) or sorted(ports[0]) == sorted(ports[1])
    return ports[0] != ports[1] and shifted and edits(*ports, 1) <= 1


def is_like_tag(one: str, other: str) -> bool:
    """Whether two tags that differ mean the same: but for separators, capitals, a v, a typing mistake or a zero.

    A tag that YAML made a number lost its zeros: 1.10 is printed as 1.1.
    """
    if one == other:
        return False
    if _HEX_ID.match(one) and _HEX_ID.match(other):
        return one.startswith(other) or other.startswith(one)
    if _plain(one) == _plain(other) or printed_unquoted(other) == one:
        return True
    if _NUMBERS.findall(one) != _NUMBERS.findall(other):
        return False
    words, others = _WORDS.findall(one), _WORDS.findall(other)
    unlike = [(a, b) for a, b in zip(words, others, strict=False) if a != b]
    if len(words) != len(others) or len(unlike) != 1 or _without_words(one) != _without_words(other):
        return False
    return is_like_word(*unlike[0])


def _plain(tag: str) -> str:
    return _SEPARATORS.sub(".", tag.lower()).removeprefix("v").strip(".")


def _without_words(tag: str) -> str:
    return _SEPARATORS.sub(".", _WORDS.sub("", tag))
