from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from lxml import html
from report.reports import HOSTILE, REPORTS, hostile
from typed import typed

from kubectl_imagepull import __version__
from kubectl_imagepull.kube.snapshot import Skipped
from kubectl_imagepull.report.text import visible
from kubectl_imagepull.report.webpage import webpage
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.fix import Fix
from kubectl_imagepull.vocabulary.workload import Workload

if TYPE_CHECKING:
    from kubectl_imagepull.diagnosis.report import Report
    from tests.report.conftest import Build

#: Elements that begin a line.
LINES = frozenset(
    {
        *("h1", "h2", "h3", "h4", "h5", "p", "li", "tr", "dt", "dd", "pre", "thead", "label", "button"),
        *("title", "header", "main", "footer", "section", "details", "summary"),
    }
)


def shown(element: html.HtmlElement) -> str:
    """An element's text as a reader gets it: a line for each block."""
    pieces: list[str] = []

    def walk(one: html.HtmlElement) -> None:
        if one.tag in {"style", "script", "svg"}:
            pieces.append(one.tail or "")
            return
        if one.tag in LINES:
            pieces.append("\n")
        pieces.append(one.text or "")
        for child in one:
            walk(child)
        pieces.append("\n" if one.tag in LINES else " ")
        pieces.append(one.tail or "")

    walk(element)
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def page(report: Report) -> html.HtmlElement:
    return html.document_fromstring(webpage(report))


MADE = f"Made by kubectl-imagepull {__version__}. This file is whole: it loads nothing and sends nothing."
FRONTEND = f"""\
3 pods can't pull an image, for 1 root cause - kubectl imagepull
Skip to the root causes
kubectl imagepull
3 pods can't pull an image, for 1 root cause
Looked at 68 pods (all namespaces, context prod-eu, 0.8 s) on 2026-11-23 23:00 UTC.
1 root cause
Filter by facts
Unfold all
TagNotFound this tag or digest is not in the registry
Image registry.corp.example/shop/frontend:v2.4.0
Fix: set a tag that exists
3 pods
since 22:48 UTC (12m)
The registry answered that the tag, digest or manifest doesn't exist. containerd can't tell a missing tag from a missing repository.
Fix 1
Set a tag that exists. Helm release shop owns the Deployment: change image.tag in its values, or the next upgrade takes it back.
kubectl -n shop set image deployment/frontend frontend=registry.corp.example/shop/frontend:v2.3.1
Fix 2
Or go back to the revision that ran.
kubectl -n shop rollout undo deployment/frontend
Then see that it worked
kubectl -n shop rollout status deployment/frontend --timeout=2m
What fails
Pod
shop/frontend-9fd6ff554-fw2xk and 2 more, see below
Workload
deployment/frontend, managed by Helm release shop
Container
frontend
Image
registry.corp.example/shop/frontend:v2.4.0
Node
worker-a
Status
ImagePullBackOff
Since
12m (2026-11-23T22:48:00Z)
Confidence
likely: the text says so
Retries
won't help until somebody changes something
Details
the repository exists
How it is known
Read from the container's status (waiting.message):
| Back-off pulling image "registry.corp.example/shop/frontend:v2.4.0": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "registry.corp.example/shop/frontend:v2.4.0": failed to resolve image: registry.corp.example/shop/frontend:v2.4.0: not found
info v2.3.1 ran here until 12 minutes ago, in revision 41 (PreviousImage)
info 12 other pods pull from registry.corp.example (SameRegistryElsewhere)
ok the pod names one pull secret, corp-pull (NoPullSecret)
skipped secret corp-pull: you may not get secrets in shop (PullSecretMatches)
2 more failures for the same reason
What they share with the one above, or with each other, is said once.
shop/frontend-9fd6ff554-m8q4z frontend worker-a 22:48 UTC
All is as it is for the one above.
shop/frontend-9fd6ff554-zmmbf frontend worker-a 22:48 UTC
All is as it is for the one above.
How it is spread
Where it fails
Failing pods by registry and node: a full column points at a node, a full row at a registry, a cell that stands alone at an image or a login.
Registry worker-a
registry.corp.example 3
Who has the fault
Image its name, tag, platform or content 3 pods
Since when
22:48:00
22:54:00
23:00:00 UTC
3 pods began to fail between 22:48:00 and 22:48:30.
The time line as a table
From (UTC) Began to fail
22:48:00 3 pods
Registries 1
Name Share Pods
registry.corp.example 3 pods
Nodes 1
Name Share Pods
worker-a 3 pods
Namespaces 1
Name Share Pods
shop 3 pods
{MADE}"""


