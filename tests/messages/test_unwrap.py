"""How a message is taken apart."""

import pytest

from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.messages.unwrap import Parsed, take_apart
from kubectl_imagepull.vocabulary.causes import Cause, Confidence, What


def test_names_become_placeholders() -> None:
    text = (
        'Failed to pull image "registry.example.com/team/app:1": failed to pull and unpack image '
        '"registry.example.com/team/app:1": failed to resolve reference "registry.example.com/team/app:1": '
        'failed to do request: Head "https://registry.example.com/v2/team/app/manifests/1": '
        "dial tcp: lookup registry.example.com on 10.0.0.2:53: no such host"
    )
    assert take_apart(text) == (
        Parsed(
            head="failed to pull and unpack image <q>: failed to resolve reference <q>: failed to do request: Head <url>: "
            "dial tcp: lookup <host>: no such host",
            image="registry.example.com/team/app:1",
            hosts=("registry.example.com",),
            lookup="registry.example.com",
        ),
    )


def test_the_registry_s_words_are_the_body() -> None:
    text = "Error response from daemon: denied: Your authorization token has expired."
    assert take_apart(text) == (Parsed(head="denied:", body="Your authorization token has expired.", status=403),)


def test_a_joined_body_begins_behind_the_status() -> None:
    text = "unexpected status from HEAD request to https://r.example.com/v2/: 403 Forbidden\ndenied: no"
    (parsed,) = take_apart(text)
    assert (parsed.head, parsed.body, parsed.status) == (
        "unexpected status from HEAD request to <url>: 403 Forbidden",
        "denied: no",
        403,
    )


AZURE = (
    'Failed to pull image "r.azurecr.io/a:1": [rpc error: code = Unknown desc = failed to pull and unpack image '
    '"r.azurecr.io/a:1": failed to resolve reference "r.azurecr.io/a:1": failed to authorize: failed to fetch oauth token: '
    "unexpected status from GET request to https://r.azurecr.io/oauth2/token?x=y: 401 Unauthorized, rpc error: code = "
    'Unknown desc = failed to pull and unpack image "r.azurecr.io/a:1": failed to resolve reference "r.azurecr.io/a:1": '
    "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to "
    "https://r.azurecr.io/oauth2/token?x=y: 401 Unauthorized]"
)
MIRRORS = (
    "initializing source docker://docker.io/library/nginx:1: (Mirrors also failed: [m1.example.com/library/nginx:1: "
    'pinging container registry m1.example.com: Get "https://m1.example.com/v2/": dial tcp 10.0.0.1:443: connect: '
    "connection refused]\n[m2.example.com/library/nginx:1: reading manifest 1 in m2.example.com/library/nginx: "
    "manifest unknown]): docker.io/library/nginx:1: reading manifest 1 in docker.io/library/nginx: toomanyrequests: "
    "You have reached your pull rate limit."
)
ARTIFACT = (
    "unable to pull image or OCI artifact: pull image err: initializing source docker://quay.io/a/b:1: reading manifest 1 "
    "in quay.io/a/b: unauthorized: access to the requested resource is not authorized; artifact err: provided artifact is "
    "a container image"
)
KLOG = (
    'E0310 18:16:47.048579    2082 remote_image.go:171] "PullImage from image service failed" err="rpc error: code = '
    'Unknown desc = failed to pull and unpack image \\"r.example.com/a:1\\": failed to copy: write /var/lib/x: no space '
    'left on device" image="r.example.com/a:1"'
)
POD_WORKER = (
    'Error syncing pod, skipping: failed to "StartContainer" for "web" with ErrImagePull: "rpc error: code = Unknown desc '
    '= Error response from daemon: manifest for a/b:1 not found: manifest unknown: manifest unknown"'
)


@pytest.mark.parametrize(
    ("text", "cause", "image"),
    [
        (AZURE, Cause.BAD_CREDENTIALS, "r.azurecr.io/a:1"),
        (MIRRORS, Cause.RATE_LIMITED, "docker.io/library/nginx:1"),
        (ARTIFACT, Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE, "quay.io/a/b:1"),
        (KLOG, Cause.NODE_DISK_FULL, "r.example.com/a:1"),
        (POD_WORKER, Cause.TAG_NOT_FOUND, "a/b:1"),
        (
            '(combined from similar events): Failed to pull image "r.example.com/a:1": pull QPS exceeded',
            Cause.KUBELET_THROTTLED,
            "r.example.com/a:1",
        ),
        (
            '{"message":"Get https://r.example.com/v2/a/manifests/1: unauthorized: incorrect username or password"}',
            Cause.BAD_CREDENTIALS,
            None,
        ),
        ('Back-off pulling image \\"nginx\\": ErrImagePull: pull QPS exceeded', Cause.KUBELET_THROTTLED, "nginx"),
        ("", Cause.UNKNOWN, None),
    ],
    ids=["credentials", "mirrors", "artifact", "klog", "pod-worker", "aggregated", "json", "escaped", "empty"],
)
def test_what_decides_in_a_nested_text(text: str, cause: Cause, image: str | None) -> None:
    verdict = classify(text)
    assert (verdict.cause, verdict.image) == (cause, image)


