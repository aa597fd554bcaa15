"""The program as a user gets it: the installed command, its output, its exit codes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from clusters import BACK_OFF, NOT_FOUND, at, cluster, failed, pod, running, waiting
from program_forks import PROGRAM, run_program
from typer.testing import CliRunner

from kubectl_imagepull import COMMAND, __version__
from kubectl_imagepull.cli import program as cli
from kubectl_imagepull.cli import report_commands
from kubectl_imagepull.kube.snapshot import Skipped
from kubectl_imagepull.recorded import RECORDING
from kubectl_imagepull.report.formats import Output
from kubectl_imagepull.runs.examine import report_on
from kubectl_imagepull.vocabulary.causes import Cause

FAILING = pod(statuses={"app": waiting("ImagePullBackOff", f"{BACK_OFF}: ErrImagePull: {NOT_FOUND}")})
HEALTHY = pod(name="db-0", uid="u2", statuses={"app": running()}, phase="Running")


def run(
    *arguments: str, stdin: str = "", home: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Runs the program without any kubeconfig but what the test gives it."""
    base = {"PATH": os.environ["PATH"], "HOME": str(home or "/nonexistent"), "TZ": "UTC", "LANG": "C.UTF-8"}
    return run_program({**base, **environment}, *arguments, stdin=stdin)


@pytest.fixture
def recording(tmp_path: Path) -> str:
    """A recording of one failing and one healthy pod."""
    return write(tmp_path, FAILING, HEALTHY, failed(at(30)))


def write(directory: Path, *items: object) -> str:
    path = directory / "cluster.json"
    path.write_text(json.dumps({"kind": "List", "apiVersion": "v1", "items": items}), encoding="utf-8")
    return str(path)


def untimed(text: str) -> str:
    return re.sub(r"under 0\.1 s|\d+\.\d s", "N s", text)


def test_scan_prints_a_row_a_root_cause(recording: str) -> None:
    result = run("scan", "--from", recording)
    assert (result.returncode, result.stderr) == (0, "")
    assert (
        untimed(result.stdout)
        == f"""\
CAUSE        AFFECTS                              PODS  WORKLOADS       SINCE  FIX
TagNotFound  registry.example.com/team/app:1.2.3  1     shop/pod/web-1  30m    Use an existing tag: 1.2.3 isn't there

1 of 2 pods can't pull an image, for 1 root cause (all namespaces, recording {recording}, N s).
Next: kubectl imagepull diagnose shop/pod/web-1 --from {recording}
"""
    )


def test_facts_choose_what_is_shown(recording: str) -> None:
    chosen = run(
        "scan", "--from", recording, "--cause", "tagnotfound", "--registry", "registry.example.com", "-o", "name"
    )
    assert chosen.stdout == "pod/web-1\n"
    nothing = run("scan", "--from", recording, "--node", "elsewhere", "--exit-code")
    assert nothing.returncode == 0
    assert nothing.stdout.startswith("No failure is one of those that were asked for: looked at 2 pods ")


def test_several_namespaces() -> None:
    one = run("scan", "--from", str(RECORDING), "-n", "batch", "-n", "batch", "-o", "name").stdout.splitlines()
    assert one
    assert all(line.startswith("pod/") for line in one)
    for flags in (["-n", "batch", "-n", "edge"], ["-nbatch", "--namespace=edge"], ["-n", "batch,edge"]):
        both = run("scan", "--from", str(RECORDING), *flags, "-o", "name").stdout.splitlines()
        assert {line.split()[0] for line in both} == {"batch", "edge"}
        assert len([line for line in both if line.startswith("batch ")]) == len(one)
    assert run("-n", "batch", "-n", "edge", "scan", "--from", str(RECORDING), "-o", "name").stdout.splitlines() == both


def test_all_gives_each_root_cause_a_line() -> None:
    rows = run("scan", "--from", str(RECORDING), "--no-headers").stdout.splitlines()
    every = run("scan", "--from", str(RECORDING), "--no-headers", "--all").stdout.splitlines()
    assert (len(rows), len(every)) == (33, 43)


