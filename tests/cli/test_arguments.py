from __future__ import annotations

import pytest

from kubectl_imagepull.cli.arguments import DEFAULT_WAIT, with_duration


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("diagnose web", "diagnose web"),
        ("diagnose --wait", f"diagnose --wait={DEFAULT_WAIT}"),
        ("diagnose --wait web", f"diagnose --wait={DEFAULT_WAIT} web"),
        ("diagnose --wait -n shop web", f"diagnose --wait={DEFAULT_WAIT} -n shop web"),
        ("diagnose --wait 30s web", "diagnose --wait=30s web"),
        ("diagnose --wait 90 web", "diagnose --wait=90 web"),
        ("diagnose --wait=1m30s web", "diagnose --wait=1m30s web"),
        ("diagnose --wait=soon", "diagnose --wait=soon"),
        ("diagnose -- --wait", "diagnose -- --wait"),
    ],
)
def test_wait_takes_a_duration_or_none(arguments: str, expected: str) -> None:
    assert with_duration(arguments.split()) == expected.split()
