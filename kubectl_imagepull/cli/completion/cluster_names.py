"""Names that only a cluster can tell: its namespaces, and the pods and workloads whose pulls fail there."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

from kubectl_imagepull.diagnosis.reading import read_texts
from kubectl_imagepull.evidence.owners import Owners
from kubectl_imagepull.failures.finding import find_failures
from kubectl_imagepull.kube.connection.connect import open_session
from kubectl_imagepull.kube.objects import key_of
from kubectl_imagepull.kube.reading import api
from kubectl_imagepull.kube.reading.live import read_session
from kubectl_imagepull.runs.request import Request
from kubectl_imagepull.runs.target import TargetError, parse_target

_MOST_NAMESPACES = 1000


def namespaces(request: Request) -> Mapping[str, str]:
    """The cluster's namespaces, without a description; raises SourceError."""
    with closing(open_session(request.connection)) as session:
        try:
            items = api.read_page(session, "/api/v1/namespaces", _MOST_NAMESPACES).items
        except api.ApiError:
            # those that the kubeconfig names may be readable where the list of all isn't
            return dict.fromkeys(session.namespaces, "")
        return {key_of(item)[1]: "" for item in items}


def failing(request: Request, incomplete: str) -> Mapping[str, str]:
    """The pods and workloads whose pulls fail, by name or as TYPE/NAME, with the cause; raises SourceError."""
    if request.recordings or request.several_clusters:
        return {}
    written_type, slash, _ = incomplete.partition("/")
    try:
        kind = parse_target(f"{written_type}/x").kind if slash else ""
    except TargetError:
        return {}
    with closing(open_session(request.connection)) as session:
        snapshot = read_session(
            session, request.namespace, all_namespaces=request.all_namespaces, selector=request.selector
        )
    owners = Owners(snapshot)
    names: dict[str, str] = {}
    for failure in find_failures(snapshot):
        cause = read_texts(failure).verdict.cause.value
        pod, *others = owners.chain_of(failure.pod_object)
        if not slash:
            names.setdefault(pod.name, cause)
        for workload in (pod, *others[-1:]) if slash else others[-1:]:
            if not slash or workload.kind.lower() == kind:
                # a type stays as it was written: deploy/web
                names.setdefault(f"{written_type if slash else workload.kind.lower()}/{workload.name}", cause)
    return names