def test_the_page_in_words(build: Build) -> None:
    report = build.report(*build.cluster().diagnoses[:3], short={Cause.TAG_NOT_FOUND: "set a tag that exists"})
    assert shown(page(report)) == FRONTEND


def section(report: Report, fragment: str) -> list[str]:
    return shown(page(report).get_element_by_id(fragment)).split("\n")


def test_a_cause_without_a_fix_names_its_runbook(build: Build) -> None:
    lines = section(build.cluster(), "c4")
    assert lines[:7] == [
        "CauseNotReported the pod is backing off, and the error is no longer recorded",
        "Not known registry.corp.example/payments/ledger@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 on worker-b",
        "Fix: delete the pod to get the error back",
        "1 pod",
        "since 01:00 UTC (22h)",
        "Neither the pod's status nor any event still has the error: events are kept for an hour. The next attempt "
        "shows it again. Until then there is nothing to read a cause from. The kubelet waits five minutes at most "
        "between two tries: look again then.",
        "What to do",
    ]
    assert lines[7] == "kubectl imagepull explain CauseNotReported"
    assert "How it is known" not in lines


def test_other_causes_are_named(build: Build) -> None:
    lines = section(build.cluster(), "c3")
    start = lines.index("It could also be:")
    assert lines[start + 1 : start + 4] == [
        "Forbidden : the registry denies access to this image",
        "RepositoryNotFoundOrPrivate : the repository does not exist, or is private",
        "bad the pod names no pull secret (NoPullSecret)",
    ]
    assert section(build.cluster(), "c5")[4] == "since unknown"


def test_what_a_failure_shares_is_said_once(build: Build) -> None:
    fix = Fix("Delete it.", typed("kubectl delete pod b"))
    first = build.diagnosis("a", message="one", fixes=(Fix("Change it."),))
    second = build.diagnosis("b", message="two", fixes=(fix,), workload=Workload("Job", "b"))
    third = build.diagnosis("c", message="two", fixes=(fix,), namespace="web", container="side", node=None)
    card = page(build.report(first, second, third)).get_element_by_id("c1")
    items = [shown(one) for one in card.find_class("item")]
    assert items == [
        "shop/b web worker-a 22:48 UTC\nWorkload\njob/b\nRead from the container's status (waiting.message):\n| two\n"
        "Fix\nDelete it.\nkubectl delete pod b",
        "web/c side no node 22:48 UTC\nThe text is the one of shop/b .\nThe fix is that of shop/b .",
    ]
    (link, same) = card.find_class("item")[1].iter("a")
    assert link.get("href") == same.get("href") == "#f1"
    assert card.find_class("item")[0].get("id") == "f1"


def test_several_clusters(build: Build) -> None:
    report = build.clusters()
    assert section(report, "c1")[1] == "prod-us Image registry.corp.example/shop/frontend:v2.4.0"
    titles = [title.text.strip() for title in page(report).iterfind(".//section/h2")]
    assert titles == [
        "Where it fails",
        "Who has the fault",
        "Since when",
        "Clusters",
        "Registries",
        "Nodes",
        "Namespaces",
    ]
    assert "prod-us/shop/frontend-9fd6ff554-m8q4z frontend worker-a 22:48 UTC" in section(report, "c1")


@pytest.mark.parametrize(
    ("pods", "headline", "well"),
    [(68, "No failed image pulls", ["Nothing has to be repaired."]), (0, "There are no pods to look at", [])],
)
def test_nothing_fails(build: Build, pods: int, headline: str, well: list[str]) -> None:
    assert shown(page(build.report(pods=pods)).body).split("\n") == [
        "kubectl imagepull",
        headline,
        f"Looked at {pods} pods (all namespaces, context prod-eu, 0.8 s) on 2026-11-23 23:00 UTC.",
        *well,
        MADE,
    ]


def test_what_was_read_in_part_may_be_unwell(build: Build) -> None:
    report = build.report(skipped=(Skipped("pods in shop", "you may not list them"),))
    lines = shown(page(report).body).split("\n")
    assert "1 thing could not be looked at : there may be more failures than these." in lines
    assert "Nothing has to be repaired." not in lines


def test_what_was_not_looked_at_is_said(build: Build) -> None:
    skipped = (Skipped("secrets", "you may not list them"), Skipped("nodes", "gone", partly=False))
    lines = shown(page(build.report(build.diagnosis(), skipped=skipped)).body).split("\n")
    assert "1 thing could not be looked at : there may be more failures than these." in lines
    assert lines[-4:-1] == ["Not looked at", "secrets : you may not list them", "nodes : gone"]
    assert page(build.report(skipped=skipped[1:])).find_class("warning") == []


