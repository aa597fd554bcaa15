"""Which failures are one root cause: the scope key of those that are refused."""

from __future__ import annotations

import json
from base64 import b64encode

from clusters import IMAGE, cluster, pod, waiting

from kubectl_imagepull.diagnosis.diagnose import diagnose_all
from kubectl_imagepull.diagnosis.root_causes import root_causes
from kubectl_imagepull.kube.snapshot import JsonObject
from kubectl_imagepull.vocabulary.causes import Cause

REPOSITORY = "registry.example.com/team/app"
MAYBE_PRIVATE = (
    f'Back-off pulling image "{IMAGE}": ErrImagePull: pull access denied, repository does not exist or may require '
    "authorization: server message: insufficient_scope: authorization failed"
)
ANONYMOUS = f'Back-off pulling image "{IMAGE}": ErrImagePull: authorization failed: no basic auth credentials'


def refused(name: str, *secrets: str, text: str = MAYBE_PRIVATE, namespace: str = "shop") -> JsonObject:
    named = {"imagePullSecrets": [{"name": secret} for secret in secrets]}
    return pod(name, {"app": waiting("ImagePullBackOff", text)}, uid=name, namespace=namespace, spec=named)


def holds(name: str, namespace: str = "shop", registry: str = "registry.example.com") -> JsonObject:
    config = json.dumps({"auths": {registry: {"username": "u", "password": "p"}}})
    return {
        "metadata": {"name": name, "namespace": namespace},
        "type": "kubernetes.io/dockerconfigjson",
        "data": {".dockerconfigjson": b64encode(config.encode()).decode()},
    }


def keys(pods: list[JsonObject], *secrets: JsonObject) -> list[tuple[Cause, str, int]]:
    diagnoses = diagnose_all(cluster(pods, Secret=list(secrets)), lambda *_: True)
    return sorted((root.cause, root.key, len(root.failures)) for root in root_causes(diagnoses))


def test_who_logs_in_and_is_refused_lacks_something_else_than_who_sends_nothing() -> None:
    pods = [refused("web-1", "regcred"), refused("web-2"), refused("web-3"), refused("web-4", "regcred")]
    private = Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE
    assert keys(pods, holds("regcred")) == [(private, REPOSITORY, 2), (private, f"{REPOSITORY} regcred", 2)]


def test_a_secret_that_is_not_sent_makes_no_difference() -> None:
    pods = [refused("web-1", "other"), refused("web-2")]
    private = Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE
    assert keys(pods, holds("other", registry="ghcr.io")) == [(private, REPOSITORY, 2)]


def test_a_name_that_is_wrong_in_two_namespaces_is_one_root_cause() -> None:
    pods = [refused("web-1", "regcred"), refused("web-1", "regcred", namespace="prod")]
    found = keys(pods, holds("regcred"), holds("regcred", "prod"))
    assert found == [(Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE, f"{REPOSITORY} regcred", 2)]


def test_credentials_are_those_of_a_namespace_and_its_secrets() -> None:
    pods = [
        refused("web-1", "other", text=ANONYMOUS),
        refused("web-2", text=ANONYMOUS),
        refused("web-3", text=ANONYMOUS, namespace="prod"),
    ]
    assert keys(pods, holds("other", registry="ghcr.io")) == [
        (Cause.NO_CREDENTIALS, "registry.example.com prod -", 1),
        (Cause.NO_CREDENTIALS, "registry.example.com shop -", 1),
        (Cause.NO_CREDENTIALS, "registry.example.com shop other", 1),
    ]
