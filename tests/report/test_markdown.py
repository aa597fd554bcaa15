from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from report.reports import HOSTILE, REPORTS, hostile
from typed import typed

from kubectl_imagepull.kube.snapshot import Skipped
from kubectl_imagepull.report.markdown import markdown
from kubectl_imagepull.report.markdown_text import code_span, fenced_block, prose
from kubectl_imagepull.report.text import exact_cell, visible
from kubectl_imagepull.vocabulary.causes import Cause

if TYPE_CHECKING:
    from tests.report.conftest import Build

#: What GitHub adds to CommonMark: tables, struck text, and links out of bare addresses.
GITHUB = MarkdownIt("gfm-like", {"linkify": True})


def tokens(text: str) -> list[Token]:
    """All that a Markdown reader makes of a text."""
    return [inner for token in GITHUB.parse(text) for inner in (token, *(token.children or ()))]


def read(text: str) -> str:
    """What a Markdown reader shows of one line of text."""
    return "".join(token.content for token in tokens(text) if token.type in {"text", "code_inline"})


SCAN = """\
### Failed image pulls

9 of 68 pods can't pull an image, for 5 root causes (all namespaces, context prod-eu, 0.8 s). 1 thing could not be looked at: see the notes.

| Cause | Affects | Pods | Workloads | Since | Fix |
|---|---|---:|---|---|---|
| RateLimited | `hub.corp.example` | 3 | `monitoring/daemonset/node-logger`, `web/pod/mirror-test` | 2026-11-23 19:55 UTC | wait, or log in to `hub.corp.example` to get a higher limit |
| TagNotFound | `registry.corp.example/shop/frontend:v2.4.0` | 3 | `shop/deployment/frontend` | 2026-11-23 22:48 UTC | set a tag that exists: v2.3.1 ran here until 12 minutes ago |
| NoCredentials | `private.corp.example` in payments with no pull secret | 1 | `payments/statefulset/gateway` | 2026-11-20 23:00 UTC | create a pull secret for `private.corp.example` and name it in the pod template |
| CauseNotReported | `registry.corp.example/payments/ledger@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08` on worker-b | 1 | `payments/deployment/reconciler` | 2026-11-23 01:00 UTC | delete the pod to get the error back |
| NodeDiskFull | worker-a | 1 | `platform/daemonset/agent` | unknown | free space on worker-a |

**Not looked at:**

- secrets in namespace payments: you may not get them (verb get, resource secrets)"""

SECTION = """\
### Failed image pulls

3 of 68 pods can't pull an image, for 1 root cause (all namespaces, context prod-eu, 0.8 s).

#### TagNotFound: this tag or digest is not in the registry

The registry answered that the tag, digest or manifest doesn't exist. containerd can't tell a missing tag from a missing repository.

- **Pod:** `shop/frontend-9fd6ff554-fw2xk` and 2 more, see below
- **Workload:** `deployment/frontend`, managed by Helm release shop
- **Container:** frontend
- **Image:** `registry.corp.example/shop/frontend:v2.4.0`
- **Node:** worker-a
- **Status:** ImagePullBackOff
- **Since:** 12m (`2026-11-23T22:48:00Z`)
- **Confidence:** likely: the text says so
- **Retries:** won't help until somebody changes something
- **Details:** the repository exists

**Fix 1:** Set a tag that exists. Helm release shop owns the Deployment: change `image.tag` in its values, or the next upgrade takes it back.

```sh
kubectl -n shop set image deployment/frontend frontend=registry.corp.example/shop/frontend:v2.3.1
```

**Fix 2:** Or go back to the revision that ran.

```sh
kubectl -n shop rollout undo deployment/frontend
```

Then see that it worked:

```sh
kubectl -n shop rollout status deployment/frontend --timeout=2m
```

<details>
<summary>Text and evidence</summary>

Read from the container's status (`waiting.message`):

```
| Back-off pulling image "registry.corp.example/shop/frontend:v2.4.0": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "registry.corp.example/shop/frontend:v2.4.0": failed to resolve image: registry.corp.example/shop/frontend:v2.4.0: not found
```

- **info** v2.3.1 ran here until 12 minutes ago, in revision 41 (PreviousImage)
- **info** 12 other pods pull from `registry.corp.example` (SameRegistryElsewhere)
- **ok** the pod names one pull secret, corp-pull (NoPullSecret)
- **skipped** secret corp-pull: you may not get secrets in shop (PullSecretMatches)

</details>

<details>
<summary>2 more failures for the same reason</summary>

- `shop/deployment/frontend`: frontend-9fd6ff554-m8q4z, frontend-9fd6ff554-zmmbf

</details>"""


