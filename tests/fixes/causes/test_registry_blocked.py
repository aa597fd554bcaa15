"""RegistryBlocked: who can change the policy, by whose it is; else a place that it allows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fake_tasks import use_fake_tasks
from situations import WEB, deployment, diagnosed, fails, fixes, lines, node, shown

from kubectl_imagepull.fixes.causes import registry_blocked
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.ranking import fixes_for
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix, Where, Who

BLOCKED = "initializing source: registry registry.example.com is blocked in /etc/containers/registries.conf"
HARBOR = "harbor.corp.example/shop/web:v9"
ALLOWED = (
    "Or pull the image from an allowed registry, if it is there too.",
    [
        'kubectl set image deployment/web app="${ALLOWED_REPOSITORY:?the repository of the image in an allowed '
        'registry}":v9 -n shop'
    ],
)


def blocked(image: str, policy: str, message: str = "", **fields: Any) -> tuple[Fix, ...]:
    """The fixes where a policy of this kind blocks an image, whatever the text was."""
    found = diagnosed(deployment(fails(image), image=image))
    return fixes_for(
        FixContext(replace(found, cause=Cause.REGISTRY_BLOCKED, details={"policy": policy}, message=message, **fields))
    )


@pytest.fixture(autouse=True)
def _fake_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_tasks(monkeypatch, registry_blocked)


def test_the_node_s_policy_is_looked_for_on_the_node() -> None:
    assert shown(deployment(fails(text=BLOCKED))) == [
        (
            (
                "TASK run: Find which entry of registries.conf blocks registry.example.com, and have it allowed on "
                "every node"
            ),
            ["grep -rnE 'blocked|location|prefix' /etc/containers/registries.conf /etc/containers/registries.conf.d/"],
        ),
        ALLOWED,
    ]


def test_openshift_s_is_that_of_the_cluster() -> None:
    nodes = [node("node-a", labels={"node.openshift.io/os_id": "rhcos"})]
    first = fixes(deployment(fails(text=BLOCKED), Node=nodes))[0]
    assert first.text == (
        "The cluster's image configuration doesn't allow registry.example.com: add it to allowedRegistries, which "
        "blocks everything it doesn't list, or remove it from blockedRegistries. The change reaches the nodes one by "
        "one."
    )
    assert lines(first) == [
        "oc get image.config.openshift.io/cluster -o yaml",
        "oc edit image.config.openshift.io/cluster",
    ]
    assert first.who is Who.CLUSTER_ADMIN


def test_docker_desktop_has_a_list_of_its_own() -> None:
    text = "Access to registry.example.com is restricted by your Docker organization."
    first = blocked(WEB, "node", text)[0]
    assert first.text == (
        "Docker Desktop allows only registries that its organization permits: ask the organization's administrator "
        "to add registry.example.com (Registry Access Management)."
    )


@pytest.mark.parametrize(
    ("image", "message", "said"),
    [
        (
            WEB,
            "412 Precondition Failed",
            f"registry.example.com refuses {WEB} by its own policy, usually about vulnerabilities or signatures: its "
            "web page for the image shows the reason. Comply with it, or ask whoever runs the registry for an "
            "exception.",
        ),
        (
            HARBOR,
            "412 Precondition Failed",
            f"The policy of the image's project at harbor.corp.example refuses {HARBOR}, usually for "
            "vulnerabilities: rebuild it on a base without them, or have its administrator add them to the CVE "
            "allowlist.",
        ),
        (
            WEB,
            "unknown: current image without vulnerability scanning cannot be pulled due to configured policy",
            f"registry.example.com serves {WEB} only after a scan: have it scanned in its project, and wait.",
        ),
        (
            "registry.corp.example/shop/web:v9",
            "was not downloaded due to the download blocking policy configured in Xray for shop-docker",
            "JFrog Xray blocks the download of registry.corp.example/shop/web:v9: an administrator of "
            "registry.corp.example sees the violation under Watches, and can ignore it or change the policy. An "
            "image without the violation is better.",
        ),
        (
            "quay.io/acme/web:v9",
            "denied: This namespace is disabled. Please contact your system administrator.",
            (
                "quay.io has disabled the namespace that quay.io/acme/web:v9 is in: its owner has to sort that out "
                "with quay.io. Until then use a copy in another registry, if its publisher has one."
            ),
        ),
        (
            "quay.io/acme/web:v9",
            "unknown: Namespace acme has been disabled. Please contact a system administrator.",
            (
                "quay.io has disabled the namespace that quay.io/acme/web:v9 is in: its owner has to sort that out "
                "with quay.io. Until then use a copy in another registry, if its publisher has one."
            ),
        ),
        (
            WEB,
            "451 Unavailable For Legal Reasons",
            f"registry.example.com may not serve {WEB} for legal reasons: use another image.",
        ),
    ],
)
def test_a_registry_s_policy_is_its_owner_s(image: str, message: str, said: str) -> None:
    (only,) = blocked(image, "registry", message)
    assert (only.text, only.who) == (said, Who.REGISTRY_OWNER)


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (
            WEB,
            "registry.example.com refuses because of the account: its plan, quota or bill. Whoever pays for it has "
            "to sort that out.",
        ),
        (
            "nvcr.io/nim/meta/llama:1",
            "nvcr.io requires a subscription for nim/meta/llama: accept its terms on NGC with the account whose key "
            "the pull secret holds, or ask for the entitlement.",
        ),
    ],
)
def test_a_bill_is_paid_by_who_owns_the_account(image: str, said: str) -> None:
    (only,) = blocked(image, "account")
    assert (only.text, only.who) == (said, Who.REGISTRY_OWNER)


# -- the network -----------------------------------------------------------------------------------------------------


def test_azure_s_firewall_lets_the_address_in_that_it_refused() -> None:
    text = (
        "denied: client with IP '192.0.2.7' is not allowed access. Refer https://aka.ms/acr/firewall to grant access."
    )
    first, allowed = blocked("acme.azurecr.io/web:v9", "network", text)
    assert first.text == (
        "The firewall of acme.azurecr.io refuses address 192.0.2.7: add a network rule for it, or use its private "
        "endpoint."
    )
    assert lines(first) == ["az acr network-rule add -n acme --ip-address 192.0.2.7"]
    assert [str(step) for step in first.undo] == ["az acr network-rule remove -n acme --ip-address 192.0.2.7"]
    assert allowed.text == ALLOWED[0]
    unknown = blocked("acme.azurecr.io/web:v9", "network")[0]
    assert lines(unknown) == [
        'az acr network-rule add -n acme --ip-address "${ADDRESS:?the outbound address of the nodes}"'
    ]


def test_the_host_of_the_layers_is_no_question_of_the_secret() -> None:
    bucket = "prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com"
    amazon = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web:v9"
    first = blocked(amazon, "network", answered_by=bucket)[0]
    assert first.text == (
        "The registry allowed the pull, but S3 refused the layers: the policy of the VPC's S3 endpoint has to allow "
        "s3:GetObject on arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*. This has nothing to do with pull "
        "secrets."
    )
    assert lines(first) == [
        "aws ec2 describe-vpc-endpoints --region eu-west-1 --filters "
        "Name=service-name,Values=com.amazonaws.eu-west-1.s3"
    ]
    other = blocked("quay.io/acme/web:v9", "network", answered_by="cdn03.quay.io")[0]
    assert other.text == (
        "quay.io allowed the pull, but cdn03.quay.io refused part of the image: allow the nodes to reach that host "
        "too. This has nothing to do with pull secrets."
    )


@pytest.mark.parametrize(
    ("image", "message", "said"),
    [
        (
            "registry.k8s.io/pause:3.9",
            "403 Forbidden: Your client does not have permission to get URL /v2/pause from this server.",
            "registry.k8s.io is public: Google refuses the outbound address of node node-a. Use another outbound "
            "address, or pull through a mirror.",
        ),
        (
            "europe-docker.pkg.dev/p/r/i:1",
            "denied: Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: abc",
            "VPC Service Controls block node node-a: add the nodes' project to the perimeter, or give it an access "
            "level. Search the audit log for the unique identifier in the message.",
        ),
        (
            "acme/app:1",
            "Since Docker is a US company, we must comply with US export control regulations.",
            "docker.io refuses the country that node node-a connects from, whatever the login. Pull the image "
            "through a mirror elsewhere.",
        ),
        (
            WEB,
            "denied",
            "registry.example.com allows only certain addresses: have the outbound address of node node-a allowed, "
            "or use the registry's private endpoint.",
        ),
        (
            "store.azurecr.io/web:v9",
            "<Error><Code>AuthorizationFailure</Code><Message>This request is not authorized to perform this operation.",
            "store.azurecr.io allowed the pull, but Azure Storage, which holds its layers, refused node node-a: look "
            "for a service endpoint policy on the nodes' subnet and allow that storage account in it. This has nothing "
            "to do with pull secrets.",
        ),
    ],
)
def test_who_lets_an_address_in(image: str, message: str, said: str) -> None:
    assert blocked(image, "network", message)[0].text == said


def test_layers_behind_a_closed_subnet_need_no_other_image() -> None:
    message = "<Code>AuthorizationFailure</Code><Message>This request is not authorized to perform this operation."
    (only,) = blocked("store.azurecr.io/web:v9", "network", message)
    assert only.where is Where.NODE
    assert lines(only)[0].startswith("az network service-endpoint policy list --query ")
