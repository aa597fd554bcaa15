"""Takes a message apart before anything is matched.

A pull error is nested: kubelet text around runtime text around the registry's own words, with names that other people
chose in between. Here it becomes a head (what kubelet and runtime say, with every name replaced by a placeholder) and
a body (what the registry says), so that no rule can be triggered by a name, and a registry decides nothing that it
has no say in. The shapes are those of kubernetes pkg/kubelet/images and client-go, containerd core/remotes/docker,
containers/image docker/errors.go and moby distribution/errors.go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kubectl_imagepull.messages.body import registry_speaks, split_body
from kubectl_imagepull.messages.envelope import KNOWN_ERROR, without_envelope
from kubectl_imagepull.messages.escapes import QUOTED, unescaped, unquoted
from kubectl_imagepull.messages.redact import Redactor, without_prefix
from kubectl_imagepull.messages.statuses import named_status

#: Longer texts are read from both ends: kubelet's shape stands at the start, the innermost error at the end.
_MOST_HEAD = 12_288
_MOST_TAIL = 4_096


@dataclass(frozen=True)
class Parsed:
    """A message taken apart."""

    #: What kubelet and runtime say, with a placeholder for every name: `<q>` for what is quoted, `<url>`, `<http-url>`,
    #: `<blob-url>`, `<socket>`,
    #: `<ref>`, `<host>`, `<ip>`, `<digest>`, `<time>`, `<path>`.
    head: str
    #: What the registry says; "" if there is nothing.
    body: str = ""
    #: The HTTP status that the head names, else that of the registry's error code, else None.
    status: int | None = None
    #: The image reference that the message names.
    image: str | None = None
    #: Whether it is about the sandbox's image.
    sandbox: bool = False
    #: The hosts of the URLs in the head, outermost first.
    hosts: tuple[str, ...] = ()
    #: The host whose look-up failed.
    lookup: str | None = None
    #: The errors of mirrors that were asked before; the error here is that of the registry itself.
    mirrors: tuple[Parsed, ...] = field(default=(), compare=False, repr=False)
    #: The part of the message that all this is from, as it stands there.
    text: str = field(default="", compare=False, repr=False)


def take_apart(text: str, *, opened: bool = True) -> tuple[Parsed, ...]:
    """Takes a message apart; more than one result where the kubelet joined the errors of several credentials.

    Without `opened` a log line or JSON object is read as it stands, with all its fields.
    """
    whole = _shorten(text).strip()
    error = without_envelope(whole) if opened else whole
    image, sandbox = _image_in(error), _about_sandbox(error)
    if error is not whole:
        # an envelope may name them too; what stands inside it counts more
        image, sandbox = image or _image_in(whole), sandbox or _about_sandbox(whole)
    deciding, mirrors = _branches(error)
    asked = tuple(_parsed(mirror, image, sandbox=sandbox) for mirror in mirrors)
    return tuple(_parsed(part, image, sandbox=sandbox, mirrors=asked) for part in _parts(deciding))


def _shorten(text: str) -> str:
    if len(text) <= _MOST_HEAD + _MOST_TAIL:
        return text
    return f"{text[:_MOST_HEAD]}\n{text[-_MOST_TAIL:]}"


_SEVERAL = re.compile(rf"(?:^|: )\[(?={KNOWN_ERROR})")
_NEXT = re.compile(rf", (?={KNOWN_ERROR})")
#: With an insecure registry containers/image and podman try HTTP after HTTPS; the first error decides.
_SECOND_TRY = re.compile(r"; Get\s+\"?http://")


_NEXT_MIRROR = re.compile(r"\]\s+\[")


def _branches(text: str) -> tuple[str, list[str]]:
    """The error that decides, and the mirrors' errors: containers/image tries mirrors first, the registry last.

    CRI-O adds the attempt to read an artifact, which repeats the error or says that there is none.
    """
    mirrors: list[str] = []
    start = text.find("(Mirrors also failed: [")
    if start >= 0:
        end = text.rfind("]): ")
        if end > start:
            mirrors = _NEXT_MIRROR.split(text[start + len("(Mirrors also failed: [") : end])
            text = text[:start] + text[end + len("]): ") :]
    text = text.partition("; artifact err: ")[0]
    text = _SECOND_TRY.split(text, maxsplit=1)[0] if "; Get" in text else text
    return text, mirrors


def _parts(text: str) -> list[str]:
    """The errors of several credentials, which the kubelet joins as `[first, second]`."""
    start = _SEVERAL.search(text) if "[" in text else None
    if not start or registry_speaks(text, start.end()):
        return [text]
    return _NEXT.split(text[start.end() :].rstrip().removesuffix("]"))


_SANDBOX = re.compile(
    r"[Ff]ailed (?:to )?create pod sandbox|FailedCreatePodSandBox|CreatePodSandbox|RunPodSandbox"
    r"|failed to get sandbox image|creating pod sandbox"
)
#: Where a text names the image, the kubelet's form first; each behind a mark that is cheap to look for (see body).
_IMAGES = (
    ("andbox image", re.compile(rf"(?:failed to get sandbox image|[Ss]andbox image) ({QUOTED})")),
    ("pull", re.compile(rf"(?:[Ff]ailed to pull image|Back-off pulling image|pulling image) ({QUOTED})")),
    (" image ", re.compile(rf"(?:failed to pull and unpack|Container|[Ff]ailed to inspect) image ({QUOTED})")),
    ("default image tag", re.compile(rf"Failed to apply default image tag ({QUOTED})")),
    ("image pull failed for", re.compile(r"image pull failed for (\S+) because")),
    ("docker://", re.compile(r"docker://(\S{1,1024}?):? ")),
    ("manifest for", re.compile(r"manifest for (\S+) not found")),
    ("access denied", re.compile(r"pull access denied for ([^,\s]+),")),
    ("not found: ", re.compile(r"repository (\S+) not found: ")),
    ("image reference", re.compile(rf"failed to parse image reference ({QUOTED})")),
    ("failed to resolve", re.compile(rf"failed to resolve (?:reference|image) ({QUOTED})")),
)


def _image_in(text: str) -> str | None:
    for mark, pattern in _IMAGES:
        if mark in text and (match := pattern.search(text)):
            return unquoted(match[1]) or None
    # what stands in an error inside an error has escaped quotation marks
    return _image_in(unescaped(text)) if '\\"' in text else None


def _about_sandbox(text: str) -> bool:
    return "and" in text and _SANDBOX.search(text) is not None


def _parsed(text: str, image: str | None, *, sandbox: bool, mirrors: tuple[Parsed, ...] = ()) -> Parsed:
    redactor = Redactor()
    head, body, code_status = split_body(redactor.redact(text))
    hosts = redactor.hosts[: head.count("url>")]
    if redactor.status_host:
        hosts.append(redactor.status_host)
    head = without_prefix(head)
    return Parsed(
        head=head,
        body=body,
        status=named_status(head) or code_status,
        image=image,
        sandbox=sandbox,
        hosts=tuple(hosts),
        lookup=redactor.lookup,
        mirrors=mirrors,
        text=text,
    )
