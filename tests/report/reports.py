"""Reports that every format has to hold, by what is special about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from typed import typed

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.kube.snapshot import Skipped, Source
from kubectl_imagepull.runs.demonstration import recorded_report
from kubectl_imagepull.vocabulary.causes import Cause, What
from kubectl_imagepull.vocabulary.fix import Fix
from kubectl_imagepull.vocabulary.workload import Workload

if TYPE_CHECKING:
    from kubectl_imagepull.diagnosis.report import Report
    from tests.report.conftest import Build

#: What other people's text may try: markup, links, mentions, ends of what it stands in, what can't be seen or encoded.
HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"' & ]]> --> {{7*7}} {0} "
    "| a\\|b ``` ` ~~~ *x* _y_ [text](https://evil.example) ![](https://evil.example/i.png) @everyone #1 GH-2 "
    "https://evil.example www.evil.example a@evil.example :tada: $x$ \x00\x07\x1b[2J\u202e\u200b\ud800\ufffe\r\n\n# heading\n"
)


def hostile(build: Build) -> Report:
    """A report in which every text that can come from a cluster is hostile."""
    one = build.diagnosis(
        HOSTILE,
        Cause.UNKNOWN,
        namespace=HOSTILE,
        container=HOSTILE,
        image=HOSTILE,
        node=HOSTILE,
        reason=HOSTILE,
        message=HOSTILE,
        message_source=f"pod {HOSTILE}",
        key=f"{HOSTILE} x",
        workload=Workload("Deployment", HOSTILE, HOSTILE),
        answered_by=HOSTILE,
        details={"stage": HOSTILE},
        evidence=(Evidence(Check.PREVIOUS_IMAGE, Result.INFO, HOSTILE),),
        fixes=(Fix(HOSTILE, typed(f"kubectl get pod '{HOSTILE}'")),),
        verification=typed(f"kubectl get pod '{HOSTILE}'"),
        short_fix=HOSTILE,
        cluster=HOSTILE,
    )
    source = Source("cluster", HOSTILE, None, clusters=(Source("cluster", HOSTILE), Source("cluster", "b")))
    report = build.report(
        one,
        replace(one, failure=replace(one.failure, pod=f"{HOSTILE}-2"), message=f"{HOSTILE}!"),
        build.diagnosis("b", image=HOSTILE, key=HOSTILE, cluster="b"),
        short={Cause.UNKNOWN: HOSTILE},
        source=source,
        skipped=(Skipped(HOSTILE, HOSTILE),),
    )
    return replace(report, root_causes=tuple(replace(root, summary=HOSTILE) for root in report.root_causes))


@cache
def recorded() -> Report:
    """The recorded cluster's."""
    return recorded_report()


def _unknown(build: Build) -> Report:
    return build.report(build.diagnosis(cause=Cause.UNKNOWN, message="a new text\nof two lines", node=None))


def _in_part(build: Build) -> Report:
    return build.report(skipped=(Skipped("secrets", "you may not list them", partly=False),))


def _the_same_twice(build: Build) -> Report:
    twice = build.diagnosis("web-0")
    return build.report(twice, twice, replace(twice, failure=replace(twice.failure, what=What.IMAGE_VOLUME)))


#: One report of each kind.
REPORTS: dict[str, Callable[[Build], Report]] = {
    "cluster": lambda build: build.cluster(),
    "clusters": lambda build: build.clusters(),
    "crowd": lambda build: build.crowd(),
    "hostile": hostile,
    "recorded": lambda _: recorded(),
    "nothing fails": lambda build: build.report(),
    "no pods": lambda build: build.report(pods=0),
    "in part": _in_part,
    "unknown": _unknown,
    "the same twice": _the_same_twice,
}
