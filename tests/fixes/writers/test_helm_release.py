"""The fix of what a Helm release writes: the exact command, and what is said where the values are not known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from situations import WEB, deployment, fails, fixes, held, lines, node, owned_by, runs, template
from stored_releases import GIVEN, manifest, release, stored

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.fixes.ranking import fixes_for
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import HELM_REVISION, Snapshot
from kubectl_imagepull.vocabulary.fix import Basis, Fix, Where, shell_lines

RELEASE = {"annotations": {"meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "shop"}}
CHART = '"${CHART:?where chart web is from, as REPO/NAME or a folder}"'
UPGRADE = f"helm upgrade web {CHART} --version 1.2.3 -n shop --reset-then-reuse-values --set-string "
ROLLBACK = "helm rollback web 1 -n shop"
KNOWN = "registry.example.com/shop/web:v8"


def released(*secrets: JsonObject, pods: tuple[JsonObject, ...] = (), **kinds: list[JsonObject]) -> Snapshot:
    return deployment(fails(), *pods, marks=RELEASE, **{HELM_REVISION: list(secrets)}, **kinds)


def first_fix(snapshot: Snapshot) -> Fix:
    return fixes(snapshot)[0]


def undo(fix: Fix) -> list[str]:
    return list(shell_lines(fix.undo))


def test_the_value_is_set_that_gives_the_image() -> None:
    fix = first_fix(released(stored(release()), pods=(runs(KNOWN),)))
    assert fix.text == (
        "Set image.tag to v8 in Helm release web, which writes deployment/web. A change in the cluster alone is lost at "
        "its next upgrade."
    )
    assert (fix.where, fix.basis, fix.brief) == (
        Where.SOURCE,
        Basis.EVIDENCE,
        "Set image.tag to v8 in Helm release web",
    )
    assert lines(fix) == [f"{UPGRADE}image.tag=v8"]
    assert undo(fix) == [ROLLBACK]
    assert fix.notes == (
        "--reset-then-reuse-values (Helm 3.14) keeps the values that were given; --reuse-values would keep the chart's "
        "old defaults as well, its image tags among them.",
    )


def test_a_tag_that_only_the_reader_knows_is_a_placeholder() -> None:
    fix = first_fix(released(stored(release())))
    assert fix.text.startswith("Set image.tag to a tag that exists in Helm release web, ")
    assert lines(fix) == [
        "skopeo list-tags docker://registry.example.com/shop/web",
        f'{UPGRADE}image.tag="${{EXISTING_TAG:?a tag that exists}}"',
    ]


def test_a_revision_of_the_release_whose_image_ran_is_gone_back_to() -> None:
    before = stored(release(KNOWN, {}), revision=3, status="superseded")
    sets = [
        held(
            "ReplicaSet",
            "web-5a",
            owner=owned_by("Deployment", "web"),
            spec=template(KNOWN),
            status={"readyReplicas": 1},
        )
    ]
    sets[0]["metadata"]["annotations"] = {"deployment.kubernetes.io/revision": "8"}
    fix = first_fix(released(stored(release(), revision=4), before, ReplicaSet=sets))
    assert fix.text == (
        f"Roll Helm release web, which writes deployment/web, back to revision 3: it had {KNOWN}, which ran."
    )
    assert (lines(fix), undo(fix)) == (["helm rollback web 3 -n shop"], ["helm rollback web 4 -n shop"])
    assert fix.notes == ("The rollback takes back all that the release changed since revision 3.",)
    # where that revision isn't kept any more, the image is given back
    fix = first_fix(released(stored(release(), revision=4), ReplicaSet=sets))
    assert lines(fix) == [f"{UPGRADE}image.tag=v8"]


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        (
            {"info": {"status": "failed"}},
            "Revision 4 is failed, so helm starts from the values of revision 3: give again what was changed since.",
        ),
        (
            {"info": {"status": "pending-upgrade"}},
            "Revision 4 is pending-upgrade, and helm upgrade waits for it: first helm rollback web 3 -n shop.",
        ),
        (
            {
                "manifest": manifest("registry.example.com/shop/web:v7"),
                "config": {"image": "registry.example.com/shop/web:v7"},
            },
            "The image was changed in the cluster since Helm wrote it: Helm 4 stops at that conflict until "
            "--force-conflicts is added.",
        ),
        (
            {"config": {"a": {"image": WEB}, "b": {"image": WEB}}},
            "Each of these values gives this image: leave out what isn't meant, and see by --dry-run=server.",
        ),
        (
            {"config": {"global": {"tag": "v9"}, "image": "registry.example.com/shop/web"}},
            "A global value is one that the chart's other images take as well.",
        ),
    ],
)
def test_what_else_has_to_be_known(fields: dict[str, Any], note: str) -> None:
    document = release(**{"config": GIVEN, **fields})
    status = document["info"]["status"]
    before = stored(release(), revision=3, status="superseded" if status == "deployed" else "deployed")
    fix = first_fix(released(stored(document, revision=4, status=status), before, pods=(runs(KNOWN),)))
    assert note in fix.notes
    assert lines(fix)[0].startswith(UPGRADE)


def test_the_platform_is_a_node_selector() -> None:
    nodes = [node("node-a", platform="linux/arm64"), node("node-b", platform="linux/amd64")]
    config = {**GIVEN, "nodeSelector": {}}
    snapshot = deployment(
        fails(text="no match for platform in manifest: not found"),
        runs(WEB, node="node-b"),
        marks=RELEASE,
        Node=nodes,
        **{HELM_REVISION: [stored(release(config=config))]},
    )
    found = [line for fix in fixes(snapshot) for line in lines(fix) if line.startswith("helm")]
    assert found == [f"""{UPGRADE}'nodeSelector.kubernetes'"\\\\"'.io/arch=amd64'"""]


REFUSED = (
    "pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth "
    "credentials"
)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"imagePullSecrets": []}, "'imagePullSecrets[0].name="),
        ({"imagePullSecrets": ["{{ x }}"]}, None),
        ({}, None),
    ],
)
def test_a_pull_secret_is_named_in_the_values(values: dict[str, Any], word: str | None) -> None:
    snapshot = deployment(
        fails(text=REFUSED), marks=RELEASE, **{HELM_REVISION: [stored(release(config={**GIVEN, **values}))]}
    )
    writer = next(fix for fix in fixes(snapshot) if fix.where is Where.SOURCE)
    if word is None:
        assert lines(writer) == ["helm get values web -n shop --all"]
    else:
        assert any(f"--set-string {word}" in line for line in lines(writer))
        assert lines(writer)[0].startswith("kubectl create secret docker-registry ")


@pytest.mark.parametrize(
    "secret",
    [
        stored({}, data="%%%"),
        stored(release(manifest="")),
        stored(release(config={}, chart={"values": {}})),
        stored(release(manifest=manifest(WEB, name="other"))),
    ],
)
def test_where_no_value_is_known_the_command_shows_them(secret: JsonObject) -> None:
    fix = first_fix(released(secret, pods=(runs(KNOWN),)))
    assert fix.text == (
        "Helm release web writes deployment/web: change it in the release's values, by convention image.repository and "
        "image.tag, and run helm upgrade. What is changed in the cluster is lost at the next upgrade."
    )
    assert lines(fix) == ["helm get values web -n shop --all"]


CHANGE = "What to change: registry.example.com/shop/web:v9 wasn't found: use a tag that exists."


def test_why_the_values_were_not_read_is_a_note() -> None:
    why = "not allowed to list secrets in namespace shop (verb list, resource secrets)"
    snapshot = replace(released(), unread={(HELM_REVISION, "shop", "web"): why})
    assert first_fix(snapshot).notes == (CHANGE, f"Its values were not read: {why}.")
    left_out = replace(released(), unread={("Secret", "*", ""): "left out for --no-secrets"})
    assert first_fix(left_out).notes == (CHANGE, "Its values were not read: left out for --no-secrets.")


def test_no_value_that_is_not_the_image_is_shown() -> None:
    config = {**GIVEN, "imagePullSecrets": [{"name": "hunter2"}], "password": "hunter3", "registry": "hunter4.example"}
    diagnosis_fixes = fixes(released(stored(release(config=config)), pods=(runs(KNOWN),)))
    shown = repr(diagnosis_fixes) + "".join(line for fix in diagnosis_fixes for line in lines(fix))
    assert "hunter" not in shown


def test_helm_is_led_to_the_same_cluster() -> None:
    from situations import diagnosed

    one = replace(
        diagnosed(released(stored(release()), pods=(runs(KNOWN),))), reach=(("--context", "prod"), ("--as", "me"))
    )
    fix = fixes_for(FixContext(one))[0]
    assert lines(fix) == [f"{UPGRADE}image.tag=v8 --kube-context prod --kube-as-user me"]
    assert undo(fix) == [f"{ROLLBACK} --kube-context prod --kube-as-user me"]
