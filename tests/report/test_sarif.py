from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import jsonschema
import pytest
from report.reports import REPORTS, hostile

from kubectl_imagepull import __version__
from kubectl_imagepull.kube.snapshot import Skipped, Source
from kubectl_imagepull.report.sarif import sarif
from kubectl_imagepull.vocabulary.cause_meanings import MEANINGS
from kubectl_imagepull.vocabulary.causes import Cause, What
from kubectl_imagepull.vocabulary.workload import Workload

if TYPE_CHECKING:
    from tests.report.conftest import Build

#: OASIS' own, as the npm package @microsoft/jest-sarif ships it.
SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft4Validator(SCHEMA)


def run_of(text: str) -> dict[str, Any]:
    (run,) = json.loads(text)["runs"]
    return dict(run)


def test_a_root_cause_is_a_result(build: Build) -> None:
    report = build.report(
        *build.cluster().diagnoses[:3],
        short={Cause.TAG_NOT_FOUND: "Set a tag that exists"},
        skipped=build.cluster().skipped,
    )
    log = json.loads(sarif(report))
    (rule,) = log["runs"][0]["tool"]["driver"].pop("rules")
    pods = [f"frontend-9fd6ff554-{suffix}" for suffix in ("fw2xk", "m8q4z", "zmmbf")]
    digest = "fbadb7e72df2d43b721f56a96e732605"
    assert log == {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "kubectl-imagepull", "version": __version__}},
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [
                            {
                                "level": "warning",
                                "message": {
                                    "text": "secrets in namespace payments: you may not get them (verb get, resource secrets)"
                                },
                            }
                        ],
                    }
                ],
                "results": [
                    {
                        "ruleId": "TagNotFound",
                        "ruleIndex": 0,
                        "kind": "fail",
                        "level": "error",
                        "message": {
                            "text": "this tag or digest is not in the registry: registry.corp.example/shop/frontend:v2.4.0. "
                            "3 pods of shop/deployment/frontend, container frontend since 2026-11-23 22:48 UTC. "
                            "Set a tag that exists."
                        },
                        "locations": [
                            {
                                "physicalLocation": {
                                    "artifactLocation": {"uri": "prod-eu/shop/deployment/frontend"},
                                    "region": {"startLine": 1},
                                },
                                "logicalLocations": [
                                    {
                                        "name": "frontend",
                                        "fullyQualifiedName": f"shop/{place}/frontend",
                                        "kind": "container",
                                    }
                                    for place in ("deployment/frontend", *(f"pod/{pod}" for pod in pods))
                                ],
                            }
                        ],
                        "occurrenceCount": 3,
                        "partialFingerprints": {"primaryLocationLineHash": f"{digest}:1", "imagePull/v1": digest},
                        "properties": {
                            "confidence": "likely",
                            "retryable": False,
                            "image": "registry.corp.example/shop/frontend:v2.4.0",
                            "text": report.diagnoses[0].message,
                        },
                    }
                ],
            }
        ],
    }
    assert rule.pop("help")["text"].startswith(
        "TagNotFound: this tag or digest is not in the registry\n\n  The registry"
    )
    assert rule == {
        "id": "TagNotFound",
        "name": "TagNotFound",
        "shortDescription": {"text": "this tag or digest is not in the registry"},
        "fullDescription": {"text": MEANINGS[Cause.TAG_NOT_FOUND]},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["kubernetes", "image-pull"]},
    }


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_valid(build: Build, name: str) -> None:
    report = REPORTS[name](build)
    text = sarif(report)
    assert text.isascii()
    VALIDATOR.validate(json.loads(text))
    run = run_of(text)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert set(rules) == {root.cause.value for root in report.root_causes}
    assert all(rules[one["ruleIndex"]] == one["ruleId"] for one in run["results"])
    assert sum(one["occurrenceCount"] for one in run["results"]) == len(report.diagnoses)


@pytest.mark.parametrize("name", REPORTS)
def test_what_code_scanning_asks_for(build: Build, name: str) -> None:
    """https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning."""
    run = run_of(sarif(REPORTS[name](build)))
    fingerprints = []
    for result in run["results"]:
        assert result["message"]["text"]
        (location,) = result["locations"]
        uri = urlsplit(location["physicalLocation"]["artifactLocation"]["uri"])
        assert uri.path
        assert not uri.scheme
        assert not uri.path.startswith("/")
        assert location["physicalLocation"]["region"]["startLine"] > 0
        fingerprints.append(result["partialFingerprints"]["primaryLocationLineHash"])
    assert len(set(fingerprints)) == len(fingerprints)
    assert len(run["results"]) <= 25_000
    for rule in run["tool"]["driver"]["rules"]:
        assert len(rule["shortDescription"]["text"]) <= 1024
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
        assert len(rule["properties"]["tags"]) <= 20


