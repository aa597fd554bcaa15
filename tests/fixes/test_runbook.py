"""The runbook: a page for every cause, of texts that can be read on their own."""

from __future__ import annotations

import re

import pytest

from kubectl_imagepull.fixes.remedies import remedy_for
from kubectl_imagepull.fixes.remedy import ANY_REGISTRY, Runbook
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.vendors import Vendor


def runbook_for(cause: Cause) -> Runbook:
    return remedy_for(cause).runbook


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


def test_every_cause_has_its_own_remedy() -> None:
    assert [remedy_for(cause).cause for cause in Cause] == list(Cause)


def test_what_a_registry_is_called_is_said_everywhere_alike() -> None:
    names = {vendor.value.lower(): vendor.value for vendor in Vendor} | {"any registry": ANY_REGISTRY}
    used = {heading for cause in Cause for heading, _ in runbook_for(cause).fixes}
    assert [heading for heading in used if names.get(heading.lower(), heading) != heading] == []


def test_credentials_are_explained_for_the_great_registries() -> None:
    headings = {heading for heading, _ in runbook_for(Cause.NO_CREDENTIALS).fixes}
    great = {Vendor.DOCKER_HUB, Vendor.ECR, Vendor.GOOGLE, Vendor.AZURE, Vendor.GITHUB, Vendor.GITLAB, Vendor.QUAY}
    assert headings >= {vendor.value for vendor in great | {Vendor.HARBOR, Vendor.ORACLE, Vendor.IBM}}


def test_runtimes_have_their_places() -> None:
    fixes = dict(runbook_for(Cause.TLS_UNKNOWN_AUTHORITY).fixes)
    assert "/etc/containerd/certs.d/HOST/ca.crt" in fixes["containerd"]
    assert fixes["CRI-O"] == "/etc/containers/certs.d/HOST/ca.crt. No restart."
    assert fixes["Docker"] == "/etc/docker/certs.d/HOST/ca.crt. No restart."


def test_latest_is_never_recommended() -> None:
    assert not any(re.search(r"(?<!myimage):latest", text) for _, text in ALL)
