"""`scan --watch` and `diagnose --wait` on a real API server: what changes in it is told, whatever happens between."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import clusters
import pytest
from clusters import IMAGE, NOT_FOUND, running, waiting
from e2e.admin import Admin, path_of
from e2e.conftest import admin_of
from e2e.control_plane import ControlPlane
from e2e.program import NAME, Program
from e2e.test_connection import as_user, giving, plugin
from e2e.test_rights import ROLES

BACK_OFF = f'Back-off pulling image "{IMAGE}": ErrImagePull: {NOT_FOUND}'
NAMESPACE = "watched"
LONGEST = 30.0


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """Servers that these tests may stop and start."""
    plane = ControlPlane(tmp_path_factory.mktemp("watched"))
    plane.start()
    try:
        yield plane
    finally:
        plane.stop()


@pytest.fixture
def admin(own: ControlPlane) -> Iterator[Admin]:
    """The administrator, with an empty namespace; what the test made in it goes with the test."""
    admin = admin_of(own)
    if not any(one["metadata"]["name"] == NAMESPACE for one in admin.items("Namespace")):
        admin.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    yield admin
    for kind in ("Deployment", "ReplicaSet", "Pod", "Event"):
        for one in admin.items(kind, NAMESPACE):
            admin.delete(kind, NAMESPACE, one["metadata"]["name"])


def pod(admin: Admin, name: str, message: str = BACK_OFF) -> None:
    """A pod that can't pull its image."""
    admin.create(clusters.pod(name, {"app": waiting("ImagePullBackOff", message)}, namespace=NAMESPACE))


def become(admin: Admin, name: str, state: dict[str, Any], phase: str = "Pending") -> dict[str, Any]:
    """Gives a pod's container another state."""
    made = admin.get("Pod", NAMESPACE, name)
    return admin.set_status("Pod", made, clusters.pod(name, {"app": state}, phase=phase)["status"])


def run(admin: Admin, name: str) -> None:
    """Lets a pod's container run."""
    become(admin, name, running(), "Running")


