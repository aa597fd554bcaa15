from __future__ import annotations

import pytest

from kubectl_imagepull.vocabulary.wording import counted, verb


@pytest.mark.parametrize(
    ("number", "nouns", "verbs"),
    [(0, "0 pods", "run"), (1, "1 pod", "runs"), (2, "2 pods", "run"), (1200, "1,200 pods", "run")],
)
def test_nouns_and_verbs_agree_with_their_number(number: int, nouns: str, verbs: str) -> None:
    assert (counted(number, "pod"), verb(number, "run")) == (nouns, verbs)
