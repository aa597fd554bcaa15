"""Gives commands the flags, and the flags what completes their values."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from copy import copy
from dataclasses import fields
from functools import cache, wraps
from typing import Annotated, Any, get_type_hints

import typer

from kubectl_imagepull.cli.flags import Flags

#: A function that completes a word: by the line so far, it gives names with what is said about each.
Completion = Callable[[typer.Context, str], list[tuple[str, str]]]


def completing(kind: str) -> Completion:
    """Completes a name of a kind (`contexts`, `failing` ...) that the flags given so far lead to."""

    def complete(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
        from kubectl_imagepull.cli.completion.candidates import candidates

        given = {one.name: ctx.params.get(one.name) for one in fields(Flags)}
        flags = Flags(**{name: value for name, value in given.items() if value is not None})
        return candidates(kind, flags, incomplete)

    return complete


#: What completes a flag's value, by the field of Flags: here, for it needs the flags that are given.
_COMPLETIONS = {
    "namespace": completing("namespaces"),
    "contexts": completing("contexts"),
    "cluster": completing("clusters"),
    "user": completing("users"),
}


def takes_flags(command: Callable[..., None], leaving_out: Collection[str] = ()) -> Callable[..., None]:
    """Gives a command all the flags but some, which it gets as its last argument, `flags`."""
    signature = inspect.signature(command, eval_str=True)
    own = [parameter for parameter in signature.parameters.values() if parameter.name != "flags"]
    annotations = _annotations()
    flags = [
        inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=annotations[field.name]
        )
        for field in fields(Flags)
        if field.name not in leaving_out
    ]

    @wraps(command)
    def called(**values: Any) -> None:
        own_values = {parameter.name: values.pop(parameter.name) for parameter in own}
        command(**own_values, flags=Flags(**values))

    shown: Any = called
    del shown.__wrapped__  # the flags' signature is the one to show
    shown.__signature__ = signature.replace(parameters=[*own, *flags])
    shown.__annotations__ = {}
    return called


@cache
def _annotations() -> dict[str, Any]:
    """The annotation of each flag, with what completes it."""
    annotations = get_type_hints(Flags, include_extras=True)
    for name, complete in _COMPLETIONS.items():
        (option,) = annotations[name].__metadata__
        completed = copy(option)
        completed.autocompletion = complete
        annotations[name] = Annotated[annotations[name].__origin__, completed]
    return annotations
