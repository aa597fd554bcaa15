"""Measures how large recordings are read, what docs/performance.md says of it: `make bench-recordings`.

One file of 50,000 pods is scanned as a file, as a directory of 5,000 files and from standard input, in turn with
`jq '.items|length'` and with Python's json, so that other work on the machine slows all of them alike. What counts are
the ratios of CPU time and the most memory that each program had. Needs jq and 3 GB of memory.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from finished_run import FinishedRun, run_to_end
from large_recording import EVENTS, FAILING, FILES, PODS

MEGABYTE = 1_000_000
JSON = "import json, sys; print(len(json.load(open(sys.argv[1], 'rb'))['items']))"
OURS = (sys.executable, "-m", "kubectl_imagepull", "scan", "--from")
JQ, PYTHON = "jq '.items|length'", "Python's json"
#: What was measured against another program's time, and at most shall be.
MOST_TIME, MOST_MEMORY = 0.5, 2.0


def run(command: tuple[str, ...], stdin: Path | None = None) -> FinishedRun:
    """Runs a program to its end, and ends this one where it fails."""
    if stdin is None:
        return run_to_end(command)
    # a pipe, as from another program: a file could be mapped
    with stdin.open("rb") as source, subprocess.Popen(["/bin/cat"], stdin=source, stdout=subprocess.PIPE) as piped:
        return run_to_end(command, stdin=piped.stdout)


def main() -> int:
    """Measures all ways of reading, and prints them beside their goals."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pods", type=int, default=PODS)
    parser.add_argument("--rounds", type=int, default=3, help="runs of each program")
    parser.add_argument("--indent", action="store_true", help="with line breaks, as kubectl writes it")
    arguments = parser.parse_args()
    if shutil.which("jq") is None:
        parser.error("jq is needed: apt-get install jq")
    pods, failing, events = (number * arguments.pods // PODS for number in (PODS, FAILING, EVENTS))
    with tempfile.TemporaryDirectory() as place:
        file, folder = Path(place, "recording.json"), Path(place, "recording")
        # in a process of its own: what this one holds would count as the first memory of each that it starts
        script = [sys.executable, str(Path(__file__).with_name("large_recording.py")), str(file)]
        options = ["--indent"] if arguments.indent else []
        subprocess.run([*script, *options, "--pods", str(arguments.pods), "--directory", str(folder)], check=True)
        size = file.stat().st_size
        print(f"{size / MEGABYTE:,.0f} MB: {pods:,} pods, {failing:,} of them failing, {events:,} events")
        programs: dict[str, tuple[tuple[str, ...], Path | None]] = {
            JQ: (("jq", ".items|length", str(file)), None),
            PYTHON: ((sys.executable, "-c", JSON, str(file)), None),
            "scan, one file": ((*OURS, str(file)), None),
            f"scan, {FILES:,} files": ((*OURS, str(folder)), None),
            "scan, standard input": ((*OURS, "-"), file),
        }
        runs: dict[str, list[FinishedRun]] = {name: [] for name in programs}
        for _ in range(arguments.rounds):
            for name, (command, stdin) in programs.items():
                runs[name].append(run(command, stdin))
    missed = 0
    for name, own in runs.items():
        seconds = statistics.median(one.cpu for one in own)
        ratio = statistics.median(one.cpu / jq.cpu for one, jq in zip(own, runs[JQ], strict=True))
        memory = max(one.memory for one in own)
        met = name in {JQ, PYTHON} or (ratio <= MOST_TIME and memory <= MOST_MEMORY * size)
        missed += not met
        print(
            f"  {name:24} {seconds:6.2f} s of CPU, {ratio:5.2f} of jq's; {memory / MEGABYTE:6,.0f} MB, "
            f"{memory / size:4.2f} times the file{'' if met else ': NOT MET'}"
        )
    print(f"  wanted: {MOST_TIME} of jq's time, and {MOST_MEMORY} times the file")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
