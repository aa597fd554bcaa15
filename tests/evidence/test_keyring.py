"""What the kubelet reads from a pull secret, and which images it sends it for; each vector was run through its own code."""

from __future__ import annotations

import base64
import contextlib
import fnmatch
import json
import re
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kubectl_imagepull.evidence.docker_config import PullSecret, SecretState, read_pull_secret
from kubectl_imagepull.evidence.golang import (
    CorruptBase64Error,
    UnparsableUrlError,
    decode_base64,
    host_and_path,
    pattern_matches,
    split_host_port,
)
from kubectl_imagepull.evidence.keyring import is_for_docker_hub, lookup, normalise, urls_match
from kubectl_imagepull.evidence.nearest import nearest_miss, shown_registry
from kubectl_imagepull.vocabulary.image_reference import parse

JSON_TYPE, OLD_TYPE = "kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"
ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
NO_COLON = "unable to parse auth field, must be formatted as base64(username:password)"


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def read(
    value: str | None, *, kind: str = JSON_TYPE, key: str = ".dockerconfigjson", name: str = "regcred", **metadata: Any
) -> PullSecret:
    data = {} if value is None else {key: b64(value)}
    return read_pull_secret({"metadata": {"name": name, **metadata}, "type": kind, "data": data})


def auths(registries: dict[str, Any], **about: Any) -> PullSecret:
    return read(json.dumps({"auths": registries}), **about)


def entry(**fields: Any) -> PullSecret:
    return auths({"a.io": fields})


def fits(registry: str, image: str) -> bool:
    secret = auths({registry: {"username": "foo", "password": "bar"}})
    return bool(lookup([(secret.name, secret.entries)], image))


# The kubelet's own tests: TestUrlsMatch.
@pytest.mark.parametrize(
    ("key", "image", "expected"),
    [
        ("*.kubernetes.io", "prefix.kubernetes.io", True),
        ("prefix.*.io", "prefix.kubernetes.io", True),
        ("prefix.kubernetes.*", "prefix.kubernetes.io", True),
        ("*-good.kubernetes.io", "prefix-good.kubernetes.io", True),
        ("*.kubernetes.io/blah", "prefix.kubernetes.io/blah", True),
        ("prefix.*.io/foo", "prefix.kubernetes.io/foo/bar", True),
        ("*.kubernetes.io:1111/blah", "prefix.kubernetes.io:1111/blah", True),
        ("*.kubernetes.io", "kubernetes.io", False),
        ("*.*.kubernetes.io", "prefix.kubernetes.io", False),
        ("kubernetes.io", "kubernetes.com", False),
        ("k*.io", "quay.io", False),
        ("*.kubernetes.io:1234/blah", "prefix.kubernetes.io:1111/blah", False),
        ("prefix.*.io/foo", "prefix.kubernetes.io:1111/foo/bar", False),
        ("a b", "a", False),
        ("a", "a b", False),
    ],
)
def test_a_key_matches_an_image(key: str, image: str, expected: bool) -> None:  # noqa: FBT001 - a vector
    assert urls_match(key, image) is expected


