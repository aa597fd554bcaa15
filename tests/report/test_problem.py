from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.report.problem import deciding_finding, deciding_first, problem_sentences
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.mentions import Mentions

if TYPE_CHECKING:
    from tests.report.conftest import Build

WHEN = datetime(2026, 11, 1, tzinfo=timezone.utc)
SENTENCES: list[tuple[Cause, dict[str, Any], str]] = [
    (Cause.TAG_NOT_FOUND, {}, "r.example says that it doesn't have shop/web:v1."),
    (Cause.TAG_NOT_FOUND, {"details": {"repositoryVerified": True}}, "r.example has shop/web, but not shop/web:v1."),
    (Cause.DNS_FAILURE, {}, "DNS doesn't answer, so r.example can't be looked up on node worker-a."),
    (
        Cause.DNS_FAILURE,
        {"mentions": Mentions(resolver="10.0.0.2")},
        "DNS server 10.0.0.2 doesn't answer, so r.example can't be looked up on node worker-a.",
    ),
    (
        Cause.DNS_FAILURE,
        {"mentions": Mentions(resolver="10.0.0.2", name_is_unknown=True)},
        "The host r.example doesn't exist, says DNS server 10.0.0.2.",
    ),
    (
        Cause.PROXY_FAILURE,
        {"mentions": Mentions(proxy="p:3128", proxy_answer="Forbidden")},
        "The proxy p:3128, through which node worker-a pulls, answered Forbidden.",
    ),
    (Cause.PROXY_FAILURE, {}, "The proxy on the way from node worker-a to r.example is down, or refuses."),
    (
        Cause.TLS_CERTIFICATE_EXPIRED,
        {"mentions": Mentions(certificate_limit=WHEN)},
        "The certificate of r.example has expired, on 2026-11-01T00:00:00Z.",
    ),
    (
        Cause.TLS_CERTIFICATE_EXPIRED,
        {"mentions": Mentions(certificate_limit=WHEN), "details": {"notYetValid": True}},
        "The certificate of r.example isn't valid yet, but from 2026-11-01T00:00:00Z on.",
    ),
    (
        Cause.TLS_NAME_MISMATCH,
        {"mentions": Mentions(certificate_names=("a", "b"))},
        "The certificate of r.example is for a and b alone.",
    ),
    (Cause.TLS_NAME_MISMATCH, {}, "The certificate of r.example is for another name."),
    (
        Cause.TLS_HANDSHAKE_FAILED,
        {"mentions": Mentions(tls_alert="protocol version not supported")},
        "r.example and the runtime on node worker-a don't agree on how to speak TLS: protocol version not supported.",
    ),
    (
        Cause.HTTP_HTTPS_MISMATCH,
        {"mentions": Mentions(by_plain_http=True)},
        "r.example speaks HTTPS, and the runtime on node worker-a asks it by plain HTTP.",
    ),
    (
        Cause.REGISTRY_BLOCKED,
        {"details": {"policy": "node"}},
        "A policy on node worker-a forbids pulling shop/web:v1 from r.example.",
    ),
    (Cause.REGISTRY_BLOCKED, {}, "A policy forbids pulling shop/web:v1 from r.example."),
    (
        Cause.NODE_DISK_FULL,
        {"mentions": Mentions(directory="/var/lib/containerd")},
        "There is no space left on node worker-a, in /var/lib/containerd.",
    ),
    (
        Cause.CONNECT_TIMEOUT,
        {"mentions": Mentions(dialled="10.0.0.9:443")},
        "r.example (10.0.0.9:443) doesn't answer node worker-a in time.",
    ),
    (
        Cause.CONNECT_TIMEOUT,
        {"message": "rpc error: code = Unknown desc = context deadline exceeded"},
        "The pull of r.example/shop/web:v1 on node worker-a ran out of time.",
    ),
    (
        Cause.REGISTRY_PROTOCOL_ERROR,
        {"message": 'parse ":///mirror.example/a": missing protocol scheme'},
        "A mirror that node worker-a has for r.example lacks https:// before its host.",
    ),
    (Cause.NO_CREDENTIALS, {"host": "auth.example"}, "auth.example wants a login for shop/web, and none was sent."),
    (
        Cause.KUBELET_THROTTLED,
        {"node": None},
        "More pulls were wanted at once on the node than its kubelet allows itself.",
    ),
    (Cause.INVALID_REFERENCE, {"image": "A:b"}, "A:b is no valid image name, so no registry is asked for it."),
]


@pytest.mark.parametrize(("cause", "fields", "sentence"), SENTENCES)
def test_the_sentence_has_the_names_in_it(build: Build, cause: Cause, fields: dict[str, Any], sentence: str) -> None:
    one = build.diagnosis(cause=cause, **{"image": "r.example/shop/web:v1", **fields})
    assert problem_sentences([one], one) == [sentence]


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_a_sentence(build: Build, cause: Cause) -> None:
    one = build.diagnosis(cause=cause, image="r.example/shop/web:v1")
    (sentence,) = problem_sentences([one], one)
    assert sentence.endswith((".", ":"))
    assert any(name in sentence for name in ("r.example", "shop/web", "worker-a"))


def test_more_nodes_than_can_be_read_are_counted(build: Build) -> None:
    each = [build.diagnosis(name, Cause.NODE_DISK_FULL, node=name) for name in "abc"]
    assert problem_sentences(each[:2], each[0]) == ["There is no space left on nodes a and b."]
    assert problem_sentences(each, each[0]) == ["There is no space left on 3 nodes."]


NEAR = Evidence(Check.NEAR_NAME, Result.INFO, "r.exmaple is near to r.example")
KNOWN = Evidence(Check.KNOWN_TAGS, Result.INFO, "other namespaces use the tag v2")
BAD = Evidence(Check.PULL_SECRET_MISSING, Result.BAD, "Secret a doesn't exist.")
SEEN = Evidence(Check.SAME_IMAGE_ELSEWHERE, Result.INFO, "it fails elsewhere")
FINE = Evidence(Check.NODE_PLATFORM, Result.OK, "the node is linux/amd64")


def test_the_finding_that_decides_is_the_second_sentence(build: Build) -> None:
    one = build.diagnosis(evidence=(SEEN, KNOWN, FINE))
    assert problem_sentences([one], one)[1:] == ["Other namespaces use the tag v2."]
    one = build.diagnosis(evidence=(SEEN, KNOWN, NEAR))
    assert problem_sentences([one], one)[1:] == ["r.exmaple is near to r.example."]
    one = build.diagnosis(cause=Cause.PULL_SECRET_MISSING, evidence=(KNOWN, BAD))
    assert problem_sentences([one], one) == ["Secret a doesn't exist."]


def test_evidence_that_decides_comes_first() -> None:
    assert deciding_first([FINE, SEEN, KNOWN, NEAR, BAD]) == [BAD, NEAR, KNOWN, SEEN, FINE]
    assert deciding_finding([FINE, SEEN]) is None
    assert deciding_finding([]) is None
