"""What the kubelet says itself, and calls to the container runtime that nobody answers."""

from __future__ import annotations

from kubectl_imagepull.messages.rules.phrase import Phrase
from kubectl_imagepull.messages.rules.rule import Call, Rule
from kubectl_imagepull.messages.rules.shapes import (
    PULL,
)
from kubectl_imagepull.vocabulary.causes import Cause

KUBELET: tuple[Rule, ...] = (
    Rule(
        Cause.NEVER_PULL,
        "the pod forbids pulling, and the kubelet has no copy of the image on the node",
        (
            Phrase(
                r"is not present with pull policy of Never",
                'Container image "registry.example.com/team/app:1.2.3" is not present with pull policy of Never',
                "kubelet: kubernetes/kubernetes pkg/kubelet/images/image_manager.go",
            ),
            Phrase(
                r"ErrImageNeverPull",
                "Error: ErrImageNeverPull",
                "kubelet: kubernetes/kubernetes pkg/kubelet/images/types.go",
            ),
        ),
    ),
    Rule(
        Cause.PULL_SECRET_MISSING,
        "the kubelet's FailedToRetrieveImagePullSecret event, and its log line before 1.28",
        (
            Phrase(
                r"Unable to retrieve some image pull secrets",
                "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.",
                "kubelet 1.28 and newer: kubernetes/kubernetes pkg/kubelet/kubelet_pods.go",
            ),
            Phrase(
                r"Unable to retrieve pull secret",
                'Unable to retrieve pull secret prod/regcred for prod/web-0 due to secret "regcred" not found.  '
                "The image pull may not succeed.",
                "kubelet before 1.28: kubernetes/kubernetes pkg/kubelet/kubelet_pods.go",
            ),
        ),
    ),
    Rule(
        Cause.KUBELET_THROTTLED,
        "the kubelet's own limit, registryPullQPS, is used up",
        (
            Phrase(
                r"pull QPS exceeded",
                PULL + "pull QPS exceeded",
                "kubelet: kubernetes/kubernetes pkg/kubelet/images/helpers.go",
            ),
        ),
    ),
    Rule(
        Cause.PULL_SECRET_MALFORMED,
        "the kubelet can't parse a pull secret and passes Go's error on unchanged",
        (
            Phrase(
                r"illegal base64 data at input byte",
                "illegal base64 data at input byte 12",
                "kubelet: golang/go src/encoding/base64/base64.go",
            ),
            Phrase(
                r"unable to parse auth field, must be formatted as",
                "unable to parse auth field, must be formatted as base64(username:password)",
                "kubelet: kubernetes/kubernetes pkg/credentialprovider/config.go",
            ),
            Phrase(
                r"^json: cannot unmarshal",
                "json: cannot unmarshal string into Go struct field DockerConfigEntry.auths of type struct",
                "kubelet: golang/go src/encoding/json/decode.go",
            ),
            Phrase(
                # a page of a web server begins with `<`, a secret doesn't
                r"^invalid character '(?!<').{1,12} (?:looking for|after|in) ",
                "invalid character '}' looking for beginning of object key string",
                "kubelet: golang/go src/encoding/json/scanner.go",
                more=(
                    "invalid character '\"' after object key:value pair",
                    PULL + "invalid character '\\n' in string literal",
                ),
            ),
            Phrase(
                r"^unexpected end of JSON input",
                PULL + "unexpected end of JSON input",
                "kubelet: golang/go src/encoding/json/scanner.go",
            ),
        ),
        examples=(PULL + "illegal base64 data at input byte 4",),
    ),
)

