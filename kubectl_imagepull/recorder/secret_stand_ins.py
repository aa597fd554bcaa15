"""A secret -> the same secret with stand-ins for its values: evidence reads the same of it, and nothing opens with it.

Of a pull secret what the kubelet reads of it is written anew, with the same faults in it. What evidence reads of the
result is compared with what it reads of the secret itself: where they differ, the values are left out.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from kubectl_imagepull.evidence.docker_config import (
    GO_SPACE,
    HELPER_FIELDS,
    KEYS,
    LOGIN_FIELDS,
    JsonPairs,
    MalformedConfigError,
    PullSecret,
    config_document,
    go_name,
    read_pull_secret,
    stored_value,
)
from kubectl_imagepull.evidence.golang import CorruptBase64Error, UnparsableUrlError, decode_base64
from kubectl_imagepull.evidence.keyring import normalise
from kubectl_imagepull.evidence.nearest import shown_registry
from kubectl_imagepull.kube.objects import JsonObject, text_of
from kubectl_imagepull.recorder.credential_stand_ins import MARK, CredentialStandIns

#: Fields of an entry that the kubelet doesn't read, and that evidence names.
_TOKENS = ("identitytoken", "registrytoken")
_BEFORE_HOST = re.compile(r"(https?://)?(.*@)?([^@]*)\Z", re.DOTALL)
_BEHIND_HOST = re.compile(r"([?#]).+", re.DOTALL)
_IN_BASE64 = re.compile(r"[A-Za-z0-9+/]")
_PLACE = re.compile(r"at character (\d+)\Z")


class SecretStandIns:
    """Writes the secrets of one recording anew."""

    def __init__(self, stand_ins: CredentialStandIns) -> None:
        self._stand_ins = stand_ins

    def data_of(self, secret: JsonObject) -> JsonObject | None:
        """The data of a secret with stand-ins; None for a secret that has none."""
        data = secret.get("data")
        if not isinstance(data, dict):
            return None
        read = read_pull_secret(secret)
        key = KEYS.get(text_of(secret.get("type")))
        # a document is written anew where evidence reads it, and that is under one key at most
        needed = {key} if key in data else {read.misfiled.key if read.misfiled else ""}
        made = {name: self._value(encoded, is_needed=name in needed) for name, encoded in data.items()}
        if _as_shown(read_pull_secret({**secret, "data": made})) == _as_shown(read):
            return made
        return {name: MARK if encoded else encoded for name, encoded in data.items()}

    def _value(self, encoded: Any, *, is_needed: bool) -> str:
        value = stored_value(encoded)
        if value == b"":
            return ""
        if value is None or not is_needed:
            return MARK
        try:
            text = self._document(config_document(value))
        except MalformedConfigError as error:
            text = _malformed(str(error))
        except RecursionError:
            text = "[" * (value.count(b"[") + value.count(b"{"))
        return b64encode(text.encode()).decode()

    def _document(self, document: Any) -> str:
        if not isinstance(document, JsonPairs):
            # the mark alone would be taken for a value that is hidden
            return '"-"' if isinstance(document, str) else json.dumps(_kind_of(document))
        is_nested = bool(document.named("auths"))
        fields: list[tuple[str, str]] = []
        for name, value in document:
            if go_name(name) == "auths":
                fields.append((name, self._registries(value)))
            elif go_name(name) == "httpheaders":
                fields.append((name, _headers(value)))
            elif go_name(name) in map(str.lower, HELPER_FIELDS):
                fields.append((name, json.dumps(_kind_of(value))))
            elif not is_nested:
                fields.append((_registry(name), self._entry(value)))
        return _object(fields)

    def _registries(self, value: Any) -> str:
        if not isinstance(value, JsonPairs):
            return json.dumps(_kind_of(value))
        return _object((_registry(name), self._entry(entry)) for name, entry in value)

    def _entry(self, entry: Any) -> str:
        if not isinstance(entry, JsonPairs):
            return json.dumps(_kind_of(entry))
        kept = [(name, value) for name, value in entry if go_name(name) in (*LOGIN_FIELDS, *_TOKENS)]
        return _object((name, json.dumps(self._field(go_name(name), value))) for name, value in kept)

    def _field(self, name: str, value: Any) -> object:
        if not isinstance(value, str) or name in _TOKENS:
            return _kind_of(value)
        if name == "auth":
            return self._auth(value)
        if name == "username":
            return self._stand_ins.user(value)
        return self._stand_ins.password(value) if name == "password" else ""

    def _auth(self, auth: str) -> str:
        if not auth:
            return ""
        try:
            decoded = decode_base64(auth, padded=auth.strip(GO_SPACE).endswith("="))
        except CorruptBase64Error:
            # the message tells the place of what is wrong, so each character stays what it is for base64
            return "".join(_base64_shape(character) for character in auth)
        user, colon, password = decoded.decode(errors="replace").partition(":")
        text = f"{self._stand_ins.user(user)}:{self._stand_ins.password(password)}" if colon else MARK
        return b64encode(text.encode(errors="surrogatepass")).decode()


def _as_shown(secret: PullSecret) -> tuple[object, ...]:
    """What evidence can tell of a secret, with its registries as they are shown and compared."""
    misfiled = secret.misfiled
    return (
        replace(secret, entries=(), misfiled=None),
        [(*_as_compared(entry.registry), entry.credential) for entry in secret.entries],
        misfiled and (misfiled.key, misfiled.type),
        [(*_as_compared(entry.registry), entry.credential) for entry in misfiled.entries] if misfiled else [],
    )


def _as_compared(registry: str) -> tuple[str, str]:
    try:
        return shown_registry(registry), normalise(registry)
    except UnparsableUrlError as error:
        return shown_registry(registry), f"({error})"


def _registry(key: str) -> str:
    """A registry as a secret names it, without a login before the host and what a query or fragment says."""
    parts = _BEFORE_HOST.match(key)
    if parts is None:
        return key
    login = f"{MARK}@" if parts[2] else ""
    return f"{parts[1] or ''}{login}{_BEHIND_HOST.sub(rf'{chr(92)}1{MARK}', parts[3])}"


def _headers(value: Any) -> str:
    if not isinstance(value, JsonPairs):
        return json.dumps(_kind_of(value))
    return _object((f"{MARK}-{number}", json.dumps(_kind_of(header))) for number, (_, header) in enumerate(value))


def _kind_of(value: Any) -> object:
    """A value of the same kind that is as true, and says nothing else."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return MARK if value else ""
    if isinstance(value, JsonPairs):
        return {MARK: None} if value else {}
    if isinstance(value, list):
        return [None] if value else []
    return int(bool(value))


def _object(fields: Iterable[tuple[str, str]]) -> str:
    """A JSON object of fields that are JSON already; a name may stand in it twice."""
    return f"{{{', '.join(f'{json.dumps(name)}: {value}' for name, value in fields)}}}"


def _malformed(fault: str) -> str:
    """A text that is malformed in the same way, at the same place."""
    place = _PLACE.search(fault)
    if place is None:
        return "[NaN]"
    at = int(place[1])
    return f"[{' ' * (at - 1)}!" if at else "!"


def _base64_shape(character: str) -> str:
    if _IN_BASE64.match(character):
        return "A"
    return character if character in f"={GO_SPACE}" else "!" * len(character.encode(errors="surrogatepass"))
