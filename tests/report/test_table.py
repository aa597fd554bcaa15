from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubectl_imagepull.kube.snapshot import Source
from kubectl_imagepull.report.shorten import shortened
from kubectl_imagepull.report.table import scan_table
from kubectl_imagepull.report.text import display_width, exact_cell
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.workload import Workload

if TYPE_CHECKING:
    from tests.report.conftest import Build

AT_80 = """\
CAUSE             PODS  SINCE      WORKLOADS
RateLimited       3     3h5m       monitoring/daemonset/node-logger +1
    registry  hub.corp.example
    fix       wait, or log in to hub.corp.example to get a higher limit
TagNotFound       3     12m        shop/deployment/frontend
    image     registry.corp.example/shop/frontend:v2.4.0
    fix       set a tag that exists: v2.3.1 ran here until 12 minutes ago
NoCredentials?    1     3d         payments/statefulset/gateway
    login     private.corp.example in payments
    fix       create a pull secret for private.corp.example and name it in the
              pod template
CauseNotReported  1     22h        payments/deployment/reconciler
    image     registry.corp.example.../ledger@sha256:9f86d081884c... on worker-b
    fix       delete the pod to get the error back
NodeDiskFull      1     <unknown>  platform/daemonset/agent
    node      worker-a
    fix       free space on worker-a

9 of 68 pods can't pull an image, for 5 root causes (all namespaces, context
prod-eu, 0.8 s). 1 thing could not be looked at: see the notes.
Next: kubectl imagepull diagnose monitoring/daemonset/node-logger
"""

AT_120 = """\
CAUSE             AFFECTS                                           PODS  WORKLOADS                            SINCE
RateLimited       hub.corp.example                                  3     monitoring/daemonset/node-logger +1  3h5m
    wait, or log in to hub.corp.example to get a higher limit
TagNotFound       registry.corp.example/shop/frontend:v2.4.0        3     shop/deployment/frontend             12m
    set a tag that exists: v2.3.1 ran here until 12 minutes ago
NoCredentials?    private.corp.example in payments                  1     payments/statefulset/gateway         3d
    create a pull secret for private.corp.example and name it in the pod template
CauseNotReported  registry.corp.e...56:9f86d081884c... on worker-b  1     payments/deployment/reconciler       22h
    delete the pod to get the error back
NodeDiskFull      worker-a                                          1     platform/daemonset/agent             <unknown>
    free space on worker-a

9 of 68 pods can't pull an image, for 5 root causes (all namespaces, context prod-eu, 0.8 s). 1 thing could not be
looked at: see the notes.
Next: kubectl imagepull diagnose monitoring/daemonset/node-logger
"""

UNLIMITED = """\
CAUSE             AFFECTS                                                                                                                    PODS  WORKLOADS                                              SINCE      FIX
RateLimited       hub.corp.example                                                                                                           3     monitoring/daemonset/node-logger, web/pod/mirror-test  3h5m       wait, or log in to hub.corp.example to get a higher limit
TagNotFound       registry.corp.example/shop/frontend:v2.4.0                                                                                 3     shop/deployment/frontend                               12m        set a tag that exists: v2.3.1 ran here until 12 minutes ago
NoCredentials?    private.corp.example in payments                                                                                           1     payments/statefulset/gateway                           3d         create a pull secret for private.corp.example and name it in the pod template
CauseNotReported  registry.corp.example/payments/ledger@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 on worker-b  1     payments/deployment/reconciler                         22h        delete the pod to get the error back
NodeDiskFull      worker-a                                                                                                                   1     platform/daemonset/agent                               <unknown>  free space on worker-a

9 of 68 pods can't pull an image, for 5 root causes (all namespaces, context prod-eu, 0.8 s). 1 thing could not be looked at: see the notes.
Next: kubectl imagepull diagnose monitoring/daemonset/node-logger
"""

