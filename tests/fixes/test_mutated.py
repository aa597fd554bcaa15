"""Images that admission changed: the policy is corrected, and the workload left as it is."""

from __future__ import annotations

import pytest
from clusters import cluster
from situations import DIGEST, NO_TAG, WEB, context, deployment, fails, fixes, held, lines, owned_by, shown, template

from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.command import Effect
from kubectl_imagepull.vocabulary.fix import Who

MIRROR = "mirror.example/docker.io/mirror.example/docker.io/shop/web:v9"
KYVERNO = {
    "policies.kyverno.io/last-applied-patches": "replace-registry.one.kyverno.io: replaced /spec/containers/0/image\n"
}
HELM = {"annotations": {"meta.helm.sh/release-name": "web"}}
UNSIGNED = "Source image rejected: A signature was required, but no signature exists"
COPY = (
    "Or, if images are meant to come from there, ask whoever runs mirror.example to copy this one to "
    "docker.io/mirror.example/docker.io/shop/web.",
    [],
)


def test_the_policy_that_changed_it_is_corrected() -> None:
    policy, again, copy = fixes(deployment(fails(MIRROR, annotations=KYVERNO), marks=HELM))
    assert policy.text == (
        f"deployment/web names {WEB}, and Kyverno changed that when the pod was made. Correct its policy replace-registry, "
        "or exclude this workload there: a change of the workload is changed again."
    )
    assert lines(policy) == ["kubectl get clusterpolicies.kyverno.io replace-registry -o yaml"]
    assert (policy.who, policy.brief) == (Who.CLUSTER_ADMIN, "Correct the Kyverno policy replace-registry")
    assert (again.text, lines(again)) == (
        "Then have the pod made again: admission looks at a pod only when it is made.",
        ["kubectl delete pod web-6b-x -n shop"],
    )
    assert (copy.text, lines(copy)) == COPY
    assert not any(Effect.CHANGES_WORKLOAD in fix.effects for fix in (policy, again, copy))


def test_a_changer_that_names_no_policy() -> None:
    found = shown(deployment(fails(MIRROR, annotations={"gatekeeper.sh/mutation-id": "x"})))
    assert found[0] == (
        f"deployment/web names {WEB}, and Gatekeeper changed that when the pod was made. Correct its policy, or exclude "
        "this workload there: a change of the workload is changed again.",
        ["kubectl get assignimage.mutations.gatekeeper.sh,assign.mutations.gatekeeper.sh -A"],
    )


def test_a_digest_that_is_gone_is_looked_up_again() -> None:
    pinned = f"{WEB}@{DIGEST}"
    first, *more = fixes(deployment(fails(pinned, NO_TAG, annotations={"kyverno.io/verify-images": "{}"})))
    assert first.text == (
        "registry.example.com/shop/web:v9@sha256:abababababab is gone, and Kyverno wrote that digest into the pod when "
        f"it was made. Have the pod made again: it gets the one that {WEB} has now."
    )
    assert lines(first) == ["kubectl delete pod web-6b-x -n shop"]
    assert more
    refused = fixes(deployment(fails(pinned, UNSIGNED, annotations={"kyverno.io/verify-images": "{}"})))
    assert refused[0].text != first.text


def test_where_nothing_tells_who_it_was_a_new_pod_shows_it() -> None:
    found = shown(deployment(fails(MIRROR)))
    assert found == [
        (
            f"deployment/web names {WEB}, and the pod has another image: a mutating webhook changed it, or somebody by "
            "hand. Have the pod made again: if it comes back changed, it is a webhook, and a change of the workload is "
            "changed as well.",
            ["kubectl delete pod web-6b-x -n shop"],
        ),
        (
            "See which webhooks change pods when they are made.",
            ["kubectl get mutatingwebhookconfigurations"],
        ),
        COPY,
    ]


def test_a_container_that_istio_put_into_the_pod() -> None:
    proxy = {"name": "istio-proxy", "image": "docker.io/istio/proxyv2:1.99"}
    one = fails("docker.io/istio/proxyv2:1.99", annotations={"sidecar.istio.io/status": "{}"}, container=proxy)
    one["status"]["containerStatuses"][0]["name"] = "istio-proxy"
    assert shown(deployment(one)) == [
        (
            "Istio puts container istio-proxy into the pod, and deployment/web doesn't name it: change its image there "
            "(global.hub and global.tag of its chart, or annotation sidecar.istio.io/proxyImage), then make the pod again.",
            ["kubectl delete pod web-6b-x -n shop"],
        )
    ]
    del one["metadata"]["annotations"]
    assert shown(deployment(one)) == [
        (
            "A webhook puts container istio-proxy into the pod, and deployment/web doesn't name it: change its image where "
            "that webhook is configured, then make the pod again.",
            ["kubectl get mutatingwebhookconfigurations"],
        )
    ]


