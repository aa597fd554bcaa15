"""How broken image references come about: the mistake, and what was meant where that follows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubectl_imagepull.vocabulary.image_reference import try_parse
from kubectl_imagepull.vocabulary.reference_fault import FaultKind, Missing, ReferenceFault
from kubectl_imagepull.vocabulary.reference_mistakes import reference_fault

HEX = "ab" * 32
GO_MAP = "map[pullPolicy:IfNotPresent repository:bitnami/mariadb tag:10.1]"


@pytest.mark.parametrize(
    ("text", "kind", "token", "meant"),
    [
        ("acme/dotnet:4.5980468e+07", FaultKind.NUMBER, "4.5980468e+07", "acme/dotnet:45980468"),
        ("r.example.com:5000/app:1e+06", FaultKind.NUMBER, "1e+06", "r.example.com:5000/app:1000000"),
        ("app:2.0240101e+07", FaultKind.NUMBER, "2.0240101e+07", "app:20240101"),
        ("app:1.2345678901234567e+19", FaultKind.NUMBER, "1.2345678901234567e+19", ""),
        ("app:2024-05-01 00:00:00 +0000 UTC", FaultKind.DATE, "2024-05-01 00:00:00 +0000 UTC", "app:2024-05-01"),
        ("app:2024-05-01T00:00:00Z", FaultKind.DATE, "2024-05-01T00:00:00Z", "app:2024-05-01"),
        ("[nginx:1.25]", FaultKind.LIST, "[nginx:1.25]", "nginx:1.25"),
        ("app:%!s(int=45980468)", FaultKind.PRINTF, "%!s(int=45980468)", "app:45980468"),
        ("app:%!s(float64=4.5980468e+07)", FaultKind.PRINTF, "%!s(float64=4.5980468e+07)", "app:45980468"),
        ("app:%!s(float64=1.1)", FaultKind.PRINTF, "%!s(float64=1.1)", ""),
        ("app:%!d(string=v1)", FaultKind.PRINTF, "%!d(string=v1)", "app:v1"),
        ("app:%!s(bool=true)", FaultKind.PRINTF, "%!s(bool=true)", ""),
        ("app:{{ .Values.tag }}", FaultKind.TEMPLATE, "{{ .Values.tag }}", ""),
        ("${REGISTRY}/app:1", FaultKind.VARIABLE, "${REGISTRY}", ""),
        ("app:$(TAG)", FaultKind.VARIABLE, "$(TAG)", ""),
        ("app:$TAG", FaultKind.VARIABLE, "$TAG", ""),
        ("app:#{Build.Id}#", FaultKind.VARIABLE, "#{Build.Id}#", ""),
        ("app:<tag>", FaultKind.PLACEHOLDER, "<tag>", ""),
        ("https://harbor.example.com/team/app:1.1", FaultKind.SCHEME, "https://", "harbor.example.com/team/app:1.1"),
        ("docker://nginx:1", FaultKind.SCHEME, "docker://", "nginx:1"),
        ("https://R.example.com/Shop/Web:V1", FaultKind.SCHEME, "https://", "r.example.com/shop/web:V1"),
        ("https://hub.docker.com/r/acme/app", FaultKind.WEB_PAGE, "hub.docker.com/r/", "docker.io/acme/app"),
        ("REDACTED@r.example.com/app:1", FaultKind.LOGIN, "@", "r.example.com/app:1"),
        ("image: nginx:1", FaultKind.PREFIX, "image:", "nginx:1"),
        ("- nginx:1", FaultKind.PREFIX, "-", "nginx:1"),
        ("docker pull nginx:1", FaultKind.PREFIX, "docker pull", "nginx:1"),
        ("app=nginx:1", FaultKind.PREFIX, "app=", "nginx:1"),
        ('nginx:"1.25"', FaultKind.QUOTES, '"', "nginx:1.25"),
        ("nginx:1.25\n", FaultKind.WHITE_SPACE, "\n", "nginx:1.25"),
        ("nginx: 1.25", FaultKind.WHITE_SPACE, " ", "nginx:1.25"),
        ("nginx:1.25 # the newest", FaultKind.WHITE_SPACE, " ", "nginx:1.25"),
        ("nginx\u200b:1", FaultKind.WHITE_SPACE, "\u200b", "nginx:1"),
        ("my app:1", FaultKind.WHITE_SPACE, " ", ""),
        ("r.example.com\\team\\app:1", FaultKind.BACKSLASH, "\\", "r.example.com/team/app:1"),
        (f"app@{HEX}", FaultKind.DIGEST, HEX, f"app@sha256:{HEX}"),
        (f"app@sha256:{HEX.upper()}", FaultKind.DIGEST, f"sha256:{HEX.upper()}", f"app@sha256:{HEX}"),
        ("app@sha256:abcd", FaultKind.DIGEST, "sha256:abcd", ""),
        (f"app:sha256:{HEX}", FaultKind.SEPARATOR, ":", f"app@sha256:{HEX}"),
        ("nginx@1.25", FaultKind.SEPARATOR, "@", "nginx:1.25"),
        ("app:v1:v1", FaultKind.TWO_TAGS, "v1:v1", "app:v1"),
        ("app:v1:v2", FaultKind.TWO_TAGS, "v1:v2", ""),
        ("app::v1", FaultKind.TWO_COLONS, "::", "app:v1"),
        ("r.example.com/app::v1", FaultKind.TWO_COLONS, "::", "r.example.com/app:v1"),
        ("app:::v1", FaultKind.OTHER, "", ""),
        ("r.example.com/app:-abc", FaultKind.HALF_TAG, "-abc", ""),
        ("app:.1", FaultKind.HALF_TAG, ".1", ""),
        ("app:feature/login", FaultKind.TAG_SLASH, "feature/login", ""),
        ("r.example.com:5000/app:feature/login", FaultKind.TAG_SLASH, "feature/login", ""),
        ("r.example.com:v1/app", FaultKind.OTHER, "", ""),
        ("YOUR_IMAGE:TAG", FaultKind.PLACEHOLDER, "YOUR_IMAGE", ""),
        ("r.example.com/IMAGE_NAME:1", FaultKind.PLACEHOLDER, "IMAGE_NAME", ""),
        ("REPLACE_ME", FaultKind.PLACEHOLDER, "REPLACE_ME", ""),
        ("app:1.2.3+build.7", FaultKind.PLUS, "1.2.3+build.7", ""),
        ("Nginx:1.25", FaultKind.UPPER_CASE, "Nginx", "nginx:1.25"),
        ("r.example.com/Shop/Web:V1", FaultKind.UPPER_CASE, "r.example.com/Shop/Web", "r.example.com/shop/web:V1"),
        ("-nginx:1", FaultKind.EDGE, "-", "nginx:1"),
        ("nginx:1,", FaultKind.EDGE, ",", "nginx:1"),
        ("shop//web:1", FaultKind.EMPTY_PIECE, "//", ""),
        ("shop..web:1", FaultKind.OTHER, "", ""),
        ("x" * 3000, FaultKind.OTHER, "", ""),
    ],
)
def test_what_breaks_the_grammar(text: str, kind: FaultKind, token: str, meant: str) -> None:
    assert reference_fault(text) == ReferenceFault(kind, token, meant)


@pytest.mark.parametrize(
    ("text", "token", "missing"),
    [
        ("", "", Missing.IMAGE),
        (" ", "", Missing.IMAGE),
        ("app:", "", Missing.TAG),
        ("app:<nil>", "<nil>", Missing.TAG),
        ("app:%!s(<nil>)", "%!s(<nil>)", Missing.TAG),
        ("app:<no value>", "<no value>", Missing.TAG),
        ("<no value>/app:1", "<no value>", Missing.REGISTRY),
        ("r.example.com/<nil>:1", "<nil>", Missing.REPOSITORY),
        (":1.25", "", Missing.REPOSITORY),
        ("r.example.com/:1.25", "", Missing.REPOSITORY),
        ("r.example.com/team/", "", Missing.REPOSITORY),
        ("/app:1", "", Missing.REGISTRY),
        ("r.example.com:/app", "", Missing.PORT),
        ("app@", "", Missing.DIGEST),
        ("app@sha256:", "", Missing.DIGEST),
        ("app:null", "null", Missing.TAG),
    ],
)
def test_a_value_that_was_never_given(text: str, token: str, missing: Missing) -> None:
    assert reference_fault(text) == ReferenceFault(FaultKind.UNSET, token, missing=missing)


def test_an_empty_tag_beside_a_digest_is_left_out() -> None:
    meant = f"app@sha256:{HEX}"
    assert reference_fault(f"app:@sha256:{HEX}") == ReferenceFault(FaultKind.UNSET, ":@", meant, missing=Missing.TAG)


def test_a_map_that_go_printed() -> None:
    assert reference_fault(GO_MAP) == ReferenceFault(
        FaultKind.MAP,
        GO_MAP,
        "bitnami/mariadb:10.1",
        {"pullPolicy": "IfNotPresent", "repository": "bitnami/mariadb", "tag": "10.1"},
        may_have_lost_zero=True,
    )


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("docker.io/map[registry:ghcr.io repository:acme/app tag:2.0240101e+07]", "ghcr.io/acme/app:20240101"),
        (f"map[digest:sha256:{HEX} name:acme/app]", f"acme/app@sha256:{HEX}"),
        ("map[repository:acme/app tag:]", ""),
        ("{'repository': 'acme/app', 'tag': 'v1'}", "acme/app:v1"),
        ('{"repository":"acme/app","tag":"v1"}', "acme/app:v1"),
        ("[object Object]", ""),
        ("Calling [toString] on an [Output<T>] is not supported.", ""),
    ],
)
def test_maps_and_objects_of_other_programs(text: str, meant: str) -> None:
    fault = reference_fault(text)
    assert fault
    assert (fault.kind, fault.meant) == (FaultKind.MAP, meant)


@pytest.mark.parametrize(
    ("text", "kind", "token", "meant"),
    [
        ("docker.io/ghcr.io/acme/app:1", FaultKind.TWO_REGISTRIES, "docker.io/ghcr.io", "ghcr.io/acme/app:1"),
        (
            "r.example.com/r.example.com/a:1",
            FaultKind.TWO_REGISTRIES,
            "r.example.com/r.example.com",
            "r.example.com/a:1",
        ),
        ("hub.docker.com/r/acme/app:1", FaultKind.WEB_PAGE, "hub.docker.com/r/", "docker.io/acme/app:1"),
        ("auto", FaultKind.ISTIO_AUTO, "auto", ""),
        ("app:true", FaultKind.TRUTH_VALUE, "true", ""),
        ("app:__TAG__", FaultKind.PLACEHOLDER, "__TAG__", ""),
        ("app:IMAGE_TAG", FaultKind.PLACEHOLDER, "IMAGE_TAG", ""),
        ("app:main-", FaultKind.HALF_TAG, "main-", ""),
        ("app:v", FaultKind.HALF_TAG, "v", ""),
    ],
)
def test_what_a_valid_reference_says_for_itself(text: str, kind: FaultKind, token: str, meant: str) -> None:
    assert reference_fault(text) == ReferenceFault(kind, token, meant)


@pytest.mark.parametrize(
    "text",
    [
        "nginx",
        "app:v1.2.3",
        "app:nullable",
        "harbor.example.com/docker.io/library/nginx:1",
        "111122223333.dkr.ecr.us-west-1.amazonaws.com/mirror/docker.io/rancher/agent:v2",
        "acme/auto:1",
    ],
)
def test_a_reference_without_a_mistake(text: str) -> None:
    assert reference_fault(text) is None


@given(st.text(max_size=300) | st.text(alphabet="aA1:/@-+.{}<>%!()[]\"' \n", max_size=60))
def test_what_is_meant_is_a_valid_reference(text: str) -> None:
    fault = reference_fault(text)
    assert fault or try_parse(text)
    assert fault is None or not fault.meant or try_parse(fault.meant)
