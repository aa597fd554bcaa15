"""What a fix's sentence promises, as the changes that its commands have to make: no less and no more.

It is worked out from the sentence and the failure, not from the commands.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any

from e2e.admin import Json
from e2e.differences import fields_of
from e2e.terminal import PASSWORD

from kubectl_imagepull.vocabulary.image_reference import DOCKER_HUB, try_parse

_DOCKER_HUB = "https://index.docker.io/v1/"
_FLOWING = frozenset({"Deployment", "DaemonSet"})
_CONTAINERS = {"container": "containers", "initContainer": "initContainers"}
_TEMPLATES = {"Pod": "spec", "CronJob": "spec.jobTemplate.spec.template.spec"}
#: The rest of what kubectl debug gives a container that it adds.
_DEBUGGER = {
    "imagePullPolicy": "IfNotPresent",
    "name": "debugger-*",
    "securityContext.capabilities.add[0]": "SYS_PTRACE",
    "stdin": "True",
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
    "tty": "True",
}


class Told:
    """One fix of one failure: what its sentence names, and the words for what may change."""

    def __init__(self, failure: Mapping[str, Any], pod: Json, match: re.Match[str]) -> None:
        workload = failure["workload"]
        self.failure, self.match, self._pod = failure, match, pod
        self.kind: str = workload["kind"]
        self.namespace: str = failure["namespace"]
        self.owner = f"{self.kind} {self.namespace}/{workload['name']}"
        self.pod = f"Pod {self.namespace}/{failure['pod']}"
        self.spec = f"{self.owner}: {_TEMPLATES.get(self.kind, 'spec.template.spec')}"
        self.account = f"ServiceAccount {self.namespace}/{pod['spec'].get('serviceAccountName') or 'default'}"
        reference = try_parse(failure["image"])
        self.registry = reference.registry if reference else ""
        self.repository = reference.repository if reference else ""
        self.name = self.repository.rpartition("/")[2]
        tag = reference.tag if reference and not reference.implied_tag and reference.tag != "latest" else ""
        digest = reference.digest if reference else ""
        self.mark = f"@{digest}" if digest else f":{tag or 'v0.9-exists'}"
        volumes = pod["spec"].get("volumes", ())
        self.volume = next((one["name"] for one in volumes if "image" in one), "")

    @property
    def missing(self) -> str:
        """The pull secret that the pod names."""
        return str(self._pod["spec"]["imagePullSecrets"][0]["name"])

    def __getitem__(self, group: str) -> str:
        """What the sentence names."""
        return self.match[group]

    def anew(self) -> list[str]:
        """The pod is made anew: its owner does that once it is gone; a Job would count it as a failure."""
        if self.kind == "Pod":
            # whoever looks into it by kubectl debug has to begin again
            lost = [path for path in fields_of(self._pod) if path.startswith("spec.ephemeralContainers[")]
            return [f"{self.pod} is made again", *(f"{self.pod}: {path} = (none)" for path in lost)]
        return [] if self.kind in {"Job", "CronJob"} else [f"{self.pod} is gone"]

    def _changed(self, *lines: str) -> list[str]:
        """Changes of the pod spec, and what has to go with them for this kind of owner."""
        if self.kind in _FLOWING:
            return [*lines]
        if self.kind == "CronJob":
            maker = self._pod["metadata"]["ownerReferences"][0]["name"]
            return [*lines, f"Job {self.namespace}/{maker} is gone"]
        return [*lines, *([f"{self.owner} is made again"] if self.kind == "Job" else self.anew())]

    def image(self, image: str) -> list[str]:
        """The failing container has this image."""
        what, container = self.failure["what"], self.failure["container"]
        if what == "ephemeralContainer":
            added = f"{self.pod}: spec.ephemeralContainers[debugger-*]"
            return [f"{added}.{name} = {value}" for name, value in {"image": image, **_DEBUGGER}.items()]
        if what == "imageVolume":
            return self._changed(f"{self.spec}.volumes[{self.volume}].image.reference = {image}")
        changed = f"{self.spec}.{_CONTAINERS[what]}[{container}].image = {image}"
        # the one field of a pod that can be changed in place
        return [changed] if self.kind == "Pod" else self._changed(changed)

    def policy(self) -> list[str]:
        """The failing container may be pulled."""
        container = f"{_CONTAINERS[self.failure['what']]}[{self.failure['container']}]"
        return self._changed(f"{self.spec}.{container}.imagePullPolicy = IfNotPresent")

    def architecture(self) -> list[str]:
        """It runs on some nodes only."""
        freed = [f"{self.pod}: spec.nodeName = (none)"] if self.kind == "Pod" else []
        return self._changed(f"{self.spec}.nodeSelector.kubernetes.io/arch = arm64", *freed)

    def config(self) -> str:
        """What is in a pull secret for the image's registry."""
        user = "robot$puller" if self.registry.startswith("harbor.") else "somebody"
        auth = b64encode(f"{user}:{PASSWORD}".encode()).decode()
        entry = {"username": user, "password": PASSWORD, "auth": auth}
        server = _DOCKER_HUB if self.registry == DOCKER_HUB else self.registry
        return json.dumps({"auths": {server: entry}}, separators=(",", ":"))

    def secret(self, name: str) -> list[str]:
        """There is one more pull secret for the image's registry."""
        return [f"Secret {self.namespace}/{name} is made, kubernetes.io/dockerconfigjson {self.config()}"]

    def content(self, name: str, *, again: bool = False) -> list[str]:
        """A pull secret that was there has credentials for the image's registry and nothing else."""
        secret = f"Secret {self.namespace}/{name}"
        changes = [f"{secret}: data..dockerconfigjson = {self.config()}"]
        return [f"{secret} is made again", *changes] if again else changes

    def named(self) -> list[str]:
        """The owner names a secret that is there, besides those that it named."""
        return self._changed(f"{self.spec}.imagePullSecrets[{self['name']}].name = {self['name']}")

    def new_secret_named(self) -> list[str]:
        """There is one more pull secret, and the owner names it besides those that it named."""
        name = self.new_name
        named = f"{self.spec}.imagePullSecrets[{name}].name = {name}"
        return [*self.secret(name), *self._changed(named)]

    def secret_of_account(self) -> list[str]:
        """The service account names the secret, and the pods are made anew."""
        named = f"{self.account}: imagePullSecrets[{self.new_name}].name = {self.new_name}"
        restarted = f"{self.spec.rpartition('.')[0]}.metadata.annotations.kubectl.kubernetes.io/restartedAt = now"
        return [*self.secret(self.new_name), named, *([restarted] if self.kind in _FLOWING else self._changed())]

    @property
    def new_name(self) -> str:
        """What a secret is called that is made for the image's registry."""
        return f"regcred-{self.registry.replace('.', '-')}"


