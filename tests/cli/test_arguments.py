from __future__ import annotations

import pytest

from kubectl_imagepull.cli.arguments import DEFAULT_WAIT, command_first, with_duration, with_namespaces


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


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("scan -n a -n b", "scan --namespace=a,b"),
        ("scan -na --namespace=b --namespace c -o json", "scan --namespace=a,b,c -o json"),
        ("scan -n a -n a", "scan -n a -n a"),
        ("scan -n a", "scan -n a"),
        ("diagnose -n a -n b -- -n c", "diagnose --namespace=a,b -- -n c"),
        ("scan -n", "scan -n"),
    ],
)
def test_several_namespaces_become_one_value(given: str, read: str) -> None:
    assert with_namespaces(given.split()) == read.split()


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("-n shop scan", "scan -n shop"),
        ("--context prod -A scan -o json", "scan --context prod -A -o json"),
        ("--context=prod diagnose web", "diagnose --context=prod web"),
        ("help scan", "scan --help"),
        ("help", "--help"),
        ("--help scan", "--help scan"),
        ("-A", "-A"),
        ("scan -n shop", "scan -n shop"),
        ("", ""),
    ],
)
def test_flags_before_the_command_come_behind_it(given: str, read: str) -> None:
    assert command_first(given.split()) == read.split()
