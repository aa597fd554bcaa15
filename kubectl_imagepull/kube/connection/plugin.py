"""Login plugins (client.authentication.k8s.io): runs one as kubectl does, and gives the status that it prints.

The rules are client-go's (plugin/pkg/client/auth/exec/exec.go): whether a plugin may ask for input depends on standard
input and its interactiveMode.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from kubectl_imagepull.kube.objects import JsonObject, object_of, objects_of, text_of
from kubectl_imagepull.vocabulary.redaction import redacted

_LONGEST_TEXT = 200
#: What a cluster's entry may hold for plugins (k8s.io/client-go tools/clientcmd client_config.go).
_EXTENSION = "client.authentication.k8s.io/exec"
_CLUSTER_FIELDS = (
    *("server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority-data"),
    *("proxy-url", "disable-compression"),
)


class PluginError(Exception):
    """A plugin gave no login; the text goes on where its name ends."""


def run_plugin(plugin: JsonObject, cluster: JsonObject, seconds: float | None = None) -> JsonObject:
    """Runs the plugin of a kubeconfig user and gives the status of its ExecCredential; raises PluginError.

    With `seconds` it may take so long, nobody is asked and nothing is shown: one that always asks isn't run.

    What it writes to standard error gets through where somebody may have to read it: a question, an address to log in
    at. Elsewhere only the last line does, as the reason of a failure.
    """
    command = text_of(plugin.get("command"))
    version = text_of(plugin.get("apiVersion"))
    if not command or not version:
        raise PluginError("is described without its command or apiVersion; add it")
    interactive = _is_interactive(text_of(plugin.get("interactiveMode")), attended=seconds is None)
    arguments = plugin.get("args")
    # YAML reads some words as numbers
    words = [str(argument) for argument in arguments] if isinstance(arguments, list) else []
    # an address to log in at has to be seen, also where nothing can be typed
    shown = interactive or (seconds is None and _is_terminal(sys.stderr))
    try:
        # as kubectl: without somebody to answer there is no input at all, and no terminal to read from
        done = subprocess.run(  # noqa: S603 - the kubeconfig names it for this
            [shutil.which(command) or command, *words],
            env=_environment(plugin, cluster, version, interactive=interactive),
            stdin=None if interactive else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=None if shown else subprocess.PIPE,
            check=False,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise PluginError("took too long; log in first") from error
    except (OSError, ValueError) as error:
        reason = ((error.strerror if isinstance(error, OSError) else None) or "its arguments can't be passed").lower()
        hint = f": {hint}" if (hint := short(text_of(plugin.get("installHint")))) else ""
        raise PluginError(f"can't be run ({reason}); install it or put it on PATH{hint}") from error
    if done.returncode:
        output = "" if shown else done.stderr.decode(errors="replace")
        lines = [line for line in map(str.strip, output.split("\n")) if line]
        why = short(redacted(lines[-1])) if lines else f"it ended with {done.returncode}"
        raise PluginError(f"failed; log in again ({why})")
    return _status(done.stdout, version)


def _is_interactive(mode: str, *, attended: bool) -> bool:
    """Whether the plugin may ask; where the mode is missing, `IfAvailable` as in v1beta1."""
    available = attended and _is_terminal(sys.stdin)
    if mode == "Always" and not available:
        raise PluginError("asks for input, but standard input isn't a terminal; run this in one, or log in first")
    return available and mode != "Never"


def _is_terminal(stream: Any) -> bool:
    return stream is not None and stream.isatty()


def _environment(plugin: JsonObject, cluster: JsonObject, version: str, *, interactive: bool) -> dict[str, str]:
    spec: JsonObject = {"interactive": interactive}
    if plugin.get("provideClusterInfo"):
        spec["cluster"] = _cluster_info(cluster)
    info = {"apiVersion": version, "kind": "ExecCredential", "spec": spec}
    own = {str(item.get("name", "")): str(item.get("value", "")) for item in objects_of(plugin.get("env"))}
    return {**os.environ, **own, "KUBERNETES_EXEC_INFO": json.dumps(info)}


def _cluster_info(cluster: JsonObject) -> JsonObject:
    info = {name: cluster[name] for name in _CLUSTER_FIELDS if cluster.get(name)}
    file = text_of(cluster.get("certificate-authority"))
    if file and "certificate-authority-data" not in info:
        try:
            info["certificate-authority-data"] = base64.standard_b64encode(Path(file).read_bytes()).decode()
        except OSError as error:
            raise PluginError(f"needs the cluster's details, but {file} can't be read") from error
    for extension in objects_of(cluster.get("extensions")):
        if extension.get("name") == _EXTENSION:
            info["config"] = extension.get("extension")
    return info


def _status(output: bytes, version: str) -> JsonObject:
    try:
        credential = object_of(json.loads(output))
    except (ValueError, RecursionError) as error:
        raise PluginError("returned something that isn't JSON; log in again, or fix the plugin") from error
    if credential.get("kind") != "ExecCredential":
        raise PluginError("returned JSON that isn't an ExecCredential; log in again, or fix the plugin")
    if credential.get("apiVersion") != version:
        raise PluginError(
            f"speaks {text_of(credential.get('apiVersion')) or 'no version'} where the kubeconfig says {version}; "
            "write its version there"
        )
    return object_of(credential.get("status"))


def short(text: str) -> str:
    """The text on one line, cut to what a message can hold."""
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 3]}..."