# The kubelet's own tests (TestDockerKeyringForGlob, Miss, Hit), and what its code does beyond them.
@pytest.mark.parametrize(
    ("registry", "image", "expected"),
    [
        ("https://hello.kubernetes.io", "hello.kubernetes.io/foo/bar", True),
        ("https://*.docker.io", "prefix.docker.io/foo/bar", True),
        ("https://prefix.docker.*", "prefix.docker.io/foo/bar", True),
        ("https://*.docker.io/path", "prefix.docker.io/path/foo/bar", True),
        ("https://prefix.docker.*:8888", "prefix.docker.io:8888/foo/bar", True),
        ("https://*.docker.io/path:1111", "prefix.docker.io/path:1111/foo/bar", True),
        ("https://*.docker.io/v1/", "prefix.docker.io/path:1111/foo/bar", True),
        ("https://*.docker.io/v2/", "prefix.docker.io/path:1111/foo/bar", True),
        ("prefix.docker.io:1111", "prefix.docker.io:1111/path/foo/bar", True),
        ("https://hello.kubernetes.io", "world.mesos.org/foo/bar", False),
        ("https://*.docker.com", "prefix.docker.io/foo/bar", False),
        ("https://suffix.*.io", "prefix.docker.io/foo/bar", False),
        ("https://prefix.docker.c*", "prefix.docker.io/foo/bar", False),
        ("https://prefix.*.io/path:1111", "prefix.docker.io/path/subpath:1111/foo/bar", False),
        ("https://index.docker.io/v1/", "world.mesos.org/foo/bar", False),
        ("https://index.docker.io/v1/", "google/docker-registry", True),
        ("https://index.docker.io/v1/", "jenkins", True),
        ("https://index.docker.io/v1/", "docker.io/library/nginx", True),
        ("index.docker.io", "docker.io/library/nginx", True),
        ("https://index.docker.io/v2/", "docker.io/library/nginx", True),
        ("https://index.docker.io/v1", "docker.io/library/nginx", False),
        ("docker.io", "docker.io/library/nginx", True),
        ("https://docker.io/v1/", "docker.io/library/nginx", True),
        ("docker.io/myorg", "docker.io/myorg/app", True),
        ("index.docker.io/myorg", "docker.io/myorg/app", False),
        ("registry-1.docker.io", "docker.io/library/nginx", False),
        ("https://hub.docker.com", "docker.io/library/nginx", False),
        ("https://registry.hub.docker.com", "docker.io/library/nginx", False),
        ("gcr.io/proj", "gcr.io/project2/img", True),
        ("gcr.io/proj/", "gcr.io/project2/img", False),
        ("*.azurecr.io", "acme.azurecr.io/app", True),
        ("registry.example.com:443", "registry.example.com/app", False),
        ("registry.example.com", "registry.example.com:5000/app", False),
        ("registry.example.com/*", "registry.example.com/team/app", False),
        ("Registry.example.com", "registry.example.com/app", False),
        ("http://registry.example.com", "registry.example.com/app", True),
        ("https://quay.io/v2", "quay.io/org/app", False),
        ("https://quay.io/v1/users/", "quay.io/org/app", False),
        ("*", "quay.io/org/app", False),
        ("*.*", "quay.io/org/app", True),
        ("*.amazonaws.com", f"{ECR}/a", False),
        ("*.dkr.ecr.*.amazonaws.com", f"{ECR}/a", True),
        ("registry.example.com:abc", "registry.example.com/app", False),
        ("registry[12].example.com", "registry1.example.com/app", False),
        ("registry?.example.com", "registry1.example.com/app", False),
        ("https://user:word@registry.example.com", "registry.example.com/app", True),
        ("registry.example.com?x=1", "registry.example.com/app", True),
        ("registry.example.com#x", "registry.example.com/app", True),
        ("registry.example.com/te%61m", "registry.example.com/team/app", True),
        ("registry.example.com/te%zz", "registry.example.com/team/app", False),
        ("HTTPS://registry.example.com", "registry.example.com/app", False),
        (" registry.example.com", "registry.example.com/app", False),
        ("registry.example.com\n", "registry.example.com/app", False),
        ("", "registry.example.com/app", False),
        ("[::1]:5000", "[::1]:5000/app", True),
        ("[::1]", "[::1]/app", False),
    ],
)
def test_a_secret_is_sent_for_an_image(registry: str, image: str, expected: bool) -> None:  # noqa: FBT001 - a vector
    assert fits(registry, image) is expected


@pytest.mark.parametrize(
    ("registry", "key"),
    [
        ("registry.example.com", "registry.example.com"),
        ("https://registry.example.com/", "registry.example.com"),
        ("http://registry.example.com:5000/v1/", "registry.example.com:5000"),
        ("https://registry.example.com/v2/team", "registry.example.com/team"),
        ("https://index.docker.io/v1", "index.docker.io/v1"),
        ("registry.example.com/v1/v2/", "registry.example.com/v2/"),
    ],
)
def test_keys_are_made_even(registry: str, key: str) -> None:
    assert normalise(registry) == key


def test_the_longest_key_comes_first_and_within_it_the_first_secret() -> None:
    any_user = {"username": "foo", "password": "bar"}
    one = auths({"quay.io": any_user, "*.io": any_user}, name="one")
    two = auths({"https://quay.io/v1/": any_user, "quay.io/org": any_user, "ghcr.io": any_user}, name="two")
    found = lookup([(secret.name, secret.entries) for secret in (one, two)], "quay.io/org/app")
    assert [(match.secret, match.entry.registry) for match in found] == [
        ("two", "quay.io/org"),
        ("one", "quay.io"),
        ("two", "https://quay.io/v1/"),
        ("one", "*.io"),
    ]