def test_a_scan_is_a_table(build: Build) -> None:
    assert markdown(build.cluster(), detailed=False) == SCAN


def test_a_diagnosis_is_a_section(build: Build) -> None:
    assert markdown(build.report(*build.cluster().diagnoses[:3]), detailed=True) == SECTION


def test_several_diagnoses_have_the_table_before_them(build: Build) -> None:
    text = markdown(build.cluster(), detailed=True)
    assert text.startswith(SCAN.partition("\n\n**Not")[0])
    assert text.endswith(SCAN.rpartition("\n\n**")[2])
    assert text.count("\n#### ") == 5
    assert "**What to do:** `kubectl imagepull explain RateLimited`" in text
    assert "It could also be:\n\n- Forbidden: the registry denies access" in text
    assert "The next attempt shows it again. Until then there is nothing to read a cause from." in text


def test_several_clusters_have_a_column(build: Build) -> None:
    lines = markdown(build.clusters(), detailed=False).split("\n")
    assert lines[4] == "| Cluster | Cause | Affects | Pods | Workloads | Since | Fix |"
    assert lines[6].startswith("| `prod-us` | TagNotFound | ")
    assert "- **Cluster:** `prod-us`" in markdown(build.clusters(), detailed=True)


def test_nothing_fails(build: Build) -> None:
    for detailed in (False, True):
        assert markdown(build.report(), detailed=detailed) == (
            "### Failed image pulls\n\nNo failed image pulls: looked at 68 pods (all namespaces, context prod-eu, 0.8 s)."
        )


@pytest.mark.parametrize("detailed", [False, True])
def test_it_fits_in_a_comment_and_counts_what_does_not(build: Build, *, detailed: bool) -> None:
    image = "registry.example/" + "x" * 300
    diagnoses = [build.diagnosis(f"web-{n}", key=f"{image}:{n}", message="y" * 9000) for n in range(400)]
    text = markdown(build.report(*diagnoses), detailed=detailed)
    assert 40_000 < len(text) < 65_536 or (not detailed and 25_000 < len(text) < 65_536)
    left = [line for line in text.split("\n") if line.startswith("*")]
    assert [line.split(" ", 1)[1] for line in left if "root cause" in line] == [
        "more root causes: there is no room for more in a comment, `-o json` has all.*"
    ] * (2 if detailed else 1)
    rows = sum(line.startswith("| TagNotFound ") for line in text.split("\n"))
    assert int(left[0][1:].split()[0]) == 400 - rows
    if detailed:
        assert "*... 1,000 more characters: `-o json` has the whole text.*" in text
        assert int(left[-1][1:].split()[0]) == 400 - text.count("\n#### ")


def test_long_lists_end_early(build: Build) -> None:
    diagnoses = [
        build.diagnosis(f"web-{n:03}", namespace=f"ns-{n % 30:02}", verification=typed(f"kubectl get pod web-{n}"))
        for n in range(300)
    ]
    skipped = [Skipped(f"thing {n}", "gone") for n in range(12)]
    text = markdown(build.report(*diagnoses, skipped=skipped), detailed=True)
    assert "Then see that it worked, and 295 more commands like these:" in text
    assert "- `ns-01/deployment/web`: web-001, web-031, web-061, web-091, web-121, 5 more\n" in text
    assert "- ... and 10 more workloads: `-o json` lists all\n" in text
    assert text.endswith("- thing 9: gone\n- ... and 2 more things: `-o json` lists all")


#: All that our own Markdown is made of.
OURS = {
    "heading_open",
    "heading_close",
    "inline",
    "text",
    "code_inline",
    "paragraph_open",
    "paragraph_close",
    "table_open",
    "table_close",
    "thead_open",
    "thead_close",
    "tbody_open",
    "tbody_close",
    "tr_open",
    "tr_close",
    "th_open",
    "th_close",
    "td_open",
    "td_close",
    "bullet_list_open",
    "bullet_list_close",
    "list_item_open",
    "list_item_close",
    "strong_open",
    "strong_close",
    "em_open",
    "em_close",
    "fence",
    "softbreak",
    "html_block",
    "html_inline",
}


