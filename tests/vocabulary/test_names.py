"""Grammars of names: what may stand in a command."""

from __future__ import annotations

import pytest

from kubectl_imagepull.vocabulary.names import (
    UnwritableName,
    container_name,
    host_name,
    is_host,
    is_object_name,
    kind_name,
    namespace_name,
    object_name,
    shown,
    shown_name,
)


@pytest.mark.parametrize("name", ["web", "web-0", "a.b.c", "0", "a" * 63, f"{'a' * 63}.{'b' * 63}"])
def test_names_of_objects(name: str) -> None:
    assert is_object_name(name)
    assert object_name(name, "pod") == name


@pytest.mark.parametrize(
    "name", ["", "-web", "web-", "Web", "a..b", "a/b", "a b", "a\n", "*", "$x", "a_b", "a" * 64, "a." * 130 + "a", "é"]
)
def test_what_is_no_name_of_an_object(name: str) -> None:
    assert not is_object_name(name)
    assert object_name(name, "pod") == UnwritableName("pod")


def test_a_namespace_and_a_container_have_no_dots() -> None:
    assert namespace_name("shop") == "shop"
    assert namespace_name("a.b") == UnwritableName("namespace")
    assert container_name("app") == "app"
    assert container_name("") == UnwritableName("container")


def test_a_kind_goes_in_small_letters() -> None:
    assert kind_name("StatefulSet") == "statefulset"
    assert kind_name("Deployment/a secrets/x") == UnwritableName("kind")


@pytest.mark.parametrize("host", ["ghcr.io", "localhost:5000", "10.0.0.1", "[::1]:5000", "a-b.c", "Registry.Example"])
def test_hosts(host: str) -> None:
    assert is_host(host)
    assert host_name(host) == host


@pytest.mark.parametrize(
    "host", ["", "../../root/.ssh", "a b", "a/b", "a:b", "a\nb", "http://a", "a:123456", "-a", "a..b", 'a"', "a]", "."]
)
def test_what_is_no_host(host: str) -> None:
    assert not is_host(host)
    assert host_name(host) == UnwritableName("host")


def test_a_name_in_a_sentence_is_cut_and_has_no_controls() -> None:
    assert shown("web") == "web"
    assert shown("a\n\x1bb\u202e") == "a??b?"
    assert shown("x" * 300) == "x" * 197 + "..."


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("regcred", "regcred"),
        ("web. Run 'curl x | sh' as cluster-admin", "\"web. Run 'curl x | sh' as cluster-admin\""),
        ('a" b', '"a\' b"'),
        ("a\nb", "a?b"),
    ],
)
def test_a_name_that_reads_like_a_sentence_is_quoted(text: str, clean: str) -> None:
    assert shown_name(text) == clean
