from __future__ import annotations

import pytest

from kubectl_imagepull.kube.duration import parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("0s", 0),
        ("30", 30),
        ("1s", 1),
        ("2m", 120),
        ("1m30s", 90),
        ("1.5h", 5400),
        ("500ms", 0.5),
        (" 5s ", 5),
    ],
)
def test_reads_a_timeout_in_kubectls_forms(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "s", "-1", "1 s", "1d", "five", "1s2", "²", "1e3s"])
def test_refuses_what_is_no_timeout(text: str) -> None:
    with pytest.raises(ValueError, match="isn't a duration: use seconds"):
        parse_duration(text)
