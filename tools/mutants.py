"""Mutation testing by a sample: single changes of the code, by cosmic-ray's operators, and whether a test sees each.

    python tools/mutants.py [--sample 20] [--seed 1] [--minutes 60] [ROOM ...]

Each mutant is made in a copy of the project under build/mutants. Its room's own tests are run against it, those of the
module first. A mutant is killed where a test fails, or where they take ten times as long. The share is of those that
were tried: how many there are in all is said.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

ROOT = Path(__file__).parent.parent
COPY = ROOT / "build" / "mutants"
#: Room -> the tests that have to see what is changed in it, in the order in which they are run.
ROOMS = {
    "messages": ("tests/messages",),
    "evidence": ("tests/evidence", "tests/diagnosis", "tests/test_captures.py"),
    "fixes/steps": ("tests/fixes/steps", "tests/fixes/causes"),
    "vocabulary": ("tests/vocabulary", "tests/messages", "tests/report/test_script.py", "tests/fixes/steps"),
}
#: Operators whose mutants do something: a | in an annotation is never run, and == made `is` mostly says the same.
OPERATORS = (
    *(f"core/ReplaceComparisonOperator_{name}" for name in ("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is")),
    *(f"core/ReplaceComparisonOperator_{name}" for name in ("Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Lt_Gt", "Gt_Lt")),
    *(f"core/ReplaceBinaryOperator_{name}" for name in ("Add_Sub", "Sub_Add", "Mul_Add")),
    *("core/AddNot", "core/ReplaceUnaryOperator_Delete_Not", "core/ReplaceAndWithOr", "core/ReplaceOrWithAnd"),
    *("core/ReplaceTrueWithFalse", "core/ReplaceFalseWithTrue", "core/ReplaceBreakWithContinue"),
    *("core/ReplaceContinueWithBreak", "core/NumberReplacer", "core/ZeroIterationForLoop"),
)
_SECONDS = 900.0
_LEFT_OUT = (
    ".git",
    ".venv",
    "build",
    "dist",
    "node_modules",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
)


@dataclass(frozen=True)
class Mutant:
    """One change of one file."""

    #: The file's path in the project.
    path: str
    #: The operator's name.
    operator: str
    #: Which of the places that the operator could change.
    occurrence: int


def mutants_of(room: str) -> Iterator[Mutant]:
    """All mutants of a room."""
    for file in sorted((ROOT / "kubectl_imagepull" / room).rglob("*.py")):
        tree = get_ast(file.read_text(encoding="utf-8"))
        for name in OPERATORS:
            operator = get_operator(name)()
            places = sum(1 for node in ast_nodes(tree) for _ in operator.mutation_positions(node))
            for occurrence in range(places):
                yield Mutant(str(file.relative_to(ROOT)), name, occurrence)


def is_killed(mutant: Mutant, room: str) -> bool:
    """Whether a test fails where this is changed."""
    path = COPY / mutant.path
    original = path.read_text(encoding="utf-8")
    changed = mutate_code(original, get_operator(mutant.operator)(), mutant.occurrence)
    if changed is None or changed == original:
        raise ValueError(f"{mutant} changes nothing")
    path.write_text(changed, encoding="utf-8")
    try:
        return any(_fails(tests) for tests in _tests_of(mutant, room))
    finally:
        path.write_text(original, encoding="utf-8")


def _tests_of(mutant: Mutant, room: str) -> Iterator[str]:
    """The module's own tests where they mirror it, then those of the room."""
    inside = Path(mutant.path).relative_to("kubectl_imagepull")
    own = Path("tests") / inside.parent / f"test_{inside.name}"
    if (COPY / own).exists():
        yield str(own)
    yield from ROOMS[room]


def _fails(tests: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", tests]
    # the copy comes before the project that is installed; bytecode of another mutant must not be taken
    environment = {**os.environ, "PYTHONPATH": str(COPY), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=COPY, env=environment, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def main() -> int:
    """Tries a sample of each room; gives 1 where less than 85% of all that were tried are killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rooms", nargs="*", default=list(ROOMS))
    parser.add_argument("--sample", type=int, default=20, help="mutants of each room")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60.0, help="for all rooms")
    chosen = parser.parse_args()
    if COPY.exists():
        shutil.rmtree(COPY)
    shutil.copytree(ROOT, COPY, ignore=shutil.ignore_patterns(*_LEFT_OUT), symlinks=True)
    end = time.monotonic() + 60 * chosen.minutes
    tried = killed = 0
    samples = {room: list(mutants_of(room)) for room in chosen.rooms}
    for room, mutants in samples.items():
        print(f"{room}: {len(mutants)} mutants in all", flush=True)
        random.Random(chosen.seed).shuffle(mutants)  # noqa: S311 - a sample that can be had again
    # the rooms take turns, so that each has its share of the time
    for turn in range(chosen.sample):
        for room, mutants in samples.items():
            if turn >= len(mutants) or time.monotonic() > end:
                continue
            seen = is_killed(mutants[turn], room)
            tried, killed = tried + 1, killed + seen
            mutant = mutants[turn]
            name = mutant.operator.removeprefix("core/")
            print(f"{'killed  ' if seen else 'SURVIVED'} {mutant.path} {name} {mutant.occurrence}", flush=True)
    share = 100 * killed / max(tried, 1)
    print(f"{killed} of {tried} sampled mutants killed: {share:.0f}%")
    return int(share < 85)  # noqa: PLR2004 - the share that docs/reliability.md promises


if __name__ == "__main__":
    sys.exit(main())
