"""The unit list of a nation, read in columns: what it says, and when it is read row by row instead."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.engines import EngineName
from scoring.intake import Inspection, labels
from scoring.intake.bulk.lists import columns_of
from scoring.intake.bulk.plain import CODE
from scoring.intake.bulk.unit_rows import plain_list, suspect
from scoring.intake.folder import inspect_folder, open_folder, read_unit_list
from scoring.steps.bulk import grade_bulk
from tests.test_engines import FAST, Row, agree, edit, said, simulated

UNITS = "考核对象.parquet"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Units of two groups, two of them with a department."""
    folder = simulated(tmp_path_factory.mktemp("list") / "2024", units=12, rows=60)
    departments = [row for row in pq.read_table(folder / UNITS).to_pylist() if row["所属单位"]]
    assert len(departments) >= 2
    return folder


def set_(at: int, **cells: Any) -> Callable[[list[Row]], None]:
    def change(rows: list[Row]) -> None:
        rows[at] |= cells

    return change


def _first(rows: list[Row], *, department: bool) -> Row:
    return next(row for row in rows if bool(row["所属单位"]) == department)


def _parent_by_short_name(rows: list[Row]) -> None:
    department = _first(rows, department=True)
    parent = next(row for row in rows if row["单位名称"] == department["所属单位"])
    parent["简称"] = "东篱"
    department["所属单位"] = "东篱"


def _parent_is_department(rows: list[Row]) -> None:
    departments = [row for row in rows if row["所属单位"]]
    departments[1]["所属单位"] = departments[0]["单位名称"]


def _of_department(**cells: Any) -> Callable[[list[Row]], None]:
    return lambda rows: _first(rows, department=True).update(cells)


def _again(rows: list[Row]) -> list[Row]:
    return [*rows, dict(rows[3])]


def _name_of_another(rows: list[Row]) -> None:
    rows[4]["简称"] = rows[5]["单位名称"]


def _short_name_twice(rows: list[Row]) -> None:
    rows[4]["简称"] = rows[5]["简称"] = "城关"


def _own_name(rows: list[Row]) -> None:
    rows[4]["简称"] = rows[4]["单位名称"]


def _new_name(name: str) -> Callable[[list[Row]], None]:
    """A unit more, of whose rows nothing is there yet."""
    return lambda rows: rows.append({**rows[4], "单位名称": name, "简称": None, "所属单位": None})


# What is done to the list, and whether it is still read in columns.
CHANGES: dict[str, tuple[Callable[[list[Row]], list[Row] | None], bool]] = {
    "nothing": (lambda rows: None, True),
    "a name that looks like a stamp's place": (_new_name("章丘区人民政府"), True),
    "a name that looks like a label": (_new_name("市级机关工作部门"), True),
    "short name that is the name": (_own_name, True),
    "parent by its short name": (_parent_by_short_name, True),
    "department without a group": (_of_department(类别=None), True),
    "department with a group of its own": (_of_department(类别="乡镇"), True),
    "path of a region": (set_(3, 地区="甲省/乙市"), True),
    "path with an arrow": (set_(3, 地区="甲省→乙市"), False),
    "path with a blank part": (set_(3, 地区="甲省//乙市"), False),
    "two short names": (set_(4, 简称="城关、城关区"), False),
    "blank in a name": (set_(4, 简称="城 关"), False),
    "full-width name": (_new_name("Ａ市人民政府"), False),
    "name beyond what a name may be": (_new_name("长" * 101), False),
    "line break behind a name": (_new_name("城关区\n"), False),
    "unit twice": (_again, False),
    "name of another unit": (_name_of_another, False),
    "short name twice": (_short_name_twice, False),
    "unknown group": (set_(4, 类别="乡镇"), False),
    "no group": (set_(4, 类别=None), False),
    "no name": (set_(4, 单位名称=None), False),
    "unknown parent": (_of_department(所属单位="无名县人民政府"), False),
    "parent is a department": (_parent_is_department, False),
    "row of totals": (lambda rows: [*rows, {"单位名称": "合计", "类别": "12"}], False),
    "blank row": (lambda rows: [*rows[:5], {}, *rows[5:]], False),
}


