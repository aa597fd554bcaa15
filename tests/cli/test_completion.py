"""What TAB offers without a cluster, the shells' scripts, and the file that kubectl completes by."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from program_forks import PROGRAM, run_program
from shells import SHELLS, completed, needs

from kubectl_imagepull.cli.completion.install import completion_script
from kubectl_imagepull.report.formats import Output

EXECUTABLE = "kubectl_complete-imagepull"


def run(*arguments: str, path: str = os.environ["PATH"], **environment: str) -> subprocess.CompletedProcess[str]:
    return run_program({"PATH": path, "HOME": "/nonexistent", "LANG": "C.UTF-8", **environment}, *arguments)


def offered(*words: str, **environment: str) -> list[str]:
    """The lines that kubectl gets for these words."""
    result = run("__complete", *words, **environment)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout.splitlines()


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (["vers"], ["version\tPrint the program's version.", ":4"]),
        (["completion", "un"], ["uninstall\tRemove what 'completion install' wrote.", ":4"]),
        (["scan", "--names"], ["--namespace\tLook only here. Repeatable.", ":4"]),
        (
            ["scan", "-A", "--wat"],
            ["--watch\tKeep the table current until you press Ctrl-C; in a pipe, a line for each change.", ":4"],
        ),
        (["scan", ""], [":4"]),
        (["scan", "-o", ""], [*Output, ":4"]),
        (["scan", "-o", "js"], ["json", ":4"]),
        (["scan", "--output=js"], ["json", ":4"]),
        (["scan", "--color", "a"], ["auto", "always", ":4"]),
        (["explain", "Tag"], ["TagNotFound\tthis tag or digest is not in the registry", ":4"]),
        (["scan", "--kubeconfig", ""], [":0"]),
        (["scan", "--from", "x"], [":0"]),
        (["scan", "--client-key", ""], [":0"]),
        (["completion", "install", "--dir", ""], [":16"]),
        (["scan", "--nope", "x", "--names"], ["--namespace\tLook only here. Repeatable.", ":4"]),
        (["scan", "--all-namespaces=true", "--names"], ["--namespace\tLook only here. Repeatable.", ":4"]),
        (["diagnose", "--wait", "-A", "--color", "ne"], ["never", ":4"]),
        (["scan", "-h", "--names"], ["--namespace\tLook only here. Repeatable.", ":4"]),
    ],
)
def test_words_become_candidates_and_a_directive(words: list[str], lines: list[str]) -> None:
    assert offered(*words) == lines


def test_no_word_at_all_offers_the_commands() -> None:
    assert offered() == offered("")
    names = [line.partition("\t")[0] for line in offered("")]
    assert names == [
        "scan",
        "diagnose",
        "record",
        "check",
        "classify",
        "report",
        "explain",
        "demo",
        "version",
        "rules",
        "completion",
        ":4",
    ]


@pytest.fixture
def kubeconfig(tmp_path: Path) -> str:
    names = [
        "arn:aws:eks:eu-west-1:1:cluster/prod",
        "dev",
        "-x",
        "a b",
        "$(id)",
        "\\$(id)",
        "`id`",
        "a'b",
        "a;b",
        "\x1b[31m",
    ]
    config = {
        "current-context": "dev",
        "contexts": [{"name": name, "context": {"cluster": "c1", "user": "u1", "namespace": "shop"}} for name in names],
        "clusters": [
            {"name": "c1", "cluster": {"server": "https://127.0.0.1:1"}},
            {"name": "c2", "cluster": {"server": "https://joe:s3cret@127.0.0.1:1"}},
            {"name": "c3", "cluster": {"server": "https://$(id)"}},
        ],
        "users": [{"name": "u1", "user": {}}],
    }
    path = tmp_path / "config"
    path.write_text(json.dumps(config), encoding="utf-8")
    return str(path)


def test_the_kubeconfigs_names_are_offered_but_none_that_a_shell_would_read_otherwise(kubeconfig: str) -> None:
    lines = ["arn:aws:eks:eu-west-1:1:cluster/prod\tcluster c1", "dev\tcluster c1", ":4"]
    assert offered("scan", "--context", "", KUBECONFIG=kubeconfig) == lines
    assert offered("scan", "--kubeconfig", kubeconfig, "--context", "d") == lines[1:]
    assert offered("diagnose", "--cluster", "", KUBECONFIG=kubeconfig) == [
        "c1\thttps://127.0.0.1:1",
        "c2",
        "c3",
        ":4",
    ]
    assert offered("diagnose", "--user", "", KUBECONFIG=kubeconfig) == ["u1", ":4"]


def test_what_cannot_be_read_has_no_candidates(kubeconfig: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.write_text("contexts: [", encoding="utf-8")
    assert offered("scan", "--context", "", KUBECONFIG=str(bad)) == [":4"]
    assert offered("scan", "-n", "", KUBECONFIG=str(bad)) == [":4"]
    assert offered("scan", "-n", "") == [":4"]
    # nobody listens there: of the namespaces, those of the kubeconfig remain
    assert offered("scan", "-n", "", KUBECONFIG=kubeconfig) == ["shop", ":4"]
    assert offered("diagnose", "", KUBECONFIG=kubeconfig) == [":4"]
    assert offered("diagnose", "--from", "x", "") == [":4"]
    assert offered("diagnose", "./", KUBECONFIG=kubeconfig) == [":4"]
    assert offered("scan", "--request-timeout", "soon", "-n", "", KUBECONFIG=kubeconfig) == [":4"]


# The bare program


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes_the_bare_program(shell: str, tmp_path: Path, kubeconfig: str) -> None:
    needs(shell)
    path = f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(tmp_path), "LANG": "C.UTF-8", "KUBECONFIG": kubeconfig}
    for typed, line in (
        ("kubectl-imagepull vers", "kubectl-imagepull version"),
        ("kubectl-imagepull scan --namesp", "kubectl-imagepull scan --namespace"),
        ("kubectl-imagepull scan -o js", "kubectl-imagepull scan -o json"),
        ("kubectl-imagepull scan --context de", "kubectl-imagepull scan --context dev"),
    ):
        assert completed(shell, f"kubectl-imagepull completion {shell}", typed, environment) == line


def test_the_script_for_powershell() -> None:
    """It isn't run: no PowerShell is at hand."""
    result = run("completion", "powershell")
    assert (result.returncode, result.stderr) == (0, "")
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert '$Env:_KUBECTL_IMAGEPULL_COMPLETE = "complete_powershell"' in lines
    assert "kubectl-imagepull | ForEach-Object {" in lines
    assert lines[-1] == "Register-ArgumentCompleter -Native -CommandName kubectl-imagepull -ScriptBlock $scriptblock"


