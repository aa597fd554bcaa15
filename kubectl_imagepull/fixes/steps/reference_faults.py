"""What to say of a mistake in an image's name: what happened, and where it is put right."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps.workload_changes import set_image
from kubectl_imagepull.vocabulary.fix import Basis, Fix
from kubectl_imagepull.vocabulary.image_reference import fault_of
from kubectl_imagepull.vocabulary.manager import ManagerKind
from kubectl_imagepull.vocabulary.names import shown
from kubectl_imagepull.vocabulary.reference_fault import FaultKind, Missing, ReferenceFault

_CHARTS = frozenset({ManagerKind.HELM, ManagerKind.HELM_CHART, ManagerKind.FLUX_RELEASE})


def meant_fix(context: FixContext) -> Fix | None:
    """The image that was meant, where that follows from what is written; None where it doesn't."""
    fault = context.image.fault
    if fault is None or not fault.meant:
        return None
    notes: tuple[str, ...] = ()
    if fault.may_have_lost_zero:
        tag = fault.meant.rpartition(":")[2]
        notes = (f"Is it {shown(tag)}? YAML drops trailing zeros from numbers: {tag}0 without quotes becomes {tag}.",)
    short = (f"Name {fault.meant}", f"Correct the image of {context.workload.shown}", "Correct the image's name")
    change = set_image(context, fault.meant)
    return change.as_fix(fault_text(context, fault), basis=Basis.TEXT, short=short, notes=notes)


def fault_text(context: FixContext, fault: ReferenceFault) -> str:
    """What happened to the image's name, and where that is put right; at most two sentences."""
    return _TEXTS.get(fault.kind, _other)(context, fault)


def _source(context: FixContext) -> str:
    """Where the image is written, as far as that is known."""
    manager = context.workload.manager
    if manager and manager.kind in _CHARTS:
        return "in the chart's values"
    return "where the image is written"


def _set_string(context: FixContext) -> str:
    manager = context.workload.manager
    if manager and manager.kind in {*_CHARTS, ManagerKind.ARGO_CD}:
        return " or use --set-string"
    return ""


def _piece(fault: ReferenceFault) -> str:
    return shown(fault.piece)


def _number(context: FixContext, fault: ReferenceFault) -> str:
    tag = shown(fault.meant.rpartition(":")[2])
    quote = f"quote it {_source(context)}{_set_string(context)}"
    if not tag:
        return f"YAML read the tag as a number, which left {_piece(fault)}: {quote}."
    return f"YAML read the tag {tag} as a number, which is printed as {_piece(fault)}: {quote}."


def _date(context: FixContext, fault: ReferenceFault) -> str:
    tag = shown(fault.meant.rpartition(":")[2])
    quote = f"quote it {_source(context)}{_set_string(context)}"
    return f"YAML read the tag {tag} as a date, which is printed with its time: {quote}."


def _truth_value(context: FixContext, fault: ReferenceFault) -> str:
    words = "on, yes or true" if fault.piece == "true" else "off, no or false"
    return (
        f"YAML read the tag as a boolean: it was {words}, and is printed as {_piece(fault)}. Quote it "
        f"{_source(context)}{_set_string(context)}."
    )


def _map(_: FixContext, fault: ReferenceFault) -> str:
    pieces = [
        f"{key} {shown(value)}" for key, value in fault.values.items() if key in {"registry", "repository", "tag"}
    ]
    if not pieces:
        return f"{_piece(fault)} is a map or an object that was printed as text: give the image as one string."
    one = f"image to {shown(fault.meant)}" if fault.meant else "image to one string"
    return (
        f"image is a map in the values ({', '.join(pieces)}), and this version of the chart prints it as one string. "
        f"Set {one}, or use a chart version that reads the map."
    )


def _list(_: FixContext, fault: ReferenceFault) -> str:
    return f"{_piece(fault)} is a list that was printed as text: give the image as one string."


def _printf(context: FixContext, fault: ReferenceFault) -> str:
    return (
        f"{_piece(fault)} is what Go prints for a value of the wrong type: quote it "
        f"{_source(context)}{_set_string(context)}."
    )


