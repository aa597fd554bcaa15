from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from typed import typed

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.kube.snapshot import Skipped, Source
from kubectl_imagepull.report.document import document, pod_names, to_json, to_yaml
from kubectl_imagepull.vocabulary.causes import Cause, Confidence, Scope, What
from kubectl_imagepull.vocabulary.fix import Fix
from kubectl_imagepull.vocabulary.workload import Workload

if TYPE_CHECKING:
    from kubectl_imagepull.diagnosis.report import Report
    from tests.report.conftest import Build

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

GATEWAY = {
    "apiVersion": "imagepull/v1",
    "kind": "ImagePullReport",
    "source": {"kind": "cluster", "name": "prod-eu", "namespace": "payments"},
    "podsScanned": 68,
    "seconds": 0.84,
    "rootCauses": [
        {
            "cause": "NoCredentials",
            "scope": "credentials",
            "key": "private.corp.example payments -",
            "summary": "the registry requires a login, and none was sent: private.corp.example in payments with no pull secret",
            "confidence": "possible",
            "retryable": False,
            "failures": [0],
            "workloads": [{"namespace": "payments", "kind": "StatefulSet", "name": "gateway"}],
            "since": "2026-11-20T23:00:00Z",
            "fixes": [
                {
                    "text": "Create the secret, then name it in the service account.",
                    "commands": [
                        "kubectl -n payments create secret docker-registry corp-pull --docker-server=private.corp.example --docker-username=USER --docker-password=PASSWORD",
                        'kubectl -n payments patch serviceaccount default -p \'{"imagePullSecrets":[{"name":"corp-pull"}]}\'',
                    ],
                    "who": "you",
                    "basis": "text",
                    "where": "cluster",
                    "placeholders": [],
                    "notes": [],
                    "undo": [],
                }
            ],
        }
    ],
    "failures": [
        {
            "namespace": "payments",
            "pod": "gateway-0",
            "container": "gateway",
            "what": "container",
            "image": "private.corp.example/payments/api:v3.2.1",
            "node": "worker-a",
            "reason": "ImagePullBackOff",
            "cause": "NoCredentials",
            "confidence": "possible",
            "retryable": False,
            "message": "unexpected status from HEAD request to https://private.corp.example/v2/payments/api/manifests/v3.2.1: 403 Forbidden",
            "messageSource": "event Failed",
            "answeredBy": None,
            "alternatives": ["Forbidden", "RepositoryNotFoundOrPrivate"],
            "details": {},
            "since": "2026-11-20T23:00:00Z",
            "workload": {"kind": "StatefulSet", "name": "gateway", "managedBy": None},
            "evidence": [{"check": "NoPullSecret", "result": "bad", "text": "the pod names no pull secret"}],
            "fixes": [
                {
                    "text": "Create the secret, then name it in the service account.",
                    "commands": [
                        "kubectl -n payments create secret docker-registry corp-pull --docker-server=private.corp.example --docker-username=USER --docker-password=PASSWORD",
                        'kubectl -n payments patch serviceaccount default -p \'{"imagePullSecrets":[{"name":"corp-pull"}]}\'',
                    ],
                    "who": "you",
                    "basis": "text",
                    "where": "cluster",
                    "placeholders": [],
                    "notes": [],
                    "undo": [],
                }
            ],
        }
    ],
    "skipped": [{"what": "secrets in namespace payments", "why": "you may not get them"}],
}


@pytest.fixture
def gateway(build: Build) -> Report:
    return build.report(
        build.cluster().diagnoses[3],
        source=Source("cluster", "prod-eu", "payments"),
        skipped=(Skipped("secrets in namespace payments", "you may not get them"),),
    )


def test_the_document(gateway: Report) -> None:
    assert document(gateway) == GATEWAY
    assert list(document(gateway)) == list(GATEWAY)
    assert list(document(gateway)["failures"][0]) == list(GATEWAY["failures"][0])


def test_json_is_the_document_in_its_order(gateway: Report) -> None:
    assert to_json(gateway) == json.dumps(GATEWAY, indent=2)


def test_yaml_is_the_document_in_its_order(gateway: Report) -> None:
    text = to_yaml(gateway)
    assert yaml.safe_load(text) == GATEWAY
    assert text.startswith(
        """\
apiVersion: imagepull/v1
kind: ImagePullReport
source:
  kind: cluster
  name: prod-eu
  namespace: payments
podsScanned: 68
seconds: 0.84
rootCauses:
- cause: NoCredentials
  scope: credentials
  key: private.corp.example payments -
  summary: 'the registry requires a login, and none was sent: private.corp.example in payments with no pull secret'
  confidence: possible
  retryable: false
  failures:
  - 0
  workloads:
  - namespace: payments
    kind: StatefulSet
    name: gateway
  since: "2026-11-20T23:00:00Z"
"""
    )


