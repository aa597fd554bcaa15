"""What a registry said about a failure's image, as evidence: the answer itself, and the tags that there are.

The question was asked from where the program runs. Each sentence says so, for a node may be answered otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.registry_tags import NearTags, near_tags
from kubectl_imagepull.registry.image_answer import ImageAnswer, ImageState, LoginState
from kubectl_imagepull.vocabulary.image_reference import ImageReference
from kubectl_imagepull.vocabulary.wording import counted, listed

_CHECK = Check.REGISTRY_PROBE
_MISSING = frozenset({ImageState.TAG_MISSING, ImageState.REPOSITORY_MISSING, ImageState.MISSING})
_MINUTE, _HOUR = 60, 3600


def look_at_answer(image: ImageReference, answer: ImageAnswer, node_platform: str = "") -> tuple[Evidence, ...]:
    """What the registry said, and of a repository whose tag is missing the tags that there are."""
    return tuple(_evidence(image, answer, node_platform))


def near_tags_of(image: ImageReference, answer: ImageAnswer) -> NearTags:
    """The tags of the repository that are nearest to the missing one; none where they are not known."""
    if answer.tags is None or image.tag is None or image.digest:
        return NearTags()
    return near_tags(image.tag, answer.tags.tags)


def _evidence(image: ImageReference, answer: ImageAnswer, node_platform: str) -> Iterator[Evidence]:
    host = image.registry
    if not answer.tells:
        yield Evidence(_CHECK, Result.SKIPPED, f"{host} was asked from here, without success: {answer.why}", host)
        if answer.limit:
            yield _limit(host, answer)
        return
    result = Result.OK if answer.state is ImageState.FOUND else Result.BAD
    yield Evidence(_CHECK, result, _sentence(image, answer), host, (str(image),) if result is Result.OK else ())
    if answer.platforms:
        offered = listed(answer.platforms, most=6)
        fits = not node_platform or any(_same(platform, node_platform) for platform in answer.platforms)
        yield Evidence(_CHECK, Result.INFO if fits else Result.BAD, f"it is for {offered}", host, answer.platforms)
    if answer.limit:
        yield _limit(host, answer)
    yield from _tags(image, answer)


def _sentence(image: ImageReference, answer: ImageAnswer) -> str:
    host, said = image.registry, f": {answer.why}" if answer.why else ""
    what = f"digest {image.digest}" if image.digest else f"tag {image.tag}"
    login = f"with {answer.login}" if answer.login_state is LoginState.ACCEPTED else "without a login"
    sentences = {
        ImageState.FOUND: f"{host} has {image.path} with {what}, {login}",
        ImageState.TAG_MISSING: f"{host} has {image.path}, and no {what} of it{_was_there(answer)}",
        ImageState.REPOSITORY_MISSING: f"{host} has no repository {image.path}",
        ImageState.MISSING: f"{host} has no {image.path} with {what}",
        ImageState.REFUSED: f"{host} refuses {image.path}, {_refused_whom(answer)}{said}",
        ImageState.BLOCKED: f"{host} refuses {image.path} for a reason of its own{said}",
        ImageState.NO_IMAGE: f"what {host} has under {what} is no container image but {answer.why}",
        ImageState.CORRUPT: f"what {host} sends is not what its digest promises{said}",
    }
    return f"asked from here and not from the node, {sentences[answer.state]}"


def _was_there(answer: ImageAnswer) -> str:
    return ": it was deleted, or has expired" if answer.code == "TAG_EXPIRED" else ""


def _refused_whom(answer: ImageAnswer) -> str:
    if answer.login_state is LoginState.REFUSED:
        return f"and does not take {answer.login}"
    if answer.login_state is LoginState.ACCEPTED:
        allows = "" if answer.granted is None else f", whose token allows {listed(answer.granted) or 'nothing'}"
        return f"though it takes {answer.login}{allows}"
    return "without a login"


def _tags(image: ImageReference, answer: ImageAnswer) -> Iterator[Evidence]:
    near, repository, tags = near_tags_of(image, answer), image.repository, answer.tags
    if tags is None or answer.state not in _MISSING:
        return
    names = list(dict.fromkeys([*near.nearest, *filter(None, [near.newest])]))
    number = f"{counted(len(tags.tags), 'tag')}{'' if tags.complete else ' or more'}"
    if not names:
        yield Evidence(Check.KNOWN_TAGS, Result.INFO, f"{repository} has {number}, and none is near to it", repository)
        return
    newest = f"; the newest is {near.newest}" if near.newest else ""
    nearest = (
        f"nearest to it {'is' if len(near.nearest) == 1 else 'are'} {listed(near.nearest)}" if near.nearest else ""
    )
    text = "; ".join(filter(None, (f"{repository} has {number}", nearest))) + newest
    references = tuple(f"{repository}:{name}" for name in names)
    yield Evidence(Check.KNOWN_TAGS, Result.INFO, text, repository, references)
    if near.meant:
        text = f"tag {image.tag} is near to {near.meant}, which {image.registry} has"
        yield Evidence(Check.NEAR_NAME, Result.INFO, text, "tag", (f"{repository}:{near.meant}", near.meant))


def _limit(host: str, answer: ImageAnswer) -> Evidence:
    limit = answer.limit
    if limit is None:
        return Evidence(_CHECK, Result.INFO, "", host)
    window = f" in {_duration(limit.window)}" if limit.window else ""
    whom = f", counted for {limit.counted_for}" if limit.counted_for else ""
    text = f"from here {host} allows {counted(limit.limit, 'pull')}{window}{whom}, and {limit.remaining} are left"
    if answer.retry_after:
        text += f"; ask again in {_duration(int(answer.retry_after))}"
    return Evidence(_CHECK, Result.INFO, text, host)


def _duration(seconds: int) -> str:
    if seconds >= _HOUR:
        return f"{round(seconds / _HOUR)} h"
    return f"{round(seconds / _MINUTE)} min" if seconds >= _MINUTE else f"{seconds} s"


def _same(offered: str, wanted: str) -> bool:
    """Whether a platform fits a node's; variants fit any of their architecture, for a node doesn't say which it is."""
    return offered.split("/")[:2] == wanted.split("/")[:2]
