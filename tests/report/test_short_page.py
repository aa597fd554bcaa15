from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typed import typed

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.report.short_page import MOST_LINES, lines_taken, short_pages, who_in_words
from kubectl_imagepull.report.text import display_width
from kubectl_imagepull.runs.demonstration import report_on_workload
from kubectl_imagepull.vocabulary.causes import Cause, What
from kubectl_imagepull.vocabulary.fix import Fix, Where, Who
from kubectl_imagepull.vocabulary.workload import Workload
from tests.report.reports import HOSTILE, recorded

if TYPE_CHECKING:
    from tests.report.conftest import Build

AT_80 = """\
RateLimited  monitoring/daemonset/node-logger +1  3 pods on worker-a and
    worker-b, 3h5m
  hub.corp.example answers 429: it has been asked for too many pulls.
Do this (you):
    kubectl imagepull explain RateLimited
Not it? The evidence: add --details
  | unexpected status from HEAD request to https:.../1.27: 429 Too Many Requests

TagNotFound  shop/deployment/frontend  3 pods on worker-a, 12m
  registry.corp.example has shop/frontend, but not shop/frontend:v2.4.0. v2.3.1
  ran here until 12 minutes ago, in revision 41.
Do this (you): Set a tag that exists. Helm release shop owns the Deployment:
  change image.tag in its values, or the next upgrade takes it back.
    kubectl -n shop set image deployment/frontend frontend=registry.corp.example/shop/frontend:v2.3.1
Then:
    kubectl -n shop rollout status deployment/frontend --timeout=2m
Not it? 1 more fix and the evidence: add --details
  | registry.corp.example/shop/frontend:v2.4.0: not found

NoCredentials?  payments/statefulset/gateway  1 pod on worker-a, 3d
  private.corp.example wants a login for payments/api, and none was sent. The
  pod names no pull secret.
Do this (you): Create the secret, then name it in the service account.
    kubectl -n payments create secret docker-registry corp-pull --docker-server=private.corp.example --docker-username=USER --docker-password=PASSWORD
    kubectl -n payments patch serviceaccount default -p '{"imagePullSecrets":[{"name":"corp-pull"}]}'
Not it? It may be Forbidden or RepositoryNotFoundOrPrivate. The evidence: add
    --details
  | unexpected status from HEAD request to
  | https://private.corp.example/v2/payments/api/manifests/v3.2.1: 403 Forbidden

CauseNotReported  payments/deployment/reconciler  1 pod on worker-b, 22h
  registry.corp.example/payments/ledger@sha256:9f86d081884c... can't be pulled,
  and neither the pod's status nor an event says why any more.
Do this (you):
    kubectl imagepull explain CauseNotReported
Not it? The evidence: add --details

NodeDiskFull  platform/daemonset/agent  1 pod on worker-a
  There is no space left on node worker-a.
Do this (you):
    kubectl imagepull explain NodeDiskFull
Not it? The evidence: add --details
  | write /var/lib/containerd/ingest/data: no space left on device

9 of 68 pods can't pull an image, for 5 root causes (all namespaces, context
prod-eu, 0.8 s). 1 thing could not be looked at: see the notes.
"""
#: Of the recorded cluster, 80 columns wide: who reads each of them knows what is wrong and what to type.
PAGES = {
    ("shop", "deployment/frontend"): """\
TagNotFound  shop/deployment/frontend  4 pods on worker-a, 5m40s
  registry.corp.example says that it doesn't have shop/frontend:v2.4.0.
Do this (you): Use an existing tag: v2.4.0 isn't there
  The runtime also says 'not found' for a missing repository, and for a private
  one that is hidden.
    skopeo list-tags docker://registry.corp.example/shop/frontend
    kubectl set image deployment/frontend frontend=registry.corp.example/shop/frontend:"${EXISTING_TAG:?a tag that exists}" -n shop
Then:
    kubectl imagepull diagnose deployment/frontend -n shop --wait
Not it? 1 more fix and the evidence: add --details
  | registry.corp.example/shop/frontend:v2.4.0: not found
""",
    ("payments", "deployment/api"): """\
BadCredentials  payments/deployment/api  2 pods on worker-a, 5m40s
  Secret corp-registry has credentials for private.corp.example, and the
  registry refused them.
Do this (you): Add secret corp-registry-good to deployment/api
    kubectl patch deployment/api -n payments -p '{"spec":{"template":{"spec":{"imagePullSecrets":[{"name":"corp-registry"},{"name":"corp-registry-good"}]}}}}'
Then:
    kubectl imagepull diagnose deployment/api -n payments --wait
Not it? 2 more fixes and the evidence: add --details
  | unexpected status from HEAD request to https://p.../v3.2.1: 401 Unauthorized
""",
    ("payments", "deployment/refunds"): """\
PullSecretMissing  payments/deployment/refunds  2 pods on worker-a, 5m39s
  Secret regcred-prod, which the pod references, doesn't exist in namespace
  payments.
Do this (you): Add secret corp-registry-good to deployment/refunds
    kubectl patch deployment/refunds -n payments -p '{"spec":{"template":{"spec":{"imagePullSecrets":[{"name":"regcred-prod"},{"name":"corp-registry-good"}]}}}}'
Then:
    kubectl imagepull diagnose deployment/refunds -n payments --wait
Not it? 2 more fixes and the evidence: add --details
  | authorization failed: no basic auth credentials
""",
    ("shop", "deployment/checkout"): """\
DnsFailure  shop/deployment/checkout  2 pods on worker-a, 5m36s
  The host registry.corp.exmaple doesn't exist, says DNS server 10.20.0.2.
  registry.corp.exmaple looks like a typo for registry.corp.example, which pod
  logistics/route-planner-5897655bdb-2ltzh uses.
Do this (you): Name registry.corp.example/shop/checkout:v4.11.0
    kubectl set image deployment/checkout checkout=registry.corp.example/shop/checkout:v4.11.0 -n shop
Then:
    kubectl imagepull diagnose deployment/checkout -n shop --wait
Not it? 2 more fixes and the evidence: add --details
  | dial tcp: lookup registry.corp.exmaple on 10.20.0.2:53: no such host
""",
    ("infra", "deployment/vault"): """\
TlsUnknownAuthority  infra/deployment/vault  2 pods on worker-a, 5m33s
  The certificate of untrusted.corp.example isn't trusted on node worker-a.
Do this (the cluster's admin, on node worker-a): Only node worker-a fails, and
  images of untrusted.corp.example are pulled on node worker-b: compare what
  /etc/containerd says about untrusted.corp.example on node worker-a (containerd
  2.1) and on a node that can pull.
    sudo grep -rn -A 8 -F untrusted.corp.example /etc/containerd
Then:
    kubectl imagepull diagnose deployment/vault -n infra --wait
Not it? 2 more fixes and the evidence: add --details
  | failed to verify certificate: x509: certificate signed by unknown authority
""",
    ("logistics", "deployment/tracker"): """\
ProxyFailure  logistics/deployment/tracker  2 pods on worker-a, 22m
  The proxy 10.20.0.50:3128 on the way from node worker-a to harbor.corp.example
  is down, or refuses.
Ask the cluster's admin: The proxy 10.20.0.50:3128 that the runtime on node
  worker-a uses can't be reached: start it, or correct its address on the node.
Then:
    kubectl imagepull diagnose deployment/tracker -n logistics --wait
Not it? 1 more fix and the evidence: add --details
  | proxyconnect tcp: dial tcp 10.20.0.50:3128: connect: connection refused
""",
    ("fraud", "deployment/scorer"): """\
Forbidden  fraud/deployment/scorer  1 pod on worker-a, 5m38s
  ecr.corp.example doesn't let this login pull fraud/scorer.
Ask whoever runs ecr.corp.example: Let the account in secret ecr-token pull
  fraud/scorer from ecr.corp.example: grant it read access to the repository in
  the registry.
Then:
    kubectl imagepull diagnose deployment/scorer -n fraud --wait
Not it? It may be ExpiredCredentials. 1 more fix and the evidence: add --details
  | unexpected status from HEAD request to
  | https://ecr.corp.example/v2/fraud/scorer/manifests/2.8: 403 Forbidden
""",
    ("edge", "deployment/gateway"): """\
PlatformMismatch  edge/deployment/gateway  2 pods on worker-a, 5m30s
  registry.corp.example/edge/gateway:v1.4 isn't built for the platform of node
  worker-a.
Do this (whoever publishes registry.corp.example/edge/gateway):
  registry.corp.example/edge/gateway:v1.4 has no linux/amd64 variant: have it
  built for that platform too, and pushed under the same tag.
    docker buildx build --platform=linux/amd64,linux/arm64 -t registry.corp.example/edge/gateway:v1.4 --push .
Then:
    kubectl imagepull diagnose deployment/gateway -n edge --wait
Not it? 1 more fix and the evidence: add --details
  | no match for platform in ...305861a342ad5bb70c1a95d25dea8cdf6cfbb: not found
""",
    ("logistics", "deployment/route-planner"): """\
KubeletThrottled  logistics/deployment/route-planner  10 pods on worker-a, 20m
  More pulls were wanted at once on node worker-a than its kubelet allows
  itself.
Wait (nobody has to act): Node worker-a pulled too many images at once: the
  kubelet retries by itself within five minutes.
Then:
    kubectl imagepull diagnose deployment/route-planner -n logistics --wait
Not it? 2 more fixes and the evidence: add --details
  | pull QPS exceeded
""",
    ("monitoring", "daemonset/node-logger"): """\
RateLimited  monitoring/daemonset/node-logger  2 pods on worker-a and worker-b,
    5m38s
  hub.corp.example answers 429: it has been asked for too many pulls.
Do this (you): Create a pull secret for hub.corp.example
    kubectl create secret docker-registry regcred-hub-corp-example -n monitoring --docker-server=hub.corp.example --docker-username="${REGISTRY_USER:?your user name at the registry}" --docker-password="$(sh -c 'test "$REGISTRY_PASSWORD" || { trap "stty echo; exit 1" INT; stty -echo; printf "Password for hub.corp.example: " >&2; read -r REGISTRY_PASSWORD; stty echo; echo >&2; } </dev/tty; printf %s "$REGISTRY_PASSWORD"')" --dry-run=client -o yaml | kubectl apply --server-side -n monitoring -f - &&
    kubectl patch daemonset/node-logger -n monitoring -p '{"spec":{"template":{"spec":{"imagePullSecrets":[{"name":"regcred-hub-corp-example"}]}}}}'
Then:
    kubectl imagepull diagnose daemonset/node-logger -n monitoring --wait
Not it? 2 more fixes and the evidence: add --details
""",
    ("web", "deployment/landing"): """\
TagNotFound  web/deployment/landing  1 pod on worker-a, 4m19s
  registry.corp.example says that it doesn't have shop/web:v1.0.1-rc. Revision 1
  of deployment/landing ran registry.corp.example/shop/web:v1.0.0, and 2 pods of
  it still run: the tag changed from v1.0.0 to v1.0.1-rc.
Do this (you): Go back to revision 1 of deployment/landing
    kubectl rollout undo deployment/landing --to-revision=1 -n web
Then:
    kubectl imagepull diagnose deployment/landing -n web --wait
Not it? 1 more fix and the evidence: add --details
  | failed to resolve image: registry.corp.example/shop/web:v1.0.1-rc: not found
""",
    ("shop", "deployment/loyalty"): """\
InvalidReference  shop/deployment/loyalty  2 pods on worker-a, 5m27s
  registry.corp.example/Shop/Loyalty:v1.0 is no valid image name, so no registry
  is asked for it.
Do this (you): A repository name is lower-case:
  registry.corp.example/Shop/Loyalty has capital letters, which only a tag may
  have.
    kubectl set image deployment/loyalty loyalty=registry.corp.example/shop/loyalty:v1.0 -n shop
Then:
    kubectl imagepull diagnose deployment/loyalty -n shop --wait
Not it? The evidence: add --details
  | invalid reference format: repository name (Shop/Loyalty) must be lowercase
""",
    ("infra", "statefulset/consul"): """\
TlsCertificateExpired  infra/statefulset/consul  1 pod on worker-a, 5m33s
  The certificate of expired.corp.example has expired, on 2026-10-19T22:01:52Z.
Do this (whoever runs expired.corp.example): The certificate of
  expired.corp.example expired on 19 October 2026: ask whoever runs it to renew
  it and restart the server. This shows its dates, from any machine that can
  reach it.
    openssl s_client -connect expired.corp.example:443 -servername expired.corp.example </dev/null | openssl x509 -noout -subject -issuer -dates
Then:
    kubectl imagepull diagnose statefulset/consul -n infra --wait
Not it? 1 more fix and the evidence: add --details
  | certificate has expired o...26-11-23T22:54:42Z is after 2026-10-19T22:01:52Z
""",
}


