from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typed import typed

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.report.detail import diagnosis_pages
from kubectl_imagepull.report.table import scan_table
from kubectl_imagepull.report.text import display_width
from kubectl_imagepull.vocabulary.causes import Cause, What
from kubectl_imagepull.vocabulary.command import Command, Effect, Placeholder
from kubectl_imagepull.vocabulary.fix import Fix, Who
from kubectl_imagepull.vocabulary.workload import Workload

if TYPE_CHECKING:
    from tests.report.conftest import Build

AT_80 = """\
RateLimited: the registry's rate limit was reached

  Pod:         monitoring/node-logger-lz4sx and 2 more, see below
  Workload:    daemonset/node-logger
  Container:   logger
  Image:       hub.corp.example/library/nginx:1.27
  Nodes:       worker-a, worker-b
  Status:      ImagePullBackOff
  Since:       3h5m (2026-11-23T19:55:00Z)
  Confidence:  likely: the text says so
  Retries:     may help: the kubelet keeps trying, and this can heal by itself

  The registry answered 429: too many pulls from this address or account. It
  resets by itself at the end of the window.

  What to do: kubectl imagepull explain RateLimited

  Read from the container's status (waiting.message):
    | unexpected status from HEAD request to
    | https://hub.corp.example/v2/library/nginx/manifests/1.27: 429 Too Many
    | Requests

  Also, for the same reason, in 2 more pods:
    monitoring/daemonset/node-logger: node-logger-twksv
    web/pod: mirror-test


TagNotFound: this tag or digest is not in the registry

  Pod:         shop/frontend-9fd6ff554-fw2xk and 2 more, see below
  Workload:    deployment/frontend, managed by Helm release shop
  Container:   frontend
  Image:       registry.corp.example/shop/frontend:v2.4.0
  Node:        worker-a
  Status:      ImagePullBackOff
  Since:       12m (2026-11-23T22:48:00Z)
  Confidence:  likely: the text says so
  Retries:     won't help until somebody changes something
  Details:     the repository exists

  The registry answered that the tag, digest or manifest doesn't exist.
  containerd can't tell a missing tag from a missing repository.

  Fix 1: Set a tag that exists. Helm release shop owns the Deployment: change
    image.tag in its values, or the next upgrade takes it back.
      kubectl -n shop set image deployment/frontend frontend=registry.corp.example/shop/frontend:v2.3.1

  Fix 2: Or go back to the revision that ran.
      kubectl -n shop rollout undo deployment/frontend

  Then see that it worked:
      kubectl -n shop rollout status deployment/frontend --timeout=2m

  Read from the container's status (waiting.message):
    | Back-off pulling image "registry.corp.example/shop/frontend:v2.4.0":
    | ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack
    | image "registry.corp.example/shop/frontend:v2.4.0": failed to resolve
    | image: registry.corp.example/shop/frontend:v2.4.0: not found

  Evidence:
    info     v2.3.1 ran here until 12 minutes ago, in revision 41
             (PreviousImage)
    info     12 other pods pull from registry.corp.example
             (SameRegistryElsewhere)
    ok       the pod names one pull secret, corp-pull (NoPullSecret)
    skipped  secret corp-pull: you may not get secrets in shop
             (PullSecretMatches)

  Also, for the same reason, in 2 more pods:
    shop/deployment/frontend: frontend-9fd6ff554-m8q4z, frontend-9fd6ff554-zmmbf


NoCredentials: the registry requires a login, and none was sent

  Pod:         payments/gateway-0
  Workload:    statefulset/gateway
  Container:   gateway
  Image:       private.corp.example/payments/api:v3.2.1
  Node:        worker-a
  Status:      ImagePullBackOff
  Since:       3d (2026-11-20T23:00:00Z)
  Confidence:  possible: the text allows more than one cause
  Retries:     won't help until somebody changes something

  The registry requires a login (401, or a 403 to an anonymous request) and the
  kubelet had no credentials for it: the pod has no pull secret, or none of them
  matches the image's registry.

  It could also be:
    Forbidden: the registry denies access to this image
    RepositoryNotFoundOrPrivate: the repository does not exist, or is private
  Is it none of these? 'kubectl imagepull report' prints what to post, without
  your names.

  Fix: Create the secret, then name it in the service account.
      kubectl -n payments create secret docker-registry corp-pull --docker-server=private.corp.example --docker-username=USER --docker-password=PASSWORD
      kubectl -n payments patch serviceaccount default -p '{"imagePullSecrets":[{"name":"corp-pull"}]}'

  Read from the event Failed:
    | unexpected status from HEAD request to
    | https://private.corp.example/v2/payments/api/manifests/v3.2.1: 403
    | Forbidden

  Evidence:
    bad  the pod names no pull secret (NoPullSecret)


CauseNotReported: the pod is backing off, and the error is no longer recorded

  Pod:         payments/reconciler-6bccd86bd4-nbptw
  Workload:    deployment/reconciler
  Container:   reconciler
  Image:       registry.corp.example/payments/ledger@
               sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0
               f00a08
  Node:        worker-b
  Status:      ImagePullBackOff
  Since:       22h (2026-11-23T01:00:00Z)
  Confidence:  none: there is no text left to judge by

  Neither the pod's status nor any event still has the error: events are kept
  for an hour. The next attempt shows it again.

  What to do: kubectl imagepull explain CauseNotReported

  Until then there is nothing to read a cause from. The kubelet waits five
  minutes at most between two tries: look again then.


NodeDiskFull: the node's disk is full

  Pod:         platform/agent-68shc
  Workload:    daemonset/agent
  Sandbox:     the node's pause image, which every pod on it needs
  Image:       registry.k8s.io/pause:3.10
  Node:        worker-a
  Status:      ContainerCreating
  Confidence:  likely: the text says so
  Retries:     won't help until somebody changes something

  There is no space left where the node's runtime stores or unpacks images.

  What to do: kubectl imagepull explain NodeDiskFull

  Read from the event FailedCreatePodSandBox:
    | failed to copy: write /var/lib/containerd/ingest/data: no space left on
    | device


9 of 68 pods can't pull an image, for 5 root causes (all namespaces, context
prod-eu, 0.8 s). 1 thing could not be looked at: see the notes.
"""

