"""`report` as a user runs it."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from kubectl_imagepull.cli.arguments import for_parser
from kubectl_imagepull.cli.program import app
from kubectl_imagepull.recorded import RECORDING

NOTE = (
    "note: read it before you post it, for no program knows all names of yours; it goes into this project's \"Wrong "
    'diagnosis" form (.github/ISSUE_TEMPLATE/wrong-diagnosis.yml)\n'
)
MESSAGE = 'Failed to pull image "harbor.acme.corp/shop/web:v1.7": weird gate says no to bob@acme.corp'


def run(*arguments: str, stdin: str = "") -> Result:
    result = CliRunner().invoke(app, for_parser(["report", *arguments]), input=stdin, env={"COLUMNS": "400"})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_of_a_diagnosis() -> None:
    result = run("sts/gateway", "-n", "payments", "--from", str(RECORDING), "--expected", "Forbidden")
    assert (result.exit_code, result.stderr) == (0, NOTE)
    text = result.stdout
    assert text.startswith(
        "### Raw message\n\nFrom `waiting.message`, reason `ImagePullBackOff`, read as NoCredentials:\n"
    )
    assert "### Cause that was named\n\nNoCredentials (confirmed)\n" in text
    assert "### Cause that you expected\n\nForbidden\n" in text
    for name in ("corp.example", "payments", "gateway", "worker-a", "v3.2.1"):
        assert name not in text


@pytest.mark.parametrize("stdin", [True, False])
def test_of_a_message(*, stdin: bool) -> None:
    result = run("-", stdin=f"{MESSAGE}\n") if stdin else run(MESSAGE)
    assert (result.exit_code, result.stderr) == (0, NOTE)
    public = 'Failed to pull image "harbor.registry.example/path1/path2:tag1": weird gate says no to user1@example.com'
    assert f"```text\n{public}\n```" in result.stdout
    line = result.stdout.split("```json\n")[1].partition("\n")[0]
    assert json.loads(line) == {"message": public, "cause": "", "also": [], "runtime": "unknown", "registry": "Harbor"}


def test_rules_of_ones_own_have_no_part_in_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("conf")
    (folder / "kubectl-imagepull").mkdir()
    rules = {
        "rules": [{"name": "a", "message": "403 Forbidden", "cause": "RateLimited", "examples": ["403 Forbidden"]}]
    }
    (folder / "kubectl-imagepull/rules.yaml").write_text(json.dumps(rules), encoding="utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    result = run("deploy/scorer", "-n", "fraud", "--from", str(RECORDING))
    assert "### Cause that was named\n\nForbidden (likely)" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        ((), 2, "error: name a pod or workload, or give a message; - reads one from standard input\n"),
        ((MESSAGE, "--expected", "Foo"), 2, "error: --expected: Foo is no cause; 'explain' lists them\n"),
        (("-",), 2, "error: the message is empty; see 'kubectl imagepull report --help'\n"),
        (
            ("deploy/frontends", "-n", "shop", "--from", str(RECORDING)),
            3,
            "error: deployment/frontends not found in namespace shop (-n names another, -A all); did you mean "
            "deployment/frontend?\nerror: none of them has a failed pull to report\n",
        ),
    ],
)
def test_what_cannot_be_reported(arguments: tuple[str, ...], code: int, error: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.replace("root report", "kubectl imagepull report") == error
