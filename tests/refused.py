"""Small clusters in which a registry refuses a pull, and the fixes for it; a stand-in does the tasks on nodes."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable
from typing import Any
from unittest import mock

from clusters import at, cluster, pod, running, waiting

from kubectl_imagepull.diagnosis.diagnose import diagnose_all
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.environments import node_logins
from kubectl_imagepull.fixes.environments.node_tasks import NodeTasks
from kubectl_imagepull.fixes.remedies import remedy_for
from kubectl_imagepull.kube.snapshot import JsonObject, Snapshot
from kubectl_imagepull.vocabulary.command import Step
from kubectl_imagepull.vocabulary.fix import Fix, Where, Who, shell_lines

REGISTRY = "registry.example.com"
IMAGE = f"{REGISTRY}/team/app:1.2.3"
HUB_IMAGE = "docker.io/acme/app:1"
ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
ANONYMOUS = (
    "pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth "
    "credentials"
)
MAYBE_PRIVATE = (
    "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: "
    "authorization failed"
)
UNAUTHORIZED = "unexpected status from HEAD request to https://{host}/v2/x/manifests/1: 401 Unauthorized"
FORBIDDEN = "unexpected status from HEAD request to https://{host}/v2/x/manifests/1: 403 Forbidden"
LIMITED = "toomanyrequests: You have reached your unauthenticated pull rate limit."
#: In place of the part of a command that asks for a password.
ASKED = "--docker-password=ASKED"
_ASKS = re.compile(r"""--docker-password="\$\(sh -c '.*?'\)\"""")
_JSON_TYPE = "kubernetes.io/dockerconfigjson"


def failing(
    image: str = IMAGE, text: str = ANONYMOUS, secrets: Iterable[str] = (), *, name: str = "web-1", **more: Any
) -> JsonObject:
    """A pod of Deployment web in namespace shop, on node-a, whose image can't be pulled; {host} is its registry."""
    host = image.partition("/")[0]
    full = f'Back-off pulling image "{image}": ErrImagePull: {text.replace("{host}", host)}'
    named = {"imagePullSecrets": [{"name": secret} for secret in secrets]} if secrets else {}
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-5d9c", "controller": True}
    metadata = {"ownerReferences": [owner], "labels": {"pod-template-hash": "5d9c"}, **more.pop("metadata", {})}
    spec = {**named, **more.pop("spec", {})}
    status = {"app": waiting("ImagePullBackOff", full)}
    return pod(name, status, image=image, uid=name, metadata=metadata, spec=spec, **more)


def runs(image: str, secrets: Iterable[str] = (), *, node: str = "node-b", **more: Any) -> JsonObject:
    """A pod that has the image since a while."""
    named = {"imagePullSecrets": [{"name": secret} for secret in secrets]} if secrets else {}
    status = {"app": {**running(at(30)), "imageID": "x"}}
    about = {"phase": "Running", "uid": "api-1", "status": {"startTime": at(30)}, **more}
    return pod("api-1", status, image=image, spec={"nodeName": node, **named}, **about)


def login(user: str = "u", word: str = "p") -> JsonObject:
    """One registry's login in a secret."""
    return {"username": user, "password": word}


def holds(name: str, auths: JsonObject | None = None, **more: Any) -> JsonObject:
    """A pull secret of namespace shop, by default with a login for the registry of IMAGE."""
    document = more.pop("document", {"auths": {REGISTRY: login()} if auths is None else auths})
    made, kind = more.pop("made", "2026-11-20T00:00:00Z"), more.pop("kind", _JSON_TYPE)
    key = more.pop("key", ".dockercfg" if kind == "kubernetes.io/dockercfg" else ".dockerconfigjson")
    metadata = {"name": name, "namespace": more.pop("namespace", "shop"), "creationTimestamp": made}
    value = document if isinstance(document, str) else json.dumps(document)
    return {
        "kind": "Secret",
        "metadata": {**metadata, **more.pop("metadata", {})},
        "type": kind,
        "data": {key: b64encode(value.encode()).decode()},
        **more,
    }


def node(name: str = "node-a", provider: str = "", kubelet: str = "v1.31.0", **labels: str) -> JsonObject:
    """A node that is Ready."""
    return {
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": {"providerID": provider} if provider else {},
        "status": {"nodeInfo": {"kubeletVersion": kubelet, "containerRuntimeVersion": "containerd://1.7.1"}},
    }


