"""Files of site rules: what they give, what is refused, and that nothing in them can do harm."""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time
from typing import Any

import jsonschema
import pytest
import yaml

from kubectl_imagepull.cli.rules_commands import EXAMPLE
from kubectl_imagepull.runs.own_rules_path import own_rules_path
from kubectl_imagepull.runs.rules_file import RulesFileError, UnreadableRulesError, load_site_rules, read_rules
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.site_rule import NO_SITE_RULES, SiteRule

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/rules.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
RULE: dict[str, Any] = {
    "name": "web-filter",
    "message": "denied by web filter",
    "cause": "ProxyFailure",
    "examples": ["403 denied by web filter"],
}


def written(folder: Path, text: str) -> str:
    path = folder / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def with_rule(**fields: Any) -> str:
    rule = {name: value for name, value in {**RULE, **fields}.items() if value is not None}
    return json.dumps({"rules": [rule]}, ensure_ascii=False)


def test_a_file_gives_its_rules(tmp_path: Path) -> None:
    path = written(tmp_path, EXAMPLE)
    first, second = read_rules(path, "mine")
    assert first == SiteRule(
        name="web-filter",
        file="mine",
        line=4,
        messages=("Access Denied by web filter * category *",),
        cause=Cause.PROXY_FAILURE,
        sentence="The web filter doesn't know this registry yet.",
        runbook="https://wiki.example.com/web-filter",
        ask="#network-help",
        examples=(
            'failed to pull and unpack image "quay.io/team/app:1": unexpected status from HEAD request to '
            "https://quay.io/v2/team/app/manifests/1: 403 Access Denied by web filter, category Hosting",
        ),
        counterexamples=('failed to pull and unpack image "quay.io/team/app:1": 403 Forbidden',),
    )
    assert (second.line, second.host, second.messages, second.cause) == (16, "*.registry.example.com", (), None)
    assert second.words == "Our registry is down for maintenance on Sundays. Ask the platform team."


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "rules:\n", "rules: []\n"])
def test_an_empty_file_has_no_rules(tmp_path: Path, text: str) -> None:
    assert read_rules(written(tmp_path, text)) == ()


