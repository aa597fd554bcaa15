"""The labelled messages of many runtimes, registries and years, each classified; the figure is printed."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

from kubectl_imagepull.messages.classify import classify

CORPUS = Path(__file__).parent.parent / "corpus"
SILENT = {"Unknown", "CauseNotReported"}


@pytest.mark.parametrize(
    ("name", "right_at_least"),
    [
        ("messages", 0.98),
        ("runtimes", 0.98),
        ("messages-2", 0.98),
        ("unseen", 0.92),
        ("unseen-2", 0.92),
        ("unseen-3", 0.92),
        ("unseen-4", 0.92),
        ("unseen-5", 0.92),
    ],
)
def test_the_corpus_is_read_right(name: str, right_at_least: float, figures: list[str]) -> None:
    rows = [json.loads(line) for line in (CORPUS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    by_runtime: dict[str, list[bool]] = defaultdict(list)
    wrong, mistakes = 0, []
    for row in rows:
        cause = classify(row["message"], row.get("reason")).cause.value
        right = cause in {row["cause"], *row.get("also", []), *row.get("accept", [])}
        by_runtime[row.get("runtime", "any")].append(right)
        wrong += not right and cause not in SILENT
        if not right:
            mistakes.append(f"{row['cause']} was called {cause}: {row['message'][:200]}")
    share = sum(map(sum, by_runtime.values())) / len(rows)
    split = ", ".join(f"{runtime} {sum(hits)}/{len(hits)}" for runtime, hits in sorted(by_runtime.items()))
    figures.append(f"{name}: {share:.1%} right, {wrong / len(rows):.1%} wrong of {len(rows)}: {split}")
    assert share >= right_at_least, "\n".join(mistakes)
    assert wrong / len(rows) <= (0.02 if name.startswith("unseen") else 0.005), "\n".join(mistakes)


def test_a_sandbox_is_seen(figures: list[str]) -> None:
    rows = [json.loads(line) for line in (CORPUS / "messages.jsonl").read_text(encoding="utf-8").splitlines()]
    seen = [classify(row["message"]).what.value == "sandbox" for row in rows if row.get("what") == "sandbox"]
    figures.append(f"sandbox images seen as such: {sum(seen)}/{len(seen)}")
    assert all(seen)