_RIGHT = "right.corp.example"
#: A sentence, and what it promises; the first that is found in a fix's text counts.
PROMISES: tuple[tuple[str, Callable[[Told], list[str]]], ...] = (
    (r"back to the revision with the image that ran \((?P<image>\S+)\)", lambda told: told.image(told["image"])),
    (r"Probably (?P<image>\S+) is meant\.", lambda told: told.image(told["image"])),
    (r"Known to exist: (?P<tag>[\w.-]+)[.,]", lambda told: told.image(f"{told.repository}:{told['tag']}")),
    (
        r"name one that exists\.|Name a container image\.|name a tag that is complete\.",
        lambda told: told.image(f"{told.repository}:v0.9-exists"),
    ),
    (r"write the right ones in front", lambda told: told.image(f"{_RIGHT}/team/{told.name}{told.mark}")),
    (
        r"With another host the image's name is set like this\.",
        lambda told: told.image(f"{_RIGHT}/{told.repository.partition('/')[2]}{told.mark}"),
    ),
    (r"write the image in full\.", lambda told: told.image(f"{_RIGHT}/team/app:v0.9-exists")),
    (r"[Tt]ry secret (?P<name>\S+) first, which the evidence names", Told.named),
    (r"Let the kubelet pull the image", Told.policy),
    (r"let it run only on nodes that it is built for", Told.architecture),
    (
        r"[Cc]reate a pull secret for \S+(?: in namespace \S+ and name it|, named) in|create one that does, and name it",
        Told.new_secret_named,
    ),
    (r"Or create it and name it in service account (?P<account>\S+), for all its pods", Told.secret_of_account),
    (
        r"Put the right user and password for \S+ into secret (?P<name>[\w.-]+);",
        lambda told: [*told.content(told["name"]), *told.anew()],
    ),
    (
        r"Create secret (?P<name>\S+) in namespace \S+: \S+ names it and it isn't there\.",
        lambda told: [*told.secret(told["name"]), *told.anew()],
    ),
    (r"Copy it from another namespace that has it\.", lambda told: [*told.secret(told.missing), *told.anew()]),
    (
        r"ignores secret (?P<name>\S+) because of its type: make it again as docker-registry",
        lambda told: [
            *told.content(told["name"], again=True),
            f"Secret {told.namespace}/{told['name']}: type = kubernetes.io/dockerconfigjson",
            *told.anew(),
        ],
    ),
    (
        r"Make secret (?P<name>\S+) again, with kubectl",
        lambda told: [*told.content(told["name"], again=True), *told.anew()],
    ),
    (r"Make the pod anew", Told.anew),
    (
        r"keep new pods away from node (?P<node>\S+) and let this one run elsewhere",
        lambda told: [f"Node {told['node']}: spec.unschedulable = True", *told.anew()],
    ),
    (
        r"On node (?P<node>\S+): ask its resolver\.",
        lambda told: [
            f"Pod default/node-debugger-{told['node']}-* is made, registry.corp.example/tools/debug:v1 on {told['node']}: "
            f"chroot /host getent hosts {told.registry}",
            f"Pod default/node-debugger-{told['node']}-* is gone",
        ],
    ),
    (r"See whether node \S+ is Ready again", lambda _: []),
    (r"See which registries the named ones are for", lambda _: []),
    (r"If another secret is meant, see which there are", lambda _: []),
)


def promised(text: str, failure: Mapping[str, Any], pod: Json) -> list[str] | None:
    """The changes that a fix's sentence promises; None for a sentence that isn't known here."""
    for sentence, changes in PROMISES:
        if match := re.search(sentence, text):
            return changes(Told(failure, pod, match))
    return None