def test_an_injected_container_that_wants_a_login_gets_the_pod_s_secret_before_another_image() -> None:
    image = "registry.example.com/istio/proxyv2:1.22"
    proxy = {"name": "istio-proxy", "image": image}
    text = "failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized"
    one = fails(image, text, annotations={"sidecar.istio.io/status": "{}"}, container=proxy)
    one["status"]["containerStatuses"][0]["name"] = "istio-proxy"
    secret, account, injector = fixes(deployment(one))
    assert secret.text == (
        "Create pull secret regcred-registry-example-com for registry.example.com in namespace shop and add it to "
        "deployment/web."
    )
    assert lines(secret)[1].startswith("kubectl patch deployment/web -n shop -p ")
    assert account.text.startswith("Or add it to service account default")
    assert injector.text.startswith(
        "Istio puts container istio-proxy into the pod, and deployment/web doesn't name it: "
    )


def test_a_job_s_pod_is_not_deleted() -> None:
    one = fails(MIRROR, name="job-x", owner=owned_by("Job", "job", "batch/v1"), annotations=KYVERNO)
    found = fixes(cluster([one], Job=[held("Job", "job", spec=template(WEB))]))
    assert [fix.who for fix in found] == [Who.CLUSTER_ADMIN, Who.REGISTRY_OWNER], "it would count as its failure"


SWAPPER = {
    "metadata": {"name": "swapper"},
    "webhooks": [{"rules": [{"resources": ["pods"], "operations": ["CREATE"]}]}],
}


def test_a_webhook_that_nothing_else_tells_of_is_corrected() -> None:
    first, again, copy = fixes(deployment(fails(MIRROR), MutatingWebhookConfiguration=[SWAPPER]))
    assert first.text == (
        f"deployment/web names {WEB}, and webhook configuration swapper changed that when the pod was made, for no other "
        "changes pods here. Correct what it is set up to do, or exclude this workload there: a change of deployment/web "
        "is changed again."
    )
    assert lines(first) == ["kubectl get mutatingwebhookconfigurations swapper -o yaml"]
    assert (first.who, first.brief) == (Who.CLUSTER_ADMIN, "Correct webhook configuration swapper")
    assert lines(again) == ["kubectl delete pod web-6b-x -n shop"]
    assert (copy.text, lines(copy)) == COPY


def test_a_workload_that_is_right_is_never_told_to_change_its_image() -> None:
    texts = (
        "tls: failed to verify certificate: x509: certificate signed by unknown authority",
        'failed to do request: Head "https://mirror.example/v2/": dial tcp 192.0.2.1:443: connect: connection refused',
        "toomanyrequests: You have reached your pull rate limit",
    )
    for text in texts:
        found = fixes(deployment(fails(MIRROR, text, annotations=KYVERNO), marks=HELM))
        assert found
        assert not any("set image" in line or "rollout undo" in line for fix in found for line in lines(fix)), text


@pytest.mark.parametrize(
    ("error", "cause"),
    [("connect: connection refused", Cause.CONNECTION_REFUSED), ("i/o timeout", Cause.CONNECT_TIMEOUT)],
)
def test_a_proxy_that_does_not_answer_is_repaired_and_not_the_workload(error: str, cause: Cause) -> None:
    text = f'failed to do request: Head "http://localhost:7439/v2/": dial tcp 127.0.0.1:7439: {error}'
    kept = cluster(
        [
            fails(
                f"localhost:7439/{WEB}",
                text,
                annotations={"original-image-app": WEB},
                owner=owned_by("DaemonSet", "web"),
            )
        ]
    )
    proxy, again = fixes(kept)
    assert context(kept).cause is cause
    assert proxy.text == (
        f"daemonset/web asks for {WEB}, and kube-image-keeper rewrote that to localhost:7439, which doesn't answer node "
        "node-a. Have its proxy run on node node-a, or exclude this workload from the rewriting."
    )
    assert lines(proxy) == ["kubectl get daemonsets,pods -A -l app.kubernetes.io/name=kube-image-keeper -o wide"]
    assert (proxy.who, proxy.brief) == (Who.CLUSTER_ADMIN, "Have kube-image-keeper's proxy run on node node-a")
    assert lines(again) == ["kubectl delete pod web-6b-x -n shop"]


def test_another_webhook_s_address_that_does_not_answer_is_checked_before_anything_else() -> None:
    text = (
        'failed to do request: Head "https://mirror.example/v2/": dial tcp 203.0.113.7:443: connect: connection refused'
    )
    first, *more = fixes(deployment(fails(MIRROR, text, annotations=KYVERNO)))
    assert first.text == (
        f"deployment/web asks for {WEB}, and Kyverno rewrote that to mirror.example, which doesn't answer node node-a. "
        "Check what should answer there, or exclude this workload from the rewriting."
    )
    assert lines(first) == ["kubectl get clusterpolicies.kyverno.io replace-registry -o yaml"]
    assert not any(Effect.CHANGES_WORKLOAD in fix.effects for fix in more)
