"""Generic words, which decide only where nothing else does."""

from __future__ import annotations

from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import CONTAINERD_STATUS, CRIO_READ, DOCKER, PULL
from kubectl_imagepull.vocabulary.causes import Cause

GENERIC: tuple[Rule, ...] = (
    Rule(
        Cause.CONNECT_TIMEOUT,
        r"i/o timeout|context deadline exceeded|DeadlineExceeded|[Oo]peration tim(?:eout|ed out)|Client\.Timeout"
        r"|timed out|timeout expired|code = 4 desc",
        "time ran out, and the text doesn't say in which stage",
        (PULL + "rpc error: code = DeadlineExceeded desc = context deadline exceeded",),
    ),
    Rule(
        Cause.PULL_CANCELLED,
        r"context cancell?ed|pull cancell?ed|download cancell?ed|request cancell?ed|because of no progress"
        r"|[Cc]ancel pulling image|operation was cancell?ed|exceeded image pull deadline|code = Canceled",
        "somebody gave up: no bytes for too long, or a restart; weaker than any other error in the chain",
        (
            PULL + 'rpc error: code = Canceled desc = failed to pull and unpack image "registry.example.com/team/app:'
            '1.2.3": failed to copy: context canceled',
        ),
    ),
    Rule(
        Cause.TAG_NOT_FOUND,
        r"failed to resolve (?:reference <q>|image): <ref>: not found"
        r"|failed to resolve reference <q>: .{0,400}: not found$",
        "containerd resolves with HEAD, whose answer has no body: tag, repository and hidden repository look the same",
        (
            PULL + 'rpc error: code = NotFound desc = failed to pull and unpack image "registry.example.com/team/app:'
            '1.2.3": failed to resolve image: registry.example.com/team/app:1.2.3: not found',
            DOCKER + 'failed to resolve reference "registry.example.com/team/app:1.2.3": '
            "registry.example.com/team/app:1.2.3: not found",
        ),
        details={"repositoryVerified": False},
    ),
    Rule(
        Cause.REPOSITORY_NOT_FOUND,
        r"\b[Ii]mage <ref> not found",
        "old Docker's words for a repository that the registry doesn't know",
        (DOCKER + "Error: image library/app not found",),
        alternatives=(Cause.TAG_NOT_FOUND,),
    ),
    Rule(
        Cause.TAG_NOT_FOUND,
        r"^not found$|failed to resolve .{1,400}: not found$",
        "nothing but gRPC's word for what is not there: blobs, platforms and media types are named by earlier rules",
        (PULL + "rpc error: code = NotFound desc = not found",),
        alternatives=(Cause.REPOSITORY_NOT_FOUND,),
        details={"repositoryVerified": False},
    ),
    Rule(
        Cause.TAG_NOT_FOUND,
        r"(?:manifests?|resolve|pull and unpack|parsing HTTP 404|trying to pull)",
        "a bare 404 for a manifest: the tag or the whole repository is missing",
        (
            CONTAINERD_STATUS + "404 Not Found",
            CRIO_READ + "StatusCode: 404, <html>",
        ),
        status=(404,),
        alternatives=(Cause.REPOSITORY_NOT_FOUND,),
        details={"repositoryVerified": False},
    ),
    Rule(
        Cause.NODE_STORAGE_FAULT,
        r"failed to (?:extract layer|unpack image|register layer)|storing blob to file|adding layer with blob"
        r"|committing the finished image|ApplyLayer|Untar|failed to unpack",
        "storing or unpacking failed on the node, and nothing more specific is said",
        (PULL + "failed to register layer: rename /var/lib/docker/image/tmp: something went wrong",),
    ),
    Rule(
        Cause.REGISTRY_UNAVAILABLE,
        r"because the registry is unavailable",
        "the kubelet's sentence of 1.25 to 1.27, which leaves the runtime's words out",
        ("image pull failed for registry.example.com/team/app:1.2.3 because the registry is unavailable.",),
        alternatives=(Cause.CONNECTION_REFUSED,),
    ),
    Rule(
        Cause.CAUSE_NOT_REPORTED,
        r"Back-off pulling image (?:<q>|\"?\S*)(?:$|(?! ?:))|Error: (?:ErrImagePull|ImagePullBackOff)\W*$"
        r"|^\W*(?:ErrImagePull|ImagePullBackOff)\W*$|(?:ErrImagePull|ImagePullBackOff): (?:<q>|\S+)?\W*$"
        r"|waiting to start: trying and failing to pull image|waiting to start: image can't be pulled",
        "the kubelet's back-off, which names no cause before 1.32",
        (
            'Back-off pulling image "registry.example.com/team/app:1.2.3"',
            "Error: ImagePullBackOff",
        ),
    ),
)
