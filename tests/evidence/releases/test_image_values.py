"""From an image back to the values that give it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from e2e.charts import CONVENTIONS, DIGEST, GONE, REGISTRY

from kubectl_imagepull.evidence.releases.chart_values import ChartValues, merged_values
from kubectl_imagepull.evidence.releases.image_parts import ImageParts, image_parts
from kubectl_imagepull.evidence.releases.image_values import image_values
from kubectl_imagepull.evidence.releases.release_finding import ImageValues

IMAGE = f"{REGISTRY}/team/app:{GONE}"


def found(image: str, values: dict[str, Any], *names: str, app_version: str = "") -> tuple[ImageValues, ...]:
    return image_values(image, ChartValues(values, app_version, "web"), names)


@pytest.mark.parametrize("name", CONVENTIONS)
def test_each_convention_is_known(name: str) -> None:
    convention = CONVENTIONS[name]
    values = merged_values(convention.values, convention.given)
    image = f"{IMAGE}@{DIGEST}" if name in {"digest", "sha"} else IMAGE
    (place,) = found(image, values, "app", name, app_version=convention.app_version)
    settings = place.settings(image_parts(f"{REGISTRY}/team/app:v1"))
    assert settings is not None
    prefix = f"{convention.alias}." if convention.alias else ""
    paths = tuple(prefix + ".".join(key.replace(".", r"\.") for key in path) for path, _ in settings)
    assert paths == convention.sets
    assert settings[0][1] in {"v1", f"{REGISTRY}/team/app:v1"}


@pytest.mark.parametrize(
    ("image", "parts"),
    [
        ("nginx", ImageParts("", "nginx", "", "")),
        ("team/app:1", ImageParts("", "team/app", "1", "")),
        ("host:5000/app", ImageParts("host:5000", "app", "", "")),
        ("localhost/app:1@sha256:ab", ImageParts("localhost", "app", "1", "sha256:ab")),
    ],
)
def test_an_image_is_taken_apart_as_it_is_written(image: str, parts: ImageParts) -> None:
    assert image_parts(image) == parts


APART = {"image": {"registry": "docker.io", "repository": "bitnami/mysql", "tag": "8.4", "digest": ""}}


@pytest.mark.parametrize(
    ("image", "settings"),
    [
        ("docker.io/bitnamilegacy/mysql:8.4", [(("image", "repository"), "bitnamilegacy/mysql")]),
        ("bitnami/mysql:9", [(("image", "tag"), "9")]),
        ("quay.io/x/mysql:8.4", [(("image", "registry"), "quay.io"), (("image", "repository"), "x/mysql")]),
        (f"docker.io/bitnami/mysql:8.4@{DIGEST}", [(("image", "digest"), DIGEST)]),
        (f"docker.io/bitnami/mysql@{DIGEST}", None),
    ],
)
def test_only_what_differs_is_set(image: str, settings: list[tuple[tuple[str, ...], str]] | None) -> None:
    (place,) = found("docker.io/bitnami/mysql:8.4", APART)
    assert place.settings(image_parts(image)) == settings


@pytest.mark.parametrize(
    ("values", "paths"),
    [
        # what is the same for all
        ({"global": {"image": {"registry": REGISTRY}}, "image": {"repository": "team/app", "tag": GONE}}, None),
        # a tag that is above the map, and one of another image
        (
            {"version": GONE, "app": {"image": {"repository": f"{REGISTRY}/team/app"}}, "db": {"tag": GONE}},
            ("version",),
        ),
        # an image that only the chart's template names
        ({"image": {"pullPolicy": "Always"}}, ()),
        # a suffix that the template adds: nobody knows what a new one would need
        ({"image": {"repository": f"{REGISTRY}/team/app", "tag": "v9"}}, ("image.repository",)),
    ],
)
def test_what_is_not_beside_the_repository(values: dict[str, Any], paths: tuple[str, ...] | None) -> None:
    places = found(IMAGE, values)
    if paths is None:
        assert [place.is_global for place in places] == [True]
        return
    have = {".".join(path) for place in places for path in place.paths}
    assert have >= set(paths)
    assert bool(have) == bool(paths)


def test_of_several_places_the_one_with_the_container_s_name_counts() -> None:
    one = {"image": {"repository": f"{REGISTRY}/team/app", "tag": GONE}}
    values = {"web": one, "worker": one}
    assert [place.tag for place in found(IMAGE, values, "worker")] == [("worker", "image", "tag")]
    assert len(found(IMAGE, values, "app")) == 2


def test_a_path_that_no_command_may_hold_is_no_place() -> None:
    assert found(IMAGE, {"$(reboot)": IMAGE, "a\nb": IMAGE, "x" * 300: IMAGE}) == ()
    assert found(IMAGE, {"podAnnotations": IMAGE, "command": IMAGE}) == ()


def test_values_of_two_megabytes_take_less_than_a_second() -> None:
    values: dict[str, Any] = {f"component{number}": dict(APART, text="x" * 80) for number in range(15_000)}
    values["last"] = {"image": {"repository": f"{REGISTRY}/team/app", "tag": GONE}}
    began = time.process_time()
    assert [place.tag for place in found(IMAGE, values)] == [("last", "image", "tag")]
    assert time.process_time() - began < 3