def test_every_kind_of_root_cause(build: Build) -> None:
    assert short_pages(build.cluster(), width=80) + "\n" == AT_80


@pytest.mark.parametrize(("namespace", "workload"), PAGES)
def test_a_stranger_knows_what_is_wrong_and_what_to_type(namespace: str, workload: str) -> None:
    page = short_pages(report_on_workload(recorded(), namespace, workload), width=80)
    assert page + "\n" == PAGES[namespace, workload]


def pages() -> list[str]:
    *every, summary = short_pages(recorded(), width=80).split("\n\n")
    assert summary.startswith("68 of 79 pods can't pull an image, for 43 root causes")
    return every


def test_twelve_lines_are_enough_for_each_root_cause_of_the_recorded_cluster() -> None:
    """But where a command alone takes more: then nothing is said that can be left out."""
    longer = {}
    for page in pages():
        lines = page.split("\n")
        if lines_taken(lines) > MOST_LINES:
            longer[lines[0].split()[0]] = lines
    assert sorted(longer) == ["HttpHttpsMismatch", "NoCredentials", "PullSecretMalformed", "RateLimited"]
    for lines in longer.values():
        commands = [line for line in lines if line.startswith("    ") and not line.startswith("    5m")]
        assert lines_taken(commands) >= 6
        assert len(lines) - len(commands) <= 8
        assert not any(line.startswith("  | ") for line in lines)


