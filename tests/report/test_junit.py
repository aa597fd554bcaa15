from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree
from report.reports import REPORTS, hostile
from typed import typed

from kubectl_imagepull.report.junit import junit

if TYPE_CHECKING:
    from tests.report.conftest import Build

#: The Jenkins xUnit plugin's, as the source distribution of pytest 9.2.0 ships it.
SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "schemas" / "junit-10.xsd"))


def test_a_failed_pull_is_a_failed_test(build: Build) -> None:
    report = build.report(build.cluster().diagnoses[3], skipped=build.cluster().skipped)
    assert (
        junit(report)
        == """\
<?xml version='1.0' encoding='us-ascii'?>
<testsuites name="kubectl-imagepull" tests="2" failures="1" errors="0" time="0.840">
  <testsuite name="payments" tests="1" failures="1" errors="0" skipped="0">
    <testcase classname="payments.statefulset/gateway" name="gateway-0: gateway: private.corp.example/payments/api:v3.2.1">
      <failure type="NoCredentials" message="the registry requires a login, and none was sent: private.corp.example/payments/api:v3.2.1">
Pod: payments/gateway-0
Workload: statefulset/gateway
Container: gateway
Image: private.corp.example/payments/api:v3.2.1
Node: worker-a
Status: ImagePullBackOff
Since: 3d (2026-11-20T23:00:00Z)
Confidence: possible: the text allows more than one cause
Retries: won't help until somebody changes something

The registry requires a login (401, or a 403 to an anonymous request) and the kubelet had no credentials for it: the pod has no pull secret, or none of them matches the image's registry.

Read from the event Failed:
  | unexpected status from HEAD request to https://private.corp.example/v2/payments/api/manifests/v3.2.1: 403 Forbidden

It could also be:
  Forbidden: the registry denies access to this image
  RepositoryNotFoundOrPrivate: the repository does not exist, or is private

Evidence:
  bad: the pod names no pull secret (NoPullSecret)

Fix: Create the secret, then name it in the service account.
  kubectl -n payments create secret docker-registry corp-pull --docker-server=private.corp.example --docker-username=USER --docker-password=PASSWORD
  kubectl -n payments patch serviceaccount default -p '{"imagePullSecrets":[{"name":"corp-pull"}]}'
</failure>
    </testcase>
  </testsuite>
  <testsuite name="not looked at" tests="1" failures="0" errors="0" skipped="1">
    <testcase classname="kubectl-imagepull" name="secrets in namespace payments">
      <skipped message="you may not get them (verb get, resource secrets)" />
    </testcase>
  </testsuite>
</testsuites>"""
    )


def test_what_is_well_passes(build: Build) -> None:
    assert (
        junit(build.report())
        == """\
<?xml version='1.0' encoding='us-ascii'?>
<testsuites name="kubectl-imagepull" tests="1" failures="0" errors="0" time="0.840">
  <testsuite name="image pulls" tests="1" failures="0" errors="0" skipped="0">
    <testcase classname="kubectl-imagepull" name="No failed image pulls: looked at 68 pods (all namespaces, context prod-eu, 0.8 s)." />
  </testsuite>
</testsuites>"""
    )
    assert '<testcase classname="kubectl-imagepull" name="deployment/web" />' in junit(
        build.report(), healthy=("deployment/web",)
    )


def test_a_suite_for_each_cluster_and_namespace(build: Build) -> None:
    root = etree.fromstring(junit(build.clusters()).encode())
    assert [(suite.get("name"), suite.get("tests")) for suite in root] == [
        ("prod-eu/shop", "1"),
        ("prod-us/shop", "2"),
        ("prod-eu/payments", "1"),
    ]
    assert root[0][0].get("classname") == "prod-eu.shop.deployment/frontend"


def test_names_are_told_apart(build: Build) -> None:
    root = etree.fromstring(junit(REPORTS["the same twice"](build)).encode())
    assert [case.get("name") for case in root.iter("testcase")] == [
        "web-0: web: registry.corp.example/shop/frontend:v2.4.0",
        "web-0: web: registry.corp.example/shop/frontend:v2.4.0 (2)",
        "web-0: web (its image volume): registry.corp.example/shop/frontend:v2.4.0",
    ]


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_valid(build: Build, name: str) -> None:
    report = REPORTS[name](build)
    text = junit(report, healthy=("pod/a",) if name == "clusters" else ())
    assert text.isascii()
    root = etree.fromstring(text.encode())
    SCHEMA.assertValid(root)
    cases = [case for case in root.iter("testcase") if case.find("failure") is not None]
    assert len(cases) == len(report.diagnoses) == int(root.get("failures"))
    assert sum(int(suite.get("tests")) for suite in root) == int(root.get("tests")) > 0


def test_hostile_text_is_text(build: Build) -> None:
    root = etree.fromstring(junit(hostile(build)).encode())
    assert {element.tag for element in root.iter()} == {"testsuites", "testsuite", "testcase", "failure", "skipped"}
    failure = root.find(".//failure")
    assert r"\x00\x07\x1b[2J\u202e\u200b\ud800\ufffe" in failure.text
    assert "</script><script>alert(1)</script>" in failure.text


def test_the_cause_may_not_be_known(build: Build) -> None:
    report = build.report(replace(build.cluster().diagnoses[-2], verification=typed("kubectl get pods")))
    root = etree.fromstring(junit(report).encode())
    assert root.find(".//failure").text.endswith(
        "Until then there is nothing to read a cause from. The kubelet waits five minutes at most between two tries: "
        "look again then.\n\nWhat to do: kubectl imagepull explain CauseNotReported\n\n"
        "Then see that it worked:\n  kubectl get pods\n"
    )
