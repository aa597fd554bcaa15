"""The examples for CI are what docs/ci.md says; tests/e2e runs their commands."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ci_examples import FOLDER, check_of, commands, documents, job_of
from generate_docs import ROOT

from kubectl_imagepull.recorded import RECORDING

CI = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
PIPELINES = ("github-actions.yml", "gitlab-ci.yml")
JOBS = ("argo-rollouts.yaml", "helm-hook.yaml")
CHECK = " --wait 2m --exit-code"
K9S = "k9s-plugins.yaml"


def test_the_page_leads_to_every_example() -> None:
    names = sorted({path.name for path in FOLDER.iterdir()} - {K9S})
    assert names == sorted([*PIPELINES, *JOBS, "rbac.yaml"])
    assert all(f"](../examples/{name})" in CI for name in names)


@pytest.mark.parametrize("name", [*PIPELINES, *JOBS])
def test_an_example_has_one_check(name: str) -> None:
    assert check_of(name).endswith(CHECK)


@pytest.mark.parametrize("name", PIPELINES)
def test_a_pipeline_checks_after_it_deploys_and_then_waits(name: str) -> None:
    assert [command for command in commands(name) if command.startswith("kubectl ") and "config" not in command] == [
        "kubectl apply -n shop -f deploy/",
        f"kubectl imagepull diagnose deploy/web -n shop{CHECK}",
        "kubectl rollout status deploy/web -n shop --timeout=10m",
    ]


@pytest.mark.parametrize("name", JOBS)
def test_a_job_is_run_once_by_an_account_of_its_own_and_ends(name: str) -> None:
    job = job_of(name)
    pod = job["template"]["spec"]
    assert (job["backoffLimit"], job["activeDeadlineSeconds"], pod["restartPolicy"]) == (0, 180, "Never")
    accounts = [one for one in documents("rbac.yaml") if one["kind"] == "ServiceAccount"]
    assert [one["metadata"]["name"] for one in accounts] == [pod["serviceAccountName"]]
    (container,) = pod["containers"]
    assert container["securityContext"]["runAsNonRoot"]
    assert not container["image"].endswith(":latest")


def test_the_hook_comes_after_install_and_upgrade() -> None:
    (job,) = documents("helm-hook.yaml")
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "post-install,post-upgrade"


def test_the_analysis_looks_at_the_new_pods() -> None:
    (template,) = documents("argo-rollouts.yaml")
    assert [one["name"] for one in template["spec"]["args"]] == ["rollout", "latest-hash"]
    assert check_of("argo-rollouts.yaml") == f"kubectl-imagepull diagnose replicaset/web-5d4f8c7b9{CHECK}"


def test_the_account_gets_roles_of_the_docs_in_its_namespace() -> None:
    roles: list[dict[str, Any]] = list(yaml.safe_load_all((ROOT / "docs/rbac.yaml").read_text(encoding="utf-8")))
    known = {one["metadata"]["name"] for one in roles if one["kind"] == "ClusterRole"}
    bindings = [one for one in documents("rbac.yaml") if one["kind"].endswith("Binding")]
    assert {one["kind"] for one in bindings} == {"RoleBinding"}
    assert [one["roleRef"]["name"] for one in bindings] == ["kubectl-imagepull", "kubectl-imagepull-secrets"]
    assert {one["roleRef"]["name"] for one in bindings} <= known


def test_the_plugin_for_k9s_shows_what_is_wrong(tmp_path: Path) -> None:
    """With the variables that k9s sets (github.com/derailed/k9s internal/view/env.go), and a recording for a cluster."""
    (plugin,) = yaml.safe_load((FOLDER / K9S).read_text(encoding="utf-8"))["plugins"].values()
    program = Path(sys.executable).with_name("kubectl-imagepull")
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(f'#!/bin/sh\nshift\nexec "{program}" "$@" --from "{RECORDING}"\n', encoding="utf-8")
    kubectl.chmod(0o755)
    less = tmp_path / "less"
    less.write_text('#!/bin/sh\necho "less $1"; exec cat\n', encoding="utf-8")
    less.chmod(0o755)
    row = {"RESOURCE_NAME": "deployments", "NAME": "frontend", "NAMESPACE": "shop", "CONTEXT": "prod"}
    result = subprocess.run(
        [plugin["command"], *plugin["args"]],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path), **row},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("less -R\n\x1b[1;31mTagNotFound\x1b[0m  shop/deployment/frontend  4 pods on ")
    assert set(plugin["scopes"]) >= {"pods", "deployments", "statefulsets", "daemonsets", "jobs"}


ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def step_of_action(tmp_path: Path, code: int, **inputs: str) -> tuple[subprocess.CompletedProcess[str], list[str], str]:
    """What the action's check gives where kubectl ends with a code: the result, kubectl's words, the job's summary."""
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > "{tmp_path}/words"\necho "### Failed image pulls"\nexit {code}\n',
        encoding="utf-8",
    )
    kubectl.chmod(0o755)
    given = {"namespace": "", **{name: one.get("default", "") for name, one in ACTION["inputs"].items()}, **inputs}
    step = ACTION["runs"]["steps"][1]
    assert set(step["env"].values()) == {f"${{{{ inputs.{name} }}}}" for name in given}
    summary = tmp_path / "summary.md"
    result = subprocess.run(
        # as GitHub runs `shell: bash`
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        env={
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "GITHUB_STEP_SUMMARY": str(summary),
            **{name.upper(): value for name, value in given.items()},
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return result, (tmp_path / "words").read_text(encoding="utf-8").splitlines(), summary.read_text(encoding="utf-8")


@pytest.mark.parametrize(("code", "ends"), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 0), (5, 0)])
def test_the_action_ends_as_the_program_does(tmp_path: Path, code: int, ends: int) -> None:
    result, words, summary = step_of_action(tmp_path, code, target="deploy/web sts/db", namespace="shop")
    assert (result.returncode, result.stderr) == (ends, "")
    assert " ".join(words) == (
        "imagepull diagnose deploy/web sts/db --namespace shop --wait 2m --exit-code -o markdown"
    )
    assert summary == "### Failed image pulls\n"
    assert ("::warning::" in result.stdout) == (code in {4, 5})


def test_an_input_of_the_action_is_never_run(tmp_path: Path) -> None:
    mark = tmp_path / "run"
    _, words, _ = step_of_action(
        tmp_path, 0, target=f"$(touch {mark}) `touch {mark}` ; *", namespace=f"a; touch {mark}"
    )
    assert not mark.exists()
    assert f"a; touch {mark}" in words
    assert "*" in words


def test_the_action_installs_itself() -> None:
    steps = ACTION["runs"]["steps"]
    assert steps[0]["run"] == 'pipx install --quiet "$GITHUB_ACTION_PATH"'
    assert all("${{" not in step["run"] for step in steps)
