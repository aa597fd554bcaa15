"""Places in Git and chart repositories, as far as they may stand in a report."""

from __future__ import annotations

import re

from kubectl_imagepull.kube.objects import text_of

#: A place is shown only where it is as plain as this; a login in front of a host is cut off before.
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/@+-]{0,199}\Z")
_LOGIN = re.compile(r"(?<=://)[^/@]*@")


def shown_place(value: object) -> str:
    """A URL, path or revision without a login; "" for what isn't plain."""
    text = _LOGIN.sub("", text_of(value))
    return text if _PLAIN.match(text) else ""
