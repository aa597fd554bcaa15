"""An image's name in the parts that values hold it in, as it is written: nothing is filled in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ImageParts:
    """`[registry/]path[:tag][@digest]`, of which only the path is always there."""

    #: The registry, where the name begins with one; "" otherwise.
    registry: str
    #: What stands between registry and tag.
    path: str
    #: The tag; "" for none.
    tag: str
    #: `sha256:` and its digits; "" for none.
    digest: str

    @property
    def repository(self) -> str:
        """Registry and path, as they are written."""
        return f"{self.registry}/{self.path}" if self.registry else self.path


def image_parts(image: str) -> ImageParts:
    """Takes an image's name apart."""
    name, _, digest = image.partition("@")
    head, colon, tail = name.rpartition(":")
    repository, tag = (head, tail) if colon and "/" not in tail else (name, "")
    first, slash, rest = repository.partition("/")
    is_host = bool(slash) and ("." in first or ":" in first or first == "localhost")
    return ImageParts(first if is_host else "", rest if is_host else repository, tag, digest)
