"""What holds for every fix of the network, of TLS and of a node, whatever fails and wherever."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
from registry_failures import context, fails, lines, node, use_named_tasks

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.remedies import remedy_for
from kubectl_imagepull.kube.snapshot import JsonObject
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import MOST_BRIEF, Fix, Who

MODULES = (
    "dns_failure",
    "connect_timeout",
    "connection_refused",
    "network_unreachable",
    "connection_broken",
    "proxy_failure",
    "tls_unknown_authority",
    "tls_certificate_expired",
    "tls_name_mismatch",
    "tls_handshake_failed",
    "http_https_mismatch",
    "registry_unavailable",
    "node_disk_full",
    "node_storage_fault",
    "runtime_unavailable",
    "pull_cancelled",
    "cause_not_reported",
    "unknown",
)
X509 = "tls: failed to verify certificate: x509: "
ERRORS = {
    Cause.DNS_FAILURE: (
        "dial tcp: lookup {host} on 10.0.0.2:53: no such host",
        "dial tcp: lookup {host} on [::1]:53: server misbehaving",
    ),
    Cause.CONNECT_TIMEOUT: (
        "dial tcp 198.51.100.7:443: i/o timeout",
        "dial tcp 10.0.0.7:443: i/o timeout",
        "net/http: TLS handshake timeout",
        "net/http: timeout awaiting response headers",
        "read tcp 10.0.0.9:4->198.51.100.7:443: read: connection timed out",
    ),
    Cause.CONNECTION_REFUSED: ("dial tcp 10.20.0.50:5000: connect: connection refused",),
    Cause.NETWORK_UNREACHABLE: (
        "dial tcp 198.51.100.7:443: connect: network is unreachable",
        "dial tcp [2001:db8::1]:443: connect: network is unreachable",
        "dial tcp 10.20.0.200:443: connect: no route to host",
    ),
    Cause.CONNECTION_BROKEN: ("EOF", "failed to copy: unexpected EOF"),
    Cause.PROXY_FAILURE: (
        "proxyconnect tcp: dial tcp 10.0.0.5:3128: connect: connection refused",
        "proxyconnect tcp: dial tcp 127.0.0.1:3128: connect: connection refused",
        "Forbidden",
        "Bad Gateway",
        "Proxy Authentication Required",
    ),
    Cause.TLS_UNKNOWN_AUTHORITY: (f"{X509}certificate signed by unknown authority",),
    Cause.TLS_CERTIFICATE_EXPIRED: (
        f"{X509}certificate has expired or is not yet valid: current time 2026-11-23T22:54:42Z is after 2026-10-19T22:01:52Z",
        f"{X509}certificate has expired or is not yet valid: current time 2020-01-01T00:00:00Z is before 2026-10-19T22:01:52Z",
    ),
    Cause.TLS_NAME_MISMATCH: (f"{X509}certificate is valid for old.corp.example, *.corp.example, not {{host}}",),
    Cause.TLS_HANDSHAKE_FAILED: ("remote error: tls: handshake failure", "remote error: tls: certificate required"),
    Cause.HTTP_HTTPS_MISMATCH: ("http: server gave HTTP response to HTTPS client",),
    Cause.NODE_DISK_FULL: ("write /var/lib/containerd/io.containerd.content.v1.content/a: no space left on device",),
    Cause.NODE_STORAGE_FAULT: (
        "mkdir /var/x: read-only file system",
        "failed to extract layer: lchown /etc: insufficient UIDs or GIDs",
    ),
    Cause.RUNTIME_UNAVAILABLE: ("rpc error: code = Unavailable desc = error reading from server: EOF",),
    Cause.KUBELET_THROTTLED: ("pull QPS exceeded",),
    Cause.PULL_CANCELLED: ("rpc error: code = Canceled desc = context canceled",),
    Cause.UNKNOWN: ("the moon is full",),
}
IN_DOWNLOAD = frozenset(
    {
        Cause.NODE_DISK_FULL,
        Cause.NODE_STORAGE_FAULT,
        Cause.RUNTIME_UNAVAILABLE,
        Cause.KUBELET_THROTTLED,
        Cause.PULL_CANCELLED,
        Cause.UNKNOWN,
    }
)
IMAGES = (
    ("registry.corp.example:5000/shop/web:v9", ""),
    ("nginx", "registry-1.docker.io"),
    ("nginx:1.25", "mirror.corp.example"),
    ("nginx:1.25", "production.cloudflare.docker.com"),
    ("acme.azurecr.io/web:v9", ""),
    ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:v9", ""),
    ("registry.infra.svc:5000/web:v9", ""),
    ("localhost:5000/web:v9", ""),
    ("10.0.0.5:5000/web:v9", ""),
    ("[fd00::5]:5000/web:v9", ""),
)
CASES = [
    (cause, error, image, asked) for cause, errors in ERRORS.items() for error in errors for image, asked in IMAGES
]
NODES = (
    {},
    {"kubelet": "v1.31.1+k3s1"},
    {"kubelet": "v1.33.4-eks-99d6cc0"},
    {"kubelet": "v1.31.13-gke.1377000"},
    {"provider": "kind://docker/dev/node-a"},
    {"microk8s.io/cluster": "true"},
)
#: A fix that is a task's alone: its table's sentence is its own affair.
OF_TASKS = re.compile(r"[a-z_]+: ")
SENTENCE_END = re.compile(r"[.?!](?= [A-Z]|\Z)")


@pytest.fixture(autouse=True)
def _tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in MODULES:
        use_named_tasks(monkeypatch, import_module(f"kubectl_imagepull.fixes.causes.{name}"))


def situation(cause: Cause, error: str, image: str, asked: str, info: dict[str, str], **spec: Any) -> FixContext:
    if cause in IN_DOWNLOAD or error.startswith("failed to copy"):
        spec["head"] = "failed to pull and unpack image: {error}"
    pod = fails(error, image, asked=asked, **spec)
    here = context(pod, nodes=[node(**info), node("node-b")])
    assert here.cause is cause
    return here


def fixes_of(here: FixContext) -> list[Fix]:
    return list(remedy_for(here.cause).fixes(here))


@pytest.mark.parametrize(("cause", "error", "image", "asked"), CASES)
def test_every_fix_reads_as_one_or_two_sentences_and_fits_a_table(
    cause: Cause, error: str, image: str, asked: str
) -> None:
    for info in NODES:
        found = fixes_of(situation(cause, error, image, asked, info))
        assert found
        for fix in found:
            assert len(SENTENCE_END.findall(fix.text)) <= 2, fix.text
            assert "  " not in fix.text
            assert all(note.endswith(".") for note in fix.notes)
        own = [fix for fix in found if fix.text.endswith(".") and not OF_TASKS.match(fix.text)]
        assert all(0 < len(fix.brief) <= MOST_BRIEF for fix in own)
        # what nobody has to do has nothing that changes anything
        assert not any(fix.effects for fix in found if fix.who is Who.NOBODY)


@pytest.mark.parametrize(("cause", "error", "image", "asked"), CASES)
def test_several_nodes_are_all_named(cause: Cause, error: str, image: str, asked: str) -> None:
    here = FixContext(situation(cause, error, image, asked, {}).diagnosis, ("node-a", "node-c"))
    for fix in fixes_of(here):
        assert "node node-a" not in fix.text, fix.text
        assert not any("cordon" in line for line in lines(fix))


JOB = {"kind": "Job", "apiVersion": "batch/v1", "name": "report-1", "uid": "job", "controller": True}
TASK_RUN = {"kind": "TaskRun", "apiVersion": "tekton.dev/v1", "name": "build", "uid": "run", "controller": True}


@pytest.mark.parametrize(("cause", "error", "image", "asked"), CASES)
@pytest.mark.parametrize("owner", [JOB, TASK_RUN])
def test_a_pod_whose_end_counts_is_never_deleted(
    cause: Cause, error: str, image: str, asked: str, owner: JsonObject
) -> None:
    here = situation(cause, error, image, asked, {}, owner=owner)
    assert not any("delete pod" in line for fix in fixes_of(here) for line in lines(fix))


@pytest.mark.parametrize(("cause", "error", "image", "asked"), CASES)
def test_names_that_can_be_none_stand_in_no_command(cause: Cause, error: str, image: str, asked: str) -> None:
    here = situation(cause, error, image, asked, {})
    hostile = replace(here.diagnosis, host="$(reboot)", answered_by="../../root/.ssh" if asked else None)
    for fix in fixes_of(FixContext(hostile)):
        assert not any("reboot" in line or ".ssh" in line for line in lines(fix))
        assert "reboot" not in fix.text
        assert ".ssh" not in fix.text
