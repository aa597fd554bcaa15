"""Flags -> what of a report is chosen by them."""

from __future__ import annotations

from datetime import timedelta
from difflib import get_close_matches

import typer

from kubectl_imagepull.cli.flags import Flags
from kubectl_imagepull.kube.duration import parse_duration
from kubectl_imagepull.runs.choice import Choice
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.image_reference import registry_of


def choice_of(flags: Flags) -> Choice:
    """What the flags choose; raises BadParameter for a cause that there isn't, or a duration that is none."""
    return Choice(
        causes=frozenset(map(_cause, flags.causes or ())),
        nodes=frozenset(flags.nodes or ()),
        registries=frozenset(map(registry_of, flags.registries or ())),
        within=None if flags.since is None else _duration(flags.since),
        order=flags.sort_by,
    )


def check_nothing_is_chosen(flags: Flags, flag: str) -> None:
    """Raises BadParameter where another flag follows everything, and these choose a part."""
    chosen_by = {
        "several namespaces": flags.namespaces,
        "--cause": flags.causes,
        "--node": flags.nodes,
        "--registry": flags.registries,
        "--since": flags.since,
        "--sort-by": flags.sort_by,
    }
    for name, value in chosen_by.items():
        if value:
            raise typer.BadParameter(f"{flag} follows all that fails: it can't go with {name}")


def _cause(name: str) -> Cause:
    by_name = {cause.value.lower(): cause for cause in Cause}
    wanted = name.strip().lower()
    if wanted in by_name:
        return by_name[wanted]
    near = [by_name[match].value for match in get_close_matches(wanted, by_name, n=1)]
    hint = f"; did you mean {near[0]}?" if near else ""
    raise typer.BadParameter(f"--cause: there is no cause {name!r}{hint}")


def _duration(text: str) -> timedelta:
    try:
        return timedelta(seconds=parse_duration(text))
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(f"--since: {error}") from error
