"""What a report of a wrong diagnosis tells: texts that are read as before, and no name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kubectl_imagepull.diagnosis.issue_facts import facts_of_diagnoses, facts_of_text
from kubectl_imagepull.runs.demonstration import recorded_report
from kubectl_imagepull.vocabulary.causes import Cause, Confidence

CORPUS = Path(__file__).parent.parent / "corpus"


@pytest.mark.parametrize(
    "name", ["messages", "runtimes", "messages-2", "unseen", "unseen-2", "unseen-3", "unseen-4", "unseen-5"]
)
def test_every_known_message_is_read_as_before(name: str) -> None:
    for line in (CORPUS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        facts = facts_of_text(json.loads(line)["message"])
        (text,) = facts.texts
        assert (text.public_cause, text.text) == (facts.named, text.text), line


def test_no_name_of_the_recorded_cluster_is_told() -> None:
    diagnoses = recorded_report().diagnoses
    issues = list(facts_of_diagnoses(diagnoses))
    told = "\n".join(text.text for one in issues for text in one.texts)
    assert "corp." not in told
    for one in diagnoses:
        failure = one.failure
        for name in (failure.pod, failure.node, one.workload.name):
            # names that are words of messages stay where they may be such a word
            if name and "-" in name:
                assert name not in told
    assert {one.named for one in issues} == {one.cause for one in diagnoses}
    for one in issues:
        assert [text.cause for text in one.texts] == [text.public_cause for text in one.texts]
        assert (one.runtime, one.kubelet) in {("containerd 2.1.9", "1.36.2"), ("containerd 1.7.24", "1.36.2"), ("", "")}


def test_checks_are_told_by_their_identifiers_alone() -> None:
    (gateway,) = facts_of_diagnoses(
        one
        for one in recorded_report().diagnoses
        if one.workload.name == "gateway" and one.failure.namespace == "payments"
    )
    assert (gateway.named, gateway.confidence) == (Cause.NO_CREDENTIALS, Confidence.CONFIRMED)
    assert gateway.checks[:2] == ("bad NoPullSecret", "info OtherPullSecret")
    assert [text.source for text in gateway.texts] == ["waiting.message", "event Failed"]


def test_a_secret_in_a_message_is_taken_out_first() -> None:
    (text,) = facts_of_text('Get "https://joe:hunter2@registry.acme.corp/v2/": unauthorized').texts
    assert text.text == 'Get "https://user@registry.example/v2/": unauthorized'


def test_a_name_that_decides_is_told_as_such() -> None:
    """The public cause is another one where the reading hangs on a name."""
    facts = facts_of_text("dial tcp: lookup registry.acme.corp: no such host")
    assert (facts.texts[0].cause, facts.texts[0].public_cause) == (Cause.DNS_FAILURE, Cause.DNS_FAILURE)
