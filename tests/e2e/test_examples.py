"""The commands of the examples for CI, on a real API server: a pull that fails ends them at once, with its cause."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ci_examples import HASH, check_of, documents, job_of
from e2e.admin import Admin, Json, path_of
from e2e.conftest import admin_of
from e2e.control_plane import ControlPlane
from e2e.program import NAME, Program
from e2e.rollout import IMAGE, NAMESPACE, web
from e2e.test_rights import ROLES

PIPELINES = ("github-actions.yml", "gitlab-ci.yml")
JOBS = ("argo-rollouts.yaml", "helm-hook.yaml")
#: Seconds that "at once" may take on a machine that has other work; the commands would wait for two minutes.
AT_ONCE = 30.0


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """Servers with a namespace that is empty, for the recorded cluster has a `web` of its own in it."""
    plane = ControlPlane(tmp_path_factory.mktemp("examples"))
    plane.start()
    try:
        admin_of(plane).create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
        yield plane
    finally:
        plane.stop()


@pytest.fixture(scope="module")
def admin(plane: ControlPlane) -> Admin:
    return admin_of(plane)


@pytest.fixture(scope="module")
def account(plane: ControlPlane, admin: Admin) -> Path:
    """A kubeconfig of the Jobs' service account, which has what the example gives it on the roles of docs/rbac.yaml."""
    for one in (*ROLES.values(), *documents("rbac.yaml")):
        admin.create(one)
    path = path_of("ServiceAccount", NAMESPACE, "imagepull")
    token = admin.request("POST", f"{path}/token", {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest"})
    return plane.kubeconfig({"token": token["status"]["token"]}, name="job", namespace=NAMESPACE)


@pytest.fixture(params=[*PIPELINES, *JOBS])
def check(request: pytest.FixtureRequest, plane: ControlPlane, tmp_path: Path) -> tuple[Program, str]:
    """The command of an example, and a place where it is run as there: in a pipeline, or by a Job's account."""
    name: str = request.param
    config = request.getfixturevalue("account") if name in JOBS else plane.kubeconfig()
    return Program(config, tmp_path), check_of(name)


def test_a_pull_that_fails_ends_it_at_once_with_the_cause(check: tuple[Program, str], admin: Admin) -> None:
    program, command = check
    with web(admin, fails=True):
        began = time.monotonic()
        result = program.run("bash", "-ec", command)
        took = time.monotonic() - began
    assert (result.returncode, result.stderr.splitlines()[0]) == (
        1,
        f"{_target(command)}: failing: TagNotFound: {IMAGE}",
    )
    assert result.stdout.startswith("TagNotFound  ")
    assert "\nDo this (you): " in result.stdout
    assert took < AT_ONCE


def test_a_deployment_that_is_well_passes(check: tuple[Program, str], admin: Admin) -> None:
    program, command = check
    with web(admin, fails=False):
        result = program.run("bash", "-ec", command)
    assert (result.returncode, result.stderr) == (0, f"{_target(command)}: Running\n")


def test_what_is_not_there_yet_is_waited_for(program: Program, admin: Admin) -> None:
    command = [NAME, *check_of("gitlab-ci.yml").split()[2:]]
    with web(admin, fails=True):
        pod = admin.get("Pod", NAMESPACE, f"web-{HASH}-x2v4z")
        admin.delete("Pod", NAMESPACE, pod["metadata"]["name"])
        waiting = subprocess.Popen(
            command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, env=program.environment, text=True
        )
        assert waiting.stderr
        assert waiting.stderr.readline() == "deployment/web: waiting for its new pods\n"
        admin.create(pod)
        _, errors = waiting.communicate(timeout=AT_ONCE)
    assert (waiting.returncode, errors) == (1, f"deployment/web: failing: TagNotFound: {IMAGE}\n")


@pytest.mark.parametrize("name", JOBS)
def test_the_api_server_takes_the_job(admin: Admin, name: str) -> None:
    metadata = {"name": "imagepull-example", "namespace": NAMESPACE}
    job: Json = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": job_of(name)}
    made = admin.request("POST", path_of("Job", NAMESPACE), job, {"dryRun": "All", "fieldValidation": "Strict"})
    assert made["spec"]["backoffLimit"] == 0


def _target(command: str) -> str:
    return f"replicaset/web-{HASH}" if "replicaset" in command else "deployment/web"
