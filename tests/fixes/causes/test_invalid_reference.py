"""InvalidReference: what was meant, where that follows; else what ran, and the mistake that was made."""

from __future__ import annotations

import pytest
from situations import deployment, fails, fixes, lines, revision, runs, shown

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.fix import Basis, Where

REGISTRY = "registry.example.com/shop/web"
HELM = {"annotations": {"meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "shop"}}
FULL = '"${REPOSITORY:?registry and path of the image, such as registry.example.com/team/app}":"${EXISTING_TAG:?a tag that exists}"'


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
            "YAML read the tag 45980468 as a number, which is printed as 4.5980468e+07: write it in quotes where the "
            "image is written.",
            f"{REGISTRY}:45980468",
        ),
        (
            f"{REGISTRY}:2024-05-01 00:00:00 +0000 UTC",
            "YAML read the tag 2024-05-01 as a date, which is printed with its time: write it in quotes where the image "
            "is written.",
            f"{REGISTRY}:2024-05-01",
        ),
        (
            f"{REGISTRY}:%!s(int=5)",
            "%!s(int=5) is what Go prints for a value of another type than the template wants: write it in quotes where "
            "the image is written.",
            f"{REGISTRY}:5",
        ),
        (
            f"[{REGISTRY}:v1]",
            f"[{REGISTRY}:v1] is a list that was printed as text: give the image as one string.",
            f"{REGISTRY}:v1",
        ),
        (
            f"https://{REGISTRY}:v1",
            f"An image's name holds no scheme: leave https:// out, and it is {REGISTRY}:v1.",
            f"{REGISTRY}:v1",
        ),
        (
            "https://hub.docker.com/r/acme/app",
            "hub.docker.com/r is the address of a web page, and no registry: the image is docker.io/acme/app.",
            "docker.io/acme/app",
        ),
        (
            f"REDACTED@{REGISTRY}:v1",
            f"A user and password don't belong into an image's name, which is {REGISTRY}:v1: give them to the pod by a "
            "pull secret. Whoever can read the pod has seen them, so change that password.",
            f"{REGISTRY}:v1",
        ),
        (
            f"image: {REGISTRY}:v1",
            "image: stands in front of the image's name and is no part of it: leave it out.",
            f"{REGISTRY}:v1",
        ),
        (
            f'{REGISTRY}:"v1"',
            "Quotes are a part of the image's name: they were quoted twice, or passed on by a shell. Take the inner "
            "ones out where the image is written.",
            f"{REGISTRY}:v1",
        ),
        (
            f"{REGISTRY}:v1\r",
            "The image's name holds a line break of Windows: take it out where the image is written.",
            f"{REGISTRY}:v1",
        ),
        (
            "registry.example.com\\shop\\web:v1",
            "The image's name holds backslashes: its parts are divided by slashes.",
            f"{REGISTRY}:v1",
        ),
        (
            "registry.example.com/Shop/Web:V1",
            "A repository's name is lower-case: registry.example.com/Shop/Web holds capitals, which only a tag may have.",
            f"{REGISTRY}:V1",
        ),
        (
            f"{REGISTRY}:v1:v1",
            "The image has two tags (v1:v1): one is added where another stands already, where the image is written.",
            f"{REGISTRY}:v1",
        ),
        (
            f"{REGISTRY}::v1",
            "In front of the tag stand two colons: the tag's value holds one already. Take it out where the image is "
            "written.",
            f"{REGISTRY}:v1",
        ),
        (
            f"{REGISTRY}@{'ab' * 32}",
            "The digest isn't written as one: that is sha256: and 64 lower-case hexadecimal digits behind an @.",
            f"{REGISTRY}@sha256:{'ab' * 32}",
        ),
        (
            f"{REGISTRY}@v1",
            "A tag stands behind a colon, and only a digest behind an @.",
            f"{REGISTRY}:v1",
        ),
        (
            f"{REGISTRY}:sha256:{'ab' * 32}",
            "A digest stands behind an @, and only a tag behind a colon.",
            f"{REGISTRY}@sha256:{'ab' * 32}",
        ),
        (
            f"-{REGISTRY}:v1",
            "The image's name begins or ends with a dash, which is no part of it: leave it out.",
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
            "The image is empty. Set it where the image is written, and look at the variable or value that it comes from.",
        ),
        (
            "{{ .Values.image }}",
            "{{ .Values.image }} was never rendered: apply what helm template or helm upgrade makes of the file, not the "
            "file.",
        ),
        (
            "${IMAGE}",
            "${IMAGE} was never filled in: set that variable where the file is made (envsubst, the pipeline).",
        ),
        (
            "<your-image>",
            "<your-image> stands for what has to be put in its place: write the real value where the image is written.",
        ),
        (
            "YOUR_IMAGE",
            "YOUR_IMAGE stands for what has to be put in its place: write the real value where the image is written.",
        ),
        (
            ":v1",
            "The image :v1 has no repository: its name was never set. Set it where the image is written, and look at the "
            "variable or value that it comes from.",
        ),
        (
            "/web:v1",
            "The image /web:v1 begins with a slash: the registry in front of it was never set. Set it where the image is "
            "written, and look at the variable or value that it comes from.",
        ),
        (
            "[object Object]",
            "[object Object] is a map or an object that was printed as text: give the image as one string.",
        ),
        ("my app:v1", "The image's name holds a space: take it out where the image is written."),
        (
            "shop//web:v1",
            "Between two slashes of the image's name nothing stands: a value that was never set, or a slash too many. "
            "Correct it where the image is written.",
        ),
        ("shop..web:v1", "shop..web:v1 is no image's name: shop..web is no valid part of a repository name."),
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
            f"The image {REGISTRY}: has no tag behind the colon: the tag was never set. Set it where the image is "
            "written, and look at the variable or value that it comes from.",
        ),
        (
            f"{REGISTRY}:<nil>",
            "The image's tag is <nil>, which is printed for a value that was never set. Set it where the image is "
            "written, and look at the variable or value that it comes from.",
        ),
        (
            f"{REGISTRY}:1.2.3+build.7",
            "A tag can't hold a +, so 1.2.3+build.7 was pushed under another name, mostly with - or _ in its place. "
            "Write that one where the image is written.",
        ),
        (
            f"{REGISTRY}:feature/login",
            "A tag can't hold a slash, so the image of feature/login was pushed under another tag, mostly with - in its "
            "place. Write that one where the image is written.",
        ),
        (
            f"{REGISTRY}:-abc",
            "The image's tag is -abc: what belongs in front of it was never set. Set it where the image is written, and "
            "look at the variable or value that it comes from.",
        ),
        (
            f"{REGISTRY}@sha256:abcd",
            "sha256:abcd is no whole digest: behind the @ belong sha256: and all of its 64 hexadecimal digits.",
        ),
    ],
)
def test_where_the_repository_is_known_a_tag_of_it_is_named(image: str, text: str) -> None:
    (guess,) = fixes(invalid(image))
    assert (guess.text, lines(guess)) == (text, set_to(f'{REGISTRY}:"${{EXISTING_TAG:?a tag that exists}}"'))
    (known,) = fixes(invalid(image, runs(f"{REGISTRY}:v8")))
    assert (known.text, lines(known), known.basis) == (text, set_to(f"{REGISTRY}:v8"), Basis.EVIDENCE)
    assert known.notes == ("Tag v8 is known to exist; another one may be meant.",)


