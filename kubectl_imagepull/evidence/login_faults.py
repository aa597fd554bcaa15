"""What can be seen to be wrong with a login before anybody is asked, and how long its token lives.

Facts: the user names and lifetimes that the registries' documentations give: Harbor's robot accounts, GitLab's
"Authenticate with the container registry", Amazon ECR's GetAuthorizationToken (12 hours), Azure's "az acr login
--expose-token" (3 hours), Google's access tokens (an hour), Alibaba's GetAuthorizationToken (an hour), NVIDIA NGC,
Oracle's "Pulling Images from Registry during Deployment", Red Hat's registry service accounts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from kubectl_imagepull.evidence.credential import Credential, UserForm
from kubectl_imagepull.vocabulary.vendors import Vendor, vendor_of

_ACR_EXCHANGED = "00000000-0000-0000-0000-000000000000"
_GOOGLE_USERS = frozenset({"_json_key", "_json_key_base64", "oauth2accesstoken", "_token"})
_IBM_USERS = frozenset({"iamapikey", "iambearer", "iamrefresh"})
#: Google's mirror of Docker Hub asks for no login.
_OPEN_MIRROR = "mirror.gcr.io"
_MAY_BE_HARBOR = frozenset({Vendor.HARBOR, Vendor.OTHER})


class LoginFault(str, Enum):
    """Faults that show in the form of a login, without any of its values."""

    #: A shell took the $ and what follows it for a variable: `robot$ci` in double quotes became `robot`.
    DOLLAR_LOST = "dollarLost"
    #: The user name $oauthtoken was lost that way, and nothing is left of it.
    OAUTHTOKEN_LOST = "oauthtokenLost"
    DOLLAR_ESCAPED = "dollarEscaped"
    QUOTES_KEPT = "quotesKept"
    SPACE_KEPT = "spaceKept"
    #: It belongs to a CI job and ends with it.
    OF_JOB = "ofJob"
    #: `az acr login --expose-token` made it.
    ACR_EXCHANGED = "acrExchanged"
    NOT_AWS = "notAws"
    NOT_GOOGLE = "notGoogle"
    KEY_NOT_JSON = "keyNotJson"
    KEY_NOT_BASE64 = "keyNotBase64"
    NOT_IBM = "notIbm"
    NOT_OAUTHTOKEN = "notOauthtoken"
    NO_TENANCY = "noTenancy"
    AZURE_E_MAIL = "azureEMail"
    DOCKER_HUB_E_MAIL = "dockerHubEMail"
    #: Only the number of a Red Hat service account, whose name goes on after a bar.
    BAR_LOST = "barLost"
    NO_REGION = "noRegion"
    NO_PASSWORD = "noPassword"  # noqa: S105 - a name, no password
    LINE_BREAK = "lineBreak"


#: Those with which a login can't have worked, whatever the registry says of it.
HOPELESS = frozenset(
    {
        LoginFault.DOLLAR_LOST,
        LoginFault.DOLLAR_ESCAPED,
        LoginFault.QUOTES_KEPT,
        LoginFault.NOT_AWS,
        LoginFault.NOT_GOOGLE,
        LoginFault.KEY_NOT_JSON,
        LoginFault.NOT_IBM,
        LoginFault.NOT_OAUTHTOKEN,
        LoginFault.BAR_LOST,
        LoginFault.NO_PASSWORD,
    }
)


@dataclass(frozen=True)
class TokenLife:
    """How long a token lives, for one that doesn't say itself when it ends."""

    #: How long it lives from the moment that it was made.
    span: timedelta
    #: The same as a part of a sentence: `its token lives for 12 hours`.
    words: str

    def end(self, made: datetime | None) -> datetime | None:
        """When one ends that was made then; None where that isn't known, or lies beyond all calendars."""
        try:
            return made + self.span if made else None
        except OverflowError:
            return None


