"""Did you mean: the name that the cluster proves, in the place of the one that is near to it."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.steps.pull_secrets import replace_in_template
from kubectl_imagepull.fixes.steps.workload_changes import set_image
from kubectl_imagepull.vocabulary.fix import Basis, Fix
from kubectl_imagepull.vocabulary.names import shown, shown_name
from kubectl_imagepull.vocabulary.yaml_scalar import printed_unquoted


def near_name_fix(context: FixContext) -> Fix | None:
    """The finished command that puts the right name in; None where nothing that is the reader's own proves one."""
    near = next((item for item in _near(context) if not item.namespace), None)
    return _fix(context, near) if near else None


def near_name_fixes(context: FixContext) -> list[Fix]:
    """The same as a list, for causes of which a name that isn't there is only one reading."""
    fix = near_name_fix(context)
    return [fix] if fix else []


def strangers_near_name_fixes(context: FixContext) -> list[Fix]:
    """The same for what only another namespace proves: it comes after all that doesn't cross one."""
    return [_fix(context, item) for item in _near(context) if item.namespace]


def _near(context: FixContext) -> Sequence[Evidence]:
    evidence = context.findings.evidence
    return [item for item in evidence if item.check is Check.NEAR_NAME and item.result is Result.INFO]


def _fix(context: FixContext, near: Evidence) -> Fix:
    right, name = near.values
    if near.about == "secret":
        return _secret(context, right, name)
    where = f", which namespace {shown(near.namespace)} uses" if near.namespace else ""
    text = f"{context.image.written_shown} looks like a typo for {shown(right)}{where}: use that one."
    if near.about == "tag" and printed_unquoted(name) == context.image.tag:
        text = (
            f"The cluster has tag {shown(name)}, which YAML reads as a number and prints as {context.image.tag}. "
            "Quote it where it is set, or pass it with --set-string."
        )
    short = (f"Name {right}", f"Name {near.about} {name}", f"Correct the {near.about} of the image")
    return set_image(context, right).as_fix(text, basis=Basis.EVIDENCE, short=short)


def _secret(context: FixContext, right: str, wrong: str) -> Fix:
    text = (
        f"Secret {shown_name(wrong)} isn't in namespace {context.pod.failure.namespace}, but {right} is: use that one."
    )
    short = (
        f"Use secret {right} in {context.workload.shown}",
        f"Name secret {right}",
        "Use the secret that exists",
    )
    return replace_in_template(context, wrong, right).as_fix(text, basis=Basis.EVIDENCE, short=short)
