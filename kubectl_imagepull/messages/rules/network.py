"""The way to the registry: proxy, DNS, TCP."""

from __future__ import annotations

from kubectl_imagepull.messages.rules.phrase import Phrase
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import (
    CONTAINERD,
    CONTAINERD_COPY,
    CONTAINERD_HEAD,
    CONTAINERD_PULL,
    CRANE,
    CRIO_PING,
    DIGEST,
    DOCKER,
    DOCKER_GET,
    PULL,
)
from kubectl_imagepull.vocabulary.causes import Cause

PROXY_AND_DNS: tuple[Rule, ...] = (
    Rule(
        Cause.PROXY_FAILURE,
        "Go's HTTP client names the proxy, or prints no more than the words with which it refuses CONNECT",
        (
            Phrase(
                r"proxyconnect ",
                CONTAINERD_HEAD + "proxyconnect tcp: dial tcp 10.0.0.5:3128: connect: connection refused",
                "Go: golang/go src/net/http/transport.go",
            ),
            Phrase(
                r"socks connect ",
                CONTAINERD_HEAD + "socks connect tcp 10.0.0.5:1080->registry.example.com:443: dial tcp 10.0.0.5:1080: "
                "connect: connection refused",
                "Go: golang/go src/net/http/socks_bundle.go",
            ),
            # a status without its number, at the end of a line: nobody but Go's answer to CONNECT prints that
            Phrase(
                r"(?:Head|Get|Post) <(?:blob-)?url>: (?:Bad Gateway|Bad Request|Forbidden|Gateway Time-?out"
                r"|Internal Server Error|Method Not Allowed|Not Found|Not Implemented|Proxy Authentication Required"
                r"|Request Timeout|Service Unavailable|Tunnel or SSL Forbidden|Unauthorized)\.?(?:$|\s)",
                CONTAINERD_HEAD + "Forbidden",
                "Go, with the proxy's words: golang/go src/net/http/transport.go, src/net/http/status.go",
                more=(
                    CONTAINERD_COPY
                    + f'httpReadSeeker: failed open: failed to do request: Get "https://registry.example.com/'
                    f'v2/team/app/blobs/{DIGEST}": Forbidden',
                    DOCKER_GET + "Bad Gateway",
                    DOCKER_GET + "Bad Request",
                    DOCKER_GET + "Gateway Timeout",
                    DOCKER_GET + "Gateway Time-out",
                    DOCKER_GET + "Internal Server Error",
                    DOCKER_GET + "Method Not Allowed",
                    DOCKER_GET + "Not Found",
                    DOCKER_GET + "Not Implemented",
                    DOCKER_GET + "Proxy Authentication Required",
                    DOCKER_GET + "Request Timeout",
                    DOCKER_GET + "Service Unavailable",
                    DOCKER_GET + "Tunnel or SSL Forbidden",
                    DOCKER_GET + "Unauthorized",
                    CONTAINERD + "failed to authorize: failed to fetch oauth token: Post "
                    '"https://auth.example.com/token": Forbidden',
                    (
                        'docker: Error response from daemon: Get "https://registry.example.com/v2/": Forbidden.\n'
                        "See 'docker run --help'."
                    ),
                ),
            ),
        ),
        examples=(DOCKER_GET + "proxyconnect tcp: dial tcp: lookup proxy.example.com on 10.0.0.2:53: no such host",),
    ),
    Rule(
        Cause.PROXY_FAILURE,
        "the words of a proxy, which came in place of the registry's answer",
        (
            Phrase(
                r"The requested URL could not be retrieved",
                DOCKER + "error parsing HTTP 503 response body: invalid character '<' looking for beginning of value: "
                '"<!DOCTYPE html><html><head><title>ERROR: The requested URL could not be retrieved</title>"',
                "Squid: squid-cache/squid errors/templates/ERR_CONNECT_FAIL",
            ),
            Phrase(
                r"^connecting to \S+: ",
                DOCKER + "denied: connecting to blobs.example.com:80: dial tcp 10.20.0.99:80: i/o timeout",
                "Docker Desktop's proxy: BidingCC/BuildingAI#2",
            ),
        ),
        body=True,
    ),
    Rule(
        Cause.DNS_FAILURE,
        "the resolver says that there is no such name",
        (
            Phrase(
                r"no such host",
                CONTAINERD_HEAD + "dial tcp: lookup registry.example.com on 10.0.0.2:53: no such host",
                "Go: golang/go src/net/net.go",
            ),
        ),
        examples=(CRIO_PING + "dial tcp: lookup registry.example.com: no such host",),
    ),
    Rule(
        Cause.DNS_FAILURE,
        "the look-up itself failed: the resolver is down, slow or refuses",
        (
            Phrase(
                r"\blookup <host>:(?: |$)",
                CONTAINERD_HEAD + "dial tcp: lookup registry.example.com on 127.0.0.53:53: server misbehaving",
                "Go, also where the text was cut off: golang/go src/net/net.go",
                more=(CONTAINERD_HEAD + "dial tcp: lookup registry.example.com",),
            ),
        ),
        examples=(
            DOCKER_GET + "dial tcp: lookup registry.example.com on 10.0.0.2:53: read udp 10.0.0.9:59506->10.0.0.2:53: "
            "i/o timeout",
            DOCKER_GET + "dial tcp: lookup registry.example.com on [::1]:53: dial udp [::1]:53: connect: cannot assign "
            "requested address",
        ),
        retryable=True,
    ),
    Rule(
        Cause.HTTP_HTTPS_MISMATCH,
        "the other side speaks HTTP where HTTPS is expected, or the other way round",
        (
            Phrase(
                r"server gave HTTP response to HTTPS client",
                CONTAINERD_HEAD + "http: server gave HTTP response to HTTPS client",
                "Go: golang/go src/net/http/client.go",
            ),
            Phrase(
                r"first record does not look like a TLS handshake",
                CRIO_PING + "tls: first record does not look like a TLS handshake",
                "Go: golang/go src/crypto/tls/conn.go",
            ),
            Phrase(
                r"oversized record received",
                DOCKER_GET + "tls: oversized record received with length 20527",
                "Go: golang/go src/crypto/tls/conn.go",
            ),
            Phrase(
                r"malformed HTTP response",
                DOCKER + 'Get "http://registry.example.com:5000/v2/": net/http: HTTP/1.x transport connection broken: '
                'malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"',
                "Go: golang/go src/net/http/response.go",
            ),
            Phrase(
                r"Client sent an HTTP request to an HTTPS server",
                CRANE.replace("https", "http") + "unexpected status code 400 Bad Request: Client sent an HTTP request "
                "to an HTTPS server.",
                "a registry in Go: golang/go src/net/http/server.go",
            ),
        ),
    ),
    Rule(
        Cause.HTTP_HTTPS_MISMATCH,
        "a TLS server answers 400 to a request in plain HTTP",
        (
            Phrase(
                r"<http-url>: 400 Bad Request",
                CONTAINERD + "unexpected status from HEAD request to http://registry.example.com/v2/team/app/"
                "manifests/1.2.3: 400 Bad Request",
                "a registry in Go: golang/go src/net/http/server.go",
            ),
        ),
        status=(400,),
        alternatives=(Cause.INVALID_REFERENCE,),
    ),
)

