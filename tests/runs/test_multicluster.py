"""Several clusters in one run: what a user types, and what comes out, against several API servers."""

from __future__ import annotations

import base64
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from clusters import BACK_OFF, NOT_FOUND, pod, running, waiting
from inside import run_inside
from kube.apiserver import ApiServer, Reply, Request, status

from kubectl_imagepull.kube.snapshot import SourceError
from kubectl_imagepull.runs.multicluster import MOST_AT_ONCE, side_by_side

PROGRAM = Path(sys.executable).with_name("kubectl-imagepull")
SECONDS = 60
NO_AGE = {"startTime": None}
Contexts = dict[str, dict[str, Any]]


def listing(kind: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {"kind": f"{kind}List", "apiVersion": "v1", "metadata": {}, "items": list(items)}


def failing(name: str = "web-1", namespace: str = "shop") -> dict[str, Any]:
    return pod(
        name,
        {"app": waiting("ErrImagePull", f"{BACK_OFF}: ErrImagePull: {NOT_FOUND}")},
        namespace=namespace,
        status=NO_AGE,
    )


def hold(server: ApiServer, *pods: dict[str, Any], namespace: str = "shop") -> None:
    """Lets a server have these pods in its namespace, and no events."""
    place = f"/api/v1/namespaces/{namespace}"
    server.replies |= {f"{place}/pods": listing("Pod", *pods), f"{place}/events": listing("Event")}


class Fleet:
    """A kubeconfig whose contexts `eu` and `us` have a server each; `run` runs the program with it."""

    def __init__(self, directory: Path, eu: ApiServer, us: ApiServer) -> None:
        self.directory, self.eu, self.us = directory, eu, us
        self.config = directory / "kubeconfig"
        self.contexts: Contexts = {}
        self.clusters: list[dict[str, Any]] = []
        self.add("eu", eu.url, namespace="shop")
        self.add("us", us.url, namespace="shop")

    def add(self, name: str, url: str, *, namespace: str = "", user: str = "me", **cluster: Any) -> None:
        place = {"namespace": namespace} if namespace else {}
        self.contexts[name] = {"cluster": name, "user": user, **place}
        self.clusters.append({"name": name, "cluster": {"server": url, **cluster}})

    def written(self) -> Path:
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "eu",
            "contexts": [{"name": name, "context": context} for name, context in self.contexts.items()],
            "clusters": self.clusters,
            "users": [
                {"name": "me", "user": {}},
                {"name": "admin", "user": {"as": "admin"}},
                {
                    "name": "gone",
                    "user": {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "/gone"}},
                },
            ],
        }
        self.config.write_text(json.dumps(config))
        return self.config

    def environment(self, **more: str) -> dict[str, str]:
        path = str(self.written())
        return {"PATH": os.environ["PATH"], "HOME": str(self.directory), "KUBECONFIG": path, "LANG": "C.UTF-8", **more}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return run_inside(self.environment(), *arguments)

    def report(self, *arguments: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run(*arguments, "-o", "json").stdout)
        return found


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    """Two clusters in which the same pod fails for the same reason, and in the second another one besides."""
    with ExitStack() as stack:
        servers = [ApiServer() for _ in range(2)]
        for server in servers:
            stack.callback(server.stop)
        eu, us = servers
        hold(eu, failing(), pod("db-0", {"app": running()}, phase="Running", uid="u2"))
        hold(us, failing(), failing("web-2"))
        yield Fleet(tmp_path, eu, us)


def untimed(text: str) -> str:
    return re.sub(r"under 0\.1 s|\d+\.\d s", "N s", text)


def test_each_cluster_has_its_own_root_cause(fleet: Fleet) -> None:
    result = fleet.run("scan", "--context", "us", "--context", "eu", "--context", "us")
    assert (result.returncode, result.stderr) == (0, "")
    assert (
        untimed(result.stdout)
        == """\
CLUSTER  CAUSE        AFFECTS                              PODS  WORKLOADS             SINCE      FIX
us       TagNotFound  registry.example.com/team/app:1.2.3  2     pod/web-1, pod/web-2  <unknown>  Use an existing tag: 1.2.3 isn't there
eu       TagNotFound  registry.example.com/team/app:1.2.3  1     pod/web-1             <unknown>  Use an existing tag: 1.2.3 isn't there

3 of 4 pods can't pull an image, for 2 root causes (namespace shop, contexts us, eu, N s).
Next: kubectl imagepull diagnose shop/pod/web-1 --context us
"""
    )
    assert [request.path for request in fleet.us.requests].count("/api/v1/namespaces/shop/pods") == 1