def test_powershell_gets_its_candidates() -> None:
    asked = {"_TYPER_COMPLETE_ARGS": "kubectl-imagepull scan -o js", "_TYPER_COMPLETE_WORD_TO_COMPLETE": "js"}
    result = run(_KUBECTL_IMAGEPULL_COMPLETE="complete_powershell", **asked)
    assert (result.returncode, result.stdout, result.stderr) == (0, "json::: \n", "")


def test_there_is_one_way_to_install() -> None:
    text = run("--help").stdout
    assert "--install-completion" not in text
    assert "--show-completion" not in text


# The file for kubectl

POSIX = """\
#!/bin/sh
# Written by 'kubectl imagepull completion install': kubectl runs this to complete 'kubectl imagepull ...'.
exec kubectl-imagepull __complete "$@" 2>/dev/null
"""


def test_what_the_file_holds() -> None:
    assert completion_script(windows=False) == POSIX
    assert completion_script(windows=True) == (
        "@rem Written by 'kubectl imagepull completion install': kubectl runs this to complete 'kubectl imagepull ...'."
        "\r\n@kubectl-imagepull __complete %* 2>nul\r\n"
    )


class Places:
    """Directories on PATH; `own` holds the program."""

    def __init__(self, root: Path) -> None:
        self.home = root / "home"
        self.first, self.own, self.local = root / "first", root / "own", self.home / "bin"
        for place in (self.first, self.own, self.local):
            place.mkdir(parents=True)
        (self.own / "kubectl-imagepull").symlink_to(PROGRAM)

    def run(self, *arguments: str, path: list[Path] | None = None) -> subprocess.CompletedProcess[str]:
        places = [self.first, self.own, self.local] if path is None else path
        return run("completion", *arguments, path=os.pathsep.join(map(str, places)), HOME=str(self.home))

    def where(self, *arguments: str, path: list[Path] | None = None) -> Path:
        """Installs, and gives the directory that is said; it holds the file."""
        result = self.run("install", *arguments, path=path)
        assert result.returncode == 0, result.stderr
        first, second = result.stdout.splitlines()
        written = Path(first.removeprefix("wrote "))
        assert written.name == EXECUTABLE
        assert written.read_text(encoding="utf-8") == POSIX
        assert written.stat().st_mode & 0o777 == 0o755
        assert [one.name for one in written.parent.iterdir() if one.name.startswith("tmp")] == []
        assert second == (
            "'kubectl imagepull' is completed now wherever kubectl is (1.26 or newer; 'kubectl completion --help')."
        )
        return written.parent


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


