"""What is imported late, and what each start loads: a start is a user's wait."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kubectl_imagepull.recorded import RECORDING

PACKAGE = Path(__file__).parent.parent / "kubectl_imagepull"
#: Without one a module needn't be parsed: few have any.
_INDENTED_IMPORT = re.compile(r"^\s+(?:from|import)\b|[:;] *(?:from|import)\b", re.MULTILINE)

_COMMAND = "only the command that is called"
_FORMAT = "only the format that is asked for"
_TAB = "only where a shell asks for candidates"
_MEANWHILE = "after the server has been asked, or while it works: reading comes first"
_CHOSEN = "only where failures are chosen among: it loads what repairs them"
_FAILING = "only where something fails"
_RELEASE = "only where a Helm release made the workload"
_DEPLOYER = "only where Argo CD or Flux writes the workload"
#: Module, what it imports inside a function, and when that is needed. All other imports stand at the top.
LATE_IMPORTS = {
    ("__main__", "cli.program"): "after interrupts are seen to",
    ("cli.program", "cli.internal_error"): "only where there is one",
    ("cli.program", "cli.watch_command"): _COMMAND,
    ("cli.program", "cli.report_commands"): _COMMAND,
    ("cli.program", "cli.wait_command"): _COMMAND,
    ("cli.program", "cli.check_command"): _COMMAND,
    ("cli.program", "cli.record_command"): _COMMAND,
    ("cli.request", "registry.reach"): "only where registries are asked",
    ("runs.examine", "runs.probed_diagnoses"): "only where registries are asked: urllib3, 60 ms",
    ("cli.check_command", "report.check_document"): _FORMAT,
    ("cli.check_command", "report.check_files"): _FORMAT,
    ("cli.program", "cli.classify_command"): _COMMAND,
    ("cli.program", "cli.explain_command"): _COMMAND,
    ("cli.program", "cli.issue_command"): _COMMAND,
    ("cli.site_rules_loading", "runs.rules_file"): "PyYAML, 15 ms: most users have no rules of their own",
    ("cli.rules_commands", "cli.faults"): _COMMAND,
    ("cli.rules_commands", "report.rules_text"): _COMMAND,
    ("cli.rules_commands", "runs.own_rules_path"): _COMMAND,
    ("cli.rules_commands", "runs.rules_check"): _COMMAND,
    ("cli.rules_commands", "runs.rules_file"): _COMMAND,
    ("cli.program", "cli.demo_command"): _COMMAND,
    ("cli.program", "vocabulary.causes"): _TAB,
    ("cli.program", "typer._completion_classes"): _TAB,
    ("cli.flagged_command", "cli.completion.candidates"): _TAB,
    ("cli.completion.protocol", "typer._completion_classes"): _TAB,
    ("cli.completion.candidates", "cli.completion.cluster_names"): "only where a cluster has to be asked: 100 ms",
    ("cli.completion.app", "cli.completion.install"): _COMMAND,
    ("cli.completion.app", "typer._completion_shared"): _COMMAND,
    ("cli.classify_command", "runs.pasted_objects"): "only where objects of Kubernetes come in: it reads recordings",
    ("cli.report_commands", "runs.multicluster"): "only for several clusters",
    ("cli.report_commands", "runs.examine"): _MEANWHILE,
    ("cli.report_commands", "cli.show_report"): _MEANWHILE,
    ("cli.report_commands", "runs.choice"): _CHOSEN,
    ("cli.report_commands", "cli.choosing"): _CHOSEN,
    ("cli.report_commands", "cli.show_nothing"): "only where nothing fails",
    ("cli.report_commands", "failures.finding"): "only where there are pods",
    ("runs.read_request", "kube.recording.dump"): "only where recordings are read",
    ("runs.read_request", "runs.cluster_reader"): "ssl and sockets, 30 ms: a recording needs no connection",
    ("runs.read_request", "runs.closer_look"): _MEANWHILE,
    ("runs.cluster_reader", "kube.reading.by_name"): "only where names are asked for",
    ("runs.cluster_reader", "kube.reading.best_effort"): _FAILING,
    ("runs.cluster_reader", "kube.reading.related"): _FAILING,
    ("runs.cluster_reader", "kube.reading.watched_cluster"): "only where a cluster is watched",
    ("kube.connection.login", "kube.connection.plugin"): "only where a plugin logs in",
    ("kube.reading.api", "vocabulary.redaction"): "only where a server refuses something",
    ("kube.reading.live", "kube.reading.selective"): "only in large scopes",
    ("kube.reading.pool", "concurrent.futures"): "only where several requests go side by side",
    ("kube.connection.client", "kube.connection.proxied"): "only where a proxy leads to the cluster: urllib3, 50 ms",
    ("kube.connection.proxied", "urllib3.contrib.socks"): "needs PySocks, which doesn't come along",
    (
        "kube.recording.dump",
        "kube.recording.pseudonym_key",
    ): "only where a recording has pseudonyms, and its key is there",
    ("kube.documents.documents", "kube.documents.yaml_documents"): "PyYAML, 15 ms: most recordings are JSON",
    ("kube.recording.dump", "kube.recording.large_lists"): "msgspec, 30 ms: more than a small recording takes",
    ("evidence.witnesses", "evidence.releases.look"): _RELEASE,
    ("fixes.managed_workloads", "fixes.writers.helm_release"): _RELEASE,
    ("evidence.witnesses", "evidence.deployers"): _DEPLOYER,
    ("fixes.managed_workloads", "fixes.writers"): _DEPLOYER,
    ("evidence.witnesses", "evidence.image_streams"): _DEPLOYER,
    ("evidence.witnesses", "evidence.cluster_service_versions"): _DEPLOYER,
    ("fixes.managed_workloads", "fixes.writers.reverting_writers"): _DEPLOYER,
    ("fixes.managed_workloads", "fixes.writers.image_stream"): _DEPLOYER,
    ("report.answers", "tabulate"): "46 ms: one message needs no table",
    ("report.table", "tabulate"): "46 ms: documents need no table",
    ("report.text", "wcwidth"): "25 ms: most text is ASCII",
    ("report.document", "report.yaml_text"): _FORMAT,
    ("report.explanation", "report.cause_search"): "only where the word is no cause's name: it reads all rules",
    ("report.render", "report.markdown"): _FORMAT,
    ("report.render", "report.webpage"): _FORMAT,
    ("report.render", "report.detail"): _FORMAT,
    ("report.render", "report.table"): _FORMAT,
    ("report.render", "report.short_page"): _FORMAT,
    ("report.render", "report.junit"): _FORMAT,
    ("report.render", "report.sarif"): _FORMAT,
    ("report.render", "report.script"): _FORMAT,
}

#: What every start loads of others: typer, and what that imports.
_TYPER = {"annotated_doc", "shellingham", "typer"}
#: Other people's packages that a start loads, and so many modules of our own at most.
STARTS = {
    ("--help",): (_TYPER, 30),
    ("version",): (_TYPER, 30),
    ("__complete", "scan", "--n"): (_TYPER, 30),
    ("classify", "x"): (_TYPER, 75),
    ("explain", "TagNotFound"): (_TYPER, 130),
    ("scan", "--from", str(RECORDING), "-o", "json"): (_TYPER, 258),
    ("scan", "--from", str(RECORDING)): ({*_TYPER, "tabulate", "wcwidth"}, 264),
    ("demo",): ({*_TYPER, "tabulate", "wcwidth"}, 263),
}


def late_imports() -> Iterator[tuple[str, str]]:
    for path in PACKAGE.rglob("*.py"):
        module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        text = path.read_text(encoding="utf-8")
        if not _INDENTED_IMPORT.search(text):
            continue
        tree = ast.parse(text)
        functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
        for function in functions:
            for node in ast.walk(function):
                if isinstance(node, ast.ImportFrom):
                    yield module, str(node.module).removeprefix("kubectl_imagepull.")
                elif isinstance(node, ast.Import):
                    yield from ((module, name.name.removeprefix("kubectl_imagepull.")) for name in node.names)


def test_each_late_import_is_named_with_its_reason() -> None:
    assert set(late_imports()) == set(LATE_IMPORTS), "LATE_IMPORTS names each, and says when it is needed"


@pytest.mark.parametrize("arguments", STARTS, ids=lambda arguments: arguments[0])
def test_a_start_loads_what_it_needs(arguments: tuple[str, ...]) -> None:
    code = (
        "import sys; before = set(sys.modules); sys.argv = ['kubectl-imagepull', *sys.argv[1:]]\n"
        "from kubectl_imagepull.cli.program import main\n"
        "try:\n    main()\n"
        "except SystemExit: pass\n"
        "print(*(set(sys.modules) - before), file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = result.stderr.split("\n")[-2].split()
    own = [name for name in loaded if name.startswith("kubectl_imagepull")]
    packages = {name.partition(".")[0] for name in loaded} - sys.stdlib_module_names - {"kubectl_imagepull"}
    allowed, most = STARTS[arguments]
    assert packages | _TYPER == allowed
    assert 0 < len(own) <= most