def test_all_contexts_are_those_of_the_kubeconfig(fleet: Fleet) -> None:
    report = fleet.report("scan", "--all-contexts")
    assert [one["cluster"] for one in report["source"]["clusters"]] == ["eu", "us"]
    assert [(one["cluster"], one["pod"]) for one in report["failures"]] == [
        ("eu", "web-1"),
        ("us", "web-1"),
        ("us", "web-2"),
    ]


def test_all_of_one_context_look_like_all_of_several(fleet: Fleet) -> None:
    del fleet.contexts["us"]
    assert fleet.run("scan", "--all-contexts", "-o", "name").stdout == "eu shop pod/web-1\n"
    assert fleet.report("scan", "--all-contexts")["failures"][0]["cluster"] == "eu"


@pytest.mark.parametrize("arguments", [[], ["--context", "eu"], ["--context", "eu", "--context", "eu"]])
def test_one_context_is_a_report_on_one_cluster(fleet: Fleet, arguments: list[str]) -> None:
    assert fleet.run("scan", *arguments).stdout.startswith("CAUSE ")
    assert fleet.run("scan", *arguments, "-o", "name").stdout == "pod/web-1\n"
    report = fleet.report("scan", *arguments)
    assert report["source"] == {"kind": "cluster", "name": "eu", "namespace": "shop"}
    assert "cluster" not in report["failures"][0]
    assert fleet.us.requests == []


def test_names_say_which_cluster_and_namespace(fleet: Fleet) -> None:
    result = fleet.run("scan", "--all-contexts", "-o", "name")
    assert result.stdout == "eu shop pod/web-1\nus shop pod/web-1\nus shop pod/web-2\n"


def commands_of(report: dict[str, Any]) -> dict[str, list[str]]:
    """The commands of each cluster's first fix that change something: those behind the look at the list of tags."""
    return {one["cluster"]: one["fixes"][0]["commands"][1:] for one in report["rootCauses"]}


def test_commands_reach_the_cluster_that_they_are_about(fleet: Fleet) -> None:
    fleet.contexts["us east"] = fleet.contexts.pop("us")
    config = str(fleet.written())
    contexts = ("--context", "eu", "--context", "us east")
    found = commands_of(fleet.report("diagnose", *contexts))
    image = 'app=registry.example.com/team/app:"${EXISTING_TAG:?a tag that exists}"'
    assert found["eu"] == [f"kubectl --context eu set image pod/web-1 {image} -n shop"]
    assert found["us east"] == [f"kubectl --context 'us east' set image pod/web-1 {image} -n shop"]
    page = fleet.run("diagnose", "-d", *contexts, "--kubeconfig", config).stdout
    flags = f"--kubeconfig {shlex.quote(config)} --context 'us east'"
    assert f"\n      kubectl {flags} wait --for=condition=Ready pod/web-1 -n shop --timeout=2m\n" in page
    assert f"\n      kubectl imagepull diagnose pod/web-1 -n shop {flags}\n" in page


def test_commands_say_again_which_context_was_named(fleet: Fleet) -> None:
    (fix, *_) = fleet.report("diagnose", "web-1", "--context", "us")["rootCauses"][0]["fixes"]
    assert fix["commands"][-1].startswith("kubectl --context us set image ")
    (fix, *_) = fleet.report("diagnose", "web-1")["rootCauses"][0]["fixes"]
    assert fix["commands"][-1].startswith("kubectl set image ")


