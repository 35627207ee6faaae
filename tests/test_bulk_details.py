"""``kaohe grade --engine --details``: every ledger row and every item, with the columns and values of ``to_frame``."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
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
from scoring.engines import EngineName
from scoring.intake.folder import inspect_folder
from scoring.points import SCALE
from scoring.scheme import Ledger
from scoring.steps import detail_tables
from scoring.steps.bulk import BulkResult, grade_bulk
from scoring.steps.grade import score_assessment
from scoring.steps.simulate import Size, simulate
from scoring.steps.simulate_files import Format
from tests.endings import ended
from tests.test_engines import FAST, LEDGER, edit, scheme_of
from tests.thorough import LONG

pytestmark = LONG

SCHEMES = sorted(shipped_schemes())
NAMES = {"entries": "扣分明细.parquet", "items": "逐项得分.parquet"}


def simulated(folder: Path, scheme: str, mess: int = 0, kind: Format = "parquet") -> Path:
    made = scheme_of(scheme)
    rows = 300 if any(isinstance(p, Ledger) for p in made.leaves().values()) else 0
    simulate(made, Size(40, rows, 7, mess), folder, kind)
    return folder


def plain(value: Any) -> Any:
    """A value of a frame as the paper has it: points rounded half up to four places."""
    if isinstance(value, Fraction):
        return Decimal((value * SCALE + Fraction(1, 2)).__floor__()).scaleb(-4)
    if isinstance(value, pd.Timestamp):
        return value.date()
    return None if value is None or value is pd.NaT or value is pd.NA else value


def agree(folder: Path, engine: EngineName, out: Path) -> dict[str, pa.Table]:
    """The papers, whose rows are those of the ordinary result in the order of the files."""
    out.mkdir()
    got = grade_bulk(folder, engine, final=False, details=out)
    assert isinstance(got, BulkResult)
    assert set(got.details) == {path.name for path in out.iterdir()}
    found = inspect_folder(folder).assessment
    assert found is not None
    result = score_assessment(found)
    tables = {}
    for what, name in NAMES.items():
        want = result.to_frame(what)  # type: ignore[arg-type]
        if name not in got.details:
            assert want.empty
            continue
        table = tables[what] = pq.read_table(out / name)
        assert table.column_names == list(want.columns)
        assert not any(pa.types.is_floating(field.type) for field in table.schema)
        ordered = want.sort_values(["file", "row"], kind="stable", na_position="last")
        rows = [
            tuple(map(plain, row)) for row in ordered.astype(object).itertuples(index=False)
        ]  # fmt: skip
        told = list(zip(*table.to_pydict().values(), strict=True))
        for mine, theirs in zip(told, rows, strict=True):
            assert mine == theirs
    return tables


@pytest.mark.parametrize("mess", [0, 20_000])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme(
    scheme: str, mess: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In batches that are smaller than the files."""
    monkeypatch.setattr(detail_tables, "_BATCH", 300)
    engine = FAST[(SCHEMES.index(scheme) + bool(mess)) % len(FAST)]
    agree(simulated(tmp_path / "2024", scheme, mess), engine, tmp_path / "out")


@pytest.mark.parametrize("engine", ["pandas", *FAST])
def test_every_engine(engine: EngineName, tmp_path: Path) -> None:
    tables = agree(simulated(tmp_path / "2024", "heze", 20_000), engine, tmp_path / "out")
    assert len(tables["entries"]) > 250
    assert len(set(tables["entries"]["status"].to_pylist())) > 3


def test_csv_with_texts_that_are_tidied(tmp_path: Path) -> None:
    folder = simulated(tmp_path / "2024", "heze", 0, "csv")
    path = folder / LEDGER.replace("parquet", "csv")
    text = path.read_text("utf-8-sig")
    lines = text.split("\n")
    at = lines[0].split(",").index("问题描述")
    for number, said in ((5, "栏目　没有  更新 "), (6, '"甲\n乙"'), (7, "没有\u200b更新")):
        cells = lines[number].split(",")
        cells[at] = said
        lines[number] = ",".join(cells)
    path.write_text("\n".join(lines), "utf-8")
    tables = agree(folder, "polars", tmp_path / "out")
    told = set(tables["entries"]["description"].to_pylist())
    assert {"栏目 没有 更新", "甲 乙", "没有更新"} <= told


def test_columns_stored_as_other_than_text(tmp_path: Path) -> None:
    """来源文号 as numbers, 备注 as days."""
    folder = simulated(tmp_path / "2024", "heze")
    path = folder / LEDGER
    table = pq.read_table(path)
    numbers = pa.array(range(len(table)), pa.int64())
    days = table["发现日期"]
    names = [n for n in table.column_names if n not in ("来源文号", "备注")]
    table = table.select(names).append_column("来源文号", numbers).append_column("备注", days)
    pq.write_table(table, path)
    agree(folder, "duckdb", tmp_path / "out")


def test_a_problem_that_recurs_costs_more(tmp_path: Path) -> None:
    """Of a scheme with a rule for it; the dearer rows are those that the ordinary result has."""
    scheme, *_ = [
        name for name in SCHEMES
        if any(r.repeat for p in scheme_of(name).leaves().values() if isinstance(p, Ledger)
               for r in p.rules)
    ]  # fmt: skip
    folder = simulated(tmp_path / "2024", scheme)

    def recurring(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            row["同一问题"] = "栏目"

    for path in folder.rglob("*.parquet"):
        if "同一问题" in pq.read_schema(path).names:
            edit(path, recurring)
    agree(folder, "polars", tmp_path / "out")


def run(*arguments: str) -> Any:
    return ended(CliRunner().invoke(app, list(arguments), standalone_mode=False))


def test_the_command(tmp_path: Path) -> None:
    folder = simulated(tmp_path / "2024", "heze")
    done = run("grade", str(folder), "--engine", "polars", "--details")
    assert done.return_value == 0, done.output
    assert "扣分明细.parquet" in done.output
    out = folder / "结果"
    assert {p.name for p in out.iterdir()} == {
        "单位成绩.csv", "单位成绩.parquet", "结果说明.json", *NAMES.values(),
    }  # fmt: skip
    about = json.loads((out / "结果说明.json").read_text("utf-8"))
    assert set(NAMES.values()) <= set(about["outputs"])
    # They go into the result alone, and are passed over when the folder is read again.
    assert inspect_folder(folder).problems == ()
    again = run("grade", str(folder), "--engine", "polars")
    assert "扣分明细.parquet、逐项得分.parquet是以前生成的" in again.stderr
    ordinary = run("grade", str(folder), "--details", "--engine", "rules")
    assert "只和数据引擎一起用" in str(ordinary.exception)


def test_nothing_is_written_of_a_result_that_is_not_final(tmp_path: Path) -> None:
    folder = shutil.copytree(simulated(tmp_path / "a", "heze"), tmp_path / "2024")
    edit(folder / "第三方评估.parquet", lambda rows: rows[:-1])
    (tmp_path / "out").mkdir()
    got = grade_bulk(folder, "polars", details=tmp_path / "out")
    assert isinstance(got, BulkResult)
    assert not got.details
    assert list((tmp_path / "out").iterdir()) == []