def test_a_look_up_names_the_registry_s_own_host_without_its_port() -> None:
    head = 'failed to pull image "r.example.com:5000/a:1": failed to do request: Head "https://r.example.com:5000/v2/a/'
    verdict = classify(f'{head}manifests/1": dial tcp: lookup r.example.com on 10.0.0.2:53: no such host')
    assert (verdict.cause, verdict.host, verdict.answered_by) == (Cause.DNS_FAILURE, "r.example.com", None)
    other = classify(f'{head}manifests/1": dial tcp: lookup auth.example.com on 10.0.0.2:53: no such host')
    assert other.answered_by == "auth.example.com"


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("Unauthorized", Cause.NO_CREDENTIALS),
        ("Forbidden", Cause.FORBIDDEN),
        ("the disk is on fire", Cause.UNKNOWN),
    ],
)
def test_a_status_that_a_registry_says_in_words_alone(words: str, cause: Cause) -> None:
    text = f'rpc error: code = Unknown desc = Get "https://fra.ocir.io/v2/team/app/manifests/1": unknown: {words}'
    assert classify(text).cause is cause


def test_a_sandbox_image_is_an_attribute_and_no_cause() -> None:
    verdict = classify(
        "Failed to create pod sandbox: rpc error: code = NotFound desc = failed to start sandbox "
        '"a58c": failed to get sandbox image "r.example.com/pause:3.99": failed to pull image "r.example.com/pause:3.99": '
        'failed to pull and unpack image "r.example.com/pause:3.99": failed to resolve image: r.example.com/pause:3.99: '
        "not found"
    )
    assert (verdict.cause, verdict.what, verdict.image) == (
        Cause.TAG_NOT_FOUND,
        What.SANDBOX,
        "r.example.com/pause:3.99",
    )


@pytest.mark.parametrize(
    ("url", "image", "answered_by", "host"),
    [
        ("https://registry-1.docker.io/v2/", "docker.io/library/nginx:1", None, "docker.io"),
        ("https://auth.docker.io/token?x=y", "nginx", "auth.docker.io", "auth.docker.io"),
        ("https://mirror.example.com/v2/?ns=docker.io", "nginx", "mirror.example.com", "mirror.example.com"),
        ("https://r.example.com:443/v2/", "r.example.com/a", None, "r.example.com"),
        ("https://r.example.com:5000/v2/", "r.example.com:5000/a", None, "r.example.com:5000"),
    ],
)
def test_who_answered(url: str, image: str, answered_by: str | None, host: str) -> None:
    verdict = classify(
        f'Failed to pull image "{image}": unexpected status from HEAD request to {url}: 503 Service Unavailable'
    )
    assert (verdict.answered_by, verdict.host) == (answered_by, host)


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("InvalidImageName", Cause.INVALID_REFERENCE),
        ("ErrImageNeverPull", Cause.NEVER_PULL),
        ("SignatureValidationFailed", Cause.SIGNATURE_REJECTED),
        ("RegistryUnavailable", Cause.CONNECTION_REFUSED),
        (None, Cause.CONNECTION_REFUSED),
    ],
)
def test_some_reasons_decide_alone(reason: str | None, cause: Cause) -> None:
    assert classify("dial tcp 10.0.0.1:443: connect: connection refused", reason).cause is cause


def test_what_a_text_leaves_open_is_said() -> None:
    verdict = classify(
        "unexpected status from HEAD request to https://r.example.com/v2/a/manifests/1: 401 Unauthorized"
    )
    assert (verdict.cause, verdict.confidence, verdict.alternatives) == (
        Cause.NO_CREDENTIALS,
        Confidence.POSSIBLE,
        (Cause.BAD_CREDENTIALS,),
    )


@pytest.mark.parametrize(
    "text",
    [
        'pods "web" is forbidden: exceeded quota: compute-resources, requested: cpu=1',
        'FATAL: password authentication failed for user "x"',
        'Error: secret "db" not found',
        'Readiness probe failed: Get "http://10.0.0.1:80/": dial tcp 10.0.0.1:80: connect: connection refused',
        'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "a": plugin '
        'type="calico" failed (add): error getting ClusterInformation: connection is unauthorized: Unauthorized',
        "Unable to attach or mount volumes: unmounted volumes=[data]: timed out waiting for the condition",
        'MountVolume.SetUp failed for volume "x" : mkdir /var/lib/x: no space left on device',
    ],
)
def test_errors_of_other_things_are_not_named(text: str) -> None:
    assert classify(text).cause is Cause.UNKNOWN


def test_a_login_in_a_url_is_no_host() -> None:
    verdict = classify('Failed to pull image "r.example.com/a:1": Get "https://u:pw@r.example.com/v2/": EOF')
    assert (verdict.host, verdict.answered_by) == ("r.example.com", None)
