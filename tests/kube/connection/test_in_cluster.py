from __future__ import annotations

from pathlib import Path

import pytest

from kubectl_imagepull.kube.connection import in_cluster
from kubectl_imagepull.kube.connection.in_cluster import AccountToken, NoAccountError, pod_cluster


def test_the_token_is_read_again_after_a_minute(account: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = AccountToken()
    (account / "token").write_text("newer\n")
    assert token.authorization() == "bearer pod-token"
    monkeypatch.setattr(in_cluster, "monotonic", lambda: token._read_at + 60)
    assert token.authorization() == "bearer newer"


@pytest.mark.parametrize(
    ("host", "server"), [("10.0.0.1", "https://10.0.0.1:443"), ("fd00::1", "https://[fd00::1]:443")]
)
def test_a_pods_environment_names_its_cluster(
    account: Path, monkeypatch: pytest.MonkeyPatch, host: str, server: str
) -> None:
    with pytest.raises(NoAccountError):
        pod_cluster()
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", host)
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    assert pod_cluster() == {"server": server, "certificate-authority": f"{account}/ca.crt"}
    (account / "ca.crt").unlink()
    with pytest.raises(NoAccountError):
        pod_cluster()
