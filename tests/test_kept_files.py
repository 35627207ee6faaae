"""Small files that stay read in a server: read once, by what is in them, and never the caller's own lists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import scoring
from scoring.intake.grids import read_file
from scoring.intake.grids.kept import SMALL, keep_files


@pytest.fixture(autouse=True)
def _kept() -> Iterator[None]:
    keep_files(2)
    yield
    keep_files(0)


def table(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_a_file_is_read_again_when_it_changed(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", "单位,得分\n甲县,1\n")
    first, again = (read_file(path, "a.csv") for _ in range(2))
    assert again == first
    assert again.grids[0] is first.grids[0]
    again.grids.clear()
    assert read_file(path, "a.csv").grids == first.grids
    table(path, "单位,得分\n甲县,2\n")
    assert read_file(path, "a.csv").grids[0].value(1, 1) != first.grids[0].value(1, 1)
    # The same under another name is another file: problems name it.
    other = table(tmp_path / "b.csv", "单位,得分\n甲县,2\n")
    assert read_file(other, "b.csv").grids[0].file == "b.csv"


def test_the_last_used_stay_and_large_ones_do_not(tmp_path: Path) -> None:
    paths = [table(tmp_path / f"{n}.csv", f"单位\n{n}县\n") for n in range(3)]
    first = [read_file(path, path.name).grids[0] for path in paths]
    assert read_file(paths[1], "1.csv").grids[0] is first[1]
    assert read_file(paths[0], "0.csv").grids[0] is not first[0]
    assert read_file(paths[1], "1.csv").grids[0] is first[1]
    assert read_file(paths[2], "2.csv").grids[0] is not first[2]
    large = table(tmp_path / "large.csv", "单位\n" + "甲县\n" * (SMALL // 6))
    assert read_file(large, "large.csv").grids[0] is not read_file(large, "large.csv").grids[0]
    keep_files(0)
    assert read_file(paths[1], "1.csv").grids[0] is not first[1]


def test_an_assessment_is_the_same(tmp_path: Path) -> None:
    keep_files(0)
    expected = scoring.load_assessment("sample_data/2025", provisional=True)
    keep_files(100)
    for _ in range(2):
        found = scoring.load_assessment("sample_data/2025", provisional=True)
        assert (found.tables, found.problems, found.files) == (
            expected.tables, expected.problems, expected.files,
        )  # fmt: skip