def test_docker_hubs_own_key_is_asked_only_where_nothing_else_fits() -> None:
    any_user = {"username": "foo", "password": "bar"}
    both = auths({"https://index.docker.io/v1/": any_user, "docker.io/org": any_user})
    registries = [match.entry.registry for match in lookup([("s", both.entries)], parse("org/app:1"))]
    assert registries == ["docker.io/org"]
    registries = [match.entry.registry for match in lookup([("s", both.entries)], parse("nginx"))]
    assert registries == ["https://index.docker.io/v1/"]


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("ubuntu", True),
        ("library/ubuntu", True),
        ("docker.io/library/ubuntu", True),
        ("index.docker.io/library/ubuntu", True),
        ("localhost/app", True),
        ("quay.io/app", False),
        ("host:5000/app", False),
        ("/app", False),
        ("", False),
    ],
)
def test_images_that_are_docker_hubs(image: str, expected: bool) -> None:  # noqa: FBT001 - a vector
    assert is_for_docker_hub(image) is expected


# The auth field: the kubelet's own tests (config_test.go), and what Go's base64 says of others.
@pytest.mark.parametrize(
    ("auth", "user", "password"),
    [
        ("Zm9vOmJhcg==", "foo", "bar"),
        ("Zm9vOmJhcg", "foo", "bar"),
        ("Zm9vOm\nJhcg==\n", "foo", "bar"),
        ("Zm9v\r\nOmJhcg", "foo", "bar"),
        (b64("foo:bar:baz"), "foo", "bar:baz"),
        (b64("foo:bar\n"), "foo", "bar\n"),
    ],
)
def test_an_auth_field_is_decoded(auth: str, user: str, password: str) -> None:
    decoded = decode_base64(auth, padded=auth.strip().endswith("=")).decode()
    assert decoded.partition(":")[::2] == (user, password)
    (only,) = entry(auth=auth).entries
    assert not only.credential.is_empty
    assert only.credential.ends_in_newline is password.endswith("\n")


@pytest.mark.parametrize(
    ("auth", "fault"),
    [
        ("cGFudHM=", NO_COLON),
        ("Zm9vOmJhcg== ", "illegal base64 data at input byte 12"),
        ("pants", "illegal base64 data at input byte 4"),
        ("Y2ktcHVsbGVy!S3cret", "illegal base64 data at input byte 12"),
        ("Zm9vOmJhcg=", "illegal base64 data at input byte 11"),
        ("Zm9vOmJhcg===", "illegal base64 data at input byte 12"),
        ("Zm9vOj8_Pz8-", "illegal base64 data at input byte 7"),
        (" Zm9vOmJhcg==", "illegal base64 data at input byte 0"),
        ("Zm9vOmJhcg==Zg==", "illegal base64 data at input byte 12"),
        ("=", "illegal base64 data at input byte 0"),
        ("Zm9v\xe9", "illegal base64 data at input byte 4"),
    ],
)
def test_an_auth_field_fails_in_the_kubelets_words(auth: str, fault: str) -> None:
    assert (entry(auth=auth).state, entry(auth=auth).fault) == (SecretState.MALFORMED, fault)


