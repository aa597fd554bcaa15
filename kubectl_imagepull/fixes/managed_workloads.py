"""The fix where somebody else writes the workload: a change in the cluster lasts until they write it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.writers.conventions import setting_of, what_to_change
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.manager import Manager, ManagerKind
from kubectl_imagepull.vocabulary.names import shown_name


def change_at_its_writer(context: FixContext, change: Fix) -> Fix | None:
    """The change of a fix, made where the workload is written; None where nobody is known to write it."""
    manager = context.workload.manager
    if context.workload.is_claimed:
        manager = Manager(ManagerKind.OPERATOR)
    if manager is None:
        return None
    if manager.kind is ManagerKind.HELM:
        from kubectl_imagepull.fixes.writers.helm_release import change_release

        return change_release(context, manager, change)
    if context.diagnosis.deployer is not None:
        from kubectl_imagepull.fixes.writers import git_ops

        makers = {
            ManagerKind.ARGO_CD: git_ops.change_application,
            ManagerKind.FLUX_RELEASE: git_ops.change_flux_release,
            ManagerKind.FLUX_KUSTOMIZATION: git_ops.change_kustomization,
            ManagerKind.OPERATOR: git_ops.change_custom_resource,
        }
        return makers[manager.kind](context, manager, change, context.diagnosis.deployer)
    text = _TEXTS[manager.kind](context, manager)
    where = (f"Change {context.workload.shown} in {manager}", f"Change it in {manager}")
    short = (
        *((f"Change {context.workload.shown}",) if context.workload.is_claimed else where),
        "Change it where it is written",
    )
    return Fix(text, (), Who.YOU, Basis.EVIDENCE, Where.SOURCE, short=short, notes=(what_to_change(change),))


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
        "chooses. A pull secret belongs into its service account, and any other change is overwritten."
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
