"""Secrets in texts and references: each kind is taken out, and what tells the cause stays."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.vocabulary.redaction import redacted, redacted_image

CANARY = "CANARYq7Zx9Kp2Wm"
CORPUS = Path(__file__).parent.parent / "corpus"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"{'my-' * 60}token=abc", f"{'my-' * 60}token=REDACTED"),
        ("err=token=abc, password = 'p q'", "err=token=REDACTED, password = 'REDACTED'"),
        # logins in URLs, with what may stand in a password
        (f'Head "https://user:{CANARY}@reg.example/v2/": EOF', 'Head "https://REDACTED@reg.example/v2/": EOF'),
        (f'Head "https://user:p@{CANARY}@reg.example/v2/": EOF', 'Head "https://REDACTED@reg.example/v2/": EOF'),
        (f'Head "https://user:pa/{CANARY}@reg.example/v2/": EOF', 'Head "https://REDACTED@reg.example/v2/": EOF'),
        (f'Head "https://user:pa\'{CANARY}@reg.example/v2/": EOF', 'Head "https://REDACTED@reg.example/v2/": EOF'),
        (f'Head "https://user:pa {CANARY}@reg.example/v2/": EOF', 'Head "https://REDACTED@reg.example/v2/": EOF'),
        (f"Get https://user:pa {CANARY}@reg.example/v2/: EOF", "Get https://REDACTED@reg.example/v2/: EOF"),
        (f"Get https://{CANARY}@reg.example/v2/: EOF", "Get https://REDACTED@reg.example/v2/: EOF"),
        (f"https://user:{'a' * 600}{CANARY}@reg.example", "https://REDACTED@reg.example"),
        # without a scheme
        (f"lookup user:{CANARY}@proxy.example: no such host", "lookup REDACTED@proxy.example: no such host"),
        (f'image "{CANARY}@reg.example/web:v1": bad', 'image "REDACTED@reg.example/web:v1": bad'),
        (f'image "user:pa {CANARY}@reg.example/web:v1": bad', 'image "REDACTED@reg.example/web:v1": bad'),
        # signed URLs
        (
            f'Get "https://b.s3.amazonaws.com/x?X-Amz-Algorithm=AWS4&X-Amz-Signature={CANARY}&X-Amz-Date=1": EOF',
            'Get "https://b.s3.amazonaws.com/x?REDACTED": EOF',
        ),
        (
            f"https://a.blob.core.windows.net/x?se=2026&sig={CANARY}&sp=r: EOF",
            "https://a.blob.core.windows.net/x?REDACTED: EOF",
        ),
        (f"https://x.r2.dev/a?verify={CANARY}", "https://x.r2.dev/a?REDACTED"),
        (
            f'Post "https://auth.example/token?service=reg&scope=repository:a:pull&account=u&password={CANARY}": EOF',
            'Post "https://auth.example/token?service=reg&scope=repository:a:pull&REDACTED": EOF',
        ),
        # bodies, headers, assignments
        (
            f'403 Forbidden: {{"token":"{CANARY}","expires_in":300}}',
            '403 Forbidden: {"token":"REDACTED","expires_in":300}',
        ),
        (f'body {{\\"refresh_token\\":\\"{CANARY}\\"}}', 'body {\\"refresh_token\\":\\"REDACTED\\"}'),
        (f"{{'identityToken': '{CANARY}'}}", "{'identityToken': 'REDACTED'}"),
        (f"Authorization: Bearer {CANARY}", "Authorization: Bearer REDACTED"),
        (f"authorization: basic {CANARY}", "authorization: basic REDACTED"),
        (f"Proxy-Authorization: {CANARY}", "Proxy-Authorization: REDACTED"),
        (f"Set-Cookie: {CANARY}", "Set-Cookie: REDACTED"),
        (f"login failed for user deploy with password={CANARY}", "login failed for user deploy with password=REDACTED"),
        (f"AWS_SECRET_ACCESS_KEY={CANARY} x", "AWS_SECRET_ACCESS_KEY=REDACTED x"),
        # tokens by their own form
        ("got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln back", "got REDACTED back"),
        ("ghp_abcdefghijklmnopqrstuvwxyz0123", "REDACTED"),
        ("glpat-abcdefghij_klmnop-12", "REDACTED"),
        ("dckr_pat_abcdefghijklmnop", "REDACTED"),
    ],
)
def test_secrets_are_taken_out(text: str, clean: str) -> None:
    assert redacted(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "pull access denied, repository does not exist or may require authorization: server message: invalid_token",
        "authorization failed: no basic auth credentials",
        'Www-Authenticate: Basic realm="registry",service="x"',
        "Bearer realm is https://auth.example/token",
        "unauthorized: incorrect username or password",
        "failed to fetch anonymous token: unexpected status: 401 Unauthorized",
        "nginx:1.27@sha256:0123456789abcdef0123456789abcdef",
        "registry.example:5000/team/app:v1@sha256:0123",
        "docker://registry.example:5000/app@sha256:0123",
        "registry.example/app:v1@sha2",
        "mail ops@corp.example for help: no",
        'signed by "someone@corp.example"',
        "https://auth.example/token?service=reg&scope=repository%3Aa%3Apull",
        "secret named regcred is missing",
        "image-pull-token is the secret's name",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize(
    ("image", "clean"),
    [
        (f"user:{CANARY}@reg.example/web:v1", "REDACTED@reg.example/web:v1"),
        (f"user:{CANARY}@reg.example", "REDACTED@reg.example"),
        (f"{CANARY}@reg.example/shop/web:v1", "REDACTED@reg.example/shop/web:v1"),
        (f"{CANARY}@reg.example", "REDACTED@reg.example"),
        (f"user:p@{CANARY}@reg.example/web:v1", "REDACTED@reg.example/web:v1"),
        (f"user:pa {CANARY}@reg.example/web:v1", "REDACTED@reg.example/web:v1"),
        (f"user:pa/{CANARY}@reg.example/web:v1", "REDACTED@reg.example/web:v1"),
        (f"https://user:{CANARY}@reg.example/web:v1", "https://REDACTED@reg.example/web:v1"),
        (f"user:{CANARY}@reg.example/web@sha256:0123", "REDACTED@reg.example/web@sha256:0123"),
        (f"user:{CANARY}@localhost:5000/web", "REDACTED@localhost:5000/web"),
        ("reg.example:5000/web@sha256:0123", "reg.example:5000/web@sha256:0123"),
        ("reg.example/web@latest", "reg.example/web@latest"),
        ("web@sha256:", "web@sha256:"),
        ("@reg.example/web", "@reg.example/web"),
    ],
)
def test_a_login_is_no_part_of_a_reference(image: str, clean: str) -> None:
    assert redacted_image(image) == clean


@pytest.mark.parametrize("name", ["messages", "runtimes"])
def test_no_cause_changes(name: str) -> None:
    for line in (CORPUS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        message = json.loads(line)["message"]
        assert classify(redacted(message)).cause is classify(message).cause, message


@given(st.text(max_size=300))
def test_it_takes_any_text_and_is_done_once(text: str) -> None:
    once = redacted(text)
    assert redacted(once) == once
    assert redacted_image(redacted_image(text)) == redacted_image(text)


@pytest.mark.parametrize(
    "part",
    [
        "://a:b",
        "@",
        '"',
        'a@"',
        "password=",
        "?",
        "://a:",
        "token",
        '"token":"',
        "eyJ",
        "basic ",
        "x-a",
        "authorization: ",
        "a:b@",
    ],
)
def test_a_long_text_takes_no_long(part: str) -> None:
    text = part * (200_000 // len(part))
    began = time.process_time()
    redacted(text)
    assert time.process_time() - began < 1.0
