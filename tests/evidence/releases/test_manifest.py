"""The pod spec of one workload in a manifest."""

from __future__ import annotations

import time

import pytest
from stored_releases import manifest

from kubectl_imagepull.evidence.releases.manifest import image_of, pod_spec_in

WEB = ("shop", "Deployment", "web")


def test_the_workload_is_found_among_other_documents() -> None:
    text = manifest("a/b:1") + manifest("a/b:2", name="other") + manifest("a/b:3", kind="StatefulSet")
    assert image_of(pod_spec_in(text, "shop", WEB), "app") == "a/b:1"
    assert image_of(pod_spec_in(text, "shop", ("shop", "StatefulSet", "web")), "app") == "a/b:3"
    assert image_of(pod_spec_in(text, "shop", WEB), "other") == ""


def test_what_is_installed_elsewhere_is_no_workload_of_this_namespace() -> None:
    assert pod_spec_in(manifest("a/b:1"), "infra", WEB) is None
    placed = manifest("a/b:1").replace("  name: web\nspec", "  name: web\n  namespace: shop\nspec")
    assert image_of(pod_spec_in(placed, "infra", WEB), "app") == "a/b:1"


def test_a_cron_job_has_its_template_deeper() -> None:
    text = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: web}
spec: {jobTemplate: {spec: {template: {spec: {initContainers: [{name: app, image: "a/b:1"}]}}}}}
"""
    assert image_of(pod_spec_in(text, "shop", ("shop", "CronJob", "web")), "app") == "a/b:1"


@pytest.mark.parametrize(
    "text", ["", "{", "kind: Deployment\nname: web\n  - [", "--- web Deployment ---", "web: &a [*a]"]
)
def test_a_manifest_that_is_none_gives_nothing(text: str) -> None:
    assert pod_spec_in(text, "shop", WEB) is None


def test_long_documents_are_not_parsed() -> None:
    filler = "---\nkind: ConfigMap\nmetadata: {name: web}\ndata: {a: '" + "Deployment x" * 200_000 + "'}\n"
    began = time.process_time()
    assert image_of(pod_spec_in(filler * 3 + manifest("a/b:1"), "shop", WEB), "app") == "a/b:1"
    assert time.process_time() - began < 1
