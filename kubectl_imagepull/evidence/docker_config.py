"""A pull secret -> the registries that it is for: read as the kubelet reads it.

Its values stay in here, but for the login that `login_under` gives to a question that the user asked for.

Facts: kubernetes pkg/credentialprovider (secrets/secrets.go and config.go), and Go's encoding/json, which reads fields
in any letter case, takes the last of several, passes over null and goes on after a wrong type to report the first.
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any

from kubectl_imagepull.evidence.credential import Credential, read_credential
from kubectl_imagepull.evidence.golang import CorruptBase64Error, decode_base64
from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, parse_time, text_of, version_of

#: The type of a pull secret, and the key that belongs to it.
KEYS = {"kubernetes.io/dockerconfigjson": ".dockerconfigjson", "kubernetes.io/dockercfg": ".dockercfg"}
#: The annotation of a secret that was recorded: its credentials are stand-ins, which open nothing.
STAND_INS = "kubectl-imagepull/stand-ins"
#: What Go counts as white space around a field.
GO_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
#: What tools that make recordings leave in the place of a value.
_REDACTED = re.compile(r"(?i)\W*_*(?:redacted|hidden|removed|omitted|masked|sanitized)_*\W*|\s*[*#x]{3,}\s*")
#: Fields of a Docker configuration that name a program which keeps the credentials; the kubelet runs none.
HELPER_FIELDS = ("credsStore", "credHelpers")
#: A key of a secret's data, as the API server allows it.
_DATA_KEY = re.compile(r"[-._a-zA-Z0-9]+\Z")
LOGIN_FIELDS = ("username", "password", "email", "auth")


class SecretState(str, Enum):
    """What the kubelet makes of a secret."""

    USED = "used"
    IGNORED = "ignored"
    MALFORMED = "malformed"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class AuthEntry:
    """One registry of a pull secret, and what may be told of the credential under it."""

    #: Its key as it is written: a user and a password may stand in it.
    registry: str = field(repr=False)
    #: What may be told of the user and password under that key.
    credential: Credential


@dataclass(frozen=True)
class MisfiledCredentials:
    """Credentials that a secret holds where the kubelet doesn't look: under another type or key, or in another form."""

    #: The key of the secret's data that they stand under.
    key: str
    #: The type under which the kubelet would read the same value.
    type: str
    #: The registries that they are for.
    entries: tuple[AuthEntry, ...]


@dataclass(frozen=True)
class PullSecret:
    """A secret as far as it may be told."""

    #: Its name.
    name: str
    #: What the kubelet makes of it.
    state: SecretState
    #: What is wrong with it, in the kubelet's own words where it prints some.
    fault: str = ""
    #: Its type, as it is written: `kubernetes.io/dockerconfigjson`.
    type: str = ""
    #: The keys of its data, sorted.
    keys: tuple[str, ...] = ()
    #: Its registries, in the order in which it names them.
    entries: tuple[AuthEntry, ...] = ()
    #: When it was made or last written.
    changed: datetime | None = None
    #: Its resourceVersion, which grows with every write in the cluster; None where there is none.
    version: int | None = None
    #: Whether the registries stand beside `auths` instead of in it.
    flat: bool = False
    #: What it would hold if its type, key and form went together.
    misfiled: MisfiledCredentials | None = None
    #: Whether it only says which program keeps the credentials: `credsStore`, `credHelpers`.
    delegates: bool = False
    #: Whether the API server refuses every change of its content.
    immutable: bool = False

    @property
    def is_pull_secret(self) -> bool:
        """Whether its type is one that the kubelet reads."""
        return self.type in KEYS


class MalformedConfigError(ValueError):
    """The kubelet's parser returns this error."""


def go_name(name: str) -> str:
    """A field's name as Go compares it: the long s folds to s."""
    return name.lower().replace("\u017f", "s")


class JsonPairs(list[tuple[str, Any]]):
    """A JSON object as its pairs: Go reads all of them, one after the other."""

    def named(self, field: str) -> list[Any]:
        """The values of a field, whatever the letter case of its name."""
        return [value for name, value in self if go_name(name) == field.lower()]