def test_json_is_one_document(recording: str) -> None:
    result = run("scan", "--from", recording, "-o", "json")
    report = json.loads(result.stdout)
    assert (report["apiVersion"], report["kind"], report["podsScanned"]) == ("imagepull/v1", "ImagePullReport", 2)
    assert [(one["cause"], one["failures"]) for one in report["rootCauses"]] == [("TagNotFound", [0])]
    assert report["failures"][0]["details"] == {"repositoryVerified": False}


def test_names_are_ready_for_xargs(recording: str) -> None:
    assert run("scan", "--from", recording, "-o", "name").stdout == "pod/web-1\n"
    assert run("scan", "-A", "--from", recording, "-o", "name").stdout == "shop pod/web-1\n"


@pytest.mark.parametrize(
    ("output", "start"),
    [
        ("markdown", "### Failed image pulls\n\n1 of 2 pods can't pull"),
        ("html", "<!doctype html>\n"),
        ("junit", "<?xml version='1.0' encoding='us-ascii'?>\n<testsuites"),
        ("sarif", '{\n  "$schema": "https://json.schemastore.org/sarif-2.1.0.json"'),
    ],
)
def test_files_for_people_and_ci(recording: str, output: str, start: str) -> None:
    for command in ("scan", "diagnose"):
        result = run(command, "--from", recording, "-o", output, "--exit-code")
        assert (result.returncode, result.stderr) == (1, "")
        assert result.stdout.startswith(start)
        assert result.stdout.endswith("\n")
        assert "TagNotFound" in result.stdout
        assert not result.stdout.endswith("\n\n")


def test_markdown_of_a_diagnosis_says_more(recording: str) -> None:
    assert "| TagNotFound |" in run("scan", "--from", recording, "-o", "markdown").stdout
    assert "#### TagNotFound: " in run("diagnose", "--from", recording, "-o", "markdown").stdout


def test_sarif_places_results_in_the_recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, FAILING)
    monkeypatch.chdir(tmp_path)
    (result,) = json.loads(run("scan", "--from", "cluster.json", "-o", "sarif").stdout)["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "cluster.json"}


def test_what_is_asked_for_and_well_is_a_test_that_passes(recording: str) -> None:
    result = run("diagnose", "db-0", "web-1", "--from", recording, "-o", "junit")
    assert '<testcase classname="kubectl-imagepull" name="pod/db-0" />' in result.stdout
    assert '<testsuites name="kubectl-imagepull" tests="2" failures="1"' in result.stdout
    alone = run("diagnose", "db-0", "--from", recording, "-o", "junit")
    assert '<testsuites name="kubectl-imagepull" tests="1" failures="0"' in alone.stdout


@pytest.mark.parametrize("output", ["name", "markdown", "html", "junit", "sarif"])
def test_a_watch_prints_what_can_follow_changes(output: str) -> None:
    result = run("scan", "--watch", "-o", output)
    assert result.returncode == 2
    assert f"--watch prints table, wide, json or yaml, not {output}" in " ".join(result.stderr.split())


def test_the_demo_in_another_format() -> None:
    assert run("demo", "-o", "html").stdout.startswith("<!doctype html>\n")
    names = run("demo", "-o", "name").stdout.splitlines()
    assert len(names) == 68
    assert "payments pod/gateway-0" in names


def test_diagnose_takes_pods_and_workloads(recording: str) -> None:
    assert run("diagnose", "web-1", "--from", recording).stdout.startswith("TagNotFound  shop/pod/web-1  ")
    healthy = run("diagnose", "pod/db-0", "--from", recording)
    assert (healthy.returncode, healthy.stdout) == (0, "pod/db-0: no failed image pull\n")
    both = run("diagnose", "db-0", "web-1", "--from", recording)
    assert both.stdout.startswith("pod/db-0: no failed image pull\nTagNotFound  shop/pod/web-1  ")


def test_a_name_that_is_not_there(recording: str) -> None:
    gone = run("diagnose", "deploy/nope", "--from", recording)
    assert (gone.returncode, gone.stdout) == (3, "")
    assert gone.stderr == f"error: deployment/nope not found in any namespace of {recording}\n"
    half = run("diagnose", "web-1", "nope", "--from", recording)
    assert half.returncode == 4
    assert half.stderr == f"note: pod/nope not found in any namespace of {recording}\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--exit-code"], 1), ([], 0), (["-n", "shop", "--exit-code"], 1), (["-l", "app=none", "--exit-code"], 0)],
)
def test_exit_code_is_asked_for(recording: str, arguments: list[str], code: int) -> None:
    assert run("scan", "--from", recording, *arguments).returncode == code


