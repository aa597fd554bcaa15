"""The findings about pull secrets in words: names, registries and times, never a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.docker_config import KEYS, PullSecret
from kubectl_imagepull.evidence.keyring import KeyringMatch
from kubectl_imagepull.evidence.login_faults import LoginFault, TokenLife, faults_of
from kubectl_imagepull.evidence.nearest import nearest_miss, shown_registry
from kubectl_imagepull.evidence.pull_secret_findings import MisplacedSecret
from kubectl_imagepull.vocabulary.image_reference import ImageReference
from kubectl_imagepull.vocabulary.names import shown_name
from kubectl_imagepull.vocabulary.wording import clock, listed

_WANTED = "kubernetes.io/dockerconfigjson"


def none_named(registry: str, *, refused: bool) -> Evidence:
    """The pod names no pull secret."""
    if not refused:
        return Evidence(Check.NO_PULL_SECRET, Result.OK, "The pod has no pull secret.")
    text = f"The pod has no pull secret: for {registry} the kubelet sends only the node's own credentials."
    return Evidence(Check.NO_PULL_SECRET, Result.BAD, text)


def misplaced_secret(secret: MisplacedSecret) -> Evidence:
    """A secret that a manifest names where Kubernetes doesn't look."""
    text = (
        f"The manifest has secret {shown_name(secret.name)} under {secret.place}, where Kubernetes "
        "ignores it: imagePullSecrets "
        "belongs in the pod's spec, next to its containers."
    )
    return Evidence(Check.PULL_SECRET_MISPLACED, Result.BAD, text, secret.name, (secret.place,))


def missing_secret(name: str, namespace: str, result: Result) -> Evidence:
    """A secret that doesn't exist."""
    text = f"Secret {shown_name(name)}, which the pod references, doesn't exist in namespace {namespace}."
    return Evidence(Check.PULL_SECRET_MISSING, result, text, name)


def not_retrieved(name: str, time: datetime | None, now: datetime, result: Result) -> Evidence:
    """A secret of which only the kubelet's event tells."""
    when = f", last at {clock(time, now)}" if time else ""
    text = f"The kubelet could not retrieve secret {shown_name(name)} (event FailedToRetrieveImagePullSecret{when})."
    return Evidence(Check.PULL_SECRET_MISSING, result, text, name)


def unread_secret(name: str, why: str) -> Evidence:
    """A secret that could not be looked at."""
    return Evidence(
        Check.PULL_SECRET_MATCHES, Result.SKIPPED, f"Secret {shown_name(name)} could not be read: {why}.", name
    )


def other_namespaces(name: str, image: ImageReference, fits: Mapping[str, bool]) -> Evidence:
    """The namespaces that have a secret of that name, and whether it fits the image there."""
    namespaces = sorted(fits, key=lambda namespace: (not fits[namespace], namespace))
    fitting = [namespace for namespace in namespaces if fits[namespace]]
    there = f"A secret {shown_name(name)} exists in {_namespaces(namespaces)}"
    if not fitting:
        text = f"{there}, but has nothing for {image.registry}."
    elif len(fitting) == len(namespaces):
        text = f"{there}, and has credentials for {image.registry}."
    else:
        text = f"{there}; in {_namespaces(fitting)} it has credentials for {image.registry}."
    return Evidence(Check.PULL_SECRET_OTHER_NAMESPACE, Result.INFO, text, name, tuple(fitting))


def unknown_elsewhere(name: str, why: str) -> Evidence:
    """Other namespaces could not be looked at."""
    text = f"Could not check whether another namespace has a secret {shown_name(name)}: {why}."
    return Evidence(Check.PULL_SECRET_OTHER_NAMESPACE, Result.SKIPPED, text, name)


def _namespaces(names: Sequence[str]) -> str:
    return f"namespace{'' if len(names) == 1 else 's'} {listed([shown_name(one) for one in names])}"


