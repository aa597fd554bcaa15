"""RepositoryNotFound: the name that was meant, what ran, or a repository that has to be made."""

from __future__ import annotations

import pytest
from situations import WEB, deployment, fails, fixes, lines, node, runs, shown

from kubectl_imagepull.vocabulary.fix import Who

NO_REPOSITORY = "repository not found: name unknown: repository name not known to registry"
REPOSITORY = '"${REPOSITORY:?the registry and path of the image, such as registry.example.com/team/app}"'


def set_to(image: str) -> str:
    return f"kubectl set image deployment/web app={image} -n shop"


def test_the_right_name_or_a_repository_that_is_made() -> None:
    assert shown(deployment(fails(text=NO_REPOSITORY))) == [
        ("registry.example.com has no repository shop/web: use the right one.", [set_to(f"{REPOSITORY}:v9")]),
        ("Or have shop/web created at registry.example.com, and the image pushed there.", []),
    ]


@pytest.mark.parametrize(
    ("image", "hint"),
    [
        (
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web:v9",
            "The image's host is for account 123456789012 and region eu-west-1: the repository has to be in both.",
        ),
        (
            "europe-docker.pkg.dev/p/r/web:v9",
            "The location is part of the host, and the path is PROJECT/REPOSITORY/IMAGE.",
        ),
        ("harbor.corp.example/web:v9", "The path starts with the project, whose name the administrator chose."),
        (
            "registry.gitlab.com/web:v9",
            "The path is GROUP/PROJECT, followed by an image name where there are several.",
        ),
    ],
)
def test_what_a_vendor_s_path_is_made_of(image: str, hint: str) -> None:
    first = fixes(deployment(fails(image, NO_REPOSITORY), image=image))[0]
    assert first.text.endswith(f": use the right one. {hint}")


def test_a_repository_of_amazon_s_is_made_in_its_region() -> None:
    image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web:v9"
    second = fixes(deployment(fails(image, NO_REPOSITORY), image=image))[1]
    assert lines(second) == ["aws ecr create-repository --repository-name shop/web --region eu-west-1"]
    assert second.who is Who.REGISTRY_OWNER
    lookalike = "123456789012.dkr.ecr.eu-west-1.evil.example/shop/web:v9"
    assert lines(fixes(deployment(fails(lookalike, NO_REPOSITORY), image=lookalike))[1]) == []


def test_nobody_is_told_to_make_a_stranger_s_repository() -> None:
    image = "mcr.microsoft.com/dotnet/nothing:8.0"
    assert len(fixes(deployment(fails(image, NO_REPOSITORY), image=image))) == 1


def test_a_name_near_to_one_that_runs() -> None:
    image = "registry.example.com/shop/wbe:v9"
    first = fixes(deployment(fails(image, NO_REPOSITORY), runs("registry.example.com/shop/web:v8"), image=image))[0]
    assert lines(first) == [set_to(WEB)]


def test_a_repository_that_was_there_is_published_again() -> None:
    first, second = fixes(deployment(fails(text=NO_REPOSITORY), Node=[node("node-b", WEB)]))
    assert first.text.startswith(f"{WEB} was pulled before, and is gone from registry.example.com: ")
    assert second.nodes == ("node-b",)


def test_a_name_without_registry() -> None:
    first = fixes(deployment(fails("web:v9", NO_REPOSITORY), image="web:v9"))[0]
    assert first.text.startswith(
        "The image has no registry in its name, so docker.io/library/web is pulled from Docker Hub."
    )
