"""Measures what docs/performance.md says: `make bench`.

Times vary from machine to machine; what can be compared between machines are the ratios, taken in one run.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.messages.rules.rule_table import RULES

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "tests" / "corpus"
MESSAGES = 100_000
MEBIBYTE = 1 << 20
BARE = """
import typer
app = typer.Typer()
@app.command()
def version() -> None:
    print("1")
@app.command()
def other() -> None:
    print("2")
app()
"""
#: Beginnings that a pattern may scan from again and again, and the marks that nest.
HOSTILE = [
    *'"\\/([{<:',
    '\\"', '"\\', "http://", "https://:::", "docker://", "lookup a", "sha256:", "[::", "1.1.1.", ": ", "\n", " in ",
    '"errors":[{"code":"', 'err="', 'error="\\"', 'time="', '{"message":"', 'failed to "x" for "', "unauthorized: ",
    "(Mirrors also failed: [", "]): ", ", rpc error: code = ", "image pull secrets (", "open /x: ", "reading blob ",
]  # fmt: skip


def messages(count: int) -> list[str]:
    """Messages of the corpus, no two alike: hosts, addresses and tags differ."""
    rows = [
        json.loads(line)["message"]
        for name in ("messages", "runtimes")
        for line in (CORPUS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    return [
        rows[i % len(rows)]
        .replace("example", f"e{i}.example")
        .replace("10.20.", f"10.{i % 250}.")
        .replace(":v", f":v{i}.")
        for i in range(count)
    ]


def classify_rate() -> None:
    """Messages a second: the function, and the whole program with its start and its JSON."""
    distinct = messages(MESSAGES)
    began = time.process_time()
    for message in distinct:
        classify(message)
    print(f"classify, function: {MESSAGES / (time.process_time() - began):,.0f} messages a second on one core")
    with tempfile.TemporaryFile("w+") as lines:
        lines.writelines(json.dumps({"message": message}) + "\n" for message in distinct)
        lines.seek(0)
        began = time.perf_counter()
        command = [sys.executable, "-m", "kubectl_imagepull", "classify", "-o", "json"]
        subprocess.run(command, stdin=lines, stdout=subprocess.DEVNULL, check=True)
        took = time.perf_counter() - began
    print(f"classify, program:  {MESSAGES / took:,.0f} messages a second, start included")


def longest_message() -> None:
    """The slowest of many texts of one mebibyte that are made to be slow."""
    random.seed(1)
    parts = [*HOSTILE, *(text for rule in RULES for text in rule.texts)]
    parts += [random.choice(HOSTILE) + random.choice(parts) for _ in range(300)]  # noqa: S311 - no secret
    slowest = (0.0, "")
    for part in parts:
        text = (part * (MEBIBYTE // len(part) + 1))[:MEBIBYTE]
        began = time.perf_counter()
        classify(text)
        slowest = max(slowest, (time.perf_counter() - began, part[:40]))
    print(f"1 MiB message, slowest of {len(parts)}: {slowest[0] * 1000:.0f} ms ({slowest[1]!r})")


def start() -> None:
    """`version` against a bare typer program with two commands, in turn, in the same environment."""
    ours = [sys.executable, "-m", "kubectl_imagepull", "version"]
    with tempfile.NamedTemporaryFile("w", suffix=".py") as bare:
        bare.write(BARE)
        bare.flush()
        pairs = [(_timed(ours), _timed([sys.executable, bare.name, "version"])) for _ in range(15)]
    ratio = statistics.median(a / b for a, b in pairs)
    mine, other = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"start: version {mine * 1000:.0f} ms, bare typer program {other * 1000:.0f} ms, ratio {ratio:.2f}")


def _timed(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    classify_rate()
    longest_message()
    start()
