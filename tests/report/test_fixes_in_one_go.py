"""Formats that tell a fix and its notes in one paragraph: the sentences don't run into each other."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from typed import typed

from kubectl_imagepull.report.junit import junit
from kubectl_imagepull.report.markdown import markdown
from kubectl_imagepull.report.webpage import webpage
from kubectl_imagepull.vocabulary.fix import Fix

if TYPE_CHECKING:
    from tests.report.conftest import Build


@pytest.mark.parametrize(
    "format_", [junit, partial(markdown, detailed=True), webpage], ids=["junit", "markdown", "html"]
)
def test_a_note_is_a_sentence_of_its_own(build: Build, format_: object) -> None:
    fix = Fix("Add the secret to web", typed("kubectl get pods"), notes=("All pods are deleted", "It is asked for"))
    report = build.report(build.diagnosis(fixes=(fix,)))
    assert callable(format_)
    assert "Add the secret to web. All pods are deleted. It is asked for" in format_(report)
