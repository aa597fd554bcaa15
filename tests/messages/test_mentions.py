"""What a text names beside its cause: proxy, resolver, address, directory, a certificate's names."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.mentions import Mentions, StorageDamage

HEAD = (
    'failed to pull and unpack image "r.example/a:1": failed to resolve image: failed to do request: '
    'Head "https://r.example/v2/a/manifests/1": '
)


def mentions(error: str, cause: Cause) -> Mentions:
    verdict = classify(f"{HEAD}{error}")
    assert verdict.cause is cause
    return verdict.mentions


@pytest.mark.parametrize(
    ("error", "proxy", "answer"),
    [
        ("proxyconnect tcp: dial tcp 10.0.0.5:3128: connect: connection refused", "10.0.0.5:3128", ""),
        ("proxyconnect tcp: dial tcp [fd00::5]:3128: i/o timeout", "[fd00::5]:3128", ""),
        ("proxyconnect tcp: dial tcp: lookup proxy.example on 10.0.0.2:53: no such host", "proxy.example", ""),
        ("proxyconnect tcp: dial tcp :0: connect: connection refused", "", ""),
        ("socks connect tcp 127.0.0.1:1080->r.example:443: EOF", "127.0.0.1:1080", ""),
        ("socks connect tcp ../x->r.example:443: EOF", "", ""),
        ("Forbidden", "", "Forbidden"),
        ("Proxy Authentication Required", "", "Proxy Authentication Required"),
        ("Bad Gateway", "", "Bad Gateway"),
    ],
)
def test_the_proxy_and_its_answer(error: str, proxy: str, answer: str) -> None:
    assert mentions(error, Cause.PROXY_FAILURE) == Mentions(proxy=proxy, proxy_answer=answer)


@pytest.mark.parametrize(
    ("error", "resolver", "unknown"),
    [
        ("dial tcp: lookup r.example on 10.0.0.2:53: no such host", "10.0.0.2", True),
        ("dial tcp: lookup r.example on 10.0.0.2:53: server misbehaving", "10.0.0.2", False),
        ("dial tcp: lookup r.example on [fd00::a]:53: server misbehaving", "fd00::a", False),
        ("dial tcp: lookup r.example on 10.0.0.2:5353: server misbehaving", "10.0.0.2:5353", False),
        ("dial tcp: lookup r.example: read udp 10.0.0.9:59506->10.0.0.2:53: i/o timeout", "10.0.0.2", False),
        (
            "dial tcp: lookup r.example on [::1]:53: dial udp [::1]:53: connect: cannot assign requested address",
            "::1",
            False,
        ),
        ("dial tcp: lookup r.example: Temporary failure in name resolution", "", False),
        ("dial tcp: lookup r.example: no such host", "", True),
    ],
)
def test_the_resolver_and_whether_it_answered(error: str, resolver: str, *, unknown: bool) -> None:
    assert mentions(error, Cause.DNS_FAILURE) == Mentions(resolver=resolver, name_is_unknown=unknown)


@pytest.mark.parametrize(
    ("error", "cause", "dialled", "is_ipv6"),
    [
        (
            "dial tcp 140.82.121.33:443: connect: network is unreachable",
            Cause.NETWORK_UNREACHABLE,
            "140.82.121.33:443",
            False,
        ),
        ("dial tcp [2001:db8::1]:443: connect: no route to host", Cause.NETWORK_UNREACHABLE, "[2001:db8::1]:443", True),
        (
            "dial tcp [fe80::1%eth0]:443: connect: no route to host",
            Cause.NETWORK_UNREACHABLE,
            "[fe80::1%eth0]:443",
            True,
        ),
        ("dial tcp 10.0.0.5:443: i/o timeout", Cause.CONNECT_TIMEOUT, "10.0.0.5:443", False),
        ("dial tcp 10.0.0.5:5000: connect: connection refused", Cause.CONNECTION_REFUSED, "10.0.0.5:5000", False),
        ("net/http: TLS handshake timeout", Cause.CONNECT_TIMEOUT, "", None),
    ],
)
def test_the_address_that_could_not_be_reached(error: str, cause: Cause, dialled: str, is_ipv6: bool | None) -> None:  # noqa: FBT001 - a parameter
    found = mentions(error, cause)
    assert (found.dialled, found.is_ipv6) == (dialled, is_ipv6)


@pytest.mark.parametrize(
    ("error", "down"), [("no route to host", True), ("host is down", True), ("network is unreachable", False)]
)
def test_a_host_that_is_down_and_a_network_that_is_not_there(error: str, *, down: bool) -> None:
    found = mentions(f"dial tcp 10.0.0.5:443: connect: {error}", Cause.NETWORK_UNREACHABLE)
    assert found == Mentions(dialled="10.0.0.5:443", host_is_down=down)


@pytest.mark.parametrize(
    ("text", "in_download"),
    [
        (f"{HEAD}EOF", False),
        (f"{HEAD}read tcp 10.0.0.9:43720->10.0.0.5:443: read: connection reset by peer", False),
        ("failed to copy: read tcp 10.0.0.9:43720->10.0.0.5:443: read: connection reset by peer", True),
        ("writing blob: happened during read: unexpected EOF", True),
        ("download failed after attempts=6: stream error: stream ID 5; INTERNAL_ERROR", True),
    ],
)
def test_a_break_in_the_middle_of_a_download(text: str, *, in_download: bool) -> None:
    verdict = classify(text)
    assert (verdict.cause, verdict.mentions) == (Cause.CONNECTION_BROKEN, Mentions(in_download=in_download))


@pytest.mark.parametrize(
    ("error", "alert"),
    [
        ("remote error: tls: protocol version not supported", "protocol version not supported"),
        ("remote error: tls: certificate required", "certificate required"),
        ("remote error: tls: something of a registry's own", ""),
        ("tls: server selected unsupported protocol version 301", ""),
    ],
)
def test_the_alert_of_a_handshake(error: str, alert: str) -> None:
    assert mentions(error, Cause.TLS_HANDSHAKE_FAILED) == Mentions(tls_alert=alert)


STORE = "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/9"


@pytest.mark.parametrize(
    ("text", "damage", "directory"),
    [
        (
            f"failed to extract layer: mkdir {STORE}/fs: read-only file system: unknown",
            StorageDamage.DISK,
            "/var/lib/containerd",
        ),
        ("failed to register layer: write /usr/bin/app: input/output error", StorageDamage.DISK, ""),
        (
            f"failed to extract layer: lchown {STORE}/etc: operation not supported: unknown",
            StorageDamage.USER_IDS,
            "/var/lib/containerd",
        ),
        ("failed to prepare extraction snapshot: snapshotter nydus was not found", StorageDamage.SNAPSHOTTER, ""),
        (
            "failed to get reader from content store: content digest sha256:0123456789ab: not found",
            StorageDamage.LEFTOVERS,
            "",
        ),
        ("hcsshim::ImportLayer failed in Win32: Access is denied. (0x5)", StorageDamage.WINDOWS, ""),
        ("failed to extract layer: mount callback failed: too many open files", None, ""),
    ],
)
def test_the_damage_of_an_image_store(text: str, damage: StorageDamage | None, directory: str) -> None:
    verdict = classify(text)
    assert (verdict.cause, verdict.mentions) == (Cause.NODE_STORAGE_FAULT, Mentions(damage=damage, directory=directory))


def test_a_request_by_plain_http() -> None:
    asked = "unexpected status from HEAD request to http://r.example/v2/a/manifests/1: 400 Bad Request"
    assert classify(asked).mentions == Mentions(by_plain_http=True)
    assert mentions("http: server gave HTTP response to HTTPS client", Cause.HTTP_HTTPS_MISMATCH) == Mentions()


CONTAINERD = "/var/lib/containerd/io.containerd.content.v1.content/ingest/c06fbe/data"


@pytest.mark.parametrize(
    ("text", "directory"),
    [
        (f"failed to copy: write {CONTAINERD}: no space left on device", "/var/lib/containerd"),
        (
            "mount callback failed on /data/containerd/tmpmounts/containerd-mount9: write "
            "/data/containerd/tmpmounts/containerd-mount9/usr/bin/app: no space left on device",
            "/data/containerd",
        ),
        (
            'storing blob to file "/var/tmp/storage4208/4": write /var/tmp/storage4208/4: no space left on device',
            "/var/tmp",  # noqa: S108 - where CRI-O puts layers
        ),
        (
            "mkdir /run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io/1: no space left on device",
            "/run/k3s/containerd",
        ),
        ("mkdir /mnt/sda1/var/lib/docker/overlay2/a1/merged: no space left on device", "/mnt/sda1/var/lib/docker"),
        ("open /var/lib/docker/tmp/GetImageBlob12: no space left on device", "/var/lib/docker"),
        ("failed to register layer: write /usr/lib/locale/archive: no space left on device", ""),
        ("failed to register layer: no space left on device", ""),
        ("write /x;rm -rf/io.containerd.content.v1.content/a: no space left on device", ""),
    ],
)
def test_the_directory_that_could_not_be_written_to(text: str, directory: str) -> None:
    verdict = classify(text)
    assert (verdict.cause, verdict.mentions) == (Cause.NODE_DISK_FULL, Mentions(directory=directory))


X509 = "tls: failed to verify certificate: x509: "


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            "certificate is valid for old.example, *.b.example, 10.0.0.1, not r.example",
            ("old.example", "*.b.example", "10.0.0.1"),
        ),
        ("certificate is valid for fd00::1, not 10.0.0.5", ("fd00::1",)),
        ("certificate is valid for ok.example, $(reboot), a b, not r.example", ("ok.example",)),
    ],
)
def test_the_names_of_a_certificate(error: str, expected: tuple[str, ...]) -> None:
    assert mentions(f"{X509}{error}", Cause.TLS_NAME_MISMATCH) == Mentions(certificate_names=expected)


@pytest.mark.parametrize(
    "error",
    [
        "certificate is not valid for any names, but wanted to match r.example",
        "cannot validate certificate for 10.0.0.5 because it doesn't contain any IP SANs",
        "certificate relies on legacy Common Name field, use SANs instead",
    ],
)
def test_a_certificate_without_names(error: str) -> None:
    assert mentions(f"{X509}{error}", Cause.TLS_NAME_MISMATCH) == Mentions(certificate_is_nameless=True)


def test_the_limit_of_a_certificate_and_its_authority() -> None:
    late = (
        "certificate has expired or is not yet valid: current time 2026-11-23T22:54:42Z is after 2026-10-19T22:01:52Z"
    )
    limit = datetime(2026, 10, 19, 22, 1, 52, tzinfo=timezone.utc)
    assert mentions(f"{X509}{late}", Cause.TLS_CERTIFICATE_EXPIRED) == Mentions(certificate_limit=limit)
    broken = late.replace("2026-10-19", "2026-13-19")
    assert mentions(f"{X509}{broken}", Cause.TLS_CERTIFICATE_EXPIRED) == Mentions()
    unknown = (
        'certificate signed by unknown authority (possibly because of "x509: invalid signature" while trying to verify '
        'candidate authority certificate "Corp Proxy CA")'
    )
    assert mentions(f"{X509}{unknown}", Cause.TLS_UNKNOWN_AUTHORITY) == Mentions(authority="Corp Proxy CA")


def test_nothing_is_taken_from_a_text_of_another_cause() -> None:
    text = "manifest unknown: proxyconnect tcp: dial tcp 10.0.0.5:3128: lookup a on 10.0.0.2:53: no space"
    assert classify(text, image="r.example/a:1").mentions == Mentions()


@pytest.mark.parametrize(
    ("error", "intermediary"),
    [
        ("proxyconnect tcp: dial tcp 10.0.0.5:3128: connect: connection refused", "proxy 10.0.0.5:3128"),
        ("Forbidden", ""),
        ("dial tcp: lookup r.example on 10.0.0.2:53: server misbehaving", "dns 10.0.0.2"),
        ("dial tcp: lookup r.example on 10.0.0.2:53: no such host", ""),
        ("dial tcp: lookup r.example: server misbehaving", ""),
        ("dial tcp 10.0.0.5:443: i/o timeout", ""),
    ],
)
def test_what_failed_on_the_way(error: str, intermediary: str) -> None:
    assert classify(f"{HEAD}{error}").intermediary == intermediary


@pytest.mark.parametrize(
    ("text", "down"),
    [
        ("rpc error: code = Unavailable desc = error reading from server: EOF", False),
        (
            'connection error: desc = "transport: dial unix /run/containerd/containerd.sock: connect: connection refused"',
            True,
        ),
        ("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?", True),
    ],
)
def test_a_runtime_that_is_down(text: str, *, down: bool) -> None:
    verdict = classify(text)
    assert (verdict.cause, verdict.mentions) == (Cause.RUNTIME_UNAVAILABLE, Mentions(runtime_is_down=down))
