"""What a user would put in place of the placeholders that commands hold, in tests that paste them."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: A placeholder's name -> what is typed there; it holds what a shell would take apart where a value may.
VALUES: Mapping[str, str] = {
    "EXISTING_TAG": "v0.9-exists",
    "REPOSITORY": "right.corp.example/team/app",
    "REGISTRY_USER": "somebody",
    "ROBOT": "robot$puller",
    "CA_FILE": "/images/ca.crt",
    "PAUSE_IMAGE": "registry.corp.example/tools/pause:v1",
}
_PLACEHOLDER = re.compile(r'"\$\{([A-Z_]+):\?[^{}]*\}"')


def filled(command: str, values: Mapping[str, str] = VALUES) -> str:
    """The command with a value for each placeholder; raises KeyError where there is none."""
    return _PLACEHOLDER.sub(lambda match: f"'{values[match[1]]}'", command)


def meanings_in(command: str) -> list[str]:
    """What the placeholders of a command say that they mean, as whoever pastes it is told."""
    return [match[0].partition(":?")[2].removesuffix('}"') for match in _PLACEHOLDER.finditer(command)]