def wrong_type(secret: PullSecret, result: Result) -> Evidence:
    """A secret whose type and key don't agree: the kubelet passes over it without a word."""
    name, keys = secret.name, listed([shown_registry(key) for key in secret.keys])
    key = KEYS.get(secret.type)
    if key:
        text = (
            f"Secret {shown_name(name)} is of type {secret.type} and has no key {key}, only {keys}: the "
            "kubelet ignores it."
        )
    elif ".dockerconfigjson" in secret.keys or ".dockercfg" in secret.keys:
        wanted = _WANTED if ".dockerconfigjson" in secret.keys else "kubernetes.io/dockercfg"
        text = (
            f"Secret {shown_name(name)} is of type {shown_registry(secret.type)}, not {wanted}: the kubelet ignores it."
        )
    else:
        has = f" with {keys}" if keys else ""
        text = (
            f"Secret {shown_name(name)} is of type {shown_registry(secret.type)}{has}: the kubelet ignores "
            "it, and reads only "
            f"{_WANTED} with the key .dockerconfigjson."
        )
    return Evidence(Check.PULL_SECRET_WRONG_TYPE, result, text, name, (secret.type,))


def malformed_secret(secret: PullSecret, result: Result) -> Evidence:
    """A secret that fails every pull of the pod."""
    text = f"The kubelet can't parse secret {shown_name(secret.name)}, so every pull of the pod fails: {secret.fault}."
    return Evidence(Check.PULL_SECRET_MALFORMED, result, text, secret.name)


def one_is_malformed(names: Sequence[str]) -> Evidence:
    """What the kubelet says of a secret that can't be looked at: its parser names none."""
    which = (
        f"secret {shown_name(names[0])}"
        if len(names) == 1
        else f"one of the secrets {listed([shown_name(one) for one in names])}"
    )
    text = f"The kubelet says that it can't parse {which}, so every pull of the pod fails."
    return Evidence(Check.PULL_SECRET_MALFORMED, Result.BAD, text, names[0] if len(names) == 1 else "")


def unfit_secret(secret: PullSecret, image: ImageReference, result: Result) -> Evidence:
    """A secret that holds nothing at all, or nothing for the image."""
    held = [entry for entry in secret.entries if not entry.credential.is_empty]
    if not held:
        return Evidence(Check.PULL_SECRET_EMPTY, result, _emptiness(secret), secret.name)
    registries = tuple(dict.fromkeys(shown_registry(entry.registry) for entry in held))
    miss = nearest_miss(held, image)
    text = f"Secret {shown_name(secret.name)} is for {listed(registries)}, not for {image.registry}"
    text += f": {miss}" if miss else "."
    return Evidence(Check.PULL_SECRET_OTHER_REGISTRY, result, text, secret.name, registries)


def _emptiness(secret: PullSecret) -> str:
    if secret.flat:
        return f'Secret {shown_name(secret.name)} has its registries outside of "auths": the kubelet finds none.'
    if secret.misfiled:
        return (
            f'Secret {shown_name(secret.name)} is of type {secret.type} and contains "auths", which only '
            f"{_WANTED} uses: the "
            "kubelet finds no credentials in it."
        )
    if secret.delegates:
        return (
            f"Secret {shown_name(secret.name)} has only a credential helper (credsStore, credHelpers), which "
            "the kubelet doesn't "
            "use: nothing is sent."
        )
    if not secret.entries:
        return f"Secret {shown_name(secret.name)} has no registries, so nothing is sent."
    registries = listed([shown_registry(entry.registry) for entry in secret.entries])
    ignored = tuple(dict.fromkeys(field for entry in secret.entries for field in entry.credential.unread))
    why = f"; the kubelet doesn't read {listed(ignored)}" if ignored else ""
    return f"Secret {shown_name(secret.name)} has no user name for {registries}{why}: the pull is anonymous."


def matching_secret(
    own: Sequence[KeyringMatch], image: ImageReference, result: Result, *, denied: bool = False
) -> Evidence:
    """A secret that the kubelet sends for the image; `denied` that the text says that nothing was sent."""
    name = own[0].secret
    keys = tuple(dict.fromkeys(shown_registry(match.entry.registry) for match in own))
    key = "" if keys == (image.registry,) else f" (under {listed(keys)})"
    text = f"Secret {shown_name(name)} has credentials for {image.registry}{key}"
    if result is Result.BAD:
        text += ", and the registry refused them."
    elif denied:
        text += "; the error says that nothing was sent, so it may be older than they are."
    else:
        text += ", and they are sent."
    return Evidence(Check.PULL_SECRET_MATCHES, result, text + _faults(own, image), name, keys)


