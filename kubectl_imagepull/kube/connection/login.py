"""A kubeconfig user -> one with its login at hand: token files are read, login plugins run."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from kubectl_imagepull.kube.connection.auth_provider import ExpiredLoginError, UnknownProviderError, provided_token
from kubectl_imagepull.kube.connection.kubeconfig import ResolvedContext
from kubectl_imagepull.kube.objects import JsonObject, object_of, parse_time, text_of
from kubectl_imagepull.kube.snapshot import SourceError


@dataclass(frozen=True)
class Login:
    """A kubeconfig user with its login at hand."""

    #: The user's other fields: its certificate, and whom it impersonates.
    user: JsonObject
    #: The Authorization header that requests carry, empty for none.
    authorization: str = ""
    #: When the login ends, if a plugin says so.
    expires: datetime | None = None
    #: Whether logging in again may give another one.
    renewable: bool = False


def log_in(context: ResolvedContext, plugin_seconds: float | None = None) -> Login:
    """Logs in with what the user's token file or its plugin gives, if it has one; not where TLS doesn't protect it.

    Raises SourceError; its text holds no credentials, of a plugin that failed only the last line that it wrote.
    Raises ValueError for a user or password that no header can carry.
    """
    user = dict(context.user)
    if not context.server.lower().startswith("https:"):
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
                raise SourceError(f'the token file {path} of user "{context.user_name}" can\'t be read') from error
    provider = object_of(user.pop("auth-provider", None))
    plugin = object_of(user.pop("exec", None))
    if provider and not user.get("token"):
        user["token"] = _provided_token(provider, context, plugin_seconds)
    elif plugin and not _has_login(user):
        fields, expires = _run_plugin(plugin, context, plugin_seconds)
        user |= fields
        renewable = True
    return Login(user, _authorization(user), expires, renewable)


def _provided_token(provider: JsonObject, context: ResolvedContext, seconds: float | None) -> str:
    try:
        return provided_token(provider, seconds)
    except UnknownProviderError as error:
        raise SourceError(f'user "{context.user_name}" logs in by {error}') from error
    except ExpiredLoginError as error:
        raise SourceError(
            f'the login of user "{context.user_name}" has expired or is incomplete; '
            "log in again, check with 'kubectl get namespaces', then try again"
        ) from error


def _authorization(user: JsonObject) -> str:
    if token := text_of(user.get("token")):
        return f"Bearer {token}"
    if "username" in user and "password" in user:
        login = f"{user['username']}:{user['password']}".encode("latin-1")
        return f"Basic {base64.standard_b64encode(login).decode()}"
    return ""


def _has_login(user: JsonObject) -> bool:
    """Whether a plugin is left out, since there is another login (k8s.io/client-go plugin/pkg/client/auth/exec)."""
    certificate, key = (
        user.get(f"client-{name}") or user.get(f"client-{name}-data") for name in ("certificate", "key")
    )
    return bool(user.get("token") or user.get("username") or (certificate and key))


def _run_plugin(
    plugin: JsonObject, context: ResolvedContext, seconds: float | None
) -> tuple[JsonObject, datetime | None]:
    """Runs a login plugin and gives its token or certificate as a user's fields, and when they end."""
    from kubectl_imagepull.kube.connection.plugin import PluginError, run_plugin

    name = f'the login plugin {text_of(plugin.get("command")) or "(no command)"} of user "{context.user_name}"'
    try:
        status = run_plugin(plugin, context.cluster, seconds)
    except PluginError as error:
        raise SourceError(f"{name} {error}") from error
    login: JsonObject = {}
    if token := text_of(status.get("token")).strip():
        login["token"] = token
    for key, field_name in (("clientCertificateData", "certificate"), ("clientKeyData", "key")):
        if pem := text_of(status.get(key)):
            login[f"client-{field_name}-data"] = base64.standard_b64encode(pem.encode()).decode()
    if ("client-certificate-data" in login) != ("client-key-data" in login):
        raise SourceError(f"{name} returned a certificate or a key without the other; log in again")
    if not login:
        raise SourceError(f"{name} returned neither a token nor a certificate; log in again")
    expires = parse_time(status.get("expirationTimestamp"))
    # one that has ended when it is given is the server's to judge: a new one would be no better
    return login, expires if expires and expires > datetime.now(timezone.utc) else None
