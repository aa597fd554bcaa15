"""Sessions of tests, and logins that tell what became of them."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from kube.apiserver import ApiServer, Reply, Request, status

from kubectl_imagepull.kube.connection.connect import open_session
from kubectl_imagepull.kube.connection.options import Connection
from kubectl_imagepull.kube.connection.session import Session
from kubectl_imagepull.kube.snapshot import SourceError


def opened(connection: Connection) -> Session:
    session = open_session(connection)
    session.close()
    return session


def refused(connection: Connection) -> str:
    with pytest.raises(SourceError) as caught:
        open_session(connection)
    return str(caught.value)


def sent(server: ApiServer, connection: Connection, name: str) -> list[str]:
    """The values of a header that the session sends."""
    with closing(open_session(connection)) as session:
        session.get("/version", {}, 5)
    return server.requests[-1].all(name)


def expired_token() -> str:
    return "e30.eyJleHAiOiAxfQ.c2ln"


def plugin(tmp_path: Path, body: str, **fields: object) -> dict[str, object]:
    script = tmp_path / "plugin"
    script.write_text(f"#!{sys.executable}\nimport json, os, sys\n{body}\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "./plugin", **fields}}


CREDENTIAL = (
    "print(json.dumps({'apiVersion': 'client.authentication.k8s.io/v1', 'kind': 'ExecCredential', 'status': %s}))"
)


def counting(folder: Path, more: str = "") -> str:
    """The body of a plugin that gives another token each time it runs, and leaves its runs in a file."""
    return (
        f"runs = open({str(folder / 'runs')!r}, 'a+'); runs.write('x'); runs.seek(0); number = len(runs.read())\n"
        f"from datetime import datetime, timedelta, timezone\n{more}"
        "end = (datetime.now(timezone.utc) + timedelta(seconds=LIFE)).strftime('%Y-%m-%dT%H:%M:%SZ')\n"
        + CREDENTIAL
        % "{'token': f'token-{number}', 'expirationTimestamp': end}"
    )


def accepting(*tokens: str) -> Callable[[Request], Reply]:
    """A server that refuses all other tokens."""

    def answer(request: Request) -> Reply:
        known = request.all("Authorization") in [[f"Bearer {token}"] for token in tokens]
        return Reply(body={"tokens": tokens}) if known else status(401, "Unauthorized")

    return answer


def statuses(session: Session, count: int) -> list[int]:
    return [session.get("/version", {}, 5).status for _ in range(count)]
