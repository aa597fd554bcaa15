"""The runbook's pages for what a registry does or forbids: limits, errors, policies, removals."""

from __future__ import annotations

from collections.abc import Mapping

from kubectl_imagepull.runbook.entry import ANY_REGISTRY, ANY_RUNTIME, Runbook
from kubectl_imagepull.vocabulary.causes import Cause

_ASK = "On the node: curl -sSi https://HOST/v2/ answers 200 or 401 if the registry is there and the way is free."

REGISTRY: Mapping[Cause, Runbook] = {
    Cause.RATE_LIMITED: Runbook(
        confirm=(
            "The text has '429 Too Many Requests' or 'toomanyrequests'.",
            "'unauthenticated pull rate limit' means that no working login was sent.",
        ),
        fixes=(
            (ANY_REGISTRY, "Wait, log in, or pull through a mirror; IfNotPresent asks less than Always."),
            (
                "Docker Hub",
                (
                    "Without login 100 pulls in six hours to an IPv4 address or IPv6 /64 network (all nodes behind one "
                    "address share them), 200 to a free account; paid accounts have no such limit."
                ),
            ),
            ("Amazon ECR", "Throttling: start fewer pulls at once, or have the quota raised."),
            ("Amazon ECR Public", "Without login one pull a second to an address: log in, in region us-east-1."),
            ("GitHub Container Registry", "Its limit is per minute and passes by itself."),
            (
                "Harbor",
                "In a proxy project the limit may be that of the upstream registry: give the project a login there.",
            ),
        ),
    ),
    Cause.REGISTRY_UNAVAILABLE: Runbook(
        confirm=(_ASK, "The registry's status page, or the log of what stands before it, shows the same 5xx."),
        fixes=(
            (ANY_REGISTRY, "Wait; if it is yours, look at its log, its storage and its load balancer."),
            ("Harbor", "500 also comes when the project is missing from the image's name."),
            (
                "Docker",
                "cri-dockerd calls 502, 503 and 504 RegistryUnavailable; CRI-O calls a refused connection that.",
            ),
        ),
    ),
    Cause.REGISTRY_BLOCKED: Runbook(
        confirm=(
            (
                "policy in the details says whose it is: node (registries.conf), registry (412, 451) or network "
                "(addresses)."
            ),
            "On the node: grep -rn blocked /etc/containers/registries.conf /etc/containers/registries.conf.d/",
        ),
        fixes=(
            ("CRI-O", "Allow the registry in registries.conf on the nodes, or pull from one that is allowed."),
            (
                "OpenShift",
                (
                    "registries.conf is made from image.config.openshift.io/cluster; its allowedRegistries blocks all "
                    "that it doesn't list."
                ),
            ),
            ("Harbor", "412: repair what the scan found, put it on the CVE allowlist, or sign the image."),
            (
                "Azure Container Registry",
                "Its firewall refuses the node's address: add a network rule or use the private endpoint.",
            ),
            (
                "Google Artifact Registry",
                "VPC Service Controls: let the nodes' project into the perimeter or give it an access level.",
            ),
            (
                "registry.k8s.io and k8s.gcr.io",
                "A 403 'does not have permission to get URL' is Google's block of the address range, no login.",
            ),
        ),
    ),
    Cause.REGISTRY_RELOCATED: Runbook(
        confirm=("The answer itself says that the registry was shut down or the repository has moved.",),
        fixes=(
            (
                ANY_REGISTRY,
                "Name the image at its new place; copy it to a registry of your own if nobody took it over.",
            ),
            ("k8s.gcr.io", "Frozen in April 2023: use registry.k8s.io, and let its redirects (*.pkg.dev, S3) pass."),
            (
                "gcr.io",
                (
                    "Container Registry was shut down in March 2025; names live on in Artifact Registry "
                    "(gcloud artifacts docker upgrade migrate)."
                ),
            ),
            ("docker.pkg.github.com", "Became ghcr.io."),
            (
                "docker.io/bitnami",
                (
                    "Versioned tags moved to docker.io/bitnamilegacy, which gets no updates: a stop-gap until you "
                    "change over."
                ),
            ),
        ),
    ),
    Cause.PROXY_FAILURE: Runbook(
        confirm=(
            (
                "The text has 'proxyconnect', or a bare 'Forbidden' or 'Bad Gateway' after the quoted URL: the proxy "
                "said so."
            ),
            "On the node: systemctl show --property=Environment containerd crio docker shows the proxy that is used.",
        ),
        fixes=(
            (
                ANY_RUNTIME,
                "Let the proxy pass the registry's host, or add the host to NO_PROXY; then restart the runtime.",
            ),
            ("containerd", "systemctl edit containerd: HTTPS_PROXY and NO_PROXY as Environment= under [Service]."),
            ("CRI-O", "systemctl edit crio: the same."),
            ("Docker", "systemctl edit docker: the same."),
        ),
    ),
    Cause.HTTP_HTTPS_MISMATCH: Runbook(
        confirm=(
            "'server gave HTTP response to HTTPS client': the registry speaks plain HTTP.",
            "'Client sent an HTTP request to an HTTPS server': the reverse.",
            "With a plain HTTP mirror containerd may say so for a tag that is missing.",
        ),
        fixes=(
            (ANY_REGISTRY, "Serve HTTPS; that is the better of the two."),
            ("containerd", '/etc/containerd/certs.d/HOST/hosts.toml with server = "http://HOST".'),
            ("CRI-O", 'registries.conf: [[registry]] with location = "HOST" and insecure = true.'),
            ("Docker", "insecure-registries in /etc/docker/daemon.json."),
        ),
    ),
}
