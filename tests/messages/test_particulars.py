"""Particulars: each phrase is proven by a text, and says nothing of the others' texts."""

from __future__ import annotations

import pytest

from kubectl_imagepull.messages.particulars import PHRASES, Particular, new_place, refused_address, says

#: What two of them say together.
_BOTH = {
    (Particular.ARTIFACT, Particular.HELM_CHART),
    (Particular.NO_SIGNATURE, Particular.COSIGN),
    (Particular.NO_SIGNATURE, Particular.NOTATION),
}


@pytest.mark.parametrize("particular", Particular)
def test_each_phrase_is_found_in_its_proof(particular: Particular) -> None:
    assert says(PHRASES[particular].proof, particular)
    assert PHRASES[particular].origin


@pytest.mark.parametrize("particular", Particular)
def test_no_phrase_is_found_in_another_s_proof(particular: Particular) -> None:
    others = {other for other in Particular if other is not particular and says(PHRASES[other].proof, particular)}
    assert {(particular, other) for other in others} <= _BOTH


def test_an_ordinary_text_says_none_of_them() -> None:
    text = "failed to resolve image: registry.example.com/xray/helm-chart-cosign/html:402.1: not found"
    assert [one for one in Particular if says(text, one)] == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("denied: client with IP '192.0.2.7' is not allowed access. Refer https://aka.ms/acr/firewall", "192.0.2.7"),
        ("denied: client with IP '2001:db8::7' is not allowed access.", "2001:db8::7"),
        ("denied: client with IP '$(reboot)' is not allowed access.", ""),
        ("denied", ""),
    ],
)
def test_the_address_that_is_refused(text: str, address: str) -> None:
    assert refused_address(text) == address


@pytest.mark.parametrize(
    ("text", "host"),
    [
        (
            "unsupported: This repo requires terms acceptance and is only available on registry.redhat.io",
            "registry.redhat.io",
        ),
        ("is only available on weekdays", ""),
        ("is only available on $(reboot).example", ""),
    ],
)
def test_the_place_that_a_registry_names(text: str, host: str) -> None:
    assert new_place(text) == host
