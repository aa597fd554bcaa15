"""The user's own docker login for a registry: config.json, and the programs that keep credentials for it.

Facts: docker/cli cli/config (configfile, credentials) and docker/docker-credential-helpers client. A helper is run as
docker runs it: `docker-credential-NAME get`, with the registry's name on standard input.
"""

from __future__ import annotations

import binascii
import json
import os
import re
import shutil
import subprocess
from base64 import b64decode
from pathlib import Path
from typing import Any

from kubectl_imagepull.registry.image_answer import ProbeLogin
from kubectl_imagepull.vocabulary.image_reference import DOCKER_HUB

#: Docker Hub's key in config.json, as `docker login` writes it.
_HUB = "https://index.docker.io/v1/"
_HELPER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\Z")
#: What a helper gives as user where its secret is a token of another kind, which no registry takes as a password.
_TOKEN_USER = "<token>"  # noqa: S105 - a word, no secret
_HELPER_SECONDS = 20.0
_SOURCE = "your docker login"


class DockerLoginError(Exception):
    """Docker's login could not be had; the text says why, without any of its values."""


def docker_logins(registry: str) -> tuple[ProbeLogin, ...]:
    """The login that docker has for a registry, () where it has none; raises DockerLoginError."""
    config = _config()
    key = _HUB if registry == DOCKER_HUB else registry
    helpers = config.get("credHelpers")
    own = (helpers.get(key) or helpers.get(registry)) if isinstance(helpers, dict) else None
    helper = own or config.get("credsStore")
    login = _of_helper(helper, key) if isinstance(helper, str) else _of_file(config.get("auths"), key)
    return (ProbeLogin(_SOURCE, *login, is_own=True),) if login else ()


def _config() -> dict[str, Any]:
    folder = os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker"
    file = Path(folder, "config.json")
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise DockerLoginError(f"{file} can't be read") from error
    return config if isinstance(config, dict) else {}


def _of_file(auths: Any, key: str) -> tuple[str, str] | None:
    if not isinstance(auths, dict):
        return None
    names = (key, f"https://{key}", f"http://{key}", f"https://{key}/v1/", f"https://{key}/v2/")
    entry = next((auths[name] for name in names if isinstance(auths.get(name), dict)), None)
    if entry is None:
        return None
    user, password = entry.get("username"), entry.get("password")
    if isinstance(entry.get("auth"), str) and entry["auth"]:
        try:
            user, _, password = b64decode(entry["auth"], validate=True).decode().partition(":")
        except (binascii.Error, ValueError) as error:
            raise DockerLoginError(f"what config.json holds for {key} is no login") from error
    return (user, password) if isinstance(user, str) and isinstance(password, str) and user and password else None


def _of_helper(name: str, key: str) -> tuple[str, str] | None:
    program = shutil.which(f"docker-credential-{name}") if _HELPER.match(name) else None
    if program is None:
        raise DockerLoginError("config.json names a credential helper that is not on PATH")
    try:
        done = subprocess.run(  # noqa: S603 - the user's docker configuration names it for this
            [program, "get"], input=key.encode(), capture_output=True, check=False, timeout=_HELPER_SECONDS
        )
        answer = json.loads(done.stdout) if done.returncode == 0 else {}
    except (OSError, ValueError, RecursionError, subprocess.TimeoutExpired) as error:
        raise DockerLoginError(f"docker-credential-{name} gave no login") from error
    # a helper that has none says so by its exit code
    user, secret = (answer.get("Username"), answer.get("Secret")) if isinstance(answer, dict) else (None, None)
    if user == _TOKEN_USER:
        raise DockerLoginError(f"docker-credential-{name} keeps a token of a kind that is not tried")
    return (user, secret) if isinstance(user, str) and isinstance(secret, str) and user and secret else None
