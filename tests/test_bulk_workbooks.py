"""``kaohe grade --engine --workbooks``: a region's ordinary papers, with the places of the whole run."""

from __future__ import annotations

import io
import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from docx import Document
from openpyxl import load_workbook

from scoring.authoring.draft import shipped_schemes
from scoring.cli.app import app
from scoring.engines import EngineName
from scoring.inquiry.feedback import feedback, group_figures
from scoring.intake.folder import inspect_folder
from scoring.publish.results.results_json import results_json
from scoring.publish.sheets.sheet import Book, Column, Sheet
from scoring.refusals import TooManyRowsError
from scoring.steps.bulk import BulkResult, RegionError, grade_bulk, publish_bulk
from scoring.steps.grade import _trials, score_assessment
from tests.endings import ended
from tests.test_engines import FAST, edit, simulated
from tests.thorough import LONG

pytestmark = LONG

SCHEMES = sorted(shipped_schemes())


def run(*arguments: str) -> Any:
    return ended(CliRunner().invoke(app, list(arguments), standalone_mode=False))


CITIES = ("甲省/子市", "甲省/丑市", "乙省/寅市")


def region_in(folder: Path) -> str:
    """A region with a third of the units, after the units were put into three."""
    for path in sorted(folder.rglob("考核对象*.parquet")):
        table = pq.read_table(path)
        places = pa.array([CITIES[at % len(CITIES)] for at in range(len(table))])
        kept = [name for name in table.column_names if name != "地区"]
        pq.write_table(table.select(kept).append_column("地区", places), path)
    return CITIES[0]


@pytest.mark.parametrize("mess", [0, 20_000])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_part_says_what_the_whole_run_says_of_its_units(
    scheme: str, mess: int, tmp_path: Path
) -> None:
    """Units, rows, items, gaps: those of the ordinary run of the whole folder, in the same order."""
    folder = simulated(tmp_path / "2024", scheme, 40, 300, mess)
    region = region_in(folder)
    engine: EngineName = FAST[SCHEMES.index(scheme) % len(FAST)]
    got = grade_bulk(folder, engine, workbooks=[region])
    assert isinstance(got, BulkResult)
    part, assessment = got.part(region)
    found = inspect_folder(folder).assessment
    assert found is not None
    want = score_assessment(found)
    own = set(got.regions[region])
    assert 1 < len(own) < len(want.units)
    assert part.units == tuple(unit for unit in want.units if unit.unit in own)
    assert part.items == tuple(item for item in want.items if item.unit in own)
    assert part.periods == tuple(p for p in want.periods if p.unit in own)
    assert part.scores == tuple(s for s in want.scores if s.unit in own)
    assert part.gaps == tuple(g for g in want.gaps if g.unit in own)
    assert part.rules == tuple(r for r in want.rules if r.unit in own)
    assert part.entries == tuple(e for e in want.entries if e.charged_unit in own)
    assert part.final == want.final
    assert {u.name for u in assessment.units.graded()} == own
    # What each unit is told beside its group is that of the whole group.
    assert part.whole is not None
    for group, figures in group_figures(want).items():
        whole = part.whole.groups[group]
        assert whole.count == figures.count
        for key, mean in figures.means.items():
            assert (mean is None) == (whole.means[key] is None)
            if mean is not None and whole.means[key] is not None:
                assert abs(mean - whole.means[key]) <= 0.0001  # type: ignore[operator]
    told = feedback(part, _trials(assessment, part), part.units)
    named = [unit for unit in want.units if unit.unit in own]
    for mine, theirs in zip(told, feedback(want, _trials(found, want), named), strict=True):
        assert (mine.unit, mine.count, mine.mean, mine.best) == (
            theirs.unit, theirs.count, theirs.mean, theirs.best,
        )  # fmt: skip
        assert (mine.up, mine.advice) == (theirs.up, theirs.advice)
        assert (mine.deductions, mine.lowered, mine.todo) == (
            theirs.deductions, theirs.lowered, theirs.todo,
        )  # fmt: skip


