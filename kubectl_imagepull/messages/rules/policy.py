"""Policies, signatures and registries that moved."""

from __future__ import annotations

from kubectl_imagepull.messages.rules.phrase import Phrase
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import (
    CONTAINERD_17,
    CONTAINERD_PULL,
    CONTAINERD_STATUS,
    CRANE,
    CRIO,
    CRIO_READ,
    DIGEST,
    DOCKER,
    DOCKER_DENIED,
    DOCKER_GET,
    PULL,
)
from kubectl_imagepull.vocabulary.causes import Cause

POLICY: tuple[Rule, ...] = (
    Rule(
        Cause.SIGNATURE_REJECTED,
        "the node's or the registry's policy asks for a signature that isn't there or isn't accepted",
        (
            Phrase(
                r"Source image rejected",
                PULL + "Source image rejected: A signature was required, but no signature exists",
                "CRI-O, podman: containers/image copy/single.go",
            ),
            Phrase(
                r"no policy\.json file found",
                'Error: no policy.json file found at any of the following: "/root/.config/containers/policy.json", '
                '"/etc/containers/policy.json"',
                "CRI-O, podman: containers/image signature/policy_config.go",
            ),
            Phrase(
                r"invalid policy in <q>",
                PULL + 'rpc error: code = Unknown desc = invalid policy in "/etc/containers/policy.json": Unknown key '
                '"keyPaths"',
                "CRI-O, podman: containers/image signature/policy_config.go",
            ),
            Phrase(
                r"verifying signatures: ",
                'Error: checking signature of "registry.example.com/team/app:1.2.3": verifying signatures: '
                'SignatureValidationFailed: Signature for identity "registry.example.com/team/app" is not accepted',
                "CRI-O 1.31 and newer, at the start of a container: cri-o/cri-o internal/storage/image.go",
            ),
            Phrase(
                r"signature verification failed",
                "remote error: cryptographic signature verification failed: invalid signature when validating ASN.1 "
                "encoded signature",
                "CRI-O, podman, rpm-ostree: coreos/rpm-ostree#5142",
            ),
            Phrase(
                r"image verifier \S+ blocked pull",
                CONTAINERD_PULL + "image verifier bindir blocked pull of registry.example.com/team/app:1.2.3 with "
                f"digest {DIGEST} for reason: verifier cosign rejected image (exit code 1): no signature",
                "containerd 2.0 and newer: containerd/containerd core/transfer/local/pull.go",
            ),
            Phrase(
                r"blocking pull of .{1,300} image verifier",
                CONTAINERD_PULL + f"blocking pull of registry.example.com/team/app:1.2.3 with digest {DIGEST}: image "
                "verifier bindir returned error: failed to run verifier: exit status 1",
                "containerd 2.0 and newer: containerd/containerd core/transfer/local/pull.go",
            ),
            Phrase(
                r"is not signed (?:by|in)",
                CRIO_READ + "unknown: The image is not signed by cosign.",
                "Harbor: goharbor/harbor src/server/middleware/contenttrust/contentrust.go",
                more=(DOCKER + "unknown: The image is not signed in Notary.",),
            ),
            Phrase(
                r"remote trust data does not exist",
                "Error: remote trust data does not exist for docker.io/team/app: notary.docker.io does not have trust "
                "data for docker.io/team/app",
                "Docker: docker/cli cli/trust/trust.go",
            ),
            Phrase(
                r"No valid trust data",
                "Error: No valid trust data for 1.2.3",
                "Docker: theupdateframework/notary client/reader.go",
            ),
        ),
        examples=(
            PULL + "SignatureValidationFailed: Source image rejected: A signature was required, but no signature "
            "exists",
            (
                "image pull failed for registry.example.com/team/app:1.2.3 because the signature validation failed: "
                "Source image rejected: None of the signatures were accepted"
            ),
        ),
        body=True,
    ),
    Rule(
        Cause.REGISTRY_RELOCATED,
        "the registry says that it moved, which outranks the status it says it with",
        (
            Phrase(
                r"only available on \S+\.\w",
                DOCKER + "unsupported: This repo requires terms acceptance and is only available on "
                "registry.access.example.com",
                "Red Hat's registry.access.redhat.com: the labelled messages in tests/corpus",
            ),
            Phrase(
                r"Container Registry is deprecated",
                CRANE + "unexpected status code 412 Precondition Failed: Container Registry is deprecated and shutting "
                "down, please use the auto migration tool to migrate to Artifact Registry",
                "Google Container Registry: sparkoo/csgo-2d-demo-viewer#59",
            ),
        ),
        examples=(
            CRIO_READ + "denied: Container Registry is deprecated and shutting down, please use Artifact Registry.",
        ),
        body=True,
    ),
    Rule(
        Cause.REGISTRY_BLOCKED,
        "the node's own settings: registries.conf, which OpenShift's allowedRegistries writes, or Docker Desktop's "
        "registry access management",
        (
            Phrase(
                r"registry <ref> is blocked in ",
                CRIO + "registry registry.example.com is blocked in /etc/containers/registries.conf or "
                "/etc/containers/registries.conf.d",
                "CRI-O, podman: containers/image docker/docker_client.go",
            ),
            Phrase(
                r"restricted by your (?:Docker organization|administrators)",
                DOCKER_GET + "Access to registry.example.com is restricted by your Docker organization. To access "
                "this registry, ask your Docker administrator to add it to your organization's allowed registries.",
                "Docker Desktop: docker/docs#18934",
                more=(DOCKER + "Access to docker.io has been restricted by your administrators.",),
            ),
        ),
        details={"policy": "node"},
    ),
    Rule(
        Cause.REGISTRY_BLOCKED,
        "the registry refuses the network that the request comes from: ACR's firewall, VPC Service Controls, export "
        "control",
        (
            Phrase(
                r"client with IP .{1,80} is not allowed access",
                DOCKER + "denied: client with IP '192.0.2.7' is not allowed access. Refer "
                "https://aka.ms/acr/firewall to grant access.",
                "Azure Container Registry: the labelled messages in tests/corpus",
            ),
            Phrase(
                r"prohibited by organization's policy",
                CRIO_READ + "denied: Request is prohibited by organization's policy. "
                "vpcServiceControlsUniqueIdentifier: abc",
                "Google Cloud: terraform-google-modules/terraform-example-foundation "
                "test/integration/testutils/retry.go",
            ),
            Phrase(
                r"This request is not authorized to perform this operation",
                DOCKER
                + "error pulling image configuration: error parsing HTTP 403 response body: invalid character 'ï' "
                'looking for beginning of value: "\\ufeff<?xml version=\\"1.0\\" encoding=\\"utf-8\\"?><Error><Code>'
                "AuthorizationFailure</Code><Message>This request is not authorized to perform this operation.",
                "Azure Storage, which holds the layers of Azure's registries: Azure/AKS#1383",
            ),
            Phrase(
                r"export control regulations",
                DOCKER_DENIED + "<html><body><h1>403 Forbidden</h1>\nSince Docker is a US company, we must comply with "
                "US export control regulations. In an effort to comply with these, we now block all IP addresses",
                "Docker Hub: MatinSenPai/Zanjir#1",
            ),
        ),
        body=True,
        details={"policy": "network"},
    ),
    Rule(
        Cause.REGISTRY_BLOCKED,
        "the registry's own policies: Harbor's vulnerability gate, Artifactory's Xray, accounts that Quay has disabled",
        (
            Phrase(
                r"cannot be pulled due to configured policy",
                CRIO_READ + "projectpolicyviolation: current image with 7 vulnerabilities cannot be pulled due to "
                "configured policy in 'Prevent images with vulnerability severity of \"High\" or higher from running.'",
                "Harbor: goharbor/harbor src/server/middleware/vulnerable/vulnerable.go",
            ),
            Phrase(
                r"\bquarantined?\b",
                CRIO_READ + "denied: This artifact has been quarantined by policy",
                "Nexus Firewall and Artifactory's Curation: public walkthroughs",
                more=(CRIO_READ + "denied: blocked by a quarantine",),
            ),
            Phrase(
                r"download blocking policy configured in Xray",
                DOCKER_DENIED + "Artifact download request rejected: team/app/1.2.3/manifest.json was not downloaded "
                "due to the download blocking policy configured in Xray for docker-local.",
                "Artifactory: sobolevn/git-secret#801",
            ),
            Phrase(
                r"(?:user has been|namespace is|Namespace \S+ has been) disabled",
                CRIO_READ + "unauthorized: This user has been disabled. Please contact your administrator.",
                "Quay: quay/quay auth/credentials.py, endpoints/v2/errors.py; Quay in 2019: fluxcd/flux#1948",
                more=(
                    CRIO_READ + "denied: This namespace is disabled. Please contact your system administrator.",
                    DOCKER_GET + "unknown: Namespace team has been disabled. Please contact a system administrator.",
                ),
            ),
        ),
        body=True,
        details={"policy": "registry"},
    ),
    Rule(
        Cause.REGISTRY_BLOCKED,
        "the account behind the image: a bill, or a plan that is used up",
        (
            Phrase(
                r"payment required",
                CRIO_READ + "denied: Payment required",
                "Quay and Cloudsmith, of accounts with an open bill: public walkthroughs",
            ),
            Phrase(
                r"exceeded (?:your|the|its) .{0,40}quota",
                CRIO_READ + "denied: You have exceeded your pull traffic quota for the current month.",
                "IBM Cloud Container Registry: public walkthroughs",
                more=(
                    CRIO_READ + "denied: The account has exceeded the monthly transfer quota",
                    CRIO_READ + "denied: The organization has exceeded its bandwidth quota",
                ),
            ),
        ),
        body=True,
        any_case=True,
        details={"policy": "account"},
    ),
    Rule(
        Cause.REGISTRY_BLOCKED,
        "402: the registry wants its money first",
        examples=(PULL + "unexpected status: 402",),
        status=(402,),
        details={"policy": "account"},
    ),
    Rule(
        Cause.REGISTRY_BLOCKED,
        "Harbor answers 412 where a policy forbids the pull; 451 is for legal reasons",
        examples=(
            CONTAINERD_STATUS + "412 Precondition Failed",
            CONTAINERD_STATUS + "451 Unavailable For Legal Reasons",
            CONTAINERD_17 + "pulling from host registry.example.com failed with status code [manifests 1.2.3]: "
            "412 Precondition Failed",
        ),
        status=(412, 451),
        details={"policy": "registry"},
    ),
)
