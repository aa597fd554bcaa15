"""The runbook's pages for causes in the image, its name or its content."""

from __future__ import annotations

from collections.abc import Mapping

from kubectl_imagepull import COMMAND
from kubectl_imagepull.runbook.entry import ANY_REGISTRY, ANY_RUNTIME, Runbook
from kubectl_imagepull.vocabulary.causes import Cause

_LIST_TAGS = "skopeo list-tags docker://REPOSITORY lists the tags, if the repository is there and you may read it."

IMAGE: Mapping[Cause, Runbook] = {
    Cause.INVALID_REFERENCE: Runbook(
        confirm=(
            "The container's waiting reason is InvalidImageName; its event has the reason InspectFailed.",
            (
                "kubectl get pod POD -n NAMESPACE -o jsonpath='{.spec.containers[*].image}' shows the name as it was "
                "applied."
            ),
        ),
        fixes=(
            (
                ANY_REGISTRY,
                (
                    "Write registry/path:tag in small letters, without http:// or https://, without quotation marks or "
                    "white space, with one tag that holds no +. Where {{ }}, ${ } or $( ) is left, render the template "
                    "again."
                ),
            ),
        ),
    ),
    Cause.TAG_NOT_FOUND: Runbook(
        confirm=(
            _LIST_TAGS,
            "CRI-O and Docker say 'manifest unknown': the repository is there, the tag isn't.",
            "containerd says only 'NAME: not found', be it the tag, the repository or a private one that is hidden.",
        ),
        fixes=(
            (
                ANY_REGISTRY,
                (
                    "Push the tag or name one that exists. An image without a tag asks for latest, which nobody has to "
                    "push."
                ),
            ),
            (
                "Docker Hub",
                (
                    "Bitnami's versioned tags moved to docker.io/bitnamilegacy in August and September 2025; that is a "
                    "stop-gap."
                ),
            ),
            (
                "Nexus",
                (
                    "A proxy repository whose login to the upstream registry fails answers 'manifest unknown': look at "
                    "the proxy."
                ),
            ),
            (
                "Harbor",
                "A proxy project answers 'not found' for what its upstream doesn't have or doesn't give it.",
            ),
            (
                "Azure Container Registry",
                "It answers 'authentication required' for a tag that isn't there, to who isn't logged in.",
            ),
        ),
    ),
    Cause.REPOSITORY_NOT_FOUND: Runbook(
        confirm=(
            (
                "CRI-O and Docker say 'name unknown' or 'repository NAME not found'; containerd hides it behind 'not "
                "found'."
            ),
            f"{COMMAND} diagnose shows under Read as the full name that was tried.",
        ),
        fixes=(
            (
                ANY_REGISTRY,
                (
                    "Three readings: the registry or owner was left out (myimage means "
                    "docker.io/library/myimage:latest), the name is not in full or misspelt, or no tag is named and "
                    "there is no latest."
                ),
            ),
            ("Amazon ECR", "Create the repository, or correct account and region: both are part of the host."),
            (
                "Google Artifact Registry",
                (
                    "The path is PROJECT/REPOSITORY/IMAGE and the location is part of the host; create the repository "
                    "if it isn't there."
                ),
            ),
            ("Harbor", "The project comes first in the path; without it Harbor answers 500 or 'not found'."),
            ("GitLab", "The path is GROUP/PROJECT, perhaps with an image name after it."),
        ),
    ),
    Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE: Runbook(
        confirm=(
            (
                "The text says 'repository does not exist or may require authorization', 'requested access to the "
                "resource is denied' or 'access to the requested resource is not authorized'."
            ),
            "Open the repository's page in a browser without login: what shows there is public and spelt right.",
        ),
        fixes=(
            (
                ANY_REGISTRY,
                (
                    "Check registry, owner and name first, the tag next; if it is private, create a pull secret for "
                    "the registry and name it in the pod template or service account."
                ),
            ),
            (
                "Docker Hub",
                (
                    "Missing, private and not permitted have the same text. Only official images are in library/; a "
                    "private one wants a secret for https://index.docker.io/v1/ and an account in a team that may read "
                    "it."
                ),
            ),
            (
                "GitHub Container Registry",
                "The package is private or misspelt, or its organisation was renamed: there are no redirects.",
            ),
            (
                "Quay",
                "A missing repository looks like a private one; short names that were sent to Quay look so as well.",
            ),
            ("Harbor", "A project that doesn't exist looks like a private one."),
            ("Nexus", "A missing repository looks like one that wants a login."),
        ),
    ),
    Cause.BLOB_MISSING: Runbook(
        confirm=(
            "The text says 'blob unknown', 'unknown blob' or 'could not fetch content descriptor ... from remote'.",
            "skopeo copy docker://IMAGE dir:/tmp/image from another machine fails at the same digest.",
        ),
        fixes=(
            (
                ANY_REGISTRY,
                "Push the image again from where it was built: the push was incomplete or clean-up took a layer.",
            ),
            ("mirror or pull-through cache", "Delete its copy of the image, so that it is fetched anew."),
        ),
    ),
    Cause.PLATFORM_MISMATCH: Runbook(
        confirm=(
            "kubectl get nodes -L kubernetes.io/os,kubernetes.io/arch shows what the nodes are.",
            "skopeo inspect --raw docker://IMAGE shows what the image is built for.",
            "containerd's 'no match for platform in manifest: not found' is about the platform and not about the tag.",
        ),
        fixes=(
            (
                ANY_REGISTRY,
                (
                    "Build the image for the node's platform as well (docker buildx build --platform), or let the pods "
                    "run only on nodes that it is built for (nodeSelector kubernetes.io/arch)."
                ),
            ),
            (
                "Windows nodes",
                "The image's Windows build must fit the host's; an image newer than its host doesn't run.",
            ),
        ),
    ),
    Cause.UNSUPPORTED_MANIFEST: Runbook(
        confirm=("skopeo inspect --raw docker://IMAGE shows the media type of what stands under the name.",),
        fixes=(
            (ANY_REGISTRY, "Name a container image: a Helm chart or another artifact can't be run."),
            ("containerd", "2.1 and later refuse schema 1: build and push the image again."),
            ("Docker", "28 and later refuse schema 1: build and push the image again."),
            (
                "mirror or proxy",
                (
                    "'unexpected media type text/html' means that a web page answered: the endpoint is no /v2/ of a "
                    "registry."
                ),
            ),
        ),
    ),
    Cause.CORRUPT_CONTENT: Runbook(
        confirm=(
            "One node only: its own copy is damaged. All nodes: the registry's copy, or a cache before it.",
            "Digest sha256:e3b0c442... is that of nothing at all: a stale download of containerd.",
        ),
        fixes=(
            (ANY_RUNTIME, "On the node: crictl rmi IMAGE, then make the pod anew."),
            (ANY_REGISTRY, "Push the image again; look at mirrors, caches and proxies on the way."),
            (
                "containerd",
                "A stale ingest folder gives 'unexpected commit digest': clear it while containerd is stopped.",
            ),
            (
                "Docker",
                (
                    "'archive/tar: invalid tar header' on Docker before 23 means zstd layers: update Docker, a new "
                    "push doesn't help."
                ),
            ),
        ),
    ),
    Cause.SIGNATURE_REJECTED: Runbook(
        confirm=("The reason is SignatureValidationFailed (CRI-O), or an image verifier 'blocked pull' (containerd).",),
        fixes=(
            (
                ANY_REGISTRY,
                "Sign the image with the key that the policy asks for and push the signature, or name a signed tag.",
            ),
            ("CRI-O", "The policy stands in /etc/containers/policy.json on the node."),
            ("containerd", "Image verifiers are set in /etc/containerd/config.toml (2.0 and later)."),
            ("Harbor", "'not signed by cosign' or 'by notation' (412) is the project's own policy."),
        ),
    ),
    Cause.SHORT_NAME_AMBIGUOUS: Runbook(
        confirm=(
            (
                "The text says 'short-name' or 'short name mode is enforcing'; with IfNotPresent the reason is "
                "ImageInspectError."
            ),
        ),
        fixes=(
            (ANY_REGISTRY, "Write the registry in front of the name: docker.io/library/nginx and not nginx."),
            ("CRI-O", "Or set unqualified-search-registries in /etc/containers/registries.conf on the nodes."),
        ),
    ),
    Cause.NEVER_PULL: Runbook(
        confirm=(
            "The reason is ErrImageNeverPull.",
            "On the node: crictl images lists what its runtime has; docker images is another store.",
        ),
        fixes=(
            (ANY_RUNTIME, "Set imagePullPolicy: IfNotPresent, or bring the image to the node."),
            ("containerd", "On the node: ctr -n k8s.io images import IMAGE.tar."),
            (
                "Kubernetes 1.35 and later",
                (
                    "An image that was pulled with other credentials doesn't count as present: give the pod a pull "
                    "secret for it."
                ),
            ),
        ),
    ),
}
