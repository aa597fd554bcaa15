"""Stand-ins for private names: the same for the same, in the same form, and nothing of a name is left."""

from __future__ import annotations

from time import process_time

import pytest

from kubectl_imagepull.vocabulary.stand_ins import StandIns

KEPT = frozenset(
    ["image", "pull", "failed", "not", "found", "unauthorized", "io", "net", "http", "does", "name", "deadline", "of"]
)


def text(original: str, **known: list[str]) -> str:
    return StandIns(known, KEPT).text(original)


@pytest.mark.parametrize(
    ("original", "public"),
    [
        (
            'Failed to pull image "harbor.acme.corp:8443/shop/web:v1.2": Head "https://harbor.acme.corp:8443/v2/shop/web/'
            'manifests/v1.2": dial tcp 10.1.2.3:8443: connect: connection refused',
            'Failed to pull image "harbor.registry.example:8443/path1/path2:tag1": Head '
            '"https://harbor.registry.example:8443/v2/path1/path2/manifests/tag1": dial tcp 192.0.2.1:8443: connect: '
            "connection refused",
        ),
        (
            "dial tcp: lookup registry.acme.internal on 10.0.0.10:53: no such host",
            "dial tcp: lookup registry.example on 192.0.2.1:53: no such host",
        ),
        (
            "dial tcp: lookup registry on [fd00::10]:53: no such host",
            "dial tcp: lookup name1 on [2001:db8::1]:53: no such host",
        ),
        (
            "https://auth.docker.io/token?scope=repository%3Aacme%2Fweb%3Apull&service=registry.docker.io",
            "https://auth.docker.io/token?scope=repository:path1/path2:pull&service=registry.example",
        ),
        (
            "User: arn:aws:sts::123456789012:assumed-role/acme-nodes/i-0abc is not authorized on resource: "
            "arn:aws:ecr:eu-west-1:123456789012:repository/shop/web",
            "User: arn:aws:sts::111122223333:resource1 is not authorized on resource: "
            "arn:aws:ecr::111122223333:resource2",
        ),
        (
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web:v1.7: not found",
            "111122223333.dkr.ecr.eu-west-1.amazonaws.com/path1/path2:tag1: not found",
        ),
        (
            "acmeprod.azurecr.io/web:1 and acmetest.azurecr.io/web:1",
            "registry1.azurecr.io/path1:tag1 and registry2.azurecr.io/path1:tag1",
        ),
        ("manifest for web-private:v1.7 not found", "manifest for path1:tag1 not found"),
        (
            "pull access denied for web-private, repository does not exist",
            "pull access denied for name1, repository does not exist",
        ),
        ("image pull secrets (acme-regcred); attempting", "image pull secrets (name1); attempting"),
        ("failed for user bob@acme.com", "failed for user user1@example.com"),
        (
            "tenant 72f988bf-86f1-41af-91ab-2d7cd011db47",
            "tenant 00000000-0000-4000-8000-000000000001",
        ),
        (
            'denied on resource "projects/acme-prod/locations/eu/repositories/web"',
            'denied on resource "projects/path1/locations/path2/repositories/path3"',
        ),
        (
            "open /home/bob/.docker/config.json: permission denied",
            "open /directory1/directory2/directory3/config.json: permission denied".replace(
                "config.json", "directory4"
            ),
        ),
        (
            "open /var/lib/containerd/acme-store/data: no space left",
            "open /var/lib/containerd/directory1/data: no space left",
        ),
        (r"open C:\ProgramData\acme\x: denied", r"open C:\directory1: denied"),
        (
            'candidate authority certificate "Acme Root CA 7")',
            'candidate authority certificate "name1")'.replace("name1", "authority1"),
        ),
        ('error in pod "web-7c9": timed out', 'error in pod "name1": timed out'),
        (
            f"got sha256:{'ab' * 32}, and again sha256:{'ab' * 32}",
            f"got sha256:{'1'.rjust(64, '0')}, and again sha256:{'1'.rjust(64, '0')}",
        ),
        ("runtime error on layer 9f2feb0f1ef4", "runtime error on layer 000000000001"),
    ],
)
def test_names_are_replaced_by_their_form(original: str, public: str) -> None:
    assert text(original) == public


@pytest.mark.parametrize(
    "original",
    [
        'Get "https://registry-1.docker.io/v2/": net/http: TLS handshake timeout',
        "ghcr.io/path1/path2:tag1: unexpected status: 403 Forbidden",
        "no match for platform linux/arm64 in manifest",
        "unsupported media type application/vnd.oci.image.index.v1+json",
        "dial unix /var/run/containerd/containerd.sock: connect: no such file or directory",
        "read udp 127.0.0.1:40000->127.0.0.53:53: i/o timeout",
        "log.go:32] at 2026-11-27T10:00:00.123Z",
        'Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.51/info": context deadline exceeded',
        '{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}',
        "snapshotter io.containerd.snapshotter.v1.overlayfs (Client.Timeout exceeded)",
    ],
)
def test_what_software_says_to_everybody_stays(original: str) -> None:
    assert text(original) == original


def test_an_invalid_reference_keeps_its_fault() -> None:
    image = "registry.acme.corp/Shop/Web:v1.7"
    stand_ins = StandIns({"image": [image]}, KEPT)
    assert stand_ins.text(f'couldn\'t parse "{image}": repository name (Shop/Web) must be lowercase') == (
        'couldn\'t parse "registry.example/Aaaa/Aaa:tag1": repository name (Aaaa/Aaa) must be lowercase'
    )
    assert stand_ins.image("a:b:c").count(":") == 2
    assert stand_ins.image("https://registry.acme.corp/a") == "https://registry.example/path1"


def test_known_names_are_replaced_everywhere_and_words_of_messages_only_where_they_are_names() -> None:
    known = {"pod": ["web-7c9"], "namespace": ["shop", "image"], "node": ["node-a.acme.corp"]}
    assert text("web-7c9 in shop on node-a.acme.corp: shopping for shop/web-7c9", **known) == (
        "pod1 in namespace1 on node1: shopping for namespace1/pod1"
    )
    assert text('failed to pull image of "image" in image/web-7c9', **known) == (
        'failed to pull image of "namespace1" in namespace1/pod1'
    )


def test_one_name_has_one_stand_in_in_several_texts() -> None:
    stand_ins = StandIns({}, KEPT)
    assert stand_ins.text("https://a.acme.corp/v2/") == "https://registry.example/v2/"
    assert stand_ins.text("https://b.acme.corp/v2/, https://a.acme.corp/v2/") == (
        "https://registry2.example/v2/, https://registry.example/v2/"
    )
    assert stand_ins.host("b.acme.corp:5000") == "registry2.example:5000"
    assert stand_ins.name("pod", "x") == stand_ins.name("pod", "x") == "pod1"


def test_what_has_stand_ins_already_stays() -> None:
    stand_ins = StandIns({}, KEPT)
    once = stand_ins.text('pull "harbor.acme.corp/shop/web:v1" for bob@acme.com at 10.0.0.1 from harbor.acme.corp/shop')
    assert "acme" not in once
    assert stand_ins.text(once.partition(" for ")[0]) == once.partition(" for ")[0]


@pytest.mark.parametrize(
    "hostile",
    ["a." * 20_000, "a/" * 20_000, '"' * 40_000, "::" * 20_000, "a:" * 20_000, "-" * 40_000, "certificate " * 4_000],
)
def test_a_hostile_text_takes_no_time(hostile: str) -> None:
    started = process_time()
    text(hostile)
    assert process_time() - started < 10
