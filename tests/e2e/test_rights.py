"""What docs/rbac.yaml allows, held to a real authorizer: the diagnosis stands on what may be read, and says the rest."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from e2e.admin import Admin, Json
from e2e.control_plane import ControlPlane
from e2e.program import Program
from e2e.situations import pull_secret

FILE = Path(__file__).parents[2] / "docs/rbac.yaml"
#: With the optional role and the examples, as they are once the comment signs are taken away.
DOCUMENTS: list[Json] = list(
    yaml.safe_load_all(re.sub(r"^# ", "", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE))
)
ROLES = {one["metadata"]["name"]: one for one in DOCUMENTS if one["kind"] == "ClusterRole"}
BASE, CLUSTER, SECRETS, ELSEWHERE, DEPLOYERS, RELEASES = ROLES
GROUP = "rbac.authorization.k8s.io"
USER = "viewer"
#: Verb, API group and resource.
Right = tuple[str, str, str]
#: Rights that the recorded cluster doesn't show the use of where pods may be listed everywhere: it has few nodes, no
#: empty namespace, no ReplicationController and no CronJob, and all its ReplicaSets have the name of a Deployment.
UNSEEN = {
    ("list", "", "namespaces"),
    ("get", "", "namespaces"),
    ("list", "", "nodes"),
    ("get", "", "replicationcontrollers"),
    ("get", "batch", "cronjobs"),
    ("get", "apps", "replicasets"),
    # what is named with -A
    *(("list", "apps", kind) for kind in ("deployments", "statefulsets", "daemonsets")),
    *(("list", "batch", kind) for kind in ("jobs", "cronjobs")),
    ("list", "", "replicationcontrollers"),
    # no pod has another image than its template
    ("list", "admissionregistration.k8s.io", "mutatingwebhookconfigurations"),
    # no Argo CD and no Flux
    *((verb, "argoproj.io", "applications") for verb in ("get", "list")),
    ("get", "helm.toolkit.fluxcd.io", "helmreleases"),
    # no OpenShift and no OLM
    ("get", "operators.coreos.com", "clusterserviceversions"),
    ("get", "apps.openshift.io", "deploymentconfigs"),
    ("get", "image.openshift.io", "imagestreams"),
    ("get", "kustomize.toolkit.fluxcd.io", "kustomizations"),
    # Helm's ConfigMap driver
    *((verb, "", "configmaps") for verb in ("get", "list")),
    # one list in the place of many requests
    ("list", "", "serviceaccounts"),
}
#: Of these so many are wanted that they are listed, or else asked for one by one: group and resource.
LISTED_OR_NOT = [("", "serviceaccounts"), ("apps", "deployments")]
Given = Callable[..., Any]


def rights_of(*names: str) -> list[Right]:
    """The rights of roles, one by one."""
    return [
        (verb, group, resource)
        for name in names
        for rule in ROLES[name]["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    ]


ALL = list(dict.fromkeys(rights_of(*ROLES)))
#: What a diagnosis stands without; pods and events have tests of their own.
OPTIONAL = [
    right
    for right in ALL
    if right not in UNSEEN and right[2] not in {"pods", "events"} and right[1:] not in LISTED_OR_NOT
]


@pytest.fixture(scope="module")
def given(admin: Admin) -> Iterator[Given]:
    """Binds roles of docs/rbac.yaml to the user for as long as a `with` lasts, in a namespace or without some rights."""
    for role in ROLES.values():
        admin.create(role)

    @contextmanager
    def give(*names: str, namespace: str = "", less: Collection[Right] = ()) -> Iterator[None]:
        allowed = set(rights_of(*names)) - set(less)
        with ExitStack() as undo:
            for name in names:
                role = name
                if less:
                    role = f"{name}-less"
                    admin.create(lessened(ROLES[name], role, less))
                    undo.callback(admin.delete, "ClusterRole", "", role)
                kind = "RoleBinding" if namespace else "ClusterRoleBinding"
                admin.create(binding(kind, role, namespace))
                undo.callback(admin.delete, kind, namespace, role)
            wait_until(admin, allowed, namespace)
            yield
        wait_until(admin, set(), namespace)

    yield give
    for name in ROLES:
        admin.delete("ClusterRole", "", name)


def lessened(role: Json, name: str, less: Collection[Right]) -> Json:
    """The role without some rights."""
    rules = [
        {"apiGroups": [group], "resources": [resource], "verbs": [verb]}
        for verb, group, resource in rights_of(role["metadata"]["name"])
        if (verb, group, resource) not in less
    ]
    return {**role, "metadata": {"name": name}, "rules": rules}


def binding(kind: str, role: str, namespace: str) -> Json:
    """Binds a role to the user, by its own name."""
    place = {"namespace": namespace} if namespace else {}
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": kind,
        "metadata": {"name": role, **place},
        "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": GROUP, "kind": "User", "name": USER}],
    }


def wait_until(admin: Admin, allowed: set[Right], namespace: str) -> None:
    """Waits until the authorizer, which follows what is written, allows just these."""
    until = time.monotonic() + 20
    while allowed_now(admin, namespace) != allowed:
        assert time.monotonic() < until
        time.sleep(0.02)


def allowed_now(admin: Admin, namespace: str) -> set[Right]:
    """What the authorizer lets the user do."""
    found = set()
    for verb, group, resource in ALL:
        attributes = {"verb": verb, "group": group, "resource": resource, "namespace": namespace}
        review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview"}
        spec = {"user": USER, "resourceAttributes": attributes}
        answer = admin.request("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {**review, "spec": spec})
        if answer["status"]["allowed"]:
            found.add((verb, group, resource))
    return found


@pytest.fixture(scope="module")
def whole(plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Json:
    """The report of whoever may read everything."""
    return Program(plane.kubeconfig(), tmp_path_factory.mktemp("home")).report("scan", "-A")


@pytest.fixture
def viewer(plane: ControlPlane, tmp_path: Path) -> Program:
    """The program as the user whose rights the tests give."""
    return Program(plane.kubeconfig(USER, name=USER, namespace="shop"), tmp_path)


def verdicts(report: Json, *, confidence: bool = True) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Namespace, pod and container -> cause, and how sure it is."""
    return {
        (one["namespace"], one["pod"], one["container"]): (one["cause"], one["confidence"] if confidence else "")
        for one in report["failures"]
    }


