"""Image references that are none, and short names that may mean several images."""

from __future__ import annotations

from kubectl_imagepull.messages.rules.phrase import Phrase
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import CRANE, DOCKER, PULL
from kubectl_imagepull.vocabulary.causes import Cause

_NAME = '"registry.example.com/team/app:1.2.3"'
_PARSE = f"Failed to apply default image tag {_NAME}: couldn't parse image "

REFERENCE: tuple[Rule, ...] = (
    Rule(
        Cause.INVALID_REFERENCE,
        "no parser of image references accepts the name",
        (
            Phrase(
                r"invalid reference format",
                DOCKER + "invalid reference format",
                "Docker, podman, kubelet: distribution/reference reference.go",
            ),
            Phrase(
                r"couldn't parse image (?:name|reference)",
                _PARSE + f"name {_NAME}: repository name must not be more than 255 characters",
                "kubelet (before 1.28 it says reference): kubernetes/kubernetes pkg/util/parsers/parsers.go",
                more=(_PARSE + f"reference {_NAME}: repository name must not be more than 255 characters",),
            ),
            Phrase(
                r"repository name must be lowercase",
                "Error: repository name must be lowercase",
                "podman 4.3, skopeo 1.9: containers/image docker/reference/reference.go",
            ),
            Phrase(
                r"[Ii]nvalid repository name",
                DOCKER + f"invalid repository name ({'0123456789abcdef' * 4}), cannot specify 64-byte hexadecimal "
                "strings",
                "Docker, podman: distribution/reference normalize.go; Docker before 17: moby/moby registry/config.go",
                more=(DOCKER + 'Invalid repository name (ex: "registry.domain.tld/myrepos")',),
            ),
            Phrase(
                r"Invalid image name <q>",
                PULL + 'Invalid image name "nginx", expected colon-separated transport:reference',
                "CRI-O, skopeo: containers/image transports/alltransports/alltransports.go",
            ),
            Phrase(
                r"InvalidImageName",
                "Error: InvalidImageName",
                "kubelet: kubernetes/kubernetes pkg/kubelet/images/types.go",
            ),
            Phrase(
                r"invalid checksum digest",
                "Error: invalid checksum digest length",
                "Docker, podman: opencontainers/go-digest digest.go",
            ),
            Phrase(
                r"unsupported digest algorithm",
                "Error: unsupported digest algorithm",
                "Docker, podman: opencontainers/go-digest digest.go",
            ),
            Phrase(
                r"(?:hostname|object) required",
                'ctr: failed to resolve reference "/team/app:1.2.3": hostname required',
                "containerd's ctr: containerd/containerd pkg/reference/reference.go",
                more=('ctr: failed to resolve reference "app": object required',),
            ),
            Phrase(
                r"could not parse reference: ",
                "error building image: could not parse reference: registry.example.com/Team/App:1.2.3",
                "Knative, Tekton, kaniko, crane: google/go-containerregistry pkg/name/ref.go",
            ),
            Phrase(
                r"(?:repository|tag|registry) can only contain the characters",
                "Error: repository can only contain the characters `abcdefghijklmnopqrstuvwxyz0123456789_-./`: "
                "Team/App",
                "Knative, Tekton, kaniko, crane: google/go-containerregistry pkg/name/check.go",
                more=(
                    "Error: tag can only contain the characters `abcdefghijklmnopqrstuvwxyz0123456789_-.`: a+b",
                    "Error: registry can only contain the characters `abcdefghijklmnopqrstuvwxyz0123456789-.:`: a_b",
                ),
            ),
            Phrase(
                r"is not a valid repository/tag",
                DOCKER + 'Error parsing reference: "team/app:1.2.3:latest" is not a valid repository/tag',
                "Docker 1.10: moby/moby reference/reference.go",
            ),
        ),
        examples=(
            (
                'Failed to apply default image tag "registry.example.com/Team/App:1.2.3": couldn\'t parse image name '
                '"registry.example.com/Team/App:1.2.3": invalid reference format: repository name (Team/App) must be '
                "lowercase"
            ),
        ),
    ),
    Rule(
        Cause.INVALID_REFERENCE,
        "the registry's NAME_INVALID, as Artifact Registry answers to a path that is too short",
        (
            Phrase(
                r"name invalid",
                DOCKER + "name invalid: Missing image name. Pushes should be of the form docker push "
                "HOST/PROJECT/IMAGE",
                "Google Artifact Registry: docker/build-push-action#171",
            ),
            Phrase(
                r"NAME_INVALID",
                CRANE + "NAME_INVALID: Missing image name. Pushes should be of the form docker push HOST/PROJECT/IMAGE",
                "Knative, Tekton, kaniko, crane: google/go-containerregistry pkg/v1/remote/transport/error.go",
            ),
        ),
        body=True,
    ),
    Rule(
        Cause.SHORT_NAME_AMBIGUOUS,
        "the name has no registry, and CRI-O and podman don't guess one",
        (
            Phrase(
                r"short-name <q> did not resolve",
                'Failed to inspect image "": rpc error: code = Unknown desc = short-name "team/app:1.2.3" did not '
                'resolve to an alias and no unqualified-search registries are defined in "/etc/containers/r.conf"',
                "CRI-O, podman: containers/image pkg/shortnames/shortnames.go",
            ),
            Phrase(
                r"short-name resolution enforced",
                "Error: short-name resolution enforced but cannot prompt without a TTY",
                "podman: containers/image pkg/shortnames/shortnames.go",
            ),
            Phrase(
                r"short name mode is enforcing",
                PULL + "short name mode is enforcing, but image name team/app:1.2.3 returns ambiguous list",
                "CRI-O: cri-o/cri-o internal/storage/image.go",
            ),
            Phrase(
                r"no registries configured while trying to pull",
                PULL + "rpc error: code = Unknown desc = no registries configured while trying to pull an unqualified "
                "image, add at least one in either /etc/crio/crio.conf or /etc/containers/registries.conf",
                "CRI-O before 1.21: cri-o/cri-o internal/storage/image.go",
            ),
        ),
    ),
)
