"""Making pseudonyms: of the shape of the word, unlike each other, and near where the words are near."""

from __future__ import annotations

import random
import re
from ipaddress import ip_address, ip_network

import pytest

from kubectl_imagepull.recorder.pseudonym_maker import PseudonymMaker
from kubectl_imagepull.vocabulary.likeness import is_like_word

WORDS = ["payments", "checkout", "db2x", "hr", "qa", "zqqtb", "régie", "abcdefghij" * 7]


def chance() -> random.Random:
    """The same at every run."""
    return random.Random(7)  # noqa: S311 - nothing is kept secret here


def made(*words: str, known: dict[str, str] | None = None, taken: frozenset[str] = frozenset()) -> dict[str, str]:
    """The pseudonyms by their words."""
    maker = PseudonymMaker(dict(known or {}), taken, chance())
    maker.add_words(words)
    return {word: pseudonym for pseudonym, word in maker.names.items()}


def shape(word: str) -> str:
    return re.sub(r"[a-z]", "a", re.sub(r"[0-9]", "0", word))


@pytest.mark.parametrize("word", WORDS)
def test_a_pseudonym_has_the_shape_of_its_word(word: str) -> None:
    pseudonym = made(word)[word]
    assert shape(pseudonym) == shape(word)
    assert pseudonym != word
    assert bool(re.search("[aeiou]", pseudonym)) == bool(re.search("[aeiou]", word[1:]))
    # as an escape's end it would be read with the escape
    assert not re.match("[a-fnrtux]", pseudonym)


@pytest.mark.parametrize(
    ("word", "mistaken"),
    [("payments", "paymetns"), ("payments", "payment"), ("payments", "paymentts"), ("payments", "pagments")],
)
def test_near_words_have_near_pseudonyms(word: str, mistaken: str) -> None:
    pseudonyms = made(word, mistaken, "checkout")
    assert is_like_word(pseudonyms[word], pseudonyms[mistaken])
    assert not is_like_word(pseudonyms[word], pseudonyms["checkout"])


def test_short_words_are_not_near_by_chance() -> None:
    words = [f"{a}{b}{c}{d}" for a in "prs" for b in "aei" for c in "lmn" for d in "kt"]
    far = [word for number, word in enumerate(words) if not any(is_like_word(word, one) for one in words[:number])]
    pseudonyms = list(made(*far).values())
    assert len(far) > 10
    assert not [
        (one, two) for number, one in enumerate(pseudonyms) for two in pseudonyms[:number] if is_like_word(one, two)
    ]


def test_what_is_there_already_is_no_pseudonym() -> None:
    two_letters = {f"{a}{b}" for a in "ghjklmpqsvwz" for b in "abcdefghijklmnopqrstuvwxyz"}
    assert len(made("hr", taken=frozenset(two_letters))["hr"]) == 3


def test_a_known_word_keeps_its_pseudonym() -> None:
    assert made("payments", "checkout", known={"vomulera": "payments"})["payments"] == "vomulera"


@pytest.mark.parametrize("network", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"])
def test_a_private_address_stays_in_its_network(network: str) -> None:
    address = str(ip_network(network)[1000])
    maker = PseudonymMaker({}, frozenset(), chance())
    maker.add_addresses([address])
    (pseudonym,) = maker.names
    assert ip_address(pseudonym) in ip_network(network)
    assert pseudonym != address


def test_any_other_address_is_nobodys() -> None:
    maker = PseudonymMaker({}, frozenset(), chance())
    maker.add_addresses(["93.184.216.34", "2a00:1450::1", "999.1.2.3"])
    by_word = {word: pseudonym for pseudonym, word in maker.names.items()}
    assert ip_address(by_word["93.184.216.34"]) in ip_network("198.18.0.0/15")
    assert ip_address(by_word["2a00:1450::1"]) in ip_network("2001:db8::/32")
    assert by_word["999.1.2.3"].count(".") == 3


def test_a_uuid_becomes_another_one() -> None:
    maker = PseudonymMaker({}, frozenset(), chance())
    maker.add_uuids(["75f129a0-d8c9-415a-9a8a-f514002f1459"])
    (pseudonym,) = maker.names
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", pseudonym)
