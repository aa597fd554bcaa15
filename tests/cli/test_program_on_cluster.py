"""The installed program against an API server: what a user types, through kubectl too."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from clusters import IMAGE, NOT_FOUND, at, event, pod, running, waiting
from kube.apiserver import ApiServer, Reply, Request, status
from kube.shop import thing
from program_forks import PROGRAM, run_program

BIN = PROGRAM.parent
PODS = "/api/v1/namespaces/shop/pods"
EVENTS = "/api/v1/namespaces/shop/events"
REFUSED = "pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials"
Kubeconfig = Callable[..., str]


def listing(kind: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {"kind": f"{kind}List", "apiVersion": "v1", "metadata": {}, "items": list(items)}


def run(config: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_program(environment(config), *arguments)


def run_by_kubectl(config: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["kubectl", "imagepull", *arguments],
        capture_output=True,
        text=True,
        env=environment(config),
        timeout=60,
        check=False,
    )


def environment(config: str) -> dict[str, str]:
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "HOME": str(Path(config).parent), "KUBECONFIG": config, "LANG": "C.UTF-8"}


@pytest.fixture
def config(server: ApiServer, kubeconfig: Kubeconfig) -> str:
    """A cluster with one pod that wants a login, of a service account whose secret is missing."""
    failing = pod(
        statuses={"app": waiting("ErrImagePull", REFUSED)},
        spec={"containers": [{"name": "app", "image": IMAGE}], "imagePullSecrets": [{"name": "regcred"}]},
    )
    server.replies[PODS] = listing("Pod", failing, pod("db-0", {"app": running()}, phase="Running", uid="u2"))
    server.replies[EVENTS] = listing("Event")
    return kubeconfig(server.url, namespace="shop")


def test_scan_reads_the_namespace_of_the_context(config: str) -> None:
    result = run(config, "scan")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines()[1].split()[0] == "PullSecretMissing"


def test_a_missing_secret_is_proven(config: str) -> None:
    (failure,) = json.loads(run(config, "diagnose", "web-1", "-o", "json").stdout)["failures"]
    assert (failure["cause"], failure["confidence"]) == ("PullSecretMissing", "confirmed")
    assert {"check": "PullSecretMissing", "result": "bad"}.items() <= failure["evidence"][0].items()


def test_without_the_right_to_read_secrets_the_text_decides(server: ApiServer, config: str) -> None:
    server.replies["/api/v1/namespaces/shop/secrets/regcred"] = status(403, 'secrets "regcred" is forbidden')
    result = run(config, "diagnose", "-o", "json")
    (failure,) = json.loads(result.stdout)["failures"]
    assert (result.returncode, failure["cause"]) == (0, "NoCredentials")
    (skipped,) = [one for one in failure["evidence"] if "regcred" in one["text"]]
    assert skipped["result"] == "skipped"
    assert "verb get, resource secrets" in skipped["text"]
    note = (
        "note: pull secrets: not allowed to get secrets in namespace shop (verb get, resource secrets); "
        "they may decide the cause of 1 failure\n"
    )
    scan = run(config, "scan")
    assert (result.stderr, scan.stderr, scan.returncode) == (note, note, 0)


def test_no_secrets_asks_for_none(server: ApiServer, config: str) -> None:
    result = run(config, "diagnose", "--no-secrets", "--details")
    assert result.returncode == 0
    assert not [request.path for request in server.requests if "secrets" in request.path]
    assert "--no-secrets was given" in result.stdout
    assert run(config, "scan", "--no-secrets").stderr == (
        "note: pull secrets: --no-secrets was given; they may decide the cause of 1 failure\n"
    )
    assert run(config, "diagnose", "db-0", "--no-secrets").stderr == ""


def test_unread_secrets_that_decide_nothing_are_not_said(server: ApiServer, config: str) -> None:
    other = pod(statuses={"app": FAILING}, spec={"imagePullSecrets": [{"name": "regcred"}]})
    server.replies[PODS] = listing("Pod", other)
    result = run(config, "scan", "--no-secrets")
    assert (result.returncode, result.stderr) == (0, "")
    assert "TagNotFound" in result.stdout


def test_reasons_why_secrets_are_unread_are_counted(server: ApiServer, config: str) -> None:
    def refused(name: str, *secrets: str) -> dict[str, Any]:
        named = {"imagePullSecrets": [{"name": secret} for secret in secrets]}
        return pod(name, {"app": waiting("ErrImagePull", REFUSED)}, spec=named, uid=f"u-{name}")

    server.replies[PODS] = listing("Pod", refused("web-1", "a", "b"), refused("web-2", "b"))
    for name, answer in (("a", status(403, "no")), ("b", status(500, "boom"))):
        server.replies[f"/api/v1/namespaces/shop/secrets/{name}"] = answer
    assert run(config, "scan").stderr == (
        "note: pull secrets: not allowed to get secrets in namespace shop (verb get, resource secrets), "
        "and 1 more reason; they may decide the cause of 2 failures\n"
    )


def test_events_that_may_not_be_read_are_said(server: ApiServer, config: str) -> None:
    server.replies[EVENTS] = status(403, "events is forbidden")
    result = run(config, "scan")
    assert (result.returncode, len(result.stderr.splitlines())) == (4, 1)
    assert result.stderr.startswith("note: events: not allowed to list events in namespace shop")


def test_what_could_not_be_read_is_said_of_healthy_and_missing_targets_too(server: ApiServer, config: str) -> None:
    server.replies[EVENTS] = status(403, "events is forbidden")
    healthy = run(config, "diagnose", "db-0")
    assert (healthy.returncode, healthy.stdout) == (4, "pod/db-0: no failed image pull\n")
    assert healthy.stderr.startswith("note: events: not allowed to list events in namespace shop")
    missing = run(config, "diagnose", "nope")
    assert (missing.returncode, missing.stdout) == (3, "")
    assert missing.stderr == f"{healthy.stderr}error: pod/nope not found in namespace shop (-n names another, -A all)\n"


def test_what_a_kubeconfig_calls_its_contexts_reaches_no_terminal(kubeconfig: Kubeconfig) -> None:
    config = Path(kubeconfig("http://127.0.0.1:9"))
    config.write_text(config.read_text().replace('"test"', r'"a\u001b]0;owned\u0007"'))
    for arguments in (["scan"], ["scan", "--context", "other"]):
        result = run(str(config), *arguments)
        assert (result.returncode, len(result.stderr.splitlines())) == (3, 1)
        assert r"a\x1b]0;owned\x07" in result.stderr


@pytest.mark.parametrize("code", [401, 403, 500])
def test_pods_that_may_not_be_read_end_the_run(server: ApiServer, config: str, code: int) -> None:
    server.replies[PODS] = status(code, "no")
    result = run(config, "scan")
    assert (result.returncode, result.stdout, len(result.stderr.splitlines())) == (3, "", 1)
    assert result.stderr.startswith("error: ")


def test_without_any_cluster_there_is_something_else_to_look_at(tmp_path: Path) -> None:
    result = run(f"{tmp_path}/none", "scan")
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr == (
        f"error: no kubeconfig: {tmp_path}/none (not there); set KUBECONFIG or --kubeconfig, or write ~/.kube/config; "
        "or read a recording with --from, or try 'demo'\n"
    )


def test_a_selector_that_is_none_costs_no_request(server: ApiServer, config: str) -> None:
    assert run(config, "scan", "-l", "a==b==c").returncode == 2
    assert server.requests == []


def test_commands_say_again_how_the_cluster_was_named(config: str) -> None:
    (fix, *_) = json.loads(run(config, "diagnose", "-o", "json").stdout)["rootCauses"][0]["fixes"]
    assert fix["commands"][0].startswith("kubectl create secret ")
    page = run(config, "diagnose", "--kubeconfig", config, "--context", "test", "--user", "me").stdout
    details = run(config, "diagnose", "-d", "--kubeconfig", config, "--context", "test", "--user", "me").stdout
    flags = f"--kubeconfig {config} --context test --user me"
    assert f"\n    kubectl {flags} create secret " in page
    assert f"\n    kubectl imagepull diagnose pod/web-1 -n shop {flags} --wait\n" in page
    assert f"\n      kubectl {flags} create secret " in details
    assert f"\n      kubectl imagepull diagnose pod/web-1 -n shop {flags}\n" in details


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed")
def test_through_kubectl(config: str) -> None:
    result = run_by_kubectl(config, "scan", "--no-headers")
    assert result.stdout.startswith("PullSecretMissing ")
    assert run_by_kubectl(config, "scan", "--nope").returncode == 2


def states(server: ApiServer, *statuses: dict[str, Any]) -> Callable[[Request], Any]:
    """A pod that goes from one status to the next, a second for each, and watches that tell it."""
    current = 0

    def pod_now() -> dict[str, Any]:
        phase = "Running" if "running" in statuses[current]["state"] else "Pending"
        return pod("web-1", {"app": statuses[current]}, phase=phase, metadata={"resourceVersion": str(current + 1)})

    def answer(request: Request) -> Any:
        nonlocal current
        if "watch" not in request.query:
            return {**listing("Pod", pod_now()), "metadata": {"resourceVersion": str(current + 1)}}
        if current + 1 == len(statuses):
            return Reply(wait=60)
        server.stopped.wait(1)
        current += 1
        return Reply(body=json.dumps({"type": "MODIFIED", "object": pod_now()}).encode() + b"\n")

    return answer


FAILING = waiting("ErrImagePull", NOT_FOUND)


def test_wait_sees_the_pod_run(server: ApiServer, config: str) -> None:
    server.replies[PODS] = states(server, FAILING, running())
    pulled = f'Successfully pulled image "{IMAGE}" in 3.2s (3.2s including waiting).'
    server.replies[EVENTS] = listing("Event", event("Pulled", pulled, at(59)))
    result = run(config, "diagnose", "web-1", "--wait", "1m")
    assert result.returncode == 0
    assert result.stderr.splitlines() == [
        f"pod/web-1: still failing: TagNotFound: {IMAGE}",
        "pod/web-1: Running, pulled in 3 s",
    ]


def test_wait_sees_a_new_problem(server: ApiServer, config: str) -> None:
    crash = waiting("CrashLoopBackOff", "back-off 10s restarting failed container")
    server.replies[PODS] = states(server, FAILING, {**crash, "lastState": {"terminated": {"startedAt": at(58)}}})
    result = run(config, "diagnose", "web-1", "--wait=1m")
    assert result.returncode == 1
    assert "pull fixed; now CrashLoopBackOff" in result.stderr.splitlines()[-1]


def test_wait_names_the_causes_of_the_report(config: str) -> None:
    result = run(config, "diagnose", "web-1", "--wait", "1s")
    assert result.stderr == f"pod/web-1: still failing: PullSecretMissing: {IMAGE}\n"
    assert result.stdout.startswith("PullSecretMissing  shop/pod/web-1  ")


def test_wait_sees_a_pull_that_fails_for_another_cause(server: ApiServer, config: str) -> None:
    server.replies[PODS] = states(server, FAILING, waiting("ErrImagePull", REFUSED))
    result = run(config, "diagnose", "web-1", "--wait=1m")
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        f"pod/web-1: still failing: TagNotFound: {IMAGE}",
        f"pod/web-1: new problem: NoCredentials: {IMAGE} (at first: TagNotFound: {IMAGE})",
    ]
    assert result.stdout.startswith("NoCredentials  shop/pod/web-1  ")


@pytest.mark.parametrize(("message", "more"), [(REFUSED, []), ("pull QPS exceeded", ["--exit-code"])])
def test_wait_ends_when_time_is_up(server: ApiServer, config: str, message: str, more: list[str]) -> None:
    server.replies[PODS] = states(server, waiting("ErrImagePull", message))
    assert run(config, "diagnose", "web-1", "--wait", "1s", *more).returncode == 5


def test_wait_with_exit_code_ends_at_a_pull_that_only_somebody_can_put_right(config: str) -> None:
    began = time.monotonic()
    result = run(config, "diagnose", "web-1", "--wait", "1m", "--exit-code")
    assert (result.returncode, result.stderr) == (1, f"pod/web-1: failing: PullSecretMissing: {IMAGE}\n")
    assert result.stdout.startswith("PullSecretMissing  shop/pod/web-1  ")
    assert time.monotonic() - began < 20


def test_wait_follows_a_deployment_that_has_no_pods_yet(server: ApiServer, config: str) -> None:
    place = "/apis/apps/v1/namespaces/shop/deployments/new"
    server.replies[place] = thing("new", spec={"replicas": 1})
    result = run(config, "diagnose", "deploy/new", "--wait", "1s", "--exit-code")
    assert (result.returncode, result.stderr) == (5, "deployment/new: has no pods\n")
    server.replies[place] = thing("new", spec={"replicas": 0})
    result = run(config, "diagnose", "deploy/new", "--wait", "1s", "--exit-code")
    assert (result.returncode, result.stderr) == (
        3,
        "error: deployment/new exists and has no pods: 0 replicas are wanted\n",
    )


def test_exit_code_finds_nothing_where_what_was_waited_for_runs(server: ApiServer, config: str) -> None:
    assert run(config, "diagnose", "db-0", "--wait", "1s", "--exit-code").returncode == 0
    server.replies[PODS] = states(server, waiting("ContainerCreating"), running())
    assert run(config, "diagnose", "web-1", "--wait", "--exit-code").returncode == 0


def test_a_silent_server_does_not_keep_wait_for_longer(server: ApiServer, config: str) -> None:
    server.replies[PODS] = Reply(wait=60)
    began = time.monotonic()
    result = run(config, "diagnose", "web-1", "--wait", "1s")
    assert (result.returncode, result.stderr.count("\n")) == (3, 1)
    assert "no answer within 1 s" in result.stderr
    assert time.monotonic() - began < 10


def test_an_interrupt_does_not_wait_for_answers(server: ApiServer, config: str) -> None:
    server.replies["/api/v1/namespaces/shop/secrets/regcred"] = Reply(wait=60)
    command = [BIN / "kubectl-imagepull", "scan", "--kubeconfig", config]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        end = time.monotonic() + 20
        while not any(request.path.endswith("regcred") for request in server.requests) and time.monotonic() < end:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(5) == 130


def test_wait_with_a_recording_is_wrong_usage(config: str, tmp_path: Path) -> None:
    result = run(config, "diagnose", "--wait", "--from", str(tmp_path))
    assert result.returncode == 2
    assert "--wait follows a cluster" in " ".join(result.stderr.split())


def test_a_page_that_does_not_come_costs_only_itself(server: ApiServer, config: str) -> None:
    first = listing("Pod", pod("web-1", {"app": FAILING}))
    first["metadata"] = {"continue": "token"}
    server.replies[PODS] = lambda request: status(500, "no") if "continue" in request.query else Reply(body=first)
    result = run(config, "scan", "-o", "json")
    report = json.loads(result.stdout)
    assert (result.returncode, [one["cause"] for one in report["failures"]]) == (4, ["TagNotFound"])
    assert [one["what"] for one in report["skipped"]] == ["pods", "reading only the failing pods"]


def test_of_several_namespaces_just_those_are_asked_for(server: ApiServer, config: str) -> None:
    for kind in ("Pod", "Event"):
        server.replies[f"/api/v1/namespaces/web/{kind.lower()}s"] = listing(kind)
    server.replies["/api/v1/namespaces/web"] = {"kind": "Namespace", "metadata": {"name": "web"}}
    result = run(config, "scan", "-n", "shop", "-n", "web")
    assert result.returncode == 0, result.stderr
    assert "1 of 2 pods can't pull an image" in result.stdout
    assert "(namespaces shop, web, context " in result.stdout
    named = run(config, "diagnose", "deploy/gone", "-n", "shop", "-n", "web")
    assert (named.returncode, named.stdout) == (3, "")
    paths = [request.path for request in server.requests]
    assert (
        "/api/v1/namespaces/web/deployments/gone" in paths or "/apis/apps/v1/namespaces/web/deployments/gone" in paths
    )
    everywhere = ("/api/v1/pods", "/api/v1/events", "/apis/apps/v1/deployments")
    assert [path for path in paths if path in everywhere] == []