FRONTEND_AT_120 = """\
TagNotFound: this tag or digest is not in the registry

  Pod:         shop/frontend-9fd6ff554-fw2xk and 2 more, see below
  Workload:    deployment/frontend, managed by Helm release shop
  Container:   frontend
  Image:       registry.corp.example/shop/frontend:v2.4.0
  Node:        worker-a
  Status:      ImagePullBackOff
  Since:       12m (2026-11-23T22:48:00Z)
  Confidence:  likely: the text says so
  Retries:     won't help until somebody changes something
  Details:     the repository exists

  The registry answered that the tag, digest or manifest doesn't exist. containerd can't tell a
  missing tag from a missing repository.

  Fix 1: Set a tag that exists. Helm release shop owns the Deployment: change image.tag in its
    values, or the next upgrade takes it back.
      kubectl -n shop set image deployment/frontend frontend=registry.corp.example/shop/frontend:v2.3.1

  Fix 2: Or go back to the revision that ran.
      kubectl -n shop rollout undo deployment/frontend

  Then see that it worked:
      kubectl -n shop rollout status deployment/frontend --timeout=2m

  Read from the container's status (waiting.message):
    | Back-off pulling image "registry.corp.example/shop/frontend:v2.4.0": ErrImagePull: rpc error: code = NotFound desc
    | = failed to pull and unpack image "registry.corp.example/shop/frontend:v2.4.0": failed to resolve image:
    | registry.corp.example/shop/frontend:v2.4.0: not found

  Evidence:
    info     v2.3.1 ran here until 12 minutes ago, in revision 41 (PreviousImage)
    info     12 other pods pull from registry.corp.example (SameRegistryElsewhere)
    ok       the pod names one pull secret, corp-pull (NoPullSecret)
    skipped  secret corp-pull: you may not get secrets in shop (PullSecretMatches)

  Also, for the same reason, in 2 more pods:
    shop/deployment/frontend: frontend-9fd6ff554-m8q4z, frontend-9fd6ff554-zmmbf
"""