def test_clusters_are_read_side_by_side(fleet: Fleet) -> None:
    both = threading.Barrier(2, timeout=SECONDS / 2)

    def answer(pods: dict[str, Any]) -> Callable[[Request], Any]:
        def reply(_: Request) -> Any:
            both.wait()
            return pods

        return reply

    for server in (fleet.eu, fleet.us):
        server.replies["/api/v1/namespaces/shop/pods"] = answer(server.replies["/api/v1/namespaces/shop/pods"])
    assert fleet.run("scan", "--all-contexts").returncode == 0


def test_a_slow_cluster_is_waited_for_and_costs_only_itself(fleet: Fleet) -> None:
    slow = Reply(body=fleet.eu.replies["/api/v1/namespaces/shop/pods"], wait=SECONDS)
    fleet.eu.replies["/api/v1/namespaces/shop/pods"] = slow
    result = fleet.run("scan", "--all-contexts", "--request-timeout", "1s", "-o", "name")
    assert (result.returncode, result.stdout) == (4, "us shop pod/web-1\nus shop pod/web-2\n")
    assert result.stderr.startswith(
        f"note: context eu: cannot reach the API server at {fleet.eu.url} (no answer within"
    )
    assert len(result.stderr.splitlines()) == 1


def unreadable(fleet: Fleet) -> None:
    """Adds a cluster for each way in which one can't be read."""
    fleet.add("closed", "http://127.0.0.1:9")
    fleet.add("no-login", "https://127.0.0.1:9", user="gone")
    fleet.add("no-server", "")
    fleet.add("denied", fleet.eu.url, namespace="secret")
    fleet.eu.replies["/api/v1/namespaces/secret/pods"] = status(401, "no")


WHY = {
    "closed": "cannot reach the API server at http://127.0.0.1:9 (",
    "no-login": 'the login plugin /gone of user "gone" can\'t be run (no such file or directory)',
    "no-server": 'the cluster of context "no-server" in ',
    "denied": "the API server at ",
    "unknown": 'no context "unknown" in ',
}


def test_a_cluster_that_cannot_be_read_is_skipped(fleet: Fleet) -> None:
    unreadable(fleet)
    contexts = [word for name in ("unknown", *fleet.contexts) for word in ("--context", name)]
    result = fleet.run("scan", *contexts, "-o", "json")
    report = json.loads(result.stdout)
    assert result.returncode == 4
    assert [one["cluster"] for one in report["source"]["clusters"]] == ["eu", "us"]
    assert len(report["failures"]) == 3
    skipped = {one["what"]: one["why"] for one in report["skipped"]}
    assert sorted(skipped) == sorted(f"context {name}" for name in WHY)
    for name, why in WHY.items():
        assert skipped[f"context {name}"].startswith(why)
        assert f"note: context {name}: {why}" in result.stderr
    assert "kubectl --context denied auth whoami" in skipped["context denied"]
    assert len(result.stderr.splitlines()) == len(WHY)
    assert fleet.run("scan", *contexts, "--exit-code").returncode == 1


def test_where_no_cluster_can_be_read_each_has_its_line(fleet: Fleet) -> None:
    unreadable(fleet)
    contexts = [word for name in WHY for word in ("--context", name)]
    result = fleet.run("scan", *contexts, "--exit-code")
    assert (result.returncode, result.stdout) == (3, "")
    lines = result.stderr.splitlines()
    assert len(lines) == len(WHY)
    for line, (name, why) in zip(lines, WHY.items(), strict=True):
        assert line.startswith(f"error: context {name}: {why}")


def test_what_one_cluster_does_not_show_is_said_with_its_name(fleet: Fleet) -> None:
    fleet.us.replies["/api/v1/namespaces/shop/events"] = status(403, "events is forbidden")
    result = fleet.run("scan", "--all-contexts")
    assert result.returncode == 4
    assert result.stderr.startswith("note: context us: events: not allowed to list events in namespace shop")


def test_each_context_has_its_namespace_unless_one_is_named(fleet: Fleet) -> None:
    fleet.contexts["us"]["namespace"] = "web"
    hold(fleet.us, failing("web-9", "web"), namespace="web")
    report = fleet.report("scan", "--all-contexts")
    assert [(one["cluster"], one["namespace"]) for one in report["failures"]] == [("eu", "shop"), ("us", "web")]
    assert report["source"]["namespace"] is None
    summary = fleet.run("scan", "--all-contexts").stdout.splitlines()[-2]
    assert "(contexts eu (namespace shop), us (namespace web), " in summary
    assert fleet.report("scan", "--all-contexts", "-n", "shop")["source"]["namespace"] == "shop"