def test_few_root_causes_are_open_and_many_are_not(build: Build) -> None:
    assert [one.get("open") for one in page(build.clusters()).find_class("card")] == ["", "", ""]
    assert {one.get("open") for one in page(build.cluster()).find_class("card")} == {None}


def test_long_lists_are_folded(build: Build) -> None:
    diagnoses = [
        build.diagnosis(f"web-{n}", node=f"node-{n}", verification=typed(f"kubectl get pod web-{n}")) for n in range(10)
    ]
    text = shown(page(build.report(*diagnoses, build.diagnosis("x", message="\n".join("abc" * 99)))).body)
    assert "node-5 1 pod\n5 more\n" in text
    assert "... and 7 more commands like these, one for each of the others below." in text
    assert "... 97 more lines: -o json has the whole text." in text


@pytest.mark.parametrize("name", REPORTS)
def test_the_policy_allows_this_page_and_nothing_else(build: Build, name: str) -> None:
    text = webpage(REPORTS[name](build))
    assert text.isascii()
    root = html.document_fromstring(text)
    hashes = {
        kind: base64.b64encode(hashlib.sha256(root.find(f".//{kind}").text.encode()).digest()).decode()
        for kind in ("style", "script")
    }
    (policy,) = [one.get("content") for one in root.iter("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{hashes['style']}'; script-src 'sha256-{hashes['script']}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert len(root.findall(".//script")) == len(root.findall(".//style")) == 1
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(set(ids)) == len(ids)
    for element in root.iter():
        for attribute, value in element.attrib.items():
            assert not attribute.startswith("on")
            assert attribute not in {"src", "srcset", "style", "action"}
            assert attribute != "href" or re.fullmatch(r"#(causes|skipped|f\d+)", value)
    assert "url(" not in root.find(".//style").text


def test_every_link_leads_somewhere(build: Build) -> None:
    root = page(REPORTS["recorded"](build))
    ids = {one.get("id") for one in root.iter() if one.get("id")}
    assert {one.get("href")[1:] for one in root.iter("a")} - {"skipped"} <= ids


def test_hostile_text_is_text(build: Build) -> None:
    root = page(hostile(build))
    assert {one.tag for one in root.iter()} == {one.tag for one in page(build.clusters()).iter()} | {"a", "ul", "li"}
    (text,) = [one.text for one in root.iterfind(".//section[@class='proof']/blockquote/pre")][:1]
    assert text == "\n".join(f"| {visible(line)}" for line in HOSTILE.replace("\r\n", "\n").strip("\n").split("\n"))
    commands = [one.text for one in root.iterfind(".//pre/code")]
    assert commands[0] == "# a command is left out here: a name in it holds characters that can't be shown"


def crowd(build: Build, pods: int) -> Report:
    """Pods as they are in a cluster that loses its registries: a hundred workloads, texts that differ a little."""
    diagnoses = []
    model = build.cluster().diagnoses[0]
    for number in range(pods):
        workload = Workload("Deployment", f"service-{number % 100:02}")
        image = f"registry-{number % 7}.corp.example/team/{workload.name}:v1.{number % 100}"
        command = (
            f"kubectl set image deployment/{workload.name} web=registry.corp.example/team/{workload.name}:TAG -n shop"
        )
        diagnoses.append(
            replace(
                model,
                failure=replace(
                    build.diagnosis(f"{workload.name}-9fd6ff554-{number:05}", image=image).failure,
                    node=f"node-{number % 50}",
                ),
                workload=workload,
                key=f"registry-{number % 7}.corp.example",
                cause=Cause.CONNECTION_REFUSED,
                fixes=(
                    Fix(f"Set an image of {workload.name} that is elsewhere, or see to the registry.", typed(command)),
                ),
                verification=typed(f"kubectl rollout status deployment/{workload.name} -n shop"),
                message=f'failed to pull "{image}": dial tcp 10.0.0.{number % 250}:443: connect: connection refused',
            )
        )
    return build.report(*diagnoses, pods=pods)


@pytest.mark.parametrize(("pods", "most"), [(400, 600_000), (5000, 5_000_000)])
def test_a_page_of_many_failures_stays_small(build: Build, figures: list[str], pods: int, most: int) -> None:
    text = webpage(crowd(build, pods))
    figures.append(f"HTML of {pods:,} failures: {len(text) / 1000:,.0f} kB")
    assert text.count('class="item"') == pods - 7
    assert len(text) < most