def test_the_papers_of_a_region(tmp_path: Path) -> None:
    folder = simulated(tmp_path / "2024", "heze", 40, 300)
    region = region_in(folder)
    done = run("grade", str(folder), "--engine", "polars", "--workbooks", region)
    assert done.return_value == 0, done.output
    assert region in done.output
    out = folder / "结果"
    place = out.joinpath(*region.split("/"))
    assert {p.name for p in place.iterdir()} == {
        "考核结果.xlsx", "通报.docx", "通报.html", "通报附表.xlsx", "results.json", "反馈",
    }  # fmt: skip
    units = json.loads((place / "results.json").read_text("utf-8"))["units"]
    names = {unit["unit"] for unit in units}
    assert {p.name for p in (place / "反馈").iterdir()} == {
        "反馈总览.xlsx", *(f"{name}反馈单.docx" for name in names),
    }  # fmt: skip
    table = {row["unit"]: row for row in pq.read_table(out / "单位成绩.parquet").to_pylist()}
    for unit in units:
        row = table[unit["unit"]]
        assert (unit["composite"], unit["grade"], unit["rank"]) == (
            str(row["composite"]), row["grade"], row["rank"],
        )  # fmt: skip
    # A formula would count the ranks among the units of the sheet.
    book = load_workbook(place / "考核结果.xlsx")
    sheet = book["汇总"]
    (rank,) = (c.column for c in sheet[4] if c.value == "排名")
    ranks = {r[1].value: r[rank - 1].value for r in sheet.iter_rows(min_row=5)}
    assert {name: ranks[name] for name in names} == {n: table[n]["rank"] for n in names}
    told = "\n".join(str(c.value) for row in book["考核办法"].iter_rows() for c in row)
    assert "排名在全部" in told
    annex = load_workbook(place / "通报附表.xlsx").worksheets[0]
    assert any("中确定，这里只列" in str(c.value) for row in annex.iter_rows() for c in row)
    count = sum(row["group"] == table[units[0]["unit"]]["group"] for row in table.values())
    note = Document(io.BytesIO((place / "反馈" / f"{units[0]['unit']}反馈单.docx").read_bytes()))
    assert f"{count}个单位中排名第{units[0]['rank']}" in "\n".join(p.text for p in note.paragraphs)
    # The list of all units is as without.
    about = json.loads((out / "结果说明.json").read_text("utf-8"))
    assert f"{region}/考核结果.xlsx" in about["outputs"]
    plain = run("grade", str(folder), "--engine", "polars", "--out", str(tmp_path / "plain"))
    assert plain.return_value == 0
    assert (tmp_path / "plain" / "单位成绩.csv").read_bytes() == (out / "单位成绩.csv").read_bytes()


def test_several_regions_one_in_the_other(tmp_path: Path) -> None:
    folder = simulated(tmp_path / "2024", "heze", 40, 100)
    inner = region_in(folder)
    outer = inner.split("/")[0]
    got = grade_bulk(folder, "duckdb", workbooks=[outer, inner])
    assert isinstance(got, BulkResult)
    names = {region: {u.unit for u in got.part(region)[0].units} for region in (outer, inner)}
    assert names[inner] <= names[outer]
    paths = {p.relative_to(tmp_path / "out") for p in publish_bulk(got, tmp_path / "out")}
    assert {Path(outer, "results.json"), Path(inner, "results.json")} <= paths


def test_regions_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = simulated(tmp_path / "2024", "heze", 40, 100)
    for asked in ("无名省", "/", "霁"):
        with pytest.raises(RegionError, match="没有“"):
            grade_bulk(folder, "polars", workbooks=[asked])
    region = region_in(folder)
    monkeypatch.setattr("scoring.steps.region_papers.PART_UNITS", 1)
    done = run("grade", str(folder), "--engine", "polars", "--workbooks", region)
    assert type(done.exception).__name__ == "UsageError"
    assert "一次最多写 1 个单位" in str(done.exception)
    assert not (folder / "结果").exists()
    rules = run("grade", str(folder), "--engine", "rules", "--workbooks", region)
    assert "只和数据引擎一起用" in str(rules.exception)


def test_a_list_without_regions(tmp_path: Path) -> None:
    folder = simulated(tmp_path / "2024", "heze", 12, 60)
    for path in folder.rglob("考核对象*.parquet"):
        edit(path, lambda rows: [{**row, "地区": None} for row in rows])
    with pytest.raises(RegionError, match="没有地区一栏"):
        grade_bulk(folder, "polars", workbooks=["甲省"])


def test_a_composite_that_the_rules_do_not_give_stops_the_papers(tmp_path: Path) -> None:
    folder = simulated(tmp_path / "2024", "heze", 40, 100)
    region = region_in(folder)
    got = grade_bulk(folder, "polars", workbooks=[region])
    assert isinstance(got, BulkResult)
    name = got.regions[region][0]
    units = tuple(
        u._replace(composite=(u.composite or 0) + 1) if u.unit == name else u
        for u in got.closely.units
    )
    closely = replace(got.closely, units=units)
    with pytest.raises(ValueError, match=name):
        replace(got, closely=closely).part(region)


def test_rows_below_the_last_of_a_sheet_are_refused() -> None:
    """Of any sheet that is written through ``Sheet``: a table, a column, its notes."""
    for write in (
        lambda sheet: sheet.table(0, [Column("甲", "text", ["1"] * 10, (5, 5))]),
        lambda sheet: sheet.column(8, 0, ["1", "2", "3"], sheet.styles("text")),
        lambda sheet: sheet.notes(9, ["注：1", "2"]),
    ):
        sheet = Sheet(Book("表", ["表"], date(2024, 12, 31), 2, 10), "表", 1)
        sheet.widths([10])
        with pytest.raises(TooManyRowsError):
            write(sheet)


def test_results_json_is_that_of_the_part(tmp_path: Path) -> None:
    folder = shutil.copytree(simulated(tmp_path / "a", "heze", 40, 60), tmp_path / "2024")
    region = region_in(folder)
    got = grade_bulk(folder, "polars", workbooks=[region])
    assert isinstance(got, BulkResult)
    document = json.loads(results_json(got.part(region)[0]))
    assert {u["unit"] for u in document["units"]} == set(got.regions[region])
