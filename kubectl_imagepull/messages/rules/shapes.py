"""Beginnings of messages, as kubelet, runtimes and clients write them: what the proofs are put together from."""

DIGEST = "sha256:703db7ffd75afe146d51b879d73be86c28ccce440317135558847b8bb7100441"
OTHER_DIGEST = "sha256:25dc08bf7efd35c57f2112dbe8881194510d1919636389ae8fb875b912912d8a"

PULL = 'Failed to pull image "registry.example.com/team/app:1.2.3": '

CONTAINERD_PULL = PULL + 'failed to pull and unpack image "registry.example.com/team/app:1.2.3": '
CONTAINERD = CONTAINERD_PULL + "failed to resolve image: "
CONTAINERD_HEAD = CONTAINERD + 'failed to do request: Head "https://registry.example.com/v2/team/app/manifests/1.2.3": '
CONTAINERD_17 = (
    PULL + 'rpc error: code = Unknown desc = failed to pull and unpack image "registry.example.com/team/app:1.2.3": '
    'failed to resolve reference "registry.example.com/team/app:1.2.3": '
)
CONTAINERD_STATUS = (
    CONTAINERD + "unexpected status from HEAD request to https://registry.example.com/v2/team/app/manifests/1.2.3: "
)
CONTAINERD_COPY = CONTAINERD_PULL + "failed to copy: "
CONTAINERD_EXTRACT = CONTAINERD_PULL + "failed to extract layer " + DIGEST + ": "

CRIO = PULL + "initializing source docker://registry.example.com/team/app:1.2.3: "
CRIO_PING = CRIO + 'pinging container registry registry.example.com: Get "https://registry.example.com/v2/": '
CRIO_READ = CRIO + "reading manifest 1.2.3 in registry.example.com/team/app: "
CRIO_LAYER = PULL + 'copying system image from manifest list: writing blob: adding layer with blob "' + DIGEST + '": '

DOCKER = PULL + "rpc error: code = Unknown desc = Error response from daemon: "
DOCKER_GET = DOCKER + 'Get "https://registry.example.com/v2/": '
DOCKER_DENIED = (
    DOCKER + "pull access denied for registry.example.com/team/app, repository does not exist or may require "
    "'docker login': denied: "
)

#: google/go-containerregistry, the client of Knative, Tekton, kaniko, crane and others.
CRANE = "GET https://registry.example.com/v2/team/app/manifests/1.2.3: "
