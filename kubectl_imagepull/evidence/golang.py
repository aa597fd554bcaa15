"""What the kubelet does with Go's standard library, done the same way: URLs, patterns, base64.

Facts: Go's net/url (Parse), net (SplitHostPort), path (Match; filepath.Match is the same on Linux) and encoding/base64
(StdEncoding and RawStdEncoding), Go 1.26.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from urllib.parse import unquote

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:<>\"\]-]|%25|%[89A-Fa-f][0-9A-Fa-f]|[^\x00-\x7f])*\Z")
_PORT = re.compile(r"(?::[0-9]*)?\Z")
_USER = re.compile(r"(?:[A-Za-z0-9._:~!$&'()*+,;=@-]|%[0-9A-Fa-f]{2})*\Z")
_ALPHABET = {
    char: index for index, char in enumerate(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
}
_PAD, _NEWLINES = ord("="), b"\r\n"
_QUANTUM = 4

#: One element of a pattern: what a character must be, or None for a star.
_Element = Callable[[str], bool] | None


class UnparsableUrlError(ValueError):
    """Go's net/url refuses the text; the message is its reason without any part of the text."""


class CorruptBase64Error(ValueError):
    """Go's encoding/base64 refuses the text; the message is Go's, which tells only the position."""

    def __init__(self, position: int) -> None:
        super().__init__(f"illegal base64 data at input byte {position}")


def host_and_path(url: str) -> tuple[str, str]:
    """The host (with port) and the decoded path of an http or https URL, without user, query and fragment.

    Raises UnparsableUrlError.
    """
    url, _, fragment = url.partition("#")
    if _CONTROL.search(url):
        raise UnparsableUrlError("it holds a control character")
    rest = url.partition("://")[2].partition("?")[0]
    authority, slash, path = rest.partition("/")
    user, at, host = authority.rpartition("@")
    host = _host(host)
    if at and not _USER.match(user):
        raise UnparsableUrlError("what stands before the @ is no user name")
    if _BAD_ESCAPE.search(path) or _BAD_ESCAPE.search(fragment):
        raise UnparsableUrlError("a % in it is followed by no two hexadecimal digits")
    return unquote(host), unquote(slash + path)


def _host(host: str) -> str:
    bracket = host.rfind("[")
    if bracket > 0:
        raise UnparsableUrlError("a [ may stand only at the beginning of an IPv6 address")
    if bracket == 0:
        inside, closed, port = host[1:].rpartition("]")
        if not closed or not _is_ipv6(inside):
            raise UnparsableUrlError("what stands in the brackets is no IPv6 address")
    else:
        colon = host.find(":")
        port = host[colon:] if colon >= 0 else ""
    if not _PORT.match(port):
        raise UnparsableUrlError("what follows the host's colon is no port number")
    if bracket != 0 and not _HOST.match(host):
        raise UnparsableUrlError("the host holds a character that a host can't hold")
    return host


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text.partition("%25")[0])
    except ValueError:
        return False
    return True


def split_host_port(host: str) -> tuple[str, str]:
    """Host and port as text; a host whose port can't be told apart is returned whole."""
    colon = host.rfind(":")
    if colon < 0:
        return host, ""
    name, port = host[:colon], host[colon + 1 :]
    if name.startswith("["):
        bare = name[1:-1]
        return (bare, port) if name.endswith("]") and "[" not in bare and "]" not in bare + port else (host, "")
    return (host, "") if ":" in name or "[" in host or "]" in host else (name, port)


def pattern_matches(pattern: str, name: str) -> bool:
    """Whether filepath.Match matches: `*`, `?`, `[...]` and a backslash; never where the pattern is malformed."""
    elements = _elements(pattern)
    if elements is None:
        return False
    at = position = 0
    resume: tuple[int, int] | None = None
    while True:
        if at < len(elements) and elements[at] is None:
            at += 1
            resume = at, position
        elif at == len(elements) and position == len(name):
            return True
        elif at < len(elements) and position < len(name) and _takes(elements[at], name[position]):
            at, position = at + 1, position + 1
        elif resume is not None and resume[1] < len(name) and name[resume[1]] != "/":
            at, position = resume[0], resume[1] + 1
            resume = at, position
        else:
            return False


