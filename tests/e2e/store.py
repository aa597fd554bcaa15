"""What the API server has stored, read and put back past it: exact to the byte, with uids, in one request for all."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import NamedTuple

import urllib3

#: The API server's own housekeeping.
_NOISE = ("/registry/leases/", "/registry/masterleases/", "/registry/peerserverleases/", "/registry/events/")
_SECRETS, _PODS = "/registry/secrets/", "/registry/pods/"
_FIRST, _AFTER_LAST = b"/registry/", b"/registry0"


class Stored(NamedTuple):
    """A value, and the revision in which it was written."""

    revision: str
    value: bytes = b""


#: Stands for what isn't there.
_NOTHING = Stored("")


class Store:
    """etcd, through its JSON gateway."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool = urllib3.PoolManager()

    def all(self, *, values: bool = False) -> dict[str, Stored]:
        """Key -> what stands under it; the values only on request."""
        asked = {"key": _text(_FIRST), "range_end": _text(_AFTER_LAST), "keys_only": not values}
        found = self._ask("range", asked).get("kvs", ())
        pairs = {b64decode(one["key"]).decode(): one for one in found}
        return {
            key: Stored(one["mod_revision"], b64decode(one.get("value", "")))
            for key, one in pairs.items()
            if not key.startswith(_NOISE)
        }

    def put_back(self, wanted: Mapping[str, Stored], now: Mapping[str, Stored]) -> None:
        """Makes everything as it was: what is new goes, what changed or went away is written again."""
        for key in now.keys() - wanted.keys():
            self._ask("deleterange", {"key": _text(key.encode())})
        again = [key for key, stored in wanted.items() if now.get(key, _NOTHING).revision != stored.revision]
        if any(key.startswith(_SECRETS) for key in again):
            # the kubelet's part: it has tried since, so that no secret is newer than the last try
            again = [
                *(key for key in again if not key.startswith(_PODS)),
                *(key for key in wanted if key.startswith(_PODS)),
            ]
        for key in again:
            self._ask("put", {"key": _text(key.encode()), "value": _text(wanted[key].value)})

    def _ask(self, what: str, body: Mapping[str, object]) -> dict[str, list[dict[str, str]]]:
        answer = self._pool.request("POST", f"{self._url}/v3/kv/{what}", body=json.dumps(body), timeout=30)
        found: dict[str, list[dict[str, str]]] = json.loads(answer.data)
        if answer.status != 200:
            raise RuntimeError(f"etcd answered {answer.status} to {what}: {found}")
        return found


def changed(before: Mapping[str, Stored], after: Mapping[str, Stored]) -> list[str]:
    """The keys that were written, made or taken away between two looks."""
    keys = before.keys() | after.keys()
    return sorted(key for key in keys if before.get(key, _NOTHING).revision != after.get(key, _NOTHING).revision)


def _text(value: bytes) -> str:
    return b64encode(value).decode()