@pytest.mark.parametrize(("arguments", "code"), [([], 4), (["--exit-code"], 1)])
def test_what_could_not_be_read_is_said(recording: str, tmp_path: Path, arguments: list[str], code: int) -> None:
    result = run("scan", "--from", recording, "--from", str(tmp_path / "gone"), *arguments)
    assert result.returncode == code
    assert "TagNotFound" in result.stdout
    assert result.stderr.startswith("note: ")
    assert len(result.stderr.splitlines()) == 1


BAD = {
    "not-json": "what is this: [",
    "empty": "",
    "no-pods": json.dumps({"kind": "List", "items": [{"kind": "Node", "metadata": {"name": "a"}}]}),
    "binary": "\x00\x01\x02",
}


@pytest.mark.parametrize("name", BAD)
def test_a_recording_that_cannot_be_used(name: str, tmp_path: Path) -> None:
    path = tmp_path / "bad"
    path.write_text(BAD[name], encoding="utf-8")
    for result in (run("scan", "--from", str(path)), run("scan", "--from", "-", stdin=BAD[name])):
        assert (result.returncode, result.stdout) == (3, "")
        assert len(result.stderr.splitlines()) == 1
        assert result.stderr.startswith("error: ")


def test_a_recording_that_was_cut_off_gives_what_stands_before_the_cut(tmp_path: Path) -> None:
    text = json.dumps({"kind": "List", "apiVersion": "v1", "items": [FAILING, HEALTHY, failed(at(30))]})
    path = tmp_path / "cut.json"
    path.write_text(text[:-200], encoding="utf-8")
    result = run("scan", "--from", str(path), "-o", "json")
    report = json.loads(result.stdout)
    assert result.returncode == 4
    assert [one["cause"] for one in report["failures"]] == ["TagNotFound"]
    assert len(report["skipped"]) == 1


KUBECONFIG = """
apiVersion: v1
kind: Config
current-context: here
clusters: [{name: c, cluster: {server: 'http://127.0.0.1:9'}}]
users: [{name: u, user: {token: very-secret-token}}]
contexts: [{name: here, context: {cluster: c, user: u}}]
"""