def read_pull_secret(secret: JsonObject) -> PullSecret:
    """Reads one secret by the kubelet's rules; nothing of its values is in what comes back."""
    metadata = object_of(secret.get("metadata"))
    data = object_of(secret.get("data"))
    kind = text_of(secret.get("type"))
    read = PullSecret(
        text_of(metadata.get("name")),
        SecretState.USED,
        type=kind or "Opaque",
        keys=tuple(sorted(data)),
        changed=_changed(metadata),
        version=version_of(secret),
        immutable=secret.get("immutable") is True,
    )
    key = KEYS.get(kind)
    if key is None or (data and key not in data):
        return replace(read, state=SecretState.IGNORED, misfiled=_misfiled(data))
    value = stored_value(data.get(key))
    if value is None:
        return replace(read, state=SecretState.HIDDEN)
    if not value:
        return read
    try:
        document = config_document(value)
        is_old = key == ".dockercfg"
        auths = _registries(document, "", "DockerConfig") if is_old else _auths(document)
        flat = isinstance(document, JsonPairs) and not document.named("auths") and any(map(_is_flat, document))
    except MalformedConfigError as error:
        return replace(read, state=SecretState.MALFORMED, fault=str(error))
    except RecursionError:
        return replace(read, state=SecretState.MALFORMED, fault="the value is nested too deep")
    holds = any(not entry.credential.is_empty for entry in auths.values())
    return replace(
        read,
        entries=tuple(auths.values()),
        flat=flat and not is_old,
        misfiled=None if holds else _misfiled({key: data.get(key)}),
        delegates=not holds and isinstance(document, JsonPairs) and any(map(document.named, HELPER_FIELDS)),
    )


def _misfiled(data: JsonObject) -> MisfiledCredentials | None:
    """The credentials in the first value that holds some, read in the form that it has; None where there are none."""
    for key in sorted(data):
        value = stored_value(data[key])
        if not value or not value.lstrip().startswith(b"{") or not _DATA_KEY.match(key):
            continue
        try:
            document = config_document(value)
            nested = isinstance(document, JsonPairs) and bool(document.named("auths"))
            auths = _auths(document) if nested else _registries(document, "", "DockerConfig")
        except (MalformedConfigError, RecursionError):
            continue
        if any(not entry.credential.is_empty for entry in auths.values()):
            kind = "kubernetes.io/dockerconfigjson" if nested else "kubernetes.io/dockercfg"
            return MisfiledCredentials(key, kind, tuple(auths.values()))
    return None


def _changed(metadata: JsonObject) -> datetime | None:
    times = [parse_time(metadata.get("creationTimestamp"))]
    times += [parse_time(writer.get("time")) for writer in objects_of(metadata.get("managedFields"))]
    return max((time for time in times if time), default=None)


def stored_value(encoded: Any) -> bytes | None:
    """A value of the secret's data; None where a recording holds something else in its place."""
    if not isinstance(encoded, str) or (encoded and _REDACTED.fullmatch(encoded)):
        return None
    try:
        value = b64decode(re.sub(r"\s", "", encoded), validate=True)
    except (binascii.Error, ValueError):
        return None
    return None if value and _REDACTED.fullmatch(value.decode(errors="replace")) else value


