"""The finished command that puts the right name in: of an image, and of a pull secret."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from situations import WEB, context, deployment, fails, lines, runs

from kubectl_imagepull.fixes import ranking
from kubectl_imagepull.fixes.steps.near_names import near_name_fix, strangers_near_name_fixes
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Who

NO_HOST = 'failed to do request: Head "https://{host}/v2/": dial tcp: lookup {host}: no such host'
NO_LOGIN = "failed to authorize: authorization failed: no basic auth credentials"
WRONG = "registry.exmaple.com/shop/web:v9"


def near(*pods: JsonObject, text: str = NO_HOST, **kinds: list[JsonObject]) -> Snapshot:
    return deployment(fails(WRONG, text), *pods, image=WRONG, **kinds)


def test_a_host_is_corrected_in_the_template() -> None:
    fix = near_name_fix(context(near(runs("registry.example.com/shop/api:v1"))))
    assert fix is not None
    assert fix.text == f"{WRONG} looks like a typo for {WEB}: use that one."
    assert lines(fix) == [f"kubectl set image deployment/web app={WEB} -n shop"]
    assert (fix.basis, fix.who, fix.brief) == (Basis.EVIDENCE, Who.YOU, f"Name {WEB}")


def test_what_another_namespace_proves_is_kept_apart() -> None:
    found = context(near(runs("registry.example.com/shop/api:v1", namespace="other")))
    assert near_name_fix(found) is None
    (fix,) = strangers_near_name_fixes(found)
    assert fix.text == f"{WRONG} looks like a typo for {WEB}, which namespace other uses: use that one."


def test_where_nothing_is_near_there_is_no_fix() -> None:
    found = context(near())
    assert near_name_fix(found) is None
    assert strangers_near_name_fixes(found) == []


def test_a_secret_is_corrected_in_the_template() -> None:
    one = fails(text=NO_LOGIN, spec={"imagePullSecrets": [{"name": "regcerd"}]})
    secret = {"metadata": {"name": "regcred", "namespace": "shop"}, "type": "kubernetes.io/dockerconfigjson"}
    fix = near_name_fix(context(deployment(one, Secret=[secret])))
    assert fix is not None
    assert fix.text == "Secret regcerd isn't in namespace shop, but regcred is: use that one."
    assert fix.brief == "Use secret regcred in deployment/web"
    patch = '[{"name":"regcred"},{"$patch":"delete","name":"regcerd"}]'
    assert lines(fix) == [
        f'kubectl patch deployment/web -n shop -p \'{{"spec":{{"template":{{"spec":{{"imagePullSecrets":{patch}}}}}}}}}\''
    ]


@pytest.mark.parametrize("is_there", [True, False])
def test_it_is_the_first_fix_of_causes_that_do_not_think_of_it(
    monkeypatch: pytest.MonkeyPatch, *, is_there: bool
) -> None:
    image = "registry.example.com/shop/wbe:v9"
    found = context(deployment(fails(image, NO_LOGIN), runs("registry.example.com/shop/web:v8"), image=image))
    near = near_name_fix(found)
    assert near is not None
    login = Fix("Log in.", (), Who.YOU, Basis.GUESS)
    own = [login, replace(near, text="In other words.")] if is_there else [login]
    monkeypatch.setattr(ranking, "remedy_for", lambda _: SimpleNamespace(fixes=lambda _: own))
    assert [fix.text for fix in ranking.fixes_for(found)] == [fix.text for fix in ([] if is_there else [near]) + own]


@pytest.mark.parametrize("name", ["web", "a" * 60])
def test_short_forms_stay_short(name: str) -> None:
    wrong, right = f"registry.exmaple.com/{name}:v9", f"registry.example.com/{name}:v9"
    fix = near_name_fix(context(deployment(fails(wrong, NO_HOST), runs(right), image=wrong)))
    assert fix is not None
    assert len(fix.brief) <= 60