GATEWAY_UNLIMITED = """\
NoCredentials: the registry requires a login, and none was sent

  Pod:         payments/gateway-0
  Workload:    statefulset/gateway
  Container:   gateway
  Image:       private.corp.example/payments/api:v3.2.1
  Node:        worker-a
  Status:      ImagePullBackOff
  Since:       3d (2026-11-20T23:00:00Z)
  Confidence:  possible: the text allows more than one cause
  Retries:     won't help until somebody changes something

  The registry requires a login (401, or a 403 to an anonymous request) and the kubelet had no credentials for it: the pod has no pull secret, or none of them matches the image's registry.

  It could also be:
    Forbidden: the registry denies access to this image
    RepositoryNotFoundOrPrivate: the repository does not exist, or is private
  Is it none of these? 'kubectl imagepull report' prints what to post, without your names.

  Fix: Create the secret, then name it in the service account.
      kubectl -n payments create secret docker-registry corp-pull --docker-server=private.corp.example --docker-username=USER --docker-password=PASSWORD
      kubectl -n payments patch serviceaccount default -p '{"imagePullSecrets":[{"name":"corp-pull"}]}'

  Read from the event Failed:
    | unexpected status from HEAD request to https://private.corp.example/v2/payments/api/manifests/v3.2.1: 403 Forbidden

  Evidence:
    bad  the pod names no pull secret (NoPullSecret)
"""

CROWD = """\
TagNotFound: this tag or digest is not in the registry

  Pod:         shop/web-000 and 399 more, see below
  Workload:    deployment/web
  Container:   web
  Image:       registry.corp.example/shop/frontend:v2.4.0
  Node:        worker-a
  Status:      ImagePullBackOff
  Since:       12m (2026-11-23T22:48:00Z)
  Confidence:  likely: the text says so
  Retries:     won't help until somebody changes something

  The registry answered that the tag, digest or manifest doesn't exist.
  containerd can't tell a missing tag from a missing repository.

  What to do: kubectl imagepull explain TagNotFound

  Read from the container's status (waiting.message):
    | Back-off pulling image "registry.corp.example/shop/frontend:v2.4.0":
    | ErrImagePull: registry.corp.example/shop/frontend:v2.4.0: not found

  Also, for the same reason, in 399 more pods:
    shop/deployment/web: web-001, web-002, web-003, 393 more
    shop/deployment/extra-397: web-397
    shop/deployment/extra-398: web-398
    shop/deployment/extra-399: web-399
"""


def test_every_root_cause_in_full(build: Build) -> None:
    assert diagnosis_pages(build.cluster(), width=80) + "\n" == AT_80


def test_prose_stays_narrow_on_a_wide_terminal(build: Build) -> None:
    assert diagnosis_pages(build.report(*build.cluster().diagnoses[:3]), width=120) + "\n" == FRONTEND_AT_120


def test_nothing_is_wrapped_without_a_terminal(build: Build) -> None:
    assert diagnosis_pages(build.report(build.cluster().diagnoses[3])) + "\n" == GATEWAY_UNLIMITED


def test_four_hundred_pods_are_one_block(build: Build) -> None:
    assert diagnosis_pages(build.crowd(), width=80) + "\n" == CROWD


def test_many_workloads_are_counted(build: Build) -> None:
    text = diagnosis_pages(
        build.report(*(build.diagnosis(f"p{n}", workload=Workload("Job", f"job-{n}")) for n in range(40))), width=80
    )
    assert "    shop/job/job-8: p8\n    ... and 31 more workloads: -o json lists all" in text