def test_no_kubeconfig_an_unknown_context_and_a_server_that_is_not_there(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(KUBECONFIG, encoding="utf-8")
    for result in (
        run("scan", home=tmp_path),
        run("scan", KUBECONFIG=str(config), home=tmp_path),
        run("scan", "--context", "there", "--kubeconfig", str(config), home=tmp_path),
    ):
        assert (result.returncode, result.stdout) == (3, "")
        assert len(result.stderr.splitlines()) == 1, result.stderr
        assert result.stderr.startswith("error: ")
        assert "very-secret-token" not in result.stderr


WRONG = {
    "scna": 'unknown command "scna" for "kubectl imagepull"; did you mean scan?',
    "frobnicate": 'unknown command "frobnicate" for "kubectl imagepull"; see \'kubectl imagepull --help\'',
    "scan --namspace shop": "unknown flag: --namspace; did you mean --namespace?",
    "scan --tokn=s3cret": "unknown flag: --tokn; did you mean --token?",
    "scan --al": "unknown flag: --al; did you mean --all or --all-contexts or --all-namespaces?",
    "diagnose web-1 --wait 2min": '--wait: "2min" isn\'t a duration: use seconds (30) or units (1s, 2m, 1h); '
    "see 'kubectl imagepull diagnose --help'",
    f"diagnose payments/gateway-1 --from {RECORDING}": "payments/gateway-1: 'payments' isn't a supported type: use "
    "pod, deployment, statefulset, daemonset, job, cronjob, replicaset, replicationcontroller; a pod in a namespace is "
    "payments/pod/gateway-1",
    "scan --zzz": "unknown flag: --zzz; see 'kubectl imagepull scan --help'",
    "scan -z": "unknown flag: -z; see 'kubectl imagepull scan --help'",
    "demo --namespace shop": "unknown flag: --namespace; see 'kubectl imagepull demo --help'",
    "--context prod": "flags go after the command; try 'kubectl imagepull scan --context ...'",
    "--context prod scna": 'unknown command "scna" for "kubectl imagepull"; did you mean scan?',
    "help scna": 'unknown command "scna" for "kubectl imagepull"; did you mean scan?',
    "--hlp": "unknown flag: --hlp; did you mean --help?",
    "scan -o jsn": f'--output: "jsn" is not one of {", ".join(Output)}; did you mean json?',
    "classify 418": "418 alone tells no cause: 'kubectl imagepull explain 418' shows what it can be; see 'kubectl "
    "imagepull classify --help'",
    "classify pyproject.toml": "pyproject.toml is a file: to classify what is in it: kubectl imagepull classify < "
    "pyproject.toml; see 'kubectl imagepull classify --help'",
    "classify -o xml": "--output: \"xml\" is not one of table, json; see 'kubectl imagepull classify --help'",
    "scan --color allways": '--color: "allways" is not one of auto, always, never; did you mean always?',
    "scan -n": "option '-n' requires an argument; see 'kubectl imagepull scan --help'",
    "scan --token Bearer s3cret": "scan takes no names; use 'kubectl imagepull diagnose POD'",
    "scan deploy/web -n shop": "scan takes no names; use 'kubectl imagepull diagnose deploy/web'",
    "demo --color always s3cret": "'kubectl imagepull demo' takes no more arguments; see 'kubectl imagepull demo --help'",
    "diagnose a/b/c/d": "'a/b/c/d' is neither a pod name nor TYPE/NAME, such as deploy/web, nor NAMESPACE/TYPE/NAME; see 'kubectl "
    "imagepull diagnose --help'",
    "diagnose deploy web sts/db": "'deploy' is the type of all names after it, and 'sts/db' has its own: write TYPE/NAME "
    "for each (a pod of that name is pod/NAME); see 'kubectl imagepull diagnose --help'",
    f"diagnose svc/web --from {RECORDING}": "svc/web: 'svc' isn't a supported type: use pod, deployment, statefulset, daemonset, job, cronjob, "
    "replicaset, replicationcontroller; a pod in a namespace is svc/pod/web",
    "scan --chunk-size many": "--chunk-size: 'many' is not a valid integer; see 'kubectl imagepull scan --help'",
    "scan -l a==b==c": '--selector: "a==b==c" isn\'t a valid label selector: "," is missing before "=="; '
    "see 'kubectl imagepull scan --help'",
    "scan --request-timeout soon": '--request-timeout: "soon" isn\'t a duration: use seconds (30) or units (1s, 2m, 1h); '
    "see 'kubectl imagepull scan --help'",
    "scan --cause TagNotfond": "--cause: there is no cause 'TagNotfond'; did you mean TagNotFound?",
    "scan --since soon": '--since: "soon" isn\'t a duration: use seconds (30) or units (1s, 2m, 1h); '
    "see 'kubectl imagepull scan --help'",
    "scan --watch -n a -n b": "--watch follows all that fails: it can't go with several namespaces; "
    "see 'kubectl imagepull scan --help'",
    "scan --watch --node a": "--watch follows all that fails: it can't go with --node; "
    "see 'kubectl imagepull scan --help'",
    "diagnose --wait --sort-by since": "--wait follows all that fails: it can't go with --sort-by; "
    "see 'kubectl imagepull diagnose --help'",
    "explain TagNotfond": "there is no cause 'TagNotfond'; did you mean TagNotFound?",
}


@pytest.mark.parametrize("words", WRONG)
def test_wrong_usage_is_one_line_and_exits_with_2(words: str) -> None:
    result = run(*words.split())
    assert (result.returncode, result.stdout, result.stderr) == (2, "", f"error: {WRONG[words]}\n")


def test_no_words_at_all_print_the_help() -> None:
    result = run()
    assert result.returncode == 2
    assert result.stderr.startswith(f"Usage: {COMMAND} [OPTIONS] COMMAND [ARGS]...\n")


def test_a_flag_without_value_may_be_given_one(recording: str) -> None:
    found = [run("scan", "--from", recording, "-o", "name", flag) for flag in ("-A", "--all-namespaces=true")]
    assert found[0].stdout == found[1].stdout == "shop pod/web-1\n"
    assert run("scan", "--from", recording, "-o", "name", "--all-namespaces=false").stdout == "pod/web-1\n"
    assert run("scan", "--from", recording, "-o=name", "-A=true").stdout == "shop pod/web-1\n"
    assert run("scan", "--from", recording, "-o=name", "-n=shop", "-A=false").stdout == "pod/web-1\n"
    assert run("classify", "--", "--full=true").stdout.count("\n    | --full=true\n") == 1


def test_classify_answers_every_line_in_order() -> None:
    lines = [
        "toomanyrequests: You have reached your pull rate limit",
        "",
        json.dumps("pull QPS exceeded"),
        json.dumps({"message": "something", "reason": "InvalidImageName", "image": "A:b"}),
        "what is this",
        '{"message": 5}',
    ]
    result = run("classify", "-o", "json", stdin="\n".join(lines))
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["cause"] for one in found] == [
        "RateLimited",
        "KubeletThrottled",
        "InvalidReference",
        "Unknown",
        "Unknown",
    ]
    assert found[0] == {
        "cause": "RateLimited",
        "scope": "registry",
        "what": "container",
        "confidence": "likely",
        "retryable": True,
        "alternatives": [],
        "image": None,
        "answeredBy": None,
        "details": {},
        "message": "toomanyrequests: You have reached your pull rate limit",
    }
    assert result.returncode == 0