def test_auth_outranks_user_name_and_password() -> None:
    fields = {"username": "AWS", "password": "bar"}
    (plain,) = entry(**fields).entries
    (both,) = entry(**fields, auth="cGluZzpwb25n").entries
    assert (plain.credential.user, both.credential.user) == ("AWS", "")
    (none,) = entry(**fields, auth="").entries
    assert none.credential.user == "AWS"


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ("[]", "json: cannot unmarshal array into Go value of type credentialprovider.DockerConfigJSON"),
        ('"x"', "json: cannot unmarshal string into Go value of type credentialprovider.DockerConfigJSON"),
        ("1", "json: cannot unmarshal number into Go value of type credentialprovider.DockerConfigJSON"),
        (
            '{"auths":"x"}',
            "json: cannot unmarshal string into Go struct field DockerConfigJSON.auths of type "
            "credentialprovider.DockerConfig",
        ),
        (
            '{"auths":{"a.io":"x"}}',
            "json: cannot unmarshal string into Go struct field DockerConfigJSON.auths of type "
            "credentialprovider.dockerConfigEntryWithAuth",
        ),
        (
            '{"auths":{"a.io":{"auth":5}},"HttpHeaders":3}',
            "json: cannot unmarshal number into Go struct field DockerConfigJSON.auths.auth of type string",
        ),
        (
            '{"auths":{"a.io":{"Username":true}}}',
            "json: cannot unmarshal bool into Go struct field DockerConfigJSON.auths.username of type string",
        ),
        (
            '{"HttpHeaders":{"a":1}}',
            "json: cannot unmarshal number into Go struct field DockerConfigJSON.HttpHeaders of type string",
        ),
        (
            '{"HttpHeaders":[]}',
            "json: cannot unmarshal array into Go struct field DockerConfigJSON.HttpHeaders of type map[string]string",
        ),
        ("{", "it is not valid JSON, at character 1"),
        ('{"auths":NaN}', "it is not valid JSON: NaN and Infinity are none"),
    ],
)
def test_a_value_that_go_cannot_read(document: str, fault: str) -> None:
    assert (read(document).state, read(document).fault) == (SecretState.MALFORMED, fault)


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ("[]", "json: cannot unmarshal array into Go value of type credentialprovider.DockerConfig"),
        (
            '{"a.io":"x"}',
            "json: cannot unmarshal string into Go value of type credentialprovider.dockerConfigEntryWithAuth",
        ),
        (
            '{"a.io":{"auth":5}}',
            "json: cannot unmarshal number into Go struct field dockerConfigEntryWithAuth.auth of type string",
        ),
    ],
)
def test_a_value_of_the_old_type_that_go_cannot_read(document: str, fault: str) -> None:
    old = read(document, kind=OLD_TYPE, key=".dockercfg")
    assert (old.state, old.fault) == (SecretState.MALFORMED, fault)


@pytest.mark.parametrize(
    "document",
    ["null", "{}", '{"auths":null}', '{"auths":{}}', '{"auths":{"a.io":{}},"auths":null}', '{"HttpHeaders":null}'],
)
def test_a_value_that_holds_nothing_is_no_error(document: str) -> None:
    assert (read(document).state, read(document).entries) == (SecretState.USED, ())


def test_fields_go_by_any_letter_case_and_the_last_one_wins() -> None:
    document = '{"AUTHS":{"a.io":{"username":"x","USERNAME":"AWS","Password":"p","username":null}}}'
    (only,) = read(document).entries
    assert (only.registry, only.credential.user, only.credential.has_password) == ("a.io", "AWS", True)


def test_null_is_an_empty_entry_and_still_one() -> None:
    (only,) = auths({"a.io": None}).entries
    assert only.credential.is_empty


def test_tokens_of_docker_itself_are_not_read() -> None:
    (only,) = entry(identitytoken="abc", registrytoken="", credHelpers={}).entries
    assert (only.credential.is_empty, only.credential.unread) == (True, ("identitytoken",))


def test_registries_beside_auths_are_noticed() -> None:
    flat = read('{"a.io":{"username":"foo","password":"bar"}}')
    assert (flat.state, flat.entries, flat.flat) == (SecretState.USED, (), True)
    old = read('{"a.io":{"username":"foo","password":"bar"}}', kind=OLD_TYPE, key=".dockercfg")
    assert ([one.registry for one in old.entries], old.flat) == (["a.io"], False)


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("Opaque", ".dockerconfigjson"),
        ("", ".dockerconfigjson"),
        (OLD_TYPE, ".dockerconfigjson"),
        (JSON_TYPE, ".dockercfg"),
        (JSON_TYPE, "config.json"),
        ("kubernetes.io/basic-auth", "username"),
    ],
)
def test_type_and_key_must_agree(kind: str, key: str) -> None:
    secret = read('{"auths":{"a.io":{"username":"foo"}}}', kind=kind, key=key)
    assert (secret.state, secret.keys, secret.entries) == (SecretState.IGNORED, (key,), ())


@pytest.mark.parametrize(
    "value", ["***", "<redacted>", "REDACTED", "[HIDDEN]", "xxxxxxxx", b64("***HIDDEN***"), 5, "é"]
)
def test_a_recording_without_the_value_is_not_judged(value: Any) -> None:
    secret = {"metadata": {"name": "s"}, "type": JSON_TYPE, "data": {".dockerconfigjson": value}}
    assert read_pull_secret(secret).state is SecretState.HIDDEN
    assert read(None).state is SecretState.HIDDEN


