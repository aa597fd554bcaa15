"""RegistryBlocked: who can change the policy, by whose it is; else a place that it allows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_tasks import use_fake_tasks
from situations import WEB, deployment, diagnosed, fails, fixes, lines, node, shown

from kubectl_imagepull.fixes.causes import registry_blocked
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.ranking import fixes_for
from kubectl_imagepull.vocabulary.fix import Who

BLOCKED = "initializing source: registry registry.example.com is blocked in /etc/containers/registries.conf"
HEAD = "unexpected status from HEAD request to https://{host}/v2/shop/web/manifests/v9: {status}"
ALLOWED = (
    "Or pull the image from a registry that is allowed, if it is there as well.",
    [
        'kubectl set image deployment/web app="${ALLOWED_REPOSITORY:?the repository of the image in a registry that is '
        'allowed}":v9 -n shop'
    ],
)


@pytest.fixture(autouse=True)
def _fake_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_tasks(monkeypatch, registry_blocked)


def test_the_node_s_policy_is_looked_for_on_the_node() -> None:
    assert shown(deployment(fails(text=BLOCKED))) == [
        (
            "TASK run: registries.conf blocks registry.example.com: see where, and have it allowed on every node",
            ["grep -rnE 'blocked|location|prefix' /etc/containers/registries.conf /etc/containers/registries.conf.d/"],
        ),
        ALLOWED,
    ]


def test_openshift_s_is_that_of_the_cluster() -> None:
    nodes = [node("node-a", labels={"node.openshift.io/os_id": "rhcos"})]
    first = fixes(deployment(fails(text=BLOCKED), Node=nodes))[0]
    assert first.text == (
        "The cluster's image configuration doesn't allow registry.example.com: add it to allowedRegistries, which blocks "
        "all that it doesn't list, or take it out of blockedRegistries. The nodes get that one after the other."
    )
    assert lines(first) == [
        "oc get image.config.openshift.io/cluster -o yaml",
        "oc edit image.config.openshift.io/cluster",
    ]
    assert first.who is Who.CLUSTER_ADMIN


@pytest.mark.parametrize(
    ("image", "text", "said"),
    [
        (
            WEB,
            HEAD.format(host="registry.example.com", status="412 Precondition Failed"),
            f"registry.example.com refuses {WEB} by a policy of its own, mostly about vulnerabilities or signatures: its "
            "web pages show the reason beside the image. Meet it, or have whoever runs the registry make an exception.",
        ),
        (
            "harbor.corp.example/shop/web:v9",
            HEAD.format(host="harbor.corp.example", status="412 Precondition Failed"),
            "The policy of the image's project at harbor.corp.example refuses harbor.corp.example/shop/web:v9, mostly for "
            "vulnerabilities: build it on a base without them, or have its administrator put them on the CVE allowlist.",
        ),
        (
            WEB,
            "unknown: current image without vulnerability scanning cannot be pulled due to configured policy",
            f"registry.example.com gives {WEB} out only when it was scanned: have it scanned in its project, and wait.",
        ),
        (
            "acme.jfrog.io/shop/web:v9",
            "denied: shop/web was not downloaded: blocked by Xray policy",
            "JFrog Xray blocks the download of acme.jfrog.io/shop/web:v9: whoever administers acme.jfrog.io sees the "
            "violation under Watches, and can ignore it or change the policy. Better is an image without it.",
        ),
        (
            "quay.io/acme/web:v9",
            "denied: Namespace acme has been disabled",
            "quay.io has disabled the namespace that quay.io/acme/web:v9 is in: its owner has to settle that with quay.io.",
        ),
        (
            WEB,
            HEAD.format(host="registry.example.com", status="451 Unavailable For Legal Reasons"),
            f"registry.example.com may not give out {WEB} for legal reasons: take another image.",
        ),
    ],
)
def test_a_registry_s_policy_is_its_owner_s(image: str, text: str, said: str) -> None:
    (only,) = fixes(deployment(fails(image, text), image=image))
    assert (only.text, only.who) == (said, Who.REGISTRY_OWNER)


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (
            WEB,
            "registry.example.com refuses because of the account: its plan, quota or bill. Whoever pays for it has to "
            "settle that.",
        ),
        (
            "nvcr.io/nim/meta/llama:1",
            "nvcr.io wants a subscription for nim/meta/llama: accept its terms on NGC with the account whose key the pull "
            "secret holds, or ask for the entitlement.",
        ),
    ],
)
def test_a_bill_is_paid_by_who_owns_the_account(image: str, said: str) -> None:
    found = diagnosed(deployment(fails(image, HEAD.format(host="r", status="412 Precondition Failed")), image=image))
    (only,) = fixes_for(FixContext(replace(found, details={"policy": "account"})))
    assert (only.text, only.who) == (said, Who.REGISTRY_OWNER)


def test_a_host_of_layers_that_refuses_is_let_through() -> None:
    image = "quay.io/acme/web:v9"
    text = (
        "failed to copy: httpReadSeeker: failed open: unexpected status from GET request to https://cdn03.quay.io/ab: "
        "403 Forbidden: denied by network rules"
    )
    first = fixes(deployment(fails(image, text), image=image))[0]
    assert first.text == (
        "quay.io let the pull in, and cdn03.quay.io refused a part of the image: let the nodes reach that host too. No "
        "pull secret has to do with it."
    )


# -- the network -----------------------------------------------------------------------------------------------------


def test_azure_s_firewall_lets_the_address_in_that_it_refused() -> None:
    image = "acme.azurecr.io/web:v9"
    text = (
        "denied: client with IP '192.0.2.7' is not allowed access. Refer https://aka.ms/acr/firewall to grant access."
    )
    first, allowed = fixes(deployment(fails(image, text), image=image))
    assert first.text == (
        "The firewall of acme.azurecr.io refuses address 192.0.2.7: add a network rule for it, or use its private "
        "endpoint."
    )
    assert lines(first) == ["az acr network-rule add -n acme --ip-address 192.0.2.7"]
    assert [str(step) for step in first.undo] == ["az acr network-rule remove -n acme --ip-address 192.0.2.7"]
    assert allowed.text == ALLOWED[0]


def test_the_second_host_is_no_question_of_the_secret() -> None:
    image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web:v9"
    text = (
        "failed to copy: httpReadSeeker: failed open: unexpected status from GET request to "
        "https://prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com/ab: 403 Forbidden: denied by network rules"
    )
    first = fixes(deployment(fails(image, text), image=image))[0]
    assert first.text == (
        "The registry let the pull in, and S3 refused the layers: the policy of the VPC's S3 endpoint has to allow "
        "s3:GetObject on arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*. No pull secret has to do with it."
    )
    assert lines(first) == [
        "aws ec2 describe-vpc-endpoints --region eu-west-1 --filters "
        "Name=service-name,Values=com.amazonaws.eu-west-1.s3"
    ]


@pytest.mark.parametrize(
    ("image", "text", "said"),
    [
        (
            "registry.k8s.io/pause:3.9",
            "403 Forbidden: Your client does not have permission to get URL /v2/pause from this server.",
            "registry.k8s.io is public: Google refuses the address that node node-a goes out with. Go out through another "
            "address, or pull through a mirror.",
        ),
        (
            "europe-docker.pkg.dev/p/r/i:1",
            "denied: Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: abc",
            "VPC Service Controls keep node node-a out: let the nodes' project into the perimeter, or give it an access "
            "level. The unique identifier in the message finds the refusal in the audit log.",
        ),
        (
            WEB,
            "denied: IP address 192.0.2.7 is not allowed",
            "registry.example.com lets only certain addresses in: have the one that node node-a goes out with allowed, or "
            "use the registry's private endpoint.",
        ),
    ],
)
def test_who_lets_an_address_in(image: str, text: str, said: str) -> None:
    assert fixes(deployment(fails(image, text), image=image))[0].text == said
