"""Words that stay: what software says everywhere, versions, and what Kubernetes makes up; all others are somebody's."""

from __future__ import annotations

import pytest

from kubectl_imagepull.recorder.public_words import is_public_word

PUBLIC = [
    *(
        "registry",
        "nginx",
        "kube",
        "openshift",
        "default",
        "web",
        "worker12",
        "eu",
        "amazonaws",
        "v2",
        "v1beta1",
        "12h",
    ),
    *("a", "20261127", "deadbeef1", "9fd6ff554", "x2k4q", "dokcer", "exmaple", "postgrse"),
]
PRIVATE = ["shop", "payments", "acme", "hr", "acme2", "123456789012", "corp", "mlxwq", "régie", "vault7x"]


@pytest.mark.parametrize("word", PUBLIC)
def test_a_public_word(word: str) -> None:
    assert is_public_word(word)


@pytest.mark.parametrize("word", PRIVATE)
def test_a_private_word(word: str) -> None:
    assert not is_public_word(word)
