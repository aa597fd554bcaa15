"""The faults of network and TLS in the words of other languages' libraries: glibc, Java, Python, Node.js, Rust, curl.

Go's own, which the runtimes print, stand in network.py and tls.py. These come from builders, wrappers and runtimes that
are written in something else.
"""

from __future__ import annotations

from kubectl_imagepull.messages.rules.phrase import Phrase
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import CRANE
from kubectl_imagepull.vocabulary.causes import Cause

LANGUAGES: tuple[Rule, ...] = (
    Rule(
        Cause.PROXY_FAILURE,
        "the proxy refuses the tunnel",
        (
            Phrase(
                r"Tunnel connection failed: ",
                "ERROR: HTTPSConnectionPool(host='registry.example.com', port=443): Max retries exceeded with url: "
                "/v2/ "
                "(Caused by ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 403 "
                "Forbidden')))",
                "Python: python/cpython Lib/http/client.py",
            ),
            Phrase(
                r"from proxy after CONNECT",
                "curl: (56) Received HTTP code 403 from proxy after CONNECT",
                "curl, podman's tests and shell scripts: curl/curl lib/http_proxy.c",
            ),
            Phrase(
                r"CONNECT tunnel failed",
                "curl: (56) CONNECT tunnel failed, response 403",
                "curl 7.87 and newer: curl/curl lib/cf-h1-proxy.c",
            ),
            Phrase(
                r"Unable to tunnel through proxy",
                'java.io.IOException: Unable to tunnel through proxy. Proxy returns "HTTP/1.1 407 '
                'authenticationrequired"',
                "Java, such as Jib: openjdk/jdk src/java.base/share/classes/sun/net/www/protocol/http/"
                "HttpURLConnection.java",
            ),
        ),
    ),
    Rule(
        Cause.DNS_FAILURE,
        "the host name does not resolve, or the resolver fails",
        (
            Phrase(
                r"Name or service not known",
                "failed to request: GET https://registry.example.com/v2/: Name or service not known",
                "glibc, wherever a program resolves through it: bminor/glibc sysdeps/posix/gai_strerror-strs.h",
            ),
            Phrase(
                r"Temporary failure in name resolution",
                "failed to request: GET https://registry.example.com/v2/: Temporary failure in name resolution",
                "glibc, wherever a program resolves through it: bminor/glibc sysdeps/posix/gai_strerror-strs.h",
            ),
            Phrase(
                r"[Cc]ould not resolve host",
                "curl: (6) Could not resolve host: registry.example.com",
                "curl and libcurl: curl/curl lib/hostip.c; pip, conda: curl/curl lib/strerror.c",
                more=("pull failed: could not resolve host: registry.example.com",),
            ),
            Phrase(
                r"getaddrinfo (?:ENOTFOUND|EAI_AGAIN)",
                "Error: getaddrinfo ENOTFOUND registry.example.com",
                "Node.js, such as Renovate: nodejs/node lib/dns.js",
                more=("Error: getaddrinfo EAI_AGAIN registry.example.com",),
            ),
            Phrase(
                r"UnknownHostException",
                "Caused by: java.net.UnknownHostException: registry.example.com",
                "Java, such as Jib: openjdk/jdk src/java.base/share/classes/java/net/UnknownHostException.java",
            ),
            Phrase(
                r"NameResolutionError",
                '(Caused by NameResolutionError("<urllib3.connection.HTTPSConnection object at 0x7f>: Failed to '
                "resolve 'registry.example.com'\"))",
                "Python: urllib3/urllib3 src/urllib3/exceptions.py",
            ),
            Phrase(
                r"No such host is known",
                "System.Net.Http.HttpRequestException: No such host is known. (registry.example.com:443)",
                "Windows: learn.microsoft.com, Windows Sockets error 11001 (WSAHOST_NOT_FOUND)",
            ),
            Phrase(
                r"nodename nor servname provided",
                "SocketError: getaddrinfo: nodename nor servname provided, or not known (registry.example.com:443)",
                "macOS, wherever a program resolves: apple-oss-distributions/Libinfo lookup.subproj/si_getaddrinfo.c",
            ),
            Phrase(
                r"failed to lookup address information",
                "failed to pull manifest error trying to connect: dns error: failed to lookup address information",
                "Rust, such as Kata's image-rs: rust-lang/rust library/std/src/sys/net/connection/socket.rs",
            ),
        ),
        retryable=True,
    ),
    Rule(
        Cause.HTTP_HTTPS_MISMATCH,
        "one side speaks TLS and the other doesn't",
        (
            Phrase(
                r"wrong version number",
                "SSLError(SSLError(1, '[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)'))",
                "OpenSSL, such as Python's and Ruby's: openssl/openssl ssl/record/methods/tls_common.c",
            ),
            Phrase(
                r"plain HTTP request was sent to HTTPS port",
                CRANE.replace("https", "http")
                + "unexpected status code 400 Bad Request: <html><head><title>400 The plain "
                "HTTP request was sent to HTTPS port</title></head>",
                "nginx: nginx/nginx src/http/ngx_http_special_response.c",
            ),
            Phrase(
                r"Unsupported or unrecognized SSL message",
                "javax.net.ssl.SSLException: Unsupported or unrecognized SSL message",
                "Java, such as Jib: openjdk/jdk src/java.base/share/classes/sun/security/ssl/SSLSocketInputRecord.java",
            ),
        ),
        body=True,
    ),
    Rule(
        Cause.TLS_CERTIFICATE_EXPIRED,
        "the certificate has expired",
        (
            Phrase(
                r"invalid peer certificate: Expired",
                "error sending request for url (https://registry.example.com/v2/): invalid peer certificate: Expired",
                "Rust, such as Kata's image-rs: rustls/rustls rustls/src/error.rs",
            ),
        ),
        details={"notYetValid": False},
    ),
    Rule(
        Cause.TLS_NAME_MISMATCH,
        "the certificate doesn't name the host",
        (
            Phrase(
                r"Hostname mismatch",
                "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not "
                "valid for "
                "'registry.example.com'. (_ssl.c:1006)",
                "OpenSSL, such as Python's: openssl/openssl crypto/x509/x509_txt.c",
            ),
            Phrase(
                r"does not match certificate's altnames",
                "Hostname/IP does not match certificate's altnames: Host: registry.example.com. is not in the cert's",
                "Node.js, such as Renovate: nodejs/node lib/tls.js",
            ),
            Phrase(
                r"No subject alternative",
                "javax.net.ssl.SSLHandshakeException: No subject alternative DNS name matching registry.example.com "
                "found",
                "Java, such as Jib: openjdk/jdk src/java.base/share/classes/sun/security/util/HostnameChecker.java",
            ),
        ),
    ),
    Rule(
        Cause.TLS_UNKNOWN_AUTHORITY,
        "nobody that the client trusts has signed the certificate",
        (
            Phrase(
                r"unable to get (?:local )?issuer certificate",
                "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate",
                "OpenSSL, such as Python's, Ruby's and curl's: openssl/openssl crypto/x509/x509_txt.c",
                more=("curl: (60) SSL certificate problem: unable to get issuer certificate",),
            ),
            Phrase(
                r"self[- ]signed certificate",
                "curl: (60) SSL certificate problem: self-signed certificate in certificate chain",
                "OpenSSL, such as Python's, Ruby's and curl's: openssl/openssl crypto/x509/x509_txt.c",
                more=("curl: (60) SSL certificate problem: self signed certificate",),
            ),
            Phrase(
                r"unable to verify the first certificate",
                "Error: unable to verify the first certificate",
                "Node.js, such as Renovate: nodejs/node src/crypto/crypto_common.cc",
            ),
            Phrase(
                r"unable to find valid certification path",
                "javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification "
                "path to "
                "requested target",
                "Java, such as Jib: openjdk/jdk src/java.base/share/classes/sun/security/provider/certpath/"
                "SunCertPathBuilder.java",
            ),
            Phrase(
                r"(?:UntrustedRoot|PartialChain)",
                "The remote certificate is invalid because of errors in the certificate chain: UntrustedRoot",
                ".NET: dotnet/runtime src/libraries/System.Net.Security/src/Resources/Strings.resx",
                more=("The remote certificate is invalid because of errors in the certificate chain: PartialChain",),
            ),
            Phrase(
                r"invalid peer certificate: UnknownIssuer",
                "error sending request for url (https://registry.example.com/v2/): invalid peer certificate: "
                "UnknownIssuer",
                "Rust, such as Kata's image-rs: rustls/rustls rustls/src/error.rs",
            ),
        ),
    ),
    Rule(
        Cause.CONNECT_TIMEOUT,
        "time ran out, and the text doesn't say at which stage",
        (
            Phrase(
                r"SocketTimeoutException",
                "Caused by: java.net.SocketTimeoutException: Connect timed out",
                "Java, such as Jib: openjdk/jdk src/java.base/share/classes/java/net/SocketTimeoutException.java",
            ),
            Phrase(
                r"(?:Connect|Read)TimeoutError",
                "(Caused by ConnectTimeoutError(<urllib3.connection.HTTPSConnection object at 0x7f>, 'Connection to "
                "registry.example.com timed out. (connect timeout=60)'))",
                "Python: urllib3/urllib3 src/urllib3/exceptions.py",
                more=(
                    "urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='registry.example.com', port=443)",
                ),
            ),
            Phrase(
                r"Read timed out",
                "HTTPSConnectionPool(host='registry.example.com', port=443): Read timed out.",
                "Python: psf/requests src/requests/adapters.py",
            ),
            Phrase(
                r"Net::(?:Open|Read)Timeout",
                "Net::OpenTimeout: execution expired",
                "Ruby: ruby/net-protocol lib/net/protocol.rb",
                more=("Net::ReadTimeout with #<TCPSocket:(closed)>",),
            ),
            Phrase(
                r"\bETIMEDOUT\b",
                "Error: connect ETIMEDOUT 10.20.0.99:443",
                "Node.js, such as Renovate: libuv/libuv src/unix/stream.c",
            ),
        ),
    ),
    Rule(
        Cause.CONNECTION_BROKEN,
        "the connection was up and broke off too early",
        (
            Phrase(
                r"connection closed before message completed",
                "error sending request for url (https://registry.example.com/v2/): connection closed before message "
                "completed",
                "Rust, such as Kata's image-rs: hyperium/hyper src/error.rs",
            ),
            Phrase(
                r"RemoteDisconnected",
                "('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))",
                "Python: python/cpython Lib/http/client.py",
            ),
            Phrase(
                r"socket hang up",
                "FetchError: request to https://registry.example.com/v2/ failed, reason: socket hang up",
                "Node.js, such as Renovate: nodejs/node lib/_http_client.js",
            ),
            Phrase(
                r"[Pp]remature (?:EOF|end of)",
                "Caused by: java.io.IOException: Premature EOF",
                "Java, such as Jib: openjdk/jdk src/java.base/share/classes/sun/net/www/http/ChunkedInputStream.java; "
                "Apache's client: apache/httpcomponents-core httpcore5/src/main/java/org/apache/hc/core5/http/impl/io/"
                "ContentLengthInputStream.java",
                more=(
                    "org.apache.http.ConnectionClosedException: Premature end of Content-Length delimited message body",
                    "copy failed: premature end of the answer",
                ),
            ),
            Phrase(
                r"forcibly closed by the remote host",
                "pull failed: An existing connection was forcibly closed by the remote host.",
                "Windows: learn.microsoft.com, Windows Sockets error 10054 (WSAECONNRESET)",
            ),
            Phrase(
                r"\bECONNRESET\b",
                "Error: read ECONNRESET",
                "Node.js, such as Renovate: libuv/libuv src/unix/stream.c",
            ),
            Phrase(
                r"IncompleteRead",
                "('Connection broken: IncompleteRead(8192 bytes read, 1234 more expected)', IncompleteRead(8192))",
                "Python: python/cpython Lib/http/client.py",
            ),
            Phrase(
                r"HTTP2ErrorCode",
                'Error: unknown: "StreamClosed(streamID: HTTP2StreamID(7), errorCode: HTTP2ErrorCode<0x1 ProtocolError>'
                ', location: "NIOHTTP2/HTTP2StreamChannel.swift:892")"',
                "Swift, such as Apple's container: apple/container#443",
            ),
        ),
        body=True,
    ),
    Rule(
        Cause.CONNECTION_REFUSED,
        "nothing listens there",
        (
            Phrase(
                r"\bECONNREFUSED\b",
                "Error: connect ECONNREFUSED 10.20.0.50:443",
                "Node.js, such as Renovate: libuv/libuv src/unix/stream.c",
            ),
        ),
    ),
    Rule(
        Cause.TLS_HANDSHAKE_FAILED,
        "anything else that goes wrong with TLS",
        (
            Phrase(
                r"SSLHandshakeException",
                "javax.net.ssl.SSLHandshakeException: Received fatal alert: protocol_version",
                "Java, such as Jib: openjdk/jdk src/java.base/share/classes/javax/net/ssl/SSLHandshakeException.java",
            ),
            Phrase(
                r"CERTIFICATE_VERIFY_FAILED",
                "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed (_ssl.c:1006)",
                "OpenSSL, such as Python's: openssl/openssl crypto/err/openssl.txt",
            ),
        ),
    ),
)