def test_classify_wants_a_text_that_is_not_empty() -> None:
    result = run("classify", " ")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "error: there is no text to classify: give an error message, or pipe one in; see 'kubectl imagepull classify "
        "--help'\n"
    )


def test_a_node_that_no_failure_is_on_is_told() -> None:
    result = run("scan", "--from", str(RECORDING), "-A", "--node", "worker-c")
    assert result.returncode == 0
    assert "note: no image pull fails on node worker-c, only on node worker-a and worker-b\n" in result.stderr


def test_of_several_namespaces_one_that_is_not_in_the_recording_is_told() -> None:
    result = run("scan", "--from", str(RECORDING), "-n", "shop", "-n", "paymnets")
    assert result.returncode == 4
    assert "20 of 22 pods can't pull an image, for 14 root causes (namespaces shop, paymnets, " in result.stdout
    assert result.stderr.startswith('note: namespace paymnets: no namespace "paymnets" in ')
    none = run("scan", "--from", str(RECORDING), "-n", "shpo", "-n", "paymnets")
    assert (none.returncode, none.stdout) == (3, "")


def test_nothing_on_standard_input_is_no_text() -> None:
    result = run("classify", stdin=" \n")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("error: there is no text to classify: ")


def test_classify_takes_words_too() -> None:
    assert run("classify", "pull", "QPS", "exceeded").stdout.startswith(
        "KubeletThrottled: the kubelet throttles its own"
    )
    table = run("classify", stdin="pull QPS exceeded\nno basic auth credentials\n").stdout
    assert table == (
        "CAUSE             CONFIDENCE    MESSAGE\n"
        "KubeletThrottled  likely        pull QPS exceeded\n"
        "NoCredentials     likely        no basic auth credentials\n"
    )


