"""Secrets that a pod doesn't name and that may help: what is told of them, and when nothing is."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest
from clusters import BACK_OFF, IMAGE, at, cluster, pod, running, waiting

from kubectl_imagepull.diagnosis.diagnose import diagnose_all
from kubectl_imagepull.evidence.checks import Evidence
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot, Source

DENIED = f"{BACK_OFF}: ErrImagePull: failed to authorize: authorization failed: no basic auth credentials"
UNAUTHORIZED = f"{BACK_OFF}: ErrImagePull: failed to authorize: 401 Unauthorized: incorrect username or password"


def named(*secrets: str) -> JsonObject:
    return {"nodeName": "node-a", "imagePullSecrets": [{"name": name} for name in secrets]}


def fails(*secrets: str, text: str = DENIED, name: str = "web-1", **more: Any) -> JsonObject:
    return pod(name, {"app": waiting("ImagePullBackOff", text)}, spec=named(*secrets), uid=name, **more)


def runs(name: str, *secrets: str, started: str = at(30), **more: Any) -> JsonObject:
    status = {**running(), "imageID": "x"}
    about = {"phase": "Running", "uid": name, "status": {"startTime": started}, **more}
    return pod(name, {"app": status}, spec=named(*secrets), **about)


def holds(name: str, registry: str = "registry.example.com", namespace: str = "shop", **entry: str) -> JsonObject:
    config = json.dumps({"auths": {registry: entry or {"username": "u", "password": "p"}}})
    return {
        "metadata": {"name": name, "namespace": namespace},
        "type": "kubernetes.io/dockerconfigjson",
        "data": {".dockerconfigjson": b64encode(config.encode()).decode()},
    }


def told(snapshot: Snapshot) -> list[Evidence]:
    diagnoses = diagnose_all(snapshot, lambda *_: True)
    return [item for item in diagnoses[0].evidence if item.check == "OtherPullSecret"]


def texts(*pods: JsonObject, secrets: list[JsonObject] | None = None) -> list[str]:
    kinds = {} if secrets is None else {"Secret": secrets}
    return [item.text for item in told(cluster(list(pods), **kinds))]


def test_a_secret_that_was_not_read_is_told_from_a_pod_that_runs_with_it() -> None:
    (one,) = told(cluster([fails(), runs("api-1", "regcred")]))
    assert (one.result.value, one.about, one.values) == ("info", "shop/api-1", ("regcred",))
    assert one.text == (
        "Pod shop/api-1 runs an image from registry.example.com with secret regcred, which this pod doesn't have: "
        "its content was not read, and whether it may pull this image is unknown."
    )


def test_of_several_secrets_those_that_fit_are_told_of_the_newest_pod() -> None:
    pods = (fails(), runs("api-1", "old"), runs("api-2", "mail", "regcred", started=at(50)))
    assert texts(*pods, secrets=[holds("old"), holds("regcred"), holds("mail", "other.example.com")]) == [
        "Pod shop/api-2 runs an image from registry.example.com with secret regcred, which this pod doesn't have: it "
        "has credentials for that registry, and whether it may pull this image is unknown."
    ]
    (one,) = told(cluster(list(pods)))
    assert one.values == ("mail", "regcred")
    assert "with secrets mail and regcred, which this pod doesn't have" in one.text


def test_a_secret_that_no_pod_runs_with_is_told_from_what_it_holds() -> None:
    elsewhere = holds("theirs", namespace="billing")
    assert texts(fails(), secrets=[elsewhere, holds("regcred"), holds("mail", "other.example.com")]) == [
        "Secret regcred, which this pod doesn't reference, has credentials for registry.example.com: whether it may "
        "pull this image is unknown."
    ]


@pytest.mark.parametrize(
    ("pods", "secrets"),
    [
        ((fails(), runs("api-1")), None),
        ((fails(), runs("api-1", "regcred", namespace="billing")), None),
        ((fails(), runs("api-1", "regcred", image="other.example.com/team/app:1")), None),
        ((fails("regcred"), runs("api-1", "regcred")), None),
        # it isn't there, holds something else, nothing, or what is over
        ((fails(), runs("api-1", "regcred")), []),
        ((fails(), runs("api-1", "regcred")), [holds("regcred", "other.example.com")]),
        ((fails(), runs("api-1", "regcred")), [holds("regcred", username="", password="")]),
        # what it was refused with, and what the pod has that fits by now
        ((fails(), fails("regcred", text=UNAUTHORIZED, name="web-2")), [holds("regcred")]),
        ((fails("own"), runs("api-1", "regcred")), [holds("regcred"), holds("own")]),
        # a secret doesn't help
        ((fails(text=f"{BACK_OFF}: ErrImagePull: {IMAGE}: not found"), runs("api-1", "regcred")), None),
    ],
)
def test_nothing_is_told(pods: tuple[JsonObject, ...], secrets: list[JsonObject] | None) -> None:
    assert texts(*pods, secrets=secrets) == []


def test_a_token_that_is_over_is_not_told() -> None:
    def token(end: int) -> str:
        parts = ({"alg": "none"}, {"exp": end}, "x")
        return ".".join(b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)

    # 2026-11-23T12:00:00Z is now
    for end, count in ((1795435199, 0), (1795435300, 1)):
        secret = holds("regcred", username="u", password=token(end))
        assert len(texts(fails(), runs("api-1", "regcred"), secrets=[secret])) == count


LIMIT = f"{BACK_OFF}: ErrImagePull: toomanyrequests: You have reached your pull rate limit."
FORBIDDEN = (
    f"{BACK_OFF}: ErrImagePull: unexpected status from HEAD request to https://registry.example.com/v2/x: 403 Forbidden"
)


def test_a_limit_is_raised_by_a_login_that_lies_unused() -> None:
    assert texts(fails(text=LIMIT), secrets=[holds("regcred")]) == [
        "Secret regcred, which this pod doesn't reference, has credentials for registry.example.com: pulls with them "
        "count against that account, not the node's address."
    ]
    assert texts(fails("own", text=LIMIT), secrets=[holds("regcred"), holds("own")]) == []


@pytest.mark.parametrize("text", [UNAUTHORIZED, FORBIDDEN])
def test_where_its_own_was_refused_another_is_told(text: str) -> None:
    (found,) = told(cluster([fails("own", text=text)], Secret=[holds("regcred"), holds("own")]))
    assert found.values == ("regcred",)


def test_a_secret_with_a_fault_that_shows_or_too_old_helps_nobody() -> None:
    ecr = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
    failing = fails(image=f"{ecr}/app:1", text=DENIED.replace(IMAGE, f"{ecr}/app:1"))
    old, new = holds("old", ecr, username="AWS", password="x"), holds("new", ecr, username="AWS", password="x")
    old["metadata"]["creationTimestamp"] = "2026-11-22T23:00:00Z"
    new["metadata"]["creationTimestamp"] = "2026-11-23T01:00:00Z"
    assert [item.values for item in told(cluster([failing], Secret=[old, new]))] == [("new",)]
    assert told(cluster([failing], Secret=[holds("wrong", ecr, username="me", password="x")])) == []


def test_openshifts_own_secrets_are_their_accounts_alone() -> None:
    name = "builder-dockercfg-8mzqk"
    assert texts(fails(), runs("api-1", name), secrets=[holds(name)]) == []


def test_a_secret_whose_values_a_recording_left_out_is_unread() -> None:
    bare = {"metadata": {"name": "regcred", "namespace": "shop"}, "type": "kubernetes.io/dockerconfigjson"}
    (text,) = texts(fails(), runs("api-1", "regcred"), secrets=[bare])
    assert "its content was not read" in text


def test_of_a_cluster_only_the_secrets_that_failing_pods_name_are_known() -> None:
    snapshot = cluster([fails(), runs("api-1", "regcred")], Secret=[holds("other", "other.example.com")])
    assert told(snapshot) == []
    assert len(told(replace(snapshot, source=Source("cluster", "prod")))) == 1
