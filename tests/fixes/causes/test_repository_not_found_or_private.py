"""RepositoryNotFoundOrPrivate: the right to pull where the name is known to be right, else the name as well."""

from __future__ import annotations

import pytest
from refused import (
    ECR,
    HUB_IMAGE,
    MAYBE_PRIVATE,
    context_of,
    failing,
    fixes_of,
    holds,
    lines,
    login,
    node,
    runs,
    texts,
)

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.causes import Cause, Confidence
from kubectl_imagepull.vocabulary.fix import Basis, Who

HUB = "https://index.docker.io/v1/"
CREATE = "Create pull secret regcred-docker-io for docker.io in namespace shop and add it to deployment/web."
PRIVATE = f"If acme/app is private, the pod needs a login. {CREATE}"
PUBLIC = (
    "Or, if acme/app may be public, ask its owner to make it public in the repository's Settings on hub.docker.com "
    "(Visibility). Docker Hub gives the same answer for a private repository and one that doesn't exist."
)
COMPARE = "Compare each part of acme/app with the name at docker.io: this lists its tags if the repository is public."


def told(*pods: JsonObject, secrets: tuple[JsonObject, ...] = ()) -> list[str]:
    context = context_of(*pods, secrets=secrets)
    assert (context.cause, context.diagnosis.confidence) == (
        Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE,
        Confidence.LIKELY,
    )
    return texts(fixes_of(context))


def test_a_repository_that_may_be_private_or_absent() -> None:
    assert told(failing(HUB_IMAGE, MAYBE_PRIVATE)) == [PRIVATE, PUBLIC, COMPARE]
    compare = fixes_of(context_of(failing(HUB_IMAGE, MAYBE_PRIVATE)))[-1]
    assert lines(compare) == ["skopeo list-tags docker://docker.io/acme/app"]
    assert compare.basis is Basis.GUESS


def test_where_the_image_runs_with_a_secret_that_secret_is_named() -> None:
    found = told(failing(HUB_IMAGE, MAYBE_PRIVATE), runs(HUB_IMAGE, ["hub"]), secrets=(holds("hub", {HUB: login()}),))
    assert found == [
        (
            "Add secret hub to imagePullSecrets of deployment/web: pod shop/api-1 uses it, but this pod doesn't "
            "reference it."
        ),
        PUBLIC,
    ]


def test_where_the_image_runs_in_another_namespace_the_name_is_right() -> None:
    other = holds("hub", {HUB: login()}, namespace="prod")
    first, second = told(
        failing(HUB_IMAGE, MAYBE_PRIVATE), runs(HUB_IMAGE, ["hub"], namespace="prod"), secrets=(other,)
    )
    assert first == f"Other pods use acme/app, so the name is right: this pod lacks access to it. {CREATE}"
    assert second == PUBLIC


def test_who_logs_in_and_is_refused_lacks_the_right() -> None:
    context = context_of(failing(HUB_IMAGE, MAYBE_PRIVATE, ["hub"]), secrets=[holds("hub", {HUB: login()})])
    first, second = fixes_of(context)
    assert first.text == (
        "Let the account in secret hub pull acme/app from docker.io: give it, or its team, read access to the "
        "repository on hub.docker.com (Collaborators, or Permissions)."
    )
    assert first.who is Who.REGISTRY_OWNER
    assert second.text == COMPARE


def test_another_secret_that_another_pod_runs_with_comes_before_the_owner() -> None:
    secrets = (holds("weak", {HUB: login()}), holds("good", {HUB: login()}))
    found = told(failing(HUB_IMAGE, MAYBE_PRIVATE, ["weak"]), runs(HUB_IMAGE, ["good"]), secrets=secrets)
    assert found[0].startswith("Add secret good to imagePullSecrets of deployment/web: pod shop/api-1 uses it")
    assert not any("Compare" in text for text in found)


def test_a_secret_that_fits_nothing_is_repaired_before_the_name_is_doubted() -> None:
    first, *_ = told(failing(HUB_IMAGE, MAYBE_PRIVATE, ["own"]), secrets=(holds("own", {"ghcr.io": login()}),))
    assert first.startswith("Secret own is for ghcr.io, not for docker.io. Create pull secret")


def test_an_official_image_is_public_so_its_name_is_wrong() -> None:
    found = told(failing("ngnix", MAYBE_PRIVATE), secrets=(holds("hub", {HUB: login()}),))
    assert found == [
        "The image has no registry in its name, so docker.io/library/ngnix is pulled from Docker Hub. If it is in "
        "another registry, write that in front of the name.",
        (
            "Compare each part of library/ngnix with the name at docker.io: this lists its tags if the repository is "
            "public."
        ),
    ]
    first = fixes_of(context_of(failing("ngnix", MAYBE_PRIVATE)))[0]
    assert lines(first) == [
        'kubectl set image deployment/web app="${REGISTRY:?the registry and the path up to the name, such as '
        'registry.example.com/team}"/ngnix:"${EXISTING_TAG:?a tag that exists}" -n shop'
    ]


