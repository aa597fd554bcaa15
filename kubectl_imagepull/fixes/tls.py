"""Fixes where TLS to the registry fails: what the node trusts, and what the registry shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kubectl_imagepull.fixes.case import Case
from kubectl_imagepull.fixes.fix import Draft
from kubectl_imagepull.fixes.network import ask_registry, elsewhere
from kubectl_imagepull.fixes.shell import line, pipe
from kubectl_imagepull.fixes.vendors import PUBLIC, vendor_of
from kubectl_imagepull.vocabulary.causes import Cause


def _see(case: Case, *options: str) -> str:
    """Prints parts of the certificate that the registry shows."""
    connect = line("openssl", "s_client", "-connect", case.host_and_port, "-servername", case.host_name)
    return pipe(f"{connect} </dev/null", line("openssl", "x509", "-noout", *options))


def _put(directory: str, file: str) -> tuple[str, ...]:
    """Copies the authority's certificate into a directory of the node, asking before it overwrites anything."""
    return (line("sudo", "mkdir", "-p", directory), line("sudo", "cp", "-i", "REGISTRY_CA.crt", f"{directory}/{file}"))


def unknown_authority(case: Case) -> list[Draft]:
    """Let the node's runtime trust the authority, or let the registry send its whole chain."""
    drafts = []
    if case.service in {None, "containerd"}:
        under = f'under [host."https://{case.host}"]' if case.verdict.answered_by else "as well"
        drafts.append(
            Draft(
                f"{case.on_node}, containerd: put the CA of {case.host} where it is looked for (config_path in "
                f"/etc/containerd/config.toml); no restart. If a hosts.toml is there, name the file in it {under}: ca "
                "= ...",
                _put(f"/etc/containerd/certs.d/{case.registry}", "ca.crt"),
            )
        )
    if case.service in {None, "crio"}:
        drafts.append(
            Draft(
                f"{case.on_node}, CRI-O: put the CA of {case.host} where it is looked for; no restart. On OpenShift "
                "add it to additionalTrustedCA of image.config.openshift.io/cluster instead.",
                _put(f"/etc/containers/certs.d/{case.host}", "ca.crt"),
            )
        )
    if case.service == "docker":
        drafts.append(
            Draft(
                f"{case.on_node}, Docker: put the CA of {case.host} where it is looked for; no restart.",
                _put(f"/etc/docker/certs.d/{case.host}", "ca.crt"),
            )
        )
    restart = line("sudo", "systemctl", "restart", case.service or "containerd")
    system = Draft(
        f"{case.on_node}: or let the whole system trust the CA and restart the runtime. Red Hat has "
        "/etc/pki/ca-trust/source/anchors and update-ca-trust for it.",
        (*_put("/usr/local/share/ca-certificates", "registry-ca.crt"), "sudo update-ca-certificates", restart),
    )
    chain = Draft(
        "If a public authority signed it, the registry sends it without the chain (cert.pem in place of "
        "fullchain.pem), or a proxy opens TLS. See who signed it.",
        (_see(case, "-subject", "-issuer"),),
    )
    if vendor_of(case.registry) in PUBLIC:
        return [*elsewhere(case), chain, system, *drafts]
    return [*elsewhere(case), *drafts, system, chain]


def certificate_expired(case: Case) -> list[Draft]:
    """Expired, or the node's clock is wrong."""
    clock = Draft(
        f"{case.on_node}: see that the clock is right, and set it if not.", ("timedatectl", "chronyc tracking")
    )
    renew = Draft(
        f"Have the certificate of {case.host} renewed by whoever runs it; this shows its dates.",
        (_see(case, "-dates"),),
    )
    if case.verdict.details.get("notYetValid") is True:
        return [*elsewhere(case), clock, renew]
    return [*elsewhere(case), renew, clock]