def same_as_ever(folder: Path, engine: EngineName) -> None:
    """Grades and messages are those of the ordinary way; of a list with errors its messages are."""
    ordinary = inspect_folder(folder)
    if ordinary.sound:
        agree(folder, engine)
        return
    found = grade_bulk(folder, engine)
    assert isinstance(found, Inspection)
    of_list = [
        p
        for p in ordinary.problems
        if p.place.file.startswith("考核对象") and p.kind != "unchecked"
    ]
    assert of_list
    assert set(said(of_list)) <= set(said(found.problems))


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_list_is_read_as_ever(change: str, sound: Path, tmp_path: Path) -> None:
    """On the engines in turn."""
    folder = shutil.copytree(sound, tmp_path / "2024")
    apply, in_columns = CHANGES[change]
    edit(folder / UNITS, apply)
    opened = open_folder(folder)
    assert not isinstance(opened, Inspection)
    found = plain_list(opened)
    assert (found is not None) == in_columns
    if found is not None:
        opened.read(("考核对象",))
        want = columns_of(read_unit_list(opened)[0])
        assert found.columns.graded.equals(want.graded)
        order = [("said", "ascending")]
        assert found.columns.names.sort_by(order).equals(want.names.sort_by(order))
    same_as_ever(folder, FAST[list(CHANGES).index(change) % len(FAST)])


def _categories(table: pa.Table) -> pa.Table:
    return table.set_column(1, "类别", table["类别"].dictionary_encode())


def _numbers(table: pa.Table) -> pa.Table:
    return table.set_column(2, "简称", pa.array([7, *[None] * (len(table) - 1)]))


def _without(table: pa.Table) -> pa.Table:
    return table.drop_columns(["简称", "地区"])


def _more(table: pa.Table) -> pa.Table:
    return table.append_column("序号", pa.array(range(len(table))))


@pytest.mark.parametrize("change", [_categories, _numbers, _without, _more])
def test_columns_of_other_types(
    change: Callable[[pa.Table], pa.Table], sound: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(sound, tmp_path / "2024")
    pq.write_table(change(pq.read_table(folder / UNITS)), folder / UNITS)
    same_as_ever(folder, "polars")


def _in_two_files(folder: Path) -> None:
    table = pq.read_table(folder / UNITS)
    (folder / UNITS).unlink()
    (folder / "考核对象").mkdir()
    pq.write_table(table.slice(5), folder / "考核对象" / "a.parquet")
    pq.write_table(table.slice(0, 5), folder / "考核对象" / "b.parquet")


def _as_csv(folder: Path) -> None:
    pq.read_table(folder / UNITS).to_pandas().to_csv(folder / "考核对象.csv", index=False)
    (folder / UNITS).unlink()


def _damaged(folder: Path) -> None:
    content = bytearray((folder / UNITS).read_bytes())
    content[20:300] = bytes(280)
    (folder / UNITS).write_bytes(bytes(content))


@pytest.mark.parametrize("engine", FAST)
@pytest.mark.parametrize("change", [_in_two_files, _as_csv, _damaged])
def test_files_of_the_list(
    change: Callable[[Path], None], engine: EngineName, sound: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(sound, tmp_path / "2024")
    change(folder)
    same_as_ever(folder, engine)


WORDS = (
    labels._TOTAL,
    labels._LABEL,
    labels._SIGNED,
    labels._REMARK,
    labels._PAGE,
    labels._NOTHING,
)


@pytest.mark.parametrize("words", WORDS)
@given(data=st.data())
def test_no_word_beside_a_table_passes_for_a_name(words: str, data: st.DataObject) -> None:
    """Of what is written as a name is."""
    text = data.draw(st.from_regex(words, fullmatch=True))
    if re.search(CODE, text) and (labels.is_total(text) or labels.is_aside(text)):
        assert suspect([text])
