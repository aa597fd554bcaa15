"""The kubelet's own sentences."""

from __future__ import annotations

from kubectl_imagepull.messages.rules.phrase import Phrase
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import PULL
from kubectl_imagepull.vocabulary.causes import Cause

KUBELET: tuple[Rule, ...] = (
    Rule(
        Cause.NEVER_PULL,
        "the pod forbids pulling, and the kubelet has no copy of the image on the node",
        (
            Phrase(
                r"is not present with pull policy of Never",
                'Container image "registry.example.com/team/app:1.2.3" is not present with pull policy of Never',
                "kubelet: kubernetes/kubernetes pkg/kubelet/images/image_manager.go",
            ),
            Phrase(
                r"ErrImageNeverPull",
                "Error: ErrImageNeverPull",
                "kubelet: kubernetes/kubernetes pkg/kubelet/images/types.go",
            ),
        ),
    ),
    Rule(
        Cause.PULL_SECRET_MISSING,
        "the kubelet's FailedToRetrieveImagePullSecret event, and its log line before 1.28",
        (
            Phrase(
                r"Unable to retrieve some image pull secrets",
                "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.",
                "kubelet 1.28 and newer: kubernetes/kubernetes pkg/kubelet/kubelet_pods.go",
            ),
            Phrase(
                r"Unable to retrieve pull secret",
                'Unable to retrieve pull secret prod/regcred for prod/web-0 due to secret "regcred" not found.  '
                "The image pull may not succeed.",
                "kubelet before 1.28: kubernetes/kubernetes pkg/kubelet/kubelet_pods.go",
            ),
        ),
    ),
    Rule(
        Cause.KUBELET_THROTTLED,
        "the kubelet's own limit, registryPullQPS, is used up",
        (
            Phrase(
                r"pull QPS exceeded",
                PULL + "pull QPS exceeded",
                "kubelet: kubernetes/kubernetes pkg/kubelet/images/helpers.go",
            ),
        ),
    ),
    Rule(
        Cause.PULL_SECRET_MALFORMED,
        "the kubelet can't parse a pull secret and passes Go's error on unchanged",
        (
            Phrase(
                r"illegal base64 data at input byte",
                "illegal base64 data at input byte 12",
                "kubelet: golang/go src/encoding/base64/base64.go",
            ),
            Phrase(
                r"unable to parse auth field, must be formatted as",
                "unable to parse auth field, must be formatted as base64(username:password)",
                "kubelet: kubernetes/kubernetes pkg/credentialprovider/config.go",
            ),
            Phrase(
                r"^json: cannot unmarshal",
                "json: cannot unmarshal string into Go struct field DockerConfigEntry.auths of type struct",
                "kubelet: golang/go src/encoding/json/decode.go",
            ),
            Phrase(
                # a page of a web server begins with `<`, a secret doesn't
                r"^invalid character '(?!<').{1,12} (?:looking for|after|in) ",
                "invalid character '}' looking for beginning of object key string",
                "kubelet: golang/go src/encoding/json/scanner.go",
                more=(
                    "invalid character '\"' after object key:value pair",
                    PULL + "invalid character '\\n' in string literal",
                ),
            ),
            Phrase(
                r"^unexpected end of JSON input",
                PULL + "unexpected end of JSON input",
                "kubelet: golang/go src/encoding/json/scanner.go",
            ),
        ),
        examples=(PULL + "illegal base64 data at input byte 4",),
    ),
)
