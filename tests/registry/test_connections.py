"""Requests over real connections on loopback: pinned addresses, time, bytes, certificates."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from time import monotonic

import pytest
import urllib3
from registry.wire import Asked, Says, WireServer

from kubectl_imagepull.registry.connections import AuthoritiesError, Connections, tls_settings
from kubectl_imagepull.registry.exchange import NoReply, NoReplyError, RegistryReply, RegistryRequest
from kubectl_imagepull.registry.reach import ReachPolicy

Servers = Callable[..., WireServer]
Connect = Callable[..., Connections]
PUBLIC = "93.184.216.34"


def get(connections: Connections, url: str, seconds: float = 5.0, **options: object) -> RegistryReply:
    return connections.send(RegistryRequest("GET", url, **options), monotonic() + seconds)  # type: ignore[arg-type]  # as given


def refused(connections: Connections, url: str, seconds: float = 5.0, **options: object) -> tuple[NoReply, str]:
    with pytest.raises(NoReplyError) as caught:
        get(connections, url, seconds, **options)
    return caught.value.kind, str(caught.value)


def test_a_named_host_is_asked_by_its_name_at_its_address(servers: Servers, connect: Connect) -> None:
    server = servers()
    server.answers["/v2/"] = Says(200, {"X-One": "1"}, b"hello")
    url = f"https://registry.test:{server.port}/v2/"
    connections = connect(f"registry.test:{server.port}")
    reply = get(connections, url)
    assert (reply.status, reply.body, reply.headers["x-one"]) == (200, b"hello", "1")
    get(connections, url)
    assert server.asked == [Asked("GET", "/v2/", f"registry.test:{server.port}", None)] * 2


def test_what_is_private_and_not_named_gets_no_request(servers: Servers, connect: Connect) -> None:
    server = servers()
    for host in (f"registry.test:{server.port}", f"127.0.0.1:{server.port}", f"localhost:{server.port}"):
        assert refused(connect(), f"https://{host}/v2/") == (
            NoReply.PRIVATE,
            "it is at a loopback address, 127.0.0.1",
        )
    assert server.asked == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1"])
def test_other_ways_to_write_an_address_open_nothing(servers: Servers, own_certificate: Path, host: str) -> None:
    server = servers(plain=True)
    # the system's own resolver reads them
    connections = Connections(ReachPolicy(), tls_settings(str(own_certificate)))
    kind, _ = refused(connections, f"https://{host}:{server.port}/v2/")
    assert kind in {NoReply.PRIVATE, NoReply.LOOKUP}
    assert server.asked == []


def test_a_name_that_leads_elsewhere_later_changes_nothing(servers: Servers, connect: Connect) -> None:
    server = servers()
    forbidden = servers(address="127.0.0.2", port=server.port)
    server.answers["/v2/"] = Says(200, {"Connection": "close"})
    turns = iter([["127.0.0.1"], ["127.0.0.2"], ["127.0.0.2"]])
    connections = connect(f"registry.test:{server.port}", resolver=lambda *_: next(turns))
    for _ in range(3):
        assert get(connections, f"https://registry.test:{server.port}/v2/").status == 200
    assert (len(server.asked), len(forbidden.asked)) == (3, 0)
    assert next(turns) == ["127.0.0.2"]  # it was looked up once


def test_what_is_connected_to_is_the_address_that_was_checked(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected: list[tuple[str, int]] = []

    def create(address: tuple[str, int], *_: object, **__: object) -> None:
        connected.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(urllib3.util.connection, "create_connection", create)
    turns = iter([[PUBLIC, "127.0.0.1"], ["127.0.0.1"]])
    connections = connect(resolver=lambda *_: next(turns))
    for _ in range(2):
        assert refused(connections, "https://registry.test/v2/") == (NoReply.CONNECTION, "connection refused")
    assert connected == [(PUBLIC, 443)] * 2


def test_plain_http_goes_only_where_the_user_says_so(servers: Servers, connect: Connect) -> None:
    server = servers(plain=True)
    url = f"http://registry.test:{server.port}/v2/"
    assert refused(connect(f"registry.test:{server.port}"), url)[0] is NoReply.FORBIDDEN
    assert server.asked == []
    assert get(connect(f"http://registry.test:{server.port}"), url).status == 404


def test_a_certificate_that_nobody_vouches_for(servers: Servers) -> None:
    server = servers()
    connections = Connections(ReachPolicy([f"localhost:{server.port}"]), tls_settings(), lambda *_: ["127.0.0.1"])
    kind, text = refused(connections, f"https://localhost:{server.port}/v2/")
    assert kind is NoReply.TLS
    assert text.startswith("its certificate is not trusted: self")
    assert server.asked == []


def test_a_certificate_of_another_name(servers: Servers, connect: Connect) -> None:
    server = servers()
    kind, text = refused(connect(f"other.test:{server.port}"), f"https://other.test:{server.port}/v2/")
    assert (kind, server.asked) == (NoReply.TLS, [])
    assert "other.test" in text


def test_authorities_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "x.pem").write_text("no certificate")
    with pytest.raises(AuthoritiesError, match="it is no PEM with certificates"):
        tls_settings(str(tmp_path / "x.pem"))
    with pytest.raises(AuthoritiesError, match="it can't be read"):
        tls_settings(str(tmp_path / "missing.pem"))


# -- bounds --------------------------------------------------------------------------------------------------------


def hang(server: WireServer) -> Says:
    return Says(act=lambda _: server.stopped.wait(20) and None)


def drip(handler: BaseHTTPRequestHandler) -> None:
    for _ in range(200):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def test_a_server_that_hangs_or_drips_is_left_in_time(servers: Servers, connect: Connect) -> None:
    server = servers()
    server.answers = {"/hang": hang(server), "/drip": Says(act=drip)}
    connections = connect(f"localhost:{server.port}")
    for path in ("hang", "drip"):
        started = monotonic()
        assert refused(connections, f"https://localhost:{server.port}/{path}", 1.0) == (
            NoReply.TIMEOUT,
            "no answer in time",
        )
        assert monotonic() - started < 2.5


def test_headers_that_drip_are_left_in_time(servers: Servers, connect: Connect) -> None:
    server = servers(plain=True)

    def dripping(_: Asked) -> Says:
        return Says(act=drip, headers={})

    server.answers["/v2/"] = dripping
    original = server.http.RequestHandlerClass.do_GET  # type: ignore[attr-defined]  # a server's own

    def slow_headers(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(200):
            handler.wfile.write(b"X")
            handler.wfile.flush()
            time.sleep(0.05)
            assert number >= 0
        original(handler)

    server.http.RequestHandlerClass.do_GET = slow_headers  # type: ignore[attr-defined]  # a server's own
    started = monotonic()
    connections = connect(f"http://localhost:{server.port}")
    assert refused(connections, f"http://localhost:{server.port}/v2/", 1.0)[0] is NoReply.TIMEOUT
    assert monotonic() - started < 2.5


def test_a_resolver_that_hangs_is_left_in_time(connect: Connect) -> None:
    connections = connect(resolver=lambda *_: time.sleep(20) or [])
    started = monotonic()
    assert refused(connections, "https://registry.test/v2/", 0.5) == (
        NoReply.LOOKUP,
        "its name could not be looked up in time",
    )
    assert monotonic() - started < 2


def test_a_name_that_is_none(connect: Connect) -> None:
    def unknown(*_: object) -> list[str]:
        raise OSError(-2, "Name or service not known")

    assert refused(connect(resolver=unknown), "https://registry.test/v2/") == (
        NoReply.LOOKUP,
        "its name can't be resolved",
    )


def test_a_body_that_is_too_long_is_not_read_to_its_end(servers: Servers, connect: Connect) -> None:
    server = servers()
    sent: list[int] = []

    def endless(handler: BaseHTTPRequestHandler) -> None:
        for _ in range(2000):
            handler.wfile.write(b"x" * 65536)
            sent.append(65536)

    server.answers = {"/endless": Says(act=endless), "/long": Says(body=b"x" * 100_000)}
    connections = connect(f"localhost:{server.port}")
    for path in ("endless", "long"):
        assert refused(connections, f"https://localhost:{server.port}/{path}") == (
            NoReply.UNREADABLE,
            "its answer is longer than 16 KiB",
        )
    assert sum(sent) < 10 << 20


def test_a_packed_body_is_not_unpacked(servers: Servers, connect: Connect) -> None:
    server = servers()
    bomb = gzip.compress(b"\0" * (10 << 20))
    server.answers["/bomb"] = Says(200, {"Content-Encoding": "gzip"}, bomb)
    assert refused(connect(f"localhost:{server.port}"), f"https://localhost:{server.port}/bomb") == (
        NoReply.UNREADABLE,
        "its answer is compressed, which nobody asked for",
    )


def test_a_connection_that_was_closed_meanwhile_is_made_again(servers: Servers, connect: Connect) -> None:
    server = servers()

    def close_after(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"")

    server.answers = {"/one": Says(body=b"1"), "/closed": Says(act=close_after)}
    connections = connect(f"localhost:{server.port}")
    for _ in range(3):
        assert get(connections, f"https://localhost:{server.port}/one").body == b"1"
        assert get(connections, f"https://localhost:{server.port}/closed").body == b""


def test_what_is_no_http(servers: Servers, connect: Connect) -> None:
    server = servers(plain=True)
    # TLS is spoken to a server that speaks none
    kind, text = refused(connect(f"localhost:{server.port}"), f"https://localhost:{server.port}/v2/")
    assert kind in {NoReply.TLS, NoReply.CONNECTION}
    assert text


# -- proxies -------------------------------------------------------------------------------------------------------


def test_a_private_host_is_not_asked_through_a_proxy_either(
    servers: Servers, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = servers(plain=True)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
    connections = connect(resolver=lambda *_: ["10.0.0.5"])
    assert refused(connections, "https://registry.test/v2/")[0] is NoReply.PRIVATE
    assert refused(connections, "https://10.0.0.5/v2/")[0] is NoReply.PRIVATE
    assert refused(connections, "http://registry.test/v2/")[0] is NoReply.FORBIDDEN
    assert proxy.asked == []


def test_the_proxy_of_the_environment_leads_to_a_public_host(
    servers: Servers, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = servers(plain=True)
    lines: list[str] = []

    def tunnel(handler: BaseHTTPRequestHandler) -> None:
        lines.append(f"{handler.requestline} {handler.headers.get('Proxy-Authorization')}")
        handler.send_error(403)

    proxy.http.RequestHandlerClass.do_CONNECT = tunnel  # type: ignore[attr-defined]  # a server's own
    monkeypatch.setenv("HTTPS_PROXY", f"http://joe:pw@127.0.0.1:{proxy.port}")
    connections = connect(resolver=lambda *_: [PUBLIC])
    kind, text = refused(connections, "https://registry.test/v2/")
    assert (kind, text) == (NoReply.CONNECTION, "403 Forbidden")
    assert [re.sub(r"HTTP/1\.\d", "HTTP", line) for line in lines] == ["CONNECT registry.test:443 HTTP Basic am9lOnB3"]
