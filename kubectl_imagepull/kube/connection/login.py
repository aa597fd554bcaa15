"""A kubeconfig user -> one with its login at hand: token files are read, login plugins run."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from kubectl_imagepull.kube.connection.kubeconfig import Target
from kubectl_imagepull.kube.connection.plugin import PluginError, run_plugin
from kubectl_imagepull.kube.objects import JsonObject, object_of, parse_time, text_of
from kubectl_imagepull.kube.snapshot import SourceError


@dataclass(frozen=True)
class Login:
    """A kubeconfig user with its login at hand.

    `expires` is when that ends, if a plugin says so; `renewable` says that logging in again may give another one.
    """

    user: JsonObject
    expires: datetime | None = None
    renewable: bool = False


def log_in(target: Target, plugin_seconds: float | None = None) -> Login:
    """Logs in with what the user's token file or its plugin gives, if it has one; not where TLS doesn't protect it.

    Raises SourceError; its text holds no credentials, of a plugin that failed only the last line that it wrote.
    """
    user = dict(target.user)
    if not target.server.lower().startswith("https:"):
        # as kubectl: everybody on the way could read it
        return Login({name: value for name, value in user.items() if name == "as" or name.startswith("as-")})
    expires: datetime | None = None
    renewable = False
    if isinstance(user.get("token"), str):
        user["token"] = user["token"].strip()
    if path := text_of(user.pop("tokenFile", "")):
        try:
            user["token"] = Path(path).read_text(encoding="utf-8").strip()
            renewable = True
        except (OSError, UnicodeError) as error:
            if not user.get("token"):
                raise SourceError(f'the token file {path} of user "{target.user_name}" can\'t be read') from error
    if user.get("token"):
        user.pop("auth-provider", None)
    if provider := object_of(user.get("auth-provider")):
        # A refresh token that is used here would be lost for kubectl: without these the loader refuses instead.
        kept = {
            key: value
            for key, value in object_of(provider.get("config")).items()
            if key not in ("refresh-token", "idp-issuer-url")
        }
        user["auth-provider"] = {**provider, "config": kept}
    elif user.get("exec") and not _has_login(user):
        fields, expires = _run_plugin(object_of(user["exec"]), target, plugin_seconds)
        user |= fields
        renewable = True
    user.pop("exec", None)
    return Login(user, expires, renewable)


def _has_login(user: JsonObject) -> bool:
    """Whether a plugin is left out, since there is another login (k8s.io/client-go plugin/pkg/client/auth/exec)."""
    certificate, key = (
        user.get(f"client-{name}") or user.get(f"client-{name}-data") for name in ("certificate", "key")
    )
    return bool(user.get("token") or user.get("username") or (certificate and key))


def _run_plugin(plugin: JsonObject, target: Target, seconds: float | None) -> tuple[JsonObject, datetime | None]:
    """Runs a login plugin and gives its token or certificate as a user's fields, and when they end."""
    name = f'the login plugin {text_of(plugin.get("command")) or "(no command)"} of user "{target.user_name}"'
    try:
        status = run_plugin(plugin, target.cluster, seconds)
    except PluginError as error:
        raise SourceError(f"{name} {error}") from error
    login: JsonObject = {}
    if token := text_of(status.get("token")).strip():
        login["token"] = token
    for key, field_name in (("clientCertificateData", "certificate"), ("clientKeyData", "key")):
        if pem := text_of(status.get(key)):
            login[f"client-{field_name}-data"] = base64.standard_b64encode(pem.encode()).decode()
    if ("client-certificate-data" in login) != ("client-key-data" in login):
        raise SourceError(f"{name} gave a certificate or a key without the other; log in again")
    if not login:
        raise SourceError(f"{name} gave neither a token nor a certificate; log in again")
    expires = parse_time(status.get("expirationTimestamp"))
    # one that has ended when it is given is the server's to judge: a new one would be no better
    return login, expires if expires and expires > datetime.now(timezone.utc) else None