def test_two_containers_of_one_pod(build: Build) -> None:
    text = diagnosis_pages(build.report(build.diagnosis("web-0"), build.diagnosis("web-0", container="debug")))
    assert "Pod:         shop/web-0\n" in text
    assert text.endswith(
        "  Also, for the same reason, in the same pod:\n    shop/deployment/web: web-0 (container debug)"
    )


def test_the_surest_diagnosis_with_a_text_is_shown(build: Build) -> None:
    text = diagnosis_pages(build.report(build.diagnosis("a", message=""), build.diagnosis("b")))
    assert "Pod:         shop/b and 1 more, see below" in text


def test_nothing_fails(build: Build) -> None:
    assert diagnosis_pages(build.report(), width=80) == (
        "No failed image pulls: looked at 68 pods (all namespaces, context prod-eu, 0.8\ns)."
    )


@pytest.mark.parametrize(
    ("what", "row"),
    [
        (What.CONTAINER, "Container:   web\n"),
        (What.INIT_CONTAINER, "Container:   web (init container)\n"),
        (What.EPHEMERAL_CONTAINER, "Container:   web (ephemeral container)\n"),
        (What.IMAGE_VOLUME, "Container:   web (its image volume)\n"),
        (What.SANDBOX, "Sandbox:     the node's pause image, which every pod on it needs\n"),
    ],
)
def test_what_was_pulled(build: Build, what: What, row: str) -> None:
    assert row in diagnosis_pages(build.report(build.diagnosis(what=what)))


def test_what_the_cluster_read_the_image_as(build: Build) -> None:
    text = diagnosis_pages(build.report(build.diagnosis(image="myimage", answered_by="mirror.corp.example")))
    assert "Image:        myimage\n  Read as:      docker.io/library/myimage:latest\n" in text
    assert "Answered by:  mirror.corp.example, another host than the image's\n" in text


@pytest.mark.parametrize(
    ("details", "row"),
    [
        ({"stage": "dial"}, "while connecting"),
        ({"repositoryVerified": False}, "the repository itself may be missing too"),
        ({"policy": "node", "later": "x\n"}, r"a policy on the node; later x\n"),
    ],
)
def test_details_are_explained(build: Build, details: dict[str, str | bool], row: str) -> None:
    assert f"Details:     {row}\n" in diagnosis_pages(build.report(build.diagnosis(details=details)))


def test_an_unknown_text_is_shown_whole(build: Build) -> None:
    message = "strange words " * 800 + "the end"
    text = diagnosis_pages(build.report(build.diagnosis("a", Cause.UNKNOWN, message=message)), width=80)
    assert "".join(message.split()) in "".join(text.replace("\n    | ", "").split())
    assert "Confidence:  none: no rule reads the text" in text


def test_a_very_long_text_ends_early_and_says_so(build: Build) -> None:
    text = diagnosis_pages(build.report(build.diagnosis(message="many words " * 8000)), width=80)
    assert text.endswith("\n    ... 1,207 more lines: -o json has the whole text")
    assert len(text) < 4000


def test_line_breaks_of_a_text_are_kept(build: Build) -> None:
    text = diagnosis_pages(
        build.report(build.diagnosis(message="\none\r\n\ntwo\x1b[2J\rx\n", message_source=None)), width=80
    )
    assert text.endswith("\n\n  Read from the cluster:\n    | one\n    |\n    | two\\x1b[2J\\rx")


def test_evidence_stands_bad_first(build: Build) -> None:
    evidence = tuple(Evidence(result.value.title(), result, "says so") for result in reversed(Result))
    text = diagnosis_pages(build.report(build.diagnosis(evidence=evidence)))
    assert (
        "  Evidence:\n"
        "    bad      says so (Bad)\n"
        "    info     says so (Info)\n"
        "    ok       says so (Ok)\n"
        "    skipped  says so (Skipped)"
    ) in text


