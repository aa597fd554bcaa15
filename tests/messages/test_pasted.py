from __future__ import annotations

import json

import pytest

from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.messages.pasted import pasted_failures

APP = "registry.example.com/team/app:1.2.3"
NOT_FOUND = (
    f'rpc error: code = NotFound desc = failed to pull and unpack image "{APP}": failed to resolve reference "{APP}": '
    f"{APP}: not found"
)
DESCRIBE = f"""\
Name:             web-5d4f8c7b9-abcde
Node:             worker-a/10.0.0.5
Containers:
  app:
    Image:          {APP}
    State:          Waiting
      Reason:       ImagePullBackOff
Conditions:
  Type              Status
  Ready             False
Events:
  Type     Reason     Age                 From               Message
  ----     ------     ----                ----               -------
  Normal   Scheduled  5m30s               default-scheduler  Successfully assigned shop/web to worker-a
  Normal   Pulling    4m (x4 over 5m30s)  kubelet            Pulling image "{APP}"
  Warning  Failed     4m (x4 over 5m29s)  kubelet            Failed to pull image "{APP}": {NOT_FOUND}
  Warning  Failed     4m (x4 over 5m29s)  kubelet            Error: ErrImagePull
  Warning  Failed     3m (x6 over 5m28s)  kubelet            Error: ImagePullBackOff
  Normal   BackOff    20s (x20 over 5m)   kubelet            Back-off pulling image "{APP}"
"""
EVENTS = """\
LAST SEEN   TYPE      REASON      OBJECT            MESSAGE
5m          Normal    Scheduled   pod/web-1         Successfully assigned shop/web-1 to worker-a
4m          Warning   Failed      pod/web-1         Failed to pull image "a.example/x:1": unexpected status from HEAD request to https://a.example/v2/x/manifests/1: 401 Unauthorized
4m          Warning   Failed      pod/web-2         Failed to pull image "b.example/y:2": failed to do request: Head "https://b.example/v2/y/manifests/2": dial tcp: lookup b.example on 10.0.0.2:53: no such host
3m          Warning   Unhealthy   pod/db-0          Readiness probe failed: dial tcp 10.0.0.9:5432: connect: connection refused
"""
KLOG = f'E1123 22:51:43.000000    1234 log.go:32] "PullImage from image service failed" err="{NOT_FOUND.replace(chr(34), chr(92) + chr(34))}"'
JOURNAL = f"""\
Nov 23 22:51:43 node-a kubelet[1234]: {KLOG}
Nov 23 22:51:44 node-a kubelet[1234]: I1123 22:51:44.000000    1234 kubelet.go:100] "SyncLoop (PLEG): event for pod"
Nov 23 22:51:45 node-a kubelet[1234]: E1123 22:51:45.000000    1234 controller.go:146] "Failed to ensure lease exists" err="Get \\"https://10.0.0.1:6443/apis\\": dial tcp 10.0.0.1:6443: connect: connection refused"
"""
JSON_JOURNAL = "\n".join(json.dumps({"MESSAGE": text, "_PID": "1"}) for text in (KLOG, "Started something"))
DOCKER = "\n".join(
    json.dumps({"log": text, "stream": "stderr"})
    for text in ("Error response from daemon: manifest for nginx:1.99 not found: manifest unknown\n", "bye\n")
)
CI = """\
2026-11-23T22:51:40.1234567Z ##[group]Run docker pull
2026-11-23T22:51:41.1234567Z docker pull registry.example.com/team/app:9
2026-11-23T22:51:42.1234567Z Error response from daemon: Get "https://registry.example.com/v2/": x509: certificate signed by unknown authority
2026-11-23T22:51:43.1234567Z ##[error]Process completed with exit code 1.
"""
BROKEN = f"""\
Back-off pulling image "{APP}": ErrImagePull: rpc error: code =
NotFound desc = failed to pull and unpack image "{APP}": failed
to resolve reference "{APP}": registry.example.com/team/app:1.2.
3: not found
"""
BROKEN_IN_A_LOG = f"""\
time="2026-11-23T22:51:40Z" level=info msg="hello"
time="2026-11-23T22:51:41Z" level=error msg="PullImage \\"{APP}\\" failed" error="failed to pull and unpack image \\"{APP}\\":
  failed to copy: write /var/lib/containerd/x: no space left on device"
"""
#: What is pasted -> causes with their images, and how many lines are noise.
PASTED = {
    DESCRIBE: ([("TagNotFound", APP)], 15),
    EVENTS: ([("NoCredentials", "a.example/x:1"), ("DnsFailure", "b.example/y:2")], 3),
    JOURNAL: ([("TagNotFound", APP)], 2),
    JSON_JOURNAL: ([("TagNotFound", APP)], 1),
    DOCKER: ([("TagNotFound", "nginx:1.99")], 1),
    CI: ([("TlsUnknownAuthority", None)], 3),
    BROKEN: ([("TagNotFound", APP)], 0),
    BROKEN_IN_A_LOG: ([("NodeDiskFull", APP)], 1),
    "Nov 23 22:51:44 a kubelet[1]: nothing\nNov 23 22:51:45 a kubelet[1]: more of it\n": ([], 2),
}


@pytest.mark.parametrize("text", PASTED)
def test_one_answer_for_each_image_that_fails(text: str) -> None:
    found = pasted_failures(text)
    assert found
    causes = [(classify(one.text, one.reason, one.image).cause.value, one.image) for one in found.messages]
    assert (causes, found.noise) == PASTED[text]


@pytest.mark.parametrize(
    "text",
    [
        "pull QPS exceeded\nno basic auth credentials\n",
        "pull QPS exceeded",
        "what is this\nand that",
        '{"message": "pull QPS exceeded"}\n{"message": "x", "reason": "InvalidImageName", "image": "A:b"}\n',
        "",
    ],
)
def test_where_nothing_says_more_each_line_is_a_message(text: str) -> None:
    assert pasted_failures(text) is None


def test_the_newest_error_of_an_image_counts() -> None:
    log = "\n".join(
        f'Nov 23 22:51:4{second} a kubelet[1]: Failed to pull image "a.example/x:1": {error}'
        for second, error in enumerate(("a.example/x:1: not found", "toomanyrequests: rate limit", "Back-off"))
    )
    found = pasted_failures(log)
    assert found
    assert [classify(one.text).cause.value for one in found.messages] == ["RateLimited"]
