"""Pseudonyms of words: they stand in names as the words do, and turn back."""

from __future__ import annotations

import pytest

from kubectl_imagepull.vocabulary.pseudonyms import Pseudonyms, stem_of, text_pieces

KEY = Pseudonyms(
    "k1",
    {
        "vomu": "shop",
        "kest3": "acme7",
        "lumar": "cartö",
        "10.7.7.7": "10.20.0.2",
        "2001:db8::9": "fd00:1:2:3:4:5:6:7",
        "518273645123": "123456789012",
        "00000000-0000-4000-8000-000000000001": "75f129a0-d8c9-415a-9a8a-f514002f1459",
    },
)
TEXTS = {
    "registry.shop.example/shop/web:v1": "registry.vomu.example/vomu/web:v1",
    "shop-6b9f_SHOP.Shop sHop": "vomu-6b9f_VOMU.Vomu vOmu",
    "shop12 shop12345 shops workshop": "vomu12 shop12345 shops workshop",
    "acme7 acme8 ACME7": "kest3 acme8 KEST3",
    "cartö CARTö": "lumar LUMAr",
    r"a\nshop\tshop %2Fshop \u003cshop \x1bshop": r"a\nvomu\tvomu %2Fvomu \u003cvomu \x1bvomu",
    "lookup x on 10.20.0.2:53: ip-10-20-0-2.shop 10.20.0.22": "lookup x on 10.7.7.7:53: ip-10-7-7-7.vomu 10.20.0.22",
    "dial tcp [fd00:1:2:3:4:5:6:7]:443": "dial tcp [2001:db8::9]:443",
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com": "518273645123.dkr.ecr.eu-west-1.amazonaws.com",
    "tenant 75F129A0-d8c9-415a-9a8a-f514002f1459": "tenant 00000000-0000-4000-8000-000000000001",
    "2026-11-23T22:51:42Z sha256:abcdef012345": "2026-11-23T22:51:42Z sha256:abcdef012345",
    "Shop/app:{{ .shop }}": "Vomu/app:{{ .vomu }}",
}


@pytest.mark.parametrize("text", TEXTS)
def test_words_are_replaced_wherever_they_stand(text: str) -> None:
    assert KEY.replaced(text) == TEXTS[text]


@pytest.mark.parametrize("text", [text for text in TEXTS if "75F129A0" not in text])
def test_they_turn_back(text: str) -> None:
    assert KEY.restored(TEXTS[text]) == text


def test_a_word_has_one_pseudonym() -> None:
    with pytest.raises(ValueError, match="two pseudonyms stand for one word"):
        Pseudonyms("k1", {"a": "shop", "b": "shop"})


@pytest.mark.parametrize(("text", "replaced"), [("hr-HR-Hr", "qex-QEX-Qex")])
def test_a_longer_pseudonym_has_capitals_too(text: str, replaced: str) -> None:
    key = Pseudonyms("k1", {"qex": "hr"})
    assert key.replaced(text) == replaced
    assert key.restored(replaced) == text


def test_the_pieces_of_a_text() -> None:
    text = "Shop-7 %2Fcart 10-20-0-2 75F129A0-d8c9-415a-9a8a-f514002f1459"
    assert text_pieces(text, "word") == {"shop", "7", "cart"}
    assert text_pieces(text, "address", "uuid") == {"10.20.0.2", "75f129a0-d8c9-415a-9a8a-f514002f1459"}


def test_the_number_of_a_word() -> None:
    assert [stem_of(word) for word in ("worker12", "v1", "x509", "a1b2", "12")] == [
        ("worker", "12"),
        ("v1", ""),
        ("x509", ""),
        ("a1b2", ""),
        ("12", ""),
    ]
