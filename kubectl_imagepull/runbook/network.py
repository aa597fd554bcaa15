"""The runbook's pages for the way to the registry: names, connections, TLS."""

from __future__ import annotations

from collections.abc import Mapping

from kubectl_imagepull.runbook.entry import ANY_REGISTRY, ANY_RUNTIME, Runbook
from kubectl_imagepull.vocabulary.causes import Cause

_ASK = "On the node: curl -sSv --connect-timeout 10 https://HOST/v2/ shows where it stops; 200 or 401 is good."
_CERTIFICATE = (
    "openssl s_client -connect HOST:443 -servername HOST </dev/null | openssl x509 -noout -subject -issuer -dates "
    "shows the certificate."
)
_FROM_KUBECTL = (
    "Without login on the node: kubectl debug node/NODE -it --image=IMAGE_ON_THE_NODE -- chroot /host; it needs an "
    "image as well, so name one that the node has."
)

NETWORK: Mapping[Cause, Runbook] = {
    Cause.DNS_FAILURE: Runbook(
        confirm=("On the node: getent hosts HOST (or resolvectl query HOST, nslookup HOST) fails.", _FROM_KUBECTL),
        fixes=(
            (
                ANY_REGISTRY,
                (
                    "Correct the host's name, or the node's resolver: the node asks the servers in its own "
                    "/etc/resolv.conf and not the cluster's DNS, so names like registry.default.svc don't resolve."
                ),
            ),
            (
                "Azure Container Registry",
                (
                    "With a private endpoint link the private DNS zone to the nodes' network; layers come from "
                    "NAME.REGION.data.azurecr.io, which must resolve as well."
                ),
            ),
        ),
    ),
    Cause.CONNECT_TIMEOUT: Runbook(
        confirm=("stage in the details says where: lookup, dial, tls, headers or body.", _ASK, _FROM_KUBECTL),
        fixes=(
            (ANY_REGISTRY, "lookup: DNS. dial: a firewall drops packets; open the registry's port from the nodes."),
            (
                ANY_RUNTIME,
                "tls: a firewall that looks into TLS, a proxy, or the MTU. Proxies are the runtime's own setting.",
            ),
            (
                "slow registries",
                "headers, body: the registry is slow; layers may come from another host that must be open.",
            ),
        ),
    ),
    Cause.CONNECTION_REFUSED: Runbook(
        confirm=(
            _ASK,
            "CRI-O reports it with reason RegistryUnavailable, and does so for a refused DNS server or proxy, too.",
        ),
        fixes=(
            (ANY_REGISTRY, "Start the registry, correct its port, or open the firewall that rejects."),
            ("localhost", "localhost in an image's name is the node, not your machine."),
        ),
    ),
    Cause.NETWORK_UNREACHABLE: Runbook(
        confirm=("On the node: getent ahosts HOST shows its addresses, ip route get ADDRESS the way to them.",),
        fixes=((ANY_REGISTRY, "Give the node a route; with IPv6 addresses and no IPv6 route, repair one of them."),),
    ),
    Cause.CONNECTION_BROKEN: Runbook(
        confirm=(
            "The text ends in EOF, 'connection reset by peer', 'unexpected EOF' or 'stream error'.",
            "'error reading from server: EOF' is another thing: the container runtime was restarted.",
            _ASK,
        ),
        fixes=(
            (
                ANY_REGISTRY,
                "Once: wait. Always: look at load balancers, proxies and firewalls, and at their time limits.",
            ),
        ),
    ),
    Cause.TLS_UNKNOWN_AUTHORITY: Runbook(
        confirm=(
            _CERTIFICATE,
            "docker pull elsewhere proves nothing: it is the node's runtime that must trust the authority.",
        ),
        fixes=(
            (
                ANY_REGISTRY,
                "A public certificate without its chain (cert.pem in place of fullchain.pem) looks like this, too.",
            ),
            (
                "containerd",
                (
                    "/etc/containerd/certs.d/HOST/ca.crt, or ca = in the hosts.toml there; config_path in config.toml "
                    "must be /etc/containerd/certs.d. No restart."
                ),
            ),
            ("CRI-O", "/etc/containers/certs.d/HOST/ca.crt. No restart."),
            ("Docker", "/etc/docker/certs.d/HOST/ca.crt. No restart."),
            ("OpenShift", "additionalTrustedCA of image.config.openshift.io/cluster."),
            (
                ANY_RUNTIME,
                "Or the system's trust (update-ca-certificates, update-ca-trust), and a restart of the runtime.",
            ),
        ),
    ),
    Cause.TLS_CERTIFICATE_EXPIRED: Runbook(
        confirm=(
            "'current time ... is before' means not valid yet: look at the node's clock. 'is after' means expired.",
            _CERTIFICATE,
            "On the node: timedatectl and chronyc tracking show the clock.",
        ),
        fixes=(
            (ANY_REGISTRY, "Have the certificate renewed."),
            (ANY_RUNTIME, "With a good certificate it is the node's clock: repair its time service."),
        ),
    ),
    Cause.TLS_NAME_MISMATCH: Runbook(
        confirm=(_CERTIFICATE, "The text lists the names that the certificate is for."),
        fixes=(
            (
                ANY_REGISTRY,
                (
                    "Name the registry as its certificate does, or have one issued with the name as subject "
                    "alternative name: a common name alone doesn't count."
                ),
            ),
        ),
    ),
    Cause.TLS_HANDSHAKE_FAILED: Runbook(
        confirm=("On the node: openssl s_client -connect HOST:443 -servername HOST shows where the handshake ends.",),
        fixes=(
            (ANY_REGISTRY, "Bring registry and proxies to TLS 1.2 or newer; a client certificate may be asked for."),
            ("containerd", 'client = ["CERTIFICATE", "KEY"] in hosts.toml gives a client certificate.'),
            ("CRI-O", "/etc/containers/certs.d/HOST/client.cert and client.key give a client certificate."),
            ("Docker", "/etc/docker/certs.d/HOST/client.cert and client.key give a client certificate."),
        ),
    ),
}
