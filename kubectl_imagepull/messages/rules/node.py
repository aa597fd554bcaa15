"""The node: disk, image store, container runtime."""

from __future__ import annotations

from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import DIGEST, PULL
from kubectl_imagepull.vocabulary.causes import Cause

_SOCKET = r"dial unix \S*(?:containerd|crio|docker|dockershim|cri)\S*\.sock"

NODE: tuple[Rule, ...] = (
    Rule(
        Cause.NODE_DISK_FULL,
        r"no space left on device|Thin Pool has .{1,80} less than minimum required|[Dd]isk quota exceeded"
        r"|not enough space on the disk|[Ii]nsufficient free disk space"
        r"|not enough (?:free )?(?:disk )?space|ENOSPC",
        "the kernel's ENOSPC and EDQUOT, wherever the runtime writes",
        (
            PULL + 'failed to pull and unpack image "registry.example.com/team/app:1.2.3": failed to copy: write '
            "/var/lib/containerd/io.containerd.content.v1.content/ingest/c06fbe/data: no space left on device",
            PULL + 'storing blob to file "/var/tmp/storage4208048397/4": write '
            "/var/tmp/storage4208048397/4: no space left on device",
        ),
    ),
    Rule(
        Cause.NODE_STORAGE_FAULT,
        r"read-only file system|input/output error|structure needs cleaning|[Ss]tale (?:NFS )?file handle"
        r"|[Ll]chown|insufficient UIDs or GIDs|too many open files|cannot allocate memory"
        r"|failed to (?:prepare|stat|commit|create|remove|get|mount|activate)(?: \w+){0,2} snapshot"
        r"|unable to prepare extraction snapshot|parent snapshot <?\S+ does not exist|snapshot \S+ does not exist"
        r"|failed to get reader from content store|content digest <digest>: not found"
        r"|snapshotter \S+ was not found|layer not known|layer does not exist"
        r"|locking ref |ref \S+ locked|device or resource busy|directory not empty|: not a directory|no such device\b"
        r"|error creating overlay mount|failed to mount |mount(?:ing)? \S+ .{0,200}: (?:invalid argument"
        r"|permission denied)"
        r"|devmapper|devicemapper|graphdriver|hcsshim::|ApplyLayer .{0,120}(?:permission|not permitted)"
        r"|operation not (?:supported|permitted): unknown$|failed to create (?:temp|lease|work) "
        r"|already exists: unknown"
        r"|(?:open|mkdir|mkdirat|rename|unlinkat|symlink|link|stat|lstat|chmod|remove|creat|mknod|openat"
        r"|utimensat|fsync)"
        r" (?:<path>|<q>|\S+)[^:]{0,200}: (?:permission denied|operation not|no such file|file exists|not a directory"
        r"|invalid argument|input/output|file name too long|function not implemented|is a directory|protocol error)",
        "errors of the kernel or of the image store while storing or unpacking on the node",
        (
            PULL
            + 'failed to pull and unpack image "registry.example.com/team/app:1.2.3": failed to extract layer '
            + DIGEST
            + ": mount callback failed on /var/lib/containerd/tmpmounts/containerd-mount993838894: lchown "
            "/var/lib/containerd/tmpmounts/containerd-mount993838894/etc: operation not supported: unknown",
            PULL + "rpc error: code = NotFound desc = failed to pull and unpack image "
            '"registry.example.com/team/app:1.2.3": failed to unpack image on snapshotter overlayfs: failed to get '
            "reader from content store: content digest " + DIGEST + ": not found",
            PULL + "failed to register layer: open /usr/bin/app: read-only file system",
        ),
    ),
    Rule(
        Cause.RUNTIME_UNAVAILABLE,
        rf"{_SOCKET}|transport is closing|error reading from server: |server is not initialized yet"
        r"|Cannot connect to the Docker daemon|connection error: desc = |grpc: the client connection is closing"
        r"|grpc: addrConn|connect endpoint <?\S+|failed to connect to (?:containerd|crio|CRI)"
        r"|container runtime is (?:down|not (?:running|ready))|Is the docker daemon running"
        r"|code = Unavailable desc = (?!failed|error pulling)",
        "gRPC's words for a runtime socket that nobody serves, or that closed during the call",
        (
            PULL + "rpc error: code = Unavailable desc = error reading from server: EOF",
            PULL + 'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: '
            'dial unix /run/containerd/containerd.sock: connect: connection refused"',
            PULL + "rpc error: code = Unknown desc = server is not initialized yet",
            PULL + "rpc error: code = Unknown desc = Cannot connect to the Docker daemon at "
            "unix:///var/run/docker.sock. Is the docker daemon running?",
        ),
    ),
)