CONNECTION: tuple[Rule, ...] = (
    Rule(
        Cause.CONNECT_TIMEOUT,
        "TCP connects, but the TLS handshake never finishes: the MTU, a firewall or an overloaded registry",
        (
            Phrase(
                r"TLS handshake timeout",
                CONTAINERD_HEAD + "net/http: TLS handshake timeout",
                "Go: golang/go src/net/http/transport.go",
            ),
            Phrase(
                r"tlsHandshakeTimeoutError",
                'DEBU[0091] Ping https://registry.example.com/v2/ err &url.Error{Op:"Get", '
                'URL:"https://registry.example.com/v2/", Err:http.tlsHandshakeTimeoutError{}}',
                "Go's name of the same, in the debug log of podman and buildah: golang/go src/net/http/transport.go",
            ),
        ),
        details={"stage": "tls"},
    ),
    Rule(
        Cause.CONNECT_TIMEOUT,
        "the answer started, but didn't finish in time",
        (
            Phrase(
                r"while reading body",
                DOCKER + "net/http: request canceled (Client.Timeout or context cancellation while reading body)",
                "Go: golang/go src/net/http/client.go",
            ),
            Phrase(
                r"read tcp .{0,120}(?:i/o timeout|connection timed out)",
                CONTAINERD_COPY + "read tcp 10.0.0.9:43720->10.0.0.5:443: read: connection timed out",
                "Go: golang/go src/net/net.go",
                more=(CONTAINERD_COPY + "read tcp 10.0.0.9:43720->10.0.0.5:443: i/o timeout",),
            ),
        ),
        details={"stage": "body"},
    ),
    Rule(
        Cause.CONNECT_TIMEOUT,
        "nothing answers the connection attempt: packets are dropped",
        (
            Phrase(
                r"dial tcp <ip>: (?:\w+: )?(?:i/o timeout|(?:connection|operation) timed out)",
                CONTAINERD_HEAD + "dial tcp 10.20.0.99:443: i/o timeout",
                "Go (operation timed out is macOS): golang/go src/net/net.go, src/syscall/zerrors_darwin_arm64.go",
                more=(
                    CONTAINERD_HEAD + "dial tcp 10.20.0.99:443: connect: connection timed out",
                    CRANE + "dial tcp 10.20.0.99:443: connect: operation timed out",
                ),
            ),
            Phrase(
                r"request canceled while waiting for connection",
                DOCKER_GET + "net/http: request canceled while waiting for connection (Client.Timeout exceeded while "
                "awaiting headers)",
                "Go: golang/go src/net/http/transport.go",
            ),
            Phrase(
                r"did not properly respond after a period",
                DOCKER_GET + "dial tcp 10.20.0.99:443: connectex: A connection attempt failed because the connected "
                "party did not properly respond after a period of time, or established connection failed because "
                "connected host has failed to respond.",
                "Windows: learn.microsoft.com, Windows Sockets error 10060 (WSAETIMEDOUT)",
            ),
        ),
        details={"stage": "dial"},
    ),
    Rule(
        Cause.CONNECT_TIMEOUT,
        "the request was sent, but no answer started in time",
        (
            Phrase(
                r"awaiting (?:response )?headers",
                CONTAINERD_HEAD + "net/http: timeout awaiting response headers",
                "Go: golang/go src/net/http/transport.go, src/net/http/client.go",
                more=(DOCKER_GET + "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",),
            ),
        ),
        details={"stage": "headers"},
    ),
    Rule(
        Cause.CONNECTION_BROKEN,
        "the connection was up and broke off too early",
        (
            Phrase(
                r"[Cc]onnection reset",
                CONTAINERD_COPY + "read tcp 10.0.0.9:43720->10.0.0.5:443: read: connection reset by peer",
                "Linux, in Go's words and in glibc's: golang/go src/syscall/zerrors_linux_amd64.go (ECONNRESET)",
                more=("error sending request for url (https://registry.example.com/v2/): Connection reset by peer",),
            ),
            Phrase(
                r"broken pipe",
                DOCKER_GET + "write tcp 10.0.0.9:43720->10.0.0.5:443: write: broken pipe",
                "Linux: golang/go src/syscall/zerrors_linux_amd64.go (EPIPE)",
            ),
            Phrase(
                r"software caused connection abort",
                DOCKER_GET + "read tcp 10.0.0.9:43720->10.0.0.5:443: read: software caused connection abort",
                "Linux: golang/go src/syscall/zerrors_linux_amd64.go (ECONNABORTED)",
            ),
            Phrase(
                r"\bwsarecv: ",
                DOCKER_GET + "read tcp 10.0.0.9:43720->10.0.0.5:443: wsarecv: An established connection was aborted by "
                "the software in your host machine.",
                "Go on Windows: golang/go src/net/fd_windows.go",
            ),
            Phrase(
                r"use of closed network connection",
                CONTAINERD_COPY + "read tcp 10.0.0.9:43720->10.0.0.5:443: use of closed network connection",
                "Go: golang/go src/internal/poll/fd.go",
            ),
            Phrase(
                r"server closed idle connection",
                DOCKER_GET + "http: server closed idle connection",
                "Go: golang/go src/net/http/transport.go",
            ),
            Phrase(
                r"transport connection broken",
                DOCKER_GET + "net/http: HTTP/1.x transport connection broken: malformed MIME header line: garbage",
                "Go: golang/go src/net/http/transport.go",
            ),
            Phrase(
                r"http2: ",
                CONTAINERD_COPY + "http2: server sent GOAWAY and closed the connection; LastStreamID=1999, "
                'ErrCode=NO_ERROR, debug=""',
                "Go: golang/go src/net/http/h2_bundle.go",
            ),
            Phrase(
                r"stream error: ",
                CONTAINERD_COPY + "stream error: stream ID 7; INTERNAL_ERROR; received from peer",
                "Go: golang/go src/net/http/h2_bundle.go",
            ),
            Phrase(
                r"failed to read expected number of bytes",
                CONTAINERD_PULL + "failed to read expected number of bytes",
                "containerd: containerd/containerd plugins/content/local/writer.go",
            ),
            Phrase(
                r"bad record MAC",
                CONTAINERD_COPY + "local error: tls: bad record MAC",
                "Go: golang/go src/crypto/tls/alert.go",
            ),
        ),
    ),
    Rule(
        Cause.CONNECTION_BROKEN,
        "what was read ended too early, and the text doesn't say more",
        (
            Phrase(
                r"(?:^|: |unexpected )EOF\b",
                CONTAINERD_HEAD + "EOF",
                "Go: golang/go src/io/io.go",
                more=(
                    PULL + "rpc error: code = Unknown desc = EOF",
                    PULL + "writing blob: happened during read: unexpected EOF",
                ),
            ),
        ),
        weak=True,
    ),
    Rule(
        Cause.CONNECTION_REFUSED,
        "the host answers the connection attempt with a refusal: nothing listens there",
        (
            Phrase(
                r"[Cc]onnection refused",
                CONTAINERD_HEAD + "dial tcp 10.20.0.50:5000: connect: connection refused",
                "Linux, in Go's words and in glibc's: golang/go src/syscall/zerrors_linux_amd64.go (ECONNREFUSED)",
                more=("Caused by: java.net.ConnectException: Connection refused (Connection refused)",),
            ),
            Phrase(
                r"actively refused",
                DOCKER_GET + "dial tcp 10.20.0.50:443: connectex: No connection could be made because the target "
                "machine actively refused it.",
                "Windows: learn.microsoft.com, Windows Sockets error 10061 (WSAECONNREFUSED)",
            ),
        ),
        examples=(
            PULL + "RegistryUnavailable: pinging container registry registry.example.com: Get "
            '"https://registry.example.com/v2/": dial tcp 10.20.0.50:443: connect: connection refused',
        ),
    ),
    Rule(
        Cause.NETWORK_UNREACHABLE,
        "the node has no route to the address",
        (
            Phrase(
                r"[Nn]o route to host",
                CONTAINERD_HEAD + "dial tcp 10.20.0.200:443: connect: no route to host",
                "Linux, in Go's words and in glibc's: golang/go src/syscall/zerrors_linux_amd64.go (EHOSTUNREACH)",
                more=("Caused by: java.net.NoRouteToHostException: No route to host (Host unreachable)",),
            ),
            Phrase(
                r"[Nn]etwork is (?:unreachable|down)",
                DOCKER_GET + "dial tcp [2001:db8::1]:443: connect: network is unreachable",
                "Linux, in Go's words and in glibc's: golang/go src/syscall/zerrors_linux_amd64.go (ENETUNREACH, "
                "ENETDOWN)",
                more=(
                    DOCKER_GET + "dial tcp 10.20.0.200:443: connect: network is down",
                    "error sending request for url (https://registry.example.com/v2/): Network is unreachable",
                ),
            ),
            Phrase(
                r"host is down",
                DOCKER_GET + "dial tcp 10.20.0.200:443: connect: host is down",
                "Linux: golang/go src/syscall/zerrors_linux_amd64.go (EHOSTDOWN)",
            ),
            Phrase(
                r"cannot assign requested address",
                DOCKER_GET + "dial tcp 10.20.0.200:443: connect: cannot assign requested address",
                "Linux: golang/go src/syscall/zerrors_linux_amd64.go (EADDRNOTAVAIL)",
            ),
            Phrase(
                r"address family not supported",
                DOCKER_GET + "dial tcp [2001:db8::1]:443: socket: address family not supported by protocol",
                "Linux: golang/go src/syscall/zerrors_linux_amd64.go (EAFNOSUPPORT)",
            ),
            Phrase(
                r"unreachable (?:network|host)",
                DOCKER_GET + "dial tcp 10.20.0.200:443: connectex: A socket operation was attempted to an unreachable "
                "network.",
                "Windows: learn.microsoft.com, Windows Sockets errors 10051 and 10065 (WSAENETUNREACH, "
                "WSAEHOSTUNREACH)",
                more=(
                    DOCKER_GET + "dial tcp 10.20.0.200:443: connectex: A socket operation was attempted to an "
                    "unreachable host.",
                ),
            ),
        ),
    ),
)
