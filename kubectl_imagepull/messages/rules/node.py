"""The node: its disk and its image store."""

from __future__ import annotations

from kubectl_imagepull.messages.rules.phrase import Phrase
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import (
    CONTAINERD_COPY,
    CONTAINERD_PULL,
    CRIO_LAYER,
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
                "docker: Error response from daemon: error creating temporary lease: read-only file system: unknown.",
                "Linux, wherever a runtime writes: golang/go src/syscall/zerrors_linux_amd64.go (EROFS)",
            ),
            Phrase(
                r"input/output error",
                "docker: Error response from daemon: error creating temporary lease: input/output error: unknown.",
                "Linux, wherever a runtime writes: golang/go src/syscall/zerrors_linux_amd64.go (EIO)",
            ),
            Phrase(
                r"structure needs cleaning",
                "docker: Error response from daemon: error creating temporary lease: structure needs cleaning: "
                "unknown.",
                "Linux with a damaged XFS or ext4: golang/go src/syscall/zerrors_linux_amd64.go (EUCLEAN)",
            ),
            Phrase(
                r"stale file handle",
                "docker: Error response from daemon: error creating temporary lease: stale file handle: unknown.",
                "Linux with an image store on NFS: golang/go src/syscall/zerrors_linux_amd64.go (ESTALE)",
            ),
            Phrase(
                r"too many open files",
                CONTAINERD_COPY + "pipe2: too many open files",
                "Linux, wherever a runtime opens a file: golang/go src/syscall/zerrors_linux_amd64.go (EMFILE)",
            ),
            Phrase(
                r"cannot allocate memory",
                CONTAINERD_COPY + "mmap error: cannot allocate memory",
                "Linux without memory: golang/go src/syscall/zerrors_linux_amd64.go (ENOMEM)",
            ),
            Phrase(
                r"device or resource busy",
                CONTAINERD_PULL + "failed to unmount: device or resource busy",
                "Linux with a mount left behind: golang/go src/syscall/zerrors_linux_amd64.go (EBUSY)",
            ),
            # a file operation that failed is the node's, whatever the kernel says of it
            Phrase(
                r"\b(?:open|mkdir|rename|[Ss]tat|lchown|read|(?:read|sym)?link|lsetxattr|unlinkat|remove|chmod|write"
                r"|exec) "
                r"(?:\S{1,100} )?(?:<path>|\.\.\./)[^:]{0,200}: [a-z]",
                CONTAINERD_COPY + f"open {_INGEST}/data: permission denied",
                "Go's names of system calls, with Linux's errors: golang/go src/os/file.go, src/os/file_unix.go",
                more=(
                    CONTAINERD_COPY + f"mkdir {_INGEST}: operation not permitted",
                    CONTAINERD_COPY + f"rename {_INGEST}/data {_BLOBS}/703db7: invalid argument",
                    CONTAINERD_COPY + "commit failed: rename .../ingest/c06fbe/data .../blobs/703db7: no such file",
                    CONTAINERD_COPY + f"stat {_BLOBS}/703db7: not a directory",
                    (
                        "Error: error creating layer: Stat /var/lib/containers/storage/overlay/0a1b2c: no such file or "
                        "directory"
                    ),
                    "docker: lchown /usr/bin/etcd: invalid argument.",
                    (
                        "docker: link /var/lib/docker/overlay/0a1b2c/root/etc /var/lib/docker/overlay/3d4e5f/etc: "
                        "too many "
                        "links."
                    ),
                    "ctr: symlink /etc/ssl /var/lib/containerd/tmpmounts/containerd-mount1/ssl: file exists: unknown",
                    (
                        'Error: writing blob: reading layer "0a1b2c": creating file-getter: readlink '
                        "/var/lib/containers/storage/overlay/0a1b2c/diff: no such file or directory"
                    ),
                    "docker: lsetxattr user.overlay.impure /etc: operation not supported.",
                    "docker: unlinkat /var/lib/docker/tmp/GetImageBlob1: text file busy.",
                    "docker: remove /var/lib/docker/tmp/GetImageBlob1: text file busy.",
                    "ctr: chmod /var/lib/containerd/tmpmounts/containerd-mount1/bin: operation not permitted: unknown",
                    CONTAINERD_COPY + f"write {_INGEST}/data: file too large",
                    "ctr: exec /usr/bin/unpigz: exec format error: unknown",
                    "ctr: read /var/lib/containerd/tmpmounts/containerd-mount1/etc/passwd: invalid argument",
                ),
            ),
            # what stands behind its exit status is what the program said that unpacks the layer on the node
            Phrase(
                r"processing tar file\(exit status \d+\): .{0,200}[Pp]ermission denied",
                CRIO_LAYER + "processing tar file(exit status 1): Error while loading /: Permission denied",
                "CRI-O, podman: orbstack/orbstack#1037",
                more=(CRIO_LAYER + "processing tar file(exit status 1): permission denied",),
            ),
            Phrase(
                r"failed to mknod",
                'failed to mknod("/usr/lib/app", S_IFCHR, 0): operation not permitted',
                "Docker in an unprivileged container: lxc/incus#3324",
            ),
            Phrase(
                r"(?:failed|unable) to prepare extraction (?:snapshot|layer)",
                CONTAINERD_PULL + f'failed to prepare extraction snapshot "extract-779240847-Oy6- {DIGEST}": layer '
                '"3496" unavailable: unavailable',
                "containerd: containerd/containerd core/unpack/unpacker.go",
                more=(
                    CONTAINERD_PULL + "unable to prepare extraction snapshot: layer unavailable: unavailable",
                    "ctr: failed to prepare extraction layer: failed to create active: missing parent: not found",
                ),
            ),
            Phrase(
                r"unable to initialize unpacker",
                "ctr: unable to initialize unpacker: no unpack platforms defined: invalid argument",
                "containerd: containerd/containerd client/pull.go, core/unpack/unpacker.go",
            ),
            Phrase(
                r"reader from content store",
                "ctr: failed to get reader from content store: invalid argument: unknown",
                "containerd: containerd/containerd core/diff/apply/apply.go",
            ),
            Phrase(
                r"write to image store",
                "Failed to write to image store: context deadline exceeded",
                "a builder's log: the labelled messages in tests/corpus",
            ),
            Phrase(
                r"lease does not exist",
                "docker: unable to lease content: lease does not exist: not found",
                "containerd: containerd/containerd core/metadata/leases.go",
            ),
            Phrase(
                r"missing parent (?:<q> )?bucket",
                CONTAINERD_COPY + 'missing parent "sha256:703db7" bucket: not found',
                "containerd: containerd/containerd core/snapshots/storage/bolt.go",
                more=("failed to create snapshot: missing parent bucket: not found",),
            ),
            Phrase(
                r"snapshot \S+ is not ready",
                "failed to create containerd container: mounts: snapshot 1290 is not ready, err: no instance 1290: not "
                "found",
                "nydus-snapshotter: containerd/nydus-snapshotter#688",
            ),
            Phrase(
                r"failed to find image ref of snapshot",
                "ctr: failed to find image ref of snapshot 4, labels "
                "map[containerd.io/snapshot.ref:sha256:0692f38991d5]",
                "nydus-snapshotter: containerd/nydus-snapshotter#673",
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
                r"image not known",
                'Error: reading image "beb1cfa12815": locating image with ID "beb1cfa12815": image not known',
                "CRI-O, podman: containers/storage types/errors.go",
            ),
            Phrase(
                r"error locating item named <q>",
                'Error: error locating item named "manifest" for image with ID "beb1cfa12815": file does not exist',
                "CRI-O, podman: containers/storage images.go",
            ),
            Phrase(
                r"does not resolve to an image ID",
                'reference "[overlay@/var/lib/containers/storage+/run/containers/storage]registry.example.com/team/app:'
                '1.2.3" does not resolve to an image ID',
                "CRI-O, podman: containers/image storage/storage_reference.go",
            ),
            Phrase(
                r"no descriptor found for reference",
                'FATAL: conveyor failed to get: no descriptor found for reference "743d7dcd87e1"',
                "Apptainer, Singularity: containers/image oci/layout/oci_transport.go",
            ),
            Phrase(
                r"layer does not exist",
                DOCKER + "layer does not exist",
                "Docker: moby/moby daemon/internal/layer/layer.go",
            ),
            Phrase(
                r"creating overlay mount",
                DOCKER + "error creating overlay mount to /var/lib/docker/overlay2/0a1b2c/merged: no such device",
                "Docker: moby/moby daemon/graphdriver/overlay2/overlay.go",
            ),
            Phrase(
                r"supported filesystem on this host",
                "Error: kernel does not support overlay fs: 'overlay' not found as a supported filesystem on this "
                "host. Please ensure kernel is new enough and has overlay support loaded.: driver not supported",
                "CRI-O, podman: containers/storage drivers/overlay/overlay.go",
            ),
            Phrase(
                r"database configuration mismatch",
                'Error: database graph driver "overlay" does not match our graph driver "vfs": database configuration '
                "mismatch",
                "podman: containers/podman libpod/define/errors.go",
            ),
            Phrase(
                r"\bmount <path>:\S+, flags: ",
                "Error: mount /var/lib/containers/storage/overlay:/var/lib/containers/storage/overlay, flags: 0x1000: "
                "operation not permitted",
                "CRI-O, podman: containers/storage pkg/mount/mount.go",
            ),
            Phrase(
                r"using new[ug]idmap",
                "Error: cannot setup namespace using newuidmap: exit status 1",
                "podman without root: containers/podman pkg/rootless/rootless_linux.go",
                more=("Error: cannot setup namespace using newgidmap: exit status 1",),
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
            (
                "docker: failed to register layer: ApplyLayer exit status 1 stdout:  stderr: link /bin/[ /bin/route: "
                "too many "
                "links"
            ),
        ),
    ),
)