WIDE = """\
CAUSE             AFFECTS                                                                                                                    PODS  WORKLOADS                                              SINCE      NODES               NAMESPACES       CONFIDENCE  FIX
RateLimited       hub.corp.example                                                                                                           3     monitoring/daemonset/node-logger, web/pod/mirror-test  3h5m       worker-a, worker-b  monitoring, web  likely      wait, or log in to hub.corp.example to get a higher limit
TagNotFound       registry.corp.example/shop/frontend:v2.4.0                                                                                 3     shop/deployment/frontend                               12m        worker-a            shop             likely      set a tag that exists: v2.3.1 ran here until 12 minutes ago
NoCredentials?    private.corp.example in payments with no pull secret                                                                       1     payments/statefulset/gateway                           3d         worker-a            payments         possible    create a pull secret for private.corp.example and name it in the pod template
CauseNotReported  registry.corp.example/payments/ledger@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 on worker-b  1     payments/deployment/reconciler                         22h        worker-b            payments         likely      delete the pod to get the error back
NodeDiskFull      worker-a                                                                                                                   1     platform/daemonset/agent                               <unknown>  worker-a            platform         likely      free space on worker-a

9 of 68 pods can't pull an image, for 5 root causes (all namespaces, context prod-eu, 0.8 s). 1 thing could not be looked at: see the notes.
Next: kubectl imagepull diagnose monitoring/daemonset/node-logger
"""

CROWD = """\
CAUSE        PODS  SINCE  WORKLOADS
TagNotFound  400   12m    shop/deployment/web +3
    image     registry.corp.example/shop/frontend:v2.4.0
    fix       set a tag that exists

400 of 400 pods can't pull an image, for 1 root cause (all namespaces, context
prod-eu, 0.8 s).
Next: kubectl imagepull diagnose shop/deployment/web
"""


@pytest.mark.parametrize(
    ("expected", "options"),
    [
        (AT_80, {"width": 80}),
        (AT_120, {"width": 120}),
        (UNLIMITED, {"width": None}),
        (UNLIMITED, {"width": 300}),
        (WIDE, {"wide": True}),
        (WIDE, {"wide": True, "width": 80}),
    ],
)
def test_the_table(build: Build, expected: str, options: dict[str, int]) -> None:
    assert scan_table(build.cluster(), **options) + "\n" == expected


IRELAND, VIRGINIA = (f"arn:aws:eks:{region}:123456789012:cluster/prod" for region in ("eu-west-1", "us-east-1"))

CLUSTERS_AT_80 = """\
CLUSTER  CAUSE             PODS  SINCE  WORKLOADS
prod-us  TagNotFound       2     12m    shop/deployment/frontend
    image     registry.corp.example/shop/frontend:v2.4.0
    fix       set a tag that exists: v2.3.1 ran here until 12 minutes ago
prod-eu  CauseNotReported  1     22h    payments/deployment/reconciler
    image     registry.corp.example.../ledger@sha256:9f86d081884c... on worker-b
    fix       delete the pod to get the error back
prod-eu  TagNotFound       1     12m    shop/deployment/frontend
    image     registry.corp.example/shop/frontend:v2.4.0
    fix       set a tag that exists: v2.3.1 ran here until 12 minutes ago

4 of 68 pods can't pull an image, for 3 root causes (all namespaces, contexts
prod-eu, prod-us, 0.8 s).
Next: kubectl imagepull diagnose shop/deployment/frontend
"""

CLUSTERS_AT_120 = """\
CLUSTER  CAUSE             AFFECTS                                           PODS  WORKLOADS                       SINCE
prod-us  TagNotFound       registry.corp.example/shop/frontend:v2.4.0        2     shop/deployment/frontend        12m
    set a tag that exists: v2.3.1 ran here until 12 minutes ago
prod-eu  CauseNotReported  registry.corp.e...56:9f86d081884c... on worker-b  1     payments/deployment/reconciler  22h
    delete the pod to get the error back
prod-eu  TagNotFound       registry.corp.example/shop/frontend:v2.4.0        1     shop/deployment/frontend        12m
    set a tag that exists: v2.3.1 ran here until 12 minutes ago

4 of 68 pods can't pull an image, for 3 root causes (all namespaces, contexts prod-eu, prod-us, 0.8 s).
Next: kubectl imagepull diagnose shop/deployment/frontend
"""

CLUSTERS_UNLIMITED = """\
CLUSTER  CAUSE             AFFECTS                                                                                                                    PODS  WORKLOADS                       SINCE  FIX
prod-us  TagNotFound       registry.corp.example/shop/frontend:v2.4.0                                                                                 2     shop/deployment/frontend        12m    set a tag that exists: v2.3.1 ran here until 12 minutes ago
prod-eu  CauseNotReported  registry.corp.example/payments/ledger@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 on worker-b  1     payments/deployment/reconciler  22h    delete the pod to get the error back
prod-eu  TagNotFound       registry.corp.example/shop/frontend:v2.4.0                                                                                 1     shop/deployment/frontend        12m    set a tag that exists: v2.3.1 ran here until 12 minutes ago

4 of 68 pods can't pull an image, for 3 root causes (all namespaces, contexts prod-eu, prod-us, 0.8 s).
Next: kubectl imagepull diagnose shop/deployment/frontend
"""

