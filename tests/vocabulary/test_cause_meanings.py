"""What causes mean: every cause has its sentences, in the catalogue's order."""

from kubectl_imagepull.vocabulary.cause_meanings import MEANINGS
from kubectl_imagepull.vocabulary.causes import CATALOGUE, Cause


def test_every_cause_means_something_in_whole_sentences() -> None:
    assert list(MEANINGS) == list(CATALOGUE) == list(Cause)
    assert [cause for cause, text in MEANINGS.items() if not text.endswith(".")] == []
