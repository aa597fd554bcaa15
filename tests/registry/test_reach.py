"""Which hosts and addresses a request may go to."""

from __future__ import annotations

import pytest

from kubectl_imagepull.registry.exchange import NoReply, NoReplyError
from kubectl_imagepull.registry.reach import Origin, ReachPolicy, is_public, origin_of, parse_allowed

PRIVATE = [
    *("127.0.0.1", "127.9.9.9", "::1", "0.0.0.1", "::", "10.0.0.1", "172.16.3.4", "192.168.1.1"),
    *("169.254.1.1", "169.254.169.254", "169.254.170.2", "100.64.0.1", "100.100.100.200", "fe80::1", "fe80::1%eth0"),
    *("fc00::1", "fd00:ec2::254", "224.0.0.1", "ff02::1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
    *("2002:7f00:1::", "2002:a9fe:a9fe::", "2001:db8::1"),
]
PUBLIC = ["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_special_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://registry.test/", "file:///etc/passwd", "https://", "https:///v2/", "//registry.test", "registry.test"),
        *("https://user:pw@registry.test/", "https://registry.test:0/", "https://registry.test:99999/"),
        *(
            "https://reg istry.test/",
            "https://registry.test/a b",
            "https://registry.test/\u00e4",
            "https://r\u00e4g.test/",
        ),
        *("https://registry.test\\@evil.test/", "https://[::1/", "https://registry.test/\r\nX: y", "https://a_b.test/"),
    ],
)
def test_what_is_no_url_of_a_registry_is_not_asked(url: str) -> None:
    with pytest.raises(NoReplyError) as caught:
        origin_of(url)
    assert caught.value.kind is NoReply.FORBIDDEN


def test_an_origin_is_compared_in_one_form() -> None:
    assert (
        origin_of("https://Registry.TEST.:443/v2/")
        == origin_of("https://registry.test/x")
        == Origin("https", "registry.test", 443)
    )
    assert origin_of("https://[::1]:5000/").name == "[::1]:5000"
    assert str(origin_of("http://registry.test:80/")) == "http://registry.test"


def test_a_private_address_is_asked_only_where_its_host_is_named() -> None:
    policy = ReachPolicy(["harbor.corp:8443"])
    assert policy.allowed(origin_of("https://harbor.corp:8443/"), ["10.0.0.5"]) == ["10.0.0.5"]
    for other in (
        "https://harbor.corp/",
        "https://harbor.corp:5000/",
        "https://auth.corp:8443/",
        "https://10.0.0.5:8443/",
    ):
        with pytest.raises(NoReplyError, match=r"it is at a private address, 10\.0\.0\.5") as caught:
            policy.allowed(origin_of(other), ["10.0.0.5"])
        assert caught.value.kind is NoReply.PRIVATE


def test_of_several_addresses_only_public_ones_are_asked() -> None:
    origin = origin_of("https://registry.test/")
    assert ReachPolicy().allowed(origin, ["127.0.0.1", "1.1.1.1", "10.0.0.1"]) == ["1.1.1.1"]


def test_a_named_host_that_leads_to_the_metadata_is_not_asked() -> None:
    policy = ReachPolicy(["harbor.corp", "169.254.169.254"])
    with pytest.raises(NoReplyError, match=r"the address of a cloud's metadata, 169\.254\.169\.254"):
        policy.allowed(origin_of("https://harbor.corp/"), ["169.254.169.254"])
    # who names the address itself means it
    assert policy.allowed(origin_of("https://169.254.169.254/"), ["169.254.169.254"]) == ["169.254.169.254"]


def test_plain_http_is_for_hosts_that_are_named_with_it() -> None:
    policy = ReachPolicy(["http://localhost:5000", "harbor.corp"])
    policy.check_scheme(origin_of("http://localhost:5000/v2/"))
    assert policy.scheme_of("localhost:5000") == "http"
    assert policy.scheme_of("harbor.corp") == "https"
    for url in ("http://localhost:5001/", "http://harbor.corp/", "http://harbor.corp:443/"):
        with pytest.raises(NoReplyError, match="plain http"):
            policy.check_scheme(origin_of(url))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("harbor.corp", "harbor.corp"),
        ("https://Harbor.corp:8443/", "harbor.corp:8443"),
        ("http://localhost:5000", "http://localhost:5000"),
        ("[::1]:5000", "[::1]:5000"),
    ],
)
def test_a_host_is_named(text: str, kept: str) -> None:
    assert parse_allowed(text) == kept


@pytest.mark.parametrize("text", ["", "*", "*.corp", "harbor.corp/team", "https://harbor.corp/?x", "a b", "10.0.0.0/8"])
def test_what_names_no_host_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no HOST, HOST:PORT or http://HOST:PORT"):
        parse_allowed(text)
