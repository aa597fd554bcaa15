"""Questions to real registries on loopback: Debian's docker-registry, open, with htpasswd and with a token server.

They speak TLS with an authority of their own.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from e2e.docker_registry import HTPASSWD, PASSWORD, RunningRegistry, signed_token, start
from registry.wire import Asked, Says, WireServer

from kubectl_imagepull.registry.image_answer import ImageAnswer, ImageState, LoginState, ProbeLogin, TagList
from kubectl_imagepull.registry.image_probe import ImageQuestion
from kubectl_imagepull.registry.probing import ProbeOptions, probe_images
from kubectl_imagepull.vocabulary.image_reference import parse

GOOD = ProbeLogin("secret regcred", "joe", PASSWORD)
WRONG = ProbeLogin("secret old", "joe", "wrong")
BASIC = f"Basic {b64encode(f'joe:{PASSWORD}'.encode()).decode()}"


@pytest.fixture(autouse=True)
def without_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def open_registry(tmp_path_factory: pytest.TempPathFactory, own_certificate: Path) -> Iterator[RunningRegistry]:
    running = start(tmp_path_factory.mktemp("open") / "r", own_certificate)
    for tag in ("1.1", "1.2", "v2.0"):
        running.push("team/app", tag)
    running.push("team/arm", "1", "linux/arm64")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def basic_registry(tmp_path_factory: pytest.TempPathFactory, own_certificate: Path) -> Iterator[RunningRegistry]:
    folder = tmp_path_factory.mktemp("basic")
    (folder / "htpasswd").write_text(HTPASSWD)
    auth = f"auth: {{htpasswd: {{realm: tests, path: {folder}/htpasswd}}}}"
    running = start(folder / "r", own_certificate, auth, BASIC)
    running.push("team/app", "1.1")
    yield running
    running.stop()


@pytest.fixture
def token_registry(
    tmp_path: Path, own_certificate: Path, servers: Callable[..., WireServer]
) -> Iterator[tuple[RunningRegistry, WireServer]]:
    """A registry that wants tokens, and its token server, which gives joe the right to pull what is under team/."""
    tokens = servers()

    def give(asked: Asked) -> Says:
        query = parse_qs(urlsplit(asked.path).query)
        if asked.authorization not in {None, BASIC}:
            return Says(401, {"Content-Type": "application/json"}, b'{"errors":[{"code":"UNAUTHORIZED"}]}')
        kind, name, actions = query["scope"][0].split(":")
        may = asked.authorization == BASIC and name.startswith("team/")
        access = [{"type": kind, "name": name, "actions": actions.split(",")}] if may else []
        body = json.dumps({"token": signed_token(own_certificate, "tests", access)}).encode()
        return Says(200, {"Content-Type": "application/json"}, body)

    tokens.answers["*"] = give
    auth = (
        f"auth: {{token: {{realm: 'https://localhost:{tokens.port}/token', service: tests, issuer: tests, "
        f"rootcertbundle: {own_certificate}}}}}"
    )
    running = start(tmp_path / "r", own_certificate, auth)
    access = [{"type": "repository", "name": name, "actions": ["push", "pull"]} for name in ("team/app", "other/app")]
    running.login = f"Bearer {signed_token(own_certificate, 'tests', access)}"
    running.push("team/app", "1.1")
    running.push("other/app", "1.1")
    tokens.asked.clear()
    yield running, tokens
    running.stop()


def ask(running: RunningRegistry, image: str, *logins: ProbeLogin, allow: tuple[str, ...] = ()) -> ImageAnswer:
    question = ImageQuestion(parse(f"{running.host}/{image}"), logins)
    options = ProbeOptions((running.host, *allow), str(running.certificate))
    (answer,) = probe_images([question], options).values()
    return answer


def test_an_open_registry(open_registry: RunningRegistry) -> None:
    there = ask(open_registry, "team/app:1.2")
    assert (there.state, there.platforms, there.anonymous) == (ImageState.FOUND, ("linux/amd64",), True)
    assert ask(open_registry, "team/arm:1").platforms == ("linux/arm64",)
    by_digest = ask(open_registry, f"team/app@{there.digest}")
    assert (by_digest.state, by_digest.digest) == (ImageState.FOUND, there.digest)
    tag = ask(open_registry, "team/app:2.0")
    assert (tag.state, tag.status, tag.code) == (ImageState.TAG_MISSING, 404, "MANIFEST_UNKNOWN")
    assert tag.tags is not None
    assert sorted(tag.tags.tags) == ["1.1", "1.2", "v2.0"]
    assert ask(open_registry, "team/nothing:1").state is ImageState.REPOSITORY_MISSING


def test_a_list_of_tags_on_more_than_one_page(open_registry: RunningRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kubectl_imagepull.registry.image_probe._TAGS_A_PAGE", 2)
    answer = ask(open_registry, "team/app:9")
    assert answer.tags is not None
    assert sorted(answer.tags.tags) == ["1.1", "1.2", "v2.0"]


def test_htpasswd(basic_registry: RunningRegistry) -> None:
    nobody = ask(basic_registry, "team/app:1.1")
    assert (nobody.state, nobody.status, nobody.login_state) == (ImageState.REFUSED, 401, LoginState.NOT_SENT)
    good = ask(basic_registry, "team/app:1.1", GOOD)
    assert (good.state, good.login_state, good.platforms) == (ImageState.FOUND, LoginState.ACCEPTED, ("linux/amd64",))
    wrong = ask(basic_registry, "team/app:1.1", WRONG)
    assert (wrong.state, wrong.login_state) == (ImageState.REFUSED, LoginState.REFUSED)
    missing = ask(basic_registry, "team/app:1.2", GOOD)
    assert (missing.state, missing.tags) == (ImageState.TAG_MISSING, TagList(("1.1",), complete=True))
    assert ask(basic_registry, "team/none:1", GOOD).state is ImageState.REPOSITORY_MISSING


def test_a_token_server(token_registry: tuple[RunningRegistry, WireServer]) -> None:
    running, tokens = token_registry
    named = (f"localhost:{tokens.port}",)
    nobody = ask(running, "team/app:1.1", allow=named)
    assert (nobody.state, nobody.status, nobody.granted) == (ImageState.REFUSED, 401, ())
    good = ask(running, "team/app:1.1", GOOD, allow=named)
    assert (good.state, good.login_state, good.granted) == (ImageState.FOUND, LoginState.ACCEPTED, ("pull",))
    wrong = ask(running, "team/app:1.1", WRONG, allow=named)
    assert (wrong.state, wrong.login_state) == (ImageState.REFUSED, LoginState.REFUSED)
    no_right = ask(running, "other/app:1.1", GOOD, allow=named)
    assert (no_right.state, no_right.login_state, no_right.granted) == (ImageState.REFUSED, LoginState.ACCEPTED, ())
    missing = ask(running, "team/app:1.2", GOOD, allow=named)
    assert missing.tags == TagList(("1.1",), complete=True)
    assert {asked.authorization for asked in tokens.asked} == {None, BASIC, f"Basic {b64encode(b'joe:wrong').decode()}"}


def test_a_token_server_that_is_not_named_gets_nothing(token_registry: tuple[RunningRegistry, WireServer]) -> None:
    running, tokens = token_registry
    answer = ask(running, "team/app:1.1", GOOD)
    assert not answer.tells
    assert tokens.asked == []


def test_a_registry_whose_authority_is_not_named(open_registry: RunningRegistry) -> None:
    question = ImageQuestion(parse(f"{open_registry.host}/team/app:1.2"))
    (answer,) = probe_images([question], ProbeOptions((open_registry.host,))).values()
    assert answer.state is ImageState.UNANSWERED
    assert answer.why.startswith("its certificate is not trusted")
