"""The fix where somebody else writes the workload: a change in the cluster lasts until they write it again."""

from __future__ import annotations

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, Who

#: Who writes it begins so -> where a change is made.
_PLACES = {
    "helm": "in the chart's values, then run helm upgrade",
    "argo": "in the Git repository that it reads, then sync",
    "flux": "in the Git repository that it reads",
}


def change_at_its_writer(context: FixContext) -> Fix | None:
    """Says where the workload is written; None where nobody is known to write it."""
    manager = context.workload.managed_by
    if not manager:
        return None
    place = next((where for word, where in _PLACES.items() if manager.lower().startswith(word)), "there")
    text = (
        f"{manager} writes {context.workload.shown}: make the change below {place}. What the commands below change in "
        "the cluster lasts only until then."
    )
    short = (
        f"Change {context.workload.shown} in {manager}",
        f"Change it in {manager}",
        "Change it where it is written",
    )
    return Fix(text, (), Who.YOU, Basis.EVIDENCE, Where.SOURCE, short=short)