def skipped(report: Json) -> set[tuple[str, str]]:
    """The checks that could not look at something, and the right that was missing."""
    return {
        (item["check"], re.sub(r".*\((verb \w+, resource [\w.]+)\).*", r"\1", item["text"]))
        for failure in report["failures"]
        for item in failure["evidence"]
        if item["result"] == "skipped"
    }


def facts(report: Json) -> Json:
    """All of a report but how long it took."""
    return {key: value for key, value in report.items() if key != "seconds"}


def test_the_roles_together_show_all_that_an_administrator_sees(given: Given, viewer: Program, whole: Json) -> None:
    with given(BASE, CLUSTER, SECRETS, ELSEWHERE):
        result = viewer.inside("scan", "-A", "-o", "json")
    assert (result.returncode, result.stderr) == (0, "")
    assert facts(json.loads(result.stdout)) == facts(whole)


def test_without_elsewhere_only_that_is_left_open(given: Given, viewer: Program, whole: Json) -> None:
    with given(BASE, CLUSTER, SECRETS):
        report = viewer.report("scan", "-A")
    assert verdicts(report) == verdicts(whole)
    assert skipped(report) == {("PullSecretOtherNamespace", "verb list, resource secrets")}


def test_a_missing_secret_is_found_elsewhere(given: Given, viewer: Program, admin: Admin) -> None:
    admin.create(pull_secret("dev", "regcred-prod", "word"))
    try:
        with given(BASE, CLUSTER, SECRETS, ELSEWHERE):
            report = viewer.report("diagnose", "deploy/refunds", "-n", "payments")
    finally:
        admin.delete("Secret", "dev", "regcred-prod")
    failure = report["failures"][0]
    assert (failure["cause"], failure["confidence"]) == ("PullSecretMissing", "confirmed")
    (item,) = [item for item in failure["evidence"] if item["check"] == "PullSecretOtherNamespace"]
    assert item["result"] == "info"
    assert "namespace dev" in item["text"]


