"""An image reference -> the mistake in it: which one it is, where it shows, and what was meant.

`meant` is given only where one reference follows from what is written; anything else is for evidence to prove. How YAML
and Go print values is that of gopkg.in/yaml.v2 (resolve.go) and Go's fmt (print.go).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from kubectl_imagepull.vocabulary.image_reference import DOCKER_HUB, ImageReference, try_parse
from kubectl_imagepull.vocabulary.reference_fault import FaultKind, Missing, ReferenceFault
from kubectl_imagepull.vocabulary.yaml_scalar import integer_of

_GO_MAP = re.compile(r"\bmap\[([^\[\]]*)\]")
_GO_MAP_VALUE = re.compile(r"(\w+):(.*?)(?= \w+:|\Z)")
_OBJECT_VALUE = re.compile(r"[\"']?(\w+)[\"']?\s*[:=]\s*[\"']?([^\"',}]*)")
_OTHER_OBJECTS = re.compile(r"\[object \w+\]|Calling \[toString\] on an \[Output<T>\]|\bOutput<\w*>")
_LIST = re.compile(r"\A\[([^\[\]]*)\]\Z")
_PRINTF = re.compile(r"%!(?:[a-zA-Z])?\((?P<value><nil>|[^()]*)\)")
_PRINTF_VALUE = re.compile(r"(?:EXTRA )?(?P<type>u?int\d*|float(?:32|64)|string|bool)=(?P<value>.*)\Z")
_NIL = re.compile(r"<nil>|<no value>|<none>|<null>")
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{\{|\}\}", re.DOTALL)
_VARIABLE = re.compile(r"\$\{[^}]*\}|\$\([^)]*\)|\$[A-Za-z_][A-Za-z0-9_]*|#\{[^}]*\}#?|@@\w+@@|\{[A-Za-z_][\w.]*\}")
_PLACEHOLDER = re.compile(r"<[^<>]*>|\A\[[a-z _-]+\]")
_NUMBER_TAG = re.compile(r"\A(?P<name>.+):(?P<tag>\d(?:\.\d+)?[eE]\+\d{2,3})\Z", re.DOTALL)
_DATE_TAG = re.compile(r"\A(?P<name>.+?):(?P<token>(?P<date>\d{4}-\d\d-\d\d)(?: 00:00:00 \+0000 UTC|T00:00:00Z))\Z")
_PREFIX = re.compile(r"\A(?:-\s+)?(?:image:\s*|docker\s+pull\s+|FROM\s+)|\A-\s+|\A[a-z0-9-]+=", re.IGNORECASE)
_SCHEME = re.compile(r"\A(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?//|\Ahttps?:/?")
_WEB_PAGE = re.compile(r"\A(?:hub\.docker\.com/(?:r/|_/|u/|layers/|repository/docker/)|quay\.io/repository/)")
_QUOTES = re.compile(r"[\"'`\u2018\u2019\u201c\u201d]")
#: What is not seen: white space, zero-width characters, a byte order mark, control characters.
_BLANK = r"[\s\u0000-\u0020\u007f\u00a0\u200b-\u200f\u2028\u2029\u2060\ufeff]"
_BLANKS = re.compile(_BLANK)
_OUTER_BLANKS = re.compile(rf"\A{_BLANK}+|{_BLANK}+\Z|(?<=[:/@]){_BLANK}+|{_BLANK}+(?=[:/@])|{_BLANK}+#.*\Z")
_HEX64 = re.compile(r"[0-9a-fA-F]{64}\Z")
_BARE_DIGEST = re.compile(r"(:)sha256[:-]([0-9a-fA-F]{64})\Z")
_TAG_CHARACTERS = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\Z")
_EMPTY_TAG_BESIDE_DIGEST = re.compile(r":(?=@sha\d{3}:)")
_HOST_LIKE = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}\Z|localhost\Z")
#: What programs print for a value that isn't there.
_NO_VALUE = frozenset({"null", "nil", "none", "None", "undefined", "NaN", "nan"})
_LEFT_OPEN = re.compile(
    r"__\w+__\Z|(?:IMAGE_?|DOCKER_?|RELEASE_?|GIT_?)?(?:TAG|VERSION|SHA)\Z|CHANGE_?ME\Z|REPLACE_?ME\Z"
)
#: A name in capitals that tells what has to stand there: `YOUR_IMAGE`, `IMAGE-NAME`.
_CAPITALS = re.compile(
    r"(?:(?:CHANGE|CONTAINER|DOCKER|IMAGE|IMG|ME|NAME|PATH|PLACEHOLDER|REGISTRY|REPLACE|REPO|REPOSITORY|TAG|TODO|URL"
    r"|VERSION|YOUR)[_-]?)+\Z"
)
_HALF_TAG = re.compile(r"[-.].*\Z|.*[-_.]\Z|v\Z")
_BRANCH = re.compile(r"\A[^:]*(?::\d+/[^:]*)?:(?P<branch>[A-Za-z0-9_][\w.-]*(?:/[\w.-]+)+)\Z")
_LOST_ZERO = re.compile(r"\d+\.\d+\Z")
#: No reference is near to so long, and looking closer would take time.
_MOST_CHARACTERS = 2000
#: So many mistakes in one reference are looked for, one after the other.
_MOST_MISTAKES = 5


def reference_fault(text: str) -> ReferenceFault | None:
    """The mistake in an image reference; None for one without.

    A valid reference has one as well where its tag or path says for itself that something went wrong on its way:
    `repo:null`, `docker.io/ghcr.io/acme/app`.
    """
    reference = try_parse(text)
    fault = _first_fault(text) if reference is None else _in_valid(text, reference)
    return replace(fault, meant=_settled(fault.meant, text)) if fault else None


def _first_fault(text: str) -> ReferenceFault:
    if not text.strip():
        return ReferenceFault(FaultKind.UNSET, missing=Missing.IMAGE)
    if len(text) > _MOST_CHARACTERS:
        return ReferenceFault(FaultKind.OTHER)
    return next((fault for look in _LOOKS if (fault := look(text))), ReferenceFault(FaultKind.OTHER))


def _settled(candidate: str, text: str) -> str:
    """The reference that is left when further mistakes are taken out as well; "" where none is."""
    for _ in range(_MOST_MISTAKES):
        if not candidate or candidate == text:
            return ""
        if try_parse(candidate):
            return candidate
        text, candidate = candidate, _first_fault(candidate).meant
    return ""


# -- what a valid reference says for itself ------------------------------------------------------------------------


def _in_valid(text: str, reference: ImageReference) -> ReferenceFault | None:
    if found := _WEB_PAGE.match(text):
        return ReferenceFault(FaultKind.WEB_PAGE, found[0], _page_name(text))
    if reference.registry == DOCKER_HUB and reference.path == "library/auto":
        return ReferenceFault(FaultKind.ISTIO_AUTO, "auto")
    return _two_registries(text, reference) or _telling_tag(reference.tag or "")


def _two_registries(text: str, reference: ImageReference) -> ReferenceFault | None:
    first, slash, _ = reference.path.partition("/")
    # a name at Docker Hub's first level holds no dot, so it is another registry's
    doubled = _HOST_LIKE.match(first) if reference.registry == DOCKER_HUB else first == reference.registry
    if not slash or not doubled:
        return None
    meant = text.removeprefix(f"{text.partition('/')[0]}/")
    return ReferenceFault(FaultKind.TWO_REGISTRIES, f"{reference.registry}/{first}", meant)


def _telling_tag(tag: str) -> ReferenceFault | None:
    if tag in _NO_VALUE:
        return ReferenceFault(FaultKind.UNSET, tag, missing=Missing.TAG)
    if tag in {"true", "false"}:
        return ReferenceFault(FaultKind.TRUTH_VALUE, tag)
    if _LEFT_OPEN.match(tag):
        return ReferenceFault(FaultKind.PLACEHOLDER, tag)
    return ReferenceFault(FaultKind.HALF_TAG, tag) if _HALF_TAG.match(tag) else None


def _page_name(text: str) -> str:
    host = "quay.io" if text.startswith("quay.io/") else DOCKER_HUB
    return f"{host}/{_WEB_PAGE.sub('', text)}"


# -- what breaks the grammar ---------------------------------------------------------------------------------------


def _map(text: str) -> ReferenceFault | None:
    if found := _GO_MAP.search(text):
        return _of_values(found[0], dict(_GO_MAP_VALUE.findall(found[1])))
    if text.startswith("{") and not text.startswith("{{") and ":" in text:
        return _of_values(text, dict(_OBJECT_VALUE.findall(text)))
    found = _OTHER_OBJECTS.search(text)
    return ReferenceFault(FaultKind.MAP, found[0]) if found else None


def _of_values(piece: str, values: dict[str, str]) -> ReferenceFault:
    name = next((values[key] for key in ("repository", "name", "image") if values.get(key)), "")
    tag = next((values[key] for key in ("tag", "version") if values.get(key)), "")
    tag = integer_of(tag) or tag
    registry, digest = values.get("registry", ""), values.get("digest", "")
    meant = f"{registry}/{name}" if registry else name
    meant += f":{tag}" if tag else ""
    meant += f"@{digest}" if digest else ""
    # without a tag or digest it would be latest, which the values don't say
    known = meant if tag or digest else ""
    return ReferenceFault(FaultKind.MAP, piece, known, values, may_have_lost_zero=bool(_LOST_ZERO.match(tag)))


def _list(text: str) -> ReferenceFault | None:
    found = _LIST.match(text)
    return ReferenceFault(FaultKind.LIST, text, found[1]) if found else None


def _printf(text: str) -> ReferenceFault | None:
    match = _PRINTF.search(text)
    if not match:
        return None
    value = _PRINTF_VALUE.match(match["value"])
    if value is None:
        return ReferenceFault(FaultKind.UNSET, match[0], missing=_piece_at(text, match.start()))
    printed = value["value"]
    if value["type"].startswith("float"):
        printed = integer_of(printed)
    if value["type"] == "bool":
        printed = ""
    meant = text.replace(match[0], printed) if printed else ""
    return ReferenceFault(FaultKind.PRINTF, match[0], meant)


def _nil(text: str) -> ReferenceFault | None:
    found = _NIL.search(text)
    return ReferenceFault(FaultKind.UNSET, found[0], missing=_piece_at(text, found.start())) if found else None


def _piece_at(text: str, place: int) -> Missing:
    """Which piece of a reference stands at a place of its text."""
    before = text[:place]
    if before.endswith("@"):
        return Missing.DIGEST
    if before.endswith(":") and "/" not in before.rpartition(":")[2] and "/" not in text[place:].partition(">")[2]:
        return Missing.TAG
    return Missing.REGISTRY if not before and "/" in text else Missing.REPOSITORY


def _open(pattern: re.Pattern[str], kind: FaultKind) -> Callable[[str], ReferenceFault | None]:
    def look(text: str) -> ReferenceFault | None:
        found = pattern.search(text)
        return ReferenceFault(kind, found[0]) if found else None

    return look


def _number(text: str) -> ReferenceFault | None:
    found = _NUMBER_TAG.match(text)
    if not found or "/" in found["tag"]:
        return None
    number = integer_of(found["tag"])
    return ReferenceFault(FaultKind.NUMBER, found["tag"], f"{found['name']}:{number}" if number else "")


def _date(text: str) -> ReferenceFault | None:
    found = _DATE_TAG.match(text)
    return ReferenceFault(FaultKind.DATE, found["token"], f"{found['name']}:{found['date']}") if found else None


def _prefix(text: str) -> ReferenceFault | None:
    found = _PREFIX.match(text)
    return ReferenceFault(FaultKind.PREFIX, found[0].strip(), text[found.end() :]) if found else None


def _scheme(text: str) -> ReferenceFault | None:
    found = _SCHEME.match(text)
    if not found:
        return None
    rest = text[found.end() :].lstrip("/")
    if page := _WEB_PAGE.match(rest):
        return ReferenceFault(FaultKind.WEB_PAGE, page[0], _page_name(rest))
    return ReferenceFault(FaultKind.SCHEME, found[0], rest)


def _quotes(text: str) -> ReferenceFault | None:
    found = _QUOTES.search(text)
    return ReferenceFault(FaultKind.QUOTES, found[0], _QUOTES.sub("", text)) if found else None


def _white_space(text: str) -> ReferenceFault | None:
    found = _BLANKS.search(text)
    return ReferenceFault(FaultKind.WHITE_SPACE, found[0], _OUTER_BLANKS.sub("", text)) if found else None


def _backslash(text: str) -> ReferenceFault | None:
    return ReferenceFault(FaultKind.BACKSLASH, "\\", text.replace("\\", "/")) if "\\" in text else None


def _login(text: str) -> ReferenceFault | None:
    login, at, rest = text.rpartition("@")
    if not at or "/" in login or "/" not in rest:
        return None
    return ReferenceFault(FaultKind.LOGIN, "@", rest)


def _digest(text: str) -> ReferenceFault | None:
    if match := _BARE_DIGEST.search(text):
        return ReferenceFault(FaultKind.SEPARATOR, match[1], f"{text[: match.start()]}@sha256:{match[2].lower()}")
    name, at, digest = text.partition("@")
    algorithm, colon, value = digest.partition(":")
    if not at:
        return None
    if not digest or (colon and not value) or digest in {"sha256", "sha512"}:
        return ReferenceFault(FaultKind.UNSET, missing=Missing.DIGEST)
    if _HEX64.match(digest):
        return ReferenceFault(FaultKind.DIGEST, digest, f"{name}@sha256:{digest.lower()}")
    if not colon and _TAG_CHARACTERS.match(digest) and try_parse(name):
        return ReferenceFault(FaultKind.SEPARATOR, "@", f"{name}:{digest}")
    # what is wrong may as well be the name before it
    is_wrong = colon and try_parse(f"x@{digest}") is None
    return ReferenceFault(FaultKind.DIGEST, digest, f"{name}@{algorithm}:{value.lower()}") if is_wrong else None


def _unset(text: str) -> ReferenceFault | None:
    if _EMPTY_TAG_BESIDE_DIGEST.search(text):
        return ReferenceFault(FaultKind.UNSET, ":@", _EMPTY_TAG_BESIDE_DIGEST.sub("", text), missing=Missing.TAG)
    signs = (
        (text.startswith(":") or "/:" in text or text.endswith("/"), Missing.REPOSITORY),
        (text.endswith(":"), Missing.TAG),
        (":/" in text, Missing.PORT),
        (text.startswith("/"), Missing.REGISTRY),
    )
    return next((ReferenceFault(FaultKind.UNSET, missing=piece) for shows, piece in signs if shows), None)


def _two_tags(text: str) -> ReferenceFault | None:
    name, _, last = text.partition("@")[0].rpartition("/")
    repository, *tags = last.split(":")
    if len(tags) < 2 or not all(tags):  # noqa: PLR2004 - two of them
        return None
    head = f"{name}/{repository}" if name else repository
    same = len(set(tags)) == 1
    return ReferenceFault(FaultKind.TWO_TAGS, ":".join(tags), f"{head}:{tags[0]}" if same else "")


def _plus(text: str) -> ReferenceFault | None:
    tag = text.partition("@")[0].rpartition(":")[2]
    return ReferenceFault(FaultKind.PLUS, tag) if "+" in tag and "/" not in tag else None


def _branch(text: str) -> ReferenceFault | None:
    found = _BRANCH.match(text)
    # a registry's host has a port behind its colon
    is_host = found and _HOST_LIKE.match(text[: found.start("branch") - 1])
    return ReferenceFault(FaultKind.TAG_SLASH, found["branch"]) if found and not is_host else None


def _half_tag(text: str) -> ReferenceFault | None:
    tag = text.partition("@")[0].rpartition(":")[2]
    is_half = tag != text and tag[:1] in {"-", "."} and "/" not in tag
    return ReferenceFault(FaultKind.HALF_TAG, tag) if is_half else None


def _two_colons(text: str) -> ReferenceFault | None:
    head, colons, tag = text.rpartition("::")
    is_one = colons and not head.endswith(":") and _TAG_CHARACTERS.match(tag)
    return ReferenceFault(FaultKind.TWO_COLONS, "::", f"{head}:{tag}") if is_one else None


def _capitals(text: str) -> ReferenceFault | None:
    found = next(filter(_CAPITALS.match, re.split("[/:@]", text)), "")
    return ReferenceFault(FaultKind.PLACEHOLDER, found) if found else None


def _upper_case(text: str) -> ReferenceFault | None:
    name, at, digest = text.partition("@")
    head, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:
        head, colon, tag = name, "", ""
    if head == head.lower():
        return None
    return ReferenceFault(FaultKind.UPPER_CASE, head, f"{head.lower()}{colon}{tag}{at}{digest}")


def _edge(text: str) -> ReferenceFault | None:
    bare = text.lstrip("-._").rstrip(",;")
    if not bare or bare == text:
        return None
    return ReferenceFault(FaultKind.EDGE, text[-1] if text.startswith(bare[0]) else text[0], bare)


def _empty_piece(text: str) -> ReferenceFault | None:
    return ReferenceFault(FaultKind.EMPTY_PIECE, "//") if "//" in text else None


#: In the order in which one explains the others: a template holds spaces, a map holds colons.
_LOOKS: tuple[Callable[[str], ReferenceFault | None], ...] = (
    _map,
    _list,
    _printf,
    _nil,
    _open(_TEMPLATE, FaultKind.TEMPLATE),
    _open(_VARIABLE, FaultKind.VARIABLE),
    _open(_PLACEHOLDER, FaultKind.PLACEHOLDER),
    _number,
    _date,
    _prefix,
    _scheme,
    _quotes,
    _white_space,
    _backslash,
    _login,
    _digest,
    _unset,
    _two_colons,
    _two_tags,
    _plus,
    _branch,
    _half_tag,
    _capitals,
    _upper_case,
    _edge,
    _empty_piece,
)