def fingerprint(build: Build, **fields: Any) -> str:
    about = {"workload": Workload("Deployment", "web"), **fields}
    (result,) = run_of(sarif(build.report(build.diagnosis(**about))))["results"]
    return str(result["partialFingerprints"]["primaryLocationLineHash"])


def test_a_fingerprint_outlives_pods_and_time(build: Build) -> None:
    first = fingerprint(build, pod="web-5d4f-abcde", since=timedelta(minutes=1), message="a text")
    assert fingerprint(build, pod="web-77aa-fghij", since=timedelta(days=9), message="another", node="b") == first
    others = [
        fingerprint(build, key="another"),
        fingerprint(build, namespace="web"),
        fingerprint(build, container="sidecar"),
        fingerprint(build, what=What.INIT_CONTAINER),
        fingerprint(build, cluster="us"),
        fingerprint(build, cause=Cause.BLOB_MISSING),
        fingerprint(build, workload=Workload("Job", "web")),
    ]
    assert len({first, *others}) == 8


def uri(build: Build, *recordings: str, source: Source | None = None) -> str:
    text = sarif(build.report(build.diagnosis(), source=source or Source("recording", "x")), recordings)
    (result,) = run_of(text)["results"]
    return str(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])


def test_where_a_result_is(build: Build) -> None:
    assert uri(build, "dumps/prod eu.json") == "dumps/prod%20eu.json"
    assert uri(build, "/var/dumps/prod.json") == "file:///var/dumps/prod.json"
    assert uri(build, "-") == uri(build, "a", "b") == "shop/deployment/web"
    assert uri(build, source=Source("cluster", "arn:aws:eks/x", "shop")) == "arn%3Aaws%3Aeks%2Fx/shop/deployment/web"
    assert uri(build, source=Source("cluster", "")) == "shop/deployment/web"


def test_several_clusters(build: Build) -> None:
    results = run_of(sarif(build.clusters()))["results"]
    assert [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results] == [
        "prod-us/shop/deployment/frontend",
        "prod-eu/payments/deployment/reconciler",
        "prod-eu/shop/deployment/frontend",
    ]


def test_a_bare_pod_and_a_sandbox(build: Build) -> None:
    bare = build.diagnosis(workload=Workload("Pod", "web-0"))
    sandbox = build.diagnosis("b", container=None, what=What.SANDBOX)
    results = run_of(sarif(build.report(bare, sandbox)))["results"]
    assert [
        [one["fullyQualifiedName"] for one in result["locations"][0]["logicalLocations"]] for result in results
    ] == [
        ["shop/pod/web-0/web"],
        ["shop/deployment/web/sandbox", "shop/pod/b/sandbox"],
    ]
    assert results[1]["locations"][0]["logicalLocations"][0]["kind"] == "sandbox"


def test_what_may_heal_is_a_warning(build: Build) -> None:
    run = run_of(sarif(build.report(build.diagnosis(cause=Cause.RATE_LIMITED))))
    assert run["results"][0]["level"] == run["tool"]["driver"]["rules"][0]["defaultConfiguration"]["level"] == "warning"


def test_a_text_is_no_link_and_no_placeholder(build: Build) -> None:
    report = build.report(
        build.diagnosis(image=r"a\[text](https://evil.example){0}"), skipped=(Skipped("{0}", "[x](y)", partly=False),)
    )
    run = run_of(sarif(report))
    assert r"a\\\[text\](https://evil.example){{0}}." in run["results"][0]["message"]["text"]
    assert run["invocations"][0]["toolExecutionNotifications"] == [
        {"level": "note", "message": {"text": r"{{0}}: \[x\](y)"}}
    ]


def test_hostile_text_is_text(build: Build) -> None:
    report = hostile(build)
    result = run_of(sarif(report))["results"][0]
    assert r"\\x00\\x07\\x1b\[2J\\u202e\\u200b\\ud800\\ufffe\\r\\n\\n# heading" in result["message"]["text"]
    assert result["properties"]["text"] == report.diagnoses[0].message.replace("\ud800", "?")


def test_the_first_failure_that_is_clear_speaks(build: Build) -> None:
    silent = replace(build.diagnosis("a"), message="")
    (result,) = run_of(sarif(build.report(silent, build.diagnosis("b", message="said"))))["results"]
    assert result["properties"]["text"] == "said"
