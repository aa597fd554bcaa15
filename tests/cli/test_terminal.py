"""What depends on the terminal."""

import io
import os
import time

import pytest

from kubectl_imagepull.cli import terminal
from kubectl_imagepull.cli.flags import Color


@pytest.mark.parametrize(
    ("when", "tty", "environment", "colored"),
    [
        (Color.ALWAYS, False, {"NO_COLOR": "1"}, True),
        (Color.NEVER, True, {}, False),
        (Color.AUTO, True, {}, True),
        (Color.AUTO, False, {}, False),
        (Color.AUTO, True, {"NO_COLOR": "1"}, False),
        (Color.AUTO, True, {"NO_COLOR": ""}, True),
        (Color.AUTO, True, {"TERM": "dumb"}, False),
    ],
)
def test_colour(
    monkeypatch: pytest.MonkeyPatch,
    when: Color,
    tty: bool,  # noqa: FBT001 - a parameter of the test
    environment: dict[str, str],
    colored: bool,  # noqa: FBT001 - the same
) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout.isatty", lambda: tty, raising=False)
    assert terminal.wants_color(when) is colored


def test_a_pipe_has_no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: False, raising=False)
    assert terminal.terminal_width() is None
    monkeypatch.setenv("COLUMNS", "93")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert terminal.terminal_width() == 93


def test_an_empty_text_is_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.print_text("")
    terminal.print_text("a")
    terminal.warn("b")
    assert capsys.readouterr() == ("a\n", "b\n")


NOTE = "note: pods: not allowed to list pods in namespace shop"


@pytest.mark.parametrize("width", [20, 40])
def test_a_warning_is_broken_between_words_on_a_terminal(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", str(width))
    terminal.warn(NOTE)
    assert screen.getvalue() == "note: pods: not allowed to list pods in\n  namespace shop\n"


def test_a_warning_is_as_wide_as_its_own_terminal_where_the_output_goes_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr("sys.stdout.isatty", lambda: False, raising=False)
    monkeypatch.setattr(screen, "fileno", lambda: 7, raising=False)
    monkeypatch.setattr("os.get_terminal_size", lambda _: os.terminal_size((50, 24)))
    terminal.warn(NOTE)
    assert screen.getvalue() == "note: pods: not allowed to list pods in namespace\n  shop\n"


def test_a_warning_in_a_pipe_is_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    terminal.warn(NOTE)
    assert capsys.readouterr().err == f"{NOTE}\n"


class Screen(io.StringIO):
    """A terminal that remembers all that was written to it."""

    def isatty(self) -> bool:
        return True


def test_progress_is_shown_once_it_takes_long_and_is_gone_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr(terminal, "_PATIENCE", 0.01)
    monkeypatch.setattr(terminal, "_REFRESH", 0.01)
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setenv("TERM", "xterm")
    texts = iter(["pods", *["pods 12,500, events, what belongs to them 9"] * 1000])
    with terminal.progress_line(lambda: next(texts)):
        time.sleep(0.1)
    shown = screen.getvalue().split("\r\x1b[K")
    assert shown[1:3] == ["reading pods ...", "reading pods 12,500, events, "]
    assert shown[-1] == ""


def test_nothing_is_shown_of_what_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    with terminal.progress_line(lambda: "pods"):
        pass
    assert screen.getvalue() == ""


def test_a_pipe_gets_no_progress(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(terminal, "_PATIENCE", 0.0)
    with terminal.progress_line(lambda: "pods"):
        time.sleep(0.02)
    assert capsys.readouterr() == ("", "")


def test_progress_leaves_the_terminal_alone_while_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr(terminal, "_PATIENCE", 0.0)
    monkeypatch.setattr(terminal, "_REFRESH", 0.01)
    texts = iter(["", "", "pods", "", *[""] * 1000])
    with terminal.progress_line(lambda: next(texts)):
        time.sleep(0.1)
    assert screen.getvalue() == "\r\x1b[Kreading pods ...\r\x1b[K"


def test_a_screen_is_drawn_anew_and_what_was_there_before_is_scrolled_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "5")
    screen = terminal.Screen()
    assert (screen.height, screen.resized) == (4, False)
    screen.draw("a\nlast")
    assert capsys.readouterr().out == "\n\n\n\n\n\x1b[Ha\x1b[K\nlast\x1b[K\n\x1b[J"
    screen.draw("b")
    assert capsys.readouterr().out == "\x1b[Hb\x1b[K\n\x1b[J"
    monkeypatch.setenv("LINES", "6")
    assert screen.resized
    screen.draw("b")
    assert not screen.resized
    capsys.readouterr()
    screen.end("all\nof it")
    assert capsys.readouterr().out == "\x1b[H\x1b[Jall\nof it\n"


def test_a_screen_that_was_never_drawn_leaves_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.Screen().end("")
    assert capsys.readouterr().out == ""