CLUSTERS_WIDE = """\
CLUSTER  CAUSE             AFFECTS                                                                                                                    PODS  WORKLOADS                       SINCE  NODES     NAMESPACES  CONFIDENCE  FIX
prod-us  TagNotFound       registry.corp.example/shop/frontend:v2.4.0                                                                                 2     shop/deployment/frontend        12m    worker-a  shop        likely      set a tag that exists: v2.3.1 ran here until 12 minutes ago
prod-eu  CauseNotReported  registry.corp.example/payments/ledger@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 on worker-b  1     payments/deployment/reconciler  22h    worker-b  payments    likely      delete the pod to get the error back
prod-eu  TagNotFound       registry.corp.example/shop/frontend:v2.4.0                                                                                 1     shop/deployment/frontend        12m    worker-a  shop        likely      set a tag that exists: v2.3.1 ran here until 12 minutes ago

4 of 68 pods can't pull an image, for 3 root causes (all namespaces, contexts prod-eu, prod-us, 0.8 s).
Next: kubectl imagepull diagnose shop/deployment/frontend
"""

LONG_NAMES_AT_80 = """\
CLUSTER           CAUSE             PODS  SINCE  WORKLOADS
...us-east-1:...  TagNotFound       2     12m    shop/deployment/frontend
    image     registry.corp.example/shop/frontend:v2.4.0
    fix       set a tag that exists: v2.3.1 ran here until 12 minutes ago
...eu-west-1:...  CauseNotReported  1     22h    payments/deployment/reconciler
    image     registry.corp.example.../ledger@sha256:9f86d081884c... on worker-b
    fix       delete the pod to get the error back
...eu-west-1:...  TagNotFound       1     12m    shop/deployment/frontend
    image     registry.corp.example/shop/frontend:v2.4.0
    fix       set a tag that exists: v2.3.1 ran here until 12 minutes ago

4 of 68 pods can't pull an image, for 3 root causes (all namespaces, contexts
arn:aws:eks:eu-west-1:123456789012:cluster/prod,
arn:aws:eks:us-east-1:123456789012:cluster/prod, 0.8 s).
Next: kubectl imagepull diagnose shop/deployment/frontend
"""

LONG_NAMES_AT_70 = """\
CLUSTER           CAUSE             PODS  SINCE
...us-east-1:...  TagNotFound       2     12m
    workload  shop/deployment/frontend
    image     registry.corp.example/shop/frontend:v2.4.0
    fix       set a tag that exists: v2.3.1 ran here until 12 minutes
              ago
...eu-west-1:...  CauseNotReported  1     22h
    workload  payments/deployment/reconciler
    image     registry.co.../ledger@sha256:9f86d081884c... on worker-b
    fix       delete the pod to get the error back
...eu-west-1:...  TagNotFound       1     12m
    workload  shop/deployment/frontend
    image     registry.corp.example/shop/frontend:v2.4.0
    fix       set a tag that exists: v2.3.1 ran here until 12 minutes
              ago
"""


@pytest.mark.parametrize(
    ("expected", "names", "options"),
    [
        (CLUSTERS_AT_80, (), {"width": 80}),
        (CLUSTERS_AT_120, (), {"width": 120}),
        (CLUSTERS_UNLIMITED, (), {"width": None}),
        (CLUSTERS_UNLIMITED, (), {"width": 300}),
        (CLUSTERS_WIDE, (), {"wide": True, "width": 80}),
        (LONG_NAMES_AT_80, (IRELAND, VIRGINIA), {"width": 80}),
    ],
)
def test_the_table_of_several_clusters(
    build: Build, expected: str, names: tuple[str, ...], options: dict[str, int]
) -> None:
    assert scan_table(build.clusters(*names), **options) + "\n" == expected


def test_where_clusters_leave_no_room_workloads_stand_below(build: Build) -> None:
    text = scan_table(build.clusters(IRELAND, VIRGINIA), width=70)
    assert text.partition("\n\n")[0] + "\n" == LONG_NAMES_AT_70