def test_the_end_of_a_json_web_token_is_read() -> None:
    claims = base64.urlsafe_b64encode(b'{"exp": 1795435200, "sub": "robot"}').decode().rstrip("=")
    (only,) = entry(
        username="00000000-0000-0000-0000-000000000000", password=f"eyJhbGciOiJub25lIn0.{claims}.c2ln"
    ).entries
    assert (only.credential.token, only.credential.expires) == (
        "token",
        datetime(2026, 11, 23, 12, tzinfo=timezone.utc),
    )


def test_the_end_of_an_ecr_token_is_read() -> None:
    token = b64(json.dumps({"payload": "x" * 300, "datakey": "y", "version": "2", "expiration": 1795435200}))
    (only,) = entry(username="AWS", password=token).entries
    assert (only.credential.token, only.credential.expires) == (
        "ECR token",
        datetime(2026, 11, 23, 12, tzinfo=timezone.utc),
    )


@pytest.mark.parametrize(
    "password", ["", "bar", "a.b.c", "eyJhIjoxfQ.eyJleHAiOiJ4In0.x", "eyJhIjoxfQ.eyJleHAiOjFlOTk5fQ.x", "{" * 5000]
)
def test_any_other_password_has_no_end(password: str) -> None:
    (only,) = entry(username="foo", password=password).entries
    assert only.credential.expires is None


def test_a_secret_is_as_old_as_its_last_change() -> None:
    managed = [{"time": "2026-11-02T08:00:00Z"}, {"manager": "x"}]
    secret = auths({}, creationTimestamp="2026-11-01T08:00:00Z", managedFields=managed)
    assert secret.changed == datetime(2026, 11, 2, 8, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("registry", "image", "why"),
    [
        (
            "https://index.docker.io/v1",
            "nginx",
            "https://index.docker.io/v1 lacks the slash at its end: Docker Hub's key is https://index.docker.io/v1/.",
        ),
        (
            "registry-1.docker.io",
            "nginx",
            "registry-1.docker.io is not where the kubelet looks for Docker Hub's credentials: the key is "
            "https://index.docker.io/v1/.",
        ),
        (
            "https://hub.docker.com",
            "org/app",
            "https://hub.docker.com is not where the kubelet looks for Docker Hub's credentials: the key is "
            "https://index.docker.io/v1/.",
        ),
        (
            "index.docker.io/org",
            "org/app",
            "index.docker.io/org names a path, and so fits no image: Docker Hub's key is https://index.docker.io/v1/.",
        ),
        (
            "docker.io:443",
            "nginx",
            "docker.io:443 names a port, and then it isn't Docker Hub's: the key is https://index.docker.io/v1/.",
        ),
        (
            "Docker.io",
            "nginx",
            "Docker.io differs from Docker Hub's key, https://index.docker.io/v1/, in upper and lower case.",
        ),
        ("docker.io/other", "org/app", "docker.io/other is for another path than the image's, org/app."),
        (
            "quay.io:443",
            "quay.io/org/app",
            (
                "quay.io:443 names port 443 and the image names none: the kubelet doesn't treat them as the same, "
                "not even 443."
            ),
        ),
        (
            "quay.io",
            "quay.io:5000/app",
            "quay.io names no port and the image names port 5000: the kubelet doesn't treat them as the same.",
        ),
        ("Quay.io", "quay.io/app", "Quay.io differs from the image's registry, quay.io, in upper and lower case."),
        (
            "https://quay.io/v2",
            "quay.io/app",
            "https://quay.io/v2 lacks the slash at its end, so /v2 is read as part of the image's path.",
        ),
        ("quay.io/*", "quay.io/app", "quay.io/* has a * in its path, where it isn't a wildcard."),
        ("quay.io/app/", "quay.io/app", "quay.io/app/ ends in a slash, and the image's path app has none there."),
        (
            "quay.io/app/x",
            "quay.io/app",
            "quay.io/app/x is longer than the image's path, app, which has to begin with it.",
        ),
        ("quay.io/App", "quay.io/app", "quay.io/App differs from the image's path, app, in upper and lower case."),
        ("*", "quay.io/app", "a * matches only one part of a host, and * has 1 where quay.io has 2."),
        ("quay.io.", "quay.io/app", "quay.io. has a dot at the end of its host, and quay.io has none."),
        ("quay?.io", "quay1.io/app", "what follows the ? in quay?... isn't part of the host for the kubelet."),
        (
            "https://https://quay.io",
            "quay.io/app",
            "for the kubelet https is the host in https://https://quay.io: it accepts http:// or https:// only once, "
            "in lower case.",
        ),
        (
            "quay.io:abc",
            "quay.io/app",
            "the kubelet ignores quay.io:abc: what follows the host's colon is no port number.",
        ),
        (
            "quay[12].io",
            "quay1.io/app",
            "the kubelet ignores quay[12].io: a [ may stand only at the beginning of an IPv6 address.",
        ),
        ("ghcr.io", "quay.io/app", None),
    ],
)
def test_the_nearest_miss_is_explained(registry: str, image: str, why: str | None) -> None:
    assert not fits(registry, parse(image).repository)
    entries = auths({"elsewhere.example.com": {"username": "x"}, registry: {"username": "foo"}}).entries
    assert nearest_miss(entries, parse(image)) == why


