"""What a registry's answers make of an image, over a transport that is swapped."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest
from registry.transport import (
    CONFIG,
    INDEX,
    MANIFEST,
    Answer,
    Transport,
    refusal,
    reply,
    token,
    wants_token,
    with_token,
)

from kubectl_imagepull.registry.exchange import RegistryReply, RegistryRequest
from kubectl_imagepull.registry.image_answer import (
    ImageAnswer,
    ImageState,
    LoginState,
    ProbeLogin,
    PullLimit,
    TagList,
)
from kubectl_imagepull.registry.image_probe import ImageProbe, ImageQuestion
from kubectl_imagepull.registry.reach import ReachPolicy
from kubectl_imagepull.vocabulary.image_reference import parse

HOST = "https://registry.test"
IMAGE = "registry.test/team/app:1.2"
URL = f"{HOST}/v2/team/app/manifests/1.2"
TAGS = f"{HOST}/v2/team/app/tags/list?n=1000"
REALM = "https://auth.registry.test/token"
ASKED = f"{REALM}?service=registry.test&scope=repository%3Ateam%2Fapp%3Apull"
LOGIN = ProbeLogin("secret regcred", "joe", "s3cret")
NO_TAGS = refusal(404, "NAME_UNKNOWN", "repository name not known to registry")


def ask(
    answers: dict[str, Answer], image: str = IMAGE, *logins: ProbeLogin, platforms: bool = False
) -> tuple[ImageAnswer, list[str]]:
    transport = Transport(answers)
    reference = parse(image)
    probe = ImageProbe(reference.registry, transport, ReachPolicy())
    answer = probe.ask(ImageQuestion(reference, logins, platforms))
    assert answer.asked is not None
    return replace(answer, asked=None), transport.log


def found(**headers: str) -> RegistryReply:
    return reply(200, {}, content_type=INDEX, **headers)


def test_what_anybody_may_pull_takes_one_request_and_no_login() -> None:
    digest = f"sha256:{'1' * 64}"
    answer, log = ask({URL: found(docker_content_digest=digest)}, IMAGE, LOGIN)
    assert answer == ImageAnswer(ImageState.FOUND, status=200, digest=digest)
    assert log == [f"HEAD {URL}"]


def test_all_kinds_of_manifests_are_accepted() -> None:
    transport = Transport({URL: found()})
    ImageProbe("registry.test", transport, ReachPolicy()).ask(ImageQuestion(parse(IMAGE), platforms=False))
    assert sorted(transport.sent[0].headers["Accept"].split(", ")) == [
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        INDEX,
        MANIFEST,
    ]


def test_docker_hub_is_asked_at_its_host_and_says_how_many_pulls_are_left() -> None:
    url = "https://registry-1.docker.io/v2/library/nginx/manifests/1.27"
    realm = "https://auth.docker.io/token"
    asked = f"{realm}?service=registry.docker.io&scope=repository%3Alibrary%2Fnginx%3Apull"
    limits = {
        "ratelimit_limit": "100;w=21600",
        "ratelimit_remaining": "7;w=21600",
        "docker_ratelimit_source": "1.2.3.4",
    }
    challenge = wants_token(realm, "registry.docker.io", "repository:library/nginx:pull")
    answers = {url: with_token(found(**limits), challenge), asked: token(["pull"])}
    answer, log = ask(answers, "nginx:1.27", platforms=True)
    assert answer.limit == PullLimit(100, 7, 21600, "1.2.3.4")
    # a look at the platforms would take one of the few that are left: only HEADs were sent
    assert answer.platforms_unread == "only 7 pulls are left, and a look at them takes one"
    assert log == [f"HEAD {url}", f"GET {asked}", f"HEAD {url} *"]
    assert answer.granted == ("pull",)


def test_an_index_offers_platforms() -> None:
    document = {
        "mediaType": INDEX,
        "manifests": [
            {"platform": {"os": "linux", "architecture": "amd64"}},
            {"platform": {"os": "linux", "architecture": "arm", "variant": "v7"}},
            {"platform": {"os": "unknown", "architecture": "unknown"}},
            {"platform": {"os": "linux\x1b[2J", "architecture": "amd64"}},
            "nonsense",
        ],
    }
    answer, log = ask({URL: reply(200, document, content_type=INDEX)}, platforms=True)
    assert (answer.platforms, answer.platforms_unread) == (("linux/amd64", "linux/arm/v7"), "")
    assert log == [f"HEAD {URL}", f"GET {URL}"]


def test_a_single_image_names_its_platform_in_its_configuration() -> None:
    config = json.dumps({"os": "linux", "architecture": "arm64"}).encode()
    digest = f"sha256:{hashlib.sha256(config).hexdigest()}"
    document = {"mediaType": MANIFEST, "config": {"mediaType": CONFIG, "digest": digest}}
    blob = f"{HOST}/v2/team/app/blobs/{digest}"
    elsewhere = "https://blobs.example/x?signature=1"
    answers: dict[str, Answer] = {
        URL: with_token(reply(200, document, content_type=MANIFEST), wants_token(REALM)),
        ASKED: token(["pull"]),
        blob: reply(307, location=elsewhere),
        elsewhere: reply(200, config),
    }
    answer, log = ask(answers, platforms=True)
    assert answer.platforms == ("linux/arm64",)
    # the blob's store is another host: no token goes there
    assert log[-2:] == [f"GET {blob} *", f"GET {elsewhere}"]
    lying = {**answers, elsewhere: reply(200, b'{"os":"linux","architecture":"amd64"}')}
    answer, _ = ask(lying, platforms=True)
    assert (answer.platforms, answer.platforms_unread) == ((), "the image names none")


@pytest.mark.parametrize(
    ("document", "kind", "what"),
    [
        (
            {"config": {"mediaType": "application/vnd.cncf.helm.config.v1+json"}},
            MANIFEST,
            "application/vnd.cncf.helm.config.v1+json",
        ),
        (
            {"artifactType": "application/vnd.x", "config": {"mediaType": "application/vnd.oci.empty.v1+json"}},
            MANIFEST,
            "application/vnd.x",
        ),
        (
            {"schemaVersion": 1},
            "application/vnd.docker.distribution.manifest.v1+prettyjws",
            "application/vnd.docker.distribution.manifest.v1+prettyjws",
        ),
    ],
)
def test_what_is_no_container_image(document: dict[str, object], kind: str, what: str) -> None:
    answer, _ = ask({URL: reply(200, document, content_type=kind)}, platforms=True)
    assert (answer.state, answer.why) == (ImageState.NO_IMAGE, what)


def test_a_digest_that_lies() -> None:
    promised = f"sha256:{'a' * 64}"
    url = f"{HOST}/v2/team/app/manifests/{promised}"
    other = f"sha256:{'b' * 64}"
    answer, _ = ask({url: found(docker_content_digest=other)}, f"registry.test/team/app@{promised}")
    assert (answer.state, answer.why) == (ImageState.CORRUPT, f"it answers with {other}")
    answer, _ = ask({url: found(docker_content_digest=promised)}, f"registry.test/team/app@{promised}", platforms=True)
    real = f"sha256:{hashlib.sha256(b'{}').hexdigest()}"
    assert (answer.state, answer.digest) == (ImageState.CORRUPT, real)
    # a tag's manifest is held against the digest that the registry itself names for it
    answer, _ = ask({URL: found(docker_content_digest=promised)}, platforms=True)
    assert answer.why == f"what it sends has digest {real}, and not {promised}"


# -- missing -------------------------------------------------------------------------------------------------------


def test_a_missing_tag_is_told_from_a_missing_repository_by_the_list() -> None:
    gone = refusal(404, "MANIFEST_UNKNOWN", "manifest unknown")
    answer, log = ask({URL: gone, TAGS: reply(200, {"name": "team/app", "tags": ["1.1", "1.3", "b\x1bd"]})})
    assert answer.state is ImageState.TAG_MISSING
    assert (answer.status, answer.code, answer.why) == (404, "MANIFEST_UNKNOWN", "manifest unknown")
    assert answer.tags == TagList(("1.1", "1.3"), complete=True)
    assert log == [f"HEAD {URL}", f"GET {URL}", f"GET {TAGS}"]
    # registry:2 says the same of the manifest for both
    answer, _ = ask({URL: gone, TAGS: NO_TAGS})
    assert (answer.state, answer.tags) == (ImageState.REPOSITORY_MISSING, None)
    answer, _ = ask({URL: refusal(404, "NAME_UNKNOWN"), TAGS: NO_TAGS})
    assert answer.state is ImageState.REPOSITORY_MISSING


def test_where_the_list_is_refused_it_stays_open_which_is_missing() -> None:
    answer, _ = ask({URL: refusal(404, "NOT_FOUND"), TAGS: refusal(401, "UNAUTHORIZED")})
    assert answer.state is ImageState.MISSING


def test_a_list_is_read_page_by_page_and_an_endless_one_is_left() -> None:
    gone = refusal(404, "MANIFEST_UNKNOWN")
    second = f"{HOST}/v2/team/app/tags/list?n=1000&last=b"
    pages: dict[str, Answer] = {
        URL: gone,
        TAGS: reply(200, {"tags": ["a", "b"]}, link='</v2/team/app/tags/list?n=1000&last=b>; rel="next"'),
        second: reply(200, {"tags": ["c"]}),
    }
    answer, _ = ask(pages)
    assert answer.tags == TagList(("a", "b", "c"), complete=True)

    counter = iter(range(1000))

    def endless(request: RegistryRequest) -> RegistryReply:
        return reply(200, {"tags": [f"t{next(counter)}"]}, link=f"<{request.url}&x=1>; rel=next")

    class Endless(Transport):
        def send(self, request: RegistryRequest, deadline: float) -> RegistryReply:  # noqa: ARG002 - as connections have it
            self.sent.append(request)
            return endless(request) if "/tags/list" in request.url else replace(gone)

    transport = Endless({})
    answer = ImageProbe("registry.test", transport, ReachPolicy()).ask(ImageQuestion(parse(IMAGE)))
    assert answer.tags == TagList(("t0", "t1", "t2", "t3", "t4"), complete=False)
    assert len(transport.sent) == 2 + 5


def test_a_next_page_at_another_host_is_not_asked_for() -> None:
    answers = {
        URL: refusal(404, "MANIFEST_UNKNOWN"),
        TAGS: reply(200, {"tags": ["a"]}, link='<https://evil.test/v2/team/app/tags/list>; rel="next"'),
    }
    answer, log = ask(answers)
    assert answer.tags == TagList(("a",), complete=True)
    assert not [line for line in log if "evil" in line]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (401, ImageState.REFUSED),
        (402, ImageState.BLOCKED),
        (403, ImageState.REFUSED),
        (405, ImageState.BLOCKED),
        (412, ImageState.BLOCKED),
        (429, ImageState.RATE_LIMITED),
    ],
)
def test_a_refusal_by_its_status(status: int, state: ImageState) -> None:
    answer, log = ask({URL: refusal(status, "DENIED", "no\nway \x1b[31m", retry_after="900")})
    assert (answer.state, answer.status, answer.code, answer.why) == (state, status, "DENIED", "no way ?[31m")
    assert answer.retry_after == 900.0
    assert log == [f"HEAD {URL}", f"GET {URL}"]


@pytest.mark.parametrize(
    ("status", "why"),
    [(404, "it answers 404, which is no registry's answer"), (410, "it answers 410, and nothing was learned")],
)
def test_a_web_page_says_nothing_about_an_image(status: int, why: str) -> None:
    answer, _ = ask({URL: reply(status, b"<html>not found</html>", content_type="text/html")})
    assert (answer.state, answer.why) == (ImageState.UNANSWERED, why)
    answer, _ = ask({URL: reply(200, b"<html>", content_type="text/html; charset=utf-8")})
    assert (answer.state, answer.why) == (ImageState.UNANSWERED, "what it sends is text/html")


def test_what_is_short_of_patience_is_asked_again_once() -> None:
    turns = iter([503, 200, 500, 500, 500, 500])

    def answers(_: RegistryRequest) -> RegistryReply:
        return reply(next(turns), {}, content_type=INDEX, retry_after="0")

    assert ask({URL: answers})[0].state is ImageState.FOUND
    answer, log = ask({URL: answers})
    assert (answer.state, answer.why) == (ImageState.UNANSWERED, "it answers 500, and nothing was learned")
    assert log == [f"HEAD {URL}"] * 2 + [f"GET {URL}"] * 2


def test_a_registry_that_cannot_be_reached() -> None:
    answer, _ = ask({})
    assert (answer.state, answer.why, answer.tells) == (ImageState.UNANSWERED, "connection refused", False)


# -- logins --------------------------------------------------------------------------------------------------------


def private(**extra: Answer) -> dict[str, Answer]:
    """A registry with a token server: who logs in as joe may pull."""

    def tokens(request: RegistryRequest) -> RegistryReply:
        authorization = request.headers.get("Authorization")
        if authorization is None:
            return token([])
        return token(["pull"]) if authorization == "Basic am9lOnMzY3JldA==" else refusal(401, "UNAUTHORIZED")

    def manifests(request: RegistryRequest) -> RegistryReply:
        may_pull = request.headers.get("Authorization") == f"Bearer {json.loads(token(['pull']).body)['token']}"
        return found() if may_pull else wants_token(REALM, scope="repository:team/app:pull")

    return {URL: manifests, ASKED: tokens, **extra}


def test_a_private_image_is_asked_for_as_anybody_and_then_with_the_login() -> None:
    answer, log = ask(private(), IMAGE, LOGIN)
    assert (answer.state, answer.login, answer.login_state) == (
        ImageState.FOUND,
        "secret regcred",
        LoginState.ACCEPTED,
    )
    assert (answer.granted, answer.anonymous) == (("pull",), False)
    assert log == [
        f"HEAD {URL}",
        f"GET {ASKED}",
        f"HEAD {URL} *",
        f"GET {URL} *",
        f"HEAD {URL}",
        f"GET {ASKED} *",
        f"HEAD {URL} *",
    ]


def test_a_login_that_is_wrong() -> None:
    answer, _ = ask(private(), IMAGE, ProbeLogin("secret old", "joe", "wrong"))
    assert (answer.state, answer.login_state) == (ImageState.REFUSED, LoginState.REFUSED)
    assert answer.why == "its token server answers 401"


def test_a_login_that_is_right_and_may_not_pull() -> None:
    answers = {URL: wants_token(REALM), ASKED: token([])}
    answer, _ = ask(answers, IMAGE, LOGIN)
    assert (answer.state, answer.login_state, answer.granted) == (ImageState.REFUSED, LoginState.ACCEPTED, ())


def test_the_second_login_is_tried_where_the_first_is_refused() -> None:
    answer, log = ask(private(), IMAGE, ProbeLogin("secret old", "joe", "wrong"), LOGIN)
    assert (answer.state, answer.login) == (ImageState.FOUND, "secret regcred")
    assert len([line for line in log if line == f"GET {ASKED} *"]) == 2


def test_basic_logins() -> None:
    asks = refusal(401, "UNAUTHORIZED", "authentication required", www_authenticate='Basic realm="x"')

    def answers(request: RegistryRequest) -> RegistryReply:
        return found() if request.headers.get("Authorization") == "Basic am9lOnMzY3JldA==" else asks

    answer, _ = ask({URL: answers})
    assert (answer.state, answer.login_state, answer.anonymous) == (ImageState.REFUSED, LoginState.NOT_SENT, True)
    answer, _ = ask({URL: answers}, IMAGE, LOGIN)
    assert (answer.state, answer.login_state) == (ImageState.FOUND, LoginState.ACCEPTED)
    answer, _ = ask({URL: answers}, IMAGE, ProbeLogin("secret old", "joe", "wrong"))
    assert (answer.state, answer.login_state) == (ImageState.REFUSED, LoginState.REFUSED)


def test_images_of_one_repository_share_a_token() -> None:
    transport = Transport(private())
    probe = ImageProbe("registry.test", transport, ReachPolicy())
    for _ in range(3):
        probe.ask(ImageQuestion(parse(IMAGE), (LOGIN,), platforms=False))
    assert len([line for line in transport.log if line == f"GET {ASKED} *"]) == 1


def test_no_password_shows() -> None:
    assert "s3cret" not in repr(LOGIN)
    assert "joe" not in repr(ImageQuestion(parse(IMAGE), (LOGIN,)))
    assert "Basic" not in repr(RegistryRequest("GET", URL, {"Authorization": "Basic x"}))


# -- where nothing may go --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("realm", "why"),
    [
        ("https://evil.test/token", "its token server, https://evil.test, doesn't belong to registry.test"),
        ("http://auth.registry.test/token", "its token server, http://auth.registry.test, doesn't belong"),
        ("http://registry.test/token", "its token server, http://registry.test, doesn't belong"),
        ("https://127.0.0.1/token", "its token server, https://127.0.0.1, doesn't belong"),
        ("https://169.254.169.254/latest/meta-data", "its token server, https://169.254.169.254, doesn't belong"),
        ("file:///etc/passwd", "its token server, 'file:///etc/passwd', is no URL"),
        ("", "its token server, '', is no URL"),
        ("https://registry.test@evil.test/", "its token server, 'https://REDACTED@evil.test/', is no URL"),
    ],
)
@pytest.mark.parametrize("logins", [(), (LOGIN,)])
def test_a_realm_that_is_not_the_registrys_gets_nothing(realm: str, why: str, logins: tuple[ProbeLogin, ...]) -> None:
    answer, log = ask({URL: wants_token(realm)}, IMAGE, *logins)
    assert answer.state is ImageState.NOT_ASKED
    assert answer.why.startswith(why)
    assert set(log) == {f"HEAD {URL}"}
    assert answer.login_state is LoginState.WITHHELD


def test_a_token_server_that_sends_elsewhere_is_not_followed() -> None:
    answer, log = ask({URL: wants_token(REALM), ASKED: reply(307, location="https://evil.test/token")}, IMAGE, LOGIN)
    assert answer.state is ImageState.UNANSWERED
    assert not [line for line in log if "evil" in line]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_after_a_redirect_no_login_goes_anywhere(status: int) -> None:
    elsewhere = "https://mirror.example/v2/team/app/manifests/1.2"
    same = f"{HOST}/v2/other/manifests/1.2"
    for target in (elsewhere, same):
        answers: dict[str, Answer] = {
            URL: with_token(reply(status, location=target), wants_token(REALM)),
            ASKED: token(["pull"]),
            target: found(),
        }
        answer, log = ask(answers, IMAGE, LOGIN)
        assert answer.state is ImageState.FOUND
        assert log[-1] == f"HEAD {target}"


def test_a_challenge_of_the_place_that_a_redirect_leads_to_is_not_answered() -> None:
    elsewhere = "https://evil.test/v2/"
    answers: dict[str, Answer] = {
        URL: reply(307, location=elsewhere),
        elsewhere: wants_token("https://evil.test/token"),
    }
    answer, log = ask(answers, IMAGE, LOGIN)
    assert answer.state is ImageState.REFUSED
    assert not [line for line in log if line.endswith("*") or "token" in line]


@pytest.mark.parametrize(
    "target", ["http://registry.test/x", "ftp://x/", "http://127.0.0.1/", "https://u:p@evil.test/"]
)
def test_a_redirect_to_what_is_no_place_to_ask(target: str) -> None:
    answer, log = ask({URL: reply(307, location=target)})
    assert answer.state is ImageState.NOT_ASKED
    assert log == [f"HEAD {URL}"]


def test_a_redirect_without_end() -> None:
    answer, log = ask({URL: reply(307, location=URL)})
    assert (answer.state, answer.why) == (ImageState.UNANSWERED, "it sends on again and again")
    assert len(log) == 4


@pytest.mark.parametrize(
    "document",
    [
        {"token": "a\r\nX-Evil: 1"},
        {"token": "a b"},
        {"token": 5},
        {},
        [],
        b"[" * 60_000,
        b"\xff",
    ],
)
def test_a_token_that_is_none(document: object) -> None:
    answer, log = ask({URL: wants_token(REALM), ASKED: reply(200, document)})
    assert answer.state is ImageState.UNANSWERED
    assert answer.why == "its token server, auth.registry.test, answers 200"
    assert not [line for line in log if line.endswith("*")]