def test_an_empty_report_has_every_field(build: Build) -> None:
    empty = document(build.report())
    assert (empty["rootCauses"], empty["failures"], empty["skipped"]) == ([], [], [])
    VALIDATOR.validate(empty)
    (failure,) = document(build.report(build.diagnosis()))["failures"]
    assert (failure["evidence"], failure["fixes"], failure["alternatives"], failure["details"]) == ([], [], [], {})


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_every_document_keeps_to_the_schema(build: Build, gateway: Report) -> None:
    reports = [build.cluster(), build.crowd(), gateway, build.clusters(), build.clusters(namespaces=("a", "b"))]
    reports += [build.report(build.diagnosis("a", cause)) for cause in Cause]
    reports += [build.report(build.diagnosis("a", confidence=confidence)) for confidence in Confidence]
    for report in reports:
        VALIDATOR.validate(json.loads(to_json(report)))
        VALIDATOR.validate(yaml.load(to_yaml(report), Loader=yaml.CSafeLoader))


def test_the_schema_knows_every_word_of_ours() -> None:
    definitions = SCHEMA["$defs"]
    by_hand = "write it into docs/report.schema.json, in the order of the code"
    assert definitions["cause"]["examples"] == [cause.value for cause in Cause], by_hand
    assert definitions["scope"]["enum"] == [scope.value for scope in Scope]
    assert definitions["confidence"]["enum"] == [confidence.value for confidence in Confidence]
    failure = definitions["failure"]["properties"]
    assert failure["what"]["enum"] == [what.value for what in What]
    assert failure["evidence"]["items"]["properties"]["result"]["enum"] == [result.value for result in Result]


def test_new_causes_checks_and_details_are_allowed() -> None:
    new = deepcopy(GATEWAY)
    new["rootCauses"][0]["cause"] = new["failures"][0]["cause"] = "SomethingNew"
    new["failures"][0]["evidence"][0]["check"] = "CheckedAnew"
    new["failures"][0]["details"] = {"later": "x", "ever": True}
    VALIDATOR.validate(new)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [(*path, name) for name in value] + [p for name in value for p in _paths(value[name], (*path, name))]
    return (
        [p for index, item in enumerate(value) for p in _paths(item, (*path, index))] if isinstance(value, list) else []
    )


@pytest.mark.parametrize("path", _paths(GATEWAY), ids=str)
def test_the_schema_misses_every_field_that_is_renamed_or_of_another_type(path: tuple[Any, ...]) -> None:
    *parents, name = path
    for change in ("remove", "retype"):
        broken = deepcopy(GATEWAY)
        there: Any = broken
        for step in parents:
            there = there[step]
        value = there.pop(name)
        if change == "retype":
            there[name] = 1 if isinstance(value, str | bool) or value is None else "text"
        assert not VALIDATOR.is_valid(broken)


def test_only_the_sandbox_has_no_container(build: Build) -> None:
    VALIDATOR.validate(document(build.report(build.diagnosis(what=What.SANDBOX, container=None))))
    assert not VALIDATOR.is_valid(document(build.report(build.diagnosis(container=None))))
    assert not VALIDATOR.is_valid(document(build.report(build.diagnosis(what=What.SANDBOX))))


TRAPS = (
    *("on", "Off", "YES", "y", "n", "N", "null", "~", "True", "", " ", "1", "1e3", "0x1F", "0o17", "017", "1_000"),
    *("+1.5", ".5", ".inf", ".NaN", "-", "- a", "a: b", "a #b", "#a", "*a", "&a", "!a", "%a", "@a", "`a", "{a}", "[a]"),
    *("2026-11-23", "2026-11-23T22:51:43Z", "12:30:45", "=", "<<", "'a'", '"a"', "a\nb", "a\n", "\ta", "a ", "|", ">"),
    *(
        "\x1b[31m",
        "\x7f",
        "\x85",
        "\x9b",
        "\u2028",
        "\u202e",
        "\ufeff",
        "\ufffe",
        "\U000e0041",
        "\U0001f600",
        "图",
        "\\u0041",
    ),
)


def _full_of(build: Build, text: str) -> Report:
    diagnosis = build.diagnosis(
        text,
        namespace=text,
        container=text,
        image=text,
        node=text,
        reason=text,
        message=text,
        message_source=text,
        answered_by=text,
        details={text: text},
        workload=Workload("Deployment", text, text),
        evidence=(Evidence(Check.NODE_PLATFORM, Result.INFO, text),),
        fixes=(Fix(text, typed(text)),),
        key=text,
    )
    return build.report(diagnosis, skipped=(Skipped(f"x{text}", text),), source=Source("recording", text, text))


