"""`record`: one file, whole or not at all, for its owner alone, which reads to the same diagnoses."""

from __future__ import annotations

import errno
import gzip
import json
import os
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kubectl_imagepull.cli.program import app
from kubectl_imagepull.recorded import RECORDING


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def record(path: Path | str, *arguments: str) -> Result:
    return run("record", str(path), "--from", str(RECORDING), *arguments)


def failures(*arguments: str) -> object:
    return json.loads(run("diagnose", "-A", "-o", "json", *arguments).stdout)["failures"]


@pytest.mark.parametrize("name", ["failing.json", "failing.json.gz"])
def test_the_file_reads_to_the_same_diagnoses(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    result = record(path)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith(f"{path}: 619 objects, 69 failed pulls. No value of a secret is in it; ")
    assert failures("--from", str(path)) == failures("--from", str(RECORDING))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_it_is_a_list_that_says_what_made_it(tmp_path: Path) -> None:
    path = tmp_path / "failing.json.gz"
    record(path, "-n", "shop")
    document = json.loads(gzip.decompress(path.read_bytes()))
    assert (document["apiVersion"], document["kind"]) == ("v1", "List")
    assert document["metadata"]["madeBy"] == document["recording"]["madeBy"]
    assert document["metadata"]["scope"] == "namespace shop"
    assert {"Pod", "Event"} <= {item["kind"] for item in document["items"]}


def test_standard_output_is_read_from_standard_input(tmp_path: Path) -> None:
    text = record("-", "-n", "shop").stdout
    (tmp_path / "piped.json").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["scan", "--from", "-", "-o", "json"], input=text)
    assert (
        json.loads(result.stdout)["failures"]
        == json.loads(run("scan", "-n", "shop", "--from", str(RECORDING), "-o", "json").stdout)["failures"]
    )


def test_a_file_system_without_links_is_written_to_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "failing pods.json"
    result = record(path)
    assert (result.exit_code, list(tmp_path.iterdir())) == (0, [path])
    assert f"--from '{path}'" in " ".join(result.stderr.split())
    assert record(path).exit_code == 2


def test_a_file_that_appears_meanwhile_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "failing.json"

    def written_by_another(*_: object) -> None:
        path.write_text("theirs", encoding="utf-8")
        raise FileExistsError(errno.EEXIST, "File exists")

    monkeypatch.setattr(os, "link", written_by_another)
    result = record(path)
    assert (result.exit_code, path.read_text(encoding="utf-8")) == (3, "theirs")
    assert "exists by now" in result.stderr
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cant_be_written_to_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = record(tmp_path / "failing.json")
    assert (result.exit_code, list(tmp_path.iterdir())) == (3, [])
    assert "can't be written: no space left on device" in result.stderr


