"""The runbook: a page for every cause, of texts that can be read on their own."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from kubectl_imagepull.fixes.vendors import VENDORS
from kubectl_imagepull.runbook import runbook_for

from kubectl_imagepull.vocabulary.causes import Cause

ALL = [
    (cause, text)
    for cause in Cause
    for text in (*runbook_for(cause).confirm, *(t for _, t in runbook_for(cause).fixes))
]


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_has_a_page(cause: Cause) -> None:
    page = runbook_for(cause)
    assert page.confirm
    assert page.fixes
    headings = [heading for heading, _ in page.fixes]
    assert len(set(headings)) == len(headings)
    assert all(heading == heading.strip() and heading for heading in headings)


@pytest.mark.parametrize(("cause", "text"), ALL)
def test_texts_are_plain_lines(cause: Cause, text: str) -> None:
    assert cause in Cause
    assert text.isprintable()
    assert text == text.strip()
    assert not re.search(r"  | [,;]", text)


def test_headings_of_registries_are_those_that_fixes_know() -> None:
    known = {vendor.name for vendor in VENDORS}
    used = {heading for cause in Cause for heading, _ in runbook_for(cause).fixes}
    assert known - used == set()


def test_credentials_are_explained_for_the_great_registries() -> None:
    headings = {heading for heading, _ in runbook_for(Cause.NO_CREDENTIALS).fixes}
    assert headings >= {vendor.name for vendor in VENDORS} - {"Amazon ECR Public"}


def test_runtimes_have_their_places() -> None:
    fixes = dict(runbook_for(Cause.TLS_UNKNOWN_AUTHORITY).fixes)
    assert "/etc/containerd/certs.d/HOST/ca.crt" in fixes["containerd"]
    assert fixes["CRI-O"] == "/etc/containers/certs.d/HOST/ca.crt. No restart."
    assert fixes["Docker"] == "/etc/docker/certs.d/HOST/ca.crt. No restart."


def test_latest_is_never_recommended() -> None:
    assert not any(re.search(r"(?<!myimage):latest", text) for _, text in ALL)


def test_it_loads_nothing_heavy() -> None:
    code = "import sys, kubectl_imagepull.runbook; print([m for m in ('kubernetes', 'yaml', 'json', 'typer') if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
