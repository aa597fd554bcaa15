"""What several registries' failures have in common."""

from __future__ import annotations

import pytest
from clusters import at, cluster, event, pod, waiting

from kubectl_imagepull.diagnosis.diagnose import diagnose_all
from kubectl_imagepull.diagnosis.report import Diagnosis
from kubectl_imagepull.diagnosis.root_causes import root_causes
from kubectl_imagepull.evidence.checks import Check, Result
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.causes import Cause

PROXY = "proxyconnect tcp: dial tcp 10.0.0.5:3128: connect: connection refused"
SLOW_RESOLVER = "dial tcp: lookup {host} on 10.0.0.2:53: read udp 10.0.0.9:5->10.0.0.2:53: i/o timeout"
NO_NAME = "dial tcp: lookup {host} on 10.0.0.2:53: no such host"
UNTRUSTED = "tls: failed to verify certificate: x509: certificate signed by unknown authority"
TIMEOUT = "dial tcp 203.0.113.7:443: i/o timeout"


def failing(number: int, image: str, error: str, *, node: str = "node-a", asked: str = "") -> JsonObject:
    host = asked or image.partition("/")[0]
    text = f'failed to resolve image: failed to do request: Head "https://{host}/v2/a/manifests/1": {error}'
    name = f"web-{number}"
    statuses = {"app": waiting("ErrImagePull", text.format(host=host))}
    return pod(name, statuses, image=image, uid=name, spec={"nodeName": node})


def diagnosed(*pods: JsonObject, events: list[JsonObject] | None = None) -> tuple[Diagnosis, ...]:
    return diagnose_all(cluster(list(pods), events), lambda *_: True)


def shared(diagnosis: Diagnosis) -> list[tuple[Result, str, str, tuple[str, ...]]]:
    found = (one for one in diagnosis.evidence if one.check is Check.SHARED_FAULT)
    return [(one.result, one.text, one.about, one.values) for one in found]


def test_one_proxy_is_one_root_cause() -> None:
    found = diagnosed(
        failing(1, "ghcr.io/a/b:1", PROXY),
        failing(2, "quay.io/a/b:1", PROXY, node="node-b"),
        failing(3, "r.corp.example/a:1", PROXY),
    )
    (root,) = root_causes(found)
    assert (root.cause, root.key, root.summary) == (
        Cause.PROXY_FAILURE,
        "proxy 10.0.0.5:3128",
        "the proxy refused or failed: proxy 10.0.0.5:3128 (3 pods on 2 nodes in 1 namespace)",
    )
    text = (
        "2 other registries (quay.io and r.corp.example) fail because of the same proxy 10.0.0.5:3128, on nodes "
        "node-a and node-b"
    )
    values = ("quay.io", "r.corp.example")
    assert shared(found[0]) == [(Result.INFO, text, "proxy 10.0.0.5:3128", values)]


def test_two_proxies_are_two() -> None:
    found = diagnosed(
        failing(1, "ghcr.io/a/b:1", PROXY), failing(2, "quay.io/a/b:1", PROXY.replace("10.0.0.5", "10.0.0.6"))
    )
    assert [root.key for root in root_causes(found)] == ["proxy 10.0.0.5:3128", "proxy 10.0.0.6:3128"]
    assert shared(found[0]) == []


def test_a_resolver_that_does_not_answer_is_one_root_cause_and_a_name_that_is_not_there_its_own() -> None:
    found = diagnosed(
        failing(1, "ghcr.io/a/b:1", SLOW_RESOLVER),
        failing(2, "quay.io/a/b:1", SLOW_RESOLVER),
        failing(3, "r.corp.exmaple/a:1", NO_NAME),
    )
    assert [(root.key, len(root.failures)) for root in root_causes(found)] == [
        ("dns 10.0.0.2", 2),
        ("r.corp.exmaple", 1),
    ]
    text = "1 other registry (quay.io) fails because of the same resolver 10.0.0.2, on node node-a"
    assert shared(found[0]) == [(Result.INFO, text, "dns 10.0.0.2", ("quay.io",))]
    assert shared(found[2]) == []


def test_vendors_names_that_do_not_resolve_are_there_and_others_need_not_be() -> None:
    found = diagnosed(
        failing(1, "ghcr.io/a/b:1", NO_NAME),
        failing(2, "quay.io/a/b:1", NO_NAME),
        failing(3, "r.corp.exmaple/a:1", NO_NAME),
    )
    text = "1 other registry (quay.io) can't be reached from there either, on node node-a"
    assert shared(found[0]) == [(Result.INFO, text, "node-a", ("quay.io",))]
    assert shared(found[2]) == []


def test_one_mirror_is_one_root_cause() -> None:
    error = "dial tcp 10.0.0.7:5000: connect: connection refused"
    found = diagnosed(
        failing(1, "docker.io/a/b:1", error, asked="mirror.example:5000"),
        failing(2, "quay.io/a/b:1", error, asked="mirror.example:5000"),
    )
    (root,) = root_causes(found)
    assert root.key == "mirror.example:5000"
    text = "1 other registry (quay.io) fails because of the same host mirror.example:5000, on node node-a"
    assert shared(found[0]) == [(Result.INFO, text, "mirror.example:5000", ("quay.io",))]