class Watch:
    """A run of the program that goes on, and what it has written."""

    def __init__(self, program: Program, *arguments: str, terminal: tuple[int, int] | None = None) -> None:
        self.text = ""
        self.errors = ""
        command = [NAME, "scan", "--watch", "-n", NAMESPACE, *arguments]
        if terminal:
            self._reading, writing = pty.openpty()
            self.resize(*terminal)
            environment = {**program.environment, "TERM": "xterm"}
            self._process = subprocess.Popen(command, stdout=writing, stderr=subprocess.PIPE, env=environment)
            os.close(writing)
        else:
            self._process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=program.environment
            )
            assert self._process.stdout
            self._reading = self._process.stdout.fileno()

    def resize(self, lines: int, columns: int) -> None:
        """Gives its terminal another size."""
        fcntl.ioctl(self._reading, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def until(self, said: Callable[[str], bool]) -> str:
        """Reads on until what came since the last call fulfils a condition; gives that."""
        assert self._process.stderr
        errors, start, end = self._process.stderr.fileno(), len(self.text), time.monotonic() + LONGEST
        while not said(self.text[start:]):
            assert time.monotonic() < end, f"never came; so far: {self.text!r} {self.errors!r}"
            for ready in select.select([self._reading, errors], [], [], 0.2)[0]:
                data = os.read(ready, 65536).decode()
                if ready == errors:
                    self.errors += data
                else:
                    self.text += data
        return self.text[start:]

    def says(self, pattern: str) -> str:
        return self.until(lambda text: re.search(pattern, text) is not None)

    def complains(self, pattern: str) -> None:
        self.until(lambda _: re.search(pattern, self.errors) is not None)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stderr
        self._process.stderr.close()
        if self._process.stdout:
            self._process.stdout.close()
        else:
            os.close(self._reading)

    def stop(self) -> int:
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(LONGEST)

    def rest(self) -> str:
        """What came since it was read last, of a terminal whose program has ended."""
        text = ""
        with suppress(OSError):  # so ends a terminal that nobody writes to any more
            while select.select([self._reading], [], [], 0)[0]:
                text += os.read(self._reading, 65536).decode()
        return text


@pytest.fixture
def watch(own: ControlPlane, tmp_path: Path) -> Iterator[Callable[..., Watch]]:
    watches: list[Watch] = []

    def begin(*arguments: str, terminal: tuple[int, int] | None = None, user: str = "admin") -> Watch:
        program = Program(own.kubeconfig(user, name=user), tmp_path)
        watches.append(Watch(program, *arguments, terminal=terminal))
        return watches[-1]

    yield begin
    for one in watches:
        one.close()


def test_root_causes_appear_grow_and_are_resolved(admin: Admin, watch: Callable[..., Watch]) -> None:
    found = watch()
    assert found.says("There are no pods").startswith("There are no pods to look at")
    pod(admin, "web-1")
    assert re.fullmatch(
        rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ appeared  TagNotFound {IMAGE}: 1 pod, pod/web-1; Use an existing tag: 1\.2\.3 isn't there\n",
        found.says("\n"),
    )
    pod(admin, "web-2")
    assert re.fullmatch(rf"\S+ grew      TagNotFound {IMAGE}: 1 -> 2 pods, pod/web-1, pod/web-2\n", found.says("\n"))
    run(admin, "web-1")
    assert re.fullmatch(rf"\S+ shrank    TagNotFound {IMAGE}: 2 -> 1 pod, pod/web-2\n", found.says("\n"))
    run(admin, "web-2")
    assert re.fullmatch(rf"\S+ resolved  TagNotFound {IMAGE}: pod/web-2\n", found.says("\n"))
    pod(admin, "web-3")
    assert re.fullmatch(r"\S+ appeared  .*\n", found.says("\n"))
    admin.delete("Pod", NAMESPACE, "web-3")
    assert re.fullmatch(rf"\S+ gone      TagNotFound {IMAGE}: pod/web-3; its pod was deleted\n", found.says("\n"))
    assert (found.stop(), found.errors) == (130, "")


def test_a_terminal_shows_the_table_and_strikes_out_what_is_resolved(admin: Admin, watch: Callable[..., Watch]) -> None:
    pod(admin, "web-1")
    found = watch("--color", "always", terminal=(30, 200))
    first = found.says(r"Ctrl-C ends it\.")
    assert first.startswith("\r\n" * 30 + "\x1b[H")
    assert "TagNotFound" in first
    run(admin, "web-1")
    later = found.says("resolved")
    assert re.search(r"\x1b\[9mTagNotFound +registry\S+ +1 +pod/web-1 .* resolved\x1b\[0m", later)
    assert "No failed image pulls: looked at 1 pod" in found.says(r"Ctrl-C ends it\.") + later
    assert found.stop() == 130


def test_a_terminal_is_drawn_anew_when_its_size_changes_and_keeps_the_whole_table(
    admin: Admin, watch: Callable[..., Watch]
) -> None:
    for number in range(4):
        image = f"registry.example.com/team/app:{number}"
        told = waiting("ImagePullBackOff", BACK_OFF.replace(IMAGE, image))
        admin.create(clusters.pod(f"web-{number}", {"app": told}, image=image, namespace=NAMESPACE))
    found = watch(terminal=(6, 200))
    assert "app:2" not in found.says(r"No room for 2 root causes: Ctrl-C ends it and prints all\.")
    pod(admin, "new")
    assert IMAGE in found.says(r"No room for 3 root causes")
    found.resize(40, 200)
    assert "app:3" in found.says(r"Z?\d\d\. Ctrl-C ends it\.")
    found.resize(6, 200)
    found.says("No room for 3 root causes")
    assert found.stop() == 130
    last = found.rest().rpartition("\x1b[H\x1b[J")[2]
    assert [line.split()[1].rpartition(":")[2] for line in last.split("\r\n")[1:6]] == ["1.2.3", "0", "1", "2", "3"]
    assert last.endswith(" s).\r\n")


def test_documents_come_when_something_has_changed(admin: Admin, watch: Callable[..., Watch]) -> None:
    found = watch("-o", "json")
    first = json.loads(found.until(lambda text: text.endswith("}\n")))
    pod(admin, "web-1")
    second = json.loads(found.until(lambda text: text.endswith("}\n")))
    assert [len(one["failures"]) for one in (first, second)] == [0, 1]


def test_events_alone_can_tell(admin: Admin, watch: Callable[..., Watch]) -> None:
    """The sandbox image's error never gets into a pod's status."""
    pod(admin, "web-1")
    made = become(admin, "web-1", waiting("ContainerCreating"))
    found = watch()
    found.says("No failed image pulls")
    pause = "registry.k8s.io/pause:9.9"
    text = f'Failed to create pod sandbox: rpc error: code = NotFound desc = failed to start sandbox "a": failed to get sandbox image "{pause}": failed to pull image "{pause}": failed to pull and unpack image "{pause}": failed to resolve image: {pause}: not found'
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    about = {"kind": "Pod", "namespace": NAMESPACE, "name": "web-1", "uid": made["metadata"]["uid"]}
    metadata = {"name": "web-1.1", "namespace": NAMESPACE}
    event = {"metadata": metadata, "involvedObject": about, "reason": "FailedCreatePodSandBox", "message": text}
    times = {"firstTimestamp": now, "lastTimestamp": now, "count": 1, "type": "Warning"}
    admin.create({"apiVersion": "v1", "kind": "Event", **event, **times})
    assert "appeared  TagNotFound registry.k8s.io/pause:9.9" in found.says("\n")


def test_survives_a_restart_of_the_api_server(own: ControlPlane, admin: Admin, watch: Callable[..., Watch]) -> None:
    pod(admin, "web-1")
    found = watch()
    found.says("1 of 1 pod can't pull")
    own.stop_process("kube-apiserver")
    found.complains(r"note: the watch of pods ended \(.*\); trying again\n")
    own.start_apiserver()
    pod(admin_of(own), "web-2")
    assert "grew      TagNotFound" in found.says("\n")


def test_reads_again_where_the_version_is_too_old(own: ControlPlane, admin: Admin, watch: Callable[..., Watch]) -> None:
    """What happened while it was away is compacted: the server knows only the result."""
    pod(admin, "web-1")
    found = watch()
    found.says("1 of 1 pod can't pull")
    own.stop_process("kube-apiserver")
    found.complains("trying again")
    own.start_apiserver()
    fresh = admin_of(own)
    pod(fresh, "web-2")
    compact(own, fresh)
    assert "grew      TagNotFound" in found.says("\n")


def compact(plane: ControlPlane, admin: Admin) -> None:
    """Makes etcd forget all but what is now."""
    version = int(admin.request("GET", path_of("Pod", NAMESPACE))["metadata"]["resourceVersion"])
    etcd = Admin(plane.etcd_url, {})
    etcd.request("POST", "/v3/kv/compaction", {"revision": version, "physical": True})


def test_where_watching_is_not_allowed_it_reads_again_and_says_so(admin: Admin, watch: Callable[..., Watch]) -> None:
    rules = [{"apiGroups": [""], "resources": ["pods", "events"], "verbs": ["list"]}]
    metadata = {"name": "reader", "namespace": NAMESPACE}
    admin.request(
        "POST",
        f"/apis/rbac.authorization.k8s.io/v1/namespaces/{NAMESPACE}/roles",
        {"metadata": metadata, "rules": rules},
    )
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"}
    subject = {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "viewer"}
    binding = {"kind": "RoleBinding", "metadata": metadata, "roleRef": role, "subjects": [subject]}
    admin.create({"apiVersion": "rbac.authorization.k8s.io/v1", **binding})
    found = watch("--no-secrets", user="viewer")
    found.says("There are no pods|No failed")
    found.complains(r"note: not allowed to watch pods in namespace watched \(verb watch\): read every 10 s")
    pod(admin, "web-1")
    assert "appeared  TagNotFound" in found.says("\n")


def test_the_role_allows_to_watch() -> None:
    rights = {
        (verb, one)
        for rule in ROLES["kubectl-imagepull"]["rules"]
        for one in rule["resources"]
        for verb in rule["verbs"]
    }
    assert {("watch", "pods"), ("watch", "events")} <= rights


def test_wait_follows_by_a_watch(own: ControlPlane, admin: Admin, tmp_path: Path) -> None:
    pod(admin, "web-1")
    program = Program(own.kubeconfig(), tmp_path)
    command = [NAME, "diagnose", "web-1", "-n", NAMESPACE, "--wait", "30s"]
    waiting = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, env=program.environment, text=True
    )
    assert waiting.stderr
    assert waiting.stderr.readline() == f"pod/web-1: still failing: TagNotFound: {IMAGE}\n"
    run(admin, "web-1")
    _, errors = waiting.communicate(timeout=LONGEST)
    assert (waiting.returncode, errors) == (0, "pod/web-1: Running\n")


