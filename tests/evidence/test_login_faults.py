"""What can be seen to be wrong with a login: by the form of its user name, its password, its registry."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from kubectl_imagepull.evidence.credential import UserForm, read_credential
from kubectl_imagepull.evidence.login_faults import LoginFault, faults_of, life_of

ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
HARBOR, OTHER = "harbor.corp.example", "registry.corp.example"
TCR, OCIR, GOOGLE, SWR = (
    "acme.tencentcloudcr.com",
    "fra.ocir.io",
    "europe-docker.pkg.dev",
    "swr.cn-north-4.myhuaweicloud.com",
)


@pytest.mark.parametrize(
    ("user", "form"),
    [
        ("", UserForm.NONE),
        ("AWS", UserForm.KNOWN),
        ("$oauthtoken", UserForm.KNOWN),
        ("'robot$ci'", UserForm.QUOTED),
        ('"me"', UserForm.QUOTED),
        ("'", UserForm.OTHER),
        ("me ", UserForm.SPACED),
        ("\tme", UserForm.SPACED),
        ("robot\\$ci", UserForm.ESCAPED_DOLLAR),
        ("tenancy/me", UserForm.WITH_SLASH),
        ("me@corp.example", UserForm.E_MAIL),
        ("eu-de@AK1", UserForm.WITH_AT),
        ("robot", UserForm.ROBOT_WITHOUT_DOLLAR),
        ("robot+ci", UserForm.ROBOT_WITHOUT_DOLLAR),
        ("robot-project+ci", UserForm.ROBOT_WITHOUT_DOLLAR),
        ("robot$ci", UserForm.OTHER),
        ("robot$project+ci", UserForm.OTHER),
        ("robot_ci", UserForm.OTHER),
        ("robot-ci", UserForm.OTHER),
        ("robotics", UserForm.OTHER),
        ("tcr", UserForm.TCR_WITHOUT_DOLLAR),
        ("tcr$ci", UserForm.OTHER),
        ("12345", UserForm.NUMBER),
        ("12345|ci", UserForm.OTHER),
        ("me", UserForm.OTHER),
    ],
)
def test_the_form_of_a_user_name(user: str, form: UserForm) -> None:
    assert read_credential(user, "x").form is form


@pytest.mark.parametrize(
    ("registry", "user", "password", "faults"),
    [
        (HARBOR, "robot", "x", [LoginFault.DOLLAR_LOST]),
        (OTHER, "robot+ci", "x", [LoginFault.DOLLAR_LOST]),
        ("ghcr.io", "robot", "x", []),
        ("quay.io", "robot+ci", "x", []),
        (HARBOR, "robot$ci", "x", []),
        (HARBOR, "robot\\$ci", "x", [LoginFault.DOLLAR_ESCAPED]),
        (OTHER, "'robot$ci'", "x", [LoginFault.QUOTES_KEPT]),
        (OTHER, "me\n", "x", [LoginFault.SPACE_KEPT]),
        (TCR, "tcr", "x", [LoginFault.DOLLAR_LOST]),
        (OTHER, "tcr", "x", []),
        ("nvcr.io", "", "x", [LoginFault.OAUTHTOKEN_LOST]),
        ("nvcr.io", "", "", []),
        (OTHER, "", "x", []),
        ("nvcr.io", "me", "x", [LoginFault.NOT_OAUTHTOKEN]),
        ("nvcr.io", "$oauthtoken", "x", []),
        ("registry.gitlab.com", "gitlab-ci-token", "x", [LoginFault.OF_JOB]),
        (OTHER, "me", "glcbt-64_x", [LoginFault.OF_JOB]),
        ("ghcr.io", "me", "ghs_x", [LoginFault.OF_JOB]),
        ("ghcr.io", "me", "ghp_x", []),
        (ECR, "me", "x", [LoginFault.NOT_AWS]),
        ("public.ecr.aws", "AWS", "x", []),
        (GOOGLE, "me", "x", [LoginFault.NOT_GOOGLE]),
        (GOOGLE, "_json_key", "/key.json", [LoginFault.KEY_NOT_JSON]),
        (GOOGLE, "_json_key", "{}", []),
        (GOOGLE, "_json_key_base64", "{}", [LoginFault.KEY_NOT_BASE64]),
        (GOOGLE, "_json_key_base64", "e30=", []),
        ("mirror.gcr.io", "me", "x", []),
        ("de.icr.io", "me", "x", [LoginFault.NOT_IBM]),
        (OCIR, "me", "x", [LoginFault.NO_TENANCY]),
        (OCIR, "me@corp.example", "x", [LoginFault.NO_TENANCY]),
        (OCIR, "tenancy/me", "x", []),
        ("acme.azurecr.io", "me@corp.example", "x", [LoginFault.AZURE_E_MAIL]),
        ("acme.azurecr.io", "00000000-0000-0000-0000-000000000000", "x", [LoginFault.ACR_EXCHANGED]),
        ("docker.io", "me@corp.example", "x", [LoginFault.DOCKER_HUB_E_MAIL]),
        (OTHER, "me@corp.example", "x", []),
        ("registry.redhat.io", "12345", "x", [LoginFault.BAR_LOST]),
        ("registry.redhat.io", "12345|ci", "x", []),
        (SWR, "me", "x", [LoginFault.NO_REGION]),
        (SWR, "cn-north-4@AK", "x", []),
        (OTHER, "me", "", [LoginFault.NO_PASSWORD]),
        (OTHER, "me", "x\n", [LoginFault.LINE_BREAK]),
        (ECR, "me", "x\n", [LoginFault.NOT_AWS, LoginFault.LINE_BREAK]),
        # a host that only looks like a cloud's has no rule for user names
        ("123456789012.dkr.ecr.eu-west-1.evil.example", "me", "x", []),
        ("acme.azurecr.io.evil.example", "me@corp.example", "x", []),
    ],
)
def test_faults_of_a_login(registry: str, user: str, password: str, faults: list[LoginFault]) -> None:
    assert list(faults_of(registry, read_credential(user, password))) == faults


@pytest.mark.parametrize(
    ("registry", "user", "password", "hours"),
    [
        (ECR, "AWS", "x", 12),
        (ECR, "me", "x", 12),
        ("proxy.corp.example", "AWS", "x", 12),
        (GOOGLE, "oauth2accesstoken", "x", 1),
        ("acme.azurecr.io", "00000000-0000-0000-0000-000000000000", "x", 3),
        ("registry.cn-hangzhou.aliyuncs.com", "cr_temp_user", "x", 1),
        ("registry.gitlab.com", "gitlab-ci-token", "x", 1),
        ("ghcr.io", "me", "ghs_x", 1),
    ],
)
def test_tokens_that_do_not_last(registry: str, user: str, password: str, hours: int) -> None:
    life = life_of(registry, read_credential(user, password))
    assert life is not None
    assert life.span == timedelta(hours=hours)


def test_a_time_beyond_all_calendars_has_no_end() -> None:
    life = life_of("123456789012.dkr.ecr.eu-west-1.amazonaws.com", read_credential("AWS", "x"))
    assert life is not None
    assert life.end(datetime(2026, 11, 23, tzinfo=timezone.utc)) == datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
    assert life.end(datetime.max.replace(tzinfo=timezone.utc)) is None
    assert life.end(None) is None


def test_other_logins_last() -> None:
    assert life_of(OTHER, read_credential("me", "x")) is None
    assert life_of(GOOGLE, read_credential("_json_key", "{}")) is None
    assert life_of("123456789012.dkr.ecr.eu-west-1.evil.example", read_credential("me", "x")) is None


def test_nothing_of_a_login_is_in_what_is_told() -> None:
    credential = read_credential("'robot-of-the-shop'", "Tr0ub4dor-and-3\n")
    told = f"{credential!r} {faults_of(HARBOR, credential)!r}"
    assert "of-the-shop" not in told
    assert "Tr0ub4dor" not in told
