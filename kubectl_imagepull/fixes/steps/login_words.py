"""What is wrong with a login that a secret holds, and what to put in its place, in words; no value of it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kubectl_imagepull.evidence.login_faults import LoginFault
from kubectl_imagepull.evidence.pull_secret_findings import SentLogin
from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.vocabulary.names import shown_name
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
    secret, vendor = shown_name(login.secret), context.registry.vendor
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
        f"{context.registry.name} refused the login in secret {secret}",
        "Put the right user and password into it, as below.",
    )


def _of_lost_dollar(secret: str, vendor: Vendor) -> LoginWords:
    kind = "tcr" if vendor is Vendor.TENCENT else "robot"
    return LoginWords(
        (
            f"A shell expanded the $ in the user name of secret {secret}, which left only {kind} of a name like "
            f"{kind}$NAME"
        ),
        f"Correct the login with the whole name in single quotes, as in '{kind}$NAME'.",
        (f"Put the user name in single quotes: '{kind}$...'",),
    )


def _of_job(secret: str, vendor: Vendor) -> LoginWords:
    if vendor is Vendor.GITHUB:
        return LoginWords(
            f"Secret {secret} has a job's GITHUB_TOKEN, which expires with the job",
            "Put a classic token with read:packages into it, as below: it stays valid.",
            ("Use a classic token instead of the job's own",),
        )
    return LoginWords(
        f"Secret {secret} has a CI job's own login (gitlab-ci-token), which expires with the job",
        "Put a deploy token with read_registry into it, as below: it stays valid.",
        ("Use a deploy token instead of the CI job's own",),
    )


def _of_ended(secret: str, vendor: Vendor) -> LoginWords:
    if vendor is Vendor.ECR:
        return LoginWords(
            f"The token in secret {secret} has expired: an Amazon ECR token is valid for 12 hours",
            "Put a new one into it, as below, and have it renewed automatically.",
            (f"Renew the ECR token in secret {secret}", "Renew the ECR token in the secret"),
        )
    return LoginWords(
        f"The token in secret {secret} has expired",
        "Put a new one into it, as below, or better, a login that doesn't expire.",
        (f"Renew the token in secret {secret}", "Renew the token in the secret"),
    )


#: Fault -> what is wrong, and what to do.
_FAULTS: Mapping[LoginFault, tuple[str, str]] = {
    LoginFault.DOLLAR_ESCAPED: (
        "The user name in secret {secret} has a backslash before its $, which is sent too",
        "Correct the login: the name in single quotes, without the backslash.",
    ),
    LoginFault.QUOTES_KEPT: (
        "Quotation marks are part of the user name in secret {secret}",
        "Correct the login without them: quotes are only for the shell.",
    ),
    LoginFault.SPACE_KEPT: (
        "The user name in secret {secret} begins or ends with white space, which is sent too",
        "Correct the login, as below.",
    ),
    LoginFault.ACR_EXCHANGED: (
        "Secret {secret} has a token from az acr login --expose-token, which is valid for 3 hours",
        "Put a service principal or a registry token into it, as below: these last longer.",
    ),
    LoginFault.NOT_AWS: (
        "The user name in secret {secret} isn't AWS, the only one that Amazon ECR accepts",
        "Correct the login, as below.",
    ),
    LoginFault.NOT_GOOGLE: (
        (
            "Google's registries accept only the user names _json_key, _json_key_base64 and oauth2accesstoken, and "
            "secret {secret} has another"
        ),
        "Put a service account key into it, as below.",
    ),
    LoginFault.KEY_NOT_JSON: (
        "The user name in secret {secret} is _json_key, but its password isn't a JSON key",
        "Put the whole JSON file into it as the password, as below.",
    ),
    LoginFault.KEY_NOT_BASE64: (
        "The user name in secret {secret} is _json_key_base64, but its password is plain JSON",
        "Use the user name _json_key, as below.",
    ),
    LoginFault.NOT_IBM: (
        "The user name in secret {secret} isn't iamapikey, and IBM's registry accepts no personal user names",
        "Put an IAM API key into it, as below.",
    ),
    LoginFault.NOT_OAUTHTOKEN: (
        "The user name in secret {secret} isn't $oauthtoken, the only one that nvcr.io accepts",
        "Correct the login with '$oauthtoken' in single quotes, as below.",
    ),
    LoginFault.NO_TENANCY: (
        (
            "The user name in secret {secret} has no tenancy prefix, and Oracle's registry accepts only "
            "TENANCY_NAMESPACE/USER"
        ),
        "Correct the login with the tenancy's object storage namespace in front, as below.",
    ),
    LoginFault.AZURE_E_MAIL: (
        "The user name in secret {secret} is an e-mail address, which Azure's registry doesn't accept",
        "Put a service principal or a registry token into it, as below.",
    ),
    LoginFault.DOCKER_HUB_E_MAIL: (
        "The user name in secret {secret} is an e-mail address, but Docker Hub requires the Docker ID",
        "Correct the login with the Docker ID and an access token, as below.",
    ),
    LoginFault.BAR_LOST: (
        "The user name in secret {secret} is only a number, because a shell read the | after it as a pipe",
        "Correct the login with the whole name in single quotes, as in 'NUMBER|NAME'.",
    ),
    LoginFault.NO_REGION: (
        "The user name in secret {secret} has no region prefix, and Huawei's registry accepts only REGION@ACCESS_KEY",
        "Put a long-term login into it, as below.",
    ),
    LoginFault.NO_PASSWORD: ("The password in secret {secret} is empty", "Correct the login, as below."),
    LoginFault.LINE_BREAK: (
        "The password in secret {secret} ends with a newline, which is sent too",
        "Recreate it with kubectl, as below: echo adds such a newline.",
    ),
}
