"""The fix where somebody else writes the workload: a change in the cluster lasts until they write it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.vocabulary.causes import Cause, Scope
from kubectl_imagepull.vocabulary.command import Command, Word
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who
from kubectl_imagepull.vocabulary.manager import Manager, ManagerKind
from kubectl_imagepull.vocabulary.names import namespace_name, object_name, shown

#: kubectl's flags that helm has under another name; helm shares --kubeconfig, and has none for the others.
_HELM_FLAGS = {"--context": "--kube-context", "--kubeconfig": "--kubeconfig"}


def change_at_its_writer(context: FixContext) -> Fix | None:
    """Says where the workload is written; None where nobody is known to write it."""
    manager = context.workload.manager
    if context.workload.is_claimed:
        manager = Manager(ManagerKind.OPERATOR)
    if manager is None:
        return None
    text = _TEXTS[manager.kind](context, manager)
    where = (f"Change {context.workload.shown} in {manager}", f"Change it in {manager}")
    short = (
        *((f"Change {context.workload.shown}",) if context.workload.is_claimed else where),
        "Change it where it is written",
    )
    commands = (_values_of(context, manager),) if manager.kind is ManagerKind.HELM else ()
    return Fix(text, tuple(filter(None, commands)), Who.YOU, Basis.EVIDENCE, Where.SOURCE, short=short)


def _values_of(context: FixContext, manager: Manager) -> Command | None:
    """The command that shows a release's values; None where helm has no flags that lead to the cluster."""
    reaching: list[Word] = []
    for flag, value in context.diagnosis.reach:
        if flag not in _HELM_FLAGS:
            return None
        reaching += [_HELM_FLAGS[flag], value]
    namespace = namespace_name(manager.namespace) if manager.namespace else context.pod.namespace
    return Command(("helm", "get", "values", object_name(manager.name, "release"), "-n", namespace, *reaching))


def _setting(context: FixContext) -> str:
    """What charts call, by convention, what has to be changed."""
    if context.cause is Cause.PLATFORM_MISMATCH:
        return "nodeSelector"
    if context.cause is Cause.NEVER_PULL:
        return "image.pullPolicy"
    if context.cause.scope is Scope.CREDENTIALS or context.cause is Cause.RATE_LIMITED:
        return "imagePullSecrets"
    return "image.repository and image.tag"


def _helm(context: FixContext, manager: Manager) -> str:
    return (
        f"{manager} writes {context.workload.shown}: change it in the release's values, by convention "
        f"{_setting(context)}, and run helm upgrade. What is changed in the cluster is lost at the next upgrade."
    )


def _chart(context: FixContext, manager: Manager) -> str:
    return (
        f"{context.workload.shown} was rendered from a {manager}: change the chart's values, by convention "
        f"{_setting(context)}, where they are applied from. A change in the cluster lasts until they are applied again."
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
        f"{manager} writes {context.workload.shown}: change the values of that HelmRelease ({_setting(context)}), in "
        "Git where it comes from there. A change in the cluster is lost at its next upgrade."
    )


def _operator(context: FixContext, manager: Manager) -> str:
    if not manager.name:
        return (
            f"An operator makes pod {shown(context.pod.failure.pod)} from {context.workload.shown}: change it there. A "
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
    ManagerKind.HELM: _helm,
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
