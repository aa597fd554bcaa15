from __future__ import annotations

import time
import unicodedata
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubectl_imagepull.report.text import (
    age,
    display_width,
    exact_cell,
    human_duration,
    pad,
    rfc3339,
    shorten_digest,
    truncate,
    truncate_middle,
    usable_width,
    visible,
    wrap,
)
from kubectl_imagepull.vocabulary.wording import counted

NOW = datetime(2026, 11, 23, 23, 0, tzinfo=timezone.utc)
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
ANY_TEXT = st.text(st.characters(), max_size=200)
WORDS = st.text(st.sampled_from("abc/:@ -图é"), max_size=200)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("registry.corp.example/shop/web:v1", "registry.corp.example/shop/web:v1"),
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("\x1b]8;;http://evil\x07link", r"\x1b]8;;http://evil\x07link"),
        ("\x9b31m", r"\x9b31m"),
        ("a\nb\r\tc\x00\x7f", r"a\nb\r\tc\x00\x7f"),
        ("web\u202egnp.exe", r"web\u202egnp.exe"),
        ("\u2066a\u2069\u200f", r"\u2066a\u2069\u200f"),
        ("ze\u200bro\u200dwidth\ufeff\u2060", r"ze\u200bro\u200dwidth\ufeff\u2060"),
        ("line\u2028para\u2029", r"line\u2028para\u2029"),
        ("nginx:1.27\u00a0", r"nginx:1.27\xa0"),
        ("\ud800", r"\ud800"),
        ("\ue000\ufffe", r"\ue000\ufffe"),
        ("\U000e0041", r"\U000e0041"),
        ("\u3164\ufe0f\u115f", r"\u3164\ufe0f\u115f"),
        ("日本語 café ✓", "日本語 café ✓"),
    ],
)
def test_unsafe_characters_are_written_out(raw: str, shown: str) -> None:
    assert visible(raw) == shown


@given(ANY_TEXT)
def test_nothing_that_a_terminal_obeys_or_hides_is_left(text: str) -> None:
    shown = visible(text)
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert visible(shown) == shown


@pytest.mark.parametrize(("raw", "shown"), [("web", "web"), ("web ", '"web "'), ("", '""'), ("a b", "a b")])
def test_a_space_at_the_edge_is_seen(raw: str, shown: str) -> None:
    assert exact_cell(raw) == shown


@pytest.mark.parametrize(("text", "columns"), [("web", 3), ("日本", 4), ("cafe\u0301", 4), ("", 0)])
def test_width_is_what_the_terminal_takes(text: str, columns: int) -> None:
    assert display_width(text) == columns
    assert pad(text, 6) == text + " " * (6 - columns)


@given(ANY_TEXT, st.integers(12, 60))
def test_truncated_text_fits_and_says_so(text: str, columns: int) -> None:
    shown = visible(text)
    for cut in (truncate(shown, columns), truncate_middle(shown, columns)):
        assert display_width(cut) <= columns
        assert cut == shown or "..." in cut


def test_truncation_keeps_the_tag() -> None:
    image = "registry.corp.example/platform/team-a/frontend:v2.4.0"
    assert truncate(image, 30) == "registry.corp.example/platf..."
    assert truncate_middle(image, 40) == "registry.corp.example.../frontend:v2.4.0"
    assert truncate_middle(image, 30) == "registry.co.../frontend:v2.4.0"
    assert truncate_middle("a" * 40, 20) == "aaaaaa...aaaaaaaaaaa"


def test_a_digest_gives_way_first() -> None:
    image = f"registry.corp.example/payments/ledger@sha256:{DIGEST}"
    assert shorten_digest(image) == "registry.corp.example/payments/ledger@sha256:9f86d081884c..."
    assert truncate_middle(image, 60) == "registry.corp.example/payments/ledger@sha256:9f86d081884c..."
    assert truncate_middle(f"{image} on worker-b", 60) == "registry.corp.e.../ledger@sha256:9f86d081884c... on worker-b"
    assert shorten_digest(f"sha256:{DIGEST}") == f"sha256:{DIGEST}"


def test_lines_break_between_words() -> None:
    assert wrap("one two  three four", 10, "  ", "    ") == ["  one two", "    three", "    four"]
    assert wrap("one  two", 80) == ["one  two"]
    assert wrap("a long text that goes on", None, "  ") == ["  a long text that goes on"]
    assert wrap("", 20, "  ") == ["  "]


def test_a_word_is_broken_only_if_no_line_holds_it() -> None:
    image = "registry.corp.example/shop/frontend:v2.4.0"
    assert wrap(f"image {image} is", 44) == ["image", image, "is"]
    assert wrap(f"image {image} is", 30) == ["image", "registry.corp.example/shop/", "frontend:v2.4.0 is"]
    assert wrap("x" * 20, 10, "  ") == ["  xxxxxxxx", "  xxxxxxxx", "  xxxx"]


@given(WORDS, st.integers(12, 60))
def test_wrapped_text_fits_and_loses_nothing(text: str, columns: int) -> None:
    lines = wrap(text, columns, "  ", "    ")
    assert all(display_width(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("text", ["x" * 1_000_000, "/" * 1_000_000, "图" * 300_000, " " * 1_000_000, "a " * 500_000])
def test_a_huge_text_wraps_in_no_time(text: str) -> None:
    started = time.perf_counter()
    wrap(text, 80)
    assert time.perf_counter() - started < 5


# k8s.io/apimachinery v0.31.0 says so
@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-5, "<invalid>"),
        (-1.5, "0s"),
        (0, "0s"),
        (59.9, "59s"),
        (119, "119s"),
        (120, "2m"),
        (121, "2m1s"),
        (599, "9m59s"),
        (600, "10m"),
        (3599, "59m"),
        (7200, "120m"),
        (10799, "179m"),
        (10800, "3h"),
        (10860, "3h1m"),
        (28799, "7h59m"),
        (28800, "8h"),
        (172799, "47h"),
        (172800, "2d"),
        (176400, "2d1h"),
        (691199, "7d23h"),
        (691200, "8d"),
        (63071999, "729d"),
        (63072000, "2y"),
        (63158400, "2y1d"),
        (252287999, "7y364d"),
        (252288000, "8y"),
        (400000000, "12y"),
    ],
)
def test_ages_are_kubectls(seconds: float, shown: str) -> None:
    assert human_duration(seconds) == shown
    assert age(NOW - timedelta(seconds=seconds), NOW) == shown


def test_an_unknown_time() -> None:
    assert age(None, NOW) == "<unknown>"
    assert rfc3339(None) is None


def test_times_are_written_in_utc() -> None:
    there = datetime(2026, 11, 24, 0, 51, 43, 151102, tzinfo=timezone(timedelta(hours=2)))
    assert rfc3339(there) == "2026-11-23T22:51:43Z"
    assert rfc3339(there.replace(tzinfo=None)) == "2026-11-24T00:51:43Z"


def test_numbers_and_their_nouns() -> None:
    assert [counted(n, "pod") for n in (0, 1, 2, 12345)] == ["0 pods", "1 pod", "2 pods", "12,345 pods"]


def test_a_tiny_terminal_wraps_by_itself() -> None:
    assert [usable_width(width) for width in (None, 0, 20, 80)] == [None, 40, 40, 80]
