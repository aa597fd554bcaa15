"""Log lines, JSON and quotation marks around a message: what people paste."""

from __future__ import annotations

import re

from kubectl_imagepull.messages.body import registry_speaks

#: A string in Go's or JSON's quotation marks; bounded, so that a lone quote costs little.
QUOTED = r'"(?:[^"\\]|\\.){0,4096}"'
_LOG_LINE = re.compile(r'^(?:time=|(?:INFO|WARN|ERRO|FATA|DEBU|TRAC)\w*\[|")|\blevel=\w|\b[IWEF]\d{4} \d\d:\d\d:')
_LOG_ERROR = re.compile(rf"(?:^|\s)(?:err|error)=({QUOTED})")
_LOG_MESSAGE = re.compile(rf"(?:^|\s)msg=({QUOTED})")
#: A JSON object near the start: a client's error, or a log line with its fields in any order.
_JSON = re.compile(r'^[^{"]{0,120}\{\s*"')
_JSON_FIELDS = tuple(
    re.compile(rf'[{{,]\s*"{name}"\s*:\s*("(?:[^"\\]|\\.){{1,4096}}(?:"|\Z))')
    for name in ("(?:err|error)", "message", "msg")
)
_POD_WORKER = re.compile(rf"failed to \"(\w+)\" for ({QUOTED}) with (\w+): ({QUOTED}|.+)", re.DOTALL)
#: How runtimes' errors begin.
KNOWN_ERROR = (
    r"(?:rpc error: code = |failed to pull and unpack image |initializing source |Error response from daemon: "
    r"|unable to pull image|copying system image|RegistryUnavailable: |SignatureValidationFailed: |failed to resolve "
    r"|CannotPull\w+: |(?:Get|GET|Head|HEAD|Post) \"?https?://)"
)
_QUOTED_ERROR = re.compile(rf"[\"'](?={KNOWN_ERROR})")
#: kubelets before 1.3 put the error into brackets behind a guess.
_DETAILS = re.compile(r"this may be because there are no credentials on this request\.\s+details: \((.+)\)", re.DOTALL)
#: A registry's answer as JSON: its first error becomes `code: message`, as the runtimes print it.
_REGISTRY_JSON = re.compile(
    r'\{\s*"errors"\s*:\s*\[\s*\{\s*"code"\s*:\s*"(\w{1,60})"(?:\s*,\s*"message"\s*:\s*"((?:[^"\\]|\\.){0,2048})")?.*',
    re.DOTALL,
)
_BULLET = re.compile(r"[-*>|]\s+(?=[\"'`])")
_MOST_ENVELOPES = 4
_MARKUP = "\"'`*_ \t\r\n"


def without_envelope(text: str) -> str:
    """The error itself, without what people and log writers put around it."""
    for _ in range(_MOST_ENVELOPES):
        inner = _opened(text)
        if inner == text:
            break
        text = inner
    if '"errors"' in text:
        text = _REGISTRY_JSON.sub(lambda found: f"{found[1].lower().replace('_', ' ')}: {found[2] or ''}", text)
    return text


def _opened(text: str) -> str:
    """The text without its outermost envelope; the same text if there is none."""
    if "details: (" in text and (found := _DETAILS.search(text)) and not registry_speaks(text, found.start()):
        return f"{_SANDBOX_MARK if _POD_CONTAINER in text else ''}{found[1]}"
    if '"' not in text:
        return text
    return _logged(text) or _pasted(text) or text


def _logged(text: str) -> str | None:
    """The error in a log line: of a client in JSON, of logrus or klog, of the kubelet's pod worker."""
    if "{" in text and '"errors"' not in text and (start := _JSON.match(text)):
        for field in _JSON_FIELDS:
            if (found := field.search(text)) and not registry_speaks(text, start.end()):
                return unquoted(found[1])
    if '="' in text and (line := _LOG_LINE.search(text)) and not registry_speaks(text, line.start()):
        found = _LOG_ERROR.search(text) or _LOG_MESSAGE.search(text)
        if found:
            return unquoted(found[1])
    if 'failed to "' in text and (found := _POD_WORKER.search(text)) and not registry_speaks(text, found.start()):
        sandbox = found[1] == "CreatePodSandbox" or found[2] == '"POD"'
        return f"{_SANDBOX_MARK if sandbox else ''}{found[3]}: {unquoted(found[4])}"
    return None


def _pasted(text: str) -> str | None:
    """The error in a text that somebody quoted: whole, with escaped quotes, or from where a known error begins."""
    if bullet := _BULLET.match(text):
        return text[bullet.end() :]
    if text[0] in _MARKUP and text[-1] in _MARKUP:
        return text.strip(_MARKUP)
    if '\\"' in text and not _BARE_QUOTE.search(text):
        return _unescaped(text)
    if (found := _QUOTED_ERROR.search(text)) and not registry_speaks(text, found.end()):
        return text[found.end() :].rstrip("\"')}]" + _MARKUP)
    return None


_BARE_QUOTE = re.compile(r'(?<!\\)"')
_POD_CONTAINER = 'for "POD" with'
_SANDBOX_MARK = "Failed to create pod sandbox: "


def unquoted(quoted: str) -> str:
    """A quoted string's content; any other text as it is."""
    return _unescaped(quoted[1:].removesuffix('"')) if quoted.startswith('"') else quoted


_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/nrt]))')
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def _unescaped(text: str) -> str:
    def value(found: re.Match[str]) -> str:
        return chr(int(found[1], 16)) if found[1] else _ESCAPES.get(found[2], found[2])

    return _ESCAPE.sub(value, text)
