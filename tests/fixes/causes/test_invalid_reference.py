"""InvalidReference: what was meant, where that follows; else what ran, and the mistake that was made."""

from __future__ import annotations

import pytest
from situations import deployment, fails, fixes, lines, revision, runs, shown

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.fix import Basis, Where

REGISTRY = "registry.example.com/shop/web"
HELM = {"annotations": {"meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "shop"}}
FULL = (
    '"${REPOSITORY:?the registry and path of the image, such as registry.example.com/team/app}":"${EXISTING_TAG:?a '
    'tag that exists}"'
)


def invalid(image: str, *pods: JsonObject, marks: JsonObject | None = None, **kinds: list[JsonObject]) -> Snapshot:
    text = f'Failed to apply default image tag "{image}": couldn\'t parse image name: invalid reference format'
    one = fails(image, reason="InvalidImageName")
    one["status"]["containerStatuses"][0]["state"]["waiting"]["message"] = text
    return deployment(one, *pods, image=image, marks=marks, **kinds)


def set_to(image: str) -> list[str]:
    return [f"kubectl set image deployment/web app={image} -n shop"]


@pytest.mark.parametrize(
    ("image", "text", "meant"),
    [
        (
            f"{REGISTRY}:4.5980468e+07",
            "YAML read the tag 45980468 as a number, which is printed as 4.5980468e+07: quote it where the image is "
            "written.",
            f"{REGISTRY}:45980468",
        ),
        (
            f"{REGISTRY}:2024-05-01 00:00:00 +0000 UTC",
            "YAML read the tag 2024-05-01 as a date, which is printed with its time: quote it where the image is "
            "written.",
            f"{REGISTRY}:2024-05-01",
        ),
        (
            f"{REGISTRY}:%!s(int=5)",
            "%!s(int=5) is what Go prints for a value of the wrong type: quote it where the image is written.",
            f"{REGISTRY}:5",
        ),
        (
            f"[{REGISTRY}:v1]",
            f"[{REGISTRY}:v1] is a list that was printed as text: give the image as one string.",
            f"{REGISTRY}:v1",
        ),
        (
            f"https://{REGISTRY}:v1",
            f"An image name has no scheme: without https:// it is {REGISTRY}:v1.",
            f"{REGISTRY}:v1",
        ),
        (
            "https://hub.docker.com/r/acme/app",
            "hub.docker.com/r is the address of a web page, not a registry: the image is docker.io/acme/app.",
            "docker.io/acme/app",
        ),
        (
            f"REDACTED@{REGISTRY}:v1",
            f"A user and password don't belong in an image name, which is {REGISTRY}:v1: give them to the pod in a "
            "pull secret. Anyone who can read the pod has seen them, so change that password.",
            f"{REGISTRY}:v1",
        ),
        (
            f"image: {REGISTRY}:v1",
            "image: isn't part of the image name: remove it.",
            f"{REGISTRY}:v1",
        ),
        (
            f'{REGISTRY}:"v1"',
            "The image name contains quotes: it was quoted twice, or a shell passed them on. Remove the inner ones "
            "where the image is written.",
            f"{REGISTRY}:v1",
        ),
        (
            f"{REGISTRY}:v1\r",
            "The image name contains a Windows line break: remove it where the image is written.",
            f"{REGISTRY}:v1",
        ),
        (
            "registry.example.com\\shop\\web:v1",
            "The image name contains backslashes: its parts are separated by slashes.",
            f"{REGISTRY}:v1",
        ),
        (
            "registry.example.com/Shop/Web:V1",
            (
                "A repository name is lower-case: registry.example.com/Shop/Web has capital letters, which only a "
                "tag may have."
            ),
            f"{REGISTRY}:V1",
        ),
        (
            f"{REGISTRY}:v1:v1",
            "The image has two tags (v1:v1): one is added to a name that already has one, where the image is written.",
            f"{REGISTRY}:v1",
        ),
        (
            f"{REGISTRY}::v1",
            "There are two colons in front of the tag: the tag's value already starts with one. Remove it where the "
            "image is written.",
            f"{REGISTRY}:v1",
        ),
        (
            f"{REGISTRY}@{'ab' * 32}",
            "The digest is malformed: write sha256: and 64 lower-case hexadecimal digits after an @.",
            f"{REGISTRY}@sha256:{'ab' * 32}",
        ),
        (
            f"{REGISTRY}@v1",
            "A tag follows a colon; only a digest follows an @.",
            f"{REGISTRY}:v1",
        ),
        (
            f"{REGISTRY}:sha256:{'ab' * 32}",
            "A digest follows an @; only a tag follows a colon.",
            f"{REGISTRY}@sha256:{'ab' * 32}",
        ),
        (
            f"-{REGISTRY}:v1",
            "The image name starts or ends with a dash, which isn't part of it: remove it.",
            f"{REGISTRY}:v1",
        ),
    ],
)
def test_what_was_meant_where_that_follows(image: str, text: str, meant: str) -> None:
    (fix,) = fixes(invalid(image))
    assert (fix.text, lines(fix), fix.basis) == (text, set_to(meant), Basis.TEXT)
    assert fix.undo


@pytest.mark.parametrize(
    ("image", "text"),
    [
        (
            "",
            (
                "The image is empty. Set it where the image is written, and check the variable or value that it "
                "comes from."
            ),
        ),
        (
            "{{ .Values.image }}",
            "{{ .Values.image }} was never rendered: apply the output of helm template or helm upgrade, not the file.",
        ),
        (
            "${IMAGE}",
            "${IMAGE} was never filled in: set that variable where the file is made (envsubst, the pipeline).",
        ),
        (
            "<your-image>",
            "<your-image> is a placeholder: write the real value where the image is written.",
        ),
        (
            "YOUR_IMAGE",
            "YOUR_IMAGE is a placeholder: write the real value where the image is written.",
        ),
        (
            ":v1",
            "The image :v1 has no repository: its name was never set. Set it where the image is written, and check "
            "the variable or value that it comes from.",
        ),
        (
            "/web:v1",
            "The image /web:v1 starts with a slash: the registry in front of it was never set. Set it where the "
            "image is written, and check the variable or value that it comes from.",
        ),
        (
            "[object Object]",
            "[object Object] is a map or an object that was printed as text: give the image as one string.",
        ),
        ("my app:v1", "The image name contains a space: remove it where the image is written."),
        (
            "shop//web:v1",
            "Two slashes in the image name have nothing between them: a value was never set, or there is a slash too "
            "many. Correct it where the image is written.",
        ),
        ("shop..web:v1", "shop..web:v1 isn't a valid image name: shop..web isn't a valid part of a repository name."),
    ],
)
def test_what_only_the_reader_knows(image: str, text: str) -> None:
    (fix,) = fixes(invalid(image))
    assert (fix.text, lines(fix), fix.basis) == (text, set_to(FULL), Basis.GUESS)


@pytest.mark.parametrize(
    ("image", "text"),
    [
        (
            f"{REGISTRY}:",
            f"The image {REGISTRY}: has no tag after the colon: the tag was never set. Set it where the image is "
            "written, and check the variable or value that it comes from.",
        ),
        (
            f"{REGISTRY}:<nil>",
            "The image's tag is <nil>, which is printed for a value that was never set. Set it where the image is "
            "written, and check the variable or value that it comes from.",
        ),
        (
            f"{REGISTRY}:1.2.3+build.7",
            "A tag can't contain +, so 1.2.3+build.7 was pushed under another name, usually with - or _ instead. Use "
            "that one where the image is written.",
        ),
        (
            f"{REGISTRY}:feature/login",
            "A tag can't contain a slash, so the image of feature/login was pushed under another tag, usually with - "
            "instead. Use that one where the image is written.",
        ),
        (
            f"{REGISTRY}:-abc",
            "The image's tag is -abc: what belongs in front of it was never set. Set it where the image is written, "
            "and check the variable or value that it comes from.",
        ),
        (
            f"{REGISTRY}@sha256:abcd",
            "sha256:abcd isn't a complete digest: after the @ it needs sha256: and all 64 hexadecimal digits.",
        ),
    ],
)
def test_where_the_repository_is_known_a_tag_of_it_is_named(image: str, text: str) -> None:
    (guess,) = fixes(invalid(image))
    assert (guess.text, lines(guess)) == (text, set_to(f'{REGISTRY}:"${{EXISTING_TAG:?a tag that exists}}"'))
    (known,) = fixes(invalid(image, runs(f"{REGISTRY}:v8")))
    assert (known.text, lines(known), known.basis) == (text, set_to(f"{REGISTRY}:v8"), Basis.EVIDENCE)
    assert known.notes == ("Tag v8 is known to exist, but you may need another one.",)


def test_what_ran_comes_before_what_only_the_reader_knows() -> None:
    before = revision(4, "web-5a", f"{REGISTRY}:v8", ready=1)
    back = "kubectl rollout undo deployment/web --to-revision=4 -n shop"
    unknown = shown(invalid(f"{REGISTRY}:", ReplicaSet=[before]))
    assert unknown[0] == (f"Go back to revision 4 of deployment/web, which ran {REGISTRY}:v8.", [back])
    meant = shown(invalid(f"https://{REGISTRY}:v9", ReplicaSet=[before]))
    assert [commands for _, commands in meant] == [set_to(f"{REGISTRY}:v9"), [back]]


def test_a_tag_that_exists_is_named_in_the_place_of_one_with_a_plus() -> None:
    (fix,) = fixes(invalid(f"{REGISTRY}:1.2.3+7", runs(f"{REGISTRY}:1.2.3-7")))
    assert fix.text == f"{REGISTRY}:1.2.3+7 looks like a typo for {REGISTRY}:1.2.3-7: use that one."
    assert lines(fix) == set_to(f"{REGISTRY}:1.2.3-7")


# -- Helm ------------------------------------------------------------------------------------------------------------


def test_helm_is_told_to_quote_the_tag() -> None:
    writer, meant = fixes(invalid(f"{REGISTRY}:1e+06", marks=HELM))
    assert writer.where is Where.SOURCE
    assert lines(writer) == ["helm get values web -n shop --all"]
    assert meant.text == (
        "YAML read the tag 1000000 as a number, which is printed as 1e+06: quote it in the chart's values or use "
        "--set-string."
    )
    assert lines(meant) == set_to(f"{REGISTRY}:1000000")


def test_a_number_that_lost_digits_is_not_guessed() -> None:
    fix = fixes(invalid(f"{REGISTRY}:1.2345678901234567e+19", marks=HELM))[1]
    assert fix.text == (
        "YAML read the tag as a number, which left 1.2345678901234567e+19: quote it in the chart's values or use "
        "--set-string."
    )
    assert lines(fix) == set_to(f'{REGISTRY}:"${{EXISTING_TAG:?a tag that exists}}"')


def test_a_map_where_the_chart_wants_a_string() -> None:
    image = "map[pullPolicy:IfNotPresent repository:bitnami/mariadb tag:10.1]"
    fix = fixes(invalid(image, marks=HELM))[1]
    assert fix.text == (
        "image is a map in the values (repository bitnami/mariadb, tag 10.1), and this version of the chart prints "
        "it as one string. Set image to bitnami/mariadb:10.1, or use a chart version that reads the map."
    )
    assert fix.notes == ("Is it 10.1? YAML drops trailing zeros from numbers: 10.10 without quotes becomes 10.1.",)
    assert lines(fix) == set_to("bitnami/mariadb:10.1")


def test_a_variable_that_flux_fills_in() -> None:
    marks = {"labels": {"kustomize.toolkit.fluxcd.io/name": "apps", "kustomize.toolkit.fluxcd.io/namespace": "flux"}}
    fix = fixes(invalid(f"{REGISTRY}:${{TAG}}", marks=marks))[1]
    assert fix.text == (
        "${TAG} was never filled in: pass it to Flux kustomization flux/apps in postBuild.substitute, or in a "
        "ConfigMap or Secret of substituteFrom."
    )


def test_a_tag_that_exists_is_named_in_the_place_of_a_branch() -> None:
    (fix,) = fixes(invalid(f"{REGISTRY}:feature/login", runs(f"{REGISTRY}:feature-login")))
    assert fix.text == f"{REGISTRY}:feature/login looks like a typo for {REGISTRY}:feature-login: use that one."
    assert lines(fix) == set_to(f"{REGISTRY}:feature-login")