def test_equal_rows_of_two_clusters_do_not_name_their_secrets(build: Build) -> None:
    report = build.clusters()
    login = [
        replace(build.diagnosis("a", Cause.NO_CREDENTIALS, key="private.corp.example shop old"), cluster=name)
        for name in ("prod-eu", "prod-us")
    ]
    rows = scan_table(build.report(*login, source=report.source), no_headers=True).split("\n")
    assert [re.split(" {2,}", row)[2] for row in rows] == ["private.corp.example in shop"] * 2


def test_four_hundred_pods_with_one_root_cause_are_one_row(build: Build) -> None:
    assert scan_table(build.crowd(), width=80) + "\n" == CROWD


def test_a_short_row_is_one_line_on_a_narrow_terminal(build: Build) -> None:
    report = build.report(build.diagnosis(image="nginx:2", key="nginx:2"), short={Cause.TAG_NOT_FOUND: "set a tag"})
    assert (
        scan_table(report, width=80)
        == """\
CAUSE        AFFECTS  PODS  WORKLOADS            SINCE  FIX
TagNotFound  nginx:2  1     shop/deployment/web  12m    set a tag

1 of 68 pods can't pull an image, for 1 root cause (all namespaces, context
prod-eu, 0.8 s).
Next: kubectl imagepull diagnose shop/deployment/web"""
    )


def test_headers_and_summary_can_be_left_out(build: Build) -> None:
    lines = scan_table(build.cluster(), no_headers=True).split("\n")
    assert [line.split()[0] for line in lines] == [
        "RateLimited",
        "TagNotFound",
        "NoCredentials?",
        "CauseNotReported",
        "NodeDiskFull",
    ]
    assert scan_table(build.report(), no_headers=True) == ""


def test_nothing_fails(build: Build) -> None:
    assert (
        scan_table(build.report())
        == "No failed image pulls: looked at 68 pods (all namespaces, context prod-eu, 0.8 s)."
    )


def test_in_one_namespace_the_workloads_go_without_it(build: Build) -> None:
    report = build.report(build.diagnosis(), source=Source("cluster", "prod-eu", "shop"))
    assert scan_table(report, no_headers=True) == (
        "TagNotFound  registry.corp.example/shop/frontend:v2.4.0  1     deployment/web  12m"
    )


def test_two_rows_that_read_the_same_name_their_secrets(build: Build) -> None:
    report = build.report(
        build.diagnosis("a", Cause.NO_CREDENTIALS, key="private.corp.example shop old,older"),
        build.diagnosis("b", Cause.NO_CREDENTIALS, key="private.corp.example shop -"),
        build.diagnosis("c", Cause.NO_CREDENTIALS, key="private.corp.example shop ?"),
        build.diagnosis("d", Cause.NO_CREDENTIALS, key="private.corp.example web old"),
    )
    affects = [re.split(" {2,}", line)[1] for line in scan_table(report, no_headers=True).split("\n")]
    assert affects == [
        "private.corp.example in shop with no pull secret",
        "private.corp.example in shop with unread pull secrets",
        "private.corp.example in shop with old, older",
        "private.corp.example in web",
    ]


def test_wide_characters_line_up(build: Build) -> None:
    report = build.report(
        build.diagnosis("a", image="镜像.example/商店/网页:v1", key="镜像.example/商店/网页:v1"),
        build.diagnosis("b", image="café.example/a:1", key="café.example/a:1", workload=Workload("Job", "作业")),
    )
    assert scan_table(report, no_headers=True) == (
        "TagNotFound  café.example/a:1           1     shop/job/作业        12m\n"
        "TagNotFound  镜像.example/商店/网页:v1  1     shop/deployment/web  12m"
    )


HOSTILE = "registry.example/\x1b[2J\x1b]0;pwned\x07web\u202e\n\n\rCAUSE\ttag\x9b31m:1\u200b"


@pytest.mark.parametrize("width", [None, 80, 120])
def test_hostile_names_stay_in_their_cell(build: Build, width: int | None) -> None:
    diagnosis = build.diagnosis(
        HOSTILE, image=HOSTILE, key=HOSTILE, namespace=HOSTILE, node=HOSTILE, workload=Workload("Deployment", HOSTILE)
    )
    report = build.report(diagnosis, short={Cause.TAG_NOT_FOUND: HOSTILE})
    for text in (scan_table(report, width=width), scan_table(report, wide=True)):
        assert text.replace("\n", "").isprintable()
        assert r"\x1b[2J\x1b]0;pwned\x07web\u202e" in "".join(text.split())
        assert text.count("TagNotFound") == 1


