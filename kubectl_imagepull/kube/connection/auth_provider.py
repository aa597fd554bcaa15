"""Logins that a kubeconfig keeps itself (`auth-provider`): OIDC, and Google's before its plugin.

A token is taken as it stands there, and never refreshed: a refresh token that is used here would be lost for kubectl
(k8s.io/client-go plugin/pkg/client/auth). Who has an expired one is sent to kubectl.
"""

from __future__ import annotations

import base64
import json
import subprocess
from datetime import datetime, timedelta, timezone

from kubectl_imagepull.kube.objects import JsonObject, object_of, parse_time, text_of

#: A token that ends so soon counts as expired.
_SKEW = timedelta(minutes=5)
#: What a JSON Web Token has none of: it is written with - and _, and without padding (RFC 7515).
_NOT_URL_SAFE = frozenset("=+/")
_PARTS_OF_A_TOKEN = 3


#: What took the place of providers that kubectl 1.26 took out (k8s.io/client-go plugin/pkg/client/auth/azure).
_SUCCESSORS = {"azure": "kubelogin (https://github.com/Azure/kubelogin)"}
#: Seconds that Google's command may take; gcloud takes two.
_COMMAND_SECONDS = 60.0


class ExpiredLoginError(Exception):
    """The login has expired or lacks a part."""


class UnknownProviderError(Exception):
    """There is no such auth-provider any more; the text says what there is in its place."""


def provided_token(provider: JsonObject, seconds: float | None = None) -> str:
    """The token of an auth-provider; "" where it has none that a server could take.

    `seconds` are what a command may take that gives it. Raises ExpiredLoginError and UnknownProviderError.
    """
    config = object_of(provider.get("config"))
    if provider.get("name") == "oidc":
        return _oidc_token(config)
    if provider.get("name") == "gcp":
        return _gcp_token(config, _COMMAND_SECONDS if seconds is None else seconds)
    name = text_of(provider.get("name"))
    successor = _SUCCESSORS.get(name, "a login plugin (exec)")
    raise UnknownProviderError(f'auth-provider "{name}", which kubectl has no more; use {successor} in its place')


def _oidc_token(config: JsonObject) -> str:
    token = text_of(config.get("id-token"))
    if not token:
        raise ExpiredLoginError
    parts = token.split(".")
    if _NOT_URL_SAFE & set(token) or len(parts) != _PARTS_OF_A_TOKEN or len(parts[1]) % 4 == 1:
        return ""
    padding = "=" * (-len(parts[1]) % 4)
    try:
        end = json.loads(base64.urlsafe_b64decode(f"{parts[1]}{padding}"))["exp"]
        ends = datetime.fromtimestamp(end, timezone.utc)
    except KeyError:
        return token  # it doesn't say when it ends
    except (ValueError, TypeError, OverflowError, OSError, RecursionError) as error:
        raise ExpiredLoginError from error
    if ends - _SKEW <= datetime.now(timezone.utc):
        raise ExpiredLoginError
    return token


def _gcp_token(config: JsonObject, seconds: float) -> str:
    token, expiry = text_of(config.get("access-token")), parse_time(config.get("expiry"))
    if token and (not config.get("expiry") or (expiry and expiry - _SKEW > datetime.now(timezone.utc))):
        return token
    return _token_by_command(config, seconds)


def _token_by_command(config: JsonObject, seconds: float) -> str:
    """The token that Google's command prints, which the kubeconfig names (`gcloud config config-helper`)."""
    command, arguments = text_of(config.get("cmd-path")), config.get("cmd-args")
    words = [command, *arguments.split()] if isinstance(arguments, str) else command.split()
    if not command:
        raise ExpiredLoginError
    try:
        done = subprocess.run(  # noqa: S603 - the kubeconfig names it for this
            words, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=seconds
        )
        token = text_of(json.loads(done.stdout)["credential"]["access_token"])
    except (OSError, ValueError, TypeError, KeyError, RecursionError, subprocess.SubprocessError) as error:
        raise ExpiredLoginError from error
    if not token:
        raise ExpiredLoginError
    return token
