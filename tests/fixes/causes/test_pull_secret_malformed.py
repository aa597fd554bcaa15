"""PullSecretMalformed: the secret is written again where it is written, or taken off."""

from __future__ import annotations

from typing import Any

from refused import REGISTRY, UNAUTHORIZED, context_of, failing, fixes_of, holds, lines, texts

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Basis

BROKEN = {REGISTRY: {"auth": "!!"}}
FAULT = "The kubelet can't parse secret regcred, so every pull of the pod fails"
WITHOUT = (
    "Or, if the image needs no login or another secret has one, remove regcred from imagePullSecrets of "
    "deployment/web or of service account default."
)


def malformed(*secrets: JsonObject, **more: Any) -> FixContext:
    names = [secret["metadata"]["name"] for secret in secrets]
    context = context_of(failing(text=UNAUTHORIZED, secrets=names), secrets=secrets, **more)
    assert context.cause is Cause.PULL_SECRET_MALFORMED
    return context


def test_it_is_written_again_in_place() -> None:
    first, second = fixes_of(malformed(holds("regcred", BROKEN)))
    assert first.text == f"{FAULT}. Recreate it with kubectl as below, not by hand: that replaces everything in it."
    assert lines(first)[0].endswith("| kubectl patch secret regcred -n shop --type=merge --patch-file=/dev/stdin &&")
    assert lines(first)[1] == "kubectl delete pod web-1 -n shop"
    assert (first.basis, first.brief) == (Basis.EVIDENCE, "Recreate secret regcred with kubectl")
    assert second.text == WITHOUT


def test_one_whose_content_or_type_is_fixed_gives_way_to_another() -> None:
    old = holds("regcred", kind="kubernetes.io/dockercfg", document=BROKEN)
    for secret in (old, holds("regcred", BROKEN, immutable=True)):
        first, _ = fixes_of(malformed(secret))
        assert first.text == (
            f"{FAULT}. Create secret regcred-registry-example-com with a login for {REGISTRY}, and use that instead."
        )
        assert lines(first)[1] == (
            """kubectl patch deployment/web -n shop -p '{"spec":{"template":{"spec":{"imagePullSecrets":"""
            """[{"name":"regcred-registry-example-com"},{"$patch":"delete","name":"regcred"}]}}}}'"""
        )


def test_one_that_is_written_by_a_program_is_put_right_there() -> None:
    owner = {"apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "name": "pull", "uid": "u"}
    first, second = texts(fixes_of(malformed(holds("regcred", BROKEN, metadata={"ownerReferences": [owner]}))))
    assert first.startswith(f"{FAULT}. ExternalSecret pull writes it, and would overwrite a manual change")
    assert second == WITHOUT


def test_the_one_that_is_malformed_is_the_one() -> None:
    first, _ = texts(fixes_of(malformed(holds("a"), holds("b", BROKEN))))
    assert first.startswith("The kubelet can't parse secret b,")


def test_of_secrets_that_could_not_be_read_the_kubelet_names_none() -> None:
    hidden = [{key: value for key, value in holds(name).items() if key != "data"} for name in ("a", "b")]
    pod = failing(text="illegal base64 data at input byte 12", secrets=["a", "b"])
    context = context_of(pod, secrets=hidden)
    assert context.cause is Cause.PULL_SECRET_MALFORMED
    assert fixes_of(context)[0].text.startswith(
        "The kubelet can't parse one of secrets a and b, so every pull of the pod fails. Recreate it"
    )
