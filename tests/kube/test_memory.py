"""What the garbage collector may cost."""

from __future__ import annotations

import gc

import pytest

from kubectl_imagepull.cli import program as cli
from kubectl_imagepull.cli import terminal


def test_the_program_lets_the_collector_look_for_cycles_rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    before = gc.get_threshold()
    monkeypatch.setattr("sys.argv", ["kubectl-imagepull", "version"])

    def leave(code: int) -> None:
        raise SystemExit(code)

    monkeypatch.setattr(terminal, "end_process", leave)
    try:
        with pytest.raises(SystemExit):
            cli.program()
        assert gc.isenabled()
        assert gc.get_threshold()[0] == 100_000
    finally:
        gc.set_threshold(*before)
