"""Log lines, JSON and quotation marks around a message: what people paste."""

from __future__ import annotations

import re

from kubectl_imagepull.messages.body import registry_speaks, spelled_out
from kubectl_imagepull.messages.escapes import QUOTED, unescaped, unquoted

_LOG_LINE = re.compile(r'^(?:time=|(?:INFO|WARN|ERRO|FATA|DEBU|TRAC)\w*\[|")|\blevel=\w|\b[IWEF]\d{4} \d\d:\d\d:')
_LOG_ERROR = re.compile(rf"(?:^|\s)(?:err|error)=({QUOTED})")
_LOG_MESSAGE = re.compile(rf"(?:^|\s)msg=({QUOTED})")
#: A JSON object near the start: a client's error, or a log line with its fields in any order.
_JSON = re.compile(r'^[^{"]{0,120}\{\s*"')
_JSON_FIELDS = tuple(
    re.compile(rf'[{{,]\s*"{name}"\s*:\s*("(?:[^"\\]|\\.){{1,4096}}(?:"|\Z))')
    for name in ("(?:err|error)", "stderr", "message", "msg")
)
#: A field of a JSON object that was copied without its braces.
_LONE_FIELD = re.compile(r'\s*"[\w.-]{1,60}"\s*:\s*("(?:[^"\\]|\\.){1,8192}(?:"|\Z))')
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
_BULLET = re.compile(r"[-*>|]\s+(?=[\"'`])")
_MOST_ENVELOPES = 4
_MARKUP = "\"'`*_ \t\r\n"
_BARE_QUOTE = re.compile(r'(?<!\\)"')
#: The kubelet's older name for the container that holds the sandbox.
_POD_CONTAINER = 'for "POD" with'
#: What marks an error as the sandbox's once its envelope is gone (see unwrap).
_SANDBOX_MARK = "Failed to create pod sandbox: "


def without_envelope(text: str) -> str:
    """The error itself, without what people and log writers put around it."""
    for _ in range(_MOST_ENVELOPES):
        inner = _opened(text)
        if inner == text:
            break
        text = inner
    return spelled_out(text)


def _opened(text: str) -> str:
    """The text without its outermost envelope; the same text if there is none."""
    details = _DETAILS.search(text) if "details: (" in text else None
    if details and not registry_speaks(text, details.start()):
        return f"{_SANDBOX_MARK if _POD_CONTAINER in text else ''}{details[1]}"
    if '"' not in text:
        return text
    # each of them looks for a cheap mark before it searches for a pattern: most texts are no log lines
    for opened in (_json_field, _log_field, _pod_worker_error, _pasted):
        inner = opened(text)
        if inner:
            return inner
    return text


def _json_field(text: str) -> str | None:
    """The error in JSON: of a client, or a log line with its fields in any order."""
    if text.startswith('"') and (lone := _LONE_FIELD.match(text)):
        return unquoted(lone[1])
    start = _JSON.match(text) if "{" in text and '"errors"' not in text else None
    if not start:
        return None
    for pattern in _JSON_FIELDS:
        field = pattern.search(text)
        if field and not registry_speaks(text, start.end()):
            return unquoted(field[1])
    return None


def _log_field(text: str) -> str | None:
    """The error in a line of logrus or klog: NAME="VALUE"."""
    line = _LOG_LINE.search(text) if '="' in text else None
    if not line or registry_speaks(text, line.start()):
        return None
    field = _LOG_ERROR.search(text) or _LOG_MESSAGE.search(text)
    return unquoted(field[1]) if field else None


def _pod_worker_error(text: str) -> str | None:
    """The error in a sentence of the kubelet's pod worker: failed to "STEP" for "CONTAINER" with REASON: "ERROR"."""
    worker = _POD_WORKER.search(text) if 'failed to "' in text else None
    if not worker or registry_speaks(text, worker.start()):
        return None
    step, container, reason, error = worker.groups()
    sandbox = step == "CreatePodSandbox" or container == '"POD"'
    return f"{_SANDBOX_MARK if sandbox else ''}{reason}: {unquoted(error)}"


def _pasted(text: str) -> str | None:
    """The error in a text that somebody quoted: whole, with escaped quotes, or from where a known error begins."""
    bullet = _BULLET.match(text)
    if bullet:
        return text[bullet.end() :]
    if text[0] in _MARKUP and text[-1] in _MARKUP:
        return text.strip(_MARKUP)
    if '\\"' in text and not _BARE_QUOTE.search(text):
        return unescaped(text)
    quoted = _QUOTED_ERROR.search(text)
    if quoted and not registry_speaks(text, quoted.end()):
        return text[quoted.end() :].rstrip("\"')}]" + _MARKUP)
    return None
