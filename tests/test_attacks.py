"""Recordings by which the program was once fooled: what a tenant of a cluster can write, and what must hold.

`recorded/attacks/expect.json` says for each what no output may show (`never`), what the first fix (`neverFirst`) and any
command (`neverCommand`) may not hold, how many failures there are, which cause none may have, and how long a run may take.
"""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kubectl_imagepull.cli.program import app
from kubectl_imagepull.report.formats import Output

ATTACKS = Path(__file__).parent / "recorded" / "attacks"
EXPECTED: dict[str, dict[str, Any]] = json.loads((ATTACKS / "expect.json").read_text(encoding="utf-8"))
_SECONDS = 20.0


def outputs(name: str) -> dict[str, str]:
    """What each command says of a recording in each format, standard error with it."""
    texts = {}
    for command in ("scan", "diagnose"):
        for output in Output:
            started = time.monotonic()
            result = CliRunner().invoke(app, [command, "-A", "--from", str(ATTACKS / name), "-o", output.value])
            assert result.exception is None or isinstance(result.exception, SystemExit), (command, output)
            assert result.exit_code in {0, 3, 4}, (command, output)
            assert time.monotonic() - started < EXPECTED[name].get("seconds", _SECONDS)
            texts[f"{command} -o {output.value}"] = result.output
    return texts


def test_every_attack_has_an_expectation() -> None:
    assert sorted(EXPECTED) == sorted(path.name for path in ATTACKS.glob("*.json") if path.name != "expect.json")


@pytest.mark.parametrize("name", EXPECTED)
def test_nobody_is_fooled(name: str) -> None:
    want, shown = EXPECTED[name], outputs(name)
    for where, text in shown.items():
        assert [pattern for pattern in want.get("never", ()) if re.search(pattern, text)] == [], where
    read = shown["diagnose -o json"]
    failures = json.loads(read)["failures"] if read.startswith("{") else []
    assert len(failures) == want.get("failures", len(failures))
    for failure in failures:
        commands = "\n".join(line for fix in failure["fixes"] for line in fix["commands"])
        assert [pattern for pattern in want.get("neverCommand", ()) if re.search(pattern, commands)] == []
        assert failure["cause"] not in want.get("notCause", ())
        for fix in failure["fixes"][:1]:
            text = "\n".join([fix["text"], *fix["commands"]])
            assert [pattern for pattern in want.get("neverFirst", ()) if re.search(pattern, text)] == []