def test_each_page_answers_what_and_what_to_type() -> None:
    for page in pages():
        lines = page.split("\n")
        assert re.match(r"[A-Z]\w+\??  [a-z-]+/[a-z]+/[a-z0-9-]+( \+\d+)?  ", lines[0])
        (ask,) = [line for line in lines if re.match(r"(Do this|Ask|Wait)\b.*:", line)]
        assert lines.index(ask) <= 5
        assert lines[lines.index("Then:") + 1].startswith("    kubectl imagepull diagnose ")
        assert lines[lines.index("Then:") + 1].endswith(" --wait")
        assert lines[lines.index("Then:") + 2].startswith("Not it? ")
        assert "add --details" in page


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_only_commands_are_wider_than_the_terminal(width: int) -> None:
    for line in short_pages(recorded(), width=width).split("\n"):
        assert display_width(line) <= width or line.startswith("    ")


def test_what_heals_by_itself_comes_last() -> None:
    asked = [bool(re.search("^Wait", page, re.MULTILINE)) for page in pages()]
    assert asked == sorted(asked)
    assert asked.count(True) == 2


WHOM = {
    Fix("Do it.", typed("a")): "Do this (you): Do it.\n    a\n",
    Fix("Have it done.", typed("a"), Who.CLUSTER_ADMIN, where=Where.NODE, nodes=("a", "b")): (
        "Do this (the cluster's admin, on nodes a and b): Have it done.\n    a\n"
    ),
    Fix("Have it done.", typed("a"), Who.CLUSTER_ADMIN, where=Where.NODE): (
        "Do this (the cluster's admin, on the node): Have it done.\n    a\n"
    ),
    Fix("Open it.", who=Who.CLUSTER_ADMIN): "Ask the cluster's admin: Open it.\n",
    Fix("Push it.", who=Who.PUBLISHER): "Ask whoever publishes registry.corp.example/shop/frontend: Push it.\n",
    Fix("Allow it.", who=Who.REGISTRY_OWNER): "Ask whoever runs registry.corp.example: Allow it.\n",
    Fix("Look there.", who=Who.YOU): "Do this (you): Look there.\n",
    Fix("It heals.", who=Who.NOBODY): "Wait (nobody has to act): It heals.\n",
}