@pytest.mark.parametrize(
    ("registry", "text"),
    [
        ("https://user:word@quay.io/x", "https://...@quay.io/x"),
        ("user:http://wo/rd@quay.io", "...@quay.io"),
        ("quay.io?token=abc", "quay.io?..."),
        ("quay.io\x1b[31m", "quay.io?[31m"),
        (" quay.io", '" quay.io"'),
        ("", '""'),
        ("a" * 101, "a" * 97 + "..."),
    ],
)
def test_a_registry_is_shown_without_a_password(registry: str, text: str) -> None:
    assert shown_registry(registry) == text


# -- Go's library ----------------------------------------------------------------------------------------------------


# Go's own tests (path/match_test.go); a malformed pattern matches nothing.
@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("abc", "abc", True),
        ("*", "abc", True),
        ("*c", "abc", True),
        ("a*", "a", True),
        ("a*", "abc", True),
        ("a*", "ab/c", False),
        ("a*/b", "abc/b", True),
        ("a*/b", "a/c/b", False),
        ("a*b*c*d*e*/f", "axbxcxdxe/f", True),
        ("a*b*c*d*e*/f", "axbxcxdxexxx/f", True),
        ("a*b*c*d*e*/f", "axbxcxdxe/xxx/f", False),
        ("a*b?c*x", "abxbbxdbxebxczzx", True),
        ("a*b?c*x", "abxbbxdbxebxczzy", False),
        ("ab[c]", "abc", True),
        ("ab[b-d]", "abc", True),
        ("ab[e-g]", "abc", False),
        ("ab[^c]", "abc", False),
        ("ab[^e-g]", "abc", True),
        ("a\\*b", "a*b", True),
        ("a\\*b", "ab", False),
        ("a?b", "a☺b", True),
        ("a[^a]b", "a☺b", True),
        ("a???b", "a☺b", False),
        ("[a-ζ]*", "β", True),
        ("*[a-ζ]", "A", False),
        ("a?b", "a/b", False),
        ("a*b", "a/b", False),
        ("[\\]a]", "]", True),
        ("[\\-x]", "-", True),
        ("[x\\-]", "z", False),
        ("[]a]", "]", False),
        ("[-]", "-", False),
        ("[x-]", "x", False),
        ("[a-b-c]", "a", False),
        ("[", "a", False),
        ("[^", "a", False),
        ("[^bc", "a", False),
        ("a[", "a", False),
        ("a[", "ab", False),
        ("*x", "xxx", True),
        ("\\", "\\", False),
        ("", "", True),
        ("*", "", True),
        ("?", "", False),
    ],
)
def test_patterns_match_as_in_go(pattern: str, name: str, expected: bool) -> None:  # noqa: FBT001 - a vector
    assert pattern_matches(pattern, name) is expected


@given(st.text("ab*?.-", max_size=12), st.text("ab.-", max_size=12))
@example("*a*a*a*a*a*a*a*a*a*b", "a" * 60)
def test_without_classes_a_pattern_is_a_shells(pattern: str, name: str) -> None:
    if len(name) <= 12:
        assert pattern_matches(pattern, name) is fnmatch.fnmatchcase(name, pattern)
    else:
        assert not pattern_matches(pattern, name)


@given(st.text(max_size=20))
def test_an_escaped_text_matches_itself_and_a_star_every_name(text: str) -> None:
    assert pattern_matches("".join(f"\\{char}" for char in text), text)
    assert pattern_matches("*", text) is ("/" not in text)


@given(st.text("*?[]^-\\ab/", max_size=12), st.text("ab/]", max_size=8))
def test_no_pattern_breaks_the_matcher(pattern: str, name: str) -> None:
    assert pattern_matches(pattern, name) in {True, False}


