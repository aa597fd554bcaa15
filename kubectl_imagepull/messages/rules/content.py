"""What came: missing blobs, other platforms, other formats."""

from __future__ import annotations

from kubectl_imagepull.messages.rules.phrase import Phrase
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import (
    CONTAINERD_COPY,
    CONTAINERD_EXTRACT,
    CONTAINERD_PULL,
    DIGEST,
    DOCKER,
    PULL,
)
from kubectl_imagepull.vocabulary.causes import Cause

CONTENT: tuple[Rule, ...] = (
    Rule(
        Cause.BLOB_MISSING,
        "the manifest was read, but something it points to isn't there",
        (
            Phrase(
                r"blob unknown",
                PULL + f"reading blob {DIGEST}: fetching blob: blob unknown to registry",
                "the registry's BLOB_UNKNOWN: distribution/distribution registry/api/errcode/register.go",
            ),
            Phrase(
                r"unknown blob",
                DOCKER + "error pulling image configuration: download failed after attempts=1: unknown blob",
                "Docker: distribution/distribution blobs.go",
            ),
            Phrase(
                r"could not fetch content descriptor \S{1,100}",
                PULL + 'rpc error: code = NotFound desc = failed to pull and unpack image "registry.example.com/team/'
                f'app:1.2.3": failed to copy: httpReadSeeker: failed open: could not fetch content descriptor {DIGEST} '
                "(application/vnd.docker.container.image.v1+json) from remote: not found",
                "containerd: containerd/containerd core/remotes/docker/fetcher.go",
            ),
            Phrase(
                r"LayersNotFoundException",
                "An error occurred (LayersNotFoundException) when calling the GetDownloadUrlForLayer operation: The "
                f"layer with digest {DIGEST} does not exist within the repository with name 'team/app'",
                "Amazon ECR: aws/aws-sdk-go service/ecr/errors.go",
            ),
            Phrase(
                r"content at \S+ not found",
                CONTAINERD_COPY + "httpReadSeeker: failed open: content at "
                f"https://registry.example.com/v2/team/app/manifests/{DIGEST} not found: not found",
                "containerd: containerd/containerd core/remotes/docker/resolver.go",
            ),
            Phrase(
                r"reading (?:config )?blob <digest>: .{0,200}\b404\b",
                PULL + f"reading blob {DIGEST}: Error fetching blob: invalid status code from registry 404 (Not Found)",
                "CRI-O, podman: containers/image copy/single.go, docker/docker_client.go",
                more=(PULL + f'reading config blob {DIGEST}: fetching blob: StatusCode: 404, "404 page not found"',),
            ),
            Phrase(
                r"failed open: .{0,200}: 404 Not Found",
                CONTAINERD_COPY + "httpReadSeeker: failed open: failed to authorize: failed to fetch anonymous token: "
                "unexpected status from GET request to https://auth.example.com/token: 404 Not Found",
                "containerd: containerd/containerd core/remotes/docker/httpreadseeker.go",
            ),
        ),
        body=True,
    ),
    Rule(
        Cause.BLOB_MISSING,
        "a 404 to a request for a blob",
        (
            Phrase(
                r"<blob-url>",
                f"GET https://registry.example.com/v2/team/app/blobs/{DIGEST}: unexpected status code 404 Not Found",
                "Knative, Tekton, kaniko, crane: google/go-containerregistry pkg/v1/remote/transport/error.go",
            ),
        ),
        status=(404,),
    ),
    Rule(
        Cause.PLATFORM_MISMATCH,
        "the index holds nothing for this node, or the image is made for another platform",
        (
            Phrase(
                r"no match for platform in",
                PULL
                + f"rpc error: code = NotFound desc = get image config descriptor: no match for platform in manifest "
                f"{DIGEST}: not found",
                "containerd: containerd/containerd core/images/image.go",
            ),
            Phrase(
                r"no image found in (?:manifest list|image index)",
                PULL + "choosing an image from manifest list docker://registry.example.com/team/app:1.2.3: no image "
                'found in manifest list for architecture "arm64", variant "v8", OS "linux"',
                "CRI-O, podman: containers/image internal/manifest/docker_schema2_list.go, "
                "internal/manifest/oci_index.go",
                more=(
                    PULL + "choosing an image from manifest list docker://registry.example.com/team/app:1.2.3: no "
                    'image found in image index for architecture "arm64", variant "v8", OS "linux"',
                ),
            ),
            Phrase(
                r"no matching manifest (?:for|from) ",
                DOCKER + "no matching manifest for linux/arm64/v8 in the manifest list entries",
                "Docker: moby/moby daemon/internal/distribution/pull_v2.go",
                more=(DOCKER + "no matching manifest from unknown in the manifest list entries",),
            ),
            Phrase(
                r"-based image is incompatible with a ",
                DOCKER + "a Windows version 10.0.20348-based image is incompatible with a 10.0.17763 host",
                "Docker on Windows: moby/moby daemon/internal/distribution/pull_v2_windows.go",
            ),
            Phrase(
                r"operating system does not match the host",
                "hcs::CreateComputeSystem app: The container operating system does not match the host operating "
                "system.",
                "Windows: learn.microsoft.com, HCS error 0xC0370101",
            ),
            Phrase(
                r"cannot download image with operating system",
                DOCKER + 'cannot download image with operating system "windows" when requesting "linux"',
                "Docker: moby/moby daemon/internal/distribution/pull_v2.go",
            ),
            Phrase(
                r"image operating system <q> cannot be used on this platform",
                DOCKER + 'image operating system "windows" cannot be used on this platform',
                "Docker: moby/moby daemon/internal/distribution/config.go",
            ),
            Phrase(
                r"does not (?:match|provide) the specified platform",
                DOCKER + "image with reference registry.example.com/team/app:1.2.3 was found but does not match the "
                "specified platform: wanted linux/arm64, actual: linux/amd64",
                "Docker: moby/moby daemon/images/image.go, daemon/containerd/image.go",
                more=(
                    DOCKER + "image with reference registry.example.com/team/app:1.2.3 was found but does not provide "
                    "the specified platform (linux/arm64)",
                ),
            ),
            Phrase(
                r"mismatch: image uses ",
                PULL
                + 'Image operating system mismatch: image uses OS "windows"+architecture "amd64"+"", expecting one of '
                '"linux+amd64"',
                "CRI-O, podman: containers/image copy/single.go",
            ),
            Phrase(
                r"does not match the expected platform",
                "WARNING: image platform (linux/amd64) does not match the expected platform (linux/arm64)",
                "podman, buildah: containers/common libimage/pull.go",
            ),
            Phrase(
                r"snapshotter \S+ does not support platform",
                CONTAINERD_PULL + "snapshotter windows does not support platform linux/amd64 for image " + DIGEST,
                "containerd: containerd/containerd client/image.go",
            ),
            Phrase(
                r"no child with platform",
                "no child with platform linux/arm64 in index registry.example.com/team/app:1.2.3",
                "Knative, Tekton, kaniko, crane: google/go-containerregistry pkg/v1/remote/index.go",
            ),
        ),
    ),
    Rule(
        Cause.UNSUPPORTED_MANIFEST,
        "what came back isn't an image, or is in a format that this runtime doesn't read",
        (
            Phrase(
                r"unexpected media type",
                PULL
                + "rpc error: code = NotFound desc = get image config descriptor: unexpected media type text/html for "
                f"{DIGEST}: not found",
                "containerd: containerd/containerd core/images/image.go",
            ),
            Phrase(
                r"media type <q> is no longer supported",
                PULL + 'not implemented: media type "application/vnd.docker.distribution.manifest.v1+prettyjws" is no '
                "longer supported since containerd v2.1, please rebuild the image",
                "containerd 2.0 and newer: containerd/containerd client/pull.go",
            ),
            Phrase(
                r"[Ss]chema 1 ",
                CONTAINERD_PULL + "schema 1 image manifests are no longer supported: invalid argument",
                "containerd 2.0 and newer: containerd/containerd core/transfer/local/pull.go; Docker 28 and newer: "
                "moby/moby daemon/internal/distribution/errors.go",
                more=(
                    CONTAINERD_PULL + "Pulling Schema 1 images have been deprecated and disabled by default since "
                    "containerd v2.0.",
                    DOCKER + "Docker Image Format v1 and Docker Image manifest version 2, schema 1 support has been "
                    "removed.",
                ),
            ),
            Phrase(
                r"media-type: expected ",
                CONTAINERD_PULL + "media-type: expected manifest but found index "
                "(application/vnd.docker.distribution.manifest.v2+json)",
                "containerd: containerd/containerd core/images/image.go",
            ),
            Phrase(
                r"no processor for media-type",
                CONTAINERD_EXTRACT + "failed to get stream processor for application/vnd.example.layer.v1: no "
                "processor for media-type: unknown",
                "containerd: containerd/containerd core/diff/stream.go",
            ),
            Phrase(
                r"number of layers and diffIDs don't match",
                CONTAINERD_PULL + "number of layers and diffIDs don't match: 1 != 0",
                "containerd: containerd/containerd core/unpack/unpacker.go",
            ),
            Phrase(
                r"mismatched image rootfs",
                CONTAINERD_PULL + "mismatched image rootfs and manifest layers",
                "containerd: containerd/containerd client/image.go",
            ),
            Phrase(
                r"reports content size of zero",
                CONTAINERD_PULL + f"unable to fetch descriptor ({DIGEST}) which reports content size of zero: invalid "
                "argument",
                "containerd: containerd/containerd core/remotes/handlers.go",
            ),
            Phrase(
                r"unrecognised mediatype",
                CONTAINERD_PULL + "unrecognised mediatype application/vnd.example.layer.v1: not implemented",
                "containerd: containerd/containerd core/images/mediatypes.go",
            ),
            Phrase(
                r"Unimplemented manifest MIME",
                PULL + 'Unimplemented manifest MIME type "application/vnd.example.config.v1+json"',
                "CRI-O, podman: containers/image internal/image/manifest.go",
            ),
            Phrase(
                r"unsupported (?:docker v2s2|OCIv1) media type",
                PULL + 'unsupported docker v2s2 media type: "application/vnd.example.v1"',
                "CRI-O, podman: containers/image manifest/manifest.go, manifest/oci.go",
                more=(PULL + 'unsupported OCIv1 media type: "application/vnd.example.v1"',),
            ),
            Phrase(
                r"unsupported image-specific operation",
                PULL + "unsupported image-specific operation on artifact with type "
                '"application/vnd.cncf.helm.config.v1+json"',
                "CRI-O, podman: containers/image internal/manifest/errors.go",
            ),
            Phrase(
                r"invalid mixed OCI",
                PULL + "invalid mixed OCI image with Docker v2s2 config "
                '("application/vnd.docker.container.image.v1+json")',
                "CRI-O, podman: containers/image internal/manifest/errors.go",
            ),
            Phrase(
                r"unsupported schema version",
                PULL + "parsing manifest: unsupported schema version 2",
                "CRI-O, podman: containers/image manifest/docker_schema1.go",
            ),
            Phrase(
                r"initializing image from source .{0,300}: invalid character",
                PULL + "initializing image from source docker://registry.example.com/team/app:1.2.3: invalid character "
                "'<' looking for beginning of value",
                "CRI-O, podman: golang/go src/encoding/json/scanner.go",
            ),
            Phrase(
                r"unsupported manifest ",
                DOCKER + "unsupported manifest media type and no default available: application/vnd.example.v1+json",
                "Docker: distribution/distribution manifests.go",
            ),
            Phrase(
                r"unsupported [Mm]edia ?[Tt]ype",
                DOCKER + "unsupported media type application/vnd.example.config.v1+json",
                "Docker: moby/moby daemon/internal/distribution/errors.go; bazel, kaniko, crane: "
                "google/go-containerregistry pkg/v1/remote/descriptor.go",
                more=(
                    (
                        'reading image "registry.example.com/team/app:1.2.3": unsupported MediaType: '
                        '"application/vnd.docker.distribution.manifest.v1+prettyjws", see https://example.com/issues/377'
                    ),
                ),
            ),
            Phrase(
                r"^target is ",
                DOCKER + "target is unknown",
                "Docker before 24, of what is no image: moby/moby#30083",
            ),
            Phrase(
                r"manifest invalid",
                DOCKER + "manifest invalid: manifest invalid",
                "Quay: quay/quay endpoints/v2/manifest.py, endpoints/v2/errors.py",
            ),
            Phrase(
                r"(?:key needed for decryption|no decryption key)",
                "ctr: you are not authorized to use this image: missing private key needed for decryption",
                "containerd, CRI-O, of an encrypted image: containers/ocicrypt encryption.go",
                more=(PULL + "copying system image from manifest list: no decryption key found",),
            ),
            Phrase(
                r"failed to get stream processor for \S+\+encrypted",
                CONTAINERD_EXTRACT + "failed to get stream processor for application/vnd.oci.image.layer.v1.tar+gzip+"
                "encrypted: exec: ctd-decoder: executable file not found in $PATH: unknown",
                "containerd, of an encrypted image: containerd/containerd core/diff/stream.go",
            ),
            Phrase(
                r"[Mm]edia ?[Tt]ype:? \S+ (?:is )?not supported",
                DOCKER + "mediatype application/json not supported",
                "clients of artifacts and charts: public walkthroughs",
                more=(
                    PULL + 'Media type "application/vnd.cncf.helm.config.v1+json" is not supported',
                    PULL + "mediaType: application/json not supported",
                ),
            ),
            Phrase(
                r"media type for the source image \S+ is not supported",
                "The image manifest, config or layer media type for the source image 123456789012.dkr.ecr.us-east-1."
                "amazonaws.com/team/app:1.2.3 is not supported. (Service: Lambda, Status Code: 400)",
                "AWS Lambda: aws/aws-lambda-roadmap#82",
            ),
            Phrase(
                r"vnd\.\S+ (?:is )?not supported",
                DOCKER + "application/vnd.cncf.helm.config.v1+json not supported",
                "Docker with containerd's image store: moby/moby daemon/containerd/image_pull.go",
                more=(DOCKER + "application/vnd.cncf.helm.config.v1+json is not supported",),
            ),
            Phrase(
                r"Encountered remote <q>",
                DOCKER + 'Encountered remote "application/vnd.docker.plugin.v1+json"(plugin) when fetching',
                "Docker: moby/moby daemon/internal/distribution/errors.go",
            ),
            Phrase(
                r"mediaType in manifest should be",
                DOCKER + "mediaType in manifest should be 'application/vnd.docker.distribution.manifest.v2+json' not "
                "'application/vnd.oci.image.manifest.v1+json'",
                "Docker: distribution/distribution manifest/schema2/manifest.go",
            ),
            Phrase(
                r"missing signature key",
                DOCKER + "missing signature key",
                "Docker before 23: moby/moby vendor/github.com/docker/libtrust/jsonsign.go",
            ),
            Phrase(
                r"AI models are not yet",
                DOCKER + 'AI models are not yet supported by the Engine, please use "docker model pull/run" instead',
                "Docker 28 and newer: moby/moby daemon/internal/distribution/errors.go",
            ),
            Phrase(
                r"invalid rootfs",
                DOCKER + "invalid rootfs in image configuration",
                "Docker: moby/moby daemon/internal/distribution/pull_v2.go",
            ),
            Phrase(
                r"error unmarshalling content",
                DOCKER + "error unmarshalling content: invalid character '<' looking for beginning of value",
                "Docker 20.10: the labelled messages in tests/corpus",
            ),
        ),
    ),
    Rule(
        Cause.UNSUPPORTED_MANIFEST,
        "the registry holds a manifest of a kind that this client didn't ask for",
        (
            Phrase(
                r"OCI (?:index|manifest) found, but",
                DOCKER + "manifest unknown: OCI index found, but accept header does not support OCI indexes",
                "the registry: distribution/distribution registry/handlers/manifests.go",
                more=(
                    DOCKER + "manifest unknown: OCI manifest found, but accept header does not support OCI manifests",
                ),
            ),
        ),
        body=True,
    ),
)
