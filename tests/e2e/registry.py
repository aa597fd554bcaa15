"""A registry as a node's containerd 2.1 meets it: which images there are, who may pull them, and how it refuses.

The texts are containerd's own: those of tests/corpus/runtimes.jsonl (01-tag-not-found, 04-no-credentials,
05-bad-password-basic).
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass

from e2e.admin import Json

from kubectl_imagepull.evidence.docker_config import SecretState, read_pull_secret
from kubectl_imagepull.evidence.keyring import lookup
from kubectl_imagepull.vocabulary.image_reference import ImageReference, parse


@dataclass(frozen=True)
class Login:
    """A user and a password, as a pull secret holds them."""

    user: str
    password: str


@dataclass(frozen=True)
class Registry:
    """All registries that a test's nodes reach; each repository at them has the same tags."""

    #: Hosts where anybody may pull.
    public: frozenset[str]
    #: Hosts where only `login` may pull, and nobody else learns what there is.
    private: frozenset[str]
    #: The tags that there are.
    tags: frozenset[str]
    login: Login

    def refusal(self, image: str, logins: Sequence[Login]) -> str | None:
        """The error of containerd for an image that it can't pull with these logins; None where it can."""
        reference = parse(image)
        failed = f'failed to pull and unpack image "{reference}": failed to resolve image'
        if reference.registry in self.private and self.login not in logins:
            return f"{failed}: {_denied(reference, logins)}"
        if reference.registry in self.public | self.private and reference.tag in self.tags:
            return None
        # of all gRPC codes the kubelet leaves out only Unknown, which a refused login has
        return f"rpc error: code = NotFound desc = {failed}: {reference}: not found"


def _denied(reference: ImageReference, logins: Sequence[Login]) -> str:
    if not logins:
        denied = "pull access denied, repository does not exist or may require authorization"
        return f"{denied}: authorization failed: no basic auth credentials"
    url = f"https://{reference.registry}/v2/{reference.path}/manifests/{reference.tag or reference.digest}"
    return f"unexpected status from HEAD request to {url}: 401 Unauthorized"


def logins_for(image: str, secrets: Sequence[Json]) -> list[Login]:
    """What the kubelet sends for an image out of a pod's pull secrets, in the order in which it tries."""
    contents = {secret["metadata"]["name"]: secret for secret in secrets}
    read = [(name, read_pull_secret(secret)) for name, secret in contents.items()]
    entries = [(name, secret.entries) for name, secret in read if secret.state is SecretState.USED]
    return [_login(contents[match.secret], match.entry.registry) for match in lookup(entries, parse(image))]


def _login(secret: Json, registry: str) -> Login:
    """One login itself, which the program never keeps."""
    auths = json.loads(b64decode(secret["data"][".dockerconfigjson"]))["auths"]
    user, _, password = b64decode(auths[registry]["auth"]).decode().partition(":")
    return Login(user, password)
