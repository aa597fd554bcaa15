"""Makes the pseudonyms of words: by chance, of the same shape, and as near to each other as the words are."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from ipaddress import ip_address, ip_network
from uuid import UUID

from kubectl_imagepull.recorder.public_words import without_a_letter
from kubectl_imagepull.vocabulary.likeness import is_like_word

#: What Kubernetes puts behind a name has none of these letters.
_VOWELS = "aeiou"
_CONSONANTS = "bcdfghjklmnpqrstvwxz"
#: With these an escape before a word goes on, so that no pseudonym begins with one: `\n`, `%2f`.
_FIRST = "ghjklmpqsvwz"
#: So many letters and fewer: words that are near to others by chance.
_SHORT = 5
_TRIES = 60
_LETTERS = re.compile(r"[a-z]")
_PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))
#: Networks that nobody has: for tests of devices (RFC 2544) and for documentation (RFC 3849).
_NOBODYS = ip_network("198.18.0.0/15")
_NOBODYS6 = int(ip_address("2001:db8::"))


class PseudonymMaker:
    """Gives words pseudonyms that nothing else is called."""

    def __init__(self, known: dict[str, str], taken: Collection[str], chance: random.Random) -> None:
        """`known` are words by their pseudonyms, and grow; `taken` is what stands in the texts, or is public."""
        self.names = known
        self._words = {word: pseudonym for pseudonym, word in known.items()}
        self._taken = taken
        self._chance = chance
        self._near: dict[str, list[str]] = {}
        self._short: dict[str, list[str]] = {}
        for word in self._words:
            _remember(word, self._near)
        for word in (*taken, *known):
            self._remember_short(word)

    def add_words(self, words: Iterable[str]) -> None:
        """Gives each word a pseudonym, in an order of its own so that it tells nothing."""
        for word in sorted(set(words) - set(self._words)):
            self._give(word, self._nearby(word) or self._until_free(word, self._random_word))

    def add_addresses(self, addresses: Iterable[str]) -> None:
        """Gives each address one of the same kind of network."""
        for address in sorted(set(addresses) - set(self._words)):
            self._give(address, self._until_free(address, self._random_address))

    def add_uuids(self, uuids: Iterable[str]) -> None:
        """Gives each UUID another one."""
        for uuid in sorted(set(uuids) - set(self._words)):
            self._give(uuid, self._until_free(uuid, lambda _: str(UUID(int=self._chance.getrandbits(128), version=4))))

    def _give(self, word: str, pseudonym: str) -> None:
        self.names[pseudonym] = word
        self._words[word] = pseudonym
        _remember(word, self._near)
        self._remember_short(pseudonym)

    def _until_free(self, word: str, make: Callable[[str], str]) -> str:
        made = make(word)
        for tries in range(_TRIES):
            if self._is_free(made) and (tries > _TRIES // 2 or not self._is_near_by_chance(made)):
                return made
            made = make(word)
        while not self._is_free(made):
            # of few letters all are taken
            made += self._chance.choice(_CONSONANTS)
        return made

    def _is_free(self, made: str) -> bool:
        return made not in self._taken and made not in self.names and made not in self._words

    def _is_near_by_chance(self, made: str) -> bool:
        return len(made) <= _SHORT and any(is_like_word(made, one) for one in _near_ones(made, self._short))

    def _random_word(self, word: str) -> str:
        has_vowels = any(letter in _VOWELS for letter in word)
        made = [self._random_character(one, has_vowels=has_vowels) for one in word]
        if _LETTERS.match(word):
            made[0] = self._chance.choice(_FIRST)
        places = [place for place, letter in enumerate(word) if letter in _VOWELS and place]
        if places and not any(letter in _VOWELS for letter in made):
            made[places[0]] = self._chance.choice(_VOWELS)
        return "".join(made)

    def _random_character(self, character: str, *, has_vowels: bool) -> str:
        if "0" <= character <= "9":
            return self._chance.choice("123456789")
        if not _LETTERS.match(character):
            return character
        return self._chance.choice(_CONSONANTS + _VOWELS * 3 if has_vowels else _CONSONANTS)

    def _random_address(self, text: str) -> str:
        try:
            address = ip_address(text)
        except ValueError:
            # of numbers that are none of an address
            return ".".join(str(self._chance.randrange(1, 255)) for _ in text.split("."))
        if address.version != 4:  # noqa: PLR2004 - the version
            return str(ip_address(_NOBODYS6 + self._chance.getrandbits(32)))
        network = next((one for one in _PRIVATE if address in one), _NOBODYS)
        return str(network[self._chance.randrange(1, network.num_addresses - 1)])

    def _nearby(self, word: str) -> str:
        """The pseudonym of a word that is near, with the same mistake in it; "" where none is, or it is taken."""
        for other in _near_ones(word, self._near):
            if is_like_word(word, other):
                made = self._with_mistake(self._words[other], other, word)
                if made and self._is_free(made) and is_like_word(made, self._words[other]):
                    return made
        return ""

    def _with_mistake(self, pseudonym: str, word: str, mistaken: str) -> str:
        """A pseudonym with the mistake that makes `mistaken` of `word`; "" for more than one."""
        place = next(
            (n for n, (a, b) in enumerate(zip(word, mistaken, strict=False)) if a != b), min(len(word), len(mistaken))
        )
        before, behind = pseudonym[:place], pseudonym[place:]
        if len(pseudonym) != len(word) or (not place and _LETTERS.match(mistaken)):
            return ""
        if len(mistaken) > len(word) and mistaken[place + 1 :] == word[place:]:
            doubled = place and mistaken[place] == mistaken[place - 1]
            return (
                before + (before[-1] if doubled else self._random_character(mistaken[place], has_vowels=False)) + behind
            )
        if len(mistaken) < len(word) and mistaken[place:] == word[place + 1 :]:
            return before + behind[1:]
        if mistaken[place + 2 :] == word[place + 2 :] and mistaken[place : place + 2] == word[place : place + 2][::-1]:
            return before + behind[1::-1] + behind[2:]
        if mistaken[place + 1 :] == word[place + 1 :]:
            return before + self._random_character(mistaken[place], has_vowels=False) + behind[1:]
        return ""

    def _remember_short(self, word: str) -> None:
        if len(word) <= _SHORT and word.isalpha():
            _remember(word, self._short)


def _remember(word: str, near: dict[str, list[str]]) -> None:
    for key in without_a_letter(word):
        near.setdefault(key, []).append(word)


def _near_ones(word: str, near: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """Words that may differ from a word in one letter; for short ones these are few of all."""
    return dict.fromkeys(one for key in without_a_letter(word) for one in near.get(key, ()))
