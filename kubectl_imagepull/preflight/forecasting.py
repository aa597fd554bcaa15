"""What is known of one image -> whether it will be pulled, why not, and what to do."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kubectl_imagepull.evidence.docker_config import SecretState
from kubectl_imagepull.evidence.pull_secret_findings import EXPIRED, PullSecretFindings, Sent
from kubectl_imagepull.evidence.registry_tags import near_tags
from kubectl_imagepull.preflight.image_places import ImagePlace
from kubectl_imagepull.preflight.kubelet_view import KubeletView
from kubectl_imagepull.preflight.pull_forecast import Outcome, Pinning, PullForecast
from kubectl_imagepull.registry.image_answer import ImageAnswer, ImageState, LoginState
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.image_reference import ImageReference, fault_of, try_parse
from kubectl_imagepull.vocabulary.names import shown
from kubectl_imagepull.vocabulary.reference_mistakes import reference_fault
from kubectl_imagepull.vocabulary.relocations import relocation_of
from kubectl_imagepull.vocabulary.vendors import nodes_log_in, vendor_of
from kubectl_imagepull.vocabulary.wording import listed

_ALWAYS, _IF_NOT_PRESENT, _NEVER = "Always", "IfNotPresent", "Never"
_WILL, _WONT, _OPEN = Outcome.WILL_PULL, Outcome.WONT_PULL, Outcome.CANT_TELL


@dataclass(frozen=True)
class Known:
    """What is known of one image."""

    #: The forecast so far: how the image is read.
    forecast: PullForecast
    #: The image.
    image: ImageReference
    #: How the kubelet would see it.
    view: KubeletView
    #: What the registry said; None where it wasn't to be asked.
    answer: ImageAnswer | None
    #: The platforms that it has to be for; () where none are known.
    wanted: tuple[str, ...]


def read_place(place: ImagePlace) -> PullForecast:
    """How an image is read, without any look elsewhere; for an invalid one that is all there is to foretell."""
    reference = try_parse(place.image)
    if reference is None:
        fault = reference_fault(place.image)
        fix = f"Write {fault.meant}" if fault and fault.meant else "Correct the image's name"
        why = f"the name is no valid reference: {fault_of(place.image)}"
        return PullForecast(place, _WONT, why, Cause.INVALID_REFERENCE, fix)
    pinning = Pinning.DIGEST if reference.digest else Pinning.TAG
    if not reference.digest and reference.tag == "latest":
        pinning = Pinning.LATEST
    policy = place.policy or (_ALWAYS if pinning is Pinning.LATEST else _IF_NOT_PRESENT)
    notes = []
    if pinning is Pinning.LATEST:
        written = "no tag is written, so latest is asked for" if reference.implied_tag else "latest"
        notes.append(f"{written}: another image tomorrow")
    if move := relocation_of(reference):
        notes.append(move.why)
    return PullForecast(
        place,
        Outcome.NOT_ASKED,
        "the name is valid",
        reference=str(reference),
        pinning=pinning,
        policy=policy,
        notes=tuple(notes),
    )


def foretell(known: Known) -> PullForecast:
    """Whether an image will be pulled, why not, and what to do."""
    view, answer = known.view, known.answer
    forecast = replace(
        known.forecast,
        namespace=view.namespace,
        account=view.account,
        secrets=view.secrets,
        notes=(*known.forecast.notes, *view.notes, *_notes(known)),
        answer=answer,
        wanted=known.wanted,
    )
    known = replace(known, forecast=forecast)
    if forecast.policy == _NEVER:
        why = "its pull policy is Never: it runs only on nodes that hold it already"
        return replace(forecast, outcome=_OPEN, why=why, cause=Cause.NEVER_PULL)
    if view.findings and view.findings.sent is Sent.MALFORMED:
        broken = [one.name for one in view.findings.pull_secrets if one.state is SecretState.MALFORMED]
        why = f"a pull secret can't be read ({listed(broken)}), and the kubelet then doesn't pull at all"
        return replace(
            forecast, outcome=_WONT, why=why, cause=Cause.PULL_SECRET_MALFORMED, fix="Recreate the pull secret"
        )
    if answer is None:
        return _unasked(known)
    return _by_answer(known, answer)


def _notes(known: Known) -> list[str]:
    answer, notes = known.answer, []
    missing = [name for name in known.view.secrets or () if _is_missing(known.view.findings, name)]
    if missing:
        notes.append(f"secret {listed(missing)} is not in namespace {shown(known.view.namespace)}")
    if answer and answer.limit:
        notes.append(f"{answer.limit.remaining} of {answer.limit.limit} pulls are left from here")
    if answer and answer.platforms_unread:
        notes.append(f"its platforms were not looked at: {answer.platforms_unread}")
    return notes


def _is_missing(findings: PullSecretFindings | None, name: str) -> bool:
    if findings is None or findings.secrets is None:
        return False
    return all(secret.name != name for secret in findings.pull_secrets)


def _unasked(known: Known) -> PullForecast:
    """What can be said without a registry: what the kubelet would send, if anything of that is surely wrong."""
    findings = known.view.findings
    if findings and findings.sent in EXPIRED:
        return _expired(known)
    why = "the name is valid; no registry was asked"
    if findings and findings.sent is Sent.MATCHES:
        why += f", and {_sent_words(findings)} would be sent"
    return replace(known.forecast, outcome=Outcome.NOT_ASKED, why=why)


def _by_answer(known: Known, answer: ImageAnswer) -> PullForecast:
    if answer.state is ImageState.FOUND:
        return _found_one(known, answer)
    if answer.state is ImageState.REFUSED:
        return _refused_one(known, answer)
    if answer.state in {ImageState.TAG_MISSING, ImageState.MISSING}:
        return _missing_one(known, answer)
    host = known.image.registry
    said = f": {answer.why}" if answer.why else ""
    limit = f"{host} limits requests from here{said}"
    settled = {
        ImageState.REPOSITORY_MISSING: (
            _WONT,
            f"{host} has no repository {known.image.path}",
            Cause.REPOSITORY_NOT_FOUND,
            "Correct the repository's name, or push it",
        ),
        ImageState.BLOCKED: (
            _WONT,
            f"{host} refuses it{said}",
            Cause.REGISTRY_BLOCKED,
            "Ask whoever runs the registry",
        ),
        ImageState.NO_IMAGE: (
            _WONT,
            f"what is there is no container image but {answer.why}",
            Cause.UNSUPPORTED_MANIFEST,
            "Name a container image",
        ),
        ImageState.CORRUPT: (
            _WONT,
            f"what {host} sends is not what its digest promises{said}",
            Cause.CORRUPT_CONTENT,
            "Push the image again",
        ),
        ImageState.RATE_LIMITED: (_OPEN, limit, Cause.RATE_LIMITED, "Ask again later, or log in"),
        ImageState.UNANSWERED: (_OPEN, f"{host} gave no answer from here{said}", None, ""),
        ImageState.NOT_ASKED: (_OPEN, f"{host} was not asked{said}", None, _allowing(known, answer)),
    }
    outcome, why, cause, fix = settled[answer.state]
    return replace(known.forecast, outcome=outcome, why=why, cause=cause, fix=fix)


def _allowing(known: Known, answer: ImageAnswer) -> str:
    return f"--probe-allow {known.image.registry} asks it" if answer.is_private else ""


# -- it is there ---------------------------------------------------------------------------------------------------


def _found_one(known: Known, answer: ImageAnswer) -> PullForecast:
    lacking = _lacking(known.wanted, answer.platforms)
    if lacking and len(lacking) == len(known.wanted):
        why = f"it is for {listed(answer.platforms)}, and has to be for {listed(known.wanted)}"
        fix = f"Build it for {listed(known.wanted)}, or run it on nodes with {listed(answer.platforms)}"
        return replace(known.forecast, outcome=_WONT, why=why, cause=Cause.PLATFORM_MISMATCH, fix=fix)
    if lacking:
        why = f"it depends on the node: it is for {listed(answer.platforms)}, and not for {listed(lacking)}"
        fix = f"Build it for {listed(lacking)}, or keep the pods off such nodes with a nodeSelector"
        return replace(known.forecast, outcome=_OPEN, why=why, cause=Cause.PLATFORM_MISMATCH, fix=fix)
    findings = known.view.findings
    if answer.anonymous:
        why = "anybody may pull it"
        if findings and findings.sent in EXPIRED | {Sent.MATCHES}:
            why += f"; a login is sent all the same ({_sent_words(findings)}), and a bad one would be refused"
        return replace(known.forecast, outcome=_WILL, why=why)
    if answer.own_login:
        # that says nothing about the pods' login
        return _without_login(known, f"it is private, and {answer.login} may pull it")
    return replace(known.forecast, outcome=_WILL, why=f"{answer.login} may pull it")


def _lacking(wanted: tuple[str, ...], offered: tuple[str, ...]) -> tuple[str, ...]:
    """The platforms that are wanted and not on offer; variants fit any of their architecture. () where none is known.

    Which variant of arm a node takes, its platform doesn't say.
    """
    if not offered:
        return ()
    known = {"/".join(platform.split("/")[:2]) for platform in offered}
    return tuple(platform for platform in wanted if "/".join(platform.split("/")[:2]) not in known)


# -- it isn't ------------------------------------------------------------------------------------------------------


def _missing_one(known: Known, answer: ImageAnswer) -> PullForecast:
    image, tags = known.image, answer.tags
    what = f"digest {image.digest}" if image.digest else f"tag {image.tag}"
    why = f"{image.repository} has no {what}"
    if answer.code == "TAG_EXPIRED":
        why += ": it was there, and was deleted or has expired"
    if answer.state is ImageState.MISSING:
        why = f"{image.registry} has no {image.path} with {what}"
    fix = "Push it, or name one that exists"
    if tags and image.tag and not image.digest:
        near = near_tags(image.tag, tags.tags)
        names = [name for name in near.nearest if name != near.newest] + ([near.newest] if near.newest else [])
        if near.meant:
            fix = f"Name {near.meant}, which exists"
        elif names:
            fix = f"Name a tag that exists: {listed(names)}"
        elif tags.complete and not tags.tags:
            fix = "Push it: the repository has no tags at all"
    return replace(known.forecast, outcome=_WONT, why=why, cause=Cause.TAG_NOT_FOUND, fix=fix)


# -- it is refused -------------------------------------------------------------------------------------------------


def _refused_one(known: Known, answer: ImageAnswer) -> PullForecast:
    host = known.image.registry
    said = f" ({answer.why})" if answer.why else ""
    if answer.own_login:
        return _without_login(known, f"{host} refuses it, to {answer.login} too{said}")
    if answer.login_state is LoginState.REFUSED:
        why = f"{host} refuses {answer.login}: its user or password is wrong, or has ended{said}"
        return replace(known.forecast, outcome=_WONT, why=why, cause=Cause.BAD_CREDENTIALS, fix=f"Renew {answer.login}")
    if answer.login_state is LoginState.ACCEPTED:
        why = f"{host} takes {answer.login}, which may not pull {known.image.path}, or it isn't there{said}"
        fix = f"Grant its user the right to pull {known.image.path}, after a look at the name"
        return replace(known.forecast, outcome=_WONT, why=why, cause=Cause.FORBIDDEN, fix=fix)
    return _without_login(known, f"{host} refuses it to anybody without a login{said}")


def _without_login(known: Known, why: str) -> PullForecast:
    """It takes a login, and the kubelet's was not tried: what would be sent decides as far as it can."""
    forecast, findings, host = known.forecast, known.view.findings, known.image.registry
    if findings is None or findings.sent is Sent.UNREADABLE:
        why += "; which login the kubelet would send was not looked at"
        return replace(forecast, outcome=_OPEN, why=why, cause=Cause.NO_CREDENTIALS)
    if findings.sent in EXPIRED:
        return _expired(known)
    if findings.sent is Sent.MATCHES:
        why += f"; {_sent_words(findings)} would be sent, and was not tried"
        return replace(forecast, outcome=_OPEN, why=why, fix="--probe-with-secrets tries it")
    if nodes_log_in(host):
        why += f"; no pull secret fits, and whether the nodes may pull is up to {vendor_of(host).value}"
        return replace(forecast, outcome=_OPEN, why=why, cause=Cause.NO_CREDENTIALS)
    if findings.sent is Sent.NAMED_MISSING:
        names = listed([name for name in known.view.secrets or () if _is_missing(findings, name)])
        fix = f"Make secret {names} in namespace {shown(known.view.namespace)}"
        why += f", and secret {names} doesn't exist"
        return replace(forecast, outcome=_WONT, why=why, cause=Cause.PULL_SECRET_MISSING, fix=fix)
    what = (
        f"none of its pull secrets ({listed(known.view.secrets or ())}) fits" if known.view.secrets else "none is named"
    )
    fix = f"Make a pull secret for {host} and name it in service account {known.view.account}, if the name is right"
    which = "" if known.answer and known.answer.own_login else ": it is private, or isn't there"
    return replace(forecast, outcome=_WONT, why=f"{why}, and {what}{which}", cause=Cause.NO_CREDENTIALS, fix=fix)


def _expired(known: Known) -> PullForecast:
    findings = known.view.findings
    words = _sent_words(findings) if findings else "the login"
    why = f"{words} would be sent, and has expired"
    return replace(known.forecast, outcome=_WONT, why=why, cause=Cause.EXPIRED_CREDENTIALS, fix=f"Renew {words}")


def _sent_words(findings: PullSecretFindings) -> str:
    names = dict.fromkeys(login.secret for login in findings.logins)
    return f"secret {listed([shown(name) for name in names])}"