def test_it_goes_next_to_the_program_else_below_home_else_anywhere_on_path(places: Places, tmp_path: Path) -> None:
    assert places.where() == places.own
    assert places.where() == places.own  # again: it is ours
    assert places.run("uninstall").stdout == f"removed {places.own / EXECUTABLE}\n"
    assert places.run("uninstall").stdout == "nothing to remove\n"
    assert places.where(path=[places.first, places.local]) == places.local
    (places.local / EXECUTABLE).unlink()
    everybodys = tmp_path / "everybodys"
    everybodys.mkdir()
    everybodys.chmod(0o777)
    assert places.where(path=[everybodys, Path("relative"), tmp_path / "gone", places.first]) == places.first


def test_where_it_is_already_it_stays(places: Places) -> None:
    assert places.where("--dir", str(places.first)) == places.first
    assert places.where() == places.first
    places.where("--dir", str(places.local))
    assert places.run("uninstall", "--dir", str(places.local)).stdout == f"removed {places.local / EXECUTABLE}\n"
    assert places.run("uninstall").stdout == f"removed {places.first / EXECUTABLE}\n"


def test_a_directory_that_is_not_on_path_is_said(places: Places, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    result = places.run("install", "--dir", str(other))
    assert result.returncode == 0
    assert result.stderr == f"note: kubectl won't find it until {other} is on PATH\n"


@pytest.mark.parametrize("kind", ["file", "link", "directory"])
def test_what_is_not_ours_stays(places: Places, kind: str) -> None:
    path = places.own / EXECUTABLE
    if kind == "file":
        path.write_text("#!/bin/sh\necho mine\n", encoding="utf-8")
        path.chmod(0o755)
    elif kind == "link":
        path.symlink_to("/nowhere")
    else:
        path.mkdir()
    result = places.run("install")
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr == (
        f"error: {path} already exists and was not written by this program; move it away, or choose another "
        "directory with --dir\n"
    )
    assert places.run("uninstall").stdout == "nothing to remove\n"
    assert os.path.lexists(path)
    assert places.where("--dir", str(places.local)) == places.local


def test_a_directory_that_cannot_be_written_to(places: Places, tmp_path: Path) -> None:
    result = places.run("install", "--dir", str(tmp_path / "gone"))
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr == (
        f"error: {tmp_path / 'gone' / EXECUTABLE} can't be written (no such file or directory); choose another "
        "directory with --dir\n"
    )
    nowhere = places.run("install", path=[tmp_path / "gone"])
    assert (nowhere.returncode, nowhere.stdout) == (3, "")
    assert nowhere.stderr == (
        "error: no directory on PATH is writable; create one (such as ~/.local/bin) and put it on PATH, or choose "
        "one with --dir\n"
    )


def test_the_file_asks_the_program(places: Places) -> None:
    places.where()
    path = f"{places.own}{os.pathsep}{os.environ['PATH']}"
    command = [str(places.own / EXECUTABLE), "scan", "-o", "js"]
    result = subprocess.run(command, capture_output=True, text=True, env={"PATH": path}, check=True)
    assert (result.stdout, result.stderr) == ("json\n:4\n", "")
    (places.own / "kubectl-imagepull").unlink()
    gone = subprocess.run(command, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}, check=False)
    assert (gone.stdout, gone.stderr) == ("", "")
