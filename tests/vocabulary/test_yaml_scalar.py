"""What YAML makes of a tag without quotes, and how Go prints it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubectl_imagepull.vocabulary.yaml_scalar import integer_of, printed_unquoted


@pytest.mark.parametrize(
    ("tag", "printed"),
    [
        ("1.10", "1.1"),
        ("1.0", "1"),
        ("007", "7"),
        ("010", "8"),
        ("08", "8"),
        ("0x1F", "31"),
        ("1_000", "1000"),
        ("12e3", "12000"),
        ("123456", "123456"),
        ("1000000", "1e+06"),
        ("45980468", "4.5980468e+07"),
        ("20240101", "2.0240101e+07"),
        ("on", "true"),
        ("No", "false"),
    ],
)
def test_what_a_tag_without_quotes_is_printed_as(tag: str, printed: str) -> None:
    assert printed_unquoted(tag) == printed


@pytest.mark.parametrize("tag", ["v1.10", "1.2.3", "latest", "7b082e9", "2024-05-01", "1.10-alpine", ".", ""])
def test_a_tag_that_stays_a_string(tag: str) -> None:
    assert printed_unquoted(tag) == tag


@pytest.mark.parametrize(
    ("printed", "integer"),
    [
        ("4.5980468e+07", "45980468"),
        ("1e+06", "1000000"),
        ("9.007199254740993e+15", ""),
        ("1.5e+00", ""),
        ("1e-05", ""),
        ("45980468", ""),
        ("v1e+06", ""),
    ],
)
def test_the_integer_behind_a_float(printed: str, integer: str) -> None:
    assert integer_of(printed) == integer


@given(st.integers(min_value=10**6, max_value=2**53 - 1))
def test_a_number_that_was_printed_as_a_float_is_found_again(number: int) -> None:
    assert integer_of(printed_unquoted(str(number))) == str(number)


@given(st.text(max_size=40))
def test_any_tag_is_printed_somehow(tag: str) -> None:
    assert isinstance(printed_unquoted(tag), str)
    assert isinstance(integer_of(tag), str)
