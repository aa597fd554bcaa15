from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_imagepull.report.spread import SpreadCell, spread
from tests.report.reports import recorded

if TYPE_CHECKING:
    from tests.report.conftest import Build


def test_registries_by_nodes(build: Build) -> None:
    picture = spread(
        [
            build.diagnosis("a", image="r.example/a:1", node="x"),
            build.diagnosis("b", image="r.example/b:1", node="x"),
            build.diagnosis("c", image="r.example/b:1", node="x"),
            build.diagnosis("c", image="r.example/c:1", node="x"),
            build.diagnosis("d", image="r.example/b:1", node="y"),
            build.diagnosis("e", image="s.example/b:1", node=None),
        ]
    )
    assert picture.columns == ["x", "no node", "y"]
    assert picture.rows == [
        ("r.example", [SpreadCell(3, 4), SpreadCell(0, 0), SpreadCell(1, 2)]),
        ("s.example", [SpreadCell(0, 0), SpreadCell(1, 2), SpreadCell(0, 0)]),
    ]
    assert picture.left_out == ""


def test_what_has_no_room_is_counted(build: Build) -> None:
    many = [build.diagnosis(str(n), image=f"r{n}.example/a:1", node=f"node-{n % 7}") for n in range(9)]
    picture = spread(many)
    assert (len(picture.rows), len(picture.columns)) == (8, 6)
    assert picture.left_out == "1 registry and 1 node with fewer pods left out."


def test_the_numbers_add_up() -> None:
    picture = spread(recorded().diagnoses)
    assert picture.left_out == "11 registries with fewer pods left out."
    assert picture.rows[0][0] == "registry.corp.example"
    assert sum(cell.pods for _, cells in picture.rows for cell in cells) < 68


def test_nothing_fails() -> None:
    assert spread([]).rows == []
