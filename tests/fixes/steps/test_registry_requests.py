"""Asking a registry from a node."""

from __future__ import annotations

from node_tasks import NamedTasks
from registry_failures import context, fails, lines

from kubectl_imagepull.fixes.steps.registry_requests import ask_registry, registry_request, wait_for_retry
from kubectl_imagepull.vocabulary.fix import Who

TIMEOUT = "dial tcp 198.51.100.7:443: i/o timeout"


def test_a_registry_is_asked_as_the_runtime_does() -> None:
    here = context(fails(TIMEOUT, "registry.corp.example:5000/a:1"))
    (fix,) = ask_registry(here, NamedTasks(here).run("See", registry_request(here)))
    assert lines(fix) == ["curl -sSi --max-time 20 https://registry.corp.example:5000/v2/"]
    assert fix.notes == ("An answer of 200 or 401 is fine: the registry is up and reachable.",)


def test_a_host_of_layers_is_no_registry() -> None:
    here = context(fails(TIMEOUT, "nginx:1.25", asked="production.cloudflare.docker.com"))
    (fix,) = ask_registry(here, NamedTasks(here).run("See", registry_request(here)))
    assert lines(fix) == ["curl -sSi --max-time 20 https://production.cloudflare.docker.com/"]
    assert fix.notes == ("Any answer is fine, even 403 or 404: the layers' host is reachable.",)


def test_a_way_out_without_a_command_gets_no_note() -> None:
    here = context(fails(TIMEOUT))
    assert ask_registry(here, NamedTasks(here).mirror()) == list(NamedTasks(here).mirror())


def test_waiting_is_nobody_s_work() -> None:
    fix = wait_for_retry("The registry was slow")
    assert fix.text == "The registry was slow: the kubelet retries by itself within five minutes."
    assert (fix.who, fix.commands, fix.brief) == (Who.NOBODY, (), "Wait for the next attempt")
