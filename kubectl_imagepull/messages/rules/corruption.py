"""Content that isn't what the manifest promises."""

from __future__ import annotations

from kubectl_imagepull.messages.rules.phrase import Phrase
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import (
    CONTAINERD_COPY,
    CONTAINERD_EXTRACT,
    CONTAINERD_PULL,
    CRIO_LAYER,
    DIGEST,
    DOCKER,
    OTHER_DIGEST,
    PULL,
)
from kubectl_imagepull.vocabulary.causes import Cause

CORRUPTION: tuple[Rule, ...] = (
    Rule(
        Cause.CORRUPT_CONTENT,
        "the content's digest, size or archive form isn't what the manifest promises",
        (
            Phrase(
                r"unexpected commit (?:digest|size)",
                PULL + "rpc error: code = FailedPrecondition desc = failed to pull and unpack image "
                f'"registry.example.com/team/app:1.2.3": failed commit on ref "layer-{DIGEST}": unexpected commit '
                f"digest {OTHER_DIGEST}, expected {DIGEST}: failed precondition",
                "containerd: containerd/containerd plugins/content/local/writer.go",
                more=(
                    CONTAINERD_PULL + f'failed commit on ref "layer-{DIGEST}": unexpected commit size 0, expected '
                    "4194304: failed precondition",
                ),
            ),
            Phrase(
                r"failed size validation",
                CONTAINERD_COPY + f'"layer-{DIGEST}" failed size validation: 2097152 != 4194304: failed precondition',
                "containerd: containerd/containerd core/metadata/content.go",
            ),
            Phrase(
                r"wrong diff id",
                CONTAINERD_PULL + f'wrong diff id calculated on extraction "{OTHER_DIGEST}"',
                "containerd: containerd/containerd pkg/rootfs/apply.go",
            ),
            Phrase(
                r"unexpected digest",
                CONTAINERD_COPY + f"unexpected digest: {OTHER_DIGEST} != {DIGEST}",
                "containerd's clients: containerd/containerd core/content/proxy/content_writer.go",
            ),
            Phrase(
                r"Digest did not match",
                PULL + f"writing blob: happened during read: Digest did not match, expected {DIGEST}, got "
                f"{OTHER_DIGEST}",
                "CRI-O, podman: containers/image copy/digesting_reader.go",
            ),
            Phrase(
                r"provided digest did not match",
                "DigestInvalidByMismatch: provided digest did not match uploaded content",
                "Nexus, with the registry's DIGEST_INVALID: sonatype/nexus-public#292",
            ),
            Phrase(
                r"digest mismatch",
                PULL + "writing blob: blob digest mismatch",
                "CRI-O, podman: containers/image storage/storage_dest.go",
            ),
            Phrase(
                r"does not match provided manifest digest",
                PULL + f"Manifest does not match provided manifest digest {DIGEST}",
                "CRI-O, podman: containers/image internal/image/unparsed.go",
            ),
            Phrase(
                r"does not match config's DiffID",
                PULL + f'writing blob: layer 0 (blob {DIGEST}) does not match config\'s DiffID "{OTHER_DIGEST}"',
                "CRI-O, podman: containers/image storage/storage_dest.go",
            ),
            Phrase(
                r"would not match destination reference",
                "Error: Digest of source image's manifest would not match destination reference",
                "CRI-O, podman: containers/image copy/single.go",
            ),
            Phrase(
                r"processing tar file\(unexpected EOF",
                CRIO_LAYER + "processing tar file(unexpected EOF): exit status 1",
                "CRI-O, podman: containers/storage pkg/chrootarchive/archive_unix.go",
            ),
            Phrase(
                r"verification failed for digest",
                DOCKER + f"filesystem layer verification failed for digest {DIGEST}",
                "Docker: moby/moby daemon/internal/distribution/pull_v2.go",
            ),
            Phrase(
                r"layers from manifest don't match",
                DOCKER + "layers from manifest don't match image configuration",
                "Docker: moby/moby daemon/internal/distribution/pull_v2.go",
            ),
            Phrase(
                r"(?:register|extract) layer.{0,200}unexpected EOF",
                PULL + "failed to register layer: unexpected EOF",
                "Docker: moby/moby daemon/internal/distribution/xfer/download.go; containerd: containerd/containerd "
                "core/unpack/unpacker.go",
                more=(CONTAINERD_EXTRACT + "unexpected EOF: unknown",),
            ),
            Phrase(
                r"archive/tar: ",
                PULL + "failed to register layer: archive/tar: invalid tar header",
                "any runtime that unpacks: golang/go src/archive/tar/common.go",
            ),
            Phrase(
                r"gzip: invalid",
                PULL + "failed to register layer: gzip: invalid header",
                "any runtime that unpacks: golang/go src/compress/gzip/gunzip.go",
            ),
            Phrase(
                r"flate: corrupt",
                'Error: writing blob: storing blob to file "/var/tmp/storage1947286088/1": flate: corrupt input before '
                "offset 5006",
                "any runtime that unpacks: golang/go src/compress/flate/inflate.go",
            ),
            Phrase(
                r"magic number mismatch",
                CRIO_LAYER + "processing tar file(invalid input: magic number mismatch): exit status 1",
                "any runtime that unpacks: klauspost/compress zstd/zstd.go",
            ),
        ),
    ),
)
