"""Whole runs on recordings of one workload, made every few seconds while something was done to it.

`00` is before, `done.txt` of the original says what was done; what a good answer is stands at each series.
"""

from pathlib import Path

import pytest

from kubectl_imagepull.diagnosis.report import Report
from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.kube.recording.dump import read_recording
from kubectl_imagepull.runs.examine import report_on
from kubectl_imagepull.vocabulary.fix import Fix

RECORDED = Path(__file__).parent / "recorded" / "in-repair"
#: Of each step of a series: the cause and image of every root cause, and its first fix.
Answers = list[list[tuple[str, str, str]]]

CATALOG = "registry.corp.example/tools/migrate:v4.18"
ORDERS = "registry.corp.example/orders/api:v5.1.0"
WEB = "registry.corp.example/shop/web:v9.9.9"
API = "private.corp.example/payments/api:v3.2.1"
NAMED_TAG = "{} wasn't found: use a tag that exists."
ROLLING = (
    "deployment/{} is rolling out revision 2 with image {}, {} updated and 0 ready: this pod is from an older revision and "
    "will be removed."
)
BACK = "Go back to revision 1 of deployment/web, which ran registry.corp.example/shop/web:v1.0.0."
ROLLED_CATALOG = ROLLING.format("catalog", "registry.corp.example/tools/migrate:v4.17", "1 of 2")

SERIES: dict[str, Answers] = {
    # the tag of an init container is corrected: nobody has to act, and nothing goes back to what is current
    "catalog-tag-corrected": [
        [("TagNotFound", CATALOG, NAMED_TAG.format(CATALOG))],
        *([[("TagNotFound", CATALOG, ROLLED_CATALOG)]] * 4),
    ],
    # the pull is repaired, and another container crashes: that is no failed pull
    "orders-worker-then-crash": [
        [("TagNotFound", ORDERS, NAMED_TAG.format(ORDERS))],
        [
            (
                "TagNotFound",
                ORDERS,
                ROLLING.format("orders-worker", "registry.corp.example/orders/api:v5.0.1", "1 of 1"),
            )
        ],
        [],
        [],
        [],
        [],
    ],
    # a bare pod's image is changed in place, and its status speaks of the old one for a while
    "quicktest-pod-image-corrected": [
        [
            (
                "TagNotFound",
                "registry.corp.example/shop/frontend",
                "The image has no tag, so latest is pulled, and registry.corp.example/shop/frontend has no latest: set a "
                "tag.",
            )
        ],
        [],
        [],
        [],
        [],
    ],
    # a change names a tag that isn't there, while the pods before it run
    "web-bad-rollout": [[], *([[("TagNotFound", WEB, BACK)]] * 3)],
    # that change is taken back
    "web-rolled-back": [[("TagNotFound", WEB, BACK)], [], [], []],
    # the right password is put into the secret, and the kubelet tries again later
    "api-secret-put-right": [
        [
            (
                "BadCredentials",
                API,
                "Add secret corp-registry-good to imagePullSecrets of deployment/api: it has credentials for "
                "private.corp.example, but this pod doesn't reference it.",
            )
        ],
        [
            (
                "BadCredentials",
                API,
                "Secret corp-registry now has other credentials for private.corp.example: it was changed after the last "
                "attempt. The kubelet retries by itself within five minutes; a new pod pulls at once.",
            )
        ],
        [],
        [],
    ],
}


def report_of(series: str, step: int) -> Report:
    return report_on(read_recording([str(RECORDED / series / f"{step:02}.json")]), 0.0)


def first_fix(fixes: tuple[Fix, ...]) -> str:
    return fixes[0].text


def answers(report: Report) -> list[tuple[str, str, str]]:
    of_roots = ((root, report.diagnoses[root.failures[0]]) for root in report.root_causes)
    return [(root.cause.value, one.failure.image, first_fix(root.fixes)) for root, one in of_roots]


@pytest.mark.parametrize("series", SERIES)
def test_each_step_of_a_repair_is_read_as_it_is(series: str) -> None:
    steps = sorted(path.name for path in (RECORDED / series).glob("*.json"))
    assert len(steps) == len(SERIES[series])
    assert [answers(report_of(series, step)) for step in range(len(steps))] == SERIES[series]


def test_the_change_is_told_forwards() -> None:
    told = {
        (series, step): [
            item.text
            for one in report_of(series, step).diagnoses
            for item in one.evidence
            if item.check is Check.PREVIOUS_IMAGE
        ]
        for series, step in (("catalog-tag-corrected", 3), ("web-bad-rollout", 3))
    }
    changed = (
        "revision 1 of deployment/web ran registry.corp.example/shop/web:v1.0.0, and 2 pods of it still run: the tag "
        "changed from v1.0.0 to v9.9.9"
    )
    assert told == {("catalog-tag-corrected", 3): [], ("web-bad-rollout", 3): [changed]}


def test_a_password_that_was_put_right_can_heal_by_itself() -> None:
    retries = [[one.retryable for one in report_of("api-secret-put-right", step).diagnoses] for step in (0, 1)]
    assert retries == [[False, False], [True, True]]
