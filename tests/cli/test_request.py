from __future__ import annotations

import pytest
import typer

from kubectl_imagepull.cli.flags import Flags
from kubectl_imagepull.cli.request import check_one_cluster, in_namespace_of, lenient_request, request_of
from kubectl_imagepull.kube.connection.options import Connection, Overrides
from kubectl_imagepull.runs.request import Request
from kubectl_imagepull.runs.target import Target


def refused(flags: Flags) -> str:
    with pytest.raises(typer.BadParameter) as caught:
        request_of(flags)
    return str(caught.value)


def test_without_flags_the_current_contexts_namespace_is_read() -> None:
    assert request_of(Flags()) == Request()


def test_flags_say_how_the_cluster_is_reached_and_what_is_read_of_it() -> None:
    target = Target("pod", "web-1")
    flags = Flags(
        contexts=["eu"],
        request_timeout="1m30s",
        as_user="jane",
        as_groups=["dev"],
        server="https://x",
        namespace="shop",
        selector="app=web",
        full=True,
        no_secrets=True,
    )
    assert request_of(flags, (target,), 10) == Request(
        connection=Connection(
            context="eu",
            request_timeout=90,
            as_user="jane",
            as_groups=("dev",),
            overrides=Overrides(server="https://x"),
        ),
        namespace="shop",
        selector="app=web",
        targets=(target,),
        full=True,
        secrets_left_out="--no-secrets was given",
        closely=10,
    )


@pytest.mark.parametrize(
    ("contexts", "several"), [(None, ()), (["a"], ()), (["a", "a"], ()), (["a", "b", "a"], ("a", "b", "a"))]
)
def test_several_contexts_are_several_clusters(contexts: list[str] | None, several: tuple[str, ...]) -> None:
    request = request_of(Flags(contexts=contexts))
    assert (request.contexts, request.several_clusters) == (several, bool(several))
    assert request_of(Flags(all_contexts=True)).several_clusters


def test_a_recording_is_read_whatever_is_said_about_a_cluster() -> None:
    flags = Flags(recordings=["dump"], request_timeout="soon", kubeconfig="x")
    assert request_of(flags) == Request(recordings=("dump",))
    assert refused(Flags(recordings=["dump"], selector="a in")).startswith(
        '--selector: "a in" isn\'t a valid label selector: '
    )


def test_a_value_that_is_none_is_refused_in_the_flags_words() -> None:
    assert refused(Flags(request_timeout="soon", selector="a in")) == (
        '--request-timeout: "soon" isn\'t a duration: use seconds (30) or units (1s, 2m, 1h)'
    )
    assert refused(Flags(insecure_skip_tls_verify=True, certificate_authority="x")) == (
        "--insecure-skip-tls-verify and --certificate-authority: use only one of them"
    )


def test_in_a_line_that_is_not_complete_flags_may_contradict_each_other() -> None:
    flags = Flags(contexts=["a", "b"], token="t")
    assert refused(flags) == "--token is for one cluster: it can't be combined with more than one --context"
    assert lenient_request(flags).connection.context == "a"


def test_targets_may_name_the_namespace() -> None:
    one, other = Target("pod", "a", "shop"), Target("pod", "b", "bank")
    assert in_namespace_of(Flags(), (one,)) == Flags(namespace="shop")
    assert in_namespace_of(Flags(namespace="shop"), (one,)) == Flags(namespace="shop")
    assert in_namespace_of(Flags(all_namespaces=True), (one, other)) == Flags(all_namespaces=True)
    for flags, targets in ((Flags(namespace="bank"), (one,)), (Flags(), (one, other))):
        with pytest.raises(typer.BadParameter, match=r"\Ashop/pod/a names its namespace, and "):
            in_namespace_of(flags, targets)


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        (Flags(recordings=["x"]), "--wait follows a cluster; a recording doesn't change"),
        (Flags(all_contexts=True), "--wait follows one cluster: it can't be combined with --all-contexts"),
        (Flags(contexts=["a", "b"]), "--wait follows one cluster: it can't be combined with more than one --context"),
    ],
)
def test_what_is_followed_is_one_cluster(flags: Flags, why: str) -> None:
    with pytest.raises(typer.BadParameter) as caught:
        check_one_cluster(flags, "--wait")
    assert str(caught.value) == why
