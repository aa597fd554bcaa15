"""Commands as data: what every shell reads back, what stops a paste, and what a step does."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kubectl_imagepull.vocabulary.command import (
    Chain,
    Command,
    Effect,
    Pipeline,
    Placeholder,
    ShellText,
    Word,
    chain,
    effects_of,
    joined,
    json_word,
    placeholders_in,
    unwritable_in,
)
from kubectl_imagepull.vocabulary.names import UnwritableName

SHELLS = ("bash", "dash", "zsh", "fish")
TAG = Placeholder("EXISTING_TAG", "a tag that exists")
#: What a shell may read as something else, somewhere in a word.
SPECIAL = (
    *("a b", "it's", "back\\slash", "\\'", "'\\", "\\\\", "$x", "${x}", "`id`", "$(id)", "*", "?", "~", "~/x", "#x"),
    *(
        "-n",
        "!x",
        "x!y",
        "[0]",
        "{a,b}",
        "a|b",
        "a;b",
        "a&b",
        "<x",
        ">x",
        "(x)",
        "%self",
        "=ls",
        "^a^b",
        '"x"',
        "",
        " ",
    ),
    *("jsonpath={.data.\\.dockerconfigjson}", "%s\\n", "robot$p+ci", '{"a":"b\'c"}'),
)


def run(shell: str, line: str) -> subprocess.CompletedProcess[str]:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    return subprocess.run([shell, "-c", line], capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_reads_back_each_word(shell: str) -> None:
    command = Command(("printf", "%s\\n", *SPECIAL))
    result = run(shell, str(command))
    assert result.stderr == ""
    assert result.stdout.split("\n") == [*SPECIAL, ""]


@given(
    st.lists(st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="\0"), max_size=20), max_size=5)
)
@settings(max_examples=30, deadline=None)
@example(["'", "\\", "\\'"])
@pytest.mark.parametrize("shell", ["bash", "dash"])
def test_a_shell_reads_back_any_word(shell: str, words: list[str]) -> None:
    result = run(shell, str(Command(("printf", "%s\\n", *words, "end"))))
    assert result.stdout.split("\n") == [*words, "end", ""]


@pytest.mark.parametrize("shell", SHELLS)
def test_a_placeholder_stops_the_command_and_what_comes_after_it(shell: str) -> None:
    first = Command(("echo", "first", joined("image=reg.example/app:", TAG)))
    steps = chain(first, Command(("echo", "second")))
    result = run(shell, "\n".join(map(str, steps)))
    assert result.stdout == ""
    assert ("a tag that exists" in result.stderr) or shell == "fish"
    assert result.stderr


def test_a_placeholder_is_seen_in_the_line() -> None:
    command = Command(("kubectl", "set", "image", "deployment/web", joined("app=reg.example/app:", TAG), "-n", "shop"))
    assert str(command) == (
        'kubectl set image deployment/web app=reg.example/app:"${EXISTING_TAG:?a tag that exists}" -n shop'
    )
    assert list(placeholders_in(command)) == [TAG]


def test_a_placeholder_in_json_is_filled_in_by_the_shell() -> None:
    word = json_word({"spec": {"image": joined("reg.example/app:", TAG), "list": [1, True, None, "it's"]}})
    line = str(Command(("printf", "%s", word)))
    assert line == (
        """printf '%s' '{"spec":{"image":"reg.example/app:'"${EXISTING_TAG:?a tag that exists}"'","list":[1,true,null,"""
        """"it'"'"'s"]}}'"""
    )
    filled = line.replace(str(TAG), "v1")
    assert json.loads(run("bash", filled).stdout) == {
        "spec": {"image": "reg.example/app:v1", "list": [1, True, None, "it's"]}
    }


def test_json_of_names_is_json_whatever_they_hold() -> None:
    word = json_word({"name": ('a"b\\', "\n\u202e"), "other": "\x1b"})
    assert "".join(map(str, word)) == '{"name":"a\\"b\\\\\\n\\u202e","other":"\\u001b"}'


@pytest.mark.parametrize("shell", SHELLS)
def test_a_chain_ends_at_the_first_failure(shell: str) -> None:
    steps = chain(Command(("echo", "one")), Command(("false",)), Command(("echo", "two")))
    assert [str(step) for step in steps] == ["echo one && false && echo two"]
    result = run(shell, str(steps[0]))
    assert (result.stdout, result.returncode) == ("one\n", 1)


def test_a_chain_of_one_is_the_command_itself() -> None:
    only = Command(("true",))
    assert chain(None, only) == (only,)
    assert chain(None) == ()


def test_a_step_tells_what_it_does_and_what_it_lacks() -> None:
    read = Command(("kubectl", "get", "pod"))
    delete = Command(("kubectl", "delete", "pod", UnwritableName("pod")), frozenset({Effect.DELETES_POD}))
    patch = Command(("kubectl", "patch", joined("x", TAG)), frozenset({Effect.CHANGES_WORKLOAD}))
    step = Chain((Pipeline((read, patch)), delete))
    assert effects_of(step) == {Effect.DELETES_POD, Effect.CHANGES_WORKLOAD}
    assert effects_of(read) == frozenset()
    assert list(unwritable_in(step)) == [UnwritableName("pod")]
    assert str(UnwritableName("pod")) == "the pod"


@pytest.mark.parametrize("shell", SHELLS)
def test_text_for_the_shell_stands_as_it_is(shell: str) -> None:
    word: Word = joined("--password=", ShellText('"$(echo secret)"'))
    assert run(shell, str(Command(("printf", "%s", word)))).stdout == "--password=secret"


@pytest.mark.parametrize("means", ["the node's image", 'a "tag"', "$(reboot)", "`id`", "a}", "a\\", "a\nb", ""])
def test_a_placeholder_means_nothing_that_a_shell_reads_as_its_own(means: str) -> None:
    with pytest.raises(ValueError, match="no meaning of a placeholder"):
        Placeholder("TAG", means)