def test_all_namespaces_are_those_of_every_cluster(fleet: Fleet) -> None:
    for server in (fleet.eu, fleet.us):
        server.replies |= {"/api/v1/pods": listing("Pod", failing()), "/api/v1/events": listing("Event")}
    report = fleet.report("scan", "--all-contexts", "-A")
    assert [one["namespace"] for one in report["source"]["clusters"]] == [None, None]


def test_two_contexts_that_lead_the_same_user_to_the_same_pods_are_read_once(fleet: Fleet) -> None:
    fleet.add("eu-again", f"{fleet.eu.url}/", namespace="shop", **{"insecure-skip-tls-verify": True})
    result = fleet.run("scan", "--context", "eu", "--context", "eu-again", "-o", "json")
    report = json.loads(result.stdout)
    assert [one["cluster"] for one in report["failures"]] == ["eu"]
    assert [one["cluster"] for one in report["source"]["clusters"]] == ["eu"]
    assert report["podsScanned"] == 2
    assert (result.returncode, result.stderr) == (
        0,
        "note: context eu-again: the same server, user and namespace as context eu: read once\n",
    )
    assert [request.path for request in fleet.eu.requests].count("/api/v1/namespaces/shop/pods") == 1


def test_another_user_of_the_same_pods_is_read_and_counts_only_what_is_new(fleet: Fleet) -> None:
    """Two users of one server may see different things."""
    pods = "/api/v1/namespaces/shop/pods"
    whole = fleet.eu.replies[pods]
    more = listing("Pod", *whole["items"], failing("web-7"))
    fleet.eu.replies[pods] = lambda request: more if request.all("Impersonate-User") == ["admin"] else whole
    fleet.contexts["eu-admin"] = {**fleet.contexts["eu"], "user": "admin"}
    result = fleet.run("scan", "--context", "eu", "--context", "eu-admin", "-o", "json")
    report = json.loads(result.stdout)
    assert [(one["cluster"], one["pod"]) for one in report["failures"]] == [("eu", "web-1"), ("eu-admin", "web-7")]
    assert report["podsScanned"] == 3
    assert (result.returncode, result.stderr) == (
        0,
        "note: context eu-admin: the same server and namespace as context eu: counted once\n",
    )


@pytest.mark.parametrize("field", ["proxy-url", "tls-server-name"])
def test_the_same_address_by_another_way_is_another_server(fleet: Fleet, field: str) -> None:
    fleet.add("tunnel", fleet.eu.url, namespace="shop", **{field: fleet.us.url})
    report = fleet.report("scan", "--context", "eu", "--context", "tunnel")
    assert "context tunnel: the same" not in json.dumps(report["skipped"])


def test_other_namespaces_of_one_server_are_read_each(fleet: Fleet) -> None:
    fleet.contexts["eu-web"] = {**fleet.contexts["eu"], "namespace": "web"}
    hold(fleet.eu, failing("web-9", "web"), namespace="web")
    contexts = ("--context", "eu", "--context", "eu-web")
    assert [one["cluster"] for one in fleet.report("scan", *contexts)["failures"]] == ["eu", "eu-web"]
    assert [one["cluster"] for one in fleet.report("scan", *contexts, "-n", "shop")["failures"]] == ["eu"]


