"""What a registry's owner does: for whom, in the registry's own way."""

from __future__ import annotations

from typing import Any

import pytest
from refused import ECR, EKS_NODE, FORBIDDEN, MAYBE_PRIVATE, context_of, failing, holds, login, texts

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps.registry_rights import (
    grant_access,
    openshift_rights,
    refused_account,
    upstream_rights,
)
from kubectl_imagepull.fixes.steps.vendor_sides import side_of
from kubectl_imagepull.vocabulary.fix import Who
from kubectl_imagepull.vocabulary.vendors import Vendor

ARN = (
    FORBIDDEN + "\ndenied: User: arn:aws:sts::{account}:assumed-role/eks-node/i-0abc is not authorized to perform: "
    "ecr:{action} on resource: arn:aws:ecr:eu-west-1:123456789012:repository/app because no {policy}-based policy allows it"
)
OPENSHIFT = "image-registry.openshift-image-registry.svc:5000"


def aws(account: str = "123456789012", action: str = "BatchGetImage", policy: str = "identity") -> str:
    return ARN.replace("{account}", account).replace("{action}", action).replace("{policy}", policy)


def context(image: str, text: str = FORBIDDEN, **more: Any) -> FixContext:
    secrets = more.pop("secrets", [])
    names = [secret["metadata"]["name"] for secret in secrets]
    return context_of(failing(image, text, names), secrets=secrets, **more)


def test_who_was_refused() -> None:
    assert refused_account(context(f"{ECR}/app:1", aws())) == "role eks-node of AWS account 123456789012"
    assert refused_account(context("ghcr.io/acme/app:1")) == "the identity that node node-a pulls with"
    sent = context("ghcr.io/acme/app:1", secrets=[holds("gh", {"ghcr.io": login()})])
    assert refused_account(sent) == "the account in secret gh"
    nowhere = context_of(failing("ghcr.io/acme/app:1", FORBIDDEN, spec={"nodeName": ""}))
    assert refused_account(nowhere) == "the node's own identity"


def test_what_a_stranger_says_of_amazons_identities_is_no_ones() -> None:
    host = "123456789012.dkr.ecr.eu-west-1.evil.example"
    evil = context(f"{host}/app:1", aws())
    assert refused_account(evil) == "the identity that node node-a pulls with"
    (fix,) = grant_access(evil)
    assert fix.commands == ()


def test_the_role_that_lacks_a_right_gets_it() -> None:
    (fix,) = grant_access(context(f"{ECR}/app:1", aws()))
    assert fix.text == (
        "Let role eks-node of AWS account 123456789012 pull app: it lacks ecr:BatchGetImage, which "
        "AmazonEC2ContainerRegistryPullOnly allows."
    )
    assert "attach-role-policy --role-name eks-node" in str(fix.commands[0])
    assert fix.who is Who.REGISTRY_OWNER
    assert fix.brief == "Allow role eks-node to pull"


@pytest.mark.parametrize("text", [aws(account="999999999999"), aws(policy="resource")])
def test_another_account_has_to_be_let_in_by_the_repository(text: str) -> None:
    (fix,) = grant_access(context(f"{ECR}/app:1", text))
    assert fix.text.endswith(
        "pull app: account 123456789012, which owns it, has to allow ecr:BatchGetImage and "
        "ecr:GetDownloadUrlForLayer in the repository's policy, and the other account in its own policy."
    )
    assert [str(step).split(" --")[0] for step in fix.commands] == [
        "aws ecr get-repository-policy",
        "aws iam attach-role-policy",
    ]


@pytest.mark.parametrize("action", ["BatchImportUpstreamImage", "CreateRepository"])
def test_a_cache_that_the_role_may_not_fill(action: str) -> None:
    (fix,) = grant_access(context(f"{ECR}/docker-hub/acme/app:1", aws(action=action)))
    assert fix.text == (
        f"Let role eks-node of AWS account 123456789012 fill the pull-through cache: it lacks ecr:{action}, and "
        "needs ecr:BatchImportUpstreamImage and ecr:CreateRepository for prefix docker-hub."
    )
    assert "put-role-policy" in str(fix.commands[0])


def test_an_aws_user_is_let_in_by_hand() -> None:
    text = (
        FORBIDDEN
        + "\ndenied: User: arn:aws:iam::123456789012:user/ci is not authorized to perform: ecr:BatchGetImage on x"
    )
    (fix,) = grant_access(context(f"{ECR}/app:1", text))
    assert fix.text.startswith("Let user ci of AWS account 123456789012 pull app: it lacks ecr:BatchGetImage")
    assert fix.commands == ()


def test_a_bare_refusal_of_amazon_is_the_nodes_roles_or_the_secrets() -> None:
    (fix,) = grant_access(context(f"{ECR}/app:1", Node=[EKS_NODE]))
    assert fix.text == (
        "Let the identity that node node-a pulls with pull app: give its role AmazonEC2ContainerRegistryPullOnly, "
        "and if the repository is in another AWS account, allow it in the repository's policy too."
    )
    fresh = holds("ecr", {ECR: login("AWS")}, made="2026-11-23T11:50:00Z")
    (own,) = grant_access(context(f"{ECR}/app:1", secrets=[fresh]))
    assert own.text.startswith("Let the account in secret ecr pull app: allow it ecr:BatchGetImage")
    assert own.commands == ()


