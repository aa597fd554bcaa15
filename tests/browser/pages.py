"""Writes the pages that Chromium looks at, as `make browser` runs it: pages.py FOLDER."""

from __future__ import annotations

import sys
from pathlib import Path

from report.conftest import Build
from report.reports import REPORTS
from report.test_webpage import crowd

from kubectl_imagepull.report.webpage import webpage


def main(folder: Path) -> None:
    """Writes a page for each kind of report, and two of many failures."""
    folder.mkdir(parents=True, exist_ok=True)
    build = Build()
    reports = {name: make(build) for name, make in REPORTS.items()}
    reports |= {str(pods): crowd(build, pods) for pods in (400, 5000)}
    for name, report in reports.items():
        (folder / f"{name.replace(' ', '-')}.html").write_text(webpage(report), encoding="ascii")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