def test_without_secrets_it_is_as_with_no_secrets(given: Given, viewer: Program, whole: Json) -> None:
    with given(BASE, CLUSTER):
        report, without = viewer.report("scan", "-A"), viewer.report("scan", "-A", "--no-secrets")
    assert verdicts(report) == verdicts(without)
    assert verdicts(report).keys() == verdicts(whole).keys()
    assert skipped(report) == {("PullSecretMatches", "verb get, resource secrets")}


def test_a_namespace_of_ones_own(given: Given, viewer: Program, whole: Json) -> None:
    with given(BASE, SECRETS, namespace="shop"):
        result = viewer("scan", "-o", "json", by_kubectl=True)
        other = viewer.inside("scan", "-n", "payments")
        everywhere = viewer.inside("scan", "-A", "-o", "json")
    assert (result.returncode, result.stderr) == (0, "")
    report = json.loads(result.stdout)
    assert verdicts(report) == {key: value for key, value in verdicts(whole).items() if key[0] == "shop"}
    assert skipped(report) == {(check, "verb get, resource nodes") for check in ("NodePlatform", "NodeCondition")}
    assert (other.returncode, other.stdout) == (3, "")
    assert other.stderr == (
        'error: not allowed to list pods in namespace payments (pods is forbidden: User "viewer" cannot list resource '
        '"pods" in API group "" in the namespace "payments"); ask for that right, and check it with '
        "'kubectl --context e2e auth can-i list pods -n payments'\n"
    )
    # the kubeconfig names this namespace and no other
    assert everywhere.returncode == 4
    everything = json.loads(everywhere.stdout)
    assert (verdicts(everything), skipped(everything)) == (verdicts(report), skipped(report))
    assert everywhere.stderr == (
        "note: namespaces: not allowed to list them (verb list, resource namespaces): tried namespace shop of the "
        "kubeconfig\n"
        "note: other namespaces: not allowed to list pods in all namespaces; read namespace shop\n"
    )


def test_all_namespaces_are_those_that_may_be_read(given: Given, viewer: Program, admin: Admin, whole: Json) -> None:
    others = sorted({one["metadata"]["name"] for one in admin.items("Namespace")} - {"payments", "shop"})
    with (
        given(BASE, SECRETS, namespace="shop"),
        given(BASE, SECRETS, namespace="payments"),
        given(CLUSTER),
    ):
        result = viewer("scan", "-A", "-o", "json", by_kubectl=True)
    assert result.returncode == 4
    report = json.loads(result.stdout)
    known = verdicts(whole)
    assert verdicts(report) == {key: value for key, value in known.items() if key[0] in {"payments", "shop"}}
    assert report["source"]["namespace"] is None
    assert report["podsScanned"] == sum(len(admin.items("Pod", one)) for one in ("payments", "shop"))
    assert result.stderr == (
        "note: other namespaces: not allowed to list pods in all namespaces; read namespaces payments, shop, not "
        f"allowed in namespaces {', '.join(others[:5])} and {len(others) - 5} more\n"
    )


