"""Pseudonyms: other words in the place of those that a site's names consist of, one to one, so that they turn back.

A name is replaced word by word, and a word has one pseudonym wherever it stands: names that share a word still share
it, separators stay, and so does the fault of a name that has one. A pseudonym has as many characters as its word, with
letters, digits and capitals in the same places.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

#: The pieces of a text. The escapes before words come first: `%2Fteam` and `\nteam` hold the word `team`.
_PIECES = re.compile(
    r"""
      (?P<escape>%[0-9A-Fa-f]{2} | \\[nrt"] | \\u[0-9A-Fa-f]{4} | \\x[0-9A-Fa-f]{2})
    | (?P<time>(?<![^\W_])\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d)
    | (?P<uuid>(?<![^\W_])[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?![^\W_]))
    | (?P<digest>\bsha(?:256|384|512):[0-9a-fA-F]{6,}(?![^\W_]))
    | (?P<address>(?<![^\W_])\d{1,3}(?P<mark>[.-])\d{1,3}(?P=mark)\d{1,3}(?P=mark)\d{1,3}(?![^\W_]))
    | (?P<address6>(?<![\w:])(?:[0-9a-fA-F]{1,4}:){5,7}[0-9a-fA-F]{1,4}(?![\w:])
        | (?<![\w:])(?:[0-9a-fA-F]{1,4}:){1,6}:(?:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*)?(?![\w:]))
    | (?P<word>[^\W_]+)
    """,
    re.VERBOSE,
)
#: A word and its number: `worker12`. Without the number it is the same word as `worker`.
_NUMBERED = re.compile(r"([^\W\d_]{2,})(\d{1,4})\Z")
_SMALL = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def in_small_letters(text: str) -> str:
    """A text with its ASCII capitals in small letters: others may change their length."""
    return text.translate(_SMALL)


def stem_of(word: str) -> tuple[str, str]:
    """A word without the number at its end, and that number; the word and "" where it has none."""
    numbered = _NUMBERED.match(word)
    return (numbered[1], numbered[2]) if numbered else (word, "")


def text_pieces(text: str, *kinds: str) -> set[str]:
    """The pieces of these kinds in a text, in small letters: `word`, `uuid`, `address` (with dots), `address6`."""
    return {_plain(found) for found in _PIECES.finditer(text) if _kind_of(found) in kinds}


class Pseudonyms:
    """Words and their pseudonyms, each in small letters."""

    #: The form of their file.
    FORMAT: Final = 1

    def __init__(self, key_id: str, names: Mapping[str, str]) -> None:
        """`key_id` tells one key from another, `names` are the words by their pseudonyms.

        Raises ValueError where two pseudonyms stand for one word.
        """
        #: What a recording names its key by.
        self.key_id = key_id
        #: The words by their pseudonyms.
        self.names = dict(names)
        self._pseudonyms = {word: pseudonym for pseudonym, word in self.names.items()}
        # most texts stand in many objects
        self._replaced: dict[str, str] = {}
        self._restored: dict[str, str] = {}
        if len(self._pseudonyms) != len(self.names):
            raise ValueError("two pseudonyms stand for one word")

    def replaced(self, text: str) -> str:
        """A text with the pseudonyms of the words in it."""
        if text not in self._replaced:
            self._replaced[text] = _exchanged(text, self._pseudonyms)
        return self._replaced[text]

    def restored(self, text: str) -> str:
        """A text with the words that the pseudonyms in it stand for."""
        if text not in self._restored:
            self._restored[text] = _exchanged(text, self.names)
        return self._restored[text]


def _exchanged(text: str, words: Mapping[str, str]) -> str:
    def other(found: re.Match[str]) -> str:
        piece = found[0]
        kind = _kind_of(found)
        if kind == "word":
            return _other_word(piece, words)
        made = words.get(_plain(found))
        if made is None:
            return piece
        return made.replace(".", found["mark"]) if kind == "address" else made

    return _PIECES.sub(other, text)


def _other_word(word: str, words: Mapping[str, str]) -> str:
    small = in_small_letters(word)
    made = words.get(small)
    if made is None:
        stem, number = stem_of(small)
        if not number or stem not in words:
            return word
        made = words[stem] + number
    if small == word:
        return made
    if len(made) != len(word):
        # where all short ones were taken
        return made.upper() if word.isupper() else made.capitalize()
    return "".join(two.upper() if one != low else two for one, low, two in zip(word, small, made, strict=True))


def _kind_of(found: re.Match[str]) -> str:
    return "address" if found["address"] else found.lastgroup or ""


def _plain(found: re.Match[str]) -> str:
    text = in_small_letters(found[0])
    return text.replace("-", ".") if _kind_of(found) == "address" else text
