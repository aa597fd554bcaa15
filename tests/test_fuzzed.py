"""What `make fuzz` tries for as long as it is given, for a moment; and each value of a cluster, of a wrong type."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import fuzz
import pytest
from clusters import IMAGE, NOT_FOUND, at, cluster, failed, waiting
from situations import DIGEST, fails, held, node, owned_by, revision, runs

from kubectl_imagepull.kube.recording.dump import read_recording
from kubectl_imagepull.kube.snapshot import SourceError
from kubectl_imagepull.report.formats import Output
from kubectl_imagepull.report.render import render
from kubectl_imagepull.runs.examine import report_on

INPUTS = {"recording": 60, "message": 600, "issue": 200, "rules": 200, "bytes": 600, "selector": 600}
WRONG: list[Any] = [None, [], {"a": {}}, [{}], 7, "x"]


@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_no_promise_is_broken(target: str) -> None:
    function, load = fuzz.TARGETS[target]
    corpus = load()
    assert corpus
    numbers = random.Random(20261127)  # noqa: S311 - inputs, no secrets
    assert len({function(numbers, corpus) for _ in range(INPUTS[target])}) > INPUTS[target] / 2


def rich() -> list[dict[str, Any]]:
    """A cluster in which much is looked at."""
    spec = {
        "tolerations": [{"key": "a", "operator": "Equal", "value": "b", "effect": "NoSchedule"}],
        "nodeSelector": {"kubernetes.io/arch": "amd64"},
        "imagePullSecrets": [{"name": "regcred"}],
        "serviceAccountName": "default",
        "affinity": {
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}]}]
                }
            }
        },
        "volumes": [{"name": "v", "emptyDir": {}}],
    }
    amd = node("node-a", "registry.example.com/shop/api:v1")
    amd["spec"] = {"taints": [{"key": "a", "value": "b", "effect": "NoSchedule"}]}
    amd["status"]["conditions"] = [{"type": "Ready", "status": "True", "lastHeartbeatTime": at(50)}]
    snapshot = cluster(
        [
            fails(IMAGE, spec=spec, owner=owned_by("ReplicaSet", "web-6b"), annotations={"a": "b"}, labels={"a": "b"}),
            fails(
                "registry.example.com/shop/x", "no match for platform in manifest", name="b", reason="ImagePullBackOff"
            ),
            runs("registry.example.com/team/app:1.2.2"),
        ],
        [failed(at(30), NOT_FOUND), {**failed(at(31), NOT_FOUND), "count": 3, "source": {"component": "kubelet"}}],
        ReplicaSet=[revision(9, "web-6b", IMAGE), revision(8, "web-5a", f"{IMAGE}.0@{DIGEST}", ready=1)],
        Deployment=[
            held("Deployment", "web", spec={"template": {"spec": {"containers": [{"name": "app", "image": IMAGE}]}}})
        ],
        Secret=[
            {
                "kind": "Secret",
                "type": "kubernetes.io/dockerconfigjson",
                "metadata": {"name": "regcred", "namespace": "shop", "creationTimestamp": at(1)},
                "data": {".dockerconfigjson": "eyJhdXRocyI6eyJ4Ijp7ImF1dGgiOiJkVHB3In19fQ=="},
            }
        ],
        ServiceAccount=[{"kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "shop"}}],
        Node=[amd, node("node-b", platform="linux/arm64")],
    )
    assert waiting("x")
    return [item for items in snapshot.objects.values() for item in items]


PLACES = range(len(list(fuzz.places(rich()))))


@pytest.mark.parametrize("part", range(6))
def test_a_value_of_a_wrong_type_anywhere_ends_nothing(part: int, tmp_path: Path) -> None:
    """Each value of each object in turn is replaced by each wrong one, of which some are told by no dictionary or set."""
    items = rich()
    places = list(fuzz.places(items))
    path = tmp_path / "cluster.json"
    for number in PLACES[part::6]:
        container, key = places[number]
        right = container[key]
        for value in WRONG:
            container[key] = value
            path.write_text(json.dumps({"kind": "List", "items": items}), encoding="utf-8")
            container[key] = right
            try:
                report = report_on(read_recording([str(path)]), 0.0)
            except SourceError:
                continue
            for output in (Output.TABLE, Output.JSON, Output.HTML):
                assert render(report, output, detailed=True) or output is Output.TABLE