@pytest.mark.parametrize("fix", WHOM, ids=lambda fix: f"{fix.who.value} {len(fix.commands)} {len(fix.nodes)}")
def test_who_is_said_in_words(build: Build, fix: Fix) -> None:
    page = short_pages(build.report(build.diagnosis(fixes=(fix,))), width=80)
    assert f"\n{WHOM[fix]}Not it? " in page


def test_an_image_that_cant_be_read_has_a_publisher_too(build: Build) -> None:
    one = build.diagnosis(image="A:b:c")
    assert who_in_words(Who.PUBLISHER, one) == "whoever publishes the image"
    assert who_in_words(Who.REGISTRY_OWNER, one) == "whoever runs the registry"


def test_the_others_of_a_root_cause_arent_forgotten(build: Build) -> None:
    fix = Fix("Do it.", typed("a"))
    report = build.report(
        build.diagnosis("a", fixes=(fix,)), build.diagnosis("b", workload=Workload("Job", "b"), fixes=(fix,))
    )
    page = short_pages(report, width=80)
    assert page.startswith("TagNotFound  shop/deployment/web +1  2 pods on worker-a, 12m\n")
    assert "\n    a\n  The commands above are for shop/deployment/web; the others need the same.\nNot it?" in page


def test_several_clusters(build: Build) -> None:
    pages = short_pages(build.clusters(), width=120)
    assert "TagNotFound  prod-us/shop/deployment/frontend  2 pods on worker-a, 12m\n" in pages
    assert pages.endswith(
        "\n\n4 of 68 pods can't pull an image, for 3 root causes (all namespaces, contexts prod-eu, prod-us, 0.8 s)."
    )


