from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kubectl_imagepull.kube.snapshot import Skipped, Source
from kubectl_imagepull.report import view
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.workload import Workload

if TYPE_CHECKING:
    from tests.report.conftest import Build


def test_most_pods_come_first_then_the_oldest(build: Build) -> None:
    report = build.report(
        build.diagnosis("a", key="unknown age", since=None),
        build.diagnosis("b", key="young", since=timedelta(minutes=1)),
        build.diagnosis("c", key="old", since=timedelta(days=1)),
        build.diagnosis("d", key="two containers, one pod"),
        build.diagnosis("d", key="two containers, one pod", container="other"),
        build.diagnosis("e", key="many"),
        build.diagnosis("f", key="many"),
    )
    assert [root.key for root in report.root_causes] == [
        "many",
        "old",
        "two containers, one pod",
        "young",
        "unknown age",
    ]


@pytest.mark.parametrize(
    ("cause", "key", "short", "full"),
    [
        (Cause.TAG_NOT_FOUND, "web:1", "web:1", "web:1"),
        (Cause.INVALID_REFERENCE, "web:1 ", '"web:1 "', '"web:1 "'),
        (Cause.DNS_FAILURE, "hub.example:5000", "hub.example:5000", "hub.example:5000"),
        (Cause.NO_CREDENTIALS, "hub.example shop -", "hub.example in shop", "hub.example in shop with no pull secret"),
        (
            Cause.NO_CREDENTIALS,
            "hub.example shop ?",
            "hub.example in shop",
            "hub.example in shop with unread pull secrets",
        ),
        (Cause.FORBIDDEN, "hub.example shop a,b", "hub.example in shop", "hub.example in shop with a, b"),
        (Cause.FORBIDDEN, "hub.example - -", "hub.example, from the node", "hub.example, from the node"),
        (Cause.FORBIDDEN, "hub.example", "hub.example", "hub.example"),
        (Cause.TLS_UNKNOWN_AUTHORITY, "ca ?", "TLS to public registries", "TLS to public registries"),
        (Cause.DNS_FAILURE, "dns 10.0.0.10:53", "resolver 10.0.0.10:53", "resolver 10.0.0.10:53"),
        (Cause.PROXY_FAILURE, "proxy p.example:3128", "proxy p.example:3128", "proxy p.example:3128"),
        (Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE, "hub.example/a b,c", "hub.example/a", "hub.example/a with b, c"),
        (Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE, "no Image", "no Image", "no Image"),
        (Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE, "hub.example/a", "hub.example/a", "hub.example/a"),
        (Cause.UNKNOWN, "nginx:1 some text", "nginx:1", "nginx:1"),
        (Cause.CAUSE_NOT_REPORTED, "nginx:1 worker-a", "nginx:1 on worker-a", "nginx:1 on worker-a"),
    ],
)
def test_what_a_root_cause_affects(build: Build, cause: Cause, key: str, short: str, full: str) -> None:
    report = build.report(build.diagnosis("a", cause, key=key, image="nginx:1"))
    (root,) = report.root_causes
    assert view.affects(report, root) == short
    assert view.affects(report, root, secrets=True) == full


def test_the_workload_with_most_pods_is_named(build: Build) -> None:
    report = build.report(
        *(build.diagnosis(f"p{n}", workload=Workload("Job", "z" if n < 3 else f"a{n}")) for n in range(6)),
        build.diagnosis("q", namespace="other", workload=Workload("Pod", "q")),
    )
    (root,) = report.root_causes
    assert view.workload_names(report, root) == "shop/job/z +4"
    assert view.workload_names(report, root, most=5).startswith("shop/job/z, other/pod/q, shop/job/a3, ")
    shop = replace(report, source=Source("cluster", "prod", "shop"))
    assert view.workload_names(shop, root, most=3) == "job/z +4"


@pytest.mark.parametrize(
    ("names", "shown"), [([], ""), (["a"], "a"), (["a", "b\n"], r"a, b\n"), (["a", "b", "c"], "a +2")]
)
def test_names_are_shortened_to_a_count(names: list[str], shown: str) -> None:
    assert view.first_names(names) == shown


def _several(*namespaces: str | None) -> Source:
    sources = tuple(Source("cluster", name, at) for name, at in zip(("eu", "us"), namespaces, strict=False))
    common = namespaces[0] if len(set(namespaces)) == 1 else None
    return Source("cluster", ", ".join(one.name for one in sources), common, clusters=sources)


@pytest.mark.parametrize(
    ("source", "where"),
    [
        (Source("cluster", "prod", None), "all namespaces, context prod"),
        (Source("cluster", "prod", "shop"), "namespace shop, context prod"),
        (Source("cluster", "", "shop"), "namespace shop"),
        (_several(None, None), "all namespaces, contexts eu, us"),
        (_several("shop", "shop"), "namespace shop, contexts eu, us"),
        (_several("shop", "a\x1b"), r"contexts eu (namespace shop), us (namespace a\x1b)"),
        (_several("shop"), "namespace shop, context eu"),
        (Source("recording", "dump/", None), "all namespaces, recording dump/"),
        (Source("recording", "a\x1b", "shop"), r"namespace shop, recording a\x1b"),
    ],
)
def test_the_summary_says_where(build: Build, source: Source, where: str) -> None:
    report = replace(build.report(build.diagnosis()), source=source)
    assert view.summary_sentence(report) == f"1 of 68 pods can't pull an image, for 1 root cause ({where}, 0.8 s)."


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.0, "under 0.1 s"), (0.84, "0.8 s"), (9.96, "10 s"), (1234.5, "1,234 s")]
)
def test_the_summary_says_how_long_it_took(build: Build, seconds: float, shown: str) -> None:
    report = replace(build.report(), seconds=seconds)
    assert (
        view.summary_sentence(report)
        == f"No failed image pulls: looked at 68 pods (all namespaces, context prod-eu, {shown})."
    )


def test_a_pod_of_the_same_name_in_another_cluster_is_another(build: Build) -> None:
    report = build.clusters()
    assert view.summary_sentence(report).startswith("4 of 68 pods can't pull an image, for 3 root causes (")


def test_no_pods_is_said_so(build: Build) -> None:
    report = build.report(pods=0, source=Source("cluster", "prod", "shpo"))
    assert view.summary_sentence(report) == "There are no pods to look at (namespace shpo, context prod, 0.8 s)."


def test_what_was_skipped_goes_to_standard_error(build: Build) -> None:
    skipped = (Skipped("pods in namespace a", "you may not\nlist them"), Skipped("b\x1b", "c"))
    report = build.report(skipped=skipped)
    assert view.skipped_notes(report) == [r"note: pods in namespace a: you may not\nlist them", r"note: b\x1b: c"]
    often = build.report(skipped=[Skipped("x", "a long reason", short="a"), Skipped("y", "b")])
    assert view.skipped_notes(often) == ["note: x: a long reason", "note: y: b"]
    assert view.skipped_notes(often, short=True) == ["note: x: a", "note: y: b"]
    assert view.summary_sentence(report).endswith("0.8 s). 2 things could not be looked at: see the notes.")