def test_wait_ends_when_another_image_cannot_be_pulled(own: ControlPlane, admin: Admin, tmp_path: Path) -> None:
    """The controllers' part is played: a Deployment gets a wrong tag, and then another one."""
    other = IMAGE.replace("1.2.3", "1.2.4")
    rollout(admin, "a", IMAGE, revision=1)
    program = Program(own.kubeconfig(), tmp_path)
    command = [NAME, "diagnose", "deploy/web", "-n", NAMESPACE, "--wait", "30s"]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, env=program.environment, text=True
    )
    assert process.stderr
    assert process.stderr.readline() == f"deployment/web: still failing: TagNotFound: {IMAGE}\n"
    rollout(admin, "b", other, revision=2)
    shown, errors = process.communicate(timeout=LONGEST)
    assert process.returncode == 1
    assert errors.endswith(f"deployment/web: new problem: TagNotFound: {other} (at first: TagNotFound: {IMAGE})\n")
    assert other in shown


def rollout(admin: Admin, generation: str, image: str, revision: int) -> None:
    """What controllers make of a Deployment that gets an image which isn't there."""
    labels = {"app": "web", "pod-template-hash": generation}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "app", "image": image}]}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    if revision == 1:
        metadata = {"name": "web", "namespace": NAMESPACE}
        made = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}
        admin.create({**made, "status": {"observedGeneration": 1}})
    owners = [owner(admin.get("Deployment", NAMESPACE, "web"), "Deployment")]
    annotations = {"deployment.kubernetes.io/revision": str(revision)}
    metadata = {"name": f"web-{generation}", "namespace": NAMESPACE, "labels": labels}
    metadata |= {"ownerReferences": owners, "annotations": annotations}
    replicas = {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}
    made = admin.create({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": metadata, "spec": replicas})
    about = {"labels": labels, "ownerReferences": [owner(made, "ReplicaSet")]}
    told = waiting("ImagePullBackOff", BACK_OFF.replace(IMAGE, image))
    admin.create(clusters.pod(f"web-{generation}-x", {"app": told}, image=image, namespace=NAMESPACE, metadata=about))


def owner(item: dict[str, Any], kind: str) -> dict[str, Any]:
    names = {"name": item["metadata"]["name"], "uid": item["metadata"]["uid"]}
    return {"apiVersion": "apps/v1", "kind": kind, "controller": True, **names}


#: Signs a token of a service account that is good for 3 seconds, where most logins' are for 15 minutes or more: the
#: server gives each token a minute more than it says.
SHORT_LIVED = """
import base64, subprocess, time
open(sys.argv[1], "a").write("x")
now, issuer = int(time.time()), "https://kubernetes.default.svc"
account = {"name": sys.argv[3], "uid": sys.argv[4]}
claims = {
    "iss": issuer, "aud": [issuer], "iat": now - 99, "nbf": now - 99, "exp": now + 3 - 60,
    "sub": f"system:serviceaccount:watched:{sys.argv[3]}",
    "kubernetes.io": {"namespace": "watched", "serviceaccount": account},
}
parts = [json.dumps({"alg": "RS256"}).encode(), json.dumps(claims).encode()]
encoded = [base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts]
command = ["openssl", "dgst", "-sha256", "-sign", sys.argv[2]]
signed = subprocess.run(command, input=b".".join(encoded), capture_output=True, check=True).stdout
token = b".".join([*encoded, base64.urlsafe_b64encode(signed).rstrip(b"=")]).decode()
end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + 3))
"""


@pytest.fixture
def account(admin: Admin) -> Iterator[dict[str, Any]]:
    """A service account that may do everything."""
    about = {"name": "short-lived", "namespace": NAMESPACE}
    made = admin.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": about})
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"}
    kind = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding"}
    subject = {"kind": "ServiceAccount", **about}
    admin.create({**kind, "metadata": {"name": "short-lived"}, "roleRef": role, "subjects": [subject]})
    yield made["metadata"]
    admin.delete("ClusterRoleBinding", "", "short-lived")
    admin.delete("ServiceAccount", NAMESPACE, "short-lived")


@pytest.mark.parametrize(
    ("status", "seconds"),
    [
        ("{'token': token, 'expirationTimestamp': end}", 9),
        # the server keeps in mind for 10 seconds that a token was good
        ("{'token': token}", 16),
    ],
)
def test_a_login_that_ends_is_renewed_by_its_plugin(  # noqa: PLR0913 - fixtures and parameters
    own: ControlPlane, admin: Admin, account: dict[str, Any], tmp_path: Path, *, status: str, seconds: int
) -> None:
    rollout(admin, "a", IMAGE, revision=1)
    runs = tmp_path / "runs"
    arguments = [str(runs), str(own.folder / "accounts.key"), account["name"], account["uid"]]
    program = as_user(own, tmp_path, plugin(tmp_path, SHORT_LIVED + giving(status), args=arguments))
    # the revisions of a Deployment are read every 2 seconds
    result = program("diagnose", "deploy/web", "-n", NAMESPACE, "--wait", f"{seconds}s")
    assert (result.returncode, result.stderr) == (5, f"deployment/web: still failing: TagNotFound: {IMAGE}\n")
    assert len(runs.read_text()) >= 2