def test_a_file_is_written_over_only_by_force(tmp_path: Path) -> None:
    path = tmp_path / "failing.json"
    path.write_text("mine", encoding="utf-8")
    result = record(path)
    assert (result.exit_code, path.read_text(encoding="utf-8")) == (2, "mine")
    assert f"{path} exists already: --force writes over it" in " ".join(result.stderr.split())
    assert record(path, "--force").exit_code == 0
    assert failures("--from", str(path)) == failures("--from", str(RECORDING))


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("deploy/web", "deploy is no directory: the file comes first, then pods or workloads"),
        (".", ". is a directory: name a file in it"),
    ],
)
def test_a_place_that_is_none_is_said_before_anything_is_read(
    path: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = record(path)
    assert result.exit_code == 2
    assert fault in " ".join(result.stderr.split())


@pytest.mark.parametrize("kind", ["pipe", "link", "broken link"])
def test_what_is_no_regular_file_is_never_written_over(tmp_path: Path, kind: str) -> None:
    path, other = tmp_path / "failing.json", tmp_path / "other"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(other)
    if kind == "link":
        other.write_text("mine", encoding="utf-8")
    before = path.lstat()
    result = record(path, "--force")
    assert result.exit_code == 2
    assert "is no regular file, and isn't written over; - is standard output" in " ".join(result.stderr.split())
    assert (path.lstat().st_ino, path.lstat().st_mode) == (before.st_ino, before.st_mode)
    assert other.exists() == (kind == "link")


def test_a_target_that_isnt_there_is_no_recording(tmp_path: Path) -> None:
    path = tmp_path / "failing.json"
    result = record(path, "deploy/gone", "-n", "shop")
    assert (result.exit_code, path.exists()) == (3, False)
    assert "deployment/gone" in result.stderr


def test_without_secrets_none_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "failing.json"
    result = record(path, "--no-secrets")
    document = json.loads(path.read_text(encoding="utf-8"))
    assert "Secret" not in {item["kind"] for item in document["items"]}
    assert "--no-secrets was given" in result.stderr
    again = run("diagnose", "-A", "--from", str(path))
    assert "--no-secrets was given" in again.stderr


def test_of_a_recording_one_namespace_or_all_are_taken() -> None:
    result = record("-", "-n", "shop,edge")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "record takes one namespace of a recording, or all" in result.stderr


def test_several_clusters_are_a_file_each() -> None:
    result = run("record", "-", "--context", "a", "--context", "b")
    assert result.exit_code == 2
    assert "record reads one cluster" in result.stderr


@pytest.mark.parametrize("key", ["--force", "-"])
def test_a_key_that_is_no_file_is_refused(tmp_path: Path, key: str) -> None:
    result = record(tmp_path / "x.json", "--pseudonyms", key)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: --pseudonyms: name the key's file first, such as --pseudonyms key.json")
    assert not list(tmp_path.iterdir())


def test_a_recording_with_pseudonyms_is_read_with_its_key(tmp_path: Path) -> None:
    path, key = tmp_path / "failing.json", tmp_path / "key file.json"
    result = record(path, "--pseudonyms", str(key))
    assert result.exit_code == 0
    assert result.stderr.replace("\n", " ").strip() == (
        f"{path}: 619 objects, 69 failed pulls. No value of a secret is in it; names are pseudonyms. Look through it "
        f"before you pass it on. Keep {key}, which turns them back: "
        f"'kubectl imagepull diagnose --from {path} --key '{key}''."
    )
    assert [stat.S_IMODE(one.stat().st_mode) for one in (path, key)] == [0o600, 0o600]
    assert '"shop"' not in path.read_text(encoding="utf-8")
    assert failures("--from", str(path), "--key", str(key)) == failures("--from", str(RECORDING))
    assert run("scan", "--from", str(path)).stderr == "note: names: pseudonyms; --key KEYFILE turns them back\n"
    assert run("scan", "--from", str(path), "--key", str(key)).stderr == ""
    plain = tmp_path / "plain.json"
    assert run("record", str(plain), "--from", str(path), "--key", str(key)).exit_code == 0
    assert failures("--from", str(plain)) == failures("--from", str(RECORDING))


def test_a_key_is_taken_up_again(tmp_path: Path) -> None:
    key, paths = tmp_path / "key.json", [tmp_path / "shop.json", tmp_path / "all.json"]
    record(paths[0], "-n", "shop", "--pseudonyms", str(key))
    before = json.loads(key.read_text(encoding="utf-8"))
    record(paths[1], "--pseudonyms", str(key))
    after = json.loads(key.read_text(encoding="utf-8"))
    assert before["id"] == after["id"]
    assert before["names"].items() < after["names"].items()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    plain = [tmp_path / "plain-shop.json", tmp_path / "plain-all.json"]
    record(plain[0], "-n", "shop")
    record(plain[1])
    both = failures("--from", str(paths[0]), "--from", str(paths[1]), "--key", str(key))
    assert both == failures("--from", str(plain[0]), "--from", str(plain[1]))


def test_a_file_that_is_no_key_is_left_alone(tmp_path: Path) -> None:
    path, key = tmp_path / "failing.json", tmp_path / "notes"
    key.write_text("mine", encoding="utf-8")
    result = record(path, "--pseudonyms", str(key))
    assert (result.exit_code, key.read_text(encoding="utf-8"), path.exists()) == (3, "mine", False)
    assert f"{key} is damaged" in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ("failing.json", "the key can't be the recording, which is passed on: name another file"),
        ("key.json.gz", "a key isn't compressed: name it without .gz"),
        ("gone/key.json", "gone is no directory"),
    ],
)
def test_a_place_for_a_key_that_is_none_is_said(
    key: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = record("failing.json", "--pseudonyms", key)
    assert (result.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert f"--pseudonyms: {fault}" in " ".join(result.stderr.split())


def test_a_key_needs_a_recording() -> None:
    result = run("scan", "--key", "key.json")
    assert result.exit_code == 2
    assert "--key turns the pseudonyms of a recording back: name the recording with --from" in " ".join(
        result.stderr.split()
    )