def test_a_name_without_registry_is_doubted_before_a_login_is_made() -> None:
    first, second, third = told(failing("acme/app:1", MAYBE_PRIVATE))
    assert first.startswith("The image has no registry in its name, so docker.io/acme/app is pulled from Docker Hub.")
    assert (second, third) == (COMPARE, PRIVATE)


def test_where_other_nodes_pull_it_the_node_is_looked_at() -> None:
    (only,) = told(failing(HUB_IMAGE, MAYBE_PRIVATE), runs(HUB_IMAGE))
    assert only.startswith("kubelet log: Only node node-a is refused")


def test_a_caches_upstream_is_no_question_of_the_pods_login() -> None:
    text = (
        "pull access denied for x, repository does not exist or may require 'docker login': denied: The authentication to the "
        "upstream registry failed. Verify that the credentials for the upstream registry are correct."
    )
    found = told(failing(f"{ECR}/docker-hub/acme/app:1", text))
    assert len(found) == 1
    assert found[0].startswith(
        f"The upstream registry refused the pull-through cache of {ECR}; the node's own login is fine."
    )


def test_a_static_pod_has_the_nodes_login() -> None:
    metadata = {"annotations": {"kubernetes.io/config.mirror": "x"}, "ownerReferences": []}
    assert told(failing(HUB_IMAGE, MAYBE_PRIVATE, metadata=metadata))[0] == "node credentials"


def test_a_name_that_is_near_to_one_that_runs_is_corrected_first() -> None:
    first, second, *_ = told(failing("docker.io/acme/frontnd:1", MAYBE_PRIVATE), runs("docker.io/acme/frontend:1"))
    assert first == "docker.io/acme/frontnd:1 looks like a typo for docker.io/acme/frontend:1: use that one."
    assert second.startswith("If acme/frontnd is private, the pod needs a login.")


def test_what_only_another_namespace_uses_comes_last() -> None:
    *_, last = told(
        failing("docker.io/acme/frontnd:1", MAYBE_PRIVATE), runs("docker.io/acme/frontend:1", namespace="prod")
    )
    assert last == (
        "docker.io/acme/frontnd:1 looks like a typo for docker.io/acme/frontend:1, which namespace prod uses: use "
        "that one."
    )


def test_on_openshift_a_name_alone_may_be_an_image_stream_s() -> None:
    nodes = [node(**{"node.openshift.io/os_id": "rhcos"})]
    stream, registry, *_ = fixes_of(context_of(failing("app:11.0", MAYBE_PRIVATE), Node=nodes))
    assert stream.text == (
        "app:11.0 names no registry, so Docker Hub is asked. If app is an image stream of namespace shop, which the first "
        "command shows, let pods look it up there, and recreate them."
    )
    assert lines(stream) == [
        "oc get imagestream app -n shop",
        "oc set image-lookup app -n shop &&",
        "kubectl delete pod web-1 -n shop",
    ]
    assert [str(step) for step in stream.undo] == ["oc set image-lookup app --enabled=false -n shop"]
    assert registry.text.startswith("The image has no registry in its name, ")
    elsewhere = fixes_of(context_of(failing("app:11.0", MAYBE_PRIVATE), Node=[node()]))
    assert elsewhere[0].text == registry.text
    owned = fixes_of(context_of(failing("acme/app:11.0", MAYBE_PRIVATE), Node=nodes))
    assert not any("image stream" in fix.text for fix in owned)


@pytest.mark.parametrize("image", ["metashop:dev", "acme/metashop:dev"])
def test_on_a_laptop_s_cluster_an_image_without_registry_may_be_built_there(image: str) -> None:
    kind = node(provider="kind://docker/dev/node-a")
    load, *others = fixes_of(context_of(failing(image, MAYBE_PRIVATE), Node=[kind]))
    assert load.basis is Basis.GUESS
    assert lines(load) == [f"kind load docker-image {image} --name dev"]
    assert load.notes[0] == f"If you didn't build {image} on this machine, correct its name instead."
    elsewhere = fixes_of(context_of(failing(image, MAYBE_PRIVATE), Node=[node()]))
    assert texts(elsewhere) == texts(others)
    named = fixes_of(context_of(failing(f"docker.io/acme/{image}", MAYBE_PRIVATE), Node=[kind]))
    assert not any("kind load" in line for fix in named for line in lines(fix))
