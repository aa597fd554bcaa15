from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubectl_imagepull.kube.selector import Selector, SelectorError, parse_selector

LABELS = {"app": "web", "tier": "front", "example.com/team": "a", "replicas": "3", "empty": ""}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "app",
        "app=web",
        "app==web",
        " app = web , tier = front ",
        "app!=api",
        "missing!=api",
        "!missing",
        "! missing",
        "app in (web)",
        "app in (api, web)",
        "app notin (api,db)",
        "missing notin (api)",
        "example.com/team=a",
        "replicas>2",
        "replicas < 4",
        "empty=",
        "empty in (,x)",
        "app in(web),!missing,tier",
        "in!=x,notin!=x",
    ],
)
def test_selects(text: str) -> None:
    assert parse_selector(text).matches(LABELS)


@pytest.mark.parametrize(
    "text",
    [
        "missing",
        "app=api",
        "app=web,tier=back",
        "app!=web",
        "!app",
        "missing=",
        "missing in (a)",
        "app notin (web)",
        "replicas>3",
        "replicas<3",
        "app>1",
        "missing<1",
        "empty>0",
    ],
)
def test_does_not_select(text: str) -> None:
    assert not parse_selector(text).matches(LABELS)


def test_a_label_that_is_no_string_is_absent() -> None:
    assert not parse_selector("app").matches({"app": 5})
    assert parse_selector("app!=5").matches({"app": 5})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("=", '"=" isn\'t a valid label key'),
        ("app,", "a label key is missing at the end"),
        ("!", "a label key is missing at the end"),
        ("app web", '"web" after "app" isn\'t an operator: use =, ==, !=, in, notin, > or <'),
        ("app=web tier", '"," is missing before "tier"'),
        ("app in web", '"(" is missing before "web"'),
        ("app in (web", '")" is missing at the end'),
        ("app in ()", "() has no value"),
        ("app=a=b", '"," is missing before "="'),
        ("a==b==c", '"," is missing before "=="'),
        ("app=we/b", '"we/b" isn\'t a valid label value'),
        ("-app", '"-app" isn\'t a valid label key'),
        ("A.com/x", '"A.com/x" isn\'t a valid label key'),
        ("/x", '"/x" isn\'t a valid label key'),
        ("replicas>two", '"two" after > isn\'t a whole number'),
        ("replicas>", '"" after > isn\'t a whole number'),
        ("app=" + "x" * 64, f'"{"x" * 64}" isn\'t a valid label value'),
    ],
)
def test_says_what_is_no_selector(text: str, why: str) -> None:
    with pytest.raises(SelectorError) as caught:
        parse_selector(text)
    assert str(caught.value) == f'"{text}" isn\'t a valid label selector: {why}'


@given(st.one_of(st.text(), st.text(alphabet="ab=!,() in<>/.-1")))
def test_any_text_is_a_selector_or_says_why_not(text: str) -> None:
    try:
        assert isinstance(parse_selector(text), Selector)
    except SelectorError as error:
        assert "isn't a valid label selector: " in str(error)  # noqa: PT017 - both outcomes are right