def test_what_ran_comes_before_what_only_the_reader_knows() -> None:
    before = revision(4, "web-5a", f"{REGISTRY}:v8", ready=1)
    back = "kubectl rollout undo deployment/web --to-revision=4 -n shop"
    unknown = shown(invalid(f"{REGISTRY}:", ReplicaSet=[before]))
    assert unknown[0] == (f"Go back to revision 4 of deployment/web, which ran {REGISTRY}:v8.", [back])
    meant = shown(invalid(f"https://{REGISTRY}:v9", ReplicaSet=[before]))
    assert [commands for _, commands in meant] == [set_to(f"{REGISTRY}:v9"), [back]]


def test_a_tag_that_exists_is_named_in_the_place_of_one_with_a_plus() -> None:
    (fix,) = fixes(invalid(f"{REGISTRY}:1.2.3+7", runs(f"{REGISTRY}:1.2.3-7")))
    assert fix.text == f"{REGISTRY}:1.2.3+7 is near to {REGISTRY}:1.2.3-7: name that one."
    assert lines(fix) == set_to(f"{REGISTRY}:1.2.3-7")


# -- Helm ------------------------------------------------------------------------------------------------------------


def test_helm_is_told_to_quote_the_tag() -> None:
    writer, meant = fixes(invalid(f"{REGISTRY}:1e+06", marks=HELM))
    assert writer.where is Where.SOURCE
    assert lines(writer) == ["helm get values web -n shop --all"]
    assert meant.text == (
        "YAML read the tag 1000000 as a number, which is printed as 1e+06: write it in quotes in the chart's values or "
        "use --set-string."
    )
    assert lines(meant) == set_to(f"{REGISTRY}:1000000")


def test_a_number_that_lost_digits_is_not_guessed() -> None:
    fix = fixes(invalid(f"{REGISTRY}:1.2345678901234567e+19", marks=HELM))[1]
    assert fix.text == (
        "YAML read the tag as a number, and 1.2345678901234567e+19 is what is left of it: write it in quotes in the "
        "chart's values or use --set-string."
    )
    assert lines(fix) == set_to(f'{REGISTRY}:"${{EXISTING_TAG:?a tag that exists}}"')


def test_a_map_where_the_chart_wants_a_string() -> None:
    image = "map[pullPolicy:IfNotPresent repository:bitnami/mariadb tag:10.1]"
    fix = fixes(invalid(image, marks=HELM))[1]
    assert fix.text == (
        "image is a map in the values (repository bitnami/mariadb, tag 10.1), and this version of the chart prints it "
        "as one string. Set image to bitnami/mariadb:10.1, or take a version of the chart that reads the map."
    )
    assert fix.notes == ("Is it 10.1? YAML drops the zeros at a number's end: 10.10 without quotes is 10.1 too.",)
    assert lines(fix) == set_to("bitnami/mariadb:10.1")


def test_a_variable_that_flux_fills_in() -> None:
    marks = {"labels": {"kustomize.toolkit.fluxcd.io/name": "apps", "kustomize.toolkit.fluxcd.io/namespace": "flux"}}
    fix = fixes(invalid(f"{REGISTRY}:${{TAG}}", marks=marks))[1]
    assert fix.text == (
        "${TAG} was never filled in: give it to Flux kustomization flux/apps in postBuild.substitute, or in a ConfigMap "
        "or Secret of substituteFrom."
    )


def test_a_tag_that_exists_is_named_in_the_place_of_a_branch() -> None:
    (fix,) = fixes(invalid(f"{REGISTRY}:feature/login", runs(f"{REGISTRY}:feature-login")))
    assert fix.text == f"{REGISTRY}:feature/login is near to {REGISTRY}:feature-login: name that one."
    assert lines(fix) == set_to(f"{REGISTRY}:feature-login")
