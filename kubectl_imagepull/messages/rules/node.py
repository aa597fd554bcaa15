"""The node: disk, image store, container runtime."""

from __future__ import annotations

from kubectl_imagepull.messages.rules.phrase import Phrase
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import (
    CONTAINERD_COPY,
    CONTAINERD_PULL,
    DIGEST,
    DOCKER,
    PULL,
)
from kubectl_imagepull.vocabulary.causes import Cause

#: containerd writes what it downloads into a file below this directory.
_INGEST = "/var/lib/containerd/io.containerd.content.v1.content/ingest/c06fbe"
_BLOBS = "/var/lib/containerd/io.containerd.content.v1.content/blobs/sha256"

NODE: tuple[Rule, ...] = (
    Rule(
        Cause.NODE_DISK_FULL,
        "the node's disk is full, or the runtime or the kubelet sees too little room left",
        (
            Phrase(
                r"no space left on device",
                CONTAINERD_COPY + f"write {_INGEST}/data: no space left on device",
                "Linux, wherever a runtime writes: golang/go src/syscall/zerrors_linux_amd64.go (ENOSPC)",
            ),
            Phrase(
                r"Thin Pool has .{1,80} less than minimum required",
                DOCKER + "devmapper: Thin Pool has 3984 free data blocks which is less than minimum required 163840 "
                "free data blocks. Create more free space in thin pool or use dm.min_free_space option to change "
                "behavior",
                "Docker before 25: moby/moby daemon/graphdriver/devmapper/deviceset.go",
            ),
            Phrase(
                r"disk quota exceeded",
                CONTAINERD_COPY + f"write {_INGEST}/data: disk quota exceeded",
                "Linux, wherever a runtime writes: golang/go src/syscall/zerrors_linux_amd64.go (EDQUOT)",
            ),
            Phrase(
                r"not enough space on the disk",
                PULL + "failed to register layer: re-exec error: exit status 1: output: write "
                r"\\?\C:\ProgramData\docker\windowsfilter\0a1b2c\Files\app.exe: There is not enough space on the disk.",
                "Windows, wherever a runtime writes: learn.microsoft.com, system error 112 (ERROR_DISK_FULL)",
            ),
            Phrase(
                r"Insufficient free disk space",
                "Insufficient free disk space on the node's image filesystem (87% of 100 GiB used). Failed to free "
                "sufficient space by deleting unused images (freed 0 bytes).",
                "kubelet: kubernetes/kubernetes pkg/kubelet/images/image_gc_manager.go",
            ),
        ),
        examples=(
            PULL + 'storing blob to file "/var/tmp/storage4208048397/4": write /var/tmp/storage4208048397/4: no space '
            "left on device",
        ),
    ),
    Rule(
        Cause.NODE_STORAGE_FAULT,
        "the kernel or the image store fails while the runtime stores or unpacks a layer",
        (
            Phrase(
                r"read-only file system",
                "docker: open /mnt/sda1/var/lib/docker/tmp/GetImageBlob688349880: read-only file system.",
                "Linux, wherever a runtime writes: golang/go src/syscall/zerrors_linux_amd64.go (EROFS)",
            ),
            Phrase(
                r"input/output error",
                CONTAINERD_COPY + f"write {_INGEST}/data: input/output error",
                "Linux, wherever a runtime writes: golang/go src/syscall/zerrors_linux_amd64.go (EIO)",
            ),
            Phrase(
                r"structure needs cleaning",
                CONTAINERD_COPY + f"mkdir {_INGEST}: structure needs cleaning",
                "Linux with a damaged XFS or ext4: golang/go src/syscall/zerrors_linux_amd64.go (EUCLEAN)",
            ),
            Phrase(
                r"stale file handle",
                CONTAINERD_COPY + f"open {_INGEST}/data: stale file handle",
                "Linux with an image store on NFS: golang/go src/syscall/zerrors_linux_amd64.go (ESTALE)",
            ),
            Phrase(
                r"too many open files",
                CONTAINERD_COPY + f"open {_INGEST}/data: too many open files",
                "Linux, wherever a runtime opens a file: golang/go src/syscall/zerrors_linux_amd64.go (EMFILE)",
            ),
            Phrase(
                r"cannot allocate memory",
                CONTAINERD_COPY + f"mkdir {_INGEST}: cannot allocate memory",
                "Linux without memory: golang/go src/syscall/zerrors_linux_amd64.go (ENOMEM)",
            ),
            Phrase(
                r"device or resource busy",
                DOCKER + "unlinkat /var/lib/docker/overlay2/0a1b2c/merged: device or resource busy",
                "Linux with a mount left behind: golang/go src/syscall/zerrors_linux_amd64.go (EBUSY)",
            ),
            Phrase(
                r"(?:open|mkdir|rename|stat) \S[^:]{0,200}: (?:permission denied|operation not (?:permitted|supported)"
                r"|no such file|file exists|not a directory|invalid argument|directory not empty)",
                CONTAINERD_COPY + f"open {_INGEST}/data: permission denied",
                "Go's names of system calls, with Linux's errors: golang/go src/os/file.go, src/os/file_unix.go",
                more=(
                    CONTAINERD_COPY + f"mkdir {_INGEST}: operation not permitted",
                    CONTAINERD_COPY + f"mkdir {_INGEST}: operation not supported",
                    CONTAINERD_COPY + f"open {_INGEST}/data: no such file or directory",
                    CONTAINERD_COPY + f"mkdir {_INGEST}: file exists",
                    CONTAINERD_COPY + f"stat {_BLOBS}/703db7: not a directory",
                    CONTAINERD_COPY + f"rename {_INGEST}/data {_BLOBS}/703db7: invalid argument",
                    DOCKER + "rename /var/lib/docker/image/overlay2/layerdb/tmp/write-set-1 "
                    "/var/lib/docker/image/overlay2/layerdb/sha256/703db7: directory not empty",
                ),
            ),
            Phrase(
                r"(?:failed|unable) to prepare extraction snapshot",
                CONTAINERD_PULL + f'failed to prepare extraction snapshot "extract-779240847-Oy6- {DIGEST}": layer '
                '"3496" unavailable: unavailable',
                "containerd: containerd/containerd core/unpack/unpacker.go",
                more=(CONTAINERD_PULL + "unable to prepare extraction snapshot: layer unavailable: unavailable",),
            ),
            Phrase(
                r"failed to (?:stat|commit) snapshot",
                f"ctr: failed to stat snapshot {DIGEST}: snapshotter not loaded: overlayfs: invalid argument",
                "containerd: containerd/containerd core/unpack/unpacker.go",
                more=(
                    CONTAINERD_PULL + f"failed to commit snapshot extract-779240847-Oy6- {DIGEST}: metadata is "
                    "damaged: unknown",
                ),
            ),
            Phrase(
                r"snapshot \S+ does not exist",
                f"ctr: parent snapshot {DIGEST} does not exist: not found",
                "containerd: containerd/containerd core/metadata/snapshot.go",
            ),
            Phrase(
                r"content digest <digest>: not found",
                f"ctr: content digest {DIGEST}: not found",
                "containerd: containerd/containerd core/metadata/content.go",
            ),
            Phrase(
                r"snapshotter \S+ was not found",
                CONTAINERD_PULL + "snapshotter stargz was not found: not found",
                "containerd: containerd/containerd client/client.go",
            ),
            Phrase(
                r"ref \S+ locked",
                CONTAINERD_PULL + f"ref k8s.io/2/layer-{DIGEST} locked for 5m0s (since 2026-11-23 22:48:15 +0000 UTC): "
                "unavailable",
                "containerd: containerd/containerd plugins/content/local/locks.go",
            ),
            Phrase(
                r"insufficient UIDs or GIDs",
                PULL + f"partial pull of blob {DIGEST}: potentially insufficient UIDs or GIDs available in the user "
                "namespace (requested 0:42 for etc/gshadow): Check /etc/subuid and /etc/subgid if configured locally "
                'and run "podman system migrate": invalid argument',
                "CRI-O, podman: containers/storage pkg/chunked/filesystem_linux.go",
            ),
            Phrase(
                r"layer not known",
                "Error: reading layer 703db7ffd75afe146d51b879d73be86c: layer not known",
                "CRI-O, podman: containers/storage types/errors.go",
            ),
            Phrase(
                r"layer does not exist",
                DOCKER + "layer does not exist",
                "Docker: moby/moby daemon/internal/layer/layer.go",
            ),
            Phrase(
                r"error creating overlay mount",
                DOCKER + "error creating overlay mount to /var/lib/docker/overlay2/0a1b2c/merged: no such device",
                "Docker: moby/moby daemon/graphdriver/overlay2/overlay.go",
            ),
            Phrase(
                r"failed to mount ",
                "Error: failed to mount image volume: ImageVolumeMountFailed: failed to mount image volume component "
                '"/run/containerd/io.containerd.grpc.v1.cri/image-volumes/0a1b2c/703db7": mount source: "overlay"',
                "containerd: containerd/containerd internal/cri/server/container_image_mount.go",
            ),
            Phrase(
                r"devmapper: ",
                DOCKER + "devmapper: Unknown device 3aa3b0c1",
                "Docker before 25: moby/moby daemon/graphdriver/devmapper/deviceset.go",
            ),
            Phrase(
                r"devicemapper: ",
                "Error pulling image (1.2.3) from registry.example.com/team/app, Driver devicemapper failed to create "
                "image rootfs 0a1b2c: devicemapper: Error running deviceCreate (createSnapDevice) dm_task_run failed",
                "Docker before 1.10: moby/moby graph/graph.go, pkg/devicemapper/devmapper.go",
            ),
            Phrase(
                r"hcsshim::",
                r"hcsshim::ImportLayer failed in Win32: The system cannot find the file specified. (0x2) layerId=\\?\C:"
                r"\ProgramData\docker\windowsfilter\6286337c flavour=1 folder=C:\Windows\TEMP\hcs472145487",
                "Windows: microsoft/hcsshim internal/wclayer/importlayer.go",
            ),
        ),
        examples=(
            CONTAINERD_PULL
            + f"failed to extract layer {DIGEST}: mount callback failed on /var/lib/containerd/tmpmounts/containerd-"
            "mount993838894: lchown /var/lib/containerd/tmpmounts/containerd-mount993838894/etc: operation not "
            "supported: unknown",
            PULL + "rpc error: code = NotFound desc = failed to pull and unpack image "
            '"registry.example.com/team/app:1.2.3": failed to unpack image on snapshotter overlayfs: failed to get '
            f"reader from content store: content digest {DIGEST}: not found",
            PULL + "failed to register layer: open /usr/bin/app: read-only file system",
        ),
    ),
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
                r"container runtime is down",
                "skipping pod synchronization - [container runtime is down PLEG is not healthy: pleg was last seen "
                "active 5m1s ago; threshold is 3m0s]",
                "kubelet: kubernetes/kubernetes pkg/kubelet/runtime.go",
            ),
        ),
    ),
)
