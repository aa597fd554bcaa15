"""What came: missing blobs, other platforms, other formats, damaged content."""

from __future__ import annotations

from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import DIGEST, DOCKER, OTHER_DIGEST, PULL
from kubectl_imagepull.vocabulary.causes import Cause

CONTENT: tuple[Rule, ...] = (
    Rule(
        Cause.BLOB_MISSING,
        r"blob unknown|unknown blob|BLOB_UNKNOWN|content descriptor .{1,300} from remote|content at \S+ not found"
        r"|[Ff]etching blob: (?:invalid status code from registry|StatusCode:|received unexpected HTTP status:?) 404"
        r"|(?:reading|fetching|copying) (?:config|blob) .{0,200}(?:404|not found)|NoSuchKey"
        r"|specified key does not exist"
        r"|failed open: .{0,200}: 404 Not Found",
        "the manifest was read, and what it points to is not there",
        (
            PULL + 'rpc error: code = NotFound desc = failed to pull and unpack image "registry.example.com/team/app'
            ':1.2.3": failed to copy: httpReadSeeker: failed open: could not fetch content descriptor '
            + DIGEST
            + " (application/vnd.docker.container.image.v1+json) from remote: not found",
            PULL + "reading blob " + DIGEST + ": Error fetching blob: invalid status code from registry 404 "
            "(Not Found)",
            DOCKER + "error pulling image configuration: download failed after attempts=1: unknown blob",
        ),
        body=True,
    ),
    Rule(
        Cause.PLATFORM_MISMATCH,
        r"no match for platform in|no matching manifest for |no image found in (?:manifest list|image index|the)"
        r"|-based image is incompatible with a |[Cc]annot download image with operating system"
        r"|snapshotter \S+ does not support platform|operating system .{0,80}(?:cannot"
        r"|can not) be used on this platform"
        r"|(?:does not|doesn't) (?:match|provide) the (?:specified|requested) platform|no supported platform found"
        r"|no child with platform|unsupported (?:os|architecture|platform)\b|image platform .{0,80}does not match"
        r"|no manifest found for platform|no suitable (?:image|manifest)|descriptor matching platform",
        "the runtimes' words for an index that holds nothing for this node",
        (
            PULL
            + "rpc error: code = NotFound desc = get image config descriptor: no match for platform in manifest "
            + DIGEST
            + ": not found",
            PULL + "choosing an image from manifest list docker://registry.example.com/team/app:1.2.3: no image found "
            'in manifest list for architecture "arm64", variant "v8", OS "linux"',
            DOCKER + "no matching manifest for linux/arm64/v8 in the manifest list entries",
        ),
    ),
    Rule(
        Cause.UNSUPPORTED_MANIFEST,
        r"[Ss]chema ?1|media ?type <q> is no longer supported|[Uu]nsupported (?:manifest"
        r"|(?:docker v2s2 )?[Mm]edia ?[Tt]ype|image-specific|OCI)"
        r"|media type <q> is not allowed|no processor for media-type"
        r"|unexpected media type|Unimplemented manifest MIME|media-type: |mediaType in manifest should be"
        r"|number of layers and diffIDs don.t match|mismatched image rootfs|reports content size of zero"
        r"|Encountered remote <q>|missing signature key|invalid mixed OCI|manifest format|unrecogni[sz]ed media ?type"
        r"|AI models are not yet|\.manifest\.v1\+prettyjws|error unmarshall?ing content"
        r"|initializing image from source .{0,300}: \W*invalid character|unknown image manifest"
        r"|unsupported schema version|invalid rootfs"
        r"|unsupported image|not a (?:container|valid) image|[Uu]nknown media type|unsupported content type"
        r"|manifest type \S+ (?:is )?not supported|application/\S+ not supported|[Mm]anifest invalid|MANIFEST_INVALID",
        "what came is no image, or a format that this runtime doesn't read",
        (
            PULL
            + "rpc error: code = NotFound desc = get image config descriptor: unexpected media type text/html for "
            + DIGEST
            + ": not found",
            PULL + 'not implemented: media type "application/vnd.docker.distribution.manifest.v1+prettyjws" is no '
            "longer supported since containerd v2.1, please rebuild the image",
            PULL + "initializing image from source docker://registry.example.com/team/app:1.2.3: invalid character "
            "'<' looking for beginning of value",
        ),
    ),
    Rule(
        Cause.UNSUPPORTED_MANIFEST,
        r"OCI (?:index|manifest) found, but|does not support OCI|manifest is not (?:an image|a docker)|helm chart",
        "the registry holds a manifest of a kind that this client did not ask for (distribution handlers/manifests.go)",
        (DOCKER + "manifest unknown: OCI index found, but accept header does not support OCI indexes",),
        body=True,
    ),
    Rule(
        Cause.CORRUPT_CONTENT,
        r"unexpected commit (?:digest|size)|failed size validation|wrong diff id|Digest did not match|digest mismatch"
        r"|verification failed for digest|does not match provided manifest digest|invalid tar header|archive/tar: "
        r"|gzip: invalid|flate: corrupt|zstd: |magic number mismatch|does not match config.s DiffID|unexpected digest"
        r"|invalid checksum|would not match destination reference|layers from manifest don.t match|corrupt(?:ed)? "
        r"|image config verification failed|[Pp]rocessing tar file\W|content size mismatch"
        r"|invalid (?:compressed )?data"
        r"|unexpected end of (?:file|tar)|failed to register layer: .{0,120}unexpected EOF"
        r"|extract.{0,200}unexpected EOF",
        "content whose digest, size or archive form is not what the manifest promises",
        (
            PULL + "rpc error: code = FailedPrecondition desc = failed to pull and unpack image "
            '"registry.example.com/team/app:1.2.3": failed commit on ref "layer-' + DIGEST + '": unexpected commit '
            "digest " + OTHER_DIGEST + ", expected " + DIGEST + ": failed precondition",
            PULL
            + "writing blob: happened during read: Digest did not match, expected "
            + DIGEST
            + ", got "
            + OTHER_DIGEST,
            DOCKER + "filesystem layer verification failed for digest " + DIGEST,
        ),
    ),
    Rule(
        Cause.NODE_STORAGE_FAULT,
        r"mount callback failed|failed to Lchown",
        "unpacking failed on the node, for a reason that no earlier rule knows",
        (
            PULL
            + 'failed to pull and unpack image "registry.example.com/team/app:1.2.3": failed to extract layer '
            + DIGEST
            + ": mount callback failed on /var/lib/containerd/tmpmounts/containerd-mount1: something new: unknown",
        ),
    ),
)
