"""kubectl's side of completion: the words typed so far -> lines of candidates and a directive.

kubectl runs an executable of a certain name on PATH with the words that follow the plugin's name, the last of which is
incomplete, and reads cobra's protocol from it: a candidate a line, a TAB and its description if it has one, and in the
last line a colon and the sum of what the shell is to do (github.com/spf13/cobra completions.go,
k8s.io/kubectl pkg/cmd/plugin/plugin_completion.go).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kubectl_imagepull import COMMAND, PROGRAM
from kubectl_imagepull.cli.path_completion import CompletionState

#: The first argument of a run that asks for candidates.
REQUEST = "__complete"
#: The executable that kubectl looks for.
EXECUTABLE = PROGRAM.replace("-", "_complete-", 1)


def completion_lines(commands: Any, words: Sequence[str]) -> list[str]:
    """The lines for kubectl; `commands` is the typer app as a command."""
    # it brings what all of typer's shells share: which command, flag or argument a word belongs to
    from typer._completion_classes import BashComplete

    state = CompletionState()
    *typed, incomplete = words or [""]
    items = BashComplete(commands, {"obj": state}, COMMAND, "").get_completions(typed, incomplete)
    lines = [f"{item.value}\t{' '.join(item.help.split())}" if item.help else f"{item.value}" for item in items]
    return [*lines, f":{state.directive.value}"]
