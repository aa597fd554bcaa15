"""A request -> a snapshot of the recordings, or of the one cluster, that it asks for."""

from __future__ import annotations

from collections.abc import Callable

from kubectl_imagepull.kube.progress import Progress
from kubectl_imagepull.kube.snapshot import Snapshot, without_secrets
from kubectl_imagepull.runs.request import Request


def read_request(request: Request, progress: Progress, meanwhile: Callable[[], object] | None = None) -> Snapshot:
    """Reads the recordings if any are named, else the cluster, and there at least the targets.

    `meanwhile` is what there is to do while the server of a large cluster works, or is asked about what fails. Raises
    SourceError where nothing could be read.
    """
    if not request.recordings:
        from kubectl_imagepull.runs.cluster_reader import open_cluster

        with open_cluster(request, progress, meanwhile) as cluster:
            cluster.prepare()
            reading = cluster.first_reading()
            if not reading.pods and not request.targets:
                return reading
            from kubectl_imagepull.runs.closer_look import with_related, with_targets

            return with_related(cluster, with_targets(cluster, reading))
    from kubectl_imagepull.kube.recording.dump import only_namespaces, read_recording

    namespace = None if request.all_namespaces else request.namespace
    snapshot = read_recording(
        request.recordings,
        namespace=namespace,
        selector=request.selector,
        progress=progress,
        key=request.names_key,
    )
    if request.namespaces:
        snapshot = only_namespaces(snapshot, request.namespaces)
    return without_secrets(snapshot, request.secrets_left_out) if request.secrets_left_out else snapshot
