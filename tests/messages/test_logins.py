"""Logins that stand in texts and image references are shown nowhere."""

from __future__ import annotations

import pytest
from clusters import cluster, pod, waiting

from kubectl_imagepull.messages.lines import answers
from kubectl_imagepull.report.formats import Output
from kubectl_imagepull.report.render import render
from kubectl_imagepull.runs.examine import report_on
from kubectl_imagepull.vocabulary.redaction import redacted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('Get "https://me:s3cret@proxy.corp:3128": EOF', 'Get "https://REDACTED@proxy.corp:3128": EOF'),
        ("https://me:s3cret@reg.example/a:1", "https://REDACTED@reg.example/a:1"),
        ("me:s3cret@reg.example/a:1", "REDACTED@reg.example/a:1"),
        ('image "me:s3cret@reg.example/a:1": bad', 'image "REDACTED@reg.example/a:1": bad'),
        ("nginx:1.27@sha256:0123456789abcdef", "nginx:1.27@sha256:0123456789abcdef"),
        ("reg.example/a:1@sha256:0123/x", "reg.example/a:1@sha256:0123/x"),
        ("mail ops@corp.example/help: no", "mail ops@corp.example/help: no"),
    ],
)
def test_logins_are_taken_out(text: str, shown: str) -> None:
    assert redacted(text) == shown


@pytest.mark.parametrize("image", ["https://me:s3cret@reg.example/a:1", "me:s3cret@reg.example/a:1"])
@pytest.mark.parametrize("output", [output for output in Output if output is not Output.NAME])
@pytest.mark.parametrize("detailed", [False, True])
def test_a_login_in_an_image_shows_in_no_output(image: str, output: Output, *, detailed: bool) -> None:
    text = f'Failed to apply default image tag "{image}": couldn\'t parse image name'
    failing = pod(statuses={"app": waiting("InvalidImageName", text)}, image=image)
    shown = render(report_on(cluster([failing]), 0.0), output, detailed=detailed)
    assert "reg.example/a:1" in shown, "each output but the names says which image fails"
    assert "s3cret" not in shown


def test_a_login_in_a_message_is_not_printed_by_classify() -> None:
    (answer,) = answers(['Failed to pull image "me:s3cret@reg.example/a:1": couldn\'t parse image reference'])
    assert answer["image"] == "REDACTED@reg.example/a:1"
    assert "s3cret" not in str(answer)


def test_colours_of_a_log_do_not_hide_a_cause() -> None:
    plain = 'failed to resolve reference "x.io/a:1": x.io/a:1: not found'
    coloured = plain.replace("x.io/a:1: not", "\x1b[31mx.io/a:1: not") + "\x1b[0m"
    assert [answer["cause"] for answer in answers([plain, coloured])] == ["TagNotFound", "TagNotFound"]
