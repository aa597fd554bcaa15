"""The form for a wrong diagnosis asks for what repairs one, and warns of secrets."""

from __future__ import annotations

from typing import Any

import yaml
from generate_docs import ROOT

from kubectl_imagepull.vocabulary.causes import Cause

PLACE = ".github/ISSUE_TEMPLATE/wrong-diagnosis.yml"
FORM: dict[str, Any] = yaml.safe_load((ROOT / PLACE).read_text(encoding="utf-8"))
FIELDS: dict[str, dict[str, Any]] = {one["id"]: one for one in FORM["body"] if one["type"] != "markdown"}
CAUSES = [cause.value for cause in Cause]


def required(field: dict[str, Any]) -> bool:
    validations: dict[str, bool] = field.get("validations", {})
    return validations.get("required", False)


def test_it_is_a_form() -> None:
    assert set(FORM) == {"name", "description", "title", "labels", "body"}
    assert {one["type"] for one in FORM["body"]} <= {"markdown", "textarea", "input", "dropdown", "checkboxes"}
    assert all(one["attributes"]["label"] for one in FIELDS.values())
    for field in FIELDS.values():
        options = field["attributes"].get("options", ["none"])
        assert len(options) == len({str(option) for option in options})


def test_it_asks_for_what_repairs_a_rule() -> None:
    asked = {"message", "named", "expected", "proof", "runtime", "registry", "versions"}
    assert {name for name, field in FIELDS.items() if required(field)} == asked
    assert "kubectl imagepull diagnose POD -n NAMESPACE -o json" in FIELDS["message"]["attributes"]["description"]


def test_every_cause_can_be_chosen() -> None:
    expected = [*CAUSES, "Another one (say which below)"]
    for name, options in (("named", CAUSES), ("expected", expected)):
        assert FIELDS[name]["attributes"]["options"] == options, f"write the causes into {PLACE}, in the order of Cause"


def test_it_warns_of_secrets() -> None:
    assert "**Remove secrets first.**" in FORM["body"][0]["attributes"]["value"]
    (box,) = FIELDS["secrets"]["attributes"]["options"]
    assert box["required"]


def test_readme_and_docs_lead_to_it() -> None:
    assert f"../{PLACE}" in (ROOT / "docs/report-a-wrong-diagnosis.md").read_text(encoding="utf-8")
    assert "docs/report-a-wrong-diagnosis.md" in (ROOT / "README.md").read_text(encoding="utf-8")
