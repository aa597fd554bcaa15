"""How a broken image reference came about, as a value: the mistake, where it shows, and what was meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class FaultKind(str, Enum):
    """The mistakes that have a way of coming about."""

    #: YAML read the tag as a number, and it was printed as a float.
    NUMBER = "number"
    #: YAML read the tag as a date, and it was printed with its time.
    DATE = "date"
    #: YAML read the tag as true or false.
    TRUTH_VALUE = "truthValue"
    #: A map (or an object of a program) stands where the template prints a string.
    MAP = "map"
    LIST = "list"
    #: Go's printf got a value of another type than its verb wants: `%!s(int=5)`.
    PRINTF = "printf"
    #: A value was never given: the tag, the registry or another piece is empty, or `<nil>`, `<no value>`, `null`.
    UNSET = "unset"
    #: `{{ }}` was never rendered.
    TEMPLATE = "template"
    #: `${X}`, `$(X)` or `$X` was never filled in.
    VARIABLE = "variable"
    #: `<tag>`, as documentation writes what the reader has to put in.
    PLACEHOLDER = "placeholder"
    SCHEME = "scheme"
    #: A user and password, as a URL may have them.
    LOGIN = "login"
    #: The address of a registry's web page.
    WEB_PAGE = "webPage"
    #: `image:`, `docker pull` or a list's dash stands in front.
    PREFIX = "prefix"
    QUOTES = "quotes"
    WHITE_SPACE = "whiteSpace"
    BACKSLASH = "backslash"
    UPPER_CASE = "upperCase"
    PLUS = "plus"
    #: A branch's name with its slash stands as the tag.
    TAG_SLASH = "tagSlash"
    #: The tag begins or ends where more of it was to stand: `-abc`, `main-`, `v`.
    HALF_TAG = "halfTag"
    TWO_COLONS = "twoColons"
    TWO_TAGS = "twoTags"
    TWO_REGISTRIES = "twoRegistries"
    #: The digest is no digest: cut short, without its algorithm, in capitals.
    DIGEST = "digest"
    #: An @ stands in front of a tag, or a colon in front of a digest.
    SEPARATOR = "separator"
    #: A slash too many, or a piece between two of them that is empty.
    EMPTY_PIECE = "emptyPiece"
    #: The name begins or ends with a character that it can't begin or end with.
    EDGE = "edge"
    #: Istio's `image: auto`, which only its injector replaces.
    ISTIO_AUTO = "istioAuto"
    OTHER = "other"


class Missing(str, Enum):
    """The piece of a reference that was never given."""

    IMAGE = "image"
    REGISTRY = "registry"
    PORT = "port"
    REPOSITORY = "repository"
    TAG = "tag"
    DIGEST = "digest"


@dataclass(frozen=True)
class ReferenceFault:
    """One mistake in an image reference."""

    #: Which mistake it is.
    kind: FaultKind
    #: What shows the mistake, as it stands in the reference: `4.5980468e+07`, `{{ .Values.tag }}`.
    piece: str = ""
    #: The reference that was meant; "" where that doesn't follow.
    meant: str = ""
    #: What a map holds that stands where a string was wanted: `repository`, `tag`.
    values: Mapping[str, str] = field(default_factory=dict)
    #: The piece that was never given, of an unset value.
    missing: Missing | None = None
    #: Whether what was meant may have lost a zero on its way: 10.10 is printed as 10.1.
    may_have_lost_zero: bool = False
