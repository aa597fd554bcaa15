"""Which module repairs which cause."""

from __future__ import annotations

from collections.abc import Mapping

from kubectl_imagepull.fixes.causes import (
    bad_credentials,
    blob_missing,
    cause_not_reported,
    connect_timeout,
    connection_broken,
    connection_refused,
    corrupt_content,
    credential_provider_failed,
    dns_failure,
    expired_credentials,
    forbidden,
    http_https_mismatch,
    invalid_reference,
    kubelet_throttled,
    network_unreachable,
    never_pull,
    no_credentials,
    node_disk_full,
    node_storage_fault,
    platform_mismatch,
    proxy_failure,
    pull_cancelled,
    pull_secret_malformed,
    pull_secret_missing,
    rate_limited,
    registry_blocked,
    registry_relocated,
    registry_unavailable,
    repository_not_found,
    repository_not_found_or_private,
    runtime_unavailable,
    short_name_ambiguous,
    signature_rejected,
    tag_not_found,
    tls_certificate_expired,
    tls_handshake_failed,
    tls_name_mismatch,
    tls_unknown_authority,
    unknown,
    unsupported_manifest,
)
from kubectl_imagepull.fixes.remedy import Remedy
from kubectl_imagepull.vocabulary.causes import Cause

_REMEDIES: Mapping[Cause, Remedy] = {
    module.REMEDY.cause: module.REMEDY
    for module in (
        invalid_reference,
        tag_not_found,
        repository_not_found,
        repository_not_found_or_private,
        blob_missing,
        platform_mismatch,
        unsupported_manifest,
        corrupt_content,
        signature_rejected,
        short_name_ambiguous,
        never_pull,
        no_credentials,
        bad_credentials,
        expired_credentials,
        forbidden,
        pull_secret_missing,
        pull_secret_malformed,
        credential_provider_failed,
        rate_limited,
        registry_unavailable,
        registry_blocked,
        registry_relocated,
        dns_failure,
        connect_timeout,
        connection_refused,
        network_unreachable,
        connection_broken,
        proxy_failure,
        tls_unknown_authority,
        tls_certificate_expired,
        tls_name_mismatch,
        tls_handshake_failed,
        http_https_mismatch,
        node_disk_full,
        node_storage_fault,
        runtime_unavailable,
        kubelet_throttled,
        pull_cancelled,
        cause_not_reported,
        unknown,
    )
}


def remedy_for(cause: Cause) -> Remedy:
    """What repairs a cause; there is one for every cause."""
    return _REMEDIES[cause]