#: GitLab ends a job after an hour unless it is told otherwise, and GitHub's token goes no further than its job either.
_JOB_LIFE = TokenLife(timedelta(hours=1), "its token expires with the CI job that created it")
_LIVES = {
    "AWS": TokenLife(timedelta(hours=12), "its token is valid for 12 hours"),
    "oauth2accesstoken": TokenLife(timedelta(hours=1), "its token is valid for an hour"),
    _ACR_EXCHANGED: TokenLife(timedelta(hours=3), "its token is valid for 3 hours"),
    "cr_temp_user": TokenLife(timedelta(hours=1), "its token is valid for an hour"),
}


def life_of(registry: str, credential: Credential) -> TokenLife | None:
    """How long a credential lives if it is a token of a kind that doesn't last; None for any other."""
    if credential.is_of_job:
        return _JOB_LIFE
    if vendor_of(registry) is Vendor.ECR:
        return _LIVES["AWS"]
    return _LIVES.get(credential.user)


def faults_of(registry: str, credential: Credential) -> tuple[LoginFault, ...]:
    """What speaks against a login at this registry, what explains most first."""
    vendor = Vendor.OTHER if registry == _OPEN_MIRROR else vendor_of(registry)
    return tuple(dict.fromkeys((*_of_user(vendor, credential), *_of_password(credential))))


def _of_user(vendor: Vendor, credential: Credential) -> Iterator[LoginFault]:
    form, user = credential.form, credential.user
    if form is UserForm.NONE:
        if vendor is Vendor.NVIDIA and credential.has_password:
            yield LoginFault.OAUTHTOKEN_LOST
        return
    if form in _SLIPS:
        yield _SLIPS[form]
    if (form is UserForm.ROBOT_WITHOUT_DOLLAR and vendor in _MAY_BE_HARBOR) or (
        form is UserForm.TCR_WITHOUT_DOLLAR and vendor is Vendor.TENCENT
    ):
        yield LoginFault.DOLLAR_LOST
    if credential.is_of_job:
        yield LoginFault.OF_JOB
    if vendor in {Vendor.ECR, Vendor.ECR_PUBLIC} and user != "AWS":
        yield LoginFault.NOT_AWS
    yield from _of_cloud_user(vendor, credential)


_SLIPS = {
    UserForm.QUOTED: LoginFault.QUOTES_KEPT,
    UserForm.SPACED: LoginFault.SPACE_KEPT,
    UserForm.ESCAPED_DOLLAR: LoginFault.DOLLAR_ESCAPED,
}


def _of_cloud_user(vendor: Vendor, credential: Credential) -> Iterator[LoginFault]:
    form, user = credential.form, credential.user
    faults = {
        LoginFault.NOT_GOOGLE: vendor is Vendor.GOOGLE and user not in _GOOGLE_USERS,
        LoginFault.KEY_NOT_JSON: vendor is Vendor.GOOGLE and user == "_json_key" and not credential.is_json,
        LoginFault.KEY_NOT_BASE64: vendor is Vendor.GOOGLE and user == "_json_key_base64" and credential.is_json,
        LoginFault.NOT_IBM: vendor is Vendor.IBM and user not in _IBM_USERS,
        LoginFault.NOT_OAUTHTOKEN: vendor is Vendor.NVIDIA and user != "$oauthtoken",
        LoginFault.NO_TENANCY: vendor is Vendor.ORACLE and form is not UserForm.WITH_SLASH and user != "BEARER_TOKEN",
        LoginFault.AZURE_E_MAIL: vendor is Vendor.AZURE and form is UserForm.E_MAIL,
        LoginFault.DOCKER_HUB_E_MAIL: vendor is Vendor.DOCKER_HUB and form is UserForm.E_MAIL,
        LoginFault.ACR_EXCHANGED: vendor is Vendor.AZURE and user == _ACR_EXCHANGED,
        LoginFault.BAR_LOST: vendor is Vendor.RED_HAT and form is UserForm.NUMBER,
        LoginFault.NO_REGION: vendor is Vendor.HUAWEI and form not in {UserForm.WITH_AT, UserForm.E_MAIL},
    }
    yield from (fault for fault, holds in faults.items() if holds)


def _of_password(credential: Credential) -> Iterator[LoginFault]:
    if credential.form is UserForm.NONE:
        return
    if not credential.has_password:
        yield LoginFault.NO_PASSWORD
    if credential.ends_in_newline:
        yield LoginFault.LINE_BREAK