COMMANDS = (
    'kubectl -n shop patch serviceaccount default -p \'{"imagePullSecrets":[{"name":"corp-pull"}]}\' ' + "x" * 200,
    "kubectl create secret x &&",
    "kubectl delete pod y",
    "kubectl get secret x",
    "kubectl get pods -n 图",
)


@pytest.mark.parametrize("width", [None, 40, 80])
@pytest.mark.parametrize("color", [False, True])
def test_commands_can_be_pasted(build: Build, width: int | None, color: bool) -> None:  # noqa: FBT001 - a parameter of the test
    fixes = (Fix("Do it.", typed(COMMANDS[0], "\n".join(COMMANDS[1:3]), *COMMANDS[3:])),)
    text = diagnosis_pages(
        build.report(build.diagnosis(fixes=fixes, verification=typed("kubectl get pods"))), width=width, color=color
    )
    plain = re.sub("\x1b\\[[0-9;]*m", "", text)
    assert (
        f"\n      {COMMANDS[0]}\n      {COMMANDS[1]}\n      {COMMANDS[2]}\n      {COMMANDS[3]}\n      {COMMANDS[4]}\n"
        in plain
    )
    assert "\n\n  Then see that it worked:\n      kubectl get pods\n\n  Read from " in plain


@pytest.mark.parametrize("bad", ["\x1b[2J", "\u202e", "\t", "\r", "\x9b", "\u00a0"])
def test_a_command_that_would_not_paste_as_shown_is_left_out(build: Build, bad: str) -> None:
    command = f"kubectl set image deployment/web 'web={bad}'\nsecond line"
    text = diagnosis_pages(build.report(build.diagnosis(fixes=(Fix("Do it.", typed(command, "kubectl get pods")),))))
    lines = text.split("\n  Fix: Do it.\n")[1].split("\n\n")[0].split("\n")
    assert lines == [
        "      # a command is left out here: a name in it holds characters that can't be shown",
        "      kubectl get pods",
    ]


HOSTILE = "x\x1b[2J\x1b]0;pwned\x07y\u202e\n\r  Fix 1: run\trm -rf\x9b31m:1\u200b\ud800"


@settings(deadline=None)
@given(st.text(max_size=60) | st.just(HOSTILE), st.sampled_from([None, 40, 80]))
def test_hostile_text_stays_in_its_place(build: Build, name: str, width: int | None) -> None:
    diagnosis = build.diagnosis(
        name,
        namespace=name,
        container=name,
        image=name,
        node=name,
        reason=name,
        message=name,
        message_source=name,
        answered_by=name,
        details={name: name},
        workload=Workload("Deployment", name, name),
        evidence=(Evidence(Check.NODE_PLATFORM, Result.BAD, name),),
        fixes=(Fix(name),),
    )
    text = diagnosis_pages(
        build.report(diagnosis, build.diagnosis(name + "2", workload=Workload("Job", name))), width=width
    )
    assert text.replace("\n", "").isprintable()
    assert width is None or all(display_width(line) <= width for line in text.split("\n"))
    assert text.count("\n  Fix 1: ") == 0


def test_colour_is_only_where_it_helps(build: Build) -> None:
    report = build.cluster()
    text = diagnosis_pages(report, width=80, color=True)
    for painted in (
        "\x1b[1;31mTagNotFound\x1b[0m\x1b[1m: this tag",
        "\x1b[1;33mRateLimited\x1b[0m",
        "    \x1b[31mbad\x1b[0m  the pod names no pull secret \x1b[2m(NoPullSecret)\x1b[0m",
        "      \x1b[36mkubectl -n shop rollout undo deployment/frontend\x1b[0m\n",
        "\x1b[1m  Fix 1:\x1b[0m Set a tag",
    ):
        assert painted in text
    assert re.sub("\x1b\\[[0-9;]*m", "", text) == diagnosis_pages(report, width=80)