_MISSING = {
    Missing.IMAGE: "is empty",
    Missing.REGISTRY: "starts with a slash: the registry in front of it was never set",
    Missing.PORT: "has no port after the colon: the port was never set",
    Missing.REPOSITORY: "has no repository: its name was never set",
    Missing.TAG: "has no tag after the colon: the tag was never set",
    Missing.DIGEST: "has no digest after the @: the digest was never set",
}


def _unset(context: FixContext, fault: ReferenceFault) -> str:
    name = f"The image {context.image.written_shown}".rstrip()
    what = f"{name} {_MISSING[fault.missing or Missing.IMAGE]}"
    if fault.piece and fault.piece != ":@":
        missing = (fault.missing or Missing.IMAGE).value
        what = f"The image's {missing} is {_piece(fault)}, which is printed for a value that was never set"
    return f"{what}. Set it {_source(context)}, and check the variable or value that it comes from."


def _template(_: FixContext, fault: ReferenceFault) -> str:
    return f"{_piece(fault)} was never rendered: apply the output of helm template or helm upgrade, not the file."


def _variable(context: FixContext, fault: ReferenceFault) -> str:
    manager = context.workload.manager
    if manager and manager.kind is ManagerKind.FLUX_KUSTOMIZATION:
        return (
            f"{_piece(fault)} was never filled in: pass it to {manager} in postBuild.substitute, or in a ConfigMap "
            "or Secret of substituteFrom."
        )
    return f"{_piece(fault)} was never filled in: set that variable where the file is made (envsubst, the pipeline)."


def _placeholder(context: FixContext, fault: ReferenceFault) -> str:
    return f"{_piece(fault)} is a placeholder: write the real value {_source(context)}."


def _scheme(_: FixContext, fault: ReferenceFault) -> str:
    return f"An image name has no scheme: without {_piece(fault)} it is {shown(fault.meant) or 'a name'}."


def _web_page(_: FixContext, fault: ReferenceFault) -> str:
    named = f": the image is {shown(fault.meant)}" if fault.meant else ""
    return f"{_piece(fault).rstrip('/')} is the address of a web page, not a registry{named}."


def _login(_: FixContext, fault: ReferenceFault) -> str:
    named = f", which is {shown(fault.meant)}" if fault.meant else ""
    return (
        f"A user and password don't belong in an image name{named}: give them to the pod in a pull secret. Anyone "
        "who can read the pod has seen them, so change that password."
    )


def _prefix(_: FixContext, fault: ReferenceFault) -> str:
    return f"{_piece(fault)} isn't part of the image name: remove it."


def _quotes(context: FixContext, _: ReferenceFault) -> str:
    return (
        "The image name contains quotes: it was quoted twice, or a shell passed them on. Remove the inner ones "
        f"{_source(context)}."
    )


def _white_space(context: FixContext, fault: ReferenceFault) -> str:
    kinds = {" ": "a space", "\n": "a line break", "\r": "a Windows line break", "\t": "a tab"}
    what = kinds.get(fault.piece, "an invisible character")
    return f"The image name contains {what}: remove it {_source(context)}."


def _backslash(_: FixContext, __: ReferenceFault) -> str:
    return "The image name contains backslashes: its parts are separated by slashes."


def _upper_case(_: FixContext, fault: ReferenceFault) -> str:
    return f"A repository name is lower-case: {_piece(fault)} has capital letters, which only a tag may have."


def _plus(context: FixContext, fault: ReferenceFault) -> str:
    return (
        f"A tag can't contain +, so {_piece(fault)} was pushed under another name, usually with - or _ instead. Use "
        f"that one {_source(context)}."
    )


def _tag_slash(context: FixContext, fault: ReferenceFault) -> str:
    return (
        f"A tag can't contain a slash, so the image of {_piece(fault)} was pushed under another tag, usually with - "
        f"instead. Use that one {_source(context)}."
    )


