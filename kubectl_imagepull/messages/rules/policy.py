"""Policies, signatures and registries that moved."""

from __future__ import annotations

from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import CONTAINERD_17, CONTAINERD_STATUS, CRIO, CRIO_READ, DOCKER, PULL
from kubectl_imagepull.vocabulary.causes import Cause

POLICY: tuple[Rule, ...] = (
    Rule(
        Cause.SIGNATURE_REJECTED,
        r"Source image rejected|A signature was required|is rejected by policy|None of the signatures were accepted"
        r"|image verifier \S+ blocked pull|blocking pull of .{1,300} image verifier|is not signed by|not signed by "
        r"|Signature for (?:identity|digest) |remote trust data does not exist|[Nn]o valid trust data"
        r"|[Nn]o (?:matching )?signatures? (?:exists|found)|[Ss]ignature verification failed|image is not signed",
        "containers/image signature policy, containerd's image verifiers, Harbor's content trust, Docker's",
        (
            PULL + "Source image rejected: A signature was required, but no signature exists",
            CRIO_READ + "unknown: The image is not signed by cosign.",
        ),
        body=True,
    ),
    Rule(
        Cause.REGISTRY_RELOCATED,
        r"only available (?:on|at|from) \S+\.\w|has (?:been )?(?:moved|migrated|relocated) to|[Hh]as moved to"
        r"|Container Registry (?:is|has been) (?:deprecated|shut ?down|turned down)|(?:has"
        r"|have) been (?:shut ?down|sunset)"
        r"|(?:registry|repository|service) (?:is|has been) (?:deprecated|discontinued|retired|decommissioned)"
        r"|is no longer (?:available|hosted|served|supported) (?:here|at|on|from)"
        r"|docker\.pkg\.github\.com .{0,80}no longer"
        r"|domain is disabled|please (?:use|pull from) \S+\.\S+ instead",
        "registries that say that they moved: it wins over the status that they say it with",
        (
            DOCKER + "unsupported: This repo requires terms acceptance and is only available on "
            "registry.access.example.com",
            CRIO_READ + "denied: Container Registry is deprecated and shutting down, please use Artifact Registry.",
        ),
        body=True,
    ),
    Rule(
        Cause.REGISTRY_BLOCKED,
        r"registry (?:<ref>|\S+) is blocked|is blocked in (?:/etc|<path>|one of)",
        "registries.conf of CRI-O and podman; OpenShift's allowedRegistries writes it",
        (
            CRIO + "registry registry.example.com is blocked in /etc/containers/registries.conf or "
            "/etc/containers/registries.conf.d",
        ),
        details={"policy": "node"},
    ),
    Rule(
        Cause.REGISTRY_BLOCKED,
        r"[Cc]lient with IP .{1,80} is not allowed|aka\.ms/acr/firewall|prohibited by organization.s policy"
        r"|vpcServiceControls|VPC Service Controls|denied by network rules|is not allowed access"
        r"|Your client does not have permission to get URL|IP (?:address )?.{0,60}(?:not|isn't) (?:allowed|whitelisted)"
        r"|not in (?:the )?(?:allow|white)-?list|[Ee]xport control|firewall (?:rule|policy)"
        r"|public access is not allowed",
        "ACR's firewall, VPC Service Controls, Google's block of address ranges: the network that asks is refused",
        (
            DOCKER + "denied: client with IP '192.0.2.7' is not allowed access. Refer https://aka.ms/acr/firewall to "
            "grant access.",
            CRIO_READ + "denied: Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: "
            "abc",
        ),
        body=True,
        details={"policy": "network"},
    ),
    Rule(
        Cause.REGISTRY_BLOCKED,
        r"cannot be pulled due to configured policy|PROJECTPOLICYVIOLATION|vulnerability severity|due to vulnerabilit"
        r"|without vulnerability scanning|blocked by (?:\w+ ){0,3}(?:policy|Xray|security)|[Xx]ray (?:policy|blocked)"
        r"|quarantined?\b|blocked (?:for|due to) .{0,60}(?:violation|policy)|DMCA|has been disabled|Access Management",
        "policies of the registry: Harbor's vulnerability gate, Xray, quarantine",
        (
            CRIO_READ + "projectpolicyviolation: current image with 7 vulnerabilities cannot be pulled due to "
            "configured policy in 'Prevent images with vulnerability severity of \"High\" or higher from running.'",
        ),
        body=True,
        details={"policy": "registry"},
    ),
    Rule(
        Cause.REGISTRY_BLOCKED,
        "",
        "Harbor answers 412 for its policies; 451 is for legal reasons",
        (
            CONTAINERD_STATUS + "412 Precondition Failed",
            CONTAINERD_STATUS + "451 Unavailable For Legal Reasons",
            CONTAINERD_17 + "pulling from host registry.example.com failed with status code [manifests 1.2.3]: "
            "412 Precondition Failed",
        ),
        status=(412, 451),
        details={"policy": "registry"},
    ),
)
