"""``kaohe grade --engine``: every engine says of a year what the ordinary way says, and of the same cells."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from scoring.authoring.draft import shipped_schemes
from scoring.cli.app import app
from scoring.engines import ENGINES, EngineName
from scoring.intake import Inspection
from scoring.intake.bulk.plain import Cells, Typed, count, day, points, stored_as
from scoring.intake.cells import CellError, read_date, read_points
from scoring.intake.folder import inspect_folder
from scoring.points import SCALE
from scoring.problems import Problem
from scoring.scheme import Ledger, Scheme, load_scheme
from scoring.steps.bulk import (
    BulkResult,
    TooManyCloseRowsError,
    TooManyOddRowsError,
    grade_bulk,
    publish_bulk,
)
from scoring.steps.engine_choice import engine_for
from scoring.steps.grade import NotFinalError, all_problems, score_assessment
from scoring.steps.simulate import Size, simulate
from tests.endings import ended
from tests.spark_cluster import spark_or_skip, spark_session

FAST: tuple[EngineName, ...] = ("polars", "duckdb")
Row = dict[str, Any]


def scheme_of(name: str) -> Scheme:
    scheme, problems = load_scheme(shipped_schemes()[name])
    assert scheme is not None, problems
    return scheme


def simulated(
    folder: Path, scheme: str = "heze", units: int = 12, rows: int = 60, mess: int = 0
) -> Path:
    """A simulated assessment; ``mess`` in millionths."""
    made = scheme_of(scheme)
    if not any(isinstance(part, Ledger) for part in made.leaves().values()):
        rows = 0
    simulate(made, Size(units, rows, 7, mess), folder)
    return folder


def edit(path: Path, change: Callable[[list[Row]], list[Row] | None]) -> None:
    """Change the rows of a parquet file. A column that holds something else now holds texts."""
    table = pq.read_table(path)
    rows = table.to_pylist()
    rows = change(rows) or rows
    columns = {}
    for field in table.schema:
        values = [row.get(field.name) for row in rows]
        try:
            columns[field.name] = pa.array(values, field.type)
        except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError):
            texts = [None if value is None else str(value) for value in values]
            columns[field.name] = pa.array(texts, pa.string())
    pq.write_table(pa.table(columns), path)


Said = tuple[object, ...]


def said(problems: Any) -> list[Said]:
    """Problems as they are told apart: kind, place, what stands there, what is expected, whose it is."""
    return sorted(
        (p.kind, str(p.place), p.found, p.expected, p.fix, str(p.unit), str(p.component), p.about)
        for p in problems
    )


def agree(
    folder: Path,
    engine: EngineName,
    as_of: date | None = None,
    known: date | None = None,
    master: str | None = None,
) -> tuple[BulkResult, list[Problem]]:
    """Both ways say the same of the folder; gives what the engine said, and all problems."""
    found = inspect_folder(folder)
    assert found.assessment is not None
    want = score_assessment(found.assessment, as_of, known=known)
    problems = all_problems(want, found.assessment)
    got = grade_bulk(folder, engine, as_of, known=known, master=master)
    assert isinstance(got, BulkResult), [str(p) for p in got.problems]
    assert said(got.problems) == said(problems)
    assert got.final == want.final
    assert got.more_gaps == 0
    decimals = want.scheme.rounding.decimals
    rows = got.units.to_pylist()
    assert [row["unit"] for row in rows] == [unit.unit for unit in want.units]
    for row, unit in zip(rows, want.units, strict=True):
        composite = None if row["composite"] is None else row["composite"].scaleb(decimals)
        told = (row["group"], composite, row["grade"], row["rank"], set(row["gaps"].split()))
        gaps = {gap.component for gap in unit.gaps}
        assert told == (unit.group, unit.composite, unit.grade, unit.rank, gaps), unit.unit
        for key, _ in want.scheme.every():
            score = unit.score_of(key) if key in {**unit.components, **unit.parts} else None
            half_up = None if score is None else (score * SCALE + Fraction(1, 2)) // 1
            shown = row[f"score_{key}"]
            assert (None if shown is None else shown.scaleb(4)) == half_up, (unit.unit, key)
    accounts = {
        (r.file, r.rows, r.read, r.refused, r.blank, r.total) for r in got.assessment.reports
    }
    assert accounts == {
        (r.file, r.rows, r.read, r.refused, r.blank, r.total) for r in found.assessment.reports
    }
    return got, problems


# Every scheme


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int], Path]:
    """Simulated years by scheme and mess, each made once."""
    made: dict[tuple[str, int], Path] = {}
    top = tmp_path_factory.mktemp("years")

    def year(scheme: str, mess: int) -> Path:
        if (scheme, mess) not in made:
            folder = top / f"{scheme}-{mess}"
            made[scheme, mess] = simulated(folder, scheme, 40, 500, mess)
        return made[scheme, mess]

    return year


@pytest.mark.parametrize("mess", [0, 20_000])
@pytest.mark.parametrize("scheme", sorted(shipped_schemes()))
@pytest.mark.parametrize("engine", FAST)
def test_every_scheme_on_every_engine(
    engine: EngineName, scheme: str, mess: int, years: Callable[[str, int], Path]
) -> None:
    got, problems = agree(years(scheme, mess), engine)
    assert bool(problems) == bool(mess)
    if not mess:
        # Whatever is plain is not read closely.
        assert len(got.closely.units) <= 4
        assert got.final


@pytest.mark.parametrize("mess", [0, 20_000])
def test_pandas_says_the_same(mess: int, years: Callable[[str, int], Path]) -> None:
    agree(years("heze", mess), "pandas")
    agree(years("jiafen", mess), "pandas")


@pytest.mark.parametrize("engine", FAST)
def test_a_day_in_the_midst_of_the_year(
    engine: EngineName, years: Callable[[str, int], Path]
) -> None:
    agree(years("heze", 0), engine, date(2024, 6, 30))
    agree(years("keshi", 20_000), engine, date(2024, 9, 1), date(2024, 12, 1))


# One fault at a time

LEDGER = "平时考核台账/市政府办公室.parquet"
ITEMS = "自我考核/上半年/汇总.parquet"
SCORES = "第三方评估.parquet"


def here(rows: list[Row]) -> int:
    """The row in which faults are planted: of a unit that is not the first of its group, which is read closely
    anyway; of the items the fourth, 2.3."""
    return 51 if "指标编号" in rows[0] else 3


def cell(file: str, column: str, value: object) -> Callable[[Path], None]:
    """One cell with another value."""

    def change(rows: list[Row]) -> None:
        rows[here(rows)][column] = value

    return lambda folder: edit(folder / file, change)


def rows_of(file: str, change: Callable[[list[Row]], list[Row] | None]) -> Callable[[Path], None]:
    return lambda folder: edit(folder / file, change)


def _copied(column: str | None = None, value: object = None) -> Callable[[list[Row]], list[Row]]:
    """A row a second time, with one cell changed."""

    def change(rows: list[Row]) -> list[Row]:
        again = dict(rows[here(rows)])
        if column is not None:
            again[column] = value
        return [*rows, again]

    return change


def _both_units(rows: list[Row]) -> None:
    other = next(row["单位"] for row in rows if row["单位"] != rows[3]["单位"])
    rows[3]["单位"] = f"{rows[3]['单位']}、{other}"


def _revoked(rows: list[Row]) -> None:
    rows[3] |= {"撤销日期": date(2024, 12, 30), "撤销理由": None}


def _done_before(rows: list[Row]) -> None:
    next(row for row in rows if row["整改完成日期"])["整改完成日期"] = date(2023, 12, 31)


def _same_number(rows: list[Row]) -> None:
    """The number of a row of another unit, of which nothing else is the same."""
    rows[9]["台账编号"] = rows[3]["台账编号"]


def _same_number_wide(rows: list[Row]) -> None:
    rows[9]["台账编号"] = rows[3]["台账编号"].replace("2", "２")


def _nameless(rows: list[Row]) -> list[Row]:
    """A row that says little, over the last one: below it, it would be a note."""
    return [*rows[:-1], {"问题描述": "栏目没有更新"}, rows[-1]]


def _total(rows: list[Row]) -> list[Row]:
    return [*rows, {"台账编号": "合计", "问题描述": "12"}, {}]


def _dropped(rows: list[Row]) -> list[Row]:
    return [row for at, row in enumerate(rows) if at != here(rows)]


def _no_unit(rows: list[Row]) -> None:
    name = rows[here(rows)]["单位"]
    for row in rows:
        if row["单位"] == name:
            row["单位"] += "府"


def _other_day(rows: list[Row]) -> None:
    rows[here(rows)]["报送日期"] = date(2024, 7, 29)


def _same_day(rows: list[Row]) -> None:
    for row in rows[4:6]:
        row |= dict.fromkeys(("整改期限", "整改完成日期", "核实结果", "撤销日期", "撤销理由"))
        row |= {name: rows[3][name] for name in ("单位", "发现日期")}
        row |= {"扣分项": "1", "问题描述": "网站栏目长期未更新"}


def _two_providers(rows: list[Row]) -> None:
    _same_day(rows)
    rows[5] |= {"提供单位": "督查组", "发现日期": date(2024, rows[3]["发现日期"].month, 28)}
    rows[4]["发现日期"] = date(2024, rows[3]["发现日期"].month, 25)


def _bytes(folder: Path) -> None:
    """A file that is damaged in the midst of its rows."""
    path = folder / ITEMS
    content = bytearray(path.read_bytes())
    content[300:2300] = bytes(2000)
    path.write_bytes(bytes(content))


def _gone(file: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / file
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return change


def _workbook(folder: Path) -> None:
    """A provider who hands in a csv file."""
    path = folder / LEDGER
    pq.read_table(path).to_pandas().to_csv(path.with_suffix(".csv"), index=False)
    path.unlink()


def _region(rows: Path) -> None:
    """A column of the office's own, and one that may be another's."""
    path = rows / LEDGER
    table = pq.read_table(path)
    table = table.append_column("地区", pa.array(["北"] * len(table)))
    pq.write_table(table, path)


def _misnamed(folder: Path) -> None:
    path = folder / LEDGER
    table = pq.read_table(path)
    names = ["撤消的日期" if name == "撤销日期" else name for name in table.column_names]
    pq.write_table(table.rename_columns(names), path)


def _floats(folder: Path) -> None:
    """A number with a binary tail among binary numbers."""
    path = folder / ITEMS
    table = pq.read_table(path)
    at = table.schema.get_field_index("核查得分")
    values = [float(v) for v in table["核查得分"].to_pylist()]
    values[51] = 0.1 + 0.2
    pq.write_table(table.set_column(at, "核查得分", pa.array(values)), path)


def _exempt(folder: Path) -> None:
    unit = pq.read_table(folder / ITEMS)["单位"][3].as_py()
    with open(folder / "assessment.yaml", "a", encoding="utf-8") as file:
        file.write(f"not_applicable: {{{unit}: ['1.1']}}\n")


def _appeals(folder: Path) -> None:
    """Appeals: granted and not carried out, open, one about nothing, one about another's row."""
    ledger = pq.read_table(folder / LEDGER).to_pylist()
    units = pq.read_table(folder / SCORES)["单位"].to_pylist()
    row, other = ledger[3], ledger[8]
    lines = [
        ("S1", row["单位"], row["台账编号"], "支持", "2024-12-05"),
        ("S2", other["单位"], other["台账编号"], "", ""),
        ("S3", units[0], "上半年 2.3", "支持", "2024-12-05"),
        ("S4", units[1], "没有的编号", "", ""),
        ("S5", units[2], row["台账编号"], "", ""),
    ]
    text = "编号,单位,涉及,理由,提出日期,结果,决定日期\n" + "".join(
        f"{number},{unit},{target},不属实,2024-12-03,{result},{day}\n"
        for number, unit, target, result, day in lines
    )
    (folder / "申诉.csv").write_text(text, "utf-8")


