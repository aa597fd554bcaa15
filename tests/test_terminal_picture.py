"""README's picture is what the program prints, and an SVG that runs nothing."""

from __future__ import annotations

import re

from lxml import etree
from terminal_picture import COLUMNS, ROWS, scenes, terminal_picture

SVG = "{http://www.w3.org/2000/svg}"


def lines_of(group: etree._Element) -> list[str]:
    return ["".join(text.itertext()) for text in group.iter(f"{SVG}text")]


def test_the_picture_shows_what_the_program_prints() -> None:
    root = etree.fromstring(terminal_picture().encode())
    groups = list(root.iter(f"{SVG}g"))
    assert len(groups) == len(scenes()) == 2
    for group, scene in zip(groups, scenes(), strict=True):
        command, *printed = lines_of(group)
        assert command == f"$ {scene.command}"
        plain = re.sub("\x1b\\[[0-9;]*m", "", scene.output).replace("\n", "")
        assert plain.startswith("".join(printed))
        assert len(printed) < ROWS
        assert all(len(line) <= COLUMNS for line in printed)
    assert "Next: kubectl imagepull diagnose shop/deployment/frontend" in lines_of(groups[0])[-1]
    assert lines_of(groups[1])[-1] == "  | dial tcp: lookup registry.corp.exmaple on 10.20.0.2:53: no such host"


def test_it_stands_still_where_nothing_may_move() -> None:
    style = etree.fromstring(terminal_picture().encode()).find(f"{SVG}style").text
    before, _, moving = style.partition("@media (prefers-reduced-motion: no-preference)")
    assert "animation" not in before
    assert ".scene1 { visibility: visible; }" in before
    assert moving.count("animation: show") == 2


def test_it_loads_and_runs_nothing() -> None:
    tags = {etree.QName(one).localname for one in etree.fromstring(terminal_picture().encode()).iter()}
    assert tags <= {"svg", "style", "rect", "circle", "g", "text", "tspan"}
    assert "url(" not in terminal_picture()
    assert "href" not in terminal_picture()
