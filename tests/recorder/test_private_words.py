"""What of a recording is private: the words of its names, addresses and accounts, and nothing that software says."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from kubectl_imagepull.recorder.private_words import PrivateWords

HASHED = {"pod-template-hash": "zqqtb", "topology.kubernetes.io/region": "mars-1"}


def private(**item: Any) -> PrivateWords:
    words = PrivateWords()
    words.add({"kind": "List", "items": [{"kind": "Pod", **item}]})
    return words


def condition(message: str) -> dict[str, Any]:
    return {"conditions": [{"message": message}]}


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"metadata": {"name": "basalt-0", "namespace": "onyx"}}, {"basalt", "onyx"}),
        ({"metadata": {"name": "web-mlxwq", "generateName": "web-"}}, set()),
        ({"metadata": {"name": "basalt-zqqtb", "labels": HASHED}}, {"basalt", "mars"}),
        ({"metadata": {"labels": {"acme.example/team": "onyx", "eks.amazonaws.com/zorp": "x"}}}, {"onyx"}),
        ({"spec": {"containers": [{"image": "hub.acme.example:5000/Onyx/web:v1-basalt"}]}}, {"acme", "onyx"}),
        ({"spec": {"containers": [{"image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a"}]}}, {"123456789012"}),
        ({"spec": {"nodeName": "ip-10-20-0-2.eu-west-1.compute.internal"}}, set()),
        ({"status": condition('Head "https://hub.acme.example/v2/onyx/manifests/basalt": EOF')}, {"acme", "onyx"}),
        ({"status": condition("lookup acme.example on 10.20.0.2:53: no such host")}, {"acme"}),
        ({"status": condition("User onyx@acme.example can't pull")}, {"onyx", "acme"}),
        ({"status": condition("no basin without a form")}, set()),
        ({"metadata": {"annotations": {"a": '{"kind": "Zorp", "spec": [{"name": "onyx"}]}'}}}, {"onyx"}),
        ({"metadata": {"name": "dokcer"}}, set()),
    ],
)
def test_the_words_of_names_are_private(item: dict[str, Any], words: set[str]) -> None:
    assert private(**item).words == words


def test_addresses_are_private_but_for_those_that_everybody_has() -> None:
    found = private(
        status=condition("10.20.0.2 127.0.0.1 169.254.169.254 8.8.8.8 ip-10-1-1-1 [2a00:1450:0:0:0:0:0:1]:443")
    )
    assert found.addresses == {"10.20.0.2", "10.1.1.1", "2a00:1450:0:0:0:0:0:1"}


def test_an_objects_own_uid_stays() -> None:
    own, tenant = "75f129a0-d8c9-415a-9a8a-f514002f1459", "bade5491-4634-11e9-9bf4-d409029b649b"
    assert private(metadata={"uid": own}, status=condition(f"{own} of tenant {tenant}")).uuids == {tenant}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"auths": {"https://hub.acme.example/v1/": {"auth": "eDp5"}}}, {"acme"}),
        ({"hub.acme.example": {"auth": "eDp5"}}, {"acme"}),
        (
            {"name": "onyx", "chart": {"metadata": {"name": "basalt"}, "values": {"zorp": "x"}}, "manifest": ""},
            {"onyx", "basalt"},
        ),
        ("[broken", set()),
    ],
)
def test_packed_names_are_private(content: Any, words: set[str]) -> None:
    text = content if isinstance(content, str) else json.dumps(content)
    assert private(kind="Secret", data={"x": b64encode(text.encode()).decode()}).words == words
