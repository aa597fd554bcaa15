"""Errors of sockets and of TLS -> the words for them."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

INTERRUPTED = "the connection was interrupted"
UNRESOLVED = "its name can't be resolved"
BAD_ADDRESS = "its address isn't a valid URL"


def too_late(limit: float) -> str:
    """Says that no answer came within so many seconds."""
    return f"no answer within {round(limit, 1):g} s"


def system_reason(error: BaseException) -> str:
    """The system's own reason for an error, or for what led to it."""
    reasons = (cause.strerror for cause in causes_of(error) if isinstance(cause, OSError) and cause.strerror)
    return _lower(next(reasons, "the request failed"))


def tls_fault(error: BaseException) -> str | None:
    """What is wrong with TLS; None where the error is none of it."""
    for cause in causes_of(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"TLS: {_lower(cause.verify_message).rstrip('.')}"
        if isinstance(cause, ssl.SSLError):
            return f"TLS: {(cause.reason or 'the handshake failed').replace('_', ' ').lower()}"
    return None


def causes_of(error: BaseException | None) -> Iterator[BaseException]:
    """An error, the errors that it holds, and those that led to it."""
    while error is not None:
        yield error
        for argument in error.args:
            if isinstance(argument, BaseException):
                yield argument
        error = error.__cause__ or error.__context__


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
