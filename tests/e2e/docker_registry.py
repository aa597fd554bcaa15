"""Debian's docker-registry as a test's own: where it is, and how it is started on loopback with TLS."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import socket
import ssl
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

#: What `htpasswd -nbB joe s3cret` gives.
HTPASSWD = "joe:$2b$05$KkIhBTsEOKfo2lBBzZ1kM.zvLLnGD1n11tWv12Mr9AZ8i3I/U8Zhi\n"
PASSWORD = "s3cret"  # noqa: S105 - a test's
PACKAGE = "docker-registry"


def cached() -> Path:
    """Where the package's program is kept; nothing of it is installed."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "kubectl-imagepull" / PACKAGE / "usr/bin" / PACKAGE


def program() -> str:
    """The program: on PATH, or unpacked from Debian's package; skips the test where it is not to be had."""
    found = shutil.which(PACKAGE) or (str(cached()) if cached().exists() else None)
    if found:
        return found
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        pytest.skip(f"{PACKAGE} is not installed")
    folder = cached().parents[2]
    folder.mkdir(parents=True, exist_ok=True)
    if subprocess.run(["apt-get", "download", PACKAGE], cwd=folder, capture_output=True, check=False).returncode:
        pytest.skip(f"{PACKAGE} is not installed, and apt-get could not get it")
    for archive in folder.glob(f"{PACKAGE}_*.deb"):
        subprocess.run(["dpkg", "-x", archive, folder], check=True)
    return str(cached())


@dataclass
class RunningRegistry:
    """A registry that runs."""

    host: str
    process: subprocess.Popen[bytes]
    certificate: Path
    login: str

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    def push(self, name: str, tag: str, platform: str = "linux/amd64") -> str:
        """Puts an image of one platform there, as an index of one manifest; gives the index's digest."""
        system, machine = platform.split("/")
        config = self._blob(name, json.dumps({"os": system, "architecture": machine, "rootfs": {}}).encode())
        layer = self._blob(name, f"layer of {name}".encode())
        manifest = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "config": {"mediaType": "application/vnd.docker.container.image.v1+json", **config},
            "layers": [{"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", **layer}],
        }
        body = json.dumps(manifest).encode()
        self._send("PUT", f"/v2/{name}/manifests/{tag}", body, manifest["mediaType"])
        return f"sha256:{hashlib.sha256(body).hexdigest()}"

    def _blob(self, name: str, content: bytes) -> dict[str, Any]:
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        place = self._send("POST", f"/v2/{name}/blobs/uploads/", b"")["Location"]
        joint = "&" if "?" in place else "?"
        self._send("PUT", f"{place}{joint}digest={digest}", content, "application/octet-stream")
        return {"digest": digest, "size": len(content)}

    def _send(self, method: str, url: str, body: bytes, kind: str = "application/json") -> Any:
        url = url if url.startswith("https://") else f"https://{self.host}{url}"
        request = urllib.request.Request(url, body, {"Content-Type": kind}, method=method)  # noqa: S310 - https
        if self.login:
            request.add_header("Authorization", self.login)
        context = ssl.create_default_context(cafile=str(self.certificate))
        with urllib.request.urlopen(request, context=context, timeout=10) as answer:  # noqa: S310 - https
            return answer.headers


def start(folder: Path, certificate: Path, auth: str = "", login: str = "") -> RunningRegistry:
    """Starts a registry with an own folder and TLS; `auth` is the section of its configuration."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder.mkdir(parents=True)
    (folder / "config.yml").write_text(
        f"""version: 0.1
log: {{level: error}}
storage: {{filesystem: {{rootdirectory: {folder}/data}}, delete: {{enabled: true}}}}
http: {{addr: "127.0.0.1:{port}", tls: {{certificate: {certificate}, key: {certificate}}}}}
{auth}
"""
    )
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program(), "serve", str(folder / "config.yml")], stdout=log, stderr=log)
    running_at = time.monotonic() + 20
    while not _listens(port):
        if process.poll() is not None or time.monotonic() > running_at:
            process.kill()
            raise AssertionError((folder / "log").read_text())
        time.sleep(0.1)
    return RunningRegistry(f"localhost:{port}", process, certificate, login)


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False


def signed_token(certificate: Path, service: str, access: list[dict[str, Any]]) -> str:
    """A token as a token server of docker-registry signs it, with the key that stands behind a certificate."""
    pem = certificate.read_text().partition("-----BEGIN CERTIFICATE-----")[2].partition("-----END")[0]
    now = int(time.time())
    head = {"typ": "JWT", "alg": "ES256", "x5c": ["".join(pem.split())]}
    claims = {
        "iss": "tests",
        "sub": "joe",
        "aud": service,
        "exp": now + 300,
        "nbf": now - 10,
        "iat": now,
        "jti": "1",
        "access": access,
    }
    signed = ".".join(_packed(json.dumps(part).encode()) for part in (head, claims))
    done = subprocess.run(
        ["openssl", "dgst", "-sha256", "-sign", str(certificate)],
        input=signed.encode(),
        capture_output=True,
        check=True,
    )
    return f"{signed}.{_packed(_raw(done.stdout))}"


def _raw(der: bytes) -> bytes:
    """An ECDSA signature as JWS has it (RFC 7518, section 3.4): both numbers, 32 bytes each, in place of DER."""
    length = der[3]
    one, rest = der[4 : 4 + length], der[4 + length :]
    other = rest[2 : 2 + rest[1]]
    return b"".join(int.from_bytes(number, "big").to_bytes(32, "big") for number in (one, other))


def _packed(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
