"""The way to the registry: proxy, DNS, TCP, TLS."""

from __future__ import annotations

from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import CONTAINERD, CONTAINERD_HEAD, CRIO_PING, DOCKER, DOCKER_GET, PULL
from kubectl_imagepull.vocabulary.causes import Cause

_REASON_PHRASES = (
    r"(?:Forbidden|Bad Gateway|Service Unavailable|Gateway Time-?out|Proxy Authentication Required|Bad Request"
    r"|Internal Server Error|Method Not Allowed|Not Found|Unauthorized|Access Denied|Not Implemented|Request Timeout)"
)

NETWORK: tuple[Rule, ...] = (
    Rule(
        Cause.PROXY_FAILURE,
        rf"proxyconnect |Proxy Authentication Required|socks connect|Tunnel or SSL Forbidden"
        rf"|(?:Head|Get|Post|Put) <(?:http-)?url>: {_REASON_PHRASES}\.?(?:$|[\s\"'])|connect(?:ing)? to proxy",
        "Go's transport prints only the reason phrase when the proxy refuses CONNECT (net/http transport.go)",
        (
            CONTAINERD_HEAD + "proxyconnect tcp: dial tcp 10.0.0.5:3128: connect: connection refused",
            CONTAINERD_HEAD + "Forbidden",
            DOCKER_GET + "Proxy Authentication Required",
            DOCKER_GET + "proxyconnect tcp: dial tcp: lookup proxy.example.com on 10.0.0.2:53: no such host",
        ),
    ),
    Rule(
        Cause.DNS_FAILURE,
        r"no such host|nodename nor servname|Name or service not known|[Cc]ould not resolve host|NXDOMAIN",
        "the resolver says that there is no such name",
        (
            CONTAINERD_HEAD + "dial tcp: lookup registry.example.com on 10.0.0.2:53: no such host",
            CRIO_PING + "dial tcp: lookup registry.example.com: no such host",
        ),
    ),
    Rule(
        Cause.DNS_FAILURE,
        r"\blookup (?:<host>|\S+): |server misbehaving|Temporary failure in name resolution|no answer from DNS"
        r"|dial udp "
        r"|failed to resolve host|cannot resolve host|could not be resolved",
        "the look-up itself failed: the resolver is down, slow or refuses",
        (
            CONTAINERD_HEAD + "dial tcp: lookup registry.example.com on 127.0.0.53:53: server misbehaving",
            DOCKER_GET + "dial tcp: lookup registry.example.com on 10.0.0.2:53: read udp 10.0.0.9:59506->10.0.0.2:53: "
            "i/o timeout",
            DOCKER_GET + "dial tcp: lookup registry.example.com on [::1]:53: dial udp [::1]:53: connect: cannot assign "
            "requested address",
        ),
        retryable=True,
    ),
    Rule(
        Cause.HTTP_HTTPS_MISMATCH,
        r"server gave HTTP response to HTTPS client|first record does not look like a TLS handshake"
        r"|malformed HTTP (?:response|status)|[Cc]lient sent an HTTP request to an HTTPS server"
        r"|oversized record received"
        r"|plain HTTP request was sent to HTTPS port|wrong version number|server gave HTTP response",
        "net/http and crypto/tls, when the other side speaks the other protocol",
        (CONTAINERD_HEAD + "http: server gave HTTP response to HTTPS client",),
    ),
    Rule(
        Cause.HTTP_HTTPS_MISMATCH,
        r"<http-url>: 400 Bad Request",
        "a TLS server answers 400 to a request in plain HTTP",
        (
            CONTAINERD + "unexpected status from HEAD request to http://registry.example.com/v2/team/app/manifests/"
            "1.2.3: 400 Bad Request",
        ),
        status=(400,),
        alternatives=(Cause.INVALID_REFERENCE,),
    ),
    Rule(
        Cause.TLS_CERTIFICATE_EXPIRED,
        r"certificate (?:is not yet valid|has expired or is not yet valid: current time <time> is before)",
        "crypto/x509: the certificate is not valid yet, which mostly means that the node's clock is wrong",
        (
            CONTAINERD_HEAD + "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: "
            "current time 2020-01-01T00:00:00Z is before 2026-10-19T22:01:52Z",
        ),
        details={"notYetValid": True},
    ),
    Rule(
        Cause.TLS_CERTIFICATE_EXPIRED,
        r"certificate has expired|expired certificate|certificate (?:is )?expired",
        "crypto/x509",
        (
            CONTAINERD_HEAD + "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: "
            "current time 2026-11-23T22:48:15Z is after 2026-10-19T22:01:52Z",
            DOCKER_GET + "x509: certificate has expired or is not yet valid",
        ),
        details={"notYetValid": False},
    ),
    Rule(
        Cause.TLS_NAME_MISMATCH,
        r"certificate is (?:valid for|not valid for)|any IP SANs|legacy Common Name|not valid for any names"
        r"|(?:host ?name|name) .{0,120}(?:does not|doesn't) match .{0,60}certificate",
        "crypto/x509: the certificate doesn't name the host",
        (
            CONTAINERD_HEAD + "tls: failed to verify certificate: x509: certificate is valid for "
            "old.example.com, old, not registry.example.com",
            DOCKER_GET + "x509: cannot validate certificate for 10.0.0.5 because it doesn't contain any IP SANs",
        ),
    ),
    Rule(
        Cause.TLS_UNKNOWN_AUTHORITY,
        r"signed by unknown authority|certificate verify failed|certificate is not trusted"
        r"|unable to get local issuer|[Ss]elf[- ]signed certificate",
        "crypto/x509: nobody that the node trusts has signed the certificate",
        (
            CONTAINERD_HEAD + "tls: failed to verify certificate: x509: certificate signed by unknown authority",
            DOCKER_GET + 'x509: certificate signed by unknown authority (possibly because of "x509: invalid signature: '
            'parent certificate cannot sign this kind of certificate" while trying to verify candidate authority)',
        ),
    ),
    Rule(
        Cause.CONNECT_TIMEOUT,
        r"TLS handshake timeout",
        "the TCP connection stands, and the TLS handshake doesn't end: an MTU, a firewall or an overloaded registry",
        (CONTAINERD_HEAD + "net/http: TLS handshake timeout",),
        details={"stage": "tls"},
    ),
    Rule(
        Cause.CONNECT_TIMEOUT,
        r"while reading body|read tcp .{0,120}(?:i/o timeout|timed out)",
        "the answer began and did not end in time",
        (
            PULL + 'failed to pull and unpack image "registry.example.com/team/app:1.2.3": failed to copy: read tcp '
            "10.0.0.9:43720->10.0.0.5:443: read: connection timed out",
            DOCKER + "net/http: request canceled (Client.Timeout or context cancellation while reading body)",
        ),
        details={"stage": "body"},
    ),
    Rule(
        Cause.CONNECT_TIMEOUT,
        r"dial tcp[^:]*(?::\d+)?: (?:connect: )?(?:i/o timeout|connection timed out|operation timed out)"
        r"|request canceled while waiting for connection|failed to respond|did not properly respond after a period"
        r"|connect(?:ion)?: (?:connection|operation) timed out|[Cc]onnection timed out|connect timed out",
        "no answer to the connection attempt: packets are dropped",
        (
            CONTAINERD_HEAD + "dial tcp 10.20.0.99:443: i/o timeout",
            DOCKER_GET + "net/http: request canceled while waiting for connection (Client.Timeout exceeded while "
            "awaiting headers)",
        ),
        details={"stage": "dial"},
    ),
    Rule(
        Cause.CONNECT_TIMEOUT,
        r"timeout awaiting response headers|exceeded while awaiting headers|awaiting headers",
        "the request was sent, and no answer began in time",
        (
            CONTAINERD_HEAD + "net/http: timeout awaiting response headers",
            DOCKER_GET + "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
        ),
        details={"stage": "headers"},
    ),
    Rule(
        Cause.CONNECTION_BROKEN,
        r"connection reset|forcibly closed|broken pipe|bad record MAC|stream error|use of closed network connection"
        r"|server closed idle connection|GOAWAY|INTERNAL_ERROR|http2: |short read: expected|transport connection broken"
        r"|connection (?:was )?(?:closed|aborted)|software caused connection abort|\bwsarecv\b|unexpected EOF"
        r"|(?:^|[:\s])EOF(?=$|[\s.,;)\"])",
        "the connection stood and ended too early",
        (
            PULL + 'failed to pull and unpack image "registry.example.com/team/app:1.2.3": failed to copy: read tcp '
            "10.0.0.9:43720->10.0.0.5:443: read: connection reset by peer",
            CONTAINERD_HEAD + "EOF",
            PULL + "writing blob: happened during read: unexpected EOF",
        ),
    ),
    Rule(
        Cause.CONNECTION_REFUSED,
        r"connection refused|actively refused",
        "the host answers the connection attempt with a refusal: nothing listens there",
        (
            CONTAINERD_HEAD + "dial tcp 10.20.0.50:5000: connect: connection refused",
            PULL + "RegistryUnavailable: pinging container registry registry.example.com: Get "
            '"https://registry.example.com/v2/": dial tcp 10.20.0.50:443: connect: connection refused',
        ),
    ),
    Rule(
        Cause.NETWORK_UNREACHABLE,
        r"no route to host|network is unreachable|host is unreachable|host is down|network is down"
        r"|cannot assign requested address|unreachable (?:network|host)|address family not supported",
        "the node has no way to the address",
        (
            CONTAINERD_HEAD + "dial tcp 10.20.0.200:443: connect: no route to host",
            DOCKER_GET + "dial tcp [2001:db8::1]:443: connect: network is unreachable",
        ),
    ),
    Rule(
        Cause.TLS_HANDSHAKE_FAILED,
        r"\btls: |\bx509: |SSL handshake|\[SSL: |SSL routines|handshake failure|SSL_ERROR|ssl3_",
        "any other error of crypto/tls or crypto/x509",
        (DOCKER_GET + "remote error: tls: handshake failure",),
    ),
)
