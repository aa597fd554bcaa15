from __future__ import annotations

import json
from pathlib import Path

import pytest

from kubectl_imagepull.failures.finding import PULL_REASONS
from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.report.cause_search import STATES, causes_for, state_named
from kubectl_imagepull.vocabulary.causes import Cause

CORPUS = Path(__file__).parent.parent / "corpus" / "messages.jsonl"
FOUND = {
    "401": ["NoCredentials", "BadCredentials"],
    "403": ["Forbidden", "NoCredentials", "RegistryBlocked", "ProxyFailure", "ExpiredCredentials"],
    "404": ["BlobMissing", "RegistryProtocolError", "TagNotFound"],
    "429": ["RateLimited"],
    "503": ["RegistryUnavailable", "ProxyFailure"],
    "x509": ["TlsCertificateExpired", "TlsNameMismatch", "TlsUnknownAuthority", "TlsHandshakeFailed"],
    "no space left on device": ["NodeDiskFull"],
    "toomanyrequests": ["RateLimited"],
    "dns": ["DnsFailure", "TlsNameMismatch"],
    "frobnicate": [],
    "it": [],
}


@pytest.mark.parametrize("word", FOUND)
def test_a_word_leads_to_its_causes(word: str) -> None:
    assert [cause.value for cause in causes_for(word)] == FOUND[word]


def test_a_word_counts_where_it_begins() -> None:
    assert Cause.PULL_SECRET_MALFORMED not in causes_for("ecr")
    assert Cause.EXPIRED_CREDENTIALS in causes_for("ecr")


def test_a_message_leads_to_its_own_cause_first() -> None:
    for line in CORPUS.read_text(encoding="utf-8").splitlines()[:100]:
        known = json.loads(line)
        cause = classify(known["message"]).cause
        if cause is not Cause.UNKNOWN:
            assert causes_for(known["message"])[0] is cause


def test_every_state_of_a_failed_pull_is_known() -> None:
    assert set(STATES) >= PULL_REASONS
    assert state_named(" errimagepull ") == "ErrImagePull"
    assert state_named("Running") == ""
