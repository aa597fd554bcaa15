from __future__ import annotations

import json
from pathlib import Path

import pytest

from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.messages.decisive import decisive_words

CORPUS = Path(__file__).parent.parent / "corpus"
IMAGE = "registry.corp.example/shop/frontend:v2.4.0"
BACK_OFF = f'Back-off pulling image "{IMAGE}": ErrImagePull: '
WORDS = {
    f'{BACK_OFF}failed to pull and unpack image "{IMAGE}": failed to resolve image: {IMAGE}: not found': (
        f"{IMAGE}: not found"
    ),
    f'{BACK_OFF}failed to do request: Head "https://a.example/v2/": dial tcp: lookup a.example on 10.2.0.2:53: '
    "no such host": "dial tcp: lookup a.example on 10.2.0.2:53: no such host",
    f'{BACK_OFF}failed to do request: Head "https://a.example/v2/{"x" * 90}": x509: certificate signed by unknown '
    "authority": "x509: certificate signed by unknown authority",
    "pull QPS exceeded": "pull QPS exceeded",
    "what is this: nobody knows": "what is this: nobody knows",
    "toomanyrequests: You have reached\n  your pull rate limit": "toomanyrequests: You have reached your pull rate limit",
}


@pytest.mark.parametrize("text", WORDS)
def test_what_only_leads_to_the_error_is_left_out(text: str) -> None:
    assert decisive_words(text, 76) == WORDS[text]


def test_two_words_alone_say_too_little() -> None:
    name = f"registry.corp.example/{'x' * 80}:v1"
    assert decisive_words(f"ErrImagePull: failed to resolve image: {name}: not found", 76) == f"{name}: not found"


def test_the_words_name_the_same_cause_as_the_whole_message() -> None:
    """But for a bare `NAME: not found`, which could be of anything: that it was of a pull is what is left out."""
    texts = [
        json.loads(line)["message"] for path in CORPUS.glob("*.jsonl") for line in path.read_text("utf-8").splitlines()
    ]
    words = {text: decisive_words(text, 76) for text in texts}
    other = [end for text, end in words.items() if classify(end).cause is not classify(text).cause]
    assert len(other) < 0.03 * len(texts)
    # and one where a log's last line, of another program, is joined to the first
    assert len([end for end in other if not end.endswith(": not found")]) == 1
    assert sum(map(len, words.values())) < 0.4 * sum(map(len, texts))