RUNTIME_CALLS: tuple[Rule, ...] = (
    Rule(
        Cause.RUNTIME_UNAVAILABLE,
        "nobody serves the runtime's socket, or it closed during the call",
        (
            Phrase(
                r"dial unix /\S*docker\S*\.sock",
                "Got permission denied while trying to connect to the Docker daemon socket at "
                "unix:///var/run/docker.sock: Get http://%2Fvar%2Frun%2Fdocker.sock/v1.40/images/json: dial unix "
                "/var/run/docker.sock: connect: permission denied",
                "Docker 20.10, its client: moby/moby client/request.go",
            ),
            Phrase(
                r"transport is closing",
                PULL + "rpc error: code = Unavailable desc = transport is closing",
                "gRPC 1.36: grpc/grpc-go internal/transport/transport.go",
            ),
            Phrase(
                r"error reading from server: ",
                PULL + "rpc error: code = Unavailable desc = error reading from server: EOF",
                "gRPC: grpc/grpc-go internal/transport/http2_client.go",
            ),
            Phrase(
                r"server is not initialized yet",
                PULL + "rpc error: code = Unknown desc = server is not initialized yet",
                "containerd: containerd/containerd internal/cri/instrument/instrumented_service.go",
            ),
            Phrase(
                r"Cannot connect to the Docker daemon",
                PULL + "rpc error: code = Unknown desc = Cannot connect to the Docker daemon at "
                "unix:///var/run/docker.sock. Is the docker daemon running?",
                "Docker's client: moby/moby client/errors.go",
            ),
            # Docker's client never talks to a registry: what fails on its way is the way to the engine
            Phrase(
                r"error during connect: ",
                'WARNING: Failed to pull image with policy "always": error during connect: Post "https://10.0.48.179:'
                '2376/v1.41/images/create?fromImage=team%2Fapp&tag=1.2.3": dial tcp 10.0.48.179:2376: connect: no '
                "route to host",
                "Docker's client: moby/moby client/errors.go",
            ),
            Phrase(
                r"UnixHTTPConnectionPool",
                "UnixHTTPConnectionPool(host='localhost', port=None): Read timed out. (read timeout=60)",
                "Docker's library for Python: docker/docker-py docker/transport/unixconn.py",
            ),
            Phrase(
                r"while fetching server API version",
                "docker.errors.DockerException: Error while fetching server API version: ('Connection aborted.', "
                "FileNotFoundError(2, 'No such file or directory'))",
                "Docker's library for Python: docker/docker-py docker/api/client.py",
            ),
            Phrase(
                r"failed to dial <q>: ",
                'failed to pull image: failed to dial "/run/containerd/containerd.sock": context deadline exceeded: '
                "connection error",
                "containerd's client, such as nerdctl: containerd/containerd client/client.go",
            ),
            Phrase(
                r"for API route and version <socket>",
                "request returned Internal Server Error for API route and version http://%2F%2F.%2Fpipe%2Fdocker_engine/"
                "v1.24/images/create?fromImage=team%2Fapp&tag=1.2.3, check if the server supports the requested API "
                "version",
                "Docker's client: moby/moby client/request.go",
            ),
            Phrase(
                r"connection error: desc = ",
                PULL + 'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: '
                'dial unix /run/containerd/containerd.sock: connect: connection refused"',
                "gRPC: grpc/grpc-go internal/transport/transport.go",
            ),
            Phrase(
                r"grpc: the client connection is closing",
                PULL + "rpc error: code = Canceled desc = grpc: the client connection is closing",
                "gRPC: grpc/grpc-go clientconn.go",
            ),
            Phrase(
                r"connect endpoint '",
                "FATA[0010] connect endpoint 'unix:///var/run/crio/crio.sock', make sure you are running as root and "
                "the endpoint has been started: context deadline exceeded",
                "crictl 1.19 to 1.23: kubernetes-sigs/cri-tools cmd/crictl/main.go",
            ),
            Phrase(
                r"unknown service runtime",
                PULL + "rpc error: code = Unimplemented desc = unknown service runtime.v1.ImageService",
                "containerd whose CRI plugin is off or too old: grpc/grpc-go server.go",
            ),
            Phrase(
                r"container runtime is down",
                "skipping pod synchronization - [container runtime is down PLEG is not healthy: pleg was last seen "
                "active 5m1s ago; threshold is 3m0s]",
                "kubelet: kubernetes/kubernetes pkg/kubelet/runtime.go",
            ),
        ),
    ),
    Rule(
        Cause.RUNTIME_UNAVAILABLE,
        "a call that never leaves the node (a list, a status, a sandbox, a lease) gets no answer in time: the "
        "runtime or "
        "the disk below it hangs",
        (
            Phrase(
                r"context deadline exceeded",
                'Failed to inspect image "": rpc error: code = DeadlineExceeded desc = context deadline exceeded',
                "kubelet, of its own time limit: kubernetes/cri-client pkg/remote_image.go",
            ),
            Phrase(
                r"context canceled",
                "E1122 10:00:00.000000    1290 kuberuntime_image.go:122] Failed to list images: rpc error: code = "
                "Canceled "
                "desc = context canceled",
                "kubelet, whose call was given up: kubernetes/kubernetes pkg/kubelet/kuberuntime/kuberuntime_image.go",
            ),
            Phrase(
                r"timed out",
                "Failed to create pod sandbox: create container timed out",
                "CRI-O: cri-o/cri-o internal/oci/runtime_oci.go",
            ),
        ),
        examples=(
            "Failed to create pod sandbox: rpc error: code = DeadlineExceeded desc = context deadline exceeded",
            "FATA[0010] failed to connect: failed to connect: context deadline exceeded",
        ),
        call=Call.NODE,
        alternatives=(Cause.NODE_STORAGE_FAULT,),
    ),
)
