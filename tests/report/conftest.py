from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from typed import typed

from kubectl_imagepull.diagnosis.report import Diagnosis, Report
from kubectl_imagepull.diagnosis.root_causes import clearest, root_causes
from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.snapshot import Skipped, Source
from kubectl_imagepull.vocabulary.causes import Cause, Confidence, What
from kubectl_imagepull.vocabulary.fix import Fix
from kubectl_imagepull.vocabulary.workload import Workload

NOW = datetime(2026, 11, 23, 23, 0, tzinfo=timezone.utc)
FRONTEND = "registry.corp.example/shop/frontend:v2.4.0"
LEDGER = "registry.corp.example/payments/ledger@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class Build:
    """Makes reports by hand: what a test doesn't name is plain."""

    now = NOW

    def diagnosis(self, pod: str = "web-0", cause: Cause = Cause.TAG_NOT_FOUND, **fields: Any) -> Diagnosis:
        image = fields.pop("image", FRONTEND)
        since = fields.pop("since", timedelta(minutes=12))
        failure = PullFailure(
            namespace=fields.pop("namespace", "shop"),
            pod=pod,
            container=fields.pop("container", "web"),
            what=fields.pop("what", What.CONTAINER),
            image=image,
            node=fields.pop("node", "worker-a"),
            reason=fields.pop("reason", "ImagePullBackOff"),
            texts=(),
            since=None if since is None else NOW - since,
            pod_object={},
        )
        message = fields.pop("message", f'Back-off pulling image "{image}": ErrImagePull: {image}: not found')
        base = Diagnosis(
            failure=failure,
            cause=cause,
            confidence=Confidence.LIKELY,
            retryable=cause.entry.retryable,
            message=message,
            message_source="waiting.message" if message else None,
            workload=Workload("Deployment", "web"),
            key=image,
        )
        return replace(base, **fields)

    def report(
        self,
        *diagnoses: Diagnosis,
        short: dict[Cause, str] | None = None,
        skipped: Sequence[Skipped] = (),
        source: Source | None = None,
        pods: int = 68,
    ) -> Report:
        roots = (
            replace(
                root,
                fixes=clearest([diagnoses[index] for index in root.failures]).fixes,
                short_fix=(short or {}).get(root.cause, ""),
            )
            for root in root_causes(diagnoses)
        )
        return Report(
            source=source or Source("cluster", "prod-eu", None),
            pods_scanned=pods,
            seconds=0.84,
            now=NOW,
            root_causes=tuple(roots),
            diagnoses=diagnoses,
            skipped=tuple(skipped),
        )

    def cluster(self) -> Report:
        """Five root causes, one of each kind of scope and one without."""
        return self.report(
            *(self._frontend(pod) for pod in ("fw2xk", "m8q4z", "zmmbf")),
            self._gateway(),
            *(self._logger(pod, node) for pod, node in (("lz4sx", "worker-a"), ("twksv", "worker-b"))),
            self._mirror(),
            self._reconciler(),
            self._full(),
            short={
                Cause.TAG_NOT_FOUND: "set a tag that exists: v2.3.1 ran here until 12 minutes ago",
                Cause.NO_CREDENTIALS: "create a pull secret for private.corp.example and name it in the pod template",
                Cause.RATE_LIMITED: "wait, or log in to hub.corp.example to get a higher limit",
                Cause.CAUSE_NOT_REPORTED: "delete the pod to get the error back",
                Cause.NODE_DISK_FULL: "free space on worker-a",
            },
            skipped=(Skipped("secrets in namespace payments", "you may not get them (verb get, resource secrets)"),),
        )

    def clusters(self, *names: str, namespaces: Sequence[str | None] = (None, None)) -> Report:
        """Two clusters with a root cause in common, so called or `prod-eu` and `prod-us`; one has another as well."""
        first, second = names or ("prod-eu", "prod-us")
        sources = [Source("cluster", name, at) for name, at in zip((first, second), namespaces, strict=True)]
        return self.report(
            *(replace(self._frontend("fw2xk"), cluster=name) for name in (first, second)),
            replace(self._frontend("m8q4z"), cluster=second),
            replace(self._reconciler(), cluster=first),
            short={
                Cause.TAG_NOT_FOUND: "set a tag that exists: v2.3.1 ran here until 12 minutes ago",
                Cause.CAUSE_NOT_REPORTED: "delete the pod to get the error back",
            },
            source=Source(
                "cluster",
                f"{first}, {second}",
                namespaces[0] if len(set(namespaces)) == 1 else None,
                clusters=tuple(sources),
            ),
        )

    def _frontend(self, pod: str) -> Diagnosis:
        ours = "kubectl -n shop"
        return self.diagnosis(
            f"frontend-9fd6ff554-{pod}",
            container="frontend",
            workload=Workload("Deployment", "frontend", "Helm release shop"),
            details={"repositoryVerified": True},
            message=f'Back-off pulling image "{FRONTEND}": ErrImagePull: rpc error: code = NotFound desc = failed to '
            f'pull and unpack image "{FRONTEND}": failed to resolve image: {FRONTEND}: not found',
            evidence=(
                Evidence(Check.NO_PULL_SECRET, Result.OK, "the pod names one pull secret, corp-pull"),
                Evidence(Check.PREVIOUS_IMAGE, Result.INFO, "v2.3.1 ran here until 12 minutes ago, in revision 41"),
                Evidence(
                    Check.PULL_SECRET_MATCHES, Result.SKIPPED, "secret corp-pull: you may not get secrets in shop"
                ),
                Evidence(Check.SAME_REGISTRY_ELSEWHERE, Result.INFO, "12 other pods pull from registry.corp.example"),
            ),
            fixes=(
                Fix(
                    "Set a tag that exists. Helm release shop owns the Deployment: change image.tag in its values, "
                    "or the next upgrade takes it back.",
                    typed(f"{ours} set image deployment/frontend frontend=registry.corp.example/shop/frontend:v2.3.1"),
                ),
                Fix("Or go back to the revision that ran.", typed(f"{ours} rollout undo deployment/frontend")),
            ),
            verification=typed(f"{ours} rollout status deployment/frontend --timeout=2m"),
        )

    def _gateway(self) -> Diagnosis:
        return self.diagnosis(
            "gateway-0",
            Cause.NO_CREDENTIALS,
            namespace="payments",
            container="gateway",
            image="private.corp.example/payments/api:v3.2.1",
            key="private.corp.example payments -",
            workload=Workload("StatefulSet", "gateway"),
            since=timedelta(days=3),
            confidence=Confidence.POSSIBLE,
            alternatives=(Cause.FORBIDDEN, Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE),
            message="unexpected status from HEAD request to "
            "https://private.corp.example/v2/payments/api/manifests/v3.2.1: 403 Forbidden",
            message_source="event Failed",
            evidence=(Evidence(Check.NO_PULL_SECRET, Result.BAD, "the pod names no pull secret"),),
            fixes=(
                Fix(
                    "Create the secret, then name it in the service account.",
                    typed(
                        "kubectl -n payments create secret docker-registry corp-pull "
                        "--docker-server=private.corp.example --docker-username=USER --docker-password=PASSWORD",
                        "kubectl -n payments patch serviceaccount default "
                        """-p '{"imagePullSecrets":[{"name":"corp-pull"}]}'""",
                    ),
                ),
            ),
        )

    def _logger(self, pod: str, node: str) -> Diagnosis:
        return self.diagnosis(
            f"node-logger-{pod}",
            Cause.RATE_LIMITED,
            namespace="monitoring",
            container="logger",
            image="hub.corp.example/library/nginx:1.27",
            key="hub.corp.example",
            node=node,
            workload=Workload("DaemonSet", "node-logger"),
            since=timedelta(hours=3, minutes=5),
            message="unexpected status from HEAD request to "
            "https://hub.corp.example/v2/library/nginx/manifests/1.27: 429 Too Many Requests",
        )

    def _mirror(self) -> Diagnosis:
        return self.diagnosis(
            "mirror-test",
            Cause.RATE_LIMITED,
            namespace="web",
            container="migrate",
            what=What.INIT_CONTAINER,
            image="hub.corp.example/library/busybox",
            key="hub.corp.example",
            workload=Workload("Pod", "mirror-test"),
            since=timedelta(seconds=50),
        )

    def _reconciler(self) -> Diagnosis:
        return self.diagnosis(
            "reconciler-6bccd86bd4-nbptw",
            Cause.CAUSE_NOT_REPORTED,
            namespace="payments",
            container="reconciler",
            image=LEDGER,
            key=f"{LEDGER} worker-b",
            node="worker-b",
            workload=Workload("Deployment", "reconciler"),
            message="",
            since=timedelta(hours=22),
        )

    def _full(self) -> Diagnosis:
        return self.diagnosis(
            "agent-68shc",
            Cause.NODE_DISK_FULL,
            namespace="platform",
            container=None,
            what=What.SANDBOX,
            image="registry.k8s.io/pause:3.10",
            key="worker-a",
            reason="ContainerCreating",
            workload=Workload("DaemonSet", "agent"),
            message="failed to copy: write /var/lib/containerd/ingest/data: no space left on device",
            message_source="event FailedCreatePodSandBox",
            since=None,
        )

    def crowd(self, pods: int = 400) -> Report:
        """Many pods of a few workloads that have one root cause."""
        return self.report(
            *(
                self.diagnosis(
                    f"web-{number:03}",
                    workload=Workload("Deployment", "web" if number < pods - 3 else f"extra-{number}"),
                )
                for number in range(pods)
            ),
            short={Cause.TAG_NOT_FOUND: "set a tag that exists"},
            pods=pods,
        )


@pytest.fixture(scope="session")
def build() -> Build:
    return Build()
