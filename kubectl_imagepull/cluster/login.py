"""A kubeconfig user -> one with its login at hand: token files are read, login plugins run."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from kubectl_imagepull.cluster.kubeconfig import Target
from kubectl_imagepull.cluster.snapshot import JsonObject, SourceError, object_of, objects_of, text_of

_LONGEST_TEXT = 200


def log_in(target: Target, files: str) -> JsonObject:
    """The user with what its token file or its plugin gives.

    Raises SourceError; its text holds no credentials, of a plugin that failed only the last line that it wrote.
    """
    user = dict(target.user)
    if path := text_of(user.pop("tokenFile", "")):
        try:
            user["token"] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeError) as error:
            raise SourceError(f'the token file {path} of user "{target.user_name}" can\'t be read') from error
    elif isinstance(user.get("token"), str):
        user["token"] = user["token"].strip()
    if provider := object_of(user.get("auth-provider")):
        # A refresh token that is used here would be lost for kubectl: without these the loader refuses instead.
        kept = {
            key: value
            for key, value in object_of(provider.get("config")).items()
            if key not in ("refresh-token", "idp-issuer-url")
        }
        user["auth-provider"] = {**provider, "config": kept}
    elif user.get("exec") and not user.get("token"):
        user |= _run_plugin(object_of(user["exec"]), target, files)
    user.pop("exec", None)
    return user


def _run_plugin(plugin: JsonObject, target: Target, files: str) -> JsonObject:
    """Runs a login plugin (client.authentication.k8s.io) and gives its token or certificate as a user's fields."""
    from kubernetes.config import ConfigException  # noqa: PLC0415 - see above
    from kubernetes.config.exec_provider import ExecProvider  # noqa: PLC0415 - see above
    from kubernetes.config.kube_config import ConfigNode  # noqa: PLC0415 - see above

    command = text_of(plugin.get("command"))
    plugin = {**plugin, "args": [str(argument) for argument in plugin.get("args") or ()]}
    plugin["env"] = [
        {"name": str(item.get("name", "")), "value": str(item.get("value", ""))}
        for item in objects_of(plugin.get("env"))
    ]
    name = f'the login plugin {command or "(no command)"} of user "{target.user_name}"'
    try:
        provider: Any = ExecProvider
        node: Any = ConfigNode
        status = object_of(provider(node("exec", plugin), None, node("cluster", target.cluster)).run())
    except OSError as error:
        hint = short(text_of(plugin.get("installHint")))
        raise SourceError(
            f"{name} can't be run ({(error.strerror or 'unknown error').lower()}); install it or put it on PATH"
            + (f": {hint}" if hint else "")
        ) from error
    except ConfigException as error:
        raise SourceError(f"{name} failed; log in again ({short(str(error).splitlines()[-1])})") from error
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise SourceError(f"{name} is described in a way that can't be read; compare it in {files}") from error
    login: JsonObject = {}
    if token := text_of(status.get("token")).strip():
        login["token"] = token
    for key, field_name in (("clientCertificateData", "certificate"), ("clientKeyData", "key")):
        if pem := text_of(status.get(key)):
            login[f"client-{field_name}-data"] = base64.standard_b64encode(pem.encode()).decode()
    if not login:
        raise SourceError(f"{name} gave neither a token nor a certificate; log in again")
    return login


def short(text: str) -> str:
    """The text on one line, cut to what a message can hold."""
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 3]}..."
