"""A fix's own words, put together for formats that tell everything in one paragraph."""

from __future__ import annotations

import pytest

from kubectl_imagepull.vocabulary.fix import Fix


@pytest.mark.parametrize(
    ("text", "notes", "paragraph"),
    [
        ("Add the secret", (), "Add the secret"),
        ("Add the secret", ("The pods are deleted",), "Add the secret. The pods are deleted"),
        ("Add the secret.", ("The pods are deleted.", "It asks"), "Add the secret. The pods are deleted. It asks"),
        ("Log in.", ("Or with: kubectl debug node/a", "It asks."), "Log in. It asks. Or with: kubectl debug node/a"),
        ("Is it there?", ("On the node:",), "Is it there? On the node:"),
    ],
)
def test_a_paragraph_consists_of_sentences(text: str, notes: tuple[str, ...], paragraph: str) -> None:
    assert Fix(text, notes=notes).paragraph == paragraph
