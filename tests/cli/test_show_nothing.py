"""Where nothing fails one sentence is shown, by a shorter way: it says what the long one would."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
import typer
from clusters import cluster, pod, running
from kube.apiserver import ApiServer, listing, status

from kubectl_imagepull.cli.exit_codes import Exit
from kubectl_imagepull.cli.flags import Flags
from kubectl_imagepull.cli.layout import Layout
from kubectl_imagepull.cli.show_nothing import show_nothing
from kubectl_imagepull.cli.show_report import show_report
from kubectl_imagepull.kube.snapshot import Skipped, Snapshot
from kubectl_imagepull.report.formats import Output
from kubectl_imagepull.runs.examine import examine

EMPTY = cluster([])
HEALTHY = cluster([pod("db-0", {"app": running()}, phase="Running")])
PARTLY = replace(HEALTHY, skipped=(Skipped("events", "a long reason", short="short"),))
NOTED = replace(HEALTHY, skipped=(Skipped("events", "a long reason", partly=False, short="short"),))


@pytest.mark.parametrize("flags", [Flags(), Flags(output=Output.WIDE), Flags(no_headers=True)], ids=str)
@pytest.mark.parametrize("snapshot", [EMPTY, HEALTHY, PARTLY, NOTED], ids=["empty", "healthy", "partly", "noted"])
def test_it_says_what_a_report_would(snapshot: Snapshot, flags: Flags, capsys: pytest.CaptureFixture[str]) -> None:
    code = Exit.OK
    try:
        show_nothing(snapshot, 0.4, flags)
    except typer.Exit as ended:
        code = Exit(ended.exit_code)
    shown = capsys.readouterr()
    report, _ = examine(snapshot, 0.0, ())
    show_report(replace(report, seconds=0.4), flags, (), (), Layout(detailed=False))
    assert shown == capsys.readouterr()
    assert shown.out or flags.no_headers
    assert code is (Exit.PARTLY_READ if snapshot is PARTLY else Exit.OK)


@pytest.mark.parametrize("pods", [0, 3])
def test_where_nothing_fails_nothing_is_loaded_that_judges_or_repairs(
    server: ApiServer, kubeconfig: Callable[..., str], pods: int
) -> None:
    running_pods = [pod(f"db-{number}", {"app": running()}, phase="Running") for number in range(pods)]
    server.replies |= {
        "/api/v1/namespaces/shop/pods": listing("PodList", *running_pods),
        "/api/v1/namespaces/shop/events": listing("EventList"),
        "/api/v1/namespaces/shop": {"kind": "Namespace", "metadata": {"name": "shop"}},
        "/api/v1/nodes": status(403, "is forbidden"),
    }
    code = (
        "import sys; sys.argv = ['kubectl-imagepull', *sys.argv[1:]]\n"
        "from kubectl_imagepull.cli.program import main\n"
        "main()\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    config = kubeconfig(server.url, namespace="shop")
    command = [sys.executable, "-c", code, "scan", "--kubeconfig", config]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert ("no pods to look at" in result.stdout, "looked at 3 pods" in result.stdout) == (pods == 0, pods == 3)
    loaded = result.stderr.split()
    rooms = {name.split(".")[1] for name in loaded if name.startswith("kubectl_imagepull.")}
    assert not {"fixes", "recording", "preflight", "registry"} & rooms
    own = [name for name in loaded if name.startswith("kubectl_imagepull")]
    assert len(own) <= (100 if pods == 0 else 200)
    assert "urllib3" not in loaded