def test_all_namespaces_where_none_may_be_read(given: Given, viewer: Program) -> None:
    with given(CLUSTER):
        result = viewer.inside("scan", "-A")
    assert (result.returncode, result.stdout) == (3, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: not allowed to list pods in all namespaces (pods is forbidden: ")
    assert "choose a namespace with -n, or ask for that right" in line


@pytest.mark.parametrize("right", OPTIONAL, ids=lambda right: f"{right[0]}-{right[2]}")
def test_one_right_less_costs_no_more_than_it_shows(given: Given, viewer: Program, whole: Json, right: Right) -> None:
    verb, group, resource = right
    with given(BASE, CLUSTER, SECRETS, ELSEWHERE, less=[right]):
        result = viewer.inside("scan", "-A", "-o", "json")
    report = json.loads(result.stdout)
    # only what is in a secret decides between causes
    exact = right != ("get", "", "secrets")
    note = (
        "note: pull secrets: not allowed to get secrets in namespace fraud (verb get, resource secrets), "
        "and 2 more reasons; they may decide the cause of 8 failures\n"
    )
    assert (result.returncode, result.stderr) == (0, "" if exact else note)
    assert verdicts(report, confidence=exact).keys() == verdicts(whole).keys()
    if exact:
        assert verdicts(report) == verdicts(whole)
    missing = f"verb {verb}, resource {resource}{group and f'.{group}'}"
    assert {why for _, why in skipped(report)} == {missing}


@pytest.mark.parametrize(("group", "resource"), LISTED_OR_NOT)
def test_to_list_and_to_get_stand_in_for_each_other(
    given: Given, viewer: Program, whole: Json, group: str, resource: str
) -> None:
    rights = [(verb, group, resource) for verb in ("get", "list")]
    for right in rights:
        with given(BASE, CLUSTER, SECRETS, ELSEWHERE, less=[right]):
            assert facts(viewer.report("scan", "-A")) == facts(whole)
    with given(BASE, CLUSTER, SECRETS, ELSEWHERE, less=rights):
        report = viewer.report("scan", "-A")
    assert verdicts(report) == verdicts(whole)
    assert {why for _, why in skipped(report)} == {f"verb get, resource {resource}{group and f'.{group}'}"}


def test_rights_that_are_not_needed_are_not_missed(given: Given, viewer: Program, whole: Json) -> None:
    with given(BASE, CLUSTER, SECRETS, ELSEWHERE, less=UNSEEN):
        assert facts(viewer.report("scan", "-A")) == facts(whole)


def test_without_events_what_only_they_show_is_missing(given: Given, viewer: Program, whole: Json) -> None:
    with given(BASE, CLUSTER, SECRETS, ELSEWHERE, less=[("list", "", "events")]):
        result = viewer("scan", "-A", "-o", "json", by_kubectl=True)
    assert result.returncode == 4
    report = json.loads(result.stdout)
    (line,) = result.stderr.splitlines()
    assert line.startswith("note: events: not allowed to list events in all namespaces (verb list, resource events)")
    known = verdicts(whole)
    assert verdicts(report).keys() < known.keys()
    assert {key: value for key, value in verdicts(report).items() if known[key] != value} == {}
    assert [one["what"] for one in report["skipped"]] == ["events"]


def test_without_pods_there_is_nothing(given: Given, viewer: Program) -> None:
    with given(BASE, CLUSTER, SECRETS, ELSEWHERE, less=[("list", "", "pods")]):
        result = viewer.inside("scan")
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr == (
        'error: not allowed to list pods in namespace shop (pods is forbidden: User "viewer" cannot list resource '
        '"pods" in API group "" in the namespace "shop"); ask for that right, and check it with '
        "'kubectl --context e2e auth can-i list pods -n shop'\n"
    )


def test_an_empty_namespace_that_may_not_be_looked_at(given: Given, viewer: Program) -> None:
    with given(BASE, less=[("get", "", "namespaces")]):
        result = viewer.inside("scan", "-n", "default")
    assert result.returncode == 4
    assert result.stderr == (
        'note: namespace default: it has no pods, and whether it exists could not be checked: namespaces "default" is '
        'forbidden: User "viewer" cannot get resource "namespaces" in API group "" in the namespace "default"\n'
    )
