"""What a text says beyond its cause: particulars that decide which of a cause's fixes fits.

Each stands with a text that proves it and the software that says it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Particular(str, Enum):
    """What a text may say about an image, or about why it is refused."""

    #: The manifest is in the old format that newer runtimes don't take.
    SCHEMA_1 = "schema1"
    HELM_CHART = "helmChart"
    #: Something that is no image, and no chart either.
    ARTIFACT = "artifact"
    #: A web page came back where a manifest was asked for.
    WEB_PAGE = "webPage"
    #: What the reference names is an index: the text says which variant it lacks.
    INDEX = "index"
    #: A token was granted for another repository than was asked for.
    OTHER_REPOSITORY = "otherRepository"
    #: A mirror's endpoint has no https:// before its host.
    NO_SCHEME = "noScheme"
    #: The client is too old to ask for an OCI index.
    OLD_CLIENT = "oldClient"
    #: The tag was there, and its registry took it away.
    TAG_EXPIRED = "tagExpired"
    #: Layers are compressed in a way that the client doesn't know.
    ZSTD = "zstd"
    #: The digest is that of no content at all: a download that was left behind.
    EMPTY_CONTENT = "emptyContent"
    #: The time of the whole pull ran out; who answers late isn't said.
    OUT_OF_TIME = "outOfTime"
    NO_SIGNATURE = "noSignature"
    #: The policy lets nothing through from there, signed or not.
    REJECTED_BY_POLICY = "rejectedByPolicy"
    COSIGN = "cosign"
    NOTATION = "notation"
    VULNERABILITIES = "vulnerabilities"
    NOT_SCANNED = "notScanned"
    XRAY = "xray"
    NAMESPACE_DISABLED = "namespaceDisabled"
    LEGAL = "legal"
    #: The registry refuses the country that the address is in.
    EXPORT_CONTROL = "exportControl"
    #: Docker Desktop's own list of registries that an organization allows.
    DOCKER_ORGANIZATION = "dockerOrganization"
    PAYMENT = "payment"
    VPC_SERVICE_CONTROLS = "vpcServiceControls"
    AZURE_STORAGE = "azureStorage"
    #: Google refuses the address that asks, whatever is asked for.
    GOOGLE_REFUSES_ADDRESS = "googleRefusesAddress"


@dataclass(frozen=True)
class _Phrase:
    #: What to search for.
    pattern: re.Pattern[str]
    #: Who says it.
    origin: str
    #: A text that holds it, as it was printed.
    proof: str


_EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

PHRASES: Mapping[Particular, _Phrase] = {
    particular: _Phrase(re.compile(pattern), origin, proof)
    for particular, pattern, origin, proof in (
        (
            Particular.SCHEMA_1,
            r"[Ss]chema (?:version )?1\b|manifest\.v1\+(?:prettyjws|json)",
            "containerd core/remotes/docker/converter.go and transfer service, moby distribution/errors.go",
            (
                'failed to get converter for "registry.k8s.io/busybox:latest": Pulling Schema 1 images have been '
                "deprecated and disabled by default since containerd v2.0."
            ),
        ),
        (
            Particular.HELM_CHART,
            r"application/vnd\.cncf\.helm\.|[Hh]elm chart",
            "containerd and containers/image, with the media type of a chart's configuration",
            'unsupported image-specific operation on artifact with type "application/vnd.cncf.helm.config.v1+json"',
        ),
        (
            Particular.ARTIFACT,
            r"number of layers and diffIDs don't match|image-specific operation on artifact|mismatched image rootfs",
            "containerd core/images, containers/image image/oci.go",
            "failed to unpack image on snapshotter overlayfs: number of layers and diffIDs don't match: 1 != 0",
        ),
        (
            Particular.WEB_PAGE,
            r"text/html|<!?(?:html|HTML|DOCTYPE|doctype)\b|invalid character '<' looking for beginning of value",
            "containerd core/images, containers/image and moby, of an answer that is no manifest",
            "get image config descriptor: unexpected media type text/html for sha256:0d78: not found",
        ),
        (
            Particular.OTHER_REPOSITORY,
            r"does not match bearer token resource",
            "Google Container Registry, where a mirror rewrites the path",
            "name invalid: Requested repository does not match bearer token resource: team/app",
        ),
        (
            Particular.NO_SCHEME,
            r"missing protocol scheme",
            "Go net/url, of an endpoint that a runtime's mirrors name (siderolabs/talos#8543)",
            'parse ":///mirror.example.com/team/app/manifests/v1?ns=ghcr.io": missing protocol scheme',
        ),
        (
            Particular.INDEX,
            (
                r"no match for platform in manifest|in the manifest list entries"
                r"|no image found in (?:manifest list|image index)"
            ),
            (
                "containerd core/images/{handlers,image}.go, moby daemon/internal/distribution/pull_v2.go, "
                "containers/image internal/manifest"
            ),
            "no match for platform in manifest: not found",
        ),
        (
            Particular.OLD_CLIENT,
            r"accept header does not support OCI",
            "distribution registry/handlers/manifests.go",
            "manifest unknown: OCI index found, but accept header does not support OCI indexes",
        ),
        (
            Particular.TAG_EXPIRED,
            r"TAG_EXPIRED|was deleted or has expired",
            "quay endpoints/v2/errors.py",
            "Tag v1 was deleted or has expired. To pull, revive via time machine",
        ),
        (
            Particular.ZSTD,
            r"invalid tar header",
            "moby before 23, of layers that are compressed by zstd",
            "failed to register layer: Error processing tar file(exit status 1): archive/tar: invalid tar header",
        ),
        (
            Particular.EMPTY_CONTENT,
            _EMPTY_SHA256,
            "containerd core/content, of a download that a crash left empty",
            f"unexpected commit digest sha256:{_EMPTY_SHA256}, expected sha256:ab12: failed precondition",
        ),
        (
            Particular.OUT_OF_TIME,
            r"(?:^|desc = |[\"']: )context deadline exceeded\s*$",
            "kubernetes/minikube#14789, docker/for-mac#6300, k3s-io/k3s#6482: of dockershim and cri-dockerd",
            "rpc error: code = Unknown desc = context deadline exceeded",
        ),
        (
            Particular.NO_SIGNATURE,
            (
                r"signature was required, but no signature exists|[Nn]o (?:matching )?signatures? (?:exists?|found)"
                r"|is not signed"
            ),
            "containers/image signature/policy_eval.go, sigstore's cosign, Harbor middleware/contenttrust",
            "Source image rejected: A signature was required, but no signature exists",
        ),
        (
            Particular.REJECTED_BY_POLICY,
            r"is rejected by policy|are rejected by policy",
            "containers/image signature/policy_eval_simple.go",
            "Source image rejected: Running image docker://registry.example.com/a:1 is rejected by policy.",
        ),
        (
            Particular.COSIGN,
            r"signed (?:by|in) [Cc]osign|[Ss]igstore signature",
            "Harbor middleware/cosign, containers/image signature/policy_eval_sigstore.go",
            "The image is not signed by cosign.",
        ),
        (
            Particular.NOTATION,
            r"signed by notation",
            "Harbor middleware/notation",
            "The image is not signed by notation.",
        ),
        (
            Particular.VULNERABILITIES,
            r"\bvulnerabilit(?:y|ies) (?:cannot be pulled|severity)|vulnerability severity",
            "Harbor middleware/vulnerable",
            (
                "current image with 7 vulnerabilities cannot be pulled due to configured policy in 'Prevent images "
                'with vulnerability severity of "High" or higher from running.\''
            ),
        ),
        (
            Particular.NOT_SCANNED,
            r"without vulnerability scanning",
            "Harbor middleware/vulnerable",
            "current image without vulnerability scanning cannot be pulled due to configured policy",
        ),
        (
            Particular.XRAY,
            r"\bin Xray\b|[Bb]locked by (?:JFrog )?Xray|Xray (?:policy|policies|blocked)",
            "Artifactory with JFrog Xray",
            (
                "denied: Artifact download request rejected: shop/web was not downloaded due to the download blocking "
                "policy configured in Xray for shop-docker."
            ),
        ),
        (
            Particular.NAMESPACE_DISABLED,
            r"(?:user has been|namespace is|Namespace \S+ has been) disabled",
            "quay endpoints/v2/errors.py, auth/credentials.py",
            "denied: This namespace is disabled. Please contact your system administrator.",
        ),
        (
            Particular.LEGAL,
            r"451 Unavailable For Legal|DMCA",
            "any registry: 451 Unavailable For Legal Reasons",
            "unexpected status from HEAD request: 451 Unavailable For Legal Reasons",
        ),
        (
            Particular.EXPORT_CONTROL,
            r"export control regulations",
            "Docker Hub (MatinSenPai/Zanjir#1)",
            "Since Docker is a US company, we must comply with US export control regulations.",
        ),
        (
            Particular.DOCKER_ORGANIZATION,
            r"restricted by your (?:Docker organization|administrators)",
            "Docker Desktop (docker/docs#18934)",
            "Access to registry.example.com is restricted by your Docker organization.",
        ),
        (
            Particular.PAYMENT,
            r"402 Payment Required|: Payment Required",
            "nvcr.io (NVIDIA/k8s-nim-operator#491), Cloudsmith",
            "unexpected status from HEAD request: 402 Payment Required",
        ),
        (
            Particular.VPC_SERVICE_CONTROLS,
            r"vpcServiceControls|prohibited by organization's policy",
            "Google Artifact Registry",
            "denied: Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: abc",
        ),
        (
            Particular.AZURE_STORAGE,
            r"This request is not authorized to perform this operation",
            "Azure Storage, by its firewall or by the service endpoint policy of the nodes' subnet (Azure/AKS#1383)",
            (
                "<Error><Code>AuthorizationFailure</Code><Message>This request is not authorized to perform this "
                "operation."
            ),
        ),
        (
            Particular.GOOGLE_REFUSES_ADDRESS,
            r"Your client does not have permission to get URL",
            "Google's front end (kubernetes/registry.k8s.io docs/debugging.md)",
            "Your client does not have permission to get URL <code>/v2/pause/manifests/3.9</code> from this server.",
        ),
    )
}
_ONLY_ON = re.compile(r"only available on ([A-Za-z0-9.-]+\.[A-Za-z]{2,})(?![A-Za-z0-9.-]*/)")
_ADDRESS = re.compile(r"[Cc]lient with IP '(\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]{3,39})' is not allowed")


def says(text: str, particular: Particular) -> bool:
    """Whether a text says it."""
    return PHRASES[particular].pattern.search(text) is not None


def refused_address(text: str) -> str:
    """The address that Azure's registry refuses by its firewall; "" where the text names none."""
    found = _ADDRESS.search(text)
    return found[1] if found else ""


def new_place(text: str) -> str:
    """The host that a registry names as the only one that has the image (Red Hat's do); "" where it names none."""
    found = _ONLY_ON.search(text)
    return found[1] if found else ""
