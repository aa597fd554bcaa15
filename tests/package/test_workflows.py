"""The workflows are what GitHub takes; they run nowhere else."""

from package.build import path
from package.built import ROOT, run


def test_actionlint_finds_nothing() -> None:
    files = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    assert [file.name for file in files] == ["ci.yml", "release.yml"]
    checked = run(path("actionlint"), "-no-color", *files)
    assert (checked.returncode, checked.stdout) == (0, "")