def changed_since(
    own: Sequence[KeyringMatch], image: ImageReference, changed: datetime | None, tried: datetime | None, now: datetime
) -> Evidence:
    """A secret that was written after the last try: what it holds by now, no error speaks of yet."""
    name = own[0].secret
    keys = tuple(dict.fromkeys(shown_registry(match.entry.registry) for match in own))
    last = f", of {clock(tried, now)}," if tried else ""
    text = (
        f"Secret {shown_name(name)} was changed after the last error{last} so that error says nothing "
        "about what it has now."
    )
    if changed:
        other = f"other credentials for {image.registry} since {clock(changed, now)}"
        text = f"Secret {shown_name(name)} has {other}, and the last error{last} is older."
    return Evidence(Check.PULL_SECRET_MATCHES, Result.INFO, text + _faults(own, image), name, keys)


def _faults(own: Sequence[KeyringMatch], image: ImageReference) -> str:
    """What speaks against the credentials before anybody is asked, as sentences behind another."""
    faults = (fault for match in own for fault in faults_of(image.registry, match.entry.credential))
    return "".join(f" {_FAULTS[fault]}." for fault in dict.fromkeys(faults))


_FAULTS = {
    LoginFault.DOLLAR_LOST: "Its user name has no $, as if a shell had expanded the $ and what follows as a variable",
    LoginFault.OAUTHTOKEN_LOST: "Its user name is empty, as if a shell had expanded $oauthtoken as a variable",
    LoginFault.DOLLAR_ESCAPED: "Its user name has a backslash before the $, which is sent too",
    LoginFault.QUOTES_KEPT: "Quotation marks are part of its user name",
    LoginFault.SPACE_KEPT: "Its user name begins or ends with white space, which is sent too",
    LoginFault.OF_JOB: "It is a CI job's own login, which expires with the job",
    LoginFault.ACR_EXCHANGED: "Its user name is that of az acr login --expose-token, whose token is valid for 3 hours",
    LoginFault.NOT_AWS: "Its user name is not AWS, the only one that Amazon ECR accepts",
    LoginFault.NOT_GOOGLE: (
        "Its user name is none of _json_key, _json_key_base64 and oauth2accesstoken, and Google's registries accept "
        "no other"
    ),
    LoginFault.KEY_NOT_JSON: "Its user name is _json_key, but its password is not a JSON key",
    LoginFault.KEY_NOT_BASE64: "Its user name is _json_key_base64, but its password is plain JSON",
    LoginFault.NOT_IBM: "Its user name is not iamapikey, and IBM's registry accepts no personal user names",
    LoginFault.NOT_OAUTHTOKEN: "Its user name is not $oauthtoken, the only one that nvcr.io accepts",
    LoginFault.NO_TENANCY: "Its user name has no tenancy prefix, and Oracle's registry accepts only TENANCY/USER",
    LoginFault.AZURE_E_MAIL: "Its user name is an e-mail address, which Azure's registry doesn't accept",
    LoginFault.DOCKER_HUB_E_MAIL: "Its user name is an e-mail address, but Docker Hub requires the Docker ID",
    LoginFault.BAR_LOST: (
        "Its user name is only a number, but a Red Hat service account's continues with | and its name"
    ),
    LoginFault.NO_REGION: "Its user name has no region prefix, and Huawei's registry accepts only REGION@KEY",
    LoginFault.NO_PASSWORD: "Its password is empty",
    LoginFault.LINE_BREAK: "Its password ends with a newline, which is sent too",
}


def expired_secret(
    name: str, time: datetime | None, how: str | TokenLife | None, now: datetime, result: Result
) -> Evidence:
    """A secret whose token has ended.

    `time` is the end that the token of kind `how` says itself, or when a secret with a token of that life was written.
    """
    when = clock(time, now) if time else "an unknown time"
    if isinstance(how, TokenLife):
        text = f"Secret {shown_name(name)} was last written at {when}, and {how.words}: this is judged by its age."
    else:
        text = f"The {how or 'token'} in secret {shown_name(name)} expired at {when}, by its own expiry date."
    return Evidence(Check.PULL_SECRET_EXPIRED, result, text, name)
