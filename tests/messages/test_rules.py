"""Every rule by its examples, also with hostile names in them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.rule_table import RULES
from kubectl_imagepull.vocabulary.causes import Cause

EXAMPLES = [(rule, text) for rule in RULES for text in rule.texts]
IDS = [f"{rule.cause.value}-{number}" for number, (rule, _) in enumerate(EXAMPLES)]

#: Names that are also words of the rules. Each is valid where the test puts it.
HOSTILE = (
    "unauthorized",
    "429",
    "not-found",
    "toomanyrequests",
    "no-such-host",
    "timeout",
    "eof",
    "denied",
    "unknown",
    "manifest",
    "x509",
    "tls",
    "proxyconnect",
    "dial",
    "lookup",
    "forbidden",
    "401",
    "500",
    "http2",
    "no-space-left-on-device",
    "docker.io.denied",
    "connection-refused",
    "error",
    "rpc",
)
#: Bodies with which a registry might speak for somebody else.
BODIES = (
    "no space left on device",
    "write /var/lib/containerd: no space left on device",
    "rpc error: code = Unavailable desc = error reading from server: EOF",
    "dial unix /run/containerd/containerd.sock: connect: connection refused",
    "dial tcp: lookup registry.example.com: no such host",
    "x509: certificate signed by unknown authority",
    "pull QPS exceeded",
    "i/o timeout",
    "EOF",
    "context canceled",
    "invalid reference format",
    'Container image "a" is not present with pull policy of Never',
    "illegal base64 data at input byte 4",
    "[rpc error: code = Unknown desc = no space left on device, rpc error: code = Unknown desc = EOF]",
    '{"message":"no space left on device"}',
    'time="x" level=error msg="no space left on device"',
    '"rpc error: code = Unknown desc = no space left on device"',
    'failed to "StartContainer" for "x" with ErrImagePull: "pull QPS exceeded"',
    "(Mirrors also failed: [a: b]): c: no space left on device",
    "toomanyrequests: pull rate limit",
    "no match for platform in manifest",
)
ANSWERS = {
    "unauthorized": {Cause.NO_CREDENTIALS},
    "denied": {Cause.FORBIDDEN, Cause.RATE_LIMITED},
    "manifest unknown": {Cause.TAG_NOT_FOUND},
    "name unknown": {Cause.REPOSITORY_NOT_FOUND},
    "toomanyrequests": {Cause.RATE_LIMITED},
}


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=IDS)
def test_a_rule_reads_its_examples(rule: Rule, example: str) -> None:
    verdict = classify(example)
    assert verdict.cause is rule.cause
    assert dict(verdict.details) == dict(rule.details)
    assert verdict.alternatives == rule.alternatives


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_changes_a_cause(name: str) -> None:
    for rule, example in EXAMPLES:
        for hostile in (
            example.replace("team/app", f"{name}/{name}"),
            example.replace("team/app:1.2.3", f"team/app:{name}").replace("1.2.3", name),
            example.replace("registry.example.com", f"{name}.example.com"),
            example.replace("registry.example.com", f"{name}:5000"),
            example.replace("regcred", name).replace("prod/", f"{name}/"),
        ):
            assert classify(hostile).cause is rule.cause, hostile


NAME = st.from_regex(r"[a-z0-9]{1,12}(?:[._-][a-z0-9]{1,12}){0,3}", fullmatch=True)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(EXAMPLES), NAME, NAME, NAME, NAME)
def test_no_valid_name_at_all_changes_a_cause(
    read: tuple[Rule, str], host: str, owner: str, repository: str, tag: str
) -> None:
    rule, example = read
    hostile = (
        example.replace("registry.example.com", f"{host}.test").replace("team/app", f"{owner}/{repository}")
    ).replace("1.2.3", tag)
    assert classify(hostile).cause is rule.cause


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("code", ANSWERS)
def test_a_registry_decides_only_what_it_has_a_say_in(code: str, body: str) -> None:
    image = 'Failed to pull image "registry.example.com/team/app:1": '
    for text in (
        f"{image}Error response from daemon: {code}: {body}",
        f'{image}Error response from daemon: Head "https://registry.example.com/v2/": {code}: {body}',
        f"{image}initializing source docker://registry.example.com/team/app:1: reading manifest 1 in "
        f"registry.example.com/team/app: {code}: {body}",
    ):
        assert classify(text).cause in ANSWERS[code], text


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize(
    ("status", "causes"),
    [
        ("401 Unauthorized", {Cause.NO_CREDENTIALS}),
        ("403 Forbidden", {Cause.FORBIDDEN, Cause.RATE_LIMITED}),
        ("429 Too Many Requests", {Cause.RATE_LIMITED}),
        ("404 Not Found", {Cause.TAG_NOT_FOUND, Cause.BLOB_MISSING}),
        ("500 Internal Server Error", {Cause.REGISTRY_UNAVAILABLE}),
        ("412 Precondition Failed", {Cause.REGISTRY_BLOCKED}),
    ],
)
def test_a_joined_body_stays_within_its_status(status: str, causes: set[Cause], body: str) -> None:
    text = (
        'failed to pull and unpack image "registry.example.com/team/app:1": failed to copy: httpReadSeeker: failed '
        "open: unexpected status from GET request to https://registry.example.com/v2/team/app/manifests/1: "
        f"{status}\nunknown: {body}"
    )
    assert classify(text).cause in causes
    quoted = f'initializing source docker://r.example.com/a:1: reading manifest 1 in r.example.com/a: StatusCode: {status[:3]}, "{body}"'
    assert classify(quoted.replace("\\", "")).cause in causes


def test_every_cause_that_a_text_can_say_has_a_rule() -> None:
    assert {rule.cause for rule in RULES} == set(Cause) - {Cause.UNKNOWN}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.cause.value)
def test_a_rule_says_why_and_shows_it(rule: Rule) -> None:
    assert rule.why
    assert rule.texts
    assert rule.phrases or rule.status
