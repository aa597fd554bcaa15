"""A registry on the wire with a few images: some are anybody's, some take a login (Basic), and one is for arm64."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

from registry.transport import INDEX
from registry.wire import Asked, Says, WireServer

LOGIN = f"Basic {b64encode(b'joe:s3cret').decode()}"


def refuses(status: int, code: str, **headers: str) -> Says:
    body = json.dumps({"errors": [{"code": code, "message": code.lower().replace("_", " ")}]}).encode()
    return Says(
        status, {"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}, body
    )


def index(*platforms: str) -> Says:
    parts = [platform.split("/") for platform in platforms]
    listed = [{"platform": {"os": system, "architecture": machine}} for system, machine in parts]
    return Says(200, {"Content-Type": INDEX}, json.dumps({"mediaType": INDEX, "manifests": listed}).encode())


@dataclass
class SmallRegistry:
    """Repositories with tags; those under `private/` want joe's login."""

    server: WireServer
    repositories: dict[str, dict[str, tuple[str, ...]]] = field(
        default_factory=lambda: {
            "team/app": {"1.0": ("linux/amd64", "linux/arm64"), "1.1": ("linux/amd64", "linux/arm64")},
            "team/arm": {"1": ("linux/arm64",)},
            "private/api": {"2.0": ("linux/amd64",)},
        }
    )

    def __post_init__(self) -> None:
        self.server.answers["*"] = self.answer

    @property
    def host(self) -> str:
        return f"localhost:{self.server.port}"

    def answer(self, asked: Asked) -> Says:
        path = asked.path.partition("?")[0].removeprefix("/v2/")
        repository, _, rest = path.partition("/manifests/" if "/manifests/" in path else "/tags/")
        if repository.startswith("private/") and asked.authorization != LOGIN:
            return refuses(401, "UNAUTHORIZED", WWW_Authenticate='Basic realm="small"')
        tags = self.repositories.get(repository)
        if tags is None:
            return refuses(404, "NAME_UNKNOWN")
        if rest == "list":
            return Says(200, {"Content-Type": "application/json"}, json.dumps({"tags": list(tags)}).encode())
        return index(*tags[rest]) if rest in tags else refuses(404, "MANIFEST_UNKNOWN")

    @property
    def logins(self) -> set[str | None]:
        return {asked.authorization for asked in self.server.asked}


def docker_config(host: str, login: str = "joe:s3cret") -> str:
    """The value of a pull secret for a registry."""
    auths: dict[str, Any] = {host: {"auth": b64encode(login.encode()).decode()}}
    return b64encode(json.dumps({"auths": auths}).encode()).decode()