#: What is wrong, what is said of it behind the file's name, and whether the schema sees it too.
BROKEN = [
    ("rules: [\n", ", line 2: did not find expected node content; correct it there", None),
    ("- name: a\n", ", line 1: holds something else than 'rules:'; begin as 'rules example' does", True),
    ("rules: []\nmore: 1\n", ", line 1: holds something else than 'rules:'; begin as 'rules example' does", True),
    ("rules: text\n", ", line 1: rules is no list; begin each rule with '- name:'", True),
    ("rules: [text]\n", ", line 1: entry 1 is no rule; begin each with '- name:'", True),
    ("rules: []\n---\nrules: []\n", ": holds 2 documents; keep all rules in one", None),
    (
        with_rule(run="rm -rf /"),
        ", line 1: run is no field of a rule; use name, message, host, cause, says, runbook, ask, examples, "
        "counterexamples",
        True,
    ),
    (with_rule(name="a b"), ", line 1: the rule needs a name of letters, digits, '-', '_' and '.'; give it one", True),
    (with_rule(name=None), ", line 1: the rule needs a name of letters, digits, '-', '_' and '.'; give it one", True),
    (
        with_rule(name="\x1b[2J"),
        ", line 1: the rule needs a name of letters, digits, '-', '_' and '.'; give it one",
        True,
    ),
    (with_rule(message=None), ", line 1: the rule reads nothing; add message or host", True),
    (
        with_rule(message=None, host="quay.io"),
        ", line 1: a host alone has no cause; add the message that shows it, or take the cause out",
        True,
    ),
    (with_rule(cause=None), ", line 1: the rule says nothing; add cause, says, runbook or ask", True),
    (with_rule(cause="Unknown"), ", line 1: Unknown is no cause that a text can name; 'explain' lists them", True),
    (with_rule(cause="Proxy"), ", line 1: Proxy is no cause that a text can name; 'explain' lists them", True),
    (with_rule(examples=None), ", line 1: the rule has no examples; add one that it has to read", True),
    (with_rule(examples=[]), ", line 1: the rule has no examples; add one that it has to read", True),
    (with_rule(examples=[1]), ", line 1: examples holds what is no text; write each in quotation marks", True),
    (with_rule(message=5), ", line 1: message holds what is no text; write each in quotation marks", True),
    (with_rule(says=True), ", line 1: says is no text; write it on one line, in quotation marks", True),
    (with_rule(says="x" * 301), ", line 1: says has 301 characters; keep to 300", True),
    (with_rule(says="a\x1b[2Jb"), ", line 1: says holds characters that can't be shown; take them out", False),
    (with_rule(ask="\u202eabc"), ", line 1: ask holds characters that can't be shown; take them out", False),
    (
        with_rule(message="* denied *"),
        ", line 1: message has less than 8 letters and would read too much; write more of the text",
        False,
    ),
    *(
        (
            with_rule(message=pattern),
            ", line 1: message looks like a regular expression; write the words, and * for whatever is between",
            False,
        )
        for pattern in (
            "(a+)+$ for ever and ever",
            "denied.*by web filter",
            r"status \d+ of the filter",
            "[a-z]+ denied by",
        )
    ),
    (with_rule(message=["denied by web filter"] * 21), ", line 1: message has 21 entries; keep to 20", True),
    (
        with_rule(message="x" * 501),
        ", line 1: message has an entry of more than 500 characters; shorten it",
        True,
    ),
    *(
        (with_rule(runbook=link), ", line 1: runbook is no link; write https://HOST/PATH or http://HOST/PATH", seen)
        for link, seen in (
            ("javascript:alert(1)", True),
            ("file:///etc/passwd", True),
            ("https://", False),
            ("https://wiki.example.com/a b", False),
            ("https://wiki.example.com/\x1b[2J", False),
            ('https://wiki.example.com/"onclick=x', False),
            ("https://user:hunter2@wiki.example.com/", False),
        )
    ),
    (with_rule(host="https://quay.io"), ", line 1: host is none; write HOST, HOST:PORT or *.DOMAIN", True),
    (with_rule(host="a*b.io"), ", line 1: host is none; write HOST, HOST:PORT or *.DOMAIN", True),
]


@pytest.mark.parametrize(("text", "fault", "seen"), BROKEN)
def test_a_broken_file_is_named_with_its_line_and_what_to_do(
    tmp_path: Path, text: str, fault: str, *, seen: bool | None
) -> None:
    with pytest.raises(RulesFileError) as caught:
        read_rules(written(tmp_path, text), "rules.yaml")
    assert str(caught.value) == f"rules.yaml{fault}"
    assert str(caught.value).isprintable()
    if seen is not None:
        assert VALIDATOR.is_valid(yaml.safe_load(text)) is not seen


def test_two_rules_of_one_name(tmp_path: Path) -> None:
    text = "rules:\n" + "".join(f"- name: a\n  host: quay.io\n  says: {n}x\n  examples: [quay.io]\n" for n in (1, 2))
    with pytest.raises(RulesFileError) as caught:
        read_rules(written(tmp_path, text), "rules.yaml")
    assert str(caught.value) == "rules.yaml, line 6: a is the name of the rule in line 2 too; give it another"


