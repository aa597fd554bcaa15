"""Commands around pull secrets that the recorded cluster gives no occasion for, pasted as fixes print them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from e2e.terminal import Terminal
from refused import REGISTRY, context_of, failing, login

from kubectl_imagepull.evidence.docker_config import PullSecret, read_pull_secret
from kubectl_imagepull.fixes.steps.pull_secrets import refile_secret, replace_in_template

LOGIN = login("me", "s3cret-word")
TYPES = {"auths": "kubernetes.io/dockerconfigjson", REGISTRY: "kubernetes.io/dockercfg"}


def make(terminal: Terminal, kind: str, key: str, document: Any) -> PullSecret:
    """Makes secret misfiled of namespace shop as somebody would by hand, and reads it as the program does."""
    value = f"--from-literal={key}='{json.dumps(document)}'"
    made = terminal.paste(f"kubectl create secret generic misfiled -n shop --type={kind} {value}")
    assert made.code == 0, made.stderr
    return read_pull_secret(terminal.find("Secret", "shop", "misfiled"))


@pytest.mark.parametrize(
    ("kind", "key", "document"),
    [
        ("Opaque", ".dockerconfigjson", {"auths": {REGISTRY: LOGIN}}),
        ("Opaque", "config.json", {"auths": {REGISTRY: LOGIN}}),
        ("kubernetes.io/dockercfg", ".dockercfg", {"auths": {REGISTRY: LOGIN}}),
        ("kubernetes.io/dockerconfigjson", ".dockerconfigjson", {REGISTRY: LOGIN}),
    ],
)
def test_what_stands_under_a_wrong_type_is_sent_from_the_secret_that_is_made(
    terminal: Terminal, kind: str, key: str, document: dict[str, Any]
) -> None:
    misfiled = make(terminal, kind, key, document).misfiled
    assert misfiled
    result = terminal.paste(str(refile_secret(context_of(failing()), misfiled, "misfiled", "made")))
    assert result.code == 0, result.stderr
    assert LOGIN["password"] not in result.stdout
    made = read_pull_secret(terminal.find("Secret", "shop", "made"))
    assert made.type == TYPES[next(iter(document))]
    assert [(entry.registry, entry.credential.has_password) for entry in made.entries] == [(REGISTRY, True)]


def test_of_a_secret_that_is_gone_nothing_is_made(terminal: Terminal) -> None:
    misfiled = make(terminal, "Opaque", ".dockerconfigjson", {"auths": {REGISTRY: LOGIN}}).misfiled
    assert misfiled
    result = terminal.paste(str(refile_secret(context_of(failing()), misfiled, "gone", "made")))
    assert result.code != 0
    assert result.changes == []


def test_a_secret_takes_anothers_place_and_leaves_the_others(terminal: Terminal) -> None:
    named = {"spec": {"template": {"spec": {"imagePullSecrets": [{"name": "bad"}, {"name": "own"}]}}}}
    before = terminal.paste(f"kubectl patch deployment/web -n shop -p '{json.dumps(named)}'")
    assert before.code == 0, before.stderr
    (step,) = replace_in_template(context_of(failing(secrets=["bad", "own"])), "bad", "good").steps
    result = terminal.paste(str(step))
    assert result.code == 0, result.stderr
    template = terminal.find("Deployment", "shop", "web")["spec"]["template"]["spec"]
    assert template["imagePullSecrets"] == [{"name": "own"}, {"name": "good"}]