@settings(deadline=None)
@given(names=st.lists(st.text(max_size=90), min_size=1, max_size=4), width=st.integers(80, 200))
def test_no_line_is_longer_than_the_terminal(build: Build, names: list[str], width: int) -> None:
    report = build.report(
        *(
            build.diagnosis(name, cause, image=name, key=name, workload=Workload("Deployment", name))
            for name in names
            for cause in (Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE, Cause.DNS_FAILURE)
        ),
        short={Cause.DNS_FAILURE: names[0]},
    )
    # a command stays whole, to be copied
    lines = [line for line in scan_table(report, width=width).split("\n") if not line.startswith("Next: ")]
    assert all(display_width(line) <= width for line in lines)


@settings(deadline=None)
@given(
    names=st.lists(st.text(min_size=1, max_size=60), min_size=2, max_size=2, unique=True), width=st.integers(80, 200)
)
def test_cluster_names_fit_or_stand_whole(build: Build, names: list[str], width: int) -> None:
    text = scan_table(build.clusters(*names), width=width)
    shown = [exact_cell(name) for name in names]
    lines = text.partition("\n\n")[0].split("\n")
    assert all(display_width(line) <= width for line in lines) or all(
        any(line.startswith(name.strip()) for line in lines) for name in shown
    )


@pytest.mark.parametrize(
    ("names", "width", "expected"),
    [
        (["a", "bc"], 2, ["a", "bc"]),
        (["gke_acme_europe-west1_shop", "gke_acme_us-east1_search"], 16, ["gke_a...st1_shop", "gke_a...1_search"]),
        ([IRELAND, VIRGINIA], 16, ["...eu-west-1:...", "...us-east-1:..."]),
        (
            [f"{'x' * 30}1{'y' * 30}", f"{'x' * 30}2{'y' * 30}"],
            16,
            [f"{'x' * 30}1{'y' * 30}", f"{'x' * 30}2{'y' * 30}"],
        ),
        ([], 16, []),
    ],
)
def test_shortened_names_stay_apart(names: list[str], width: int, expected: list[str]) -> None:
    assert shortened(names, width) == dict(zip(names, expected, strict=True))


def test_numbers_stay_as_they_are(build: Build) -> None:
    report = build.report(build.diagnosis(image="1e3", key="1e3", namespace="007", workload=Workload("Job", "1_0")))
    assert scan_table(report, no_headers=True) == "TagNotFound  1e3      1     007/job/1_0  12m"


def test_only_the_cause_is_coloured(build: Build) -> None:
    for report, width in itertools.product((build.cluster(), build.clusters("TagNotFound", "b")), (None, 80, 120)):
        colored = scan_table(report, width=width, color=True)
        assert "  \x1b[1;31mTagNotFound\x1b[0m  " in f"  {colored}".replace("\n", "  ")
        assert "\x1b[1;33m" in colored
        assert re.sub("\x1b\\[[0-9;]*m", "", colored) == scan_table(report, width=width)


def test_rows_stand_in_the_report_s_order(build: Build) -> None:
    report = build.cluster()
    backwards = replace(report, root_causes=report.root_causes[::-1])
    rows = len(report.root_causes)
    assert scan_table(backwards).splitlines()[1 : rows + 1] == scan_table(report).splitlines()[rows:0:-1]


@pytest.mark.parametrize(
    ("workload", "more", "width", "cell"),
    [
        ("a-name-of-24-letters-xxx", 0, 60, "shop/d.../a-name-of-24-letters-xxx"),
        ("a-name-of-30-letters-xxxxxxxxx", 0, 60, ".../a-name-of-30-letters-xxxxxxxxx"),
        ("a-name-of-24-letters-xxx", 2, 60, "sho.../a-name-of-24-letters-xxx +2"),
        ("a-name-of-46-letters-xxxxxxxxxxxxxxxxxxxxxxxxx", 0, 60, "shop/deploy...xxxxxxxxxxxxxxxxxxxx"),
        ("web", 1, 80, "shop/deployment/web, shop/pod/b"),
    ],
)
def test_the_name_of_a_workload_is_cut_last(build: Build, workload: str, more: int, width: int, cell: str) -> None:
    kin = [build.diagnosis(name, workload=Workload("Pod", name)) for name in "bcd"[:more]]
    first = [build.diagnosis(pod, workload=Workload("Deployment", workload)) for pod in ("a-1", "a-2")]
    line = scan_table(build.report(*first, *kin, short={Cause.TAG_NOT_FOUND: "x"}), width=width).split("\n")[1]
    assert re.split(" {2,}", line)[-1] == cell
