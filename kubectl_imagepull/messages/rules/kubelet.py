"""The kubelet's own sentences, and image references that are none."""

from __future__ import annotations

from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import DOCKER, PULL
from kubectl_imagepull.vocabulary.causes import Cause

KUBELET: tuple[Rule, ...] = (
    Rule(
        Cause.NEVER_PULL,
        r"is not present with pull policy of Never|ErrImageNeverPull\b",
        "the kubelet's own sentence (pkg/kubelet/images/image_manager.go)",
        ('Container image "registry.example.com/team/app:1.2.3" is not present with pull policy of Never',),
    ),
    Rule(
        Cause.PULL_SECRET_MISSING,
        r"Unable to retrieve some image pull secrets|Unable to retrieve pull secret\b|"
        r"[Cc]ouldn't get (?:image ?)?pull secret"
        r"|Error syncing pod, skipping: secrets? <q> not found",
        "the kubelet's FailedToRetrieveImagePullSecret event, and its log line before 1.28",
        (
            "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.",
            (
                'Unable to retrieve pull secret prod/regcred for prod/web-0 due to secret "regcred" not found.  '
                "The image pull may not succeed."
            ),
        ),
    ),
    Rule(
        Cause.KUBELET_THROTTLED,
        r"(?:^|[:\s])pull QPS exceeded",
        "the kubelet's registryPullQPS (pkg/kubelet/images/helpers.go)",
        (PULL + "pull QPS exceeded",),
    ),
    Rule(
        Cause.PULL_SECRET_MALFORMED,
        r"illegal base64 data at input byte|unable to parse auth field, must be formatted as"
        r"|^(?:json: cannot unmarshal|invalid character .{1,12} (?:looking for|after |in )"
        r"|unexpected end of JSON input)",
        "the kubelet's parser of pull secrets returns Go's error as it is (pkg/credentialprovider/secrets)",
        (
            "illegal base64 data at input byte 12",
            PULL + "illegal base64 data at input byte 4",
            "unable to parse auth field, must be formatted as base64(username:password)",
            "json: cannot unmarshal string into Go struct field DockerConfigEntry.auths of type struct",
            "invalid character '}' looking for beginning of object key string",
        ),
    ),
    Rule(
        Cause.SIGNATURE_REJECTED,
        r"^SignatureValidationFailed\b|because the signature validation failed",
        "CRI-O's prefix, and the kubelet's sentence for it (cri-api pkg/errors)",
        (
            PULL + "SignatureValidationFailed: Source image rejected: A signature was required, but no signature "
            "exists",
            (
                "image pull failed for registry.example.com/team/app:1.2.3 because the signature validation failed: "
                "Source image rejected: None of the signatures were accepted"
            ),
        ),
    ),
)

REFERENCE: tuple[Rule, ...] = (
    Rule(
        Cause.INVALID_REFERENCE,
        r"invalid reference format|[Cc]ould(?:n.t| not) parse image (?:name|reference)|repository name \S* ?must be"
        r"|must be lowercase|cannot specify 64-byte hexadecimal|[Ii]nvalid repository name|invalid tag format"
        r"|InvalidImageName|invalid checksum digest|unsupported digest algorithm|invalid namespace name"
        r"|hostname required|is not a valid repository/tag|repository name must have at least one component",
        "the errors of distribution/reference, and the kubelet's sentence around them",
        (
            (
                'Failed to apply default image tag "registry.example.com/Team/App:1.2.3": couldn\'t parse image name '
                '"registry.example.com/Team/App:1.2.3": invalid reference format: repository name (Team/App) must be '
                "lowercase"
            ),
            DOCKER + "invalid reference format",
        ),
    ),
    Rule(
        Cause.INVALID_REFERENCE,
        r"name invalid|NAME_INVALID|[Ii]nvalid image name|Missing image name",
        "the registry's NAME_INVALID, as Artifact Registry answers to a path that is too short",
        (DOCKER + "name invalid: Missing image name. Pushes should be of the form docker push HOST/PROJECT/IMAGE",),
        body=True,
    ),
    Rule(
        Cause.SHORT_NAME_AMBIGUOUS,
        r"short-name <q> did not resolve|no registries configured while trying to pull"
        r"|short-name resolution enforced|short name mode is enforcing"
        r"|returns ambiguous list|no unqualified-search registries|no containers-registries\.conf",
        "containers/image pkg/shortnames, and CRI-O's form of it",
        (
            (
                'Failed to inspect image "": rpc error: code = Unknown desc = short-name "team/app:1.2.3" did not '
                'resolve to an alias and no unqualified-search registries are defined in "/etc/containers/r.conf"'
            ),
            PULL + "short name mode is enforcing, but image name team/app:1.2.3 returns ambiguous list",
        ),
    ),
)