def test_placeholders_are_to_be_filled_in(build: Build) -> None:
    file = Placeholder("CA_FILE", "the certificate file of the CA")
    fix = Fix("On node worker-a, put the CA there.", (Command(("sudo", "cp", file, "/etc")), Command(("cat", file))))
    plain = Fix("Run it.", typed("kubectl get pods"))
    text = diagnosis_pages(build.report(build.diagnosis(fixes=(fix,))), width=80)
    assert (
        '\n\n  Before you paste, replace "${...}" with your own values: CA_FILE is the\n'
        "  certificate file of the CA. Single quotes keep a $ as it is.\n\n"
    ) in text
    text = diagnosis_pages(build.report(build.diagnosis(fixes=(plain,))), width=80)
    assert "Before you paste" not in text


def test_a_fix_says_who_has_to_act_what_to_know_first_and_how_to_take_it_back(build: Build) -> None:
    fixes = (
        Fix("Ask for it.", who=Who.REGISTRY_OWNER),
        Fix("Do it.", typed("kubectl a"), notes=("The pod is deleted.",), undo=typed("kubectl b")),
    )
    text = diagnosis_pages(build.report(build.diagnosis(fixes=fixes)), width=80)
    assert (
        "  Fix 1 (whoever runs the registry): Ask for it.\n\n"
        "  Fix 2: Do it.\n    The pod is deleted.\n      kubectl a\n    To undo:\n      kubectl b"
    ) in text


def test_a_page_of_several_clusters_names_its_own(build: Build) -> None:
    report = build.clusters("prod eu\x1b", "prod-us")
    assert [line for line in diagnosis_pages(report, width=80).split("\n") if line.startswith("  Cluster: ")] == [
        "  Cluster:     prod-us",
        r"  Cluster:     prod eu\x1b",
        r"  Cluster:     prod eu\x1b",
    ]
    assert (
        "  Also, for the same reason, in 1 more pod:\n    shop/deployment/frontend: frontend-9fd6ff554-m8q4z"
        in diagnosis_pages(report)
    )
    assert "Cluster:" not in diagnosis_pages(build.cluster())


def test_one_page_of_several_clusters_says_which_were_read(build: Build) -> None:
    report = build.clusters()
    one = replace(report, root_causes=report.root_causes[:1], diagnoses=report.diagnoses[:3])
    assert diagnosis_pages(one).endswith("(all namespaces, contexts prod-eu, prod-us, 0.8 s).")


@pytest.mark.parametrize(("effect", "word"), [(Effect.DELETES_POD, "pod"), (Effect.DELETES_JOB, "Job")])
def test_what_is_deleted_is_deleted_for_all(build: Build, effect: Effect, word: str) -> None:
    fix = Fix("Do it.", (Command(("kubectl", "x"), frozenset({effect})),))
    api = Workload("Deployment", "api")
    report = build.report(build.diagnosis("a", fixes=(fix,)), build.diagnosis("b", fixes=(fix,), workload=api))
    assert f"Where a {word} is deleted, those of the others below go the same way." in diagnosis_pages(report)


def test_of_the_pods_of_one_workload_none_is_left_over(build: Build) -> None:
    fix = Fix("Do it.", (Command(("kubectl", "x"), frozenset({Effect.DELETES_POD})),))
    report = build.report(build.diagnosis("a", fixes=(fix,)), build.diagnosis("b", fixes=(fix,)))
    assert "is deleted" not in diagnosis_pages(report)


def test_a_page_says_since_when_its_root_cause_is_there_as_the_table_does(build: Build) -> None:
    new = build.diagnosis("web-0", since=timedelta(minutes=12))
    old = build.diagnosis("web-1", since=timedelta(hours=5))
    report = build.report(new, old)
    assert "  Since:       5h (2026-11-23T18:00:00Z)\n" in diagnosis_pages(report)
    assert scan_table(report).splitlines()[1].split()[2:] == ["2", "shop/deployment/web", "5h"]