@given(
    st.binary(max_size=40), st.booleans(), st.lists(st.tuples(st.integers(0, 60), st.sampled_from("\r\n")), max_size=4)
)
def test_base64_comes_back_whatever_line_ends_are_in_it(
    data: bytes,
    padded: bool,  # noqa: FBT001 - drawn
    breaks: list[tuple[int, str]],
) -> None:
    text = base64.b64encode(data).decode()
    text = text if padded else text.rstrip("=")
    for position, line_end in breaks:
        text = text[:position] + line_end + text[position:]
    assert decode_base64(text, padded=padded) == data


@given(st.text("QWJj=\n -_", max_size=16), st.booleans())
def test_what_base64_refuses_is_told_by_its_position(text: str, padded: bool) -> None:  # noqa: FBT001 - drawn
    if re.search(r"[ _-]", text):
        with pytest.raises(CorruptBase64Error, match=r"^illegal base64 data at input byte \d+$") as caught:
            decode_base64(text, padded=padded)
        assert int(str(caught.value).rpartition(" ")[2]) <= len(text)
    else:
        with contextlib.suppress(CorruptBase64Error):
            decode_base64(text, padded=padded)


@given(st.from_regex(r"(https?://)?[a-z]{1,8}(\.[a-z]{1,8}){1,3}(:[0-9]{1,5})?(/[a-z]{1,5}){0,3}/?", fullmatch=True))
def test_a_plain_registry_fits_every_image_below_it(registry: str) -> None:
    key = normalise(registry)
    assert "//" not in key
    assert urls_match(key, f"{key}/app" if not key.endswith("/") else f"{key}app")


@given(st.text(max_size=30))
def test_no_registry_breaks_the_parser(registry: str) -> None:
    with contextlib.suppress(UnparsableUrlError):
        assert urls_match(normalise(registry), "quay.io/org/app") in {True, False}
    entries = auths({registry: {"username": "foo"}}).entries
    assert nearest_miss(entries, parse("quay.io/org/app")) != ""


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: (
    st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["auths", "Auth", "username", "password", "a.io", "x"]), inner, max_size=4)
), max_leaves=12))  # fmt: skip
def test_no_document_breaks_the_reader(document: Any) -> None:
    secret = read(json.dumps(document))
    assert secret.state in {SecretState.USED, SecretState.MALFORMED, SecretState.HIDDEN}
    assert bool(secret.fault) is (secret.state is SecretState.MALFORMED)


@given(st.from_regex(r"[a-zA-Z0-9!-]{12,30}", fullmatch=True), st.from_regex(r"[a-zA-Z0-9!]{12,30}", fullmatch=True))
def test_nothing_that_is_read_tells_user_or_password(user: str, password: str) -> None:
    for fields in (
        {"username": user, "password": password},
        {"auth": b64(f"{user}:{password}")},
        {"auth": f"{user}!{password}"},
        {"auth": b64(password)},
        {"username": [user], "password": password},
    ):
        told = repr(entry(**fields))
        assert not any(value in told for value in (user, password, b64(user)[:12], b64(password)[:12]))


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("quay.io", ("quay.io", "")),
        ("quay.io:5000", ("quay.io", "5000")),
        ("quay.io:", ("quay.io", "")),
        ("a:b:1", ("a:b:1", "")),
        ("[::1]:5000", ("::1", "5000")),
        ("[::1]", ("[::1]", "")),
        ("[::1", ("[::1", "")),
    ],
)
def test_hosts_and_ports_part_as_in_go(host: str, expected: tuple[str, str]) -> None:
    assert split_host_port(host) == expected


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://a\x7fb", "it holds a control character"),
        ("https://a b", "the host holds a character that a host can't hold"),
        ("https://a:x", "what follows the host's colon is no port number"),
        ("https://[::1", "what stands in the brackets is no IPv6 address"),
        ("https://[quay.io]", "what stands in the brackets is no IPv6 address"),
        ("https://a[b]", "a [ may stand only at the beginning of an IPv6 address"),
        ("https://a|b@quay.io", "what stands before the @ is no user name"),
        ("https://quay.io/%zz", "a % in it is followed by no two hexadecimal digits"),
    ],
)
def test_urls_that_go_refuses(url: str, fault: str) -> None:
    with pytest.raises(UnparsableUrlError) as caught:
        host_and_path(url)
    assert str(caught.value) == fault