def test_certificates_of_two_vendors_that_are_not_trusted_are_one_root_cause() -> None:
    found = diagnosed(
        failing(1, "ghcr.io/a/b:1", UNTRUSTED),
        failing(2, "docker.io/a/b:1", UNTRUSTED, asked="registry-1.docker.io", node="node-b"),
        failing(3, "r.corp.example/a:1", UNTRUSTED),
    )
    assert [(root.key, len(root.failures)) for root in root_causes(found)] == [("ca ?", 2), ("r.corp.example", 1)]
    assert root_causes(found)[0].summary == (
        "the node doesn't trust the registry's certificate: something between the nodes and docker.io and ghcr.io "
        "intercepts TLS, or the nodes lack the public CAs (2 pods on 2 nodes in 1 namespace)"
    )
    text = "1 other registry (docker.io) presents a certificate that isn't trusted either, on nodes node-a and node-b"
    assert shared(found[0]) == [(Result.INFO, text, "ca ?", ("docker.io",))]
    assert shared(found[2]) == []


def test_certificates_of_one_vendor_prove_nothing_of_others() -> None:
    found = diagnosed(
        failing(1, "ghcr.io/a/b:1", UNTRUSTED),
        failing(2, "r.corp.example/a:1", UNTRUSTED),
        failing(3, "evil-ghcr.io.example/a:1", UNTRUSTED),
    )
    assert [root.key for root in root_causes(found)] == ["evil-ghcr.io.example", "ghcr.io", "r.corp.example"]


def test_a_node_that_reaches_several_registries_no_more_says_so_and_their_keys_stay() -> None:
    found = diagnosed(
        failing(1, "ghcr.io/a/b:1", TIMEOUT),
        failing(2, "r.corp.example/a:1", TIMEOUT),
        failing(3, "quay.io/a:1", TIMEOUT, node="node-b"),
    )
    assert [root.key for root in root_causes(found)] == ["ghcr.io", "quay.io", "r.corp.example"]
    text = "1 other registry (r.corp.example) can't be reached from there either, on node node-a"
    assert shared(found[0]) == [(Result.INFO, text, "node-a", ("r.corp.example",))]


@pytest.mark.parametrize(
    ("time", "message", "expected"),
    [
        (at(5), 'Successfully pulled image "quay.io/a/c:1" in 1s', ("quay.io",)),
        (at(5), 'Successfully pulled image "ghcr.io/a/c:1" in 1s', ()),
        (at(5), 'Container image "quay.io/a/c:1" already present on machine', ()),
        ("2026-11-23T10:59:00Z", 'Successfully pulled image "quay.io/a/c:1" in 1s', ()),
    ],
)
def test_what_was_pulled_on_the_node_since_it_began_can_be_reached(
    time: str, message: str, expected: tuple[str, ...]
) -> None:
    pulled = event("Pulled", message, time, name="other", uid="other") | {"source": {"host": "node-a"}}
    (one,) = diagnosed(failing(1, "ghcr.io/a/b:1", TIMEOUT), events=[pulled])
    text = "since this failure began, images of quay.io were pulled on node node-a"
    assert shared(one) == ([(Result.OK, text, "node-a", expected)] if expected else [])


def test_of_very_many_registries_some_are_named_and_all_counted() -> None:
    found = diagnosed(*(failing(number, f"r{number}.example/a:1", PROXY, node=f"n{number}") for number in range(40)))
    ((_, text, _, values),) = shared(found[0])
    assert text == (
        "39 other registries (r1.example, r2.example, r3.example and 36 more) fail because of the same proxy "
        "10.0.0.5:3128, on nodes n0, n1, n2 and 37 more"
    )
    assert len(values) == 10


def pulled(image: str, node: str, time: str = at(5)) -> JsonObject:
    message = f'Successfully pulled image "{image}" in 1s'
    return event("Pulled", message, time, name="other", uid="other") | {"source": {"host": node}}


def alone(*pods: JsonObject, events: list[JsonObject]) -> list[tuple[str, str, tuple[str, ...]]]:
    found = (one for one in diagnosed(*pods, events=events)[0].evidence if one.check is Check.ONLY_THIS_NODE)
    return [(one.text, one.about, one.values) for one in found]


def test_a_registry_that_other_nodes_pull_from_fails_on_this_node_alone() -> None:
    image = "r.corp.example/a:1"
    assert alone(failing(1, image, UNTRUSTED), events=[pulled("r.corp.example/b:1", "node-b")]) == [
        (
            "since this failure began, images of r.corp.example were pulled on node node-b, and only node node-a "
            "fails: look for a difference on node-a",
            "r.corp.example",
            ("node-b",),
        )
    ]
    # that was before, on the same node, or from another registry
    for event_before in (
        pulled("r.corp.example/b:1", "node-b", "2026-11-23T10:59:00Z"),
        pulled("r.corp.example/b:1", "node-a"),
        pulled("quay.io/b:1", "node-b"),
    ):
        assert alone(failing(1, image, UNTRUSTED), events=[event_before]) == []
    # and a second node that fails so, or a cause that a registry has for one pull and not for the next
    two = failing(1, image, UNTRUSTED), failing(2, image, UNTRUSTED, node="node-c")
    assert alone(*two, events=[pulled("r.corp.example/b:1", "node-b")]) == []
    status = "unexpected status from HEAD request to https://r.corp.example/v2/: 503 Service Unavailable"
    assert alone(failing(1, image, status), events=[pulled("r.corp.example/b:1", "node-b")]) == []