def name_mismatch(case: Case) -> list[Draft]:
    """Another name, another certificate, or another machine than meant."""
    return [
        Draft(
            f"See which names the certificate of {case.host} is for, and name the registry by one of them in the "
            "image.",
            (_see(case, "-subject", "-ext", "subjectAltName"),),
        ),
        Draft(
            f"Or have a certificate issued that holds {case.host_name} as a subject alternative name; a common name "
            "alone no longer counts."
        ),
        Draft(
            f"If the certificate is somebody else's, {case.host_name} leads to the wrong machine: look at DNS and "
            "proxies."
        ),
    ]


def handshake_failed(case: Case) -> list[Draft]:
    """Both speak TLS and don't agree."""
    connect = line("openssl", "s_client", "-connect", case.host_and_port, "-servername", case.host_name)
    return [
        *elsewhere(case),
        Draft(f"{case.on_node}: see where the handshake with {case.host} ends.", (f"{connect} </dev/null",)),
        Draft(
            f"Protocol versions or ciphers don't meet: bring {case.host} (or the proxy before it) to TLS 1.2 or newer, "
            "or it asks for a client certificate that the runtime doesn't have."
        ),
        ask_registry(case),
    ]


def http_https_mismatch(case: Case) -> list[Draft]:
    """Serve HTTPS, or tell the runtime that it is plain HTTP."""
    serve = Draft(f"Let {case.host} serve HTTPS, or correct the port: one side speaks plain HTTP and the other HTTPS.")
    if vendor_of(case.registry) in PUBLIC and not case.is_mirrored:
        between = f"{case.host} speaks HTTPS, so something between answers in its place: a proxy or a login page."
        return [Draft(between), ask_registry(case)]
    if case.is_mirrored:
        scheme = f"{case.on_node}: {case.host} is set in place of {case.registry}; correct http:// or https:// there."
        where = "See hosts.toml (containerd), registries.conf (CRI-O) or daemon.json (Docker)."
        return [Draft(f"{scheme} {where}"), serve]
    drafts = []
    if case.service in {None, "containerd"}:
        directory = f"/etc/containerd/certs.d/{case.registry}"
        server = f'server = "http://{case.host}"'
        write = pipe(line("echo", server), line("sudo", "tee", f"{directory}/hosts.toml"))
        make = f"{line('sudo', 'mkdir', directory)} && {write}"
        drafts.append(
            Draft(
                f"{case.on_node}, containerd: for plain HTTP, hosts.toml must say so (config_path in "
                "/etc/containerd/config.toml); no restart. The command stops if there are settings already: change "
                "those.",
                ("sudo mkdir -p /etc/containerd/certs.d", make),
            )
        )
    if case.service in {None, "crio"}:
        insecure = line("printf", "%s\\n", "[[registry]]", f'location = "{case.host}"', "insecure = true")
        file = f"/etc/containers/registries.conf.d/plain-http-{case.host}.conf"
        drafts.append(
            Draft(
                f"{case.on_node}, CRI-O: for plain HTTP, a file of its own in registries.conf.d must say so.",
                (pipe(insecure, line("sudo", "tee", file)), "sudo systemctl restart crio"),
            )
        )
    if case.service in {None, "docker"}:
        drafts.append(
            Draft(
                f"{case.on_node}, Docker: for plain HTTP, add {case.host} to insecure-registries in daemon.json.",
                ("sudoedit /etc/docker/daemon.json", "sudo systemctl reload docker"),
            )
        )
    return [serve, *drafts]


TLS: Mapping[Cause, Callable[[Case], list[Draft]]] = {
    Cause.TLS_UNKNOWN_AUTHORITY: unknown_authority,
    Cause.TLS_CERTIFICATE_EXPIRED: certificate_expired,
    Cause.TLS_NAME_MISMATCH: name_mismatch,
    Cause.TLS_HANDSHAKE_FAILED: handshake_failed,
    Cause.HTTP_HTTPS_MISMATCH: http_https_mismatch,
}
