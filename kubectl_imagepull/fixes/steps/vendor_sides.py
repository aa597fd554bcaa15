"""The registry's side, in the registry's words: what its owner does so that an account may pull, and what else helps.

Facts: the documentation of each registry (Docker Hub, GitHub Packages, Quay, GitLab, Harbor, Artifactory, Amazon ECR,
Artifact Registry, Azure Container Registry, OCIR, IBM, Huawei SWR, Tencent TCR, Alibaba, NGC, Red Hat, Chainguard).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kubectl_imagepull.vocabulary.vendors import Vendor


@dataclass(frozen=True)
class VendorSide:
    """What can be done at one registry; each is a part of a sentence that goes on after a colon."""

    #: What the owner of the repository does so that one account may pull it.
    grant: str
    #: What the owner does so that anybody may; "" where that can't be.
    publish: str = ""
    #: The login that belongs into a pull secret, and where it is made.
    login: str = ""
    #: What else is to be known of how it answers; a whole sentence, "" for nothing.
    note: str = ""


_ANY = VendorSide("grant it read access to the repository in the registry", login="an account with read access")
_SIDES: Mapping[Vendor, VendorSide] = {
    Vendor.DOCKER_HUB: VendorSide(
        "give it, or its team, read access to the repository on hub.docker.com (Collaborators, or Permissions)",
        "make it public in the repository's Settings on hub.docker.com (Visibility)",
        "a Docker ID, not an e-mail address, with an access token as the password",
        "Docker Hub gives the same answer for a private repository and one that doesn't exist.",
    ),
    Vendor.GITHUB: VendorSide(
        "add it under Manage access in the package's settings on github.com, or let the package inherit access from "
        "its repository",
        "change its visibility in the package's settings on github.com (Danger Zone)",
        "a GitHub user with a classic token that has read:packages, authorised for the organisation's single sign-on",
        "A package starts out private, even if its repository is public.",
    ),
    Vendor.QUAY: VendorSide(
        "give a robot account Read under Repository Settings, User and Robot Permissions",
        "choose Make Public in the repository's Settings",
        "a robot account, whose page on Quay offers a ready Kubernetes secret",
        "Quay gives the same answer for a private repository and one that doesn't exist.",
    ),
    Vendor.GITLAB: VendorSide(
        "create a deploy token with read_registry under Settings, Repository, Deploy tokens of its project or group",
        "open Container registry to everyone under Settings, General, Visibility",
        "a deploy token with read_registry, which doesn't expire with a job",
        "With two-factor authentication GitLab accepts only a token, no password.",
    ),
    Vendor.HARBOR: VendorSide(
        "make it a member of the project, or use a robot account of the project",
        "make the project public under its Configuration",
        "a robot account of the project, whose name starts with robot$",
        (
            "Harbor gives the same answer for a wrong password, a disabled robot account and a project that the "
            "account isn't for."
        ),
    ),
    Vendor.ARTIFACTORY: VendorSide(
        "give it Read on the repository, or on each repository behind a virtual one",
        "",
        "a user with an identity token",
    ),
    Vendor.NEXUS: VendorSide(
        "give it a role that can read the repository, and each member if the repository is a group",
        "",
        "a user of Nexus",
    ),
    Vendor.ECR: VendorSide(
        "allow it ecr:BatchGetImage and ecr:GetDownloadUrlForLayer, and from another AWS account, in the "
        "repository's policy too",
        "",
        "the node's role",
        "An ECR token is valid for 12 hours, so a pull secret with one has to be renewed automatically.",
    ),
    Vendor.GOOGLE: VendorSide(
        "grant it roles/artifactregistry.reader on the repository",
        "grant allUsers roles/artifactregistry.reader on the repository",
        "the service account of the nodes, or the JSON key of one with read access",
        "Artifact Registry gives the same answer for a repository that doesn't exist.",
    ),
    Vendor.AZURE: VendorSide(
        "assign it AcrPull on the registry, or Container Registry Repository Reader if the registry is in ABAC mode",
        "",
        "the identity of the cluster's kubelets, or a registry token",
        "Azure also answers 401 for a missing permission and for a missing repository.",
    ),
    Vendor.ORACLE: VendorSide(
        "write a policy such as: allow group GROUP to read repos in tenancy",
        "make the repository public in its settings",
        "the user TENANCY_NAMESPACE/USER with an auth token as the password",
    ),
    Vendor.ORACLE_DOWNLOADS: VendorSide(
        "log in with it at container-registry.oracle.com and accept the licence of this image",
        "",
        "an Oracle account that has accepted the image's licence there",
    ),
    Vendor.IBM: VendorSide(
        "give it Reader on the namespace in IAM, at the host of the namespace's region",
        "",
        "the user iamapikey with an IAM API key",
    ),
    Vendor.DIGITALOCEAN: VendorSide(
        "connect the registry to the cluster, or create the secret with doctl registry kubernetes-manifest",
        "",
        "what doctl registry kubernetes-manifest writes",
    ),
    Vendor.ALIBABA: VendorSide(
        "allow the RAM user to pull in its policy",
        "make the namespace public",
        "a RAM user with the fixed password of the registry's console",
    ),
    Vendor.HUAWEI: VendorSide(
        "give it read access in the organisation's permissions, or share the image with its account",
        "make the image public",
        "a long-term login, REGION@ACCESS_KEY",
    ),
    Vendor.TENCENT: VendorSide(
        "give a service account (tcr$NAME) pull rights on the namespace",
        "make the namespace public",
        "a service account, whose name starts with tcr$",
    ),
    Vendor.NVIDIA: VendorSide(
        "accept the image's terms, and have the subscription and the organisation's membership, on ngc.nvidia.com",
        "",
        "the user $oauthtoken with an NGC API key",
        "NGC gives the same answer for an image that needs a subscription and one that doesn't exist.",
    ),
    Vendor.RED_HAT: VendorSide(
        "create a registry service account at access.redhat.com/terms-based-registry",
        "",
        "a registry service account (NUMBER|NAME) of access.redhat.com/terms-based-registry",
        "registry.redhat.io requires a login for every image.",
    ),
    Vendor.CHAINGUARD: VendorSide(
        "add the image to the organisation on console.chainguard.dev",
        "",
        "a pull token of the organisation",
    ),
}


def side_of(vendor: Vendor) -> VendorSide:
    """The registry's side at a vendor; general words for those that have no ways of their own."""
    return _SIDES.get(vendor, _ANY)