def _takes(element: _Element, char: str) -> bool:
    return element is not None and element(char)


def _elements(pattern: str) -> list[_Element] | None:
    """The pattern's elements; None for one that Go calls malformed."""
    elements: list[_Element] = []
    position = 0
    while position < len(pattern):
        char = pattern[position]
        position += 1
        if char == "*":
            elements.append(None)
        elif char == "?":
            elements.append("/".__ne__)
        elif char == "[":
            one, position = _class(pattern, position)
            if one is None:
                return None
            elements.append(one)
        elif char == "\\":
            if position == len(pattern):
                return None
            elements.append(pattern[position].__eq__)
            position += 1
        else:
            elements.append(char.__eq__)
    return elements


def _class(pattern: str, position: int) -> tuple[_Element, int]:
    negated = pattern.startswith("^", position)
    position += negated
    ranges: list[tuple[str, str]] = []
    while not (ranges and pattern.startswith("]", position)):
        low, position = _class_char(pattern, position)
        high = low
        if pattern.startswith("-", position):
            high, position = _class_char(pattern, position + 1)
        if not low or not high:
            return None, position
        ranges.append((low, high))
    return lambda char: any(low <= char <= high for low, high in ranges) != negated, position + 1


def _class_char(pattern: str, position: int) -> tuple[str, int]:
    """One character of a class and where the next begins; "" where there is none, or nothing after it."""
    if pattern.startswith(("-", "]"), position):
        return "", position
    position += pattern.startswith("\\", position)
    return (pattern[position], position + 1) if position + 1 < len(pattern) else ("", position)


def decode_base64(text: str, *, padded: bool) -> bytes:
    """Decodes standard base64; line ends inside are passed over, anything else that doesn't belong is an error.

    Raises CorruptBase64Error with the position that Go names.
    """
    data = text.encode()
    decoded = bytearray()
    position = 0
    while position < len(data):
        values, position, ended = _quantum(data, position, padded=padded)
        bits = 0
        for value in (*values, 0, 0, 0, 0)[:_QUANTUM]:
            bits = bits << 6 | value
        decoded += bits.to_bytes(3, "big")[: max(len(values) - 1, 0)]
        if ended and position < len(data):
            raise CorruptBase64Error(position)
    return bytes(decoded)


def _quantum(data: bytes, position: int, *, padded: bool) -> tuple[list[int], int, bool]:
    """Four letters or what is left: their values, the position after them, and whether padding ended the text."""
    values: list[int] = []
    while len(values) < _QUANTUM:
        if position == len(data):
            if values and (padded or len(values) == 1):
                raise CorruptBase64Error(position - len(values))
            return values, position, True
        char = data[position]
        position += 1
        if char in _ALPHABET:
            values.append(_ALPHABET[char])
        elif char in _NEWLINES:
            continue
        elif char == _PAD and padded:
            return values, _padding(data, position, len(values)), True
        else:
            raise CorruptBase64Error(position - 1)
    return values, position, False


def _padding(data: bytes, position: int, letters: int) -> int:
    """The position after the padding whose first `=` has been read."""
    if letters <= 1:
        raise CorruptBase64Error(position - 1)
    if letters == 2:  # noqa: PLR2004 - two letters are one byte, and want two
        position = _after_newlines(data, position)
        if position == len(data):
            raise CorruptBase64Error(len(data))
        if data[position] != _PAD:
            raise CorruptBase64Error(position - 1)
        position += 1
    return _after_newlines(data, position)


def _after_newlines(data: bytes, position: int) -> int:
    while position < len(data) and data[position] in _NEWLINES:
        position += 1
    return position
