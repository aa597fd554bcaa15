from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from kubectl_imagepull.cli import terminal
from kubectl_imagepull.cli.pager import show_in_pager

LONG = "\n".join(f"line {number}" for number in range(30))


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A terminal of 24 lines, and a pager that writes its environment and all that it reads into a file."""
    written = tmp_path / "paged"
    program = tmp_path / "my pager"
    program.write_text(f'#!/bin/sh\n{{ echo "$LESS $1"; cat; }} > "{written}"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(terminal, "is_terminal", lambda: True)
    monkeypatch.setenv("LINES", "24")
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("LESS", "PAGER", "KUBECTL_IMAGEPULL_PAGER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PAGER", f"'{program}' -x")
    return written


def test_more_than_a_screenful_goes_through_the_pager(screen: Path) -> None:
    assert show_in_pager(LONG)
    assert screen.read_text(encoding="utf-8") == f"FRX -x\n{LONG}\n"


def test_what_fits_doesnt(screen: Path) -> None:
    assert not show_in_pager("\n".join(LONG.split("\n")[:23]))
    assert not screen.exists()


def test_a_pipe_gets_none(screen: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "is_terminal", lambda: False)
    assert not show_in_pager(LONG)
    assert not screen.exists()


@pytest.mark.parametrize("named", ["", "cat", "no-such-pager --really", "'unfinished"])
def test_who_wants_no_pager_gets_none(screen: Path, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv("KUBECTL_IMAGEPULL_PAGER", named)
    assert not show_in_pager(LONG)
    assert not screen.exists()


def test_the_users_own_settings_of_less_count(screen: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESS", "R")
    assert show_in_pager(LONG)
    assert screen.read_text(encoding="utf-8").startswith("R -x\n")


@pytest.mark.skipif(os.name == "nt", reason="the pager is a program of Unix")
def test_a_reader_may_close_it_early(screen: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGER", f"{sys.executable} -c pass")
    assert show_in_pager("x" * 80 + "\n" * 100_000)
    assert not screen.exists()
