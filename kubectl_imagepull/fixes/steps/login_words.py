"""What is wrong with a login that a secret holds, and what to put in its place, in words; no value of it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kubectl_imagepull.evidence.login_faults import LoginFault
from kubectl_imagepull.evidence.pull_secret_findings import SentLogin
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.vocabulary.names import shown
from kubectl_imagepull.vocabulary.vendors import Vendor


@dataclass(frozen=True)
class LoginWords:
    """A refused login in words."""

    #: What is wrong, as a clause without its full stop.
    fault: str
    #: What to do, as one sentence.
    remedy: str
    #: Short sentences for a table.
    short: tuple[str, ...] = ()


def words_for(context: FixContext, login: SentLogin) -> LoginWords:
    """The words for what can be seen to be wrong with a login, else for its refusal alone."""
    secret, vendor = shown(login.secret), context.registry.vendor
    fault = login.faults[0] if login.faults else None
    if fault is LoginFault.DOLLAR_LOST:
        return _of_lost_dollar(secret, vendor)
    if fault is LoginFault.OF_JOB:
        return _of_job(secret, vendor)
    if fault and fault in _FAULTS:
        wrong, remedy = _FAULTS[fault]
        return LoginWords(wrong.format(secret=secret), remedy)
    if login.ended:
        return _of_ended(secret, vendor)
    return LoginWords(
        f"{context.registry.name} refused the login that secret {secret} holds",
        "Put the right user and password into it, as below.",
    )


def _of_lost_dollar(secret: str, vendor: Vendor) -> LoginWords:
    kind = "tcr" if vendor is Vendor.TENCENT else "robot"
    return LoginWords(
        f"A shell took the $ in the user name of secret {secret} for a variable, and left {kind} of a name like "
        f"{kind}$NAME",
        f"Put the login right with the whole name in single quotes, as in '{kind}$NAME'.",
        (f"Put the user name in single quotes: '{kind}$...'",),
    )


def _of_job(secret: str, vendor: Vendor) -> LoginWords:
    if vendor is Vendor.GITHUB:
        return LoginWords(
            f"Secret {secret} holds the GITHUB_TOKEN of a job, which ends with the job",
            "Put a classic token with read:packages into it, as below: that one lasts.",
            ("Use a classic token instead of the job's own",),
        )
    return LoginWords(
        f"Secret {secret} holds a CI job's own login (gitlab-ci-token), which ends with the job",
        "Put a deploy token with read_registry into it, as below: that one lasts.",
        ("Use a deploy token instead of the CI job's own",),
    )


def _of_ended(secret: str, vendor: Vendor) -> LoginWords:
    if vendor is Vendor.ECR:
        return LoginWords(
            f"The token in secret {secret} has expired, for one of Amazon ECR is good for 12 hours",
            "Put a new one into it, as below, and let something renew it for good.",
            (f"Renew the ECR token in secret {secret}", "Renew the ECR token in the secret"),
        )
    return LoginWords(
        f"The token in secret {secret} has expired",
        "Put a new one into it, as below, or better a login that lasts.",
        (f"Renew the token in secret {secret}", "Renew the token in the secret"),
    )


#: Fault -> what is wrong, and what to do.
_FAULTS: Mapping[LoginFault, tuple[str, str]] = {
    LoginFault.DOLLAR_ESCAPED: (
        "The user name in secret {secret} has a backslash before its $, which is sent with it",
        "Put the login right with the name in single quotes and without the backslash.",
    ),
    LoginFault.QUOTES_KEPT: (
        "Quotation marks are part of the user name in secret {secret}",
        "Put the login right without them: only a shell's own stand around the name.",
    ),
    LoginFault.SPACE_KEPT: (
        "The user name in secret {secret} begins or ends in white space, which is sent with it",
        "Put the login right, as below.",
    ),
    LoginFault.ACR_EXCHANGED: (
        "Secret {secret} holds a token of az acr login --expose-token, which lives for 3 hours",
        "Put a service principal or a token of the registry into it, as below: these last.",
    ),
    LoginFault.NOT_AWS: (
        "The user name in secret {secret} isn't AWS, the only one that Amazon ECR takes",
        "Put the login right, as below.",
    ),
    LoginFault.NOT_GOOGLE: (
        (
            "Google's registries take no user name but _json_key, _json_key_base64 and oauth2accesstoken, and secret "
            "{secret} has another"
        ),
        "Put the key of a service account into it, as below.",
    ),
    LoginFault.KEY_NOT_JSON: (
        "The user name in secret {secret} is _json_key, and its password isn't the JSON of a key",
        "Put the whole JSON file into it as the password, as below.",
    ),
    LoginFault.KEY_NOT_BASE64: (
        "The user name in secret {secret} is _json_key_base64, and its password is the JSON itself",
        "Put it in under the user name _json_key, as below.",
    ),
    LoginFault.NOT_IBM: (
        "The user name in secret {secret} isn't iamapikey, and IBM's registry takes no user's own",
        "Put an IAM API key into it, as below.",
    ),
    LoginFault.NOT_OAUTHTOKEN: (
        "The user name in secret {secret} isn't $oauthtoken, the only one that nvcr.io takes",
        "Put the login right with '$oauthtoken' in single quotes, as below.",
    ),
    LoginFault.NO_TENANCY: (
        (
            "The user name in secret {secret} has no tenancy in front, and Oracle's registry takes only "
            "TENANCY_NAMESPACE/USER"
        ),
        "Put the login right with the tenancy's object storage namespace in front, as below.",
    ),
    LoginFault.AZURE_E_MAIL: (
        "The user name in secret {secret} is an e-mail address, and Azure's registry takes none",
        "Put a service principal or a token of the registry into it, as below.",
    ),
    LoginFault.DOCKER_HUB_E_MAIL: (
        "The user name in secret {secret} is an e-mail address, and Docker Hub wants the Docker ID",
        "Put the login right with the Docker ID and an access token, as below.",
    ),
    LoginFault.BAR_LOST: (
        "The user name in secret {secret} is only a number, for a shell took the | behind it for a pipe",
        "Put the login right with the whole name in single quotes, as in 'NUMBER|NAME'.",
    ),
    LoginFault.NO_REGION: (
        "The user name in secret {secret} has no region in front, and Huawei's registry takes only REGION@ACCESS_KEY",
        "Put a long-term login into it, as below.",
    ),
    LoginFault.NO_PASSWORD: ("The password in secret {secret} is empty", "Put the login right, as below."),
    LoginFault.LINE_BREAK: (
        "The password in secret {secret} ends in a line break, which is sent with it",
        "Put it right with kubectl, as below: echo adds such a line break.",
    ),
}