@pytest.mark.parametrize("cause", list(Cause))
def test_explain_knows_every_cause(cause: Cause) -> None:
    # in this process: a start for each cause would take long, and the command itself is run below
    from kubectl_imagepull.report.runbook import cause_page, causes_list

    assert cause_page(cause.value.lower(), width=80).startswith(f"{cause.value}: {cause.entry.title[:30]}")
    assert cause.value in causes_list()


def test_the_demo_begins_with_the_table() -> None:
    result = run("demo")
    assert result.returncode == 0
    lines = result.stdout.splitlines()
    assert lines[0] == f"$ {COMMAND} scan -A"
    assert lines[2].split() == ["CAUSE", "AFFECTS", "PODS", "WORKLOADS", "SINCE", "FIX"]
    assert result.stdout.count("\nThen:\n    kubectl imagepull diagnose ") == 3
    assert run("demo").stdout.splitlines()[5:35] == lines[5:35]


def test_version() -> None:
    assert run("version").stdout == f"kubectl-imagepull {__version__}\n"


@pytest.mark.parametrize("command", ["scan", "diagnose", "classify", "explain", "demo", "version"])
def test_every_command_has_help(command: str) -> None:
    result = run(command, "--help")
    assert result.returncode == 0
    assert result.stdout.startswith(f"Usage: {COMMAND} {command}")