def test_an_unsure_cause_has_a_question_mark_and_the_others_are_named(build: Build) -> None:
    page = short_pages(build.report(build.cluster().diagnoses[3]), width=100, color=True)
    assert page.startswith("\x1b[1;31mNoCredentials?\x1b[0m  payments/")
    assert "Not it?\x1b[0m It may be Forbidden or RepositoryNotFoundOrPrivate. The evidence: add --details" in page


def test_colour_changes_no_word() -> None:
    colored = short_pages(recorded(), width=80, color=True)
    assert re.sub("\x1b\\[[0-9;]*m", "", colored) == short_pages(recorded(), width=80)


def test_nothing_fails(build: Build) -> None:
    assert short_pages(build.report(), width=80) == (
        "No failed image pulls: looked at 68 pods (all namespaces, context prod-eu, 0.8\ns)."
    )


@settings(deadline=None)
@given(st.text(max_size=60) | st.just(HOSTILE), st.sampled_from([None, 40, 80]), st.sampled_from(Cause))
def test_hostile_text_stays_in_its_place(build: Build, name: str, width: int | None, cause: Cause) -> None:
    one = build.diagnosis(
        name,
        cause,
        namespace=name,
        image=name,
        node=name,
        message=f"x: {name}",
        host=name,
        workload=Workload("Deployment", name, name),
        evidence=(Evidence(Check.NODE_PLATFORM, Result.BAD, name),),
        fixes=(Fix(name, who=Who.PUBLISHER),),
    )
    text = short_pages(build.report(one, replace(one, workload=Workload("Job", name))), width=width)
    assert text.replace("\n", "").isprintable()
    assert width is None or all(display_width(line) <= width for line in text.split("\n"))
    assert sum(line.startswith(("Then:", "Do this")) for line in text.split("\n")) == 0


def test_a_pause_image_is_said_to_be_one(build: Build) -> None:
    one = build.diagnosis(
        cause=Cause.CORRUPT_CONTENT, image="registry.k8s.io/pause:3.10", what=What.SANDBOX, container=None
    )
    assert (
        "\n  What node worker-a got of the node's pause image registry.k8s.io/pause:3.10\n  isn't what"
        in short_pages(build.report(one), width=80)
    )


def test_what_loses_data_is_said_where_its_command_stands(build: Build) -> None:
    command = typed("kubectl drain node-a --delete-emptydir-data")
    fix = Fix("Replace node-a.", command, short=("Replace node-a",), notes=("Data is lost.",), loses_data=True)
    many = "\n".join(f"kubectl get node node-{number}" for number in range(12))
    for lines in (command, (*command, *typed(many))):
        text = short_pages(build.report(build.diagnosis(fixes=(replace(fix, commands=lines),))), width=80)
        assert "\n  Data is lost.\n    kubectl drain node-a --delete-emptydir-data\n" in text


def test_the_pause_image_is_said_to_be_one_where_it_is_at_fault(build: Build) -> None:
    of_node = {"what": What.SANDBOX, "container": None, "image": "registry.corp.example/pause:3.10"}
    missing = short_pages(build.report(build.diagnosis(cause=Cause.TAG_NOT_FOUND, **of_node)), width=120)
    said = "\n  registry.corp.example/pause:3.10 is the pause image, which the node needs for any pod.\n"
    assert said.strip() in " ".join(missing.split())
    full = short_pages(build.report(build.diagnosis(cause=Cause.NODE_DISK_FULL, **of_node)), width=120)
    assert "pause image" not in full
