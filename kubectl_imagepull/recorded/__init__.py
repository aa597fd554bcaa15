"""The recorded cluster that `demo` reads: real pods and events of Kubernetes 1.36 with 50 kinds of failure.

It may use nothing of the package: it only says where its files lie.
"""

from __future__ import annotations

from pathlib import Path

#: The directory of its files.
RECORDING = Path(__file__).parent / "cluster"
