"""A real kube-apiserver with its etcd on loopback: RBAC on, client certificates and tokens; controllers on request."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import urllib3
from e2e.build import build

#: Tokens -> user and groups. Only `admin` may do anything before roles are bound.
USERS = {
    "admin": ("admin", ["system:masters"]),
    "viewer": ("viewer", []),
    "stranger": ("stranger", []),
}
#: Admission that changes what a test creates.
_NO_ADMISSION = ("DefaultTolerationSeconds",)
#: Admission that refuses every pod until a controller has made the namespace's service account.
_CONTROLLED_ADMISSION = ("ServiceAccount",)
#: Those that make pods, take them away, or make what they need.
_CONTROLLERS = (
    "cronjob-controller",
    "daemonset-controller",
    "deployment-controller",
    "garbage-collector-controller",
    "job-controller",
    "replicaset-controller",
    "replicationcontroller-controller",
    "serviceaccount-controller",
    "statefulset-controller",
)
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_LOG_LINES = 20


class ControlPlaneError(Exception):
    """A server did not start; the text holds the end of its log."""


class ControlPlane:
    """etcd and a kube-apiserver that keep their data in a folder and can be stopped and started again.

    With `controllers`, kube-controller-manager runs besides, with those that pods depend on.
    """

    def __init__(
        self,
        folder: Path,
        *,
        flags: Sequence[str] = (),
        start_seconds: float = _START_SECONDS,
        controllers: bool = False,
    ) -> None:
        self.folder = folder
        self.etcd_port, self._peer_port, self.port, self._controllers_port = free_ports(4)
        self.flags = flags
        self.controllers = controllers
        self.start_seconds = start_seconds
        self.ca, self.ca_key = folder / "ca.crt", folder / "ca.key"
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        folder.mkdir(parents=True, exist_ok=True)
        self._make_keys()

    @property
    def url(self) -> str:
        """The API server's address."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def etcd_url(self) -> str:
        """Where etcd answers, for what is written past the API server."""
        return f"http://127.0.0.1:{self.etcd_port}"

    def start(self) -> None:
        """Starts the servers and waits until they are ready; raises ControlPlaneError."""
        self.start_etcd()
        self.start_apiserver()
        if self.controllers:
            self.start_controllers()

    def start_etcd(self) -> None:
        """Starts etcd; it doesn't wait for the disk, for nothing has to survive a loss of power."""
        peer = f"http://127.0.0.1:{self._peer_port}"
        self._start(
            "etcd",
            f"--data-dir={self.folder / 'etcd'}",
            f"--listen-client-urls={self.etcd_url}",
            f"--advertise-client-urls={self.etcd_url}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=default={peer}",
            "--unsafe-no-fsync",
            "--quota-backend-bytes=8589934592",
            "--max-txn-ops=1024",
            "--max-request-bytes=33554432",
            "--log-level=warn",
        )
        self._wait_for("etcd", f"{self.etcd_url}/readyz")

    def start_apiserver(self) -> None:
        """Starts the API server and waits until it is ready."""
        no_admission = _NO_ADMISSION if self.controllers else (*_CONTROLLED_ADMISSION, *_NO_ADMISSION)
        self._start(
            "kube-apiserver",
            f"--etcd-servers={self.etcd_url}",
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            f"--secure-port={self.port}",
            f"--tls-cert-file={self.folder / 'server.crt'}",
            f"--tls-private-key-file={self.folder / 'server.key'}",
            f"--client-ca-file={self.ca}",
            f"--token-auth-file={self.folder / 'tokens.csv'}",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={self.folder / 'accounts.key'}",
            f"--service-account-signing-key-file={self.folder / 'accounts.key'}",
            "--authorization-mode=RBAC",
            f"--disable-admission-plugins={','.join(no_admission)}",
            "--endpoint-reconciler-type=none",
            "--service-cluster-ip-range=10.96.0.0/16",
            *self.flags,
        )
        self._wait_for("kube-apiserver", f"{self.url}/readyz")

    def start_controllers(self) -> None:
        """Starts the controllers and waits until all of them run; they may ask as much as they like."""
        self._start(
            "kube-controller-manager",
            f"--kubeconfig={self.kubeconfig(name='controllers')}",
            f"--controllers={','.join(_CONTROLLERS)}",
            "--leader-elect=false",
            "--bind-address=127.0.0.1",
            f"--secure-port={self._controllers_port}",
            f"--tls-cert-file={self.folder / 'server.crt'}",
            f"--tls-private-key-file={self.folder / 'server.key'}",
            "--kube-api-qps=1000",
            "--kube-api-burst=1000",
            "--min-resync-period=10s",
        )
        self._wait_for("kube-controller-manager", f"https://127.0.0.1:{self._controllers_port}/healthz")

    def stop(self) -> None:
        """Stops all servers."""
        self.stop_process("kube-controller-manager")
        self.stop_process("kube-apiserver")
        self.stop_process("etcd")

    def stop_process(self, name: str) -> None:
        """Stops one server, as a crash would if it doesn't end by itself."""
        process = self._processes.pop(name, None)
        if process is None:
            return
        # the API server waits for watches that are open; a test doesn't
        process.send_signal(signal.SIGTERM if name == "etcd" else signal.SIGKILL)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def process_id(self, name: str) -> int:
        """A running server's process id."""
        return self._processes[name].pid

    def certificate(self, user: str, *groups: str) -> tuple[Path, Path]:
        """A client certificate of the cluster's authority, and its key."""
        subject = f"/CN={user}" + "".join(f"/O={group}" for group in groups)
        return self._signed(f"client-{user}", subject, "extendedKeyUsage=clientAuth")

    def kubeconfig(  # noqa: PLR0913 - a builder
        self,
        user: Mapping[str, Any] | str = "admin",
        *,
        name: str = "config",
        context: str = "e2e",
        namespace: str | None = None,
        server: str | None = None,
        cluster: Mapping[str, Any] | None = None,
    ) -> Path:
        """Writes a kubeconfig with one context; `user` is a user of the token file or a kubeconfig user's fields."""
        fields = {"token": token_of(user)} if isinstance(user, str) else dict(user)
        place = {"cluster": context, "user": context, **({"namespace": namespace} if namespace else {})}
        target = {"server": server or self.url, "certificate-authority": str(self.ca), **(cluster or {})}
        path = self.folder / "kubeconfigs" / name
        path.parent.mkdir(exist_ok=True)
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": context,
            "contexts": [{"name": context, "context": place}],
            "clusters": [{"name": context, "cluster": target}],
            "users": [{"name": context, "user": fields}],
        }
        path.write_text(json.dumps(config), encoding="utf-8")
        return path

    def _make_keys(self) -> None:
        self.ca_key.parent.mkdir(parents=True, exist_ok=True)
        openssl(
            "req", "-x509", *_NEW_KEY, "-days", "30", "-subj", "/CN=e2e-ca", "-keyout", self.ca_key, "-out", self.ca
        )
        names = "subjectAltName=IP:127.0.0.1,DNS:localhost"
        self._signed("server", "/CN=kube-apiserver", f"{names}\nextendedKeyUsage=serverAuth")
        openssl("genrsa", "-out", self.folder / "accounts.key", "2048")
        lines = [
            ",".join([token_of(user), name, name, f'"{",".join(groups)}"']) for user, (name, groups) in USERS.items()
        ]
        (self.folder / "tokens.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _signed(self, name: str, subject: str, extensions: str) -> tuple[Path, Path]:
        certificate, key = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        request, settings = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        settings.write_text(extensions, encoding="utf-8")
        openssl("req", "-new", *_NEW_KEY, "-subj", subject, "-keyout", key, "-out", request)
        signed_by = ("-CA", self.ca, "-CAkey", self.ca_key, "-CAcreateserial")
        openssl("x509", "-req", *signed_by, "-in", request, "-days", "30", "-extfile", settings, "-out", certificate)
        return certificate, key

    def _start(self, name: str, *flags: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen([build(name), *flags], stdout=log, stderr=log, cwd=self.folder)

    def _wait_for(self, name: str, url: str) -> None:
        until = time.monotonic() + self.start_seconds
        with urllib3.PoolManager(ca_certs=str(self.ca), headers=bearer("admin")) as pool:
            while time.monotonic() < until and self._processes[name].poll() is None:
                try:
                    if pool.request("GET", url, timeout=2, retries=False).status == 200:
                        return
                except urllib3.exceptions.HTTPError:
                    pass  # it does not listen yet
                time.sleep(0.1)
        log = (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace").splitlines()
        self.stop()
        raise ControlPlaneError(f"{name} did not start:\n" + "\n".join(log[-_LOG_LINES:]))


_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def token_of(user: str) -> str:
    """The token of a user of the token file."""
    return f"e2e-token-{user}"


def bearer(user: str) -> dict[str, str]:
    """The header that logs a user in."""
    return {"Authorization": f"Bearer {token_of(user)}"}


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def openssl(*arguments: str | Path) -> None:
    """Runs openssl; its complaints are part of the error."""
    result = subprocess.run(["openssl", *map(os.fspath, arguments)], capture_output=True, text=True, check=False)
    if result.returncode:
        raise ControlPlaneError(f"openssl {arguments[0]} failed: {result.stderr.strip()}")
