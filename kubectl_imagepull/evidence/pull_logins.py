"""The logins that the kubelet would send for an image, with their values: for a question that the user asked for."""

from __future__ import annotations

from collections.abc import Iterable

from kubectl_imagepull.evidence.docker_config import SecretState, login_under
from kubectl_imagepull.evidence.index import index_of
from kubectl_imagepull.evidence.keyring import lookup
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.registry.image_answer import ProbeLogin
from kubectl_imagepull.vocabulary.image_reference import ImageReference


def pull_logins(
    image: ImageReference, names: Iterable[str], namespace: str, snapshot: Snapshot
) -> tuple[ProbeLogin, ...]:
    """What the named pull secrets of a namespace hold for an image, in the order in which the kubelet tries it.

    A secret that the kubelet ignores gives nothing, and neither does one whose values are not in the snapshot.
    """
    index = index_of(snapshot)
    read = [(name, secret) for name in names if (secret := index.pull_secret(namespace, name))]
    if any(secret.state is SecretState.MALFORMED for _, secret in read):
        return ()
    used = [(name, secret.entries) for name, secret in read if secret.state is SecretState.USED]
    logins = []
    for match in lookup(used, image):
        secret_object = index.find("Secret", namespace, match.secret)
        login = login_under(secret_object, match.entry.registry) if secret_object else None
        if login is not None:
            logins.append(ProbeLogin(f"secret {match.secret}", *login))
    return tuple(logins)