def config_document(value: bytes) -> Any:
    """The document that a value holds; raises MalformedConfigError, and RecursionError for one nested too deep.

    The API server lets no other through than one that is JSON.
    """
    try:
        text = value.decode(errors="replace")
        return json.loads(text, object_pairs_hook=_object, parse_int=float, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise MalformedConfigError(f"it is not valid JSON, at character {error.pos}") from None
    except MalformedConfigError:
        raise
    except ValueError:
        raise MalformedConfigError("it is not valid JSON") from None


def _no_constant(_: str) -> float:
    raise MalformedConfigError("it is not valid JSON: NaN and Infinity are none")


def _object(pairs: list[tuple[str, Any]]) -> JsonPairs:
    return JsonPairs((_text(name), _text(value) if isinstance(value, str) else value) for name, value in pairs)


def _text(text: str) -> str:
    """The text with a replacement character for what is half a character, as Go reads it."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _auths(document: Any) -> dict[str, AuthEntry]:
    entries: dict[str, AuthEntry] = {}
    for name, value in _fields(document, "", "DockerConfigJSON"):
        if go_name(name) == "auths":
            # null empties what came before
            entries = (
                {} if value is None else {**entries, **_registries(value, "DockerConfigJSON.auths", "DockerConfig")}
            )
        elif go_name(name) == "httpheaders" and value is not None:
            where = "DockerConfigJSON.HttpHeaders"
            if not isinstance(value, JsonPairs):
                raise _wrong_type(value, where, "map[string]string")
            for _, header in value:
                if header is not None and not isinstance(header, str):
                    raise _wrong_type(header, where, "string")
    return entries


def _registries(value: Any, where: str, go_type: str) -> dict[str, AuthEntry]:
    return {registry: _entry(registry, entry, where) for registry, entry in _fields(value, where, go_type)}


def _fields(value: Any, where: str, go_type: str) -> JsonPairs:
    if value is None:
        return JsonPairs()
    if not isinstance(value, JsonPairs):
        raise _wrong_type(value, where, f"credentialprovider.{go_type}")
    return value


def _entry(registry: str, entry: Any, where: str) -> AuthEntry:
    pairs = _fields(entry, where, "dockerConfigEntryWithAuth")
    value = dict.fromkeys(LOGIN_FIELDS, "")
    for name, content in pairs:
        field = go_name(name)
        if field not in value or content is None:
            continue
        if not isinstance(content, str):
            raise _wrong_type(content, f"{where or 'dockerConfigEntryWithAuth'}.{field}", "string")
        value[field] = content
    user, password = _login_of(value)
    unread = tuple(name for name in ("identitytoken", "registrytoken") if any(map(bool, pairs.named(name))))
    return AuthEntry(registry, read_credential(user, password, unread))


def _login_of(value: dict[str, str]) -> tuple[str, str]:
    return _user_and_password(value["auth"]) if value["auth"] else (value["username"], value["password"])


def login_under(secret: JsonObject, registry: str) -> tuple[str, str] | None:
    """The user and password that a secret holds under a key as it is written; None where it holds none there.

    They are for a question to that registry alone, where whoever runs the program asked for that. A recording's
    stand-ins are no login.
    """
    if STAND_INS in object_of(object_of(secret.get("metadata")).get("annotations")):
        return None
    key = KEYS.get(text_of(secret.get("type")))
    value = stored_value(object_of(secret.get("data")).get(key)) if key else None
    if not value:
        return None
    try:
        document = config_document(value)
        auths = [document] if key == ".dockercfg" else document.named("auths")
        entries = [entry for one in auths if isinstance(one, JsonPairs) for name, entry in one if name == registry]
        pairs = entries[-1] if entries and isinstance(entries[-1], JsonPairs) else JsonPairs()
        values = {name: next((text_of(one) for one in reversed(pairs.named(name))), "") for name in LOGIN_FIELDS}
        user, password = _login_of(values)
    except (MalformedConfigError, RecursionError, AttributeError):
        return None
    return (user, password) if user else None


def _user_and_password(auth: str) -> tuple[str, str]:
    try:
        decoded = decode_base64(auth, padded=auth.strip(GO_SPACE).endswith("="))
    except CorruptBase64Error as error:
        raise MalformedConfigError(str(error)) from None
    user, colon, password = decoded.decode(errors="replace").partition(":")
    if not colon:
        raise MalformedConfigError("unable to parse auth field, must be formatted as base64(username:password)")
    return user, password


#: What Go's encoding/json calls the values of JSON; everything else is a number.
_JSON_KINDS: tuple[tuple[type, str], ...] = ((JsonPairs, "object"), (list, "array"), (str, "string"), (bool, "bool"))


def _wrong_type(value: Any, where: str, wanted: str) -> MalformedConfigError:
    kind = next((name for kinds, name in _JSON_KINDS if isinstance(value, kinds)), "number")
    into = f"struct field {where}" if where else "value"
    return MalformedConfigError(f"json: cannot unmarshal {kind} into Go {into} of type {wanted}")


def _is_flat(pair: tuple[str, Any]) -> bool:
    return isinstance(pair[1], JsonPairs) and any(pair[1].named(field) for field in LOGIN_FIELDS)
