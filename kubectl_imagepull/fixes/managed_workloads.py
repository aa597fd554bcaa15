"""The fix where somebody else writes the workload: a change in the cluster lasts until they write it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kubectl_imagepull.evidence.deployer_finding import DeployerFinding
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.writers.conventions import setting_of, what_to_change
from kubectl_imagepull.fixes.writers.object_makers import change_at_maker
from kubectl_imagepull.vocabulary.fix import Basis, Fix, NewSpec, Where, Who
from kubectl_imagepull.vocabulary.manager import REVERTING, Manager, ManagerKind
from kubectl_imagepull.vocabulary.names import shown_name


def change_at_its_writer(context: FixContext, change: Fix) -> Fix | None:
    """The change of a fix, made where the workload is written; None where nobody is known to write it."""
    if context.workload.is_claimed and (at_maker := change_at_maker(context, change)):
        return at_maker
    manager = Manager(ManagerKind.OPERATOR) if context.workload.is_claimed else context.workload.manager
    if manager is None:
        return None
    if manager.kind is ManagerKind.HELM:
        from kubectl_imagepull.fixes.writers.helm_release import change_release

        return change_release(context, manager, change)
    if manager.kind is ManagerKind.KNATIVE or (manager.kind is ManagerKind.IMAGE_STREAM and context.diagnosis.deployer):
        return _on_platform(context, manager, change)
    if context.diagnosis.deployer is not None and manager.kind is not ManagerKind.OLM:
        return _change_at_deployer(context, manager, change, context.diagnosis.deployer)
    text = _TEXTS[manager.kind](context, manager)
    where = (f"Change {context.workload.shown} in {manager}", f"Change it in {manager}")
    short = (
        *((f"Change {context.workload.shown}",) if context.workload.is_claimed else where),
        "Change it where it is written",
    )
    return Fix(text, (), Who.YOU, Basis.EVIDENCE, Where.SOURCE, short=short, notes=(what_to_change(change),))


def _change_at_deployer(context: FixContext, manager: Manager, change: Fix, deployer: DeployerFinding) -> Fix:
    """The change in the object that was read and writes the workload."""
    from kubectl_imagepull.fixes.writers import argo_cd, git_ops

    makers = {
        ManagerKind.ARGO_CD: argo_cd.change_application,
        ManagerKind.FLUX_RELEASE: git_ops.change_flux_release,
        ManagerKind.FLUX_KUSTOMIZATION: git_ops.change_kustomization,
        ManagerKind.OPERATOR: git_ops.change_custom_resource,
    }
    return makers[manager.kind](context, manager, change, deployer)


def _on_platform(context: FixContext, manager: Manager, change: Fix) -> Fix | None:
    """The change where Knative or OpenShift writes the workload; None where that writes another part of it."""
    if manager.kind is ManagerKind.KNATIVE:
        from kubectl_imagepull.fixes.writers.reverting_writers import change_knative_service

        return change_knative_service(context, manager, change)
    deployer = context.diagnosis.deployer
    # a trigger writes the image of its own containers, and nothing else
    if isinstance(change.edit, NewSpec) or deployer is None or deployer.stream is None:
        return None
    from kubectl_imagepull.fixes.writers.image_stream import change_image_stream

    return change_image_stream(context, manager, change, deployer)


def is_put_back(context: FixContext) -> bool:
    """Whether a change of the workload is put back at once, and so is no fix."""
    manager = context.workload.manager
    return manager is not None and manager.kind in REVERTING and not context.workload.is_claimed


def stop_gaps(context: FixContext, change: Fix) -> list[Fix]:
    """What holds until the writer's own next change, where the workload itself would be put back."""
    from kubectl_imagepull.fixes.writers.reverting_writers import change_cluster_service_version

    fix = change_cluster_service_version(context, change)
    return [fix] if fix else []


def _chart(context: FixContext, manager: Manager) -> str:
    return (
        f"{context.workload.shown} was rendered from a {manager}: change the chart's values, by convention "
        f"{setting_of(context)}, where they are applied from. A change in the cluster lasts until they are applied "
        "again."
    )


def _argo(context: FixContext, manager: Manager) -> str:
    return (
        f"{manager} writes {context.workload.shown}: change it in the Git repository that the application reads, and "
        "sync. A change in the cluster is undone at the next sync, at once where self-heal is on."
    )


def _flux_kustomization(context: FixContext, manager: Manager) -> str:
    suspend = f"flux suspend kustomization {manager.name}{f' -n {manager.namespace}' if manager.namespace else ''}"
    return (
        f"{manager} writes {context.workload.shown}: change it in the Git repository that it reads. A change in the "
        f"cluster is undone within minutes, unless {suspend} comes first."
    )


def _flux_release(context: FixContext, manager: Manager) -> str:
    return (
        f"{manager} writes {context.workload.shown}: change the values of that HelmRelease ({setting_of(context)}), in "
        "Git where it comes from there. A change in the cluster is lost at its next upgrade."
    )


def _operator(context: FixContext, manager: Manager) -> str:
    if not manager.name:
        return (
            f"An operator makes pod {shown_name(context.pod.failure.pod)} from {context.workload.shown}: "
            "change it there. A "
            "change of the pod itself lasts until the operator makes it again."
        )
    return (
        f"{manager} writes {context.workload.shown}: change it there (kind {manager.resource}, {manager.group}). Its "
        "operator overwrites a change of the workload itself."
    )


def _olm(context: FixContext, manager: Manager) -> str:
    return (
        f"{manager} writes {context.workload.shown}: its image comes with the operator's version, which a Subscription "
        "chooses; that sets neither images nor pull secrets. A pull secret belongs into its service account, another "
        "registry into a mirror rule of the nodes, and any other change is overwritten."
    )


def _add_on(context: FixContext, _: Manager) -> str:
    return (
        f"The cluster's add-on manager writes {context.workload.shown} and overwrites what is changed in it. See first "
        "whether its node reaches the registry: the image of an add-on is rarely at fault."
    )


def _image_stream(context: FixContext, _: Manager) -> str:
    return (
        f"An image stream's tag writes the image of {context.workload.shown} (annotation image.openshift.io/triggers): "
        "move the tag with oc tag or oc import-image. An image that is set by hand is overwritten."
    )


def _other(context: FixContext, manager: Manager) -> str:
    return (
        f"{manager} says by a label that it writes {context.workload.shown}: change it there. A change in the cluster "
        "may last only until it writes the workload again."
    )


_TEXTS: Mapping[ManagerKind, Callable[[FixContext, Manager], str]] = {
    ManagerKind.HELM_CHART: _chart,
    ManagerKind.ARGO_CD: _argo,
    ManagerKind.FLUX_KUSTOMIZATION: _flux_kustomization,
    ManagerKind.FLUX_RELEASE: _flux_release,
    ManagerKind.OPERATOR: _operator,
    ManagerKind.OLM: _olm,
    ManagerKind.ADD_ON: _add_on,
    ManagerKind.IMAGE_STREAM: _image_stream,
    ManagerKind.OTHER: _other,
}
