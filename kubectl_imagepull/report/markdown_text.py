"""Untrusted text in Markdown: nothing in it may become markup, a link, a mention or a reference to an issue.

A backslash is no protection: GitHub and GitLab look for mentions, links and issue numbers in the rendered text. They
leave code alone, so whatever is more than a plain word becomes a code span.
"""

from __future__ import annotations

import re

from kubectl_imagepull.report.text import exact_cell, visible

_RUN = re.compile("`+")
_BEFORE, _AFTER = "\"'(", "'\"),.;:?!%"
# letters and digits, and what may stand within a word: _ * ~ $ : and the like may mean something, a host is a link
_PLAIN = re.compile(r"(?:[^\W_]+(?:(?:[-',]|\.(?=\d))[^\W_]+)*|\d+:\d+)?")
# words that become links all the same: hosts, issues
_LINKED = re.compile(r"www\.|gh-\d", re.IGNORECASE)


def code_span(text: str, *, in_table: bool = False) -> str:
    """The text as a code span, on one line.

    A pipe ends a table's cell even in code, and programs differ in what a backslash before it means: there the text is
    HTML, all of it in character references.
    """
    shown = exact_cell(text)
    if in_table and "|" in shown:
        return f"<code>{''.join(c if c.isalnum() else f'&#{ord(c)};' for c in shown)}</code>"
    fence = _fence(shown, least=1)
    padding = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{padding}{shown}{padding}{fence}"


def prose(text: str, *, in_table: bool = False) -> str:
    """A sentence: its plain words as they are, names, references and URLs in it as code."""
    written: list[str] = []
    spanned: list[str] = []
    for word in visible(text).split():
        start = len(word) - len(word.lstrip(_BEFORE))
        inner = word[start:].rstrip(_AFTER)
        plain = _PLAIN.fullmatch(inner) and not _LINKED.match(inner)
        if spanned and (plain or start):
            written.append(code_span(" ".join(spanned), in_table=in_table))
            spanned = []
        if plain:
            written.append(word)
            continue
        before, after = word[:start], word[start + len(inner) :]
        spanned.append(inner)
        if before or after:
            written.append(f"{before}{code_span(' '.join(spanned), in_table=in_table)}{after}")
            spanned = []
    if spanned:
        written.append(code_span(" ".join(spanned), in_table=in_table))
    return " ".join(written)


def fenced_block(lines: list[str], language: str = "") -> list[str]:
    """Lines as a fenced block, which nothing in them can end."""
    fence = _fence("\n".join(lines), least=3)
    return [f"{fence}{language}", *lines, fence]


def _fence(text: str, *, least: int) -> str:
    longest = max((len(run) for run in _RUN.findall(text)), default=0)
    return "`" * max(least, longest + 1)