@pytest.mark.parametrize(
    ("image", "text"),
    [
        (
            "ghcr.io/acme/app:1",
            "Let the account in secret own pull acme/app from ghcr.io: add it under Manage access in the package's settings "
            "on github.com, or let the package inherit access from its repository.",
        ),
        (
            "quay.io/acme/app:1",
            "Let the account in secret own pull acme/app from quay.io: give a robot account Read under Repository Settings, "
            "User and Robot Permissions.",
        ),
        (
            "registry.gitlab.com/g/app:1",
            "Let the account in secret own pull g/app from registry.gitlab.com: create a deploy token with read_registry "
            "under Settings, Repository, Deploy tokens of its project or group.",
        ),
        (
            "harbor.corp.example/p/app:1",
            "Let the account in secret own pull p/app from harbor.corp.example: make it a member of the project, or use a "
            "robot account of the project.",
        ),
        (
            "registry.corp.example/p/app:1",
            "Let the account in secret own pull p/app from registry.corp.example: grant it read access to the "
            "repository in the registry.",
        ),
        (
            "europe-docker.pkg.dev/p/r/app:1",
            "Let the account in secret own read p/r/app at europe-docker.pkg.dev: it needs "
            "roles/artifactregistry.reader. Artifact Registry gives the same answer for a repository that doesn't "
            "exist.",
        ),
        (
            "acme.azurecr.io/app:1",
            "Let the account in secret own pull from acme.azurecr.io: assign it AcrPull.",
        ),
    ],
)
def test_each_registry_has_its_own_way(image: str, text: str) -> None:
    host = image.partition("/")[0]
    user = "_json_key" if "pkg.dev" in host else "u"
    own = holds("own", {host: login(user, "{}")})
    assert texts(grant_access(context(image, secrets=[own]))) == [text]


def test_the_node_of_oracle_needs_a_policy() -> None:
    said = "denied: User UserId(ocid1.instance.oc1.phx.abc) not authorized"
    assert texts(grant_access(context("fra.ocir.io/t/app:1", said))) == [
        "Let the node's own instance pull from fra.ocir.io: add it to a dynamic group, and give that group a policy "
        "such as allow dynamic-group GROUP to read repos in tenancy."
    ]


def test_openshift_lets_a_service_account_into_another_project() -> None:
    pulls = context_of(failing(f"{OPENSHIFT}/demo/app:1", spec={"serviceAccountName": "runner"}))
    (fix,) = openshift_rights(pulls)
    assert fix.text == (
        "Let service account runner of project shop pull images of project demo: give it system:image-puller there. "
        "Its pull secret is managed by OpenShift and is fine."
    )
    assert [str(step) for step in fix.undo] == [
        "oc policy remove-role-from-user system:image-puller system:serviceaccount:shop:runner --namespace=demo"
    ]


def test_in_its_own_project_the_image_stream_is_looked_at() -> None:
    (fix,) = openshift_rights(context(f"{OPENSHIFT}/shop/app:1"))
    assert fix.text.endswith("check whether image stream app has the tag.")
    assert [str(step) for step in fix.commands] == ["oc get imagestreamtag app:1 -n shop"]


UPSTREAM = (
    "pull access denied for x, repository does not exist or may require 'docker login': denied: The authentication to the "
    "upstream registry failed. Verify that the credentials for the upstream registry are correct."
)


def test_a_caches_login_is_put_right_in_its_rule() -> None:
    (fix,) = upstream_rights(context(f"{ECR}/docker-hub/acme/app:1", UPSTREAM))
    assert fix.text == (
        f"The upstream registry refused the pull-through cache of {ECR}; the node's own login is fine. Put the right "
        "user and token for the upstream into the Secrets Manager secret of the rule."
    )
    assert str(fix.commands[0]).startswith("aws ecr describe-pull-through-cache-rules")
    (other,) = upstream_rights(context("harbor.corp.example/hub/acme/app:1", UPSTREAM))
    assert other.text.startswith("harbor.corp.example fetches hub/acme/app from an upstream registry")


def test_library_holds_images_of_one_word() -> None:
    first, _ = upstream_rights(context(f"{ECR}/docker-hub/library/acme/app:1", UPSTREAM))
    assert first.text == (
        "Remove library/: the pull-through cache asks its upstream for library/acme/app, and Docker Hub's library/ "
        "has only official images with one-part names."
    )
    assert str(first.commands[0]) == f"kubectl set image deployment/web app={ECR}/docker-hub/acme/app:1 -n shop"
    assert len(upstream_rights(context(f"{ECR}/docker-hub/library/nginx:1", UPSTREAM))) == 1


def test_no_other_refusal_is_an_upstreams() -> None:
    assert upstream_rights(context("docker.io/acme/app:1", MAYBE_PRIVATE)) == []


@pytest.mark.parametrize("vendor", list(Vendor))
def test_every_registry_has_a_side_whose_parts_fit_a_sentence(vendor: Vendor) -> None:
    side = side_of(vendor)
    for part in (side.grant, side.publish, side.login):
        assert not part.endswith(".")
        assert ". " not in part
    assert side.grant
    assert side.login
    assert not side.note or side.note.endswith(".")
    assert len(side.note.split(". ")) == 1
