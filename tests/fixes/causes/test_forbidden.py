"""Forbidden: whoever was refused is let in by the registry's owner, or another login is taken."""

from __future__ import annotations

from refused import ECR, FORBIDDEN, REGISTRY, context_of, failing, fixes_of, holds, lines, login, runs, texts

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Who

ARN = (
    FORBIDDEN + "\ndenied: User: arn:aws:sts::123456789012:assumed-role/eks-node/i-0abc is not authorized to perform: "
    "ecr:BatchGetImage on resource: arn:aws:ecr:eu-west-1:123456789012:repository/app"
)
OAUTH = "failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://{host}/token: 403 Forbidden"
BLOB = "failed to copy: httpReadSeeker: failed open: unexpected status from GET request to https://cdn.example.net/blobs/x: 403 Forbidden"


def told(*pods: JsonObject, secrets: tuple[JsonObject, ...] = ()) -> list[str]:
    context = context_of(*pods, secrets=secrets)
    assert context.cause is Cause.FORBIDDEN
    return texts(fixes_of(context))


def test_the_identity_that_the_text_names_gets_the_right() -> None:
    first, second, third = told(failing(f"{ECR}/app:1", ARN))
    assert first.startswith("Let role eks-node of AWS account 123456789012 pull app")
    assert second.startswith("Or give the pod a login that is allowed to pull it. Create pull secret")
    assert third == f"If the account has access, compare app with the name at {ECR}."


def test_a_secret_that_fits_is_named_before_a_right_is_asked_for() -> None:
    fresh = holds("ecr", {ECR: login("AWS")}, made="2026-11-23T11:00:00Z")
    first, *_ = told(failing(f"{ECR}/app:1", ARN), secrets=(fresh,))
    assert first.startswith("Add secret ecr to imagePullSecrets")


def test_the_account_of_a_secret_is_let_in_by_the_owner() -> None:
    context = context_of(failing(text=FORBIDDEN, secrets=["own"]), secrets=[holds("own")])
    first, second = fixes_of(context)
    assert first.text == (
        f"Let the account in secret own pull team/app from {REGISTRY}: grant it read access to the repository in the "
        "registry."
    )
    assert first.who is Who.REGISTRY_OWNER
    assert second.text == f"If the account has access, compare team/app with the name at {REGISTRY}."


def test_where_the_image_runs_elsewhere_its_name_is_not_doubted() -> None:
    image = "ghcr.io/acme/app:1"
    own, other = holds("own", {"ghcr.io": login()}), holds("other", {"ghcr.io": login()})
    found = told(failing(image, FORBIDDEN, ["own"]), runs(image, ["other"]), secrets=(own, other))
    assert found[0].startswith("Add secret other to imagePullSecrets of deployment/web: pod shop/api-1 uses it")
    assert not any("compare" in text for text in found)


def test_github_says_the_same_of_a_bad_token() -> None:
    image, own = "ghcr.io/acme/app:1", holds("own", {"ghcr.io": login("me", "ghp_x")})
    first, second, _ = told(failing(image, OAUTH, ["own"]), secrets=(own,))
    assert first == "ghcr.io refused the login in secret own. Put the right user and password into it, as below."
    assert second.startswith("Let the account in secret own pull acme/app from ghcr.io: add it under Manage access")


def test_gitlab_means_the_right_and_then_the_token() -> None:
    host = "registry.gitlab.com"
    first, second, _ = told(
        failing(f"{host}/g/app:1", OAUTH, ["own"]), secrets=(holds("own", {host: login("gitlab+x")}),)
    )
    assert first.startswith("Let the account in secret own pull g/app from registry.gitlab.com: create a deploy token")
    assert second.startswith("registry.gitlab.com refused the login in secret own.")


def test_a_fault_that_shows_comes_first() -> None:
    job = holds("own", {"ghcr.io": login("me", "ghs_x")}, made="2026-11-23T11:50:00Z")
    first, *_ = told(failing("ghcr.io/acme/app:1", OAUTH, ["own"]), secrets=(job,))
    assert first.startswith("Secret own has a job's GITHUB_TOKEN, which expires with the job.")


def test_a_blob_store_that_refuses_is_no_question_of_a_login() -> None:
    context = context_of(failing(text=BLOB, secrets=["own"]), secrets=[holds("own"), holds("other")])
    assert context.cause is Cause.FORBIDDEN
    (fix,) = fixes_of(context)
    assert fix.text == (
        f"cdn.example.net, which answers for {REGISTRY}, refused: the registry itself allowed the pull, so its "
        "secrets and permissions are fine. Ask whoever runs that host or the network to allow the nodes."
    )
    assert lines(fix) == []


def test_the_registrys_own_blob_host_is_another_host_as_well() -> None:
    text = BLOB.replace("cdn.example.net", "cdn01.quay.io")
    (fix,) = fixes_of(context_of(failing("quay.io/acme/app:1", text)))
    assert fix.brief == "Allow the nodes at cdn01.quay.io"


def test_a_static_pod_gets_the_right_or_the_nodes_login() -> None:
    metadata = {"annotations": {"kubernetes.io/config.mirror": "x"}, "ownerReferences": []}
    found = told(failing(f"{ECR}/app:1", ARN, metadata=metadata))
    assert found[-1] == "node credentials"
    assert not any("pull secret" in text for text in found)


def test_the_bucket_of_amazons_layers_is_let_through_by_the_networks_endpoint() -> None:
    bucket = "prod-eu-west-1-starport-layer-bucket"
    text = BLOB.replace("cdn.example.net", f"{bucket}.s3.eu-west-1.amazonaws.com")
    (fix,) = fixes_of(context_of(failing(f"{ECR}/app:1", text)))
    assert fix.text == (
        "The bucket where Amazon ECR keeps layers refused; secrets and roles are fine. The policy of the network's "
        f"S3 endpoint has to allow s3:GetObject on arn:aws:s3:::{bucket}/*."
    )
    assert lines(fix) == [
        "aws ec2 describe-vpc-endpoints --region eu-west-1 --filters "
        "Name=service-name,Values=com.amazonaws.eu-west-1.s3"
    ]


def test_a_name_that_is_near_to_one_that_runs_is_corrected_before_a_right_is_asked_for() -> None:
    image = f"{REGISTRY}/team/frontnd:1"
    near = runs(f"{REGISTRY}/team/frontend:1", ["own"])
    first, second = told(failing(image, FORBIDDEN, ["own"]), near, secrets=(holds("own"),))
    assert first == f"{image} looks like a typo for {REGISTRY}/team/frontend:1: use that one."
    assert second.startswith("Let the account in secret own pull team/frontnd")


def test_an_identity_that_the_text_names_lacks_the_right_whatever_the_name() -> None:
    first, *_ = told(failing(f"{ECR}/frontnd:1", ARN), runs(f"{ECR}/frontend:1"))
    assert first.startswith("Let role eks-node of AWS account 123456789012 pull frontnd")