FAULTS: dict[str, tuple[Callable[[Path], None], set[str]]] = {
    "date written in words": (cell(LEDGER, "发现日期", "2024年3月5日"), set()),
    "full-width date": (cell(LEDGER, "发现日期", "２０２４-０３-０５"), set()),
    "no day of the calendar": (cell(LEDGER, "发现日期", "2024-02-30"), {"date-unreadable"}),
    "line break behind a date": (cell(LEDGER, "发现日期", "2024-03-05\n"), set()),
    "another year": (cell(LEDGER, "发现日期", date(2023, 3, 5)), {"found-outside-year"}),
    "unknown unit": (cell(LEDGER, "单位", "无名县人民政府"), {"unit-unknown"}),
    "stray space": (cell(LEDGER, "扣分项", " 2.1 "), set()),
    "two units": (rows_of(LEDGER, _both_units), {"unit-shared"}),
    "unknown rule": (cell(LEDGER, "扣分项", "9.9"), {"rule-unknown"}),
    "number twice": (rows_of(LEDGER, _copied()), {"entry-duplicate"}),
    "number of another unit": (rows_of(LEDGER, _same_number), {"entry-duplicate"}),
    "the same in full width": (rows_of(LEDGER, _same_number_wide), {"entry-duplicate"}),
    "row that says little": (rows_of(LEDGER, _nameless), {"value-missing"}),
    "done before it was found": (rows_of(LEDGER, _done_before), {"date-order"}),
    "nothing described": (cell(LEDGER, "问题描述", None), {"value-missing"}),
    "not yet verified": (cell(LEDGER, "核实结果", "已整改"), {"value-unknown"}),
    "revoked without a reason": (rows_of(LEDGER, _revoked), {"revoked-unexplained"}),
    "total and blank row": (rows_of(LEDGER, _total), set()),
    "one problem twice": (rows_of(LEDGER, _same_day), {"entry-similar"}),
    "one problem by two providers": (rows_of(LEDGER, _two_providers), {"entry-similar"}),
    "ledger in csv": (_workbook, set()),
    "column of the office": (_region, {"column-unknown"}),
    "column with another name": (_misnamed, {"column-misnamed"}),
    "no ledger": (_gone("平时考核台账"), {"table-missing"}),
    "appeals": (_appeals, {"appeal-unfulfilled", "appeal-open", "appeal-target"}),
    "item missing": (rows_of(ITEMS, _dropped), {"gap-item"}),
    "item twice": (rows_of(ITEMS, _copied()), {"indicator-duplicate"}),
    "above the full points": (cell(ITEMS, "核查得分", "99"), {"number-range"}),
    "percentage": (cell(ITEMS, "核查得分", "85%"), {"number-unreadable"}),
    "binary tail": (_floats, {"number-decimals"}),
    "not applicable": (cell(ITEMS, "核查得分", "不适用"), set()),
    "not verified": (cell(ITEMS, "核查得分", None), {"gap-verified"}),
    "nothing claimed": (cell(ITEMS, "自评分", None), {"self-score-missing"}),
    "wide indicator": (cell(ITEMS, "指标编号", "２.３"), set()),
    "another period": (cell(ITEMS, "期次", "下半年"), {"form-place"}),
    "two days of handing in": (rows_of(ITEMS, _other_day), set()),
    "other points": (cell(ITEMS, "分值", 50), {"points-mismatch"}),
    "forms of an unknown unit": (rows_of(ITEMS, _no_unit), {"unit-unknown"}),
    "exempt item": (_exempt, {"indicator-not-applicable"}),
    "no scores": (_gone(SCORES), {"table-missing"}),
    "score missing": (rows_of(SCORES, _dropped), {"gap-score"}),
    "score twice": (rows_of(SCORES, _copied()), {"score-duplicate"}),
    "score too high": (cell(SCORES, "得分", "100.5"), {"number-range"}),
    "score of an unknown unit": (cell(SCORES, "单位", "无名县人民政府"), {"unit-unknown"}),
    "blank score": (cell(SCORES, "得分", None), {"gap-score"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulated(tmp_path_factory.mktemp("sound") / "2024")


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_is_said_as_ever(fault: str, sound: Path, tmp_path: Path) -> None:
    """On the engines in turn: each fault on one of them."""
    folder = shutil.copytree(sound, tmp_path / "2024")
    plant, kinds = FAULTS[fault]
    plant(folder)
    engine = FAST[list(FAULTS).index(fault) % len(FAST)]
    got, problems = agree(folder, engine)
    assert kinds <= {p.kind for p in problems}
    if "table-missing" not in kinds:
        assert len(got.closely.units) < 12


@pytest.mark.parametrize("engine", ["polars", "duckdb", "pandas"])
def test_files_as_pandas_writes_them(engine: EngineName, sound: Path, tmp_path: Path) -> None:
    """Days with a time, scores as binary numbers, words as categories: plain as well."""
    folder = shutil.copytree(sound, tmp_path / "2024")
    for path in folder.rglob("*.parquet"):
        frame = pq.read_table(path).to_pandas()
        for name in frame.columns:
            if "日期" in name or "期限" in name:
                frame[name] = pd.to_datetime(frame[name])
            elif name in ("分值", "自评分", "核查得分", "得分"):
                frame[name] = frame[name].astype(float)
            elif name in ("单位", "扣分项", "期次", "指标编号", "核实结果"):
                frame[name] = frame[name].astype("category")
        frame.to_parquet(path, index=False)
    got, _ = agree(folder, engine)
    assert len(got.closely.units) <= 4


def test_a_deadline_that_does_not_follow_from_its_event(tmp_path: Path) -> None:
    folder = simulated(tmp_path / "2024", "keshi", 8)

    def change(rows: list[Row]) -> None:
        rows[5]["整改期限"] = date(2024, 12, 24)

    edit(folder / "科室考核台账/办公室.parquet", change)
    for engine in FAST:
        _, problems = agree(folder, engine)
        assert [p.kind for p in problems] == ["deadline-mismatch"]


def test_a_faulty_score_is_that_of_the_unit_that_lacks_one(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though no gap is listed: the unit is read closely as the one that the row may be of."""
    monkeypatch.setattr("scoring.steps.bulk.BULK_GAPS", 0)
    folder = shutil.copytree(sound, tmp_path / "2024")
    cell(SCORES, "单位", "无名县人民政府")(folder)
    agree(folder, "polars")


PANEL_FAULTS: dict[str, Callable[[list[Row]], list[Row] | None]] = {
    "assessor left a unit out": _dropped,
    "assessor twice": _copied(),
    "assessor under another name": lambda rows: rows[3].update(评委="评委某"),
    "no assessor": lambda rows: rows[3].update(评委=None),
}


@pytest.mark.parametrize("engine", FAST)
@pytest.mark.parametrize("fault", PANEL_FAULTS)
def test_panels_of_assessors(fault: str, engine: EngineName, tmp_path: Path) -> None:
    folder = simulated(tmp_path / "2024", "fenlei", 8)
    (path,) = (p for p in folder.glob("*.parquet") if "评委" in pq.read_schema(p).names)
    edit(path, PANEL_FAULTS[fault])
    agree(folder, engine)


@pytest.mark.parametrize("engine", FAST)
def test_a_damaged_file_is_a_problem_of_the_file(
    engine: EngineName, sound: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(sound, tmp_path / "2024")
    _bytes(folder)
    got = grade_bulk(folder, engine, final=False)
    assert isinstance(got, Inspection)
    assert [(p.kind, p.place.file) for p in got.problems] == [("file-unreadable", ITEMS)]


def test_damage_in_a_column_that_no_engine_reads(sound: Path, tmp_path: Path) -> None:
    """It is found where rows are read closely."""
    folder = shutil.copytree(sound, tmp_path / "2024")
    table = pq.read_table(folder / SCORES)
    notes = pa.array([f"无说明{number:04}" for number in range(len(table))])
    pq.write_table(
        table.append_column("备注", notes), folder / SCORES, compression="NONE",
        use_dictionary=False, write_statistics=False, write_page_checksum=True,
    )  # fmt: skip
    content = bytearray((folder / SCORES).read_bytes())
    content[content.index("无说明0003".encode())] ^= 1
    (folder / SCORES).write_bytes(bytes(content))
    got = grade_bulk(folder, "polars", final=False)
    assert isinstance(got, BulkResult)
    assert [(p.kind, p.place.file) for p in got.problems] == [("file-unreadable", SCORES)]
    assert got.units["composite"].null_count == 12


# Cells

TEXTS = [
    "2024-03-05", "2024-02-29", "2023-02-29", "2000-02-29", "2024-04-31", "2024-12-31", "2024-13-01",
    "2024-03-05\n", " 2024-03-05", "20240305", "3", "3.85", "3.85000", "3.", ".5", "-1", "+1", "-0", "1e3",
    "003.5", "999999.9999", "1000000", "1000001", "３.５", "3,5", "85%", "3分", "", " ", "12", "12.0", "٣",
]  # fmt: skip
COLUMNS: dict[str, pa.Array] = {
    "texts": pa.array([*TEXTS, None]),
    "numbers": pa.array([0.0, -0.0, 3.85, 0.1 + 0.2, 1e6, 999999.9999, float("nan"), float("inf"),
                         -1.5, 12.0, 85.0001, 85.00001, None]),
    "integers": pa.array([0, 12, -1, 999_999, 1_000_000, 1_000_001, None]),
    "days": pa.array([date(2024, 3, 5), date(1900, 1, 1), date(2300, 1, 1), None]),
}  # fmt: skip


@pytest.mark.parametrize("engine", ["polars", "duckdb", "pandas"])
@pytest.mark.parametrize("name", COLUMNS)
def test_a_plain_cell_has_the_value_that_its_reader_gives(
    name: str, engine: EngineName, tmp_path: Path
) -> None:
    """Or it is odd; what is plain enough for every office is not."""
    from scoring.engines import open_engine
    from scoring.intake.grids.parquet import values_of

    path = tmp_path / "表.parquet"
    table = pa.table({"x": COLUMNS[name]})
    pq.write_table(table, path)
    cells = Cells("x", stored_as(COLUMNS[name].type))
    (raw,) = values_of(table)

    def typed(kind: Typed) -> list[tuple[Any, bool]]:
        with open_engine(engine) as opened:
            rows = opened.scan([path], [0]).select(value=kind.value, odd=kind.odd)
            found = opened.table(rows).to_pydict()
        return list(zip(found["value"], found["odd"], strict=True))

    for kind, read in ((points, read_points), (day, read_date)):
        plain = 0
        for value, (got, odd) in zip(raw, typed(kind(cells)), strict=True):
            if odd:
                assert got is None, value
                continue
            plain += got is not None
            assert got == read(value), value
        assert plain or (kind is day) != (name in ("texts", "days"))
    for value, (got, odd) in zip(raw, typed(count(cells)), strict=True):
        if not odd and got is not None:
            assert got * SCALE == read_points(value)


@pytest.mark.parametrize("engine", ["polars", "duckdb", "pandas"])
def test_what_is_plain_is_not_odd(engine: EngineName, tmp_path: Path) -> None:
    """An expression that called everything odd would be right, and useless."""
    from scoring.engines import open_engine

    path = tmp_path / "表.parquet"
    numbers = [number / 100 for number in range(10_001)]
    texts = ["3", "3.85", "999999.9999", None, *map(str, numbers[4:])]
    table = pa.table({"text": texts, "number": numbers})
    pq.write_table(table, path)
    kinds = {name: points(Cells(name, stored_as(table[name].type))) for name in table.column_names}
    with open_engine(engine) as opened:
        odd = {name: kind.odd for name, kind in kinds.items()}
        value = kinds["number"].value.alias("value")
        found = opened.table(opened.scan([path], [0]).select(value, **odd)).to_pydict()
    assert not any(found["text"])
    assert not any(found["number"])
    assert found["value"] == [number * 100 for number in range(10_001)]
    with pytest.raises(CellError):
        read_date("2023-02-29")


# The command


def run(*arguments: str) -> Any:
    return ended(CliRunner().invoke(app, list(arguments), standalone_mode=False))


@pytest.mark.parametrize("engine", FAST)
def test_the_papers_are_those_of_the_result(
    engine: EngineName, sound: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(sound, tmp_path / "2024")
    done = run("grade", str(folder), "--engine", engine)
    assert done.return_value == 0, done.output
    assert engine in done.stderr
    out = folder / "结果"
    assert sorted(p.name for p in out.iterdir()) == [
        "单位成绩.csv",
        "单位成绩.parquet",
        "结果说明.json",
    ]
    frame = score_assessment(inspect_folder(folder).assessment).to_frame()  # type: ignore[arg-type]
    table = pq.read_table(out / "单位成绩.parquet")
    assert table.column_names == list(frame.columns)
    assert not any(pa.types.is_floating(field.type) for field in table.schema)
    assert table["composite"].to_pylist() == frame["composite"].to_list()
    lines = (out / "单位成绩.csv").read_text("utf-8-sig").splitlines()
    assert len(lines) == 1 + len(table)
    assert lines[1].split(",")[0].strip('"') == table["unit"][0].as_py()
    about = json.loads((out / "结果说明.json").read_text("utf-8"))
    assert about["final"] is True
    assert about["engine"] == engine
    assert sum(sum(found.values()) for found in about["grades"].values()) == about["units"] == 12
    assert sum(row["read"] for row in about["rows"] if row["table"] == "平时考核台账") == 60
    # What is provisional does not replace it.
    again = run("grade", str(folder), "--engine", engine, "--provisional", "--out", str(out))
    assert "已有正式结果" in str(again.exception)


def test_nothing_is_written_where_something_is_missing(sound: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(sound, tmp_path / "2024")
    edit(folder / SCORES, _dropped)
    done = run("grade", str(folder), "--engine", "polars")
    assert done.return_value == 1
    assert "缺项 1 条" in done.stderr
    assert not (folder / "结果").exists()
    assert run("grade", str(folder), "--engine", "polars", "--provisional").return_value == 0
    about = json.loads((folder / "暂定结果/结果说明.json").read_text("utf-8"))
    assert about["final"] is False
    assert len(about["gaps"]) == 1
    got = grade_bulk(folder, "polars")
    assert isinstance(got, BulkResult)
    with pytest.raises(NotFinalError):
        publish_bulk(got, tmp_path / "out")


def test_gaps_beyond_the_limit_are_counted(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scoring.steps.bulk.BULK_GAPS", 2)
    folder = shutil.copytree(sound, tmp_path / "2024")
    edit(folder / SCORES, lambda rows: rows[:5])
    got = grade_bulk(folder, "polars")
    assert isinstance(got, BulkResult)
    listed = [p for p in got.problems if p.kind == "gap-score"]
    assert len(listed) + got.more_gaps == 7
    assert got.more_gaps >= 3
    done = run("grade", str(folder), "--engine", "polars")
    assert f"另有 {got.more_gaps} 个单位有缺项" in done.stderr


def test_too_many_odd_rows_are_refused_in_words(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scoring.intake.bulk.parts.BULK_ODD_ROWS", 3)
    folder = shutil.copytree(sound, tmp_path / "2024")
    edit(
        folder / SCORES, lambda rows: [row.update(得分=f"{row['得分']}分") for row in rows] and None
    )
    edit(folder / SCORES, lambda rows: rows[5].update(得分="九十"))
    with pytest.raises(TooManyOddRowsError) as refused:
        grade_bulk(folder, "polars")
    # What is wrong with the first of them is said; eleven are read without a word.
    of_file = [p for p in inspect_folder(folder).problems if p.place.file == SCORES]
    assert said(refused.value.problems) == said(of_file)
    assert {p.kind for p in of_file} == {"number-unreadable"}
    done = run("grade", str(folder), "--engine", "polars")
    assert done.return_value == 1
    assert "“第三方评估”有 12 行" in done.stderr
    assert "九十" in done.stderr


@pytest.mark.parametrize("engine", FAST)
def test_too_many_units_to_read_closely_are_refused_in_words(
    engine: EngineName, sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scoring.intake.bulk.read.BULK_CLOSE_ROWS", 10)
    folder = shutil.copytree(sound, tmp_path / "2024")
    cell(LEDGER, "单位", "无名县人民政府")(folder)
    cell(ITEMS, "核查得分", "好")(folder)
    with pytest.raises(TooManyCloseRowsError) as refused:
        grade_bulk(folder, engine)
    wanted = [p for p in inspect_folder(folder).problems if p.place.row is not None]
    assert said(refused.value.problems) == said(wanted)
    assert {p.kind for p in wanted} >= {"unit-unknown", "number-unreadable"}


def test_what_is_not_installed_is_wrong_usage(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scoring.engines.names.find_spec", lambda name: None)
    for engine, extra in (("polars", "fast"), ("duckdb", "fast"), ("spark", "spark")):
        done = run("grade", str(sound), "--engine", engine)
        assert type(done.exception).__name__ == "UsageError"
        assert f"pip install 'kaohe[{extra}]'" in str(done.exception)


def test_an_ordinary_city_is_graded_as_ever(sound: Path, tmp_path: Path) -> None:
    """By the rules, with no engine and nothing of the dataframe libraries imported."""
    folder = shutil.copytree(sound, tmp_path / "2024")
    assert engine_for(folder).engine is None
    # Three ledgers of a few rows each have 60 together; two long tables, the scores and the list.
    assert engine_for(folder).rows > 60
    done = run("grade", str(folder))
    assert done.return_value == 0
    assert (folder / "结果/考核结果.xlsx").is_file()
    assert "引擎" not in done.stderr
    refused = run("grade", str(folder), "--engine", "polars")
    assert "逐单位计算的结果" in str(refused.exception)


def test_an_ordinary_run_imports_no_library_of_frames(sound: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(sound, tmp_path / "2024")
    code = (
        "import sys; from scoring.cli import main; sys.argv = ['kaohe', 'grade', sys.argv[1], '-q']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print(sorted({'narwhals', 'polars', 'duckdb', 'pyspark'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert (folder / "结果/考核结果.xlsx").is_file()


def test_large_assessments_take_the_first_engine(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scoring.steps.engine_choice.BULK_ROWS", 60)
    assert engine_for(sound).engine == "polars"
    monkeypatch.setattr("scoring.steps.engine_choice.is_installed", lambda name: name != "polars")
    assert engine_for(sound).engine == "duckdb"


# Spark


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    spark_or_skip()
    with spark_session(tmp_path_factory.mktemp("spark")) as session:
        yield session


def test_the_spark_cluster_says_the_same(spark: Any, tmp_path: Path) -> None:
    """The session of the test, on a master and two workers, is the one that is used."""
    assert spark.sparkContext.master.startswith("spark://")
    folder = simulated(tmp_path / "2024", "heze", 8, 30, 20_000)
    cell(LEDGER, "发现日期", "2024-03-05\n")(folder)
    agree(folder, "spark")
    assert "spark" in ENGINES
    assert sys.modules.get("pyspark") is not None
