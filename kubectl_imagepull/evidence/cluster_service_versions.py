"""Where the ClusterServiceVersion of an operator that OLM installs holds the image of its Deployment.

Fields are those of operator-framework/api pkg/operators/v1alpha1 clusterserviceversion_types.go.
"""

from __future__ import annotations

from kubectl_imagepull.evidence.deployer_finding import DeployerFinding
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.objects import key_of, object_of, objects_of
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.causes import What
from kubectl_imagepull.vocabulary.manager import Manager

_LISTS = {What.CONTAINER: "containers", What.INIT_CONTAINER: "initContainers"}


def look_at_cluster_service_version(
    manager: Manager, failure: PullFailure, deployment: str, snapshot: Snapshot
) -> DeployerFinding | None:
    """The version that OLM makes a Deployment from, where it holds the failing image; None where it wasn't read."""
    kept = _LISTS.get(failure.what, "")
    for item in snapshot.objects.get("ClusterServiceVersion", ()):
        namespace, name = key_of(item)
        # versions are copied into every namespace that they watch: the one beside the Deployment made it
        if name != manager.name or namespace != (manager.namespace or failure.namespace):
            continue
        install = object_of(object_of(object_of(item.get("spec")).get("install")).get("spec"))
        for number, one in enumerate(objects_of(install.get("deployments"))):
            template = object_of(object_of(object_of(one.get("spec")).get("template")).get("spec"))
            for index, container in enumerate(objects_of(template.get(kept)) if one.get("name") == deployment else ()):
                if (container.get("name"), container.get("image")) == (failure.container, failure.image):
                    base = f"/spec/install/spec/deployments/{number}/spec/template/spec"
                    pointer = f"{base}/{kept}/{index}/image"
                    return DeployerFinding("ClusterServiceVersion", name, namespace, image_pointer=pointer)
    return None