EKS_NODE = node(provider="aws:///eu-west-1a/i-0aaaaaaaaaaaaaaa1", kubelet="v1.31.0-eks-1")
GKE_NODE = node(provider="gce://proj/europe-west3-a/n", kubelet="v1.31.0-gke.1")


def refused(*pods: JsonObject, secrets: Iterable[JsonObject] = (), **kinds: Any) -> Snapshot:
    """A cluster of these pods and secrets that was read whole."""
    events = kinds.pop("events", [])
    empty: dict[str, list[JsonObject]] = {kind: [] for kind in ("ServiceAccount", "Node", "ReplicaSet", "Deployment")}
    return cluster(list(pods), events, Secret=list(secrets), **{**empty, **kinds})


def context_of(*pods: JsonObject, secrets: Iterable[JsonObject] = (), **kinds: Any) -> FixContext:
    """What the fixes of the first failure are made from."""
    diagnoses = diagnose_all(refused(*pods, secrets=secrets, **kinds), lambda *_: True)
    return FixContext(diagnoses[0])


class FakeTasks(NodeTasks):
    """Says which task is asked for, on no node in particular."""

    def _task(self, name: str, *words: str) -> tuple[Fix, ...]:
        return (Fix(f"{name}: {' '.join(words)}".rstrip(": "), (), Who.CLUSTER_ADMIN, where=Where.NODE),)

    def plain_http(self) -> tuple[Fix, ...]:
        return self._task("plain HTTP")

    def trust_authority(self) -> tuple[Fix, ...]:
        return self._task("trust authority")

    def mirror(self) -> tuple[Fix, ...]:
        return self._task("mirror")

    def proxy(self) -> tuple[Fix, ...]:
        return self._task("proxy")

    def pause_image(self) -> tuple[Fix, ...]:
        return self._task("pause image")

    def load_image(self) -> tuple[Fix, ...]:
        return self._task("load image")

    def node_credentials(self) -> tuple[Fix, ...]:
        return self._task("node credentials")

    def restart_runtime(self, why: str) -> tuple[Fix, ...]:
        return self._task("restart runtime", why)

    def delete_image(self, why: str) -> tuple[Fix, ...]:
        return self._task("delete image", why)

    def free_disk(self, path: str) -> tuple[Fix, ...]:
        return self._task("free disk", path)

    def runtime_log(self, why: str) -> tuple[Fix, ...]:
        return self._task("runtime log", why)

    def kubelet_log(self, why: str, pattern: str) -> tuple[Fix, ...]:
        return self._task("kubelet log", why, f"({pattern})")

    def run(self, why: str, *steps: Step) -> tuple[Fix, ...]:
        return self._task("run", why, *shell_lines(steps))

    def compare_settings(self, why: str) -> tuple[Fix, ...]:
        return self._task("compare settings", why)


def fixes_of(context: FixContext) -> tuple[Fix, ...]:
    """The fixes of the failure's cause, in their order."""
    with mock.patch.object(node_logins, "tasks_for", FakeTasks):
        return tuple(remedy_for(context.cause).fixes(context))


def lines(fix: Fix) -> list[str]:
    """The fix's commands as lines for a shell, with a word in the place of what asks for a password."""
    return [_ASKS.sub(ASKED, line) for step in shell_lines(fix.commands) for line in step.split("\n")]


def texts(fixes: Iterable[Fix]) -> list[str]:
    """What the fixes say."""
    return [fix.text for fix in fixes]


def account(*names: str) -> JsonObject:
    """The service account of the failing pod, and the secrets that it names now."""
    metadata = {"name": "default", "namespace": "shop"}
    return {"kind": "ServiceAccount", "metadata": metadata, "imagePullSecrets": [{"name": name} for name in names]}


def replica_set(*names: str) -> JsonObject:
    """The owner of the failing pod, and the secrets that its template names."""
    spec: JsonObject = {"imagePullSecrets": [{"name": name} for name in names]} if names else {"containers": []}
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "d", "controller": True}
    metadata = {"name": "web-5d9c", "namespace": "shop", "uid": "rs", "ownerReferences": [owner]}
    return {"kind": "ReplicaSet", "metadata": metadata, "spec": {"template": {"spec": spec}}}