def _half_tag(context: FixContext, fault: ReferenceFault) -> str:
    place = "in front of" if fault.piece[0] in "-." else "behind"
    return (
        f"The image's tag is {_piece(fault)}: what belongs {place} it was never set. Set it {_source(context)}, and "
        "check the variable or value that it comes from."
    )


def _two_colons(context: FixContext, _: ReferenceFault) -> str:
    return (
        "There are two colons in front of the tag: the tag's value already starts with one. Remove it "
        f"{_source(context)}."
    )


def _two_tags(context: FixContext, fault: ReferenceFault) -> str:
    return f"The image has two tags ({_piece(fault)}): one is added to a name that already has one, {_source(context)}."


def _two_registries(context: FixContext, fault: ReferenceFault) -> str:
    return (
        f"{_piece(fault)} are two registries: one was put in front of a name that already has one. Remove the first "
        f"one, or set registry and repository separately {_source(context)}."
    )


def _digest(_: FixContext, fault: ReferenceFault) -> str:
    if fault.meant:
        return "The digest is malformed: write sha256: and 64 lower-case hexadecimal digits after an @."
    return f"{_piece(fault)} isn't a complete digest: after the @ it needs sha256: and all 64 hexadecimal digits."


def _separator(_: FixContext, fault: ReferenceFault) -> str:
    if fault.piece == "@":
        return "A tag follows a colon; only a digest follows an @."
    return "A digest follows an @; only a tag follows a colon."


_EDGES = {",": "a comma", ";": "a semicolon", "-": "a dash", ".": "a dot", "_": "an underscore"}


def _edge(_: FixContext, fault: ReferenceFault) -> str:
    what = _EDGES.get(fault.piece, _piece(fault))
    return f"The image name starts or ends with {what}, which isn't part of it: remove it."


def _empty_piece(context: FixContext, _: ReferenceFault) -> str:
    return (
        "Two slashes in the image name have nothing between them: a value was never set, or there is a slash too "
        f"many. Correct it {_source(context)}."
    )


def _istio_auto(_: FixContext, __: ReferenceFault) -> str:
    return (
        "auto is replaced only where Istio injects its proxy: label the namespace istio-injection=enabled, or the "
        "pod sidecar.istio.io/inject=true (or istio.io/rev with the installed revision). Then recreate the pod."
    )


def _other(context: FixContext, _: ReferenceFault) -> str:
    grammar = shown(fault_of(context.image.written) or "the kubelet can't read it")
    return f"{context.image.written_shown} isn't a valid image name: {grammar}."


_TEXTS: Mapping[FaultKind, Callable[[FixContext, ReferenceFault], str]] = {
    FaultKind.NUMBER: _number,
    FaultKind.DATE: _date,
    FaultKind.TRUTH_VALUE: _truth_value,
    FaultKind.MAP: _map,
    FaultKind.LIST: _list,
    FaultKind.PRINTF: _printf,
    FaultKind.UNSET: _unset,
    FaultKind.TEMPLATE: _template,
    FaultKind.VARIABLE: _variable,
    FaultKind.PLACEHOLDER: _placeholder,
    FaultKind.SCHEME: _scheme,
    FaultKind.WEB_PAGE: _web_page,
    FaultKind.LOGIN: _login,
    FaultKind.PREFIX: _prefix,
    FaultKind.QUOTES: _quotes,
    FaultKind.WHITE_SPACE: _white_space,
    FaultKind.BACKSLASH: _backslash,
    FaultKind.UPPER_CASE: _upper_case,
    FaultKind.PLUS: _plus,
    FaultKind.TAG_SLASH: _tag_slash,
    FaultKind.HALF_TAG: _half_tag,
    FaultKind.TWO_COLONS: _two_colons,
    FaultKind.TWO_TAGS: _two_tags,
    FaultKind.TWO_REGISTRIES: _two_registries,
    FaultKind.DIGEST: _digest,
    FaultKind.SEPARATOR: _separator,
    FaultKind.EDGE: _edge,
    FaultKind.EMPTY_PIECE: _empty_piece,
    FaultKind.ISTIO_AUTO: _istio_auto,
    FaultKind.OTHER: _other,
}