@pytest.mark.parametrize("detailed", [False, True])
@pytest.mark.parametrize("name", REPORTS)
def test_nothing_but_our_own_markup(build: Build, name: str, *, detailed: bool) -> None:
    report = REPORTS[name](build)
    found = tokens(markdown(report, detailed=detailed))
    assert {token.type for token in found} <= OURS
    for token in found:
        if token.type == "html_block":
            assert re.fullmatch(
                r"<details>\n<summary>(Text and evidence|[\d,]+ more failures? for the same reason)</summary>|</details>",
                token.content.strip(),
            )
        if token.type == "html_inline":
            assert token.content in {"<code>", "</code>"}
    rows = sum(token.type == "tr_open" for token in found)
    cells = sum(token.type in {"th_open", "td_open"} for token in found)
    assert cells == rows * (7 if report.source.clusters else 6)
    assert rows == (
        len(report.root_causes) + 1 if report.root_causes and (len(report.root_causes) > 1 or not detailed) else 0
    )


def test_hostile_text_stays_readable(build: Build) -> None:
    fences = [token.content for token in tokens(markdown(hostile(build), detailed=True)) if token.type == "fence"]
    assert visible(HOSTILE.split("\r\n")[0]) in "".join(fences)
    assert "# a command is left out here: a name in it holds characters that can't be shown" in "".join(fences)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Use an existing tag: v2.4.0 isn't there", "Use an existing tag: v2.4.0 isn't there"),
        ("since 22:51 UTC (in 50% of them)...", "since 22:51 UTC (in 50% of them)..."),
        ("delete pod/web-0, or wait", "delete `pod/web-0`, or wait"),
        ("(read -rs REGISTRY_PASSWORD).", "(read `-rs REGISTRY_PASSWORD`)."),
        ("web:{{ .Values.tag }} is", "`web:{{ .Values.tag }}` is"),
        ("@team, see GH-12 and www.evil.example", "`@team`, see `GH-12` and `www.evil.example`"),
        ("a `b` c", "a `` `b` `` c"),
        ('"a_b" "c*d"', '"`a_b`" "`c*d`"'),
        ("", ""),
    ],
)
def test_prose_is_plain_words_and_code(text: str, expected: str) -> None:
    assert prose(text) == expected


def test_a_pipe_in_a_table_is_a_character_reference() -> None:
    assert code_span("a|b", in_table=True) == "<code>a&#124;b</code>"
    assert code_span("a|b") == "`a|b`"
    assert code_span(" ") == '`" "`'


#: Text that often has what Markdown would obey.
MARKUP = st.text(st.sampled_from("`|\\ab1 <>*_[]()@#:/.&~$-!'\"w\n"), max_size=60)


@settings(deadline=None)
@given(st.text(max_size=60) | MARKUP)
def test_prose_and_code_read_as_what_they_were(text: str) -> None:
    shown = visible(text)
    assert read(f"x {prose(text)}") == f"x {' '.join(shown.split())}".rstrip()
    assert read(f"x {code_span(text)}") == f"x {exact_cell(text)}"
    (cell, other) = [t for t in tokens(f"|a|b|\n|-|-|\n|{prose(text, in_table=True)}|c|") if t.type == "inline"][2:]
    assert "".join(t.content for t in cell.children or () if t.type in {"text", "code_inline"}) == " ".join(
        shown.split()
    )
    assert other.content == "c"


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20)
        | MARKUP.map(lambda text: text.replace("\n", "")),
        min_size=1,
        max_size=4,
    )
)
def test_nothing_ends_a_block(lines: list[str]) -> None:
    (fence,) = [token for token in tokens("\n".join(fenced_block(lines))) if token.type == "fence"]
    assert fence.content == "\n".join(lines) + "\n"


def test_a_cause_without_text_says_so(build: Build) -> None:
    report = build.report(replace(build.diagnosis(cause=Cause.UNKNOWN, message="")))
    assert "<details>" not in markdown(report, detailed=True)
