"""What failures are grouped by, and how a root cause names it."""

from __future__ import annotations

import pytest
from clusters import cluster
from registry_failures import IMAGE, fails

from kubectl_imagepull.diagnosis.diagnose import diagnose_all
from kubectl_imagepull.diagnosis.root_causes import root_causes, scope_key
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.snapshot import JsonObject
from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.vocabulary.causes import What

HEAD = 'failed to do request: Head "https://{host}/v2/": '
PROXY = "proxyconnect tcp: dial tcp 10.0.0.5:3128: connect: connection refused"
UNKNOWN = "tls: failed to verify certificate: x509: certificate signed by unknown authority"
DISK = "write /var/lib/containerd/io.containerd.content.v1.content/ingest/{}/data: no space left on device{{error}}"


def failure(image: str = IMAGE, what: What = What.CONTAINER) -> PullFailure:
    return PullFailure("shop", "web-1", "app", what, image, "node-a", "ErrImagePull", (), None, {})


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (PROXY, "proxy 10.0.0.5:3128"),
        (
            "proxyconnect tcp: dial tcp: lookup proxy.corp.example on 10.0.0.2:53: no such host",
            "proxy proxy.corp.example",
        ),
        ("Forbidden", "registry.corp.example"),
        ("dial tcp: lookup registry.corp.example on 10.0.0.2:53: server misbehaving", "dns 10.0.0.2"),
        ("dial tcp: lookup registry.corp.example on [fd00::a]:53: server misbehaving", "dns fd00::a"),
        ("dial tcp: lookup registry.corp.example on 10.0.0.2:53: no such host", "registry.corp.example"),
        ("dial tcp: lookup registry.corp.example: Temporary failure in name resolution", "registry.corp.example"),
        ("dial tcp 10.0.0.7:443: i/o timeout", "registry.corp.example"),
        ("dial tcp 10.0.0.7:443: connect: connection refused", "registry.corp.example"),
        (UNKNOWN, "registry.corp.example"),
    ],
)
def test_the_key_names_what_failed_on_the_way(text: str, key: str) -> None:
    verdict = classify(HEAD.format(host="registry.corp.example") + text, image=IMAGE)
    assert scope_key(failure(), verdict, ()) == key


def test_a_mirror_or_token_server_that_answered_is_the_key() -> None:
    for host in ("mirror.corp.example:5000", "auth.corp.example"):
        verdict = classify(HEAD.format(host=host) + "EOF", image=IMAGE)
        assert scope_key(failure(), verdict, ()) == host


def test_certificates_of_several_vendors_that_are_not_trusted_have_one_key() -> None:
    verdict = classify(HEAD.format(host="ghcr.io") + UNKNOWN, image="ghcr.io/a/b:1")
    assert scope_key(failure("ghcr.io/a/b:1"), verdict, (), intercepted=True) == "ca ?"
    assert scope_key(failure("ghcr.io/a/b:1"), verdict, ()) == "ghcr.io"


def grouped(*pods: JsonObject) -> list[tuple[str, str, int]]:
    found = diagnose_all(cluster(list(pods)), lambda *_: True)
    return [(root.cause.value, root.key, len(root.failures)) for root in root_causes(found)]


def test_one_fault_is_one_root_cause_whatever_was_to_be_pulled() -> None:
    pods = [
        fails(PROXY, name="a"),
        fails(PROXY, "ghcr.io/a/b:1", name="b", node="node-b"),
        fails(PROXY, "nginx:1.25", asked="registry-1.docker.io", name="c"),
        fails("", head=DISK.format("a1"), name="d"),
        fails("", "ghcr.io/a/c:1", head=DISK.format("b2"), name="e"),
        fails("", "ghcr.io/a/c:1", head=DISK.format("c3"), name="f", node="node-b"),
    ]
    assert grouped(*pods) == [
        ("ProxyFailure", "proxy 10.0.0.5:3128", 3),
        ("NodeDiskFull", "node-a", 2),
        ("NodeDiskFull", "node-b", 1),
    ]


def test_one_proxy_that_fails_in_two_ways_is_two_root_causes_of_two_causes() -> None:
    # a text that names no proxy is about the host that it refuses
    assert grouped(fails(PROXY, name="a"), fails("Forbidden", "ghcr.io/a/b:1", name="b")) == [
        ("ProxyFailure", "ghcr.io", 1),
        ("ProxyFailure", "proxy 10.0.0.5:3128", 1),
    ]
