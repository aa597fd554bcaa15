"""Who a registry's words say was refused."""

from __future__ import annotations

import pytest

from kubectl_imagepull.evidence.refusal import Identity, IdentityKind, LackingPolicy, Refusal, read_refusal

ROLE = (
    "denied: User: arn:aws:sts::123456789012:assumed-role/eks-node/i-0abc is not authorized to perform: "
    "ecr:BatchGetImage on resource: arn:aws:ecr:eu-west-1:123456789012:repository/app because no {}-based policy allows "
    "the ecr:BatchGetImage action"
)


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        (
            ROLE.format("identity"),
            Identity(IdentityKind.AWS_ROLE, "eks-node", "123456789012", "ecr:BatchGetImage", LackingPolicy.OF_IDENTITY),
        ),
        (
            ROLE.format("resource"),
            Identity(IdentityKind.AWS_ROLE, "eks-node", "123456789012", "ecr:BatchGetImage", LackingPolicy.OF_RESOURCE),
        ),
        (
            "User: arn:aws-cn:iam::123456789012:user/team/ci is not authorized to perform: ecr:GetAuthorizationToken on "
            "resource: *",
            Identity(IdentityKind.AWS_USER, "ci", "123456789012", "ecr:GetAuthorizationToken"),
        ),
        (
            "denied: User UserId(ocid1.instance.oc1.phx.abc) not authorized",
            Identity(IdentityKind.ORACLE_INSTANCE, "ocid1.instance.oc1.phx.abc"),
        ),
        (
            "denied: User UserId(ocid1.user.oc1..abc) not authorized",
            Identity(IdentityKind.ORACLE_USER, "ocid1.user.oc1..abc"),
        ),
        (
            'denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/p"',
            Identity(IdentityKind.GOOGLE),
        ),
        (
            "denied: gke@proj.iam.gserviceaccount.com does not have permission",
            Identity(IdentityKind.GOOGLE, "gke@proj.iam.gserviceaccount.com"),
        ),
        (
            "12345-compute@developer.gserviceaccount.com does not have storage.objects.get access",
            Identity(IdentityKind.GOOGLE, "12345-compute@developer.gserviceaccount.com"),
        ),
        # said to nobody as well
        ("denied: access forbidden", None),
        ("unauthorized: unauthorized to access repository: shop/web, action: pull", None),
        ('denied: Unauthenticated request. Unauthenticated requests do not have permission "artifactregistry.x"', None),
        ("403 Forbidden", None),
        ("", None),
        # no account, no role
        ("User: arn:aws:sts::123:assumed-role/x/y is not authorized to perform: ecr:BatchGetImage on x", None),
        ("User: arn:aws:sts::123456789012:assumed-role/$(rm)/y is not authorized to perform: ecr:BatchGetImage", None),
    ],
)
def test_whom_a_text_names(text: str, identity: Identity | None) -> None:
    assert read_refusal(text) == Refusal(identity)


@pytest.mark.parametrize(
    "text",
    [
        "denied: The authentication to the upstream registry failed. Verify that the credentials for the upstream "
        "registry are correct.",
        "Verify that the credentials for the upstream registry are correct",
    ],
)
def test_a_caches_own_login_is_its_upstreams_question(text: str) -> None:
    assert read_refusal(text) == Refusal(None, is_upstreams=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Requesting bearer token: invalid status code from registry 403 (Forbidden)", True),
        ("unexpected status from GET request to https://gitlab.com/jwt/auth?scope=x: 403 Forbidden", True),
        ("unexpected status from GET request to https://auth.docker.io/token: 401 Unauthorized", True),
        ('Get "https://quay.io/v2/auth?account=x": 401', True),
        ("unexpected status from GET request to https://cdn.example/blobs/sha256/ab: 403 Forbidden", False),
        ("unexpected status from HEAD request to https://mirror/v2/auth-service/manifests/1: 403 Forbidden", False),
    ],
)
def test_a_token_server_is_known_by_its_words(text: str, *, expected: bool) -> None:
    assert read_refusal(text).is_of_token_server is expected
