"""What depends on the terminal."""

import pytest

from kubectl_imagepull import terminal
from kubectl_imagepull.options import Color


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
    assert terminal.width() is None
    monkeypatch.setenv("COLUMNS", "93")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert terminal.width() == 93


def test_an_empty_text_is_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.say("")
    terminal.say("a")
    terminal.warn("b")
    assert capsys.readouterr() == ("a\n", "b\n")