def test_a_target_may_be_in_any_of_the_clusters(fleet: Fleet) -> None:
    only_there = fleet.run("diagnose", "web-2", "--all-contexts")
    assert (only_there.returncode, only_there.stderr) == (0, "")
    assert only_there.stdout.startswith("TagNotFound  us/shop/pod/web-2  1 pod on node-a\n")
    in_full = fleet.run("diagnose", "web-2", "--all-contexts", "--details")
    assert "\n  Cluster:     us\n  Pod:         shop/web-2\n" in in_full.stdout
    healthy = fleet.run("diagnose", "db-0", "--all-contexts")
    assert (healthy.returncode, healthy.stdout) == (0, "pod/db-0: no failed image pull\n")
    half = fleet.run("diagnose", "web-1", "nope", "--all-contexts")
    place = "namespace shop of eu, us (-n names another, -A all)"
    assert (half.returncode, half.stderr) == (4, f"note: pod/nope not found in {place}\n")
    gone = fleet.run("diagnose", "nope", "--all-contexts")
    assert (gone.returncode, gone.stdout, gone.stderr) == (3, "", f"error: pod/nope not found in {place}\n")
    fleet.contexts["us"]["namespace"] = "web"
    hold(fleet.us, failing("web-9", "web"), namespace="web")
    gone = fleet.run("diagnose", "nope", "--all-contexts")
    place = "namespace shop of eu, namespace web of us (-n names another, -A all)"
    assert gone.stderr == f"error: pod/nope not found in {place}\n"