def test_hostile_text_reaches_no_terminal(tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\x1b[31mred\u202e"
    bad = pod(name=f"web{evil}", statuses={"app": waiting("ImagePullBackOff", f"EOF {evil}")}, image=f"a{evil}")
    path = write(tmp_path, bad)
    for arguments in (["scan"], ["diagnose"], ["scan", "-o", "wide"], ["scan", "-o", "name"]):
        result = run(*arguments, "--from", path)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", result.stdout + result.stderr), arguments


def test_an_interrupt_is_130() -> None:
    code = (
        "import os, signal, sys\nfrom kubectl_imagepull.cli import program as cli, report_commands\n"
        "report_commands.read_request = lambda *_: os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.argv = ['kubectl-imagepull', 'scan']\ncli.main()"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stdout) == (130, "")
    assert "Traceback" not in result.stderr


def test_an_interrupt_while_it_loads_is_130_without_a_traceback() -> None:
    code = (
        "import os, signal, sys\n"
        "class Interrupts:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'typer': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupts())\n"
        "sys.argv = ['kubectl-imagepull', 'scan']\n"
        "from kubectl_imagepull.__main__ import start\nstart()"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (130, "", "")


INTERNAL = (
    "import sys\nfrom kubectl_imagepull.cli import program as cli, report_commands\n"
    "def broken(*_): raise KeyError('https://joe:hunter2@registry.example.com/')\n"
    "report_commands.read_request = broken\n"
    "sys.argv = ['kubectl-imagepull', 'scan', '-o', 'json']\ncli.program()"
)


@pytest.mark.parametrize("asked", [False, True])
def test_an_internal_error_is_70_and_one_line(*, asked: bool) -> None:
    environment = {"KUBECTL_IMAGEPULL_TRACEBACK": "1"} if asked else {}
    result = subprocess.run(
        [sys.executable, "-c", INTERNAL],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stdout) == (70, "")
    *trace, line = result.stderr.splitlines()
    more = "" if asked else "; run it again with KUBECTL_IMAGEPULL_TRACEBACK=1 for the traceback"
    place = r"in cli/report_commands\.py, line \d+"
    assert re.fullmatch(
        rf"error: internal error: KeyError {place}; this is a defect of kubectl imagepull {re.escape(__version__)}, "
        rf"please report it{more}",
        line,
    )
    assert ("Traceback (most recent call last):" in trace) == asked
    assert bool(trace) == asked
    assert "hunter2" not in result.stderr


def test_too_little_memory_is_said_as_such(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(report_commands, "read_request", broken)
    monkeypatch.setattr(sys, "argv", ["kubectl-imagepull", "scan"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 3
    assert capsys.readouterr().err == (
        "error: there is not enough memory; look at less with -n NAMESPACE, or record less\n"
    )


def test_it_starts_where_there_is_little_memory() -> None:
    result = subprocess.run(
        ["sh", "-c", f"ulimit -v 1500000; exec {PROGRAM} demo"], capture_output=True, timeout=60, check=False
    )
    assert (result.returncode, result.stderr) == (0, b"")


@pytest.mark.parametrize(("redirection", "code"), [("2>&-", 0), ("2>/dev/full", 0), (">/dev/full", 3), (">&-", 3)])
def test_streams_that_cannot_be_written_change_no_result_to_a_finding(
    recording: str, redirection: str, code: int
) -> None:
    for arguments in (f"scan --from {recording}", f"diagnose --from {recording}"):
        result = subprocess.run(
            ["sh", "-c", f"exec {PROGRAM} {arguments} {redirection}"], capture_output=True, timeout=60, check=False
        )
        assert result.returncode == code, arguments
        assert b"Traceback" not in result.stderr


@pytest.mark.parametrize("arguments", ["--help", "scan --help", "version", "explain", "completion bash"])
def test_help_that_cannot_be_written_is_no_finding(arguments: str) -> None:
    result = subprocess.run(
        ["sh", "-c", f"exec {PROGRAM} {arguments} >/dev/full"], capture_output=True, text=True, timeout=60, check=False
    )
    assert (result.returncode, result.stderr) == (3, "error: the output can't be written: No space left on device\n")


@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full"])
def test_errors_that_cannot_be_written_change_no_code(redirection: str) -> None:
    for arguments, code in (("scan --from /nonexistent", 3), ("scan --no-such-flag", 2), ("diagnose", 3)):
        result = subprocess.run(
            ["sh", "-c", f"KUBECONFIG=/nonexistent HOME=/nonexistent exec {PROGRAM} {arguments} {redirection}"],
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert result.returncode == code, arguments


def test_a_reader_that_goes_away_is_no_error() -> None:
    with subprocess.Popen(
        [str(PROGRAM), "scan", "-o", "json", "--from", str(RECORDING)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_output_that_cannot_be_written_is_no_finding(recording: str) -> None:
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [str(PROGRAM), "scan", "--from", recording], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (result.returncode, result.stderr) == (3, "error: the output can't be written: No space left on device\n")


def test_a_closed_standard_input_is_said() -> None:
    command = f"'{PROGRAM}' scan --from - <&-"
    result = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, len(result.stderr.splitlines())) == (3, "", 1)
    assert "is closed" in result.stderr


def test_a_misspelt_type_a_type_alone_and_a_forgotten_slash(recording: str) -> None:
    misspelt = run("diagnose", "deplyoment/web", "--from", recording)
    assert (misspelt.returncode, misspelt.stdout) == (2, "")
    assert "did you mean deployment/web?" in " ".join(misspelt.stderr.split())
    alone = run("diagnose", "deploy", "--from", recording)
    assert alone.stderr.endswith("; 'deploy' is a type: add a name, deploy/NAME\n")
    assert run("diagnose", "pods", "db-0", "--from", recording).stdout == "pod/db-0: no failed image pull\n"


def test_an_owner_of_a_type_that_is_not_looked_up_is_found_by_its_pods(tmp_path: Path) -> None:
    owned = {"ownerReferences": [{"kind": "CloneSet", "name": "web", "controller": True}]}
    path = write(tmp_path, pod(metadata=owned, statuses={"app": running()}, phase="Running"))
    assert run("diagnose", "cloneset/web", "--from", path).stdout == "cloneset/web: no failed image pull\n"


def test_a_workload_of_a_recording_without_pods_is_there(tmp_path: Path) -> None:
    web = {"kind": "Deployment", "apiVersion": "apps/v1", "metadata": {"name": "web", "namespace": "shop"}}
    path = write(tmp_path, HEALTHY, {**web, "spec": {"replicas": 0}})
    by_type, by_name = (run("diagnose", name, "db-0", "--from", path) for name in ("deploy/web", "web"))
    assert by_type.stdout == (
        "shop/deployment/web exists and has no pods: 0 replicas are wanted\npod/db-0: no failed image pull\n"
    )
    assert (by_type.returncode, by_type.stderr) == (0, "")
    assert by_name.stdout == by_type.stdout
    assert by_name.stderr == "note: there is no pod web: read as deployment/web\n"
    pasted = run("diagnose", "shop/deployment/web", "--from", path)
    assert pasted.stdout == "shop/deployment/web exists and has no pods: 0 replicas are wanted\n"


def test_bytes_that_are_no_text_become_replacement_characters() -> None:
    result = subprocess.run(
        [str(PROGRAM), "classify", "-o", "json"], input=b"\xff\xfe pull QPS exceeded\n", capture_output=True, check=True
    )
    assert json.loads(result.stdout)["message"] == "\ufffd\ufffd pull QPS exceeded"


def test_an_unknown_message_is_shown_whole_and_escaped() -> None:
    text = run("classify", "the moon\x1b[31m is full").stdout
    assert "The message:\n    | the moon\\x1b[31m is full\n" in text


def test_a_state_is_no_cause() -> None:
    result = run("explain", "ImagePullBackOff")
    assert (result.returncode, result.stderr) == (0, "")
    assert "That is a state and names no cause" in result.stdout
    assert "'kubectl imagepull diagnose POD' reads it there" in result.stdout


def test_explain_takes_a_message_in_several_words() -> None:
    assert run("explain", "no", "space", "left", "on", "device").stdout == run("explain", "NodeDiskFull").stdout


def test_flags_may_stand_before_the_command(recording: str) -> None:
    behind = run("scan", "--from", recording, "-n", "shop", "-o", "name")
    assert behind.stdout == "pod/web-1\n"
    for arguments in (
        ("--from", recording, "-n", "shop", "-o", "name", "scan"),
        ("-n", "shop", f"--from={recording}", "scan", "-oname"),
        ("-A=false", "--from", recording, "scan", "-o", "name"),
    ):
        assert run(*arguments).stdout == behind.stdout


def test_help_is_a_command_too() -> None:
    assert run("help", "explain").stdout == run("explain", "--help").stdout
    assert run("help").stdout == run("--help").stdout


def test_the_nearest_name_is_offered(recording: str) -> None:
    gone = run("diagnose", "web-11", "--from", recording)
    assert gone.returncode == 3
    assert gone.stderr == f"error: pod/web-11 not found in any namespace of {recording}; did you mean pod/web-1?\n"


def test_the_demo_says_how_the_program_is_called_where_it_isnt_installed(tmp_path: Path) -> None:
    assert "on your PATH" in run("demo", PATH=str(tmp_path)).stdout
    (tmp_path / "kubectl-imagepull").symlink_to(PROGRAM)
    assert "on your PATH" not in run("demo", PATH=str(tmp_path)).stdout


def test_version_is_an_option_too() -> None:
    assert run("--version").stdout == run("version").stdout


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["scan"], "short"),
        (["scan", "-o", "wide"], "in full"),
        (["scan", "-o", "json"], "in full"),
        (["diagnose"], "in full"),
    ],
)
def test_a_table_has_the_short_notes(monkeypatch: pytest.MonkeyPatch, arguments: list[str], why: str) -> None:
    skipped = (Skipped("x", "in full", partly=False, short="short"),)
    report = replace(report_on(cluster([FAILING]), 0.0), skipped=skipped)
    monkeypatch.setattr(report_commands, "_examine", lambda *_, **__: (report, ()))
    result = CliRunner().invoke(cli.app, arguments)
    assert (result.exit_code, result.stderr) == (0, f"note: x: {why}\n")
