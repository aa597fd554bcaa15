"""Fixes of workloads that helm wrote, pasted as they stand, with real charts, real helm 3 and 4 and real controllers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from e2e.charts import CONVENTIONS, GONE, write_chart, write_values
from e2e.helm import VERSIONS, HelmUser
from e2e.live import LiveCluster, is_ready, waits_for_image
from e2e.program import parsed
from placeholders import VALUES, filled

Json = dict[str, Any]


class Installed:
    """A release in a namespace of its own, with the program and helm before it."""

    def __init__(self, live: LiveCluster, version: str, name: str, home: Path, namespace: str = "") -> None:
        self.live, self.name, self.namespace = live, name, namespace or f"helm{version}-{name}"
        self.user = HelmUser(version, live.plane.kubeconfig(name="user"), home)
        self.chart, self.values = write_chart(home, name), write_values(home, name)
        live.make_namespace(self.namespace)

    def upgrade(self, *arguments: str) -> None:
        place = ("-n", self.namespace, "-f", str(self.values))
        self.user.helm("upgrade", "--install", self.name, str(self.chart), *place, *arguments)

    def fixes(self) -> list[Json]:
        assert self.live.comes_to(self.namespace, self._fails)
        result = self.user.program("diagnose", f"deployment/{self.name}", "-n", self.namespace, "-o", "json")
        assert result.returncode == 0, result.stderr
        fixes: list[Json] = parsed(result)["failures"][0]["fixes"]
        return fixes

    def paste(self, commands: list[str]) -> None:
        for command in commands:
            self.user.paste(filled(command, {**VALUES, "CHART": str(self.chart)}))

    def runs(self) -> bool:
        return self.live.comes_to(self.namespace, self._runs)

    @property
    def image(self) -> str:
        template = self.live.admin.get("Deployment", self.namespace, self.name)["spec"]["template"]
        image: str = template["spec"]["containers"][0]["image"]
        return image

    def _fails(self) -> bool:
        return any(map(waits_for_image, self.live.pods(self.namespace)))

    def _runs(self) -> bool:
        pods = self.live.pods(self.namespace)
        return len(pods) == 1 and all(map(is_ready, pods))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", CONVENTIONS)
def test_the_printed_upgrade_repairs_the_workload(live: LiveCluster, version: str, name: str, tmp_path: Path) -> None:
    release = Installed(live, version, name, tmp_path)
    release.upgrade()
    before = release.image
    first = release.fixes()[0]
    *reads, command = first["commands"]
    assert [line.partition(" ")[0] for line in reads] == ["skopeo"]
    words = command.split("--set-string ")[1:]
    assert (
        tuple(word.partition("=")[0].strip("'").replace("'\"\\\\\"'", "\\") for word in words) == CONVENTIONS[name].sets
    )
    assert (first["where"], first["basis"], first["who"]) == ("source", "evidence", "you")
    # as it stands it stops, and changes nothing
    assert release.user.program.run("bash", "-c", command).returncode != 0
    assert release.image == before
    release.paste([command])
    assert release.image.endswith(f":{VALUES['EXISTING_TAG']}")
    assert release.runs()
    release.paste(first["undo"])
    assert release.image == before


@pytest.mark.parametrize("version", VERSIONS)
def test_a_revision_whose_image_ran_is_gone_back_to(live: LiveCluster, version: str, tmp_path: Path) -> None:
    release = Installed(live, version, "flat", tmp_path, f"back-by-helm{version}")
    release.upgrade("--set", "imageTag=v1")
    assert release.runs()
    release.upgrade("--set", f"imageTag={GONE}")
    first = release.fixes()[0]
    assert first["commands"] == [f"helm rollback flat 1 -n {release.namespace}"]
    assert first["undo"] == [f"helm rollback flat 2 -n {release.namespace}"]
    release.paste(first["commands"])
    assert release.image.endswith(":v1")
    assert release.runs()
    release.paste(first["undo"])
    assert release.image.endswith(f":{GONE}")


@pytest.mark.parametrize("driver", ["secret", "configmap"])
def test_a_release_is_read_where_its_driver_keeps_it(live: LiveCluster, driver: str, tmp_path: Path) -> None:
    release = Installed(live, "3", "given", tmp_path, f"by-{driver}")
    release.user.program.environment["HELM_DRIVER"] = driver
    release.upgrade()
    assert release.fixes()[0]["text"].startswith("Set image.tag to a tag that exists in Helm release given")


def test_values_that_are_no_image_are_never_shown(live: LiveCluster, tmp_path: Path) -> None:
    release = Installed(live, "3", "string", tmp_path, "quiet")
    release.values.write_text(json.dumps({"password": "hunter2", "image2": "other.example/hunter3:1"}))
    release.upgrade()
    assert "image" in release.fixes()[0]["text"]
    for output in ("json", "table", "markdown", "html"):
        result = release.user.program("diagnose", "-n", release.namespace, "-o", output)
        assert "hunter" not in f"{result.stdout}{result.stderr}"
    result = release.user.program("diagnose", "-n", release.namespace, "--no-secrets", "-o", "json")
    first = parsed(result)["failures"][0]["fixes"][0]
    assert first["commands"] == [f"helm get values string -n {release.namespace} --all"]