def test_the_schema_takes_what_the_program_takes(tmp_path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for text in (
        EXAMPLE,
        "rules:\n",
        with_rule(),
        with_rule(message=["denied by web filter", "blocked by web filter"], host="*.quay.io"),
        with_rule(message=None, cause=None, host="[::1]:5000", runbook="http://wiki.example.com/x?y=1#z", ask="me"),
    ):
        read_rules(written(tmp_path, text))
        VALIDATOR.validate(yaml.safe_load(text))


def test_the_schema_knows_our_words() -> None:
    rule = SCHEMA["$defs"]["rule"]["properties"]
    assert rule["cause"]["enum"] == [one.value for one in Cause if one not in {Cause.UNKNOWN, Cause.CAUSE_NOT_REPORTED}]
    assert list(rule) == [
        *("name", "message", "host", "cause", "says", "runbook", "ask", "examples", "counterexamples"),
    ]


HUGE = {
    "too large": ("rules:\n" + "# padding\n" * 40_000, "is larger than 256 KiB; name a file of rules"),
    "a bomb of aliases": (
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)),
        "it stands for more values than a manifest has",
    ),
    "deeper than anybody writes": (
        "rules: " + "[" * 50_000,
        "line 1: exceeded maximum nesting depth; correct it there",
    ),
    "too many rules": (
        json.dumps({"rules": [{**RULE, "name": f"r{number}"} for number in range(201)]}),
        "has 201 rules; keep to 200",
    ),
    "a binary file": ("\x00\x01\x02" * 100, "is a binary file"),
}


@pytest.mark.parametrize("kind", HUGE)
def test_a_huge_file_is_refused_in_no_time(tmp_path: Path, kind: str) -> None:
    text, fault = HUGE[kind]
    started = process_time()
    with pytest.raises(RulesFileError) as caught:
        read_rules(written(tmp_path, text))
    assert fault in str(caught.value)
    assert process_time() - started < 5


def test_a_device_without_an_end(tmp_path: Path) -> None:
    (tmp_path / "endless").symlink_to("/dev/zero")
    with pytest.raises(UnreadableRulesError, match="is larger than 256 KiB"):
        read_rules(str(tmp_path / "endless"))


@pytest.mark.parametrize("name", ["missing.yaml", ".", "a\x00b"])
def test_what_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableRulesError, match=r"doesn't exist|can't be read"):
        read_rules(str(tmp_path / name))


def test_a_secret_in_an_example_is_taken_out(tmp_path: Path) -> None:
    text = "denied by web filter https://joe:hunter2@quay.io/v2/"
    (rule,) = read_rules(written(tmp_path, with_rule(examples=[text])))
    assert rule.examples == ("denied by web filter https://REDACTED@quay.io/v2/",)


def test_where_ones_own_rules_stand() -> None:
    end = "kubectl-imagepull/rules.yaml"
    home = {"HOME": "/home/joe"}
    assert own_rules_path(home, "linux") == Path("/home/joe/.config", end)
    assert own_rules_path(home, "darwin") == Path("/home/joe/Library/Application Support", end)
    assert own_rules_path({"APPDATA": "/roaming"}, "win32") == Path("/roaming", end)
    for platform in ("linux", "darwin", "win32"):
        assert own_rules_path({**home, "XDG_CONFIG_HOME": "/etc/joe"}, platform) == Path("/etc/joe", end)
        assert own_rules_path({}, platform) is None
    assert own_rules_path({**home, "XDG_CONFIG_HOME": "relative"}, "linux") == Path("/home/joe/.config", end)


def test_named_files_stand_in_place_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "conf"))
    assert load_site_rules([]) is NO_SITE_RULES
    (tmp_path / "conf/kubectl-imagepull").mkdir(parents=True)
    own = tmp_path / "conf/kubectl-imagepull/rules.yaml"
    own.write_text(EXAMPLE, encoding="utf-8")
    rules = load_site_rules([])
    assert {(rule.name, rule.file) for rule in rules.rules} == {
        ("web-filter", "~/conf/kubectl-imagepull/rules.yaml"),
        ("our-registry", "~/conf/kubectl-imagepull/rules.yaml"),
    }
    named = written(tmp_path, with_rule(name="other"))
    assert [rule.name for rule in load_site_rules([named, named]).rules] == ["other", "other"]
    assert load_site_rules(["/dev/null"]).rules == ()
    own.write_text("rules: text", encoding="utf-8")
    assert load_site_rules([]).unread == (
        "~/conf/kubectl-imagepull/rules.yaml, line 1: rules is no list; begin each rule with '- name:'"
    )
    own.unlink()
    own.mkdir()
    assert load_site_rules([]) is NO_SITE_RULES
