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
from kubectl_imagepull.vocabulary.fix import Fix, Who

BLOCKED = "initializing source: registry registry.example.com is blocked in /etc/containers/registries.conf"
HARBOR = "harbor.corp.example/shop/web:v9"
ALLOWED = (
    "Or pull the image from a registry that is allowed, if it is there as well.",
    [
        'kubectl set image deployment/web app="${ALLOWED_REPOSITORY:?the repository of the image in a registry that is '
        'allowed}":v9 -n shop'
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
            "TASK run: See which entry of registries.conf blocks registry.example.com, and have it allowed on every node",
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


def test_docker_desktop_has_a_list_of_its_own() -> None:
    text = "Access to registry.example.com is restricted by your Docker organization."
    first = blocked(WEB, "node", text)[0]
    assert first.text == (
        "Docker Desktop lets only registries through that its organization allows: ask the organization's administrator "
        "to add registry.example.com (Registry Access Management)."
    )


@pytest.mark.parametrize(
    ("image", "message", "said"),
    [
        (
            WEB,
            "412 Precondition Failed",
            f"registry.example.com refuses {WEB} by a policy of its own, mostly about vulnerabilities or signatures: its "
            "web pages show the reason beside the image. Meet it, or have whoever runs the registry make an exception.",
        ),
        (
            HARBOR,
            "412 Precondition Failed",
            f"The policy of the image's project at harbor.corp.example refuses {HARBOR}, mostly for vulnerabilities: build "
            "it on a base without them, or have its administrator put them on the CVE allowlist.",
        ),
        (
            WEB,
            "unknown: current image without vulnerability scanning cannot be pulled due to configured policy",
            f"registry.example.com gives {WEB} out only when it was scanned: have it scanned in its project, and wait.",
        ),
        (
            "registry.corp.example/shop/web:v9",
            "was not downloaded due to the download blocking policy configured in Xray for shop-docker",
            "JFrog Xray blocks the download of registry.corp.example/shop/web:v9: whoever administers "
            "registry.corp.example sees the violation under Watches, and can ignore it or change the policy. Better is an "
            "image without it.",
        ),
        (
            "quay.io/acme/web:v9",
            "denied: This namespace is disabled. Please contact your system administrator.",
            "quay.io has disabled the namespace that quay.io/acme/web:v9 is in: its owner has to settle that with quay.io.",
        ),
        (
            WEB,
            "451 Unavailable For Legal Reasons",
            f"registry.example.com may not give out {WEB} for legal reasons: take another image.",
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
        'az acr network-rule add -n acme --ip-address "${ADDRESS:?the address that the nodes go out with}"'
    ]


def test_the_host_of_the_layers_is_no_question_of_the_secret() -> None:
    bucket = "prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com"
    amazon = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web:v9"
    first = blocked(amazon, "network", answered_by=bucket)[0]
    assert first.text == (
        "The registry let the pull in, and S3 refused the layers: the policy of the VPC's S3 endpoint has to allow "
        "s3:GetObject on arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*. No pull secret has to do with it."
    )
    assert lines(first) == [
        "aws ec2 describe-vpc-endpoints --region eu-west-1 --filters "
        "Name=service-name,Values=com.amazonaws.eu-west-1.s3"
    ]
    other = blocked("quay.io/acme/web:v9", "network", answered_by="cdn03.quay.io")[0]
    assert other.text == (
        "quay.io let the pull in, and cdn03.quay.io refused a part of the image: let the nodes reach that host too. No "
        "pull secret has to do with it."
    )


@pytest.mark.parametrize(
    ("image", "message", "said"),
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
            "acme/app:1",
            "Since Docker is a US company, we must comply with US export control regulations.",
            "docker.io refuses the country that node node-a goes out from, whatever the login. Pull the image through a "
            "mirror elsewhere.",
        ),
        (
            WEB,
            "denied",
            "registry.example.com lets only certain addresses in: have the one that node node-a goes out with allowed, or "
            "use the registry's private endpoint.",
        ),
    ],
)
def test_who_lets_an_address_in(image: str, message: str, said: str) -> None:
    assert blocked(image, "network", message)[0].text == said
