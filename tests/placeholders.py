"""The words in capitals that commands hold in place of what only a user knows, and values for them."""

from __future__ import annotations

import re

#: Each is what a user would type there; longer ones first, for some hold others.
VALUES = {
    "ALLOWED_REGISTRY/REPOSITORY": "allowed.corp.example/team/app",
    "NEW_REGISTRY/REPOSITORY": "new.corp.example/team/app",
    "REGISTRY/REPOSITORY": "right.corp.example/team/app",
    "REGISTRY/OWNER": "right.corp.example/team",
    "OWNER/IMAGE": "team/app",
    "RIGHT_HOST": "right.corp.example",
    "REGISTRY_HOST": "registry.corp.example",
    "IMAGE_ON_THE_NODE": "registry.corp.example/tools/debug:v1",
    "EXISTING_TAG": "v0.9-exists",
    "NEW_TAG": "v0.9-new",
    "TENANCY/YOUR_USERNAME": "tenancy/some body",
    "YOUR_USERNAME": "somebody",
    "robot$NAME": "robot$puller",
    "OTHER_NAMESPACE": "elsewhere",
    "SECRET_NAME": "some-secret",
    "<ARCHITECTURE>": "arm64",
    "KEY_FILE.json": "/dev/null",
    "PAUSE_IMAGE.tar": "/images/pause.tar",
    "IMAGE.tar": "/images/image.tar",
    "REGISTRY_CA.crt": "/images/ca.crt",
    "VOLUME": "some-volume",
    "/NAME:": "/app:",
}
#: Set by the shell that runs the command, as the fix's sentence says.
VARIABLE = "$REGISTRY_PASSWORD"
_CAPITALS = re.compile(r"[A-Z]{2,}[A-Z_]*")
#: A user name at Amazon's registries, and a column of findmnt.
_NO_PLACEHOLDERS = ("--docker-username=AWS ", "-o TARGET,OPTIONS")


def filled(command: str) -> str:
    """The command with a value for each placeholder that has one."""
    for placeholder, value in VALUES.items():
        command = command.replace(placeholder, value)
    return command


def unknown_in(command: str) -> list[str]:
    """The words in capitals of a command that have no value here."""
    rest = filled(command).replace(VARIABLE, "")
    for words in _NO_PLACEHOLDERS:
        rest = rest.replace(words, "")
    return _CAPITALS.findall(rest)