@pytest.mark.parametrize("text", TRAPS)
def test_strings_stay_strings(build: Build, text: str) -> None:
    report = _full_of(build, text)
    assert document(report)["failures"][0]["image"] == text
    assert json.loads(to_json(report)) == yaml.safe_load(to_yaml(report)) == document(report)


@pytest.mark.parametrize("text", ["y", "on", "1e3", "0o17", "2026-11-23", "~", "=", "1:30", ""])
def test_what_another_version_of_yaml_would_misread_is_in_quotes(build: Build, text: str) -> None:
    assert f'\n  image: "{text}"\n' in to_yaml(_full_of(build, text))


@settings(deadline=None)
@given(text=st.text(st.characters(), max_size=80))
def test_any_text_survives_both_formats(build: Build, text: str) -> None:
    report = _full_of(build, text)
    whole = document(report)
    assert json.loads(to_json(report)) == yaml.safe_load(to_yaml(report)) == whole
    for output in (to_json(report), to_yaml(report)):
        assert output.replace("\n", "").isprintable()
        output.encode()


def test_a_lone_surrogate_becomes_a_replacement_character(build: Build) -> None:
    assert document(_full_of(build, "a\ud800b"))["failures"][0]["image"] == "a\ufffdb"


def test_what_is_legible_is_left_alone(build: Build) -> None:
    report = _full_of(build, "café 图")
    assert '"image": "café 图"' in to_json(report)
    assert "image: café 图\n" in to_yaml(report)


def test_yaml_names_no_anchors(build: Build) -> None:
    fixes = (Fix("Do it.", typed("kubectl get pods")),)
    text = to_yaml(build.report(build.diagnosis("a", fixes=fixes), build.diagnosis("b", fixes=fixes)))
    assert "&" not in text
    assert "*" not in text


def test_long_lines_are_not_folded(build: Build) -> None:
    message = "many words " * 3000
    assert f"  message: '{message}'\n" in to_yaml(build.report(build.diagnosis(message=message)))


def test_names_are_each_once(build: Build) -> None:
    report = build.report(
        build.diagnosis("web-1"),
        build.diagnosis("web-1", container="other"),
        build.diagnosis("web-0"),
        build.diagnosis("web-1", namespace="other"),
    )
    assert pod_names(report) == "pod/web-1\npod/web-0"
    assert pod_names(report, all_namespaces=True) == "shop pod/web-1\nshop pod/web-0\nother pod/web-1"
    assert pod_names(build.report()) == ""


def test_names_of_several_clusters_say_which_and_where(build: Build) -> None:
    report = build.clusters("eu", "us east")
    shown = r"""
eu shop pod/frontend-9fd6ff554-fw2xk
us\x20east shop pod/frontend-9fd6ff554-fw2xk
us\x20east shop pod/frontend-9fd6ff554-m8q4z
eu payments pod/reconciler-6bccd86bd4-nbptw"""
    assert pod_names(report) == pod_names(report, all_namespaces=True) == shown.lstrip()


def test_several_clusters_are_named_wherever_it_matters(build: Build) -> None:
    whole = document(build.clusters(namespaces=("shop", "default")))
    assert whole["source"] == {
        "kind": "cluster",
        "name": "prod-eu, prod-us",
        "namespace": None,
        "clusters": [
            {"cluster": "prod-eu", "namespace": "shop"},
            {"cluster": "prod-us", "namespace": "default"},
        ],
    }
    assert [one["cluster"] for one in whole["failures"]] == ["prod-eu", "prod-us", "prod-us", "prod-eu"]
    assert [(one["cluster"], one["cause"], one["failures"]) for one in whole["rootCauses"]] == [
        ("prod-us", "TagNotFound", [1, 2]),
        ("prod-eu", "CauseNotReported", [3]),
        ("prod-eu", "TagNotFound", [0]),
    ]
    assert next(iter(whole["failures"][0])) == next(iter(whole["rootCauses"][0])) == "cluster"


def test_one_cluster_is_named_in_the_source_only(gateway: Report) -> None:
    assert '"cluster":' not in to_json(gateway)


@pytest.mark.parametrize("place", ["source", "rootCauses", "failures"])
@pytest.mark.parametrize("value", [1, ""])
def test_the_schema_misses_a_cluster_that_is_no_name(build: Build, place: str, value: object) -> None:
    broken = document(build.clusters())
    there = broken["source"]["clusters"] if place == "source" else broken[place]
    there[0]["cluster"] = value
    assert not VALIDATOR.is_valid(broken)


def test_a_name_is_one_word(build: Build) -> None:
    report = build.report(build.diagnosis("a\n--all -n x\x1b", namespace="b c"))
    assert pod_names(report, all_namespaces=True) == r"b\x20c pod/a\n--all\x20-n\x20x\x1b"


def test_the_time_a_run_took_is_rounded(build: Build) -> None:
    assert document(replace(build.report(), seconds=1.23456789))["seconds"] == 1.235