def test_a_target_that_is_not_found_may_be_where_nobody_could_look(fleet: Fleet) -> None:
    fleet.add("closed", "http://127.0.0.1:9")
    gone = fleet.run("diagnose", "nope", "--all-contexts")
    assert gone.returncode == 3
    note, error = gone.stderr.splitlines()
    assert note.startswith("note: context closed: cannot reach ")
    assert error.startswith("error: pod/nope not found in ")
    healthy = fleet.run("diagnose", "db-0", "--all-contexts")
    assert (healthy.returncode, healthy.stdout) == (4, "pod/db-0: no failed image pull\n")
    assert healthy.stderr == f"{note}\n"


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--all-contexts", "--context", "eu"], "--all-contexts and --context: use only one of them"),
        (
            ["--all-contexts", "--cluster", "eu"],
            ("--cluster is for one cluster: it can't be combined with --all-contexts"),
        ),
        (["--all-contexts", "--user", "me"], "--user is for one cluster: it can't be combined with --all-contexts"),
        (
            ["--all-contexts", "--from", "x"],
            ("--from reads a recording, not a cluster: it can't be combined with --all-contexts"),
        ),
        (["--all-contexts", "--wait"], "--wait follows one cluster: it can't be combined with --all-contexts"),
        (
            ["--context", "eu", "--context", "us", "--wait", "1m"],
            "--wait follows one cluster: it can't be combined with more than",
        ),
        (
            ["--context", "eu", "--context", "us", "--user", "me"],
            "--user is for one cluster: it can't be combined with more than",
        ),
        (["--context", "eu", "--context", "us", "--from", "x"], "it can't be combined with more than one --context"),
        (["--context", "eu", "--context", ""], "--context: a name is empty"),
        (["--all-contexts", "-l", "a==b==c"], "--selector: "),
        (["--all-contexts", "--request-timeout", "soon"], "--request-timeout: "),
    ],
)
def test_what_makes_no_sense_for_several_clusters_is_wrong_usage(
    fleet: Fleet, arguments: list[str], fault: str
) -> None:
    result = fleet.run("diagnose", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert fault in " ".join(result.stderr.split())
    assert fleet.eu.requests == fleet.us.requests == []


def test_a_kubeconfig_without_contexts_has_none_to_read(fleet: Fleet) -> None:
    fleet.contexts.clear()
    result = fleet.run("scan", "--all-contexts")
    assert (result.returncode, result.stdout) == (3, "")
    config = fleet.config
    assert result.stderr == (
        f"error: {config} has no contexts: choose another kubeconfig with --kubeconfig or KUBECONFIG\n"
    )
    result = fleet.run("scan", "--all-contexts", "--kubeconfig", "/gone")
    assert (result.returncode, result.stderr) == (3, "error: kubeconfig /gone doesn't exist; check --kubeconfig\n")


HOSTILE = "\x1b]0;owned\x07\u202e$(id)"


def test_hostile_names_reach_neither_terminal_nor_shell(fleet: Fleet) -> None:
    fleet.contexts[HOSTILE] = fleet.contexts.pop("us")
    fleet.contexts["'; id #"] = {**fleet.contexts["eu"], "namespace": "web"}
    hold(fleet.eu, failing("web-8", "web"), namespace="web")
    fleet.add(f"closed{HOSTILE}", "http://127.0.0.1:9")
    for arguments in (["scan"], ["diagnose"], ["scan", "-o", "wide"], ["scan", "-o", "name"], ["diagnose", "nope"]):
        result = fleet.run(*arguments, "--all-contexts")
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", result.stdout + result.stderr), arguments
        assert r"\x1b]0;owned\x07\u202e$(id)" in result.stdout + result.stderr
    found = commands_of(fleet.report("diagnose", "--all-contexts"))
    assert shlex.split(found["'; id #"][0])[:4] == ["kubectl", "--context", "'; id #", "set"]
    assert found[HOSTILE][0].startswith('kubectl --context "${CONTEXT:?')


def interrupted(fleet: Fleet, asked: threading.Event, directory: Path) -> subprocess.CompletedProcess[str]:
    """Interrupts a run once the server has been asked; its temporary files are in the directory."""
    process = subprocess.Popen(
        [str(PROGRAM), "diagnose", "--all-contexts"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=fleet.environment(TMPDIR=str(directory)),
    )
    try:
        assert asked.wait(SECONDS / 2)
        process.send_signal(signal.SIGINT)
        # far less than the answer takes
        out, err = process.communicate(timeout=SECONDS / 6)
    finally:
        process.kill()
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


@pytest.mark.parametrize("path", ["pods", "secrets/regcred"])
def test_an_interrupt_waits_for_no_cluster(fleet: Fleet, tmp_path: Path, path: str) -> None:
    asked = threading.Event()

    def reply(_: Request) -> Reply:
        asked.set()
        return Reply(body={}, wait=SECONDS)

    failing_pod = failing()
    failing_pod["spec"]["imagePullSecrets"] = [{"name": "regcred"}]
    hold(fleet.us, failing_pod)
    fleet.us.replies[f"/api/v1/namespaces/shop/{path}"] = reply
    # the client writes a certificate into a file: it has to be gone as after any run
    certificate = base64.b64encode(b"-----BEGIN CERTIFICATE-----").decode()
    fleet.add("tls", fleet.eu.url.replace("http:", "https:"), **{"certificate-authority-data": certificate})
    directory = tmp_path / "temporary"
    directory.mkdir()
    result = interrupted(fleet, asked, directory)
    assert (result.returncode, result.stdout, result.stderr) == (130, "", "")
    assert list(directory.iterdir()) == []


def test_only_so_many_are_read_at_once() -> None:
    contexts = [f"c{number}" for number in range(3 * MOST_AT_ONCE)]
    full = threading.Barrier(MOST_AT_ONCE, timeout=SECONDS / 2)
    lock, running_now, most = threading.Lock(), set[str](), [0]

    def work(context: str) -> Any:
        with lock:
            running_now.add(context)
            most[0] = max(most[0], len(running_now))
        full.wait()
        with lock:
            running_now.discard(context)
        return context

    found: dict[str, Any] = dict(side_by_side(work, contexts))
    assert list(found.items()) == [(context, context) for context in contexts]
    assert most[0] == MOST_AT_ONCE


def test_what_is_no_fault_of_a_cluster_is_raised() -> None:
    def work(context: str) -> Any:
        raise SourceError(context) if context == "a" else ZeroDivisionError(context)

    with pytest.raises(ZeroDivisionError, match="b"):
        side_by_side(work, ["a", "b"])
    (error,) = side_by_side(work, ["a"]).values()
    assert isinstance(error, SourceError)


def test_one_cluster_loads_nothing_for_several(fleet: Fleet) -> None:
    code = (
        "import sys\nsys.argv = ['kubectl-imagepull', 'scan', '--context', 'eu']\n"
        "from kubectl_imagepull.cli.program import main\n"
        "try:\n    main()\nexcept SystemExit: pass\n"
        "print('kubectl_imagepull.runs.multicluster' in sys.modules, file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=fleet.environment(), check=True
    )
    assert ("TagNotFound" in result.stdout, result.stderr) == (True, "False\n")
