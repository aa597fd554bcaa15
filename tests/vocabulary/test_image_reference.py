"""The grammar of image references, by distribution/reference's own cases and by property."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubectl_imagepull.vocabulary.image_reference import (
    ImageReference,
    fault_of,
    parse,
    registry_of,
    repository_named,
    same_image,
    try_parse,
)

HEX = "a" * 64


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("nginx", "docker.io/library/nginx:latest"),
        ("you/app", "docker.io/you/app:latest"),
        ("docker.io/nginx:1", "docker.io/library/nginx:1"),
        ("index.docker.io/you/app", "docker.io/you/app:latest"),
        ("localhost/x", "localhost/x:latest"),
        ("myReg/x:1", "myReg/x:1"),
        ("registry.example.com:5000/a/b_c/d-e:V1.2_x-y", "registry.example.com:5000/a/b_c/d-e:V1.2_x-y"),
        ("[2001:db8::1]:5000/x", "[2001:db8::1]:5000/x:latest"),
        (f"r.example.com/x@sha256:{HEX}", f"r.example.com/x@sha256:{HEX}"),
        (f"r.example.com/x:1@sha256:{HEX}", f"r.example.com/x:1@sha256:{HEX}"),
    ],
)
def test_a_reference_is_normalised(text: str, full: str) -> None:
    assert str(parse(text)) == full


def test_an_implied_tag_is_told() -> None:
    assert parse("nginx") == ImageReference("docker.io", "library/nginx", "latest", None, implied_tag=True)
    assert not parse("nginx:latest").implied_tag
    assert not parse(f"nginx@sha256:{HEX}").implied_tag


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "it is empty"),
        ("Nginx", "it has upper-case letters; a repository name is lower-case"),
        ("r.example.com/Shop/x:1", "it has upper-case letters; a repository name is lower-case"),
        ("https://r.example.com/x", "it starts with a scheme; an image reference has no http:// or https://"),
        ("x:{{ .Values.tag }}", "it contains a template or variable that was never filled in"),
        ("${REPO}/x:1", "it contains a template or variable that was never filled in"),
        ("x:", "nothing follows the colon: the tag is empty"),
        ("r.example.com/x:a:b", "it has two tags, or a colon in the middle of the name"),
        ("/x", "a part of the name between two slashes is empty"),
        ("r.example.com/x/", "a part of the name between two slashes is empty"),
        ("a b", "it contains white space"),
        ('"x"', "it contains a quotation mark"),
        ("x:1.2+3", "a tag can't contain + (write 1.2.3-build for 1.2.3+build)"),
        (f"x:{'a' * 129}", "the tag is longer than 128 characters"),
        ("-x", "-x isn't a valid part of a repository name"),
        ("x@sha256:abc", "what follows the @ isn't a digest (sha256: and 64 hexadecimal digits)"),
        (f"x@sha256:{HEX}a", "a sha256 digest has 64 hexadecimal digits, this one has 65"),
        (f"x@sha256:{'AB' * 32}", "the digits a to f of a digest are lower-case"),
        (f"x@md5:{'a' * 32}", "the digest algorithm md5 is not supported"),
        (f"a/{'b' * 250}", "the repository name is longer than 255 characters"),
        (HEX, "a name of 64 hexadecimal digits could be an image id"),
        ("-r.example.com/x", "-r.example.com isn't a valid registry host"),
    ],
)
def test_what_is_wrong_is_said(text: str, fault: str) -> None:
    assert fault_of(text) == fault
    assert try_parse(text) is None


@given(st.text(max_size=300))
def test_any_text_is_a_reference_or_has_a_fault(text: str) -> None:
    reference = try_parse(text)
    assert (reference is None) == bool(fault_of(text))
    if reference:
        assert parse(str(reference)).repository == reference.repository


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("nginx", "docker.io/library/nginx:latest", True),
        ("nginx:1", "nginx:2", False),
        (f"nginx:1@sha256:{HEX}", f"docker.io/library/nginx@sha256:{HEX}", True),
        (f"nginx:1@sha256:{HEX}", "nginx:1", False),
        ("A B", "A B", True),
        ("A B", "nginx", False),
    ],
)
def test_one_image_under_two_names(one: str, other: str, same: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert same_image(one, other) is same


@pytest.mark.parametrize(
    ("text", "repository"),
    [
        ("nginx", "docker.io/library/nginx"),
        ("r.example.com:5000/a:", "r.example.com:5000/a"),
        ("r.example.com/A/B:v1", "r.example.com/a/b"),
        ("r.example.com/a:feature/x", "r.example.com/a"),
        ("r.example.com/a:{{ x:y }}", "r.example.com/a"),
        ("r.example.com/a@sha256:abc", "r.example.com/a"),
        ("r.example.com:v1/a", ""),
        ("r:5000/{{ x }}", ""),
        (":v1", ""),
        ("a b", ""),
        ("", ""),
        (":" * 100_000, ""),
    ],
)
def test_the_repository_that_a_broken_name_names(text: str, repository: str) -> None:
    assert repository_named(text) == repository


def test_docker_hub_has_several_hosts() -> None:
    assert {registry_of(host) for host in ("registry-1.docker.io", "index.docker.io", "docker.io")} == {"docker.io"}
    assert registry_of("auth.docker.io") == "auth.docker.io"
