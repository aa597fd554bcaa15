"""Rules of a user's own site, through the program: what every output says of them, and what a broken file does."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kubectl_imagepull.cli.arguments import for_parser
from kubectl_imagepull.cli.program import app
from kubectl_imagepull.cli.rules_commands import EXAMPLE
from kubectl_imagepull.recorded import RECORDING

SCORER = "ecr.corp.example/fraud/scorer:2.8"
RULES = """\
rules:
  - name: scanner
    message: "unexpected status from HEAD request * 403 Forbidden"
    host: ecr.corp.example
    cause: RegistryBlocked
    says: Images <b>wait</b> here for the [scanner](https://evil.example)
    ask: "#appsec"
    runbook: https://wiki.corp.example/scanner
    examples: ["unexpected status from HEAD request to https://ecr.corp.example/v2/a: 403 Forbidden"]
  - name: mirrors
    host: "*.corp.example"
    says: Mirrors are rebuilt on Sundays.
    examples: [mirror.corp.example]
"""
DECIDED = (
    "rule scanner in rules.yaml reads the text as RegistryBlocked, and not as Forbidden. Images <b>wait</b> here for the "
    "[scanner](https://evil.example). Ask #appsec. Runbook: https://wiki.corp.example/scanner"
)
ADDED = "rule mirrors in rules.yaml. Mirrors are rebuilt on Sundays."


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with rules, which is the working directory and holds the configuration directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "conf"))
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    return tmp_path


def run(*arguments: str, stdin: str = "") -> Result:
    result = CliRunner().invoke(app, for_parser(arguments), input=stdin, env={"COLUMNS": "400"})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def diagnose(*arguments: str) -> str:
    result = run("diagnose", "--from", str(RECORDING), "-n", "fraud", *arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def own_file(folder: Path, text: str) -> None:
    (folder / "conf/kubectl-imagepull").mkdir(parents=True)
    (folder / "conf/kubectl-imagepull/rules.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("output", ["table", "details", "junit", "html"])
def test_pages_and_files_for_people_say_by_whose_rules(output: str) -> None:
    flags = ["--details"] if output == "details" else ["-o", output]
    text = unescape(diagnose("--rules", "rules.yaml", *flags))
    for said in (DECIDED, ADDED):
        assert said in text
    assert text.count("By your rules") == 2
    # the quoted text is never hidden
    assert "403 Forbidden" in text


def test_the_table_says_it_once_below_its_rows() -> None:
    result = run("scan", "--from", str(RECORDING), "-n", "fraud", "--rules", "rules.yaml")
    assert result.stdout.splitlines()[1].startswith("RegistryBlocked  ecr.corp.example")
    assert [line for line in result.stdout.splitlines() if "By your rules" in line] == [
        f"By your rules: {DECIDED}",
        f"By your rules: {ADDED}",
    ]


def test_markdown_escapes_it() -> None:
    for arguments in ((), ("--details",)):
        text = diagnose("--rules", "rules.yaml", "-o", "markdown", *arguments)
        assert text.count("**By your rules:**") == 2
        assert "Images `<b>wait</b>` here for the `[scanner](https://evil.example`). Ask `#appsec`." in text
    table = run("scan", "--from", str(RECORDING), "-n", "fraud", "--rules", "rules.yaml", "-o", "markdown").stdout
    assert table.count("**By your rules:**") == 2


def test_html_obeys_nothing_of_it() -> None:
    page = diagnose("--rules", "rules.yaml", "-o", "html")
    assert "<b>wait" not in page
    assert "&lt;b&gt;wait" in page
    assert 'href="https://wiki' not in page


def test_documents_have_it_as_a_field() -> None:
    (failure,) = json.loads(diagnose("--rules", "rules.yaml", "-o", "json"))["failures"]
    assert (failure["cause"], failure["confidence"]) == ("RegistryBlocked", "likely")
    entry, words = failure["siteRules"]
    assert entry == {
        "rule": "scanner",
        "file": "rules.yaml",
        "cause": "RegistryBlocked",
        "decidedText": True,
        "builtInCause": "Forbidden",
        "says": "Images <b>wait</b> here for the [scanner](https://evil.example)",
        "ask": "#appsec",
        "runbook": "https://wiki.corp.example/scanner",
    }
    assert (words["rule"], words["cause"], words["decidedText"], words["runbook"]) == ("mirrors", None, False, None)
    (result,) = json.loads(diagnose("--rules", "rules.yaml", "-o", "sarif"))["runs"][0]["results"]
    assert result["properties"]["siteRules"] == [entry, words]
    assert "By your rules: rule scanner in rules.yaml reads the text as RegistryBlocked" in result["message"]["text"]
    assert "\\[scanner\\]" in result["message"]["text"]


def test_without_rules_nothing_is_said_of_them() -> None:
    for output in ("json", "table", "markdown", "html", "junit", "sarif"):
        text = diagnose("-o", output)
        assert "siteRules" not in text
        assert "By your rules" not in text
    assert "Forbidden  fraud/deployment/scorer" in diagnose()


def test_evidence_says_more_than_a_rule(folder: Path) -> None:
    text = RULES.replace(
        "unexpected status from HEAD request * 403 Forbidden", "pull access denied, repository"
    ).replace("ecr.corp.example\n", "private.corp.example\n")
    text = text.replace("cause: RegistryBlocked", "cause: NoCredentials")
    (folder / "rules.yaml").write_text(text, encoding="utf-8")
    page = run("diagnose", "deploy/refunds", "-n", "payments", "--from", str(RECORDING), "--rules", "rules.yaml").stdout
    assert page.startswith("PullSecretMissing  payments/deployment/refunds")
    assert "rule scanner in rules.yaml reads the text as NoCredentials, and the evidence says more. " in page


def test_ones_own_file_counts_without_a_flag(folder: Path) -> None:
    own_file(folder, RULES)
    assert DECIDED.replace("rules.yaml", "~/conf/kubectl-imagepull/rules.yaml", 1) in diagnose()
    assert "By your rules" not in diagnose("--rules", "/dev/null")


def test_a_broken_file_that_is_named_is_wrong_usage(folder: Path) -> None:
    (folder / "rules.yaml").write_text("rules:\n- name: a\n  message: (a+)+$ denied for ever\n", encoding="utf-8")
    line = (
        "error: --rules: rules.yaml, line 3: message looks like a regular expression; write the words, and * for whatever "
        "is between\n"
    )
    for command in (
        ("scan", "--from", str(RECORDING)),
        ("diagnose", "--from", str(RECORDING)),
        ("classify", "pull QPS exceeded"),
        ("check", "nginx", "--no-cluster", "--offline"),
    ):
        result = run(*command, "--rules", "rules.yaml")
        assert (result.exit_code, result.stdout, result.stderr) == (2, "", line)


def test_ones_own_broken_file_stops_nothing(folder: Path) -> None:
    own_file(folder, "rules: text")
    why = "~/conf/kubectl-imagepull/rules.yaml, line 1: rules is no list; begin each rule with '- name:'"
    result = run("diagnose", "--from", str(RECORDING), "-n", "fraud", "-o", "json")
    assert (result.exit_code, result.stderr) == (0, f"note: your rules: {why}\n")
    assert {"what": "your rules", "why": why} in json.loads(result.stdout)["skipped"]
    assert json.loads(result.stdout)["failures"][0]["cause"] == "Forbidden"
    result = run("classify", "pull QPS exceeded")
    assert (result.exit_code, result.stderr) == (0, f"note: your rules: {why}\n")
    assert result.stdout.startswith("KubeletThrottled")
    result = run("check", "nginx:1", "--no-cluster", "--offline", "-o", "json")
    assert {"what": "your rules", "why": why} in json.loads(result.stdout)["skipped"]


def test_classify_reads_by_them() -> None:
    text = "unexpected status from HEAD request to https://ecr.corp.example/v2/a: 403 Forbidden"
    page = run("classify", "--rules", "rules.yaml", text).stdout
    assert page.startswith("RegistryBlocked")
    assert "By your rules: rule scanner in rules.yaml reads it as RegistryBlocked, and not as Forbidden. " in page
    answer = json.loads(run("classify", "--rules", "rules.yaml", "-o", "json", text).stdout)
    assert (answer["cause"], answer["siteRules"][0]["rule"]) == ("RegistryBlocked", "scanner")
    log = f"2026-11-27T10:00:00 nothing here\n2026-11-27T10:00:01 {text}\n2026-11-27T10:00:02 pull QPS exceeded\n"
    table = run("classify", "--rules", "rules.yaml", stdin=log).stdout
    assert "RegistryBlocked" in table
    assert "KubeletThrottled" in table
    assert table.count("By your rules: rule scanner in rules.yaml") == 1


def test_a_message_that_only_a_rule_reads_is_no_noise(folder: Path) -> None:
    rules = RULES.replace("unexpected status from HEAD request * 403 Forbidden", "gate 7 has closed").replace(
        "    host: ecr.corp.example\n", ""
    )
    (folder / "rules.yaml").write_text(rules, encoding="utf-8")
    log = "2026-11-27T10:00:00 gate 7 has closed\n2026-11-27T10:00:01 all is well\n"
    assert run("classify", "--rules", "rules.yaml", stdin=log).stdout.startswith("RegistryBlocked")
    assert run("classify", stdin=log).stdout == "No failed pull in 2 lines.\n"


def test_check_adds_the_words_of_rules_for_a_host() -> None:
    result = run("check", "mirror.corp.example/a:1", "nginx:1", "--no-cluster", "--offline", "--rules", "rules.yaml")
    assert result.stdout.count(f"note: By your rules: {ADDED}") == 1
    result = run("check", "mirror.corp.example/a:1", "--no-cluster", "--offline", "--rules", "rules.yaml", "-o", "json")
    assert json.loads(result.stdout)["images"][0]["notes"] == [f"By your rules: {ADDED}"]


def test_rules_check_ends_as_the_examples_do(folder: Path) -> None:
    result = run("rules", "check", "rules.yaml")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "scanner: ok\n"
        "  note: the built-in rules read example 1 as Forbidden: this rule decides otherwise\n"
        "mirrors: ok\n"
        "2 rules, 2 examples: all well.\n"
    )
    (folder / "wrong.yaml").write_text(RULES.replace("[mirror.corp", "[corp"), encoding="utf-8")
    result = run("rules", "check", "wrong.yaml")
    assert result.exit_code == 1
    assert result.stdout.endswith(
        "mirrors: wrong\n  wrong: example 1 isn't read by it\n2 rules, 2 examples: 1 wrong.\n"
    )
    result = run("rules", "check", "-", stdin="rules: text")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: standard input, line 1: rules is no list; begin each rule with '- name:'\n"
    result = run("rules", "check", "missing.yaml")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == "error: missing.yaml doesn't exist; name a file of rules, as 'rules example' prints one\n"
    result = run("rules", "check")
    assert (result.exit_code, result.stderr) == (
        3,
        "error: ~/conf/kubectl-imagepull/rules.yaml doesn't exist; name a file, or begin yours with 'kubectl imagepull "
        "rules example'\n",
    )


def test_the_example_is_one(folder: Path) -> None:
    text = run("rules", "example").stdout
    assert text == EXAMPLE
    own_file(folder, text)
    assert run("rules", "check").stdout == (
        "web-filter: ok\n"
        "  note: the built-in rules read example 1 as Forbidden: this rule decides otherwise\n"
        "our-registry: ok\n"
        "2 rules, 3 examples: all well.\n"
    )
